/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a statement would do: it is applied to a state that nobody else sees,
 * and what has changed is said in words. Nothing is computed here that the
 * state and the scores do not say themselves.
 */
#include <string.h>

#include "noun/dispute/dispute.h"
#include "noun/task/check.h"
#include "view_int.h"

#define SCORES_SAID 4

/* Total of a unit in a year; none while its list is not issued. */
struct total {
	bool is;
	int64_t e4;
};
struct totals {
	struct total *v; /* years x units */
	uint32_t years, units;
};

static enum kc_err
take_totals(const struct kc_state *st, struct totals *t)
{
	struct kc_refusal why = {0};
	struct kc_unit_score s;
	enum kc_err err = KC_OK;

	t->years = st->cycles.n;
	t->units = st->units.n;
	t->v = kc_alloc(((size_t)t->years * t->units + 1) * sizeof(t->v[0]));
	if (t->v == NULL)
		return KC_ENOMEM;
	for (uint32_t y = 0; y < t->years; y++) {
		for (uint32_t u = 0; u < t->units; u++) {
			struct total *to = &t->v[(size_t)y * t->units + u];

			err = kc_unit_score(
			    st, st->units.v[u], st->cycles.v[y], &s, &why);
			if (err == KC_ENOMEM)
				return err;
			to->is = err == KC_OK && s.listed;
			to->e4 = to->is ? s.score.total_e4 : 0;
		}
	}
	return KC_OK;
}

static struct total
total_of(const struct totals *t, uint32_t year, uint32_t unit)
{
	const struct total none = {false, 0};

	return year < t->years && unit < t->units
	    ? t->v[(size_t)year * t->units + unit]
	    : none;
}

/* --- what the statement is about --- */
struct object {
	const struct kc_case *c;
	enum kc_machine_id machine;
	int state; /* -1: nothing that has states */
	const char *id;
};

static struct kc_slice
named(const struct kc_entry *e, const char *field)
{
	int f = kc_kind_field(e->kind, kc_slice_str(field));

	return f >= 0 && kc_entry_has(e, (unsigned)f)
	    ? kc_entry_str(e, (unsigned)f)
	    : (struct kc_slice){"", 0};
}

/* The case, letter, dispute or target that was made, or that a field names. */
static void
find_object(const struct kc_state *st, struct kc_slice made,
    const struct kc_entry *e, struct object *o)
{
	uint32_t i =
	    kc_find(st, KC_NS_CASE, made.n > 0 ? made : named(e, "case"));

	*o = (struct object){.state = -1};
	if (i != KC_NONE) {
		o->c = st->cases.v[i];
		o->machine = KC_M_case;
		o->state = o->c->state;
		o->id = o->c->handle;
		return;
	}
	i = kc_find(st, KC_NS_WARNING, made.n > 0 ? made : named(e, "warning"));
	if (i != KC_NONE) {
		o->machine = KC_M_warning;
		o->state = st->warnings.v[i]->state;
		o->id = st->warnings.v[i]->handle;
		return;
	}
	i = kc_find(st, KC_NS_DISPUTE, made.n > 0 ? made : named(e, "dispute"));
	if (i != KC_NONE) {
		o->machine = KC_M_dispute;
		o->state = st->disputes.v[i]->state;
		o->id = st->disputes.v[i]->handle;
		return;
	}
	i = kc_find(st, KC_NS_TARGET, named(e, "target"));
	if (i != KC_NONE) {
		o->machine = KC_M_target;
		o->state = st->targets.v[i]->state;
		o->id = st->targets.v[i]->code;
	}
}

/* --- words --- */
static void
put_act(struct kc_buf *b, const struct kc_vx *x, const struct kc_entry *e,
    const struct kc_case *c, bool counted)
{
	if (c != NULL && e->kind->id == KC_K_refund_grant) {
		kc_buf_str(b, kc_vx_say(x, "返还 ", "return "));
		kc_buf_percent(b, c->rate_bp);
		kc_buf_str(b, kc_vx_say(x, "：", ": "));
		kc_buf_points(b, c->returned_e4);
		kc_buf_str(b, kc_vx_say(x, "，原扣 ", " of "));
		kc_buf_points(b, c->deducted_e4);
		return;
	}
	kc_buf_str(b, kc_vx_say(x, e->kind->zh, e->kind->en));
	if (c == NULL)
		return;
	kc_buf_char(b, ' ');
	kc_buf_str(b, c->handle);
	if (kc_case_counts(c) && !counted) {
		kc_buf_str(b, kc_vx_say(x, "：扣 ", ": deduct "));
		kc_buf_points(b, c->deducted_e4);
	} else if (e->kind->id == KC_K_prededuct_decide) {
		kc_buf_str(b, kc_vx_say(x, "：标准 ", ": standard "));
		kc_buf_points(b, c->standard_e4);
		kc_buf_str(b, kc_vx_say(x, "，", ", "));
		kc_buf_str(b, kc_vx_label(x, KC_SET_PD_EFFECT, c->effect));
		kc_buf_str(
		    b, kc_vx_say(x, "，确认后计入", "; counts once confirmed"));
	}
}

