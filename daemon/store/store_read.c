/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: each call is one short read transaction, or a few. */
#include "store_int.h"

#include <string.h>

#define SCAN_ROWS 2048 /* leaves of one read transaction of a scan */

struct key {
	uint8_t b[8];
};

static struct key
key_of(uint64_t v)
{
	struct key k;

	kc_put_be64(k.b, v);
	return k;
}

static struct kc_slice
bytes(const void *p, size_t n)
{
	return (struct kc_slice){p, n};
}

static uint64_t
be64_of(struct kc_slice s)
{
	uint8_t b[8];

	memcpy(b, s.p, sizeof(b));
	return kc_be64(b);
}

enum kc_err
kc_store_leaf(struct kc_store *s, uint64_t seq, struct kc_buf *out)
{
	struct key k = key_of(seq);
	struct kc_txn t = {0};
	struct kc_slice v;
	enum kc_err err = s->driver->begin(s->d, false, &t);

	if (err != KC_OK)
		return err;
	err = s->driver->get(&t, KC_DB_LEAF, bytes(k.b, 8), &v);
	if (err == KC_OK) {
		kc_buf_slice(out, v);
		err = kc_buf_err(out);
	}
	s->driver->end(&t);
	return err;
}

struct scan {
	uint64_t next, to, pause; /* stop before `pause` to end the snapshot */
	enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf);
	void *ctx;
	enum kc_err err;
};

static bool
scan_row(void *ctx, struct kc_slice key, struct kc_slice value)
{
	struct scan *w = ctx;

	if (key.n != 8 || be64_of(key) != w->next) {
		w->err = KC_ECORRUPT;
		return false;
	}
	w->err = w->fn(w->ctx, w->next, value);
	if (w->err != KC_OK)
		return false;
	w->next++;
	return w->next < w->to && w->next < w->pause;
}

enum kc_err
kc_store_scan(struct kc_store *s, uint64_t from, uint64_t to,
    enum kc_err (*fn)(void *ctx, uint64_t seq, struct kc_slice leaf), void *ctx)
{
	struct scan w = {.next = from, .to = to, .fn = fn, .ctx = ctx};

	while (w.next < w.to) {
		struct key k = key_of(w.next);
		uint64_t before = w.next;
		struct kc_txn t = {0};
		enum kc_err err = s->driver->begin(s->d, false, &t);

		if (err != KC_OK)
			return err;
		w.pause = w.next + SCAN_ROWS;
		err = s->driver->walk(
		    &t, KC_DB_LEAF, bytes(k.b, 8), scan_row, &w);
		s->driver->end(&t);
		if (err == KC_OK)
			err = w.err;
		if (err != KC_OK)
			return err;
		if (w.next == before)
			return KC_ENOTFOUND;
	}
	return KC_OK;
}

enum kc_err
kc_store_find_id(struct kc_store *s, const uint8_t id[16], uint64_t *seq)
{
	struct kc_txn t = {0};
	struct kc_slice v;
	enum kc_err err = s->driver->begin(s->d, false, &t);

	if (err != KC_OK)
		return err;
	err = s->driver->get(&t, KC_DB_ID, bytes(id, 16), &v);
	if (err == KC_OK && v.n != 8)
		err = KC_ECORRUPT;
	if (err == KC_OK)
		*seq = be64_of(v);
	s->driver->end(&t);
	return err;
}

enum kc_err
kc_store_tile(struct kc_store *s, unsigned level, uint64_t n,
    struct kc_hash hashes[KC_TILE_WIDTH], unsigned *width)
{
	struct kc_txn t = {0};
	struct kc_slice v;
	enum kc_err err = s->driver->begin(s->d, false, &t);

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
	enum kc_err err = s->driver->begin(s->d, false, &t);

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
		r->size = be64_of(key);
		kc_buf_slice(r->out, value);
		r->err = kc_buf_err(r->out);
	}
	return false;
}

enum kc_err
kc_store_checkpoint_from(
    struct kc_store *s, uint64_t size, uint64_t *found, struct kc_buf *out)
{
	struct first_row r = {.out = out, .err = KC_ENOTFOUND};
	struct key k = key_of(size);
	struct kc_txn t = {0};
	enum kc_err err = s->driver->begin(s->d, false, &t);

	if (err != KC_OK)
		return err;
	err = s->driver->walk(
	    &t, KC_DB_CHECKPOINT, bytes(k.b, 8), take_first, &r);
	s->driver->end(&t);
	if (err == KC_OK)
		err = r.err;
	if (err == KC_OK)
		*found = r.size;
	return err;
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

void
kc_store_stats(struct kc_store *s, struct kc_store_stats *out)
{
	*out = (struct kc_store_stats){0};
	s->driver->stats(s->d, out);
	out->full = s->driver->room(s->d) != KC_OK;
	pthread_mutex_lock(&s->lock);
	out->commits = s->commits;
	pthread_mutex_unlock(&s->lock);
}
