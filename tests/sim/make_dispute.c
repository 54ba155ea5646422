/* SPDX-License-Identifier: Apache-2.0 */
/* Statements about disputes: the next step of one, or a new one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noun/dispute/dispute.h"
#include "sim.h"

static void
head_of(const struct sim *s, uint32_t unit, char out[64])
{
	(void)snprintf(out, 64, "%s.head", s->k.st->units.v[unit]->code);
}

/* The first unit whom it concerns, or the last one there is. */
static uint32_t
concerned(const struct kc_state *now, const struct kc_decision *d)
{
	uint32_t unit = 0;

	while (unit + 1 < now->units.n &&
	    !kc_subject_of(d->kind)->of(now, d->object, unit))
		unit++;
	return unit;
}

/* Few of these are made: the latest one that can still be disputed. */
static const struct kc_decision *
rare(const struct sim *s)
{
	const struct kc_state *now = s->k.st;

	for (uint32_t i = now->decisions.n; i-- > 0;) {
		const struct kc_decision *d = &now->decisions.v[i];
		uint32_t unit;

		if (d->kind != KC_K_good_confirm &&
		    d->kind != KC_K_bonus_refuse &&
		    d->kind != KC_K_bonus_cancel &&
		    d->kind != KC_K_bonus_grant &&
		    d->kind != KC_K_extension_refuse &&
		    d->kind != KC_K_opinion_record &&
		    d->kind != KC_K_opinion_point)
			continue;
		unit = concerned(now, d);
		if (kc_subject_of(d->kind)->stands(now, d, unit) &&
		    kc_decision_dispute(now, d, unit) == NULL)
			return d;
	}
	return NULL;
}

/* Any decision on record, mostly the latest that is not disputed yet. */
static const struct kc_decision *
any(struct sim *s)
{
	const struct kc_state *now = s->k.st;

	for (uint32_t i = now->decisions.n; i-- > 0;) {
		const struct kc_decision *d = &now->decisions.v[i];

		if (kc_subject_of(d->kind) == NULL || sim_chance(s, 20))
			continue;
		if (sim_chance(s, 10) ||
		    kc_decision_dispute(now, d, concerned(now, d)) == NULL)
			return d;
	}
	return NULL;
}

static bool
file(struct sim *s, struct statement *st, const struct kc_decision *d)
{
	const struct kc_state *now = s->k.st;
	char by[64], seq[24];

	if (d == NULL)
		return false;
	head_of(s, concerned(now, d), by);
	(void)snprintf(seq, sizeof(seq), "%u", d->seq);
	sim_begin(st, KC_K_dispute_file, by);
	sim_add(st, "decision", seq);
	sim_add(st, "matter", kc_decision_matter(now, d));
	sim_add(st, "claim", "x");
	return true;
}

/* Half of it, or all; now and then more than there is. */
static void
ruling(struct sim *s, struct statement *st, const struct kc_dispute *d)
{
	static const char *const words[] = {"upheld", "reduced", "overturned"};
	static const char *const points[] = {
	    "0.0500", "0.1000", "0.1667", "0.2500", "0.4000", "0.9000"};
	const struct kc_decision *about = kc_dispute_decision(s->k.st, d);
	bool between = kc_subject_of(about->kind)->reduced != KC_MEASURE_NOT;
	const char *word = words[sim_random(s, 3)];
	char rate[24];

	/* Where nothing stands between, mostly no ruling that does. */
	if (!between && sim_chance(s, 90))
		word = words[sim_chance(s, 20) ? 0 : 2];
	sim_begin(st, KC_K_dispute_decide,
	    d->state == KC_DS_APPEALED || sim_chance(s, 20) ? "office"
		: sim_chance(s, 50)                         ? "P09.a"
							    : "P09.b");
	sim_add(st, "ruling", word);
	sim_add(st, "finding", "x");
	if (word[0] != 'r')
		return;
	(void)snprintf(rate, sizeof(rate), "%llu",
	    (unsigned long long)sim_random(s, 10001));
	switch (kc_subject_of(about->kind)->reduced) {
	case KC_MEASURE_POINTS:
		sim_add(st, "points", points[sim_random(s, 6)]);
		break;
	case KC_MEASURE_RATE:
		sim_add(st, "rate", rate);
		break;
	case KC_MEASURE_LEVEL:
		sim_add(st, "level", sim_chance(s, 50) ? "blue" : "yellow");
		break;
	case KC_MEASURE_GRADE:
		sim_add(st, "grade",
		    sim_chance(s, 70) ? "provincial" : "vice-leader");
		break;
	case KC_MEASURE_NOT:
		break;
	}
}

