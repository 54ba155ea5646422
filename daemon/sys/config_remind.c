/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the section `remind` as its table of keys says. */
#include "sys/remind.h"

#include <assert.h>
#include <string.h>

#include "sys/config.h"

struct reading {
	struct kc_remind *out;
	struct kc_yaml *yaml;
	const char *dir;
};

static enum kc_err
refuse(const struct reading *r, const struct kc_yaml_node *node,
    const char *label, const char *want)
{
	return kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, label, want);
}

/* A text whose form is checked by `ok`. */
static enum kc_err
read_text(const struct reading *r, const struct kc_yaml_node *node,
    const struct kc_remind_key *key, bool (*ok)(struct kc_slice),
    const char *want)
{
	char *to = (char *)r->out + key->offset;
	enum kc_err err = kc_yaml_text(r->yaml, node, key->name, to, key->size);

	if (err == KC_OK && !ok(kc_slice_str(to)))
		err = refuse(r, node, key->name, want);
	return err;
}

static bool
plain(struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

static enum kc_err
read_path(const struct reading *r, const struct kc_yaml_node *node,
    const char *label, char *out, size_t size)
{
	char text[KC_REMIND_PATH_MAX];
	enum kc_err err =
	    kc_yaml_text(r->yaml, node, label, text, sizeof(text));

	if (err == KC_OK && kc_config_join(out, size, r->dir, text) != KC_OK)
		err = refuse(r, node, label, "a shorter path");
	return err;
}

static enum kc_err
read_list(const struct reading *r, const struct kc_yaml_node *node,
    const struct kc_remind_key *key)
{
	void *member = (char *)r->out + key->offset;
	struct kc_remind_list *to = member;
	char text[KC_REMIND_PATH_MAX];
	enum kc_err err = kc_yaml_want(r->yaml, node, KC_YAML_LIST, key->name);

	for (const struct kc_yaml_node *c = node->first;
	     err == KC_OK && c != NULL; c = c->next) {
		if (key->kind == KC_REMIND_PATHS)
			err = read_path(r, c, key->name, text, sizeof(text));
		else
			err = kc_yaml_text(
			    r->yaml, c, key->name, text, sizeof(text));
		if (err == KC_OK && !kc_remind_list_add(to, kc_slice_str(text)))
			err = refuse(r, c, key->name, "a shorter list");
	}
	if (err == KC_OK && to->n == 0)
		err = refuse(r, node, key->name, "at least one text");
	return err;
}

static enum kc_err
read_number(const struct reading *r, const struct kc_yaml_node *node,
    const struct kc_remind_key *key)
{
	void *member = (char *)r->out + key->offset;
	int64_t v = 0;
	enum kc_err err = key->kind == KC_REMIND_WORD
	    ? kc_yaml_word(r->yaml, node, key->name, key->words, &v)
	    : kc_yaml_int(r->yaml, node, key->name, key->min, key->max, &v);

	if (err == KC_OK)
		*(unsigned *)member = (unsigned)v;
	return err;
}

static enum kc_err
read_key(const struct reading *r, const struct kc_yaml_node *node,
    const struct kc_remind_key *key)
{
	char *to = (char *)r->out + key->offset;

	switch (key->kind) {
	case KC_REMIND_TEXT:
		return read_text(
		    r, node, key, plain, "printable ASCII without spaces");
	case KC_REMIND_MAIL:
		return read_text(
		    r, node, key, kc_remind_mail_ok, "a mail address");
	case KC_REMIND_URL:
		return read_text(r, node, key, kc_remind_url_ok,
		    "https://host/path in ASCII, no user, no fragment");
	case KC_REMIND_PATH:
		return read_path(r, node, key->name, to, key->size);
	case KC_REMIND_NUMBER:
	case KC_REMIND_WORD:
		return read_number(r, node, key);
	case KC_REMIND_LIST:
	case KC_REMIND_PATHS:
		return read_list(r, node, key);
	}
	return KC_EINVAL;
}

static enum kc_err
read_section(const struct reading *r, const struct kc_yaml_node *map,
    const struct kc_remind_section *s)
{
	const char *lacks, *want;
	enum kc_err err = KC_OK;

	*(bool *)(void *)((char *)r->out + s->on) = true;
	for (size_t i = 0; err == KC_OK && i < s->n; i++) {
		const struct kc_yaml_node *node =
		    kc_yaml_get(map, s->keys[i].name);

		if (node != NULL)
			err = read_key(r, node, &s->keys[i]);
		else if (s->keys[i].needed)
			err = kc_yaml_refuse(r->yaml, map, KC_R_KEY_MISSING,
			    s->keys[i].name, NULL);
	}
	if (err != KC_OK)
		return err;
	lacks = kc_remind_fault(r->out, s->name, &want);
	if (lacks == NULL)
		return KC_OK;
	if (kc_yaml_get(map, lacks) != NULL)
		map = kc_yaml_get(map, lacks);
	return kc_yaml_refuse(r->yaml, map,
	    want == NULL ? KC_R_KEY_MISSING : KC_R_KEY_VALUE, lacks, want);
}

/* A section's own keys, and for `remind` itself the sections in it. */
static enum kc_err
check_keys(struct kc_yaml *yaml, const struct kc_yaml_node *map,
    const struct kc_remind_section *s, size_t inner)
{
	struct kc_slice names[16] = {{NULL, 0}};

	assert(s->n + inner <= sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < s->n; i++)
		names[i] = kc_slice_str(s->keys[i].name);
	for (size_t i = 0; i < inner; i++)
		names[s->n + i] = kc_slice_str(s[i + 1].name);
	return kc_yaml_keys(yaml, map, names, s->n + inner);
}

enum kc_err
kc_remind_read(struct kc_remind *out, struct kc_yaml *yaml,
    const struct kc_yaml_node *node, const char *dir)
{
	struct reading r = {out, yaml, dir};
	const struct kc_remind_section *s;
	size_t n;
	enum kc_err err;

	s = kc_remind_sections(&n);
	err = kc_yaml_want(yaml, node, KC_YAML_MAP, "remind");
	if (err == KC_OK)
		err = check_keys(yaml, node, &s[0], n - 1);
	if (err == KC_OK)
		err = read_section(&r, node, &s[0]);
	for (size_t i = 1; err == KC_OK && i < n; i++) {
		const struct kc_yaml_node *map = kc_yaml_get(node, s[i].name);

		if (map == NULL)
			continue;
		err = kc_yaml_want(yaml, map, KC_YAML_MAP, s[i].name);
		if (err == KC_OK)
			err = check_keys(yaml, map, &s[i], 0);
		if (err == KC_OK)
			err = read_section(&r, map, &s[i]);
	}
	return err;
}
