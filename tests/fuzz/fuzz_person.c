/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's text and a table of persons. What is read is written back the
 * same; what is refused has a code and a place; no cell is lost on its way
 * through CSV.
 */
#include <kaocheng/person.h>

#include "fuzz.h"

static void
check_refusal(const struct kc_refusal *why)
{
	struct kc_buf text = {0};

	MUST(why->code > KC_R_NONE && why->code < KC_R_COUNT);
	kc_refusal_message(why, KC_LANG_EN, &text);
	kc_refusal_message(why, KC_LANG_ZH, &text);
	MUST(kc_buf_err(&text) == KC_OK);
	kc_buf_free(&text);
}

/* Every field, as people write it, says the same again. */
static void
check_fields(const struct kc_person *p, struct kc_slice text)
{
	struct kc_refusal why = {0};
	struct kc_buf b = {0};

	for (int f = 0; f < KC_PERSON_FIELD_COUNT; f++) {
		struct kc_person q = *p;

		kc_buf_reset(&b);
		kc_buf_person_field(&b, p, (enum kc_person_field)f);
		MUST(kc_person_set(&q, (enum kc_person_field)f, kc_buf_view(&b),
			 &why) == KC_OK);
		kc_buf_reset(&b);
		kc_buf_person(&b, &q);
		MUST(kc_slice_eq(kc_buf_view(&b), text));
	}
	kc_buf_free(&b);
}

static void
try_person(struct kc_slice text)
{
	struct kc_refusal why = {0};
	struct kc_buf b = {0};
	struct kc_slice address;
	struct kc_person p;
	int64_t channel;

	if (kc_person_parse(&p, text, &why) != KC_OK) {
		check_refusal(&why);
		return;
	}
	kc_buf_person(&b, &p);
	MUST(kc_buf_err(&b) == KC_OK);
	MUST(kc_slice_eq(kc_buf_view(&b), text));
	for (unsigned i = 0; kc_person_reach(&p, i, &channel, &address); i++)
		MUST(address.n > 0 && i < KC_PERSON_CHANNELS_MAX);
	check_fields(&p, text);
	kc_buf_free(&b);
}

static void
try_table(struct kc_slice text)
{
	struct kc_refusal why = {0};
	struct kc_csv c, again;
	struct kc_buf b = {0};
	enum kc_err err;

	kc_csv_init(&c, text);
	while ((err = kc_csv_next(&c, &why)) == KC_OK) {
		kc_buf_reset(&b);
		kc_buf_str(&b, "heading\n"); /* a mark may stand before it */
		for (unsigned i = 0; i < c.ncells; i++) {
			kc_buf_str(&b, i > 0 ? "," : "");
			kc_buf_csv(&b, c.cells[i]);
		}
		kc_csv_init(&again, kc_buf_view(&b));
		MUST(kc_csv_next(&again, &why) == KC_OK);
		MUST(kc_csv_next(&again, &why) == KC_OK);
		MUST(again.ncells == c.ncells);
		for (unsigned i = 0; i < c.ncells; i++)
			MUST(kc_slice_eq(c.cells[i], again.cells[i]));
		MUST(kc_csv_next(&again, &why) == KC_ENOTFOUND);
		kc_csv_release(&again);
	}
	if (err == KC_EREFUSED)
		check_refusal(&why);
	else
		MUST(err == KC_ENOTFOUND);
	kc_csv_release(&c);
	kc_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kc_slice text = {(const char *)data, size};

	try_person(text);
	if (size <= 4096)
		try_table(text);
	return 0;
}
