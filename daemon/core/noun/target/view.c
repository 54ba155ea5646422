/* SPDX-License-Identifier: Apache-2.0 */
/* Targets: the list, and one with its events. */
#include "noun/adjust/adjust.h"
#include "noun/prededuct/prededuct.h"
#include "noun/task/check.h"
#include "noun/vx.h"

bool
kc_target_counts(const struct kc_target *t)
{
	return t->state == KC_TS_ACTIVE || t->state == KC_TS_ASSESSED;
}

static void
write_completion(struct kc_vx *x, const struct kc_target *t)
{
	struct kc_buf text = {0};

	if (t->completion_bp < 0) {
		kc_vx_null(x, "completion");
		kc_vx_null(x, "completion_bp");
		return;
	}
	kc_buf_percent(&text, t->completion_bp);
	kc_vx_buf(x, "completion", &text);
	kc_vx_i64(x, "completion_bp", t->completion_bp);
	kc_buf_free(&text);
}

enum kc_err
kc_render_targets(struct kc_vx *x)
{
	struct kc_u32s of = {0};
	bool all = x->unit == NULL;

	if (!all && x->cycle != NULL)
		of = kc_list_targets(x->st, x->unit->index, x->year);
	else if (!all)
		of = x->unit->targets;
	kc_vx_rows(x);
	for (uint32_t i = 0; i < (all ? x->st->targets.n : of.n); i++) {
		const struct kc_target *t = x->st->targets.v[all ? i : of.v[i]];

		if ((x->cycle != NULL && t->year != x->year) ||
		    !kc_vx_sees(x, t->unit, t->index) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "target", t->code);
		kc_vx_unit(x, "unit", t->unit);
		kc_vx_word(x, "class", KC_SET_TARGET_CLASS, t->class_);
		kc_vx_word(x, "source", KC_SET_SOURCE, t->source);
		kc_vx_points(x, "weight", t->weight_e4);
		kc_vx_state(x, KC_M_target, t->state);
		write_completion(x, t);
		kc_vx_unit(x, "assessor", t->assessor);
		kc_vx_str(x, "title", t->title);
		kc_vx_begun(x, &t->events);
		kc_vx_end(x);
	}
	return KC_OK;
}

static void
write_cadre(struct kc_vx *x, const char *key, uint32_t cadre)
{
	kc_vx_str(
	    x, key, cadre != KC_NONE ? x->st->cadres.v[cadre]->code : NULL);
}

static void
target_facts(struct kc_vx *x, const struct kc_target *t)
{
	kc_vx_str(x, "target", t->code);
	kc_vx_str(x, "title", t->title);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_unit(x, "assessor", t->assessor);
	kc_vx_i64(x, "year", t->year);
	kc_vx_word(x, "class", KC_SET_TARGET_CLASS, t->class_);
	kc_vx_word(x, "source", KC_SET_SOURCE, t->source);
	kc_vx_points(x, "weight", t->weight_e4);
	kc_vx_str(x, "indicator",
	    t->indicator != KC_NONE ? x->st->indicators.v[t->indicator]->code
				    : NULL);
	write_cadre(x, "lead", t->lead);
	write_cadre(x, "assist", t->assist);
	kc_vx_state(x, KC_M_target, t->state);
	if (t->completion_bp < 0) {
		kc_vx_null(x, "completion_bp");
	} else {
		kc_vx_i64(x, "completion_bp", t->completion_bp);
		kc_vx_u64(x, "completion_seq", t->completion_seq);
	}
	kc_vx_str(x, "open_case",
	    t->open_case != KC_NONE ? x->st->cases.v[t->open_case]->handle
				    : NULL);
}

/* Whether its tasks are filed, and by when they are to be. */
static void
target_filing(struct kc_vx *x, const struct kc_target *t)
{
	const struct kc_machine_state *s =
	    &kc_machine_get(KC_M_plan)->states[kc_plan_state(t)];

	if (!kc_target_counts(t)) {
		kc_vx_null(x, "plan");
		kc_vx_null(x, "plan_text");
		kc_vx_null(x, "plan_due");
		return;
	}
	kc_vx_str(x, "plan", s->word);
	kc_vx_str(x, "plan_text", kc_vx_say(x, s->zh, s->en));
	kc_vx_day(x, "plan_due", t->filing.due);
}

/* Seq of the entry since which a version holds, of the issued list or of its
 * adding the first; null while it is a draft. */
static void
version_row(struct kc_vx *x, const struct kc_target *t, uint32_t i)
{
	bool last = i == t->versions.n;
	uint32_t seq = kc_events_last(&t->events, KC_K_list_issue);

	if (seq == KC_NONE)
		seq = kc_events_first(&t->events, KC_K_target_add);
	if (i > 0)
		seq = t->versions.v[i - 1].seq;
	kc_json_open(&x->w, '{');
	kc_vx_u64(x, "version", i + 1);
	if (seq != KC_NONE)
		kc_vx_u64(x, "seq", seq);
	else
		kc_vx_null(x, "seq");
	kc_vx_points(
	    x, "weight", last ? t->weight_e4 : t->versions.v[i].weight_e4);
	kc_vx_str(x, "title", last ? t->title : t->versions.v[i].title);
	kc_vx_str(
	    x, "standard", last ? t->standard : t->versions.v[i].standard);
	kc_json_close(&x->w, '}');
}

static void
target_versions(struct kc_vx *x, const struct kc_target *t)
{
	kc_vx_u64(x, "version", t->versions.n + 1);
	kc_json_key(&x->w, "versions");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i <= t->versions.n; i++)
		version_row(x, t, i);
	kc_json_close(&x->w, ']');
	kc_vx_str(x, "adjust",
	    t->adjust != KC_NONE ? x->st->adjusts.v[t->adjust]->handle : NULL);
}

/* Letters and cases about the target, as lists of handles. */
static void
target_links(struct kc_vx *x, const struct kc_target *t)
{
	kc_json_key(&x->w, "warnings");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < x->st->warnings.n; i++)
		if (x->st->warnings.v[i]->target == t->index)
			kc_json_str(&x->w, x->st->warnings.v[i]->handle);
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "prededucts");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < x->st->cases.n; i++)
		if (x->st->cases.v[i]->target == t->index)
			kc_json_str(&x->w, x->st->cases.v[i]->handle);
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "checks");
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < t->checks.n; i++)
		kc_json_str(&x->w, x->st->checks.v[t->checks.v[i]]->handle);
	kc_json_close(&x->w, ']');
}

enum kc_err
kc_render_target(struct kc_vx *x)
{
	uint32_t at = kc_find(x->st, KC_NS_TARGET, x->args->id);
	const struct kc_target *t;
	enum kc_err err;

	if (at == KC_NONE)
		return kc_vx_not_found(x, "目标", "target", x->args->id);
	t = x->st->targets.v[at];
	err = kc_vx_want_seen(x, kc_vx_sees(x, t->unit, at));
	if (err != KC_OK)
		return err;
	target_facts(x, t);
	target_filing(x, t);
	target_versions(x, t);
	target_links(x, t);
	kc_vx_next(x, KC_M_target, t->state, NULL);
	kc_vx_rows(x);
	for (uint32_t i = 0; i < t->events.n; i++) {
		const struct kc_event *e = &t->events.v[i];
		struct kc_buf text = {0};

		kc_buf_event_label(&text, x, e);
		kc_vx_event(x, e, &text);
		kc_vx_end(x);
		kc_buf_free(&text);
	}
	return KC_OK;
}
