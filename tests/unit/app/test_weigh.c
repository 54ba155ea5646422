/* SPDX-License-Identifier: Apache-2.0 */
/* Notes that some of their signers have signed: would they stand? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "appkit.h"

#define WEEK_MS (7 * INT64_C(86400000))

/* An enrolment by two administrators, root.a first. */
static void
enrol(struct app *a, const char *by, const char *actor, struct kc_buf *note)
{
	const char *const fields[] = {kit_field("actor", actor), "role=org",
	    "unit=P03", kit_vkey(&a->k, "key", actor), kit_proof(&a->k, actor),
	    NULL};

	assert_int_equal(
	    kit_note(&a->k, note, KC_K_actor_enrol, by, fields), KC_OK);
}

/* Without its last line. */
static struct kc_slice
half(const struct kc_buf *note)
{
	const char *lf = memrchr(note->p, '\n', note->n - 1);

	return (struct kc_slice){note->p, (size_t)(lf - note->p) + 1};
}

static enum kc_refusal_code
weigh(struct app *a, struct kc_slice partial)
{
	static struct kc_entry e;
	struct kc_refusal why = {0};
	enum kc_err err;

	assert_int_equal(kc_entry_decode_partial(&e, partial, &why), KC_OK);
	err = kc_ledger_weigh(a->l, &e, &why);
	assert_int_equal(err, why.code == KC_R_NONE ? KC_OK : KC_EREFUSED);
	return why.code;
}

static void
test_weigh__one_of_two_signatures_is_enough_to_tell(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	uint64_t size = kc_store_size(a->store);

	enrol(a, "root.a root.b", "org.7", &note);
	assert_int_equal(weigh(a, half(&note)), KC_R_NONE);
	assert_int_equal(weigh(a, kc_buf_view(&note)), KC_R_NONE);
	assert_true(kc_store_size(a->store) == size);
	(void)app_digest(a);
	/* Whose signature it is not, and who may not sign. */
	note.p[note.n - 8] = note.p[note.n - 8] == 'A' ? 'B' : 'A';
	assert_int_equal(weigh(a, kc_buf_view(&note)), KC_R_SIGNATURE);
	kc_buf_reset(&note);
	enrol(a, "root.a P09.a", "org.7", &note);
	assert_int_equal(weigh(a, half(&note)), KC_R_ROLE);
	kc_buf_free(&note);
}

static void
test_weigh__text_that_was_not_signed_is_refused(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0};
	char *at;

	enrol(a, "root.a root.b", "org.7", &note);
	at = memmem(note.p, note.n, "\nat 20", 6);
	assert_non_null(at);
	at[strlen("\nat 2022-01-01T00:00:0")] ^= 1; /* another second */
	assert_int_equal(weigh(a, half(&note)), KC_R_SIGNATURE);
	kc_buf_free(&note);
}

static void
test_weigh__what_has_changed_meanwhile_is_said(void **state)
{
	struct app *a = *state;
	struct kc_buf note = {0}, other = {0};
	struct answer w;

	enrol(a, "root.a root.b", "org.7", &note);
	enrol(a, "root.a root.b", "org.7", &other);
	w = app_send(a, kc_buf_view(&other));
	assert_int_equal(w.err, KC_OK);
	answer_free(&w);
	assert_int_equal(weigh(a, half(&note)), KC_R_EXISTS);
	assert_int_equal(weigh(a, half(&other)), KC_R_ID_CONFLICT);
	app_at(a, a->now_ms + WEEK_MS + 60000);
	assert_int_equal(weigh(a, half(&note)), KC_R_AT_STALE);
	kc_buf_free(&note);
	kc_buf_free(&other);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, app_up_memory, app_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_weigh__one_of_two_signatures_is_enough_to_tell),
	    TEST(test_weigh__text_that_was_not_signed_is_refused),
	    TEST(test_weigh__what_has_changed_meanwhile_is_said),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
