/* SPDX-License-Identifier: Apache-2.0 */
/* Each entry's share of a unit's points. */
#include <kaocheng/change.h>

#include <string.h>

#include <kaocheng/replay.h>

#include "change_int.h"

static const struct kc_view_column columns[] = {
    {"seq", "条目", "entry", true},
    {"received", "入账", "received", false},
    {"kind", "事项", "event", false},
    {"about", "对象", "about", false},
    {"by", "签署", "signed by", false},
    {"points", "分值", "points", true},
    {"total", "累计", "total", true},
    {"rank", "位次", "rank", true},
};
const struct kc_view kc_view_blame = {"blame", "uwy", "逐条目计分",
    "each entry's share of a score", columns,
    sizeof(columns) / sizeof(columns[0])};

struct blame {
	struct kc_vx x; /* first: what a document is written with */
	uint64_t *bad_seq;
	int64_t total_e4;
	uint64_t max, rows; /* that are listed; that there are */
};

/* What the entry is about: the handle that it made, or what it names. */
static struct kc_slice
about(const struct kc_state *st, const struct kc_entry *e)
{
	struct kc_slice made = kc_state_last_handle(st);

	if (made.n > 0)
		return made;
	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0;
		     i < KC_NOUN_NAMED && kc_nouns[n]->named[i].field != NULL;
		     i++) {
			int f = kc_kind_field(
			    e->kind, kc_slice_str(kc_nouns[n]->named[i].field));

			if (f >= 0 && kc_noun_of(e->kind->id) == kc_nouns[n] &&
			    kc_entry_has(e, (unsigned)f))
				return kc_entry_str(e, (unsigned)f);
		}
	return KC_LIT("");
}

void
kc_change_entry(struct kc_vx *x, const struct kc_walk *w)
{
	const struct kc_kind *k = w->e->kind;

	kc_vx_u64(x, "seq", w->at.seq);
	kc_vx_instant(x, "received", w->at.received_ms);
	kc_vx_str(x, "kind", k->name);
	kc_vx_str(x, "kind_text", kc_vx_say(x, k->zh, k->en));
	kc_vx_slice(x, "about", about(w->st, w->e));
	kc_vx_signers(x, w->e);
}

static enum kc_err
each(void *ctx, struct kc_walk *w)
{
	struct blame *b = ctx;
	size_t cell =
	    kc_board_cell(&w->board, w->st, b->x.year, b->x.unit->index);

	for (size_t i = 0; i < w->board.nchanges; i++) {
		const struct kc_board_change *c = &w->board.changes[i];
		const struct kc_ranked *is = &w->board.v[c->cell];
		int64_t was = c->before.listed ? c->before.score.total_e4 : 0;
		int64_t now = is->listed ? is->score.total_e4 : 0;

		if (c->cell != cell || was == now)
			continue;
		b->total_e4 = now;
		if (b->rows++ >= b->max)
			continue;
		kc_board_rank(&w->board, cell);
		kc_vx_row(&b->x);
		kc_change_entry(&b->x, w);
		kc_vx_points(&b->x, "points", now - was);
		kc_vx_points(&b->x, "total", now);
		kc_vx_rank(&b->x, "rank",
		    kc_vx_sees_unit_of(&b->x, KC_SEE_rank, b->x.unit) ? is->rank
								      : 0);
		kc_vx_end(&b->x);
	}
	return KC_OK;
}

static enum kc_err
render(struct kc_vx *x)
{
	struct blame *b = (struct blame *)x;
	struct kc_unit_score s;
	enum kc_err err = kc_vx_want_score(x, &s);

	if (err != KC_OK)
		return err;
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_points(x, "total", s.listed ? s.score.total_e4 : 0);
	kc_vx_rows(x);
	err = kc_walk_log(x->log, x->st->size, each, b, x->why, b->bad_seq);
	kc_vx_rows_end(x);
	kc_vx_u64(x, "rows_total", b->rows);
	assert(
	    err != KC_OK || b->total_e4 == (s.listed ? s.score.total_e4 : 0));
	return err;
}

enum kc_err
kc_blame_render(const struct kc_view_source *src,
    const struct kc_view_args *args, struct kc_buf *out, struct kc_refusal *why,
    uint64_t *bad_seq)
{
	struct blame b = {.x = kc_vx_of(src, args, KC_SEE_blame, out, why),
	    .max = args->rows_max > 0 ? args->rows_max : KC_PAGE_ROWS,
	    .bad_seq = bad_seq};

	*bad_seq = KC_REPLAY_ALL;
	return kc_vx_document(&b.x, &kc_view_blame, render);
}
