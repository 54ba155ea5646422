/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a unit, and whence it has what it has. */
#include "reform.h"

#include "noun/vx.h"

const struct kc_reform *
kc_reform_at(const struct kc_state *st, uint32_t seq)
{
	for (uint32_t i = 0; i < st->reforms.n; i++)
		if (st->reforms.v[i].seq == seq)
			return &st->reforms.v[i];
	return NULL;
}

void
kc_buf_reform(struct kc_buf *b, const struct kc_state *st, uint32_t seq)
{
	const struct kc_reform *r = kc_reform_at(st, seq);

	if (r == NULL)
		return;
	kc_buf_char(b, ' ');
	kc_buf_str(b, st->units.v[r->from]->code);
	if (r->into == KC_NONE)
		return;
	kc_buf_str(b, " → ");
	kc_buf_str(b, st->units.v[r->into]->code);
}

/* Units whose things came to be, or are those, of the one that is asked for:
 * marks what a reform joins to one that is marked, along time. */
static void
mark(const struct kc_state *st, bool *marks, bool whence)
{
	for (uint32_t i = 0; i < st->reforms.n; i++) {
		const struct kc_reform *r =
		    &st->reforms.v[whence ? st->reforms.n - 1 - i : i];

		if (r->into == KC_NONE)
			continue;
		if (whence && marks[r->into])
			marks[r->from] = true;
		if (!whence && marks[r->from])
			marks[r->into] = true;
	}
}

static void
put(struct kc_vx *x, const struct kc_reform *r)
{
	const struct kc_kind *kind = kc_kind_get(r->kind);

	kc_vx_row(x);
	kc_vx_u64(x, "seq", r->seq);
	kc_vx_day(x, "on", r->on);
	kc_vx_str(x, "kind", kind->name);
	kc_vx_str(x, "kind_text", kc_vx_say(x, kind->zh, kind->en));
	kc_vx_unit(x, "unit", r->from);
	kc_vx_unit(x, "successor", r->into);
	kc_vx_str(x, "document", r->document);
	kc_vx_end(x);
}

enum kc_err
kc_render_reform(struct kc_vx *x)
{
	enum kc_err err = kc_vx_want_unit(x);
	uint32_t n = x->st->units.n;
	bool *before, *after;

	if (err != KC_OK)
		return err;
	before = kc_alloc((size_t)n * 2);
	if (before == NULL)
		return KC_ENOMEM;
	after = before + n;
	before[x->unit->index] = after[x->unit->index] = true;
	mark(x->st, before, true);
	mark(x->st, after, false);
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_unit(x, "now", kc_unit_now(x->st, x->unit->index));
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->reforms.n; i++) {
		const struct kc_reform *r = &x->st->reforms.v[i];

		x->asked = true; /* of the unit */
		if (after[r->from] || (r->into != KC_NONE && before[r->into]))
			put(x, r);
	}
	kc_free(before);
	return KC_OK;
}
