/* SPDX-License-Identifier: Apache-2.0 */
/* The first entry after which an expression holds of a unit. */
#include <kaocheng/change.h>

#include <string.h>

#include <kaocheng/replay.h>

#include "change_int.h"

static const struct kc_view_column columns[] = {
    {"seq", "条目", "entry", true},
    {"received", "入账", "received", false},
    {"holds", "成立", "holds", false},
    {"kind", "事项", "event", false},
    {"about", "对象", "about", false},
    {"by", "签署", "signed by", false},
    {"total", "得分", "score", true},
    {"rank", "位次", "rank", true},
};
const struct kc_view kc_view_bisect = {"bisect", "uwy", "从哪一条目起",
    "since which entry", columns, sizeof(columns) / sizeof(columns[0])};

/* --- the expression --- */
enum op {
	EQ,
	NE,
	LT,
	LE,
	GT,
	GE
};
enum what {
	SCORE, /* word: place in kc_score_words */
	RANK,
	GROUP_RANK,
	STATE /* of the thing with the name */
};
#define TERMS_MAX 16
struct term {
	enum what what;
	enum op op;
	size_t word;
	int64_t value;
	struct kc_slice name, state;
	bool or_; /* begins an alternative */
};
struct bisect {
	struct kc_vx x; /* first: what a document is written with */
	struct kc_slice expression;
	struct term terms[TERMS_MAX];
	unsigned nterms;
	bool holds, ranks; /* asks for a rank: another unit's score matters */
	bool sees_ranks;
	uint64_t first; /* entry; UINT64_MAX: never yet */
	uint64_t *bad_seq;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_op(char c)
{
	return c == '=' || c == '!' || c == '<' || c == '>';
}

/* The next word of names and numbers, or of signs; empty at the end. */
static struct kc_slice
next_word(struct kc_slice *rest)
{
	struct kc_slice w;
	bool op;

	while (rest->n > 0 && is_space(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
	w = (struct kc_slice){rest->p, 0};
	op = rest->n > 0 && is_op(rest->p[0]);
	while (w.n < rest->n && !is_space(rest->p[w.n]) &&
	    is_op(rest->p[w.n]) == op)
		w.n++;
	rest->p += w.n;
	rest->n -= w.n;
	return w;
}

static bool
read_op(struct kc_slice w, enum op *op)
{
	static const char *const ops[] = {"=", "!=", "<", "<=", ">", ">="};

	for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (kc_slice_is(w, ops[i])) {
			*op = (enum op)i;
			return true;
		}
	*op = EQ;
	return kc_slice_is(w, "==");
}

/* "94", "93.5", "93.5000". */
static bool
read_points(struct kc_slice w, int64_t *e4)
{
	struct kc_slice whole = w, part = {0};
	int64_t n, f = 0;
	size_t dot = 0;

	while (dot < w.n && w.p[dot] != '.')
		dot++;
	if (dot < w.n) {
		whole.n = dot;
		part = (struct kc_slice){w.p + dot + 1, w.n - dot - 1};
		if (part.n == 0 || part.n > 4)
			return false;
	}
	for (size_t i = 0; i < 4; i++) {
		char c = i < part.n ? part.p[i] : '0';

		if (c < '0' || c > '9')
			return false;
		f = f * 10 + (c - '0');
	}
	if (!kc_read_i64(whole, 0, 1000000, &n))
		return false;
	*e4 = n * 10000 + f;
	return true;
}

/* Is it a state of any machine that things with names have? */
static bool
is_state(struct kc_slice w)
{
	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0; i < KC_NOUN_NAMED; i++) {
			const struct kc_named *to = &kc_nouns[n]->named[i];
			const struct kc_machine *m;

			if (to->field == NULL)
				break;
			if (to->state == NULL)
				continue;
			m = kc_machine_get(to->machine);
			for (unsigned s = 0; s < m->nstates; s++)
				if (kc_slice_is(w, m->states[s].word))
					return true;
		}
	return false;
}

static bool
read_term(struct bisect *b, struct kc_slice *rest, struct term *t)
{
	struct kc_slice name = next_word(rest), value;

	if (name.n == 0 || !read_op(next_word(rest), &t->op))
		return false;
	value = next_word(rest);
	t->name = name;
	if (kc_slice_is(name, "rank") || kc_slice_is(name, "group_rank")) {
		t->what = kc_slice_is(name, "rank") ? RANK : GROUP_RANK;
		b->ranks = true;
		return kc_read_i64(value, 0, UINT32_MAX, &t->value);
	}
	for (size_t i = 0; i < kc_score_words_n; i++)
		if (kc_slice_is(name, kc_score_words[i].name)) {
			t->what = SCORE;
			t->word = i;
			return read_points(value, &t->value);
		}
	t->what = STATE;
	t->state = value;
	return (t->op == EQ || t->op == NE) && is_state(value);
}

/* Says from where on it cannot be read. */
static enum kc_err
refuse_from(struct bisect *b, struct kc_slice from)
{
	struct kc_buf text = {0};

	kc_buf_str(&text, "first: ");
	kc_buf_slice(&text, from);
	(void)kc_refuse(b->x.why, KC_R_REQUEST, "first", NULL, NULL, NULL);
	if (kc_buf_err(&text) == KC_OK)
		kc_refusal_arg(b->x.why, 0, kc_buf_view(&text));
	kc_buf_free(&text);
	return KC_EREFUSED;
}

static enum kc_err
read_expression(struct bisect *b)
{
	struct kc_slice rest = b->expression, from, word;
	bool or_ = false;

	do {
		struct term *t = &b->terms[b->nterms];

		from = rest;
		if (b->nterms == TERMS_MAX || !read_term(b, &rest, t))
			return refuse_from(b, from);
		t->or_ = or_;
		b->nterms++;
		from = rest;
		word = next_word(&rest);
		or_ = kc_slice_is(word, "or");
	} while (or_ || kc_slice_is(word, "and"));
	return word.n == 0 ? KC_OK : refuse_from(b, from);
}

/* --- may it be asked? --- */
/* Who does not see all asks for no rank that is hidden, and for the states of
 * what is of his unit; nothing holds of what is not there, whoever asks. */
static bool
may_ask_state(const struct kc_vx *x, struct kc_slice name)
{
	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0; i < KC_NOUN_NAMED; i++) {
			const struct kc_named *to = &kc_nouns[n]->named[i];
			uint32_t at;

			if (to->field == NULL)
				break;
			if (to->state == NULL)
				continue;
			at = kc_find(x->st, to->ns, name);
			if (at != KC_NONE &&
			    (x->reader_unit == KC_NONE ||
				!to->of(x->st, at, x->reader_unit)))
				return false;
		}
	return true;
}

static enum kc_err
check_reader(struct bisect *b)
{
	struct kc_vx *x = &b->x;

	b->sees_ranks = kc_vx_sees_unit_of(x, KC_SEE_rank, x->unit);
	if (b->ranks && !b->sees_ranks)
		return kc_viewer_refuse(x->args->reader, KC_SEE_rank, x->why);
	for (unsigned i = 0; i < b->nterms && x->scope != KC_SEES_ALL; i++)
		if (b->terms[i].what == STATE &&
		    !may_ask_state(x, b->terms[i].name))
			return kc_vx_want_seen(x, false);
	return KC_OK;
}

/* --- does it hold? --- */
static bool
compare(enum op op, int64_t a, int64_t b)
{
	switch (op) {
	case EQ:
		return a == b;
	case NE:
		return a != b;
	case LT:
		return a < b;
	case LE:
		return a <= b;
	case GT:
		return a > b;
	case GE:
		return a >= b;
	}
	return false;
}

static bool
state_holds(const struct kc_state *st, const struct term *t)
{
	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0; i < KC_NOUN_NAMED; i++) {
			const struct kc_named *to = &kc_nouns[n]->named[i];
			const struct kc_machine *m;
			uint32_t at;

			if (to->field == NULL)
				break;
			if (to->state == NULL)
				continue;
			at = kc_find(st, to->ns, t->name);
			if (at == KC_NONE)
				continue;
			m = kc_machine_get(to->machine);
			return compare(t->op,
			    kc_slice_is(
				t->state, m->states[to->state(st, at)].word),
			    true);
		}
	return false;
}

