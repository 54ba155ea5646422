/* SPDX-License-Identifier: Apache-2.0 */
/* A whole ledger for tests of the writer. */
#include "appkit.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

static int64_t
clock_now(void *ctx)
{
	struct app *a = ctx;

	a->looks++;
	return a->now_ms;
}

static void
clock_both(void *ctx, int64_t *now_ms, int64_t *passed_ms)
{
	struct app *a = ctx;

	*now_ms = a->now_ms;
	*passed_ms = a->passed_ms;
}

static void
changed(void *ctx)
{
	struct app *a = ctx;

	a->changes++;
}

void
app_load(struct app *a)
{
	struct kc_store_options o = {.dir = a->dir};
	struct kc_log_keys keys = {.n = 1};
	bool make;
	uint64_t n;
	enum kc_err err;

	keys.v[0] = kit_key(&a->k, KIT_ORIGIN)->vkey;
	assert_int_equal(kc_store_open(&a->store, &o, NULL), KC_OK);
	make = kc_store_size(a->store) == 0 || a->reseed;
	err = kc_anchor_open(&a->anchor, tmpdir_file(a->dir, "anchor"), make);
	if (err != KC_OK && (make || err != KC_ENOTFOUND))
		fail_msg("anchor: %s", kc_err_text(err));
	assert_int_equal(
	    kc_redo(a->store, tmpdir_file(a->dir, "anchor"), &keys, &n), KC_OK);
}

void
app_shut(struct app *a)
{
	kc_store_close(a->store);
	kc_anchor_close(a->anchor);
	a->store = NULL;
	a->anchor = NULL;
}

static void
log_line(void *ctx, int level, const char *line)
{
	struct app *a = ctx;
	size_t n;

	(void)level;
	pthread_mutex_lock(&a->log_lock);
	n = strlen(a->logged);
	(void)snprintf(a->logged + n, sizeof(a->logged) - n, "%s\n", line);
	pthread_mutex_unlock(&a->log_lock);
}

bool
app_logged(struct app *a, const char *word)
{
	bool found;

	pthread_mutex_lock(&a->log_lock);
	found = strstr(a->logged, word) != NULL;
	pthread_mutex_unlock(&a->log_lock);
	return found;
}

/* The checkpoint that the ledger signed last. */
static void
app_seen(void *ctx, struct kc_checkpoint *out)
{
	struct app *a = ctx;
	struct kc_buf note = {0};

	memset(out, 0, sizeof(*out));
	if (a->l == NULL)
		return;
	kc_ledger_checkpoint(a->l, &note);
	if (note.n > 0)
		assert_int_equal(
		    kc_checkpoint_parse(out, kc_buf_view(&note), NULL), KC_OK);
	kc_buf_free(&note);
}

