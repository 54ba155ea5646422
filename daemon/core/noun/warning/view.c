/* SPDX-License-Identifier: Apache-2.0 */
/* Warning letters: the list, one with its events, and its last days. */
#include "noun/deadline/deadline.h"
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

static bool
is_addressed(const struct kc_warning *g, uint32_t unit)
{
	for (uint32_t i = 0; i < g->to.n; i++)
		if (g->to.v[i].unit == unit)
			return true;
	return false;
}

/* One that it was sent, or that is about what it sees. */
static bool
sees_letter(struct kc_vx *x, const struct kc_warning *g)
{
	if (x->reader_unit != KC_NONE && is_addressed(g, x->reader_unit))
		return kc_vx_sees(x, x->reader_unit, KC_NONE);
	return kc_vx_sees(x, x->st->targets.v[g->target]->unit, g->target);
}

enum kc_err
kc_render_warnings(struct kc_vx *x)
{
	const struct kc_u32s *of = x->unit != NULL ? &x->unit->warnings : NULL;
	uint32_t n = of != NULL ? of->n : x->st->warnings.n;

	kc_vx_rows(x);
	for (uint32_t i = 0; i < n; i++) {
		const struct kc_warning *g =
		    x->st->warnings.v[of != NULL ? of->v[i] : i];
		const struct kc_target *t = x->st->targets.v[g->target];

		if ((x->cycle != NULL && t->year != x->year) ||
		    !sees_letter(x, g) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "warning", g->handle);
		kc_vx_str(x, "target", t->code);
		kc_vx_str(x, "title", t->title);
		kc_json_key(&x->w, "units");
		kc_json_open(&x->w, '[');
		for (uint32_t j = 0; j < g->to.n; j++)
			kc_json_str(
			    &x->w, x->st->units.v[g->to.v[j].unit]->code);
		kc_json_close(&x->w, ']');
		kc_vx_word(x, "level", KC_SET_LEVEL, g->level);
		kc_vx_state(x, KC_M_warning, g->state);
		kc_vx_day(x, "rectify_by", kc_letter_lift_by(x->st, g));
		kc_vx_day(x, "closed", g->closed);
		kc_vx_begun(x, &g->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

void
kc_buf_warning_event(struct kc_buf *b, const struct kc_vx *x,
    const struct kc_warning *g, const struct kc_event *e)
{
	kc_buf_event_label(b, x, e);
	if (e->kind == KC_K_warning_issue)
		kc_buf_until(b, x, g->rectify_by);
}

/* The last days of a letter, by its limits. */
static void
letter_days(const struct kc_state *st, const struct kc_warning *g,
    struct kc_last_day days[KC_L_warning_COUNT])
{
	bool open = kc_letter_open(g);

	days[KC_L_warning_LIFT] = (struct kc_last_day){
	    .due = open ? kc_letter_lift_by(st, g) : KC_DAY_NONE};
}

static void
warning_addressees(struct kc_vx *x, const struct kc_warning *g)
{
	kc_json_key(&x->w, "to");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < g->to.n; i++) {
		const struct kc_addressee *a = &g->to.v[i];

		/* What others answered is theirs. */
		if (!kc_vx_would_see(x, a->unit, g->target))
			continue;
		kc_vx_row(x);
		kc_vx_unit(x, "unit", a->unit);
		kc_vx_day(x, "delivered", a->delivered);
		kc_vx_day(x, "reply_due", a->reply_due);
		if (a->replied_ms != 0)
			kc_vx_instant(x, "replied", a->replied_ms);
		else
			kc_vx_null(x, "replied");
		kc_vx_bool(x, "overdue", a->overdue);
		kc_vx_bool(x, "released", a->released);
		kc_vx_end(x);
	}
	kc_json_close(&x->w, ']');
}

/* To whom it went is told to all who see it, as in the list. */
static void
put_units(struct kc_buf *b, const struct kc_vx *x, const struct kc_warning *g)
{
	for (uint32_t i = 0; i < g->to.n; i++) {
		kc_buf_str(b,
		    i == 0 ? kc_vx_say(x, "，发往 ", ", to ")
			   : kc_vx_say(x, "、", ", "));
		kc_buf_str(b, x->st->units.v[g->to.v[i].unit]->code);
	}
}

enum kc_err
kc_render_warning(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_WARNING, x->args->id);
	struct kc_last_day days[KC_L_warning_COUNT];
	const struct kc_warning *g;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(
		    x, "预警函", "warning letter", x->args->id);
	g = x->st->warnings.v[at];
	err = kc_vx_want_seen(x, sees_letter(x, g));
	if (err != KC_OK)
		return err;
	kc_vx_str(x, "warning", g->handle);
	kc_vx_str(x, "target", x->st->targets.v[g->target]->code);
	kc_vx_str(x, "title", x->st->targets.v[g->target]->title);
	kc_vx_word(x, "level", KC_SET_LEVEL, g->level);
	kc_vx_state(x, KC_M_warning, g->state);
	kc_vx_day(x, "rectify_by", kc_letter_lift_by(x->st, g));
	kc_vx_day(x, "closed", g->closed);
	warning_addressees(x, g);
	letter_days(x->st, g, days);
	kc_vx_next(x, KC_M_warning, g->state, days);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < g->events.n; i++) {
		struct kc_buf text = {0};

		kc_buf_warning_event(&text, x, g, &g->events.v[i]);
		if (g->events.v[i].kind == KC_K_warning_issue)
			put_units(&text, x, g);
		kc_vx_event(x, &g->events.v[i], &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}

/* The reply of one unit. */
static struct kc_deadline
reply_day(const struct kc_warning *g, uint32_t i, bool open)
{
	const struct kc_addressee *a = &g->to.v[i];
	struct kc_deadline d = {.id = g->handle,
	    .unit = a->unit,
	    .concerned = KC_NONE,
	    .target = g->target,
	    .limit =
		&kc_machine_get(KC_M_addressee)->limits[KC_L_addressee_REPLY],
	    .day = {a->reply_due, a->provisional},
	    .since =
		a->reply_from != KC_DAY_NONE ? a->reply_from : a->delivered,
	    .version = a->version,
	    .object = kc_due_addressee(g->index, i),
	    .late = a->overdue};

	if (a->delivered == KC_DAY_NONE)
		return d;
	d.changed_ms = kc_day_start_ms(a->delivered, KC_LOCAL_OFFSET_S);
	if (a->replied_ms != 0) {
		d.end = KC_DEADLINE_DONE;
		d.changed_ms = a->replied_ms;
	} else if (!open || a->released) {
		d.end = KC_DEADLINE_VOID;
		d.changed_ms = g->events.v[g->events.n - 1].received_ms;
	}
	return d;
}

bool
kc_warning_deadlines(
    const struct kc_state *st, uint32_t index, struct kc_deadlines *to)
{
	const struct kc_warning *g = st->warnings.v[index];
	bool open = kc_letter_open(g);
	const struct kc_event *last = &g->events.v[open ? 0 : g->events.n - 1];

	for (uint32_t i = 0; (open || to->ended) && i < g->to.n; i++) {
		struct kc_deadline d = reply_day(g, i, open);

		if (!kc_deadline_add(st, to, &d))
			return false;
		d.limit =
		    &kc_machine_get(KC_M_warning)->limits[KC_L_warning_LIFT];
		d.day = (struct kc_last_day){.due = kc_letter_lift_by(st, g)};
		d.since = kc_event_day(&g->events.v[0]);
		d.object = g->index;
		d.late = false;
		d.version = 1 + kc_moves_of(&g->events);
		d.changed_ms = last->received_ms;
		d.end = g->to.v[i].released    ? KC_DEADLINE_VOID
		    : open                     ? KC_DEADLINE_OPEN
		    : g->state == KC_WS_LIFTED ? KC_DEADLINE_DONE
					       : KC_DEADLINE_VOID;
		if (!kc_deadline_add(st, to, &d))
			return false;
	}
	return true;
}
