/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of a ledger: each entry by its own proof, each signature by a key
 * that an entry of the part brought. Stages seen and rules need the whole log
 * and are not reached.
 */
#include "verify_int.h"

#include <kaocheng/leaf.h>

/* One part under way. */
struct checking {
	struct kc_verifier *v;
	struct kc_buf list; /* the file `part`, of which rest is unread */
	struct kc_slice rest;
	uint64_t seq; /* of the entry at hand */
	uint64_t n;   /* entries that were listed so far */
	int64_t received_ms;
	struct kc_buf leaf, proof;
	struct kc_log_keys log;         /* the log's, the oldest first */
	KC_VEC_OF(struct kc_vkey) keys; /* in force, one an actor */
	uint64_t brought;
};

static bool
fail(struct checking *c, enum kc_verify_stage stage, enum kc_finding found,
    const char *what)
{
	kc_verify_fail(
	    c->v, stage, found, what == NULL ? c->seq : KC_VERIFY_NO_SEQ, what);
	return false;
}

/* --- the list --- */
static bool
read_list(struct checking *c)
{
	struct kc_verify_report *r = c->v->r;
	struct kc_slice line;
	size_t n = 0;
	bool ok;

	c->rest = kc_buf_view(&c->list);
	ok = kc_slice_line(&c->rest, &line) &&
	    kc_slice_is(line, "kaocheng/v1 part");
	while (ok && c->rest.n > 6 && memcmp(c->rest.p, "about ", 6) == 0) {
		c->rest.p += 6;
		c->rest.n -= 6;
		ok = kc_slice_line(&c->rest, &line) && line.n > 0 &&
		    line.n <= KC_CODE_MAX && n + line.n + 1 < sizeof(r->part);
		if (!ok)
			break;
		memcpy(r->part + n, line.p, line.n);
		n += line.n;
		r->part[n++] = '\n';
	}
	if (ok && n > 0)
		return true;
	return fail(c, KC_VERIFY_LAYOUT, KC_FOUND_MALFORMED, "part");
}

/* The next line; 1: an entry, 0: no more, -1: no such line may stand. */
static int
next_entry(struct checking *c)
{
	static const char word[] = "entry ";
	struct kc_slice line;
	uint64_t seq;

	if (c->rest.n == 0)
		return 0;
	if (!kc_slice_line(&c->rest, &line) || line.n < sizeof(word) ||
	    memcmp(line.p, word, sizeof(word) - 1) != 0)
		return -1;
	line.p += sizeof(word) - 1;
	line.n -= sizeof(word) - 1;
	if (!kc_read_u64(line, INT64_MAX, &seq) ||
	    (c->n == 0 ? seq != 0 : seq <= c->seq))
		return -1;
	c->seq = seq;
	c->n++;
	return 1;
}

/* --- keys --- */
static struct kc_vkey *
key_of(struct checking *c, struct kc_slice actor)
{
	for (uint32_t i = 0; i < c->keys.n; i++)
		if (kc_slice_is(actor, c->keys.v[i].name))
			return &c->keys.v[i];
	return NULL;
}

static bool
bring(struct checking *c, struct kc_slice text)
{
	struct kc_vkey key, *old;

	if (kc_vkey_parse(&key, text) != KC_OK)
		return fail(c, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, NULL);
	old = key_of(c, kc_slice_str(key.name));
	c->brought++;
	if (old != NULL) {
		*old = key;
		return true;
	}
	return kc_vec_push(&c->keys, key) ||
	    fail(c, KC_VERIFY_KEYS, KC_FOUND_MEMORY, NULL);
}

static void
take(struct checking *c, struct kc_slice actor)
{
	struct kc_vkey *key = key_of(c, actor);

	if (key != NULL)
		*key = c->keys.v[--c->keys.n];
}

static bool
bring_all(struct checking *c, const struct kc_entry *e, unsigned field)
{
	bool ok = true;

	for (unsigned i = 0; ok && i < kc_entry_count(e, field); i++)
		ok = bring(c, kc_entry_item(e, field, i)->raw);
	return ok;
}

/* A key is brought for nobody else than the one whose name it has. */
static bool
bring_of(struct checking *c, struct kc_slice actor, struct kc_slice text)
{
	struct kc_vkey key;

	if (kc_vkey_parse(&key, text) != KC_OK || !kc_slice_is(actor, key.name))
		return fail(c, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, NULL);
	return bring(c, text);
}

/* The founders sign by the keys that they name: before its signatures. */
static bool
open_with(struct checking *c, const struct kc_entry *e)
{
	if (e->kind->id != KC_K_ledger_open ||
	    kc_vkey_parse(
		&c->log.v[0], kc_entry_str(e, KC_F_ledger_open_log)) != KC_OK)
		return fail(c, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, NULL);
	c->log.n = 1;
	return bring_all(c, e, KC_F_ledger_open_clerk) &&
	    bring_all(c, e, KC_F_ledger_open_admin);
}

