/* SPDX-License-Identifier: Apache-2.0 */
/* The due queue: entries of the clerk that time has made necessary. */
#include "actor.h"
#include "noun.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/limits.h>

void
kc_due_kinds(struct kc_state *st)
{
	for (size_t i = 0; i < kc_nouns_n; i++)
		for (const struct kc_timed *t = kc_nouns[i]->timed;
		     t->is_live != NULL; t++)
			st->timed[t->kind] = t;
}

static const struct kc_timed *
timed(const struct kc_state *st, const struct kc_due *d)
{
	assert(st->timed[d->kind] != NULL);
	return st->timed[d->kind];
}

/* Is the item still what the state asks for? */
static bool
is_live(const struct kc_state *st, const struct kc_due *d)
{
	return timed(st, d)->is_live(st, d);
}

/* A total order, so that the queue does not depend on who was pushed first. */
static bool
is_before(const struct kc_due *a, const struct kc_due *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	if (a->kind != b->kind)
		return a->kind < b->kind;
	if (a->object != b->object)
		return a->object < b->object;
	return a->version < b->version;
}

enum kc_err
kc_due_push(struct kc_state *st, const struct kc_due *d)
{
	struct kc_due_heap *h = &st->due;
	uint32_t i = h->n;

	if (!kc_vec_push(h, *d))
		return KC_ENOMEM;
	while (i > 0 && is_before(d, &h->v[(i - 1) / 2])) {
		st->due_steps++;
		h->v[i] = h->v[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->v[i] = *d;
	return KC_OK;
}

static void
pop(struct kc_state *st)
{
	struct kc_due_heap *h = &st->due;
	struct kc_due moving;
	uint32_t child, i = 0;

	assert(h->n > 0);
	moving = h->v[--h->n];
	while ((child = 2 * i + 1) < h->n) {
		st->due_steps++;
		if (child + 1 < h->n &&
		    is_before(&h->v[child + 1], &h->v[child]))
			child++;
		if (!is_before(&h->v[child], &moving))
			break;
		h->v[i] = h->v[child];
		i = child;
	}
	if (h->n > 0)
		h->v[i] = moving;
}

void
kc_due_settle(struct kc_state *st)
{
	while (st->due.n > 0 && !is_live(st, &st->due.v[0]))
		pop(st);
}

/* In a hold, of either sort, nothing falls due. */
static bool
stands_still(const struct kc_state *st)
{
	return st->held || st->restored;
}

bool
kc_state_due(const struct kc_state *st, struct kc_due *out)
{
	if (st->due.n == 0 || stands_still(st))
		return false;
	assert(is_live(st, &st->due.v[0]));
	*out = st->due.v[0];
	return true;
}

uint32_t
kc_due_count(const struct kc_state *st, int64_t now_ms)
{
	uint32_t n = 0;

	for (uint32_t i = 0; !stands_still(st) && i < st->due.n; i++)
		n +=
		    st->due.v[i].due_ms <= now_ms && is_live(st, &st->due.v[i]);
	return n;
}

bool
kc_due_between(const struct kc_state *st, int64_t after_ms, int64_t until_ms)
{
	for (uint32_t i = 0; i < st->due.n; i++)
		if (st->due.v[i].due_ms > after_ms &&
		    st->due.v[i].due_ms <= until_ms &&
		    is_live(st, &st->due.v[i]))
			return true;
	return false;
}

int64_t
kc_due_written_ms(const struct kc_state *st)
{
	int64_t ms = st->received_ms;

	for (uint32_t i = 0; !stands_still(st) && i < st->due.n; i++)
		if (st->due.v[i].due_ms > 0 && st->due.v[i].due_ms <= ms &&
		    is_live(st, &st->due.v[i]))
			ms = st->due.v[i].due_ms - 1;
	return ms;
}

void
kc_due_about(
    const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	timed(st, d)->about(st, d, b);
}

static enum kc_err
refuse_due_first(const struct kc_state *st, struct kc_refusal *why)
{
	const struct kc_due *head = &st->due.v[0];
	struct kc_buf b = {0};
	enum kc_err err;

	kc_due_about(st, head, &b);
	(void)kc_buf_cstr(&b);
	err = kc_buf_err(&b);
	if (err == KC_OK) {
		(void)kc_refuse(why, KC_R_DUE_FIRST,
		    kc_kind_get(head->kind)->name, b.p, NULL, NULL);
		err = kc_refusal_zh(why, 0, kc_kind_get(head->kind)->zh);
	}
	kc_buf_free(&b);
	return err;
}

int64_t
kc_day_end_ms(kc_day d)
{
	return kc_day_start_ms(d + 1, KC_LOCAL_OFFSET_S);
}

bool
kc_due_take(kc_day *due, bool *was_provisional, kc_day day, bool provisional)
{
	bool changed = provisional != *was_provisional || day > *due;

	*was_provisional = provisional;
	if (day > *due)
		*due = day;
	return changed;
}

enum kc_err
kc_want_none_due(
    const struct kc_state *st, int64_t received_ms, struct kc_refusal *why)
{
	if (stands_still(st) || st->due.n == 0 ||
	    st->due.v[0].due_ms > received_ms)
		return KC_OK;
	return refuse_due_first(st, why);
}

/* First 16 bytes of SHA-256 of "kaocheng/v1 due", origin, kind, what it is
 * about and version, a line each. */
static enum kc_err
due_id(
    const struct kc_state *st, const struct kc_due *d, uint8_t id[KC_ID_SIZE])
{
	struct kc_buf b = {0};

	kc_buf_str(&b, "kaocheng/v1 due\n");
	kc_buf_str(&b, st->origin);
	kc_buf_char(&b, '\n');
	kc_buf_str(&b, kc_kind_get(d->kind)->name);
	kc_buf_char(&b, '\n');
	kc_due_about(st, d, &b);
	kc_buf_char(&b, '\n');
	kc_buf_u64(&b, d->version);
	kc_buf_char(&b, '\n');
	return kc_lines_id(&b, id);
}

enum kc_err
kc_want_due_id(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint8_t id[KC_ID_SIZE];
	struct kc_buf b = {0};
	enum kc_err err;

	assert(st->due.n > 0);
	err = due_id(st, st->due.v, id);

	if (err != KC_OK || memcmp(id, at->e->id, KC_ID_SIZE) == 0)
		return err;
	kc_buf_hex(&b, id, KC_ID_SIZE);
	(void)kc_buf_cstr(&b);
	err = kc_buf_err(&b);
	if (err == KC_OK)
		err = kc_refuse(why, KC_R_FIELD_VALUE, "id", b.p, b.p, NULL);
	kc_buf_free(&b);
	return err;
}

enum kc_err
kc_want_due(const struct kc_state *st, const struct kc_at *at, uint32_t object,
    struct kc_refusal *why)
{
	const struct kc_due *head = st->due.v;

	if (st->due.n == 0 || head->due_ms > at->stamp.received_ms) {
		(void)kc_refuse(
		    why, KC_R_NOT_DUE, at->e->kind->name, NULL, NULL, NULL);
		return kc_refusal_zh(why, 0, at->e->kind->zh);
	}
	if (head->kind != at->e->kind->id || head->object != object)
		return refuse_due_first(st, why);
	return KC_OK;
}

/* A draft, and storage of the values that are made for it. */
#define MADE_MAX 8
struct kc_made {
	struct kc_draft *d;
	struct kc_buf text[MADE_MAX];
	unsigned n;
	enum kc_err err;
};

static struct kc_buf *
next_text(struct kc_made *m)
{
	assert(m->n < MADE_MAX);
	return &m->text[m->n++];
}

void
kc_made_text(struct kc_made *m, unsigned field, const char *s)
{
	kc_draft_add(m->d, field, kc_slice_str(s));
}

void
kc_made_day(struct kc_made *m, unsigned field, kc_day d)
{
	struct kc_buf *b = next_text(m);

	kc_buf_day(b, d);
	kc_draft_add(m->d, field, kc_buf_view(b));
}

void
kc_made_quarter(struct kc_made *m, unsigned field, int32_t quarter)
{
	struct kc_buf *b = next_text(m);

	kc_buf_quarter(b, quarter);
	kc_draft_add(m->d, field, kc_buf_view(b));
}

void
kc_made_hash(struct kc_made *m, unsigned field, const struct kc_hash *h)
{
	struct kc_buf *b = next_text(m);

	kc_buf_sha256(b, h);
	kc_draft_add(m->d, field, kc_buf_view(b));
}

void
kc_made_number(struct kc_made *m, unsigned field, int64_t v)
{
	struct kc_buf *b = next_text(m);

	kc_buf_i64(b, v);
	kc_draft_add(m->d, field, kc_buf_view(b));
}

void
kc_made_points(struct kc_made *m, unsigned field, int64_t e4)
{
	struct kc_buf *b = next_text(m);

	kc_buf_points(b, e4);
	kc_draft_add(m->d, field, kc_buf_view(b));
}

void
kc_made_fail(struct kc_made *m, enum kc_err err)
{
	m->err = err;
}

enum kc_err
kc_state_due_text(const struct kc_state *st, const struct kc_due *due,
    int64_t received_ms, const struct kc_hash *root, struct kc_buf *text)
{
	struct kc_refusal why = {0};
	struct kc_made m = {0};
	uint8_t id[KC_ID_SIZE];
	struct kc_draft *d = kc_alloc(sizeof(*d));
	enum kc_err err = d == NULL ? KC_ENOMEM : due_id(st, due, id);

	if (err != KC_OK)
		goto out;
	assert(received_ms >= 0 && st->size > 0);
	kc_draft_init(
	    d, due->kind, kc_slice_str(st->origin), id, received_ms / 1000);
	kc_draft_seen(d, st->size, root);
	kc_draft_by(d, kc_slice_str(st->actors.v[st->clerk]->id));
	m.d = d;
	timed(st, due)->fill(st, due, &m);
	err = m.err;
	for (unsigned i = 0; err == KC_OK && i < m.n; i++)
		err = kc_buf_err(&m.text[i]);
	if (err == KC_OK)
		err = kc_draft_encode(d, text, &why);
	assert(err != KC_EREFUSED); /* all its values come from the state */
out:
	for (unsigned i = 0; i < m.n; i++)
		kc_buf_free(&m.text[i]);
	kc_free(d);
	return err;
}
