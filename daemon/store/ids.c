/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index of ids held against the entries of a replay. To look each up
 * costs more than to replay it: the keys are hashes, so that every search
 * ends in another page. So what the entries say is kept, and the index is
 * walked once, in its own order and by shares of the keys; that a search finds
 * what a walk meets has been held against the pages when the store was opened.
 */
#include "store_int.h"

#include <stdatomic.h>
#include <string.h>

#include <kaocheng/entry.h>

struct id {
	uint8_t key[KC_ID_KEY_SIZE];
	bool found;
};

struct kc_ids {
	uint64_t size;
	atomic_uint_fast64_t found;
	struct id id[]; /* one an entry, in their order */
};

enum kc_err
kc_ids_new(struct kc_ids **out, uint64_t size)
{
	struct kc_ids *ids;

	*out = NULL;
	if (size > (SIZE_MAX - sizeof(*ids)) / sizeof(ids->id[0]))
		return KC_ENOMEM;
	ids = kc_alloc(sizeof(*ids) + (size_t)size * sizeof(ids->id[0]));
	if (ids == NULL)
		return KC_ENOMEM;
	ids->size = size;
	*out = ids;
	return KC_OK;
}

void
kc_ids_free(struct kc_ids *ids)
{
	kc_free(ids);
}

void
kc_ids_note(struct kc_ids *ids, uint64_t seq, struct kc_slice bytes)
{
	uint8_t id[KC_ID_SIZE];
	struct kc_slice author, line;

	/* The log's own line is passed over, and what is no entry is no matter
	 * of ours: the replay reads both. */
	if (kc_slice_line(&bytes, &line) && kc_entry_peek(bytes, &author, id))
		kc_id_key(ids->id[seq].key, author, id);
}

/* Rows that were met and not looked at yet: each leads to another place of
 * memory, which is asked for meanwhile. Their keys stand while the walk does.
 */
#define AHEAD 16
struct walk {
	struct kc_ids *ids;
	unsigned share, shares; /* of the keys, by their first byte */
	uint64_t found;
	struct {
		struct kc_slice key;
		uint64_t seq;
	} row[AHEAD];
	unsigned n;
};

/* A row that leads elsewhere leaves its entry without one. */
static void
look(struct walk *w)
{
	for (unsigned i = 0; i < w->n; i++) {
		struct id *id = &w->ids->id[w->row[i].seq];

		if (memcmp(id->key, w->row[i].key.p, KC_ID_KEY_SIZE) != 0)
			continue;
		id->found = true;
		w->found++;
	}
	w->n = 0;
}

static bool
meet(void *ctx, struct kc_slice key, struct kc_slice value)
{
	struct walk *w = ctx;
	uint64_t seq = value.n == 8 ? kc_slice_be64(value) : UINT64_MAX;

	if ((unsigned char)key.p[0] * w->shares / 256 != w->share)
		return false;
	if (seq >= w->ids->size || key.n != KC_ID_KEY_SIZE)
		return true;
	__builtin_prefetch(&w->ids->id[seq]);
	w->row[w->n].key = key;
	w->row[w->n++].seq = seq;
	if (w->n == AHEAD)
		look(w);
	return true;
}

enum kc_err
kc_ids_check(
    struct kc_ids *ids, struct kc_store *s, unsigned share, unsigned shares)
{
	struct walk w = {.ids = ids, .share = share, .shares = shares};
	const char from = (char)(share * 256 / shares);
	struct kc_txn t = {0};
	enum kc_err err = s->driver->begin(s->d, false, &t);

	if (err != KC_OK)
		return err;
	err = s->driver->walk(&t, KC_DB_ID,
	    (struct kc_slice){&from, share > 0 ? 1 : 0}, meet, &w);
	look(&w);
	s->driver->end(&t);
	atomic_fetch_add(&ids->found, w.found);
	return err;
}

bool
kc_ids_whole(const struct kc_ids *ids, uint64_t *bad)
{
	/* No key stands twice in a table: none was counted twice. */
	if (ids->found == ids->size)
		return true;
	*bad = 0;
	while (ids->id[*bad].found)
		++*bad;
	return false;
}
