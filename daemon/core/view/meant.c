/* SPDX-License-Identifier: Apache-2.0 */
#include "meant.h"

#include <string.h>

#include <kaocheng/text.h>

#include "engine/noun.h"
#include "noun/unit/unit.h"

#define TOLD 3   /* units that a refusal names */
#define SERIAL 4 /* digits of the number that ends a handle: PD-2022-0027 */

/* --- units --- */
static const struct kc_unit *
unit_exactly(const struct kc_state *st, struct kc_slice typed)
{
	uint32_t at = kc_find(st, KC_NS_UNIT, typed);

	if (at != KC_NONE)
		return st->units.v[at];
	for (uint32_t i = 0; i < st->units.n; i++)
		if (kc_slice_is(typed, st->units.v[i]->name) ||
		    kc_slice_is(typed, st->units.v[i]->name_en))
			return st->units.v[i];
	return NULL;
}

static bool
is_alike(const struct kc_unit *u, struct kc_slice typed)
{
	return kc_shape_same(kc_slice_str(u->code), typed) ||
	    kc_shape_same(kc_slice_str(u->name), typed) ||
	    (u->name_en[0] != '\0' &&
		kc_shape_same(kc_slice_str(u->name_en), typed));
}

/* Two characters at least: one is part of most names. */
static bool
is_part(const struct kc_unit *u, struct kc_slice typed)
{
	size_t first;

	if (typed.n == 0)
		return false;
	(void)kc_char_read(typed, &first);
	return first < typed.n &&
	    (memmem(u->name, strlen(u->name), typed.p, typed.n) != NULL ||
		memmem(u->name_en, strlen(u->name_en), typed.p, typed.n) !=
		    NULL);
}

/* The only one that fits; NULL if there is none, or more than one. Those that
 * fit are told in *list, "G19 市商务局, G20 市统计局 and 3 more". */
static const struct kc_unit *
only(const struct kc_state *st, struct kc_slice typed, enum kc_lang lang,
    bool (*fits)(const struct kc_unit *u, struct kc_slice typed),
    struct kc_buf *list)
{
	const struct kc_unit *found = NULL;
	unsigned n = 0;

	for (uint32_t i = 0; i < st->units.n; i++) {
		const struct kc_unit *u = st->units.v[i];

		if (!fits(u, typed))
			continue;
		found = u;
		if (n++ >= TOLD)
			continue;
		kc_buf_str(list,
		    n == 1                   ? ""
			: lang == KC_LANG_ZH ? "、"
					     : ", ");
		kc_buf_str(list, u->code);
		kc_buf_char(list, ' ');
		kc_buf_str(list,
		    lang == KC_LANG_EN && u->name_en[0] != '\0' ? u->name_en
								: u->name);
	}
	if (n > TOLD) {
		kc_buf_str(list, lang == KC_LANG_ZH ? "，另 " : " and ");
		kc_buf_u64(list, n - TOLD);
		kc_buf_str(list, lang == KC_LANG_ZH ? " 个" : " more");
	}
	return n == 1 ? found : NULL;
}

static void
suggest(
    const struct kc_state *st, struct kc_slice typed, struct kc_refusal *why)
{
	struct kc_near near;

	kc_near_begin(&near, typed);
	for (uint32_t i = 0; i < st->units.n; i++) {
		const struct kc_unit *u = st->units.v[i];

		kc_near_try(&near, kc_slice_str(u->code));
		kc_near_try(&near, kc_slice_str(u->name));
		kc_near_try(&near, kc_slice_str(u->name_en));
	}
	kc_refusal_near(why, &near);
}

const struct kc_unit *
kc_meant_unit(const struct kc_state *st, struct kc_slice typed,
    enum kc_lang lang, struct kc_refusal *why)
{
	const struct kc_unit *u = unit_exactly(st, typed);
	struct kc_buf list = {0};

	if (u == NULL)
		u = only(st, typed, lang, is_alike, &list);
	if (u == NULL && list.n == 0)
		u = only(st, typed, lang, is_part, &list);
	if (u == NULL && list.n > 0) {
		(void)kc_refuse(why, KC_R_SEVERAL, "", "", NULL, NULL);
		kc_refusal_arg(why, 0, typed);
		kc_refusal_arg(why, 1, kc_buf_view(&list));
	} else if (u == NULL) {
		(void)kc_refuse(why, KC_R_NOT_FOUND,
		    lang == KC_LANG_ZH ? "单位" : "unit", "", NULL, NULL);
		kc_refusal_arg(why, 1, typed);
		suggest(st, typed, why);
	}
	kc_buf_free(&list);
	return u;
}

/* --- codes and handles --- */
static bool
exists(const struct kc_state *st, struct kc_slice code)
{
	uint32_t at;

	return kc_named_find(st, code, &at) != NULL ||
	    kc_find(st, KC_NS_UNIT, code) != KC_NONE ||
	    kc_find(st, KC_NS_ACTOR, code) != KC_NONE;
}

static bool
is_number(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return *s == '\0';
}

/* Plain capital letters; 0 if that is no code. */
static size_t
capitals(struct kc_slice s, char out[KC_CODE_MAX + 1])
{
	size_t n = 0;

	while (s.n > 0 && n < KC_CODE_MAX) {
		size_t used;
		uint32_t c = kc_char_read(s, &used);

		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xfee0;
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c <= ' ' || c >= 0x7f)
			return 0;
		out[n++] = (char)c;
		s.p += used;
		s.n -= used;
	}
	out[n] = '\0';
	return s.n == 0 ? n : 0;
}

/* PD-2022-27 is PD-2022-0027: zeroes before the last number. */
static void
fill_number(char code[KC_CODE_MAX + 1], size_t n)
{
	char *last = strrchr(code, '-');
	size_t digits = last != NULL ? strlen(last + 1) : 0;
	size_t more = SERIAL - digits;

	if (digits == 0 || digits >= SERIAL || n + more > KC_CODE_MAX ||
	    !is_number(last + 1))
		return;
	memmove(last + 1 + more, last + 1, digits + 1);
	memset(last + 1, '0', more);
}

struct kc_slice
kc_meant_code(
    const struct kc_state *st, struct kc_slice typed, char out[KC_CODE_MAX + 1])
{
	size_t n;

	if (typed.n == 0 || exists(st, typed))
		return typed;
	n = capitals(typed, out);
	if (n > 0 && is_number(out))
		return typed; /* the number of an entry, a year */
	if (n > 0 && exists(st, kc_slice_str(out)))
		return kc_slice_str(out);
	if (n > 0)
		fill_number(out, n);
	if (n > 0 && exists(st, kc_slice_str(out)))
		return kc_slice_str(out);
	/* Ids of actors have small letters too; no two have one shape. */
	for (uint32_t i = 0; n > 0 && i < st->actors.n; i++)
		if (kc_shape_same(kc_slice_str(st->actors.v[i]->id), typed))
			return kc_slice_str(st->actors.v[i]->id);
	return typed;
}
