/* SPDX-License-Identifier: Apache-2.0 */
/* Entries: every kind there and back, the golden texts, the values read. */
#include <kaocheng/entry.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden.h"
#include "sample.h"

/* The worked example of docs/FORMAT.md, signed by a key of a fixed seed. */
static const char example[] =
    "kaocheng/v1 entry prededuct.decide\n"
    "ledger example.org/kaohe\n"
    "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
    "at 2022-10-17T01:30:00Z\n"
    "seen 5585 L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\n"
    "by G19.assessor\n"
    "unit G29\n"
    "target G29-2022-K01\n"
    "situation S3\n"
    "effect full\n"
    "standard 0.5000\n"
    "evidence sha256:9f86d081884c7d659a2feaa0c55ad015"
    "a3bf4f1b2b0b822cd15d6c15b0f00a08 18233 application/pdf\n"
    "reason 区域治水工程实际进度 52 %，计划 75 %\n"
    "| 经函件预警提醒后仍未达到序时进度\n";

static void
example_note(struct kc_buf *b)
{
	uint8_t seed[32] = {7};
	struct kc_skey key;

	assert_int_equal(kc_crypto_init(), KC_OK);
	assert_int_equal(
	    kc_skey_from_seed(&key, KC_LIT("G19.assessor"), seed), KC_OK);
	kc_buf_sign_entry(b, KC_LIT(example), &key, 1);
	assert_int_equal(kc_buf_err(b), KC_OK);
}

static void
assert_slice(struct kc_slice is, const char *want)
{
	assert_int_equal(is.n, strlen(want));
	assert_memory_equal(is.p, want, is.n);
}

static void
test_entry__example_of_the_format(void **state)
{
	struct kc_buf b = {0}, again = {0};
	struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_note note;

	(void)state;
	example_note(&b);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&b), &why), KC_OK);
	assert_int_equal(e.kind->id, KC_K_prededuct_decide);
	assert_slice(e.ledger, "example.org/kaohe");
	assert_int_equal(e.id[0], 0x6f);
	assert_int_equal(e.id[15], 0x3a);
	assert_int_equal(e.at_s, 1665970200);
	assert_int_equal(e.nby, 1);
	assert_slice(e.by[0], "G19.assessor");
	assert_slice(kc_entry_str(&e, KC_F_prededuct_decide_unit), "G29");
	assert_int_equal(
	    kc_entry_num(&e, KC_F_prededuct_decide_standard, -1), 5000);
	assert_int_equal(kc_entry_num(&e, KC_F_prededuct_decide_effect, -1),
	    KC_PD_EFFECT_FULL);
	assert_int_equal(
	    kc_entry_num(&e, KC_F_prededuct_decide_evidence, -1), 18233);
	assert_false(kc_entry_has(&e, KC_F_prededuct_decide_quarter));
	assert_int_equal(
	    kc_entry_num(&e, KC_F_prededuct_decide_quarter, -7), -7);
	assert_slice(kc_entry_str(&e, KC_F_prededuct_decide_warning), "");
	assert_slice(e.text, example);
	kc_buf_entry(&again, &e);
	assert_slice(kc_buf_view(&again), example);
	/* What the codec takes, the note's own reader takes. */
	assert_int_equal(kc_note_parse(&note, kc_buf_view(&b), NULL), KC_OK);
	assert_true(kc_slice_eq(note.text, e.text));
	assert_true(kc_slice_eq(note.sigs[0].base64, e.sigs[0].base64));
	kc_buf_free(&b);
	kc_buf_free(&again);
}

static void
round_trip(enum kc_kind_id kind, enum sample_size size)
{
	struct kc_buf note = {0}, text = {0}, again = {0};
	struct kc_entry e;
	struct kc_refusal why = {0};

	sample_text(&text, kind, size);
	sample_note(&note, kind, size);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	assert_int_equal(e.kind->id, kind);
	assert_true(kc_slice_eq(e.text, kc_buf_view(&text)));
	kc_buf_entry(&again, &e);
	assert_true(kc_slice_eq(kc_buf_view(&again), kc_buf_view(&text)));
	assert_int_equal(
	    kc_entry_decode_text(&e, kc_buf_view(&text), &why), KC_OK);
	assert_null(e.sigs[0].name.p);
	kc_buf_reset(&again);
	kc_buf_entry(&again, &e);
	assert_true(kc_slice_eq(kc_buf_view(&again), kc_buf_view(&text)));
	kc_buf_free(&note);
	kc_buf_free(&text);
	kc_buf_free(&again);
}

