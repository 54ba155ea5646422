/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: the only writer. Notes come in on any thread, are verified by
 * a pool, admitted, batched, committed, read back, signed and anchored by
 * one writer thread, and answered with their receipts. docs/ARCHITECTURE.md
 * "How an entry travels".
 */
#ifndef KC_APP_LEDGER_H
#define KC_APP_LEDGER_H

#include <kaocheng/hold.h>
#include <kaocheng/sequencer.h>
#include <kaocheng/state.h>
#include <kaocheng/view.h>

#include <kaocheng/beside.h>

#include "app/past.h"
#include "app/witnessing.h"

/* All time comes through this: the system's, or one that a test moves. The
 * clock owns the timer. */
struct kc_clock {
	int64_t (*now_ms)(void *ctx); /* UTC, milliseconds since 1970 */
	void *ctx;
	/* Wakes the loop once at this instant of the clock; INT64_MAX: not at
	 * all. NULL: whoever moves this clock calls kc_ledger_tick. */
	void (*arm)(void *ctx, int64_t due_ms);
	/* What it shows, and milliseconds that passed since any start, read
	 * together: they differ where somebody set the clock. NULL: nobody
	 * does. */
	void (*both_ms)(void *ctx, int64_t *now_ms, int64_t *passed_ms);
	bool believed; /* however far beyond the last entry a start finds it */
};
/* A clock that is before or after these is not set. */
#define KC_CLOCK_FIRST_MS INT64_C(1577836800000) /* 2020-01-01 */
#define KC_CLOCK_LAST_MS INT64_C(7258118399999)  /* 2199-12-31 */
#define KC_CLOCK_BACK_MS 2000 /* it may be behind the last entry */

/* X(symbol, text): what is open to whom. */
#define KC_MODES(X)                                                            \
	X(OPEN, "open")           /* reads and writes */                       \
	X(READ_ONLY, "read-only") /* reads only; the cause says why */         \
	X(POISONED, "poisoned")   /* the process must exit with 74 */

enum kc_mode {
#define X(sym, text) KC_MODE_##sym,
	KC_MODES(X)
#undef X
};
const char *kc_mode_text(enum kc_mode mode);

/* X(symbol, mode, text, refusal, passes, Chinese, English): why no statement
 * is taken. One that passes is looked at again, and opens by itself. */
#define KC_CAUSES(X)                                                                            \
	X(NONE, OPEN, "none", READ_ONLY, true, "", "")                                          \
	X(CLOCK_BEHIND, READ_ONLY, "clock-behind", CLOCK, true,                                 \
	    "系统时间早于账本时间", "the clock is behind the ledger's time")                    \
	X(CLOCK_UNSET, READ_ONLY, "clock-unset", CLOCK, true,                                   \
	    "系统时间未校准：早于2020年或晚于2199年",                                           \
	    "the clock is not set: it is before 2020 or after 2199")                            \
	X(CLOCK_HELD, READ_ONLY, "clock-held", HELD, true,                                      \
	    "时钟大幅前跳，待校正或由两人确认",                                                 \
	    "the clock leapt ahead: it must be put right, or two persons "                      \
	    "confirm its time")                                                                 \
	X(RESTORED, READ_ONLY, "restored", RESTORED, true,                                      \
	    "账本已由备份恢复，须由两名管理员认可",                                             \
	    "the ledger was put back to an earlier state: two administrators "                  \
	    "must accept that")                                                                 \
	X(NO_ROOM, READ_ONLY, "no-room", READ_ONLY, true, "存储空间不足",                       \
	    "there is no room left")                                                            \
	X(STORAGE, READ_ONLY, "storage", READ_ONLY, true, "存储无响应",                         \
	    "the storage does not answer")                                                      \
	X(LOG_KEY, READ_ONLY, "log-key", READ_ONLY, true,                                       \
	    "现行账本密钥不在此处，无法签署检查点",                                             \
	    "the key of the log that is in force is not here, so that no "                      \
	    "head can be signed")                                                               \
	X(UNWITNESSED, READ_ONLY, "unwitnessed", READ_ONLY, true,                               \
	    "见证未达法定数，待其联署当前检查点",                                               \
	    "too few witnesses have signed the present head")                                   \
	X(NO_ANCHOR, READ_ONLY, "no-anchor", READ_ONLY, false,                                  \
	    "锚文件缺失；其文件系统是否已挂载？若已丢失，须由管理员" \
	    "对照见证核对账本后重置",                                                           \
	    "the anchor is missing; is its file system mounted? If it is "                      \
	    "lost, an operator must check the ledger against a witness and "                    \
	    "reseed it")                                                                        \
	X(CONTRADICTED, READ_ONLY, "contradicted", READ_ONLY, false,                            \
	    "见证持有本日志签署而不在本账本内的检查点：账本被换旧或分叉",                       \
	    "a witness holds a head that this log signed and that is not in "                   \
	    "it: "                                                                              \
	    "an old copy was put back, or there are two")                                       \
	X(FENCED, READ_ONLY, "fenced", READ_ONLY, false, "另一写入者已接管",                    \
	    "another writer has taken over")                                                    \
	X(UNKNOWN, POISONED, "unknown", UNKNOWN_OUTCOME, false,                                 \
	    "写入结果未知", "the outcome of a write is unknown")                                \
	X(NO_SIGNATURE, POISONED, "anchor", UNKNOWN_OUTCOME, false,                             \
	    "锚文件无法写入", "the anchor could not be written")                                \
	X(FORKED, POISONED, "forked", UNKNOWN_OUTCOME, false,                                   \
	    "签署者拒绝：新检查点不延续其上次所签",                                             \
	    "the signer refuses: the head does not extend the last one that "                   \
	    "it "                                                                               \
	    "has signed")                                                                       \
	X(NO_SIGNER, POISONED, "no-signer", UNKNOWN_OUTCOME, false,                             \
	    "签署进程无应答，无法重新启动",                                                     \
	    "the signer does not answer and cannot be started again")                           \
	X(READ_BACK, POISONED, "read-back", UNKNOWN_OUTCOME, false,                             \
	    "回读内容与写入内容不符",                                                           \
	    "what was read back is not what was written")                                       \
	X(DAMAGED, POISONED, "damaged", UNKNOWN_OUTCOME, false,                                 \
	    "存储内容与其哈希不符",                                                             \
	    "what the storage holds is not what its hash says")                                 \
	X(GONE, POISONED, "gone", UNKNOWN_OUTCOME, false,                                       \
	    "账本或锚文件已非打开时的文件",                                                     \
	    "the ledger's file or the anchor is not the one that was opened")                   \
	X(BROKEN, POISONED, "broken", UNKNOWN_OUTCOME, false,                                   \
	    "存储与账本矛盾", "the store contradicts the ledger")

