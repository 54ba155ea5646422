/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two files of the model: people, and what they do. */
#ifndef KC_TEST_SIM_MODEL_INT_H
#define KC_TEST_SIM_MODEL_INT_H

#include "sim.h"

void m_copy(char out[KC_CODE_MAX + 1], struct kc_slice v);
void m_check_signers(struct sim *s, const struct kc_entry *e, kc_day day);
/* Some signer may act for the unit. */
void m_check_of_unit(
    struct sim *s, const struct kc_entry *e, const char *unit, kc_day day);
void m_check_grant(
    struct sim *s, const char *assessor, const struct m_target *t, kc_day day);
bool m_holds_grant(const struct sim *s, const char *assessor,
    const struct m_target *t, kc_day day);
/* The judge of a case: its assessor with a grant; or the Establishment Office
 * if there is none or the assessor is late, and then not by who took part. */
void m_check_judge(struct sim *s, const struct kc_entry *e,
    const struct m_case *c, const struct m_target *t, bool late, kc_day day);
/* Reports and letters; what a decision may rest on (model_ground.c). */
void m_read_facts(struct sim *s, const struct kc_entry *e, kc_day day);
/* Of a letter, by its handle; NULL. */
struct m_letter *m_letter_of(struct sim *s, struct kc_slice handle);
/* The highest that the first n decisions on its level give. */
int64_t m_letter_level(const struct m_letter *w, unsigned n);
void m_check_ground(
    struct sim *s, const struct m_case *c, struct kc_slice indicator);
/* Disputes, and what they correct (model_dispute.c). */
void m_read_disputes(struct sim *s, const struct kc_entry *e, kc_day day);
void m_read_people(struct sim *s, const struct kc_entry *e);
void m_read_loans(struct sim *s, const struct kc_entry *e);
void m_read_grants(struct sim *s, const struct kc_entry *e);
/* The negative list: what a unit loses by it, and whether a case yields to an
 * event on the same fact. After the twin has taken the entry. */
void m_read_negatives(struct sim *s, const struct kc_entry *e);
int64_t m_negative_of(const struct sim *s, const char *unit);
bool m_case_yields(const struct sim *s, const struct m_case *c);
/* Bonuses, and what a unit gains by them; after the twin, likewise. */
void m_read_bonuses(struct sim *s, const struct kc_entry *e);
int64_t m_bonus_of(const struct sim *s, const char *unit);
/* Panels (model_panel.c); likewise. */
void m_read_panels(struct sim *s, const struct kc_entry *e);
int64_t m_with_panels(const struct sim *s, const char *unit, int64_t objective);
/* The end of the year (model_yearend.c); and the score of a unit. */
void m_read_yearend(struct sim *s, const struct kc_entry *e);
bool m_year_closed(const struct sim *s);
/* What is drawn from it (model_use.c), and who is of the third grade, from
 * when the list is published on. */
void m_read_use(struct sim *s, const struct kc_entry *e);
void m_publish_thirds(struct sim *s);
/* What a ruling on a decision gives a unit; and the best that rulings gave. */
void m_regraded(struct sim *s, const struct kc_entry *e, int64_t decision);
int m_least_of(const struct sim *s, const char *unit);
int64_t m_total_of(const struct sim *s, const char *unit);
/* Monitoring rounds and opinions (model_round.c); after the twin, likewise. */
void m_read_rounds(struct sim *s, const struct kc_entry *e, kc_day day);
/* Adjustments and withdrawals of targets (model_adjust.c); likewise. */
void m_read_adjusts(struct sim *s, const struct kc_entry *e);
/* Units that end, or part (model_reform.c); likewise. */
void m_read_reforms(struct sim *s, const struct kc_entry *e);
/* Is the unit the target's? */
bool m_is_of(const struct sim *s, const char *target, const char *unit);
/* What the tables of moves say of what was accepted (make_move.c). */
void m_read_moves(struct sim *s, const struct kc_entry *e);
/* By which something is judged: that of its year, before epoch 3 the one in
 * force. */
const struct m_rules *m_rules(const struct sim *s);
/* Last days (model_due.c): what changes them, and whether they are those of
 * the ledger. */
void m_read_notice(struct sim *s, struct kc_slice text);
/* The year goes by the days of the week. */
void m_no_notice(struct sim *s, int year);
void m_due_decided(struct sim *s, struct m_case *c);
void m_due_delivered(struct sim *s, struct m_case *c, kc_day day);
void m_due_extended(struct sim *s, struct m_case *c);
/* By a dispute; a period that ended runs again. */
void m_due_allowed(struct sim *s, struct m_case *c, kc_day day);
/* A period to reply begins anew. */
void m_due_excused(
    struct sim *s, struct kc_slice handle, struct kc_slice unit, kc_day day);
void m_due_submitted(struct sim *s, struct m_case *c, kc_day day);
void m_due_rejected(struct sim *s, struct m_case *c, kc_day day);
void m_due_letter(struct sim *s, const struct kc_entry *e, kc_day day);
void m_due_recount(struct sim *s);
/* The n-th working day after a day; *unsure if a notice may say otherwise. */
kc_day m_workdays_later(const struct sim *s, kc_day d, int64_t n, bool *unsure);
/* Outages (model_move.c): what one does, and the day that a last day is. */
void m_read_outage(struct sim *s, const struct kc_entry *e, kc_day day);
kc_day m_moved(const struct sim *s, const char *handle, const char *limit,
    const char *unit, kc_day day);
/* Do two cases of a target rest on one fact? */
bool m_same_ground(const struct m_case *a, const struct m_case *b);
bool m_due_has_passed(const struct m_last *l, int64_t received_ms);
void m_due_check(struct sim *s);

#endif
