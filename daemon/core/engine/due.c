/* SPDX-License-Identifier: Apache-2.0 */
/* The due queue: entries of the clerk that time has made necessary. */
#include "noun/prededuct/cases.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/limits.h>

static struct kc_warning *
letter_of(const struct kc_state *st, uint32_t object)
{
	assert(object / KC_LIST_MAX < st->warnings.n);
	return st->warnings.v[object / KC_LIST_MAX];
}

static struct kc_addressee *
addressee_of(const struct kc_state *st, uint32_t object)
{
	struct kc_warning *w = letter_of(st, object);

	assert(object % KC_LIST_MAX < w->to.n);
	return &w->to.v[object % KC_LIST_MAX];
}

/* Is the item still what the state asks for? */
static bool
is_live(const struct kc_state *st, const struct kc_due *d)
{
	const struct kc_addressee *a;
	const struct kc_case *c;

	if (d->kind == KC_K_good_propose)
		return st->proposals.v[d->object]->state == KC_PS_DUE;
	if (d->kind == KC_K_warning_overdue) {
		a = addressee_of(st, d->object);
		return a->version == d->version && a->replied_ms == 0 &&
		    !a->overdue && !a->provisional &&
		    letter_of(st, d->object)->state <= KC_WS_REPLIED;
	}
	c = st->cases.v[d->object];
	if (c->version != d->version)
		return false;
	if (d->kind == KC_K_prededuct_expire)
		return c->state == KC_CS_RECTIFYING && !c->provisional;
	assert(d->kind == KC_K_review_overdue);
	return c->state == KC_CS_SUBMITTED && !c->review_overdue &&
	    !c->review_provisional;
}

/* A total order, so that the queue does not depend on who was pushed first. */
static bool
is_before(const struct kc_due *a, const struct kc_due *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	if (a->kind != b->kind)
		return a->kind < b->kind;
	if (a->object != b->object)
		return a->object < b->object;
	return a->version < b->version;
}

