/* SPDX-License-Identifier: Apache-2.0 */
/* JSON views made from the tables: an entry, the schema, a refusal. */
#include <kaocheng/entry_json.h>

#include <string.h>

#include <kaocheng/leaf.h>

#include "codec.h"

/* --- entries --- */
static void
put_text(struct kc_json *w, struct kc_slice raw)
{
	struct kc_buf plain = {0};

	if (memchr(raw.p, '\n', raw.n) == NULL) {
		kc_json_slice(w, raw);
		return;
	}
	kc_buf_unfold(&plain, raw);
	kc_json_slice(w, kc_buf_view(&plain));
	if (plain.err != KC_OK)
		w->out->err = plain.err;
	kc_buf_free(&plain);
}

static void
put_value(struct kc_json *w, const struct kc_field *f, const struct kc_value *v)
{
	switch (f->type) {
	case KC_T_BP:
	case KC_T_INT:
		kc_json_i64(w, v->num);
		break;
	case KC_T_YESNO:
		kc_json_bool(w, v->num == 1);
		break;
	case KC_T_TEXT:
		put_text(w, v->raw);
		break;
	case KC_T_CODE:
	case KC_T_ACTOR:
	case KC_T_HANDLE:
	case KC_T_WORD:
	case KC_T_POINTS:
	case KC_T_DATE:
	case KC_T_QUARTER:
	case KC_T_DECIMAL:
	case KC_T_VKEY:
	case KC_T_SIG:
	case KC_T_HASH:
	case KC_T_EVIDENCE:
	case KC_T_KINDNAME:
		kc_json_slice(w, v->raw);
		break;
	}
}

static bool
is_list(const struct kc_field *f)
{
	return f->presence == KC_MANY || f->presence == KC_SOME;
}

static void
put_field(struct kc_json *w, const struct kc_entry *e, unsigned i)
{
	const struct kc_field *f = &e->kind->fields[i];

	if (!kc_entry_has(e, i))
		return;
	kc_json_key(w, f->name);
	if (!is_list(f)) {
		put_value(w, f, kc_entry_item(e, i, 0));
		return;
	}
	kc_json_open(w, '[');
	for (unsigned n = 0; n < kc_entry_count(e, i); n++)
		put_value(w, f, kc_entry_item(e, i, n));
	kc_json_close(w, ']');
}

/* The value of its line. */
static void
put_seen(struct kc_json *w, const struct kc_entry *e)
{
	char text[96];
	struct kc_buf b = {text, 0, sizeof(text), KC_OK};

	kc_buf_u64(&b, e->seen_size);
	if (e->seen_size > 0) {
		kc_buf_char(&b, ' ');
		kc_buf_slice(&b, e->seen_root);
	}
	kc_json_slice(w, kc_buf_view(&b));
}

void
kc_json_entry(struct kc_json *w, const struct kc_entry *e)
{
	char text[2 * KC_ID_SIZE];
	struct kc_buf b = {text, 0, sizeof(text), KC_OK};

	kc_json_open(w, '{');
	kc_json_key(w, "kind");
	kc_json_str(w, e->kind->name);
	kc_json_key(w, "ledger");
	kc_json_slice(w, e->ledger);
	kc_json_key(w, "id");
	kc_buf_hex(&b, e->id, KC_ID_SIZE);
	kc_json_slice(w, kc_buf_view(&b));
	kc_json_key(w, "at");
	kc_buf_reset(&b);
	kc_buf_instant_s(&b, e->at_s);
	kc_json_slice(w, kc_buf_view(&b));
	kc_json_key(w, "seen");
	put_seen(w, e);
	kc_json_key(w, "by");
	kc_json_open(w, '[');
	for (unsigned i = 0; i < e->nby; i++)
		kc_json_slice(w, e->by[i]);
	kc_json_close(w, ']');
	for (unsigned i = 0; i < e->kind->nfields; i++)
		put_field(w, e, i);
	kc_json_close(w, '}');
}

