/* SPDX-License-Identifier: Apache-2.0 */
/* Disputes: the list, one with its record and its events; and the decisions
 * that can be disputed. */
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

#include "dispute.h"

/* What the unit has, or what its judge judges. */
static bool
sees(struct kc_vx *x, const struct kc_decision *about, uint32_t unit)
{
	const struct kc_subject *s = kc_subject_of(about->kind);

	if (kc_vx_sees(x, unit, kc_decision_target(x->st, about)))
		return true;
	x->asked = x->scope == KC_SEES_JUDGED &&
	    s->judge(x->st, about->object) == x->reader_unit;
	return x->asked;
}

static bool
of_year(const struct kc_vx *x, const struct kc_decision *about)
{
	return x->cycle == NULL || kc_decision_year(x->st, about) == x->year;
}

static void
put_decision(struct kc_vx *x, const struct kc_decision *about)
{
	const struct kc_kind *k = kc_kind_get(about->kind);

	kc_vx_str(x, "matter", kc_decision_matter(x->st, about));
	kc_vx_str(x, "kind", k->name);
	kc_vx_str(x, "kind_text", kc_vx_say(x, k->zh, k->en));
}

/* The ruling that stands, in its word and with its measure; null before. */
static void
put_ruling(struct kc_vx *x, const struct kc_dispute *d)
{
	const struct kc_subject *s =
	    kc_subject_of(kc_dispute_decision(x->st, d)->kind);
	unsigned level = d->at[1].ruling != KC_RULING_NONE ? 1 : 0;
	int ruling = d->at[level].ruling;
	bool falls;
	int64_t measure = -1;

	if (ruling == KC_RULING_NONE) {
		kc_vx_null(x, "ruling");
		kc_vx_null(x, "ruling_text");
	} else {
		kc_vx_word(x, "ruling", KC_SET_RULING, ruling);
	}
	if (!kc_dispute_result(d, &falls, &measure) || falls)
		measure = -1;
	if (measure < 0)
		kc_vx_null(x, "instead");
	else if (s->reduced == KC_MEASURE_POINTS)
		kc_vx_points(x, "instead", measure);
	else if (s->reduced == KC_MEASURE_GRADE)
		kc_vx_str(
		    x, "instead", kc_word_text(KC_SET_BONUS_GRADE, measure));
	else
		kc_vx_i64(x, "instead", measure);
}

static void
put_facts(struct kc_vx *x, const struct kc_dispute *d)
{
	const struct kc_decision *about = kc_dispute_decision(x->st, d);

	kc_vx_str(x, "dispute", d->handle);
	kc_vx_unit(x, "unit", d->unit);
	kc_vx_u64(x, "decision", about->seq);
	put_decision(x, about);
	kc_vx_state(x, KC_M_dispute, d->state);
	put_ruling(x, d);
	kc_vx_day(x, "due", d->due);
	kc_vx_bool(x, "overdue", d->overdue);
}

