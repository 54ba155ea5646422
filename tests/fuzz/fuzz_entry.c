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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kc_entry e;
	struct kc_slice bytes = {(const char *)data, size};
	struct kc_refusal why = {0};
	struct kc_note note;
	uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];

	if (kc_entry_decode(&e, bytes, &why) == KC_OK) {
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
