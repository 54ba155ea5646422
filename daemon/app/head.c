/* SPDX-License-Identifier: Apache-2.0 */
/* The signed head, the mode, and what is counted. */
#include "app/head.h"

#include <string.h>

void
kc_head_init(struct kc_head *h, const struct kc_ledger_options *o)
{
	h->o = o;
	h->next_due_ms = INT64_MAX;
	h->asked_due_ms = -1;
	kc_signer_init(&h->signer, o);
	pthread_mutex_init(&h->lock, NULL);
}

void
kc_head_release(struct kc_head *h)
{
	kc_signer_release(&h->signer);
	kc_buf_free(&h->chain);
	kc_buf_free(&h->note);
	kc_buf_free(&h->witnessed.note);
	kc_buf_free(&h->why);
	pthread_mutex_destroy(&h->lock);
}

/* --- the signed head --- */
uint64_t
kc_head_size(struct kc_head *h)
{
	uint64_t size;

	pthread_mutex_lock(&h->lock);
	size = h->head.size;
	pthread_mutex_unlock(&h->lock);
	return size;
}

uint64_t
kc_head_copy(struct kc_head *h, struct kc_buf *note)
{
	uint64_t size;

	pthread_mutex_lock(&h->lock);
	size = h->head.size;
	kc_buf_slice(note, kc_buf_view(&h->note));
	pthread_mutex_unlock(&h->lock);
	return size;
}

uint64_t
kc_head_entries(struct kc_head *h)
{
	uint64_t size;

	pthread_mutex_lock(&h->lock);
	size = h->stats.size;
	pthread_mutex_unlock(&h->lock);
	return size;
}

void
kc_head_set_entries(struct kc_head *h, uint64_t size, int64_t received_ms)
{
	pthread_mutex_lock(&h->lock);
	h->stats.size = size;
	h->stats.head_received_ms = received_ms;
	pthread_mutex_unlock(&h->lock);
}

enum kc_err
kc_head_publish(
    struct kc_head *h, const struct kc_checkpoint *c, struct kc_slice note)
{
	enum kc_err err;

	pthread_mutex_lock(&h->lock);
	h->head = *c;
	kc_buf_reset(&h->note);
	kc_buf_slice(&h->note, note);
	err = kc_buf_err(&h->note);
	h->stats.size = c->size;
	h->late[c->size % KC_HEADS_KEPT].size = c->size;
	h->late[c->size % KC_HEADS_KEPT].root = c->root;
	pthread_mutex_unlock(&h->lock);
	return err;
}

bool
kc_head_root(struct kc_head *h, uint64_t size, struct kc_hash *out)
{
	unsigned i = (unsigned)(size % KC_HEADS_KEPT);
	unsigned k = (unsigned)(size % KC_ROOTS_KEPT);
	bool found = true;

	pthread_mutex_lock(&h->lock);
	if (size > 0 && h->late[i].size == size)
		*out = h->late[i].root;
	else if (size > 0 && h->asked[k].size == size)
		*out = h->asked[k].root;
	else
		found = false;
	pthread_mutex_unlock(&h->lock);
	return found;
}

void
kc_head_keep_root(struct kc_head *h, uint64_t size, const struct kc_hash *root)
{
	pthread_mutex_lock(&h->lock);
	h->asked[size % KC_ROOTS_KEPT].size = size;
	h->asked[size % KC_ROOTS_KEPT].root = *root;
	pthread_mutex_unlock(&h->lock);
}

void
kc_head_know_keys(struct kc_head *h, const struct kc_state *st)
{
	struct kc_log_keys keys;

	kc_state_log_keys(st, true, &keys);
	pthread_mutex_lock(&h->lock);
	if (keys.n > h->keys.n) {
		h->keys = keys;
		kc_buf_reset(&h->chain);
		kc_state_log_chain(st, &h->chain);
	}
	pthread_mutex_unlock(&h->lock);
}

void
kc_head_chain(struct kc_head *h, struct kc_buf *out)
{
	pthread_mutex_lock(&h->lock);
	kc_buf_slice(out, kc_buf_view(&h->chain));
	pthread_mutex_unlock(&h->lock);
}

