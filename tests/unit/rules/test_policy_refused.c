/* SPDX-License-Identifier: Apache-2.0 */
/* Policy texts that are refused: the code, the place and the words. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <kaocheng/limits.h>
#include <kaocheng/policy.h>

#define POLICY KC_SRCDIR "/policies/nantong-2022.yaml"

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

/* A change of the good file, and the refusal it must meet. The place is
 * relative to the changed line: rows below the top of `from`, and column. */
struct malformed {
	const char *from, *to;
	enum kc_refusal_code code;
	unsigned below, col;
	const char *arg0, *arg1;
};

static const struct malformed table[] = {
    {"ladder: { value: [-30, -15", "ladder: { value: [-15, -15", KC_R_KEY_VALUE,
	0, 26, "remind.ladder", "-14..250"},
    {"B1: { mark", "B1: x\n  B9: { mark", KC_R_KEY_VALUE, 0, 0,
	"bonus_situations", "{ }"},
    {"mark: rank, ", "mark: ranks, ", KC_R_KEY_VALUE, 0, 0, "mark",
	"incentive|commendation|instruction|rank"},
    {"grade: first", "grade: firsts", KC_R_KEY_VALUE, 0, 0, "grade",
	"incentive|national|provincial|main-leader|vice-leader|first|advance"},
    {"matter: 1, grade: advance", "matter: 1, grade: national", KC_R_KEY_VALUE,
	0, 0, "grade", "rank"},
    {"[-30, -15", "[-30, -251", KC_R_KEY_VALUE, 0, 26, "remind.ladder",
	"-29..250"},
    {"0, 1, 3, 7]", "0, +1, 3, 7]", KC_R_KEY_VALUE, 0, 0, "remind.ladder",
	"1..250"},
    {"[-30, -15, -7, -3, -1, 0, 1, 3, 7]", "[]", KC_R_KEY_VALUE, 0, 0,
	"remind.ladder", "[-30, .., 7]"},
    {"[-30, -15, -7, -3, -1, 0, 1, 3, 7]",
	"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]",
	KC_R_KEY_VALUE, 0, 0, "remind.ladder", "[-30, .., 7]"},
    {"[-30, -15, -7, -3, -1, 0, 1, 3, 7]", "-30", KC_R_KEY_VALUE, 0, 0, "value",
	"[ ]"},
    {"\"20:00-08:00\"", "20:00-08:00", KC_R_KEY_VALUE, 0, 0, "remind.quiet",
	"\"20:00-08:00\""},
    {"\"20:00-08:00\"", "\"20:00-24:00\"", KC_R_KEY_VALUE, 0, 0, "remind.quiet",
	"\"20:00-08:00\""},
    {"\"20:00-08:00\"", "\"20:00\"", KC_R_KEY_VALUE, 0, 0, "remind.quiet",
	"\"20:00-08:00\""},
    {"\"09:00\"", "\"9:00\"", KC_R_KEY_VALUE, 0, 0, "remind.digest_at",
	"\"00:00\"..\"23:59\""},
    {"\"09:00\"", "\"09:60\"", KC_R_KEY_VALUE, 0, 0, "remind.digest_at",
	"\"00:00\"..\"23:59\""},
    {"  refund_max:", "  refund_mx:", KC_R_KEY_UNKNOWN, 0, 3, "refund_mx",
	"refund_max"},
    {"\npoints:", "\npints:", KC_R_KEY_UNKNOWN, 1, 1, "pints", "points"},
    {"\npoints:", "\nzzzzzzzz:", KC_R_KEY_UNKNOWN, 1, 1, "zzzzzzzz", ""},
    {"  refund_max: {", "  half: {", KC_R_KEY_REPEATED, 1, 3, "half", ""},
    {"  refund_max: { value: \"80%\", source: stated, rule: R106 }\n", "",
	KC_R_KEY_MISSING, 0, 0, "pd.refund_max", ""},
    {"refund_max: { value: \"80%\"", "refund_max: { value: \"101%\"",
	KC_R_KEY_VALUE, 0, 24, "pd.refund_max", "\"0%\"..\"100%\""},
    {"refund_max: { value: \"80%\"", "refund_max: { value: 80%", KC_R_KEY_VALUE,
	0, 24, "pd.refund_max", "\"0%\"..\"100%\""},
    {"refund_max: { value: \"80%\"", "refund_max: { value: \"80.0%\"",
	KC_R_KEY_VALUE, 0, 24, "pd.refund_max", "\"0%\"..\"100%\""},
    {"refund_max: { value: \"80%\"", "refund_max: { value: 0.8", KC_R_KEY_VALUE,
	0, 24, "pd.refund_max", "\"0%\"..\"100%\""},
    {"refund_max: { value: \"80%\", source: stated",
	"refund_max: { value: \"80%\"", KC_R_KEY_MISSING, 0, 15, "source", ""},
    {"refund_max: { value: \"80%\", source: stated",
	"refund_max: { value: \"80%\", source: said", KC_R_KEY_VALUE, 0, 39,
	"source", "default|stated"},
    {"refund_max: { value: \"80%\", source: stated",
	"refund_max: { valu: \"80%\", source: stated", KC_R_KEY_UNKNOWN, 0, 17,
	"valu", "value"},
    {"  key: { value: \"70.0000\"", "  key: { value: 70.0000", KC_R_KEY_VALUE,
	0, 17, "points.key", "\"0.0000\"..\"100.0000\""},
    {"  key: { value: \"70.0000\"", "  key: { value: \"70.0\"", KC_R_KEY_VALUE,
	0, 17, "points.key", "\"0.0000\"..\"100.0000\""},
    {"  key: { value: \"70.0000\"", "  key: { value: \"71.0000\"",
	KC_R_KEY_VALUE, 0, 3, "points", "key + routine + dynamic = 100.0000"},
    {"  item_max: { value: \"2.0000\"",
	"  event_min: { value: \"1.0001\", source: default }\n"
	"  item_max: { value: \"2.0000\"",
	KC_R_KEY_VALUE, 0, 3, "neg.event_min", "<= neg.event_max"},
    {"low_from: { value: 11", "low_from: { value: 14", KC_R_KEY_VALUE, 0, 3,
	"rank.low_from", "<= rank.cities"},
    {"  cities: { value: 13", "  cities: { value: 013", KC_R_KEY_VALUE, 0, 20,
	"rank.cities", "2..99"},
    {"  cities: { value: 13", "  cities: { value: [13]", KC_R_KEY_VALUE, 0, 20,
	"value", "x"},
    {"  cities: { value: 13", "  cities: { value: &a 13", KC_R_YAML, 0, 23,
	"an anchor", ""},
    {"  cities: { value: 13", "  cities: { value: !!int 13", KC_R_YAML, 0, 26,
	"a tag", ""},
    {"  cities: { value: 13", "  cities: { value: *a", KC_R_YAML, 0, 21,
	"an alias", ""},
    {"  roll: { value: next_workday", "  roll: { value: later", KC_R_KEY_VALUE,
	0, 18, "deadline.roll", "none|next_workday"},
    {"issue_cutoff: { value: \"10-31\"", "issue_cutoff: { value: \"02-29\"",
	KC_R_KEY_VALUE, 0, 26, "pd.issue_cutoff", "\"01-01\"..\"12-31\""},
    {"    effect: full", "    effect: double", KC_R_KEY_VALUE, 0, 13, "effect",
	"full|half|exempt"},
    {"    standard: \"0.5000\"", "    standard: \"1.0001\"", KC_R_KEY_VALUE, 0,
	15, "standard", "\"0.1000\"..\"1.0000\""},
    {"    min: \"0.0000\"\n    max: \"0.0000\"",
	"    min: \"0.0000\"\n    max: \"0.1000\"", KC_R_KEY_VALUE, 1, 10,
	"max", "\"0.0000\"..\"0.0000\""},
    {"  S2:\n", "  s2:\n", KC_R_KEY_VALUE, 0, 3, "situation", "A1..Z999999"},
    {"  S2:\n", "  S1:\n", KC_R_KEY_REPEATED, 0, 3, "S1", ""},
    {"  - { no: 2, assessor", "  - { no: 3, assessor", KC_R_KEY_VALUE, 0, 11,
	"no", "2..2"},
    {"  - { no: 2, assessor", "  - { no: 2, asessor", KC_R_KEY_UNKNOWN, 0, 14,
	"asessor", "assessor"},
    {"zh: 法治建设", "zh: \"\\u202e\"", KC_R_TEXT, 0, 60,
	": bidirectional override (U+202E)", ""},
    {"zh: 法治建设", "zh: \t", KC_R_TEXT, 0, 60, ": TAB (U+0009)", ""},
    {"    deadline: { delivered: 2022-04-20",
	"    deadline: { delivered: 2022-02-29", KC_R_KEY_VALUE, 0, 28,
	"delivered", "2000-01-01..2199-12-31"},
    {"return: \"80%\" }", "return: \"81%\" }", KC_R_KEY_VALUE, 0, 58, "return",
	"\"0%\"..\"80%\""},
    {"    wants: { due: 2022-07-20", "    wants: { duo: 2022-07-20",
	KC_R_KEY_UNKNOWN, 0, 14, "duo", "due"},
    {"    rank: { rank: 11, last_year: 13 }\n", "", KC_R_KEY_MISSING, 0, 0,
	"deduct|rank|deadline|workdays|score|grades|ballots", ""},
};