enum kc_err
kc_render_disputes(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->disputes.n; i++) {
		const struct kc_dispute *d = x->st->disputes.v[i];
		const struct kc_decision *about = kc_dispute_decision(x->st, d);

		if (!of_year(x, about) ||
		    (x->unit != NULL && d->unit != x->unit->index) ||
		    !sees(x, about, d->unit) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		put_facts(x, d);
		kc_vx_begun(x, &d->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* --- one
 * ------------------------------------------------------------------------ */
static void
put_calendar(struct kc_vx *x, const struct kc_hash *h)
{
	struct kc_buf b = {0};

	kc_buf_sha256(&b, h);
	kc_json_slice(&x->w, kc_buf_view(&b));
	kc_buf_free(&b);
}

/* What a replay up to here shows: asked as of where the clerk's stands, it
 * is the clerk's. */
static enum kc_err
put_record(struct kc_vx *x, const struct kc_dispute *d)
{
	struct kc_dispute_record r;
	struct kc_buf trail = {0};
	struct kc_slice rest, line;
	enum kc_err err = kc_dispute_record(x->st, d, &r);

	if (err != KC_OK)
		return err;
	kc_json_key(&x->w, "record");
	kc_json_open(&x->w, '{');
	kc_vx_u64(x, "position", kc_state_size(x->st));
	kc_vx_hash(x, "policy", &r.policy);
	kc_json_key(&x->w, "calendar");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < r.ncalendars; i++)
		put_calendar(x, &r.calendar[i]);
	kc_json_close(&x->w, ']');
	kc_vx_hash(x, "state", &r.state);
	kc_vx_hash(x, "trail", &r.trail);
	kc_buf_dispute_trail(&trail, x->st, d);
	err = kc_buf_err(&trail);
	rest = kc_buf_view(&trail);
	kc_json_key(&x->w, "trail_text");
	kc_json_open(&x->w, '[');
	while (err == KC_OK && kc_slice_line(&rest, &line))
		kc_json_slice(&x->w, line);
	kc_json_close(&x->w, ']');
	kc_json_close(&x->w, '}');
	kc_buf_free(&trail);
	return err;
}

static void
put_event(struct kc_vx *x, const struct kc_dispute *d, const struct kc_event *e)
{
	uint32_t first = kc_events_first(&d->events, KC_K_dispute_decide);
	struct kc_buf text = {0};

	kc_buf_event_label(&text, x, e);
	if (e->kind == KC_K_dispute_decide) {
		unsigned level =
		    d->at[0].ruling == KC_RULING_NONE || e->seq != first ? 1
									 : 0;

		kc_buf_str(&text, kc_vx_say(x, "：", ": "));
		kc_buf_str(
		    &text, kc_vx_label(x, KC_SET_RULING, d->at[level].ruling));
	}
	kc_vx_event(x, e, &text);
	kc_vx_end(x);
	kc_buf_free(&text);
}

enum kc_err
kc_render_dispute(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_DISPUTE, x->args->id), target;
	struct kc_last_day days[KC_L_dispute_COUNT];
	const struct kc_dispute *d;
	const struct kc_target *t;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "复核", "dispute", x->args->id);
	d = x->st->disputes.v[at];
	err =
	    kc_vx_want_seen(x, sees(x, kc_dispute_decision(x->st, d), d->unit));
	if (err != KC_OK)
		return err;
	target = kc_decision_target(x->st, kc_dispute_decision(x->st, d));
	t = target == KC_NONE ? NULL : x->st->targets.v[target];
	put_facts(x, d);
	kc_vx_str(x, "target", t != NULL ? t->code : NULL);
	kc_vx_str(x, "title", t != NULL ? t->title : NULL);
	kc_vx_actor(x, "decider", d->at[0].by);
	kc_vx_actor(x, "appeal_decider", d->at[1].by);
	kc_vx_bool(x, "provisional", d->provisional);
	err = put_record(x, d);
	if (err != KC_OK)
		return err;
	kc_dispute_days(d, days);
	kc_vx_next(x, KC_M_dispute, d->state, days);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < d->events.n; i++)
		put_event(x, d, &d->events.v[i]);
	return KC_OK;
}

/* --- what can be disputed
 * ---------------------------------------------------------- */
static void
decision_row(struct kc_vx *x, const struct kc_decision *about, uint32_t unit)
{
	const struct kc_dispute *d;

	if (kc_vx_passes(x))
		return;
	d = kc_decision_dispute(x->st, about, unit);
	kc_vx_row(x);
	kc_vx_u64(x, "seq", about->seq);
	kc_vx_unit(x, "unit", unit);
	put_decision(x, about);
	kc_vx_day(x, "date", about->day);
	kc_vx_day(x, "delivered", kc_decision_delivered(x->st, about, unit));
	kc_vx_day(x, "due", kc_decision_file_by(x->st, about, unit));
	kc_vx_str(x, "dispute", d != NULL ? d->handle : NULL);
	kc_vx_end(x);
}

/* Of those in force, what a unit disputes or still may. */
enum kc_err
kc_render_decisions(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->decisions.n; i++) {
		const struct kc_decision *about = &x->st->decisions.v[i];
		const struct kc_subject *s = kc_subject_of(about->kind);

		if (s == NULL || !of_year(x, about))
			continue;
		for (uint32_t u = 0; u < x->st->units.n; u++) {
			kc_day by;

			if ((x->unit != NULL && u != x->unit->index) ||
			    !s->of(x->st, about->object, u) ||
			    !s->stands(x->st, about, u))
				continue;
			by = kc_decision_file_by(x->st, about, u);
			if ((by == KC_DAY_NONE || x->today <= by ||
				kc_decision_dispute(x->st, about, u) != NULL) &&
			    sees(x, about, u))
				decision_row(x, about, u);
		}
	}
	return KC_OK;
}