enum kc_err
kc_head_verify(
    struct kc_head *h, struct kc_slice note, struct kc_checkpoint *out)
{
	struct kc_log_keys keys;

	pthread_mutex_lock(&h->lock);
	keys.n = h->keys.n;
	memcpy(keys.v, h->keys.v, keys.n * sizeof(keys.v[0]));
	pthread_mutex_unlock(&h->lock);
	return kc_checkpoint_parse_by(out, note, &keys);
}

bool
kc_head_may_sign(
    struct kc_head *h, const struct kc_state *st, int64_t received_ms)
{
	struct kc_log_keys keys;

	kc_state_log_keys_at(st, received_ms, &keys);
	return keys.n == 0 || kc_signer_has(&h->signer, &keys);
}

/* It stands by the first: what fails of it holds nobody up, and is said. A
 * file that could not be written is not trusted again before a new start. */
static void
write_second(struct kc_head *h, struct kc_slice note)
{
	if (h->o->second_anchor == NULL || h->second_failed)
		return;
	h->second_failed = kc_anchor_write(h->o->second_anchor, note) != KC_OK;
	if (h->second_failed)
		kc_env_say(h->o, KC_LEVEL_ERR, "second-anchor",
		    "it cannot be written; the ledger goes on with one");
}

/* The head to be signed, and the keys in force. */
static enum kc_err
next_head(struct kc_head *h, const struct kc_state *st,
    const struct kc_hash *root, struct kc_checkpoint *c,
    struct kc_log_keys *keys)
{
	*c = (struct kc_checkpoint){.size = kc_state_size(st), .root = *root};
	/* A head that does not extend the last one is never asked for. */
	if (c->size <= kc_head_size(h))
		return KC_EROLLBACK;
	memcpy(c->origin, h->o->log_key->vkey.name, sizeof(c->origin));
	kc_head_know_keys(h, st);
	kc_state_log_keys(st, false, keys);
	return KC_OK;
}

static enum kc_err
publish(struct kc_head *h, const struct kc_checkpoint *c, struct kc_slice note)
{
	write_second(h, note);
	return kc_head_publish(h, c, note);
}

enum kc_err
kc_head_sign(struct kc_head *h, const struct kc_state *st,
    const struct kc_edge *edge, struct kc_buf *note, struct kc_buf *detail)
{
	struct kc_hash root = kc_edge_root(edge);
	struct kc_checkpoint c;
	struct kc_log_keys keys;
	enum kc_err err = next_head(h, st, &root, &c, &keys);

	if (err != KC_OK)
		return err;
	kc_buf_reset(note);
	err = kc_signer_sign(
	    &h->signer, kc_head_size(h), &c, edge, &keys, note, detail);
	return err == KC_OK ? publish(h, &c, kc_buf_view(note)) : err;
}

enum kc_err
kc_head_begin(struct kc_head *h, const struct kc_state *st,
    const struct kc_edge *edge, const struct kc_hash *root, uint64_t from,
    struct kc_slice batch)
{
	struct kc_log_keys keys;
	enum kc_err err = next_head(h, st, root, &h->begun, &keys);

	return err == KC_OK
	    ? kc_signer_begin(&h->signer, from, &h->begun, edge, &keys, batch)
	    : err;
}

enum kc_err
kc_head_let_go(struct kc_head *h, const struct kc_state *st,
    const struct kc_edge *edge, struct kc_buf *detail)
{
	struct kc_checkpoint c = {
	    .size = kc_head_size(h), .root = kc_edge_root(edge)};
	struct kc_log_keys keys;
	struct kc_buf note = {0};
	enum kc_err err;

	memcpy(c.origin, h->o->log_key->vkey.name, sizeof(c.origin));
	kc_state_log_keys(st, false, &keys);
	err =
	    kc_signer_sign(&h->signer, c.size, &c, edge, &keys, &note, detail);
	kc_buf_free(&note);
	return err;
}

enum kc_err
kc_head_end(struct kc_head *h, struct kc_buf *note, struct kc_buf *detail)
{
	kc_buf_reset(note);
	return kc_signer_end(&h->signer, note, detail);
}

