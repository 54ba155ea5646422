/* SPDX-License-Identifier: Apache-2.0 */
/* tlog-tiles: checkpoint, tiles, bundles of entries; consistency proofs. */
#include <string.h>

#include <kaocheng/tile.h>

#include "net/call.h"

#define TEXT "text/plain; charset=utf-8"
#define BYTES "application/octet-stream"

/* The checkpoint in the body; `without` says why there is none. */
static void
reply_checkpoint(struct kc_call *call, const char *without)
{
	if (call->body.n == 0) {
		kc_call_bad(call, 404, without);
	} else {
		call->status = 200;
		call->type = TEXT;
		kc_call_tag(call);
	}
	kc_call_reply(call);
}

void
kc_api_checkpoint(struct kc_call *call)
{
	kc_buf_reset(&call->body);
	kc_ledger_checkpoint(kc_call_ledger(call), &call->body);
	reply_checkpoint(call, "the ledger has not been opened");
}

void
kc_api_witnessed(struct kc_call *call)
{
	kc_buf_reset(&call->body);
	kc_ledger_witnessed_checkpoint(kc_call_ledger(call), &call->body);
	reply_checkpoint(call, "no quorum of witnesses has signed yet");
}

void
kc_api_logkeys(struct kc_call *call)
{
	kc_buf_reset(&call->body);
	kc_ledger_log_chain(kc_call_ledger(call), &call->body);
	reply_checkpoint(call, "the ledger has not been opened");
}

/* --- tiles --- */
static bool
parse_path(struct kc_slice path, int *level, uint64_t *n, unsigned *width)
{
	path.p++; /* '/' */
	path.n--;
	return path.n < KC_TILE_PATH_MAX &&
	    kc_tile_path_parse(path, level, n, width) == KC_OK;
}

static enum kc_err
tile_hashes(struct kc_store *s, unsigned level, uint64_t n, unsigned width,
    struct kc_buf *out)
{
	struct kc_hash hashes[KC_TILE_WIDTH];
	unsigned have = 0;
	enum kc_err err = kc_store_tile(s, level, n, hashes, &have);

	if (err == KC_OK && have < width)
		err = KC_ENOTFOUND;
	for (unsigned i = 0; err == KC_OK && i < width; i++)
		kc_buf_put(out, hashes[i].b, KC_HASH_SIZE);
	return err == KC_OK ? kc_buf_err(out) : err;
}

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
tile_entries(struct kc_store *s, uint64_t n, unsigned width, struct kc_buf *out)
{
	uint64_t size = kc_store_size(s);

	if (n > size / KC_TILE_WIDTH || n * KC_TILE_WIDTH + width > size)
		return KC_ENOTFOUND;
	return kc_store_scan(
	    s, n * KC_TILE_WIDTH, n * KC_TILE_WIDTH + width, put_leaf, out);
}

/* A bundle goes out whole, or not at all. */
static bool
may_read_all(struct kc_call *call)
{
	struct kc_buf copy = {0};
	struct kc_slice rest;
	bool may = true;

	/* A refusal is written where the bundle is. */
	kc_buf_slice(&copy, kc_buf_view(&call->body));
	if (kc_buf_err(&copy) != KC_OK) {
		kc_call_error(call, KC_ENOMEM, "");
		return false;
	}
	rest = kc_buf_view(&copy);
	while (may && rest.n > 0) {
		struct kc_slice leaf = {
		    rest.p + 2, kc_be16((const uint8_t *)rest.p)};

		rest.p += 2 + leaf.n;
		rest.n -= 2 + leaf.n;
		may = kc_call_may_read(call, leaf);
	}
	kc_buf_free(&copy);
	return may;
}

static void
run_tile(struct kc_call *call)
{
	struct kc_store *s = kc_ledger_store(kc_call_ledger(call));
	int level = 0;
	unsigned width = 0;
	uint64_t n = 0;
	enum kc_err err = KC_ENOTFOUND;

	kc_buf_reset(&call->body);
	if (!parse_path(call->req.path, &level, &n, &width))
		err = KC_ENOTFOUND;
	else if (level < 0)
		err = tile_entries(s, n, width, &call->body);
	else
		err = tile_hashes(s, (unsigned)level, n, width, &call->body);
	if (err != KC_OK) {
		kc_call_error(call, err, "tile");
		return;
	}
	if (level < 0 && !may_read_all(call))
		return;
	call->status = 200;
	call->type = BYTES;
	call->immutable = true;
	kc_call_tag(call);
}

void
kc_api_tile(struct kc_call *call)
{
	kc_call_run(call, run_tile);
}

void
kc_api_tile_entries(struct kc_call *call)
{
	kc_call_run(call, run_tile);
}

/* --- consistency --- */
static void
run_consistency(struct kc_call *call)
{
	uint64_t old = (uint64_t)call->number, size = call->upto;
	enum kc_err err;

	kc_buf_reset(&call->body);
	err =
	    kc_ledger_consistency(kc_call_ledger(call), old, size, &call->body);
	if (err == KC_EINVAL) {
		kc_call_refuse(call, KC_R_REQUEST, "old, size");
	} else if (err != KC_OK) {
		kc_call_error(call, err, "size");
	} else {
		call->status = 200;
		call->type = TEXT;
	}
}

/* A tree's size. */
static bool
read_size(struct kc_call *call, const char *name, uint64_t *out)
{
	char value[KC_HTTP_VALUE_MAX];

	return kc_http_query_get(call->req.query, name, value, sizeof(value)) &&
	    kc_read_u64(kc_slice_str(value), INT64_MAX, out);
}

void
kc_api_consistency(struct kc_call *call)
{
	uint64_t old, size;

	if (!read_size(call, "old", &old) || !read_size(call, "size", &size) ||
	    old > size) {
		kc_call_refuse(
		    call, KC_R_REQUEST, "old and size, old at most size");
		kc_call_reply(call);
		return;
	}
	call->number = (int64_t)old;
	call->upto = size;
	kc_call_run(call, run_consistency);
}
