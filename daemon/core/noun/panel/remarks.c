/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What voters wrote on a unit, once the panels are closed: of groups that
 * count, without a name or a group, and in the order of the words, so that
 * nothing tells which of them were one ballot's, or when they were written.
 * Not even that a key is disputed: it would name one.
 */
#include "panel.h"

#include <stdlib.h>
#include <string.h>

#include "noun/vx.h"

static const unsigned fields[KC_PANEL_REMARKS] = {
    [KC_PANEL_OVERREACH] = KC_F_panel_ballot_overreach,
    [KC_PANEL_ABSENT] = KC_F_panel_ballot_absent,
    [KC_PANEL_MISPLACED] = KC_F_panel_ballot_misplaced,
    [KC_PANEL_WORKLOAD] = KC_F_panel_ballot_workload,
};

static enum kc_err
take(struct kc_panel_remarks *to, const struct kc_entry *e)
{
	for (unsigned f = 0; f < KC_PANEL_REMARKS; f++)
		for (unsigned i = 0; i < kc_entry_count(e, fields[f]); i++) {
			struct kc_panel_remark r = {.what = f};
			size_t from = to->words.n;

			kc_buf_unfold(
			    &to->words, kc_entry_item(e, fields[f], i)->raw);
			r.words.n = to->words.n - from;
			if (!kc_vec_push(&to->each, r))
				return KC_ENOMEM;
		}
	return kc_buf_err(&to->words);
}

static int
by_words(const void *pa, const void *pb)
{
	const struct kc_panel_remark *a = pa, *b = pb;
	size_t n = a->words.n < b->words.n ? a->words.n : b->words.n;
	int o = a->what < b->what ? -1 : a->what > b->what;

	if (o == 0)
		o = memcmp(a->words.p, b->words.p, n);
	return o != 0 ? o
		      : (a->words.n > b->words.n) - (a->words.n < b->words.n);
}

/* The words do not move any more. */
static void
sort(struct kc_panel_remarks *r)
{
	const char *at = r->words.p;

	for (uint32_t i = 0; i < r->each.n; i++) {
		r->each.v[i].words.p = at;
		at += r->each.v[i].words.n;
	}
	if (r->each.n > 0)
		qsort(r->each.v, r->each.n, sizeof(r->each.v[0]), by_words);
}

enum kc_err
kc_panel_remarks_of(
    struct kc_vx *x, int year, uint32_t unit, struct kc_panel_remarks *out)
{
	const struct kc_panel_result *r = kc_panel_result_of(x->st, year, unit);
	struct kc_entry *e = kc_alloc(sizeof(*e));
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err = e == NULL ? KC_ENOMEM : KC_OK;

	*out = (struct kc_panel_remarks){.words = {0}};
	for (uint32_t i = 0; err == KC_OK && r != NULL && i < r->spoken.n;
	     i++) {
		err = x->log == NULL
		    ? KC_ENOTFOUND
		    : kc_vx_load(x, r->spoken.v[i], &bytes, &leaf, e);
		if (err == KC_OK) {
			err = take(out, e);
		} else if (err == KC_ENOTFOUND) {
			out->lacks++;
			err = KC_OK;
		}
	}
	if (err == KC_OK)
		sort(out);
	kc_buf_free(&bytes);
	kc_free(e);
	return err;
}

void
kc_panel_remarks_free(struct kc_panel_remarks *r)
{
	kc_vec_free(&r->each);
	kc_buf_free(&r->words);
}
