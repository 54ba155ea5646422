/* SPDX-License-Identifier: Apache-2.0 */
/* Reads witness.yaml. */
#include "witness/config.h"

#include <string.h>

#include <event2/util.h>

#include "sys/file.h"
#include "sys/log.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define AT(member) offsetof(struct kc_witness_config, member)
#define SIZE(member) sizeof(((struct kc_witness_config *)0)->member)

/* An address by number and a port: what is meant is not looked up. */
static enum kc_err
read_tcp(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	struct kc_witness_config *c = r->out;
	char text[64];
	int n = (int)sizeof(c->tcp);
	enum kc_err err =
	    kc_yaml_text(r->yaml, node, key->name, text, sizeof(text));

	if (err != KC_OK)
		return err;
	if (evutil_parse_sockaddr_port(text, (struct sockaddr *)&c->tcp, &n) !=
		0 ||
	    strchr(text, ':') == NULL || text[strlen(text) - 1] == ']')
		return kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "\"192.0.2.1:8440\" or \"[2001:db8::1]:8440\"");
	c->tcp_n = (unsigned)n;
	return KC_OK;
}

static enum kc_err
read_listen(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const struct kc_key keys[] = {
	    {"unix", kc_key_path, AT(socket), 0, SIZE(socket)},
	    {"mode", kc_key_mode, AT(socket_mode), 0, 0},
	    {"tcp", read_tcp, 0, 0, 0},
	};
	enum kc_err err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);

	return err == KC_OK ? kc_keys_read(r, node, keys, COUNT(keys)) : err;
}

static enum kc_err
read_limits(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const struct kc_key keys[] = {
	    {"connections", kc_key_unsigned, AT(connections_max), 4, 65536},
	    {"requests_per_s", kc_key_unsigned, AT(requests_per_s), 0, 100000},
	};
	enum kc_err err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);

	return err == KC_OK ? kc_keys_read(r, node, keys, COUNT(keys)) : err;
}

static enum kc_err
read_log(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	struct kc_witness_config *c = r->out;
	struct kc_vkey *k = &c->logs[c->nlogs];
	char text[KC_VKEY_MAX + 1];
	enum kc_err err =
	    kc_yaml_text(r->yaml, node, key->name, text, sizeof(text));

	if (err != KC_OK)
		return err;
	if (kc_vkey_parse(k, kc_slice_str(text)) != KC_OK ||
	    k->type != KC_KEYTYPE_ED25519)
		return kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "the verifier key of a log: name+id+key");
	for (size_t i = 0; i < c->nlogs; i++)
		if (kc_vkey_eq(&c->logs[i], k))
			return kc_yaml_refuse(
			    r->yaml, node, KC_R_KEY_REPEATED, key->name, NULL);
	c->nlogs++;
	return KC_OK;
}

static enum kc_err
read_logs(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	enum kc_err err = kc_yaml_want(r->yaml, node, KC_YAML_LIST, key->name);

	if (err == KC_OK && node->n > KC_WITNESS_LOGS_MAX)
		err = kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "at most 256 logs");
	for (const struct kc_yaml_node *c = node->first;
	     err == KC_OK && c != NULL; c = c->next)
		err = read_log(r, c, key);
	return err;
}

static const struct kc_key keys_root[] = {
    {"key", kc_key_path, AT(key), 0, SIZE(key)},
    {"state", kc_key_path, AT(state), 0, SIZE(state)},
    {"listen", read_listen, 0, 0, 0},
    {"logs", read_logs, 0, 0, 0},
    {"limits", read_limits, 0, 0, 0},
    {"log_level", kc_key_level, AT(log_level), 0, 0},
};

static enum kc_err
defaults(struct kc_witness_config *c, const char *dir)
{
	memset(c, 0, sizeof(*c));
	c->socket_mode = 0600;
	c->connections_max = 256;
	c->requests_per_s = 500;
	c->log_level = KC_LOG_INFO;
	if (kc_config_join(c->state, sizeof(c->state), dir, ".") != KC_OK)
		return KC_EINVAL;
	return kc_config_join(c->key, sizeof(c->key), dir, "witness.key");
}

static enum kc_err
parse(struct kc_witness_config *out, struct kc_slice text, const char *file,
    struct kc_refusal *why)
{
	struct kc_keys r = {.out = out};
	enum kc_err err = kc_keys_dir(&r, file);

	if (err == KC_OK)
		err = defaults(out, r.dir);
	if (err == KC_OK)
		err = kc_yaml_parse(&r.yaml, text, file, why);
	if (err == KC_OK)
		err = kc_keys_read(
		    &r, kc_yaml_root(r.yaml), keys_root, COUNT(keys_root));
	if (err == KC_OK && out->socket[0] == '\0' && out->tcp_n == 0)
		err = kc_yaml_refuse(r.yaml, kc_yaml_root(r.yaml),
		    KC_R_KEY_MISSING, "listen", NULL);
	kc_yaml_free(r.yaml);
	return err;
}

enum kc_err
kc_witness_config_load(
    struct kc_witness_config *out, const char *file, struct kc_refusal *why)
{
	struct kc_buf text = {0};
	enum kc_err err = kc_file_read(&text, file, KC_WITNESS_FILE_MAX, false);

	if (err == KC_OK)
		err = parse(out, kc_buf_view(&text), file, why);
	kc_buf_free(&text);
	return err;
}
