/* SPDX-License-Identifier: Apache-2.0 */
/* A document on paper: who reads it, which entry made it, its number, its
 * parts. */
#include "form_int.h"

#include "engine/noun.h"
#include "noun/adjust/adjust.h"
#include "noun/bonus/bonus.h"
#include "noun/dispute/dispute.h"
#include "noun/negative/negative.h"
#include "noun/round/round.h"

/* --- documents of matters --- */
#define KINDS_MAX 4
struct matter {
	unsigned ns; /* of what the handle names */
	enum kc_err (*view)(struct kc_vx *x);
	enum kc_party to; /* to whom it goes */
	/* Kinds whose last entry made it; and those whose signers sign it. */
	enum kc_kind_id made[KINDS_MAX], by[KINDS_MAX];
	/* Is there one of it at all? NULL: yes. */
	bool (*is)(const struct kc_state *st, uint32_t index);
	void (*tables)(const struct kc_form_of *f);
	void (*rows)(const struct kc_form_of *f);
	/* Whose document it is: that of who signed this kind, where another
	 * kind made it. */
	enum kc_kind_id issued;
};

static bool
deducts(const struct kc_state *st, uint32_t index)
{
	return st->cases.v[index]->effect != KC_EFFECT_EXEMPT;
}

static bool
spares(const struct kc_state *st, uint32_t index)
{
	return st->cases.v[index]->effect != KC_EFFECT_FULL;
}

#define CASE(sym, to, made, by, is)                                            \
	[KC_FORM_##sym] = {KC_NS_CASE, kc_render_prededuct, KC_PARTY_##to,     \
	    made, by, is, NULL, kc_form_##sym}
#define K(...)                                                                 \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
static const struct matter matters[KC_FORM_COUNT] = {
    [KC_FORM_opinion] = {KC_NS_OPINION, kc_render_opinion, KC_PARTY_UNIT,
	K(KC_K_opinion_record, KC_K_opinion_point),
	K(KC_K_opinion_record, KC_K_opinion_point, KC_K_opinion_feed_back),
	NULL, NULL, kc_form_opinion},
    [KC_FORM_warning] = {KC_NS_WARNING, kc_render_warning, KC_PARTY_UNIT,
	K(KC_K_warning_issue), K(KC_K_warning_issue), NULL,
	kc_form_letter_table, kc_form_letter},
    CASE(deduction, UNIT, K(KC_K_prededuct_confirm),
	K(KC_K_prededuct_decide, KC_K_prededuct_confirm), deducts),
    CASE(feedback, UNIT, K(KC_K_feedback_deliver), K(KC_K_feedback_deliver),
	NULL),
    CASE(rectification, JUDGE, K(KC_K_rectify_submit), K(KC_K_rectify_submit),
	NULL),
    CASE(refund, UNIT, K(KC_K_refund_grant), K(KC_K_refund_grant), NULL),
    [KC_FORM_exemption] = {KC_NS_CASE, kc_render_prededuct, KC_PARTY_UNIT,
	K(KC_K_prededuct_confirm),
	K(KC_K_prededuct_decide, KC_K_prededuct_confirm), spares, NULL,
	kc_form_deduction},
    CASE(extension, UNIT,
	K(KC_K_extension_grant, KC_K_extension_refuse, KC_K_extension_allow),
	K(KC_K_extension_grant, KC_K_extension_refuse, KC_K_extension_allow),
	NULL),
    [KC_FORM_review] = {KC_NS_DISPUTE, kc_render_dispute, KC_PARTY_UNIT,
	K(KC_K_dispute_decide), K(KC_K_dispute_decide), NULL, NULL,
	kc_form_review},
    [KC_FORM_negative] = {KC_NS_NEGATIVE, kc_render_negative, KC_PARTY_UNIT,
	K(KC_K_negative_confirm),
	K(KC_K_negative_propose, KC_K_negative_confirm), NULL, NULL,
	kc_form_negative},
    [KC_FORM_bonus] = {KC_NS_BONUS, kc_render_bonus, KC_PARTY_JUDGE,
	K(KC_K_bonus_claim), K(KC_K_bonus_claim, KC_K_bonus_verify), NULL, NULL,
	kc_form_bonus},
    [KC_FORM_adjustment] = {KC_NS_ADJUST, kc_render_adjust, KC_PARTY_UNIT,
	K(KC_K_adjust_read),
	K(KC_K_target_adjust, KC_K_adjust_approve_first,
	    KC_K_adjust_approve_second, KC_K_adjust_read),
	NULL, kc_form_adjustment_table, kc_form_adjustment,
	/* as the list that it changes; leaders read what offices issue */
	KC_K_adjust_approve_first},
};
#undef CASE
#undef K
_Static_assert(KC_K_prededuct_decide != 0, "kind 0 ends a row");

static bool
among(const enum kc_kind_id *kinds, unsigned kind)
{
	for (unsigned i = 0; i < KINDS_MAX && kinds[i] != 0; i++)
		if (kinds[i] == kind)
			return true;
	return false;
}

static const struct kc_event *
last_of(const struct kc_events *ev, const enum kc_kind_id *kinds)
{
	for (uint32_t i = ev->n; i-- > 0;)
		if (among(kinds, ev->v[i].kind))
			return &ev->v[i];
	return NULL;
}

/* Which of its sort it is in the year in which it was made: what comes later
 * does not change it. */
static uint32_t
number_of(const struct kc_state *st, const struct kc_named *n,
    const struct matter *m, const struct kc_event *made)
{
	int year = kc_day_year(kc_event_day(made));
	uint32_t number = 0;

	for (uint32_t i = 0; i < n->count(st); i++) {
		const struct kc_events *ev = n->events(st, i);

		for (uint32_t j = 0; j < ev->n; j++)
			number += ev->v[j].seq <= made->seq &&
			    among(m->made, ev->v[j].kind) &&
			    (m->is == NULL || m->is(st, i)) &&
			    kc_day_year(kc_event_day(&ev->v[j])) == year;
	}
	return number;
}

static void
put_numbers(const struct kc_form_of *f, const struct kc_named *n)
{
	const struct kc_case *c =
	    f->form == KC_FORM_deduction ? f->x->st->cases.v[f->index] : NULL;

	if (c != NULL && c->number > 0)
		kc_form_mark(f->x, c->year, (uint32_t)c->number);
	else
		kc_form_mark(f->x, kc_day_year(kc_event_day(f->made)),
		    number_of(f->x->st, n, &matters[f->form], f->made));
}

/* The actor whose office issues it. */
static uint32_t
issued_by(const struct kc_form_of *f)
{
	enum kc_kind_id kind = matters[f->form].issued;
	uint32_t at = kind == 0 ? KC_NONE : kc_events_at(f->events, kind);

	return at == KC_NONE ? f->made->by : f->events->v[at].by;
}

/* Whose document it is, to whom it goes, its day and its entry. */
static void
put_parties(const struct kc_form_of *f, const struct kc_named *n)
{
	struct kc_vx *x = f->x;
	uint32_t by = issued_by(f), issuer = x->st->actors.v[by]->unit, unit;

	kc_vx_unit(x, "issuer", issuer);
	kc_vx_str(x, "issuer_name", kc_form_office(x, by));
	kc_json_key(&x->w, "to");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; n->party != NULL; i++) {
		unit = n->party(x->st, f->index, matters[f->form].to, i);
		if (unit == KC_NONE)
			break;
		if (unit != issuer)
			kc_json_str(
			    &x->w, kc_vx_unit_name(x, x->st->units.v[unit]));
	}
	kc_json_close(&x->w, ']');
	kc_vx_day(x, "date", kc_event_day(f->made));
	kc_vx_u64(x, "seq", f->made->seq);
}

