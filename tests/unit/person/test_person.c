/* SPDX-License-Identifier: Apache-2.0 */
/* A person's text: one spelling, values that can do no harm, a commitment. */
#include <kaocheng/person.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SALT "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEAD "kaocheng/v1 person\n"
#define LEAST HEAD "actor G19.liaison\nname 李敏\nlanguage zh\nsalt " SALT "\n"
#define WHOLE                                                                  \
	HEAD "actor G19.liaison\n"                                             \
	     "name 李敏\n"                                                   \
	     "post 联络员\n"                                                \
	     "phone +86 513 5555 0119\n"                                       \
	     "mail limin@example.org\n"                                        \
	     "language zh\n"                                                   \
	     "channel smtp\n"                                                  \
	     "channel dingtalk manager1234\n"                                  \
	     "channel webhook https://hook.example.org/k?x=1\n"                \
	     "deputy G19.head\n"                                               \
	     "deputy G19.assessor\n"                                           \
	     "salt " SALT "\n"

static struct kc_person
whole(void)
{
	struct kc_refusal why = {0};
	struct kc_person p;

	assert_int_equal(kc_person_parse(&p, KC_LIT(WHOLE), &why), KC_OK);
	return p;
}

static void
test_person__comes_back_byte_for_byte(void **state)
{
	static const char *const texts[] = {LEAST, WHOLE};
	struct kc_refusal why = {0};
	struct kc_buf b = {0};
	struct kc_person p;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kc_slice text = kc_slice_str(texts[i]);

		assert_int_equal(kc_person_parse(&p, text, &why), KC_OK);
		kc_buf_reset(&b);
		kc_buf_person(&b, &p);
		assert_true(kc_slice_eq(kc_buf_view(&b), text));
	}
	assert_string_equal(p.actor, "G19.liaison");
	assert_string_equal(p.name, "李敏");
	assert_string_equal(p.mail, "limin@example.org");
	assert_int_equal(p.lang, KC_LANG_ZH);
	assert_int_equal(p.nchannels, 3);
	assert_string_equal(p.deputies[1], "G19.assessor");
	kc_buf_free(&b);
}

static void
test_person__other_spellings_refused_at_their_place(void **state)
{
	static const struct {
		const char *text;
		enum kc_refusal_code code;
		unsigned line, col;
	} rows[] = {
	    {"", KC_R_SYNTAX, 1, 1},
	    {"kaocheng/v2 person\n", KC_R_SYNTAX, 1, 1},
	    {HEAD, KC_R_FIELD_MISSING, 2, 1},
	    {HEAD "actor a\nname b\nlanguage zh\n", KC_R_FIELD_MISSING, 5, 1},
	    {HEAD "actor a\nlanguage zh\nsalt " SALT "\n", KC_R_FIELD_MISSING,
		5, 1},
	    {HEAD "actor a\nname b", KC_R_SYNTAX, 3, 1},
	    {HEAD "actor a\n\nname b\n", KC_R_SYNTAX, 3, 1},
	    {HEAD "actor a\nactor b\n", KC_R_FIELD_ORDER, 3, 1},
	    {HEAD "name b\nactor a\n", KC_R_FIELD_ORDER, 3, 1},
	    {HEAD "actor a\nname b\nname c\n", KC_R_FIELD_ORDER, 4, 1},
	    {HEAD "actor a\nrank 3\n", KC_R_SYNTAX, 3, 1},
	    {HEAD "actor a\nname\n", KC_R_SYNTAX, 3, 1},
	    {HEAD "actor a\nname \n", KC_R_FIELD_VALUE, 3, 6},
	    {HEAD "actor a\nname  b\n", KC_R_FIELD_VALUE, 3, 6},
	    {HEAD "actor a\nname b \n", KC_R_FIELD_VALUE, 3, 6},
	    {HEAD "actor a\nname b\r\n", KC_R_TEXT, 3, 7},
	    {HEAD "actor a\nname \xe2\x80\xae"
		  "b\n",
		KC_R_TEXT, 3, 6},
	    {HEAD "actor a\nname \xff\n", KC_R_TEXT, 3, 6},
	    {HEAD "actor a\nname b\nlanguage fr\n", KC_R_FIELD_VALUE, 4, 10},
	    {HEAD "actor a\nname b\nchannel pigeon x\n", KC_R_FIELD_VALUE, 4,
		9},
	    {HEAD "actor a\nname b\nchannel smtp \n", KC_R_FIELD_VALUE, 4, 9},
	    {HEAD "actor a\nname b\nchannel smtp\nchannel smtp\n",
		KC_R_DUPLICATE, 5, 9},
	    {HEAD "actor a\nname b\ndeputy a\n", KC_R_FIELD_VALUE, 4, 8},
	    {HEAD "actor a\nname b\ndeputy c\ndeputy c\n", KC_R_DUPLICATE, 5,
		8},
	    {HEAD "actor a\nname b\nlanguage zh\nsalt 00\n", KC_R_FIELD_VALUE,
		5, 6},
	    {LEAST "x", KC_R_SYNTAX, 6, 1},
	    {LEAST "salt " SALT "\n", KC_R_FIELD_ORDER, 6, 1},
	};
	struct kc_person p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_refusal why = {0};

		assert_int_equal(
		    kc_person_parse(&p, kc_slice_str(rows[i].text), &why),
		    KC_EREFUSED);
		if (why.code != rows[i].code || why.line != rows[i].line ||
		    why.col != rows[i].col)
			fail_msg("row %zu: %s at %u:%u", i,
			    kc_refusal_code_text(why.code), why.line, why.col);
	}
}

