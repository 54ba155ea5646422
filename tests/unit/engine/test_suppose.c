/* SPDX-License-Identifier: Apache-2.0 */
/* Counterfactuals: the same log as if some of it had been otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/suppose.h>

#include "casekit.h"
#include "disputekit.h"
#include "policykit.h"
#include "viewkit.h"

/* Two cases of two units, met and returned; the year's end. */
struct fixture {
	struct kit k;
	struct leaves l;
	unsigned submit_a, refund_a, submit_b; /* entries */
	struct kc_supposed w;
	struct kc_refusal why;
	json_t *doc;
	struct kc_buf text;
};

static unsigned
last_entry(const struct fixture *f)
{
	return f->k.nnotes - 1;
}

static void
set_up(struct fixture *f)
{
	struct kc_case *a, *b;

	memset(f, 0, sizeof(*f));
	kit_init(&f->k, KIT_LISTS);
	a = case_rectifying(&f->k, "2022-07-15", "G16", "G16-K2");
	b = case_rectifying(&f->k, "2022-07-18", "G17", "G17-K2");
	kit_on(&f->k, "2022-08-10");
	case_submit(&f->k, a);
	f->submit_a = last_entry(f);
	kit_on(&f->k, "2022-08-12");
	case_submit(&f->k, b);
	f->submit_b = last_entry(f);
	case_refund(&f->k, a, "8000");
	f->refund_a = last_entry(f);
	case_refund(&f->k, b, "5000");
	kit_on(&f->k, "2022-12-30");
	(void)kit_clerk(&f->k);
	kit_do(&f->k, KC_K_completion_find, "G02.a", "target=G17-R1",
	    "rate=9000", EVIDENCE);
	leaves_of(&f->k, &f->l);
}

static void
forget(struct fixture *f)
{
	kc_supposed_release(&f->w);
	json_decref(f->doc);
	f->doc = NULL;
	kc_buf_reset(&f->text);
}

static void
tear_down(struct fixture *f)
{
	forget(f);
	kc_buf_free(&f->text);
	leaves_free(&f->l);
	kit_free(&f->k);
}

static enum kc_err
suppose(struct fixture *f, const struct kc_supposition *s)
{
	struct kc_log log = leaves_log(&f->l);

	forget(f);
	return kc_suppose(s, &log, UINT64_MAX, &f->w, &f->why);
}

/* Supposes, and takes both forms of what it comes to. */
static void
come_to(struct fixture *f, const struct kc_supposition *s)
{
	const struct kc_hash root = kc_frontier_root(&f->k.frontier);
	struct kc_buf json = {0};

	assert_int_equal(suppose(f, s), KC_OK);
	assert_int_equal(
	    kc_supposed_text(&f->w, s, &root, &f->text, &f->why), KC_OK);
	assert_int_equal(
	    kc_supposed_render(&f->w, s, &root, KC_LANG_EN, &json, &f->why),
	    KC_OK);
	f->doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(f->doc);
	kc_buf_free(&json);
}

static void
without(struct fixture *f, const char *name)
{
	const struct kc_slice names[] = {kc_slice_str(name)};
	const struct kc_supposition s = {.without = names, .nwithout = 1};

	come_to(f, &s);
}

static const char *
seq_text(unsigned seq)
{
	static char text[4][24];
	static unsigned next;
	char *out = text[next++ % 4];

	(void)snprintf(out, sizeof(text[0]), "#%u", seq);
	return out;
}

static size_t
count(const struct fixture *f, const char *list)
{
	return json_array_size(json_object_get(f->doc, list));
}

/* Of a list the first row whose member has the text; NULL if none. */
static json_t *
row_of(
    const struct fixture *f, const char *list, const char *key, const char *is)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(f->doc, list), i, row)
	{
		if (strcmp(text_at(row, key), is) == 0)
			return row;
	}
	return NULL;
}

static void
assert_changed(
    const struct fixture *f, const char *unit, const char *from, const char *to)
{
	json_t *row = row_of(f, "changed", "unit", unit);

	assert_non_null(row);
	assert_string_equal(text_at(row, "from"), from);
	assert_string_equal(text_at(row, "to"), to);
}