static bool
term_holds(
    const struct kc_state *st, const struct kc_ranked *me, const struct term *t)
{
	if (t->what == STATE)
		return state_holds(st, t);
	if (me == NULL || !me->listed)
		return false;
	switch (t->what) {
	case SCORE:
		return compare(
		    t->op, kc_score_member(&me->score, t->word), t->value);
	case RANK:
		return compare(t->op, me->rank, t->value);
	case GROUP_RANK:
		return me->group_rank != 0 &&
		    compare(t->op, me->group_rank, t->value);
	case STATE:
		break;
	}
	return false;
}

static bool
holds(const struct bisect *b, const struct kc_state *st,
    const struct kc_ranked *me)
{
	bool all = true;

	for (unsigned i = 0; i < b->nterms; i++) {
		if (b->terms[i].or_) {
			if (all)
				return true;
			all = true;
		}
		all = all && term_holds(st, me, &b->terms[i]);
	}
	return all;
}

static enum kc_err
each(void *ctx, struct kc_walk *w)
{
	struct bisect *b = ctx;
	struct kc_vx *x = &b->x;
	size_t cell = kc_board_cell(&w->board, w->st, x->year, x->unit->index);
	struct kc_ranked *me = cell != SIZE_MAX ? &w->board.v[cell] : NULL;
	bool now;

	if (me != NULL && me->unit == NULL)
		me = NULL;
	if (me != NULL && b->ranks && w->board.nchanges > 0)
		kc_board_rank(&w->board, cell);
	now = holds(b, w->st, me);
	if (now == b->holds)
		return KC_OK;
	b->holds = now;
	if (b->first == UINT64_MAX)
		b->first = w->at.seq;
	if (me != NULL && me->listed)
		kc_board_rank(&w->board, cell);
	kc_vx_row(x);
	kc_change_entry(x, w);
	kc_vx_bool(x, "holds", now);
	if (me != NULL && me->listed)
		kc_vx_points(x, "total", me->score.total_e4);
	else
		kc_vx_null(x, "total");
	kc_vx_rank(x, "rank",
	    me != NULL && me->listed && b->sees_ranks ? me->rank : 0);
	kc_vx_end(x);
	return KC_OK;
}

