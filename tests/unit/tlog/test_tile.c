/* SPDX-License-Identifier: Apache-2.0 */
/* Tile widths, paths and inner nodes. */
#include <kaocheng/tile.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"

static void
test_tile__widths_of_70000_leaves(void **state)
{
	(void)state;
	assert_true(kc_tile_full(0, 70000) == 273);
	assert_int_equal(kc_tile_partial(0, 70000), 112);
	assert_true(kc_tile_full(1, 70000) == 1);
	assert_int_equal(kc_tile_partial(1, 70000), 17);
	assert_true(kc_tile_full(2, 70000) == 0);
	assert_int_equal(kc_tile_partial(2, 70000), 1);
	assert_int_equal(kc_tile_partial(3, 70000), 0);
}

static void
test_tile__widths_at_the_ends(void **state)
{
	(void)state;
	assert_true(kc_tile_full(0, 0) == 0);
	assert_int_equal(kc_tile_partial(0, 0), 0);
	assert_true(kc_tile_full(0, 256) == 1);
	assert_int_equal(kc_tile_partial(0, 256), 0);
	assert_int_equal(kc_tile_partial(1, 256), 1);
	assert_true(kc_tile_full(6, UINT64_MAX) == 255);
	assert_true(kc_tile_full(7, UINT64_MAX) == 0);
	assert_int_equal(kc_tile_partial(7, UINT64_MAX), 255);
	assert_int_equal(kc_tile_partial(8, UINT64_MAX), 0);
}

struct path_row {
	const char *text;
	int level;
	uint64_t n;
	unsigned width;
};

static const struct path_row path_rows[] = {
    {"tile/0/005", 0, 5, 256},
    {"tile/0/000.p/7", 0, 0, 7},
    {"tile/1/x001/234", 1, 1234, 256},
    {"tile/2/x001/x234/067.p/255", 2, 1234067, 255},
    {"tile/7/999", 7, 999, 256},
    {"tile/0/x001/000", 0, 1000, 256},
    {"tile/entries/000.p/1", -1, 0, 1},
    {"tile/entries/x001/234", -1, 1234, 256},
    {"tile/entries/x072/x057/x594/x037/x927/935.p/10", -1,
	(UINT64_C(1) << 56) - 1, 10},
};

static void
test_tile__paths_both_ways(void **state)
{
	char text[KC_TILE_PATH_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(path_rows) / sizeof(path_rows[0]); i++) {
		const struct path_row *r = &path_rows[i];
		int level = 99;
		uint64_t n = 99;
		unsigned width = 99;

		if (r->level < 0)
			kc_tile_entries_path(text, r->n, r->width);
		else
			kc_tile_path(text, (unsigned)r->level, r->n, r->width);
		assert_string_equal(text, r->text);
		assert_int_equal(kc_tile_path_parse(
				     kc_slice_str(r->text), &level, &n, &width),
		    KC_OK);
		assert_int_equal(level, r->level);
		assert_true(n == r->n);
		assert_int_equal(width, r->width);
	}
}

static void
test_tile__other_spellings_of_a_path_refused(void **state)
{
	static const char *const bad[] = {"", "tile", "tile/", "tile/0",
	    "tile/0/", "/tile/0/000", "tile/0/5", "tile/0/05", "tile/0/0005",
	    "tile/00/000", "tile/8/000", "tile/-1/000", "tile/data/000",
	    "tile/8/0/000", "Tile/0/000", "tile/0/x000/005", "tile/0/x001",
	    "tile/0/x001/", "tile/0/001/234", "tile/0/x01/234",
	    "tile/0/X001/234", "tile/0/x001//234", "tile/0/x001/x234",
	    "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0",
	    "tile/0/000.p/07", "tile/0/000.p/256", "tile/0/000.p/1/",
	    "tile/0/000.p/1 ", "tile/0/000/", "tile/0/000.P/1", "tile/0/0a0",
	    "tile/0/000.p/-1", "tile/0/../000", "tile/entries",
	    "tile/0/x072/x057/x594/x037/x927/936",
	    "tile/0/x100/x000/x000/x000/x000/x000/000",
	    "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999"};
	unsigned width;
	uint64_t n;
	int level;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (kc_tile_path_parse(
			kc_slice_str(bad[i]), &level, &n, &width) != KC_ESYNTAX)
			fail_msg("accepted: %s", bad[i]);
}

static void
test_tile__inner_nodes_are_those_of_the_tree(void **state)
{
	struct test_tree t;

	(void)state;
	test_tree_init(&t, 256);
	for (unsigned height = 0; height <= 8; height++)
		for (unsigned i = 0; i < 256U >> height; i++) {
			struct kc_hash h = kc_tile_node(t.node[0], height, i);

			assert_true(kc_hash_eq(&h, &t.node[height][i]));
		}
	test_tree_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tile__widths_of_70000_leaves),
	    cmocka_unit_test(test_tile__widths_at_the_ends),
	    cmocka_unit_test(test_tile__paths_both_ways),
	    cmocka_unit_test(test_tile__other_spellings_of_a_path_refused),
	    cmocka_unit_test(test_tile__inner_nodes_are_those_of_the_tree),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
