/* SPDX-License-Identifier: Apache-2.0 */
/* What the views share: members of a document, events, last days. */
#include "vx.h"

#include <string.h>

#include "noun/deadline/deadline.h"
#include "noun/reform/reform.h"
#include "noun/target/target.h"

const char *
kc_vx_say(const struct kc_vx *x, const char *zh, const char *en)
{
	return x->lang == KC_LANG_ZH ? zh : en;
}

void
kc_vx_str(struct kc_vx *x, const char *key, const char *s)
{
	kc_json_key(&x->w, key);
	kc_json_str(&x->w, s);
}

void
kc_vx_slice(struct kc_vx *x, const char *key, struct kc_slice s)
{
	kc_json_key(&x->w, key);
	kc_json_slice(&x->w, s);
}

void
kc_vx_buf(struct kc_vx *x, const char *key, const struct kc_buf *b)
{
	/* What could not be made must not look like an empty text. */
	if (b->err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = b->err;
	kc_vx_slice(x, key, kc_buf_view(b));
}

void
kc_vx_hash(struct kc_vx *x, const char *key, const struct kc_hash *h)
{
	struct kc_buf b = {0};

	kc_buf_sha256(&b, h);
	kc_vx_buf(x, key, &b);
	kc_buf_free(&b);
}

void
kc_vx_u64(struct kc_vx *x, const char *key, uint64_t v)
{
	kc_json_key(&x->w, key);
	kc_json_u64(&x->w, v);
}

void
kc_vx_i64(struct kc_vx *x, const char *key, int64_t v)
{
	kc_json_key(&x->w, key);
	kc_json_i64(&x->w, v);
}

void
kc_vx_bool(struct kc_vx *x, const char *key, bool v)
{
	kc_json_key(&x->w, key);
	kc_json_bool(&x->w, v);
}

void
kc_vx_null(struct kc_vx *x, const char *key)
{
	kc_json_key(&x->w, key);
	kc_json_null(&x->w);
}

void
kc_vx_rank(struct kc_vx *x, const char *key, uint32_t rank)
{
	if (rank == 0)
		kc_vx_null(x, key);
	else
		kc_vx_u64(x, key, rank);
}

void
kc_vx_points(struct kc_vx *x, const char *key, int64_t e4)
{
	kc_json_key(&x->w, key);
	kc_json_points(&x->w, e4);
}

void
kc_vx_day(struct kc_vx *x, const char *key, kc_day d)
{
	kc_json_key(&x->w, key);
	kc_json_day(&x->w, d);
}

void
kc_vx_instant(struct kc_vx *x, const char *key, int64_t ms)
{
	kc_json_key(&x->w, key);
	kc_json_instant(&x->w, ms);
}

void
kc_vx_unit(struct kc_vx *x, const char *key, uint32_t unit)
{
	kc_vx_str(x, key, unit != KC_NONE ? x->st->units.v[unit]->code : NULL);
}

void
kc_vx_actor(struct kc_vx *x, const char *key, uint32_t actor)
{
	kc_vx_str(x, key, actor != KC_NONE ? x->st->actors.v[actor]->id : NULL);
}

const char *
kc_vx_label(const struct kc_vx *x, enum kc_set set, int64_t value)
{
	size_t n;
	const struct kc_word *words = kc_set_words(set, &n);

	if (value < 0 || (uint64_t)value >= n)
		return "";
	return kc_vx_say(x, words[value].zh, words[value].en);
}

void
kc_vx_word(struct kc_vx *x, const char *key, enum kc_set set, int64_t value)
{
	char text_key[48] = "";
	struct kc_slice k = kc_slice_str(key);

	kc_vx_str(x, key, kc_word_text(set, value));
	if (kc_slice_copy(text_key, sizeof(text_key) - 5, k)) {
		memcpy(text_key + k.n, "_text", 6);
		kc_vx_str(x, text_key, kc_vx_label(x, set, value));
	}
}

void
kc_vx_word_if(struct kc_vx *x, const char *key, const char *text_key,
    enum kc_set set, int value)
{
	if (value >= 0) {
		kc_vx_word(x, key, set, value);
		return;
	}
	kc_vx_null(x, key);
	kc_vx_null(x, text_key);
}

void
kc_vx_state(struct kc_vx *x, enum kc_machine_id m, unsigned state)
{
	kc_vx_str(x, "state", kc_machine_get(m)->states[state].word);
	kc_vx_str(x, "state_text", kc_state_name(m, state, x->lang));
}

static const struct {
	const char *word, *zh, *en;
} terms[] = {
    {"not-yet", "未到期", "not yet"},
    {"in-force", "有效", "in force"},
    {"over", "已期满", "over"},
};

static size_t
term_at(const struct kc_vx *x, const struct kc_term *t)
{
	return x->today < t->from ? 0 : x->today <= t->until ? 1 : 2;
}

const char *
kc_term_text(const struct kc_vx *x, const struct kc_term *t)
{
	size_t at = term_at(x, t);

	return t->ended != KC_NONE
	    ? kc_state_name(t->machine, t->ended, x->lang)
	    : kc_vx_say(x, terms[at].zh, terms[at].en);
}

void
kc_vx_term(struct kc_vx *x, const struct kc_term *t)
{
	kc_vx_str(x, "state",
	    t->ended != KC_NONE
		? kc_machine_get(t->machine)->states[t->ended].word
		: terms[term_at(x, t)].word);
	kc_vx_str(x, "state_text", kc_term_text(x, t));
}

void
kc_vx_rows(struct kc_vx *x)
{
	kc_json_key(&x->w, "rows");
	kc_json_open(&x->w, '[');
	x->in_rows = true;
	kc_page_begin(x);
}

void
kc_vx_rows_end(struct kc_vx *x)
{
	if (!x->in_rows)
		return;
	kc_json_close(&x->w, ']');
	x->in_rows = false;
	kc_page_end(x);
}

void
kc_vx_asked(struct kc_vx *x)
{
	if (x->in_rows && !x->asked && x->scope != KC_SEES_ALL)
		x->unasked = true;
}

void
kc_vx_row(struct kc_vx *x)
{
	kc_vx_asked(x);
	kc_page_row(x);
	kc_json_open(&x->w, '{');
}

void
kc_vx_end(struct kc_vx *x)
{
	kc_json_close(&x->w, '}');
	kc_page_row_end(x);
}

const char *
kc_vx_unit_name(const struct kc_vx *x, const struct kc_unit *u)
{
	bool english = x->lang == KC_LANG_EN && u->name_en != NULL &&
	    u->name_en[0] != '\0';

	return english ? u->name_en : u->name;
}

kc_day
kc_event_day(const struct kc_event *e)
{
	return kc_day_of_instant(e->received_ms, KC_LOCAL_OFFSET_S);
}

/* --- events -------------------------------------------------------------- */
uint32_t
kc_events_at(const struct kc_events *ev, enum kc_kind_id kind)
{
	for (uint32_t i = 0; i < ev->n; i++)
		if (ev->v[i].kind == kind)
			return i;
	return KC_NONE;
}

uint32_t
kc_events_first(const struct kc_events *ev, enum kc_kind_id kind)
{
	uint32_t i = kc_events_at(ev, kind);

	return i == KC_NONE ? KC_NONE : ev->v[i].seq;
}

uint32_t
kc_events_last(const struct kc_events *ev, enum kc_kind_id kind)
{
	for (uint32_t i = ev->n; i-- > 0;)
		if (ev->v[i].kind == kind)
			return ev->v[i].seq;
	return KC_NONE;
}

void
kc_vx_event(
    struct kc_vx *x, const struct kc_event *e, const struct kc_buf *text)
{
	kc_vx_row(x);
	kc_vx_u64(x, "seq", e->seq);
	kc_vx_day(x, "date", kc_event_day(e));
	kc_vx_instant(x, "received", e->received_ms);
	kc_vx_str(x, "kind", kc_kind_get((enum kc_kind_id)e->kind)->name);
	kc_vx_buf(x, "event", text);
	kc_vx_said(x, e, true);
}

void
kc_buf_event_label(
    struct kc_buf *b, const struct kc_vx *x, const struct kc_event *e)
{
	const struct kc_kind *k = kc_kind_get((enum kc_kind_id)e->kind);

	kc_buf_str(b, kc_vx_say(x, k->zh, k->en));
	kc_buf_reform(b, x->st, e->seq);
	kc_buf_until(b, x, kc_moved_until(x->st, e->seq));
}

void
kc_buf_until(struct kc_buf *b, const struct kc_vx *x, kc_day due)
{
	if (due == KC_DAY_NONE)
		return;
	kc_buf_str(b, kc_vx_say(x, "，至 ", ", until "));
	kc_buf_day(b, due);
}

/* --- last days ----------------------------------------------------------- */
void
kc_vx_rule(struct kc_vx *x, const struct kc_policy *p, int key)
{
	struct kc_refusal cite = {0};
	struct kc_buf value = {0};

	if (p == NULL || key < 0) {
		kc_vx_null(x, "rule");
		kc_vx_null(x, "value");
		kc_vx_null(x, "place");
		return;
	}
	kc_policy_cite(p, (enum kc_policy_key)key, &cite);
	kc_buf_policy_value(&value, p, (enum kc_policy_key)key);
	kc_vx_str(x, "rule", cite.rule);
	kc_vx_buf(x, "value", &value);
	kc_vx_str(x, "place", cite.rule_place);
	kc_buf_free(&value);
}

static void
next_row(struct kc_vx *x, const struct kc_machine *m, const struct kc_move *v,
    const struct kc_last_day *days)
{
	const struct kc_kind *k = kc_kind_get(v->kind);

	kc_vx_row(x);
	kc_vx_str(x, "kind", k->name);
	kc_vx_str(x, "kind_text", kc_vx_say(x, k->zh, k->en));
	kc_json_key(&x->w, "roles");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < k->signers.n; i++)
		for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
			if ((k->signers.roles[i] >> r & 1) != 0)
				kc_json_str(
				    &x->w, kc_word_text(KC_SET_ROLE, r));
	kc_json_close(&x->w, ']');
	kc_vx_u64(x, "signers", k->signers.n);
	if (v->limit >= 0 && days != NULL) {
		kc_vx_day(x, "due", days[v->limit].due);
		kc_vx_bool(x, "provisional", days[v->limit].provisional);
		kc_vx_str(x, "else",
		    kc_vx_say(x, m->limits[v->limit].else_zh,
			m->limits[v->limit].else_en));
	} else {
		kc_vx_null(x, "due");
		kc_vx_bool(x, "provisional", false);
		kc_vx_null(x, "else");
	}
	kc_vx_end(x);
}

