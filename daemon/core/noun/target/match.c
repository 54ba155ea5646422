/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties and targets held against each other, clause by clause (R46): which
 * duty no target of the year serves, and which target serves none. Drafts are
 * looked at too, for that is when it can be mended; what is withdrawn is not.
 */
#include "noun/vx.h"

#include "target.h"

struct sum {
	uint32_t duties, unserved, targets, unbound;
};

static bool
serves(const struct kc_target *t, uint32_t duty)
{
	for (uint32_t i = 0; i < t->duties.n; i++)
		if (t->duties.v[i] == duty)
			return true;
	return false;
}

static bool
is_planned(const struct kc_target *t)
{
	return t->state != KC_TS_WITHDRAWN;
}

/* How many targets serve a duty; with a view, their codes are written. */
static uint32_t
served_by(struct kc_vx *x, const struct kc_u32s *list, uint32_t duty,
    bool written, int64_t *weight_e4)
{
	uint32_t n = 0;

	*weight_e4 = 0;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct kc_target *t = x->st->targets.v[list->v[i]];

		if (!is_planned(t) || !serves(t, duty))
			continue;
		n++;
		*weight_e4 += t->weight_e4;
		if (written)
			kc_json_str(&x->w, t->code);
	}
	return n;
}

static struct sum
count(struct kc_vx *x, const struct kc_unit *u)
{
	struct kc_u32s list = kc_list_targets(x->st, u->index, x->year);
	struct sum s = {0};
	int64_t weight_e4;

	for (uint32_t i = 0; i < u->duties.n; i++) {
		bool served = served_by(x, &list, i, false, &weight_e4) > 0;

		s.duties += served || !u->duties.v[i].gone;
		s.unserved += !served && !u->duties.v[i].gone;
	}
	for (uint32_t i = 0; i < list.n; i++) {
		const struct kc_target *t = x->st->targets.v[list.v[i]];

		s.targets += is_planned(t);
		s.unbound += is_planned(t) && t->duties.n == 0;
	}
	return s;
}

/* --- the head: all that is seen, and each unit -------------------------------
 */
static void
put_sum(struct kc_vx *x, const struct sum *s)
{
	kc_vx_u64(x, "duties", s->duties);
	kc_vx_u64(x, "duties_unserved", s->unserved);
	kc_vx_u64(x, "targets_planned", s->targets);
	kc_vx_u64(x, "targets_unbound", s->unbound);
}

static bool
is_asked(struct kc_vx *x, uint32_t unit)
{
	return (x->unit == NULL || x->unit->index == unit) &&
	    kc_vx_sees(x, unit, KC_NONE);
}

static void
put_head(struct kc_vx *x)
{
	struct sum all = {0};

	kc_json_key(&x->w, "units");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < x->st->units.n; i++) {
		const struct kc_unit *u = x->st->units.v[i];
		struct sum s = count(x, u);

		if (!is_asked(x, i) || s.duties + s.targets == 0)
			continue;
		kc_json_open(&x->w, '{');
		kc_vx_str(x, "unit", u->code);
		put_sum(x, &s);
		kc_json_close(&x->w, '}');
		all.duties += s.duties;
		all.unserved += s.unserved;
		all.targets += s.targets;
		all.unbound += s.unbound;
	}
	kc_json_close(&x->w, ']');
	put_sum(x, &all);
}

/* --- rows --------------------------------------------------------------------
 */
static void
put_what(struct kc_vx *x, const char *what, const char *zh, const char *en)
{
	kc_vx_str(x, "what", what);
	kc_vx_str(x, "what_text", kc_vx_say(x, zh, en));
}

static void
duty_row(struct kc_vx *x, const struct kc_unit *u, const struct kc_u32s *list,
    uint32_t duty)
{
	int64_t weight_e4;
	uint32_t n;

	if (kc_vx_passes(x))
		return;
	n = served_by(x, list, duty, false, &weight_e4);
	kc_vx_row(x);
	kc_vx_str(x, "unit", u->code);
	if (n == 0)
		put_what(x, "unserved", "职责无目标", "duty without target");
	else
		put_what(x, "matched", "对应", "matched");
	kc_vx_str(x, "duty", u->duties.v[duty].code);
	kc_json_key(&x->w, "targets");
	kc_json_open(&x->w, '[');
	(void)served_by(x, list, duty, true, &weight_e4);
	kc_json_close(&x->w, ']');
	kc_vx_points(x, "weight", weight_e4);
	kc_vx_str(x, "text", u->duties.v[duty].text);
	kc_vx_end(x);
}

static void
target_row(struct kc_vx *x, const struct kc_unit *u, const struct kc_target *t)
{
	if (kc_vx_passes(x))
		return;
	kc_vx_row(x);
	kc_vx_str(x, "unit", u->code);
	put_what(x, "unbound", "目标无职责", "target without duty");
	kc_vx_null(x, "duty");
	kc_json_key(&x->w, "targets");
	kc_json_open(&x->w, '[');
	kc_json_str(&x->w, t->code);
	kc_json_close(&x->w, ']');
	kc_vx_points(x, "weight", t->weight_e4);
	kc_vx_str(x, "text", t->title);
	kc_vx_end(x);
}

/* What is missing comes first. */
static void
unit_rows(struct kc_vx *x, const struct kc_unit *u)
{
	struct kc_u32s list = kc_list_targets(x->st, u->index, x->year);
	int64_t weight_e4;

	for (unsigned pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < u->duties.n; i++) {
			bool served =
			    served_by(x, &list, i, false, &weight_e4) > 0;

			/* One that went is held against targets of its time. */
			if (is_asked(x, u->index) && served == (pass == 1) &&
			    (served || !u->duties.v[i].gone))
				duty_row(x, u, &list, i);
		}
		for (uint32_t i = 0; pass == 0 && i < list.n; i++) {
			const struct kc_target *t = x->st->targets.v[list.v[i]];

			if (is_asked(x, u->index) && is_planned(t) &&
			    t->duties.n == 0)
				target_row(x, u, t);
		}
	}
}

enum kc_err
kc_render_match(struct kc_vx *x)
{
	enum kc_err err = kc_vx_want_cycle(x);

	if (err != KC_OK)
		return err;
	put_head(x);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->units.n; i++)
		unit_rows(x, x->st->units.v[i]);
	return KC_OK;
}
