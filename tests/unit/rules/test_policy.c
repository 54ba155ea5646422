/* SPDX-License-Identifier: Apache-2.0 */
/* Policy files: what is read, what is refused and where, their examples. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <kaocheng/policy.h>

#include "policykit.h"

#define POLICY KC_SRCDIR "/policies/nantong-2022.yaml"
#define COUNTY KC_SRCDIR "/policies/county-2024.yaml"
#define CALENDARS KC_SRCDIR "/policies/calendar/"

static struct kc_slice
slurp(const char *path)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("%s", path);
	n = fread(text, 1, sizeof(text), f);
	assert_true(n < sizeof(text));
	(void)fclose(f);
	return (struct kc_slice){text, n};
}

static struct kc_calendar *
all_calendars(void)
{
	struct kc_calendar *c = NULL;
	struct kc_refusal why;
	char path[256];

	assert_int_equal(kc_calendar_new(&c), KC_OK);
	for (int year = 2018; year <= 2026; year++) {
		(void)snprintf(path, sizeof(path), CALENDARS "%d.yaml", year);
		assert_int_equal(
		    kc_calendar_add(c, slurp(path), path, &why), KC_OK);
	}
	return c;
}

static struct kc_policy *
policy_of(const char *path, const char *name)
{
	struct kc_policy *p = NULL;
	struct kc_refusal why;
	enum kc_err err;

	err = kc_policy_parse(&p, slurp(path), name, KC_EPOCH_MAX, &why);
	if (err != KC_OK)
		fail_msg("%s: %s: %s, %s", kc_refusal_code_text(why.code),
		    why.rule_place, why.args[0], why.args[1]);
	return p;
}

static struct kc_policy *
nantong(void)
{
	return policy_of(POLICY, "policies/nantong-2022.yaml");
}

/* What a policy text must be able to say, the second one says otherwise. */
static void
test_policy__a_second_policy_differs_in_every_key(void **state)
{
	struct kc_policy *a = nantong(), *b = policy_of(COUNTY, "county");
	struct kc_buf of_a = {0}, of_b = {0};

	(void)state;
	for (unsigned k = 0; k < KC_P_COUNT; k++) {
		kc_buf_reset(&of_a);
		kc_buf_reset(&of_b);
		kc_buf_policy_value(&of_a, a, (enum kc_policy_key)k);
		kc_buf_policy_value(&of_b, b, (enum kc_policy_key)k);
		if (b->line[k] == 0 ||
		    kc_slice_eq(kc_buf_view(&of_a), kc_buf_view(&of_b)))
			fail_msg("%s is %s in both",
			    kc_policy_key_path((enum kc_policy_key)k),
			    kc_buf_cstr(&of_a));
		assert_false(b->stated[k]);
	}
	assert_int_not_equal(a->nnegatives, b->nnegatives);
	assert_int_not_equal(a->nbonuses, b->nbonuses);
	assert_int_not_equal(a->nsituations, b->nsituations);
	kc_buf_free(&of_a);
	kc_buf_free(&of_b);
	kc_free(a);
	kc_free(b);
}

static void
test_policy__source_rules_are_read(void **state)
{
	struct kc_policy *p = nantong();

	(void)state;
	assert_string_equal(p->name, "nantong-2022");
	assert_int_equal(p->value[KC_P_POINTS_KEY], 700000);
	assert_int_equal(p->value[KC_P_PD_REFUND_MAX], 8000);
	assert_int_equal(p->value[KC_P_PD_PERIOD_MONTHS], 3);
	assert_int_equal(p->value[KC_P_PD_ISSUE_CUTOFF], 1031);
	assert_int_equal(p->value[KC_P_DEADLINE_ROLL], 1);
	assert_int_equal(p->value[KC_P_PD_RESIDUAL], 0);
	assert_int_equal(p->nsituations, 8);
	assert_int_equal(p->nnegatives, 28);
	assert_int_equal(p->nbonuses, 4);
	assert_true(p->ntests >= 20);
	assert_string_equal(p->negatives[27].assessor, "G32");
	assert_string_equal(p->negatives[0].zh, "法治建设");
	kc_free(p);
}

