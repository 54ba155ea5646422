/* SPDX-License-Identifier: Apache-2.0 */
/* The section `remind` as the first line, by the same table of keys. */
#include "remind/wire.h"

#include <assert.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/json.h>

#include "remind/wire_int.h"

#define AT(member) offsetof(struct kc_remind, member)

/* --- writing --- */
static void
put_list(struct kc_json *w, const struct kc_remind_list *l)
{
	kc_json_open(w, '[');
	for (unsigned i = 0; i < l->n; i++)
		kc_json_str(w, kc_remind_list_get(l, i));
	kc_json_close(w, ']');
}

static void
put_key(struct kc_json *w, const struct kc_remind *r,
    const struct kc_remind_key *key)
{
	const void *member = (const char *)r + key->offset;

	kc_json_key(w, key->name);
	switch (key->kind) {
	case KC_REMIND_TEXT:
	case KC_REMIND_MAIL:
	case KC_REMIND_URL:
	case KC_REMIND_PATH:
		kc_json_str(w, member);
		break;
	case KC_REMIND_NUMBER:
		kc_json_u64(w, *(const unsigned *)member);
		break;
	case KC_REMIND_WORD:
		kc_json_str(w, key->words[*(const unsigned *)member]);
		break;
	case KC_REMIND_LIST:
	case KC_REMIND_PATHS:
		put_list(w, member);
		break;
	}
}

static bool
on(const struct kc_remind *r, const struct kc_remind_section *s)
{
	return *(const bool *)((const char *)r + s->on);
}

enum kc_err
kc_wire_config_encode(
    struct kc_buf *out, const struct kc_remind *r, struct kc_slice origin)
{
	struct kc_json w = {.out = out};
	const struct kc_remind_section *s;
	size_t n;

	s = kc_remind_sections(&n);
	kc_json_open(&w, '{');
	kc_json_key(&w, "config");
	kc_json_open(&w, '{');
	kc_json_key(&w, "origin");
	kc_json_slice(&w, origin);
	for (size_t i = 0; i < n; i++) {
		if (!on(r, &s[i]))
			continue;
		if (i > 0) {
			kc_json_key(&w, s[i].name);
			kc_json_open(&w, '{');
		}
		for (size_t k = 0; k < s[i].n; k++)
			put_key(&w, r, &s[i].keys[k]);
		if (i > 0)
			kc_json_close(&w, '}');
	}
	kc_json_close(&w, '}');
	kc_json_close(&w, '}');
	kc_buf_char(out, '\n');
	return kc_buf_err(out);
}

/* --- reading --- */
static bool
get_list(struct kc_remind_list *to, const json_t *list)
{
	bool ok = json_is_array(list);

	to->n = 0;
	for (size_t i = 0; ok && i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		struct kc_slice s = {json_string_value(v),
		    json_is_string(v) ? json_string_length(v) : 0};

		ok = s.n > 0 && kc_remind_list_add(to, s);
	}
	return ok;
}

static bool
get_word(unsigned *to, struct kc_slice s, const char *const *words)
{
	for (unsigned i = 0; words[i] != NULL; i++)
		if (kc_slice_is(s, words[i])) {
			*to = i;
			return true;
		}
	return false;
}

/* Forms were checked by who read the file; here, that they are of a kind and
 * fit, and those that stand in what is sent. */
static bool
get_key(
    struct kc_remind *out, const json_t *from, const struct kc_remind_key *key)
{
	void *member = (char *)out + key->offset;
	const json_t *v = json_object_get(from, key->name);
	struct kc_slice s = {"", 0};

