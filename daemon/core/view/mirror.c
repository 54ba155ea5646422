/* SPDX-License-Identifier: Apache-2.0 */
/* What a mirror is made of: the matters of a year, by clause and judge. */
#include "mirror.h"

#include <string.h>

#include "noun/dispute/dispute.h"

enum {
	DISPUTED = 1,
	OVERTURNED = 2
};

/* Once for its clause, once for all of its sort. */
static void
add(struct kc_mirror *m, const struct kc_mirror_entry *e)
{
	static const struct {
		const char *id, *zh, *en;
	} sorts[KC_CLAUSE_SORTS] = {
	    [KC_CLAUSE_SITUATION] = {"S*", "全部预扣分情形",
		"all situations of pre-deduction"},
	    [KC_CLAUSE_ITEM] = {"N*", "负面清单全部各项",
		"all items of the negative list"},
	    [KC_CLAUSE_BONUS] = {"B*", "全部加分情形",
		"all situations of bonuses"},
	};
	struct kc_mirror_entry sum = *e;

	sum.order = 0;
	sum.no = 0;
	sum.id = sorts[e->sort].id;
	sum.zh = sorts[e->sort].zh;
	sum.en = sorts[e->sort].en;
	if (!kc_vec_push(&m->all, sum) || !kc_vec_push(&m->all, *e))
		m->failed = true;
}

/* --- clauses, as the year's policy has them; else as the matter's own --- */
static struct kc_mirror_entry
of_situation(const struct kc_mirror *m, const struct kc_situation *s)
{
	const struct kc_situation *now =
	    kc_policy_situation(m->p, kc_slice_str(s->id));

	return (struct kc_mirror_entry){KC_CLAUSE_SITUATION,
	    now != NULL ? (uint32_t)(now - m->p->situations) + 1 : KC_NONE, 0,
	    s->id, now != NULL ? now->zh : s->zh, now != NULL ? now->en : s->en,
	    KC_NONE, {0}};
}

static struct kc_mirror_entry
of_bonus(const struct kc_mirror *m, const struct kc_bonus_situation *s)
{
	const struct kc_bonus_situation *now =
	    kc_policy_bonus(m->p, kc_slice_str(s->id));

	return (struct kc_mirror_entry){KC_CLAUSE_BONUS,
	    now != NULL ? (uint32_t)(now - m->p->bonuses) + 1 : KC_NONE, 0,
	    s->id, now != NULL ? now->zh : s->zh, now != NULL ? now->en : s->en,
	    KC_NONE, {0}};
}

static const struct kc_negative_item *
find_item(const struct kc_policy *p, uint32_t no)
{
	for (size_t i = 0; i < p->nnegatives; i++)
		if (p->negatives[i].no == no)
			return &p->negatives[i];
	return NULL;
}

/* By its number in the list of its own policy. */
static struct kc_mirror_entry
of_item(const struct kc_mirror *m, const struct kc_policy *own, uint32_t no)
{
	const struct kc_negative_item *now = find_item(m->p, no);
	const struct kc_negative_item *text =
	    now != NULL ? now : find_item(own, no);

	return (struct kc_mirror_entry){KC_CLAUSE_ITEM,
	    now != NULL ? (uint32_t)(now - m->p->negatives) + 1 : KC_NONE, no,
	    "", text != NULL ? text->zh : "", text != NULL ? text->en : "",
	    KC_NONE, {0}};
}

static void
add_clauses(struct kc_mirror *m)
{
	struct kc_mirror_entry e;

	for (size_t i = 0; i < m->p->nsituations; i++) {
		e = of_situation(m, &m->p->situations[i]);
		add(m, &e);
	}
	for (size_t i = 0; i < m->p->nnegatives; i++) {
		e = of_item(m, m->p, m->p->negatives[i].no);
		add(m, &e);
	}
	for (size_t i = 0; i < m->p->nbonuses; i++) {
		e = of_bonus(m, &m->p->bonuses[i]);
		add(m, &e);
	}
}

/* --- matters --- */
static struct kc_mirror_sums
sums_of(enum kc_became became, uint8_t marks, int64_t points_e4,
    int64_t returned_e4)
{
	struct kc_mirror_sums s = {.n = 1,
	    .disputed = (marks & DISPUTED) != 0,
	    .overturned = (marks & OVERTURNED) != 0};

	s.became[became] = 1;
	if (became == KC_BECAME_FULL || became == KC_BECAME_LESS) {
		s.points_e4 = points_e4;
		s.returned_e4 = returned_e4;
	}
	return s;
}

