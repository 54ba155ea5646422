/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ten years of a city of 88 units, made by statements of all its people: what
 * happens on which day is laid out beforehand, chance (a seed) decides the
 * rest. Two units become one in the fourth year, the rules change in the sixth.
 */
#ifndef KC_TEST_DECADE_H
#define KC_TEST_DECADE_H

#include "casekit.h"

#define KEY_TARGETS 5
#define ROUTINE_TARGETS 5
#define TASKS 3 /* of a target */

struct rules { /* what the statements must know of a policy */
	const char *file, *name;
	int64_t key_e4, routine_e4, dynamic_e4;
	int cities, low_from;                     /* ranks */
	const char *behind, *half, *exempt, *low; /* situations */
	const char *cause_half, *cause_exempt;
	int refund_max_bp, negative_items;
	int64_t negative_min_e4, negative_max_e4;
	int half_month, half_day, q3_month, q3_day;
	size_t panels; /* so many groups have a weight */
};

struct step {
	kc_day day;
	unsigned order; /* of insertion: steps of a day keep their order */
	void (*run)(uint32_t i);
	uint32_t i;
};

struct decade {
	struct kit k;
	unsigned units, years, first; /* first: a year */
	unsigned founded;             /* so many units there were */
	unsigned change;              /* the year from which `after` rules */
	bool merged; /* the last unit is the one before it, from the fourth */
	uint64_t rng;
	struct step *steps; /* a heap: what is to come, the first on top */
	unsigned n, cap, laid;
	int year; /* of the steps under way */
};
extern struct decade *city; /* the one that is made */

/* --- chance and words (decade.c) --- */
uint32_t chance(uint32_t n); /* 0 .. n-1 */
/* "name=value", in static storage of the last 64 answers. */
const char *say(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *unit_code(uint32_t unit); /* "D01" */
/* What it has is of this unit, and its head is that one's. */
const char *owner_code(uint32_t unit);
const char *head_of(uint32_t unit);
bool owns_itself(uint32_t unit); /* it has not become part of another */
/* Who assesses a unit: never the unit itself. */
const char *assessor_of(uint32_t unit);      /* actor */
const char *assessor_unit_of(uint32_t unit); /* "assessor=D01" */
const struct rules *rules_of(int year);
kc_day today(void); /* of the entry to come */
/* Disputes a decision: heard, ruled on and carried out in the weeks after. */
void decade_dispute(uint32_t unit, uint32_t seq, const char *handle);
/* Number of the last entry of a kind on what it happened to. */
uint32_t last_of(const struct kc_events *v, enum kc_kind_id kind);
uint32_t number_of(uint32_t unit); /* in the city, of a unit's index */
/* Lays a step on a day. */
void on(kc_day day, void (*run)(uint32_t i), uint32_t i);
kc_day date(int month, int day); /* of the year under way */

/* --- parts of a year --- */
void decade_found(void); /* decade_city.c: once */
void decade_open(void);  /* grants, rules, calendars */
void decade_reform(void);
void decade_lists(void); /* decade_lists.c: targets, tasks, reports, ends */
void decade_rounds(void);
void decade_cases(void); /* decade_cases.c: pre-deductions, disputes */
void decade_negatives(void);
void decade_bonuses(void); /* decade_bonuses.c */
void decade_voters(void);  /* decade_panels.c: once */
void decade_panels(void);
void decade_ends(void); /* decade_ends.c */

#endif
