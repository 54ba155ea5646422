/* SPDX-License-Identifier: Apache-2.0 */
/* The files of an export, made from a ledger or fetched from its daemon. */
#include "exporter.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/blob.h>
#include <kaocheng/trust.h>

#include "file.h"

#define TILE_FILE_MAX ((size_t)KC_TILE_WIDTH * (KC_LEAF_MAX + 2))

/* --- opening --- */
static int
open_local(struct kc_cli *cli, struct kc_exporter *x)
{
	int code = kc_local_open(cli, &x->ledger);
	struct kc_checkpoint c;
	uint64_t size = 0;

	x->local = true;
	if (code != KC_EXIT_OK)
		return code;
	if (!x->ledger.has_anchor)
		return kc_cli_fail(KC_EXIT_INCOMPLETE, NULL,
		    _("%s holds no signed checkpoint"), cli->dir);
	/* What stands after the anchor was never acknowledged. Where witnesses
	 * have signed the same head, it goes with their lines. */
	if (kc_store_witnessed_from(x->ledger.store, x->ledger.anchor.size,
		&size, &x->checkpoint_note) == KC_OK &&
	    size == x->ledger.anchor.size &&
	    kc_checkpoint_parse(&c, kc_buf_view(&x->checkpoint_note), NULL) ==
		KC_OK &&
	    c.size == size && kc_hash_eq(&c.root, &x->ledger.anchor.root))
		return KC_EXIT_OK;
	kc_buf_reset(&x->checkpoint_note);
	kc_buf_slice(&x->checkpoint_note, kc_buf_view(&x->ledger.anchor_note));
	return KC_EXIT_OK;
}

int
kc_exporter_open(struct kc_cli *cli, struct kc_exporter *x)
{
	enum kc_err err;
	int code;

	memset(x, 0, sizeof(*x));
	x->cli = cli;
	x->held = UINT64_MAX;
	if (cli->dir != NULL && cli->where == NULL) {
		code = open_local(cli, x);
	} else {
		code = kc_cli_connect(cli, &x->client);
		if (code == KC_EXIT_OK)
			code = kc_cli_login(cli, x->client);
		if (code == KC_EXIT_OK)
			code = kc_cli_get(
			    cli, x->client, "/checkpoint", &x->checkpoint_note);
	}
	if (code != KC_EXIT_OK)
		return code;
	err = kc_checkpoint_parse(
	    &x->checkpoint, kc_buf_view(&x->checkpoint_note), NULL);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, "checkpoint");
}

void
kc_exporter_close(struct kc_exporter *x)
{
	if (x->local)
		kc_local_close(&x->ledger);
	kc_client_close(x->client);
	kc_buf_free(&x->checkpoint_note);
	kc_buf_free(&x->trust);
	kc_buf_free(&x->keys);
	kc_buf_free(&x->entries);
	for (unsigned i = 0; i < KC_TILE_LEVELS; i++)
		kc_buf_free(&x->tile[i].bytes);
}

/* --- tiles from the store --- */
static enum kc_err
put_leaf(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct kc_buf *out = ctx;

	(void)seq;
	kc_buf_be16(out, (uint16_t)leaf.n);
	kc_buf_slice(out, leaf);
	return kc_buf_err(out);
}

static enum kc_err
make_tile(struct kc_exporter *x, int level, uint64_t n, unsigned width,
    struct kc_buf *out)
{
	struct kc_hash hashes[KC_TILE_WIDTH];
	uint64_t from = n * KC_TILE_WIDTH;
	unsigned have = 0;
	enum kc_err err;

	if (level < 0)
		return kc_store_scan(
		    x->ledger.store, from, from + width, put_leaf, out);
	err = kc_store_tile(x->ledger.store, (unsigned)level, n, hashes, &have);
	if (err != KC_OK)
		return err;
	if (have < width)
		return KC_ECORRUPT;
	kc_buf_put(out, hashes, width * sizeof(hashes[0]));
	return kc_buf_err(out);
}

static enum kc_err
fetch(struct kc_exporter *x, const char *path, bool full, struct kc_buf *out)
{
	struct kc_buf body = {0}, query = {0};
	char file[KC_PATH_SIZE];
	enum kc_err err;

	if (full && x->have != NULL &&
	    kc_path_join(file, x->have, path) == KC_OK &&
	    kc_file_load(file, TILE_FILE_MAX, out) == KC_OK)
		return KC_OK;
	kc_buf_char(&query, '/');
	kc_buf_str(&query, path);
	x->code = kc_cli_get(x->cli, x->client, kc_buf_cstr(&query), &body);
	kc_buf_slice(out, kc_buf_view(&body));
	err = x->code == KC_EXIT_OK ? kc_buf_err(out) : KC_EIO;
	kc_buf_free(&body);
	kc_buf_free(&query);
	return err;
}