static void
test_policy_refused__malformed_texts_are_refused_at_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const struct malformed *m = &table[i];
		struct kc_slice yaml = altered(m->from, m->to);
		struct kc_slice good = slurp(POLICY);
		struct kc_policy *p = NULL;
		struct kc_refusal why;
		unsigned line = 1 + m->below;
		char place[96];

		for (const char *c = good.p; c < strstr(good.p, m->from); c++)
			line += *c == '\n';
		assert_int_equal(
		    kc_policy_parse(&p, yaml, "p.yaml", KC_EPOCH_MAX, &why),
		    KC_EREFUSED);
		assert_null(p);
		if (why.code != m->code || (m->col != 0 && why.line != line) ||
		    (m->col != 0 && why.col != m->col) ||
		    strcmp(why.args[0], m->arg0) != 0 ||
		    strcmp(why.args[1], m->arg1) != 0)
			fail_msg("\"%s\": %s at %u:%u, %s, %s; line %u", m->to,
			    kc_refusal_code_text(why.code), why.line, why.col,
			    why.args[0], why.args[1], line);
		(void)snprintf(
		    place, sizeof(place), "p.yaml:%u:%u", why.line, why.col);
		assert_string_equal(why.rule_place, place);
	}
}

static void
refused(const char *text, enum kc_refusal_code code, const char *arg0)
{
	struct kc_policy *p = NULL;
	struct kc_refusal why;

	assert_int_equal(kc_policy_parse(&p, kc_slice_str(text), "p.yaml",
			     KC_EPOCH_MAX, &why),
	    KC_EREFUSED);
	assert_null(p);
	assert_int_equal(why.code, code);
	if (arg0 != NULL)
		assert_string_equal(why.args[0], arg0);
	assert_true(why.line >= 1 && why.col >= 1);
}

