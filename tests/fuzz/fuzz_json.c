/* SPDX-License-Identifier: Apache-2.0 */
/* A body of JSON: refused with a place, or made into a text that decodes. */
#include <kaocheng/entry_json.h>

#include "fuzz.h"

/* The problem document of any refusal can be written. */
static void
check_refusal(const struct kc_refusal *why)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};

	MUST(why->code != KC_R_NONE && why->line > 0 && why->col > 0);
	kc_json_refusal(&w, why, KC_LANG_ZH);
	MUST(kc_buf_err(&b) == KC_OK && w.depth == 0);
	kc_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kc_entry e;
	struct kc_slice bytes = {(const char *)data, size};
	struct kc_buf text = {0};
	struct kc_refusal why = {0};
	enum kc_err err = kc_entry_from_json(bytes, &text, &why);

	MUST(err == KC_OK || err == KC_EREFUSED);
	if (err == KC_OK) {
		MUST(kc_entry_decode_text(&e, kc_buf_view(&text), &why) ==
		    KC_OK);
	} else {
		MUST(text.n == 0);
		check_refusal(&why);
	}
	kc_buf_free(&text);
	return 0;
}