enum kc_err
kc_exporter_file(struct kc_exporter *x, const char *path, struct kc_buf *out)
{
	uint64_t n;
	unsigned width;
	enum kc_err err;
	int level;

	if (strcmp(path, "checkpoint") == 0)
		kc_buf_slice(out, kc_buf_view(&x->checkpoint_note));
	else if (strcmp(path, "trust") == 0)
		kc_buf_slice(out, kc_buf_view(&x->trust));
	else if (strcmp(path, "keys") == 0)
		kc_buf_slice(out, kc_buf_view(&x->keys));
	else {
		err =
		    kc_tile_path_parse(kc_slice_str(path), &level, &n, &width);
		if (err != KC_OK)
			return KC_ENOTFOUND;
		if (x->local)
			return make_tile(x, level, n, width, out);
		return fetch(x, path, width == KC_TILE_WIDTH, out);
	}
	return kc_buf_err(out);
}

/* --- replay --- */
/* Leaf seq out of the bundle of entries that holds it. */
static enum kc_err
leaf_of_bundle(void *ctx, uint64_t seq, struct kc_buf *out)
{
	struct kc_exporter *x = ctx;
	uint64_t n = seq / KC_TILE_WIDTH;
	uint64_t left = x->checkpoint.size - n * KC_TILE_WIDTH;
	unsigned width = left < KC_TILE_WIDTH ? (unsigned)left : KC_TILE_WIDTH;
	char path[KC_TILE_PATH_MAX];
	struct kc_slice s, leaf;
	enum kc_err err = KC_OK;

	if (x->held != n) {
		kc_tile_entries_path(path, n, width);
		kc_buf_reset(&x->entries);
		x->held = UINT64_MAX;
		err = kc_exporter_file(x, path, &x->entries);
		if (err != KC_OK)
			return err;
		x->held = n;
	}
	s = kc_buf_view(&x->entries);
	for (uint64_t i = n * KC_TILE_WIDTH;; i++) {
		size_t leaf_n;

		if (s.n < 2)
			return KC_ECORRUPT;
		leaf_n = kc_be16((const uint8_t *)s.p);
		if (s.n - 2 < leaf_n)
			return KC_ECORRUPT;
		leaf = (struct kc_slice){s.p + 2, leaf_n};
		s.p += 2 + leaf_n;
		s.n -= 2 + leaf_n;
		if (i == seq)
			break;
	}
	kc_buf_slice(out, leaf);
	return kc_buf_err(out);
}

struct kc_log
kc_exporter_log(struct kc_exporter *x)
{
	return (struct kc_log){
	    .size = x->checkpoint.size, .leaf = leaf_of_bundle, .ctx = x};
}

/* --- hashes --- */
static enum kc_err
hold_tile(struct kc_exporter *x, unsigned level, uint64_t n)
{
	unsigned width = n < kc_tile_full(level, x->checkpoint.size)
	    ? KC_TILE_WIDTH
	    : kc_tile_partial(level, x->checkpoint.size);
	char path[KC_TILE_PATH_MAX];
	enum kc_err err;

	kc_tile_path(path, level, n, width);
	kc_buf_reset(&x->tile[level].bytes);
	x->tile[level].held = false;
	err = kc_exporter_file(x, path, &x->tile[level].bytes);
	if (err == KC_OK &&
	    x->tile[level].bytes.n != width * sizeof(struct kc_hash))
		err = KC_ECORRUPT;
	x->tile[level].held = err == KC_OK;
	x->tile[level].n = n;
	return err;
}

static enum kc_err
read_node(void *ctx, unsigned level, uint64_t index, struct kc_hash *out)
{
	struct kc_exporter *x = ctx;
	unsigned at = level / 8, height = level % 8;
	uint64_t n = index >> (8 - height);
	unsigned in_tile =
	    (unsigned)(index & ((UINT64_C(1) << (8 - height)) - 1));
	struct kc_hash hashes[KC_TILE_WIDTH] = {0};
	enum kc_err err = KC_OK;

	if (at >= KC_TILE_LEVELS)
		return KC_EINVAL;
	if (!x->tile[at].held || x->tile[at].n != n)
		err = hold_tile(x, at, n);
	if (err == KC_OK &&
	    ((in_tile + UINT64_C(1)) << height) * sizeof(hashes[0]) >
		x->tile[at].bytes.n)
		err = KC_ECORRUPT;
	if (err != KC_OK)
		return err;
	memcpy(hashes, x->tile[at].bytes.p, x->tile[at].bytes.n);
	*out = kc_tile_node(hashes, height, in_tile);
	return KC_OK;
}

