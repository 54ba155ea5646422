/* SPDX-License-Identifier: Apache-2.0 */
#include "scalekit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define EXPIRED kc_day_from_civil(2022, 8, 22)

static void
copy_case(struct kc_state *st, const struct kc_case *from, bool open)
{
	struct kc_case *c = kc_arena_alloc(&st->arena, sizeof(*c));

	assert_non_null(c);
	*c = *from;
	c->index = st->cases.n;
	c->events = (struct kc_events){0};
	(void)snprintf(
	    c->handle, sizeof(c->handle), "PD-2022-%u", c->index + 1);
	for (uint32_t i = 0; i < from->events.n; i++)
		assert_true(kc_vec_push(&c->events, from->events.v[i]));
	if (!open) {
		struct kc_event end = c->events.v[c->events.n - 1];

		end.kind = KC_K_prededuct_expire;
		end.received_ms = kc_day_end_ms(EXPIRED);
		assert_true(kc_vec_push(&c->events, end));
	}
	assert_true(kc_vec_push(&st->cases, c));
	assert_true(
	    kc_index_add(&st->by_code, KC_NS_CASE, c->handle, c->index));
	c->state = open ? KC_CS_RECTIFYING : KC_CS_EXPIRED;
	c->due = open ? kc_day_from_civil(2022, 12, 20) : EXPIRED;
	if (open)
		assert_int_equal(kc_case_set_due(st, c), KC_OK);
}

void
scale_init(struct kit *k, uint32_t open, uint32_t ended)
{
	struct kc_state *st;
	const struct kc_case *one;

	kit_init(k, KIT_LISTS);
	st = k->st;
	one = case_rectifying(k, SCALE_DAY, "G17", "G17-K2");
	(void)case_rectifying(k, NULL, "G16", "G16-K2");
	for (uint32_t i = 0; i < open + ended; i++)
		copy_case(st, one, i < open);
	assert_true(kc_state_keep_deadlines(st));
}