	if (json_is_string(v))
		s = (struct kc_slice){
		    json_string_value(v), json_string_length(v)};
	switch (key->kind) {
	case KC_REMIND_MAIL:
		return kc_remind_mail_ok(s) &&
		    kc_slice_copy(member, key->size, s);
	case KC_REMIND_URL:
		return (s.n == 0 ? !key->needed : kc_remind_url_ok(s)) &&
		    kc_slice_copy(member, key->size, s);
	case KC_REMIND_TEXT:
	case KC_REMIND_PATH:
		return json_is_string(v) && (s.n > 0 || !key->needed) &&
		    memchr(s.p, '\0', s.n) == NULL &&
		    kc_slice_copy(member, key->size, s);
	case KC_REMIND_NUMBER:
		if (!json_is_integer(v) || json_integer_value(v) < key->min ||
		    json_integer_value(v) > key->max)
			return false;
		*(unsigned *)member = (unsigned)json_integer_value(v);
		return true;
	case KC_REMIND_WORD:
		return get_word(member, s, key->words);
	case KC_REMIND_LIST:
	case KC_REMIND_PATHS:
		return get_list(member, v);
	}
	return false;
}

static bool
get_section(
    struct kc_remind *out, json_t *from, const struct kc_remind_section *s)
{
	const char *names[16] = {NULL}, *want;

	assert(s->n < sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < s->n; i++)
		names[i] = s->keys[i].name;
	if (!json_is_object(from) || !kc_wire_keys(from, names))
		return false;
	*(bool *)(void *)((char *)out + s->on) = true;
	for (size_t i = 0; i < s->n; i++)
		if (!get_key(out, from, &s->keys[i]))
			return false;
	return kc_remind_fault(out, s->name, &want) == NULL;
}

/* The section's own keys are taken out first; what is left are sections. */
static bool
get_config(struct kc_remind *out, char origin[KC_REMIND_TEXT_MAX], json_t *from)
{
	const struct kc_remind_section *s;
	const char *names[16] = {NULL};
	struct kc_slice text;
	size_t n;

	s = kc_remind_sections(&n);
	assert(n < sizeof(names) / sizeof(names[0]));
	if (!json_is_object(from) || !kc_wire_text(from, "origin", &text) ||
	    !kc_note_name_ok(text) ||
	    !kc_slice_copy(origin, KC_REMIND_TEXT_MAX, text))
		return false;
	(void)json_object_del(from, "origin");
	for (size_t i = 0; i < s[0].n; i++) {
		if (!get_key(out, from, &s[0].keys[i]))
			return false;
		(void)json_object_del(from, s[0].keys[i].name);
	}
	out->on = true;
	for (size_t i = 1; i < n; i++)
		names[i - 1] = s[i].name;
	if (!kc_wire_keys(from, names))
		return false;
	for (size_t i = 1; i < n; i++) {
		json_t *section = json_object_get(from, s[i].name);

		if (section != NULL && !get_section(out, section, &s[i]))
			return false;
	}
	return true;
}

enum kc_err
kc_wire_config_decode(struct kc_remind *out, char origin[KC_REMIND_TEXT_MAX],
    struct kc_slice line)
{
	static const char *const names[] = {"config", NULL};
	json_t *root = kc_wire_load(line);
	bool ok;

	kc_remind_defaults(out);
	ok = root != NULL && kc_wire_keys(root, names) &&
	    get_config(out, origin, json_object_get(root, "config"));
	json_decref(root);
	return ok ? KC_OK : KC_ESYNTAX;
}

/* --- channels --- */
uint32_t
kc_remind_channels(const struct kc_remind *r)
{
	static const size_t where[] = {
	    [KC_CHANNEL_SMTP] = AT(smtp.on),
	    [KC_CHANNEL_WEBHOOK] = AT(webhook.on),
	    [KC_CHANNEL_DINGTALK] = AT(dingtalk.on),
	    [KC_CHANNEL_WECOM] = AT(wecom.on),
	    [KC_CHANNEL_FEISHU] = AT(feishu.on),
	    [KC_CHANNEL_COMMAND] = AT(command.on),
	    [KC_CHANNEL_FILE] = AT(file.on),
	};
	uint32_t bits = 0;

	_Static_assert(sizeof(where) / sizeof(where[0]) == KC_CHANNEL_COUNT,
	    "every channel");
	for (unsigned i = 0; i < KC_CHANNEL_COUNT; i++)
		if (*(const bool *)((const char *)r + where[i]))
			bits |= UINT32_C(1) << i;
	return bits;
}