struct kc_hash_reader
kc_exporter_hashes(struct kc_exporter *x)
{
	return (struct kc_hash_reader){read_node, x};
}

static int
make_trust(struct kc_exporter *x, const struct kc_state *st)
{
	struct kc_log_keys keys;

	kc_state_log_keys(st, false, &keys);
	if (keys.n == 0)
		return kc_cli_fail(KC_EXIT_NOT_FOUND, NULL, "%s",
		    _("the ledger has not been opened yet"));
	if (kc_checkpoint_parse_by(&x->checkpoint,
		kc_buf_view(&x->checkpoint_note), &keys) != KC_OK)
		return kc_cli_fail(KC_EXIT_TAMPERED, NULL, "%s",
		    _("the checkpoint is not signed by the ledger's key"));
	x->received_ms = kc_state_received_ms(st);
	if (kc_state_digest(st, &x->digest) != KC_OK)
		return kc_cli_error(x->cli, KC_ENOMEM, "replay");
	kc_buf_reset(&x->trust);
	kc_buf_trust_keys(&x->trust, &keys);
	kc_buf_reset(&x->keys);
	kc_state_keys(st, &x->keys);
	return kc_buf_err(&x->trust) == KC_OK && kc_buf_err(&x->keys) == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_error(x->cli, KC_ENOMEM, "keys");
}

/* Where a ledger on disk is not what it was: its own hashes tell. */
static int
find_place(struct kc_exporter *x)
{
	return x->local ? kc_local_check(x->cli, &x->ledger) : KC_EXIT_OK;
}

int
kc_exporter_replay(struct kc_exporter *x)
{
	struct kc_log log = kc_exporter_log(x);
	struct kc_state *st = NULL;
	struct kc_frontier frontier = {0};
	struct kc_hash root;
	struct kc_refusal why = {0};
	uint64_t bad = 0;
	enum kc_err err = kc_state_new(&st);
	int code = KC_EXIT_OK;

	if (err == KC_OK)
		err = kc_replay(st, &log, log.size, true, &frontier, NULL, NULL,
		    &why, &bad);
	if (err == KC_OK)
		root = kc_frontier_root(&frontier);
	if (err != KC_OK && x->code != KC_EXIT_OK)
		code = x->code;
	else if (err != KC_OK || !kc_hash_eq(&root, &x->checkpoint.root))
		code = find_place(x);
	if (code != KC_EXIT_OK) {
		; /* it is said */
	} else if (err == KC_EREFUSED) {
		(void)kc_cli_refusal(x->cli, &why);
		code = kc_cli_fail(KC_EXIT_DIFFERS, NULL,
		    _("entry %llu does not replay"), (unsigned long long)bad);
	} else if (err != KC_OK) {
		code = kc_cli_error(x->cli, err, "replay");
	} else {
		code = kc_hash_eq(&root, &x->checkpoint.root)
		    ? make_trust(x, st)
		    : kc_cli_fail(KC_EXIT_TAMPERED, NULL, "%s",
			  _("the entries do not lead to the signed root"));
	}
	kc_state_free(st);
	return code;
}

/* --- as files --- */
static enum kc_err
read_made(void *ctx, const char *path, size_t max, struct kc_buf *out)
{
	size_t before = out->n;
	enum kc_err err = kc_exporter_file(ctx, path, out);

	return err == KC_OK && out->n - before > max ? KC_ETOOBIG : err;
}

static enum kc_err
list_made(
    void *ctx, enum kc_err (*each)(void *arg, struct kc_slice path), void *arg)
{
	struct kc_exporter *x = ctx;
	uint64_t n = kc_export_count(x->checkpoint.size);
	char path[KC_TILE_PATH_MAX];
	enum kc_err err = KC_OK;

	for (uint64_t i = 0; err == KC_OK && i < n; i++) {
		kc_export_path(x->checkpoint.size, i, path);
		err = each(arg, kc_slice_str(path));
	}
	return err;
}

/* Of a ledger on disk alone: a daemon asks which entry cites it. */
static enum kc_err
read_evidence(
    void *ctx, const struct kc_piece *p, struct kc_buf *out, uint64_t *size)
{
	struct kc_exporter *x = ctx;
	char dir[KC_PATH_SIZE];
	struct kc_hash hash;

	if (!kc_evidence_path_parse(kc_slice_str(p->path), &hash))
		return KC_ENOTFOUND;
	kc_cli_place(x->cli, "evidence", "evidence", dir);
	return kc_blob_read(dir, &hash, p->at, p->max, out, size);
}

struct kc_files
kc_exporter_files(struct kc_exporter *x)
{
	return (struct kc_files){.read = read_made,
	    .list = list_made,
	    .piece = x->local ? read_evidence : NULL,
	    .exact = true,
	    .ctx = x};
}
