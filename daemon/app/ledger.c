/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public handle: the parts, wired together once. Who calls whom is said
 * in docs/ARCHITECTURE.md "Inside the ledger" and kept by tests/lint.
 */
#include "app/ledger.h"

#include "app/startup.h"
#include "app/writer.h"

struct kc_ledger {
	struct kc_ledger_options o;
	struct kc_head head;
	struct kc_live live;
	struct kc_intake intake;
	struct kc_query query;
	struct kc_admission admission;
	struct kc_writer writer;
};

/* --- opening and closing --- */
static void
wire(struct kc_ledger *l)
{
	kc_head_init(&l->head, &l->o);
	kc_live_init(&l->live);
	kc_intake_init(&l->intake, &l->o);
	l->query.o = &l->o;
	l->query.live = &l->live;
	l->query.head = &l->head;
	l->query.intake = &l->intake;
	kc_past_init(
	    &l->query.past, l->o.store, &l->query.no_replays, KC_PAST_BYTES);
	kc_admit_init(&l->admission, &l->query);
	l->writer.o = &l->o;
	l->writer.live = &l->live;
	l->writer.head = &l->head;
	l->writer.intake = &l->intake;
	l->writer.admission = &l->admission;
	l->writer.readback.store = l->o.store;
}

static void
release(struct kc_ledger *l)
{
	kc_store_watch(l->o.store, NULL, NULL);
	kc_writer_release(&l->writer);
	kc_admit_release(&l->admission);
	kc_intake_release(&l->intake);
	kc_past_release(&l->query.past);
	kc_live_release(&l->live);
	kc_head_release(&l->head);
	kc_free(l);
}

static void
stop_threads(struct kc_ledger *l)
{
	kc_intake_stop(&l->intake);
	kc_intake_stop_writer(&l->intake);
	kc_writer_join(&l->writer);
}

static enum kc_err
start_threads(struct kc_ledger *l)
{
	enum kc_err err = kc_writer_start(&l->writer);

	if (err == KC_OK)
		err = kc_intake_start(
		    &l->intake, kc_admit, kc_admit_together, &l->admission);
	if (err != KC_OK)
		stop_threads(l);
	return err;
}

/* Bytes are not what their hash says: the storage lies, and only a new start
 * tells how far. */
static void
damaged(void *head, const char *what)
{
	kc_head_set_cause(head, KC_CAUSE_DAMAGED, what);
}

/* What a quorum signed before this start, if the store has it whole. */
static void
take_witnessed(struct kc_ledger *l)
{
	struct kc_buf note = {0};
	struct kc_checkpoint c;
	uint64_t size = 0;

	if (kc_store_witnessed_last(l->o.store, &size, &note) == KC_OK &&
	    kc_buf_err(&note) == KC_OK &&
	    kc_head_verify(&l->head, kc_buf_view(&note), &c) == KC_OK &&
	    c.size == size) {
		kc_head_witnessed(&l->head, size, kc_buf_view(&note), true);
		kc_head_witnessed_kept(&l->head, size, note.n);
	}
	kc_buf_free(&note);
}

/* The start-up guard, the replay, and what is overdue. */
static enum kc_err
start_up(struct kc_ledger *l, struct kc_buf *detail)
{
	struct kc_writer *w = &l->writer;
	struct kc_startup s = {
	    &l->o, &l->live, &l->head, &w->readback, NULL, &l->query.past};
	struct kc_items none = {0}, dry = {0};
	enum kc_err err = kc_startup(&s, detail);

	w->edge = s.edge;
	if (err != KC_OK)
		return err;
	kc_store_watch(l->o.store, damaged, &l->head);
	(void)kc_head_copy(&l->head, &w->note);
	err = kc_buf_err(&w->note);
	if (err != KC_OK)
		return err;
	if (l->o.witnessing != NULL)
		take_witnessed(l);
	if (l->o.contradicted != NULL)
		kc_head_set_cause(
		    &l->head, KC_CAUSE_CONTRADICTED, l->o.contradicted);
	kc_writer_round(w, &none, &dry);
	l->o.contradicted = NULL; /* the caller's */
	return kc_head_mode(&l->head) == KC_MODE_POISONED ? KC_EUNKNOWN : KC_OK;
}

