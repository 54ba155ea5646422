/* SPDX-License-Identifier: Apache-2.0 */
/* Receipts, stamps, trust files and tile paths. */
#include <kaocheng/proof.h>
#include <kaocheng/stamp.h>
#include <kaocheng/trust.h>

#include <string.h>

#include <kaocheng/tile.h>

#include "fuzz.h"

#define LEAF "entry 5 xxxxx"

static struct kc_vkey key;

static void
check_receipt(struct kc_slice in)
{
	struct kc_buf b = {0};
	struct kc_proof p;

	if (kc_proof_parse(&p, in) != KC_OK) {
		MUST(kc_proof_verify(in, KC_LIT(LEAF), &key, NULL) != KC_OK);
		return;
	}
	MUST(p.npath <= KC_PATH_MAX && p.checkpoint.n > 0);
	kc_buf_proof(&b, &p);
	/* The extra line, if there is one, is all that may be lost. */
	if (b.n == in.n)
		MUST(kc_slice_eq(kc_buf_view(&b), in));
	else
		MUST(b.n < in.n && memmem(in.p, in.n, "\nextra ", 7) != NULL);
	kc_buf_free(&b);
	/* The log of this key signed one head, of seven leaves. */
	if (kc_proof_verify(in, KC_LIT(LEAF), &key, NULL) == KC_OK)
		MUST(p.index == 5 && p.npath == 3);
	MUST(kc_proof_verify(in, KC_LIT("other"), &key, NULL) != KC_OK);
}

/* What a stamp says is said in one way, and no stamp of another leaf holds. */
static void
check_stamp(struct kc_slice in)
{
	struct kc_stamped s = {0};
	struct kc_checkpoint c;
	struct kc_slice leaf;

	if (kc_stamp_read(&s, in) == KC_OK) {
		leaf = kc_buf_view(&s.leaf);
		if (kc_proof_verify(kc_buf_view(&s.receipt), leaf, &key, &c) ==
		    KC_OK)
			MUST(kc_slice_is(leaf, LEAF) && c.size == 7);
	}
	kc_stamp_free(&s);
}

static void
check_trust(struct kc_slice in)
{
	static struct kc_trust t; /* large */
	struct kc_trust_where where;
	struct kc_cosigned who;
	struct kc_checkpoint c;

	if (kc_trust_parse(&t, in, &where) != KC_OK) {
		MUST(where.fault != KC_TRUST_OK && where.line > 0 &&
		    where.col > 0);
		return;
	}
	MUST(t.nlogs >= 1 && t.nlogs <= KC_TRUST_MAX);
	MUST(t.nwitnesses <= KC_TRUST_MAX && t.ngroups <= KC_TRUST_MAX);
	MUST(kc_trust_check(&t, in, &c, &who) != KC_OK);
}

static void
check_path(struct kc_slice in)
{
	char text[KC_TILE_PATH_MAX];
	unsigned width;
	uint64_t n;
	int level;

	if (kc_tile_path_parse(in, &level, &n, &width) != KC_OK)
		return;
	if (level < 0)
		kc_tile_entries_path(text, n, width);
	else
		kc_tile_path(text, (unsigned)level, n, width);
	MUST(kc_slice_is(in, text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice in = {(const char *)data, size};

	if (key.name[0] == '\0') {
		struct kc_hash seed = kc_sha256("log", 3);
		struct kc_skey k;

		MUST(kc_crypto_init() == KC_OK);
		MUST(kc_skey_from_seed(&k, KC_LIT("audit.example.org/ledger"),
			 seed.b) == KC_OK);
		key = k.vkey;
	}
	check_receipt(in);
	check_stamp(in);
	check_trust(in);
	check_path(in);
	return 0;
}