/* "waiting for yearend.publicity_end, which is written when it falls due:
 * 2023-02-27" */
static void
put_wait(struct kc_buf *b, const struct kc_vx *x, const struct kc_move *v,
    const struct kc_last_day *days)
{
	kc_buf_wait(b, v, x->lang);
	if (v->limit < 0 || days == NULL || days[v->limit].due == KC_DAY_NONE)
		return;
	kc_buf_str(b, kc_vx_say(x, "，期限 ", ": "));
	kc_buf_day(b, days[v->limit].due);
}

/* "prededuct.confirm (estab) until 2022-07-29" */
static void
put_now(struct kc_buf *b, const struct kc_vx *x, const struct kc_move *v,
    const struct kc_last_day *days)
{
	const struct kc_kind *k = kc_kind_get(v->kind);

	if (b->n > 0)
		kc_buf_str(b, kc_vx_say(x, "、", "; "));
	kc_buf_str(b, kc_vx_say(x, k->zh, k->name));
	kc_buf_str(b, kc_vx_say(x, "（", " ("));
	kc_buf_signers(b, k, x->lang);
	kc_buf_str(b, kc_vx_say(x, "）", ")"));
	if (v->limit >= 0 && days != NULL &&
	    days[v->limit].due != KC_DAY_NONE) {
		kc_buf_str(b, kc_vx_say(x, "至 ", " until "));
		kc_buf_day(b, days[v->limit].due);
	}
}

