/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries a part of a ledger holds, and how it lists them. */
#include <kaocheng/part.h>

#include <stdio.h>
#include <string.h>

#include "engine/about.h"
#include "engine/actor.h"
#include "engine/replayer.h"
#include "engine/state_int.h"

/* An entry that goes with the part, or may. */
struct candidate {
	uint64_t seq;
	bool about;     /* one of the names */
	bool frame;     /* what the rules of the rest stand on */
	bool log;       /* another key signs the log */
	uint32_t moves; /* the actor whose key it brings or takes */
	unsigned nby;
	uint32_t by[KC_SIGNERS_MAX];
};
struct picking {
	struct kc_part *p;
	struct kc_state *st;
	struct kc_about about, own; /* by the tables of all nouns; by its own */
	struct kc_index names; /* of the part, and what they gave names to */
	KC_VEC_OF(char *) words;
	KC_VEC_OF(struct candidate) all;
	uint32_t met; /* names of the part, as bits; a year: 1 */
};

static enum kc_err
add_name(struct picking *k, struct kc_slice name)
{
	char *word;

	if (kc_index_find(&k->names, 0, name) != UINT32_MAX)
		return KC_OK;
	word = kc_alloc(name.n + 1);
	if (word == NULL || !kc_vec_push(&k->words, word)) {
		kc_free(word);
		return KC_ENOMEM;
	}
	memcpy(word, name.p, name.n);
	return kc_index_add(&k->names, 0, word, k->words.n - 1) ? KC_OK
								: KC_ENOMEM;
}

static bool
is_frame(enum kc_kind_id kind)
{
	return kind == KC_K_ledger_open || kind == KC_K_policy_adopt ||
	    kind == KC_K_calendar_adopt || kind == KC_K_rules_adopt;
}

/* An outage of everything names no matter and moves the last days of all that
 * there are: it is part of the story of each. */
static bool
moves_all(const struct kc_entry *e)
{
	return e->kind->id == KC_K_deadline_move &&
	    !kc_entry_has(e, KC_F_deadline_move_about);
}

/* Whose key comes or goes; KC_NONE: nobody's. */
static uint32_t
moves_key_of(const struct kc_state *st, const struct kc_entry *e)
{
	struct kc_slice who = {NULL, 0}, key;

	if (e->kind->id == KC_K_key_rotate)
		who = e->by[0];
	else if (e->kind->id == KC_K_actor_enrol)
		who = kc_entry_str(e, KC_F_actor_enrol_actor);
	else if (e->kind->id == KC_K_actor_retire)
		who = kc_entry_str(e, KC_F_actor_retire_actor);
	else if (e->kind->id == KC_K_key_revoke) {
		key = kc_entry_str(e, KC_F_key_revoke_key);
		(void)kc_slice_cut(&key, '+', &who);
	}
	return who.n == 0 ? KC_NONE : kc_find(st, KC_NS_ACTOR, who);
}

/* What an entry about one of the names made, or is of: a unit's targets, the
 * cases of a target. */
static enum kc_err
follow_names(struct picking *k, const struct kc_entry *e)
{
	uint32_t fields = k->own.fields[e->kind->id];
	struct kc_slice handle = kc_state_last_handle(k->st);
	enum kc_err err = handle.n > 0 ? add_name(k, handle) : KC_OK;

	for (unsigned f = 0; err == KC_OK && fields >> f != 0; f++)
		for (unsigned i = 0; err == KC_OK && (fields >> f & 1) != 0 &&
		     i < kc_entry_count(e, f);
		     i++)
			err = add_name(k, kc_entry_item(e, f, i)->raw);
	return err;
}

static bool
is_of_year(const struct picking *k, int64_t received_ms)
{
	return k->p->nnames == 0 &&
	    kc_day_year(kc_day_of_instant(received_ms, KC_LOCAL_OFFSET_S)) ==
	    k->p->year;
}

/* What came in a year, and the cases that it made: not its units, which go on
 * for ever. */
static enum kc_err
follow_year(struct picking *k)
{
	struct kc_slice handle = kc_state_last_handle(k->st);

	k->met = 1;
	return handle.n > 0 ? add_name(k, handle) : KC_OK;
}

/* The entry that the state has just applied. */
static enum kc_err
consider(struct picking *k, const struct kc_entry *e, struct kc_stamp at)
{
	bool named = kc_about_any(&k->about, k->st, e, &k->names) ||
	    (k->met != 0 && k->p->nnames > 0 && moves_all(e));
	bool of_year = is_of_year(k, at.received_ms);
	struct candidate c = {.seq = at.seq,
	    .about = named || of_year,
	    .frame = is_frame(e->kind->id),
	    .log = e->kind->id == KC_K_logkey_rotate,
	    .moves = moves_key_of(k->st, e),
	    .nby = e->nby};
	enum kc_err err = KC_OK;

	if (!c.about && !c.frame && !c.log && c.moves == KC_NONE)
		return KC_OK;
	for (unsigned i = 0; i < e->nby; i++)
		c.by[i] = kc_find(k->st, KC_NS_ACTOR, e->by[i]);
	for (size_t i = 0; c.about && i < k->p->nnames; i++)
		if (kc_about_is(&k->about, k->st, e, k->p->names[i]))
			k->met |= UINT32_C(1) << i;
	if (of_year)
		err = follow_year(k);
	else if (c.about && c.moves == KC_NONE && k->p->nnames > 0)
		err = follow_names(k, e);
	if (err == KC_OK && !kc_vec_push(&k->all, c))
		err = KC_ENOMEM;
	return err;
}

