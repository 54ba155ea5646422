/* SPDX-License-Identifier: Apache-2.0 */
/* What is due becomes messages on their way. */
#include "remind/outbox_int.h"

#include <stdlib.h>
#include <string.h>

#include <kaocheng/hold.h>
#include <kaocheng/people.h>

#define AGAIN_MS 60000 /* to plan again, where memory was short */

/* Notices that are on their way, sorted: (person, key). */
struct way {
	const char *to;
	struct kc_slice key;
};
struct asking {
	struct kc_outbox *b;
	struct way *ways; /* NULL: not asked for yet */
	size_t n;
	bool short_of_memory;
	struct kc_buf key;
	/* The last person that was asked for: one file, read once. */
	const char *actor, *channel;
};

static int
way_cmp(const void *x, const void *y)
{
	const struct way *a = x, *b = y;
	int c = strcmp(a->to, b->to);

	return c != 0 ? c : kc_slice_cmp(a->key, b->key);
}

static bool
list_ways(struct asking *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->b->n; i++)
		n += a->b->v[i]->row.nkeys;
	a->ways = kc_alloc((n + 1) * sizeof(*a->ways));
	if (a->ways == NULL)
		return false;
	for (size_t i = 0; i < a->b->n; i++) {
		const struct kc_out *o = a->b->v[i];

		for (size_t k = 0; k < o->row.nkeys; k++)
			a->ways[a->n++] =
			    (struct way){o->row.to, o->row.keys[k]};
	}
	qsort(a->ways, a->n, sizeof(*a->ways), way_cmp);
	return true;
}

static bool
on_way(void *ctx, const struct kc_notice *notice)
{
	struct asking *a = ctx;
	struct way w = {.to = notice->to};

	if (a->ways == NULL && !list_ways(a)) {
		a->short_of_memory = true;
		return true;
	}
	kc_buf_reset(&a->key);
	kc_buf_notice_key(&a->key, notice);
	w.key = kc_buf_view(&a->key);
	return bsearch(&w, a->ways, a->n, sizeof(w), way_cmp) != NULL;
}

/* The first of the person's ways that is configured. Of who is in no
 * directory the first that is: the outcome will say that nobody was reached.
 */
static const char *
channel_of(void *ctx, const char *actor)
{
	struct asking *a = ctx;
	uint32_t on = a->b->o.channels;
	struct kc_slice address;
	struct kc_person person;
	int64_t channel;
	unsigned first = 0;

	if (a->actor != NULL && strcmp(a->actor, actor) == 0)
		return a->channel;
	while (first + 1 < KC_CHANNEL_COUNT && (on >> first & 1) == 0)
		first++;
	a->actor = actor;
	a->channel = kc_word_text(KC_SET_CHANNEL, first);
	if (kc_people_get(a->b->o.people, kc_slice_str(actor), &person, NULL) !=
	    KC_OK)
		return a->channel;
	for (unsigned i = 0; kc_person_reach(&person, i, &channel, &address);
	     i++) {
		if ((on >> (unsigned)channel & 1) == 0)
			continue;
		a->channel = kc_word_text(KC_SET_CHANNEL, (unsigned)channel);
		break;
	}
	return a->channel;
}

static enum kc_err
add(struct kc_outbox *b, const struct kc_plan *plan, const struct kc_planned *m,
    int64_t now_ms)
{
	struct kc_slice keys[KC_MESSAGE_NOTICES_MAX];
	size_t end[KC_MESSAGE_NOTICES_MAX], at = 0;
	struct kc_buf text = {0};
	struct kc_out *o = kc_alloc(sizeof(*o));
	enum kc_err err;

	for (uint32_t i = 0; i < m->n; i++) {
		kc_buf_notice_key(&text, &plan->notices[m->first + i]);
		end[i] = text.n;
	}
	err = o == NULL ? KC_ENOMEM : kc_buf_err(&text);
	for (uint32_t i = 0; err == KC_OK && i < m->n; at = end[i++])
		keys[i] = (struct kc_slice){text.p + at, end[i] - at};
	if (err == KC_OK)
		err = kc_out_row_keys(&o->row, keys, m->n);
	kc_buf_free(&text);
	if (err != KC_OK) {
		kc_out_free(o);
		return err;
	}
	memcpy(o->row.id, m->id, sizeof(o->row.id));
	(void)kc_slice_copy(o->row.to, sizeof(o->row.to), kc_slice_str(m->to));
	o->row.channel =
	    (unsigned)kc_word_find(KC_SET_CHANNEL, kc_slice_str(m->channel));
	o->row.day = m->day;
	o->row.made_ms = now_ms;
	o->row.next_ms = now_ms;
	o->fresh = true;
	return kc_outbox_add(b, o);
}

