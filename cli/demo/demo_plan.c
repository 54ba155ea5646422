/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which unit is pre-deducted for what, when, and how it ends: 58 cases (20
 * S1, 10 S2, 18 S3, 2 S4, 5 S7, 3 S8) in 37 units, and 9 exemptions. This is
 * what is put in; what comes out is for the replay to say.
 */
#include "demo.h"

#include <string.h>

struct lot { /* cases alike in situation and end */
	const char *situation;
	enum demo_end end;
	int32_t rate_bp;
	unsigned n;
};
/* Rectification that fell short: less than half returned, or none. */
static const struct lot unmet_lots[] = {
    {"S1", DEMO_RETURN, 0, 1},
    {"S1", DEMO_EXPIRE, 0, 5},
    {"S2", DEMO_RETURN, 0, 1},
    {"S2", DEMO_EXPIRE, 0, 3},
    {"S3", DEMO_RETURN, 3000, 2},
    {"S3", DEMO_EXPIRE, 0, 5},
    {"S4", DEMO_RETURN, 0, 1},
    {"S4", DEMO_EXPIRE, 0, 1},
    {"S7", DEMO_EXPIRE, 0, 1},
    {"S8", DEMO_RETURN, 0, 1},
};
static const struct lot met_lots[] = {
    {"S1", DEMO_RETURN, 8000, 12},
    {"S1", DEMO_RETURN, 6000, 2},
    {"S2", DEMO_RETURN, 8000, 5},
    {"S2", DEMO_RETURN, 6000, 1},
    {"S3", DEMO_RETURN, 8000, 9},
    {"S3", DEMO_RETURN, 6000, 2},
    {"S7", DEMO_RETURN, 8000, 4},
    {"S8", DEMO_RETURN, 8000, 2},
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Units with a case, in the order in which lots are dealt out. Neither unit
 * of the two named tasks is among them. */
static const char *const case_units[37] = {"G03", "G04", "G05", "G06", "G07",
    "G10", "G11", "G12", "G13", "G14", "G15", "G16", "G18", "G19", "G20", "G21",
    "G22", "G23", "G25", "G26", "G27", "G30", "G31", "G32", "G33", "G35", "G36",
    "G37", "G38", "M01", "M02", "M05", "Z01", "Z02", "Z03", "V01", "V08"};
static const char *const exempt_units[9] = {
    "G08", "G09", "M03", "M04", "Z04", "Z05", "V02", "V05", "J01"};

static bool
rank_based(const struct demo_case *c)
{
	return strcmp(c->situation, "S1") == 0 ||
	    strcmp(c->situation, "S2") == 0 ||
	    strcmp(c->situation, "S5") == 0 || strcmp(c->situation, "S7") == 0;
}

/* The facts that make a situation true. */
static void
give_facts(struct demo_case *c)
{
	c->effect = "full";
	c->standard = "0.5000";
	if (strcmp(c->situation, "S1") == 0) {
		c->rank = 12;
		c->last_rank = 11;
	} else if (strcmp(c->situation, "S2") == 0) {
		c->standard = "0.4000";
		c->rank = 8;
		c->last_rank = 5;
	} else if (strcmp(c->situation, "S4") == 0) {
		c->standard = "1.0000";
	} else if (strcmp(c->situation, "S5") == 0) {
		c->effect = "exempt";
		c->standard = "0.0000";
		c->rank = 11;
		c->last_rank = 13;
	} else if (strcmp(c->situation, "S6") == 0) {
		c->effect = "exempt";
		c->standard = "0.0000";
		c->cause = "higher-approval";
	} else if (strcmp(c->situation, "S7") == 0) {
		c->effect = "half";
		c->rank = 12;
		c->last_rank = 13;
	} else if (strcmp(c->situation, "S8") == 0) {
		c->effect = "half";
		c->cause = "partly-objective";
	}
}

static size_t
deal(struct demo_case *out, const struct lot *lots, size_t nlots)
{
	size_t n = 0;

	for (size_t l = 0; l < nlots; l++) {
		for (unsigned i = 0; i < lots[l].n; i++) {
			memset(&out[n], 0, sizeof(out[n]));
			out[n].situation = lots[l].situation;
			out[n].end = lots[l].end;
			out[n].rate_bp = lots[l].rate_bp;
			n++;
		}
	}
	return n;
}

/* 13 units get one unmet case, 8 an unmet and a met one, 13 two met ones, 3
 * one met one. Two cases of a unit are about two targets. */
static void
place(struct demo_case *unmet, struct demo_case *met)
{
	for (size_t i = 0; i < 21; i++)
		unmet[i].unit = demo_unit_index(case_units[i]);
	for (size_t i = 0; i < 37; i++) {
		size_t u = i < 8 ? 13 + i : i < 34 ? 21 + (i - 8) / 2 : i;

		met[i].unit = demo_unit_index(case_units[u]);
	}
}

static void
choose_targets(struct demo_case *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		c[i].target = rank_based(&c[i]) ? 1 : 2;
		for (size_t j = 0; j < i; j++)
			if (c[j].unit == c[i].unit &&
			    c[j].target == c[i].target)
				c[i].target += rank_based(&c[i]) ? 3 : 1;
	}
}

