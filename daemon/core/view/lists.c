/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of what is registered: units, actors, grants, targets, indicators. */
#include "view_int.h"

enum kc_err
kc_render_units(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->units.n; i++) {
		const struct kc_unit *u = x->st->units.v[i];
		uint64_t targets = 0, cases = 0;

		for (uint32_t j = 0; j < u->targets.n; j++)
			targets +=
			    x->st->targets.v[u->targets.v[j]]->year == x->year;
		for (uint32_t j = 0; j < u->prededucts.n; j++)
			cases +=
			    x->st->cases.v[u->prededucts.v[j]]->year == x->year;
		kc_vx_row(x);
		kc_vx_str(x, "unit", u->code);
		kc_vx_str(x, "name", kc_vx_unit_name(x, u));
		kc_vx_str(x, "name_zh", u->name);
		kc_vx_str(x, "name_en", u->name_en);
		kc_vx_word(x, "group", KC_SET_GROUP, u->group);
		kc_vx_str(
		    x, "group_code", kc_word_text(KC_SET_GROUP, u->group));
		kc_vx_u64(x, "duties", u->duties.n);
		kc_vx_u64(x, "targets", targets);
		kc_vx_u64(x, "prededucts", cases);
		kc_vx_u64(x, "seq", u->seq);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* The key in force, or the last one. */
static void
write_key(struct kc_vx *x, const struct kc_actor *a)
{
	const struct kc_actor_key *k =
	    a->keys.n > 0 ? &a->keys.v[a->keys.n - 1] : NULL;
	struct kc_buf hex = {0};
	bool in_force =
	    k != NULL && !a->retired && k->until_seq > kc_state_size(x->st);

	if (k != NULL)
		kc_buf_hex(&hex, k->vkey.keyid, KC_KEYID_SIZE);
	kc_vx_buf(x, "key", &hex);
	kc_vx_bool(x, "in_force", in_force);
	kc_vx_u64(x, "keys", a->keys.n);
	kc_buf_free(&hex);
}

enum kc_err
kc_render_actors(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->actors.n; i++) {
		const struct kc_actor *a = x->st->actors.v[i];

		if (x->unit != NULL && a->unit != x->unit->index)
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "actor", a->id);
		kc_vx_unit(x, "unit", a->unit);
		kc_json_key(&x->w, "roles");
		kc_json_open(&x->w, '[');
		for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
			if ((a->roles >> r & 1) != 0)
				kc_json_str(
				    &x->w, kc_word_text(KC_SET_ROLE, r));
		kc_json_close(&x->w, ']');
		write_key(x, a);
		kc_vx_u64(x, "since", a->enrolled_seq);
		kc_vx_bool(x, "retired", a->retired);
		kc_vx_end(x);
	}
	return KC_OK;
}

static const char *
grant_state(const struct kc_vx *x, const struct kc_grant *g)
{
	if (g->withdrawn)
		return kc_vx_say(x, "已收回", "withdrawn");
	if (x->today < g->from)
		return kc_vx_say(x, "未到期", "not yet");
	if (x->today > g->until)
		return kc_vx_say(x, "已期满", "over");
	return kc_vx_say(x, "有效", "in force");
}

enum kc_err
kc_render_grants(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->grants.n; i++) {
		const struct kc_grant *g = x->st->grants.v[i];

		if (x->unit != NULL && g->assessor != x->unit->index)
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "grant", g->code);
		kc_vx_unit(x, "assessor", g->assessor);
		kc_vx_word(x, "scope", KC_SET_SCOPE, g->scope);
		kc_vx_str(x, "object", g->object);
		kc_vx_day(x, "from", g->from);
		kc_vx_day(x, "until", g->until);
		kc_vx_str(x, "state", grant_state(x, g));
		kc_vx_u64(x, "seq", g->seq);
		kc_vx_end(x);
	}
	return KC_OK;
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
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->targets.n; i++) {
		const struct kc_target *t = x->st->targets.v[i];

		if ((x->cycle != NULL && t->year != x->year) ||
		    (x->unit != NULL && t->unit != x->unit->index))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "target", t->code);
		kc_vx_unit(x, "unit", t->unit);
		kc_vx_word(x, "class", KC_SET_TARGET_CLASS, t->class_);
		kc_vx_word(x, "source", KC_SET_SOURCE, t->source);
		kc_vx_points(x, "weight", t->weight_e4);
		kc_vx_str(
		    x, "state", kc_state_name(KC_M_target, t->state, x->lang));
		write_completion(x, t);
		kc_vx_unit(x, "assessor", t->assessor);
		kc_vx_str(x, "title", t->title);
		kc_vx_u64(x, "seq", t->events.n > 0 ? t->events.v[0].seq : 0);
		kc_vx_end(x);
	}
	return KC_OK;
}

static void
write_number(struct kc_vx *x, const char *key, int64_t v)
{
	if (v != 0)
		kc_vx_i64(x, key, v);
	else
		kc_vx_null(x, key);
}

static void
report_row(
    struct kc_vx *x, const struct kc_indicator *n, const struct kc_report *r)
{
	struct kc_buf quarter = {0};

	kc_buf_quarter(&quarter, r->quarter);
	kc_vx_row(x);
	kc_vx_str(x, "indicator", n->code);
	kc_vx_unit(x, "unit", n->unit);
	kc_vx_buf(x, "quarter", &quarter);
	kc_vx_points(x, "value", r->value_e4);
	if (r->has_last_value)
		kc_vx_points(x, "last_value", r->last_value_e4);
	else
		kc_vx_null(x, "last_value");
	write_number(x, "rank", r->rank);
	write_number(x, "last_rank", r->last_rank);
	write_number(x, "agreed_rank", r->agreed_rank);
	kc_vx_word(x, "direction", KC_SET_DIRECTION, n->direction);
	kc_vx_str(x, "measure", n->measure);
	kc_vx_str(x, "name", n->name);
	kc_vx_u64(x, "seq", r->seq);
	kc_vx_end(x);
	kc_buf_free(&quarter);
}

enum kc_err
kc_render_indicators(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->indicators.n; i++) {
		const struct kc_indicator *n = x->st->indicators.v[i];

		if (x->unit != NULL && n->unit != x->unit->index)
			continue;
		for (uint32_t j = 0; j < n->reports.n; j++)
			if (x->cycle == NULL ||
			    n->reports.v[j].quarter / 4 == x->year)
				report_row(x, n, &n->reports.v[j]);
	}
	return KC_OK;
}
