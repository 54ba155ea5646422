/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Founding a ledger: who founds it, its first statements, and signing them
 * here, or by people whose keys are elsewhere. Used by `init` alone.
 */
#ifndef KC_FOUNDING_H
#define KC_FOUNDING_H

#include <kaocheng/entry.h>
#include <kaocheng/logkeys.h>

#include "lib/file.h"
#include "lib/tool.h"

/* Whose keys a ledger begins with, in order. */
enum kc_founder_place {
	KC_FOUNDER_LOG,
	KC_FOUNDER_CLERK,
	KC_FOUNDER_ADMIN, /* three of them; the first two sign */
	KC_FOUNDER_ESTAB = KC_FOUNDER_ADMIN + 3,
	KC_FOUNDER_OFFICE,
	KC_FOUNDERS
};

struct kc_founder {
	char name[KC_NAME_MAX + 1]; /* id of the actor, or origin */
	struct kc_vkey key;
	uint8_t possession[KC_SIG_SIZE];
	bool here; /* the key was made here: skey and seed are set */
	char secret[KC_SECRET_SIZE]; /* its passphrase; "": it has none */
	struct kc_skey skey;
	uint8_t seed[KC_SEED_SIZE];
};

/* A file that the ledger takes in; text empty: there is none. */
struct kc_founding_file {
	char path[KC_PATH_SIZE];
	struct kc_buf text;
};

#define KC_FOUNDING_CALENDARS 3 /* of the year before, the year, the next */
#define KC_FOUNDING_STEPS (5 + KC_FOUNDING_CALENDARS)

struct kc_founding_step {
	struct kc_buf text;
	const struct kc_kind *kind;
	unsigned nby;
	enum kc_founder_place by[2];
};

struct kc_founding {
	struct kc_cli *cli;
	const char *dir, *origin, *title, *tcp, *policy_file;
	struct kc_founding_file policy, calendars[KC_FOUNDING_CALENDARS];
	char policy_name[KC_CODE_MAX + 1];
	uint64_t year;
	int64_t at_s;        /* when the first entries are signed */
	char test_clock[32]; /* --at: a rehearsal's clock stands there */
	struct kc_founder who[KC_FOUNDERS];
	struct kc_founding_step steps[KC_FOUNDING_STEPS];
	unsigned nsteps;
};

/* The texts of the first statements, in order. But for the first they name
 * as seen what `seen` says (one entry and its root, once there is one). Prints
 * what is wrong; returns the exit code. */
int kc_founding_write(struct kc_founding *f, const struct kc_hash *seen);
void kc_founding_release(struct kc_founding *f);

/* Writes DIR/founding: a file for each statement. The first is a note, signed
 * by whoever is here; the others name it as seen, and are texts until it
 * stands. Prints; returns the exit code. */
int kc_founding_leave(struct kc_founding *f);
/* Posts what is signed of DIR/founding in its order, through the daemon on DIR
 * or one that it starts, makes notes of the texts once the ledger is open,
 * signed by those of f (may be NULL) who are here, and says what waits for
 * whom. Where all stand, the folder goes. KC_EXIT_INCOMPLETE: something waits
 * for a signature. cli->dir is DIR; test_clock NULL: the real clock. */
int kc_founding_go(
    struct kc_cli *cli, const struct kc_founding *f, const char *test_clock);
/* Removes DIR/founding and what is in it. */
void kc_founding_undo(const char *dir);

/* Passphrases of the keys that are made here: one for all, or one for each,
 * from files or asked for. Prints what goes wrong; returns the exit code. */
int kc_founding_ask(struct kc_founding *f);
/* Nobody has several people's powers in silence. */
void kc_founding_say_powers(const struct kc_founding *f);

/* --table: can each be read, and are all who sign it here? And taking them
 * in, once the ledger is founded, with a key made for everybody if it is a
 * rehearsal. Print what is wrong; return the exit code. */
int kc_founding_look(struct kc_founding *f);
int kc_founding_tables(struct kc_founding *f);
/* Keys that a rehearsal made for its tables, when it comes to nothing. */
void kc_founding_drop_keys(const struct kc_founding *f);

#endif