static void
put_total(struct kc_buf *b, struct total t)
{
	if (t.is)
		kc_buf_points(b, t.e4);
	else
		kc_buf_str(b, "-");
}

/* Of the units whose scores the reader sees, and of the one whose case it is
 * about to change: that is what it decides on. */
static bool
shows_score(const struct kc_vx *x, uint32_t unit, const struct object *o)
{
	return kc_vx_sees_unit_of(x, KC_SEE_score, x->st->units.v[unit]) ||
	    (o->c != NULL && o->c->unit == unit);
}

/* Units whose score changes: f for each of them; how many. */
static unsigned
changes(struct kc_vx *x, const struct totals *was, const struct totals *is,
    const struct object *o, struct kc_buf *words)
{
	unsigned n = 0;

	for (uint32_t y = 0; y < is->years; y++) {
		for (uint32_t u = 0; u < is->units; u++) {
			struct total a = total_of(was, y, u);
			struct total b = total_of(is, y, u);
			const char *code = x->st->units.v[u]->code;

			if ((a.is == b.is && a.e4 == b.e4) ||
			    !shows_score(x, u, o))
				continue;
			n++;
			if (words == NULL) {
				kc_vx_row(x);
				kc_vx_str(x, "unit", code);
				kc_vx_i64(x, "year", x->st->cycles.v[y]->year);
				kc_json_key(&x->w, "before");
				a.is ? kc_json_points(&x->w, a.e4)
				     : kc_json_null(&x->w);
				kc_json_key(&x->w, "after");
				b.is ? kc_json_points(&x->w, b.e4)
				     : kc_json_null(&x->w);
				kc_vx_end(x);
			} else if (n <= SCORES_SAID) {
				kc_buf_str(words, kc_vx_say(x, "；", "; "));
				kc_buf_str(words, code);
				kc_buf_char(words, ' ');
				put_total(words, a);
				kc_buf_str(words, " → ");
				put_total(words, b);
			}
		}
	}
	if (words != NULL && n > SCORES_SAID) {
		kc_buf_str(
		    words, kc_vx_say(x, "；另有单位 ", "; more units: "));
		kc_buf_u64(words, n - SCORES_SAID);
	}
	return n;
}

/* "PD-2022-0001 is deducted; next: feedback.deliver (assessor), until …" */
static void
put_next(
    struct kc_buf *b, struct kc_vx *x, const struct object *o, kc_day until)
{
	struct kc_buf moves = {0};

	if (o->state < 0)
		return;
	kc_buf_str(b, o->id);
	kc_buf_str(b, kc_vx_say(x, "：", ": "));
	kc_buf_str(b, kc_state_name(o->machine, (unsigned)o->state, x->lang));
	kc_buf_moves(&moves, o->machine, (unsigned)o->state, true, x->lang);
	if (moves.n > 0) {
		kc_buf_str(b, kc_vx_say(x, "；下一步 ", "; next "));
		kc_buf_slice(b, kc_buf_view(&moves));
	}
	if (until != KC_DAY_NONE) {
		kc_buf_str(b, kc_vx_say(x, "，至 ", ", until "));
		kc_buf_day(b, until);
	}
	if (moves.err != KC_OK && b->err == KC_OK)
		b->err = moves.err;
	kc_buf_free(&moves);
}

/* What the clerk writes at once: in words, or as a list. */
static void
put_clerks(struct kc_buf *b, struct kc_vx *x, struct kc_slice lines)
{
	struct kc_slice line;

	while (kc_slice_line(&lines, &line)) {
		if (b == NULL) {
			kc_json_slice(&x->w, line);
			continue;
		}
		kc_buf_str(
		    b, kc_vx_say(x, "；账本书记随即：", "; the clerk: "));
		kc_buf_slice(b, line);
	}
}

/* What an opinion is given on: lights, findings and checks of its target. */
static void
put_grounds(struct kc_buf *b, const struct kc_vx *x, const struct kc_entry *e)
{
	uint32_t i = kc_find(x->st, KC_NS_TARGET, named(e, "target"));
	struct kc_buf known = {0};

	if ((e->kind->id != KC_K_opinion_record &&
		e->kind->id != KC_K_opinion_point) ||
	    i == KC_NONE)
		return;
	kc_buf_grounds(&known, x, x->st->targets.v[i]);
	if (known.n > 0) {
		kc_buf_str(b, kc_vx_say(x, "；可据：", "; known: "));
		kc_buf_slice(b, kc_buf_view(&known));
	}
	kc_buf_free(&known);
}