static void
test_entry__every_kind_comes_back(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		round_trip(k, SAMPLE_FULL);
		round_trip(k, SAMPLE_LEAST);
	}
}

/* A number printed the one way that its type is written. */
static void
put_number(struct kc_buf *b, const struct kc_field *f, int64_t num)
{
	if (f->type == KC_T_POINTS || f->type == KC_T_DECIMAL)
		kc_buf_points(b, num);
	else if (f->type == KC_T_WORD)
		kc_buf_str(b, kc_word_text((enum kc_set)f->arg, num));
	else if (f->type == KC_T_KINDNAME)
		kc_buf_str(b, kc_kind_get((enum kc_kind_id)num)->name);
	else if (f->type == KC_T_YESNO)
		kc_buf_str(b, num == 1 ? "yes" : "no");
	else
		kc_buf_i64(b, num);
}

static void
test_entry__numbers_are_those_of_the_text(void **state)
{
	static const enum kc_type numeric[] = {KC_T_POINTS, KC_T_DECIMAL,
	    KC_T_WORD, KC_T_KINDNAME, KC_T_YESNO, KC_T_BP, KC_T_INT};
	unsigned seen = 0;

	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		struct kc_buf text = {0}, b = {0};
		struct kc_entry e;
		struct kc_refusal why = {0};

		sample_text(&text, k, SAMPLE_FULL);
		assert_int_equal(
		    kc_entry_decode_text(&e, kc_buf_view(&text), &why), KC_OK);
		for (unsigned f = 0; f < e.kind->nfields; f++)
			for (size_t t = 0; t < 7; t++) {
				const struct kc_field *field =
				    &e.kind->fields[f];

				if (field->type != numeric[t])
					continue;
				kc_buf_reset(&b);
				put_number(&b, field, kc_entry_num(&e, f, -1));
				assert_slice(
				    kc_entry_str(&e, f), kc_buf_cstr(&b));
				seen |= 1U << t;
			}
		kc_buf_free(&text);
		kc_buf_free(&b);
	}
	assert_int_equal(seen, 0x7f);
}

static void
test_entry__dates_quarters_and_sizes_as_numbers(void **state)
{
	struct kc_buf text = {0};
	struct kc_entry e;
	struct kc_refusal why = {0};

	(void)state;
	sample_text(&text, KC_K_indicator_report, SAMPLE_FULL);
	assert_int_equal(
	    kc_entry_decode_text(&e, kc_buf_view(&text), &why), KC_OK);
	assert_int_equal(
	    kc_entry_num(&e, KC_F_indicator_report_quarter, 0), 2022 * 4 + 2);
	assert_int_equal(
	    kc_entry_num(&e, KC_F_indicator_report_value, 0), -32500);
	assert_int_equal(kc_entry_count(&e, KC_F_indicator_report_evidence), 2);
	assert_int_equal(
	    kc_entry_item(&e, KC_F_indicator_report_evidence, 0)->num, 18233);
	kc_buf_reset(&text);
	sample_text(&text, KC_K_grant_issue, SAMPLE_FULL);
	assert_int_equal(
	    kc_entry_decode_text(&e, kc_buf_view(&text), &why), KC_OK);
	assert_int_equal(kc_entry_num(&e, KC_F_grant_issue_from, 0), 19282);
	kc_buf_free(&text);
}

/* For ever: what was once a statement stays one. */
static void
holds_golden(enum kc_kind_id kind, enum sample_size size, const char *end)
{
	struct kc_buf text = {0}, golden = {0}, again = {0};
	struct kc_entry e;
	struct kc_refusal why = {0};
	char name[96];

	snprintf(name, sizeof(name), "entries/%s%s.txt",
	    kc_kind_get(kind)->name, end);
	sample_text(&text, kind, size);
	golden_read(&golden, name);
	assert_int_equal(
	    kc_entry_decode_text(&e, kc_buf_view(&golden), &why), KC_OK);
	kc_buf_entry(&again, &e);
	assert_true(kc_slice_eq(kc_buf_view(&again), kc_buf_view(&golden)));
	if (!kc_slice_eq(kc_buf_view(&text), kc_buf_view(&golden)))
		fail_msg("tests/golden/%s differs", name);
	kc_buf_free(&text);
	kc_buf_free(&golden);
	kc_buf_free(&again);
}

