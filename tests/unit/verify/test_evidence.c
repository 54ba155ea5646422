/* SPDX-License-Identifier: Apache-2.0 */
/* Stage evidence: what is here is what was cited; what is not here is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "casekit.h"
#include "verifykit.h"

/* The SHA-256 of "test", which the entries of a case cite, of 18233 bytes. */
#define CITED                                                                  \
	"evidence/"                                                            \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define FOREIGN                                                                \
	"evidence/"                                                            \
	"af86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static int
set_up(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	kit_init(&f.k, KIT_LISTS);
	(void)case_rectifying(&f.k, "2022-07-01", "G16", "G16-K2");
	leaves_of(&f.k, &f.l);
	export_make(&f.x, &f.k, &f.l);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	verify_tear_down(*state);
	return 0;
}

static void
test_evidence__absent_is_told_and_no_fault(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(verify_exit(f), 0);
	assert_int_equal(f->r.cited, 1);
	assert_int_equal(f->r.absent, 1);
	assert_int_equal(f->r.stage[KC_VERIFY_EVIDENCE].count, 0);
}

static void
test_evidence__present_is_hashed(void **state)
{
	struct fixture *f = *state;

	kc_buf_str(&export_add(&f->x, CITED)->bytes, "test");
	for (int exact = 0; exact < 2; exact++) {
		f->x.exact = exact;
		assert_int_equal(verify_exit(f), 0);
		assert_int_equal(f->r.cited, 1);
		assert_int_equal(f->r.absent, 0);
		assert_int_equal(f->r.stage[KC_VERIFY_EVIDENCE].count, 1);
	}
}

static void
test_evidence__other_bytes_are_tampering_and_fewer_a_cut(void **state)
{
	struct fixture *f = *state;
	struct kc_buf *b = &export_add(&f->x, CITED)->bytes;

	kc_buf_str(b, "tes");
	verify_fails(f, 11, KC_VERIFY_EVIDENCE, KC_FOUND_CUT);
	while (b->n < 18233)
		kc_buf_char(b, 't');
	verify_fails(f, 10, KC_VERIFY_EVIDENCE, KC_FOUND_OTHER);
	assert_string_equal(f->r.stage[KC_VERIFY_EVIDENCE].what, CITED);
	assert_int_not_equal(
	    f->r.stage[KC_VERIFY_EVIDENCE].seq, KC_VERIFY_NO_SEQ);
}

static void
test_evidence__one_file_holds_nothing_that_nobody_cites(void **state)
{
	struct fixture *f = *state;

	kc_buf_str(&export_add(&f->x, FOREIGN)->bytes, "x");
	assert_int_equal(verify_exit(f), 0);
	f->x.exact = true;
	verify_fails(f, 1, KC_VERIFY_EVIDENCE, KC_FOUND_STRAY);
	/* Out of order: no bundle is so. */
	kc_buf_str(&export_add(&f->x, CITED)->bytes, "test");
	verify_fails(f, 11, KC_VERIFY_LAYOUT, KC_FOUND_MALFORMED);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_evidence__absent_is_told_and_no_fault),
	    TEST(test_evidence__present_is_hashed),
	    TEST(test_evidence__other_bytes_are_tampering_and_fewer_a_cut),
	    TEST(test_evidence__one_file_holds_nothing_that_nobody_cites),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
