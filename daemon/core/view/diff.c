/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two states, and by which entries. */
#include <kaocheng/change.h>

#include <string.h>

#include <kaocheng/replay.h>

#include "change_int.h"
#include "standing.h"

static const struct kc_view_column columns[] = {
    {"side", "", "", false},
    {"seq", "条目", "entry", true},
    {"received", "入账", "received", false},
    {"kind", "事项", "event", false},
    {"about", "对象", "about", false},
    {"by", "签署", "signed by", false},
    {"unit", "单位", "unit", false},
    {"year", "年度", "year", true},
    {"from", "原得分", "from", true},
    {"to", "新得分", "to", true},
};
const struct kc_view kc_view_diff = {"diff", "", "两处的差异", "what differs",
    columns, sizeof(columns) / sizeof(columns[0])};

static const struct kc_view_column scores[] = {
    {"unit", "单位", "unit", false},
    {"year", "年度", "year", true},
    {"from", "原得分", "from", true},
    {"to", "新得分", "to", true},
    {"difference", "差", "difference", true},
    {"rank_from", "原位次", "rank from", true},
    {"rank_to", "新位次", "rank to", true},
};
const struct kc_view kc_view_changed = {"changed", "", "得分与位次",
    "scores and ranks", scores, sizeof(scores) / sizeof(scores[0])};

static const struct kc_view_column things[] = {
    {"about", "编号", "about", false},
    {"from_text", "原状态", "from", false},
    {"to_text", "新状态", "to", false},
};
const struct kc_view kc_view_things = {"things", "", "事项状态",
    "states of cases, letters and targets", things,
    sizeof(things) / sizeof(things[0])};

struct diff {
	struct kc_vx x; /* first: what a document is written with; of b */
	const struct kc_view_source *a, *b;
	uint64_t common, entries;   /* that were met beyond what is common */
	uint64_t max, things, rows; /* that are listed; that there are */
	const char *side;
	uint64_t *bad_seq;
};

/* --- scores --- */
static enum kc_err
put_scores(struct diff *d)
{
	struct kc_standing from = {0}, to = {0};
	struct kc_stand_pair p;
	size_t i = 0, j = 0;
	enum kc_err err = kc_standing_take(d->a->state, &from, d->x.why);

	if (err == KC_OK)
		err = kc_standing_take(d->b->state, &to, d->x.why);
	kc_json_key(&d->x.w, "changed");
	kc_json_open(&d->x.w, '[');
	while (err == KC_OK && kc_standing_next(&from, &to, &i, &j, &p)) {
		if (!kc_stand_differs(&p))
			continue;
		kc_json_open(&d->x.w, '{');
		kc_vx_stand(&d->x, &p);
		kc_json_close(&d->x.w, '}');
	}
	kc_json_close(&d->x.w, ']');
	kc_standing_release(&from);
	kc_standing_release(&to);
	return err;
}

/* --- things --- */
static void
put_state(struct diff *d, const char *key, const char *label,
    const struct kc_named *of, const struct kc_state *st, uint32_t at)
{
	unsigned s;

	if (at == KC_NONE) {
		kc_vx_null(&d->x, key);
		kc_vx_null(&d->x, label);
		return;
	}
	s = of->state(st, at);
	kc_vx_str(&d->x, key, kc_machine_get(of->machine)->states[s].word);
	kc_vx_str(&d->x, label, kc_state_name(of->machine, s, d->x.lang));
}

static void
put_thing(struct diff *d, const struct kc_named *of, const char *name,
    uint32_t in_a, uint32_t in_b)
{
	if (in_a != KC_NONE && in_b != KC_NONE &&
	    of->state(d->a->state, in_a) == of->state(d->b->state, in_b))
		return;
	if (d->things++ >= d->max)
		return;
	kc_json_open(&d->x.w, '{');
	kc_vx_str(&d->x, "what", kc_machine_get(of->machine)->name);
	kc_vx_str(&d->x, "about", name);
	put_state(d, "from", "from_text", of, d->a->state, in_a);
	put_state(d, "to", "to_text", of, d->b->state, in_b);
	kc_json_close(&d->x.w, '}');
}

