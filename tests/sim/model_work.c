/* SPDX-License-Identifier: Apache-2.0 */
/* The model's targets, cases and deadlines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model_int.h"
#include "view/view_int.h"

/* --- targets --- */
static struct m_target *
target_of(struct sim *s, struct kc_slice code)
{
	for (unsigned i = 0; i < s->m.ntargets; i++)
		if (kc_slice_is(code, s->m.targets[i].code))
			return &s->m.targets[i];
	return NULL;
}

static struct m_target *
add_target(struct sim *s, struct kc_slice code, struct kc_slice unit)
{
	struct m_target *t = &s->m.targets[s->m.ntargets++];

	assert_true(s->m.ntargets <= SIM_MAX);
	m_copy(t->code, code);
	m_copy(t->unit, unit);
	t->completion = -1;
	return t;
}

static void
issue(struct sim *s, struct kc_slice unit)
{
	int64_t sums[KC_TARGET_CLASS_COUNT] = {0};

	for (unsigned i = 0; i < s->m.ntargets; i++) {
		struct m_target *t = &s->m.targets[i];

		if (!kc_slice_is(unit, t->unit) || t->withdrawn)
			continue;
		sim_require(s, !t->active, "a list issued twice");
		sim_require(s, t->weight > 0, "a target of no weight");
		t->active = true;
		sums[t->class] += t->weight;
	}
	sim_require(s,
	    sums[KC_TARGET_CLASS_KEY] == 700000 &&
		sums[KC_TARGET_CLASS_ROUTINE] == 200000,
	    "a list that does not add up");
}

static void
read_targets(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_target *t;
	bool find = e->kind->id == KC_K_completion_find;

	if (e->kind->id == KC_K_target_draft) {
		t = add_target(s, kc_entry_str(e, KC_F_target_draft_target),
		    kc_entry_str(e, KC_F_target_draft_unit));
		t->class = kc_entry_num(e, KC_F_target_draft_class, 0);
		t->weight = kc_entry_num(e, KC_F_target_draft_weight, 0);
		m_copy(
		    t->indicator, kc_entry_str(e, KC_F_target_draft_indicator));
		if (t->class == KC_TARGET_CLASS_ROUTINE)
			m_check_of_unit(s, e, t->unit, day);
	} else if (e->kind->id == KC_K_target_add) {
		t = add_target(s, kc_entry_str(e, KC_F_target_add_target),
		    kc_entry_str(e, KC_F_target_add_unit));
		t->class = KC_TARGET_CLASS_DYNAMIC;
		t->weight = kc_entry_num(e, KC_F_target_add_weight, 0);
		t->active = true;
	} else if (e->kind->id == KC_K_target_revise) {
		t = target_of(s, kc_entry_str(e, KC_F_target_revise_target));
		sim_require(s, !t->active, "an issued target was revised");
		t->weight = kc_entry_num(e, KC_F_target_revise_weight, 0);
	} else if (e->kind->id == KC_K_target_withdraw) {
		t = target_of(s, kc_entry_str(e, 0));
		sim_require(s, !t->active, "an issued target was withdrawn");
		t->withdrawn = true;
	} else if (e->kind->id == KC_K_list_issue) {
		issue(s, kc_entry_str(e, KC_F_list_issue_unit));
	} else if (find || e->kind->id == KC_K_completion_correct) {
		t = target_of(s, kc_entry_str(e, 0));
		sim_require(s, t->active && find == (t->completion < 0),
		    "completion found twice, or corrected before");
		t->completion = kc_entry_num(e, KC_F_completion_find_rate, 0);
	}
}

/* --- cases --- */
static struct m_case *
case_of(struct sim *s, const struct kc_entry *e)
{
	for (unsigned i = 0; i < s->m.ncases; i++)
		if (kc_slice_is(kc_entry_str(e, 0), s->m.cases[i].handle))
			return &s->m.cases[i];
	sim_fail(s, "a case that nobody decided", __FILE__, __LINE__);
	return NULL;
}