/* The signers of the entries that it rests on, up to the one that made it;
 * where that is fed back, of this too. */
static void
put_signers(const struct kc_form_of *f)
{
	const struct matter *m = &matters[f->form];

	for (uint32_t i = 0; i < f->events->n; i++) {
		const struct kc_event *e = &f->events->v[i];

		if (e != f->made && among(m->made, e->kind))
			continue; /* an earlier one of its sort */
		if (among(m->by, e->kind))
			kc_form_signed(f->x, e->seq);
	}
}

/* Whoever may not read the view of a matter may not read what is printed of
 * it: that view says so itself. */
static enum kc_err
want_reader(struct kc_vx *x, const struct matter *m, enum kc_see see)
{
	struct kc_buf scratch = {0};
	struct kc_vx own = *x;
	enum kc_err err;

	x->see = own.see = see;
	x->scope = own.scope = kc_viewer_scope(x->args->reader, see);
	if (m->view == NULL)
		return kc_vx_want_seen(x, x->scope != KC_SEES_NOTHING);
	own.w = (struct kc_json){.out = &scratch};
	kc_json_open(&own.w, '{');
	err = kc_vx_want_seen(&own, own.scope != KC_SEES_NOTHING);
	if (err == KC_OK)
		err = m->view(&own);
	if (err == KC_OK)
		err = kc_vx_want_seen(x, !own.unasked);
	if (err == KC_OK)
		err = scratch.err;
	kc_buf_free(&scratch);
	return err;
}

/* Which of the two it decides. */
static const char *
title_of(const struct kc_form_of *f)
{
	if (f->form != KC_FORM_exemption)
		return kc_form_title(f->x, f->form);
	return f->x->st->cases.v[f->index]->effect == KC_EFFECT_HALF
	    ? kc_vx_say(f->x, "减半扣分决定", "decision to halve")
	    : kc_vx_say(f->x, "免予扣分决定", "decision to exempt");
}