static void
test_person__no_value_can_end_a_header_or_leave_the_directory(void **state)
{
	static const struct {
		enum kc_person_field field;
		const char *value;
	} rows[] = {
	    {KC_PERSON_ACTOR, "../keys/log.key"},
	    {KC_PERSON_ACTOR, ".hidden"},
	    {KC_PERSON_ACTOR, "a/b"},
	    {KC_PERSON_ACTOR, ""},
	    {KC_PERSON_NAME, "a\nBcc: all@example.org"},
	    {KC_PERSON_NAME, "a\rb"},
	    {KC_PERSON_NAME, ""},
	    {KC_PERSON_NAME, "\xe2\x81\xa6x"},
	    {KC_PERSON_POST, "a\x1b[2Jb"},
	    {KC_PERSON_PHONE, "12"},
	    {KC_PERSON_PHONE, "-12345"},
	    {KC_PERSON_PHONE, "12345;rm"},
	    {KC_PERSON_MAIL, "a@b\n"},
	    {KC_PERSON_MAIL, "a"},
	    {KC_PERSON_MAIL, "@b"},
	    {KC_PERSON_MAIL, "a@"},
	    {KC_PERSON_MAIL, "a@b@c"},
	    {KC_PERSON_MAIL, "a..b@c"},
	    {KC_PERSON_MAIL, ".a@c"},
	    {KC_PERSON_MAIL, "a@c."},
	    {KC_PERSON_MAIL, "a@-c"},
	    {KC_PERSON_MAIL, "a b@c"},
	    {KC_PERSON_MAIL, "a@b, d@e"},
	    {KC_PERSON_MAIL, "<a@b>"},
	    {KC_PERSON_MAIL, "李@example.org"},
	    {KC_PERSON_CHANNEL, "smtp a@b@c"},
	    {KC_PERSON_CHANNEL, "webhook"},
	    {KC_PERSON_CHANNEL, "webhook http://example.org/"},
	    {KC_PERSON_CHANNEL, "webhook https://"},
	    {KC_PERSON_CHANNEL, "webhook https://a b"},
	    {KC_PERSON_CHANNEL, "webhook file:///etc/passwd"},
	    {KC_PERSON_CHANNEL, "feishu"},
	    {KC_PERSON_CHANNEL, "command --all"},
	    {KC_PERSON_CHANNEL, "command $(id)"},
	    {KC_PERSON_CHANNEL, "file ../x"},
	    {KC_PERSON_DEPUTY, "../x"},
	    {KC_PERSON_DEPUTY, "G19.liaison"},
	    {KC_PERSON_DEPUTY, "a;b;c;d;e;f;g;h;i"},
	    {KC_PERSON_LANGUAGE, ""},
	    {KC_PERSON_SALT, ""},
	};
	struct kc_person p = whole(), before = p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kc_refusal why = {0};

		if (kc_person_set(&p, rows[i].field,
			kc_slice_str(rows[i].value), &why) != KC_EREFUSED)
			fail_msg("row %zu taken: %s", i, rows[i].value);
		assert_string_not_equal(why.args[0], "");
		assert_memory_equal(&p, &before, sizeof(p));
	}
}

