/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of which the later would take the place of the earlier: each would stand
 * by itself, so the ledger says nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "many.h"

/* Who says it, and of what: views of the statement's text. */
struct said {
	struct kc_slice by, unit;
	int64_t year;
	size_t i; /* number of the statement */
};

static int
by_voter(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int order = kc_slice_cmp(x->by, y->by);

	if (order == 0)
		order = kc_slice_cmp(x->unit, y->unit);
	if (order == 0)
		order = (x->year > y->year) - (x->year < y->year);
	return order;
}

static int
by_voter_and_row(const void *a, const void *b)
{
	const struct said *x = a, *y = b;
	int order = by_voter(a, b);

	return order != 0 ? order : (x->i > y->i) - (x->i < y->i);
}

/* Of each statement that decodes; what does not the ledger refuses. */
static size_t
read_all(const struct kc_many *m, struct kc_entry *e, struct said *out)
{
	struct kc_slice text = kc_buf_view(&m->text);
	int unit = kc_kind_field(m->kind, KC_LIT("unit"));
	int year = kc_kind_field(m->kind, KC_LIT("year"));
	struct kc_refusal why;
	size_t n = 0;

	for (size_t i = 0; i < m->n; text.p += m->part[i++].n) {
		struct kc_slice one = {text.p, m->part[i].n};

		if (kc_entry_decode_text(e, one, &why) == KC_OK && e->nby > 0)
			out[n++] = (struct said){e->by[0],
			    kc_entry_str(e, (unsigned)unit),
			    kc_entry_num(e, (unsigned)year, 0), i};
	}
	return n;
}

int
kc_import_twice(
    const struct kc_many *m, const struct kc_sheet *s, const size_t *row)
{
	struct kc_entry *e;
	struct said *all;
	char message[256];
	size_t n;

	if (m->n == 0 ||
	    (m->kind->id != KC_K_panel_ballot &&
		m->kind->id != KC_K_panel_recuse))
		return KC_EXIT_OK;
	e = kc_alloc(sizeof(*e));
	all = kc_alloc(m->n * sizeof(*all));
	n = e == NULL || all == NULL ? 0 : read_all(m, e, all);
	if (n > 0)
		qsort(all, n, sizeof(*all), by_voter_and_row);
	for (size_t i = 1; i < n; i++) {
		if (by_voter(&all[i - 1], &all[i]) != 0)
			continue;
		(void)snprintf(message, sizeof(message),
		    _("it says of the same unit by the same voter what row %u "
		      "does; only the later one would count"),
		    s->rows[row[all[i - 1].i]].number);
		m->faults->fault(
		    m->faults->ctx, all[i].i, "E-DUPLICATE", message);
	}
	n = e != NULL && all != NULL;
	kc_free(e);
	kc_free(all);
	return n ? KC_EXIT_OK : kc_cli_error(m->cli, KC_ENOMEM, "import");
}
