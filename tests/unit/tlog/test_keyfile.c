/* SPDX-License-Identifier: Apache-2.0 */
/* Key files: both forms, the wrong passphrase, every changed byte. */
#include <kaocheng/keyfile.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAME KC_LIT("G19.assessor")

static struct kc_keyfile_inputs
inputs(void)
{
	struct kc_keyfile_inputs in = {.created_s = 1665970200};

	for (size_t i = 0; i < sizeof(in.seed); i++)
		in.seed[i] = (uint8_t)i;
	memset(in.salt, 0x55, sizeof(in.salt));
	memset(in.nonce, 0x77, sizeof(in.nonce));
	return in;
}

static struct kc_buf
make(const char *passphrase)
{
	struct kc_keyfile_inputs in = inputs();
	struct kc_buf b = {0};

	assert_int_equal(
	    kc_keyfile_encode(&b, NAME, &in, passphrase, true), KC_OK);
	return b;
}

static void
test_keyfile__plain_form_is_byte_exact(void **state)
{
	struct kc_buf b = make(NULL);

	(void)state;
	assert_string_equal(kc_buf_cstr(&b),
	    "kaocheng/v1 key\n"
	    "name G19.assessor\n"
	    "created 2022-10-17T01:30:00Z\n"
	    "kdf none\n"
	    "public G19.assessor+63da6858+"
	    "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"
	    "box AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
	kc_buf_free(&b);
}

static void
test_keyfile__both_forms_come_back(void **state)
{
	static const char *const phrases[] = {NULL, "", "考成 passphrase"};
	struct kc_keyfile_inputs in = inputs();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct kc_buf b = make(phrases[i]);
		struct kc_skey key = {0};
		struct kc_vkey vkey;
		enum kc_keyfile_lock lock;

		assert_int_equal(
		    kc_keyfile_peek(kc_buf_view(&b), &vkey, &lock), KC_OK);
		assert_int_equal(lock,
		    phrases[i] != NULL ? KC_KEYFILE_PASSPHRASE
				       : KC_KEYFILE_OPEN);
		assert_int_equal(
		    kc_keyfile_decode(&key, kc_buf_view(&b), phrases[i]),
		    KC_OK);
		assert_memory_equal(key.secret, in.seed, sizeof(in.seed));
		assert_true(kc_vkey_eq(&key.vkey, &vkey));
		assert_string_equal(vkey.name, "G19.assessor");
		kc_buf_free(&b);
	}
}

