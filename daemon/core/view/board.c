/* SPDX-License-Identifier: Apache-2.0 */
/* Every unit's score in every year, kept up to date entry by entry. */
#include "board.h"

#include <stddef.h>
#include <string.h>

#include "engine/noun.h"
#include "engine/replayer.h"

#define MEMBER(name, member)                                                   \
	{                                                                      \
		name, offsetof(struct kc_score, member)                        \
	}
const struct kc_score_word kc_score_words[] = {
    MEMBER("total", total_e4),
    MEMBER("key", earned_e4[KC_CLASS_KEY]),
    MEMBER("routine", earned_e4[KC_CLASS_ROUTINE]),
    MEMBER("dynamic", earned_e4[KC_CLASS_DYNAMIC]),
    MEMBER("credit", credit_e4),
    MEMBER("objective", objective_e4),
    MEMBER("panel", panel_e4),
    MEMBER("base", base_e4),
    MEMBER("negative", negative_e4),
    MEMBER("deducted", deducted_e4),
    MEMBER("returned", returned_e4),
    MEMBER("retained", retained_e4),
    MEMBER("bonus", bonus_e4),
    MEMBER("pending", pending_e4),
};
const size_t kc_score_words_n =
    sizeof(kc_score_words) / sizeof(kc_score_words[0]);

int64_t
kc_score_member(const struct kc_score *s, size_t word)
{
	int64_t v;

	memcpy(&v, (const char *)s + kc_score_words[word].offset, sizeof(v));
	return v;
}

static bool
same_score(const struct kc_ranked *a, const struct kc_ranked *b)
{
	if (a->listed != b->listed)
		return false;
	for (size_t i = 0; i < kc_score_words_n; i++)
		if (kc_score_member(&a->score, i) !=
		    kc_score_member(&b->score, i))
			return false;
	return true;
}

void
kc_board_release(struct kc_board *b)
{
	kc_free(b->v);
	kc_free(b->changes);
	kc_free(b->named);
	memset(b, 0, sizeof(*b));
}

/* Room for the years and units that there are; *grew if there was none. */
static enum kc_err
grow(struct kc_board *b, const struct kc_state *st, bool *grew)
{
	struct kc_board to = {.years = st->cycles.n, .units = st->units.n};
	size_t n = (size_t)to.years * to.units + 1;

	*grew = b->v == NULL || to.years != b->years || to.units != b->units;
	if (!*grew)
		return KC_OK;
	to.v = kc_alloc(n * sizeof(to.v[0]));
	to.changes = kc_alloc(n * sizeof(to.changes[0]));
	to.named = kc_alloc((size_t)to.units + 1);
	if (to.v == NULL || to.changes == NULL || to.named == NULL) {
		kc_board_release(&to);
		return KC_ENOMEM;
	}
	for (uint32_t y = 0; y < b->years; y++)
		memcpy(&to.v[(size_t)y * to.units], &b->v[(size_t)y * b->units],
		    b->units * sizeof(b->v[0]));
	kc_board_release(b);
	*b = to;
	return KC_OK;
}

enum kc_err
kc_board_after(struct kc_board *b, const struct kc_state *st,
    const struct kc_entry *e, struct kc_refusal *why)
{
	bool all;
	enum kc_err err;

	b->nchanges = 0;
	if (!kc_noun_of(e->kind->id)->scores)
		return KC_OK;
	err = grow(b, st, &all);
	if (err != KC_OK)
		return err;
	memset(b->named, 0, b->units);
	if (!all)
		all = !kc_entry_units(st, e, b->named);
	for (size_t i = 0; i < (size_t)b->years * b->units; i++) {
		size_t u = i % b->units;
		struct kc_unit_score s;
		struct kc_ranked is;

		if (!all && !b->named[u])
			continue;
		err = kc_unit_score(
		    st, st->units.v[u], st->cycles.v[i / b->units], &s, why);
		if (err != KC_OK)
			return err;
		is = (struct kc_ranked){.unit = st->units.v[u],
		    .score = s.score,
		    .listed = s.listed};
		if (b->v[i].unit != NULL && same_score(&b->v[i], &is))
			continue;
		b->changes[b->nchanges++] =
		    (struct kc_board_change){i, b->v[i]};
		b->v[i] = is;
	}
	return KC_OK;
}

size_t
kc_board_cell(const struct kc_board *b, const struct kc_state *st, int year,
    uint32_t unit)
{
	for (uint32_t y = 0; y < b->years && unit < b->units; y++)
		if (st->cycles.v[y]->year == year)
			return (size_t)y * b->units + unit;
	return SIZE_MAX;
}

void
kc_board_rank(struct kc_board *b, size_t cell)
{
	struct kc_ranked *me = &b->v[cell];
	size_t first = cell - cell % b->units;

	me->rank = me->listed ? 1 : 0;
	me->group_rank = me->unit->group == KC_GROUP_APART ? 0 : me->rank;
	for (size_t i = first; me->listed && i < first + b->units; i++) {
		const struct kc_ranked *o = &b->v[i];

		if (!o->listed || kc_rank_order(o, me) >= 0)
			continue;
		me->rank++;
		if (me->group_rank != 0)
			me->group_rank += o->unit->group == me->unit->group;
	}
}

enum kc_err
kc_walk_log(const struct kc_log *log, uint64_t upto,
    enum kc_err (*each)(void *ctx, struct kc_walk *w), void *ctx,
    struct kc_refusal *why, uint64_t *bad_seq)
{
	struct kc_walk w = {0};
	struct kc_replayer r;
	enum kc_err err = kc_replayer_init(&r, log);

	if (err == KC_OK)
		err = kc_state_new(&w.st);
	while (err == KC_OK && w.st->size < upto && w.st->size < log->size) {
		*bad_seq = w.st->size;
		err = kc_replayer_read(&r, w.st, why);
		if (err == KC_OK)
			err = kc_state_apply(w.st, r.e, r.stamp, why);
		if (err == KC_OK)
			err = kc_board_after(&w.board, w.st, r.e, why);
		if (err != KC_OK)
			break;
		w.e = r.e;
		w.at = r.stamp;
		err = each(ctx, &w);
	}
	kc_board_release(&w.board);
	kc_state_free(w.st);
	kc_replayer_release(&r);
	return err;
}
