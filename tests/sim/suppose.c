/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of suppositions about any ledger, whatever stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/replay.h>
#include <kaocheng/suppose.h>
#include <kaocheng/view.h>

#include "engine/noun.h"
#include "noun/dispute/dispute.h"
#include "sim.h"
#include "view/board.h"
#include "viewkit.h"

#define TRIES 3 /* entries of a year that are left out in turn */

/* Supposes on the whole log; its evidence into *text. */
static void
suppose(struct sim *s, const struct leaves *l, const struct kc_supposition *x,
    struct kc_supposed *w, struct kc_buf *text)
{
	const struct kc_hash root = kc_frontier_root(&s->k.frontier);
	const struct kc_log log = leaves_log(l);
	struct kc_refusal why = {0};
	struct kc_hash is, live = kit_digest(&s->k);
	enum kc_err err = kc_suppose(x, &log, UINT64_MAX, w, &why);

	if (err == KC_EREFUSED)
		print_error("%s\n", kc_refusal_code_text(why.code));
	sim_require(s, err == KC_OK, "the log cannot be supposed about");
	sim_require(s, kc_state_digest(w->is, &is) == KC_OK, "no digest");
	sim_require(s, kc_hash_eq(&is, &live), "it is not the same log");
	err = kc_supposed_text(w, x, &root, text, &why);
	sim_require(s, err == KC_OK, "it comes to nothing");
}

static bool
has_fate(const struct kc_supposed *w, enum kc_fate fate)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (w->rows[i].fate == fate)
			return true;
	return false;
}

/* Every score and rank is on both sides the same. */
static bool
same_scores(const struct kc_supposed *w, const struct kc_supposition *x)
{
	const struct kc_hash root = kc_hash_empty();
	struct kc_buf json = {0};
	struct kc_refusal why = {0};
	json_t *doc;
	bool same;

	assert_int_equal(
	    kc_supposed_render(w, x, &root, KC_LANG_EN, &json, &why), KC_OK);
	doc = json_loadb(json.p, json.n, 0, NULL);
	same = json_array_size(json_object_get(doc, "changed")) == 0;
	json_decref(doc);
	kc_buf_free(&json);
	return same;
}

static void
nothing(struct sim *s, const struct leaves *l)
{
	const struct kc_supposition x = {0};
	struct kc_supposed w;
	struct kc_buf text = {0};
	struct kc_hash as_if, live = kit_digest(&s->k);

	suppose(s, l, &x, &w, &text);
	sim_require(s, kc_state_digest(w.as_if, &as_if) == KC_OK, "no digest");
	sim_require(s, w.n == 0 && kc_hash_eq(&as_if, &live),
	    "nothing supposed is something");
	kc_supposed_release(&w);
	kc_buf_free(&text);
}

/* Does the entry make what has a handle, is it one that a dispute may name by
 * its number, or was its time not its author's? */
static bool
is_bound_to_its_place(
    const struct leaves *l, uint64_t seq, const struct kc_entry *e)
{
	const struct kc_log log = leaves_log(l);
	struct kc_refusal why = {0};
	struct kc_state *st = NULL;
	uint64_t bad;
	bool is;

	assert_int_equal(kc_state_new(&st), KC_OK);
	assert_int_equal(
	    kc_replay(st, &log, seq + 1, false, NULL, NULL, NULL, &why, &bad),
	    KC_OK);
	is = kc_state_last_handle(st).n > 0 ||
	    kc_subject_of(e->kind->id) != NULL ||
	    kc_state_received_ms(st) / 1000 != e->at_s;
	kc_state_free(st);
	return is;
}

/* What is due at once the clerk writes by itself where it is left out, so that
 * it cannot be said again. */
static bool
is_at_once(const struct leaves *l, uint64_t seq)
{
	const struct kc_log log = leaves_log(l);
	struct kc_refusal why = {0};
	struct kc_state *st;
	struct kc_due due;
	uint64_t bad;
	bool is;

	assert_int_equal(kc_state_new(&st), KC_OK);
	assert_int_equal(
	    kc_replay(st, &log, seq, false, NULL, NULL, NULL, &why, &bad),
	    KC_OK);
	is = kc_state_due(st, &due) && due.due_ms <= kc_state_received_ms(st);
	kc_state_free(st);
	return is;
}

/* Likewise before another entry of the same instant, which does not stand until
 * the clerk has written it, and at the end of the log, where what has fallen
 * due is settled before anything more is said. */
static bool
is_waited_for(const struct sim *s, uint64_t seq, const struct kc_entry *e)
{
	return e->kind->signers.roles[0] == KC_ROLE_BIT(KC_ROLE_CLERK) &&
	    (seq + 1 == s->k.nnotes ||
		s->k.notes[seq + 1].received_ms == s->k.notes[seq].received_ms);
}

/* Who closes a year has seen that its results were published: a supposed
 * publication stands nowhere in the log, and nobody can have seen it. */