static void
test_policy__only_stated_values_are_marked_stated(void **state)
{
	static const enum kc_policy_key stated[] = {KC_P_POINTS_KEY,
	    KC_P_POINTS_ROUTINE, KC_P_POINTS_DYNAMIC, KC_P_PD_PERIOD_MONTHS,
	    KC_P_PD_REFUND_MAX, KC_P_PD_HALF, KC_P_PD_EXEMPT_RANK_ADVANCE,
	    KC_P_BONUS_ITEM_MAX, KC_P_CADRE_FIRST_YEARS,
	    KC_P_CADRE_THIRD_YEARS};
	struct kc_policy *p = nantong();

	(void)state;
	for (int k = 0; k < KC_P_COUNT; k++) {
		bool want = false;

		for (size_t i = 0; i < sizeof(stated) / sizeof(*stated); i++)
			want = want || (int)stated[i] == k;
		if (p->stated[k] != want)
			fail_msg(
			    "%s", kc_policy_key_path((enum kc_policy_key)k));
	}
	kc_free(p);
}

static void
same_text(const struct kc_policy *p, enum kc_policy_key k, const char *want)
{
	struct kc_buf b = {0};

	kc_buf_policy_value(&b, p, k);
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
}

/* The policy without what came after the first epoch, reminders among it. */
static struct kc_policy *
without_remind(unsigned epoch)
{
	struct kc_slice s = slurp(POLICY);
	char *text = (char *)(uintptr_t)s.p;
	struct kc_policy *p = NULL;
	struct kc_refusal why;

	text[s.n] = '\0';
	policy_older(text, 1);
	assert_int_equal(
	    kc_policy_parse(&p, kc_slice_str(text), "p.yaml", epoch, &why),
	    KC_OK);
	return p;
}

static void
test_policy__reminders_are_read_and_have_defaults(void **state)
{
	struct kc_policy *all[] = {
	    nantong(), without_remind(KC_EPOCH_MAX), without_remind(1)};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct kc_policy *p = all[i];

		assert_int_equal(p->value[KC_P_REMIND_LADDER], 9);
		assert_int_equal(p->ladder[0], -30);
		assert_int_equal(p->ladder[8], 7);
		same_text(p, KC_P_REMIND_LADDER,
		    "[-30, -15, -7, -3, -1, 0, 1, 3, 7]");
		same_text(p, KC_P_REMIND_QUIET, "20:00-08:00");
		same_text(p, KC_P_REMIND_DIGEST_AT, "09:00");
		same_text(p, KC_P_REMIND_HEAD, "-7");
		same_text(p, KC_P_REMIND_CATCHUP, "one");
		assert_int_equal(p->line[KC_P_REMIND_LADDER] != 0, i == 0);
		kc_free(all[i]);
	}
}

static void
test_policy__a_value_is_spelled_as_in_the_text(void **state)
{
	static const struct {
		int64_t bp;
		const char *text;
	} rates[] = {{8000, "80%"}, {0, "0%"}, {1250, "12.5%"}, {1, "0.01%"},
	    {10000, "100%"}, {1205, "12.05%"}};
	struct kc_policy *p = nantong();
	struct kc_buf b = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		p->value[KC_P_PD_REFUND_MAX] = rates[i].bp;
		kc_buf_reset(&b);
		kc_buf_policy_value(&b, p, KC_P_PD_REFUND_MAX);
		assert_string_equal(kc_buf_cstr(&b), rates[i].text);
	}
	kc_buf_free(&b);
	kc_free(p);
}

static void
test_policy__eight_situations_are_four_two_two(void **state)
{
	struct kc_policy *p = nantong();
	size_t n[3] = {0};

	(void)state;
	for (size_t i = 0; i < p->nsituations; i++)
		n[p->situations[i].effect]++;
	assert_int_equal(n[KC_EFFECT_FULL], 4);
	assert_int_equal(n[KC_EFFECT_EXEMPT], 2);
	assert_int_equal(n[KC_EFFECT_HALF], 2);
	assert_non_null(kc_policy_situation(p, KC_LIT("S8")));
	assert_null(kc_policy_situation(p, KC_LIT("S9")));
	assert_null(kc_policy_situation(p, KC_LIT("S")));
	kc_free(p);
}

