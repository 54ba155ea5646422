/* SPDX-License-Identifier: Apache-2.0 */
/* What can be disputed: the rows of every noun. */
#include "dispute.h"

#include "noun/target/target.h"

uint32_t
kc_judge_nobody(const struct kc_state *st, uint32_t object)
{
	(void)st;
	(void)object;
	return KC_NONE;
}

const struct kc_subject *
kc_subject_of(enum kc_kind_id kind)
{
	const struct kc_subject *s = kc_noun_of(kind)->subjects;

	for (; s != NULL && s->matter != NULL; s++)
		if (s->kind == kind)
			return s;
	return NULL;
}

/* A kind that one of the rows rests on is taken down too. */
const struct kc_matter *
kc_matter_of_kind(enum kc_kind_id kind)
{
	const struct kc_subject *s = kc_noun_of(kind)->subjects;

	for (; s != NULL && s->matter != NULL; s++)
		if (s->kind == kind || s->rests_on == (int)kind)
			return s->matter;
	return NULL;
}

uint32_t
kc_decision_target(const struct kc_state *st, const struct kc_decision *d)
{
	const struct kc_matter *m = kc_matter_of_kind(d->kind);

	return m->target == NULL ? KC_NONE : m->target(st, d->object);
}

uint32_t
kc_decision_unit(const struct kc_state *st, const struct kc_decision *d)
{
	const struct kc_matter *m = kc_matter_of_kind(d->kind);

	return m->target == NULL
	    ? m->unit(st, d->object)
	    : st->targets.v[m->target(st, d->object)]->unit;
}

int
kc_decision_year(const struct kc_state *st, const struct kc_decision *d)
{
	const struct kc_matter *m = kc_matter_of_kind(d->kind);

	return m->target == NULL
	    ? m->year(st, d->object)
	    : st->targets.v[m->target(st, d->object)]->year;
}

const char *
kc_decision_matter(const struct kc_state *st, const struct kc_decision *d)
{
	return kc_matter_of_kind(d->kind)->handle(st, d->object);
}
