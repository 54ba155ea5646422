/* SPDX-License-Identifier: Apache-2.0 */
/* A counterfactual with another policy, or another calendar of a year: the
 * text stands where the log has the adopted one. */
#include "year.h"

#include "engine/noun.h"

/* What a party calls its file is no part of what is supposed: the same text
 * gives the same state to all. */
#define FILE_NAME "supposed.yaml"

/* Writes name, file and text into *store and into the entry; a field of
 * KC_FIELDS_MAX is none. */
static enum kc_err
put(struct kc_entry *e, struct kc_buf *store, const struct kc_supposed_file *f,
    unsigned name_field, struct kc_slice name, unsigned file_field,
    unsigned text_field)
{
	size_t file, text;

	kc_buf_slice(store, name);
	file = store->n;
	kc_buf_str(store, FILE_NAME);
	text = store->n;
	kc_buf_fold(store, f->text);
	if (kc_buf_err(store) != KC_OK)
		return kc_buf_err(store);
	if (name_field < KC_FIELDS_MAX)
		e->items[e->field[name_field].first].raw =
		    (struct kc_slice){store->p, file};
	e->items[e->field[file_field].first].raw =
	    (struct kc_slice){store->p + file, text - file};
	e->items[e->field[text_field].first].raw =
	    (struct kc_slice){store->p + text, store->n - text};
	return KC_OK;
}

/* One text stands for all that were adopted: the first place has it, the
 * others would adopt it again. */
static enum kc_err
instead_of_policy(const struct kc_state *st, const struct kc_supposition *s,
    struct kc_entry *e, struct kc_instead *instead, struct kc_refusal *why)
{
	struct kc_policy *p = NULL;
	enum kc_err err;

	if (instead->policy.n > 0) {
		instead->what = KC_INSTEAD_AGAIN;
		return KC_OK;
	}
	err =
	    kc_policy_parse(&p, s->policy.text, s->policy.file, st->epoch, why);
	if (err == KC_OK)
		err = put(e, &instead->policy, &s->policy,
		    KC_F_policy_adopt_policy, kc_slice_str(p->name),
		    KC_F_policy_adopt_file, KC_F_policy_adopt_text);
	instead->what = KC_INSTEAD_PUT;
	kc_free(p);
	return err;
}

static bool
same_year(const struct kc_calendar *a, const struct kc_calendar *b)
{
	for (int year = KC_YEAR_MIN; year <= KC_YEAR_MAX; year++)
		if (kc_calendar_covers(a, year) && kc_calendar_covers(b, year))
			return true;
	return false;
}

static enum kc_err
instead_of_calendar(const struct kc_supposition *s, struct kc_entry *e,
    struct kc_instead *instead, struct kc_refusal *why)
{
	struct kc_slice was = kc_entry_str(e, KC_F_calendar_adopt_text);
	struct kc_calendar *mine = NULL, *theirs = NULL;
	struct kc_buf text = {0};
	enum kc_err err = kc_calendar_new(&mine);

	if (err == KC_OK)
		err = kc_calendar_new(&theirs);
	if (err == KC_OK)
		err = kc_calendar_add(
		    mine, s->calendar.text, s->calendar.file, why);
	kc_buf_unfold(&text, was);
	if (err == KC_OK)
		err = kc_buf_err(&text);
	if (err == KC_OK)
		err = kc_calendar_add(theirs, kc_buf_view(&text), "", why);
	if (err == KC_OK && same_year(mine, theirs)) {
		instead->what =
		    instead->calendar.n > 0 ? KC_INSTEAD_AGAIN : KC_INSTEAD_PUT;
		if (instead->what == KC_INSTEAD_PUT)
			err = put(e, &instead->calendar, &s->calendar,
			    KC_FIELDS_MAX, KC_LIT(""), KC_F_calendar_adopt_file,
			    KC_F_calendar_adopt_text);
	}
	kc_buf_free(&text);
	kc_calendar_free(mine);
	kc_calendar_free(theirs);
	return err;
}

enum kc_err
kc_year_instead(const struct kc_state *st, const struct kc_supposition *s,
    struct kc_entry *e, struct kc_instead *instead, struct kc_refusal *why)
{
	if (e->kind->id == KC_K_policy_adopt && s->policy.text.n > 0)
		return instead_of_policy(st, s, e, instead, why);
	if (e->kind->id == KC_K_calendar_adopt && s->calendar.text.n > 0)
		return instead_of_calendar(s, e, instead, why);
	return KC_OK;
}
