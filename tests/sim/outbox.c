/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's own outbox under the simulated writer. The sender is the
 * simulation's: it takes jobs, and now and then it puts off, gives up, or
 * dies with what it had.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "remind/outbox.h"
#include "world.h"

#define OUTBOX_BACK_MS 60000 /* remind/outbox_int.h */

static struct outbox_message *
message_of(struct world *w, const uint8_t id[KC_MESSAGE_ID_SIZE])
{
	struct outbox *o = &w->outbox;

	for (unsigned i = 0; i < o->n; i++)
		if (memcmp(o->v[i].id, id, KC_MESSAGE_ID_SIZE) == 0)
			return &o->v[i];
	assert_true(o->n < OUTBOX_MESSAGES);
	memcpy(o->v[o->n].id, id, KC_MESSAGE_ID_SIZE);
	return &o->v[o->n++];
}

static void
give(void *ctx, struct kc_slice line)
{
	static struct kc_job job;
	uint8_t id[KC_MESSAGE_ID_SIZE];
	struct kc_wire *keep = NULL;
	struct world *w = ctx;

	assert_int_equal(kc_job_decode(&job, &keep, line), KC_OK);
	assert_true(kc_read_hex(job.id, id, sizeof(id)));
	message_of(w, id)->open = true;
	kc_wire_free(keep);
}

/* The simulation's own thread wakes the writer when it has answered all. */
static void
wake(void *ctx)
{
	(void)ctx;
}

const struct kc_beside *
outbox_open(struct world *w)
{
	const struct kc_outbox_options o = {.store = w->store,
	    .origin = KC_LIT(KIT_ORIGIN),
	    .people = "/nonexistent",
	    .link = "",
	    .channels = 1u << KC_CHANNEL_FILE,
	    .give = give,
	    .wake = wake,
	    .ctx = w};

	for (unsigned i = 0; i < w->outbox.n; i++)
		w->outbox.v[i].open = false;
	w->outbox.ready = false;
	assert_int_equal(kc_outbox_open(&w->outbox.real, &o), KC_OK);
	return kc_outbox_beside(w->outbox.real);
}

void
outbox_close(struct world *w)
{
	kc_outbox_close(w->outbox.real);
	w->outbox.real = NULL;
}

static void
answer(struct world *w, struct outbox_message *m)
{
	struct kc_answer a = {.outcome = KC_DELIVERY_SENT, .code = "250"};
	uint64_t dice = w->outbox.calm ? 100 : sim_random(&w->s, 100);
	struct kc_buf hex = {0};

	if (dice < 15)
		a = (struct kc_answer){
		    .outcome = KC_DELIVERY_DEFERRED, .code = "451"};
	else if (dice < 20)
		a = (struct kc_answer){
		    .outcome = KC_DELIVERY_FAILED, .code = "550"};
	else
		m->came = true;
	kc_buf_hex(&hex, m->id, sizeof(m->id));
	assert_true(kc_slice_copy(a.id, sizeof(a.id), kc_buf_view(&hex)));
	kc_buf_free(&hex);
	m->open = false;
	kc_outbox_answered(w->outbox.real, &a);
}

bool
outbox_answer(struct world *w)
{
	struct outbox *o = &w->outbox;
	bool any = false;

	if (o->real == NULL || !o->sending)
		return false;
	if (!o->ready || (!o->calm && sim_chance(&w->s, 3))) {
		/* The old sender may have brought some of them. */
		for (unsigned i = 0; i < o->n; i++) {
			o->v[i].came |= o->v[i].open && sim_chance(&w->s, 50);
			o->v[i].open = false;
		}
		kc_outbox_ready(o->real);
		o->ready = true;
		return true;
	}
	for (unsigned i = 0; i < o->n; i++)
		if (o->v[i].open) {
			answer(w, &o->v[i]);
			any = true;
		}
	return any;
}

