/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offline verification of an export or of a mirror, in named stages.
 * Everything but the entries and the checkpoint is what the verifier would
 * make from those two, and is compared with it where it is there.
 * What is proved and what is not: docs/FORMAT.md "Verification".
 */
#ifndef KAOCHENG_VERIFY_H
#define KAOCHENG_VERIFY_H

#include <kaocheng/bundle.h>
#include <kaocheng/part.h>
#include <kaocheng/refusal.h>
#include <kaocheng/trust.h>

/* How far a finding goes; the values are exit codes. Tampering is said only
 * where something signed is contradicted. */
enum kc_verdict {
	KC_HOLDS = 0,
	KC_UNCHECKED = 1,   /* it says nothing: not ours, or not readable */
	KC_TAMPERED = 10,   /* what was signed is not what is here */
	KC_INCOMPLETE = 11, /* it cannot be proved complete */
	KC_DIFFERS = 12 /* replay contradicts what tree and signatures hold */
};

/* X(symbol, name, verdict, zh, en): all that a verifier finds. */
#define KC_FINDINGS(X)                                                         \
	X(MISSING, "missing", INCOMPLETE, "缺失", "it is not there")           \
	X(CUT, "cut", INCOMPLETE, "长度不对：被截断，或多出内容",              \
	    "it breaks off, or is longer than it should be")                   \
	X(MALFORMED, "malformed", INCOMPLETE, "已损坏，或是别种文件",          \
	    "damaged, or another kind of file")                                \
	X(TOO_LARGE, "too-large", INCOMPLETE, "过大", "too large")             \
	X(BEYOND, "beyond", INCOMPLETE, "超出检查点所及",                      \
	    "it lies beyond what the checkpoint covers")                       \
	X(OLDER, "older", INCOMPLETE, "早于所给的检查点",                      \
	    "it does not reach the earlier checkpoint")                        \
	X(UNSIGNED, "unsigned", INCOMPLETE, "没有所信任账本的签名",            \
	    "no signature by the log that is trusted")                         \
	X(QUORUM, "quorum", INCOMPLETE, "见证人不足信任文件所要求",            \
	    "fewer witnesses than the trust file asks for")                    \
	X(STRAY, "stray", UNCHECKED, "不是导出的文件", "no file of an export") \
	X(FOREIGN, "foreign", UNCHECKED, "属于另一账本", "of another ledger")  \
	X(NOT_ONE, "not-one", UNCHECKED, "不是所要的那种文件",                 \
	    "not the kind of file that it was given as")                       \
	X(UNREADABLE, "unreadable", UNCHECKED, "读取出错",                     \
	    "it could not be read")                                            \
	X(MEMORY, "memory", UNCHECKED, "内存不足", "out of memory")            \
	X(BAD_SIGNATURE, "bad-signature", TAMPERED, "签名不成立",              \
	    "bad signature")                                                   \
	X(HASH, "hash", TAMPERED, "与已签署的根不符",                          \
	    "not what the signed root covers")                                 \
	X(FORK, "fork", TAMPERED, "与先前的检查点不是同一历史",                \
	    "another history than that of the earlier checkpoint")             \
	X(ENTRY, "entry", TAMPERED, "账本签署了不可能的条目",                  \
	    "the log signed what no entry may be")                             \
	X(OTHER, "other", TAMPERED, "不是条目所引的文件",                      \
	    "not the file that the entry cites")                               \
	X(OPENING, "opening", TAMPERED, "与账本承诺不符",                      \
	    "not what the entries have committed to")                          \
	X(NOBODY, "nobody", TAMPERED, "署名公钥从未登记",                      \
	    "signed by a key that nobody enrolled")                            \
	X(KEY, "key", TAMPERED, "与条目登记的公钥不符",                        \
	    "not the keys that the entries enrolled")                          \
	X(SEEN, "seen", TAMPERED, "作者所见的是另一历史",                      \
	    "its author had seen another history")                             \
	X(RULE, "rule", DIFFERS, "规则不容", "the rules refuse it")

enum kc_finding {
	KC_FOUND_NOTHING,
#define X(sym, name, verdict, zh, en) KC_FOUND_##sym,
	KC_FINDINGS(X)
#undef X
	KC_FOUND_COUNT
};

const char *kc_finding_name(enum kc_finding f); /* "missing" */
const char *kc_finding_text(enum kc_finding f, enum kc_lang lang);
enum kc_verdict kc_finding_verdict(enum kc_finding f);

/* X(symbol, name, zh, en), in the order of the report. */
#define KC_VERIFY_STAGES(X)                                                    \
	/* every file that the size asks for, and no other under tile/ */      \
	X(LAYOUT, "layout", "文件齐全", "files as laid out")                   \
	/* a trusted log signed the checkpoint, and witnesses as asked */      \
	X(TRUST, "trust", "账本签名", "checkpoint signed by the log")          \
	/* entries lead to the tiles, and to the root that was signed */       \
	X(TREE, "tree", "哈希树", "entries lead to the signed root")           \
	/* form of each leaf and entry, seq, origin, received, ids */          \
	X(ENTRIES, "entries", "条目格式", "entries well formed, in order")     \
	/* every author's signature, by a key ever enrolled for the author */  \
	X(SIGNATURES, "signatures", "签名", "signatures of the authors")       \
	/* what each author had seen is the beginning of this very log */      \
	X(SEEN, "seen", "作者所见", "what the authors saw is this log")        \
	/* replay: authority, keys in force, guards, the clerk's entries */    \
	X(RULES, "rules", "规则重放", "replay under the rules")                \
	/* keys is what replay registers, and the log key what it opens with   \
	 */                                                                    \
	X(KEYS, "keys", "密钥清单", "keys as registered")                      \
	/* files that entries cite, as far as they are here */                 \
	X(EVIDENCE, "evidence", "佐证文件", "evidence as cited")               \
	/* who is behind an actor, where the auditor profile says it */        \
	X(PERSONS, "persons", "身份承诺", "persons as committed to")

