/* SPDX-License-Identifier: Apache-2.0 */
/* What a reform hands over, in words, and whom it concerns: those who held
 * something of either unit before it. */
#include "reform.h"

#include "engine/noun.h"
#include "noun/target/target.h"

/* --- what is open ------------------------------------------------------------
 */
enum sort {
	TARGETS,
	CASES,
	LETTERS,
	DISPUTES,
	OTHERS,
	SORTS,
	PARTS = SORTS
};

/* Tasks and their progress are parts of a target. */
static enum sort
sort_of(enum kc_machine_id m)
{
	static const struct {
		enum kc_machine_id m;
		enum sort sort;
	} of[] = {{KC_M_target, TARGETS}, {KC_M_case, CASES},
	    {KC_M_warning, LETTERS}, {KC_M_dispute, DISPUTES},
	    {KC_M_negative, OTHERS}, {KC_M_bonus, OTHERS},
	    {KC_M_adjust, OTHERS}, {KC_M_opinion, OTHERS},
	    {KC_M_check, OTHERS}};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (of[i].m == m)
			return of[i].sort;
	return PARTS;
}

static const struct kc_named *
row_of(const struct kc_passing_one *o)
{
	return &kc_nouns[o->noun]->named[o->row];
}

static bool
is_open(const struct kc_state *st, const struct kc_named *of, uint32_t i)
{
	return !kc_machine_get(of->machine)->states[of->state(st, i)].last;
}

static bool
add_open(const struct kc_state *st, uint32_t unit, unsigned noun, unsigned row,
    struct kc_passing *w)
{
	const struct kc_named *of = &kc_nouns[noun]->named[row];

	if (of->field == NULL || of->state == NULL ||
	    sort_of(of->machine) == PARTS)
		return true;
	for (uint32_t i = 0; i < of->count(st); i++) {
		const struct kc_passing_one one = {noun, row, i};

		if (of->of(st, i, unit) && is_open(st, of, i) &&
		    !kc_vec_push(&w->open, one))
			return false;
	}
	return true;
}

/* --- who is told -------------------------------------------------------------
 */
/* As whom; -1: not at all. */
static int
role_of(const struct kc_actor *a, bool judges)
{
	static const int roles[] = {
	    KC_ROLE_HEAD, KC_ROLE_LIAISON, KC_ROLE_ASSESSOR};

	for (unsigned i = 0; i < (judges ? 3 : 2) && !a->retired; i++)
		if ((a->roles & KC_ROLE_BIT(roles[i])) != 0)
			return roles[i];
	return -1;
}

static bool
add_told(
    const struct kc_state *st, uint32_t unit, bool judges, struct kc_passing *w)
{
	for (uint32_t i = 0; unit != KC_NONE && i < st->actors.n; i++) {
		const struct kc_actor *a = st->actors.v[i];
		const struct kc_reform_told t = {
		    .actor = i, .unit = unit, .role = role_of(a, judges)};

		if (a->unit == unit && t.role >= 0 && !kc_vec_push(&w->told, t))
			return false;
	}
	return true;
}

/* --- last days ---------------------------------------------------------------
 */
struct days {
	uint32_t own; /* of what is the unit's own */
	bool judges;  /* or it has a step of what others have */
};

/* Of several units by one look; of KC_NONE there are none. */
static enum kc_err
count_days(
    const struct kc_state *st, const uint32_t *units, size_t n, struct days *to)
{
	struct kc_deadlines all = {0};
	enum kc_err err = kc_deadlines_scan(st, &all) ? KC_OK : KC_ENOMEM;

	for (uint32_t i = 0; i < all.n; i++) {
		const struct kc_deadline *d = &all.v[i];
		uint32_t of = d->target == KC_NONE
		    ? d->owner
		    : st->targets.v[d->target]->unit;

		for (size_t u = 0; u < n; u++) {
			if (units[u] == KC_NONE)
				continue;
			to[u].own += of == units[u];
			if (d->unit == units[u] &&
			    d->limit->party == KC_PARTY_JUDGE)
				to[u].judges = true;
		}
	}
	kc_vec_free(&all);
	return err;
}

enum kc_err
kc_passing_begin(const struct kc_state *st, const struct kc_reform_plan *p,
    struct kc_passing *w)
{
	const uint32_t both[] = {p->from, p->into};
	struct days of[2] = {{0, false}, {0, false}};
	enum kc_err err = count_days(st, both, 2, of);
	bool ok = true;

