/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: one spelling, and nothing unsigned verifies. */
#include <kaocheng/checkpoint.h>

#include <string.h>

#include "fuzz.h"

static struct kc_skey key;

/* Signing what was parsed gives the same text again. */
static void
check_parsed(struct kc_checkpoint *c, struct kc_slice in)
{
	struct kc_buf b = {0};
	struct kc_skey other = key;
	struct kc_slice text = in;
	size_t n;

	MUST(kc_slice_copy(
	    other.vkey.name, sizeof(other.vkey.name), kc_slice_str(c->origin)));
	kc_buf_checkpoint(&b, c, &other);
	MUST(kc_buf_err(&b) == KC_OK);
	n = (size_t)(strstr(kc_buf_cstr(&b), "\n\n") - b.p) + 2;
	MUST(n <= in.n);
	text.n = n;
	MUST(kc_slice_eq((struct kc_slice){b.p, n}, text));
	kc_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice in = {(const char *)data, size};
	struct kc_checkpoint c, trusted;

	if (key.vkey.name[0] == '\0') {
		struct kc_hash seed = kc_sha256("log", 3);

		MUST(kc_crypto_init() == KC_OK);
		MUST(kc_skey_from_seed(&key, KC_LIT("audit.example.org/ledger"),
			 seed.b) == KC_OK);
	}
	if (kc_checkpoint_parse(&c, in, NULL) != KC_OK) {
		MUST(kc_checkpoint_parse(&trusted, in, &key.vkey) != KC_OK);
		return 0;
	}
	check_parsed(&c, in);
	if (kc_checkpoint_parse(&trusted, in, &key.vkey) == KC_OK) {
		MUST(trusted.size == c.size);
		MUST(kc_hash_eq(&trusted.root, &c.root));
		MUST(strcmp(trusted.origin, key.vkey.name) == 0);
	}
	return 0;
}