enum kc_cause {
#define X(sym, mode, text, refusal, passes, zh, en) KC_CAUSE_##sym,
	KC_CAUSES(X)
#undef X
};
const char *kc_cause_text(enum kc_cause cause); /* its word */
const char *kc_cause_words(enum kc_cause cause, enum kc_lang lang);
enum kc_refusal_code kc_cause_code(enum kc_cause cause);

#define KC_QUEUE_BYTES (64u << 20) /* that notes under way may hold */

struct kc_ledger; /* opaque, thread-safe */
struct kc_signing;

/* The ledger was put back on purpose: the clerk says so before anything else
 * is written, unless the entry of that number says it already. */
struct kc_restored {
	bool is;
	uint64_t kept; /* entries that stood when it was */
	struct kc_lost lost;
	void (*said)(void *ctx); /* it stands, anchored; any thread */
	void *ctx;
};

struct kc_ledger_options {
	struct kc_store *store;        /* borrowed; open for writing */
	struct kc_sequencer sequencer; /* borrowed */
	/* Who signs, and keeps the anchor; borrowed. Then of the two keys below
	 * the public halves count, and no anchor is given. NULL: they are. */
	const struct kc_signing *signing;
	struct kc_anchor *anchor; /* borrowed; NULL: there is none */
	struct kc_anchor
	    *second_anchor;            /* the same; what fails of it is said */
	const struct kc_skey *log_key; /* borrowed; its name is the origin */
	const struct kc_skey *clerk_key; /* borrowed */
	struct kc_clock clock;
	unsigned threads; /* verify pool, 1..16 */
	unsigned wait_ms; /* longest wait for a batch, 0..KC_BATCH_WAIT_MS */
	/* Of quiet, after which the store is made to stand without its anchor
	 * (kc_store_settle); 0: with the next batch, or at the end. */
	unsigned settle_ms;
	/* Of lone batches an answer waits for the anchor alone; the store gets
	 * some of them at once, after that or when something else is to be
	 * written or read (kc_store_behind). */
	bool behind;
	unsigned queue_max; /* notes under way, no more; 0: 4096 */
	/* An operator's word that a new anchor may begin at the store's head;
	 * without it such a ledger is read-only. */
	bool reseed_anchor;
	struct kc_restored restored;
	/* A witness holds a head that is not in the store: who, and which. The
	 * ledger is open for reading only. NULL: none does. */
	const char *contradicted;
	const atomic_bool
	    *stop; /* a start is given up: KC_EUNAVAILABLE; NULL */
	const struct kc_beside *beside;         /* borrowed; NULL: nothing */
	const struct kc_witnessing *witnessing; /* borrowed; NULL: nobody */
	/* Other keys of the log that are here: the next, and those before it.
	 * Fills v, returns how many. Asked by the start and the writer, when a
	 * key is in force that they do not have. NULL: there are none. */
	size_t (*log_keys)(void *ctx, struct kc_skey *v, size_t max);
	void *log_keys_ctx;
	/* Called on any thread, on each change of mode or of the next wake, and
	 * after a commit that is a second later than the last one so told. */
	void (*changed)(void *ctx);
	void *changed_ctx;
	/* One log line, key=value; any thread. */
	void (*log)(void *ctx, int level, const char *line);
	void *log_ctx;
};