static void
test_person__fields_as_people_write_them(void **state)
{
	static const struct {
		enum kc_person_field field;
		const char *value, *text;
	} rows[] = {
	    {KC_PERSON_NAME, "  王 芳 ", "王 芳"},
	    {KC_PERSON_POST, "", ""},
	    {KC_PERSON_PHONE, "(0513) 5555-0119", "(0513) 5555-0119"},
	    {KC_PERSON_MAIL, "a.b+c@x-y.example", "a.b+c@x-y.example"},
	    {KC_PERSON_LANGUAGE, "en", "en"},
	    {KC_PERSON_CHANNEL, "smtp;wecom u_1 ； file;",
		"smtp; wecom u_1; file"},
	    {KC_PERSON_CHANNEL, "webhook http://127.0.0.1:8025/x",
		"webhook http://127.0.0.1:8025/x"},
	    {KC_PERSON_CHANNEL, " ", ""},
	    {KC_PERSON_DEPUTY, "b ;c", "b; c"},
	    {KC_PERSON_SALT, SALT, SALT},
	};
	struct kc_person p = whole();
	struct kc_refusal why = {0};
	struct kc_buf b = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(kc_person_set(&p, rows[i].field,
				     kc_slice_str(rows[i].value), &why),
		    KC_OK);
		kc_buf_reset(&b);
		kc_buf_person_field(&b, &p, rows[i].field);
		assert_string_equal(kc_buf_cstr(&b), rows[i].text);
	}
	kc_buf_free(&b);
}

static void
test_person__headings_in_both_languages(void **state)
{
	(void)state;
	for (int f = 0; f < KC_PERSON_FIELD_COUNT; f++) {
		enum kc_person_field field = (enum kc_person_field)f;

		assert_int_equal(kc_person_field_find(
				     kc_slice_str(kc_person_field_word(field))),
		    f);
		assert_int_equal(kc_person_field_find(kc_slice_str(
				     kc_person_field_text(field, KC_LANG_ZH))),
		    f);
		assert_int_equal(kc_person_field_find(kc_slice_str(
				     kc_person_field_text(field, KC_LANG_EN))),
		    f);
	}
	assert_int_equal(
	    kc_person_field_find(KC_LIT(" Mail ")), KC_PERSON_MAIL);
	assert_int_equal(kc_person_field_find(KC_LIT("rank")), -1);
	assert_int_equal(kc_person_field_find(KC_LIT("")), -1);
}