enum kc_err
kc_ledger_open(struct kc_ledger **out, const struct kc_ledger_options *options,
    struct kc_buf *detail)
{
	struct kc_ledger *l;
	enum kc_err err;

	if (options->threads < 1 || options->threads > KC_POOL_MAX ||
	    options->wait_ms > KC_BATCH_WAIT_MS)
		return KC_EINVAL;
	l = kc_alloc(sizeof(*l));
	if (l == NULL)
		return KC_ENOMEM;
	l->o = *options;
	if (l->o.queue_max == 0)
		l->o.queue_max = KC_QUEUE_DEFAULT;
	wire(l);
	err = start_up(l, detail);
	if (err == KC_OK)
		err = start_threads(l);
	if (err != KC_OK) {
		release(l);
		return err;
	}
	*out = l;
	return KC_OK;
}

enum kc_mode
kc_ledger_close(struct kc_ledger *l)
{
	enum kc_mode mode = KC_MODE_OPEN;

	if (l == NULL)
		return mode;
	stop_threads(l);
	mode = kc_head_mode(&l->head);
	release(l);
	return mode;
}

/* --- notes --- */
enum kc_err
kc_ledger_submit(struct kc_ledger *l, const struct kc_slice *notes, size_t n,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	return kc_intake_submit(&l->intake, notes, n, KC_EACH, done, ctx);
}

enum kc_err
kc_ledger_submit_together(struct kc_ledger *l, const struct kc_slice *notes,
    size_t n, void (*done)(void *ctx, struct kc_result *results, size_t n),
    void *ctx)
{
	return n > KC_TOGETHER_MAX
	    ? KC_EINVAL
	    : kc_intake_submit(&l->intake, notes, n, KC_TOGETHER, done, ctx);
}

enum kc_err
kc_ledger_dry_run(struct kc_ledger *l, struct kc_slice note,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	return kc_intake_submit(&l->intake, &note, 1, KC_DRY, done, ctx);
}

enum kc_err
kc_ledger_weigh(
    struct kc_ledger *l, const struct kc_entry *e, struct kc_refusal *why)
{
	return kc_admit_weigh(&l->admission, e, why);
}

/* --- readers --- */
enum kc_err
kc_ledger_read(struct kc_ledger *l,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx)
{
	return kc_query_read(&l->query, fn, ctx);
}

enum kc_err
kc_ledger_read_as_of(struct kc_ledger *l, uint64_t upto, int64_t as_of_ms,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx)
{
	return kc_query_read_as_of(&l->query, upto, as_of_ms, fn, ctx);
}

void
kc_ledger_drop_replays(struct kc_ledger *l)
{
	atomic_store(&l->query.no_replays, true);
}

bool
kc_ledger_drops_replays(struct kc_ledger *l)
{
	return atomic_load(&l->query.no_replays);
}

void
kc_ledger_checkpoint(struct kc_ledger *l, struct kc_buf *out)
{
	(void)kc_head_copy(&l->head, out);
}

enum kc_err
kc_ledger_verify(
    struct kc_ledger *l, struct kc_slice note, struct kc_checkpoint *out)
{
	return kc_head_verify(&l->head, note, out);
}

void
kc_ledger_log_chain(struct kc_ledger *l, struct kc_buf *out)
{
	kc_head_chain(&l->head, out);
}

void
kc_ledger_witnessed_checkpoint(struct kc_ledger *l, struct kc_buf *out)
{
	(void)kc_head_witnessed_copy(&l->head, false, out);
}

