/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the section `witnesses`. */
#include <string.h>

#include "sys/config.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define AT(member) offsetof(struct kc_config_witnesses, member)
#define SIZE(member) sizeof(((struct kc_config_witnesses *)0)->member)

static enum kc_err
read_policy(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const char *const words[] = {"open", "closed", NULL};
	struct kc_config_witnesses *w = r->out;
	int64_t v;
	enum kc_err err;

	err = kc_yaml_word(r->yaml, node, key->name, words, &v);
	if (err == KC_OK)
		w->closed = v == 1;
	return err;
}

/* "http://host:port/prefix", or https: what is asked stands behind it. */
static bool
url_ok(struct kc_slice s)
{
	static const struct kc_slice schemes[] = {
	    {"http://", 7}, {"https://", 8}};

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("?#@", s.p[i]))
			return false;
	for (size_t i = 0; i < COUNT(schemes); i++)
		if (s.n > schemes[i].n && s.p[s.n - 1] != '/' &&
		    memcmp(s.p, schemes[i].p, schemes[i].n) == 0)
			return true;
	return false;
}

static enum kc_err
read_url(struct kc_keys *r, const struct kc_yaml_node *map,
    struct kc_config_witness *to)
{
	const struct kc_yaml_node *node;
	enum kc_err err =
	    kc_yaml_need(r->yaml, map, "url", KC_YAML_SCALAR, &node);

	if (err == KC_OK)
		err = kc_yaml_text(
		    r->yaml, node, "url", to->url, sizeof(to->url));
	if (err == KC_OK && !url_ok(kc_slice_str(to->url)))
		err = kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, "url",
		    "http://host:port or https://host/path, no '/' at its "
		    "end");
	return err;
}

static enum kc_err
read_vkey(struct kc_keys *r, const struct kc_yaml_node *map,
    struct kc_config_witness *to)
{
	const struct kc_yaml_node *node;
	char text[KC_VKEY_MAX + 1];
	enum kc_err err =
	    kc_yaml_need(r->yaml, map, "key", KC_YAML_SCALAR, &node);

	if (err == KC_OK)
		err = kc_yaml_text(r->yaml, node, "key", text, sizeof(text));
	if (err == KC_OK &&
	    (kc_vkey_parse(&to->key, kc_slice_str(text)) != KC_OK ||
		to->key.type != KC_KEYTYPE_COSIGNATURE))
		err = kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, "key",
		    "the verifier key of a witness: name+id+key, of type 04");
	return err;
}

static enum kc_err
read_one(struct kc_keys *r, const struct kc_yaml_node *map)
{
	static const struct kc_slice names[] = {{"url", 3}, {"key", 3}};
	struct kc_config_witnesses *w = r->out;
	struct kc_config_witness *to = &w->v[w->n];
	enum kc_err err = kc_yaml_want(r->yaml, map, KC_YAML_MAP, "list");

	if (err == KC_OK)
		err = kc_yaml_keys(r->yaml, map, names, COUNT(names));
	if (err == KC_OK)
		err = read_url(r, map, to);
	if (err == KC_OK)
		err = read_vkey(r, map, to);
	/* One key is one voice. */
	for (size_t i = 0; err == KC_OK && i < w->n; i++)
		if (memcmp(w->v[i].key.pub, to->key.pub, sizeof(to->key.pub)) ==
		    0)
			err = kc_yaml_refuse(
			    r->yaml, map, KC_R_KEY_REPEATED, "key", NULL);
	w->n += err == KC_OK;
	return err;
}

static enum kc_err
read_list(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	enum kc_err err = kc_yaml_want(r->yaml, node, KC_YAML_LIST, key->name);

	if (err == KC_OK && (node->n < 1 || node->n > KC_CONFIG_WITNESSES_MAX))
		err = kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "1 to 16 witnesses");
	for (const struct kc_yaml_node *c = node->first;
	     err == KC_OK && c != NULL; c = c->next)
		err = read_one(r, c);
	return err;
}

static const struct kc_key keys[] = {
    {"policy", read_policy, 0, 0, 0},
    {"quorum", kc_key_unsigned, AT(quorum), 1, KC_CONFIG_WITNESSES_MAX},
    {"timeout_ms", kc_key_unsigned, AT(timeout_ms), 10, 60000},
    {"interval_ms", kc_key_unsigned, AT(interval_ms), 0, 3600000},
    {"ca", kc_key_path, AT(ca), 0, SIZE(ca)},
    {"list", read_list, 0, 0, 0},
};

enum kc_err
kc_config_read_witnesses(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	struct kc_config_witnesses *w = (void *)((char *)r->out + key->offset);
	struct kc_keys inner = {.out = w, .yaml = r->yaml};
	enum kc_err err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);

	memset(w, 0, sizeof(*w));
	w->timeout_ms = 1000;
	w->interval_ms = 200;
	memcpy(inner.dir, r->dir, sizeof(inner.dir));
	if (err == KC_OK)
		err = kc_keys_read(&inner, node, keys, COUNT(keys));
	if (err == KC_OK && w->n == 0)
		err = kc_yaml_refuse(
		    r->yaml, node, KC_R_KEY_MISSING, "list", NULL);
	if (err == KC_OK && w->quorum > w->n)
		err = kc_yaml_refuse(r->yaml, kc_yaml_get(node, "quorum"),
		    KC_R_KEY_VALUE, "quorum", "no more than there are");
	if (w->quorum == 0)
		w->quorum = (unsigned)w->n / 2 + 1;
	return err;
}