/*
 * Start-up guard, then replay, then overdue clerk entries, then threads.
 * KC_EROLLBACK, KC_EFORK, KC_EFOREIGN, KC_ECORRUPT with the reason in
 * *detail: the program exits 65. An empty store is fine: it waits for
 * ledger.open.
 */
enum kc_err kc_ledger_open(struct kc_ledger **out,
    const struct kc_ledger_options *options, struct kc_buf *detail);
/* Stops taking notes, finishes what is under way, joins the threads; the mode
 * in which it ended. */
enum kc_mode kc_ledger_close(struct kc_ledger *l);

struct kc_result {
	/* KC_OK, KC_EREFUSED, KC_EUNKNOWN, KC_ENOMEM, or what reading an
	 * entry that stands already met. */
	enum kc_err err;
	bool duplicate; /* the same bytes stood already: first receipt */
	bool alone;     /* in its batch: nobody else waits for an answer */
	uint64_t seq;
	int64_t received_ms;
	char handle[16];       /* case created by it, or "" */
	struct kc_buf receipt; /* tlog-proof text */
	struct kc_refusal why;
};
/* Takes n notes (copies the bytes); those that stand do so in their order.
 * `done` is called once, on a thread of the ledger, with n results in the
 * order of the notes; it must not block; the results are freed after it
 * returns. Each note stands or falls alone. Room is asked before a byte is
 * allocated: KC_EREFUSED, there is none; KC_EUNAVAILABLE, closing; either
 * way nothing was taken and `done` is not called. */
enum kc_err
kc_ledger_submit(struct kc_ledger *l, const struct kc_slice *notes, size_t n,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx);
/* The same, but all of them stand, in one commit and in their order, or none
 * does: then whatever was refused has its own reason and the others
 * KC_R_TOGETHER. What stands already does not hinder the others. KC_EINVAL:
 * more than KC_TOGETHER_MAX. */
enum kc_err kc_ledger_submit_together(struct kc_ledger *l,
    const struct kc_slice *notes, size_t n,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx);
/* Would it be admitted now? Same path, nothing is written: seq is the next
 * and there is no receipt. */
enum kc_err kc_ledger_dry_run(struct kc_ledger *l, struct kc_slice note,
    void (*done)(void *ctx, struct kc_result *results, size_t n), void *ctx);

/* Would this note, which some of its signers have signed, be admitted now if
 * the others had? Same checks, at once: the form is the decoder's. Nothing is
 * written. KC_EREFUSED; KC_EUNKNOWN: nobody knows; or the storage's error.
 * Waits for a commit. */
enum kc_err kc_ledger_weigh(
    struct kc_ledger *l, const struct kc_entry *e, struct kc_refusal *why);

/* Runs fn once, on a pool thread, with the committed state held for reading.
 * fn must be short; `src` is valid during the call, and NULL if the state
 * cannot be had (an outcome is unknown, the replay failed, or there are
 * fewer than `upto` entries). KC_EUNAVAILABLE: closing, fn is not called. */
enum kc_err kc_ledger_read(struct kc_ledger *l,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx);
/* Before a close: replays for readers end now, those to come at once, and
 * their readers get no state. On any thread. */
void kc_ledger_drop_replays(struct kc_ledger *l);
bool kc_ledger_drops_replays(struct kc_ledger *l);
/* The same, with a state replayed to the first `upto` entries, or, if upto
 * is UINT64_MAX, to those received at or before as_of_ms. */
enum kc_err
kc_ledger_read_as_of(struct kc_ledger *l, uint64_t upto, int64_t as_of_ms,
    void (*fn)(void *ctx, const struct kc_view_source *src), void *ctx);

/* Latest signed checkpoint, from memory, with the lines of the witnesses that
 * have signed it by now; never blocks on a commit. */
void kc_ledger_checkpoint(struct kc_ledger *l, struct kc_buf *out);
/* Is this note a head that any key which the log ever had has signed? As
 * kc_checkpoint_parse_by. */
enum kc_err kc_ledger_verify(
    struct kc_ledger *l, struct kc_slice note, struct kc_checkpoint *out);
