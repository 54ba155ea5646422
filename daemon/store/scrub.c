/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that the root stands for, hashed: each leaf against its tile,
 * each full tile against the one above it, on as many threads as there are;
 * and, of the same leaves, the index of ids.
 * What is at the top leads to the root of the head, which is compared when a
 * store is opened.
 */
#include "store_int.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include <kaocheng/tile.h>

#define LEVELS 8
#define HEIGHT 8
#define SHARES 8 /* of the index of ids, if several take them */

struct kc_scrub {
	struct kc_store *s;
	uint64_t size;
	atomic_uint_fast64_t next; /* tile of leaves to take */
	atomic_uint share;         /* of the index of ids to take, */
	unsigned shares;           /* of so many */
	atomic_bool stop;
	struct kc_ids *ids; /* what the leaves say of their ids */
	pthread_t thread[KC_SCRUB_THREADS];
	unsigned threads;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t noted; /* all are done, or stop */
	uint64_t done;        /* tiles that are what they were */
	enum kc_err err;
	uint64_t bad;        /* first entry that is not what it was */
	enum kc_err ids_err; /* of the index */
};

static enum kc_err
note_id(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	kc_ids_note(ctx, seq, leaf);
	return KC_OK;
}

/* Full tile n of a level against its hash in the level above. */
static enum kc_err
check_above(struct kc_store *s, struct kc_txn *t, unsigned level, uint64_t n)
{
	struct kc_hash hash[KC_TILE_WIDTH], root;
	size_t at = (size_t)(n % KC_TILE_WIDTH) * KC_HASH_SIZE;
	struct kc_slice row;
	unsigned width = 0;
	enum kc_err err = kc_tile_load(s->driver, t, level, n, &row, &width);

	if (err == KC_OK && width != KC_TILE_WIDTH)
		err = KC_ECORRUPT;
	if (err != KC_OK)
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	memcpy(hash, row.p, sizeof(hash));
	root = kc_tile_node(hash, HEIGHT, 0);
	err = kc_tile_load(
	    s->driver, t, level + 1, n / KC_TILE_WIDTH, &row, &width);
	if (err != KC_OK)
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	if (at + KC_HASH_SIZE > row.n ||
	    memcmp(row.p + at, root.b, KC_HASH_SIZE) != 0)
		return KC_ECORRUPT;
	return KC_OK;
}

/* Leaves of tile n, and the tile. */
static enum kc_err
check_tile(struct kc_scrub *c, uint64_t n, uint64_t *bad)
{
	uint64_t from = n * KC_TILE_WIDTH, to = from + KC_TILE_WIDTH;
	struct kc_txn t = {0};
	enum kc_err err = c->s->driver->begin(c->s->d, false, &t);

	*bad = from;
	if (err != KC_OK)
		return err;
	err = kc_store_scan_at(
	    c->s, from, to < c->size ? to : c->size, note_id, c->ids, bad);
	if (err == KC_OK && to <= c->size)
		err = check_above(c->s, &t, 0, n);
	c->s->driver->end(&t);
	return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
}

static uint64_t
tiles_of(const struct kc_scrub *c)
{
	return (c->size + KC_TILE_WIDTH - 1) / KC_TILE_WIDTH;
}

/* What became of a tile. */
static void
note(struct kc_scrub *c, enum kc_err err, uint64_t bad)
{
	pthread_mutex_lock(&c->lock);
	if (err == KC_OK) {
		c->done++;
	} else if (c->err == KC_OK || bad < c->bad) {
		c->err = err;
		c->bad = bad;
	}
	if (c->err != KC_OK)
		atomic_store(&c->stop, true);
	if (c->err != KC_OK || c->done == tiles_of(c))
		pthread_cond_broadcast(&c->noted);
	pthread_mutex_unlock(&c->lock);
}

/* All leaves have been read: those that others have, too. */
static bool
wait_all(struct kc_scrub *c)
{
	bool all;

	pthread_mutex_lock(&c->lock);
	while (c->done < tiles_of(c) && !atomic_load(&c->stop))
		pthread_cond_wait(&c->noted, &c->lock);
	all = c->done == tiles_of(c);
	pthread_mutex_unlock(&c->lock);
	return all;
}