	w->days = of[1].own;
	for (unsigned i = 0; i < kc_nouns_n; i++)
		for (unsigned k = 0; k < KC_NOUN_NAMED; k++)
			ok = ok && add_open(st, p->from, i, k, w);
	ok = ok && add_told(st, p->from, of[0].judges, w) &&
	    add_told(st, p->into, of[0].judges || of[1].judges, w);
	return err == KC_OK && !ok ? KC_ENOMEM : err;
}

void
kc_passing_free(struct kc_passing *w)
{
	kc_vec_free(&w->open);
	kc_vec_free(&w->told);
}

/* --- in words ----------------------------------------------------------------
 */
static const char *
say(enum kc_lang lang, const char *zh, const char *en)
{
	return lang == KC_LANG_ZH ? zh : en;
}

static void
put_what(struct kc_buf *b, const struct kc_state *st, const struct kc_reform *r,
    enum kc_lang lang)
{
	const char *from = st->units.v[r->from]->code;
	const char *into = r->into == KC_NONE ? "" : st->units.v[r->into]->code;

	if (r->kind == KC_K_unit_split) {
		kc_buf_str(b, say(lang, "", "a part of "));
		kc_buf_str(b, from);
		kc_buf_str(b, say(lang, " 部分划转 ", " goes to "));
		kc_buf_str(b, into);
		return;
	}
	kc_buf_str(b, from);
	if (r->kind == KC_K_unit_merge) {
		kc_buf_str(b, say(lang, " 并入 ", " is merged into "));
		kc_buf_str(b, into);
		return;
	}
	kc_buf_str(b, say(lang, " 撤销", " is abolished"));
	if (r->into == KC_NONE)
		return;
	kc_buf_str(b, say(lang, "，由 ", ", "));
	kc_buf_str(b, into);
	kc_buf_str(b, say(lang, " 承接", " takes its place"));
}

static void
put_number(struct kc_buf *b, const char *before, const char *what, uint32_t n)
{
	kc_buf_str(b, before);
	kc_buf_str(b, what);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, n);
}

static void
put_passed(
    struct kc_buf *b, const uint32_t n[SORTS], uint32_t days, enum kc_lang lang)
{
	static const char *const names[SORTS][2] = {
	    [TARGETS] = {"目标", "targets"},
	    [CASES] = {"预扣分", "pre-deductions"},
	    [LETTERS] = {"预警函", "warning letters"},
	    [DISPUTES] = {"复核", "disputes"},
	    [OTHERS] = {"其他事项", "other matters"}};
	const char *before =
	    say(lang, "；随之移交未了结的", "; what is open goes with it: ");
	bool any = false;

	for (unsigned i = 0; i < SORTS; i++)
		if (n[i] > 0) {
			put_number(b, any ? say(lang, "、", ", ") : before,
			    say(lang, names[i][0], names[i][1]), n[i]);
			any = true;
		}
	if (!any)
		kc_buf_str(b,
		    say(lang, "；无未了结事项移交",
			"; nothing open goes with it"));
	if (days > 0)
		put_number(b, say(lang, "，", ", "),
		    say(lang, "在办期限", "open last days"), days);
}

/* How many of what was open are the successor's now. */
static void
count_passed(const struct kc_state *st, const struct kc_reform *r,
    const struct kc_passing *w, uint32_t n[SORTS])
{
	for (uint32_t i = 0; r->into != KC_NONE && i < w->open.n; i++) {
		const struct kc_passing_one *o = &w->open.v[i];
		const struct kc_named *of = row_of(o);

		n[sort_of(of->machine)] += of->of(st, o->index, r->into);
	}
}

enum kc_err
kc_passing_end(struct kc_state *st, struct kc_passing *w, struct kc_reform *r)
{
	uint32_t n[SORTS] = {0}, days;
	struct days now = {0, false};
	enum kc_err err = count_days(st, &r->into, 1, &now);

	count_passed(st, r, w, n);
	days = now.own > w->days ? now.own - w->days : 0;
	for (int lang = 0; err == KC_OK && lang < 2; lang++) {
		struct kc_buf b = {0};

		put_what(&b, st, r, (enum kc_lang)lang);
		put_passed(&b, n, days, (enum kc_lang)lang);
		err = kc_buf_err(&b);
		if (err == KC_OK)
			r->says[lang] =
			    kc_arena_text(&st->arena, kc_buf_view(&b));
		if (err == KC_OK && r->says[lang] == NULL)
			err = KC_ENOMEM;
		kc_buf_free(&b);
	}
	r->told = w->told;
	w->told = (struct kc_reform_tells){0};
	return err;
}
