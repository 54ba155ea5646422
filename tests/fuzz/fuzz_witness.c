/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to a witness: one spelling, and nothing unsigned goes on. */
#include <kaocheng/witness.h>

#include <string.h>

#include "fuzz.h"

static struct kc_skey key;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice in = {(const char *)data, size};
	struct kc_checkpoint held = {.size = 0};
	struct kc_witness_ask ask;
	enum kc_witness_verdict v;
	struct kc_buf again = {0};
	struct kc_checkpoint c;

	if (key.vkey.name[0] == '\0') {
		struct kc_hash seed = kc_sha256("log", 3);

		MUST(kc_crypto_init() == KC_OK);
		MUST(kc_skey_from_seed(&key, KC_LIT("audit.example.org/ledger"),
			 seed.b) == KC_OK);
	}
	v = kc_witness_read(&ask, in, &key.vkey, 1);
	MUST(kc_witness_read(&ask, in, NULL, 0) != KC_WITNESS_COSIGN);
	if (v != KC_WITNESS_COSIGN)
		return 0;
	(void)kc_witness_read(&ask, in, &key.vkey, 1);
	MUST(ask.old <= ask.head.size);
	if (ask.head.size > 0)
		MUST(kc_checkpoint_parse(&c, ask.note, &key.vkey) == KC_OK);
	kc_buf_witness_ask(&again, ask.old, ask.proof, ask.nproof, ask.note);
	MUST(kc_slice_eq(kc_buf_view(&again), in));
	held.size = ask.old;
	held.root = ask.head.root;
	v = kc_witness_step(&ask, &held);
	MUST(v != KC_WITNESS_STALE);
	kc_buf_free(&again);
	return 0;
}
