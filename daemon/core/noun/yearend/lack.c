/* SPDX-License-Identifier: Apache-2.0 */
/* What a year still lacks on its way, and what is open of it. */
#include "yearend.h"

#include "engine/noun.h"
#include "noun/indicator/indicator.h"
#include "noun/panel/panel.h"

static void
lack(struct kc_lacks *l, const char *first)
{
	if (l->n++ == 0)
		l->first = first;
}

/* --- self-checks, completions, reports --------------------------------------
 */
bool
kc_selfcheck_filed(const struct kc_state *st, const struct kc_target *t)
{
	return kc_find(st, KC_NS_SELFCHECK, kc_slice_str(t->code)) != KC_NONE;
}

unsigned
kc_selfcheck_state(const struct kc_state *st, const struct kc_target *t)
{
	return kc_selfcheck_filed(st, t) ? KC_SC_FILED : KC_SC_WANTED;
}

/* Something that each target of the year that counts has to have. */
struct needed {
	bool (*lacks)(const struct kc_state *st, const struct kc_target *t);
	const char *zh, *en;
	enum kc_kind_id kind;
};

static void
count_unit(const struct kc_state *st, int year, uint32_t unit,
    const struct needed *needed, struct kc_lacks *l)
{
	struct kc_u32s list = kc_list_targets(st, unit, year);

	for (uint32_t j = 0; j < list.n; j++) {
		const struct kc_target *t = st->targets.v[list.v[j]];

		if (kc_target_counts(t) && needed->lacks(st, t))
			lack(l,
			    needed->kind == KC_K_indicator_report
				? st->indicators.v[t->indicator]->code
				: t->code);
	}
}

/* Of a unit whose list is issued, or of all of them (KC_NONE). */
static struct kc_lacks
count(const struct kc_state *st, int year, uint32_t unit,
    const struct needed *needed)
{
	const struct kc_cycle *c = kc_cycle_of(st, year);
	struct kc_lacks l = {.what_zh = needed->zh,
	    .what_en = needed->en,
	    .kind = (int)needed->kind};

	if (unit != KC_NONE)
		count_unit(st, year, unit, needed, &l);
	for (uint32_t i = 0; unit == KC_NONE && c != NULL && i < c->lists.n;
	     i++)
		count_unit(st, year, c->lists.v[i], needed, &l);
	return l;
}

static bool
unchecked(const struct kc_state *st, const struct kc_target *t)
{
	return !kc_selfcheck_filed(st, t);
}

static bool
incomplete(const struct kc_state *st, const struct kc_target *t)
{
	(void)st;
	return t->completion_bp < 0;
}

static bool
unreported(const struct kc_state *st, const struct kc_target *t)
{
	return t->indicator != KC_NONE &&
	    kc_report_of(st->indicators.v[t->indicator], t->year * 4 + 3) ==
	    NULL;
}

struct kc_lacks
kc_lacks_selfchecks(const struct kc_state *st, int year, uint32_t unit)
{
	static const struct needed checks = {
	    unchecked, "年终自查", "self-checks", KC_K_selfcheck_file};

	return count(st, year, unit, &checks);
}

struct kc_lacks
kc_lacks_completions(const struct kc_state *st, int year)
{
	static const struct needed findings = {incomplete, "完成率认定",
	    "findings of completion", KC_K_completion_find};

	return count(st, year, KC_NONE, &findings);
}

void
kc_lacks_findings(const struct kc_state *st, int year, bool *judges)
{
	const struct kc_cycle *c = kc_cycle_of(st, year);

	for (uint32_t i = 0; c != NULL && i < c->lists.n; i++) {
		struct kc_u32s list = kc_list_targets(st, c->lists.v[i], year);

		for (uint32_t j = 0; j < list.n; j++) {
			const struct kc_target *t = st->targets.v[list.v[j]];

			if (kc_target_counts(t) && incomplete(st, t))
				judges[kc_unit_acting(st, t->assessor)] = true;
		}
	}
}

/* Only the last one of a judge makes a difference to the days of the year. */
void
kc_findings_anew(struct kc_state *st, const struct kc_target *t)
{
	const struct kc_yearend *y = kc_yearend_of(st, t->year);

	for (uint32_t i = 0; y != NULL && i < st->targets.n; i++) {
		const struct kc_target *other = st->targets.v[i];

		if (other->year == t->year && other->assessor == t->assessor &&
		    kc_target_counts(other) && incomplete(st, other))
			return;
	}
	if (y != NULL)
		kc_open_touch(st, KC_N_yearend, y->index);
}

struct kc_lacks
kc_lacks_reports(const struct kc_state *st, int year)
{
	static const struct needed reports = {unreported, "四季度指标数值",
	    "reports of the fourth quarter of indicators",
	    KC_K_indicator_report};

	return count(st, year, KC_NONE, &reports);
}

struct kc_lacks
kc_lacks_panels(const struct kc_state *st, int year)
{
	bool open = kc_panel_of(st, year) != NULL && !kc_panel_closed(st, year);

	return (struct kc_lacks){.n = open,
	    .first = open ? "panel.close" : NULL,
	    .what_zh = "评价投票的结果",
	    .what_en = "result of the panels",
	    .kind = KC_K_panel_close};
}

bool
kc_result_has_form(
    const struct kc_state *st, const struct kc_yearend *y, uint32_t unit)
{
	for (uint32_t i = 0; i < y->forms.n; i++)
		if (st->result_forms.v[y->forms.v[i]]->unit == unit)
			return true;
	return false;
}

struct kc_lacks
kc_lacks_forms(const struct kc_state *st, const struct kc_yearend *y)
{
	struct kc_lacks l = {.what_zh = "考核结果反馈单",
	    .what_en = "forms of results",
	    .kind = KC_K_result_feed_back};

	for (uint32_t i = 0; i < y->published.n; i++) {
		uint32_t unit = y->published.v[i].unit;

		if (!kc_result_has_form(st, y, unit))
			lack(&l, st->units.v[unit]->code);
	}
	return l;
}

/* --- what is open -----------------------------------------------------------
 */
static void
open_of(const struct kc_state *st, const struct kc_named *n, int year,
    struct kc_lacks *l, struct kc_buf *list)
{
	const struct kc_machine *m = kc_machine_get(n->machine);

	for (uint32_t i = 0; i < n->count(st); i++) {
		const char *handle = n->handle(st, i);

		if (m->states[n->state(st, i)].last ||
		    kc_handle_year(kc_slice_str(handle)) != year)
			continue;
		lack(l, handle);
		if (list->n < KC_REFUSAL_ARG_MAX) {
			kc_buf_str(list, list->n > 0 ? " " : "");
			kc_buf_str(list, handle);
		}
	}
}

struct kc_lacks
kc_year_open(
    const struct kc_state *st, const struct kc_yearend *y, struct kc_buf *list)
{
	static const enum kc_machine_id blocks[] = {
	    KC_M_case, KC_M_dispute, KC_M_warning, KC_M_bonus, KC_M_negative};
	struct kc_lacks l = {
	    .what_zh = "未了结事项", .what_en = "open matters"};

	for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++) {
		if (blocks[b] == KC_M_case && y->settled)
			continue;
		for (size_t i = 0; i < kc_nouns_n; i++)
			for (unsigned j = 0; j < KC_NOUN_NAMED; j++) {
				const struct kc_named *n =
				    &kc_nouns[i]->named[j];

				if (n->field != NULL && n->count != NULL &&
				    n->machine == blocks[b])
					open_of(st, n, y->year, &l, list);
			}
	}
	return l;
}
