/* SPDX-License-Identifier: Apache-2.0 */
/* Malformed entries: each with its code, its line and its column. */
#include <kaocheng/entry.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEX "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* Two notes to spoil. Lines are numbered in the tables below from 1. */
static const char decide[] =
    "kaocheng/v1 entry prededuct.decide\n" /* 1 */
    "ledger example.org/kaohe\n"
    "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
    "at 2022-10-17T01:30:00Z\n"
    "seen 5585 L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\n"
    "by G19.assessor\n" /* 6 */
    "unit G29\n"
    "target G29-2022-K01\n"
    "situation S3\n"
    "effect full\n"
    "standard 0.5000\n" /* 11 */
    "quarter 2022-Q3\n"
    "planned 7500\n"
    "warning W-2022-0001\n"
    "evidence sha256:" HEX " 18233 application/pdf\n"
    "reason 进度 52 %，计划 75 %\n" /* 16 */
    "|\n"
    "| 仍未达到\n"; /* 18 is empty, 19 signed */
static const char enrol[] =
    "kaocheng/v1 entry actor.enrol\n" /* 1 */
    "ledger example.org/kaohe\n"
    "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
    "at 2022-10-17T01:30:00Z\n"
    "seen 5585 L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\n"
    "by one\n" /* 6 */
    "by two\n"
    "actor three\n"
    "role admin\n"
    "role auditor\n"
    "key one+93b73cb6+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n"
    "possession "
    "LpSxBySuhxpViJvQB6zNJp4Evp5oGgTvNAOM76o8B9GfcGBkwnSGOjkVuX3Uy0WADbc5kwRl"
    "MNr3R0Jm2JbDAw==\n"
    "person sha256:" HEX "\n"; /* 13 is empty, 14 and 15 signed */

static void
make_note(struct kc_buf *b, const char *text)
{
	static const char *const names[] = {"one", "two"};
	uint8_t seed[32] = {7};
	struct kc_skey keys[2];
	size_t n = text == enrol ? 2 : 1;

	assert_int_equal(kc_crypto_init(), KC_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
		    kc_skey_from_seed(&keys[i],
			kc_slice_str(text == enrol ? names[i] : "G19.assessor"),
			seed),
		    KC_OK);
	kc_buf_sign_entry(b, kc_slice_str(text), keys, n);
}

/* The note with the first `from` made into `to`. */
static void
spoil(struct kc_buf *b, struct kc_slice note, const char *from, const char *to)
{
	const char *at = memmem(note.p, note.n, from, strlen(from));

	assert_non_null(at);
	kc_buf_put(b, note.p, (size_t)(at - note.p));
	kc_buf_str(b, to);
	at += strlen(from);
	kc_buf_put(b, at, (size_t)(note.p + note.n - at));
}

struct row {
	const char *from, *to;
	enum kc_refusal_code code;
	uint32_t line, col;
};

static void
refuse_rows(const char *text, const struct row *rows, size_t n)
{
	struct kc_buf note = {0};

	make_note(&note, text);
	for (size_t i = 0; i < n; i++) {
		struct kc_buf b = {0};
		struct kc_entry e;
		struct kc_refusal why = {0};
		enum kc_err err;

		spoil(&b, kc_buf_view(&note), rows[i].from, rows[i].to);
		err = kc_entry_decode(&e, kc_buf_view(&b), &why);
		if (err != KC_EREFUSED || why.code != rows[i].code ||
		    why.line != rows[i].line || why.col != rows[i].col)
			fail_msg("\"%s\" -> \"%s\": %d %s %u:%u, not %s %u:%u",
			    rows[i].from, rows[i].to, err,
			    kc_refusal_code_text(why.code), why.line, why.col,
			    kc_refusal_code_text(rows[i].code), rows[i].line,
			    rows[i].col);
		kc_buf_free(&b);
	}
	kc_buf_free(&note);
}
#define REFUSE(text, rows)                                                     \
	refuse_rows(text, rows, sizeof(rows) / sizeof(rows[0]))

