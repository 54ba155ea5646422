/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A monitor: remembers the last head of a log that it has verified, proves
 * that each new one continues it, looks at each new entry with its proof, and
 * raises alarms. It trusts the log's keys and nothing else of the server.
 */
#ifndef KC_WATCH_H
#define KC_WATCH_H

#include <kaocheng/merkle.h>
#include <kaocheng/state.h>

#include "lib/keys.h"
#include "lib/proved.h"
#include "lib/tool.h"

enum kc_alarm {
	KC_ALARM_ENTRY,  /* one that was asked for */
	KC_ALARM_KEY,    /* a key that is watched has signed */
	KC_ALARM_FORK,   /* two heads that are not of one history */
	KC_ALARM_STALE,  /* no new head for longer than was asked */
	KC_ALARM_LEDGER, /* it is not in order, by its own word */
	KC_ALARM_SILENT, /* nobody answers */
	KC_ALARM_FAULT,  /* what could not be looked at */
	KC_ALARM_CLERK,  /* owes entries, by our own replay */
	KC_ALARMS
};

/* What is looked at, each though another cannot be. */
enum kc_watched {
	KC_WATCHED_HEAD,
	KC_WATCHED_WITNESSES,
	KC_WATCHED_MIRROR,
	KC_WATCHED_STATUS,
	KC_WATCHED
};

struct kc_watch { /* large: an entry */
	struct kc_cli *cli;
	struct kc_client *client; /* NULL: not connected */
	struct kc_log_keys keys;
	char state[KC_PATH_SIZE]; /* file of what is remembered */
	struct kc_buf kept_note;  /* the last head that was verified; empty */
	struct kc_checkpoint kept;
	int64_t changed_s;    /* when it was seen first; Unix seconds */
	int64_t stale_s;      /* 0: heads may be old */
	bool stale, silent;   /* has been said */
	bool begun;           /* it has been reached, or nobody answered */
	bool forked;          /* nothing more can be relied on */
	bool unheard;         /* --exec did not do what it should */
	struct kc_buf ledger; /* what it said of itself last, in lines */
	/* What could not be looked at, as last said. */
	struct kc_buf faults[KC_WATCHED];
	struct kc_state *st; /* of the mirror, replayed; NULL: not yet */
	struct kc_frontier tree;
	struct kc_buf owed; /* by the clerk, as last said */
	uint64_t told;      /* entries below are */
	struct kc_proved entry;
	unsigned news, alarms; /* raised so far: entries, and the rest */
};

/* What is remembered of the log of these keys; nothing, if there is no file.
 * Prints; returns the exit code, as all do. */
int kc_watch_load(struct kc_watch *w);
/* One look: the head, new entries, the state of the ledger. A fork is
 * KC_EXIT_TAMPERED, with both heads in a file, and w->forked. What could not be
 * looked at is an alarm, once, and looked at again the next time. */
int kc_watch_look(struct kc_watch *w);
void kc_watch_release(struct kc_watch *w);

/* --- watch_fork.c --- */
/* Two heads are not of one history, one that is kept or a witness's, and the
 * one that the log shows: both go into a file that kaocheng-verify judges, and
 * the alarm is raised. */
int kc_watch_forked(struct kc_watch *w, const struct kc_checkpoint *old,
    struct kc_slice old_note, const struct kc_checkpoint *now,
    struct kc_slice note);

/* --- watch_witness.c, watch_replay.c: nothing, unless it was asked for --- */
int kc_watch_witnesses(struct kc_watch *w);
int kc_watch_replay(struct kc_watch *w);
/* The replay begins anew. */
void kc_watch_forget(struct kc_watch *w);

/* --- watch_alarm.c --- */
/* Is the unit, or something of it, named by a value: G01, G01-K1, G01.head? A
 * case is named by its own number; that its unit has it is said by the target.
 */
bool kc_watch_names(const struct kc_entry *e, const char *unit);
/* Is this entry one that was asked for? */
bool kc_watch_wants(const struct kc_watch *w, enum kc_alarm *what);
/* Says it, in a line or as JSON, and runs --exec with the same on its input.
 * For those about an entry w->entry is it. */
void kc_watch_alarm(struct kc_watch *w, enum kc_alarm what, const char *says);

#endif
