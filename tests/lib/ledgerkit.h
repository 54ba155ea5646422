/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger in memory for tests of the rules: keys from fixed seeds, a small
 * city, and one line per statement. Every statement is drafted, signed,
 * decoded and applied, as the daemon does it; what stands can be replayed.
 *
 *	struct kit k;
 *	kit_init(&k, KIT_LISTS);
 *	kit_on(&k, "2022-10-17");
 *	kit_do(&k, KC_K_warning_issue, "P09.a", "target=G17-K1", ...);
 *	kit_refused(&k, KC_R_STATE, KC_K_target_read, "leader",
 *"target=G17-K1");
 *
 * The city (unit: actors): P09 Establishment Office: P09.a P09.b (estab);
 * P02: gop (go-party), G01: gog (go-gov), leader, P20: office
 * (assess-office); G02 assessing unit: G02.a G02.b (assessor), with a grant
 * over all targets; G12: G12.a (assessor) without any grant; assessed units
 * G16 and G17: Gxx.head, Gxx.liaison; G28: stats; P03: org; ops, audit; the
 * administrators root.a root.b root.c; clerk. KIT_LISTS also has the year
 * 2022 with issued lists of G16 and G17: Gxx-K1 (superior indicator IND16 or
 * IND17, 30 points), Gxx-K2 (city-key, 40), Gxx-R1 (routine, 20).
 */
#ifndef KC_TEST_LEDGERKIT_H
#define KC_TEST_LEDGERKIT_H

#include <kaocheng/checkpoint.h>
#include <kaocheng/merkle.h>
#include <kaocheng/notice.h>
#include <kaocheng/state.h>

#define KIT_ORIGIN "example.org/kaohe"
#define KIT_KEYS_MAX 256
#define KIT_NOTES_MAX 4096 /* of a simulated year */

enum kit_stage {
	KIT_EMPTY,
	KIT_OPEN,  /* ledger.open by root.a and root.b */
	KIT_CITY,  /* units, duties, actors, grants */
	KIT_RULES, /* policy, calendars, the year 2022 */
	KIT_LISTS  /* indicators and two issued lists */
};

struct kit_key {
	char name[KC_CODE_MAX + 1];
	struct kc_skey skey;
	uint8_t generation;
};

struct kit_note {
	size_t off, n; /* in kit.log */
	int64_t received_ms;
};

struct kit {
	struct kc_state *st;
	int64_t now_ms;     /* received instant of the next entry; steps 1 s */
	int64_t at_skew_s;  /* added to `at` of the next entry, then 0 */
	const char *ledger; /* of the next entry, then KIT_ORIGIN */
	unsigned next_id;
	const uint8_t *id; /* of the next entry, then NULL: counted */
	struct kit_key keys[KIT_KEYS_MAX];
	unsigned nkeys;
	struct kc_buf log; /* the notes that stand, one after another */
	struct kit_note *notes;
	unsigned nnotes, notes_cap;
	struct kc_refusal why;       /* of the last refusal */
	struct kc_frontier frontier; /* of the leaves that the kit would make */
	/* What authors have seen, where the kit feeds a ledger that stamps its
	 * own leaves; NULL: the kit's own log. Size 0: nothing stands. */
	void (*seen)(void *ctx, struct kc_checkpoint *out);
	void *seen_ctx;
};

/* Makes the city up to a stage; fails the test if that cannot be. */
void kit_init(struct kit *k, enum kit_stage stage);
/* The same in an older rules epoch. */
void kit_init_at(struct kit *k, enum kit_stage stage, const char *epoch);
void kit_free(struct kit *k);

/* Moves the time to 10:00 (+08:00) of a day, or to an hour and minute. The
 * clerk does not act by itself: see kit_clerk. */
void kit_on(struct kit *k, const char *day);
void kit_at(struct kit *k, const char *day, int hour, int minute);
void kit_pass_days(struct kit *k, int days);

/* One statement: signers separated by spaces, then "field=value" strings in
 * any order of fields. kit_do fails the test unless it applies. */
#define kit_do(k, kind, by, ...)                                               \
	kit_do_v((k), (kind), (by), (const char *const[]){__VA_ARGS__, NULL},  \
	    __FILE__, __LINE__)
/* Fails the test unless check and apply both refuse with the code and leave
 * the digest as it was. k->why holds the refusal afterwards. */
#define kit_refused(k, code, kind, by, ...)                                    \
	kit_refused_v((k), (code), (kind), (by),                               \
	    (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)
/* The same with a NULL-terminated array, for tables. */
void kit_do_v(struct kit *k, enum kc_kind_id kind, const char *by,
    const char *const *fields, const char *file, int line);
void
kit_refused_v(struct kit *k, enum kc_refusal_code code, enum kc_kind_id kind,
    const char *by, const char *const *fields, const char *file, int line);
/* Applies; KC_EREFUSED with k->why, or KC_OK. */
enum kc_err kit_try(struct kit *k, enum kc_kind_id kind, const char *by,
    const char *const *fields);
/* Appends the signed note of a statement to b without applying it. */
enum kc_err kit_note(struct kit *k, struct kc_buf *b, enum kc_kind_id kind,
    const char *by, const char *const *fields);

/* Keeps a note that stands, for replays; its tree is the caller's. */
void kit_keep(struct kit *k, struct kc_slice note, int64_t received_ms);

/* Lets the clerk write every item that is due now; returns how many. */
unsigned kit_clerk(struct kit *k);
/* Lets the clerk write what became of a message; KC_EREFUSED with k->why. */
enum kc_err kit_outcome(struct kit *k, const struct kc_message_outcome *o);
/* Lets it write that this message of a plan was sent. */
void
kit_send(struct kit *k, const struct kc_plan *p, const struct kc_planned *m);
/* Handle of the case that the last statement made. Static storage of the
 * kit's last four answers. */
const char *kit_handle(struct kit *k);

/* The present key of a name, made on first use from a seed of the name.
 * kit_new_key makes another one, which signs from now on. */
struct kc_skey *kit_key(struct kit *k, const char *name);
struct kc_skey *kit_new_key(struct kit *k, const char *name);
/* Strings for statements, in static storage of the last 16 answers:
 * "<field>=<vkey of name>", "possession=<proof by the key of name>", and
 * "<field>=<value>". */
const char *kit_vkey(struct kit *k, const char *field, const char *name);
const char *kit_proof(struct kit *k, const char *name);
const char *kit_field(const char *field, const char *value);
/* "consent=<signature of a log key for the next>". */
const char *kit_consent(const struct kc_skey *from, const struct kc_vkey *next);
/* actor.enrol by root.a and root.b; unit may be NULL, roles by spaces. */
void kit_enrol(
    struct kit *k, const char *actor, const char *unit, const char *roles);

struct kc_hash kit_digest(const struct kit *k);
/* Replays the notes that stand into a new state; fails the test unless its
 * digest is the same. */
void kit_replay(const struct kit *k);
/* The end of a test: replays what stands, and lets go of it. */
void kit_end(struct kit *k);

#endif