enum kc_err
kc_outbox_add(struct kc_outbox *b, struct kc_out *o)
{
	if (b->n == b->cap) {
		size_t cap = b->cap * 2 + 64;
		struct kc_out **v =
		    kc_realloc(b->v, cap * sizeof(struct kc_out *));

		if (v == NULL) {
			kc_out_free(o);
			return KC_ENOMEM;
		}
		b->v = v;
		b->cap = cap;
	}
	b->v[b->n++] = o;
	return KC_OK;
}

void
kc_outbox_plan(struct kc_outbox *b, const struct kc_state *st, int64_t now_ms)
{
	struct asking a = {.b = b};
	struct kc_plan_ask ask = {channel_of, on_way, &a, &b->mark, false};
	struct kc_plan plan = {0};
	int64_t wake_ms = kc_plan_wake_ms(st, b->planned);
	enum kc_err err;

	b->planned = kc_state_size(st);
	if (wake_ms < b->plan_ms)
		b->plan_ms = wake_ms;
	/* In a hold nobody believes the time: it makes nothing due. */
	if (now_ms < b->plan_ms || kc_state_held(st) || kc_state_restored(st))
		return;
	err = kc_plan_make(&plan, st, now_ms, &ask);
	if (a.short_of_memory)
		err = KC_ENOMEM;
	for (uint32_t i = 0; err == KC_OK && i < plan.nmessages; i++)
		err = add(b, &plan, &plan.messages[i], now_ms);
	/* What was added before memory ran out is on its way by then. */
	b->plan_ms = err == KC_OK ? plan.next_ms : now_ms + AGAIN_MS;
	if (err != KC_OK)
		b->mark = (struct kc_plan_mark){0};
	kc_plan_free(&plan);
	kc_buf_free(&a.key);
	kc_free(a.ways);
}

static bool
any_stands(const struct kc_out *o, const struct kc_state *st, int64_t now_ms)
{
	bool stands = false;

	for (size_t i = 0; !stands && i < o->row.nkeys; i++)
		if (kc_notice_stands(st, kc_slice_str(o->row.to),
			o->row.keys[i], now_ms, &stands) != KC_OK)
			stands = true; /* no memory: it goes */
	return stands;
}

/* The text of a message is made without the state: what it has to know of it is
 * asked now. */
static void
ask_says(struct kc_out *o, const struct kc_state *st)
{
	for (unsigned lang = 0; lang < 2; lang++) {
		struct kc_buf *b = &o->says[lang];
		bool any = false;

		kc_buf_reset(b);
		for (size_t i = 0; i < o->row.nkeys; i++) {
			size_t before = b->n;

			kc_buf_notice_says(
			    b, st, o->row.keys[i], (enum kc_lang)lang);
			any = any || b->n > before;
			kc_buf_char(b, '\n');
		}
		if (!any || kc_buf_err(b) != KC_OK)
			kc_buf_reset(b);
	}
}

void
kc_outbox_overtake(struct kc_outbox *b, const struct kc_state *st)
{
	unsigned stand = 0;

	for (size_t i = 0; i < b->n && b->ready && stand < KC_OUT_GIVEN_MAX;
	     i++) {
		struct kc_out *o = b->v[i];

		o->stands = false;
		if (o->state != KC_OUT_WAITS || o->entered ||
		    o->row.next_ms > b->now_ms)
			continue;
		o->stands = any_stands(o, st, b->now_ms);
		stand += o->stands;
		if (o->stands) {
			ask_says(o, st);
			continue;
		}
		(void)kc_slice_copy(o->row.reply, sizeof(o->row.reply),
		    KC_LIT(KC_REPLY_OVERTAKEN));
		kc_out_end(o, false, b->now_ms);
	}
}
