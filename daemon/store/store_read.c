/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: each call is one short read transaction, or a few. */
#include "store_int.h"

#include <string.h>

#define SCAN_ROWS 2048 /* leaves of one read transaction of a scan */

/* Asks for the row at hand and the next, perhaps longer one: LMDB fills a page
 * from its end. A hint: what lies elsewhere is only not helped. */
#define CACHE_LINE 64
#define AHEAD_MAX 1024
#define LONGER 256
void
kc_fetch_rows(struct kc_slice v)
{
	size_t n = v.n < AHEAD_MAX ? v.n : AHEAD_MAX;
	uintptr_t end = (uintptr_t)v.p + n;

	for (size_t i = 0; i <= 2 * n + LONGER; i += CACHE_LINE)
		__builtin_prefetch((const void *)(end - i));
}

/* A read of what a store that is behind has not written yet. */
static enum kc_err
begin_whole(struct kc_store *s, struct kc_txn *t)
{
	enum kc_err err = kc_behind_catch_up(s);

	return err == KC_OK ? s->driver->begin(s->d, false, t) : err;
}

/* A read of a node. Most are of what was written long ago, and stay. */
static enum kc_err
begin_node(struct kc_store *s, struct kc_txn *t, unsigned level, uint64_t index)
{
	if (level > 63 || index < s->behind.stored >> level)
		return s->driver->begin(s->d, false, t);
	return begin_whole(s, t);
}

/* A row of hashes that is at hand, within one snapshot. */
struct hashes {
	uint64_t next; /* number of the tile + 1; 0: none */
	unsigned width;
	struct kc_slice bytes;
};

void
kc_store_watch(
    struct kc_store *s, void (*damaged)(void *ctx, const char *what), void *ctx)
{
	s->damaged = damaged;
	s->damaged_ctx = ctx;
}

static void
say_damaged(struct kc_store *s, uint64_t seq)
{
	struct kc_buf what = {0};

	if (s->damaged == NULL)
		return;
	kc_buf_str(&what, "entry ");
	kc_buf_u64(&what, seq);
	kc_buf_str(&what, " is not what its hash says");
	s->damaged(s->damaged_ctx, kc_buf_cstr(&what));
	kc_buf_free(&what);
}

/* Nothing leaves the store that its tile does not vouch for. */
static enum kc_err
check_hash(struct kc_store *s, struct kc_txn *t, struct hashes *h, uint64_t seq,
    struct kc_slice leaf)
{
	size_t at = (size_t)(seq % KC_TILE_WIDTH);
	enum kc_err err = KC_OK;
	struct kc_hash got;

	kc_trap_enter(); /* the first to touch what LMDB points to */
	got = kc_hash_leaf(leaf.p, leaf.n);
	kc_trap_leave();
	if (h->next != seq / KC_TILE_WIDTH + 1) {
		err = kc_tile_load(
		    s->driver, t, 0, seq / KC_TILE_WIDTH, &h->bytes, &h->width);
		h->next = seq / KC_TILE_WIDTH + 1;
	}
	if (err == KC_ENOTFOUND ||
	    (err == KC_OK &&
		(at >= h->width ||
		    memcmp(h->bytes.p + at * KC_HASH_SIZE, got.b,
			KC_HASH_SIZE) != 0)))
		err = KC_ECORRUPT;
	if (err == KC_ECORRUPT)
		say_damaged(s, seq);
	return err;
}

enum kc_err
kc_store_leaf(struct kc_store *s, uint64_t seq, struct kc_buf *out)
{
	struct hashes h = {0};
	struct kc_txn t = {0};
	struct kc_slice v;
	uint8_t k[8];
	enum kc_err err = kc_behind_leaf(s, seq, out);

	if (err == KC_ENOTFOUND)
		err = s->driver->begin(s->d, false, &t);
	if (err != KC_OK || t.p == NULL)
		return err;
	err = s->driver->get(&t, KC_DB_LEAF, kc_key_u64(k, seq), &v);
	if (err == KC_OK)
		err = check_hash(s, &t, &h, seq, v);
	if (err == KC_OK) {
		kc_buf_slice(out, v);
		err = kc_buf_err(out);
	}
	s->driver->end(&t);
	return err;
}

struct scan {
	struct kc_store *s;
	struct kc_txn t;
	struct hashes hashes;
	uint64_t next, to, pause; /* stop before `pause` to end the snapshot */
	bool plain;
	enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf);
	void *ctx;
	enum kc_err err;
};

