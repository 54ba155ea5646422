/* SPDX-License-Identifier: Apache-2.0 */
/* Messages from their planning to their outcome, on the writer's thread. */
#include "remind/outbox_int.h"

#include <assert.h>
#include <string.h>

#include "sys/log.h"

void
kc_out_free(struct kc_out *o)
{
	if (o == NULL)
		return;
	kc_out_row_release(&o->row);
	kc_buf_free(&o->says[KC_LANG_EN]);
	kc_buf_free(&o->says[KC_LANG_ZH]);
	kc_free(o);
}

/* --- what the sender said --- */
static struct kc_out *
find(struct kc_outbox *b, const uint8_t id[KC_MESSAGE_ID_SIZE])
{
	for (size_t i = 0; i < b->n; i++)
		if (memcmp(b->v[i]->row.id, id, KC_MESSAGE_ID_SIZE) == 0)
			return b->v[i];
	return NULL;
}

void
kc_out_end(struct kc_out *o, bool sent, int64_t now_ms)
{
	o->state = KC_OUT_ENDED;
	o->sent = sent;
	o->ended_ms = now_ms;
}

static void
defer(struct kc_out *o, const struct kc_answer *a, int64_t now_ms)
{
	uint32_t spread;
	int64_t wait_s;

	memcpy(&spread, o->row.id, sizeof(spread));
	wait_s = kc_retry_in_s(
	    o->row.tries, (now_ms - o->row.made_ms) / 1000, spread);
	if (wait_s < 0 || o->row.tries >= KC_OUT_TRIES_MAX) {
		kc_out_end(o, false, now_ms);
		return;
	}
	if (wait_s < (int64_t)a->retry_s)
		wait_s = (int64_t)a->retry_s;
	o->state = KC_OUT_WAITS;
	o->row.next_ms = now_ms + wait_s * 1000;
	o->changed = true;
}

/* Under the lock. */
static void
absorb(struct kc_outbox *b, int64_t now_ms)
{
	for (size_t i = 0; i < b->nanswers; i++) {
		const struct kc_answer *a = &b->answers[i];
		uint8_t id[KC_MESSAGE_ID_SIZE];
		struct kc_out *o = NULL;

		if (kc_read_hex(kc_slice_str(a->id), id, sizeof(id)))
			o = find(b, id);
		if (o == NULL || o->state != KC_OUT_GIVEN)
			continue;
		b->given--;
		o->row.tries++;
		memcpy(o->row.reply, a->code, sizeof(o->row.reply));
		if (a->outcome == KC_DELIVERY_DEFERRED)
			defer(o, a, now_ms);
		else
			kc_out_end(o, a->outcome == KC_DELIVERY_SENT, now_ms);
	}
	b->nanswers = 0;
}

void
kc_outbox_answered(struct kc_outbox *b, const struct kc_answer *a)
{
	pthread_mutex_lock(&b->lock);
	/* No more are under way than there is room for. */
	if (b->nanswers < KC_OUT_GIVEN_MAX)
		b->answers[b->nanswers++] = *a;
	pthread_mutex_unlock(&b->lock);
	b->o.wake(b->o.ctx);
}

void
kc_outbox_ready(struct kc_outbox *b)
{
	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->n; i++)
		if (b->v[i]->state == KC_OUT_GIVEN)
			b->v[i]->state = KC_OUT_WAITS;
	b->ready = true;
	b->given = 0;
	pthread_mutex_unlock(&b->lock);
	b->o.wake(b->o.ctx);
}

void
kc_outbox_unready(struct kc_outbox *b)
{
	pthread_mutex_lock(&b->lock);
	b->ready = false;
	pthread_mutex_unlock(&b->lock);
}

/* --- outcomes into the log --- */
/* Outcomes are told together, in an order that does not depend on who was
 * faster: when nothing is with the sender, or the first has waited enough. */
static bool
ended_long_ago(const struct kc_outbox *b, int64_t now_ms)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->v[i]->state == KC_OUT_ENDED &&
		    b->v[i]->ended_ms + KC_OUT_GATHER_MS <= now_ms)
			return true;
	return false;
}

static struct kc_out *
first_ended(const struct kc_outbox *b)
{
	struct kc_out *first = NULL;

	for (size_t i = 0; i < b->n; i++) {
		struct kc_out *o = b->v[i];

		if (o->state == KC_OUT_ENDED && !o->entered &&
		    (first == NULL ||
			memcmp(o->row.id, first->row.id, sizeof(o->row.id)) <
			    0))
			first = o;
	}
	return first;
}

