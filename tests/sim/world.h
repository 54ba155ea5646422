/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated machine with a real ledger on it: store, anchor, sequencer and
 * writer are those of the daemon, clock and disk are ours. One thread moves
 * everything and waits for each answer, so that a seed is a run.
 */
#ifndef KC_TEST_SIM_WORLD_H
#define KC_TEST_SIM_WORLD_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/ledger.h"
#include "disk.h"
#include "sim.h"

#define WORLD_WAITING 256
#define WORLD_SEND 8
#define WORLD_DAY INT64_C(86400000)
#define WORLD_OLD_KEYS 64
#define WORLD_LATE_MS 1000 /* that an entry of the clerk may be late by */

/* X(symbol, word): what may go wrong, or be tried; a seed leaves some out. */
#define SIM_FAULTS(X)                                                          \
	X(KILL, "kill")       /* the process ends at any write */              \
	X(POWER, "power")     /* so does the machine */                        \
	X(EIO, "eio")         /* a write or flush fails, once or for ever */   \
	X(ENOSPC, "enospc")   /* a write fails for want of room */             \
	X(ROOM, "room")       /* the file system is full for a while */        \
	X(OUTCOME, "outcome") /* the sequencer answers anything */             \
	X(RIVAL, "rival")     /* another writer comes first */                 \
	X(FLIP, "flip")       /* a bit changes between hashing and storing */  \
	X(RESTART, "restart") /* the process is stopped and started */         \
	X(STOPPED, "stopped") /* the process sleeps through its wakes */       \
	X(CLOCK, "clock")     /* the clock is behind, or not set */            \
	X(LEAP, "leap")       /* the clock is set ahead, rightly or not */     \
	X(BACKUP, "backup")   /* an old copy of the store is put back */       \
	X(REPLAY, "replay")   /* a statement is sent again */                  \
	X(STALE, "stale")     /* a statement comes late, out of order */       \
	X(ALTERED, "altered") /* one byte of a statement is another one */     \
	X(STOLEN, "stolen")   /* a key that is not in force any more */        \
	X(LOGKEY, "logkey")   /* the key of the log is rotated */              \
	X(WILD, "wild")       /* any kind with any values */                   \
	X(BURST, "burst")     /* several statements at once */

enum sim_fault {
#define X(sym, word) F_##sym,
	SIM_FAULTS(X)
#undef X
	F_COUNT
};

/* A statement that was sent, and whose end is not known. */
struct waiting {
	struct kc_buf note;   /* empty: free */
	struct kit_key *slot; /* key that changes when it stands */
	struct kit_key next;
	unsigned step; /* in which it was sent last */
	bool held;     /* written, not sent yet */
};

struct outcome_plan {
	bool armed;
	enum kc_outcome outcome; /* KC_COMMITTED: as it comes */
	bool write;
	bool flip;
	struct waiting *rival; /* its row goes first */
};

#define OUTBOX_MESSAGES 8192
struct outbox_message {
	uint8_t id[KC_MESSAGE_ID_SIZE];
	bool open;  /* with the sender */
	bool came;  /* to whom it is for */
	bool there; /* in the store, when it was looked at last */
	bool tried; /* by then */
	int64_t made_ms;
	/* Planned by a clock that was put back since: it may be taken back, and
	 * is planned again when it is due. */
	bool ahead;
};
struct outbox {
	struct kc_outbox *real;
	bool sending, ready;
	bool calm; /* the sender brings what it is given */
	struct outbox_message v[OUTBOX_MESSAGES];
	unsigned n, rows;
	uint32_t told, overtaken;
};

