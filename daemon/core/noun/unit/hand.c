/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit itself keeps, in other hands: duties, rights to assess, and what
 * became of it (ADR 20). */
#include "engine/noun.h"

#include <stdio.h>

#include "unit.h"

/* --- what became of it -------------------------------------------------------
 */
uint32_t
kc_unit_now(const struct kc_state *st, uint32_t unit)
{
	while (unit != KC_NONE && st->units.v[unit]->ended != 0)
		unit = st->units.v[unit]->into;
	return unit;
}

uint32_t
kc_unit_acting(const struct kc_state *st, uint32_t unit)
{
	uint32_t now = kc_unit_now(st, unit);

	return now == KC_NONE ? unit : now;
}

bool
kc_unit_stands_for(const struct kc_state *st, uint32_t who, uint32_t unit)
{
	return who != KC_NONE && unit != KC_NONE &&
	    (who == unit || who == kc_unit_now(st, unit));
}

uint32_t
kc_unit_named(const struct kc_state *st, const char *code)
{
	return kc_unit_now(st, kc_find(st, KC_NS_UNIT, kc_slice_str(code)));
}

/* --- duties ------------------------------------------------------------------
 */
/* The code of a duty in another unit, which may have it for another one: then
 * with the unit that it came from before it. */
static const char *
duty_code(struct kc_state *st, const struct kc_unit *from,
    const struct kc_unit *into, const char *code)
{
	uint64_t ns = kc_ns_of(KC_NS_DUTY, into->index);
	char text[3 * KC_CODE_MAX + 24];

	if (kc_index_find(&st->by_code, ns, kc_slice_str(code)) == KC_NONE)
		return code;
	(void)snprintf(text, sizeof(text), "%s.%s", from->code, code);
	for (unsigned i = 2;
	     kc_index_find(&st->by_code, ns, kc_slice_str(text)) != KC_NONE;
	     i++)
		(void)snprintf(
		    text, sizeof(text), "%s.%s.%u", from->code, code, i);
	return kc_arena_text(&st->arena, kc_slice_str(text));
}

uint32_t
kc_duty_of(const struct kc_state *st, uint32_t unit, struct kc_slice code)
{
	uint32_t i =
	    kc_index_find(&st->by_code, kc_ns_of(KC_NS_DUTY, unit), code);

	return i != KC_NONE && st->units.v[unit]->duties.v[i].gone ? KC_NONE
								   : i;
}

enum kc_err
kc_duty_hand_over(
    struct kc_state *st, struct kc_unit *from, struct kc_unit *into, uint32_t i)
{
	struct kc_duty d = from->duties.v[i];

	d.code = duty_code(st, from, into, d.code);
	if (d.code == NULL || !kc_vec_push(&into->duties, d) ||
	    !kc_index_add(&st->by_code, kc_ns_of(KC_NS_DUTY, into->index),
		d.code, into->duties.n - 1))
		return KC_ENOMEM;
	from->duties.v[i].gone = true;
	return KC_OK;
}

/* --- grants ------------------------------------------------------------------
 */
static uint64_t
ns_of_grant(const struct kc_grant *g)
{
	return kc_ns_of(
	    KC_NS_GRANT_FOR, (uint64_t)g->scope << 32 | g->assessor);
}

enum kc_err
kc_grant_link(struct kc_state *st, uint32_t i)
{
	struct kc_grant *g = st->grants.v[i], *head;
	struct kc_slice object = kc_slice_str(g->object);
	uint32_t first = kc_index_find(&st->by_code, ns_of_grant(g), object);

	g->next = KC_NONE;
	if (first != KC_NONE) {
		head = st->grants.v[first];
		g->next = head->next;
		head->next = i;
		return KC_OK;
	}
	if (kc_index_set(&st->by_code, ns_of_grant(g), object, i))
		return KC_OK;
	return kc_index_add(&st->by_code, ns_of_grant(g), g->object, i)
	    ? KC_OK
	    : KC_ENOMEM;
}

void
kc_grant_unlink(struct kc_state *st, uint32_t i)
{
	const struct kc_grant *g = st->grants.v[i];
	struct kc_slice object = kc_slice_str(g->object);
	uint32_t at = kc_index_find(&st->by_code, ns_of_grant(g), object);

	if (at == i) {
		(void)kc_index_set(
		    &st->by_code, ns_of_grant(g), object, g->next);
		return;
	}
	while (st->grants.v[at]->next != i)
		at = st->grants.v[at]->next;
	st->grants.v[at]->next = g->next;
}

enum kc_err
kc_grant_hand_over(struct kc_state *st, uint32_t i, uint32_t into)
{
	struct kc_grant *g = st->grants.v[i];

	kc_grant_unlink(st, i);
	g->assessor = into;
	return kc_grant_link(st, i);
}

enum kc_err
kc_unit_hand_over(struct kc_state *st, const struct kc_handover *h)
{
	struct kc_unit *from = st->units.v[h->from],
		       *into = st->units.v[h->into];
	enum kc_err err = KC_OK;

	for (uint32_t i = 0; h->all && err == KC_OK && i < from->duties.n; i++)
		if (!from->duties.v[i].gone)
			err = kc_duty_hand_over(st, from, into, i);
	for (uint32_t i = 0; h->all && err == KC_OK && i < st->grants.n; i++)
		if (st->grants.v[i]->assessor == h->from)
			err = kc_grant_hand_over(st, i, h->into);
	/* One that no leader read is read by those of the other. */
	if (into->readers.n > 0)
		return err;
	for (uint32_t i = 0; err == KC_OK && i < from->readers.n; i++)
		if (!kc_vec_push(&into->readers, from->readers.v[i]))
			err = KC_ENOMEM;
	return err;
}

void
kc_unit_unman(struct kc_state *st, uint32_t unit)
{
	const uint32_t lost = KC_ROLE_BIT(KC_ROLE_HEAD) |
	    KC_ROLE_BIT(KC_ROLE_LIAISON) | KC_ROLE_BIT(KC_ROLE_ASSESSOR);

	for (uint32_t i = 0; i < st->actors.n; i++)
		if (st->actors.v[i]->unit == unit)
			st->actors.v[i]->roles &= ~lost;
}