/* --- schema --- */

/* A table's symbol as JSON writes it: "TARGET_CLASS" is "target-class". */
static void
put_symbol(struct kc_json *w, const char *symbol)
{
	char text[64];
	size_t n = 0;

	for (; symbol[n] != '\0' && n < sizeof(text); n++) {
		char c = symbol[n];

		text[n] = c == '_' ? '-' : c;
		if (c >= 'A' && c <= 'Z')
			text[n] = (char)(c - 'A' + 'a');
	}
	kc_json_slice(w, (struct kc_slice){text, n});
}

static void
put_labels(struct kc_json *w, const char *zh, const char *en)
{
	kc_json_key(w, "zh");
	kc_json_str(w, zh);
	kc_json_key(w, "en");
	kc_json_str(w, en);
}

static void
put_sets(struct kc_json *w)
{
	kc_json_key(w, "sets");
	kc_json_open(w, '[');
	for (unsigned s = 0; s < KC_SET_COUNT; s++) {
		size_t n;
		const struct kc_word *words = kc_set_words(s, &n);

		kc_json_open(w, '{');
		kc_json_key(w, "set");
		put_symbol(w, kc_set_symbol(s));
		kc_json_key(w, "words");
		kc_json_open(w, '[');
		for (size_t i = 0; i < n; i++) {
			kc_json_open(w, '{');
			kc_json_key(w, "word");
			kc_json_str(w, words[i].wire);
			put_labels(w, words[i].zh, words[i].en);
			kc_json_close(w, '}');
		}
		kc_json_close(w, ']');
		kc_json_close(w, '}');
	}
	kc_json_close(w, ']');
}

static const char *
json_type(enum kc_type t)
{
	if (t == KC_T_BP || t == KC_T_INT)
		return "integer";
	return t == KC_T_YESNO ? "boolean" : "string";
}

static void
put_types(struct kc_json *w)
{
	static const enum kc_type types[] = {
#define X(sym, zh, en) KC_T_##sym,
	    KC_TYPES(X)
#undef X
	};

	kc_json_key(w, "types");
	kc_json_open(w, '[');
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		kc_json_open(w, '{');
		kc_json_key(w, "type");
		put_symbol(w, kc_type_name(types[i]));
		kc_json_key(w, "json");
		kc_json_str(w, json_type(types[i]));
		put_labels(w, kc_type_text(types[i], KC_LANG_ZH),
		    kc_type_text(types[i], KC_LANG_EN));
		kc_json_close(w, '}');
	}
	kc_json_close(w, ']');
}

static void
put_schema_field(struct kc_json *w, const struct kc_field *f)
{
	static const char *const presence[] = {[KC_ONE] = "one",
	    [KC_OPT] = "optional",
	    [KC_MANY] = "many",
	    [KC_SOME] = "some"};

	kc_json_open(w, '{');
	kc_json_key(w, "name");
	kc_json_str(w, f->name);
	kc_json_key(w, "type");
	put_symbol(w, kc_type_name(f->type));
	kc_json_key(w, "presence");
	kc_json_str(w, presence[f->presence]);
	if (f->type == KC_T_WORD) {
		kc_json_key(w, "set");
		put_symbol(w, kc_set_symbol((enum kc_set)f->arg));
	}
	if (f->type == KC_T_INT) {
		kc_json_key(w, "max");
		kc_json_i64(w, f->arg);
	}
	put_labels(w, f->zh, f->en);
	kc_json_close(w, '}');
}

/* One array of roles for each signer; none for the founders. */
static void
put_signers(struct kc_json *w, const struct kc_signers *s)
{
	kc_json_key(w, "signers");
	kc_json_open(w, '[');
	for (unsigned i = 0; i < s->n; i++) {
		kc_json_open(w, '[');
		for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
			if ((s->roles[i] >> r & 1) != 0)
				kc_json_str(w, kc_word_text(KC_SET_ROLE, r));
		kc_json_close(w, ']');
	}
	kc_json_close(w, ']');
}