static enum kc_err
put_matter(struct kc_vx *x, enum kc_form_id form)
{
	const struct matter *m = &matters[form];
	const struct kc_form *name = kc_form_get(form);
	struct kc_form_of f = {.x = x, .form = form};
	const struct kc_named *n = kc_named_find(x->st, x->args->id, &f.index);

	if (n == NULL || n->ns != m->ns)
		return kc_vx_not_found(
		    x, name->of_zh, name->of_en, x->args->id);
	f.events = n->events(x->st, f.index);
	f.made = last_of(f.events, m->made);
	if (f.made == NULL || (m->is != NULL && !m->is(x->st, f.index)))
		return kc_form_not_made(x, form, x->args->id, m->made[0]);
	x->year = kc_handle_year(x->args->id);
	kc_form_head(x, form, title_of(&f));
	put_numbers(&f, n);
	put_parties(&f, n);
	kc_json_key(&x->w, "tables");
	kc_json_open(&x->w, '[');
	if (m->tables != NULL)
		m->tables(&f);
	kc_json_close(&x->w, ']');
	kc_vx_rows(x);
	m->rows(&f);
	put_signers(&f);
	return KC_OK;
}

/* --- which were made --- */
static const struct kc_named *
named_of(unsigned ns)
{
	for (size_t i = 0; i < kc_nouns_n; i++)
		for (unsigned j = 0; j < KC_NOUN_NAMED; j++)
			if (kc_nouns[i]->named[j].field != NULL &&
			    kc_nouns[i]->named[j].ns == ns)
				return &kc_nouns[i]->named[j];
	return NULL;
}

/* May this reader have the document of this handle? */
static bool
may_have(const struct kc_vx *x, enum kc_form_id form, const char *handle)
{
	struct kc_view_args args = *x->args;
	struct kc_refusal why = {0};
	struct kc_vx own = *x;

	args.id = kc_slice_str(handle);
	own.args = &args;
	own.why = &why;
	return want_reader(&own, &matters[form], kc_form_see(form)) == KC_OK;
}

static void
put_made(struct kc_vx *x, enum kc_form_id form)
{
	const struct matter *m = &matters[form];
	const struct kc_named *n = named_of(m->ns);

	for (uint32_t i = 0; n != NULL && i < n->count(x->st); i++) {
		struct kc_form_of f = {.x = x,
		    .form = form,
		    .events = n->events(x->st, i),
		    .index = i};
		const char *handle = n->handle(x->st, i);

		f.made = last_of(f.events, m->made);
		if (f.made == NULL || (m->is != NULL && !m->is(x->st, i)) ||
		    (x->args->year != 0 &&
			kc_day_year(kc_event_day(f.made)) != x->args->year) ||
		    !may_have(x, form, handle))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "about", handle);
		put_numbers(&f, n);
		put_parties(&f, n);
		kc_vx_end(x);
	}
}

enum kc_err
kc_render_papers(struct kc_vx *x)
{
	enum kc_err err;
	enum kc_form_id form = x->args->kind.n > 0 ? kc_form_find(x->args->kind)
						   : KC_FORM_unit_list;

	if (form == KC_FORM_COUNT || kc_form_get(form)->waits_zh != NULL)
		return kc_vx_bad_arg(x, "kind");
	x->see = kc_form_see(form);
	x->scope = kc_viewer_scope(x->args->reader, x->see);
	err = kc_vx_want_seen(x, x->scope != KC_SEES_NOTHING);
	if (err != KC_OK)
		return err;
	kc_vx_str(x, "form", kc_form_get(form)->name);
	x->asked = true; /* of each by itself */
	kc_vx_rows(x);
	if (matters[form].view != NULL)
		put_made(x, form);
	else if (form == KC_FORM_staffing)
		kc_form_advices(x);
	else if (form == KC_FORM_result)
		kc_form_results(x);
	else
		kc_form_lists(x, form);
	return KC_OK;
}

/* The document that is asked for; or the first that a thing has. */
static enum kc_form_id
asked_form(struct kc_vx *x)
{
	uint32_t index;
	const struct kc_named *n;

	if (x->args->kind.n > 0)
		return kc_form_find(x->args->kind);
	n = kc_named_find(x->st, x->args->id, &index);
	for (unsigned i = 0; n != NULL && i < KC_FORM_COUNT; i++)
		if (matters[i].view != NULL && matters[i].ns == n->ns &&
		    (matters[i].is == NULL || matters[i].is(x->st, index)))
			return (enum kc_form_id)i;
	return KC_FORM_unit_list;
}

enum kc_err
kc_render_form(struct kc_vx *x)
{
	enum kc_form_id form = asked_form(x);
	enum kc_err err;

	if (form == KC_FORM_COUNT || kc_form_get(form)->waits_zh != NULL)
		return kc_vx_bad_arg(x, "kind");
	err = want_reader(x, &matters[form], kc_form_see(form));
	if (err != KC_OK)
		return err;
	x->asked = true; /* the view of what it is about has looked */
	if (form == KC_FORM_staffing)
		return kc_form_staffing(x);
	if (form == KC_FORM_result)
		return kc_form_result(x);
	return matters[form].view != NULL ? put_matter(x, form)
					  : kc_form_list(x, form);
}
