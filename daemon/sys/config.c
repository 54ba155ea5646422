/* SPDX-License-Identifier: Apache-2.0 */
/* Reads kaocheng.yaml: every key once, every value in one spelling. */
#include "sys/config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kaocheng/leaf.h>
#include <kaocheng/limits.h>
#include <kaocheng/shelf.h>
#include <kaocheng/yaml.h>

#include "sys/file.h"
#include "sys/log.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

_Static_assert(
    sizeof(((struct kc_config_reader *)0)->actor) == KC_CODE_MAX + 1, "actor");

static struct kc_config *
of(const struct kc_keys *r)
{
	return r->out;
}

enum kc_err
kc_config_defaults(struct kc_config *out, const char *dir)
{
	memset(out, 0, sizeof(*out));
	out->socket_mode = 0600;
	out->threads = 2;
	out->wait_ms = 2;
	out->signer_wait_s = 30;
	out->connections_max = 1024;
	out->requests_per_s = 50;
	out->reads_per_s = 5000;
	out->queue_max = 4096;
	out->map_mib = KC_MAP_MIB;
	out->reserve_mib = KC_RESERVE_MIB;
	out->evidence_mib = 64;
	out->evidence_days = KC_EVIDENCE_DAYS;
	out->draft_days = KC_SHELF_DAYS;
	out->log_level = KC_LOG_INFO;
	kc_remind_defaults(&out->remind);
	if (kc_config_join(out->ledger, sizeof(out->ledger), dir, ".") !=
		KC_OK ||
	    kc_config_join(out->anchor, sizeof(out->anchor), dir, "anchor") !=
		KC_OK ||
	    kc_config_join(out->people, sizeof(out->people), dir, "people") !=
		KC_OK ||
	    kc_config_join(out->evidence, sizeof(out->evidence), dir,
		"evidence") != KC_OK ||
	    kc_config_join(out->drafts, sizeof(out->drafts), dir, "drafts") !=
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

/* What of the log everybody may read besides its hashes. */
static enum kc_err
read_publish(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const char *const words[] = {"hashes", "entries", NULL};
	int64_t v;
	enum kc_err err;

	err = kc_yaml_word(r->yaml, node, key->name, words, &v);
	if (err == KC_OK)
		of(r)->publish_entries = v == 1;
	return err;
}

/* "127.0.0.1:port". Other hosts come through a proxy on the socket. */
static enum kc_err
read_tcp(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
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
	of(r)->tcp_port = (uint16_t)port;
	return KC_OK;
}

static enum kc_err
read_instant(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
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
	of(r)->test_clock = true;
	of(r)->test_clock_ms = at_s * 1000;
	return KC_OK;
}

#define AT(member) offsetof(struct kc_config, member)
#define SIZE(member) sizeof(((struct kc_config *)0)->member)

static enum kc_err
read_listen(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const struct kc_key keys[] = {
	    {"unix", kc_key_path, AT(socket), 0, SIZE(socket)},
	    {"mode", kc_key_mode, AT(socket_mode), 0, 0},
	    {"tcp", read_tcp, 0, 0, 0},
	};
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);
	if (err != KC_OK)
		return err;
	/* Listening is as written: no default socket beside a tcp alone. */
	of(r)->socket[0] = '\0';
	err = kc_keys_read(r, node, keys, COUNT(keys));
	if (err == KC_OK && of(r)->socket[0] == '\0' && of(r)->tcp_port == 0)
		err = kc_yaml_refuse(
		    r->yaml, node, KC_R_KEY_MISSING, "unix", NULL);
	return err;
}

static enum kc_err
read_limits(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const struct kc_key keys[] = {
	    {"connections", kc_key_unsigned, AT(connections_max), 1, 65536},
	    {"requests_per_s", kc_key_unsigned, AT(requests_per_s), 0, 1000000},
	    {"reads_per_s", kc_key_unsigned, AT(reads_per_s), 0, 1000000},
	    {"own_uid", kc_key_yesno, AT(limit_own_uid), 0, 0},
	    {"queue", kc_key_unsigned, AT(queue_max), 1, 65536},
	};
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);
	if (err == KC_OK)
		err = kc_keys_read(r, node, keys, COUNT(keys));
	return err;
}

static enum kc_err
read_store(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	static const struct kc_key keys[] = {
	    {"map_mib", kc_key_unsigned, AT(map_mib), 1, 1 << 26},
	    {"reserve_mib", kc_key_unsigned, AT(reserve_mib), 0, 1 << 26},
	    {"evidence_mib", kc_key_unsigned, AT(evidence_mib), 1, 1 << 20},
	    {"evidence_days", kc_key_unsigned, AT(evidence_days),
		KC_EVIDENCE_DAYS_MIN, 36500},
	    {"draft_days", kc_key_unsigned, AT(draft_days), 1,
		KC_SHELF_DAYS_MAX},
	};
	enum kc_err err;

	err = kc_yaml_want(r->yaml, node, KC_YAML_MAP, key->name);
	if (err == KC_OK)
		err = kc_keys_read(r, node, keys, COUNT(keys));
	return err;
}

