/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Panels: what voters of three groups think of the units of a year (R113 to
 * R117, R124 to R130). Who voted how is for the tally, auditors and the voter
 * alone; what a group thinks is for all who see a score, once the panels are
 * closed. Every door asks kc_viewer (docs/THREATS.md "Ballots").
 */
#ifndef KC_PANEL_H
#define KC_PANEL_H

#include "noun/unit/unit.h"
#include "noun/year/year.h"

struct kc_panel {
	int16_t year;
	uint8_t state; /* KC_PS_x */
	kc_day from, until;
	struct kc_events events; /* the opening and the closing alone */
};

/* --- asked by others (panel.c) --------------------------------------------
 */
/* Those of a year; NULL: they were never opened. */
struct kc_panel *kc_panel_of(const struct kc_state *st, int year);
/* Guard: the panels of the year that a field names, in a state in which the
 * kind of the entry may happen to them. */
enum kc_err kc_want_panel(const struct kc_state *st, const struct kc_at *at,
    unsigned field, const struct kc_panel **out, struct kc_refusal *why);

#endif