static void
test_malformed__head(void **state)
{
	static const struct row rows[] = {
	    {"kaocheng/v1 entry", "kaocheng/v2 entry", KC_R_SYNTAX, 1, 1},
	    {"kaocheng/v1 entry ", "kaocheng/v1 entry\t", KC_R_TEXT, 1, 18},
	    {"kaocheng/v1 entry p", "Kaocheng/v1 entry p", KC_R_SYNTAX, 1, 1},
	    {"kaocheng/v1 entry p", "\nkaocheng/v1 entry p", KC_R_SYNTAX, 1, 1},
	    {"entry prededuct.decide", "entry ", KC_R_SYNTAX, 1, 1},
	    {"prededuct.decide", "prededuct.decid", KC_R_KIND, 1, 19},
	    {"prededuct.decide", "prededuct.decide ", KC_R_KIND, 1, 19},
	    {"prededuct.decide", "prededuct", KC_R_KIND, 1, 19},
	    {"ledger example.org/kaohe\n", "", KC_R_FIELD_MISSING, 2, 1},
	    {"ledger ", "ledger", KC_R_FIELD_MISSING, 2, 1},
	    {"example.org/kaohe", "", KC_R_FIELD_VALUE, 2, 8},
	    {"example.org/kaohe", "example org", KC_R_FIELD_VALUE, 2, 8},
	    {"example.org/kaohe", "example.org+x", KC_R_FIELD_VALUE, 2, 8},
	    {"kaohe\nid", "kaohe\nId", KC_R_FIELD_MISSING, 3, 1},
	    {"6f0b", "6F0b", KC_R_FIELD_VALUE, 3, 5},
	    {"6f0b", "6g0b", KC_R_FIELD_VALUE, 3, 5},
	    {"1e8b3a\n", "1e8b3a0\n", KC_R_FIELD_VALUE, 3, 36},
	    {"1e8b3a\n", "1e8b3\n", KC_R_FIELD_VALUE, 3, 4},
	    {"01:30:00Z", "01:30:00", KC_R_FIELD_VALUE, 4, 23},
	    {"01:30:00Z", "01:30:00.000Z", KC_R_FIELD_VALUE, 4, 23},
	    {"01:30:00Z", "09:30:00+08:00", KC_R_FIELD_VALUE, 4, 23},
	    {"at 2022-10-17", "at 2022-02-30", KC_R_FIELD_VALUE, 4, 4},
	    {"T01:30", " 01:30", KC_R_FIELD_VALUE, 4, 14},
	    {"by G19.assessor\n", "", KC_R_FIELD_MISSING, 6, 1},
	    {"by G19.assessor\n", "by \n", KC_R_FIELD_VALUE, 6, 4},
	    {"G19.assessor\nu", "G19 assessor\nu", KC_R_FIELD_VALUE, 6, 7},
	    {"G19.assessor\nu", ".G19\nu", KC_R_FIELD_VALUE, 6, 4},
	    {"G19.assessor\nu", "考核\nu", KC_R_FIELD_VALUE, 6, 4},
	    {"G19.assessor\nu", "G19.assessor\nby G19.assessor\nu",
		KC_R_FIELD_VALUE, 7, 4},
	    {"G19.assessor\nu",
		"a\nby b\nby c\nby d\nby e\nby f\nby g\nby h\nby i\nu",
		KC_R_FIELD_COUNT, 14, 1},
	};

	(void)state;
	REFUSE(decide, rows);
}