static bool
scan_row(void *ctx, struct kc_slice key, struct kc_slice value)
{
	struct scan *w = ctx;

	w->err = KC_OK;
	if (key.n != 8 || kc_slice_be64(key) != w->next)
		w->err = KC_ECORRUPT;
	else if (!w->plain)
		w->err = check_hash(w->s, &w->t, &w->hashes, w->next, value);
	if (w->err == KC_OK)
		w->err = w->fn(w->ctx, w->next, value);
	if (w->err != KC_OK)
		return false;
	w->next++;
	return w->next < w->to && w->next < w->pause;
}

/* The next leaf, if it is not written yet. */
static enum kc_err
scan_behind(struct scan *w, bool *is)
{
	struct kc_buf leaf = {0};
	enum kc_err err = kc_behind_leaf(w->s, w->next, &leaf);

	*is = err == KC_OK;
	if (err == KC_OK)
		err = w->fn(w->ctx, w->next, kc_buf_view(&leaf));
	if (err == KC_OK)
		w->next++;
	kc_buf_free(&leaf);
	return err == KC_ENOTFOUND && !*is ? KC_OK : err;
}

static enum kc_err
scan(struct scan *w)
{
	const struct kc_driver *driver = w->s->driver;
	uint8_t k[8];

	while (w->next < w->to) {
		uint64_t before = w->next;
		bool behind = false;
		enum kc_err err = scan_behind(w, &behind);

		if (err == KC_OK && !behind)
			err = driver->begin(w->s->d, false, &w->t);
		if (err != KC_OK)
			return err;
		if (behind)
			continue;
		w->hashes.next = 0;
		w->pause = w->next + SCAN_ROWS;
		err = driver->walk(
		    &w->t, KC_DB_LEAF, kc_key_u64(k, w->next), scan_row, w);
		driver->end(&w->t);
		if (err == KC_OK)
			err = w->err;
		if (err != KC_OK)
			return err;
		if (w->next == before)
			return KC_ENOTFOUND;
	}
	return KC_OK;
}

enum kc_err
kc_store_scan(struct kc_store *s, uint64_t from, uint64_t to,
    enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf), void *ctx)
{
	uint64_t at;

	return kc_store_scan_at(s, from, to, fn, ctx, &at);
}

enum kc_err
kc_store_scan_at(struct kc_store *s, uint64_t from, uint64_t to,
    enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf), void *ctx,
    uint64_t *at)
{
	struct scan w = {.s = s, .next = from, .to = to, .fn = fn, .ctx = ctx};
	enum kc_err err = scan(&w);

	*at = w.next;
	return err;
}

enum kc_err
kc_store_scan_plain(struct kc_store *s, uint64_t from, uint64_t to,
    enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf), void *ctx)
{
	struct scan w = {.s = s,
	    .next = from,
	    .to = to,
	    .plain = true,
	    .fn = fn,
	    .ctx = ctx};

	return scan(&w);
}

enum kc_err
kc_store_find_id(
    struct kc_store *s, const uint8_t id[KC_ID_KEY_SIZE], uint64_t *seq)
{
	struct kc_txn t = {0};
	struct kc_slice v;
	enum kc_err err = kc_behind_find(s, id, seq);

	if (err == KC_ENOTFOUND)
		err = s->driver->begin(s->d, false, &t);
	if (err != KC_OK || t.p == NULL)
		return err;
	err = s->driver->get(&t, KC_DB_ID,
	    (struct kc_slice){(const void *)id, KC_ID_KEY_SIZE}, &v);
	if (err == KC_OK && v.n != 8)
		err = KC_ECORRUPT;
	if (err == KC_OK)
		*seq = kc_slice_be64(v);
	s->driver->end(&t);
	return err;
}

enum kc_err
kc_store_tile(struct kc_store *s, unsigned level, uint64_t n,
    struct kc_hash hashes[KC_TILE_WIDTH], unsigned *width)
{
	struct kc_txn t = {0};
	struct kc_slice v;
	/* The node above it is there when it is full. */
	enum kc_err err = begin_node(s, &t, 8 * (level + 1), n);

	if (err != KC_OK)
		return err;
	err = kc_tile_load(s->driver, &t, level, n, &v, width);
	if (err == KC_OK)
		memcpy(hashes, v.p, v.n);
	s->driver->end(&t);
	return err;
}

static enum kc_err
read_node(void *ctx, unsigned level, uint64_t index, struct kc_hash *out)
{
	struct kc_store *s = ctx;
	struct kc_txn t = {0};
	enum kc_err err = begin_node(s, &t, level, index);

	if (err != KC_OK)
		return err;
	err = kc_tiles_node(s->driver, &t, level, index, out);
	s->driver->end(&t);
	return err;
}

struct kc_hash_reader
kc_store_hashes(struct kc_store *s)
{
	return (struct kc_hash_reader){read_node, s};
}