static void
step(struct sim *s, struct statement *st, const struct kc_dispute *d)
{
	char head[64];

	head_of(s, d->unit, head);
	switch ((enum kc_dispute_state)d->state) {
	case KC_DS_FILED:
		if (sim_chance(s, 70)) {
			sim_begin(st, KC_K_dispute_accept, "P09.a");
		} else {
			sim_begin(st, KC_K_dispute_inadmissible,
			    sim_chance(s, 50) ? "P09.a" : "P09.b");
			sim_add(st, "reason", "x");
		}
		break;
	case KC_DS_REVIEW:
	case KC_DS_APPEALED:
		ruling(s, st, d);
		break;
	case KC_DS_DECIDED:
	case KC_DS_INADMISSIBLE:
		sim_begin(st, KC_K_dispute_appeal, head);
		sim_add(st, "reason", "x");
		break;
	case KC_DS_FINAL:
	case KC_DS_APPLYING:
	case KC_DS_APPLIED:
	case KC_DS_STANDS:
	case KC_DS_WITHDRAWN:
		sim_begin(st, KC_K_dispute_apply,
		    sim_chance(s, 80) ? "P09.b" : "office");
		break;
	}
	if (sim_chance(s, 6)) {
		sim_begin(st, KC_K_dispute_withdraw, head);
	} else if (sim_chance(s, 10)) {
		sim_begin(st, KC_K_dispute_present, head);
		sim_add(st, "evidence", &EVIDENCE[9]);
	}
	sim_add(st, "dispute", d->handle);
}

/* One that is not over. */
static const struct kc_dispute *
some_dispute(struct sim *s)
{
	const struct kc_state *now = s->k.st;
	const struct kc_machine *m = kc_machine_get(KC_M_dispute);
	uint32_t n = now->disputes.n;
	uint32_t first = n == 0 ? 0 : (uint32_t)sim_random(s, n);

	for (uint32_t i = 0; i < n; i++) {
		const struct kc_dispute *d = now->disputes.v[(first + i) % n];

		if (!m->states[d->state].last)
			return d;
	}
	return NULL;
}

bool
sim_dispute(struct sim *s, struct statement *st)
{
	const struct kc_dispute *d = some_dispute(s);
	const struct kc_decision *first = rare(s);

	if (first != NULL && sim_chance(s, 60))
		return file(s, st, first);
	if (d == NULL || sim_chance(s, 20))
		return file(s, st, any(s));
	step(s, st, d);
	return true;
}

void
sim_hear(struct sim *s, struct statement *st, const char *handle)
{
	step(s, st,
	    s->k.st->disputes
		.v[kc_find(s->k.st, KC_NS_DISPUTE, kc_slice_str(handle))]);
}

bool
sim_dispute_result(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;

	for (uint32_t i = now->decisions.n; i-- > 0;) {
		const struct kc_decision *d = &now->decisions.v[i];
		uint32_t unit;

		if (d->kind != KC_K_result_feed_back)
			continue;
		unit = concerned(now, d);
		if (kc_subject_of(d->kind)->stands(now, d, unit) &&
		    kc_decision_dispute(now, d, unit) == NULL)
			return file(s, st, d);
	}
	return false;
}
