/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 over a canonical listing of the state: every noun in order of its
 * index, numbers as big-endian 64 bits, texts with their length before them.
 * What follows from these (indexes of codes, the due queue) is left out.
 */
#include "state_int.h"

#include <string.h>

#define CHUNK ((size_t)32 * 1024) /* listing held in memory at a time */

/* A running digest: d = SHA256(d || chunk). Chunks end between objects. */
struct digest {
	struct kc_buf b;
	struct kc_hash h;
};

static void
fold(struct digest *d)
{
	if (d->b.err != KC_OK || d->b.n == 0)
		return;
	kc_buf_put(&d->b, d->h.b, sizeof(d->h.b));
	if (d->b.err != KC_OK)
		return;
	d->h = kc_sha256(d->b.p, d->b.n);
	d->b.n = 0;
}

static void
put(struct digest *d, int64_t v)
{
	kc_buf_be64(&d->b, (uint64_t)v);
}

static void
put_text(struct digest *d, const char *s)
{
	size_t n = strlen(s);

	put(d, (int64_t)n);
	kc_buf_put(&d->b, s, n);
}

static void
put_hash(struct digest *d, const struct kc_hash *h)
{
	kc_buf_put(&d->b, h->b, sizeof(h->b));
}

static void
put_u32s(struct digest *d, const struct kc_u32s *v)
{
	put(d, v->n);
	for (uint32_t i = 0; i < v->n; i++)
		put(d, v->v[i]);
}

static void
put_events(struct digest *d, const struct kc_events *v)
{
	put(d, v->n);
	for (uint32_t i = 0; i < v->n; i++) {
		put(d, v->v[i].seq);
		put(d, v->v[i].by);
		put(d, v->v[i].kind);
		put(d, v->v[i].received_ms);
	}
}

/* The numbers of the kinds in a set, and how many: the same whatever kinds
 * the program knows beside them. */
static void
put_kinds(struct digest *d, const struct kc_kind_set *s)
{
	int64_t n = 0;

	for (unsigned k = 0; k < KC_K_COUNT; k++)
		n += kc_kind_set_has(s, k);
	put(d, n);
	for (unsigned k = 0; k < KC_K_COUNT; k++)
		if (kc_kind_set_has(s, k))
			put(d, k);
}

/* Opens an object: its class, so that no listing reads as another. */
static void
open_object(struct digest *d, char class)
{
	if (d->b.n >= CHUNK)
		fold(d);
	kc_buf_char(&d->b, class);
}

static void
put_vkey(struct digest *d, const struct kc_vkey *k)
{
	put_text(d, k->name);
	put(d, k->type);
	kc_buf_put(&d->b, k->pub, sizeof(k->pub));
}

static void
put_actor(struct digest *d, const struct kc_actor *a)
{
	open_object(d, 'A');
	put_text(d, a->id);
	put(d, a->unit);
	put(d, a->roles);
	put(d, a->retired);
	put(d, a->enrolled_seq);
	put(d, a->key);
	put(d, a->keys.n);
	for (uint32_t i = 0; i < a->keys.n; i++) {
		put_vkey(d, &a->keys.v[i].vkey);
		put(d, (int64_t)a->keys.v[i].from_seq);
		put(d, (int64_t)a->keys.v[i].until_seq);
	}
	put(d, a->given.n);
	for (uint32_t i = 0; i < a->given.n; i++) {
		const struct kc_delegation *g = &a->given.v[i];

		put(d, g->to);
		put_kinds(d, &g->kinds);
		put(d, g->from);
		put(d, g->until);
		put(d, g->ended);
		put(d, g->seq);
	}
	put_u32s(d, &a->acts_for);
}

static void
put_unit(struct digest *d, const struct kc_unit *u)
{
	open_object(d, 'U');
	put_text(d, u->code);
	put_text(d, u->name);
	put_text(d, u->name_en);
	put(d, u->group);
	put(d, u->seq);
	put(d, u->duties.n);
	for (uint32_t i = 0; i < u->duties.n; i++) {
		put_text(d, u->duties.v[i].code);
		put_text(d, u->duties.v[i].text);
		put(d, u->duties.v[i].seq);
	}
	put_u32s(d, &u->targets);
	put_u32s(d, &u->prededucts);
	put_u32s(d, &u->warnings);
}

static void
put_grant(struct digest *d, const struct kc_grant *g)
{
	open_object(d, 'G');
	put_text(d, g->code);
	put(d, g->assessor);
	put(d, g->scope);
	put_text(d, g->object);
	put(d, g->from);
	put(d, g->until);
	put(d, g->withdrawn);
	put(d, g->seq);
}

static void
put_indicator(struct digest *d, const struct kc_indicator *x)
{
	open_object(d, 'I');
	put_text(d, x->code);
	put(d, x->unit);
	put(d, x->direction);
	put_text(d, x->name);
	put_text(d, x->measure);
	put(d, x->seq);
	put(d, x->reports.n);
	for (uint32_t i = 0; i < x->reports.n; i++) {
		const struct kc_report *r = &x->reports.v[i];

		put(d, r->quarter);
		put(d, r->rank);
		put(d, r->last_rank);
		put(d, r->agreed_rank);
		put(d, r->value_e4);
		put(d, r->has_last_value ? r->last_value_e4 : 0);
		put(d, r->has_last_value);
		put(d, r->seq);
	}
}

