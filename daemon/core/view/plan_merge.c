/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes together: the stages of a day as a digest, those near the end by
 * themselves unless there are many, events of one moment, and what was missed
 * on earlier days as one. In one order whatever the notices came in, so that
 * the same notices make the same messages.
 */
#include "plan_int.h"

#include <stdlib.h>
#include <string.h>

static int
order(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int
by_person(const void *pa, const void *pb)
{
	const struct kc_plan_item *a = pa, *b = pb;
	int o = order(a->to, b->to);

	return o != 0 ? o : strcmp(a->key, b->key);
}

/* The same, and of one told twice the person itself before a deputy. */
static int
by_person_role(const void *pa, const void *pb)
{
	const struct kc_plan_item *a = pa, *b = pb;
	int o = by_person(pa, pb);

	if (o == 0)
		o = order(a->n.deputy, b->n.deputy);
	return o != 0 ? o : order(a->n.role, b->n.role);
}

static int
by_message(const void *pa, const void *pb)
{
	const struct kc_plan_item *a = pa, *b = pb;
	int o = order(a->to, b->to);

	if (o == 0)
		o = order(a->kind, b->kind);
	if (o == 0)
		o = order(a->group, b->group);
	return o != 0 ? o : strcmp(a->key, b->key);
}

/* One who is told twice of one thing, in two roles, is told once: in that
 * which sorts first. */
static void
drop_doubles(struct kc_plan_items *v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->n; i++)
		if (n == 0 || by_person(&v->v[n - 1], &v->v[i]) != 0)
			v->v[n++] = v->v[i];
	v->n = n;
}

static kc_day
due_day(const struct kc_plan_item *i)
{
	return kc_day_of_instant(i->n.due_ms, KC_LOCAL_OFFSET_S);
}

/* Singles of one moment; with more than a few they go as one. */
static bool
are_many(const struct kc_plan_item *v, uint32_t n, const struct kc_notice *like)
{
	uint32_t singles = 0;

	for (uint32_t i = 0; i < n; i++)
		singles += v[i].n.seq == 0 && v[i].n.single &&
		    v[i].n.due_ms == like->due_ms &&
		    v[i].n.sealed == like->sealed;
	return singles > KC_PLANNED_SINGLES_MAX;
}

static bool
any_missed(const struct kc_planning *x, const struct kc_plan_item *v,
    uint32_t n, bool sealed)
{
	for (uint32_t i = 0; i < n; i++)
		if (v[i].n.sealed == sealed && due_day(&v[i]) < x->today)
			return true;
	return false;
}

/* Kind and group of all that one person is told now. Others read what goes
 * together of what is not sealed: what is takes no part in that. */
static void
group_person(const struct kc_planning *x, struct kc_plan_item *v, uint32_t n)
{
	bool each = x->p->value[KC_P_REMIND_CATCHUP] == 1;
	const bool missed[] = {
	    any_missed(x, v, n, false), any_missed(x, v, n, true)};

	for (uint32_t i = 0; i < n; i++) {
		v[i].group = 0;
		if (missed[v[i].n.sealed] && !each) {
			v[i].kind = KC_PLANNED_CATCH_UP;
		} else if (v[i].n.seq != 0) {
			v[i].kind = KC_PLANNED_EVENT;
			v[i].group = v[i].n.due_ms;
		} else if (v[i].n.single) {
			v[i].kind = KC_PLANNED_SINGLE;
			v[i].group = are_many(v, n, &v[i].n)
			    ? INT64_MAX - due_day(&v[i])
			    : (int64_t)i;
		} else {
			v[i].kind = KC_PLANNED_DIGEST;
			v[i].group = due_day(&v[i]);
		}
		if (v[i].n.sealed)
			v[i].group = -1 - v[i].group;
	}
}

static bool
same_message(const struct kc_plan_item *a, const struct kc_plan_item *b)
{
	return a->to == b->to && a->kind == b->kind && a->group == b->group;
}

static enum kc_err
add_message(const struct kc_planning *x, struct kc_plan *out,
    const struct kc_plan_item *v, uint32_t n)
{
	struct kc_slice keys[KC_MESSAGE_NOTICES_MAX];
	struct kc_planned m = {
	    .kind = v->kind,
	    .to = v->n.to,
	    .first = out->nnotices,
	    .n = n,
	};
	enum kc_err err;

	if (x->ask->channel != NULL)
		m.channel = x->ask->channel(x->ask->ctx, m.to);
	if (m.channel == NULL)
		m.channel = KC_CHANNEL_DEFAULT;
	for (uint32_t i = 0; i < n; i++) {
		kc_day day = due_day(&v[i]);

		keys[i] = kc_slice_str(v[i].key);
		if (i == 0 || day > m.day)
			m.day = day;
		if (!kc_vec_room(&out->notices, out->nnotices,
			&out->notices_cap, sizeof(*out->notices)))
			return KC_ENOMEM;
		out->notices[out->nnotices++] = v[i].n;
	}
	err = kc_message_id(m.id, kc_slice_str(x->st->origin),
	    kc_slice_str(m.to), kc_slice_str(m.channel), m.day, 0, keys, n);
	if (err == KC_OK &&
	    !kc_vec_room(&out->messages, out->nmessages, &out->messages_cap,
		sizeof(*out->messages)))
		err = KC_ENOMEM;
	if (err == KC_OK)
		out->messages[out->nmessages++] = m;
	return err;
}

enum kc_err
kc_plan_merge(struct kc_planning *x, struct kc_plan *out)
{
	struct kc_plan_items *v = &x->items;
	enum kc_err err = KC_OK;
	uint32_t end;

	if (v->n == 0)
		return KC_OK;
	qsort(v->v, v->n, sizeof(v->v[0]), by_person_role);
	drop_doubles(v);
	for (uint32_t i = 0; i < v->n; i = end) {
		for (end = i; end < v->n && v->v[end].to == v->v[i].to;)
			end++;
		group_person(x, &v->v[i], end - i);
	}
	qsort(v->v, v->n, sizeof(v->v[0]), by_message);
	for (uint32_t i = 0; err == KC_OK && i < v->n; i = end) {
		for (end = i; end < v->n && end - i < KC_MESSAGE_NOTICES_MAX &&
		     same_message(&v->v[i], &v->v[end]);)
			end++;
		err = add_message(x, out, &v->v[i], end - i);
	}
	return err;
}
