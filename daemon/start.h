/* SPDX-License-Identifier: Apache-2.0 */
/* From a configuration to an open ledger, and back. */
#ifndef KC_START_H
#define KC_START_H

#include <kaocheng/hold.h>

#include "app/ledger.h"
#include "remind/service.h"
#include "signer/link.h"
#include "sys/clock.h"
#include "sys/config.h"
#include "witness/client.h"

/* Exit codes of the daemon (kaochengd(8)). */
enum kc_daemon_exit {
	KC_DAEMON_OK = 0,
	KC_DAEMON_FAILED = 1,
	KC_DAEMON_GUARD = 65,   /* rollback, fork, foreign or corrupt ledger */
	KC_DAEMON_UNKNOWN = 74, /* the outcome of a write is not known */
	KC_DAEMON_USAGE = 100
};

/* A ledger that was put back on purpose (restored.h). */
struct kc_put_back {
	bool is, made; /* made: by this start */
	uint64_t kept; /* entries that stood when it was put back */
	struct kc_lost lost;
};

struct kc_daemon {
	struct kc_config *config;
	struct kc_signer_link *signer; /* who holds the private keys */
	struct kc_signing signing;
	struct kc_skey log_key, clerk_key; /* their public halves alone */
	char people[KC_CONFIG_PATH_MAX];   /* of the config at the start */
	struct kc_anchor *second; /* NULL: none is configured, or it fails */
	struct kc_put_back mark;
	struct kc_store *store;
	struct kc_sequencer sequencer;
	struct kc_ledger *ledger;
	struct kc_reminders *reminders; /* NULL: none are configured */
	struct kc_witnesses *witnesses; /* NULL: none are configured */
	struct kc_manual_clock manual;
	struct kc_clock clock;
	bool has_sequencer, reseed_anchor;
	bool restored;    /* an operator's word that it was put back */
	atomic_bool stop; /* told to end while it starts */
	void (*changed)(void *ctx);
	void *changed_ctx;
};

/* Privileges, and the calls of the kernel that neither the daemon nor a helper
 * makes: before there is either a thread or a helper. On failure a line is
 * logged. */
enum kc_err kc_start_give_up(const struct kc_config *c);
/* Starts the signer, which reads the keys. On failure a line is logged. */
enum kc_err kc_start_keys(struct kc_daemon *d);
/* Anchor, store, start-up guard, replay. On failure a line is logged and the
 * code says how the process ends; KC_DAEMON_OK with `stop`: it was told to
 * end. All signals are held while it runs. */
enum kc_daemon_exit kc_start_ledger(struct kc_daemon *d);
/* The same, reading only and without threads: for -n. */
enum kc_daemon_exit kc_start_check(struct kc_daemon *d);
/* Closes what is open, wipes the keys; the mode in which the ledger ended. */
enum kc_mode kc_start_close(struct kc_daemon *d);

#endif