static void
put_kind(struct kc_json *w, const struct kc_kind *k)
{
	kc_json_open(w, '{');
	kc_json_key(w, "kind");
	kc_json_str(w, k->name);
	kc_json_key(w, "noun");
	kc_json_str(w, k->noun);
	put_labels(w, k->zh, k->en);
	put_signers(w, &k->signers);
	kc_json_key(w, "fields");
	kc_json_open(w, '[');
	for (unsigned i = 0; i < k->nfields; i++)
		put_schema_field(w, &k->fields[i]);
	kc_json_close(w, ']');
	kc_json_close(w, '}');
}

void
kc_json_schema(struct kc_json *w)
{
	kc_json_open(w, '{');
	kc_json_key(w, "format");
	kc_json_str(w, "kaocheng/v1");
	kc_json_key(w, "note_max");
	kc_json_u64(w, KC_NOTE_MAX);
	kc_json_key(w, "list_max");
	kc_json_u64(w, KC_LIST_MAX);
	put_types(w);
	put_sets(w);
	kc_json_key(w, "kinds");
	kc_json_open(w, '[');
	for (unsigned k = 0; k < KC_K_COUNT; k++)
		put_kind(w, kc_kind_get(k));
	kc_json_close(w, ']');
	kc_json_close(w, '}');
}

/* --- refusals --- */

/* The short title of RFC 9457: the same for all of one status. */
static const char *
title(int status, enum kc_lang lang)
{
	static const struct {
		int status;
		const char *text[2]; /* by enum kc_lang */
	} titles[] = {
	    {400, {"Malformed", "格式错误"}},
	    {401, {"Not proved who asks", "身份或签名不成立"}},
	    {403, {"Not permitted", "无权办理"}},
	    {404, {"Not found", "不存在"}},
	    {409, {"Against the present state", "与现状不符"}},
	    {413, {"Too large", "超过上限"}},
	    {422, {"Against a rule", "不合规则"}},
	    {429, {"Too many requests", "请求过于频繁"}},
	    {500, {"The daemon failed", "服务端出错"}},
	    {503, {"Not now", "暂不能办理"}},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].text[lang];
	return lang == KC_LANG_ZH ? "不予受理" : "Refused";
}

static void
put_member(struct kc_json *w, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	kc_json_key(w, key);
	kc_json_str(w, value);
}

void
kc_json_refusal(
    struct kc_json *w, const struct kc_refusal *r, enum kc_lang lang)
{
	const char *code = kc_refusal_code_text(r->code);
	int status = kc_refusal_status(r->code);
	struct kc_buf text = {0};

	kc_json_open(w, '{');
	kc_buf_str(&text, "urn:kaocheng:refusal:");
	kc_buf_str(&text, code);
	put_member(w, "type", kc_buf_cstr(&text));
	put_member(w, "title", title(status, lang));
	kc_json_key(w, "status");
	kc_json_i64(w, status);
	kc_buf_reset(&text);
	kc_refusal_message(r, lang, &text);
	put_member(w, "detail", kc_buf_cstr(&text));
	put_member(w, "code", code);
	put_member(w, "rule", r->rule);
	put_member(w, "place", r->rule_place);
	if (r->line > 0) {
		kc_json_key(w, "line");
		kc_json_u64(w, r->line);
		kc_json_key(w, "column");
		kc_json_u64(w, r->col);
	}
	put_member(w, "state", kc_refusal_state(r, lang));
	kc_buf_reset(&text);
	kc_refusal_hint(r, lang, &text);
	put_member(w, "hint", kc_buf_cstr(&text));
	kc_json_close(w, '}');
	if (text.err != KC_OK)
		w->out->err = text.err;
	kc_buf_free(&text);
}