struct first_row {
	struct kc_buf *out;
	uint64_t size;
	enum kc_err err;
};

static bool
take_first(void *ctx, struct kc_slice key, struct kc_slice value)
{
	struct first_row *r = ctx;

	r->err = KC_ECORRUPT;
	if (key.n == 8) {
		r->size = kc_slice_be64(key);
		kc_buf_slice(r->out, value);
		r->err = kc_buf_err(r->out);
	}
	return false;
}

static enum kc_err
first_from(struct kc_store *s, enum kc_db db, uint64_t size, bool whole,
    uint64_t *found, struct kc_buf *out)
{
	struct first_row r = {.out = out, .err = KC_ENOTFOUND};
	struct kc_txn t = {0};
	uint8_t k[8];
	enum kc_err err =
	    whole ? begin_whole(s, &t) : s->driver->begin(s->d, false, &t);

	if (err != KC_OK)
		return err;
	err = s->driver->walk(&t, db, kc_key_u64(k, size), take_first, &r);
	s->driver->end(&t);
	if (err == KC_OK)
		err = r.err;
	if (err == KC_OK)
		*found = r.size;
	return err;
}

enum kc_err
kc_store_checkpoint_from(
    struct kc_store *s, uint64_t size, uint64_t *found, struct kc_buf *out)
{
	enum kc_err err =
	    first_from(s, KC_DB_CHECKPOINT, size, false, found, out);

	/* Those that are not written yet are of larger sizes. */
	return err == KC_ENOTFOUND
	    ? first_from(s, KC_DB_CHECKPOINT, size, true, found, out)
	    : err;
}

enum kc_err
kc_store_witnessed_from(
    struct kc_store *s, uint64_t size, uint64_t *found, struct kc_buf *out)
{
	return first_from(s, KC_DB_COSIGNED, size, true, found, out);
}

/* Rows are found from a size on only: the largest from which there is one. */
enum kc_err
kc_store_witnessed_last(struct kc_store *s, uint64_t *found, struct kc_buf *out)
{
	uint64_t low = 0, high = kc_store_size(s);
	size_t n = out->n;
	enum kc_err err = kc_store_witnessed_from(s, 0, &low, out);

	while (err == KC_OK && low < high) {
		uint64_t at = 0, middle = low + (high - low + 1) / 2;

		out->n = n;
		err = kc_store_witnessed_from(s, middle, &at, out);
		if (err == KC_ENOTFOUND) {
			high = middle - 1;
			err = KC_OK;
		} else {
			low = at;
		}
	}
	out->n = n;
	return err == KC_OK ? kc_store_witnessed_from(s, low, found, out) : err;
}

enum kc_err
kc_store_checkpoint(struct kc_store *s, uint64_t size, struct kc_buf *out)
{
	size_t n = out->n;
	uint64_t found;
	enum kc_err err = kc_store_checkpoint_from(s, size, &found, out);

	if (err == KC_OK && found != size) {
		out->n = n;
		err = KC_ENOTFOUND;
	}
	return err;
}

bool
kc_store_full(struct kc_store *s)
{
	return s->driver->room(s->d, 0) != KC_OK;
}

void
kc_store_stats(struct kc_store *s, struct kc_store_stats *out)
{
	*out = (struct kc_store_stats){0};
	s->driver->stats(s->d, out);
	out->full = kc_store_full(s);
	pthread_mutex_lock(&s->lock);
	out->commits = s->commits;
	pthread_mutex_unlock(&s->lock);
}

struct outbox_walk {
	enum kc_err (*fn)(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE],
	    struct kc_slice value);
	void *ctx;
	enum kc_err err;
};

static bool
outbox_row(void *ctx, struct kc_slice key, struct kc_slice value)
{
	struct outbox_walk *w = ctx;
	uint8_t k[KC_PUT_KEY_SIZE];

	w->err = KC_ECORRUPT;
	if (key.n == KC_PUT_KEY_SIZE) {
		memcpy(k, key.p, sizeof(k));
		w->err = w->fn(w->ctx, k, value);
	}
	return w->err == KC_OK;
}

enum kc_err
kc_store_outbox(struct kc_store *s,
    enum kc_err (*fn)(
	void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value),
    void *ctx)
{
	struct outbox_walk w = {fn, ctx, KC_OK};
	struct kc_txn t = {0};
	enum kc_err err = begin_whole(s, &t);

	if (err != KC_OK)
		return err;
	err = s->driver->walk(
	    &t, KC_DB_OUTBOX, (struct kc_slice){0}, outbox_row, &w);
	s->driver->end(&t);
	return err == KC_OK ? w.err : err;
}