static void
test_policy__citation_names_the_line_of_the_key(void **state)
{
	struct kc_policy *p = nantong();
	struct kc_refusal r = {0};
	struct kc_slice text = slurp(POLICY), line;
	char want[96];
	unsigned at = 0;

	(void)state;
	while (kc_slice_line(&text, &line)) {
		at++;
		if (line.n > 13 && memcmp(line.p, "  refund_max:", 13) == 0)
			break;
	}
	(void)snprintf(
	    want, sizeof(want), "policies/nantong-2022.yaml:%u:3", at);
	kc_policy_cite(p, KC_P_PD_REFUND_MAX, &r);
	assert_string_equal(r.rule, "pd.refund_max");
	assert_string_equal(r.rule_place, want);
	kc_policy_cite_situation(p, kc_policy_situation(p, KC_LIT("S3")), &r);
	assert_string_equal(r.rule, "situations.S3");
	kc_free(p);
}

static void
test_policy__fits_one_entry_and_holds_no_odd_bytes(void **state)
{
	struct kc_slice text = slurp(POLICY), line;

	(void)state;
	assert_true(text.n < 30000);
	assert_int_equal(kc_text_scan(text), text.n);
	assert_int_equal(text.p[text.n - 1], '\n');
	while (kc_slice_line(&text, &line)) {
		if (line.n > 0)
			assert_int_not_equal(line.p[line.n - 1], ' ');
	}
}

struct tally {
	unsigned ok, bad;
	char last[256];
};

static void
count(
    void *ctx, const char *name, uint32_t line, bool ok, const char *difference)
{
	struct tally *t = ctx;

	if (ok) {
		t->ok++;
		return;
	}
	t->bad++;
	print_message("# line %u: %s: %s\n", line, name, difference);
	(void)snprintf(t->last, sizeof(t->last), "%u %s", line, difference);
}

static void
test_policy__every_file_parses_and_its_examples_hold(void **state)
{
	struct kc_calendar *c = all_calendars();
	DIR *dir = opendir(KC_SRCDIR "/policies");
	struct dirent *e;
	unsigned files = 0;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		struct kc_refusal why;
		struct tally t = {0};
		char path[512];
		size_t n = strlen(e->d_name);

		if (n < 5 || strcmp(e->d_name + n - 5, ".yaml") != 0)
			continue;
		(void)snprintf(
		    path, sizeof(path), KC_SRCDIR "/policies/%s", e->d_name);
		assert_int_equal(kc_policy_run_tests(slurp(path), e->d_name, c,
				     count, &t, &why),
		    KC_OK);
		assert_int_equal(t.bad, 0);
		assert_true(t.ok > 0);
		files++;
	}
	assert_true(files > 0);
	(void)closedir(dir);
	kc_calendar_free(c);
}

static void
test_policy__every_key_is_documented(void **state)
{
	static char doc[65536];
	struct kc_slice text = slurp(KC_SRCDIR "/docs/POLICY.md");

	(void)state;
	assert_true(kc_slice_copy(doc, sizeof(doc), text));
	for (int k = 0; k < KC_P_COUNT; k++) {
		char row[64];

		(void)snprintf(row, sizeof(row), "\n| `%s` |",
		    kc_policy_key_path((enum kc_policy_key)k));
		if (strstr(doc, row) == NULL)
			fail_msg("docs/POLICY.md has no row%s", row);
	}
}

/* Replaces the first `from` of the policy by `to`. */
static struct kc_slice
altered(const char *from, const char *to)
{
	static char text[1 << 18];
	struct kc_slice s = slurp(POLICY);
	const char *at;
	size_t head, n = strlen(from), m = strlen(to);

	((char *)(uintptr_t)s.p)[s.n] = '\0';
	at = strstr(s.p, from);
	if (at == NULL)
		fail_msg("the policy has no \"%s\"", from);
	head = (size_t)(at - s.p);
	memcpy(text, s.p, head);
	memcpy(text + head, to, m);
	memcpy(text + head + m, at + n, s.n - head - n);
	return (struct kc_slice){text, s.n - n + m};
}

static void
test_policy__an_example_that_does_not_hold_is_reported(void **state)
{
	struct kc_calendar *c = all_calendars();
	struct kc_refusal why;
	struct tally t = {0};
	struct kc_slice yaml =
	    altered("total: \"95.7216\"", "total: \"95.7215\"");

	(void)state;
	assert_int_equal(
	    kc_policy_run_tests(yaml, "p.yaml", c, count, &t, &why), KC_OK);
	assert_int_equal(t.bad, 1);
	assert_non_null(strstr(t.last, "total wants 95.7215, is 95.7216"));
	kc_calendar_free(c);
}