/* The shares that it gets of the index of ids. */
static void
check_ids(struct kc_scrub *c)
{
	unsigned share;

	while ((share = atomic_fetch_add(&c->share, 1)) < c->shares) {
		enum kc_err err = kc_ids_check(c->ids, c->s, share, c->shares);

		if (err == KC_OK)
			continue;
		pthread_mutex_lock(&c->lock);
		c->ids_err = err;
		pthread_mutex_unlock(&c->lock);
	}
}

static void *
work(void *scrub)
{
	struct kc_scrub *c = scrub;
	uint64_t n, bad;

	while (!atomic_load(&c->stop) &&
	    (n = atomic_fetch_add(&c->next, 1)) < tiles_of(c)) {
		enum kc_err err = check_tile(c, n, &bad);

		note(c, err, bad);
	}
	if (wait_all(c))
		check_ids(c);
	return NULL;
}

/* Those that wait for others are told, too. */
static void
stop(struct kc_scrub *c)
{
	pthread_mutex_lock(&c->lock);
	atomic_store(&c->stop, true);
	pthread_cond_broadcast(&c->noted);
	pthread_mutex_unlock(&c->lock);
}

/* The tiles above those of the leaves: one in 256. */
static enum kc_err
check_upper(struct kc_scrub *c)
{
	uint64_t want = 0, rows = 0;
	struct kc_txn t = {0};
	enum kc_err err = c->s->driver->begin(c->s->d, false, &t);

	if (err != KC_OK)
		return err;
	for (unsigned l = 0; l < LEVELS && c->size >> (HEIGHT * l) != 0; l++) {
		uint64_t hashes = c->size >> (HEIGHT * l);

		want += (hashes + KC_TILE_WIDTH - 1) / KC_TILE_WIDTH;
		for (uint64_t n = 0;
		     l > 0 && err == KC_OK && n < hashes / KC_TILE_WIDTH; n++)
			err = check_above(c->s, &t, l, n);
	}
	if (err == KC_OK)
		err = c->s->driver->count(&t, KC_DB_TILE, &rows);
	c->s->driver->end(&t);
	return err == KC_OK && rows < want ? KC_ECORRUPT : err;
}

/* Threads that have a processor besides the caller's: more of them would be
 * given turns on that, and the replay, which takes longest, would be left alone
 * with its last third. What they do not come to, the caller does. */
static unsigned
beside(unsigned threads, uint64_t size)
{
	cpu_set_t set;
	unsigned all = 1;

	if (size < KC_SCRUB_ALONE)
		return 0;
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		all = (unsigned)CPU_COUNT(&set);
	return threads < all ? threads : all - 1;
}

enum kc_err
kc_scrub_begin(
    struct kc_scrub **out, struct kc_store *s, uint64_t size, unsigned threads)
{
	struct kc_scrub *c = kc_alloc(sizeof(*c));

	if (c == NULL)
		return KC_ENOMEM;
	c->s = s;
	c->size = size;
	if (kc_ids_new(&c->ids, size) != KC_OK) {
		kc_free(c);
		return KC_ENOMEM;
	}
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->noted, NULL);
	threads = beside(threads, size);
	c->shares = threads > 0 ? SHARES : 1;
	for (; c->threads < threads && c->threads < KC_SCRUB_THREADS;
	     c->threads++)
		if (pthread_create(&c->thread[c->threads], NULL, work, c) != 0)
			break; /* the caller does the rest */
	*out = c;
	return KC_OK;
}

enum kc_err
kc_scrub_end(
    struct kc_scrub *c, bool give_up, uint64_t *bad, struct kc_scrubbed *ids)
{
	enum kc_err err;

	*ids = (struct kc_scrubbed){KC_OK, 0};
	if (c == NULL)
		return KC_OK;
	if (give_up)
		stop(c);
	(void)work(c);
	for (unsigned i = 0; i < c->threads; i++)
		pthread_join(c->thread[i], NULL);
	err = c->err;
	*bad = c->bad;
	if (err == KC_OK && !give_up) {
		err = check_upper(c);
		*bad = c->size;
	}
	if (err == KC_OK && !give_up) {
		ids->err = c->ids_err;
		if (ids->err == KC_OK && !kc_ids_whole(c->ids, &ids->bad))
			ids->err = KC_ECORRUPT;
	}
	pthread_cond_destroy(&c->noted);
	pthread_mutex_destroy(&c->lock);
	kc_ids_free(c->ids);
	kc_free(c);
	return err;
}
