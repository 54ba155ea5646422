/* SPDX-License-Identifier: Apache-2.0 */
/* The planner that goes on from its mark against one that looks at all: what
 * the one finds the other must, at every step of a random year. */
#include "sim.h"

#include <search.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
text_of(char out[2 * KC_NOTICE_KEY_MAX], const struct kc_notice *n)
{
	struct kc_buf b = {0};

	kc_buf_str(&b, n->to);
	kc_buf_char(&b, ' ');
	kc_buf_notice_key(&b, n);
	assert_true(kc_slice_copy(out, 2 * KC_NOTICE_KEY_MAX, kc_buf_view(&b)));
	kc_buf_free(&b);
}

static bool
on_way(void *ctx, const struct kc_notice *n)
{
	struct sim *s = ctx;
	char text[2 * KC_NOTICE_KEY_MAX];

	text_of(text, n);
	return tfind(text, &s->on_way, by_text) != NULL;
}

void
sim_plan_free(struct sim *s)
{
	tdestroy(s->on_way, free);
	s->on_way = NULL;
}

void
sim_plan_on(struct sim *s)
{
	const struct kc_plan_ask all = {.on_way = on_way, .ctx = s};
	const struct kc_plan_ask on = {
	    .on_way = on_way, .ctx = s, .mark = &s->mark};
	struct kc_plan whole, p;
	bool same;

	assert_int_equal(
	    kc_plan_make(&whole, s->k.st, s->k.now_ms, &all), KC_OK);
	assert_int_equal(kc_plan_make(&p, s->k.st, s->k.now_ms, &on), KC_OK);
	same = p.nmessages == whole.nmessages && p.nnotices == whole.nnotices;
	for (uint32_t i = 0; same && i < p.nmessages; i++)
		same = memcmp(p.messages[i].id, whole.messages[i].id,
			   sizeof(p.messages[i].id)) == 0;
	sim_require(s, same, "a plan that goes on is not the whole one");
	sim_require(s, p.next_ms <= whole.next_ms, "it is asked for too late");
	s->planned += p.nnotices;
	for (uint32_t i = 0; i < p.nnotices; i++) {
		char text[2 * KC_NOTICE_KEY_MAX];

		text_of(text, &p.notices[i]);
		assert_non_null(tsearch(strdup(text), &s->on_way, by_text));
	}
	kc_plan_free(&whole);
	kc_plan_free(&p);
}
