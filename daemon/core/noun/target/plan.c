/* SPDX-License-Identifier: Apache-2.0 */
/* What drafting a target and adding a dynamic one have in common. */
#include "plan.h"

#include <assert.h>
#include <stdio.h>

/* --- lists and points --- */
struct kc_list *
kc_list_of(const struct kc_state *st, uint32_t unit, int year)
{
	uint64_t ns = kc_ns_of(KC_NS_LIST, (uint64_t)year);
	uint32_t i = kc_index_find(
	    &st->by_code, ns, kc_slice_str(st->units.v[unit]->code));

	return i == KC_NONE ? NULL : st->lists.v[i];
}

struct kc_u32s
kc_list_targets(const struct kc_state *st, uint32_t unit, int year)
{
	const struct kc_list *l = kc_list_of(st, unit, year);

	return l == NULL ? (struct kc_u32s){0} : l->targets;
}

unsigned
kc_list_state(const struct kc_list *l)
{
	return l != NULL && l->issued_seq != KC_NONE ? KC_LS_ISSUED
						     : KC_LS_DRAWN_UP;
}

static enum kc_policy_key
points_key(int64_t class)
{
	static const enum kc_policy_key keys[] = {
	    [KC_TARGET_CLASS_KEY] = KC_P_POINTS_KEY,
	    [KC_TARGET_CLASS_ROUTINE] = KC_P_POINTS_ROUTINE,
	    [KC_TARGET_CLASS_DYNAMIC] = KC_P_POINTS_DYNAMIC,
	};

	assert(class >= 0 && class < KC_TARGET_CLASS_COUNT);
	return keys[class];
}

int64_t
kc_class_points(
    const struct kc_state *st, const struct kc_cycle *c, int64_t class)
{
	return st->policies.v[c->policy].policy->value[points_key(class)];
}

enum kc_err
kc_refuse_weight(const struct kc_state *st, const struct kc_cycle *c,
    int64_t class, int64_t sum_e4, struct kc_refusal *why)
{
	size_t n;
	const struct kc_word *words = kc_set_words(KC_SET_TARGET_CLASS, &n);
	struct kc_buf en = {0}, zh = {0};

	kc_policy_cite(
	    st->policies.v[c->policy].policy, points_key(class), why);
	(void)kc_refuse(why, KC_R_WEIGHT, "", "", "", NULL);
	kc_refusal_arg_points(why, 1, sum_e4);
	kc_refusal_arg_points(why, 2, kc_class_points(st, c, class));
	kc_buf_str(&en, words[class].wire);
	kc_buf_str(&en, " targets");
	kc_buf_str(&zh, words[class].zh);
	kc_buf_str(&zh, "类目标");
	kc_refusal_arg(why, 0, kc_buf_view(&en));
	(void)kc_refusal_zh(why, 0, kc_buf_cstr(&zh));
	/* The reserve may stay unused. */
	kc_buf_reset(&en);
	kc_buf_reset(&zh);
	kc_buf_str(&zh, class == KC_TARGET_CLASS_DYNAMIC ? "不超过 " : "为 ");
	kc_buf_str(&zh, why->args[2]);
	kc_buf_str(&en, why->args[2]);
	kc_buf_str(&en, class == KC_TARGET_CLASS_DYNAMIC ? " at most" : "");
	kc_refusal_arg(why, 2, kc_buf_view(&en));
	(void)kc_refusal_zh(why, 2, kc_buf_cstr(&zh));
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return KC_EREFUSED;
}

enum kc_err
kc_refuse_no_weight(struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_WEIGHT, "the points of a target", "0.0000",
	    "something above 0", NULL);
	(void)kc_refusal_zh(why, 0, "一项目标的分值");
	return kc_refusal_zh(why, 2, "大于 0");
}

/* --- finding --- */
enum kc_err
kc_want_target(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_target **out, struct kc_refusal *why)
{
	uint32_t i;
	enum kc_err err = kc_want(st, KC_NS_TARGET, at, field, &i, why);

	if (err == KC_OK)
		*out = st->targets.v[i];
	return err;
}

enum kc_err
kc_want_target_in(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_target **out, struct kc_refusal *why)
{
	enum kc_err err = kc_want_target(st, at, field, out, why);

	if (err != KC_OK)
		return err;
	return kc_want_state(at, KC_M_target, (*out)->state, (*out)->code, why);
}

