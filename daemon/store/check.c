/* SPDX-License-Identifier: Apache-2.0 */
#include <kaocheng/check.h>

#include <kaocheng/limits.h>
#include <kaocheng/note.h>
#include <kaocheng/replay.h>
#include <kaocheng/seen.h>

#include "store_int.h"

static void
say(struct kc_buf *detail, const char *text)
{
	if (detail != NULL)
		kc_buf_str(detail, text);
}

/* --- the anchor --- */
static void
say_sizes(
    struct kc_buf *detail, const char *text, uint64_t store, uint64_t anchor)
{
	if (detail == NULL)
		return;
	kc_buf_str(detail, text);
	kc_buf_str(detail, ": the store has ");
	kc_buf_u64(detail, store);
	kc_buf_str(detail, " entries, the anchor ");
	kc_buf_u64(detail, anchor);
}

static enum kc_err
parse_anchor(struct kc_slice note, const struct kc_log_keys *keys,
    struct kc_checkpoint *out, struct kc_buf *detail)
{
	enum kc_err err = keys != NULL ? kc_checkpoint_parse_by(out, note, keys)
				       : kc_checkpoint_parse(out, note, NULL);

	if (err == KC_OK || err == KC_ENOMEM)
		return err;
	if (err == KC_ENOKEY) {
		say(detail, "the anchor is that of another ledger or log key");
		return KC_EFOREIGN;
	}
	say(detail, "the checkpoint in the anchor does not verify");
	return KC_ECORRUPT;
}

static enum kc_err
read_anchor(
    struct kc_check *c, const struct kc_log_keys *keys, struct kc_buf *detail)
{
	c->head.size = 0;
	if (!c->has_anchor || c->anchor.n == 0)
		return KC_OK;
	return parse_anchor(c->anchor, keys, &c->head, detail);
}

/* A kept checkpoint beyond the anchor's: it was signed, and the anchor lacks
 * it. */
static bool
lacks_batches(struct kc_check *c)
{
	struct kc_buf kept = {0};
	uint64_t found;
	bool yes = c->size > c->head.size &&
	    (c->size - c->head.size > KC_BATCH_MAX ||
		kc_store_checkpoint_from(
		    c->store, c->head.size + 1, &found, &kept) == KC_OK);

	kc_buf_free(&kept);
	return c->has_anchor && yes;
}

/* Of the store's entries, and of those that the anchor alone holds. */
static enum kc_err
root_of(const struct kc_check *c, uint64_t size, struct kc_hash *out)
{
	struct kc_hash_reader r = kc_store_hashes(c->store);

	if (size <= c->size)
		return kc_merkle_root(&r, size, out);
	return kc_redo_root(
	    c->store, &(struct kc_stand){c->size, c->txn}, c->held, size, out);
}

/* Is the tree of an anchor the beginning of the store's? */
static enum kc_err
begins_with(const struct kc_check *c, const struct kc_checkpoint *head,
    struct kc_buf *detail)
{
	bool beyond = head->size > c->size;
	struct kc_hash root;
	enum kc_err err = KC_ENOTFOUND;

	if (head->size == 0)
		return KC_OK;
	if (!beyond || c->held != NULL)
		err = root_of(c, head->size, &root);
	if (beyond && err == KC_ENOTFOUND) {
		say_sizes(detail, "the store is older than its anchor", c->size,
		    head->size);
		return KC_EROLLBACK;
	}
	if (err != KC_OK) {
		say(detail, "the tiles of the store cannot be read");
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	}
	if (!kc_hash_eq(&root, &head->root)) {
		say_sizes(detail, "the store is not the log that was anchored",
		    c->size, head->size);
		return KC_EFORK;
	}
	return KC_OK;
}

static enum kc_err
compare(struct kc_check *c, struct kc_buf *detail)
{
	struct kc_checkpoint second;
	enum kc_err err = begins_with(c, &c->head, detail);

	if (err != KC_OK)
		return err;
	c->anchor_old = lacks_batches(c);
	if (c->second.n == 0)
		return KC_OK;
	err = parse_anchor(c->second, c->log_keys, &second, detail);
	if (err == KC_OK)
		err = begins_with(c, &second, detail);
	if (err != KC_OK)
		say(detail, " (the second anchor)");
	return err;
}