static enum kc_err
read_reader(struct kc_keys *r, const struct kc_yaml_node *node)
{
	static const struct kc_slice names[] = {
	    {"uid", 3},
	    {"actor", 5},
	};
	struct kc_config_reader *to = &of(r)->readers[of(r)->nreaders];
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
		of(r)->nreaders++;
	}
	return err;
}

static enum kc_err
read_readers(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
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
read_remind(struct kc_keys *r, const struct kc_yaml_node *node,
    const struct kc_key *key)
{
	(void)key;
	return kc_remind_read(&of(r)->remind, r->yaml, node, r->dir);
}

static const struct kc_key keys_root[] = {
    {"ledger", kc_key_path, AT(ledger), 0, SIZE(ledger)},
    {"anchor", kc_key_path, AT(anchor), 0, SIZE(anchor)},
    {"second_anchor", kc_key_path, AT(second_anchor), 0, SIZE(second_anchor)},
    {"log_key", kc_key_path, AT(log_key), 0, SIZE(log_key)},
    {"clerk_key", kc_key_path, AT(clerk_key), 0, SIZE(clerk_key)},
    {"people", kc_key_path, AT(people), 0, SIZE(people)},
    {"evidence", kc_key_path, AT(evidence), 0, SIZE(evidence)},
    {"drafts", kc_key_path, AT(drafts), 0, SIZE(drafts)},
    {"listen", read_listen, 0, 0, 0},
    {"readers", read_readers, 0, 0, 0},
    {"publish", read_publish, 0, 0, 0},
    {"threads", kc_key_unsigned, AT(threads), 1, 16},
    {"batch_wait_ms", kc_key_unsigned, AT(wait_ms), 0, KC_BATCH_WAIT_MS},
    {"signer_wait_s", kc_key_unsigned, AT(signer_wait_s), 3, 600},
    {"limits", read_limits, 0, 0, 0},
    {"store", read_store, 0, 0, 0},
    {"remind", read_remind, 0, 0, 0},
    {"witnesses", kc_config_read_witnesses, AT(witnesses), 0, 0},
    {"log_level", kc_key_level, AT(log_level), 0, 0},
    {"test_clock", read_instant, 0, 0, 0},
};

enum kc_err
kc_config_parse(struct kc_config *out, struct kc_slice text, const char *file,
    struct kc_refusal *why)
{
	struct kc_keys r = {.out = out};
	enum kc_err err = kc_keys_dir(&r, file);

	if (err == KC_OK)
		err = kc_config_defaults(out, r.dir);
	if (err == KC_OK &&
	    !kc_slice_copy(out->file, sizeof(out->file), kc_slice_str(file)))
		err = KC_EINVAL;
	if (err == KC_OK)
		err = kc_yaml_parse(&r.yaml, text, file, why);
	if (err == KC_OK)
		err = kc_keys_read(
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
	KEEP_TEXT("second_anchor", second_anchor)
	KEEP_TEXT("log_key", log_key)
	KEEP_TEXT("clerk_key", clerk_key)
	/* The daemon may open no other directories than it began with. */
	KEEP_TEXT("people", people)
	KEEP_TEXT("evidence", evidence)
	KEEP_TEXT("drafts", drafts)
	KEEP_TEXT("listen.unix", socket)
	KEEP_NUMBER("listen.mode", socket_mode)
	KEEP_NUMBER("listen.tcp", tcp_port)
	KEEP_NUMBER("threads", threads)
	KEEP_NUMBER("batch_wait_ms", wait_ms)
	KEEP_NUMBER("signer_wait_s", signer_wait_s)
	KEEP_NUMBER("limits.connections", connections_max)
	KEEP_NUMBER("limits.queue", queue_max)
	KEEP_NUMBER("store.map_mib", map_mib)
	KEEP_NUMBER("store.reserve_mib", reserve_mib)
	KEEP_NUMBER("test_clock", test_clock_ms)
	if (memcmp(&fresh->remind, &held->remind, sizeof(fresh->remind)) != 0)
		add_key(out, "remind");
	fresh->remind = held->remind;
	if (memcmp(&fresh->witnesses, &held->witnesses,
		sizeof(fresh->witnesses)) != 0)
		add_key(out, "witnesses");
	fresh->witnesses = held->witnesses;
}
