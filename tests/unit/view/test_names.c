/* SPDX-License-Identifier: Apache-2.0 */
/* Whose names a reader of a document may be told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "statekit.h"
#include <kaocheng/view.h>

/* Ids as strings, as parts of strings, as keys, twice, and of nobody. */
#define DOCUMENT                                                               \
	"{\"actor\":\"G17.head\",\"by\":[\"P09.a\",\"G02.a\",\"P09.a\"],"      \
	"\"leader\":1,\"text\":\"by root.a\",\"q\":\"a\\\"root.b\\\"\","       \
	"\"x\":\"nobody\",\"z\":\"audit\",\"n\":null}"

static void
told(const char *reader, const char *want)
{
	struct kc_buf out = {0};

	assert_int_equal(
	    kc_view_actors(k.st, KC_LIT(DOCUMENT), kc_slice_str(reader), &out),
	    KC_OK);
	if (!kc_slice_is(kc_buf_view(&out), want))
		fail_msg("%s is told: %s", reader, kc_buf_cstr(&out));
	kc_buf_free(&out);
}

static void
test_names__to_whom_they_may_be_told(void **state)
{
	static const char all[] = "G17.head\nP09.a\nG02.a\naudit\n";

	(void)state;
	kit_enrol(&k, "orgs", NULL, "org");
	kit_enrol(&k, "G17.other", "G17", "liaison");
	told("", all);
	told("audit", all);
	told("P09.a", all);
	told("orgs", all);
	told("G17.head", "G17.head\n");
	told("G17.other", "G17.head\n");
	told("G02.a", "G02.a\n");
	told("leader", all);
	told("root.a", all);
	told("ops", "");
	told("nobody", "");
	DO(actor_retire, ADMINS, "actor=audit", "reason=x");
	told("audit", "audit\n");
	DO(role_take, ADMINS, "actor=orgs", "role=org", "reason=x");
	told("orgs", "");
}

/* Half a document is no reason to read past its end. */
static void
test_names__of_any_bytes(void **state)
{
	static const char text[] = "{\"a\":\"G17.head\",\"b\":\"x\\\\\\\"\"}";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		char *copy = test_malloc(n + 1);
		struct kc_buf out = {0};

		for (size_t i = 0; i < n; i++)
			copy[i] = text[i];
		assert_int_equal(
		    kc_view_actors(
			k.st, (struct kc_slice){copy, n}, KC_LIT(""), &out),
		    KC_OK);
		assert_int_equal(out.n > 0, n >= 15);
		kc_buf_free(&out);
		test_free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_names__to_whom_they_may_be_told, at_city, done),
	    cmocka_unit_test_setup_teardown(
		test_names__of_any_bytes, at_city, done),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