static void
test_suppose__nothing_is_the_log_itself(void **state)
{
	const struct kc_supposition nothing = {0};
	struct fixture f;
	struct kc_hash live = {{0}}, is, as_if;

	(void)state;
	set_up(&f);
	come_to(&f, &nothing);
	assert_int_equal(f.w.n, 0);
	assert_int_equal(count(&f, "changed"), 0);
	live = kit_digest(&f.k);
	assert_int_equal(kc_state_digest(f.w.is, &is), KC_OK);
	assert_int_equal(kc_state_digest(f.w.as_if, &as_if), KC_OK);
	assert_memory_equal(&is, &live, sizeof(is));
	assert_memory_equal(&as_if, &live, sizeof(is));
	tear_down(&f);
}

static void
test_suppose__a_case_goes_as_a_whole_and_the_others_keep_their_numbers(
    void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	without(&f, "PD-2022-0001");
	/* decide, confirm, deliver, submit, grant */
	assert_int_equal(count(&f, "left_out"), 5);
	assert_int_equal(count(&f, "refused"), 0);
	assert_int_equal(count(&f, "derived"), 0);
	assert_changed(&f, "G16", "99.9000", "100.0000");
	assert_int_not_equal(
	    kc_find(f.w.as_if, KC_NS_CASE, KC_LIT("PD-2022-0002")), KC_NONE);
	assert_int_equal(
	    kc_find(f.w.as_if, KC_NS_CASE, KC_LIT("PD-2022-0001")), KC_NONE);
	tear_down(&f);
}

static void
test_suppose__what_rests_on_what_is_left_out_falls_with_its_reason(void **state)
{
	struct fixture f;
	json_t *row;

	(void)state;
	set_up(&f);
	without(&f, seq_text(f.submit_a));
	assert_int_equal(count(&f, "left_out"), 1);
	assert_int_equal(count(&f, "refused"), 1);
	row = row_of(&f, "refused", "kind", "refund.grant");
	assert_non_null(row);
	assert_int_equal(int_at(row, "entry"), f.refund_a);
	assert_string_equal(text_at(row, "code"), "E-STATE");
	tear_down(&f);
}

/* No submission: the clerk would have written the expiry at the end of the
 * period, at the instant at which it fell due. */
static void
test_suppose__the_clerk_writes_what_falls_due_in_it(void **state)
{
	struct fixture f;
	json_t *row;

	(void)state;
	set_up(&f);
	without(&f, seq_text(f.submit_a));
	assert_int_equal(count(&f, "derived"), 1);
	row = row_of(&f, "derived", "kind", "prededuct.expire");
	assert_non_null(row);
	assert_string_equal(text_at(row, "about"), "PD-2022-0001");
	/* Three months from 15 July, 17 October for a Saturday. */
	assert_string_equal(
	    text_at(row, "received"), "2022-10-17T16:00:00.000Z");
	assert_changed(&f, "G16", "99.9000", "99.5000");
	tear_down(&f);
}

/* A log that ends between an order and its correction, which is due at once,
 * has written all else that fell due until then. */