static void
read_decision(struct sim *s, const struct kc_entry *e, kc_day day)
{
	struct m_target *t =
	    target_of(s, kc_entry_str(e, KC_F_prededuct_decide_target));
	struct m_case *c = &s->m.cases[s->m.ncases++];

	assert_true(s->m.ncases <= SIM_MAX);
	sim_require(s, t != NULL && t->active, "decided on no target");
	for (unsigned i = 0; i + 1 < s->m.ncases; i++)
		sim_require(s,
		    s->m.cases[i].stage == M_ENDED ||
			strcmp(s->m.cases[i].target, t->code) != 0,
		    "two open cases on a target");
	(void)snprintf(
	    c->handle, sizeof(c->handle), "PD-2022-%04u", s->m.ncases);
	m_copy(c->unit, kc_slice_str(t->unit));
	m_copy(c->target, kc_slice_str(t->code));
	m_copy(c->decider, e->by[0]);
	/* All assessors of the year are of G02 or G12. */
	for (unsigned i = 0; i < s->m.nactors; i++)
		if (kc_slice_is(e->by[0], s->m.actors[i].id))
			m_copy(c->assessor, kc_slice_str(s->m.actors[i].unit));
	m_check_grant(s, c->assessor, t, day);
	c->standard = kc_entry_num(e, KC_F_prededuct_decide_standard, 0);
	c->effect = kc_entry_num(e, KC_F_prededuct_decide_effect, 0);
	c->situation = kc_entry_str(e, KC_F_prededuct_decide_situation).p[1];
	c->quarter = kc_entry_num(
	    e, KC_F_prededuct_decide_quarter, kc_quarter_of_day(day));
	c->planned = kc_entry_num(e, KC_F_prededuct_decide_planned, -1);
	c->actual = kc_entry_num(e, KC_F_prededuct_decide_actual, -1);
	c->cause = kc_entry_num(e, KC_F_prededuct_decide_cause, -1);
	assert_true(kc_slice_copy(c->letter, sizeof(c->letter),
	    kc_entry_str(e, KC_F_prededuct_decide_warning)));
	c->day = day;
	m_check_ground(s, c, kc_slice_str(t->indicator));
	c->half = m_rules(s)->half;
	c->refund_max = m_rules(s)->refund_max;
	m_due_decided(s, c);
}

static void
confirm(struct sim *s, struct m_case *c, const struct kc_entry *e, kc_day day)
{
	int64_t bp = c->effect == KC_PD_EFFECT_FULL ? 10000
	    : c->effect == KC_PD_EFFECT_HALF        ? c->half
						    : 0;

	sim_require(s, c->stage == M_DECIDED, "confirmed twice");
	sim_require(s, !kc_slice_is(e->by[0], c->decider),
	    "one person decided and confirmed");
	/* An outage before it may move the last day beyond it. */
	sim_require(s,
	    day <= m_moved(s, c->handle, "confirm", "",
		       kc_day_from_civil(2022, 10, 31)) ||
		day <= c->to_confirm.day,
	    "confirmed after the cut-off");
	/* Half away from zero. */
	c->deducted = (c->standard * bp * 2 + 10000) / 20000;
	c->counts = c->effect != KC_PD_EFFECT_EXEMPT;
	c->stage = c->counts ? M_OPEN : M_ENDED;
	c->confirmed = day;
	c->confirmed_seq = s->m.seen;
	m_copy(c->confirmer, e->by[0]);
}

/* Back to rectify, unless the last day has passed meanwhile. */
static void
reject(struct sim *s, struct m_case *c, kc_day day, int64_t received_ms)
{
	m_due_rejected(s, c, day);
	if (m_due_has_passed(&c->to_rectify, received_ms))
		c->stage = M_ENDED;
}