static enum kc_err
render(struct kc_vx *x)
{
	struct bisect *b = (struct bisect *)x;
	enum kc_err err = kc_vx_want_unit(x);

	if (err == KC_OK)
		err = kc_vx_want_cycle(x);
	if (err == KC_OK)
		err = read_expression(b);
	if (err == KC_OK)
		err = check_reader(b);
	if (err != KC_OK)
		return err;
	kc_vx_str(x, "unit", x->unit->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, x->unit));
	kc_vx_slice(x, "expression", b->expression);
	kc_vx_rows(x);
	err = kc_walk_log(x->log, x->st->size, each, b, x->why, b->bad_seq);
	if (err != KC_OK)
		return err;
	kc_vx_rows_end(x);
	if (b->first != UINT64_MAX)
		kc_vx_u64(x, "first", b->first);
	else
		kc_vx_null(x, "first");
	kc_vx_bool(x, "holds_now", b->holds);
	return KC_OK;
}

enum kc_err
kc_bisect_render(const struct kc_view_source *src,
    const struct kc_view_args *args, struct kc_slice expression,
    struct kc_buf *out, struct kc_refusal *why, uint64_t *bad_seq)
{
	struct bisect b = {.x = kc_vx_of(src, args, KC_SEE_bisect, out, why),
	    .expression = expression,
	    .first = UINT64_MAX,
	    .bad_seq = bad_seq};

	*bad_seq = KC_REPLAY_ALL;
	return kc_vx_document(&b.x, &kc_view_bisect, render);
}
