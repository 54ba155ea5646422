/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 over a canonical listing of the state: what the engine keeps, then
 * the objects of every noun in order of its number (noun.h). What follows from
 * these (indexes of codes, the due queue) is left out.
 */
#include "actor.h"
#include "noun.h"

#include <string.h>

#define CHUNK ((size_t)32 * 1024) /* listing held in memory at a time */

/* A running digest: d = SHA256(d || chunk). Chunks end between objects. */
struct kc_digest {
	struct kc_buf b;
	struct kc_hash h;
	char noun; /* whose objects are listed now */
	bool of_one;
	uint32_t unit; /* of_one: whose */
};

static void
fold(struct kc_digest *d)
{
	if (d->b.err != KC_OK || d->b.n == 0)
		return;
	kc_buf_put(&d->b, d->h.b, sizeof(d->h.b));
	if (d->b.err != KC_OK)
		return;
	d->h = kc_sha256(d->b.p, d->b.n);
	d->b.n = 0;
}

bool
kc_digest_wants(const struct kc_digest *d, uint32_t unit)
{
	return !d->of_one || d->unit == unit;
}

void
kc_digest_num(struct kc_digest *d, int64_t v)
{
	kc_buf_be64(&d->b, (uint64_t)v);
}

void
kc_digest_text(struct kc_digest *d, const char *s)
{
	size_t n = strlen(s);

	kc_digest_num(d, (int64_t)n);
	kc_buf_put(&d->b, s, n);
}

void
kc_digest_hash(struct kc_digest *d, const struct kc_hash *h)
{
	kc_buf_put(&d->b, h->b, sizeof(h->b));
}

void
kc_digest_u32s(struct kc_digest *d, const struct kc_u32s *v)
{
	kc_digest_num(d, v->n);
	for (uint32_t i = 0; i < v->n; i++)
		kc_digest_num(d, v->v[i]);
}

void
kc_digest_events(struct kc_digest *d, const struct kc_events *v)
{
	kc_digest_num(d, v->n);
	for (uint32_t i = 0; i < v->n; i++) {
		kc_digest_num(d, v->v[i].seq);
		kc_digest_num(d, v->v[i].by);
		kc_digest_num(d, v->v[i].kind);
		kc_digest_num(d, v->v[i].received_ms);
	}
}

/* Number of the noun and class, so that no listing reads as another. */
void
kc_digest_open(struct kc_digest *d, char class_)
{
	if (d->b.n >= CHUNK)
		fold(d);
	kc_buf_char(&d->b, d->noun);
	kc_buf_char(&d->b, class_);
}

void
kc_digest_vkey(struct kc_digest *d, const struct kc_vkey *k)
{
	kc_digest_text(d, k->name);
	kc_digest_num(d, k->type);
	kc_buf_put(&d->b, k->pub, sizeof(k->pub));
}

static enum kc_err
finish(struct kc_digest *d, struct kc_hash *out)
{
	enum kc_err err;

	fold(d);
	err = kc_buf_err(&d->b);
	if (err == KC_OK)
		*out = d->h;
	kc_buf_free(&d->b);
	return err;
}

/* Noun by noun, in order of their numbers. */
static void
list_nouns(const struct kc_state *st, struct kc_digest *d)
{
	for (size_t i = 0; i < kc_nouns_n; i++) {
		d->noun = (char)i;
		if (kc_nouns[i]->digest != NULL &&
		    (!d->of_one || kc_nouns[i]->of_units))
			kc_nouns[i]->digest(st, d);
	}
}

enum kc_err
kc_state_digest(const struct kc_state *st, struct kc_hash *out)
{
	struct kc_digest d = {.noun = 'S'};

	kc_digest_open(&d, 'S');
	kc_digest_num(&d, (int64_t)st->size);
	kc_digest_num(&d, st->received_ms);
	kc_digest_text(&d, st->origin);
	kc_digest_num(&d, st->epoch);
	kc_digest_vkey(&d, &st->log_key);
	kc_digest_num(&d, st->clerk);
	kc_digest_num(&d, st->admins);
	kc_digest_num(&d, st->stale_days);
	kc_digest_num(&d, st->days.n);
	for (uint32_t i = 0; i < st->days.n; i++) {
		kc_digest_num(&d, st->days.v[i].day);
		kc_digest_num(&d, (int64_t)st->days.v[i].first);
	}
	list_nouns(st, &d);
	return finish(&d, out);
}

enum kc_err
kc_unit_digest(const struct kc_state *st, uint32_t unit, struct kc_hash *out)
{
	struct kc_digest d = {.noun = 'O', .of_one = true, .unit = unit};

	kc_digest_open(&d, 'O');
	kc_digest_num(&d, (int64_t)st->size);
	kc_digest_text(&d, st->origin);
	kc_digest_num(&d, st->epoch);
	list_nouns(st, &d);
	return finish(&d, out);
}