static void
read_review(struct sim *s, struct m_case *c, const struct kc_entry *e,
    kc_day day, int64_t received_ms)
{
	int64_t rate = kc_entry_num(e, KC_F_refund_grant_rate, 0);

	sim_require(s, c->stage == M_OPEN && c->submitted, "nothing to review");
	c->submitted = false;
	if (e->kind->id == KC_K_rectify_reject) {
		reject(s, c, day, received_ms);
		return;
	}
	sim_require(s, rate <= c->refund_max, "returned more than the cap");
	c->returned = c->deducted * rate / 10000;
	c->stage = M_ENDED;
}

/* After midnight of the last day that the entry names, and once. */
static void
read_clerk(struct sim *s, const struct kc_entry *e, unsigned due_field,
    const struct m_last *last, int64_t received_ms)
{
	sim_require(s, kc_entry_num(e, due_field, 0) == last->day,
	    "a deadline fired for another day than the model's");
	sim_require(
	    s, m_due_has_passed(last, received_ms), "a deadline fired early");
}

static void
read_lapse(struct sim *s, const struct kc_entry *e, int64_t received_ms)
{
	struct m_case *c = case_of(s, e);

	read_clerk(s, e, KC_F_prededuct_lapse_due, &c->to_confirm, received_ms);
	sim_require(s, c->stage == M_DECIDED, "lapsed after it was confirmed");
	c->stage = M_ENDED;
	c->nothing = c->lapsed = true;
}

static void
read_silence(struct sim *s, const struct kc_entry *e, int64_t received_ms)
{
	struct m_silence *x = &s->m.silences[s->m.nsilences++];
	const struct m_reply *r = NULL;

	assert_true(s->m.nsilences <= SIM_MAX);
	assert_true(kc_slice_copy(x->handle, sizeof(x->handle),
	    kc_entry_str(e, KC_F_warning_overdue_warning)));
	m_copy(x->unit, kc_entry_str(e, KC_F_warning_overdue_unit));
	for (unsigned i = 0; i < s->m.nreplies; i++)
		if (strcmp(s->m.replies[i].handle, x->handle) == 0 &&
		    strcmp(s->m.replies[i].unit, x->unit) == 0)
			r = &s->m.replies[i];
	sim_require(s, r != NULL, "silence about a letter not handed over");
	read_clerk(s, e, KC_F_warning_overdue_due, &r->by, received_ms);
	for (unsigned i = 0; i + 1 < s->m.nsilences; i++)
		sim_require(s,
		    strcmp(s->m.silences[i].handle, x->handle) != 0 ||
			strcmp(s->m.silences[i].unit, x->unit) != 0,
		    "one silence twice");
}

static void
read_time(struct sim *s, const struct kc_entry *e, int64_t received_ms)
{
	struct m_case *c;

	if (e->kind->id == KC_K_prededuct_expire) {
		c = case_of(s, e);
		read_clerk(s, e, KC_F_prededuct_expire_due, &c->to_rectify,
		    received_ms);
		sim_require(s,
		    c->stage == M_OPEN && !c->submitted && !c->expired,
		    "expired twice, or under review");
		c->expired = true;
		c->stage = M_ENDED;
	} else if (e->kind->id == KC_K_review_overdue) {
		c = case_of(s, e);
		read_clerk(
		    s, e, KC_F_review_overdue_due, &c->to_review, received_ms);
		sim_require(s, c->submitted && !c->overdue,
		    "a review overdue twice, or not at all");
		c->overdue = true;
	} else if (e->kind->id == KC_K_prededuct_lapse) {
		read_lapse(s, e, received_ms);
	} else if (e->kind->id == KC_K_warning_overdue) {
		read_silence(s, e, received_ms);
	}
}

/* All that was taken comes back, and the case is as if it had not been. */
static void
withdraw(struct sim *s, struct m_case *c, const struct kc_entry *e, kc_day day)
{
	sim_require(s, c->stage != M_ENDED, "withdrawn after its end");
	m_check_judge(
	    s, e, c, target_of(s, kc_slice_str(c->target)), false, day);
	c->deducted = 0;
	c->counts = false;
	c->nothing = true;
	c->stage = M_ENDED;
}

