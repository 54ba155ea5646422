/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seeded random year: statements of every kind, right and wrong, by random
 * actors under a moving clock and the clerk. A model that reads nothing but
 * the accepted notes says what must hold after every step.
 */
#ifndef KC_TEST_SIM_H
#define KC_TEST_SIM_H

#include <kaocheng/machine.h>
#include <kaocheng/notice.h>

#include "casekit.h"

#define SIM_FIELDS 24
#define SIM_TEXT 256
#define SIM_MAX 512 /* of each noun of the model */

struct statement {
	enum kc_kind_id kind;
	char by[KC_PLACES_MAX * (KC_CODE_MAX + 1)];
	const char *fields[SIM_FIELDS + 1];
	char text[SIM_FIELDS][SIM_TEXT];
	char *big; /* a text too long for the rows above */
	unsigned n;
	struct kit_key *slot; /* key that changes if this is accepted */
	struct kit_key next;
};

/* --- the model (model.c): its own words, nothing of the state ------------- */
struct m_actor {
	char id[KC_CODE_MAX + 1], unit[KC_CODE_MAX + 1];
	uint32_t roles;
	bool live, retired; /* live: has a key */
};
struct m_loan {
	unsigned from, to;
	uint64_t kinds[(KC_K_COUNT + 63) / 64];
	kc_day first, last;
	bool ended;
};
struct m_grant {
	char code[KC_CODE_MAX + 1], assessor[KC_CODE_MAX + 1];
	char object[KC_CODE_MAX + 1];
	int64_t scope;
	kc_day first, last;
	bool withdrawn;
};
#define M_HAD 8
struct m_target {
	char code[KC_CODE_MAX + 1], unit[KC_CODE_MAX + 1];
	struct { /* units that it was of, and how many grants there were */
		char unit[KC_CODE_MAX + 1];
		unsigned grants;
	} had[M_HAD];
	unsigned nhad;
	int64_t class, weight, completion; /* -1: not found */
	int64_t was_weight;                /* before it was laid anew */
	char indicator[KC_CODE_MAX + 1];
	bool active, withdrawn;
	bool went;    /* by the last reform */
	bool checked; /* by its unit, at the end of the year */
};
struct m_report { /* of an indicator and quarter, the latest figures */
	char indicator[KC_CODE_MAX + 1];
	int64_t quarter, rank, last, agreed; /* 0: unknown */
	bool better;                         /* than last year's value */
};
#define M_SHARES 8
struct m_letter { /* as the unit of its target sees it */
	char handle[24], target[KC_CODE_MAX + 1];
	struct { /* what each decision gives, the highest counts; -1: none */
		int64_t seq, level;
	} given[8];
	unsigned ngiven;
	kc_day by, delivered;
	bool closed; /* lifted or withdrawn */
	/* Whom it is for by now; one that ended beside another stays. */
	char to[M_SHARES][KC_CODE_MAX + 1];
	unsigned nto;
};
struct m_mark { /* of a notice: days off, or worked */
	int year;
	kc_day first, last;
	bool off;
};
#define M_FIRST_YEAR 2022
#define M_FIRST_END 2020 /* years that may come to their end */
#define M_ENDS 8
#define M_YEARS 4
struct m_terms { /* working days and months, of a policy */
	int64_t confirm, months, more, review, reply;
};
struct m_rules { /* of a policy */
	struct m_terms terms;
	int64_t half, refund_max; /* basis points */
};
struct m_last { /* last day; a notice to come may change it */
	kc_day day;
	bool unsure;
};
struct m_outage { /* as its entry names it; empty: everything */
	char about[24], limit[16], unit[KC_CODE_MAX + 1];
	kc_day from, to, until;
};
struct m_reply { /* of a unit, to a letter that it got */
	char handle[24], unit[KC_CODE_MAX + 1];
	kc_day delivered;
	struct m_terms terms;
	struct m_last by;
};
struct m_thing { /* that a machine is of, by the tables alone */
	enum kc_machine_id machine;
	char name[KC_CODE_MAX + 1];
	uint32_t states; /* in one of which it is */
};
enum m_stage {
	M_DECIDED,
	M_OPEN, /* deducted, fed back or submitted */
	M_ENDED
};
struct m_case {
	char handle[24], unit[KC_CODE_MAX + 1], target[KC_CODE_MAX + 1];
	char assessor[KC_CODE_MAX + 1], decider[KC_CODE_MAX + 1];
	enum m_stage stage;
	int64_t standard, effect, deducted, returned;
	int64_t half, refund_max; /* of the policy it is judged by */
	bool counts, expired, submitted, overdue, proposed;
	/* what it rests on */
	char situation; /* '1' of S1 */
	char letter[24], confirmer[KC_CODE_MAX + 1];
	int64_t quarter, planned, actual, cause; /* -1: not stated */
	kc_day day, confirmed;
	int64_t confirmed_seq;
	bool fed, fed_late, nothing; /* nothing: declined, withdrawn, lapsed */
	bool lapsed;
	/* what time does to it */
	struct m_terms terms;
	kc_day delivered, handed_in;
	int64_t extensions;
	kc_day delayed;
	struct m_last to_confirm, to_rectify, to_review;
};
struct m_dispute {
	char handle[24], decided[KC_CODE_MAX + 1]; /* by whom, last */
	unsigned of_case; /* number in cases, from 1; 0: of something else */
	int64_t points;   /* what the deduction is to be, -1: as it is */
	int64_t decision; /* its entry */
	int64_t level;    /* what it is to give instead, -1 */
	bool applied, corrected;
	kc_day on; /* applied */
};
struct m_form { /* of a result of 2022, as it was fed back */
	char handle[24], unit[KC_CODE_MAX + 1];
	int64_t seq;
	int grade;
};
struct m_regrade { /* what a ruling gives a unit in 2022, at the least */
	char unit[KC_CODE_MAX + 1];
	int grade;
};
struct m_negative { /* an event of the negative list */
	char handle[KC_CODE_MAX + 1], unit[KC_CODE_MAX + 1];
	char of[KC_CODE_MAX + 1]; /* a case on the same fact, "" */
	int64_t item, amount;
	kc_day on;
	bool counts;
};
struct m_bonus {
	char handle[KC_CODE_MAX + 1], unit[KC_CODE_MAX + 1];
	char situation[KC_CODE_MAX + 1], merit[KC_CODE_MAX + 1];
	char grade[KC_CODE_MAX + 1]; /* claimed */
	char by[KC_CODE_MAX + 1];    /* the unit that did */
	int64_t points;              /* given */
	bool counts;
};
struct m_vote { /* the newest of a voter on a unit */
	char voter[KC_CODE_MAX + 1], unit[KC_CODE_MAX + 1];
	char group[KC_CODE_MAX + 1]; /* "": it stands aside */
	int64_t marks[3];
};
#define M_UNITS 4
#define M_ROUNDS 4
#define M_POINTS 128
struct m_round {
	char handle[KC_CODE_MAX + 1];
	int64_t type;
	char points[M_POINTS][KC_CODE_MAX + 1]; /* its targets */
	unsigned npoints;
	bool closed;
};
struct m_opinion {
	char handle[KC_CODE_MAX + 1], round[KC_CODE_MAX + 1];
	char target[KC_CODE_MAX + 1];
	bool behind, fed;
};
struct m_adjust {
	char handle[KC_CODE_MAX + 1];
	char targets[M_SHARES][KC_CODE_MAX + 1];
	int64_t to[M_SHARES]; /* points of each, once it is in effect */
	unsigned n, stage;    /* reviews that it has passed */
	bool open;
};
struct m_silence { /* a letter and a unit that is overdue */
	char handle[24], unit[KC_CODE_MAX + 1];
};
struct model {
	struct m_actor actors[KIT_KEYS_MAX];
	struct m_loan loans[SIM_MAX];
	struct m_grant grants[SIM_MAX];
	struct m_target targets[SIM_MAX];
	struct m_case cases[SIM_MAX];
	struct m_silence silences[SIM_MAX];
	struct m_dispute disputes[SIM_MAX];
	struct m_form forms[SIM_MAX];
	struct m_regrade regrades[SIM_MAX];
	unsigned ndisputes, nforms, nregrades;
	struct m_negative negatives[SIM_MAX];
	unsigned nnegatives;
	struct m_bonus bonuses[SIM_MAX];
	unsigned nbonuses;
	struct m_vote votes[SIM_MAX];
	unsigned nvotes;
	bool panel_open, panel_closed; /* opened; and over */
	unsigned yearend[M_ENDS];  /* how far it has come (model_yearend.c) */
	bool third[M_UNITS];       /* as published: G16, G17, G12, G28 */
	bool excepted[M_UNITS][2]; /* of a cadre; as a whole */
	struct m_round rounds[M_ROUNDS];
	struct m_opinion opinions[SIM_MAX];
	unsigned nrounds, nopinions;
	struct m_adjust adjusts[SIM_MAX];
	unsigned nadjusts;
	char ended[SIM_MAX][KC_CODE_MAX + 1]; /* units */
	unsigned nended;
	struct m_report reports[SIM_MAX];
	struct m_letter letters[SIM_MAX];
	unsigned nreports, nletters;
	unsigned nactors, nloans, ngrants, ntargets, ncases, nsilences;
	struct m_mark marks[SIM_MAX];
	struct m_reply replies[SIM_MAX];
	struct m_outage outages[SIM_MAX];
	unsigned nmarks, nreplies, noutages;
	struct m_thing things[SIM_MAX];
	char told[KIT_NOTES_MAX][40]; /* ids of messages with an outcome */
	unsigned nthings, ntold;
	bool known[M_YEARS];        /* years whose notice is adopted */
	struct m_rules now, opened; /* in force; and when 2022 was opened */
	unsigned seen;              /* notes read so far */
	struct kc_state *twin;      /* has seen nothing but what was accepted */
};