/* Another key of the log, for which the one before has signed. */
static bool
follow_log(struct checking *c, const struct kc_entry *e)
{
	struct kc_vkey key;

	if (c->log.n == KC_LOG_KEYS_MAX ||
	    kc_vkey_parse(&key, kc_entry_str(e, KC_F_logkey_rotate_key)) !=
		KC_OK)
		return fail(c, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, NULL);
	if (kc_consent_check(&c->log.v[c->log.n - 1], &key,
		kc_entry_str(e, KC_F_logkey_rotate_consent)) != KC_OK)
		return fail(c, KC_VERIFY_KEYS, KC_FOUND_BAD_SIGNATURE, NULL);
	c->log.v[c->log.n++] = key;
	return true;
}

/* The log's key signed the head, or, for all that a part can tell, the one
 * before it. */
static bool
check_log(struct checking *c)
{
	struct kc_log_keys last = {.n = c->log.n < 2 ? c->log.n : 2};
	enum kc_finding found;

	for (size_t i = 0; i < last.n; i++)
		last.v[i] = c->log.v[c->log.n - 1 - i];
	found = kc_verify_log_keys(c->v, &c->log, &last);
	if (found != KC_FOUND_NOTHING)
		kc_verify_fail(c->v, KC_VERIFY_KEYS, found, 0, "trust");
	return found == KC_FOUND_NOTHING;
}

static bool
move_keys(struct checking *c, const struct kc_entry *e)
{
	struct kc_slice text, actor;
	struct kc_vkey key, *held;

	if (e->kind->id == KC_K_actor_enrol)
		return bring_of(c, kc_entry_str(e, KC_F_actor_enrol_actor),
		    kc_entry_str(e, KC_F_actor_enrol_key));
	if (e->kind->id == KC_K_logkey_rotate)
		return follow_log(c, e);
	if (e->kind->id == KC_K_key_rotate)
		return bring_of(
		    c, e->by[0], kc_entry_str(e, KC_F_key_rotate_key));
	if (e->kind->id == KC_K_actor_retire)
		take(c, kc_entry_str(e, KC_F_actor_retire_actor));
	if (e->kind->id == KC_K_key_revoke) {
		text = kc_entry_str(e, KC_F_key_revoke_key);
		if (kc_vkey_parse(&key, text) != KC_OK)
			return fail(c, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, NULL);
		actor = kc_slice_str(key.name);
		held = key_of(c, actor);
		if (held != NULL && kc_vkey_eq(held, &key))
			take(c, actor);
	}
	return true;
}

/* --- one entry --- */
static bool
check_signatures(struct checking *c, const struct kc_entry *e)
{
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];

	for (unsigned i = 0; i < e->nby; i++) {
		const struct kc_vkey *key = key_of(c, e->by[i]);
		bool is = kc_note_sig_decode(&e->sigs[i], keyid, sig) == KC_OK;

		/* What brought it may have been left out. */
		if (is &&
		    (key == NULL ||
			memcmp(keyid, key->keyid, sizeof(keyid)) != 0))
			return fail(c, KC_VERIFY_KEYS, KC_FOUND_MISSING, NULL);
		if (!is || !kc_sig_ok(key->pub, e->text.p, e->text.n, sig))
			return fail(c, KC_VERIFY_SIGNATURES,
			    KC_FOUND_BAD_SIGNATURE, NULL);
		c->v->nsigs++;
	}
	return true;
}

static bool
read_one(struct checking *c, const char *path, size_t max, struct kc_buf *out)
{
	enum kc_finding found;

	kc_buf_reset(out);
	found = kc_verify_read(c->v, path, max, out);
	return found == KC_FOUND_NOTHING ||
	    fail(c, KC_VERIFY_LAYOUT, found, path);
}

static bool
check_proof(struct checking *c)
{
	const struct kc_checkpoint *at = &c->v->r->checkpoint;
	struct kc_hash path[KC_PATH_MAX];
	struct kc_hash h = kc_hash_leaf(c->leaf.p, c->leaf.n);
	size_t n = c->proof.n / sizeof(path[0]);

	if (c->seq >= at->size)
		return fail(c, KC_VERIFY_TREE, KC_FOUND_BEYOND, NULL);
	if (c->proof.n % sizeof(path[0]) != 0 || n > KC_PATH_MAX)
		return fail(c, KC_VERIFY_TREE, KC_FOUND_CUT, NULL);
	if (n > 0)
		memcpy(path, c->proof.p, c->proof.n);
	return kc_merkle_verify_inclusion(
		   &h, c->seq, at->size, path, n, &at->root) == KC_OK ||
	    fail(c, KC_VERIFY_TREE, KC_FOUND_HASH, NULL);
}