/* Its keys, and how each came after the one before (kc_log_keys_follow);
 * nothing before it is opened. */
void kc_ledger_log_chain(struct kc_ledger *l, struct kc_buf *out);
/* Latest checkpoint that a quorum of witnesses has signed; nothing if there is
 * none. */
void kc_ledger_witnessed_checkpoint(struct kc_ledger *l, struct kc_buf *out);
/* Witnesses have signed the head of this size: `note` is it, with their lines.
 * Kept if they are a quorum. Any thread. */
void kc_ledger_witnessed(
    struct kc_ledger *l, uint64_t size, struct kc_slice note, bool quorum);
/* A head with the log's own signature is not in its tree: nothing is taken any
 * more. `what` says who holds which. Any thread. */
void kc_ledger_contradicted(struct kc_ledger *l, const char *what);
/* Receipt of any entry against the latest checkpoint. */
enum kc_err
kc_ledger_receipt(struct kc_ledger *l, uint64_t seq, struct kc_buf *out);
/* The same against the first checkpoint that a quorum of witnesses signed and
 * that covers it. KC_ENOTFOUND: none does yet. */
enum kc_err kc_ledger_witnessed_receipt(
    struct kc_ledger *l, uint64_t seq, struct kc_buf *out);
enum kc_err kc_ledger_consistency(struct kc_ledger *l, uint64_t old,
    uint64_t size, struct kc_buf *out); /* base64 hashes, one a line */
struct kc_store *kc_ledger_store(struct kc_ledger *l); /* borrowed */
/* Something may be due, or the clock was moved: the writer looks again. */
void kc_ledger_tick(struct kc_ledger *l);
/* Instant of the head of the due queue; INT64_MAX if none. */
int64_t kc_ledger_next_due_ms(struct kc_ledger *l);
/* When kc_ledger_tick is to be called next: for something that can be written
 * then, never for an instant that has passed. Asked anew after each call of
 * `changed`. */
struct kc_wake {
	int64_t due_ms; /* by the ledger's clock; INT64_MAX: never */
	int64_t in_ms;  /* from now, whatever the clock does; -1: never */
};
void kc_ledger_next_wake(struct kc_ledger *l, struct kc_wake *out);
/* Waits until nothing overdue is left to write (tests and the demo's clock
 * moves); false if the ledger is not open for writing. */
bool kc_ledger_settle(struct kc_ledger *l);
/* The key in force. KC_ENOTFOUND; KC_EUNKNOWN: nobody knows. May wait for a
 * commit. */
enum kc_err kc_ledger_actor_key(
    struct kc_ledger *l, struct kc_slice actor, struct kc_vkey *out);
enum kc_mode kc_ledger_mode(struct kc_ledger *l);
/* What an actor may read now, and whether that is this entry (KC_EREFUSED).
 * KC_EUNKNOWN: nobody knows. May wait for a commit. */
enum kc_err kc_ledger_reader(
    struct kc_ledger *l, struct kc_slice actor, struct kc_viewer *out);
enum kc_err kc_ledger_may_read(struct kc_ledger *l, const struct kc_viewer *r,
    const struct kc_entry *e, struct kc_refusal *why);
/* kc_view_actors (view.h) of the present state, whatever the document is of.
 * KC_EUNKNOWN. May wait for a commit. */
enum kc_err kc_ledger_view_actors(struct kc_ledger *l, struct kc_slice json,
    struct kc_slice reader, struct kc_buf *out);
/* Would a statement be taken now? Never blocks; if what it sees of the clock
 * is news, or the last look was not just now, the writer looks too. */
struct kc_health {
	enum kc_mode mode;
	enum kc_cause cause;
	int64_t since_ms; /* by the ledger's clock */
};
void kc_ledger_health(struct kc_ledger *l, struct kc_health *out);
/* More than the cause says, in English, or nothing. */
void kc_ledger_why(struct kc_ledger *l, struct kc_buf *out);

struct kc_ledger_stats {
	uint64_t size, accepted, duplicates, refused, batches, clerk;
	uint64_t ticks; /* calls of kc_ledger_tick, for whatever reason */
	uint64_t verify_us, commit_us, last_commit_us; /* summed wall time */
	uint64_t queue;                                /* notes under way */
	int64_t head_received_ms;
	uint64_t witnessed; /* size that a quorum has signed; 0: none */
	struct kc_past_counts past;
	struct kc_beside_counts beside; /* zeros: nothing is kept */
};
void kc_ledger_stats(struct kc_ledger *l, struct kc_ledger_stats *out);
/* What the witnesses count, as Prometheus text; nothing without them. */
void kc_ledger_witness_metrics(struct kc_ledger *l, struct kc_buf *out);
bool kc_ledger_has_witnesses(struct kc_ledger *l);

#endif
