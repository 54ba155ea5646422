/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves, ids, tiles and checkpoints over the rows of any driver. */
#include "store_int.h"

#include <string.h>
#include <unistd.h>

#define HEAD_SIZE (8 + KC_HASH_SIZE)

struct kc_slice
kc_key_u64(uint8_t b[8], uint64_t v)
{
	union {
		const uint8_t *u;
		const char *c;
	} p = {b};

	kc_put_be64(b, v);
	return (struct kc_slice){p.c, 8};
}

uint64_t
kc_slice_be64(struct kc_slice s)
{
	uint8_t b[8];

	memcpy(b, s.p, sizeof(b));
	return kc_be64(b);
}

static struct kc_slice
bytes(const void *p, size_t n)
{
	return (struct kc_slice){p, n};
}

/* Row "head" of the meta table: BE64 size, root. */
enum kc_err
kc_head_put_row(struct kc_store *s, struct kc_txn *t, uint64_t size,
    const struct kc_hash *root)
{
	uint8_t head[HEAD_SIZE];

	kc_put_be64(head, size);
	memcpy(head + 8, root->b, KC_HASH_SIZE);
	return s->driver->put(
	    t, KC_DB_META, KC_LIT("head"), bytes(head, HEAD_SIZE));
}

enum kc_err
kc_head_get_row(
    struct kc_store *s, struct kc_txn *t, uint64_t *size, struct kc_hash *root)
{
	struct kc_slice v;
	enum kc_err err = s->driver->get(t, KC_DB_META, KC_LIT("head"), &v);

	if (err == KC_ENOTFOUND || (err == KC_OK && v.n != HEAD_SIZE))
		return KC_ECORRUPT;
	if (err != KC_OK)
		return err;
	*size = kc_slice_be64(v);
	memcpy(root->b, v.p + 8, KC_HASH_SIZE);
	return *size <= INT64_MAX ? KC_OK : KC_ECORRUPT;
}

/* Frontier of the tree from its tiles; KC_ECORRUPT if they do not lead to
 * the root of the head. */
static enum kc_err
load_frontier(struct kc_store *s, struct kc_txn *t, uint64_t size,
    const struct kc_hash *root)
{
	struct kc_frontier f = {.size = size};
	struct kc_hash got;

	for (unsigned l = 0; size >> l != 0; l++) {
		enum kc_err err;

		if ((size >> l & 1) == 0)
			continue;
		err =
		    kc_tiles_node(s->driver, t, l, (size >> l) - 1, &f.node[l]);
		if (err != KC_OK)
			return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	}
	got = kc_frontier_root(&f);
	if (!kc_hash_eq(&got, root))
		return KC_ECORRUPT;
	s->frontier = f;
	s->root = got;
	return KC_OK;
}

/* The last leaf is there, hashes to what its tile says, and is the last. */
static enum kc_err
check_last(struct kc_store *s, struct kc_txn *t, uint64_t size)
{
	struct kc_hash want, got;
	struct kc_slice v;
	uint8_t k[8];
	uint64_t leaves, ids;
	enum kc_err err;

	err = s->driver->count(t, KC_DB_LEAF, &leaves);
	if (err == KC_OK)
		err = s->driver->count(t, KC_DB_ID, &ids);
	if (err != KC_OK)
		return err;
	if (leaves != size || ids != size)
		return KC_ECORRUPT;
	if (size == 0)
		return KC_OK;
	err = s->driver->get(t, KC_DB_LEAF, kc_key_u64(k, size - 1), &v);
	if (err == KC_OK)
		err = kc_tiles_node(s->driver, t, 0, size - 1, &want);
	if (err != KC_OK)
		return err == KC_ENOTFOUND ? KC_ECORRUPT : err;
	got = kc_hash_leaf(v.p, v.n);
	return kc_hash_eq(&got, &want) ? KC_OK : KC_ECORRUPT;
}

