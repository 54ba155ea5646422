/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of the end of a year. */
#include "yearend.h"

#include "engine/noun.h"
#include "noun/dispute/dispute.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_objects(h, &st->yearends);
	kc_hold_rows(h, &st->selfchecks);
	kc_hold_objects(h, &st->result_forms);
	kc_hold_rows(h, &st->regrades);
	for (uint32_t i = 0; i < st->yearends.n; i++) {
		kc_hold_vec(h, &st->yearends.v[i]->events);
		kc_hold_vec(h, &st->yearends.v[i]->forms);
		kc_hold_vec(h, &st->yearends.v[i]->signed_last);
		kc_hold_vec(h, &st->yearends.v[i]->published);
	}
	for (uint32_t i = 0; i < st->result_forms.n; i++)
		kc_hold_vec(h, &st->result_forms.v[i]->events);
}

static void
put_took_part(struct kc_digest *d, const struct kc_took_part *p)
{
	kc_digest_num(d, p->seq);
	kc_digest_num(d, p->by);
	kc_digest_num(d, p->of);
}

static void
put_yearend(struct kc_digest *d, const struct kc_yearend *y)
{
	const int64_t numbers[] = {y->year, y->version, y->before, y->policy,
	    y->state, y->settled, y->panels, y->published_seq, y->published.n,
	    y->due_version};

	kc_digest_open(d, 'Y');
	kc_digest_text(d, y->handle);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		kc_digest_num(d, numbers[i]);
	kc_digest_hash(d, &y->signed_last.hash);
	kc_digest_hash(d, &y->published.hash);
	kc_digest_u32s(d, &y->forms);
	for (unsigned i = 0; i < KC_L_yearend_COUNT; i++) {
		kc_digest_num(d, y->day[i].since);
		kc_digest_num(d, y->day[i].due);
		kc_digest_num(d, y->day[i].provisional);
	}
	kc_digest_events(d, &y->events);
}

static void
put_selfcheck(struct kc_digest *d, const struct kc_selfcheck *c)
{
	kc_digest_open(d, 'S');
	kc_digest_num(d, c->target);
	kc_digest_num(d, c->seq);
	kc_digest_num(d, c->completion_bp);
}

static void
put_form(struct kc_digest *d, const struct kc_result_form *f)
{
	kc_digest_open(d, 'F');
	kc_digest_text(d, f->handle);
	kc_digest_num(d, f->yearend);
	kc_digest_num(d, f->unit);
	kc_digest_num(d, f->grade);
	put_took_part(d, &f->graded);
	put_took_part(d, &f->approved);
	kc_digest_events(d, &f->events);
}

static void
put_regrade(struct kc_digest *d, const struct kc_regrade *r)
{
	kc_digest_open(d, 'R');
	kc_digest_num(d, r->year);
	kc_digest_num(d, r->unit);
	kc_digest_num(d, r->dispute);
	kc_digest_num(d, r->seq);
	kc_digest_num(d, r->grade);
}

/* A year is of no unit, its self-checks and forms are. */
static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->yearends.n; i++)
		if (kc_digest_wants(d, KC_NONE))
			put_yearend(d, st->yearends.v[i]);
	for (uint32_t i = 0; i < st->selfchecks.n; i++)
		if (kc_digest_wants(
			d, st->targets.v[st->selfchecks.v[i].target]->unit))
			put_selfcheck(d, &st->selfchecks.v[i]);
	for (uint32_t i = 0; i < st->result_forms.n; i++)
		if (kc_digest_wants(d, st->result_forms.v[i]->unit))
			put_form(d, st->result_forms.v[i]);
	for (uint32_t i = 0; i < st->regrades.n; i++)
		if (kc_digest_wants(d, st->regrades.v[i].unit))
			put_regrade(d, &st->regrades.v[i]);
}

/* --- yearend.publicity_end --- */
static bool
is_live(const struct kc_state *st, const struct kc_due *d)
{
	return kc_yearend_waits(st->yearends.v[d->object], d);
}

static void
about(const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	kc_buf_str(b, st->yearends.v[d->object]->handle);
}

static void
fill(const struct kc_state *st, const struct kc_due *d, struct kc_made *m)
{
	const struct kc_yearend *y = st->yearends.v[d->object];

	kc_made_text(m, KC_F_yearend_publicity_end_yearend, y->handle);
	kc_made_day(
	    m, KC_F_yearend_publicity_end_due, y->day[KC_L_yearend_PUBLIC].due);
}

/* The last day is moved after all. */
static void
unshow(struct kc_state *st, uint32_t object)
{
	struct kc_yearend *y = st->yearends.v[object];

	if (y->state == KC_YE_SHOWN)
		y->state = KC_YE_PUBLIC;
}

/* --- whose it is --- */
KC_OBJECTS(yearend, yearends)

static bool
form_of(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	return kc_unit_stands_for(st, unit, st->result_forms.v[index]->unit);
}

static uint32_t
form_party(
    const struct kc_state *st, uint32_t index, enum kc_party party, uint32_t i)
{
	return i > 0 || party == KC_PARTY_JUDGE
	    ? KC_NONE
	    : kc_unit_acting(st, st->result_forms.v[index]->unit);
}

static const char *
form_handle(const struct kc_state *st, uint32_t index)
{
	return st->result_forms.v[index]->handle;
}

static struct kc_events *
form_events(const struct kc_state *st, uint32_t index)
{
	return &st->result_forms.v[index]->events;
}

static const struct kc_policy *
rules(const struct kc_state *st, const struct kc_deadline *d)
{
	uint32_t i = kc_find(st, KC_NS_YEAREND, kc_slice_str(d->id));

	return i == KC_NONE ? NULL
			    : st->policies.v[st->yearends.v[i]->policy].policy;
}

const struct kc_noun kc_noun_yearend = {
    .things = {{"year's end", "年终考核"}, {"result form", "考核结果反馈单"},
	{"self-check", "年终自查"}},
    .named = {{.field = "yearend",
		  .ns = KC_NS_YEAREND,
		  .of = kc_of_nobody,
		  .handle = yearend_handle,
		  .events = yearend_events,
		  .count = yearend_count,
		  .state = yearend_state,
		  .machine = KC_M_yearend},
	{.field = "result",
	    .ns = KC_NS_RESULT,
	    .of = form_of,
	    .party = form_party,
	    .handle = form_handle,
	    .events = form_events}},
    .sees = KC_SEE_grades,
    .holds = holds,
    .of_units = true,
    .digest = digest,
    .subjects = kc_yearend_subjects,
    .timed = {{KC_K_yearend_publicity_end, is_live, about, fill, NULL, unshow},
	{KC_K_result_regrade, kc_correction_is_live, kc_dispute_about,
	    kc_result_regrade_fill}},
    .objects = yearend_count,
    .rules = rules,
    .recalendar = kc_yearend_recalendar,
    .deadlines = kc_yearend_deadlines,
    .admits = kc_yearend_admits,
};