#define SEEN_ROOT "L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA="
static void
test_malformed__seen(void **state)
{
	static const struct row rows[] = {
	    {"seen 5585 " SEEN_ROOT "\n", "", KC_R_FIELD_MISSING, 5, 1},
	    {"seen 5585 " SEEN_ROOT, "seen 0", KC_R_FIELD_VALUE, 5, 6},
	    {"seen 5585 " SEEN_ROOT, "seen 5585", KC_R_FIELD_VALUE, 5, 10},
	    {"seen 5585", "seen 0", KC_R_FIELD_VALUE, 5, 6},
	    {"seen 5585", "seen 05585", KC_R_FIELD_VALUE, 5, 6},
	    {"seen 5585", "seen -1", KC_R_FIELD_VALUE, 5, 6},
	    {"seen 5585", "seen 5585 ", KC_R_FIELD_VALUE, 5, 11},
	    {"seen 5585", "seen 9223372036854775808", KC_R_FIELD_VALUE, 5, 6},
	    {SEEN_ROOT, SEEN_ROOT " ", KC_R_FIELD_VALUE, 5, 11},
	    /* Trailing bits that are not zero; another alphabet; hex. */
	    {"iYA=", "iYB=", KC_R_FIELD_VALUE, 5, 11},
	    {"Mj/Gx", "Mj_Gx", KC_R_FIELD_VALUE, 5, 11},
	    {"iYA=\n", "iYA\n", KC_R_FIELD_VALUE, 5, 11},
	};

	(void)state;
	REFUSE(decide, rows);
}

static void
test_malformed__order_and_presence(void **state)
{
	static const struct row rows[] = {
	    {"unit G29\n", "", KC_R_FIELD_MISSING, 7, 1},
	    {"unit G29\n", "unit G29\nunit G29\n", KC_R_FIELD_ORDER, 8, 1},
	    {"unit G29\ntarget G29-2022-K01\n",
		"target G29-2022-K01\nunit G29\n", KC_R_FIELD_ORDER, 7, 1},
	    {"planned 7500\n", "actual 1\nplanned 7500\n", KC_R_FIELD_ORDER, 14,
		1},
	    {"unit G29", "colour red\nunit G29", KC_R_FIELD_UNKNOWN, 7, 1},
	    {"unit G29", "Unit G29", KC_R_FIELD_UNKNOWN, 7, 1},
	    {"unit G29", " unit G29", KC_R_FIELD_UNKNOWN, 7, 1},
	    {"unit G29", "unit", KC_R_FIELD_VALUE, 7, 5},
	    {"unit G29", "by", KC_R_FIELD_ORDER, 7, 1},
	    {"unit G29", "unit G29\nby two", KC_R_FIELD_ORDER, 8, 1},
	    {"unit G29", "unit G29\nat 2022", KC_R_FIELD_ORDER, 8, 1},
	    {"unit G29", "| unit", KC_R_SYNTAX, 7, 1},
	    {"unit G29", "unit G29\n| and more", KC_R_SYNTAX, 8, 1},
	    {"evidence sha", "evidences sha", KC_R_FIELD_UNKNOWN, 15, 1},
	    {"reason 进度", "Reason 进度", KC_R_FIELD_UNKNOWN, 16, 1},
	    {"effect full\nstandard 0.5000\n", "effect full\n",
		KC_R_FIELD_MISSING, 11, 1},
	    /* An empty line ends the text: what follows is signatures. */
	    {"unit G29\n", "unit G29\n\n", KC_R_FIELD_MISSING, 8, 1},
	    {"reason 进度 52 %，计划 75 %\n|\n| 仍未达到\n", "",
		KC_R_FIELD_MISSING, 16, 1},
	};

	(void)state;
	REFUSE(decide, rows);
}