static void
test_policy__deadline_examples_need_their_calendar(void **state)
{
	struct kc_refusal why;
	struct tally t = {0};

	(void)state;
	assert_int_equal(
	    kc_policy_run_tests(slurp(POLICY), "p.yaml", NULL, count, &t, &why),
	    KC_OK);
	assert_int_equal(t.bad, 11);
}

static void
test_policy__a_changed_rule_changes_its_examples(void **state)
{
	struct kc_calendar *c = all_calendars();
	struct kc_refusal why;
	struct tally t = {0};
	struct kc_slice yaml = altered("exempt_rank_advance: { value: 2",
	    "exempt_rank_advance: { value: 3");

	(void)state;
	assert_int_equal(
	    kc_policy_run_tests(yaml, "p.yaml", c, count, &t, &why), KC_OK);
	assert_int_equal(t.bad, 1);
	assert_non_null(strstr(t.last, "situation wants S5, is S7"));
	kc_calendar_free(c);
}

static void
test_policy__rank_marks_of_unknown_ranks_do_not_hold(void **state)
{
	struct kc_policy *p = nantong();
	struct kc_rank_facts unknown = {0};
	struct kc_rank_facts no_last = {.rank = 5};
	struct kc_rank_facts beyond = {.rank = 14, .last_year_rank = 20};

	(void)state;
	for (int m = KC_MARK_RANK_LOW; m <= KC_MARK_PARTLY; m++) {
		enum kc_mark mark = (enum kc_mark)m;

		assert_false(kc_policy_mark_holds(p, mark, &unknown));
		assert_false(kc_policy_mark_holds(p, mark, &no_last));
		assert_false(kc_policy_mark_holds(p, mark, &beyond));
	}
	kc_free(p);
}

static unsigned allowed; /* allocations before the memory runs out */

static void *
meagre(void *p, size_t n)
{
	if (allowed == 0)
		return NULL;
	allowed--;
	return realloc(p, n);
}

static void
test_policy__running_out_of_memory_anywhere_is_an_error(void **state)
{
	struct kc_slice yaml = slurp(POLICY);
	struct kc_policy *p = NULL;
	enum kc_err err = KC_ENOMEM;
	unsigned n;

	(void)state;
	for (n = 0; n < 10000 && err != KC_OK; n++) {
		struct kc_refusal why;

		allowed = n;
		kc_alloc_hook(meagre);
		err = kc_policy_parse(&p, yaml, "p.yaml", KC_EPOCH_MAX, &why);
		kc_alloc_hook(NULL);
		if (err != KC_OK) {
			assert_int_equal(err, KC_ENOMEM);
			assert_null(p);
		}
	}
	assert_true(n > 10);
	assert_int_equal(err, KC_OK);
	kc_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_policy__source_rules_are_read),
	    cmocka_unit_test(test_policy__only_stated_values_are_marked_stated),
	    cmocka_unit_test(test_policy__reminders_are_read_and_have_defaults),
	    cmocka_unit_test(test_policy__a_second_policy_differs_in_every_key),
	    cmocka_unit_test(test_policy__a_value_is_spelled_as_in_the_text),
	    cmocka_unit_test(test_policy__eight_situations_are_four_two_two),
	    cmocka_unit_test(test_policy__citation_names_the_line_of_the_key),
	    cmocka_unit_test(
		test_policy__fits_one_entry_and_holds_no_odd_bytes),
	    cmocka_unit_test(test_policy__every_key_is_documented),
	    cmocka_unit_test(
		test_policy__every_file_parses_and_its_examples_hold),
	    cmocka_unit_test(
		test_policy__an_example_that_does_not_hold_is_reported),
	    cmocka_unit_test(
		test_policy__deadline_examples_need_their_calendar),
	    cmocka_unit_test(test_policy__a_changed_rule_changes_its_examples),
	    cmocka_unit_test(
		test_policy__rank_marks_of_unknown_ranks_do_not_hold),
	    cmocka_unit_test(
		test_policy__running_out_of_memory_anywhere_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