enum kc_err
kc_want_both(const struct kc_at *at, const struct kc_target *t,
    const struct kc_needed needs[2], struct kc_refusal *why)
{
	const struct kc_field *f;
	char text[KC_REFUSAL_ARG_MAX];

	for (unsigned i = 0; i < 2; i++) {
		if (kc_entry_has(at->e, needs[i].field))
			continue;
		f = &at->e->kind->fields[needs[i].field];
		(void)snprintf(text, sizeof(text), " (%s)", f->en);
		(void)kc_refuse(
		    why, KC_R_TARGET_NEEDS, t->code, f->name, text, NULL);
		(void)kc_refusal_zh(why, 1, needs[i].zh);
		(void)snprintf(text, sizeof(text), "（%s）", f->name);
		return kc_refusal_zh(why, 2, text);
	}
	return KC_OK;
}

enum kc_err
kc_want_issued(
    const struct kc_at *at, const struct kc_target *t, struct kc_refusal *why)
{
	return kc_target_counts(t)
	    ? KC_OK
	    : kc_refuse_state(at, t->code,
		  kc_state_name(KC_M_target, t->state, KC_LANG_EN),
		  kc_state_name(KC_M_target, t->state, KC_LANG_ZH), why);
}

struct kc_target *
kc_target_of(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	uint32_t i = kc_find(st, KC_NS_TARGET, kc_entry_str(at->e, field));

	assert(i < st->targets.n);
	return st->targets.v[i];
}

/* --- what is planned --- */
static enum kc_err
no_duty(const struct kc_unit *u, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_DUTY, u->code, NULL, NULL, NULL);
	for (uint32_t i = 0; i < u->duties.n; i++)
		if (!u->duties.v[i].gone)
			kc_refusal_arg_add(
			    why, 1, kc_slice_str(u->duties.v[i].code));
	return KC_EREFUSED;
}

/* R46: each target answers to duties of the unit, each named once. */
static enum kc_err
check_duties(const struct kc_state *st, const struct kc_at *at, unsigned field,
    uint32_t unit, struct kc_refusal *why)
{
	unsigned n = kc_entry_count(at->e, field);

	for (unsigned i = 0; i < n; i++) {
		struct kc_slice code = kc_entry_item(at->e, field, i)->raw;

		if (kc_duty_of(st, unit, code) == KC_NONE)
			return no_duty(st->units.v[unit], why);
		for (unsigned k = 0; k < i; k++) {
			if (!kc_slice_eq(
				kc_entry_item(at->e, field, k)->raw, code))
				continue;
			(void)kc_refuse(
			    why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
			kc_refusal_arg(why, 0, code);
			return KC_EREFUSED;
		}
	}
	return KC_OK;
}

enum kc_err
kc_want_leader(const struct kc_state *st, const struct kc_at *at,
    unsigned field, uint32_t unit, uint32_t *out, struct kc_refusal *why)
{
	const struct kc_cadre *c;
	enum kc_err err;

	*out = KC_NONE;
	if (field == KC_NO_FIELD || !kc_entry_has(at->e, field))
		return KC_OK;
	err = kc_want(st, KC_NS_CADRE, at, field, out, why);
	if (err != KC_OK)
		return err;
	c = st->cadres.v[*out];
	if (c->unit == unit)
		return KC_OK;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, c->code,
	    st->units.v[unit]->code, NULL, NULL);
}

static enum kc_err
find_leaders(const struct kc_state *st, const struct kc_at *at,
    const struct kc_plan_fields *f, struct kc_target_plan *p,
    struct kc_refusal *why)
{
	enum kc_err err =
	    kc_want_leader(st, at, f->lead, p->unit, &p->lead, why);

	if (err == KC_OK)
		err =
		    kc_want_leader(st, at, f->assist, p->unit, &p->assist, why);
	if (err == KC_OK && p->lead != KC_NONE && p->lead == p->assist)
		err = kc_refuse(why, KC_R_DUPLICATE,
		    st->cadres.v[p->lead]->code, NULL, NULL, NULL);
	return err;
}

static enum kc_err
find_units(const struct kc_state *st, const struct kc_at *at,
    const struct kc_plan_fields *f, struct kc_target_plan *p,
    struct kc_refusal *why)
{
	enum kc_err err = kc_want(st, KC_NS_UNIT, at, f->unit, &p->unit, why);

	if (err == KC_OK)
		err =
		    kc_want(st, KC_NS_UNIT, at, f->assessor, &p->assessor, why);
	if (err == KC_OK && p->unit == p->assessor)
		err = kc_refuse(why, KC_R_OWN_UNIT, st->units.v[p->unit]->code,
		    NULL, NULL, NULL);
	return err;
}

enum kc_err
kc_plan_read(const struct kc_state *st, const struct kc_at *at,
    const struct kc_plan_fields *f, struct kc_target_plan *p,
    struct kc_refusal *why)
{
	enum kc_err err = kc_want_new(st, KC_NS_TARGET, at, f->target, why);

