/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a configuration: every key once, every value in one spelling. */
#include "sys/keys.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sys/file.h"
#include "sys/log.h"

enum kc_err
kc_config_join(char *out, size_t size, const char *dir, const char *name)
{
	const char *sep = dir[0] == '\0' || name[0] == '/' ? "" : "/";
	int n;

	if (name[0] == '/')
		dir = "";
	if (strcmp(name, ".") == 0)
		n = snprintf(out, size, "%s", dir[0] == '\0' ? "." : dir);
	else
		n = snprintf(out, size, "%s%s%s", dir, sep, name);
	if (n < 0 || (size_t)n >= size)
		return KC_EINVAL;
	return KC_OK;
}

static void *
member(struct kc_keys *r, const struct kc_key *key)
{
	return (char *)r->out + key->offset;
}

enum kc_err
kc_key_path(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	char text[KC_CONFIG_PATH_MAX];
	enum kc_err err;

	err = kc_yaml_text(r->yaml, node, key->name, text, sizeof(text));
	if (err == KC_OK)
		err = kc_config_join(
		    member(r, key), (size_t)key->max, r->dir, text);
	if (err == KC_EINVAL)
		err = kc_yaml_refuse(
		    r->yaml, node, KC_R_KEY_VALUE, key->name, "a shorter path");
	return err;
}

enum kc_err
kc_key_unsigned(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	int64_t v;
	enum kc_err err;

	err = kc_yaml_int(r->yaml, node, key->name, key->min, key->max, &v);
	if (err == KC_OK)
		*(unsigned *)member(r, key) = (unsigned)v;
	return err;
}

enum kc_err
kc_key_yesno(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const char *const words[] = {"no", "yes", NULL};
	int64_t v;
	enum kc_err err;

	err = kc_yaml_word(r->yaml, node, key->name, words, &v);
	if (err == KC_OK)
		*(bool *)member(r, key) = v == 1;
	return err;
}

enum kc_err
kc_key_level(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const char *const words[] = {
	    "error", "warning", "info", "debug", NULL};
	static const int levels[] = {
	    KC_LOG_ERROR, KC_LOG_WARNING, KC_LOG_INFO, KC_LOG_DEBUG};
	int64_t v;
	enum kc_err err;

	err = kc_yaml_word(r->yaml, node, key->name, words, &v);
	if (err == KC_OK)
		*(int *)member(r, key) = levels[v];
	return err;
}

/* Four octal digits, no set-id or sticky bit, nothing for others but the
 * right to connect. */
enum kc_err
kc_key_mode(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	char text[8];
	unsigned mode = 0;
	bool ok;

	ok = kc_yaml_text(r->yaml, node, key->name, text, sizeof(text)) ==
		KC_OK &&
	    strlen(text) == 4 && text[0] == '0';
	for (size_t i = 0; ok && i < 4; i++) {
		ok = text[i] >= '0' && text[i] <= '7';
		mode = mode * 8 + (unsigned)(text[i] - '0');
	}
	if (!ok)
		return kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "\"0600\"..\"0777\"");
	*(mode_t *)member(r, key) = (mode_t)mode;
	return KC_OK;
}

enum kc_err
kc_keys_read(struct kc_keys *r, const struct kc_yaml_node *map,
    const struct kc_key *keys, size_t n)
{
	struct kc_slice names[24] = {{NULL, 0}};
	enum kc_err err;

	assert(n <= sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < n; i++)
		names[i] = kc_slice_str(keys[i].name);
	err = kc_yaml_keys(r->yaml, map, names, n);
	for (size_t i = 0; err == KC_OK && i < n; i++) {
		const struct kc_yaml_node *node =
		    kc_yaml_get(map, keys[i].name);

		if (node != NULL)
			err = keys[i].read(r, node, &keys[i]);
	}
	return err;
}

enum kc_err
kc_keys_dir(struct kc_keys *r, const char *file)
{
	const char *slash = strrchr(file, '/');
	struct kc_slice dir = {file, 0};

	if (slash != NULL)
		dir.n = slash == file ? 1 : (size_t)(slash - file);
	return kc_slice_copy(r->dir, sizeof(r->dir), dir) ? KC_OK : KC_EINVAL;
}

void
kc_keys_say(const char *file, enum kc_err err, const struct kc_refusal *why)
{
	struct kc_buf text = {0};
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_ERROR, "config");
	kc_log_str(&l, "file", file);
	if (err == KC_EREFUSED) {
		kc_refusal_message(why, KC_LANG_EN, &text);
		kc_log_str(&l, "place", why->rule_place);
		kc_log_str(&l, "code", kc_refusal_code_text(why->code));
		kc_log_slice(&l, "why", kc_buf_view(&text));
	} else {
		kc_log_str(&l, "why", kc_err_text(err));
		if (err == KC_EIO)
			kc_log_errno(&l);
	}
	kc_log_end(&l);
	kc_buf_free(&text);
}
