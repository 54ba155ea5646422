/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Panels of 2022 for tests: voters in.1 to in.6 (panel-inner), out.1 to out.6
 * (panel-outer), gr.1 to gr.6 (panel-grass) of no unit, and tally.
 */
#ifndef KC_TEST_PANELKIT_H
#define KC_TEST_PANELKIT_H

#include "casekit.h"
#include "noun/panel/panel.h"

#define PANEL_VOTERS 6 /* of each group */

void panel_voters(struct kit *k); /* enrolled */
/* The lists of 2022 and the voters. */
void panel_people(struct kit *k);
/* The same with the panels open, on Thursday 2023-01-26. */
void panel_city(struct kit *k);
void panel_open(struct kit *k);
/* A ballot: marks "543", 0 for what is not known; the group by the voter. */
void panel_vote(
    struct kit *k, const char *voter, const char *unit, const char *marks);
/* One of each voter of a group, "in", from the first on: "555 444 333". */
void panel_votes(
    struct kit *k, const char *group, const char *unit, const char *marks);
void panel_recuse(struct kit *k, const char *voter, const char *unit);
/* On the day after the last one, or now if that is later. */
void panel_close(struct kit *k);
/* What a group thinks of a unit, once they are closed. */
const struct kc_panel_group *
panel_result(const struct kit *k, const char *unit, unsigned group);
/* The score of 2022. */
struct kc_score panel_score(const struct kit *k, const char *unit);

#endif
