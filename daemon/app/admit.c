/* SPDX-License-Identifier: Apache-2.0 */
/* What a pool thread does with a note. */
#include "app/admit.h"

#include <string.h>

#include <kaocheng/leaf.h>
#include <kaocheng/seen.h>

/* --- keys --- */
/*
 * The pool asks for keys through a cache, so that it does not wait while the
 * writer holds the state for a commit. What it gives may be out of date: the
 * writer compares the key with the one in force before it applies the entry.
 */
static struct kc_key_slot *
key_slot(struct kc_admission *a, const uint8_t keyid[KC_KEYID_SIZE])
{
	unsigned i = (unsigned)keyid[0] << 8 | keyid[1];

	return &a->keys[(i ^ (unsigned)keyid[2] << 2) % KC_KEY_SLOTS];
}

static bool
key_cached(struct kc_admission *a, struct kc_slice name,
    const uint8_t keyid[KC_KEYID_SIZE], uint8_t pub[KC_PUBKEY_SIZE])
{
	struct kc_key_slot *s = key_slot(a, keyid);
	bool found;

	pthread_mutex_lock(&a->lock);
	found = s->n > 0 && memcmp(s->keyid, keyid, KC_KEYID_SIZE) == 0 &&
	    kc_slice_eq(name, (struct kc_slice){s->name, s->n});
	if (found)
		memcpy(pub, s->pub, KC_PUBKEY_SIZE);
	pthread_mutex_unlock(&a->lock);
	return found;
}

static void
key_remember(struct kc_admission *a, struct kc_slice name,
    const uint8_t keyid[KC_KEYID_SIZE], const uint8_t pub[KC_PUBKEY_SIZE])
{
	struct kc_key_slot *s = key_slot(a, keyid);

	if (name.n == 0 || name.n > sizeof(s->name))
		return;
	pthread_mutex_lock(&a->lock);
	memcpy(s->keyid, keyid, KC_KEYID_SIZE);
	s->n = (uint8_t)name.n;
	memcpy(s->name, name.p, name.n);
	memcpy(s->pub, pub, KC_PUBKEY_SIZE);
	pthread_mutex_unlock(&a->lock);
}

static enum kc_err
key_in_force(struct kc_admission *a, struct kc_item *it, unsigned i,
    struct kc_refusal *why)
{
	const struct kc_state *st = kc_live_read(a->live);
	enum kc_err err = KC_EUNKNOWN;

	if (st != NULL)
		err = kc_state_signer(st, &it->entry, i, it->pub[i], why);
	kc_live_done(a->live);
	return err;
}

/* --- signatures --- */
static enum kc_err
refuse_line(
    struct kc_refusal *why, enum kc_refusal_code code, struct kc_slice name)
{
	(void)kc_refuse(why, code, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, name);
	return KC_EREFUSED;
}

static enum kc_err
check_signature(struct kc_admission *a, struct kc_item *it, unsigned i,
    struct kc_refusal *why)
{
	const struct kc_entry *e = &it->entry;
	const struct kc_note_sig *line = &e->sigs[i];
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];
	enum kc_err err;

	if (kc_note_sig_decode(line, keyid, sig) != KC_OK)
		return refuse_line(why, KC_R_SIGNATURE, e->by[i]);
	if (key_cached(a, e->by[i], keyid, it->pub[i]) &&
	    kc_sig_ok(it->pub[i], e->text.p, e->text.n, sig))
		return KC_OK;
	err = key_in_force(a, it, i, why);
	if (err == KC_EREFUSED) {
		/* An entry that is under way may make the key known: the
		 * writer asks again when this one's turn has come. */
		it->deferred = true;
		return KC_OK;
	}
	if (err != KC_OK)
		return err;
	if (!kc_sig_ok(it->pub[i], e->text.p, e->text.n, sig))
		return refuse_line(why, KC_R_SIGNATURE, e->by[i]);
	/* The keys of ledger.open name themselves: they are not remembered
	 * before they stand. */
	if (e->kind->id != KC_K_ledger_open)
		key_remember(a, e->by[i], keyid, it->pub[i]);
	return KC_OK;
}

enum kc_err
kc_admit_signatures(
    const struct kc_state *st, struct kc_item *it, struct kc_refusal *why)
{
	const struct kc_entry *e = &it->entry;
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];

	for (unsigned i = 0; i < e->nby; i++) {
		enum kc_err err = kc_state_signer(st, e, i, it->pub[i], why);

		if (err != KC_OK)
			return err;
		if (kc_note_sig_decode(&e->sigs[i], keyid, sig) != KC_OK ||
		    !kc_sig_ok(it->pub[i], e->text.p, e->text.n, sig))
			return refuse_line(why, KC_R_SIGNATURE, e->by[i]);
	}
	return KC_OK;
}

/* --- what the author has seen --- */
static enum kc_err
root_at(void *ctx, uint64_t size, struct kc_hash *out)
{
	struct kc_admission *a = ctx;
	struct kc_hash_reader tiles;
	enum kc_err err;

	if (kc_head_root(a->head, size, out))
		return KC_OK;
	tiles = kc_store_hashes(a->o->store);
	err = kc_merkle_root(&tiles, size, out);
	if (err == KC_OK)
		kc_head_keep_root(a->head, size, out);
	return err;
}

