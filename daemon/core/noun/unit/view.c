/* SPDX-License-Identifier: Apache-2.0 */
/* Units, their duties, and rights to assess. */
#include "noun/prededuct/prededuct.h"
#include "noun/vx.h"

/* How many a unit has is told to those who see which. */
static void
write_count(struct kc_vx *x, const char *key, enum kc_see what,
    const struct kc_unit *u, uint64_t n)
{
	if (kc_vx_sees_unit_of(x, what, u))
		kc_vx_u64(x, key, n);
	else
		kc_vx_null(x, key);
}

/* "2022-07-04 → G40": when it ended, and who has what it had. */
static void
put_became(struct kc_buf *b, const struct kc_vx *x, const struct kc_unit *u)
{
	uint32_t now = kc_unit_now(x->st, u->index);

	kc_buf_day(b, u->since);
	if (now == KC_NONE)
		return;
	kc_buf_str(b, " → ");
	kc_buf_str(b, x->st->units.v[now]->code);
}

static void
write_became(struct kc_vx *x, const struct kc_unit *u)
{
	struct kc_buf b = {0};

	if (u->ended == 0) {
		kc_vx_null(x, "became");
		return;
	}
	put_became(&b, x, u);
	kc_vx_buf(x, "became", &b);
	kc_buf_free(&b);
}

/* That are its own. */
static uint64_t
count_duties(const struct kc_unit *u)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < u->duties.n; i++)
		n += !u->duties.v[i].gone;
	return n;
}

enum kc_err
kc_render_units(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->units.n; i++) {
		const struct kc_unit *u = x->st->units.v[i];
		uint64_t targets = 0, cases = 0;

		if (!kc_vx_sees(x, i, KC_NONE) || kc_vx_passes(x))
			continue;
		for (uint32_t j = 0; j < u->targets.n; j++)
			targets += kc_target_counts(
				       x->st->targets.v[u->targets.v[j]]) &&
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
		kc_vx_u64(x, "duties", count_duties(u));
		write_count(x, "targets", KC_SEE_targets, u, targets);
		write_count(x, "prededucts", KC_SEE_prededucts, u, cases);
		write_became(x, u);
		kc_vx_u64(x, "seq", u->seq);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* --- duties --- */
enum kc_err
kc_render_duties(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->units.n; i++) {
		const struct kc_unit *u = x->st->units.v[i];

		if ((x->unit != NULL && u != x->unit) ||
		    !kc_vx_sees(x, i, KC_NONE))
			continue;
		for (uint32_t j = 0; j < u->duties.n; j++) {
			if (u->duties.v[j].gone)
				continue;
			x->asked = true; /* of its unit */
			if (kc_vx_passes(x))
				continue;
			kc_vx_row(x);
			kc_vx_str(x, "unit", u->code);
			kc_vx_str(x, "duty", u->duties.v[j].code);
			kc_vx_str(x, "text", u->duties.v[j].text);
			kc_vx_u64(x, "seq", u->duties.v[j].seq);
			kc_vx_end(x);
		}
	}
	return KC_OK;
}

/* --- grants --- */
static struct kc_term
term_of(const struct kc_grant *g)
{
	return (struct kc_term){.machine = KC_M_grant,
	    .ended = g->withdrawn ? KC_GS_WITHDRAWN : KC_NONE,
	    .from = g->from,
	    .until = g->until};
}

enum kc_err
kc_render_grants(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->grants.n; i++) {
		const struct kc_grant *g = x->st->grants.v[i];
		struct kc_term term = term_of(g);

		if ((x->unit != NULL && g->assessor != x->unit->index) ||
		    !kc_vx_sees(x, g->assessor, KC_NONE) || kc_vx_passes(x))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "grant", g->code);
		kc_vx_unit(x, "assessor", g->assessor);
		kc_vx_word(x, "scope", KC_SET_SCOPE, g->scope);
		kc_vx_str(x, "object", g->object);
		kc_vx_day(x, "from", g->from);
		kc_vx_day(x, "until", g->until);
		kc_vx_term(x, &term);
		kc_vx_u64(x, "seq", g->seq);
		kc_vx_end(x);
	}
	return KC_OK;
}