static void
test_malformed__values(void **state)
{
	static const struct row rows[] = {
	    {"unit G29", "unit G29 ", KC_R_FIELD_VALUE, 7, 9},
	    {"unit G29", "unit  G29", KC_R_FIELD_VALUE, 7, 6},
	    {"unit G29", "unit G/29", KC_R_FIELD_VALUE, 7, 7},
	    {"unit G29", "unit -G29", KC_R_FIELD_VALUE, 7, 6},
	    {"unit G29",
		"unit a123456789012345678901234567890123456789012345678",
		KC_R_FIELD_VALUE, 7, 54},
	    {"effect full", "effect Full", KC_R_FIELD_VALUE, 10, 8},
	    {"effect full", "effect whole", KC_R_FIELD_VALUE, 10, 8},
	    {"0.5000", "0.500", KC_R_FIELD_VALUE, 11, 15},
	    {"0.5000", "0.50000", KC_R_FIELD_VALUE, 11, 16},
	    {"0.5000", "00.5000", KC_R_FIELD_VALUE, 11, 10},
	    {"0.5000", ".5000", KC_R_FIELD_VALUE, 11, 10},
	    {"0.5000", "-0.5000", KC_R_FIELD_VALUE, 11, 10},
	    {"0.5000", "+0.5000", KC_R_FIELD_VALUE, 11, 10},
	    {"0.5000", "0,5000", KC_R_FIELD_VALUE, 11, 11},
	    {"0.5000", "5", KC_R_FIELD_VALUE, 11, 11},
	    {"2022-Q3", "2022-Q5", KC_R_FIELD_VALUE, 12, 9},
	    {"2022-Q3", "2022-q3", KC_R_FIELD_VALUE, 12, 14},
	    {"2022-Q3", "1999-Q3", KC_R_FIELD_VALUE, 12, 9},
	    {"planned 7500", "planned 10001", KC_R_FIELD_VALUE, 13, 9},
	    {"planned 7500", "planned 07500", KC_R_FIELD_VALUE, 13, 9},
	    {"planned 7500", "planned 75.00", KC_R_FIELD_VALUE, 13, 11},
	    {"planned 7500", "planned -1", KC_R_FIELD_VALUE, 13, 9},
	    {"W-2022-0001", "w-2022-0001", KC_R_FIELD_VALUE, 14, 9},
	    {"W-2022-0001", "W-2022-1", KC_R_FIELD_VALUE, 14, 9},
	    {"W-2022-0001", "W-2022-0000", KC_R_FIELD_VALUE, 14, 9},
	    {"W-2022-0001", "W-2022-00001", KC_R_FIELD_VALUE, 14, 9},
	    {"W-2022-0001", "W-2300-0001", KC_R_FIELD_VALUE, 14, 9},
	    {"W-2022-0001", "PD-2022-12345678", KC_R_FIELD_VALUE, 14, 9},
	    {"W-2022-0001", "ABCD-2022-0001", KC_R_FIELD_VALUE, 14, 9},
	    {"W-2022-0001", "W-2022-", KC_R_FIELD_VALUE, 14, 16},
	    {"sha256:9f", "sha1:9f", KC_R_FIELD_VALUE, 15, 13},
	    {"sha256:9f", "sha256:9F", KC_R_FIELD_VALUE, 15, 18},
	    {"0a08 18", "0a0 18", KC_R_FIELD_VALUE, 15, 80},
	    {"18233 ", "018233 ", KC_R_FIELD_VALUE, 15, 82},
	    {"18233 app", "18233  app", KC_R_FIELD_VALUE, 15, 88},
	    {" application/pdf", "", KC_R_FIELD_VALUE, 15, 87},
	    {"application/pdf", "application", KC_R_FIELD_VALUE, 15, 88},
	    {"application/pdf", "Application/pdf", KC_R_FIELD_VALUE, 15, 88},
	    {"application/pdf", "application/pdf;x=1", KC_R_FIELD_VALUE, 15,
		88},
	};

	(void)state;
	REFUSE(decide, rows);
}

static void
test_malformed__texts(void **state)
{
	static const struct row rows[] = {
	    {"reason 进度 52 %，计划 75 %", "reason ", KC_R_FIELD_VALUE, 16, 8},
	    {"reason 进度 52 %，计划 75 %", "reason", KC_R_FIELD_VALUE, 16, 7},
	    {"75 %\n", "75 % \n", KC_R_FIELD_VALUE, 16, 33},
	    {"\n|\n", "\n| \n", KC_R_FIELD_VALUE, 17, 2},
	    {"\n|\n", "\n|x\n", KC_R_FIELD_VALUE, 17, 2},
	    {"\n|\n", "\n||\n", KC_R_FIELD_VALUE, 17, 2},
	    {"未达到\n", "未达到 \n", KC_R_FIELD_VALUE, 18, 15},
	    {"| 仍", "|仍", KC_R_FIELD_VALUE, 18, 2},
	    {"| 仍", "仍", KC_R_FIELD_UNKNOWN, 18, 1},
	    {"进度", "进\t度", KC_R_TEXT, 16, 11},
	    {"进度", "进\r度", KC_R_TEXT, 16, 11},
	    {"进度", "\x7f", KC_R_TEXT, 16, 8},
	    {"进度", "\xc0\xaf", KC_R_TEXT, 16, 8},
	    {"进度", "\xed\xa0\x80", KC_R_TEXT, 16, 8},
	    {"进度", "\xe2\x80\xae", KC_R_TEXT, 16, 8},
	    {"进度", "\xe2\x81\xa6", KC_R_TEXT, 16, 8},
	    {"进度", "\xe2\x80\xa8", KC_R_TEXT, 16, 8},
	    {"进度", "\xef\xbb\xbf", KC_R_TEXT, 16, 8},
	    {"进度", "\xc2\x85", KC_R_TEXT, 16, 8},
	    {"进度", "\xe8\xbf", KC_R_TEXT, 16, 8},
	};

	(void)state;
	REFUSE(decide, rows);
}

