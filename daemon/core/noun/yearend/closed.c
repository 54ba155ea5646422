/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a closed year takes: nothing of it, by whatever field an entry names it;
 * but disputes, which the law of the year gives, what the clerk writes, cadres
 * (a person's matter, of the organisation department), what is drawn from the
 * results, and the pre-deductions that were open when it was settled.
 */
#include "yearend.h"

#include <string.h>

#include "engine/noun.h"
#include "noun/dispute/dispute.h"
#include "noun/prededuct/prededuct.h"
#include "noun/task/task.h"

static bool
is_let_through(const struct kc_state *st, const struct kc_kind *kind)
{
	static const enum kc_noun_id nouns[] = {KC_N_yearend, KC_N_year,
	    KC_N_dispute, KC_N_cadre, KC_N_reminder, KC_N_use};

	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++)
		if (kc_noun_of(kind->id) == kc_nouns[nouns[i]])
			return true;
	return st->timed[kind->id] != NULL;
}

/* Of a year that was settled; many a year has not begun to end. */
static bool
goes_on(const struct kc_state *st, const struct kc_case *c)
{
	const struct kc_yearend *y = kc_yearend_of(st, c->year);

	return kc_case_open(c) && y != NULL && y->settled;
}

/* A dispute is of none here. */
static int
year_of_handle(const struct kc_state *st, struct kc_slice s)
{
	uint32_t at = kc_find(st, KC_NS_CASE, s);

	if (kc_find(st, KC_NS_DISPUTE, s) != KC_NONE)
		return 0;
	if (at != KC_NONE && goes_on(st, st->cases.v[at]))
		return 0;
	return kc_handle_year(s);
}

/* A target, a task or a node, by the fields that name one; 0: of no year. */
static int
year_of_code(const struct kc_state *st, const char *field, struct kc_slice code)
{
	static const struct {
		const char *field;
		unsigned ns;
	} fields[] = {{"target", KC_NS_TARGET}, {"into", KC_NS_TARGET},
	    {"other", KC_NS_TARGET}, {"task", KC_NS_TASK},
	    {"node", KC_NS_NODE}};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		uint32_t at = strcmp(field, fields[i].field) == 0
		    ? kc_find(st, fields[i].ns, code)
		    : KC_NONE;

		if (at == KC_NONE)
			continue;
		if (fields[i].ns == KC_NS_TARGET)
			return st->targets.v[at]->year;
		return fields[i].ns == KC_NS_TASK
		    ? kc_task_target(st, at)->year
		    : kc_node_target(st, at)->year;
	}
	return 0;
}

static const struct kc_field *
negative_on(void)
{
	return &kc_kind_get(KC_K_negative_propose)
		    ->fields[KC_F_negative_propose_on];
}

static int
year_of(const struct kc_state *st, const struct kc_field *f,
    const struct kc_value *v)
{
	switch (f->type) {
	case KC_T_HANDLE:
		return year_of_handle(st, v->raw);
	case KC_T_CODE:
		return year_of_code(st, f->name, v->raw);
	case KC_T_QUARTER:
		return (int)(v->num / 4);
	case KC_T_INT:
		return strcmp(f->name, "year") == 0 ? (int)v->num : 0;
	case KC_T_DATE:
		/* An event of the negative list is of the year of its day. */
		return f == negative_on() ? kc_day_year((kc_day)v->num) : 0;
	case KC_T_ACTOR:
	case KC_T_WORD:
	case KC_T_POINTS:
	case KC_T_BP:
	case KC_T_DECIMAL:
	case KC_T_TEXT:
	case KC_T_VKEY:
	case KC_T_SIG:
	case KC_T_HASH:
	case KC_T_EVIDENCE:
	case KC_T_YESNO:
	case KC_T_KINDNAME:
		break;
	}
	return 0;
}

int
kc_entry_year(const struct kc_state *st, const struct kc_entry *e)
{
	int latest = 0;

	for (unsigned f = 0; f < e->kind->nfields; f++)
		for (unsigned i = 0; i < kc_entry_count(e, f); i++) {
			int year = year_of(
			    st, &e->kind->fields[f], kc_entry_item(e, f, i));

			latest = year > latest ? year : latest;
		}
	return latest;
}

static enum kc_err
refuse_closed(const struct kc_state *st, int year, struct kc_refusal *why)
{
	const struct kc_yearend *y = kc_yearend_of(st, year);
	const struct kc_event *e = &y->events.v[y->events.n - 1];

	while (e->kind != KC_K_year_close) /* rulings may come after it */
		e--;
	(void)kc_refuse(why, KC_R_YEAR_CLOSED, "", "", y->handle, NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)year);
	kc_arg_day(
	    why, 1, kc_day_of_instant(e->received_ms, KC_LOCAL_OFFSET_S));
	kc_refusal_set_state(why,
	    kc_state_name(KC_M_yearend, y->state, KC_LANG_EN),
	    kc_state_name(KC_M_yearend, y->state, KC_LANG_ZH));
	return KC_EREFUSED;
}

enum kc_err
kc_yearend_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;

	if (st->yearends.n == 0 || is_let_through(st, e->kind))
		return KC_OK;
	for (unsigned f = 0; f < e->kind->nfields; f++)
		for (unsigned i = 0; i < kc_entry_count(e, f); i++) {
			int year = year_of(
			    st, &e->kind->fields[f], kc_entry_item(e, f, i));

			if (year != 0 && kc_year_closed(st, year))
				return refuse_closed(st, year, why);
		}
	return KC_OK;
}
