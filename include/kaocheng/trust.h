/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust files (C2SP tlog-policy): which logs are ours, which witnesses are
 * known, and how many of them must have signed a checkpoint. Normative
 * reading: docs/FORMAT.md "Trust".
 */
#ifndef KAOCHENG_TRUST_H
#define KAOCHENG_TRUST_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/refusal.h>

#define KC_TRUST_MAX 32 /* logs, witnesses, groups: what tlog-policy asks */

/* X(symbol, zh, en): what is wrong with a trust file, at a line and column. */
#define KC_TRUST_FAULTS(X)                                                     \
	X(SIZE, "文件过大", "the file is too large")                           \
	X(CONTROL, "控制字符（只许 TAB 与换行）",                              \
	    "a control character, which is neither tab nor line feed")         \
	X(VERB, "此行应以 log、witness、group 或 quorum 开头",                 \
	    "a line is log, witness, group or quorum")                         \
	X(FEW, "此行不完整", "a word is missing")                              \
	X(MANY, "此行多了内容", "a word too many")                             \
	X(KEY, "不是验证公钥", "not a verifier key")                           \
	X(TYPE, "此类公钥不能用在这里",                                        \
	    "a key of a type that does not belong here")                       \
	X(TWICE, "公钥重复", "the key stands in the file already")             \
	X(NAME, "名称不能用，或已有", "a name that is taken or may not be")    \
	X(UNDEFINED, "名称在此行之前没有定义",                                 \
	    "the name is not defined on a line before this one")               \
	X(MEMBER, "已是某组成员", "the name is member of a group already")     \
	X(THRESHOLD, "门限应为 1 到成员数",                                    \
	    "a threshold is all, any, or 1 to the number of members")          \
	X(LIMIT, "超过 32 个", "more than 32 of these")                        \
	X(QUORUMS, "quorum 行重复", "a second quorum line")                    \
	X(NO_QUORUM, "缺 quorum 行", "there is no quorum line")                \
	X(NO_LOG, "缺 log 行", "there is no log line")

enum kc_trust_fault {
	KC_TRUST_OK,
#define X(sym, zh, en) KC_TRUST_##sym,
	KC_TRUST_FAULTS(X)
#undef X
};

/* Where; columns count bytes from 1. */
struct kc_trust_where {
	enum kc_trust_fault fault;
	uint32_t line, col;
};

struct kc_trust_witness {
	char name[KC_NAME_MAX + 1]; /* in the file; opaque bytes */
	/* Type 0x04, or 0x06 (ML-DSA-44), which is not checked: its pub is
	 * the SHA-256 of the key. */
	struct kc_vkey key;
};

/* Members as bits: witness i is bit i, group i is bit KC_TRUST_MAX + i. */
struct kc_trust_group {
	char name[KC_NAME_MAX + 1];
	uint64_t members;
	unsigned need;
};

struct kc_trust {
	size_t nlogs, nwitnesses, ngroups;
	struct kc_vkey log[KC_TRUST_MAX]; /* 0x01; or 0x06, never checked */
	struct kc_trust_witness witness[KC_TRUST_MAX];
	struct kc_trust_group group[KC_TRUST_MAX];
	uint64_t quorum; /* the bit that must be set; 0: none is asked */
};

/* KC_OK, or KC_ESYNTAX or KC_ETOOBIG with the place in *where (may be
 * NULL). out is large: not for a stack. Undefined after an error. */
enum kc_err kc_trust_parse(
    struct kc_trust *out, struct kc_slice text, struct kc_trust_where *where);
const char *kc_trust_fault_text(enum kc_trust_fault f, enum kc_lang lang);
/* The trust file of an export: log <vkey> LF quorum none LF */
void kc_buf_trust(struct kc_buf *b, const struct kc_vkey *log_key);
/* The same with a line for each of a log's keys. */
void kc_buf_trust_keys(struct kc_buf *b, const struct kc_log_keys *keys);

/* Who signed a checkpoint. */
struct kc_cosigned {
	const struct kc_vkey *log;   /* borrows the trust */
	uint32_t by;                 /* bit i: witness i, verified */
	uint32_t unchecked;          /* bit i: of witness i, of type 0x06 */
	uint64_t time[KC_TRUST_MAX]; /* of witness i: seconds since 1970 */
	unsigned unknown;            /* lines by keys not known here */
	bool quorum;                 /* is as the trust file asks */
};

/* Reads a checkpoint and its signatures by every known key; lines by others
 * are counted and passed over. KC_OK: a log of the trust file signed it
 * (quorum may still be false). KC_ESYNTAX, KC_ETOOBIG: no checkpoint;
 * KC_EFOREIGN: of an origin that is not in the trust file; KC_ENOKEY: of
 * ours, without the log's signature; KC_ESIG: a known key's signature does
 * not verify; KC_ENOMEM. c is as read unless the form is wrong. */
enum kc_err kc_trust_check(const struct kc_trust *t, struct kc_slice note,
    struct kc_checkpoint *c, struct kc_cosigned *out);
/* Witnesses without whose signature the quorum is not met, and who signed
 * in a way that is not checked here: bits. 0 if it is met, or not by them. */
uint32_t kc_trust_wants(const struct kc_trust *t, const struct kc_cosigned *c);

#endif