static void
put_things_of(struct diff *d, const struct kc_named *of)
{
	const struct kc_state *a = d->a->state, *b = d->b->state;

	for (uint32_t i = 0; i < of->count(a); i++) {
		const char *name = of->handle(a, i);

		put_thing(
		    d, of, name, i, kc_find(b, of->ns, kc_slice_str(name)));
	}
	for (uint32_t i = 0; i < of->count(b); i++) {
		const char *name = of->handle(b, i);

		if (kc_find(a, of->ns, kc_slice_str(name)) == KC_NONE)
			put_thing(d, of, name, KC_NONE, i);
	}
}

static void
put_things(struct diff *d)
{
	kc_json_key(&d->x.w, "things");
	kc_json_open(&d->x.w, '[');
	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0; i < KC_NOUN_NAMED; i++) {
			const struct kc_named *of = &kc_nouns[n]->named[i];

			if (of->field == NULL)
				break;
			if (of->state != NULL)
				put_things_of(d, of);
		}
	kc_json_close(&d->x.w, ']');
	kc_vx_u64(&d->x, "things_total", d->things);
}

/* --- entries --- */
static void
put_total(struct kc_vx *x, const char *key, const struct kc_ranked *r)
{
	if (r->listed)
		kc_vx_points(x, key, r->score.total_e4);
	else
		kc_vx_null(x, key);
}

static enum kc_err
each(void *ctx, struct kc_walk *w)
{
	struct diff *d = ctx;

	if (w->at.seq < d->common)
		return KC_OK;
	d->entries++;
	for (size_t i = 0; i < w->board.nchanges; i++) {
		const struct kc_board_change *c = &w->board.changes[i];
		const struct kc_ranked *is = &w->board.v[c->cell];

		if (c->before.listed == is->listed &&
		    c->before.score.total_e4 == is->score.total_e4)
			continue;
		if (!c->before.listed && !is->listed)
			continue;
		if (d->rows++ >= d->max)
			continue;
		kc_vx_row(&d->x);
		kc_vx_str(&d->x, "side", d->side);
		kc_change_entry(&d->x, w);
		kc_vx_str(&d->x, "unit", is->unit->code);
		kc_vx_i64(&d->x, "year",
		    w->st->cycles.v[c->cell / w->board.units]->year);
		put_total(&d->x, "from", &c->before);
		put_total(&d->x, "to", is);
		kc_vx_end(&d->x);
	}
	return KC_OK;
}

static enum kc_err
put_entries(struct diff *d, const struct kc_view_source *side, const char *sign)
{
	if (kc_state_size(side->state) <= d->common)
		return KC_OK;
	d->side = sign;
	return kc_walk_log(side->log, kc_state_size(side->state), each, d,
	    d->x.why, d->bad_seq);
}

static enum kc_err
render(struct kc_vx *x)
{
	struct diff *d = (struct diff *)x;
	enum kc_err err;

	kc_vx_u64(x, "from_size", kc_state_size(d->a->state));
	kc_vx_u64(x, "to_size", kc_state_size(d->b->state));
	kc_vx_u64(x, "common", d->common);
	err = put_scores(d);
	put_things(d);
	kc_vx_rows(x);
	if (err == KC_OK)
		err = put_entries(d, d->a, "-");
	if (err == KC_OK)
		err = put_entries(d, d->b, "+");
	kc_vx_rows_end(x);
	kc_vx_u64(x, "rows_total", d->rows);
	kc_vx_u64(x, "entries", d->entries);
	return err;
}

enum kc_err
kc_diff_render(const struct kc_view_source *a, const struct kc_view_source *b,
    uint64_t common, const struct kc_view_args *args, struct kc_buf *out,
    struct kc_refusal *why, uint64_t *bad_seq)
{
	struct diff d = {.x = kc_vx_of(b, args, KC_SEE_diff, out, why),
	    .a = a,
	    .b = b,
	    .common = common,
	    .max = args->rows_max > 0 ? args->rows_max : KC_PAGE_ROWS,
	    .bad_seq = bad_seq};

	*bad_seq = KC_REPLAY_ALL;
	return kc_vx_document(&d.x, &kc_view_diff, render);
}