/* A kind as it began, and with what it gained since: KIND.2.txt. */
static void
test_entry__golden_text_of_every_kind(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KC_K_COUNT; k++) {
		const struct kc_kind *kind = kc_kind_get(k);
		bool gained = false;

		for (unsigned f = 0; f < kind->nfields; f++)
			gained = gained || kind->fields[f].since > kind->since;
		holds_golden(k, SAMPLE_BORN, "");
		if (gained)
			holds_golden(k, SAMPLE_FULL, ".2");
	}
}

static void
test_entry__what_decodes_also_encodes_to_the_same(void **state)
{
	static const char others[] = " \n|-0aA9.:\x80\xff\t";
	struct kc_buf b = {0}, again = {0};
	unsigned taken = 0;

	(void)state;
	example_note(&b);
	for (size_t i = 0; i < b.n; i++)
		for (size_t o = 0; o < sizeof(others); o++) {
			char was = b.p[i];
			struct kc_entry e;
			struct kc_refusal why = {0};
			struct kc_note note;

			b.p[i] = others[o];
			if (kc_entry_decode(&e, kc_buf_view(&b), &why) ==
			    KC_OK) {
				taken++;
				kc_buf_reset(&again);
				kc_buf_entry(&again, &e);
				assert_true(
				    kc_slice_eq(kc_buf_view(&again), e.text));
				assert_int_equal(
				    kc_note_parse(&note, kc_buf_view(&b), NULL),
				    KC_OK);
			} else {
				assert_true(why.line > 0 && why.col > 0);
			}
			b.p[i] = was;
		}
	/* Codes, digits, words of a text and base64 may take other bytes. */
	assert_true(taken > 500);
	kc_buf_free(&b);
	kc_buf_free(&again);
}

static void
test_entry__every_truncation_refused(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	example_note(&b);
	for (size_t n = 0; n < b.n; n++) {
		struct kc_entry e;
		struct kc_refusal why = {0};

		assert_int_equal(
		    kc_entry_decode(&e, (struct kc_slice){b.p, n}, &why),
		    KC_EREFUSED);
		assert_true(why.line > 0 && why.col > 0);
	}
	kc_buf_free(&b);
}

static void
test_entry__signature_form_is_what_verification_decodes(void **state)
{
	struct kc_buf b = {0};
	struct kc_entry e;
	struct kc_refusal why = {0};
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];
	size_t at;

	(void)state;
	example_note(&b);
	at = b.n - 1 - 92;
	for (size_t i = at; i < b.n - 1; i++)
		for (int c = 0x21; c < 0x7f; c++) {
			struct kc_note_sig s = {{NULL, 0}, {b.p + at, 92}};
			char was = b.p[i];
			enum kc_err decoded;

			b.p[i] = (char)c;
			decoded = kc_entry_decode(&e, kc_buf_view(&b), &why);
			assert_int_equal(decoded == KC_OK,
			    kc_note_sig_decode(&s, keyid, sig) == KC_OK);
			b.p[i] = was;
		}
	kc_buf_free(&b);
}

static void
test_entry__fold_and_unfold_are_inverse(void **state)
{
	static const char *const rows[][2] = {{"a", "a"}, {"a\nb", "a\n| b"},
	    {"a\n\nb", "a\n|\n| b"}, {"a\n", "a\n|"}, {"a\n\n", "a\n|\n|"},
	    {"a\n  b", "a\n|   b"}, {"a\n| b", "a\n| | b"}, {"a\n|", "a\n| |"},
	    {"", ""}};
	struct kc_buf b = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		kc_buf_reset(&b);
		kc_buf_fold(&b, kc_slice_str(rows[i][0]));
		assert_slice(kc_buf_view(&b), rows[i][1]);
		kc_buf_reset(&b);
		kc_buf_unfold(&b, kc_slice_str(rows[i][1]));
		assert_slice(kc_buf_view(&b), rows[i][0]);
	}
	kc_buf_free(&b);
}

static void
test_entry__possession_statement(void **state)
{
	struct kc_buf b = {0};

	(void)state;
	kc_buf_possession(
	    &b, KC_LIT("example.org/kaohe"), &sample_key(0)->vkey);
	assert_slice(kc_buf_view(&b),
	    "kaocheng/v1 possession\n"
	    "ledger example.org/kaohe\n"
	    "key one+93b73cb6+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n");
	kc_buf_free(&b);
}