static void
test_keyfile__an_agents_has_no_box(void **state)
{
	struct kc_keyfile_inputs in = inputs();
	struct kc_skey key = {0};
	struct kc_vkey vkey;
	enum kc_keyfile_lock lock;
	struct kc_buf b = {0};

	(void)state;
	assert_int_equal(kc_skey_from_seed(&key, NAME, in.seed), KC_OK);
	kc_keyfile_encode_agent(&b, &key.vkey, in.created_s);
	assert_int_equal(kc_keyfile_peek(kc_buf_view(&b), &vkey, &lock), KC_OK);
	assert_int_equal(lock, KC_KEYFILE_AGENT);
	assert_true(kc_vkey_eq(&vkey, &key.vkey));
	assert_int_equal(
	    kc_keyfile_decode(&key, kc_buf_view(&b), "p"), KC_ENOKEY);
	kc_buf_str(&b, "box AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
	assert_int_equal(
	    kc_keyfile_peek(kc_buf_view(&b), &vkey, &lock), KC_ESYNTAX);
	kc_buf_free(&b);
}

static void
test_keyfile__wrong_passphrase_is_refused(void **state)
{
	struct kc_buf b = make("right");
	struct kc_skey key = {0};

	(void)state;
	assert_int_equal(
	    kc_keyfile_decode(&key, kc_buf_view(&b), "wrong"), KC_ESIG);
	assert_int_equal(
	    kc_keyfile_decode(&key, kc_buf_view(&b), NULL), KC_ESIG);
	kc_buf_free(&b);
}

static void
test_keyfile__every_changed_byte_is_refused(void **state)
{
	static const char *const phrases[] = {NULL, "p"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kc_buf b = make(phrases[i]);
		size_t created = 0;

		/* `created` of an unprotected file is not authenticated. */
		if (phrases[i] == NULL)
			created = (size_t)(strstr(b.p, "created ") - b.p);
		for (size_t at = 0; at < b.n; at++) {
			struct kc_skey key = {0};

			if (created > 0 && at >= created + 8 &&
			    at < created + 28)
				continue;
			b.p[at] ^= 1;
			assert_int_not_equal(kc_keyfile_decode(&key,
						 kc_buf_view(&b), phrases[i]),
			    KC_OK);
			b.p[at] ^= 1;
		}
		for (size_t n = 0; n < b.n; n++) {
			struct kc_skey key = {0};

			assert_int_not_equal(
			    kc_keyfile_decode(
				&key, (struct kc_slice){b.p, n}, phrases[i]),
			    KC_OK);
		}
		kc_buf_free(&b);
	}
}

static void
test_keyfile__hostile_costs_are_refused_before_any_work(void **state)
{
	static const char *const kdfs[] = {
	    "argon2id 17 8 VVVVVVVVVVVVVVVVVVVVVQ==",
	    "argon2id 0 8 VVVVVVVVVVVVVVVVVVVVVQ==",
	    "argon2id 1 1048577 VVVVVVVVVVVVVVVVVVVVVQ==",
	    "argon2id 1 7 VVVVVVVVVVVVVVVVVVVVVQ==",
	    "argon2id 1 99999999999999999999 VVVVVVVVVVVVVVVVVVVVVQ==",
	    "argon2id 01 8 VVVVVVVVVVVVVVVVVVVVVQ==",
	    "argon2id 1 8 VVVVVVVVVVVVVVVVVVVV", "scrypt 1 8 VVVV", "argon2id"};
	struct kc_buf b = make("p");
	const char *from = strstr(kc_buf_cstr(&b), "argon2id");
	const char *to = strchr(from, '\n');

	(void)state;
	for (size_t i = 0; i < sizeof(kdfs) / sizeof(kdfs[0]); i++) {
		struct kc_buf bad = {0};
		struct kc_vkey vkey;
		enum kc_keyfile_lock lock;

		kc_buf_put(&bad, b.p, (size_t)(from - b.p));
		kc_buf_str(&bad, kdfs[i]);
		kc_buf_str(&bad, to);
		assert_int_equal(
		    kc_keyfile_peek(kc_buf_view(&bad), &vkey, &lock),
		    KC_ESYNTAX);
		kc_buf_free(&bad);
	}
	kc_buf_free(&b);
}

static void
test_keyfile__overlong_file_and_bad_name(void **state)
{
	struct kc_keyfile_inputs in = inputs();
	struct kc_buf b = make(NULL);
	struct kc_skey key = {0};

	(void)state;
	for (size_t i = 0; b.n <= KC_KEYFILE_MAX; i++)
		kc_buf_char(&b, '\n');
	assert_int_equal(
	    kc_keyfile_decode(&key, kc_buf_view(&b), NULL), KC_ETOOBIG);
	kc_buf_reset(&b);
	assert_int_equal(
	    kc_keyfile_encode(&b, KC_LIT("a b"), &in, NULL, true), KC_EINVAL);
	kc_buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keyfile__plain_form_is_byte_exact),
	    cmocka_unit_test(test_keyfile__both_forms_come_back),
	    cmocka_unit_test(test_keyfile__an_agents_has_no_box),
	    cmocka_unit_test(test_keyfile__wrong_passphrase_is_refused),
	    cmocka_unit_test(test_keyfile__every_changed_byte_is_refused),
	    cmocka_unit_test(
		test_keyfile__hostile_costs_are_refused_before_any_work),
	    cmocka_unit_test(test_keyfile__overlong_file_and_bad_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