static enum kc_err
check_old(struct kc_store *s, struct kc_buf *detail)
{
	const char *what = "the head of the store does not fit its tiles";
	struct kc_txn t = {0};
	struct kc_hash root;
	uint64_t size;
	enum kc_err err = s->driver->begin(s->d, false, &t);

	if (err != KC_OK)
		return err;
	err = kc_head_get_row(s, &t, &size, &root);
	if (err == KC_OK)
		err = load_frontier(s, &t, size, &root);
	if (err != KC_OK)
		goto out;
	what = "the last entry of the store does not fit its tile";
	err = check_last(s, &t, size);
out:
	if (err != KC_OK)
		kc_guard_say(detail, what, NULL, 0);
	s->driver->end(&t);
	return err;
}

static enum kc_err
write_fresh(struct kc_store *s)
{
	struct kc_hash root = kc_hash_empty();
	struct kc_txn t = {0};
	enum kc_err err = s->driver->begin(s->d, true, &t);

	if (err != KC_OK)
		return err;
	err = kc_format_make(s->driver, &t);
	if (err == KC_OK)
		err = kc_head_put_row(s, &t, 0, &root);
	if (err == KC_OK) {
		/* Of an empty store nobody can have been told anything. */
		err = s->driver->commit(&t);
		return err == KC_EUNKNOWN ? KC_EIO : err;
	}
	s->driver->end(&t);
	return err;
}

enum kc_err
kc_store_wrap(struct kc_store **out, const struct kc_driver *driver, void *d,
    bool fresh, bool read_only, struct kc_buf *detail)
{
	struct kc_store *s = kc_alloc(sizeof(*s));
	enum kc_err err = KC_OK;

	if (s == NULL) {
		driver->close(d);
		return KC_ENOMEM;
	}
	s->driver = driver;
	s->d = d;
	s->read_only = read_only;
	s->lock_fd = -1;
	s->root = kc_hash_empty();
	pthread_mutex_init(&s->writing, NULL);
	pthread_mutex_init(&s->lock, NULL);
	if (fresh)
		err = write_fresh(s);
	else
		err = kc_format_open(driver, d, read_only, detail);
	if (err == KC_OK)
		err = check_old(s, detail);
	if (err != KC_OK) {
		kc_store_close(s);
		return err;
	}
	*out = s;
	return KC_OK;
}

enum kc_err
kc_store_open_memory(struct kc_store **out)
{
	void *d;
	enum kc_err err = kc_mem_open(&d);

	if (err != KC_OK)
		return err;
	return kc_store_wrap(out, &kc_driver_mem, d, true, false, NULL);
}

void
kc_store_close(struct kc_store *s)
{
	if (s == NULL)
		return;
	(void)kc_behind_write(s); /* else the anchor has it */
	kc_behind_free(s);
	s->driver->close(s->d);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->writing);
	kc_free(s);
}

enum kc_err
kc_store_same(struct kc_store *s, struct kc_buf *detail)
{
	return s->driver->same(s->d, detail);
}

/* A follower of another process's store learns of its commits here. */
enum kc_err
kc_store_stands(struct kc_store *s, struct kc_stand *out)
{
	struct kc_txn t = {0};
	struct kc_hash root;
	enum kc_err err = kc_behind_catch_up(s);

	if (err == KC_OK)
		err = s->driver->begin(s->d, false, &t);
	if (err != KC_OK)
		return err;
	out->txn = t.id;
	err = kc_head_get_row(s, &t, &out->size, &root);
	pthread_mutex_lock(&s->lock);
	if (err == KC_OK && s->read_only && out->size != s->frontier.size)
		err = load_frontier(s, &t, out->size, &root);
	pthread_mutex_unlock(&s->lock);
	s->driver->end(&t);
	return err;
}

static enum kc_err
refresh(struct kc_store *s)
{
	struct kc_stand now;

	return s->read_only ? kc_store_stands(s, &now) : KC_OK;
}

uint64_t
kc_store_size(struct kc_store *s)
{
	uint64_t size;

	(void)refresh(s);
	pthread_mutex_lock(&s->lock);
	size = s->frontier.size;
	pthread_mutex_unlock(&s->lock);
	return size;
}

enum kc_err
kc_store_root(struct kc_store *s, struct kc_hash *root)
{
	enum kc_err err = refresh(s);

	pthread_mutex_lock(&s->lock);
	*root = s->root;
	pthread_mutex_unlock(&s->lock);
	return err;
}