static bool
next_entry(void *ctx, const struct kc_state *st, int64_t received_ms,
    const struct kc_hash *root, struct kc_buf *text)
{
	struct kc_outbox *b = ctx;
	enum kc_err err = KC_ENOTFOUND;

	pthread_mutex_lock(&b->lock);
	absorb(b, received_ms);
	b->now_ms = received_ms;
	b->entering = NULL;
	if (received_ms >= b->again_ms &&
	    (b->given == 0 || ended_long_ago(b, received_ms)))
		b->entering = first_ended(b);
	if (b->entering != NULL)
		err = kc_out_outcome(b->entering, st, received_ms, root, text);
	/* Our own bug, or no memory: not for ever. */
	if (b->entering != NULL && err != KC_OK)
		kc_out_say(b->entering, "outcome", kc_err_text(err));
	pthread_mutex_unlock(&b->lock);
	return err == KC_OK;
}

static void
entered(void *ctx, enum kc_err err, const struct kc_refusal *why)
{
	struct kc_outbox *b = ctx;

	pthread_mutex_lock(&b->lock);
	if (err == KC_EREFUSED)
		kc_out_say(
		    b->entering, "outcome", kc_refusal_code_text(why->code));
	/* An outcome of this message stands already, or it is in now. Any
	 * other refusal passes, as that of a ledger that is held. */
	if (err == KC_OK ||
	    (err == KC_EREFUSED && why->code == KC_R_DUPLICATE)) {
		b->entering->entered = true;
		b->entering->told = err == KC_OK;
	} else {
		b->again_ms = b->now_ms + KC_OUT_AGAIN_MS;
	}
	pthread_mutex_unlock(&b->lock);
}

/* --- rows --- */
static bool
put(struct kc_outbox *b, struct kc_out *o)
{
	struct kc_put *p;

	if (b->nputs == b->puts_cap) {
		size_t cap = b->puts_cap * 2 + 64;

		p = kc_realloc(b->puts, cap * sizeof(*p));
		if (p == NULL)
			return false;
		b->puts = p;
		b->puts_cap = cap;
	}
	p = &b->puts[b->nputs++];
	memcpy(p->key, o->row.id, sizeof(p->key));
	p->value = (struct kc_slice){NULL, 0};
	if (!o->entered) {
		size_t before = b->rows.n;

		kc_buf_out_row(&b->rows, &o->row);
		p->value.n = b->rows.n - before;
	}
	return true;
}

static size_t
rows(void *ctx, const struct kc_state *st, int64_t now_ms,
    const struct kc_put **out)
{
	struct kc_outbox *b = ctx;
	size_t at = 0;

	pthread_mutex_lock(&b->lock);
	b->now_ms = now_ms;
	if (!kc_outbox_back(b, now_ms)) {
		kc_outbox_plan(b, st, now_ms);
		kc_outbox_resend(b, st);
	}
	kc_outbox_overtake(b, st);
	kc_buf_reset(&b->rows);
	b->nputs = 0;
	for (size_t i = 0; i < b->n; i++) {
		struct kc_out *o = b->v[i];

		if ((o->fresh || o->changed || o->entered) && !put(b, o))
			break;
	}
	if (kc_buf_err(&b->rows) != KC_OK)
		b->nputs = 0;
	for (size_t i = 0; i < b->nputs; at += b->puts[i++].value.n)
		if (b->puts[i].value.n > 0)
			b->puts[i].value.p = b->rows.p + at;
	pthread_mutex_unlock(&b->lock);
	*out = b->puts;
	return b->nputs;
}

static bool
is_overtaken(const struct kc_out *o)
{
	return !o->sent && strcmp(o->row.reply, KC_REPLY_OVERTAKEN) == 0;
}

/* Rows that were put stand: `b` has what they say. */
static void
keep(struct kc_outbox *b)
{
	for (size_t i = 0; i < b->nputs; i++) {
		struct kc_out *o = find(b, b->puts[i].key);

		assert(o != NULL);
		o->fresh = false;
		o->changed = false;
	}
	for (size_t i = 0; i < b->n;) {
		struct kc_out *o = b->v[i];

		if (!o->entered) {
			i++;
			continue;
		}
		b->sent += o->told && o->sent;
		b->failed += o->told && !o->sent && !is_overtaken(o);
		b->overtaken += o->told && is_overtaken(o);
		kc_out_free(o);
		b->v[i] = b->v[--b->n];
	}
}