static void
test_reach__is_by_mail_unless_channels_are_listed(void **state)
{
	struct kc_person p = whole();
	struct kc_refusal why = {0};
	struct kc_slice at;
	int64_t channel;

	(void)state;
	assert_true(kc_person_reach(&p, 0, &channel, &at));
	assert_int_equal(channel, KC_CHANNEL_SMTP);
	assert_true(kc_slice_is(at, "limin@example.org"));
	assert_true(kc_person_reach(&p, 1, &channel, &at));
	assert_int_equal(channel, KC_CHANNEL_DINGTALK);
	assert_true(kc_slice_is(at, "manager1234"));
	assert_true(kc_person_reach(&p, 2, &channel, &at));
	assert_false(kc_person_reach(&p, 3, &channel, &at));
	/* What has no address is passed over. */
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_MAIL, KC_LIT(""), &why), KC_OK);
	assert_true(kc_person_reach(&p, 0, &channel, &at));
	assert_int_equal(channel, KC_CHANNEL_DINGTALK);
	assert_false(kc_person_reach(&p, 2, &channel, &at));
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_CHANNEL, KC_LIT("command"), &why),
	    KC_OK);
	assert_true(kc_person_reach(&p, 0, &channel, &at));
	assert_true(kc_slice_is(at, "+86 513 5555 0119"));
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_CHANNEL, KC_LIT(""), &why), KC_OK);
	assert_false(kc_person_reach(&p, 0, &channel, &at));
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_MAIL, KC_LIT("a@b.cn"), &why), KC_OK);
	assert_true(kc_person_reach(&p, 0, &channel, &at));
	assert_int_equal(channel, KC_CHANNEL_SMTP);
	assert_false(kc_person_reach(&p, 1, &channel, &at));
}

/* The value was made with Python's hashlib from the description in
 * docs/FORMAT.md. */
static void
test_commitment__is_of_the_person_not_of_addresses(void **state)
{
	static const char known[] =
	    "692d24c5b59106331c76d161a14d6f8f8ac0e43c0b7a123a69a78819f09ef0eb";
	struct kc_person p = whole();
	struct kc_refusal why = {0};
	struct kc_buf hex = {0};
	struct kc_hash h, other;

	(void)state;
	assert_int_equal(
	    kc_person_commitment(&p, KC_LIT("example.org/kaohe"), &h), KC_OK);
	kc_buf_hex(&hex, h.b, sizeof(h.b));
	assert_string_equal(kc_buf_cstr(&hex), known);
	kc_buf_free(&hex);

	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_PHONE, KC_LIT("110"), &why), KC_OK);
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_MAIL, KC_LIT(""), &why), KC_OK);
	assert_int_equal(
	    kc_person_commitment(&p, KC_LIT("example.org/kaohe"), &other),
	    KC_OK);
	assert_true(kc_hash_eq(&h, &other));
	assert_int_equal(
	    kc_person_commitment(&p, KC_LIT("example.org/other"), &other),
	    KC_OK);
	assert_false(kc_hash_eq(&h, &other));
	p.salt[31] ^= 1;
	assert_int_equal(
	    kc_person_commitment(&p, KC_LIT("example.org/kaohe"), &other),
	    KC_OK);
	assert_false(kc_hash_eq(&h, &other));
	p.salt[31] ^= 1;
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_NAME, KC_LIT("李明"), &why), KC_OK);
	assert_int_equal(
	    kc_person_commitment(&p, KC_LIT("example.org/kaohe"), &other),
	    KC_OK);
	assert_false(kc_hash_eq(&h, &other));
}

static void
test_person__without_name_is_not_written(void **state)
{
	struct kc_person p = whole();
	struct kc_buf b = {0};

	(void)state;
	p.name[0] = '\0';
	kc_buf_person(&b, &p);
	assert_int_equal(kc_buf_err(&b), KC_EINVAL);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_person__comes_back_byte_for_byte),
	    cmocka_unit_test(
		test_person__other_spellings_refused_at_their_place),
	    cmocka_unit_test(
		test_person__no_value_can_end_a_header_or_leave_the_directory),
	    cmocka_unit_test(test_person__fields_as_people_write_them),
	    cmocka_unit_test(test_person__headings_in_both_languages),
	    cmocka_unit_test(test_reach__is_by_mail_unless_channels_are_listed),
	    cmocka_unit_test(
		test_commitment__is_of_the_person_not_of_addresses),
	    cmocka_unit_test(test_person__without_name_is_not_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