/* A target.draft with n duties, or a ledger text of many fields. */
static enum kc_err
decode_duties(unsigned n, struct kc_refusal *why)
{
	struct kc_buf b = {0};
	struct kc_entry e;
	enum kc_err err;

	kc_buf_str(&b,
	    "kaocheng/v1 entry warning.issue\nledger l\n"
	    "id 6f0b8f4f4be54b5e9d1c0a7d2c1e8b3a\n"
	    "at 2022-10-17T01:30:00Z\n"
	    "seen 5585 L5UElWjMj/Gx/0KXhYkQPkQ34eytVZW26vQHgTMEiYA=\nby "
	    "a\ntarget t\n");
	for (unsigned i = 0; i < n; i++)
		kc_buf_str(&b, "unit G29\n");
	kc_buf_str(&b, "level red\nrectify_by 2022-10-17\nfact x\ndemand y\n");
	err = kc_entry_decode_text(&e, kc_buf_view(&b), why);
	kc_buf_free(&b);
	return err;
}

static void
test_entry__a_list_has_its_length(void **state)
{
	struct kc_refusal why = {0};

	(void)state;
	assert_int_equal(decode_duties(KC_LIST_MAX, &why), KC_OK);
	assert_int_equal(decode_duties(KC_LIST_MAX + 1, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_FIELD_COUNT);
	assert_int_equal(why.line, 7 + KC_LIST_MAX + 1);
	assert_int_equal(why.col, 1);
	assert_string_equal(why.args[0], "unit");
	assert_string_equal(why.args[1], "128");
}

/* The sample of a kind of two signers, with the lines of those whose bits are
 * set; more than one in the order `first` begins with. */
static enum kc_err
decode_signed_by(
    unsigned who, unsigned first, struct kc_entry *e, struct kc_refusal *why)
{
	static struct kc_buf note; /* e borrows it */
	struct kc_buf text = {0};
	struct kc_entry t;
	enum kc_err err;

	sample_text(&text, KC_K_target_approve_second, SAMPLE_LEAST);
	assert_int_equal(
	    kc_entry_decode_text(&t, kc_buf_view(&text), why), KC_OK);
	assert_int_equal(t.nby, 2);
	kc_buf_reset(&note);
	kc_buf_slice(&note, t.text);
	kc_buf_char(&note, '\n');
	for (unsigned k = 0; k < 2; k++) {
		unsigned i = (first + k) % 2;
		uint8_t seed[32] = {(uint8_t)i};
		struct kc_skey key;

		if ((who >> i & 1) == 0)
			continue;
		assert_int_equal(kc_skey_from_seed(&key, t.by[i], seed), KC_OK);
		kc_buf_note_sig(&note, t.text, &key);
	}
	err = kc_entry_decode_partial(e, kc_buf_view(&note), why);
	kc_buf_free(&text);
	if (err != KC_OK)
		kc_buf_free(&note);
	return err;
}

static void
test_entry__signed_by_some_of_its_signers(void **state)
{
	struct kc_refusal why = {0};
	struct kc_entry e;

	(void)state;
	for (unsigned who = 1; who <= 3; who++) {
		assert_int_equal(decode_signed_by(who, 0, &e, &why), KC_OK);
		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(e.sigs[i].base64.n > 0, who >> i & 1);
	}
	/* By nobody, in another order, or by somebody else. */
	assert_int_equal(decode_signed_by(0, 0, &e, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SIGNER_LINES);
	assert_int_equal(decode_signed_by(3, 1, &e, &why), KC_EREFUSED);
	assert_int_equal(why.code, KC_R_SIGNER_LINES);
	assert_int_equal(kc_entry_decode_partial(
			     &e, KC_LIT("kaocheng/v1 entry x\n\n"), &why),
	    KC_EREFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_entry__signed_by_some_of_its_signers),
	    cmocka_unit_test(test_entry__a_list_has_its_length),
	    cmocka_unit_test(test_entry__example_of_the_format),
	    cmocka_unit_test(test_entry__every_kind_comes_back),
	    cmocka_unit_test(test_entry__numbers_are_those_of_the_text),
	    cmocka_unit_test(test_entry__dates_quarters_and_sizes_as_numbers),
	    cmocka_unit_test(test_entry__golden_text_of_every_kind),
	    cmocka_unit_test(test_entry__what_decodes_also_encodes_to_the_same),
	    cmocka_unit_test(test_entry__every_truncation_refused),
	    cmocka_unit_test(
		test_entry__signature_form_is_what_verification_decodes),
	    cmocka_unit_test(test_entry__fold_and_unfold_are_inverse),
	    cmocka_unit_test(test_entry__possession_statement),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