static void
put_target(struct digest *d, const struct kc_target *t)
{
	open_object(d, 'T');
	put_text(d, t->code);
	put(d, t->unit);
	put(d, t->assessor);
	put(d, t->indicator);
	put(d, t->lead);
	put(d, t->assist);
	put(d, t->year);
	put(d, t->class_);
	put(d, t->source);
	put(d, t->state);
	put(d, t->weight_e4);
	put(d, t->completion_bp);
	put(d, t->completion_seq);
	put_text(d, t->title);
	put_text(d, t->standard);
	put_u32s(d, &t->duties);
	put(d, t->open_case);
	put(d, t->prededucted_e4);
	put_events(d, &t->events);
}

static void
put_warning(struct digest *d, const struct kc_warning *w)
{
	open_object(d, 'W');
	put_text(d, w->handle);
	put(d, w->target);
	put(d, w->level);
	put(d, w->state);
	put(d, w->rectify_by);
	put(d, w->closed);
	put(d, w->to.n);
	for (uint32_t i = 0; i < w->to.n; i++) {
		const struct kc_addressee *a = &w->to.v[i];

		put(d, a->unit);
		put(d, a->delivered);
		put(d, a->reply_due);
		put(d, a->replied_ms);
		put(d, a->overdue);
		put(d, a->provisional);
		put(d, a->version);
		put(d, a->policy);
	}
	put_events(d, &w->events);
}

static void
put_case(struct digest *d, const struct kc_case *c)
{
	const int64_t numbers[] = {c->unit, c->target, c->decider,
	    c->decided_for, c->assessor, c->cause, c->warning, c->situation,
	    c->effect, c->state, c->policy, c->year, c->number, c->quarter,
	    c->standard_e4, c->deducted_e4, c->returned_e4, c->rate_bp,
	    c->decided, c->confirmed, c->delivered, c->due, c->submitted,
	    c->review_due, c->provisional, c->review_provisional, c->extensions,
	    c->extension_asked, c->review_overdue, c->version, c->proposal};

	open_object(d, 'P');
	put_text(d, c->handle);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		put(d, numbers[i]);
	put_events(d, &c->events);
}

static void
put_rules(struct digest *d, const struct kc_state *st)
{
	for (uint32_t i = 0; i < st->policies.n; i++) {
		open_object(d, 'R');
		put_text(d, st->policies.v[i].policy->name);
		put_hash(d, &st->policies.v[i].hash);
		put(d, st->policies.v[i].seq);
	}
	for (uint32_t i = 0; i < st->calendars.n; i++) {
		open_object(d, 'D');
		put_text(d, st->calendars.v[i].file);
		put_hash(d, &st->calendars.v[i].hash);
		put(d, st->calendars.v[i].seq);
	}
	for (uint32_t i = 0; i < st->cycles.n; i++) {
		const struct kc_cycle *c = st->cycles.v[i];

		open_object(d, 'Y');
		put(d, c->year);
		put(d, c->seq);
		put(d, c->policy);
		put(d, c->cases);
		put(d, c->notices);
		put(d, c->warnings);
		put_u32s(d, &c->lists);
	}
	for (uint32_t i = 0; i < st->lists.n; i++) {
		const struct kc_list *l = st->lists.v[i];

		open_object(d, 'L');
		put(d, l->unit);
		put(d, l->year);
		put(d, l->issued_seq);
		put(d, l->dynamic_e4);
		put_u32s(d, &l->targets);
	}
}

static void
put_people(struct digest *d, const struct kc_state *st)
{
	for (uint32_t i = 0; i < st->cadres.n; i++) {
		const struct kc_cadre *c = st->cadres.v[i];

		open_object(d, 'C');
		put_text(d, c->code);
		put(d, c->unit);
		put(d, c->city_managed);
		put(d, c->seq);
	}
	for (uint32_t i = 0; i < st->proposals.n; i++) {
		const struct kc_proposal *p = st->proposals.v[i];

		open_object(d, 'Q');
		put(d, p->cadre);
		put(d, p->case_);
		put(d, p->quarter);
		put(d, p->state);
		put_events(d, &p->events);
	}
	for (uint32_t i = 0; i < st->keys.n; i++) {
		open_object(d, 'K');
		put(d, st->keys.v[i].actor);
		put(d, st->keys.v[i].key);
	}
}

enum kc_err
kc_state_digest(const struct kc_state *st, struct kc_hash *out)
{
	struct digest d = {0};
	enum kc_err err;

	open_object(&d, 'S');
	put(&d, (int64_t)st->size);
	put(&d, st->received_ms);
	put_text(&d, st->origin);
	put(&d, st->epoch);
	put_vkey(&d, &st->log_key);
	put(&d, st->clerk);
	put(&d, st->admins);
	for (uint32_t i = 0; i < st->actors.n; i++)
		put_actor(&d, st->actors.v[i]);
	for (uint32_t i = 0; i < st->units.n; i++)
		put_unit(&d, st->units.v[i]);
	for (uint32_t i = 0; i < st->grants.n; i++)
		put_grant(&d, st->grants.v[i]);
	for (uint32_t i = 0; i < st->indicators.n; i++)
		put_indicator(&d, st->indicators.v[i]);
	for (uint32_t i = 0; i < st->targets.n; i++)
		put_target(&d, st->targets.v[i]);
	for (uint32_t i = 0; i < st->warnings.n; i++)
		put_warning(&d, st->warnings.v[i]);
	for (uint32_t i = 0; i < st->cases.n; i++)
		put_case(&d, st->cases.v[i]);
	put_rules(&d, st);
	put_people(&d, st);
	fold(&d);
	err = kc_buf_err(&d.b);
	if (err == KC_OK)
		*out = d.h;
	kc_buf_free(&d.b);
	return err;
}
