/* SPDX-License-Identifier: Apache-2.0 */
/* Entries: what decodes encodes to the same bytes, as JSON too. */
#include <kaocheng/entry_json.h>

#include "fuzz.h"

static void
check_views(const struct kc_entry *e)
{
	struct kc_buf text = {0}, json = {0}, again = {0};
	struct kc_json w = {.out = &json};
	struct kc_refusal why = {0};

	kc_buf_entry(&text, e);
	MUST(kc_slice_eq(kc_buf_view(&text), e->text));
	kc_json_entry(&w, e);
	MUST(kc_entry_from_json(kc_buf_view(&json), &again, &why) == KC_OK);
	MUST(kc_slice_eq(kc_buf_view(&again), e->text));
	kc_buf_free(&text);
	kc_buf_free(&json);
	kc_buf_free(&again);
}

/* What some have signed is signed by those whose lines it has, and by no one
 * else; a whole note is one of these. */
static void
check_partial(struct kc_slice bytes, bool is_whole)
{
	static struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_note note;
	unsigned n = 0;

	if (kc_entry_decode_partial(&e, bytes, &why) != KC_OK) {
		MUST(!is_whole && why.code != KC_R_NONE && why.line > 0);
		return;
	}
	MUST(kc_note_parse(&note, bytes, NULL) == KC_OK);
	MUST(kc_slice_eq(note.text, e.text));
	for (unsigned i = 0; i < e.nby; i++)
		if (e.sigs[i].base64.n > 0)
			MUST(kc_slice_eq(note.sigs[n++].name, e.by[i]));
	MUST(n > 0 && n == note.nsigs && (n == e.nby) == is_whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kc_entry e;
	struct kc_slice bytes = {(const char *)data, size};
	struct kc_refusal why = {0};
	struct kc_note note;
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];

	bool is_whole = kc_entry_decode(&e, bytes, &why) == KC_OK;

	check_partial(bytes, is_whole);
	if (is_whole) {
		/* All that is left to ask of its signatures is whether they
		 * verify. */
		MUST(kc_note_parse(&note, bytes, NULL) == KC_OK);
		MUST(kc_slice_eq(note.text, e.text));
		MUST(note.nsigs == e.nby);
		for (unsigned i = 0; i < e.nby; i++)
			MUST(kc_note_sig_decode(&e.sigs[i], keyid, sig) ==
			    KC_OK);
		check_views(&e);
	} else {
		MUST(why.code != KC_R_NONE && why.line > 0 && why.col > 0);
	}
	if (kc_entry_decode_text(&e, bytes, &why) == KC_OK)
		check_views(&e);
	else
		MUST(why.code != KC_R_NONE && why.line > 0 && why.col > 0);
	return 0;
}
