/* SPDX-License-Identifier: Apache-2.0 */
/* How a unit's rank comes about: who stands before it, and by what. */
#include "explain.h"

#include "noun/target/target.h"

#define RULE "RULES.md, Rank"

static const struct kc_ranked *
find(const struct kc_vx *x, const struct kc_ranked *all, size_t n)
{
	for (size_t i = 0; i < n && all[i].listed; i++)
		if (all[i].unit == x->unit)
			return &all[i];
	return NULL;
}

static int64_t
taken_off(const struct kc_ranked *r)
{
	return r->score.negative_e4 + r->score.retained_e4;
}

/* --- what decides between two, in the order of kc_rank_order --- */
enum decides {
	BY_TOTAL,
	BY_KEY,
	BY_TAKEN_OFF,
	BY_NOTHING /* they share the rank */
};

static enum decides
what_decides(const struct kc_ranked *a, const struct kc_ranked *b)
{
	if (a->score.total_e4 != b->score.total_e4)
		return BY_TOTAL;
	if (a->score.earned_e4[KC_CLASS_KEY] !=
	    b->score.earned_e4[KC_CLASS_KEY])
		return BY_KEY;
	return taken_off(a) != taken_off(b) ? BY_TAKEN_OFF : BY_NOTHING;
}

/* "1 + 15 of a higher score + 1 of more key work + 0 of less taken off" */
static void
put_sum(struct kc_vx *x, const uint64_t by[BY_NOTHING + 1])
{
	static const struct {
		const char *zh, *en;
	} texts[] = {
	    [BY_TOTAL] = {"（得分更高）", " of a higher score"},
	    [BY_KEY] = {"（同分，重点工作更多）", " of more key work"},
	    [BY_TAKEN_OFF] = {"（再同，扣减更少）", " of less taken off"},
	};
	struct kc_buf why = {0};

	kc_buf_char(&why, '1');
	for (unsigned i = 0; i < BY_NOTHING; i++) {
		kc_buf_str(
		    &why, i == 0 || x->lang == KC_LANG_EN ? " + " : "+ ");
		kc_buf_u64(&why, by[i]);
		kc_buf_str(&why, kc_vx_say(x, texts[i].zh, texts[i].en));
	}
	kc_vx_buf(x, "rank_why", &why);
	kc_buf_free(&why);
}

void
kc_xp_rank(struct kc_vx *x, const struct kc_ranked *all, size_t n)
{
	const struct kc_ranked *me = find(x, all, n);
	uint64_t by[BY_NOTHING + 1] = {0};
	uint64_t ranked = 0;

	if (me == NULL)
		return;
	while (ranked < n && all[ranked].listed)
		ranked++;
	for (size_t i = 0; all[i].rank < me->rank; i++)
		by[what_decides(&all[i], me)]++;
	kc_vx_u64(x, "rank", me->rank);
	kc_vx_u64(x, "ranked", ranked);
	put_sum(x, by);
}

/* --- the view --- */
/* "97.0000 > 96.4761": what the first of the two has more, or less, of. */
static void
put_decides(
    struct kc_vx *x, const struct kc_ranked *r, const struct kc_ranked *me)
{
	static const struct {
		const char *word, *zh, *en;
	} texts[] = {
	    [BY_TOTAL] = {"total", "得分 ", "score "},
	    [BY_KEY] = {"key", "同分，重点 ", "same score; key work "},
	    [BY_TAKEN_OFF] = {"taken_off", "再同，扣减 ",
		"same key work; taken off "},
	    [BY_NOTHING] = {"same", "全同，并列", "all the same: shared"},
	};
	const int64_t a[] = {
	    r->score.total_e4, r->score.earned_e4[KC_CLASS_KEY], taken_off(r)};
	const int64_t b[] = {me->score.total_e4,
	    me->score.earned_e4[KC_CLASS_KEY], taken_off(me)};
	enum decides d = what_decides(r, me);
	struct kc_buf text = {0};

	if (r == me) {
		kc_vx_null(x, "decided_by");
		kc_vx_str(x, "decides", "");
		return;
	}
	kc_buf_str(&text, kc_vx_say(x, texts[d].zh, texts[d].en));
	if (d != BY_NOTHING) {
		kc_buf_points(&text, a[d]);
		kc_buf_str(&text, a[d] > b[d] ? " > " : " < ");
		kc_buf_points(&text, b[d]);
	}
	kc_vx_str(x, "decided_by", texts[d].word);
	kc_vx_buf(x, "decides", &text);
	kc_buf_free(&text);
}

static void
row(struct kc_vx *x, const struct kc_ranked *r, const struct kc_ranked *me)
{
	const struct kc_list *list =
	    kc_list_of(x->st, r->unit->index, x->cycle->year);

	(void)kc_vx_sees(x, r->unit->index, KC_NONE);
	kc_vx_row(x);
	kc_vx_u64(x, "rank", r->rank);
	kc_vx_rank(x, "group_rank", r->group_rank);
	kc_vx_str(x, "unit", r->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, r->unit));
	kc_vx_word(x, "group", KC_SET_GROUP, r->unit->group);
	kc_vx_points(x, "total", r->score.total_e4);
	kc_vx_points(x, "key", r->score.earned_e4[KC_CLASS_KEY]);
	kc_vx_points(x, "taken_off", taken_off(r));
	put_decides(x, r, me);
	if (list != NULL && list->issued_seq != KC_NONE)
		kc_vx_u64(x, "seq", list->issued_seq);
	else
		kc_vx_null(x, "seq");
	kc_vx_end(x);
}

static uint64_t
in_group(const struct kc_ranked *all, size_t n, const struct kc_ranked *me)
{
	uint64_t ranked = 0;

	for (size_t i = 0; i < n && all[i].listed; i++)
		ranked += all[i].unit->group == me->unit->group;
	return ranked;
}

static void
write_head(struct kc_vx *x, const struct kc_ranked *all, size_t n,
    const struct kc_ranked *me)
{
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_word(x, "group", KC_SET_GROUP, x->unit->group);
	kc_vx_bool(x, "listed", me != NULL);
	kc_xp_rank(x, all, n);
	if (me != NULL && me->group_rank != 0) {
		kc_vx_u64(x, "group_rank", me->group_rank);
		kc_vx_u64(x, "group_ranked", in_group(all, n, me));
	}
	kc_vx_str(x, "how",
	    kc_vx_say(x,
		RULE "：先得分，同分重点工作得分，再同扣减（负面清单与预扣保"
		     "留）少者，仍同并列；未下达清单者不排",
		RULE ": the score; then key work earned; then the smaller sum "
		     "of negative items and retained points; else shared; "
		     "without an issued list not ranked"));
}

/* Those before the unit and those that share its rank, the first one first. */
enum kc_err
kc_render_rank(struct kc_vx *x)
{
	struct kc_ranked *all = NULL;
	const struct kc_ranked *me;
	size_t n = 0;
	enum kc_err err = kc_vx_want_unit(x);

	if (err == KC_OK)
		err = kc_vx_want_cycle(x);
	if (err == KC_OK)
		err = kc_rank_units(x->st, x->cycle, &all, &n, x->why);
	if (err != KC_OK)
		return err;
	me = find(x, all, n);
	write_head(x, all, n, me);
	kc_vx_rows(x);
	for (size_t i = 0;
	     me != NULL && i < n && all[i].listed && all[i].rank <= me->rank;
	     i++)
		row(x, &all[i], me);
	kc_free(all);
	return KC_OK;
}
