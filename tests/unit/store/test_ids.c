/* SPDX-License-Identifier: Apache-2.0 */
/* The index of ids against the leaves: in shares it says what it says whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "storekit.h"

#include "store/store_int.h"

#define ENTRIES 600

/* What is looked at of a leaf: its third line after the log's, and the sixth.
 */
static struct kc_slice
leaf_of(char *out, size_t size, unsigned i)
{
	int n = snprintf(out, size,
	    "log\nkind\nledger\nid %032x\nat 2022-10-17T01:30:00Z\nseen 0\n"
	    "by A%u\nmore\n",
	    i, i % 7);

	return (struct kc_slice){out, (size_t)n};
}

static void
key_of(uint8_t out[KC_ID_KEY_SIZE], unsigned i)
{
	uint8_t id[16] = {0};
	char author[16];

	(void)snprintf(author, sizeof(author), "A%u", i % 7);
	id[14] = (uint8_t)(i >> 8);
	id[15] = (uint8_t)i;
	kc_id_key(out, kc_slice_str(author), id);
}

static void
fill(struct fixture *f)
{
	static char leaf[200][STOREKIT_LEAF_MAX];
	struct kc_row rows[200];

	for (unsigned from = 0; from < ENTRIES; from += 200) {
		struct kc_append a = {.size = from, .rows = rows, .nrows = 200};

		for (unsigned i = 0; i < 200; i++) {
			rows[i].leaf =
			    leaf_of(leaf[i], sizeof(leaf[i]), from + i);
			rows[i].hash =
			    kc_hash_leaf(rows[i].leaf.p, rows[i].leaf.n);
			key_of(rows[i].id, from + i);
		}
		assert_int_equal(kc_store_append(f->s, &a), KC_OK);
	}
}

/* Whether the index leads to each leaf; else *bad. `other`: a leaf that says
 * another id than it has in the index. */
static bool
whole(struct fixture *f, unsigned shares, unsigned other, uint64_t *bad)
{
	struct kc_ids *ids;
	bool is;

	assert_int_equal(kc_ids_new(&ids, ENTRIES), KC_OK);
	for (unsigned i = 0; i < ENTRIES; i++) {
		char text[STOREKIT_LEAF_MAX];

		kc_ids_note(ids, i,
		    leaf_of(text, sizeof(text), i == other ? i + 9999 : i));
	}
	/* In any order, as threads take them. */
	for (unsigned i = shares; i-- > 0;)
		assert_int_equal(kc_ids_check(ids, f->s, i, shares), KC_OK);
	is = kc_ids_whole(ids, bad);
	kc_ids_free(ids);
	return is;
}

static void
test_ids__shares_are_the_whole(void **state)
{
	static const unsigned others[] = {0, 1, 255, 256, ENTRIES - 1};
	struct fixture *f = *state;
	uint64_t bad = 0;

	fill(f);
	for (unsigned shares = 1; shares <= 256; shares *= 2) {
		assert_true(whole(f, shares, UINT32_MAX, &bad));
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]);
		     i++) {
			assert_false(whole(f, shares, others[i], &bad));
			assert_true(bad == others[i]);
		}
	}
}

#define ON(driver, fn)                                                         \
	cmocka_unit_test_setup_teardown(                                       \
	    fn, storekit_##driver, storekit_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON(memory, test_ids__shares_are_the_whole),
	    ON(disk, test_ids__shares_are_the_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