/* Once, and late feedback too: the right to rectify is the unit's. */
static void
feed_back(struct sim *s, struct m_case *c, const struct kc_entry *e, kc_day day)
{
	bool unsure = false;
	kc_day last = m_moved(s, c->handle, "feedback", c->assessor,
	    m_workdays_later(s, c->confirmed, 5, &unsure));
	bool late = !unsure && day > last;

	sim_require(s, c->stage == M_OPEN && !c->fed, "fed back twice");
	m_check_judge(
	    s, e, c, target_of(s, kc_slice_str(c->target)), late, day);
	c->fed = true;
	c->fed_late = late;
	m_due_delivered(s, c, day);
}

/* The twin has just taken the feedback; the ledger may be further on, and an
 * outage may have moved the day meanwhile. */
static void
check_lateness(struct sim *s, const struct kc_entry *e)
{
	for (unsigned i = 0; i < s->m.ncases; i++)
		if (e->kind->id == KC_K_feedback_deliver &&
		    kc_slice_is(kc_entry_str(e, KC_F_feedback_deliver_case_),
			s->m.cases[i].handle))
			sim_require(s,
			    s->m.twin->cases.v[i]->feedback_late ==
				s->m.cases[i].fed_late,
			    "lateness on record");
}

static void
read_cases(
    struct sim *s, const struct kc_entry *e, kc_day day, int64_t received_ms)
{
	struct m_case *c;

	if (e->kind->id == KC_K_prededuct_decide) {
		read_decision(s, e, day);
	} else if (e->kind->id == KC_K_prededuct_confirm) {
		confirm(s, case_of(s, e), e, day);
	} else if (e->kind->id == KC_K_prededuct_decline) {
		c = case_of(s, e);
		c->stage = M_ENDED;
		c->nothing = true;
	} else if (e->kind->id == KC_K_prededuct_withdraw) {
		withdraw(s, case_of(s, e), e, day);
	} else if (e->kind->id == KC_K_feedback_deliver) {
		feed_back(s, case_of(s, e), e, day);
	} else if (e->kind->id == KC_K_rectify_submit) {
		c = case_of(s, e);
		m_check_of_unit(s, e, c->unit, day);
		sim_require(s, c->stage == M_OPEN && !c->submitted,
		    "submitted twice or after the end");
		c->submitted = true;
		c->overdue = false;
		m_due_submitted(s, c, day);
	} else if (e->kind->id == KC_K_extension_grant) {
		m_due_extended(s, case_of(s, e));
	} else if (e->kind->id == KC_K_refund_grant ||
	    e->kind->id == KC_K_rectify_reject) {
		c = case_of(s, e);
		m_check_judge(s, e, c, target_of(s, kc_slice_str(c->target)),
		    c->overdue, day);
		read_review(s, c, e, day, received_ms);
	}
}

/* --- rules --- */
static int64_t
number_after(struct kc_slice text, const char *key)
{
	char *copy = kc_alloc(text.n + 1), *at;
	int64_t v = 0;

	assert_non_null(copy);
	memcpy(copy, text.p, text.n);
	at = strstr(copy, key);
	assert_non_null(at);
	for (at += strlen(key); *at >= '0' && *at <= '9'; at++)
		v = v * 10 + (*at - '0');
	kc_free(copy);
	return v;
}

/* All cases and letters are of 2022, the one year that is opened. */
const struct m_rules *
m_rules(const struct sim *s)
{
	return kc_state_epoch(s->m.twin) < 3 ? &s->m.now : &s->m.opened;
}

