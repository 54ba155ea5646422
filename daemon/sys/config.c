/* SPDX-License-Identifier: Apache-2.0 */
/* Reads kaocheng.yaml: every key once, every value in one spelling. */
#include "sys/config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kaocheng/leaf.h>
#include <kaocheng/limits.h>
#include <kaocheng/yaml.h>

#include "sys/file.h"
#include "sys/log.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

_Static_assert(
    sizeof(((struct kc_config_reader *)0)->actor) == KC_CODE_MAX + 1, "actor");

/* What a reader of one key works on. */
struct reading {
	struct kc_config *out;
	struct kc_yaml *yaml;
	char dir[KC_CONFIG_PATH_MAX]; /* of the file, for relative paths */
};

struct key {
	const char *name;
	enum kc_err (*read)(struct reading *r, const struct kc_yaml_node *node,
	    const struct key *key);
	size_t offset;    /* in struct kc_config */
	int64_t min, max; /* of a number */
};

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

enum kc_err
kc_config_defaults(struct kc_config *out, const char *dir)
{
	memset(out, 0, sizeof(*out));
	out->socket_mode = 0600;
	out->threads = 2;
	out->wait_ms = 2;
	out->connections_max = 1024;
	out->requests_per_s = 50;
	out->reads_per_s = 5000;
	out->queue_max = 4096;
	out->map_mib = 65536;
	out->reserve_mib = 16;
	out->log_level = KC_LOG_INFO;
	kc_remind_defaults(&out->remind);
	if (kc_config_join(out->ledger, sizeof(out->ledger), dir, ".") !=
		KC_OK ||
	    kc_config_join(out->anchor, sizeof(out->anchor), dir, "anchor") !=
		KC_OK ||
	    kc_config_join(out->people, sizeof(out->people), dir, "people") !=
		KC_OK ||
	    kc_config_join(out->log_key, sizeof(out->log_key), dir,
		"keys/log.key") != KC_OK ||
	    kc_config_join(out->clerk_key, sizeof(out->clerk_key), dir,
		"keys/clerk.key") != KC_OK)
		return KC_EINVAL;
	/* A socket's path is short by nature; a long one must be configured. */
	if (kc_config_join(out->socket, sizeof(out->socket), dir, "socket") !=
	    KC_OK)
		out->socket[0] = '\0';
	return KC_OK;
}

static void *
member(struct reading *r, const struct key *key)
{
	return (char *)r->out + key->offset;
}

static enum kc_err
read_path(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
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

static enum kc_err
read_unsigned(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	int64_t v;
	enum kc_err err;

	err = kc_yaml_int(r->yaml, node, key->name, key->min, key->max, &v);
	if (err == KC_OK)
		*(unsigned *)member(r, key) = (unsigned)v;
	return err;
}

static enum kc_err
read_yesno(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	static const char *const words[] = {"no", "yes", NULL};
	int64_t v;
	enum kc_err err;

	err = kc_yaml_word(r->yaml, node, key->name, words, &v);
	if (err == KC_OK)
		*(bool *)member(r, key) = v == 1;
	return err;
}

static enum kc_err
read_level(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	static const char *const words[] = {
	    "error", "warning", "info", "debug", NULL};
	static const int levels[] = {
	    KC_LOG_ERROR, KC_LOG_WARNING, KC_LOG_INFO, KC_LOG_DEBUG};
	int64_t v;
	enum kc_err err;

	err = kc_yaml_word(r->yaml, node, key->name, words, &v);
	if (err == KC_OK)
		r->out->log_level = levels[v];
	return err;
}

/* What of the log everybody may read besides its hashes. */
static enum kc_err
read_publish(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	static const char *const words[] = {"hashes", "entries", NULL};
	int64_t v;
	enum kc_err err;

	err = kc_yaml_word(r->yaml, node, key->name, words, &v);
	if (err == KC_OK)
		r->out->publish_entries = v == 1;
	return err;
}

/* Four octal digits, no set-id or sticky bit, nothing for others but the
 * right to connect. */
static enum kc_err
read_mode(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
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
	r->out->socket_mode = (mode_t)mode;
	return KC_OK;
}

/* "127.0.0.1:port". Other hosts come through a proxy on the socket. */
static enum kc_err
read_tcp(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	char text[32];
	struct kc_slice rest, host;
	uint64_t port;
	enum kc_err err;

	err = kc_yaml_text(r->yaml, node, key->name, text, sizeof(text));
	if (err != KC_OK)
		return err;
	rest = kc_slice_str(text);
	if (!kc_slice_cut(&rest, ':', &host) ||
	    !kc_slice_is(host, "127.0.0.1") ||
	    !kc_read_u64(rest, 65535, &port) || port == 0)
		return kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "\"127.0.0.1:1..65535\"");
	r->out->tcp_port = (uint16_t)port;
	return KC_OK;
}