enum kc_err
kc_due_push(struct kc_state *st, const struct kc_due *d)
{
	struct kc_due_heap *h = &st->due;
	uint32_t i = h->n;

	if (!kc_vec_push(h, *d))
		return KC_ENOMEM;
	while (i > 0 && is_before(d, &h->v[(i - 1) / 2])) {
		h->v[i] = h->v[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->v[i] = *d;
	return KC_OK;
}

static void
pop(struct kc_due_heap *h)
{
	struct kc_due moving;
	uint32_t child, i = 0;

	assert(h->n > 0);
	moving = h->v[--h->n];
	while ((child = 2 * i + 1) < h->n) {
		if (child + 1 < h->n &&
		    is_before(&h->v[child + 1], &h->v[child]))
			child++;
		if (!is_before(&h->v[child], &moving))
			break;
		h->v[i] = h->v[child];
		i = child;
	}
	if (h->n > 0)
		h->v[i] = moving;
}

void
kc_due_settle(struct kc_state *st)
{
	while (st->due.n > 0 && !is_live(st, &st->due.v[0]))
		pop(&st->due);
}

bool
kc_state_due(const struct kc_state *st, struct kc_due *out)
{
	if (st->due.n == 0)
		return false;
	assert(is_live(st, &st->due.v[0]));
	*out = st->due.v[0];
	return true;
}

static const struct kc_case *
case_of(const struct kc_state *st, const struct kc_due *d)
{
	if (d->kind == KC_K_good_propose)
		return st->cases.v[st->proposals.v[d->object]->case_];
	return st->cases.v[d->object];
}

/* What the item is about, once in the ledger: a handle, for a letter with
 * the unit that has not replied. */
static void
about(const struct kc_state *st, const struct kc_due *d, struct kc_buf *b)
{
	if (d->kind != KC_K_warning_overdue) {
		kc_buf_str(b, case_of(st, d)->handle);
		return;
	}
	kc_buf_str(b, letter_of(st, d->object)->handle);
	kc_buf_char(b, ' ');
	kc_buf_str(b, st->units.v[addressee_of(st, d->object)->unit]->code);
}

static enum kc_err
refuse_due_first(const struct kc_state *st, struct kc_refusal *why)
{
	const struct kc_due *head = &st->due.v[0];
	struct kc_buf b = {0};
	enum kc_err err;

	about(st, head, &b);
	(void)kc_buf_cstr(&b);
	err = kc_buf_err(&b);
	if (err == KC_OK) {
		(void)kc_refuse(why, KC_R_DUE_FIRST,
		    kc_kind_get(head->kind)->name, b.p, NULL, NULL);
		err = kc_refusal_zh(why, 0, kc_kind_get(head->kind)->zh);
	}
	kc_buf_free(&b);
	return err;
}

enum kc_err
kc_want_none_due(
    const struct kc_state *st, int64_t received_ms, struct kc_refusal *why)
{
	if (st->due.n == 0 || st->due.v[0].due_ms > received_ms)
		return KC_OK;
	return refuse_due_first(st, why);
}

/* First 16 bytes of SHA-256 of "kaocheng/v1 due", origin, kind, what it is
 * about and version, a line each. */
static enum kc_err
due_id(
    const struct kc_state *st, const struct kc_due *d, uint8_t id[KC_ID_SIZE])
{
	struct kc_buf b = {0};
	struct kc_hash h;
	enum kc_err err;

	kc_buf_str(&b, "kaocheng/v1 due\n");
	kc_buf_str(&b, st->origin);
	kc_buf_char(&b, '\n');
	kc_buf_str(&b, kc_kind_get(d->kind)->name);
	kc_buf_char(&b, '\n');
	about(st, d, &b);
	kc_buf_char(&b, '\n');
	kc_buf_u64(&b, d->version);
	kc_buf_char(&b, '\n');
	err = kc_buf_err(&b);
	if (err == KC_OK) {
		h = kc_sha256(b.p, b.n);
		memcpy(id, h.b, KC_ID_SIZE);
	}
	kc_buf_free(&b);
	return err;
}

enum kc_err
kc_want_due_id(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	uint8_t id[KC_ID_SIZE];
	struct kc_buf b = {0};
	enum kc_err err;

	assert(st->due.n > 0);
	err = due_id(st, st->due.v, id);

	if (err != KC_OK || memcmp(id, at->e->id, KC_ID_SIZE) == 0)
		return err;
	kc_buf_hex(&b, id, KC_ID_SIZE);
	(void)kc_buf_cstr(&b);
	err = kc_buf_err(&b);
	if (err == KC_OK)
		err = kc_refuse(why, KC_R_FIELD_VALUE, "id", b.p, b.p, NULL);
	kc_buf_free(&b);
	return err;
}

enum kc_err
kc_want_due(const struct kc_state *st, const struct kc_at *at, uint32_t object,
    struct kc_refusal *why)
{
	const struct kc_due *head = st->due.v;

	if (st->due.n == 0 || head->due_ms > at->stamp.received_ms) {
		(void)kc_refuse(
		    why, KC_R_NOT_DUE, at->e->kind->name, NULL, NULL, NULL);
		return kc_refusal_zh(why, 0, at->e->kind->zh);
	}
	if (head->kind != at->e->kind->id || head->object != object)
		return refuse_due_first(st, why);
	return KC_OK;
}

/* Storage of the values that are made for a draft. */
struct made {
	struct kc_buf day, hash;
	char quarter[KC_QUARTER_TEXT];
};

static struct kc_slice
made_day(struct made *m, kc_day d)
{
	kc_buf_day(&m->day, d);
	return kc_buf_view(&m->day);
}

static void
add_case(const struct kc_state *st, const struct kc_due *due, struct made *m,
    struct kc_draft *d)
{
	const struct kc_case *c = st->cases.v[due->object];
	const struct kc_hash *calendar;

	if (due->kind == KC_K_review_overdue) {
		kc_draft_add(
		    d, KC_F_review_overdue_case_, kc_slice_str(c->handle));
		kc_draft_add(
		    d, KC_F_review_overdue_due, made_day(m, c->review_due));
		return;
	}
	calendar = kc_calendar_hash(st, kc_day_year(c->due));
	assert(calendar != NULL); /* else it is provisional, and not due */
	kc_buf_str(&m->hash, "sha256:");
	kc_buf_hex(&m->hash, calendar->b, KC_HASH_SIZE);
	kc_draft_add(d, KC_F_prededuct_expire_case_, kc_slice_str(c->handle));
	kc_draft_add(d, KC_F_prededuct_expire_due, made_day(m, c->due));
	kc_draft_add(d, KC_F_prededuct_expire_calendar, kc_buf_view(&m->hash));
}

static void
add_fields(const struct kc_state *st, const struct kc_due *due, struct made *m,
    struct kc_draft *d)
{
	const struct kc_addressee *a;
	const struct kc_proposal *p;

	if (due->kind == KC_K_warning_overdue) {
		a = addressee_of(st, due->object);
		kc_draft_add(d, KC_F_warning_overdue_warning,
		    kc_slice_str(letter_of(st, due->object)->handle));
		kc_draft_add(d, KC_F_warning_overdue_unit,
		    kc_slice_str(st->units.v[a->unit]->code));
		kc_draft_add(
		    d, KC_F_warning_overdue_due, made_day(m, a->reply_due));
	} else if (due->kind == KC_K_good_propose) {
		p = st->proposals.v[due->object];
		kc_quarter_text(m->quarter, p->quarter);
		kc_draft_add(d, KC_F_good_propose_cadre,
		    kc_slice_str(st->cadres.v[p->cadre]->code));
		kc_draft_add(d, KC_F_good_propose_case_,
		    kc_slice_str(st->cases.v[p->case_]->handle));
		kc_draft_add(
		    d, KC_F_good_propose_quarter, kc_slice_str(m->quarter));
	} else {
		add_case(st, due, m, d);
	}
}

enum kc_err
kc_state_due_text(const struct kc_state *st, const struct kc_due *due,
    int64_t received_ms, struct kc_buf *text)
{
	struct kc_refusal why = {0};
	struct made m = {0};
	uint8_t id[KC_ID_SIZE];
	struct kc_draft *d = kc_alloc(sizeof(*d));
	enum kc_err err = d == NULL ? KC_ENOMEM : due_id(st, due, id);

	if (err != KC_OK)
		goto out;
	assert(received_ms >= 0);
	kc_draft_init(
	    d, due->kind, kc_slice_str(st->origin), id, received_ms / 1000);
	kc_draft_by(d, kc_slice_str(st->actors.v[st->clerk]->id));
	add_fields(st, due, &m, d);
	err = kc_buf_err(&m.day) != KC_OK ? m.day.err : kc_buf_err(&m.hash);
	if (err == KC_OK)
		err = kc_draft_encode(d, text, &why);
	assert(err != KC_EREFUSED); /* all its values come from the state */
out:
	kc_buf_free(&m.day);
	kc_buf_free(&m.hash);
	kc_free(d);
	return err;
}
