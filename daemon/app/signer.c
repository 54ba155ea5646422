/* SPDX-License-Identifier: Apache-2.0 */
#include "app/signer.h"

#include <string.h>

#include <kaocheng/logkeys.h>

void
kc_signer_init(struct kc_signer *s, const struct kc_ledger_options *o)
{
	s->o = o;
	if (o->signing != NULL) {
		s->with = *o->signing;
	} else {
		s->vault.log_key = o->log_key;
		s->vault.clerk_key = o->clerk_key;
		s->vault.anchor = o->anchor;
		s->vault.beside = o->log_keys;
		s->vault.beside_ctx = o->log_keys_ctx;
		kc_vault_init(&s->vault);
		s->with = kc_vault_signing(&s->vault);
	}
	if (s->with.keys(s->with.ctx, false, &s->here) != KC_OK)
		s->here.n = 0;
}

void
kc_signer_release(struct kc_signer *s)
{
	if (s->o->signing == NULL)
		kc_vault_release(&s->vault);
}

static bool
has_one(const struct kc_signer *s, const struct kc_log_keys *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		if (kc_log_keys_has(&s->here, &keys->v[i]))
			return true;
	return false;
}

bool
kc_signer_has(struct kc_signer *s, const struct kc_log_keys *keys)
{
	if (!has_one(s, keys) &&
	    s->with.keys(s->with.ctx, true, &s->here) != KC_OK)
		s->here.n = 0;
	return has_one(s, keys);
}

/* --- the proof --- */
struct nodes {
	const struct kc_edge *edge;
	struct kc_hash_reader store;
};

static enum kc_err
read_node(void *ctx, unsigned level, uint64_t index, struct kc_hash *out)
{
	const struct nodes *n = ctx;

	return kc_edge_node(n->edge, level, index, out) == KC_OK
	    ? KC_OK
	    : n->store.read(n->store.ctx, level, index, out);
}

/* A missing key is said once, until it is there again. */
static void
say_missing(struct kc_signer *s, size_t wanted, struct kc_slice bytes)
{
	struct kc_note note;
	bool lacks =
	    kc_note_parse(&note, bytes, NULL) == KC_OK && note.nsigs < wanted;

	if (lacks && !s->lacks)
		kc_env_say(s->o, KC_LEVEL_WARNING, "log-key",
		    "a key of the log that is in force is not here: heads are "
		    "signed without it");
	s->lacks = lacks;
}

enum kc_err
kc_signer_sign(struct kc_signer *s, uint64_t from,
    const struct kc_checkpoint *c, const struct kc_edge *edge,
    const struct kc_log_keys *keys, struct kc_buf *note, struct kc_buf *detail)
{
	struct nodes nodes = {edge, kc_store_hashes(s->o->store)};
	struct kc_hash_reader r = {read_node, &nodes};
	struct kc_hash proof[KC_PROOF_MAX];
	struct kc_head_ask ask = {.head = c, .proof = proof, .keys = keys};
	size_t start = note->n;
	enum kc_err err = KC_OK;

	if (from > 0)
		err = kc_merkle_consistency(
		    &r, from, c->size, proof, &ask.nproof);
	if (err == KC_OK)
		err = s->with.head(s->with.ctx, &ask, note, detail);
	if (err == KC_OK)
		say_missing(s, keys->n,
		    (struct kc_slice){note->p + start, note->n - start});
	return err;
}

enum kc_err
kc_signer_begin(struct kc_signer *s, uint64_t from,
    const struct kc_checkpoint *c, const struct kc_edge *edge,
    const struct kc_log_keys *keys, struct kc_slice batch)
{
	struct nodes nodes = {edge, kc_store_hashes(s->o->store)};
	struct kc_hash roots[KC_PROOF_MAX];
	struct kc_head_ask ask = {
	    .head = c, .proof = roots, .keys = keys, .batch = batch};
	enum kc_err err = KC_OK;

	for (unsigned l = 0; err == KC_OK && from >> l != 0; l++)
		if ((from >> l & 1) != 0)
			err = read_node(
			    &nodes, l, (from >> l) - 1, &roots[ask.nproof++]);
	s->wanted = keys->n;
	return err == KC_OK ? s->with.begin(s->with.ctx, &ask) : err;
}

enum kc_err
kc_signer_end(struct kc_signer *s, struct kc_buf *note, struct kc_buf *detail)
{
	size_t start = note->n;
	enum kc_err err = s->with.end(s->with.ctx, note, detail);

	if (err == KC_OK)
		say_missing(s, s->wanted,
		    (struct kc_slice){note->p + start, note->n - start});
	return err;
}

enum kc_err
kc_signer_entry(struct kc_signer *s, struct kc_slice text, struct kc_buf *note)
{
	uint8_t sig[KC_SIG_SIZE];
	enum kc_err err = s->with.entry(s->with.ctx, text, sig);

	if (err != KC_OK)
		return err;
	kc_buf_slice(note, text);
	kc_buf_char(note, '\n');
	kc_buf_note_line(note, &s->o->clerk_key->vkey, sig);
	return kc_buf_err(note);
}