enum kc_verify_stage {
#define X(sym, name, zh, en) KC_VERIFY_##sym,
	KC_VERIFY_STAGES(X)
#undef X
	KC_VERIFY_COUNT
};

enum kc_verify_outcome {
	KC_VERIFY_NOT_REACHED, /* or not to the end, when another failed */
	KC_VERIFY_OK,
	KC_VERIFY_FAILED
};

#define KC_VERIFY_NO_SEQ UINT64_MAX

struct kc_verify_line {
	enum kc_verify_outcome outcome;
	uint64_t count; /* files, entries, signatures or keys that hold */
	/* Of a failure, the gravest and of those the first: */
	enum kc_finding found;
	uint64_t seq;                /* of the first bad entry, if known */
	char what[KC_TILE_PATH_MAX]; /* file, if one; else "" */
	struct kc_refusal why;       /* code KC_R_NONE unless a rule said no */
};

struct kc_verify_report { /* large: not for a stack */
	struct kc_verify_line stage[KC_VERIFY_COUNT];
	struct kc_checkpoint checkpoint; /* once signed_by_log */
	struct kc_vkey log_key;          /* likewise */
	bool signed_by_log;
	struct kc_trust trust;       /* the one that decided */
	struct kc_trust_where where; /* of a trust file that is none */
	struct kc_cosigned witnesses;
	bool at_least; /* was given and is of this log */
	struct kc_checkpoint earlier;
	struct kc_cosigned earlier_witnesses;
	/* Entries 0 .. covered-1 stand as somebody besides the log's key has
	 * signed: a later author, a quorum of witnesses, or the holder of the
	 * earlier checkpoint. Those after it, the log's key alone covers. */
	uint64_t covered;
	/* Files that entries cite, and those of them that are not here (nor
	 * looked at, behind an address). */
	uint64_t cited, absent;
	uint64_t stale;     /* partial tiles of earlier sizes, which fit */
	bool no_hashes;     /* no hash tile was there to compare */
	bool no_keys;       /* nor a list of keys */
	bool no_signatures; /* they were left out, as was asked */
	/* The digest of the state that replay ended with, if it was asked for
	 * and stage rules held. */
	bool has_digest;
	struct kc_hash digest;
	/* It is a part of a ledger (FORMAT "Part"): names of what it is about,
	 * an LF after each; "": it is not. Of a part, seen and rules are not
	 * reached, and nothing is covered but by a witness. */
	char part[KC_PART_NAMES_MAX * (KC_CODE_MAX + 1) + 1];
	/* It is the public profile: hashes, and no entry. Stages after tree are
	 * not reached. */
	bool open;
	/* It is one entry, number seq, by its receipt: stages signatures, seen,
	 * rules and keys are not reached, and nothing is covered. */
	bool alone;
	uint64_t seq;
};

struct kc_verify_options {
	const struct kc_files *files; /* not looked at with a receipt */
	/* One entry instead: the text of its receipt, and the leaf that it is
	 * for (n 0: it is not there). Needs trust. */
	struct kc_slice receipt, leaf;
	/* What comes with the receipt as the hash of its leaf, and must stand
	 * there too; NULL: nothing does. */
	const struct kc_hash *leaf_hash;
	/* Trust from elsewhere. NULL: the export is measured by its own trust
	 * file. With it, trust, keys and hash tiles need not be there: a bare
	 * mirror. */
	const struct kc_trust *trust;
	/* An earlier checkpoint of the same log, or a receipt that ends in
	 * one. Empty: none. */
	struct kc_slice at_least;
	/* Calls job(arg, 0 .. njobs-1), in any order, on any threads, and
	 * returns when all are done. NULL: one after another. Jobs call
	 * files->read from one thread at a time. */
	void (*run)(void *ctx, size_t njobs, void (*job)(void *arg, size_t i),
	    void *arg);
	void *run_ctx;
	bool no_seen; /* leaves the stage out, to measure what it costs */
	/* Leaves the authors' signatures out, of a whole ledger: then nothing
	 * is proved complete. Whose keys were in force is looked at. */
	bool no_signatures;
	bool digest; /* of the state: see the report */
	/* May be NULL; called by the caller's thread: once with stage layout,
	 * before the files are looked at, then with stage entries and how many
	 * are through all steps, the last time with all of them. */
	void (*progress)(void *ctx, enum kc_verify_stage stage, uint64_t done,
	    uint64_t total);
	void *progress_ctx;
};

/* Fills the report. Memory: four blocks of some MiB, the state, and about
 * 100 bytes an entry for ids and hashes. */
void
kc_verify(const struct kc_verify_options *o, struct kc_verify_report *report);

/* The gravest verdict of all stages: tampered, incomplete, unchecked, differs;
 * it is the exit code. */
enum kc_verdict kc_verify_exit(const struct kc_verify_report *report);
const char *kc_verify_name(enum kc_verify_stage s); /* "tree" */
const char *kc_verify_label(enum kc_verify_stage s, enum kc_lang lang);

#endif
