/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of units: merged, divided, abolished (ADR 20). What a unit has
 * in the year of the reform goes to its successor by the entry that says so;
 * each noun gives what it keeps (kc_noun.hand_over).
 */
#ifndef KC_REFORM_H
#define KC_REFORM_H

#include "noun/unit/unit.h"

/* Somebody who held something of a unit before its reform. */
struct kc_reform_told {
	uint32_t actor, unit;
	int role; /* KC_ROLE_x then */
};
KC_VEC(kc_reform_tells, struct kc_reform_told);
struct kc_reform {
	uint32_t seq;
	enum kc_kind_id kind;
	uint32_t from, into; /* units; into: KC_NONE, nobody's */
	kc_day on;
	const char *document; /* in the arena */
	/* What became of which unit and what went with it, in words: by
	 * enum kc_lang, in the arena. */
	const char *says[2];
	struct kc_reform_tells told;
};

/* --- what every reform asks (say.c, want.c)
 * ---------------------------------------
 */
/* What the fields of any of these kinds say; each has the unit first and the
 * successor second. */
struct kc_reform_plan {
	uint32_t from, into;
	kc_day on;
	int year;
};
/* Guard: the units, the day and its year. */
enum kc_err kc_want_reform(const struct kc_state *st, const struct kc_at *at,
    struct kc_reform_plan *out, struct kc_refusal *why);
/* The lists of both from that year on are issued, and nothing changes their
 * points. */
enum kc_err kc_want_settled(const struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, struct kc_refusal *why);
/* Nothing of the unit is open: in an earlier year; at all. */
enum kc_err kc_want_past_closed(const struct kc_state *st,
    const struct kc_reform_plan *p, struct kc_refusal *why);
enum kc_err kc_want_nothing_open(const struct kc_state *st,
    const struct kc_reform_plan *p, struct kc_refusal *why);
/* Is what it had in that year its own: it goes on, or ended later? */
bool kc_unit_in_year(const struct kc_state *st, uint32_t unit, int year);
/* Guard of every entry: it names no unit that has ended, but of a year that is
 * still that unit's own. */
enum kc_err kc_reform_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why);
/* Refuses KC_R_UNIT_ENDED: what became of the unit. */
enum kc_err kc_refuse_ended(
    const struct kc_state *st, uint32_t unit, struct kc_refusal *why);

/* --- apply (reform.c) ------------------------------------------------------
 */
/* What the entry says, read again where its guard has read it. */
struct kc_reform_plan
kc_reform_read(const struct kc_state *st, const struct kc_at *at);
/* Every noun gives what it has; *goes says which targets go. */
enum kc_err kc_reform_hand_over(struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, bool all, const bool *goes);
/* The reform is on record. */
struct kc_passing;
enum kc_err kc_reform_note(struct kc_state *st, const struct kc_at *at,
    const struct kc_reform_plan *p, bool ends, struct kc_passing *w);

/* --- what goes, and who is told (passed.c) ---------------------------------
 */
struct kc_passing_one { /* an object of a row of a noun's names */
	uint32_t noun, row, index;
};
struct kc_passing {
	KC_VEC_OF(struct kc_passing_one) open; /* of the unit, before */
	uint32_t days; /* open last days of the successor, before */
	struct kc_reform_tells told;
};
/* Before anything goes; free it in every case. KC_ENOMEM. */
enum kc_err kc_passing_begin(const struct kc_state *st,
    const struct kc_reform_plan *p, struct kc_passing *w);
void kc_passing_free(struct kc_passing *w);
/* When all has gone: puts it into words, and takes over who is told. */
enum kc_err
kc_passing_end(struct kc_state *st, struct kc_passing *w, struct kc_reform *r);

/* --- views ---------------------------------------------------------------- */
/* That which an entry was; NULL. And between which units, in words; nothing if
 * it was none. */
const struct kc_reform *kc_reform_at(const struct kc_state *st, uint32_t seq);
struct kc_buf;
void kc_buf_reform(struct kc_buf *b, const struct kc_state *st, uint32_t seq);

#endif