static void
test_malformed__signature_lines(void **state)
{
	static const struct row rows[] = {
	    {"\n\n", "\n", KC_R_FIELD_UNKNOWN, 19, 1},
	    {"\n\n", "\n\n\n", KC_R_SIGNER_LINES, 20, 1},
	    {"— G19", "- G19", KC_R_SIGNER_LINES, 20, 1},
	    {"— G19.assessor", "— G19.assess", KC_R_SIGNER_LINES, 20, 5},
	    {"— G19.assessor", "— G19.assessors", KC_R_SIGNER_LINES, 20, 5},
	    {"— G19.assessor ", "— G19.assessor  ", KC_R_SYNTAX, 20, 18},
	    {"by G19.assessor\n", "by G19.assessor\nby two\n",
		KC_R_SIGNER_LINES, 22, 1},
	};
	static const struct row two[] = {
	    {"by one\nby two", "by two\nby one", KC_R_SIGNER_LINES, 15, 5},
	    {"by two\n", "", KC_R_SIGNER_LINES, 15, 1},
	    {"\n— two", "\n— one", KC_R_SIGNER_LINES, 16, 5},
	    {"\n— one", "\n\n— one", KC_R_SIGNER_LINES, 15, 1},
	};

	(void)state;
	REFUSE(decide, rows);
	REFUSE(enrol, two);
}

static void
test_malformed__keys_and_lists(void **state)
{
	static const struct row rows[] = {
	    {"role admin\nrole auditor\n", "", KC_R_FIELD_MISSING, 9, 1},
	    {"role admin", "role Admin", KC_R_FIELD_VALUE, 9, 6},
	    {"role admin\n", "role admin\nkey x\n", KC_R_FIELD_VALUE, 10, 5},
	    {"key one+93b73cb6", "key one+93b73cb7", KC_R_FIELD_VALUE, 11, 5},
	    {"key one+93b73cb6", "key two+93b73cb6", KC_R_FIELD_VALUE, 11, 5},
	    {"0D29c\n", "0D29\n", KC_R_FIELD_VALUE, 11, 5},
	    {"JbDAw==", "JbDAw=", KC_R_FIELD_VALUE, 12, 12},
	    {"JbDAw==", "JbDAx==", KC_R_FIELD_VALUE, 12, 12},
	    {"person sha256:9f", "person sha256:9", KC_R_FIELD_VALUE, 13, 78},
	    {"person sha256:9f", "person SHA256:9f", KC_R_FIELD_VALUE, 13, 8},
	    {"person sha", "person x sha", KC_R_FIELD_VALUE, 13, 8},
	};

	(void)state;
	REFUSE(enrol, rows);
}

