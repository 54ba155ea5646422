/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles as rows: growing them at the right edge, reading nodes from them. */
#include "store_int.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/tile.h>

#define HEIGHT 8
#define KEY_SIZE 9

struct tile_key {
	char b[KEY_SIZE];
};

static struct tile_key
key_of(unsigned level, uint64_t n)
{
	struct tile_key k;
	uint8_t be[8];

	kc_put_be64(be, n);
	k.b[0] = (char)level;
	memcpy(k.b + 1, be, sizeof(be));
	return k;
}

enum kc_err
kc_tile_load(const struct kc_driver *driver, struct kc_txn *t, unsigned level,
    uint64_t n, struct kc_slice *hashes, unsigned *width)
{
	struct tile_key k = key_of(level, n);
	enum kc_err err = driver->get(
	    t, KC_DB_TILE, (struct kc_slice){k.b, KEY_SIZE}, hashes);

	if (err != KC_OK)
		return err;
	if (hashes->n == 0 || hashes->n % KC_HASH_SIZE != 0 ||
	    hashes->n > KC_TILE_WIDTH * KC_HASH_SIZE)
		return KC_ECORRUPT;
	*width = (unsigned)(hashes->n / KC_HASH_SIZE);
	return KC_OK;
}

enum kc_err
kc_tiles_node(const struct kc_driver *driver, struct kc_txn *t, unsigned level,
    uint64_t index, struct kc_hash *out)
{
	unsigned height = level % HEIGHT;
	uint64_t first = index << height; /* in hashes of the tile's level */
	unsigned at = (unsigned)(first % KC_TILE_WIDTH);
	struct kc_hash hash[KC_TILE_WIDTH];
	struct kc_slice bytes;
	unsigned width;
	enum kc_err err;

	err = kc_tile_load(
	    driver, t, level / HEIGHT, first / KC_TILE_WIDTH, &bytes, &width);
	if (err != KC_OK)
		return err;
	if (at + (1U << height) > width)
		return KC_ENOTFOUND;
	/* The row may stand at any address. */
	memcpy(hash, bytes.p + (size_t)at * KC_HASH_SIZE,
	    ((size_t)1 << height) * KC_HASH_SIZE);
	*out = kc_tile_node(hash, height, 0);
	return KC_OK;
}

static enum kc_err
tile_put(struct kc_tiles *tiles, const struct kc_driver *driver,
    struct kc_txn *t, unsigned level)
{
	struct tile_key k = key_of(level, tiles->level[level].n);
	union {
		const struct kc_hash *hash;
		const char *bytes;
	} p = {tiles->level[level].hash};

	tiles->level[level].dirty = false;
	return driver->put(t, KC_DB_TILE, (struct kc_slice){k.b, KEY_SIZE},
	    (struct kc_slice){
		p.bytes, tiles->level[level].width * KC_HASH_SIZE});
}

/* Sets hash `index` of a tile level; it is always the next one. */
static enum kc_err
tile_add(struct kc_tiles *tiles, const struct kc_driver *driver,
    struct kc_txn *t, unsigned level, uint64_t index, const struct kc_hash *h)
{
	uint64_t n = index / KC_TILE_WIDTH;
	unsigned at = (unsigned)(index % KC_TILE_WIDTH);
	enum kc_err err;

	assert(level < 8);
	if (tiles->level[level].width == 0 || tiles->level[level].n != n) {
		struct kc_slice bytes;
		unsigned width = 0;

		if (at > 0) {
			err = kc_tile_load(driver, t, level, n, &bytes, &width);
			if (err != KC_OK)
				return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
			memcpy(tiles->level[level].hash, bytes.p, bytes.n);
		}
		if (width != at)
			return KC_ECORRUPT;
		tiles->level[level].n = n;
	}
	tiles->level[level].hash[at] = *h;
	tiles->level[level].width = at + 1;
	tiles->level[level].dirty = true;
	if (at + 1 < KC_TILE_WIDTH)
		return KC_OK;
	return tile_put(tiles, driver, t, level);
}

/* One leaf: the frontier's own step, with every completed node of a tile
 * level put where it belongs. */
static enum kc_err
add_leaf(struct kc_tiles *tiles, const struct kc_driver *driver,
    struct kc_txn *t, struct kc_frontier *f, const struct kc_hash *leaf)
{
	struct kc_hash h = *leaf;
	unsigned level = 0;
	enum kc_err err = tile_add(tiles, driver, t, 0, f->size, &h);

	while (err == KC_OK && (f->size >> level & 1)) {
		h = kc_hash_node(&f->node[level], &h);
		level++;
		if (level % HEIGHT == 0)
			err = tile_add(tiles, driver, t, level / HEIGHT,
			    f->size >> level, &h);
	}
	f->node[level] = h;
	f->size++;
	return err;
}

enum kc_err
kc_tiles_append(struct kc_tiles *tiles, const struct kc_driver *driver,
    struct kc_txn *t, struct kc_frontier *f, const struct kc_row *rows,
    size_t nrows)
{
	enum kc_err err = KC_OK;

	for (unsigned l = 0; l < 8; l++) {
		tiles->level[l].width = 0;
		tiles->level[l].dirty = false;
	}
	for (size_t i = 0; err == KC_OK && i < nrows; i++)
		err = add_leaf(tiles, driver, t, f, &rows[i].hash);
	for (unsigned l = 0; err == KC_OK && l < 8; l++)
		if (tiles->level[l].dirty)
			err = tile_put(tiles, driver, t, l);
	return err;
}