static void
test_policy_refused__texts_that_are_not_a_map_are_refused(void **state)
{
	(void)state;
	refused("", KC_R_YAML, "the text is not a map");
	refused("# nothing\n", KC_R_YAML, "the text is not a map");
	refused("word\n", KC_R_YAML, "the text is not a map");
	refused("- a\n", KC_R_YAML, "the text is not a map");
	refused("a: [1\n", KC_R_YAML, NULL);
	refused("a: b: c\n", KC_R_YAML, NULL);
	refused("? {a: b}\n: c\n", KC_R_YAML, "a key that is not a plain text");
	refused("%YAML 1.1\n---\na: b\n", KC_R_YAML, "a directive");
	refused("policy: a\n---\npolicy: b\n", KC_R_YAML, "a second document");
	refused("a: [[[[[[[[1]]]]]]]]\n", KC_R_YAML, "nested too deep");
	refused("a: \xff\n", KC_R_TEXT, NULL);
	refused("a: b\r\n", KC_R_TEXT, NULL);
}

static void
test_policy_refused__a_text_too_big_for_an_entry_is_refused(void **state)
{
	static char text[KC_NOTE_MAX + 2];
	char limit[16];

	(void)state;
	memset(text, '#', sizeof(text) - 1);
	(void)snprintf(limit, sizeof(limit), "%d", KC_NOTE_MAX);
	refused(text, KC_R_TOO_BIG, limit);
}

/* A group's example has no more ballots than a policy has examples. */
static void
test_policy_refused__an_example_has_no_more_than_256_ballots(void **state)
{
	static const char ballot[] = "[5, 5, 5], ";
	char cast[16 + 257 * sizeof(ballot)] = "cast: [";
	struct kc_policy *p = NULL;
	struct kc_refusal why;

	(void)state;
	for (int i = 0; i < 257; i++)
		memcpy(cast + strlen(cast), ballot, sizeof(ballot));
	assert_int_equal(kc_policy_parse(&p, altered("cast: [", cast), "p.yaml",
			     KC_EPOCH_MAX, &why),
	    KC_EREFUSED);
	assert_int_equal(why.code, KC_R_KEY_VALUE);
	assert_string_equal(why.args[0], "cast");
	assert_string_equal(why.args[1], "0..256");
	assert_null(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_policy_refused__an_example_has_no_more_than_256_ballots),
	    cmocka_unit_test(
		test_policy_refused__malformed_texts_are_refused_at_their_place),
	    cmocka_unit_test(
		test_policy_refused__texts_that_are_not_a_map_are_refused),
	    cmocka_unit_test(
		test_policy_refused__a_text_too_big_for_an_entry_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