enum kc_err
app_try(struct app *a)
{
	struct kc_buf detail = {0};
	struct kc_ledger_options o = {.anchor = a->anchor,
	    .store = a->store,
	    .log = log_line,
	    .log_ctx = a,
	    .log_key = kit_key(&a->k, KIT_ORIGIN),
	    .clerk_key = kit_key(&a->k, "clerk"),
	    .clock = {.now_ms = clock_now,
		.ctx = a,
		.both_ms = a->ticks ? clock_both : NULL},
	    .threads = a->threads ? a->threads : 2,
	    .wait_ms = KC_BATCH_WAIT_MS,
	    .settle_ms = a->settle_ms,
	    .behind = !a->at_once,
	    .reseed_anchor = a->reseed,
	    .stop = &a->stop,
	    .beside = a->beside,
	    .changed = changed,
	    .changed_ctx = a};
	enum kc_err err;

	if (!a->own_sequencer)
		a->sequencer = kc_sequencer_local(a->store);
	o.sequencer = a->sequencer;
	a->l = NULL;
	a->logged[0] = '\0';
	err = kc_ledger_open(&a->l, &o, &detail);
	a->k.seen = app_seen;
	a->k.seen_ctx = a;
	(void)snprintf(a->said, sizeof(a->said), "%s", kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	return err;
}

void
app_open(struct app *a)
{
	enum kc_err err = app_try(a);

	if (err != KC_OK)
		fail_msg("%s: %s", kc_err_text(err), a->said);
}

void
app_close(struct app *a)
{
	kc_ledger_close(a->l);
	a->l = NULL;
}

void
app_restart(struct app *a)
{
	app_down(a);
	app_load(a);
	app_open(a);
}

/* The kit's own notes, each at its time: so the leaves are those of the kit,
 * and what its authors have seen is of this log. */
static void
feed(struct app *a)
{
	for (unsigned i = 0; i < a->k.nnotes; i++) {
		const struct kit_note *n = &a->k.notes[i];
		struct answer w;

		a->now_ms = n->received_ms;
		w = app_send(a, (struct kc_slice){a->k.log.p + n->off, n->n});
		if (w.err != KC_OK || w.seq != i)
			fail_msg("note %u: %s %s", i, kc_err_text(w.err),
			    kc_refusal_code_text(w.code));
		answer_free(&w);
	}
}

void
app_init(struct app *a, enum kit_stage stage, bool disk)
{
	struct kc_store_options o = {.dir = a->dir, .create = true};

	memset(a, 0, sizeof(*a));
	kit_init(&a->k, stage);
	a->now_ms = a->k.now_ms;
	tmpdir_make(a->dir);
	a->disk = disk;
	if (disk)
		assert_int_equal(kc_store_open(&a->store, &o, NULL), KC_OK);
	else
		assert_int_equal(kc_store_open_memory(&a->store), KC_OK);
	assert_int_equal(
	    kc_anchor_open(&a->anchor, tmpdir_file(a->dir, "anchor"), true),
	    KC_OK);
	app_open(a);
	if (a->k.nnotes > 0)
		feed(a);
}

void
app_free(struct app *a)
{
	app_down(a);
	tmpdir_remove(a->dir);
	kit_free(&a->k);
}

void
app_down(struct app *a)
{
	app_close(a);
	app_shut(a);
}

/* --- what cmocka calls --- */
static int
set_up(void **state, enum kit_stage stage, bool disk)
{
	struct app *a = calloc(1, sizeof(*a));

	app_init(a, stage, disk);
	*state = a;
	return 0;
}

int
app_up_memory(void **state)
{
	return set_up(state, KIT_LISTS, false);
}

int
app_up_disk(void **state)
{
	return set_up(state, KIT_LISTS, true);
}

int
app_up_city(void **state)
{
	return set_up(state, KIT_CITY, true);
}

int
app_tear_down(void **state)
{
	struct app *a = *state;

	if (a->own_sequencer) {
		app_close(a);
		a->sequencer.close(a->sequencer.ctx);
	}
	app_free(a);
	free(a);
	return 0;
}

/* --- sending --- */
struct wait {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct answer *out;
	bool done;
};

static void
take_answers(void *ctx, struct kc_result *results, size_t n)
{
	struct wait *w = ctx;

	for (size_t i = 0; i < n; i++) {
		const struct kc_result *r = &results[i];
		struct answer *o = &w->out[i];

		*o = (struct answer){.err = r->err,
		    .code = r->why.code,
		    .duplicate = r->duplicate,
		    .seq = r->seq,
		    .received_ms = r->received_ms};
		memcpy(o->handle, r->handle, sizeof(o->handle));
		kc_buf_slice(&o->receipt, kc_buf_view(&r->receipt));
	}
	pthread_mutex_lock(&w->lock);
	w->done = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
}

static void
wait_for(struct wait *w)
{
	pthread_mutex_lock(&w->lock);
	while (!w->done)
		pthread_cond_wait(&w->cond, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

#define WAIT(out)                                                              \
	{                                                                      \
		PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, (out),    \
		    false                                                      \
	}

void
app_send_many(
    struct app *a, const struct kc_slice *notes, size_t n, struct answer *out)
{
	struct wait w = WAIT(out);

	if (kc_ledger_submit(a->l, notes, n, take_answers, &w) != KC_OK)
		abort(); /* also called beside the test's own thread */
	wait_for(&w);
}

void
app_send_together(
    struct app *a, const struct kc_slice *notes, size_t n, struct answer *out)
{
	struct wait w = WAIT(out);

	if (kc_ledger_submit_together(a->l, notes, n, take_answers, &w) !=
	    KC_OK)
		abort(); /* as above */
	wait_for(&w);
}

struct answer
app_send(struct app *a, struct kc_slice note)
{
	struct answer out;

	app_send_many(a, &note, 1, &out);
	return out;
}

struct answer
app_dry(struct app *a, struct kc_slice note)
{
	struct answer out;
	struct wait w = WAIT(&out);

	assert_int_equal(
	    kc_ledger_dry_run(a->l, note, take_answers, &w), KC_OK);
	wait_for(&w);
	return out;
}

void
answer_free(struct answer *w)
{
	kc_buf_free(&w->receipt);
}

struct answer
app_do_v(struct app *a, enum kc_kind_id kind, const char *by,
    const char *const *fields)
{
	struct kc_buf note = {0};
	struct answer out;

	a->k.now_ms = a->now_ms;
	assert_int_equal(kit_note(&a->k, &note, kind, by, fields), KC_OK);
	out = app_send(a, kc_buf_view(&note));
	kc_buf_free(&note);
	return out;
}

void
app_duty(struct app *a, unsigned i, struct kc_buf *note)
{
	char duty[32];
	const char *fields[] = {"unit=G16", duty, "text=一项职责", NULL};

	(void)snprintf(duty, sizeof(duty), "duty=T%u", i);
	a->k.now_ms = a->now_ms;
	assert_int_equal(
	    kit_note(&a->k, note, KC_K_duty_register, "P09.a", fields), KC_OK);
}

struct answer
app_send_duty(struct app *a, unsigned i)
{
	struct kc_buf note = {0};
	struct answer out;

	app_duty(a, i, &note);
	out = app_send(a, kc_buf_view(&note));
	kc_buf_free(&note);
	if (out.err != KC_OK)
		fail_msg("%s %s", kc_err_text(out.err),
		    kc_refusal_code_text(out.code));
	return out;
}

void
app_grow(struct app *a, unsigned from, unsigned n)
{
	for (unsigned i = from; i < from + n; i++) {
		struct answer w = app_send_duty(a, i);

		answer_free(&w);
	}
}

void
app_check_receipt(struct app *a, const struct answer *w)
{
	const struct kc_vkey *log = &kit_key(&a->k, KIT_ORIGIN)->vkey;
	struct kc_checkpoint c;
	struct kc_buf leaf = {0};
	struct kc_leaf parsed;

	assert_int_equal(kc_store_leaf(a->store, w->seq, &leaf), KC_OK);
	assert_int_equal(kc_proof_verify(kc_buf_view(&w->receipt),
			     kc_buf_view(&leaf), log, &c),
	    KC_OK);
	assert_true(c.size > w->seq);
	assert_int_equal(kc_leaf_parse(&parsed, kc_buf_view(&leaf)), KC_OK);
	assert_true(parsed.seq == w->seq);
	assert_true(parsed.received_ms == w->received_ms);
	kc_buf_free(&leaf);
}

void
app_at(struct app *a, int64_t ms)
{
	a->now_ms = ms;
	a->k.now_ms = ms;
}

struct digest {
	struct kc_hash hash;
	struct wait w;
};

static void
take_digest(void *ctx, const struct kc_view_source *src)
{
	struct digest *d = ctx;

	if (src == NULL || kc_state_digest(src->state, &d->hash) != KC_OK)
		abort();
	pthread_mutex_lock(&d->w.lock);
	d->w.done = true;
	pthread_cond_signal(&d->w.cond);
	pthread_mutex_unlock(&d->w.lock);
}

struct kc_hash
app_digest(struct app *a)
{
	struct digest live = {.w = WAIT(NULL)}, replayed = {.w = WAIT(NULL)};

	assert_int_equal(kc_ledger_read(a->l, take_digest, &live), KC_OK);
	wait_for(&live.w);
	assert_int_equal(kc_ledger_read_as_of(a->l, kc_store_size(a->store), 0,
			     take_digest, &replayed),
	    KC_OK);
	wait_for(&replayed.w);
	assert_true(kc_hash_eq(&live.hash, &replayed.hash));
	return live.hash;
}

unsigned
app_count(struct app *a, enum kc_kind_id kind, int64_t *received_ms)
{
	static struct kc_entry e;
	unsigned n = 0;

	for (uint64_t i = 0; i < kc_store_size(a->store); i++) {
		struct kc_buf bytes = {0};
		struct kc_refusal why;
		struct kc_leaf leaf;

		assert_int_equal(kc_store_leaf(a->store, i, &bytes), KC_OK);
		assert_int_equal(
		    kc_leaf_parse(&leaf, kc_buf_view(&bytes)), KC_OK);
		assert_int_equal(kc_entry_decode(&e, leaf.note, &why), KC_OK);
		if (e.kind->id == kind) {
			n++;
			if (received_ms != NULL)
				*received_ms = leaf.received_ms;
		}
		kc_buf_free(&bytes);
	}
	return n;
}