/* --- against the store --- */
static enum kc_err
see_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct outbox_message *m;
	struct world *w = ctx;
	struct kc_out_row row;

	sim_require(&w->s, kc_out_row_read(&row, key, value) == KC_OK,
	    "a row that cannot be read is in the outbox");
	m = message_of(w, key);
	m->there = true;
	m->tried = row.tries > 0;
	m->made_ms = row.made_ms;
	kc_out_row_release(&row);
	sim_require(&w->s, kc_state_told_find(w->s.k.st, key) == UINT32_MAX,
	    "a message that was told is in the outbox again");
	w->outbox.rows++;
	return KC_OK;
}

void
outbox_put_back(struct world *w)
{
	int64_t now = atomic_load(&w->wall_ms);
	struct outbox *o = &w->outbox;

	if (w->store != NULL)
		assert_int_equal(kc_store_outbox(w->store, see_row, w), KC_OK);
	for (unsigned i = 0; i < o->n; i++)
		o->v[i].ahead = o->v[i].ahead ||
		    (o->v[i].there && !o->v[i].tried &&
			o->v[i].made_ms > now + OUTBOX_BACK_MS);
}

/* What was taken back is a message again when it is planned again. */
static void
forget_taken_back(struct world *w)
{
	struct outbox *o = &w->outbox;

	for (unsigned i = 0; i < o->n;) {
		struct outbox_message *m = &o->v[i];

		if (m->ahead && !m->there &&
		    kc_state_told_find(w->s.k.st, m->id) == UINT32_MAX)
			*m = o->v[--o->n];
		else
			i++;
	}
}

/* Neither its making nor its next try lies ahead of the clock by more than the
 * wait that comes after so many tries, or the pace of a channel. */
static enum kc_err
see_wait(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	int64_t latest, wait_s;
	struct world *w = ctx;
	struct kc_out_row row;
	uint32_t spread;

	assert_int_equal(kc_out_row_read(&row, key, value), KC_OK);
	memcpy(&spread, row.id, sizeof(spread));
	wait_s = row.tries == 0 ? 0 : kc_retry_in_s(row.tries, 0, spread);
	latest = atomic_load(&w->wall_ms) + 2 * OUTBOX_BACK_MS;
	sim_require(
	    &w->s, row.made_ms <= latest, "a message is made in time to come");
	sim_require(&w->s, row.next_ms <= latest + wait_s * 1000,
	    "a message waits for a time that a wrong clock showed");
	kc_out_row_release(&row);
	return KC_OK;
}

void
outbox_check_waits(struct world *w)
{
	if (world_is_open(w))
		assert_int_equal(kc_store_outbox(w->store, see_wait, w), KC_OK);
}

void
outbox_check(struct world *w)
{
	struct outbox *o = &w->outbox;
	uint32_t told = kc_state_told_count(w->s.k.st);

	o->rows = 0;
	for (unsigned i = 0; i < o->n; i++)
		o->v[i].there = false;
	assert_int_equal(kc_store_outbox(w->store, see_row, w), KC_OK);
	forget_taken_back(w);
	for (unsigned i = 0; i < o->n; i++)
		sim_require(&w->s,
		    o->v[i].there ||
			kc_state_told_find(w->s.k.st, o->v[i].id) != UINT32_MAX,
		    "a message is lost");
	for (; o->told < told; o->told++) {
		struct kc_told t;

		kc_state_told(w->s.k.st, o->told, &t);
		sim_require(&w->s, !t.sent || message_of(w, t.id)->came,
		    "a message is said to be sent that never came");
		o->overtaken += t.overtaken;
	}
}

void
outbox_check_end(struct world *w)
{
	const struct kc_plan_ask ask = {.mark = NULL};
	struct kc_plan p;

	outbox_check(w);
	sim_require(&w->s, w->outbox.rows == 0, "a message is never sent");
	assert_int_equal(
	    kc_plan_make(&p, w->s.k.st, atomic_load(&w->wall_ms), &ask), KC_OK);
	sim_require(&w->s, p.nmessages == 0, "what is due is not planned");
	kc_plan_free(&p);
}