static void
read_rules(struct sim *s, const struct kc_entry *e)
{
	struct kc_slice text;

	if (e->kind->id == KC_K_calendar_adopt) {
		m_read_notice(s, kc_entry_str(e, KC_F_calendar_adopt_text));
		m_due_recount(s);
	}
	if (e->kind->id == KC_K_calendar_fallback) {
		m_no_notice(
		    s, (int)kc_entry_num(e, KC_F_calendar_fallback_year, 0));
		m_due_recount(s);
	}
	/* Another year may be opened by chance. */
	if (e->kind->id == KC_K_cycle_open &&
	    kc_entry_num(e, KC_F_cycle_open_year, 0) == M_FIRST_YEAR)
		s->m.opened = s->m.now;
	if (e->kind->id != KC_K_policy_adopt)
		return;
	text = kc_entry_str(e, KC_F_policy_adopt_text);
	s->m.now.half = 100 * number_after(text, "half: { value: \"");
	s->m.now.refund_max =
	    100 * number_after(text, "refund_max: { value: \"");
	s->m.now.terms = (struct m_terms){
	    .confirm = number_after(text, "confirm_wd: { value: "),
	    .months = number_after(text, "period_months: { value: "),
	    .more = number_after(text, "extension_months: { value: "),
	    .review = number_after(text, "review_wd: { value: "),
	    .reply = number_after(text, "reply_wd: { value: ")};
}

/* Nobody is told twice, nor told and given up. */
static void
read_told(struct sim *s, const struct kc_entry *e)
{
	char *id = s->m.told[s->m.ntold];

	if (e->kind->id != KC_K_reminder_sent &&
	    e->kind->id != KC_K_reminder_failed)
		return;
	assert_true(kc_slice_copy(id, sizeof(s->m.told[0]),
	    kc_entry_str(e, KC_F_reminder_sent_message)));
	for (unsigned i = 0; i < s->m.ntold; i++)
		sim_require(s, strcmp(s->m.told[i], id) != 0,
		    "a message with two outcomes");
	s->m.ntold++;
}

/* What is due stands before anything else: asked of the twin, which has not
 * seen the entry yet. A clerk whose key is lost is the one way around. */
static void
check_first(struct sim *s, const struct kc_entry *e, int64_t received_ms)
{
	bool clerk = e->kind->signers.roles[0] == 1u << KC_ROLE_CLERK;
	struct kc_due due;

	if (clerk || e->kind->id == KC_K_key_revoke ||
	    e->kind->id == KC_K_actor_enrol || !kc_state_due(s->m.twin, &due))
		return;
	sim_require(
	    s, due.due_ms > received_ms, "something due was passed over");
}

void
model_read(struct sim *s)
{
	static struct kc_entry e;
	struct kc_refusal why = {0};

	for (; s->m.seen < s->k.nnotes; s->m.seen++) {
		const struct kit_note *n = &s->k.notes[s->m.seen];
		struct kc_slice note = {s->k.log.p + n->off, n->n};
		kc_day day =
		    kc_day_of_instant(n->received_ms, KC_LOCAL_OFFSET_S);
		struct kc_stamp at = {s->m.seen, n->received_ms};

		assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
		s->of_kind[e.kind->id][0]++;
		check_first(s, &e, n->received_ms);
		m_check_signers(s, &e, day);
		m_read_people(s, &e);
		if (s->m.seen > 0)
			m_read_loans(s, &e);
		m_read_grants(s, &e);
		m_read_facts(s, &e, day);
		if (e.kind->id == KC_K_deadline_move)
			m_read_outage(s, &e, day);
		read_targets(s, &e, day);
		read_cases(s, &e, day, n->received_ms);
		read_time(s, &e, n->received_ms);
		m_read_disputes(s, &e, day);
		read_told(s, &e);
		read_rules(s, &e);
		sim_require(s, kc_state_apply(s->m.twin, &e, at, &why) == KC_OK,
		    "the twin refuses what was accepted");
		check_lateness(s, &e);
		m_read_moves(s, &e);
		m_read_negatives(s, &e);
		m_read_bonuses(s, &e);
		m_read_panels(s, &e);
		m_read_rounds(s, &e, day);
		m_read_adjusts(s, &e);
		m_read_reforms(s, &e);
		m_read_yearend(s, &e);
		m_read_use(s, &e);
	}
}
