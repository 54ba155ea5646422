/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The twin in memory: rows sorted by key, ids by hash (they come in no order
 * and are sorted when they are walked), changed at commit only. For tests and
 * simulation.
 */
#include "store_int.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 16

/* A row; keys of all tables fit in 16 bytes. */
struct row {
	uint8_t db, nkey;
	char key[KEY_MAX];
	char *value;
	size_t n;
	bool gone; /* pending: the row is taken away */
};

struct rows {
	struct row *p;
	size_t n, cap;
	uint32_t *slot; /* of ids: row + 1; half of them or more are 0 */
	size_t nslots;
};

struct mem {
	pthread_rwlock_t lock; /* readers see no half of a commit */
	struct rows table[KC_DB_COUNT];
	struct rows pending; /* of the write transaction */
	uint64_t commits;
};

static int
row_cmp(const struct row *r, struct kc_slice key)
{
	return kc_slice_cmp((struct kc_slice){r->key, r->nkey}, key);
}

/* Index of the first row at or after key. */
static size_t
lower_bound(const struct rows *rows, struct kc_slice key)
{
	size_t lo = 0, hi = rows->n;

	/* Most keys are new and last. */
	if (hi > 0 && row_cmp(&rows->p[hi - 1], key) < 0)
		return hi;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (row_cmp(&rows->p[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool
rows_reserve(struct rows *rows, size_t more)
{
	size_t cap = rows->cap < 64 ? 64 : rows->cap;
	struct row *p;

	if (rows->n + more <= rows->cap)
		return true;
	while (cap < rows->n + more)
		cap *= 2;
	p = kc_realloc(rows->p, cap * sizeof(*p));
	if (p == NULL)
		return false;
	rows->p = p;
	rows->cap = cap;
	return true;
}

/* Slot of an id: that of its row, or the empty one where it goes. */
static size_t
id_slot(const struct rows *ids, const char *id)
{
	uint64_t h;
	size_t i;

	memcpy(&h, id + 8, sizeof(h)); /* random, or counted in the tests */
	h *= UINT64_C(0x9E3779B97F4A7C15);
	i = (size_t)(h >> 20) & (ids->nslots - 1);
	while (ids->slot[i] != 0 &&
	    memcmp(ids->p[ids->slot[i] - 1].key, id, KEY_MAX) != 0)
		i = (i + 1) & (ids->nslots - 1);
	return i;
}

/* Room for the rows that were reserved, in slots. */
static bool
ids_reserve(struct rows *ids)
{
	size_t n = ids->nslots < 128 ? 128 : ids->nslots;
	uint32_t *slot;

	if (ids->cap * 2 <= ids->nslots)
		return true;
	while (n < ids->cap * 2)
		n *= 2;
	slot = kc_alloc(n * sizeof(*slot));
	if (slot == NULL)
		return false;
	kc_free(ids->slot);
	ids->slot = slot;
	ids->nslots = n;
	for (size_t i = 0; i < ids->n; i++)
		slot[id_slot(ids, ids->p[i].key)] = (uint32_t)(i + 1);
	return true;
}

/* Index of the row of an id, or ids->n. */
static size_t
id_find(const struct rows *ids, struct kc_slice id)
{
	uint32_t at;

	if (ids->nslots == 0 || id.n != KEY_MAX)
		return ids->n;
	at = ids->slot[id_slot(ids, id.p)];
	return at > 0 ? at - 1 : ids->n;
}

static void
rows_free(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		kc_free(rows->p[i].value);
	kc_free(rows->p);
	kc_free(rows->slot);
	*rows = (struct rows){0};
}

/* Reads of this thread, of whichever store. */
static _Thread_local unsigned reading;

static enum kc_err
mem_begin(void *d, bool write, struct kc_txn *t)
{
	struct mem *m = d;

	if (!write) {
		pthread_rwlock_rdlock(&m->lock);
		reading++;
	}
	assert(!write || m->pending.n == 0);
	*t = (struct kc_txn){m, m, write, false, m->commits + write};
	return KC_OK;
}

static void
mem_end(struct kc_txn *t)
{
	struct mem *m = t->driver;

	if (t->p == NULL)
		return;
	t->p = NULL;
	if (t->write)
		rows_free(&m->pending);
	else {
		reading--;
		pthread_rwlock_unlock(&m->lock);
	}
}

/* Moves a pending row to its table; room was reserved. */
static void
settle(struct rows *table, struct row *r)
{
	size_t at;

	if (r->db == KC_DB_ID) {
		table->p[table->n] = *r;
		table->slot[id_slot(table, r->key)] = (uint32_t)++table->n;
		r->value = NULL;
		return;
	}
	at = lower_bound(table, (struct kc_slice){r->key, r->nkey});
	if (at < table->n &&
	    row_cmp(&table->p[at], (struct kc_slice){r->key, r->nkey}) == 0) {
		kc_free(table->p[at].value);
		if (r->gone) {
			memmove(&table->p[at], &table->p[at + 1],
			    (--table->n - at) * sizeof(*r));
			return;
		}
	} else if (r->gone) {
		return;
	} else {
		memmove(&table->p[at + 1], &table->p[at],
		    (table->n - at) * sizeof(*r));
		table->n++;
	}
	table->p[at] = *r;
	r->value = NULL;
}

static enum kc_err
mem_commit(struct kc_txn *t)
{
	struct mem *m = t->driver;
	enum kc_err err = KC_OK;

	pthread_rwlock_wrlock(&m->lock);
	for (int db = 0; db < KC_DB_COUNT; db++)
		if (!rows_reserve(&m->table[db], m->pending.n))
			err = KC_EFULL;
	if (err == KC_OK && !ids_reserve(&m->table[KC_DB_ID]))
		err = KC_EFULL;
	for (size_t i = 0; err == KC_OK && i < m->pending.n; i++)
		settle(&m->table[m->pending.p[i].db], &m->pending.p[i]);
	m->commits += err == KC_OK;
	pthread_rwlock_unlock(&m->lock);
	mem_end(t);
	return err;
}

static enum kc_err
mem_settle(void *d)
{
	(void)d;
	return KC_OK;
}

static bool
mem_reads(void *d)
{
	(void)d;
	return reading > 0;
}

static enum kc_err
mem_table(struct kc_txn *t, enum kc_db db, bool make)
{
	(void)t;
	(void)db;
	(void)make;
	return KC_OK;
}

static enum kc_err
mem_get(struct kc_txn *t, enum kc_db db, struct kc_slice key,
    struct kc_slice *value)
{
	struct mem *m = t->driver;
	const struct rows *table = &m->table[db];
	size_t at =
	    db == KC_DB_ID ? id_find(table, key) : lower_bound(table, key);

	if (at == table->n || row_cmp(&table->p[at], key) != 0)
		return KC_ENOTFOUND;
	*value = (struct kc_slice){table->p[at].value, table->p[at].n};
	return KC_OK;
}

static enum kc_err
mem_put(
    struct kc_txn *t, enum kc_db db, struct kc_slice key, struct kc_slice value)
{
	struct mem *m = t->driver;
	struct row r = {.db = (uint8_t)db, .nkey = (uint8_t)key.n};
	struct kc_slice old;

	assert(key.n <= KEY_MAX);
	/* As the other driver: leaves and ids are never written twice. */
	if ((db == KC_DB_LEAF || db == KC_DB_ID) &&
	    mem_get(t, db, key, &old) == KC_OK)
		return KC_ECONFLICT;
	for (size_t i = m->pending.n; db == KC_DB_ID && i-- > 0;)
		if (m->pending.p[i].db == KC_DB_ID &&
		    row_cmp(&m->pending.p[i], key) == 0)
			return KC_ECONFLICT;
	memcpy(r.key, key.p, key.n);
	r.value = kc_alloc(value.n);
	if (r.value == NULL || !rows_reserve(&m->pending, 1)) {
		kc_free(r.value);
		return KC_ENOMEM;
	}
	memcpy(r.value, value.p, value.n);
	r.n = value.n;
	m->pending.p[m->pending.n++] = r;
	return KC_OK;
}

static enum kc_err
mem_del(struct kc_txn *t, enum kc_db db, struct kc_slice key)
{
	struct mem *m = t->driver;
	struct row r = {
	    .db = (uint8_t)db, .nkey = (uint8_t)key.n, .gone = true};

	assert(key.n <= KEY_MAX);
	memcpy(r.key, key.p, key.n);
	if (!rows_reserve(&m->pending, 1))
		return KC_ENOMEM;
	m->pending.p[m->pending.n++] = r;
	return KC_OK;
}

static int
by_key(const void *a, const void *b)
{
	const struct row *const *x = a, *const *y = b;

	return row_cmp(*x, (struct kc_slice){(*y)->key, (*y)->nkey});
}

/* Ids have no order of their own. Their keys stand as long as those of other
 * tables. */
static enum kc_err
walk_ids(const struct rows *ids, struct kc_slice from,
    bool (*fn)(void *ctx, struct kc_slice key, struct kc_slice value),
    void *ctx)
{
	const struct row **sorted = kc_alloc(ids->n * sizeof(struct row *));

	if (sorted == NULL)
		return KC_ENOMEM;
	for (size_t i = 0; i < ids->n; i++)
		sorted[i] = &ids->p[i];
	qsort(sorted, ids->n, sizeof(struct row *), by_key);
	for (size_t i = 0; i < ids->n; i++) {
		const struct row *r = sorted[i];

		if (from.n > 0 && row_cmp(r, from) < 0)
			continue;
		if (!fn(ctx, (struct kc_slice){r->key, r->nkey},
			(struct kc_slice){r->value, r->n}))
			break;
	}
	kc_free(sorted);
	return KC_OK;
}

static void
walk_rows(const struct rows *table, struct kc_slice from,
    bool (*fn)(void *ctx, struct kc_slice key, struct kc_slice value),
    void *ctx)
{
	size_t i = from.n > 0 ? lower_bound(table, from) : 0;

	for (; i < table->n; i++) {
		const struct row *r = &table->p[i];

		if (!fn(ctx, (struct kc_slice){r->key, r->nkey},
			(struct kc_slice){r->value, r->n}))
			break;
	}
}

static enum kc_err
mem_walk(struct kc_txn *t, enum kc_db db, struct kc_slice from,
    bool (*fn)(void *ctx, struct kc_slice key, struct kc_slice value),
    void *ctx)
{
	struct mem *m = t->driver;

	if (db == KC_DB_ID)
		return walk_ids(&m->table[db], from, fn, ctx);
	walk_rows(&m->table[db], from, fn, ctx);
	return KC_OK;
}

static enum kc_err
mem_count(struct kc_txn *t, enum kc_db db, uint64_t *rows)
{
	struct mem *m = t->driver;

	*rows = m->table[db].n;
	return KC_OK;
}

static enum kc_err
mem_grow(void *d)
{
	(void)d;
	return KC_EFULL;
}

static enum kc_err
mem_room(void *d, size_t need)
{
	(void)need;
	(void)d;
	return KC_OK;
}

static bool
mem_holds(void *d, size_t need)
{
	(void)need;
	(void)d;
	return true;
}

static enum kc_err
mem_same(void *d, struct kc_buf *detail)
{
	(void)d;
	(void)detail;
	return KC_OK;
}

static void
mem_stats(void *d, struct kc_store_stats *out)
{
	struct mem *m = d;

	pthread_rwlock_rdlock(&m->lock);
	for (int db = 0; db < KC_DB_COUNT; db++)
		for (size_t i = 0; i < m->table[db].n; i++)
			out->used_bytes += m->table[db].p[i].n;
	pthread_rwlock_unlock(&m->lock);
	out->map_bytes = out->used_bytes;
	out->free_bytes = SIZE_MAX;
}

static void
mem_close(void *d)
{
	struct mem *m = d;

	for (int db = 0; db < KC_DB_COUNT; db++)
		rows_free(&m->table[db]);
	rows_free(&m->pending);
	pthread_rwlock_destroy(&m->lock);
	kc_free(m);
}

const struct kc_driver kc_driver_mem = {
    .begin = mem_begin,
    .end = mem_end,
    .commit = mem_commit,
    .settle = mem_settle,
    .reads = mem_reads,
    .table = mem_table,
    .get = mem_get,
    .put = mem_put,
    .del = mem_del,
    .walk = mem_walk,
    .count = mem_count,
    .grow = mem_grow,
    .room = mem_room,
    .holds = mem_holds,
    .same = mem_same,
    .stats = mem_stats,
    .close = mem_close,
};

enum kc_err
kc_mem_open(void **out)
{
	struct mem *m = kc_alloc(sizeof(*m));

	if (m == NULL)
		return KC_ENOMEM;
	pthread_rwlock_init(&m->lock, NULL);
	*out = m;
	return KC_OK;
}
