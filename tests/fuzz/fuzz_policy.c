/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policy and calendar texts: whatever the bytes, an answer. What is refused
 * has a code and a place; what is accepted can be read again, and its
 * examples can be run.
 */
#include <kaocheng/policy.h>

#include "fuzz.h"

static void
example(
    void *ctx, const char *name, uint32_t line, bool ok, const char *difference)
{
	size_t *n = ctx;

	MUST(name != NULL && line > 0);
	MUST(ok == (difference[0] == '\0'));
	++*n;
}

static void
check_refusal(const struct kc_refusal *why)
{
	struct kc_buf text = {0};

	MUST(why->code > KC_R_NONE && why->code < KC_R_COUNT);
	MUST(why->line > 0 && why->col > 0);
	MUST(why->rule_place[0] != '\0');
	kc_refusal_message(why, KC_LANG_EN, &text);
	kc_refusal_hint(why, KC_LANG_ZH, &text);
	MUST(kc_buf_err(&text) == KC_OK);
	kc_buf_free(&text);
}

static void
try_calendar(struct kc_slice text, struct kc_calendar *c)
{
	struct kc_refusal why;
	enum kc_err err = kc_calendar_add(c, text, "fuzz", &why);

	if (err == KC_EREFUSED)
		check_refusal(&why);
	else
		MUST(err == KC_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice text = {(const char *)data, size};
	struct kc_calendar *c = NULL;
	struct kc_policy *p = NULL;
	struct kc_refusal why;
	size_t examples = 0;
	enum kc_err err;

	MUST(kc_calendar_new(&c) == KC_OK);
	try_calendar(text, c);
	err = kc_policy_parse(&p, text, "fuzz", KC_EPOCH_MAX, &why);
	if (err == KC_EREFUSED) {
		MUST(p == NULL);
		check_refusal(&why);
	} else {
		MUST(err == KC_OK);
		MUST(kc_policy_run_tests(
			 text, "fuzz", c, example, &examples, &why) == KC_OK);
		MUST(examples == p->ntests);
	}
	kc_free(p);
	kc_calendar_free(c);
	return 0;
}