/* Nothing of it stands: what was planned is planned again. */
static void
revert(struct kc_outbox *b)
{
	for (size_t i = 0; i < b->n;) {
		struct kc_out *o = b->v[i];

		o->entered = false;
		if (!o->fresh) {
			i++;
			continue;
		}
		kc_out_free(o);
		b->v[i] = b->v[--b->n];
		b->plan_ms = 0;
		b->mark = (struct kc_plan_mark){0};
		b->resends = 0;
	}
}

static void
settled(void *ctx, bool stand)
{
	struct kc_outbox *b = ctx;

	pthread_mutex_lock(&b->lock);
	if (stand)
		keep(b);
	else
		revert(b);
	b->nputs = 0;
	if (stand)
		kc_outbox_give(b);
	pthread_mutex_unlock(&b->lock);
}

/* Under the lock of who asks: the writer's thread, after `rows`. */
static int64_t
next_ms(void *ctx)
{
	struct kc_outbox *b = ctx;
	int64_t next;

	pthread_mutex_lock(&b->lock);
	next = b->plan_ms;
	if (b->nanswers > 0)
		next = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct kc_out *o = b->v[i];

		if (o->state == KC_OUT_ENDED && !o->entered) {
			int64_t at =
			    b->given == 0 ? 0 : o->ended_ms + KC_OUT_GATHER_MS;

			at = at < b->again_ms ? b->again_ms : at;
			next = at < next ? at : next;
		}
		if (o->state == KC_OUT_WAITS && b->ready &&
		    b->given < KC_OUT_GIVEN_MAX && o->row.next_ms < next)
			next = o->row.next_ms;
	}
	pthread_mutex_unlock(&b->lock);
	return next;
}

static void
counts(void *ctx, struct kc_beside_counts *out)
{
	struct kc_outbox *b = ctx;

	*out = (struct kc_beside_counts){0};
	pthread_mutex_lock(&b->lock);
	out->sent = b->sent;
	out->failed = b->failed;
	out->overtaken = b->overtaken;
	for (size_t i = 0; i < b->n; i++) {
		const struct kc_out *o = b->v[i];

		if (o->state != KC_OUT_WAITS)
			out->given++;
		else if (o->row.tries > 0)
			out->retrying++;
		else
			out->waiting++;
	}
	pthread_mutex_unlock(&b->lock);
}

/* --- opening --- */
static enum kc_err
take_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct kc_outbox *b = ctx;
	struct kc_out *o = kc_alloc(sizeof(*o));
	enum kc_err err;

	if (o == NULL)
		return KC_ENOMEM;
	err = kc_out_row_read(&o->row, key, value);
	if (err == KC_OK && b->latest_ms < o->row.made_ms)
		b->latest_ms = o->row.made_ms;
	if (err == KC_OK)
		return kc_outbox_add(b, o);
	kc_out_free(o);
	if (err == KC_ESYNTAX) {
		struct kc_line line;

		kc_log_begin(&line, KC_LOG_WARNING, "outbox-row");
		kc_log_str(&line, "why", "cannot be read; planned again");
		kc_log_end(&line);
		return KC_OK;
	}
	return err;
}

enum kc_err
kc_outbox_open(struct kc_outbox **out, const struct kc_outbox_options *options)
{
	struct kc_outbox *b = kc_alloc(sizeof(*b));
	enum kc_err err;

	if (b == NULL)
		return KC_ENOMEM;
	b->o = *options;
	b->beside = (struct kc_beside){
	    next_entry, entered, rows, settled, next_ms, counts, b};
	pthread_mutex_init(&b->lock, NULL);
	err = kc_store_outbox(b->o.store, take_row, b);
	if (err != KC_OK) {
		kc_outbox_close(b);
		return err;
	}
	*out = b;
	return KC_OK;
}

void
kc_outbox_close(struct kc_outbox *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n; i++)
		kc_out_free(b->v[i]);
	kc_free(b->v);
	kc_free(b->puts);
	kc_buf_free(&b->rows);
	pthread_mutex_destroy(&b->lock);
	kc_free(b);
}

const struct kc_beside *
kc_outbox_beside(struct kc_outbox *b)
{
	return &b->beside;
}