static enum kc_err
read_instant(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	char text[32];
	int64_t at_s;
	enum kc_err err;

	err = kc_yaml_text(r->yaml, node, key->name, text, sizeof(text));
	if (err != KC_OK)
		return err;
	if (!kc_read_instant_s(kc_slice_str(text), &at_s))
		return kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "\"2022-01-01T00:00:00Z\"");
	r->out->test_clock = true;
	r->out->test_clock_ms = at_s * 1000;
	return KC_OK;
}

static enum kc_err
read_map(struct reading *r, const struct kc_yaml_node *map,
    const struct key *keys, size_t n)
{
	struct kc_slice names[16] = {{NULL, 0}};
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

#define AT(member) offsetof(struct kc_config, member)
#define SIZE(member) sizeof(((struct kc_config *)0)->member)

static enum kc_err
read_listen(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	static const struct key keys[] = {
	    {"unix", read_path, AT(socket), 0, SIZE(socket)},
	    {"mode", read_mode, 0, 0, 0},
	    {"tcp", read_tcp, 0, 0, 0},
	};
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);
	if (err != KC_OK)
		return err;
	/* Listening is as written: no default socket beside a tcp alone. */
	r->out->socket[0] = '\0';
	err = read_map(r, node, keys, COUNT(keys));
	if (err == KC_OK && r->out->socket[0] == '\0' && r->out->tcp_port == 0)
		err = kc_yaml_refuse(
		    r->yaml, node, KC_R_KEY_MISSING, "unix", NULL);
	return err;
}

static enum kc_err
read_limits(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	static const struct key keys[] = {
	    {"connections", read_unsigned, AT(connections_max), 1, 65536},
	    {"requests_per_s", read_unsigned, AT(requests_per_s), 0, 1000000},
	    {"reads_per_s", read_unsigned, AT(reads_per_s), 0, 1000000},
	    {"own_uid", read_yesno, AT(limit_own_uid), 0, 0},
	    {"queue", read_unsigned, AT(queue_max), 1, 65536},
	};
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);
	if (err == KC_OK)
		err = read_map(r, node, keys, COUNT(keys));
	return err;
}

static enum kc_err
read_store(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	static const struct key keys[] = {
	    {"map_mib", read_unsigned, AT(map_mib), 1, 1 << 26},
	    {"reserve_mib", read_unsigned, AT(reserve_mib), 0, 1 << 26},
	};
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);
	if (err == KC_OK)
		err = read_map(r, node, keys, COUNT(keys));
	return err;
}

static enum kc_err
read_reader(struct reading *r, const struct kc_yaml_node *node)
{
	static const struct kc_slice names[] = {
	    {"uid", 3},
	    {"actor", 5},
	};
	struct kc_config_reader *to = &r->out->readers[r->out->nreaders];
	const struct kc_yaml_node *uid, *actor;
	int64_t v;
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, "readers");
	if (err == KC_OK)
		err = kc_yaml_keys(r->yaml, node, names, COUNT(names));
	if (err == KC_OK)
		err = kc_yaml_need(r->yaml, node, "uid", KC_YAML_SCALAR, &uid);
	if (err == KC_OK)
		err = kc_yaml_need(
		    r->yaml, node, "actor", KC_YAML_SCALAR, &actor);
	if (err == KC_OK)
		err = kc_yaml_int(r->yaml, uid, "uid", 0, 4294967294, &v);
	if (err != KC_OK)
		return err;
	/* Whoever the kernel cannot name would be this reader. */
	if ((uid_t)v == kc_file_overflow_uid())
		return kc_yaml_refuse(r->yaml, uid, KC_R_KEY_VALUE, "uid",
		    "a uid that stands for one user; this one stands for "
		    "whoever is not known here");
	if (kc_config_reader(r->out, (uid_t)v) != NULL)
		return kc_yaml_refuse(
		    r->yaml, uid, KC_R_KEY_REPEATED, "uid", NULL);
	err =
	    kc_yaml_code(r->yaml, actor, "actor", to->actor, sizeof(to->actor));
	if (err == KC_OK) {
		to->uid = (uid_t)v;
		r->out->nreaders++;
	}
	return err;
}

static enum kc_err
read_readers(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_LIST, key->name);
	if (err == KC_OK && node->n > KC_CONFIG_READERS_MAX)
		return kc_yaml_refuse(r->yaml, node, KC_R_KEY_VALUE, key->name,
		    "at most 256 readers");
	if (err != KC_OK)
		return err;
	for (const struct kc_yaml_node *c = node->first; c; c = c->next) {
		err = read_reader(r, c);
		if (err != KC_OK)
			break;
	}
	return err;
}