struct world {
	struct sim s; /* the kit is the mirror: what was signed, read back */
	char dir[128];
	struct kc_store *store;
	struct kc_anchor *anchor;
	struct kc_ledger *l;
	struct kc_sequencer inner;
	_Atomic int64_t wall_ms; /* of the machine */
	int64_t true_ms;         /* of the people */
	int64_t able_ms; /* since when what is due can be written; or never */
	bool leaps;      /* the daemon sees what time passes beside its clock */
	bool stuck; /* held, and nobody is left who could confirm the time */
	bool use[F_COUNT];
	unsigned fired[F_COUNT];
	struct outbox outbox;
	bool no_outbox; /* the store that is started is not the right one */
	struct outcome_plan plan;
	struct waiting waiting[WORLD_WAITING];
	struct {
		struct kit_key *slot;
		struct kit_key key;
	} old_keys[WORLD_OLD_KEYS];
	unsigned nold;
	struct kc_buf *receipts; /* of each entry, once given out */
	struct kc_hash *leaves;  /* of the mirror */
	uint64_t nreceipts;
	struct kc_buf backup; /* of the store's file */
	uint64_t backup_size; /* entries in it */
	/* Of the log: what the ledger was started with; all that lie there,
	 * which the writer looks at too; and how old the present one is. */
	struct kc_skey log_key, log_keys[KC_LOG_KEYS_MAX];
	_Atomic size_t nlog_keys;
	struct kc_checkpoint head;
	int64_t last_received;
	unsigned restarts, acked, lost;
	char said[512]; /* by the last start */
};

/* world.c */
/* The public halves of all keys of the log. Static storage. */
const struct kc_log_keys *world_log_keys(struct world *w);
/* In an empty directory, which is the caller's to remove. */
void world_init(struct world *w, uint64_t seed, const char *dir);
void world_free(struct world *w);
void world_start(struct world *w);
/* The same where it may fail: its error, and then it is not up. */
enum kc_err world_try_start(struct world *w, const struct disk_plan *plan);
/* Stops the ledger: closed in order, or cut off with or without power. */
void world_stop(struct world *w, bool cut, bool power_lost);
bool world_is_up(const struct world *w);
/* Time passes; the daemon wakes when it asked to be woken. */
void world_pass(struct world *w, int64_t ms);
/* Time passes, and nobody is there to notice. */
void world_jump(struct world *w, int64_t ms);
/* The daemon is woken now, as by a timer. */
void world_wake(struct world *w);
/* Is the ledger open for statements now? */
bool world_is_open(struct world *w);
uint64_t world_random(void *world);

/* send.c: sends what waits, up to n, and takes the answers. */
struct waiting *world_wait(struct world *w, const struct kc_buf *note);
void world_send(struct world *w, struct waiting *const *what, unsigned n);
/* Reads what was signed since the last call; model and mirror follow. */
void world_pull(struct world *w);
/* Sends a statement twice more, which stands: the same answer. */
void world_replay(struct world *w);

/* act.c: one or several statements; those that nobody has answered for good. */
bool world_happens(struct world *w, enum sim_fault f, unsigned per_mille);
void world_act(struct world *w);
void world_send_again(struct world *w, bool all);
void world_alter(struct world *w);
void world_steal(struct world *w);
/* A statement, written and signed, that waits; NULL if it cannot be. */
struct waiting *world_written(struct world *w, const struct statement *st);

/* Where the ledger is held though its clock is right, people confirm it. */
void world_confirm(struct world *w);

/* fault.c: one fault, or none, while something is done; the ledger is up
 * again after it. */
void world_fault(struct world *w);

/* outbox.c */
const struct kc_beside *outbox_open(struct world *w);
void outbox_close(struct world *w);
/* The sender answers what it has, if it sends; false: nothing was done. */
bool outbox_answer(struct world *w);
/* The clock was put back. */
void outbox_put_back(struct world *w);
void outbox_check(struct world *w);
/* After the clock was put back: nothing waits for what it had shown. */
void outbox_check_waits(struct world *w);
/* Nothing is on its way, and nothing is due that was not planned. */
void outbox_check_end(struct world *w);

/* oracle.c */
void world_check(struct world *w);      /* after each step */
void world_check_deep(struct world *w); /* now and then */
/* The store holds what was signed before it was stopped. */
void world_check_restart(struct world *w);

/* sim.c: what the parent shows when a run ends early. */
void world_note_step(const struct world *w);

#endif
