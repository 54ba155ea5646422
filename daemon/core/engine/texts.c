/* SPDX-License-Identifier: Apache-2.0 */
/* What texts and names may hold in a ledger, and which look alike: asked of
 * every kind by the use that its field has in the table (text.h). */
#include "state_int.h"

#include <string.h>

#include "statement/codec.h"

#define SINCE 2 /* the rules epoch from which this is asked */

/* Offset in the raw value, folds and all; raw.n if there is no fault. */
static enum kc_err
find_fault(struct kc_slice raw, enum kc_text_use use, size_t *at)
{
	struct kc_buf plain = {0};
	enum kc_err err;

	*at = kc_text_fault(raw, use);
	if (*at != raw.n || memchr(raw.p, '\n', raw.n) == NULL)
		return KC_OK;
	/* The bar of a fold can be seen; are there only blanks beside it? */
	kc_buf_unfold(&plain, raw);
	err = kc_buf_err(&plain);
	if (err == KC_OK && kc_text_fault(kc_buf_view(&plain), use) != plain.n)
		*at = 0;
	kc_buf_free(&plain);
	return err;
}

static enum kc_err
refuse_character(const struct kc_entry *e, const struct kc_field *f,
    const char *at, struct kc_refusal *why)
{
	struct kc_buf en = {0}, zh = {0};
	struct kc_slice rest = {at, (size_t)(e->text.p + e->text.n - at)};
	size_t n;
	uint32_t c = kc_char_read(rest, &n);
	enum kc_err err;

	kc_buf_char_name(&en, c, KC_LANG_EN);
	kc_buf_char_name(&zh, c, KC_LANG_ZH);
	(void)kc_buf_cstr(&en);
	(void)kc_buf_cstr(&zh);
	err = kc_buf_err(&en) != KC_OK ? KC_ENOMEM : kc_buf_err(&zh);
	if (err == KC_OK) {
		(void)kc_refuse(why, KC_R_CHARACTER, f->name, en.p, NULL, NULL);
		(void)kc_refusal_zh(why, 0, f->zh);
		err = kc_refusal_zh(why, 1, zh.p);
		kc_refusal_at(why, e->text, at);
	}
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return err;
}

enum kc_err
kc_want_texts(
    const struct kc_state *st, const struct kc_entry *e, struct kc_refusal *why)
{
	for (unsigned i = 0; st->epoch >= SINCE && i < e->kind->nfields; i++) {
		const struct kc_field *f = &e->kind->fields[i];
		unsigned n = f->type == KC_T_TEXT ? kc_entry_count(e, i) : 0;

		for (unsigned j = 0; j < n; j++) {
			struct kc_slice raw = kc_entry_item(e, i, j)->raw;
			size_t at;
			enum kc_err err =
			    find_fault(raw, (enum kc_text_use)f->arg, &at);

			if (err != KC_OK)
				return err;
			if (at != raw.n)
				return refuse_character(e, f, raw.p + at, why);
		}
	}
	return KC_OK;
}

enum kc_err
kc_want_apart(const struct kc_state *st, struct kc_slice name,
    const char *taken, const char *thing_en, const char *thing_zh,
    struct kc_refusal *why)
{
	if (st->epoch < SINCE || name.n == 0 ||
	    !kc_shape_same(name, kc_slice_str(taken)))
		return KC_OK;
	(void)kc_refuse(why, KC_R_ALIKE, thing_en, "", taken, NULL);
	kc_refusal_arg(why, 1, name);
	return kc_refusal_zh(why, 0, thing_zh);
}