static kc_day
workday_in(int month, int first, unsigned nth)
{
	/* Working days of the three issue months, by the 2022 calendar. */
	static const uint8_t april[] = {20, 21, 22, 24, 25, 26, 27, 28, 29};
	static const uint8_t july[] = {18, 19, 20, 21, 22, 25, 26, 27, 28, 29};
	static const uint8_t october[] = {
	    24, 17, 18, 19, 20, 21, 25, 26, 27, 28};
	const uint8_t *days = month == 4 ? april : month == 7 ? july : october;
	unsigned n = month == 4 ? COUNT(april)
	    : month == 7        ? COUNT(july)
				: COUNT(october);

	return kc_day_from_civil(
	    DEMO_YEAR, month, first > 0 ? first : days[nth % n]);
}

/* 9 in April (first quarter's bulletin: ranks only), 25 in July, 24 in
 * October; feedback on 1, 8 and 15 July and on 8 and 24 October among them,
 * days on which the arithmetic of deadlines is not plain. */
static void
choose_days(struct demo_case *c, size_t n)
{
	static const int july_first[3] = {1, 8, 15};
	unsigned ranks = 0, others = 0, april = 0, july = 0, october = 0;
	unsigned special = 0; /* of the days that are not plain */

	for (size_t i = 0; i < n; i++) {
		bool rank = rank_based(&c[i]);
		bool s4 = strcmp(c[i].situation, "S4") == 0;
		int month;

		if (rank) {
			month = ranks % 4 == 0 ? 4 : ranks % 2 == 1 ? 7 : 10;
			if (ranks % 4 == 3)
				month = 10;
			if (ranks % 4 == 2)
				month = ranks % 8 == 2 && ranks < 34 ? 7 : 10;
			ranks++;
		} else if (s4) {
			month = 10;
		} else {
			month = others++ % 7 < 4 ? 7 : 10;
		}
		c[i].quarter = month == 4 ? 1 : month == 7 ? 2 : 3;
		if (month == 4)
			c[i].delivered = workday_in(4, 0, april++);
		else if (month == 7 && !rank && special < 3)
			c[i].delivered =
			    workday_in(7, july_first[special++], 0);
		else if (month == 7)
			c[i].delivered = workday_in(7, 0, july++);
		else if (!rank && !s4 && special < 4)
			c[i].delivered = workday_in(10, 8, special++);
		else
			c[i].delivered = workday_in(10, 0, october++);
	}
}

/* Six leads lose "good" (first quarter 1, second 3, third 2); the Organisation
 * Department declines four others. */
static void
choose_leads(struct demo_case *c, size_t n)
{
	static const int lose[4] = {0, 1, 3, 2};
	static const int decline[4] = {0, 1, 2, 1};
	int lost[4] = {0}, kept[4] = {0};

	for (size_t i = 0; i < n; i++) {
		int q = c[i].quarter;

		if (strcmp(c[i].situation, "S1") != 0 &&
		    strcmp(c[i].situation, "S2") != 0)
			continue;
		if (lost[q] < lose[q]) {
			c[i].lead = 1;
			lost[q]++;
		} else if (kept[q] < decline[q]) {
			c[i].lead = 2;
			kept[q]++;
		}
	}
}

static size_t
add_exemptions(struct demo_case *out)
{
	for (unsigned i = 0; i < 9; i++) {
		struct demo_case *c = &out[i];

		memset(c, 0, sizeof(*c));
		c->situation = i < 6 ? "S5" : "S6";
		c->unit = demo_unit_index(exempt_units[i]);
		c->exempt = true;
		c->target = i < 6 ? 1 : 2;
		c->quarter = i < 2 ? 1 : i < 5 || i == 6 ? 2 : 3;
		c->delivered = workday_in(c->quarter == 1 ? 4
			: c->quarter == 2                 ? 7
							  : 10,
		    0, i);
		give_facts(c);
	}
	return 9;
}

size_t
demo_plan(struct demo_case out[DEMO_CASES_MAX])
{
	size_t nunmet = deal(out, unmet_lots, COUNT(unmet_lots));
	size_t nmet = deal(out + nunmet, met_lots, COUNT(met_lots));
	size_t n = nunmet + nmet;
	bool extended = false, rejected = false, unanswered = false;

	place(out, out + nunmet);
	choose_targets(out, n);
	choose_days(out, n);
	choose_leads(out, n);
	for (size_t i = 0; i < n; i++) {
		struct demo_case *c = &out[i];

		give_facts(c);
		if (strcmp(c->situation, "S4") == 0) {
			c->unanswered = !unanswered;
			c->false_data = unanswered;
			unanswered = true;
		}
		if (c->rate_bp == 8000 && c->quarter == 2 && !extended)
			c->extended = extended = true;
		else if (c->rate_bp == 8000 && c->quarter == 2 && !rejected)
			c->rejected_once = rejected = true;
	}
	return n + add_exemptions(out + n);
}