/* --- replay --- */
struct replay {
	struct kc_store *store;
	struct kc_state *st;
	struct kc_entry *e;
	struct kc_refusal why;
	const atomic_bool *stop;
	uint64_t verify_from; /* entries that nobody vouches for */
};

static enum kc_err
check_signatures(struct replay *w)
{
	const struct kc_entry *e = w->e;
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE], pub[KC_PUBKEY_SIZE];

	for (unsigned i = 0; i < e->nby; i++) {
		enum kc_err err = kc_state_signer(w->st, e, i, pub, &w->why);

		if (err != KC_OK)
			return err;
		if (kc_note_sig_decode(&e->sigs[i], keyid, sig) == KC_OK &&
		    kc_sig_ok(pub, e->text.p, e->text.n, sig))
			continue;
		(void)kc_refuse(&w->why, KC_R_SIGNATURE, "", NULL, NULL, NULL);
		kc_refusal_arg(&w->why, 0, e->by[i]);
		return KC_EREFUSED;
	}
	return KC_OK;
}

static enum kc_err
root_at(void *ctx, uint64_t size, struct kc_hash *out)
{
	struct kc_hash_reader tiles = kc_store_hashes(ctx);

	return kc_merkle_root(&tiles, size, out);
}

/* What the log has not signed is held to what a new note is. */
static enum kc_err
check_new(struct replay *w, uint64_t seq)
{
	struct kc_history h = {root_at, w->store, seq};
	enum kc_err err = check_signatures(w);

	return err == KC_OK ? kc_seen_check(w->e, &h, &w->why) : err;
}

static enum kc_err
replay_one(void *ctx, uint64_t seq, struct kc_slice bytes)
{
	struct replay *w = ctx;
	struct kc_leaf leaf;
	enum kc_err err;

	if (w->stop != NULL && atomic_load(w->stop))
		return KC_EUNAVAILABLE;
	err = kc_replay_decode(w->st, bytes, &leaf, w->e, &w->why);
	if (err == KC_OK && seq >= w->verify_from)
		err = check_new(w, seq);
	if (err != KC_OK)
		return err;
	return kc_state_apply(
	    w->st, w->e, (struct kc_stamp){seq, leaf.received_ms}, &w->why);
}

static void
say_replay(struct kc_buf *detail, const struct replay *w, enum kc_err err)
{
	if (detail == NULL)
		return;
	kc_buf_str(detail, "the log does not replay at entry ");
	kc_buf_u64(detail, kc_state_size(w->st));
	if (kc_state_size(w->st) >= w->verify_from)
		kc_buf_str(detail, ", which it has not signed yet");
	kc_buf_str(detail, ": ");
	if (err == KC_EREFUSED)
		kc_refusal_message(&w->why, KC_LANG_EN, detail);
	else
		kc_buf_str(detail, kc_err_text(err));
}

/* Runs w on, from the state's size up to an entry; `plain`: they are hashed
 * elsewhere. */
static enum kc_err
replay(struct replay *w, uint64_t upto, bool plain, struct kc_buf *detail)
{
	uint64_t from = kc_state_size(w->st);
	enum kc_err err;

	w->e = kc_alloc(sizeof(*w->e));
	if (w->e == NULL)
		return KC_ENOMEM;
	err = plain ? kc_store_scan_plain(w->store, from, upto, replay_one, w)
		    : kc_store_scan(w->store, from, upto, replay_one, w);
	if (err != KC_OK) {
		say_replay(detail, w, err);
		if (err == KC_ENOTFOUND)
			err = KC_ECORRUPT;
	}
	kc_free(w->e);
	return err;
}

enum kc_err
kc_check_replay_on(struct kc_store *store, struct kc_state *st, uint64_t upto,
    const atomic_bool *stop, struct kc_buf *detail)
{
	struct replay *w = kc_alloc(sizeof(*w));
	enum kc_err err;

	if (w == NULL)
		return KC_ENOMEM;
	w->store = store;
	w->st = st;
	w->stop = stop;
	w->verify_from = KC_REPLAY_ALL;
	err = replay(w, upto, false, detail);
	kc_free(w);
	return err == KC_EREFUSED ? KC_ECORRUPT : err;
}

enum kc_err
kc_check_replay(struct kc_store *store, uint64_t upto, const atomic_bool *stop,
    struct kc_state **out, struct kc_buf *detail)
{
	struct kc_state *st;
	enum kc_err err = kc_state_new(&st);