struct sim {
	struct kit k;
	struct model m;
	uint64_t seed, rng;
	unsigned step, accepted, refused, supposed;
	unsigned long of_kind[KC_K_COUNT][2]; /* accepted, refused */
	bool ending; /* the panels are over, the year comes to its end */
	bool voters; /* are enrolled: the year is over */
	struct kc_plan_mark mark; /* plan_on.c */
	void *on_way;
	unsigned planned;
};

/* What falls due is planned, from a mark and whole: the same. */
void sim_plan_on(struct sim *s);
void sim_plan_free(struct sim *s);

/* Reads the notes that were accepted since the last call; fails the test if
 * one of them should not have been. */
void model_read(struct sim *s);
/* What must hold now. */
void model_check(struct sim *s);
bool model_clerk_lives(const struct sim *s);
void model_free(struct sim *s);
/* Fails with the seed and the step. */
#define sim_require(s, holds, what)                                            \
	do {                                                                   \
		if (!(holds))                                                  \
			sim_fail((s), (what), __FILE__, __LINE__);             \
	} while (0)
void
sim_fail(const struct sim *s, const char *what, const char *file, int line);

/* That a message about a case went out, or did not (make_told.c). */
struct sim_told {
	char key[KC_NOTICE_KEY_MAX], to[KC_CODE_MAX + 8];
	struct kc_slice keys[1];
	struct kc_message_outcome o; /* borrows the rest */
};
/* One that the state does not have; false if it has no case. */
bool sim_tell(struct sim_told *t, const struct kc_state *st);

