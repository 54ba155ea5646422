/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger: opening, closing, taking notes, answering them. */
#include "app/ledger_int.h"

#include <assert.h>
#include <string.h>

enum kc_err
kc_ledger_submit(struct kc_ledger *l, const struct kc_slice *notes, size_t n,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	return kc_intake_submit(&l->intake, notes, n, false, done, ctx);
}

enum kc_err
kc_ledger_dry_run(struct kc_ledger *l, struct kc_slice note,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx)
{
	return kc_intake_submit(&l->intake, &note, 1, true, done, ctx);
}

/* --- opening and closing --- */
static void
release(struct kc_ledger *l)
{
	kc_intake_release(&l->intake);
	kc_live_release(&l->live);
	kc_head_release(&l->head);
	kc_edge_free(l->edge);
	kc_buf_free(&l->batch.leaves);
	kc_buf_free(&l->clerk_text);
	kc_buf_free(&l->clerk_note);
	kc_buf_free(&l->note_buf);
	pthread_mutex_destroy(&l->key_lock);
	kc_free(l);
}

static void
stop_threads(struct kc_ledger *l)
{
	kc_intake_stop(&l->intake);
	kc_intake_stop_writer(&l->intake);
	if (l->has_writer)
		pthread_join(l->writer, NULL);
}

static enum kc_err
start_threads(struct kc_ledger *l)
{
	if (pthread_create(&l->writer, NULL, kc_writer_main, l) != 0)
		return KC_ENOMEM;
	l->has_writer = true;
	return kc_intake_start(&l->intake, kc_admit, l);
}

enum kc_err
kc_ledger_open(struct kc_ledger **out, const struct kc_ledger_options *options,
    struct kc_buf *detail)
{
	struct kc_items none = {0}, dry = {0};
	struct kc_startup start = {0};
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
	kc_head_init(&l->head, &l->o);
	kc_live_init(&l->live);
	pthread_mutex_init(&l->key_lock, NULL);
	kc_intake_init(&l->intake, &l->o);
	l->readback.store = l->o.store;
	start =
	    (struct kc_startup){&l->o, &l->live, &l->head, &l->readback, NULL};
	err = kc_startup(&start, detail);
	l->edge = start.edge;
	if (err == KC_OK) {
		kc_writer_round(l, &none, &dry); /* what is overdue */
		if (kc_head_mode(&l->head) == KC_MODE_POISONED)
			err = KC_EUNKNOWN;
	}
	if (err == KC_OK) {
		err = start_threads(l);
		if (err != KC_OK)
			stop_threads(l);
	}
	if (err != KC_OK) {
		release(l);
		return err;
	}
	*out = l;
	return KC_OK;
}

void
kc_ledger_close(struct kc_ledger *l)
{
	if (l == NULL)
		return;
	stop_threads(l);
	release(l);
}