static bool
is_closed_over(const struct sim *s, uint64_t seq, const struct kc_entry *e)
{
	static struct kc_entry later;
	struct kc_refusal why = {0};

	while (e->kind->id == KC_K_yearend_publish && ++seq < s->k.nnotes) {
		const struct kit_note *n = &s->k.notes[seq];
		const struct kc_slice note = {s->k.log.p + n->off, n->n};

		assert_int_equal(kc_entry_decode(&later, note, &why), KC_OK);
		if (later.kind->id == KC_K_year_close)
			return true;
	}
	return false;
}

/* What is nobody's to suppose is refused, out and in. */
static bool
is_secret(const struct sim *s, const struct leaves *l, struct kc_slice name,
    struct kc_slice note)
{
	static struct kc_entry e;
	const struct kc_log log = leaves_log(l);
	const struct kc_supposition out = {.without = &name, .nwithout = 1},
				    in = {.with = &note, .nwith = 1};
	const struct kc_supposition *each[] = {&out, &in};
	struct kc_refusal why = {0};

	assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
	if (kc_noun_of(e.kind->id)->as_is == NULL)
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct kc_supposed w;
		enum kc_err err =
		    kc_suppose(each[i], &log, UINT64_MAX, &w, &why);

		sim_require(s, err == KC_EREFUSED && why.code == KC_R_SECRET,
		    "a ballot was left out, or taken in");
		kc_supposed_release(&w);
	}
	return true;
}

/* Without it, and with it again where it stood. */
static void
out_and_in(struct sim *s, const struct leaves *l, uint64_t seq)
{
	static struct kc_entry e;
	char name[24];
	const struct kit_note *n = &s->k.notes[seq];
	const struct kc_slice note = {s->k.log.p + n->off, n->n};
	struct kc_slice without;
	struct kc_supposition x = {.without = &without, .nwithout = 1};
	struct kc_supposed w;
	struct kc_buf first = {0}, again = {0};
	struct kc_refusal why = {0};

	(void)snprintf(name, sizeof(name), "%llu", (unsigned long long)seq);
	without = kc_slice_str(name);
	if (is_secret(s, l, without, note))
		return;
	suppose(s, l, &x, &w, &first);
	sim_require(s, w.n > 0 && has_fate(&w, KC_FATE_LEFT_OUT),
	    "it was not left out");
	kc_supposed_release(&w);
	suppose(s, l, &x, &w, &again);
	sim_require(s,
	    first.n == again.n && memcmp(first.p, again.p, first.n) == 0,
	    "the same supposition comes to something else");
	kc_supposed_release(&w);
	assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
	if (!is_bound_to_its_place(l, seq, &e) && !is_at_once(l, seq) &&
	    !is_waited_for(s, seq, &e) && !is_closed_over(s, seq, &e)) {
		x.with = &note;
		x.nwith = 1;
		kc_buf_reset(&again);
		suppose(s, l, &x, &w, &again);
		sim_require(s,
		    !has_fate(&w, KC_FATE_REFUSED) &&
			!has_fate(&w, KC_FATE_DERIVED) && same_scores(&w, &x),
		    "left out and taken in again, it is another log");
		kc_supposed_release(&w);
		s->supposed++;
	}
	kc_buf_free(&first);
	kc_buf_free(&again);
}

/* The board is after every entry what all scores reckoned anew are. */
static enum kc_err
each(void *ctx, struct kc_walk *w)
{
	struct sim *s = ctx;

	for (size_t i = 0; i < (size_t)w->board.years * w->board.units; i++) {
		const struct kc_ranked *has = &w->board.v[i];
		struct kc_unit_score is;
		struct kc_refusal why;

		assert_int_equal(
		    kc_unit_score(w->st, w->st->units.v[i % w->board.units],
			w->st->cycles.v[i / w->board.units], &is, &why),
		    KC_OK);
		sim_require(s, has->listed == is.listed,
		    "a list was issued and nobody saw it");
		for (size_t k = 0; k < kc_score_words_n; k++)
			sim_require(s,
			    kc_score_member(&has->score, k) ==
				kc_score_member(&is.score, k),
			    "a score changed and nobody saw it");
	}
	sim_require(s, w->st->cycles.n == w->board.years || w->board.v == NULL,
	    "a year was opened and nobody saw it");
	return KC_OK;
}

static void
scores_follow(struct sim *s, const struct leaves *l)
{
	const struct kc_log log = leaves_log(l);
	struct kc_refusal why = {0};
	uint64_t bad;

	assert_int_equal(
	    kc_walk_log(&log, UINT64_MAX, each, s, &why, &bad), KC_OK);
}

void
sim_suppose(struct sim *s)
{
	struct leaves l = {0};

	leaves_of(&s->k, &l);
	nothing(s, &l);
	scores_follow(s, &l);
	for (unsigned i = 0; i < TRIES; i++)
		out_and_in(s, &l, 1 + sim_random(s, s->k.nnotes - 1));
	leaves_free(&l);
}