void
kc_ledger_witnessed(
    struct kc_ledger *l, uint64_t size, struct kc_slice note, bool quorum)
{
	kc_head_witnessed(&l->head, size, note, quorum);
	/* It is kept when the writer looks; who waits for it may go on. */
	if (quorum)
		kc_intake_tick(&l->intake);
}

void
kc_ledger_contradicted(struct kc_ledger *l, const char *what)
{
	kc_head_set_cause(&l->head, KC_CAUSE_CONTRADICTED, what);
}

enum kc_err
kc_ledger_witnessed_receipt(
    struct kc_ledger *l, uint64_t seq, struct kc_buf *out)
{
	return kc_query_witnessed_receipt(&l->query, seq, out);
}

enum kc_err
kc_ledger_receipt(struct kc_ledger *l, uint64_t seq, struct kc_buf *out)
{
	return kc_query_receipt(&l->query, seq, out);
}

enum kc_err
kc_ledger_consistency(
    struct kc_ledger *l, uint64_t old, uint64_t size, struct kc_buf *out)
{
	return kc_query_consistency(&l->query, old, size, out);
}

struct kc_store *
kc_ledger_store(struct kc_ledger *l)
{
	return l->o.store;
}

enum kc_err
kc_ledger_actor_key(
    struct kc_ledger *l, struct kc_slice actor, struct kc_vkey *out)
{
	return kc_query_actor_key(&l->query, actor, out);
}

enum kc_err
kc_ledger_reader(
    struct kc_ledger *l, struct kc_slice actor, struct kc_viewer *out)
{
	return kc_query_reader(&l->query, actor, out);
}

enum kc_err
kc_ledger_may_read(struct kc_ledger *l, const struct kc_viewer *r,
    const struct kc_entry *e, struct kc_refusal *why)
{
	return kc_query_may_read(&l->query, r, e, why);
}

enum kc_err
kc_ledger_view_actors(struct kc_ledger *l, struct kc_slice json,
    struct kc_slice reader, struct kc_buf *out)
{
	return kc_query_view_actors(&l->query, json, reader, out);
}

/* --- how it is --- */
void
kc_ledger_tick(struct kc_ledger *l)
{
	kc_intake_tick(&l->intake);
}

bool
kc_ledger_settle(struct kc_ledger *l)
{
	kc_head_retry_now(&l->head);
	kc_intake_settle(&l->intake);
	return kc_head_mode(&l->head) == KC_MODE_OPEN &&
	    kc_head_due(&l->head) > kc_env_now_ms(&l->o);
}

int64_t
kc_ledger_next_due_ms(struct kc_ledger *l)
{
	return kc_head_due(&l->head);
}

void
kc_ledger_next_wake(struct kc_ledger *l, struct kc_wake *out)
{
	kc_head_next_wake(&l->head, out);
}

enum kc_mode
kc_ledger_mode(struct kc_ledger *l)
{
	return kc_head_mode(&l->head);
}

void
kc_ledger_health(struct kc_ledger *l, struct kc_health *out)
{
	bool look;

	kc_head_health(&l->head, out, &look);
	if (look)
		kc_intake_tick(&l->intake);
}

void
kc_ledger_why(struct kc_ledger *l, struct kc_buf *out)
{
	kc_head_why(&l->head, out);
}

void
kc_ledger_stats(struct kc_ledger *l, struct kc_ledger_stats *out)
{
	kc_head_stats(&l->head, out);
	kc_intake_stats(&l->intake, out);
	kc_past_counts(&l->query.past, &out->past);
	out->beside = (struct kc_beside_counts){0};
	if (l->o.beside != NULL)
		l->o.beside->counts(l->o.beside->ctx, &out->beside);
}

void
kc_ledger_witness_metrics(struct kc_ledger *l, struct kc_buf *out)
{
	if (l->o.witnessing != NULL)
		l->o.witnessing->metrics(l->o.witnessing->ctx, out);
}

bool
kc_ledger_has_witnesses(struct kc_ledger *l)
{
	return l->o.witnessing != NULL;
}
