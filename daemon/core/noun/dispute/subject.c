/* SPDX-License-Identifier: Apache-2.0 */
/* What can be disputed: the rows of every noun. */
#include "dispute.h"

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

const char *
kc_decision_matter(const struct kc_state *st, const struct kc_decision *d)
{
	return kc_matter_of_kind(d->kind)->handle(st, d->object);
}
