/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a view's document, one call each. */
#include "view_int.h"

#include <string.h>

const char *
kc_vx_say(const struct kc_vx *x, const char *zh, const char *en)
{
	return x->lang == KC_LANG_ZH ? zh : en;
}

void
kc_vx_str(struct kc_vx *x, const char *key, const char *s)
{
	kc_json_key(&x->w, key);
	kc_json_str(&x->w, s);
}

void
kc_vx_slice(struct kc_vx *x, const char *key, struct kc_slice s)
{
	kc_json_key(&x->w, key);
	kc_json_slice(&x->w, s);
}

void
kc_vx_buf(struct kc_vx *x, const char *key, const struct kc_buf *b)
{
	/* What could not be made must not look like an empty text. */
	if (b->err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = b->err;
	kc_vx_slice(x, key, kc_buf_view(b));
}

void
kc_vx_u64(struct kc_vx *x, const char *key, uint64_t v)
{
	kc_json_key(&x->w, key);
	kc_json_u64(&x->w, v);
}

void
kc_vx_i64(struct kc_vx *x, const char *key, int64_t v)
{
	kc_json_key(&x->w, key);
	kc_json_i64(&x->w, v);
}

void
kc_vx_bool(struct kc_vx *x, const char *key, bool v)
{
	kc_json_key(&x->w, key);
	kc_json_bool(&x->w, v);
}

void
kc_vx_null(struct kc_vx *x, const char *key)
{
	kc_json_key(&x->w, key);
	kc_json_null(&x->w);
}

void
kc_vx_points(struct kc_vx *x, const char *key, int64_t e4)
{
	kc_json_key(&x->w, key);
	kc_json_points(&x->w, e4);
}

void
kc_vx_day(struct kc_vx *x, const char *key, kc_day d)
{
	kc_json_key(&x->w, key);
	kc_json_day(&x->w, d);
}

void
kc_vx_instant(struct kc_vx *x, const char *key, int64_t ms)
{
	kc_json_key(&x->w, key);
	kc_json_instant(&x->w, ms);
}

void
kc_vx_unit(struct kc_vx *x, const char *key, uint32_t unit)
{
	kc_vx_str(x, key, unit != KC_NONE ? x->st->units.v[unit]->code : NULL);
}

void
kc_vx_actor(struct kc_vx *x, const char *key, uint32_t actor)
{
	kc_vx_str(x, key, actor != KC_NONE ? x->st->actors.v[actor]->id : NULL);
}

const char *
kc_vx_label(const struct kc_vx *x, enum kc_set set, int64_t value)
{
	size_t n;
	const struct kc_word *words = kc_set_words(set, &n);

	if (value < 0 || (uint64_t)value >= n)
		return "";
	return kc_vx_say(x, words[value].zh, words[value].en);
}

void
kc_vx_word(struct kc_vx *x, const char *key, enum kc_set set, int64_t value)
{
	char text_key[48] = "";
	struct kc_slice k = kc_slice_str(key);

	kc_vx_str(x, key, kc_word_text(set, value));
	if (kc_slice_copy(text_key, sizeof(text_key) - 5, k)) {
		memcpy(text_key + k.n, "_text", 6);
		kc_vx_str(x, text_key, kc_vx_label(x, set, value));
	}
}

void
kc_vx_rows(struct kc_vx *x)
{
	kc_json_key(&x->w, "rows");
	kc_json_open(&x->w, '[');
	x->in_rows = true;
}

void
kc_vx_rows_end(struct kc_vx *x)
{
	if (x->in_rows)
		kc_json_close(&x->w, ']');
	x->in_rows = false;
}

void
kc_vx_row(struct kc_vx *x)
{
	kc_json_open(&x->w, '{');
}

void
kc_vx_end(struct kc_vx *x)
{
	kc_json_close(&x->w, '}');
}

const char *
kc_vx_unit_name(const struct kc_vx *x, const struct kc_unit *u)
{
	bool english = x->lang == KC_LANG_EN && u->name_en != NULL &&
	    u->name_en[0] != '\0';

	return english ? u->name_en : u->name;
}

kc_day
kc_event_day(const struct kc_event *e)
{
	return kc_day_of_instant(e->received_ms, KC_LOCAL_OFFSET_S);
}