/* From the last to the first: what is about the names, the frame before it,
 * what leads to the key that signs the head, and what moved a key of whoever
 * signed something that comes later. */
static enum kc_err
close_over(struct picking *k)
{
	bool *signs = kc_alloc(k->st->actors.n + (size_t)1);
	bool any = false;
	enum kc_err err = signs == NULL ? KC_ENOMEM : KC_OK;

	for (uint32_t i = k->all.n; err == KC_OK && i-- > 0;) {
		const struct candidate *c = &k->all.v[i];

		if (!c->about && !c->log && !(c->frame && any) &&
		    (c->moves == KC_NONE || !signs[c->moves]))
			continue;
		any = true;
		for (unsigned b = 0; b < c->nby; b++)
			if (c->by[b] != KC_NONE)
				signs[c->by[b]] = true;
		if (!kc_vec_room(
			&k->p->seq, k->p->n, &k->p->cap, sizeof(k->p->seq[0])))
			err = KC_ENOMEM;
		else
			k->p->seq[k->p->n++] = c->seq;
	}
	for (uint32_t i = 0; i < k->p->n / 2; i++) {
		uint64_t seq = k->p->seq[i];

		k->p->seq[i] = k->p->seq[k->p->n - 1 - i];
		k->p->seq[k->p->n - 1 - i] = seq;
	}
	kc_free(signs);
	return err;
}

static enum kc_err
want_met(const struct picking *k, struct kc_refusal *why)
{
	if (k->p->nnames == 0 && k->met == 0) {
		(void)kc_refuse(why, KC_R_NOT_FOUND, "year", "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, (uint64_t)k->p->year);
		return kc_refusal_zh(why, 0, "年度");
	}
	for (size_t i = 0; i < k->p->nnames; i++) {
		if ((k->met >> i & 1) != 0)
			continue;
		(void)kc_refuse(why, KC_R_NOT_FOUND, "matter", "", NULL, NULL);
		kc_refusal_arg(why, 1, k->p->names[i]);
		return kc_refusal_zh(why, 0, "事项");
	}
	return KC_OK;
}

static enum kc_err
run(struct picking *k, const struct kc_log *log, uint64_t upto,
    struct kc_refusal *why)
{
	struct kc_replayer r;
	enum kc_err err = kc_replayer_init(&r, log);

	for (size_t i = 0; err == KC_OK && i < k->p->nnames; i++)
		err = add_name(k, k->p->names[i]);
	while (err == KC_OK && kc_state_size(k->st) < upto) {
		err = kc_replayer_read(&r, k->st, why);
		if (err == KC_OK)
			err = kc_state_apply(k->st, r.e, r.stamp, why);
		if (err == KC_OK)
			err = consider(k, r.e, r.stamp);
	}
	kc_replayer_release(&r);
	if (err == KC_OK)
		err = want_met(k, why);
	return err == KC_OK ? close_over(k) : err;
}

enum kc_err
kc_part_pick(struct kc_part *p, const struct kc_log *log, uint64_t upto,
    struct kc_refusal *why)
{
	struct picking k = {.p = p};
	enum kc_err err = kc_state_new(&k.st);

	kc_about_learn(&k.about, true);
	kc_about_learn(&k.own, false);
	if (err == KC_OK)
		err = run(&k, log, upto < log->size ? upto : log->size, why);
	for (uint32_t i = 0; i < k.words.n; i++)
		kc_free(k.words.v[i]);
	kc_index_free(&k.names);
	kc_vec_free(&k.words);
	kc_vec_free(&k.all);
	kc_state_free(k.st);
	return err;
}

void
kc_part_release(struct kc_part *p)
{
	kc_free(p->seq);
	p->seq = NULL;
	p->n = 0;
	p->cap = 0;
}

/* --- the files --- */
void
kc_buf_part(struct kc_buf *b, const struct kc_part *p)
{
	kc_buf_str(b, "kaocheng/v1 part\n");
	for (size_t i = 0; i < p->nnames; i++) {
		kc_buf_str(b, "about ");
		kc_buf_slice(b, p->names[i]);
		kc_buf_char(b, '\n');
	}
	if (p->nnames == 0) {
		kc_buf_str(b, "about year:");
		kc_buf_u64(b, (uint64_t)p->year);
		kc_buf_char(b, '\n');
	}
	for (uint32_t i = 0; i < p->n; i++) {
		kc_buf_str(b, "entry ");
		kc_buf_u64(b, p->seq[i]);
		kc_buf_char(b, '\n');
	}
}

void
kc_part_entry_path(char out[KC_TILE_PATH_MAX], uint64_t seq)
{
	(void)snprintf(
	    out, KC_TILE_PATH_MAX, "entry/%llu", (unsigned long long)seq);
}

void
kc_part_proof_path(char out[KC_TILE_PATH_MAX], uint64_t seq)
{
	(void)snprintf(
	    out, KC_TILE_PATH_MAX, "proof/%llu", (unsigned long long)seq);
}
