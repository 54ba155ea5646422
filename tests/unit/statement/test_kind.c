/* SPDX-License-Identifier: Apache-2.0 */
/* The kind table and the vocabularies. */
#include <kaocheng/kind.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_kind__every_name_finds_its_row(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get(k);

		assert_int_equal(kind->id, k);
		assert_ptr_equal(kc_kind_find(kc_slice_str(kind->name)), kind);
	}
}

static void
test_kind__near_names_find_nothing(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const char *name = kc_kind_get(k)->name;
		size_t n = strlen(name);
		char text[64];

		assert_null(kc_kind_find((struct kc_slice){name, n - 1}));
		assert_null(kc_kind_find((struct kc_slice){name + 1, n - 1}));
		memcpy(text, name, n);
		text[n] = 'x';
		assert_null(kc_kind_find((struct kc_slice){text, n + 1}));
		text[n] = '\0';
		assert_null(kc_kind_find((struct kc_slice){text, n + 1}));
		for (size_t i = 0; i < n; i++) {
			text[i] ^= 1;
			assert_null(kc_kind_find((struct kc_slice){text, n}));
			text[i] ^= 1;
		}
	}
	assert_null(kc_kind_find(KC_LIT("")));
	assert_null(kc_kind_find(KC_LIT("a")));
	assert_null(kc_kind_find(KC_LIT("no.such_kind")));
}

static void
test_kind__fields_are_found_and_distinct(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get(k);

		assert_true(kind->nfields > 0);
		for (unsigned f = 0; f < kind->nfields; f++) {
			const struct kc_field *field = &kind->fields[f];

			assert_int_equal(field->name_n, strlen(field->name));
			assert_int_equal(
			    kc_kind_field(kind, kc_slice_str(field->name)), f);
			assert_null(strpbrk(field->name, " |\n"));
		}
		assert_int_equal(kc_kind_field(kind, KC_LIT("nothing")), -1);
		assert_int_equal(kc_kind_field(kind, KC_LIT("")), -1);
	}
}

static void
test_kind__no_field_is_called_like_a_head_line(void **state)
{
	static const char *const heads[] = {
	    "kind", "ledger", "id", "at", "seen", "by"};

	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get(k);

		for (unsigned f = 0; f < kind->nfields; f++)
			for (size_t h = 0; h < 5; h++)
				assert_string_not_equal(
				    kind->fields[f].name, heads[h]);
	}
}

static void
test_kind__arguments_fit_their_types(void **state)
{
	size_t n;

	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get(k);

		for (unsigned f = 0; f < kind->nfields; f++) {
			const struct kc_field *field = &kind->fields[f];

			if (field->type == KC_T_WORD) {
				assert_in_range(
				    field->arg, 0, KC_SET_COUNT - 1);
				(void)kc_set_words((enum kc_set)field->arg, &n);
				assert_true(n > 0);
			} else if (field->type == KC_T_INT) {
				assert_true(field->arg > 0);
			} else {
				assert_true(field->type == KC_T_TEXT
					? field->arg >= KC_TEXT_FILE &&
					    field->arg <= KC_TEXT_NAME
					: field->arg == 0 ||
					    (field->type == KC_T_HANDLE &&
						field->arg == KC_MATTER));
			}
			assert_true(field->zh[0] != '\0');
			assert_true(field->en[0] != '\0');
		}
	}
}

static void
test_kind__signers_by_the_table(void **state)
{
	const struct kc_signers *s;

	(void)state;
	s = &kc_kind_get(KC_K_ledger_open)->signers;
	assert_int_equal(s->n, 0);
	s = &kc_kind_get(KC_K_prededuct_decide)->signers;
	assert_int_equal(s->n, 1);
	assert_int_equal(s->roles[0], 1U << KC_ROLE_ASSESSOR);
	s = &kc_kind_get(KC_K_target_add)->signers;
	assert_int_equal(s->n, 2);
	assert_int_equal(s->roles[0], 1U << KC_ROLE_ESTAB);
	assert_int_equal(
	    s->roles[1], 1U << KC_ROLE_GO_PARTY | 1U << KC_ROLE_GO_GOV);
	/* Anyone but the clerk. */
	s = &kc_kind_get(KC_K_key_rotate)->signers;
	assert_int_equal(
	    s->roles[0], ((1U << KC_ROLE_COUNT) - 1) & ~(1U << KC_ROLE_CLERK));
}

static void
test_word__wire_words_and_values_map_both_ways(void **state)
{
	(void)state;
	for (unsigned s = 0; s < KC_SET_COUNT; s++) {
		size_t n;
		const struct kc_word *words = kc_set_words(s, &n);

		for (size_t i = 0; i < n; i++) {
			assert_int_equal(
			    kc_word_find(s, kc_slice_str(words[i].wire)), i);
			assert_string_equal(
			    kc_word_text(s, (int64_t)i), words[i].wire);
		}
		assert_int_equal(kc_word_find(s, KC_LIT("")), -1);
		assert_int_equal(kc_word_find(s, KC_LIT("nothing")), -1);
	}
	assert_int_equal(
	    kc_word_find(KC_SET_LEVEL, KC_LIT("red")), KC_LEVEL_RED);
	assert_int_equal(kc_word_find(KC_SET_LEVEL, KC_LIT("Red")), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kind__every_name_finds_its_row),
	    cmocka_unit_test(test_kind__near_names_find_nothing),
	    cmocka_unit_test(test_kind__fields_are_found_and_distinct),
	    cmocka_unit_test(test_kind__no_field_is_called_like_a_head_line),
	    cmocka_unit_test(test_kind__arguments_fit_their_types),
	    cmocka_unit_test(test_kind__signers_by_the_table),
	    cmocka_unit_test(test_word__wire_words_and_values_map_both_ways),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
