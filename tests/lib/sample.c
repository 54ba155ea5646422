/* SPDX-License-Identifier: Apache-2.0 */
/* Statements made from the kind table. */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/hash.h>

#define LEDGER "example.org/kaohe"
#define AT_S INT64_C(1665970200) /* 2022-10-17T01:30:00Z */

static const char *const plain_values[][2] = {
    [KC_T_CODE] = {"G29-2022-K01", "d.2_b"},
    [KC_T_ACTOR] = {"G19.assessor", "clerk"},
    [KC_T_HANDLE] = {"PD-2022-0058", "W-2022-12345"},
    [KC_T_POINTS] = {"0.5000", "100.0000"},
    [KC_T_BP] = {"8000", "0"},
    [KC_T_DATE] = {"2022-10-17", "2024-02-29"},
    [KC_T_QUARTER] = {"2022-Q3", "2023-Q1"},
    [KC_T_DECIMAL] = {"-3.2500", "0.0000"},
    [KC_T_TEXT] = {"区域治水工程实际进度 52 %，计划 75 %\n\n"
		   "经函件预警提醒后仍未达到序时进度",
	"one line \"quoted\" \\ |"},
    [KC_T_HASH] = {"sha256:"
		   "9f86d081884c7d659a2feaa0c55ad015"
		   "a3bf4f1b2b0b822cd15d6c15b0f00a08",
	"sha256:"
	"e3b0c44298fc1c149afbf4c8996fb924"
	"27ae41e4649b934ca495991b7852b855"},
    [KC_T_EVIDENCE] = {"sha256:"
		       "9f86d081884c7d659a2feaa0c55ad015"
		       "a3bf4f1b2b0b822cd15d6c15b0f00a08"
		       " 18233 application/pdf",
	"sha256:"
	"e3b0c44298fc1c149afbf4c8996fb924"
	"27ae41e4649b934ca495991b7852b855"
	" 0 image/svg+xml"},
    [KC_T_YESNO] = {"yes", "no"},
    [KC_T_KINDNAME] = {"prededuct.decide", "refund.grant"},
};

static const char *const names[KC_PLACES_MAX] = {"one", "two", "three", "four"};

const struct kc_skey *
sample_key(unsigned i)
{
	static struct kc_skey keys[KC_PLACES_MAX];
	uint8_t seed[32];

	if (keys[i].vkey.name[0] == '\0') {
		memset(seed, (int)i + 1, sizeof(seed));
		if (kc_crypto_init() != KC_OK ||
		    kc_skey_from_seed(&keys[i], kc_slice_str(names[i]), seed))
			abort();
	}
	return &keys[i];
}

static struct kc_slice
vkey_value(unsigned i)
{
	static struct kc_buf text[2];

	if (text[i].n == 0)
		kc_buf_vkey(&text[i], &sample_key(i)->vkey);
	return kc_buf_view(&text[i]);
}

static struct kc_slice
sig_value(unsigned i)
{
	static struct kc_buf text[2];
	struct kc_buf said = {0};
	uint8_t sig[KC_SIG_SIZE];

	if (text[i].n == 0) {
		kc_buf_possession(&said, KC_LIT(LEDGER), &sample_key(i)->vkey);
		kc_sign(sample_key(i), said.p, said.n, sig);
		kc_buf_base64(&text[i], sig, sizeof(sig));
		kc_buf_free(&said);
	}
	return kc_buf_view(&text[i]);
}

struct kc_slice
sample_value(const struct kc_field *f, unsigned i)
{
	static char numbers[8][24]; /* one kind may have several */
	static unsigned next;
	char *number = numbers[next++ % 8];
	size_t n;

	if (f->type == KC_T_VKEY)
		return vkey_value(i);
	if (f->type == KC_T_SIG)
		return sig_value(i);
	if (f->type == KC_T_WORD) {
		/* Not the last one: a set may gain words. */
		(void)kc_set_words((enum kc_set)f->arg, &n);
		return kc_slice_str(
		    kc_word_text((enum kc_set)f->arg, n > 1 ? i : 0));
	}
	if (f->type == KC_T_INT) {
		snprintf(number, sizeof(numbers[0]), "%d",
		    i > 0               ? 0
			: f->arg > 2022 ? 2022
					: (int)f->arg);
		return kc_slice_str(number);
	}
	return kc_slice_str(plain_values[f->type][i]);
}

/* Two founders. */
static unsigned
signers_of(enum kc_kind_id kind)
{
	unsigned n = kc_kind_get(kind)->signers.n;

	return n == 0 ? 2 : n;
}

void
sample_draft(struct kc_draft *d, enum kc_kind_id kind, enum sample_size size)
{
	uint8_t id[KC_ID_SIZE];
	struct kc_hash h =
	    kc_sha256(kc_kind_get(kind)->name, strlen(kc_kind_get(kind)->name));

	memcpy(id, h.b, sizeof(id));
	kc_draft_init(d, kind, KC_LIT(LEDGER), id, AT_S);
	if (kind != KC_K_ledger_open) {
		struct kc_hash root = kc_sha256("seen", 4);

		kc_draft_seen(d, 5585, &root);
	}
	for (unsigned i = 0; i < signers_of(kind); i++)
		kc_draft_by(d, kc_slice_str(names[i]));
	/* Last field first: a draft takes any order. */
	for (unsigned f = d->kind->nfields; f-- > 0;) {
		const struct kc_field *field = &d->kind->fields[f];
		bool list =
		    field->presence == KC_MANY || field->presence == KC_SOME;
		bool may_lack =
		    field->presence == KC_OPT || field->presence == KC_MANY;

		if ((size == SAMPLE_LEAST && may_lack) ||
		    (size == SAMPLE_BORN && field->since > d->kind->since))
			continue;
		kc_draft_add(d, f, sample_value(field, 0));
		if (list && size != SAMPLE_LEAST)
			kc_draft_add(d, f, sample_value(field, 1));
	}
}

void
sample_text(struct kc_buf *b, enum kc_kind_id kind, enum sample_size size)
{
	static struct kc_draft d;
	struct kc_refusal why = {0};

	sample_draft(&d, kind, size);
	if (kc_draft_encode(&d, b, &why) != KC_OK) {
		fprintf(stderr, "%s: %s at %u:%u\n", d.kind->name,
		    kc_refusal_code_text(why.code), why.line, why.col);
		abort();
	}
}

void
sample_note(struct kc_buf *b, enum kc_kind_id kind, enum sample_size size)
{
	struct kc_buf text = {0};
	struct kc_skey keys[KC_PLACES_MAX];

	for (unsigned i = 0; i < KC_PLACES_MAX; i++)
		keys[i] = *sample_key(i);

	sample_text(&text, kind, size);
	kc_buf_sign_entry(b, kc_buf_view(&text), keys, signers_of(kind));
	kc_buf_free(&text);
}
