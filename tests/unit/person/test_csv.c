/* SPDX-License-Identifier: Apache-2.0 */
/* CSV as spreadsheets write it, and what they would run if it were let. */
#include <kaocheng/person.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Rows as "a|b/c|d/", each after its line. */
static void
read_all(struct kc_buf *out, struct kc_slice text)
{
	struct kc_refusal why = {0};
	struct kc_csv c;
	enum kc_err err;

	kc_buf_reset(out);
	kc_csv_init(&c, text);
	while ((err = kc_csv_next(&c, &why)) == KC_OK) {
		kc_buf_u64(out, c.line);
		kc_buf_char(out, ':');
		for (unsigned i = 0; i < c.ncells; i++) {
			kc_buf_str(out, i > 0 ? "|" : "");
			kc_buf_slice(out, c.cells[i]);
		}
		kc_buf_char(out, '/');
	}
	if (err == KC_EREFUSED) {
		kc_buf_str(out, "refused ");
		kc_buf_u64(out, why.line);
		kc_buf_char(out, ':');
		kc_buf_u64(out, why.col);
	} else {
		assert_int_equal(err, KC_ENOTFOUND);
	}
	kc_csv_release(&c);
}

static void
test_csv__rows_and_cells(void **state)
{
	static const struct {
		const char *text, *rows;
	} rows[] = {
	    {"", ""},
	    {"a,b\nc,d\n", "1:a|b/2:c|d/"},
	    {"a,b\r\nc,d", "1:a|b/2:c|d/"},
	    {"\xef\xbb\xbf姓名,a\r\n", "1:姓名|a/"},
	    {"a,\n\n,,\nb\n", "1:a|/4:b/"},
	    {"\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d/"},
	    {"\"a\nb\",c\nd\n", "1:a\nb|c/3:d/"},
	    {"\"\",x\n", "1:|x/"},
	    {"'=1+1,'+86,'-x,'@y,''=z,'plain\n",
		"1:=1+1|+86|-x|@y|'=z|'plain/"},
	    {"+86 513\n", "1:+86 513/"},
	    {"a\"b\n", "refused 1:2"},
	    {"\"a\"b\n", "refused 1:4"},
	    {"x\n\"a\n", "1:x/refused 2:1"},
	    {"a\rb\n", "refused 1:2"},
	};
	struct kc_buf out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *want = rows[i].rows;

		read_all(&out, kc_slice_str(rows[i].text));
		if (strcmp(kc_buf_cstr(&out), want) != 0)
			fail_msg("row %zu: %s", i, kc_buf_cstr(&out));
	}
	kc_buf_free(&out);
}

static void
test_csv__too_many_cells_refused(void **state)
{
	struct kc_buf text = {0}, out = {0};

	(void)state;
	for (int i = 1; i < KC_CSV_CELLS_MAX; i++)
		kc_buf_char(&text, ',');
	kc_buf_str(&text, "x\n");
	read_all(&out, kc_buf_view(&text));
	assert_int_equal(out.n, KC_CSV_CELLS_MAX + 3);
	kc_buf_reset(&text);
	for (int i = 0; i < KC_CSV_CELLS_MAX; i++)
		kc_buf_char(&text, ',');
	read_all(&out, kc_buf_view(&text));
	assert_string_equal(kc_buf_cstr(&out), "refused 1:33");
	kc_buf_free(&text);
	kc_buf_free(&out);
}

static void
test_csv__every_cell_comes_back_and_is_no_formula(void **state)
{
	static const char *const cells[] = {"a", "", "a,b", "a\"b", "a\nb",
	    "=cmd|' /C calc'!A0", "+86 513", "-1", "@x", "'", "'=", "''+x",
	    "李敏", "a\r\nb"};
	struct kc_refusal why = {0};
	struct kc_buf b = {0};
	struct kc_csv c;

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		kc_buf_reset(&b);
		kc_buf_csv(&b, kc_slice_str(cells[i]));
		assert_null(
		    b.n > 0 ? strchr("=+-@", b.p[b.p[0] == '"']) : NULL);
		kc_buf_str(&b, ",end\n");
		kc_csv_init(&c, kc_buf_view(&b));
		assert_int_equal(kc_csv_next(&c, &why), KC_OK);
		assert_int_equal(c.ncells, 2);
		assert_true(kc_slice_is(c.cells[0], cells[i]));
		assert_int_equal(kc_csv_next(&c, &why), KC_ENOTFOUND);
		kc_csv_release(&c);
	}
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_csv__rows_and_cells),
	    cmocka_unit_test(test_csv__too_many_cells_refused),
	    cmocka_unit_test(test_csv__every_cell_comes_back_and_is_no_formula),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