static void
add_cases(struct kc_mirror *m)
{
	const struct kc_state *st = m->x->st;

	for (uint32_t i = 0; i < st->cases.n; i++) {
		const struct kc_case *c = st->cases.v[i];
		struct kc_mirror_entry e;

		if (c->year != m->x->year)
			continue;
		e = of_situation(m, kc_view_case_situation(st, c));
		e.assessor = c->assessor;
		e.is =
		    sums_of(kc_case_became(c), m->marks[KC_CLAUSE_SITUATION][i],
			c->deducted_e4, c->returned_e4);
		add(m, &e);
	}
}

static void
add_negatives(struct kc_mirror *m)
{
	const struct kc_state *st = m->x->st;

	for (uint32_t i = 0; i < st->negatives.n; i++) {
		const struct kc_negative *n = st->negatives.v[i];
		struct kc_mirror_entry e;

		if (n->year != m->x->year)
			continue;
		e = of_item(m, kc_negative_policy(st, n), n->item);
		e.assessor = n->assessor;
		e.is = sums_of(kc_negative_became(n),
		    m->marks[KC_CLAUSE_ITEM][i], n->amount_e4, 0);
		add(m, &e);
	}
}

/* By the unit of whoever verified it: a unit's own claim is no judgement. */
static void
add_bonuses(struct kc_mirror *m)
{
	const struct kc_state *st = m->x->st;

	for (uint32_t i = 0; i < st->bonuses.n; i++) {
		const struct kc_bonus *b = st->bonuses.v[i];
		struct kc_mirror_entry e;

		if (b->year != m->x->year)
			continue;
		e = of_bonus(m, kc_bonus_situation(st, b));
		if (b->verifier != KC_NONE)
			e.assessor = st->actors.v[b->verifier]->unit;
		e.is = sums_of(kc_bonus_became(b), m->marks[KC_CLAUSE_BONUS][i],
		    b->amount_e4, 0);
		add(m, &e);
	}
}

/* --- disputes --- */
/* Of which sort of matter it decides; KC_CLAUSE_SORTS: of none here. */
static enum kc_clause_sort
sort_of(const struct kc_decision *d)
{
	const char *noun = kc_kind_get(d->kind)->noun;

	if (strcmp(noun, "prededuct") == 0)
		return KC_CLAUSE_SITUATION;
	if (strcmp(noun, "negative") == 0)
		return KC_CLAUSE_ITEM;
	return strcmp(noun, "bonus") == 0 ? KC_CLAUSE_BONUS : KC_CLAUSE_SORTS;
}

static bool
mark_disputed(struct kc_mirror *m)
{
	const struct kc_state *st = m->x->st;
	const uint32_t n[KC_CLAUSE_SORTS] = {
	    st->cases.n, st->negatives.n, st->bonuses.n};

	for (unsigned s = 0; s < KC_CLAUSE_SORTS; s++) {
		m->marks[s] = kc_alloc((size_t)n[s] + 1);
		if (m->marks[s] == NULL)
			return false;
	}
	for (uint32_t i = 0; i < st->disputes.n; i++) {
		const struct kc_dispute *d = st->disputes.v[i];
		const struct kc_decision *about = kc_dispute_decision(st, d);
		enum kc_clause_sort s = sort_of(about);

		if (s == KC_CLAUSE_SORTS)
			continue;
		m->marks[s][about->object] |= DISPUTED;
		if (d->state == KC_DS_APPLIED)
			m->marks[s][about->object] |= OVERTURNED;
	}
	return true;
}

static bool
count_judged(struct kc_mirror *m)
{
	const struct kc_state *st = m->x->st;

	m->judged = kc_alloc((st->units.n + 1) * sizeof(*m->judged));
	for (uint32_t i = 0; m->judged != NULL && i < st->targets.n; i++) {
		const struct kc_target *t = st->targets.v[i];

		if (t->year != m->x->year || !kc_target_counts(t))
			continue;
		m->judged[t->assessor]++;
		m->judged[st->units.n]++;
	}
	return m->judged != NULL;
}

enum kc_err
kc_mirror_gather(
    struct kc_mirror *m, const struct kc_vx *x, const struct kc_policy *p)
{
	*m = (struct kc_mirror){.x = x, .p = p};
	if (!mark_disputed(m) || !count_judged(m))
		return KC_ENOMEM;
	add_clauses(m);
	add_cases(m);
	add_negatives(m);
	add_bonuses(m);
	return m->failed ? KC_ENOMEM : KC_OK;
}

void
kc_mirror_free(struct kc_mirror *m)
{
	for (unsigned s = 0; s < KC_CLAUSE_SORTS; s++)
		kc_free(m->marks[s]);
	kc_free(m->judged);
	kc_vec_free(&m->all);
}