enum kc_err
kc_head_stands(struct kc_head *h, struct kc_slice note)
{
	return publish(h, &h->begun, note);
}

/* --- witnesses --- */
/* Replaces b's bytes; what was there stays if there is no memory. */
static bool
replace(struct kc_buf *b, struct kc_slice with)
{
	struct kc_buf fresh = {0};

	kc_buf_slice(&fresh, with);
	if (kc_buf_err(&fresh) != KC_OK) {
		kc_buf_free(&fresh);
		return false;
	}
	kc_buf_free(b);
	*b = fresh;
	return true;
}

void
kc_head_witnessed(
    struct kc_head *h, uint64_t size, struct kc_slice note, bool quorum)
{
	pthread_mutex_lock(&h->lock);
	if (size == h->head.size)
		(void)replace(&h->note, note);
	if (quorum && size >= h->witnessed.size && size <= h->head.size &&
	    replace(&h->witnessed.note, note)) {
		h->witnessed.size = size;
		h->witnessed.kept = false;
	}
	pthread_mutex_unlock(&h->lock);
}

uint64_t
kc_head_witnessed_size(struct kc_head *h)
{
	uint64_t size;

	pthread_mutex_lock(&h->lock);
	size = h->witnessed.size;
	pthread_mutex_unlock(&h->lock);
	return size;
}

uint64_t
kc_head_witnessed_copy(struct kc_head *h, bool unkept, struct kc_buf *note)
{
	uint64_t size = 0;

	pthread_mutex_lock(&h->lock);
	if (!unkept || !h->witnessed.kept)
		size = h->witnessed.size;
	if (size > 0)
		kc_buf_slice(note, kc_buf_view(&h->witnessed.note));
	pthread_mutex_unlock(&h->lock);
	return size;
}

void
kc_head_witnessed_kept(struct kc_head *h, uint64_t size, size_t n)
{
	pthread_mutex_lock(&h->lock);
	if (h->witnessed.size == size && h->witnessed.note.n == n)
		h->witnessed.kept = true;
	pthread_mutex_unlock(&h->lock);
}

bool
kc_head_acknowledges(struct kc_head *h, uint64_t seq)
{
	const struct kc_witnessing *w = h->o->witnessing;

	return w == NULL || !w->closed || seq < kc_head_witnessed_size(h);
}

bool
kc_head_acknowledged(struct kc_head *h)
{
	uint64_t size = kc_head_size(h);

	return size == 0 || kc_head_acknowledges(h, size - 1);
}

/* --- what is counted --- */
int64_t
kc_head_due(struct kc_head *h)
{
	int64_t next;

	pthread_mutex_lock(&h->lock);
	next = h->next_due_ms;
	pthread_mutex_unlock(&h->lock);
	return next;
}

void
kc_head_set_due(struct kc_head *h, int64_t next_due_ms)
{
	pthread_mutex_lock(&h->lock);
	h->next_due_ms = next_due_ms;
	pthread_mutex_unlock(&h->lock);
}

void
kc_head_stats(struct kc_head *h, struct kc_ledger_stats *out)
{
	pthread_mutex_lock(&h->lock);
	*out = h->stats;
	out->witnessed = h->witnessed.size;
	pthread_mutex_unlock(&h->lock);
}

void
kc_head_count_refused(struct kc_head *h)
{
	pthread_mutex_lock(&h->lock);
	h->stats.refused++;
	pthread_mutex_unlock(&h->lock);
}

void
kc_head_count_duplicate(struct kc_head *h)
{
	pthread_mutex_lock(&h->lock);
	h->stats.duplicates++;
	pthread_mutex_unlock(&h->lock);
}

void
kc_head_count_batch(struct kc_head *h, size_t n, size_t clerk,
    uint64_t commit_us, int64_t received_ms)
{
	pthread_mutex_lock(&h->lock);
	h->failed = false;
	h->backoff_us = 0;
	h->stats.batches++;
	h->stats.clerk += clerk;
	h->stats.accepted += n - clerk;
	h->stats.commit_us += commit_us;
	h->stats.last_commit_us = commit_us;
	h->stats.head_received_ms = received_ms;
	pthread_mutex_unlock(&h->lock);
}