static void
test_suppose__an_order_at_the_end_holds_up_nothing_else(void **state)
{
	struct kc_slice names[2];
	struct kc_supposition s = {.without = names, .nwithout = 1};
	struct kc_dispute *d;
	struct kc_due due;
	struct fixture f;
	struct kc_case *c;

	(void)state;
	memset(&f, 0, sizeof(f));
	kit_init(&f.k, KIT_LISTS);
	c = case_rectifying(&f.k, "2022-07-15", "G16", "G16-K2");
	kit_on(&f.k, "2022-08-10");
	case_submit(&f.k, c);
	f.submit_a = last_entry(&f);
	case_refund(&f.k, c, "8000");
	c = case_rectifying(&f.k, "2022-10-17", "G17", "G17-K2");
	d = dispute_heard(&f.k, c);
	dispute_decide(&f.k, d, "overturned", NULL);
	kit_on(&f.k, "2022-10-19");
	kit_do(&f.k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	leaves_of(&f.k, &f.l);
	names[0] = kc_slice_str(seq_text(f.submit_a));
	names[1] = kc_slice_str(seq_text(last_entry(&f)));
	come_to(&f, &s);
	assert_int_equal(count(&f, "derived"), 1);
	assert_true(kc_state_due(f.w.as_if, &due));
	assert_int_equal(due.due_ms, 0); /* as in the log */
	s.nwithout = 2;
	come_to(&f, &s);
	assert_int_equal(count(&f, "left_out"), 2);
	assert_non_null(row_of(&f, "derived", "kind", "prededuct.expire"));
	tear_down(&f);
}

/* A clerk's entry of the log that would not be due falls away. */
static void
test_suppose__an_expiry_that_would_not_be_falls_away(void **state)
{
	struct fixture f;
	struct kc_case *c;
	struct kc_buf note = {0};
	struct kc_slice with[1];
	struct kc_supposition s = {.with = with, .nwith = 1};
	json_t *row;

	(void)state;
	memset(&f, 0, sizeof(f));
	kit_init(&f.k, KIT_LISTS);
	c = case_rectifying(&f.k, "2022-07-15", "G16", "G16-K2");
	kit_on(&f.k, "2022-08-10");
	assert_int_equal(kit_note(&f.k, &note, KC_K_rectify_submit, "G16.head",
			     (const char *const[]){case_field(c), EVIDENCE,
				 "report=已整改到位", NULL}),
	    KC_OK);
	kit_on(&f.k, "2022-12-30");
	assert_int_equal(kit_clerk(&f.k), 1);
	kit_do(&f.k, KC_K_completion_find, "G02.a", "target=G17-R1",
	    "rate=9000", EVIDENCE);
	leaves_of(&f.k, &f.l);
	with[0] = kc_buf_view(&note);
	come_to(&f, &s);
	assert_int_equal(count(&f, "added"), 1);
	row = row_of(&f, "refused", "kind", "prededuct.expire");
	assert_non_null(row);
	assert_string_equal(text_at(row, "code"), "E-STATE");
	/* Nobody reviewed it: the clerk says so. */
	assert_non_null(row_of(&f, "derived", "kind", "review.overdue"));
	kc_buf_free(&note);
	tear_down(&f);
}

static void
test_suppose__without_it_and_with_it_again_is_as_it_was(void **state)
{
	struct fixture f;
	struct kc_slice name[1], with[1];
	struct kc_supposition s = {
	    .without = name, .nwithout = 1, .with = with, .nwith = 1};

	(void)state;
	set_up(&f);
	name[0] = kc_slice_str(seq_text(f.submit_a));
	with[0] = (struct kc_slice){
	    f.k.log.p + f.k.notes[f.submit_a].off, f.k.notes[f.submit_a].n};
	come_to(&f, &s);
	assert_int_equal(count(&f, "added"), 1);
	assert_int_equal(count(&f, "refused"), 0);
	assert_int_equal(count(&f, "changed"), 0);
	tear_down(&f);
}

static void
test_suppose__a_note_that_stands_in_the_log_is_refused(void **state)
{
	struct fixture f;
	struct kc_slice with[1];
	struct kc_supposition s = {.with = with, .nwith = 1};

	(void)state;
	set_up(&f);
	with[0] = (struct kc_slice){
	    f.k.log.p + f.k.notes[f.submit_a].off, f.k.notes[f.submit_a].n};
	assert_int_equal(suppose(&f, &s), KC_EREFUSED);
	assert_int_equal(f.w.bad, KC_SUPPOSED_WITH);
	assert_int_equal(f.why.code, KC_R_ID_CONFLICT);
	tear_down(&f);
}

static void
test_suppose__a_name_of_nothing_is_refused(void **state)
{
	const struct kc_slice names[] = {
	    KC_LIT("PD-2022-0001"), KC_LIT("PD-2022-0099")};
	const struct kc_supposition s = {.without = names, .nwithout = 2};
	struct fixture f;

	(void)state;
	set_up(&f);
	assert_int_equal(suppose(&f, &s), KC_EREFUSED);
	assert_int_equal(f.why.code, KC_R_NOT_FOUND);
	assert_int_equal(f.w.bad, KC_SUPPOSED_WITHOUT);
	assert_int_equal(f.w.bad_at, 1);
	tear_down(&f);
}

/* A supposed case takes a number that no case of the log has. */
static void
test_suppose__a_supposed_case_takes_nobodys_number(void **state)
{
	struct fixture f;
	struct kc_buf note = {0};
	struct kc_slice with[1];
	struct kc_supposition s = {.with = with, .nwith = 1};
	json_t *row;

	(void)state;
	memset(&f, 0, sizeof(f));
	kit_init(&f.k, KIT_LISTS);
	kit_on(&f.k, "2022-07-10");
	assert_int_equal(kit_note(&f.k, &note, KC_K_prededuct_decide, "G02.a",
			     (const char *const[]){"unit=G16", "target=G16-K2",
				 "situation=S3", "effect=full",
				 "standard=0.5000", "planned=7500",
				 "actual=5000", EVIDENCE, "reason=迟", NULL}),
	    KC_OK);
	(void)case_rectifying(&f.k, "2022-07-18", "G17", "G17-K2");
	leaves_of(&f.k, &f.l);
	with[0] = kc_buf_view(&note);
	come_to(&f, &s);
	assert_int_equal(count(&f, "refused"), 0);
	row = row_of(&f, "added", "kind", "prededuct.decide");
	assert_non_null(row);
	assert_string_equal(text_at(row, "about"), "PD-2022-900001");
	kc_buf_free(&note);
	tear_down(&f);
}

static void
test_suppose__another_policy_stands_in_place_of_the_adopted(void **state)
{
	struct fixture f;
	char *text = kit_file("policies/nantong-2022.yaml"), *at;
	struct kc_supposition s = {.policy = {.file = "draft.yaml"}};

	(void)state;
	set_up(&f);
	/* Half comes back at most; its own examples say otherwise. */
	at = strstr(text, "refund_max: { value: \"80%");
	assert_non_null(at);
	at[22] = '5';
	*strstr(text, "\ntests:") = '\0';
	s.policy.text = kc_slice_str(text);
	come_to(&f, &s);
	assert_int_equal(count(&f, "replaced"), 1);
	assert_int_equal(count(&f, "refused"), 1);
	assert_string_equal(
	    text_at(row_of(&f, "refused", "kind", "refund.grant"), "code"),
	    "E-RET-CAP");
	assert_changed(&f, "G16", "99.9000", "99.5000");
	kc_free(text);
	tear_down(&f);
}

static void
test_suppose__another_calendar_moves_the_last_days(void **state)
{
	struct fixture f;
	char *text = kit_file("policies/calendar/2022.yaml");
	struct kc_supposition s = {.calendar = {.file = "other.yaml"}};
	struct kc_slice name[1];
	json_t *row;
	char *at = strstr(text, "2022-10-01..2022-10-07");

	(void)state;
	set_up(&f);
	assert_non_null(at);
	memcpy(at, "2022-10-17..2022-10-19", 22);
	s.calendar.text = kc_slice_str(text);
	name[0] = kc_slice_str(seq_text(f.submit_a));
	s.without = name;
	s.nwithout = 1;
	come_to(&f, &s);
	row = row_of(&f, "derived", "kind", "prededuct.expire");
	assert_non_null(row);
	assert_string_equal(
	    text_at(row, "received"), "2022-10-20T16:00:00.000Z");
	kc_free(text);
	tear_down(&f);
}

/* Names in another order, said twice, with the sign or not: the same. */
static void
test_suppose__evidence_is_the_same_bytes_however_it_is_asked(void **state)
{
	const char *n = seq_text(7);
	const struct kc_slice a[] = {KC_LIT("PD-2022-0002"), kc_slice_str(n)};
	const struct kc_slice b[] = {kc_slice_str(n + 1),
	    KC_LIT("PD-2022-0002"), KC_LIT("PD-2022-0002")};
	const struct kc_supposition sa = {.without = a, .nwithout = 2};
	const struct kc_supposition sb = {.without = b, .nwithout = 3};
	struct fixture f;
	struct kc_hash first, second;

	(void)state;
	set_up(&f);
	come_to(&f, &sa);
	first = kc_sha256(f.text.p, f.text.n);
	come_to(&f, &sb);
	second = kc_sha256(f.text.p, f.text.n);
	assert_memory_equal(&first, &second, sizeof(first));
	tear_down(&f);
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_suppose__nothing_is_the_log_itself),
	    T(test_suppose__a_case_goes_as_a_whole_and_the_others_keep_their_numbers),
	    T(test_suppose__what_rests_on_what_is_left_out_falls_with_its_reason),
	    T(test_suppose__the_clerk_writes_what_falls_due_in_it),
	    T(test_suppose__an_order_at_the_end_holds_up_nothing_else),
	    T(test_suppose__an_expiry_that_would_not_be_falls_away),
	    T(test_suppose__without_it_and_with_it_again_is_as_it_was),
	    T(test_suppose__a_note_that_stands_in_the_log_is_refused),
	    T(test_suppose__a_name_of_nothing_is_refused),
	    T(test_suppose__a_supposed_case_takes_nobodys_number),
	    T(test_suppose__another_policy_stands_in_place_of_the_adopted),
	    T(test_suppose__another_calendar_moves_the_last_days),
	    T(test_suppose__evidence_is_the_same_bytes_however_it_is_asked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
