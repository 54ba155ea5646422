/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's configuration: one strict YAML file (kaocheng.yaml(5)).
 * Relative paths are relative to the file's own directory. A loaded object
 * never changes; a reload makes a new one and swaps it only if it is valid.
 */
#ifndef KC_SYS_CONFIG_H
#define KC_SYS_CONFIG_H

#include <sys/types.h>

#include <kaocheng/sign.h>

#include "sys/keys.h"
#include "sys/remind.h"

#define KC_CONFIG_SOCKET_MAX 108 /* sun_path of Linux, with the NUL */
#define KC_CONFIG_READERS_MAX 256
#define KC_CONFIG_FILE_MAX 65536 /* bytes of the file */
#define KC_CONFIG_WITNESSES_MAX 16
#define KC_CONFIG_URL_MAX 256 /* bytes, with the NUL */

struct kc_config_reader {
	uid_t uid;
	char actor[49]; /* KC_CODE_MAX and a NUL */
};

/* Who countersigns the signed heads, and what is done without them. */
struct kc_config_witnesses {
	bool closed;          /* nothing is acknowledged without a quorum */
	unsigned quorum;      /* of them, 1..n */
	unsigned timeout_ms;  /* of one request */
	unsigned interval_ms; /* open: between two requests to one of them */
	char ca[KC_CONFIG_PATH_MAX]; /* "": the system's authorities */
	size_t n;                    /* 0: there are none */
	struct kc_config_witness {
		char url[KC_CONFIG_URL_MAX]; /* prefix, without last '/' */
		struct kc_vkey key;          /* type 0x04 */
	} v[KC_CONFIG_WITNESSES_MAX];
};

struct kc_config {
	char file[KC_CONFIG_PATH_MAX]; /* "" if made from defaults */
	char ledger[KC_CONFIG_PATH_MAX];
	char anchor[KC_CONFIG_PATH_MAX];
	char second_anchor[KC_CONFIG_PATH_MAX]; /* "": none */
	char log_key[KC_CONFIG_PATH_MAX];
	char clerk_key[KC_CONFIG_PATH_MAX];
	char people[KC_CONFIG_PATH_MAX];   /* directory of persons */
	char evidence[KC_CONFIG_PATH_MAX]; /* directory of evidence */
	char drafts[KC_CONFIG_PATH_MAX];   /* directory of drafts */
	char socket[KC_CONFIG_SOCKET_MAX]; /* "": none */
	mode_t socket_mode;
	uint16_t tcp_port;      /* of 127.0.0.1; 0: none */
	unsigned threads;       /* verify pool, 1..16 */
	unsigned wait_ms;       /* longest wait for a batch, 0..5 */
	unsigned signer_wait_s; /* for an answer of the signer, 3.. */
	unsigned connections_max;
	unsigned requests_per_s; /* of one source; 0: no limit */
	unsigned reads_per_s;    /* the same for cheap reads */
	bool limit_own_uid;      /* limits hold for our own uid too */
	unsigned queue_max;      /* notes under way */
	unsigned map_mib;        /* first size of the store's map */
	unsigned reserve_mib;    /* less free than this: read-only */
	unsigned evidence_mib;   /* the most that one file of it may have */
	unsigned evidence_days;  /* then what no entry cites goes, 8.. */
	unsigned draft_days;     /* a draft is kept so long, 1..7 */
	bool publish_entries;    /* entries are for everybody */
	int log_level;           /* enum kc_log_level */
	struct kc_remind remind; /* by which channels messages leave */
	struct kc_config_witnesses witnesses;
	bool test_clock;
	int64_t test_clock_ms; /* where a test's clock begins */
	size_t nreaders;
	struct kc_config_reader readers[KC_CONFIG_READERS_MAX];
};

/* Everything in `dir`: the store, anchor, keys/log.key, keys/clerk.key,
 * people, evidence, drafts, socket. KC_EINVAL if a path becomes too long. */
enum kc_err kc_config_defaults(struct kc_config *out, const char *dir);
/* Reads the text of a file over the defaults of the file's directory. `file`
 * names it in refusals. KC_EREFUSED with line, column and place in *why;
 * KC_EINVAL if a path becomes too long; KC_ENOMEM. */
enum kc_err kc_config_parse(struct kc_config *out, struct kc_slice text,
    const char *file, struct kc_refusal *why);
/* The same from the file system: KC_EIO with errno, KC_ETOOBIG. */
enum kc_err
kc_config_load(struct kc_config *out, const char *file, struct kc_refusal *why);
/* What only a start can take stays as it is held; *out names, with commas, the
 * keys for which that makes a difference. */
void kc_config_keep(
    struct kc_config *fresh, const struct kc_config *held, struct kc_buf *out);
/* config_witness.c: the section `witnesses`. */
enum kc_err kc_config_read_witnesses(struct kc_keys *r,
    const struct kc_yaml_node *node, const struct kc_key *key);
/* The actor of a peer's uid, or NULL. */
const char *kc_config_reader(const struct kc_config *c, uid_t uid);

#endif