static bool
check_entry(struct checking *c)
{
	struct kc_verifier *v = c->v;
	char entry[KC_TILE_PATH_MAX], proof[KC_TILE_PATH_MAX];
	struct kc_refusal why = {0};
	struct kc_leaf leaf = {0};

	kc_part_entry_path(entry, c->seq);
	kc_part_proof_path(proof, c->seq);
	if (!read_one(c, entry, KC_LEAF_MAX, &c->leaf) ||
	    !read_one(
		c, proof, sizeof(struct kc_hash) * KC_PATH_MAX, &c->proof) ||
	    !check_proof(c))
		return false;
	if (kc_leaf_parse(&leaf, kc_buf_view(&c->leaf)) != KC_OK ||
	    leaf.seq != c->seq || leaf.received_ms < c->received_ms ||
	    !kc_slice_is(leaf.origin, v->r->checkpoint.origin) ||
	    kc_entry_decode(v->e, leaf.note, &why) != KC_OK)
		return fail(c, KC_VERIFY_ENTRIES, KC_FOUND_ENTRY, NULL);
	c->received_ms = leaf.received_ms;
	return kc_verify_cite(v, c->seq) &&
	    (c->seq > 0 || open_with(c, v->e)) && check_signatures(c, v->e) &&
	    (c->seq == 0 || move_keys(c, v->e));
}

/* --- the whole --- */
struct counting {
	struct kc_verifier *v;
	uint64_t n, of; /* files so far; those that come before evidence */
};

static enum kc_err
count_file(void *ctx, struct kc_slice path)
{
	struct counting *n = ctx;

	if (n->n == n->of)
		return kc_verify_see_exhibit(n->v, path);
	n->n++;
	return KC_OK;
}

/* Nothing lies in it that is not of it: three files and two of each entry, and
 * evidence. */
static bool
check_count(struct checking *c)
{
	const struct kc_files *f = c->v->o->files;
	struct counting n = {.v = c->v, .of = 3 + 2 * c->n};
	enum kc_err err;

	if (!f->exact)
		return true;
	err = f->list(f->ctx, count_file, &n);
	if (err != KC_OK && err != KC_ECORRUPT)
		return fail(c, KC_VERIFY_LAYOUT, KC_FOUND_UNREADABLE, "part");
	return (err == KC_OK && n.n == n.of) ||
	    fail(c, KC_VERIFY_LAYOUT, KC_FOUND_STRAY, "part");
}

static void
conclude(struct checking *c)
{
	struct kc_verifier *v = c->v;

	kc_verify_pass(v, KC_VERIFY_LAYOUT, 3 + 2 * c->n);
	kc_verify_pass(v, KC_VERIFY_TREE, c->n);
	kc_verify_pass(v, KC_VERIFY_ENTRIES, c->n);
	kc_verify_pass(v, KC_VERIFY_SIGNATURES, v->nsigs);
	kc_verify_pass(v, KC_VERIFY_KEYS, c->brought);
	kc_verify_exhibits(v);
	if (v->r->trust.quorum != 0 && v->r->witnesses.quorum)
		kc_verify_cover(v->r, v->r->checkpoint.size);
}

bool
kc_verify_part(struct kc_verifier *v)
{
	struct checking c = {.v = v};
	enum kc_finding found =
	    kc_verify_read(v, "part", KC_PART_FILE_MAX, &c.list);
	bool ok = false;
	int more;

	if (found == KC_FOUND_MISSING) {
		kc_buf_free(&c.list);
		return false;
	}
	v->e = kc_alloc(sizeof(*v->e));
	if (found == KC_FOUND_NOTHING && v->e == NULL)
		found = KC_FOUND_MEMORY;
	if (found != KC_FOUND_NOTHING)
		(void)fail(&c, KC_VERIFY_LAYOUT, found, "part");
	else
		ok = read_list(&c) && kc_verify_head(v) && kc_verify_same(v);
	while (ok && (more = next_entry(&c)) != 0)
		ok = more > 0
		    ? check_entry(&c)
		    : fail(&c, KC_VERIFY_LAYOUT, KC_FOUND_MALFORMED, "part");
	if (ok && c.n == 0)
		ok = fail(&c, KC_VERIFY_LAYOUT, KC_FOUND_CUT, "part");
	if (ok && check_count(&c) && check_log(&c))
		conclude(&c);
	kc_vec_free(&c.keys);
	kc_buf_free(&c.list);
	kc_buf_free(&c.leaf);
	kc_buf_free(&c.proof);
	return true;
}