	if (err == KC_OK)
		err = find_units(st, at, f, p, why);
	if (err != KC_OK)
		return err;
	p->year = (int)kc_entry_num(at->e, f->year, 0);
	p->weight_e4 = kc_entry_num(at->e, f->weight, 0);
	p->indicator = KC_NONE;
	p->cycle = kc_cycle_of(st, p->year);
	if (p->cycle == NULL)
		return kc_refuse_cycle(st, p->year, why);
	p->list = kc_list_of(st, p->unit, p->year);
	if (f->indicator != KC_NO_FIELD && kc_entry_has(at->e, f->indicator))
		err = kc_want(
		    st, KC_NS_INDICATOR, at, f->indicator, &p->indicator, why);
	if (err == KC_OK)
		err = check_duties(st, at, f->duty, p->unit, why);
	return err == KC_OK ? find_leaders(st, at, f, p, why) : err;
}

/* --- making it --- */
struct kc_list *
kc_list_open(struct kc_state *st, uint32_t unit, int year)
{
	struct kc_list *l = kc_list_of(st, unit, year);

	if (l != NULL)
		return l;
	l = kc_arena_alloc(&st->arena, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->unit = unit;
	l->year = (int16_t)year;
	l->issued_seq = KC_NONE;
	l->order_seq = KC_NONE;
	if (!kc_vec_push(&st->lists, l) ||
	    !kc_index_add(&st->by_code, kc_ns_of(KC_NS_LIST, (uint64_t)year),
		st->units.v[unit]->code, st->lists.n - 1))
		return NULL;
	return l;
}

static bool
add_duties(const struct kc_state *st, struct kc_target *t,
    const struct kc_at *at, unsigned field)
{
	unsigned n = kc_entry_count(at->e, field);

	for (unsigned i = 0; i < n; i++) {
		uint32_t duty = kc_duty_of(
		    st, t->unit, kc_entry_item(at->e, field, i)->raw);

		if (!kc_vec_push(&t->duties, duty))
			return false;
	}
	return true;
}

static uint32_t
cadre_in(const struct kc_state *st, const struct kc_at *at, unsigned field)
{
	if (field == KC_NO_FIELD)
		return KC_NONE;
	return kc_find(st, KC_NS_CADRE, kc_entry_str(at->e, field));
}

static void
fill(const struct kc_state *st, const struct kc_at *at,
    const struct kc_plan_fields *f, struct kc_target *t)
{
	const struct kc_entry *e = at->e;

	kc_code_copy(t->code, kc_entry_str(e, f->target));
	t->index = st->targets.n;
	t->unit = kc_find(st, KC_NS_UNIT, kc_entry_str(e, f->unit));
	t->assessor = kc_find(st, KC_NS_UNIT, kc_entry_str(e, f->assessor));
	t->indicator = f->indicator == KC_NO_FIELD
	    ? KC_NONE
	    : kc_find(st, KC_NS_INDICATOR, kc_entry_str(e, f->indicator));
	t->lead = cadre_in(st, at, f->lead);
	t->assist = cadre_in(st, at, f->assist);
	t->year = (int16_t)kc_entry_num(e, f->year, 0);
	t->weight_e4 = kc_entry_num(e, f->weight, 0);
	t->completion_bp = -1;
	t->completion_seq = KC_NONE;
	t->open_case = KC_NONE;
	t->completion_was = -1;
	t->filed = KC_DAY_NONE;
	t->filing = KC_FILING_NONE;
	t->adjust = KC_NONE;
}

enum kc_err
kc_target_plan(struct kc_state *st, const struct kc_at *at,
    const struct kc_plan_fields *f, struct kc_target **out)
{
	struct kc_target *t = kc_arena_alloc(&st->arena, sizeof(*t));
	struct kc_list *l;

	if (t == NULL)
		return KC_ENOMEM;
	fill(st, at, f, t);
	t->title = kc_arena_unfold(&st->arena, kc_entry_str(at->e, f->title));
	t->standard =
	    kc_arena_unfold(&st->arena, kc_entry_str(at->e, f->standard));
	/* First of all into the list of targets, so that nothing it owns is
	 * lost when memory runs out further on. */
	if (t->title == NULL || t->standard == NULL ||
	    !kc_vec_push(&st->targets, t) ||
	    !kc_index_add(&st->by_code, KC_NS_TARGET, t->code, t->index))
		return KC_ENOMEM;
	l = kc_list_open(st, t->unit, t->year);
	if (l == NULL || !kc_vec_push(&l->targets, t->index) ||
	    !kc_vec_push(&st->units.v[t->unit]->targets, t->index) ||
	    !add_duties(st, t, at, f->duty))
		return KC_ENOMEM;
	*out = t;
	return kc_log_event(st, at, &t->events);
}
