/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds: the list, one with what is missing, and its last day. */
#include "round.h"

#include "noun/deadline/deadline.h"
#include "noun/prededuct/prededuct.h"
#include "noun/task/check.h"
#include "noun/vx.h"

/* --- rounds ------------------------------------------------------------------
 */
static void
round_facts(struct kc_vx *x, const struct kc_round *r)
{
	struct kc_round_sum sum = kc_round_count(x->st, r);

	kc_vx_str(x, "round", r->handle);
	kc_vx_word(x, "type", KC_SET_ROUND, r->type);
	kc_vx_state(x, KC_M_round, r->state);
	kc_vx_u64(x, "targets", sum.targets);
	kc_vx_u64(x, "opinions", sum.opinions);
	kc_vx_u64(x, "behind", sum.behind);
	kc_vx_u64(x, "fed_back", sum.fed_back);
	kc_vx_u64(x, "missing_opinions", sum.lacks[KC_LACK_OPINION]);
	kc_vx_u64(x, "missing_feedback", sum.lacks[KC_LACK_FEEDBACK]);
	kc_vx_day(x, "opened", r->opened);
	kc_vx_day(x, "due", kc_round_due(x->st, r));
}

enum kc_err
kc_render_rounds(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->rounds.n; i++) {
		const struct kc_round *r = x->st->rounds.v[i];

		if (x->cycle != NULL && r->year != x->year)
			continue;
		x->asked = true; /* everybody's; what is in them is not */
		if (kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		round_facts(x, r);
		kc_vx_begun(x, &r->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

static void
write_lack(struct kc_vx *x, enum kc_lack lacks)
{
	static const struct {
		const char *word, *zh, *en;
	} words[] = {[KC_LACK_OPINION] = {"opinion", "意见", "opinion"},
	    [KC_LACK_FEEDBACK] = {"feedback", "反馈", "feedback"}};

	if (lacks == KC_LACK_NOTHING) {
		kc_vx_null(x, "missing");
		kc_vx_null(x, "missing_text");
		return;
	}
	kc_vx_str(x, "missing", words[lacks].word);
	kc_vx_str(
	    x, "missing_text", kc_vx_say(x, words[lacks].zh, words[lacks].en));
}

/* What is selected by its own source says so. */
static void
write_basis(struct kc_vx *x, const struct kc_round *r, const struct kc_point *p)
{
	if (r->type == KC_ROUND_Q3 && p->basis < 0)
		kc_vx_word(x, "basis", KC_SET_SOURCE,
		    x->st->targets.v[p->target]->source);
	else
		kc_vx_word_if(x, "basis", "basis_text", KC_SET_BASIS, p->basis);
}

static void
point_row(struct kc_vx *x, const struct kc_round *r, const struct kc_point *p)
{
	const struct kc_target *t = x->st->targets.v[p->target];
	const struct kc_opinion *o =
	    p->opinion == KC_NONE ? NULL : x->st->opinions.v[p->opinion];
	struct kc_buf grounds = {0};

	if (kc_vx_passes(x))
		return;
	kc_vx_row(x);
	kc_vx_str(x, "target", t->code);
	kc_vx_unit(x, "unit", t->unit);
	write_lack(x, kc_point_lacks(x->st, p));
	kc_vx_word_if(x, "verdict", "verdict_text", KC_SET_VERDICT,
	    o == NULL ? -1 : o->verdict);
	kc_vx_str(x, "opinion", o == NULL ? NULL : o->handle);
	write_basis(x, r, p);
	kc_buf_grounds(&grounds, x, t);
	if (grounds.n > 0)
		kc_vx_buf(x, "grounds", &grounds);
	else
		kc_vx_null(x, "grounds");
	kc_buf_free(&grounds);
	kc_vx_str(x, "title", t->title);
	kc_vx_end(x);
}

static bool
sees_point(struct kc_vx *x, const struct kc_point *p)
{
	return kc_vx_sees(x, x->st->targets.v[p->target]->unit, p->target);
}

/* R76: never typed, but those whose targets they are. */
static void
write_units(struct kc_vx *x, const struct kc_round *r)
{
	kc_json_key(&x->w, "units");
	kc_json_open(&x->w, '[');
	for (uint32_t u = 0; u < x->st->units.n; u++)
		for (uint32_t i = 0; i < r->points.n; i++) {
			const struct kc_point *p = &r->points.v[i];

			if (x->st->targets.v[p->target]->unit != u ||
			    !sees_point(x, p))
				continue;
			kc_json_str(&x->w, x->st->units.v[u]->code);
			break;
		}
	kc_json_close(&x->w, ']');
}

/* What is missing comes first. */
enum kc_err
kc_render_round(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_ROUND, x->args->id);
	struct kc_last_day days[KC_L_round_COUNT];
	const struct kc_round *r;

	if (at == KC_NONE)
		return kc_vx_not_found(
		    x, "监测轮次", "monitoring round", x->args->id);
	r = x->st->rounds.v[at];
	days[KC_L_round_CLOSE] = (struct kc_last_day){.due = KC_DAY_NONE};
	if (r->state != KC_RS_CLOSED)
		days[KC_L_round_CLOSE].due = kc_round_due(x->st, r);
	round_facts(x, r);
	kc_vx_i64(x, "year", r->year);
	write_units(x, r);
	kc_vx_next(x, KC_M_round, r->state, days);
	kc_vx_rows(x);
	for (unsigned pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i < r->points.n; i++) {
			const struct kc_point *p = &r->points.v[i];
			bool whole =
			    kc_point_lacks(x->st, p) == KC_LACK_NOTHING;

			if (whole == (pass == 1) && sees_point(x, p))
				point_row(x, r, p);
		}
	return KC_OK;
}

/* --- its last day ------------------------------------------------------------
 * The Establishment Office's, of no unit and no target.
 */
bool
kc_round_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_round *r = st->rounds.v[index];
	bool open = r->state != KC_RS_CLOSED;
	struct kc_deadline d = {.id = r->handle,
	    .unit = KC_NONE,
	    .concerned = KC_NONE,
	    .target = KC_NONE,
	    .owner = KC_NONE,
	    .judge = KC_NONE,
	    .year = r->year,
	    .limit = &kc_machine_get(KC_M_round)->limits[KC_L_round_CLOSE],
	    .day = {.due = kc_round_due(st, r)},
	    .since = r->opened,
	    .version = 1 + kc_moves_of(&r->events),
	    .changed_ms = r->events.v[open ? 0 : r->events.n - 1].received_ms,
	    .end = open ? KC_DEADLINE_OPEN : KC_DEADLINE_DONE,
	    .object = index};

	return kc_deadline_add(st, to, &d);
}