/* Only what the log has signed can have been seen. Tiles that cannot tell are
 * no longer those of the log: nothing more is taken. */
enum kc_err
kc_admit_seen(
    struct kc_admission *a, const struct kc_entry *e, struct kc_refusal *why)
{
	struct kc_history h = {root_at, a, kc_head_size(a->head)};
	enum kc_err err = kc_seen_check(e, &h, why);

	if (err != KC_ENOTFOUND && err != KC_ECORRUPT)
		return err;
	kc_head_set_cause(
	    a->head, KC_CAUSE_DAMAGED, "a tile of the tree cannot be read");
	return KC_EUNKNOWN;
}

/* --- ids that stand already --- */
enum kc_err
kc_admit_refuse_id(
    const struct kc_entry *e, uint64_t seq, struct kc_refusal *why)
{
	struct kc_buf hex = {0};

	kc_buf_hex(&hex, e->id, KC_ID_SIZE);
	(void)kc_refuse(why, KC_R_ID_CONFLICT, "", "", NULL, NULL);
	if (kc_buf_err(&hex) == KC_OK)
		kc_refusal_arg(why, 0, kc_buf_view(&hex));
	kc_refusal_arg_u64(why, 1, seq);
	kc_buf_free(&hex);
	return KC_EREFUSED;
}

void
kc_admit_conflict(struct kc_item *it, uint64_t seq)
{
	struct kc_result *r = kc_item_result(it);

	r->err = kc_admit_refuse_id(&it->entry, seq, &r->why);
}

void
kc_admit_old(struct kc_admission *a, struct kc_item *it, uint64_t seq)
{
	struct kc_result *r = kc_item_result(it);
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err = kc_store_leaf(a->o->store, seq, &bytes);

	if (err == KC_OK)
		err = kc_leaf_parse(&leaf, kc_buf_view(&bytes));
	if (err != KC_OK) {
		r->err = KC_ECORRUPT;
		goto out;
	}
	if (!kc_slice_eq(leaf.note, kc_buf_view(&it->note))) {
		kc_admit_conflict(it, seq);
		goto out;
	}
	if (!kc_head_acknowledges(a->head, seq)) {
		r->err = KC_EUNKNOWN;
		goto out;
	}
	r->duplicate = true;
	r->seq = seq;
	r->received_ms = leaf.received_ms;
	kc_buf_reset(&r->receipt);
	r->err = kc_query_old_receipt(a->query, seq, &r->receipt);
out:
	if (r->duplicate)
		kc_head_count_duplicate(a->head);
	else
		kc_head_count_refused(a->head);
	kc_buf_free(&bytes);
}

/* True: decided, or to be decided by the writer, without signatures. */
static bool
look_up_id(struct kc_admission *a, struct kc_item *it, bool *decided)
{
	struct kc_result *r = kc_item_result(it);
	uint64_t seq;
	enum kc_err err = kc_store_find_id(a->o->store, it->key, &seq);

	*decided = false;
	if (err == KC_ENOTFOUND)
		return false;
	if (err != KC_OK) {
		r->err = err;
		*decided = true;
	} else if (seq < kc_head_size(a->head)) {
		kc_admit_old(a, it, seq);
		*decided = true;
	} else {
		/* Committed, not yet signed: its receipt comes later. */
		it->stands = true;
	}
	return true;
}

bool
kc_admit(void *admission, struct kc_item *it)
{
	struct kc_admission *a = admission;
	struct kc_result *r = kc_item_result(it);
	struct kc_slice note = kc_buf_view(&it->note);
	enum kc_err err = KC_OK;
	bool decided;

	if (kc_head_mode(a->head) == KC_MODE_POISONED) {
		(void)kc_head_refuse_note(a->head, r);
		return false;
	}
	if (note.n > KC_NOTE_MAX) {
		err = kc_refuse(&r->why, KC_R_TOO_BIG, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(&r->why, 0, KC_NOTE_MAX);
	}
	if (err == KC_OK)
		err = kc_entry_decode(&it->entry, note, &r->why);
	if (err == KC_OK)
		kc_id_key(it->key, it->entry.by[0], it->entry.id);
	if (err == KC_OK && look_up_id(a, it, &decided))
		return !decided;
	if (err == KC_OK && !kc_head_takes(a->head)) {
		(void)kc_head_refuse_note(a->head, r);
		return false;
	}
	for (unsigned i = 0; err == KC_OK && i < it->entry.nby; i++)
		err = check_signature(a, it, i, &r->why);
	if (err == KC_OK)
		err = kc_admit_seen(a, &it->entry, &r->why);
	if (err == KC_EUNKNOWN) { /* poisoned meanwhile */
		(void)kc_head_refuse_note(a->head, r);
		return false;
	}
	if (err == KC_OK)
		return true;
	r->err = err;
	kc_head_count_refused(a->head);
	return false;
}

void
kc_admit_init(struct kc_admission *a, struct kc_query *query)
{
	a->o = query->o;
	a->live = query->live;
	a->head = query->head;
	a->query = query;
	pthread_mutex_init(&a->lock, NULL);
}

void
kc_admit_release(struct kc_admission *a)
{
	pthread_mutex_destroy(&a->lock);
}