/* --- one unit: its duties, who acts for it, what it may assess --- */
static void
put_part(struct kc_vx *x, const char *what, const char *zh, const char *en,
    const char *code, const struct kc_buf *says, uint32_t seq)
{
	x->asked = true; /* of the unit, before its parts */
	kc_vx_row(x);
	kc_vx_str(x, "what", what);
	kc_vx_str(x, "what_text", kc_vx_say(x, zh, en));
	kc_vx_str(x, "code", code);
	kc_vx_buf(x, "says", says);
	kc_vx_u64(x, "seq", seq);
	kc_vx_end(x);
}

static void
put_actor(struct kc_vx *x, const struct kc_actor *a)
{
	struct kc_buf roles = {0};

	for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
		if ((a->roles >> r & 1) != 0) {
			kc_buf_str(&roles, roles.n > 0 ? ", " : "");
			kc_buf_str(&roles, kc_vx_label(x, KC_SET_ROLE, r));
		}
	if (a->retired)
		kc_buf_str(&roles, kc_vx_say(x, "已停用", "retired"));
	put_part(x, "actor", "人员", "actor", a->id, &roles, a->enrolled_seq);
	kc_buf_free(&roles);
}

static void
put_grant(struct kc_vx *x, const struct kc_grant *g)
{
	struct kc_term term = term_of(g);
	struct kc_buf says = {0};

	kc_buf_str(&says, kc_vx_label(x, KC_SET_SCOPE, g->scope));
	kc_buf_str(&says, g->object[0] != '\0' ? " " : "");
	kc_buf_str(&says, g->object);
	kc_buf_str(&says, kc_vx_say(x, "，", ", "));
	kc_buf_day(&says, g->from);
	kc_buf_str(&says, kc_vx_say(x, " 至 ", " to "));
	kc_buf_day(&says, g->until);
	kc_buf_str(&says, kc_vx_say(x, "，", ", "));
	kc_buf_str(&says, kc_term_text(x, &term));
	put_part(
	    x, "grant", "考核权", "right to assess", g->code, &says, g->seq);
	kc_buf_free(&says);
}

enum kc_err
kc_render_unit(struct kc_vx *x)
{
	const struct kc_unit *u = x->unit;
	enum kc_err err = kc_vx_want_unit(x);
	struct kc_buf text = {0};

	if (err != KC_OK)
		return err;
	kc_vx_str(x, "unit", u->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, u));
	kc_vx_str(x, "name_zh", u->name);
	kc_vx_str(x, "name_en", u->name_en);
	kc_vx_word(x, "group", KC_SET_GROUP, u->group);
	kc_vx_u64(x, "seq", u->seq);
	kc_vx_rows(x);
	if (u->ended != 0) {
		put_became(&text, x, u);
		put_part(x, "ended", "不再保留", "has ended", u->code, &text,
		    u->ended);
	}
	for (uint32_t i = 0; i < u->duties.n; i++) {
		if (u->duties.v[i].gone)
			continue;
		kc_buf_reset(&text);
		kc_buf_str(&text, u->duties.v[i].text);
		put_part(x, "duty", "主要职责", "statutory duty",
		    u->duties.v[i].code, &text, u->duties.v[i].seq);
	}
	for (uint32_t i = 0; i < x->st->actors.n; i++)
		if (x->st->actors.v[i]->unit == u->index)
			put_actor(x, x->st->actors.v[i]);
	for (uint32_t i = 0; i < x->st->grants.n; i++)
		if (x->st->grants.v[i]->assessor == u->index)
			put_grant(x, x->st->grants.v[i]);
	kc_buf_free(&text);
	return KC_OK;
}
