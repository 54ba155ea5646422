/* SPDX-License-Identifier: Apache-2.0 */
/* Stores for tests: fixtures of both drivers, and leaves by number. */
#ifndef KC_TEST_STOREKIT_H
#define KC_TEST_STOREKIT_H

#include <kaocheng/store.h>

#include "tmpdir.h"

#define STOREKIT_LEAF_MAX 9000

struct fixture {
	char dir[128];
	bool disk;
	struct kc_store *s;
};

/* Set-up and tear-down of a cmocka test whose state is the fixture. */
int storekit_memory(void **state);
int storekit_disk(void **state);
int storekit_tear_down(void **state);
/* Opens a directory; fails the test if it cannot. */
struct kc_store *storekit_open(const char *dir, bool create, size_t map_size);
/* Opens and closes; the error, and its detail in say[n]. */
enum kc_err storekit_try(const char *dir, bool create, char *say, size_t n);

/* Leaf i: "leaf <i>" and filling, some of it longer than a page. */
size_t storekit_leaf(uint64_t i, char out[STOREKIT_LEAF_MAX]);
struct kc_hash storekit_leaf_hash(uint64_t i);
void storekit_id(uint64_t i, uint8_t id[16]);
/* Appends n leaves from a size; fill goes on to a size. */
enum kc_err storekit_append(struct kc_store *s, uint64_t from, size_t n);
void storekit_fill(struct kc_store *s, uint64_t size);
/* Root of the first `size` leaves, from the leaves. */
struct kc_hash storekit_root(uint64_t size);
/* For kc_store_scan: compares with leaf seq, counts in *(uint64_t *)ctx. */
enum kc_err storekit_check(void *ctx, uint64_t seq, struct kc_slice leaf);

#endif
