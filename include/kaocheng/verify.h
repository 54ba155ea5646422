/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offline verification of an export, in named stages. Everything in the
 * export but the entries and the checkpoint is what the verifier would make
 * from those two, byte for byte, so that no bit of it can differ unnoticed.
 * What is proved and what is not: docs/FORMAT.md "Verification".
 */
#ifndef KAOCHENG_VERIFY_H
#define KAOCHENG_VERIFY_H

#include <kaocheng/bundle.h>
#include <kaocheng/checkpoint.h>
#include <kaocheng/refusal.h>

/* X(symbol, name, zh, en), in the order of the report. */
#define KC_VERIFY_STAGES(X)                                                    \
	/* every file that the size asks for, and no other under tile/ */      \
	X(LAYOUT, "layout", "文件齐全", "files as laid out")                   \
	/* trust names the log key, which signed the checkpoint */             \
	X(TRUST, "trust", "账本签名", "checkpoint signed by the log")          \
	/* entries lead to the tiles, and to the root that was signed */       \
	X(TREE, "tree", "哈希树", "entries lead to the signed root")           \
	/* form of each leaf and entry, seq, origin, received, ids */          \
	X(ENTRIES, "entries", "条目格式", "entries well formed, in order")     \
	/* every author's signature, by a key ever enrolled for the author */  \
	X(SIGNATURES, "signatures", "签名", "signatures of the authors")       \
	/* replay: authority, keys in force, guards, the clerk's entries */    \
	X(RULES, "rules", "规则重放", "replay under the rules")                \
	/* keys is what replay registers, and the log key what it opens with   \
	 */                                                                    \
	X(KEYS, "keys", "密钥清单", "keys as registered")

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
	/* Of a failure: */
	enum kc_err err;
	uint64_t seq;                /* of the first bad entry, if known */
	char what[KC_TILE_PATH_MAX]; /* file, if one; else "" */
	struct kc_refusal why;       /* code KC_R_NONE unless a rule said no */
};

struct kc_verify_report {
	struct kc_verify_line stage[KC_VERIFY_COUNT];
	struct kc_checkpoint checkpoint; /* once TRUST is KC_VERIFY_OK */
	struct kc_vkey log_key;          /* likewise */
};

struct kc_verify_options {
	const struct kc_files *files;
	/* A trust file from elsewhere: the export's own must name the same
	 * key. Empty: the export is measured by its own trust file. */
	struct kc_slice trust;
	/* An earlier checkpoint of the same log (KC_EINCOMPLETE if the export
	 * is older, KC_EFORK if it does not extend it). Empty: none. */
	struct kc_slice at_least;
	/* Calls job(arg, 0 .. njobs-1), in any order, on any threads, and
	 * returns when all are done. NULL: one after another. Jobs call
	 * files->read from one thread at a time. */
	void (*run)(void *ctx, size_t njobs, void (*job)(void *arg, size_t i),
	    void *arg);
	void *run_ctx;
	/* May be NULL. Entries done; called by the caller's thread. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *progress_ctx;
};

/* Fills the report. KC_OK if every stage holds, else the error of the first
 * stage that failed. Memory: four blocks of some MiB, the state, and about
 * 32 bytes an entry for the ids. */
enum kc_err
kc_verify(const struct kc_verify_options *o, struct kc_verify_report *report);

/* 0 all holds; 10 tampering proved; 11 cannot be proved complete; 12 replay
 * differs though tree and signatures hold; 1 it could not be checked. */
int kc_verify_exit(const struct kc_verify_report *report);
const char *kc_verify_name(enum kc_verify_stage s); /* "tree" */
const char *kc_verify_label(enum kc_verify_stage s, enum kc_lang lang);

#endif
