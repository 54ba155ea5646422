/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules epochs: what is younger than the ledger's epoch does not exist for
 * it (docs/FORMAT.md "Epochs"). A kind, a field or a word of a later epoch is
 * refused here, before any guard sees it, in admission and in replay alike.
 */
#include "state_int.h"

static enum kc_err
too_young(const struct kc_state *st, const char *what, unsigned since,
    struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_EPOCH, what, "", "", NULL);
	kc_refusal_arg_u64(why, 1, since);
	kc_refusal_arg_u64(why, 2, st->epoch);
	return KC_EREFUSED;
}

static enum kc_err
want_words(const struct kc_state *st, const struct kc_entry *e, unsigned field,
    struct kc_refusal *why)
{
	const struct kc_field *f = &e->kind->fields[field];
	unsigned n = kc_entry_count(e, field);
	size_t nwords;
	const struct kc_word *words;

	if (f->type == KC_T_KINDNAME) {
		for (unsigned i = 0; i < n; i++) {
			const struct kc_kind *k = kc_kind_get(
			    (enum kc_kind_id)kc_entry_item(e, field, i)->num);

			if (k->since > st->epoch)
				return too_young(st, k->name, k->since, why);
		}
	}
	if (f->type != KC_T_WORD)
		return KC_OK;
	words = kc_set_words((enum kc_set)f->arg, &nwords);
	for (unsigned i = 0; i < n; i++) {
		const struct kc_word *w =
		    &words[kc_entry_item(e, field, i)->num];

		if (w->since > st->epoch)
			return too_young(st, w->wire, w->since, why);
	}
	return KC_OK;
}

enum kc_err
kc_want_epoch(
    const struct kc_state *st, const struct kc_entry *e, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	if (st->epoch == KC_EPOCH_MAX) /* nothing is younger */
		return KC_OK;
	if (e->kind->since > st->epoch)
		return too_young(st, e->kind->name, e->kind->since, why);
	for (unsigned i = 0; i < e->kind->nfields && err == KC_OK; i++) {
		const struct kc_field *f = &e->kind->fields[i];

		if (kc_entry_count(e, i) == 0)
			continue;
		if (f->since > st->epoch)
			return too_young(st, f->name, f->since, why);
		err = want_words(st, e, i, why);
	}
	return err;
}