void
kc_vx_next(struct kc_vx *x, enum kc_machine_id id, unsigned state,
    const struct kc_last_day *days)
{
	kc_vx_next_if(x, id, state, days, NULL, NULL);
}

void
kc_vx_next_if(struct kc_vx *x, enum kc_machine_id id, unsigned state,
    const struct kc_last_day *days,
    bool (*may)(const void *ctx, enum kc_kind_id kind), const void *ctx)
{
	const struct kc_machine *m = kc_machine_get(id);
	const struct kc_move *waits = kc_machine_waits(id, state);
	struct kc_buf now = {0};

	if (waits != NULL)
		put_wait(&now, x, waits, days);
	kc_json_key(&x->w, "next");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < m->nmoves; i++) {
		const struct kc_move *v = &m->moves[i];

		if ((v->from >> state & 1) == 0 || v->party == KC_PARTY_CLERK ||
		    (may != NULL && !may(ctx, v->kind)))
			continue;
		next_row(x, m, v, days);
		put_now(&now, x, v, days);
	}
	kc_json_close(&x->w, ']');
	kc_vx_buf(x, "now", &now);
	kc_buf_free(&now);
}

bool
kc_deadline_add(const struct kc_state *st, struct kc_deadlines *to,
    const struct kc_deadline *d)
{
	struct kc_deadline moved;
	int64_t ms;

	if (d->day.due == KC_DAY_NONE ||
	    (d->end != KC_DEADLINE_OPEN && !to->ended) ||
	    (d->right && !to->rights))
		return true;
	moved = *d;
	if (d->target != KC_NONE) {
		moved.owner = st->targets.v[d->target]->unit;
		moved.judge = st->targets.v[d->target]->assessor;
		moved.year = st->targets.v[d->target]->year;
	}
	ms = kc_moved_ms(st, d);
	if (ms > d->changed_ms) {
		moved.since = kc_day_of_instant(ms, KC_LOCAL_OFFSET_S);
		moved.changed_ms = ms;
	}
	return kc_vec_push(to, moved);
}