static enum kc_err
read_remind(
    struct reading *r, const struct kc_yaml_node *node, const struct key *key)
{
	(void)key;
	return kc_remind_read(&r->out->remind, r->yaml, node, r->dir);
}

static const struct key keys_root[] = {
    {"ledger", read_path, AT(ledger), 0, SIZE(ledger)},
    {"anchor", read_path, AT(anchor), 0, SIZE(anchor)},
    {"log_key", read_path, AT(log_key), 0, SIZE(log_key)},
    {"clerk_key", read_path, AT(clerk_key), 0, SIZE(clerk_key)},
    {"people", read_path, AT(people), 0, SIZE(people)},
    {"listen", read_listen, 0, 0, 0},
    {"readers", read_readers, 0, 0, 0},
    {"publish", read_publish, 0, 0, 0},
    {"threads", read_unsigned, AT(threads), 1, 16},
    {"batch_wait_ms", read_unsigned, AT(wait_ms), 0, KC_BATCH_WAIT_MS},
    {"limits", read_limits, 0, 0, 0},
    {"store", read_store, 0, 0, 0},
    {"remind", read_remind, 0, 0, 0},
    {"log_level", read_level, 0, 0, 0},
    {"test_clock", read_instant, 0, 0, 0},
};

enum kc_err
kc_config_parse(struct kc_config *out, struct kc_slice text, const char *file,
    struct kc_refusal *why)
{
	struct reading r = {.out = out};
	const char *slash = strrchr(file, '/');
	struct kc_slice dir = {file, 0};
	enum kc_err err;

	if (slash != NULL)
		dir.n = slash == file ? 1 : (size_t)(slash - file);
	if (!kc_slice_copy(r.dir, sizeof(r.dir), dir))
		return KC_EINVAL;
	err = kc_config_defaults(out, r.dir);
	if (err != KC_OK)
		return err;
	if (!kc_slice_copy(out->file, sizeof(out->file), kc_slice_str(file)))
		return KC_EINVAL;
	err = kc_yaml_parse(&r.yaml, text, file, why);
	if (err == KC_OK)
		err = read_map(
		    &r, kc_yaml_root(r.yaml), keys_root, COUNT(keys_root));
	kc_yaml_free(r.yaml);
	return err;
}

enum kc_err
kc_config_load(struct kc_config *out, const char *file, struct kc_refusal *why)
{
	struct kc_buf text = {0};
	enum kc_err err;

	err = kc_file_read(&text, file, KC_CONFIG_FILE_MAX, false);
	if (err == KC_OK)
		err = kc_config_parse(out, kc_buf_view(&text), file, why);
	kc_buf_free(&text);
	return err;
}

const char *
kc_config_reader(const struct kc_config *c, uid_t uid)
{
	for (size_t i = 0; i < c->nreaders; i++) {
		if (c->readers[i].uid == uid)
			return c->readers[i].actor;
	}
	return NULL;
}

/* --- what a reload cannot take --- */
#define KEEP_TEXT(key, member)                                                 \
	if (strcmp(fresh->member, held->member) != 0) {                        \
		add_key(out, key);                                             \
		memcpy(fresh->member, held->member, sizeof(fresh->member));    \
	}
#define KEEP_NUMBER(key, member)                                               \
	if (fresh->member != held->member) {                                   \
		add_key(out, key);                                             \
		fresh->member = held->member;                                  \
	}

static void
add_key(struct kc_buf *out, const char *key)
{
	if (out->n > 0)
		kc_buf_char(out, ',');
	kc_buf_str(out, key);
}

void
kc_config_keep(
    struct kc_config *fresh, const struct kc_config *held, struct kc_buf *out)
{
	KEEP_TEXT("ledger", ledger)
	KEEP_TEXT("anchor", anchor)
	KEEP_TEXT("log_key", log_key)
	KEEP_TEXT("clerk_key", clerk_key)
	KEEP_TEXT("listen.unix", socket)
	KEEP_NUMBER("listen.mode", socket_mode)
	KEEP_NUMBER("listen.tcp", tcp_port)
	KEEP_NUMBER("threads", threads)
	KEEP_NUMBER("batch_wait_ms", wait_ms)
	KEEP_NUMBER("limits.connections", connections_max)
	KEEP_NUMBER("limits.queue", queue_max)
	KEEP_NUMBER("store.map_mib", map_mib)
	KEEP_NUMBER("store.reserve_mib", reserve_mib)
	KEEP_NUMBER("test_clock", test_clock_ms)
	if (memcmp(&fresh->remind, &held->remind, sizeof(fresh->remind)) != 0)
		add_key(out, "remind");
	fresh->remind = held->remind;
}