/* --- statements (make.c, make_wild.c) ------------------------------------- */
uint64_t sim_random(struct sim *s, uint64_t below);
bool sim_chance(struct sim *s, unsigned percent);
void sim_begin(struct statement *st, enum kc_kind_id kind, const char *by);
void sim_add(struct statement *st, const char *field, const char *value);
/* "2022-10-17" of today and some days. Static storage. */
const char *sim_day(const struct sim *s, int more);
/* The city of a seed, with issued lists of two units; the model has read it. */
void sim_city(struct sim *s);
/* Something that may well be accepted now. */
bool sim_work(struct sim *s, struct statement *st);
bool sim_negative(struct sim *s, struct statement *st);
bool sim_bonus(struct sim *s, struct statement *st);
bool sim_round(struct sim *s, struct statement *st);
bool sim_adjust(struct sim *s, struct statement *st);
/* Those who vote, enrolled; and a step of the panels of a year that is over. */
void sim_voters(struct sim *s);
bool sim_panel(struct sim *s, struct statement *st);
bool sim_reform(struct sim *s, struct statement *st);
/* A step of the year's end; false if there is none. */
bool sim_yearend(struct sim *s, struct statement *st);
/* What is drawn from the year; false while it is not closed. */
bool sim_use(struct sim *s, struct statement *st);
/* The field of an opinion on a target, or none. */
void
sim_opinion(struct sim *s, struct statement *st, const struct kc_target *t);
void sim_sensible(struct sim *s, struct statement *st);
/* Any kind with any values. */
void sim_wild(struct sim *s, struct statement *st);
/* A move that the tables allow to a thing that is there; false if none is. */
bool sim_move(struct sim *s, struct statement *st);
/* A step of a dispute; false if nothing was decided (make_dispute.c). */
bool sim_dispute(struct sim *s, struct statement *st);
/* One of the newest result that can be disputed; and the next step of one. */
bool sim_dispute_result(struct sim *s, struct statement *st);
void sim_hear(struct sim *s, struct statement *st, const char *handle);
/* Somebody acknowledges or mutes; false if nobody was told of anything. */
bool sim_heed(struct sim *s, struct statement *st);
/* An outage, in which something was due if the seed is kind; false if there
 * is no case. */
bool sim_outage(struct sim *s, struct statement *st);
/* Signers who may hold the kind's roles; a value for a field, or none. */
void sim_signers(struct sim *s, struct statement *st, const struct kc_kind *k);
void
sim_any_field(struct sim *s, struct statement *st, const struct kc_field *f);
/* What must hold of suppositions about the log as it is (suppose.c). */
void sim_suppose(struct sim *s);
/* And of copies of its states (copy.c). */
void sim_copy(struct sim *s);
/* Another key of the log, by the present one. */
void sim_log_key(struct sim *s, struct statement *st);
/* Keys, roles, delegations. */
void sim_people(struct sim *s, struct statement *st);
void sim_person(struct sim *s, struct statement *st, const char *actor);

#endif