/* What a voter writes is read by others than his marks are. */
static void
put_readers(struct kc_buf *b, const struct kc_vx *x, const struct kc_entry *e)
{
	const struct kc_policy *p;

	if (e->kind->id != KC_K_panel_ballot ||
	    (!kc_entry_has(e, KC_F_panel_ballot_overreach) &&
		!kc_entry_has(e, KC_F_panel_ballot_absent) &&
		!kc_entry_has(e, KC_F_panel_ballot_misplaced) &&
		!kc_entry_has(e, KC_F_panel_ballot_workload)))
		return;
	p = kc_policy_of(
	    x->st, (int)kc_entry_num(e, KC_F_panel_ballot_year, 0));
	kc_buf_str(b,
	    kc_vx_say(x,
		"；投票结束后，所写文字不署名印在该单位的考核结果反馈单上"
		"，本组有效票少于 ",
		"; once the panels are closed its words are printed on the "
		"unit's form of the result without your name, unless fewer "
		"ballots of your group are valid than "));
	kc_buf_i64(b, p->value[KC_P_PANEL_MIN_BALLOTS]);
	kc_buf_str(b, kc_vx_say(x, " 张的不印", ""));
}

/* A statement, where it would stand, and what it made. */
struct done {
	const struct kc_entry *e;
	struct kc_stamp at;
	char handle[32];
	bool counted;
	struct kc_buf clerks; /* a line each */
};

static void
write_effect(struct kc_vx *x, const struct done *d, const struct totals *was,
    const struct totals *is)
{
	const struct kc_entry *e = d->e;
	struct kc_buf text = {0};
	struct object o;
	kc_day until = KC_DAY_NONE;

	find_object(x->st, kc_slice_str(d->handle), e, &o);
	if (o.id != NULL && kc_next_last_day(x->st, o.id, NULL, NULL, &until))
		x->w.out->err = KC_ENOMEM;
	kc_json_open(&x->w, '{');
	kc_vx_str(x, "schema", "kaocheng.effect/1");
	kc_vx_u64(x, "seq", d->at.seq);
	kc_vx_str(x, "kind", e->kind->name);
	kc_vx_str(x, "handle", d->handle);
	put_act(&text, x, e, o.c, d->counted);
	put_grounds(&text, x, e);
	put_readers(&text, x, e);
	put_clerks(&text, x, kc_buf_view(&d->clerks));
	(void)changes(x, was, is, &o, &text);
	kc_vx_buf(x, "effect", &text);
	kc_buf_reset(&text);
	put_next(&text, x, &o, until);
	kc_vx_buf(x, "then", &text);
	kc_vx_day(x, "due", until);
	kc_json_key(&x->w, "clerk");
	kc_json_open(&x->w, '[');
	put_clerks(NULL, x, kc_buf_view(&d->clerks));
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "scores");
	kc_json_open(&x->w, '[');
	(void)changes(x, was, is, &o, NULL);
	kc_json_close(&x->w, ']');
	kc_json_close(&x->w, '}');
	kc_buf_free(&text);
}

enum kc_err
kc_effect_render(struct kc_state *own, const struct kc_entry *e,
    struct kc_stamp at, enum kc_lang lang, const struct kc_viewer *reader,
    struct kc_buf *out, struct kc_refusal *why)
{
	const struct kc_view_args args = {.lang = lang, .reader = reader};
	struct kc_vx x = {.st = own,
	    .args = &args,
	    .why = why,
	    .w = {.out = out},
	    .lang = lang,
	    .scope = KC_SEES_ALL,
	    .today = kc_day_of_instant(at.received_ms, KC_LOCAL_OFFSET_S)};
	struct totals was = {0}, is = {0};
	struct done d = {.e = e, .at = at};
	struct object o;
	enum kc_err err = kc_viewer_sees_draft(own, reader, e, at.received_ms)
	    ? take_totals(own, &was)
	    : kc_viewer_refuse(reader, KC_SEE_entry, why);

	find_object(own, KC_LIT(""), e, &o);
	d.counted = o.c != NULL && kc_case_counts(o.c);
	if (err == KC_OK)
		err = kc_state_try(own, e, at, why);
	if (err == KC_OK) {
		(void)kc_slice_copy(
		    d.handle, sizeof(d.handle), kc_state_last_handle(own));
		err = kc_consequences(own, at, &x, &d.clerks, why);
	}
	if (err == KC_OK)
		err = take_totals(own, &is);
	if (err == KC_OK) {
		write_effect(&x, &d, &was, &is);
		err = kc_buf_err(out);
	}
	kc_buf_free(&d.clerks);
	kc_free(was.v);
	kc_free(is.v);
	return err;
}
