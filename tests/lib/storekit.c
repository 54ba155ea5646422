/* SPDX-License-Identifier: Apache-2.0 */
/* Stores for tests: fixtures of both drivers, and leaves by number. */
#include "storekit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct kc_store *
storekit_open(const char *dir, bool create, size_t map_size)
{
	struct kc_store_options o = {
	    .dir = dir, .create = create, .map_size = map_size};
	struct kc_buf detail = {0};
	struct kc_store *s = NULL;
	enum kc_err err = kc_store_open(&s, &o, &detail);

	if (err != KC_OK)
		fail_msg("%s: %s", kc_err_text(err), kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	return s;
}

enum kc_err
storekit_try(const char *dir, bool create, char *say, size_t n)
{
	struct kc_store_options o = {.dir = dir, .create = create};
	struct kc_buf detail = {0};
	struct kc_store *s = NULL;
	enum kc_err err = kc_store_open(&s, &o, &detail);

	(void)snprintf(say, n, "%s", kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	kc_store_close(s);
	return err;
}

int
storekit_memory(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	return kc_store_open_memory(&f->s) == KC_OK ? 0 : -1;
}

int
storekit_disk(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->disk = true;
	tmpdir_make(f->dir);
	f->s = storekit_open(f->dir, true, 0);
	return 0;
}

int
storekit_tear_down(void **state)
{
	struct fixture *f = *state;

	kc_store_close(f->s);
	if (f->disk)
		tmpdir_remove(f->dir);
	free(f);
	return 0;
}

/* Leaf i: "leaf <i>" and filling, some of it longer than a page. */
size_t
storekit_leaf(uint64_t i, char out[STOREKIT_LEAF_MAX])
{
	size_t n =
	    i % 50 == 7 ? STOREKIT_LEAF_MAX - 1 : 40 + (size_t)(i * 37 % 600);

	memset(out, 'x', n);
	(void)snprintf(out, 32, "leaf %llu", (unsigned long long)i);
	return n;
}

void
storekit_id(uint64_t i, uint8_t id[16])
{
	struct kc_hash h = kc_sha256(&i, sizeof(i));

	memcpy(id, h.b, 16);
}

enum kc_err
storekit_append(struct kc_store *s, uint64_t from, size_t n)
{
	static char text[KC_BATCH_MAX][STOREKIT_LEAF_MAX];
	struct kc_row rows[KC_BATCH_MAX];
	struct kc_append batch = {.size = from, .rows = rows, .nrows = n};
	char cp[64];

	for (size_t i = 0; i < n; i++) {
		rows[i].leaf.p = text[i];
		rows[i].leaf.n = storekit_leaf(from + i, text[i]);
		rows[i].hash = kc_hash_leaf(text[i], rows[i].leaf.n);
		storekit_id(from + i, rows[i].id);
	}
	if (from > 0) {
		(void)snprintf(cp, sizeof(cp), "checkpoint %llu",
		    (unsigned long long)from);
		batch.checkpoint = kc_slice_str(cp);
	}
	return kc_store_append(s, &batch);
}

void
storekit_fill(struct kc_store *s, uint64_t size)
{
	for (uint64_t at = kc_store_size(s); at < size;) {
		size_t n = size - at < 97 ? (size_t)(size - at) : 97;

		assert_int_equal(storekit_append(s, at, n), KC_OK);
		at += n;
	}
}

enum kc_err
storekit_check(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	char want[STOREKIT_LEAF_MAX];
	uint64_t *count = ctx;

	assert_int_equal(leaf.n, storekit_leaf(seq, want));
	assert_memory_equal(leaf.p, want, leaf.n);
	(*count)++;
	return KC_OK;
}

struct kc_hash
storekit_leaf_hash(uint64_t i)
{
	char text[STOREKIT_LEAF_MAX];
	size_t n = storekit_leaf(i, text);

	return kc_hash_leaf(text, n);
}

struct kc_hash
storekit_root(uint64_t size)
{
	struct kc_frontier f = {0};

	for (uint64_t i = 0; i < size; i++) {
		struct kc_hash h = storekit_leaf_hash(i);

		kc_frontier_append(&f, &h);
	}
	return kc_frontier_root(&f);
}