static void
test_malformed__whole_note(void **state)
{
	struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_buf b = {0};

	(void)state;
	assert_int_equal(
	    kc_entry_decode(&e, (struct kc_slice){NULL, 0}, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SYNTAX);
	assert_int_equal(why.line, 1);
	assert_int_equal(why.col, 1);
	/* No LF at the end. */
	make_note(&b, decide);
	assert_int_equal(
	    kc_entry_decode(&e, (struct kc_slice){b.p, b.n - 1}, &why),
	    KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SYNTAX);
	assert_int_equal(why.line, 20);
	/* A line after the last signature. */
	kc_buf_str(&b, "x\n");
	assert_int_equal(
	    kc_entry_decode(&e, kc_buf_view(&b), &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SIGNER_LINES);
	assert_int_equal(why.line, 21);
	assert_int_equal(why.col, 1);
	/* Unsigned where signatures must stand, and the reverse. */
	assert_int_equal(
	    kc_entry_decode(&e, KC_LIT(decide), &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SIGNER_LINES);
	assert_int_equal(why.line, 19);
	kc_buf_reset(&b);
	make_note(&b, decide);
	assert_int_equal(
	    kc_entry_decode_text(&e, kc_buf_view(&b), &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SYNTAX);
	assert_int_equal(why.line, 19);
	kc_buf_free(&b);
}

/* The note `decide` with n bytes of 'x' in its reason. */
static enum kc_err
decode_sized(size_t n, bool is_signed, struct kc_refusal *why)
{
	struct kc_buf text = {0}, note = {0};
	struct kc_entry e;
	enum kc_err err;

	kc_buf_put(&text, decide, sizeof(decide) - 1);
	text.n--;
	for (size_t i = 0; i < n; i++)
		kc_buf_char(&text, 'x');
	kc_buf_char(&text, '\n');
	make_note(&note, kc_buf_cstr(&text));
	err = is_signed ? kc_entry_decode(&e, kc_buf_view(&note), why)
			: kc_entry_decode_text(&e, kc_buf_view(&text), why);
	kc_buf_free(&text);
	kc_buf_free(&note);
	return err;
}

static void
test_malformed__size_of_the_note(void **state)
{
	struct kc_buf note = {0};
	struct kc_refusal why = {0};
	size_t room;

	(void)state;
	make_note(&note, decide);
	room = KC_NOTE_MAX - note.n;
	assert_int_equal(decode_sized(room, true, &why), KC_OK);
	assert_int_equal(decode_sized(room, false, &why), KC_OK);
	assert_int_equal(decode_sized(room + 1, true, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_TOO_BIG);
	assert_int_equal(why.line, 20);
	/* An unsigned text leaves room for its signatures. */
	assert_int_equal(decode_sized(room + 1, false, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_TOO_BIG);
	kc_buf_free(&note);
}

static void
test_malformed__arguments_of_a_refusal(void **state)
{
	struct kc_buf note = {0}, b = {0}, text = {0};
	struct kc_entry e;
	struct kc_refusal why = {0};

	(void)state;
	make_note(&note, decide);
	spoil(&b, kc_buf_view(&note), "effect full", "effect whole");
	assert_int_equal(
	    kc_entry_decode(&e, kc_buf_view(&b), &why), KC_EREFUSED);
	kc_refusal_message(&why, KC_LANG_EN, &text);
	assert_string_equal(kc_buf_cstr(&text),
	    "field \"effect\" has a value that is not its one accepted form: "
	    "full, half, exempt");
	kc_buf_reset(&b);
	kc_buf_reset(&text);
	spoil(&b, kc_buf_view(&note), "standard 0.5", "standard 0,5");
	assert_int_equal(
	    kc_entry_decode(&e, kc_buf_view(&b), &why), KC_EREFUSED);
	kc_refusal_message(&why, KC_LANG_ZH, &text);
	assert_string_equal(kc_buf_cstr(&text),
	    "字段“standard”的值不合规范：应为四位小数的分值");
	kc_buf_free(&note);
	kc_buf_free(&b);
	kc_buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_malformed__head),
	    cmocka_unit_test(test_malformed__seen),
	    cmocka_unit_test(test_malformed__order_and_presence),
	    cmocka_unit_test(test_malformed__values),
	    cmocka_unit_test(test_malformed__texts),
	    cmocka_unit_test(test_malformed__signature_lines),
	    cmocka_unit_test(test_malformed__keys_and_lists),
	    cmocka_unit_test(test_malformed__whole_note),
	    cmocka_unit_test(test_malformed__size_of_the_note),
	    cmocka_unit_test(test_malformed__arguments_of_a_refusal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