	if (err == KC_OK)
		err = kc_check_replay_on(store, st, upto, stop, detail);
	if (err != KC_OK) {
		kc_state_free(st);
		return err;
	}
	*out = st;
	return KC_OK;
}

/* --- all of it --- */
/* One of the keys that may sign after these entries is here; where none is
 * asked for, the anchor is the work of one of the log's. */
static enum kc_err
check_key(struct kc_check *c, struct kc_buf *detail)
{
	struct kc_log_keys keys;

	if (c->size == 0)
		return KC_OK;
	kc_state_log_keys(c->state, c->log_keys == NULL, &keys);
	if (c->log_keys == NULL)
		return read_anchor(c, &keys, detail);
	for (size_t i = 0; i < keys.n; i++)
		if (kc_log_keys_has(c->log_keys, &keys.v[i]))
			return KC_OK;
	say(detail, "the log key in force is not here");
	return KC_EFOREIGN;
}

/* An index that had lost an id would let its statement stand twice. */
static void
say_id(const struct kc_scrubbed *ids, struct kc_buf *said)
{
	kc_buf_str(said, "the index of ids does not lead to entry ");
	kc_buf_u64(said, ids->bad);
}

/* All entries, with a stop at each state that is to be shown. */
static enum kc_err
replay_all(struct kc_check *c, struct replay *w, struct kc_buf *detail)
{
	uint64_t end = 0;
	enum kc_err err = KC_OK;

	do {
		if (end > 0)
			c->passed(c->passed_ctx, w->st);
		end = c->every > 0 && c->every < c->size - end ? end + c->every
							       : c->size;
		err = replay(w, end, true, detail);
	} while (err == KC_OK && end < c->size);
	return err;
}

/* Replays on this thread while others hash. */
static enum kc_err
check_log(struct kc_check *c, struct replay *w, struct kc_buf *detail)
{
	struct kc_buf said = {0};
	struct kc_scrub *scrub = NULL;
	struct kc_scrubbed ids;
	uint64_t bad = 0;
	enum kc_err hashes, err;

	err = kc_scrub_begin(&scrub, c->store, c->size, c->threads);
	if (err == KC_OK)
		err = kc_state_new(&c->state);
	w->st = c->state;
	if (err == KC_OK)
		err = replay_all(c, w, &said);
	c->bad = c->state == NULL ? 0 : kc_state_size(c->state);
	hashes = kc_scrub_end(scrub, err == KC_EUNAVAILABLE, &bad, &ids);
	if (err == KC_OK && ids.err != KC_OK) {
		err = ids.err;
		c->bad = ids.bad;
		if (err == KC_ECORRUPT)
			say_id(&ids, &said);
	}
	/* Bytes that are not what they were explain why they do not replay. */
	if (hashes == KC_ECORRUPT) {
		err = hashes;
		c->bad = bad;
		kc_buf_reset(&said);
		kc_buf_str(&said, "the store does not fit its tiles at entry ");
		kc_buf_u64(&said, bad);
	} else if (err == KC_OK) {
		err = hashes;
	}
	if (detail != NULL)
		kc_buf_slice(detail, kc_buf_view(&said));
	kc_buf_free(&said);
	return err;
}

enum kc_err
kc_check(struct kc_check *c, struct kc_buf *detail)
{
	struct replay *w = kc_alloc(sizeof(*w));
	struct kc_stand now = {0};
	enum kc_err err = KC_ENOMEM;

	if (w == NULL)
		return err;
	c->state = NULL;
	err = kc_store_stands(c->store, &now);
	c->size = now.size;
	c->txn = now.txn;
	/* The anchor first: it is quick, and says more than a replay that
	 * fails. */
	if (err == KC_OK)
		err = read_anchor(c, c->log_keys, detail);
	if (err == KC_OK)
		err = compare(c, detail);
	if (err != KC_OK)
		goto out;
	w->store = c->store;
	w->stop = c->stop;
	w->verify_from =
	    c->has_anchor || c->reseed ? c->head.size : KC_REPLAY_ALL;
	err = check_log(c, w, detail);
	c->why = w->why;
	if (err == KC_OK)
		err = check_key(c, detail);
out:
	if (err != KC_OK) {
		kc_state_free(c->state);
		c->state = NULL;
	}
	kc_free(w);
	return err;
}
