/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold after a step, whatever happened in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/leaf.h>
#include <kaocheng/replay.h>

#include "noun/adjust/adjust.h"
#include "noun/bonus/bonus.h"
#include "noun/negative/negative.h"
#include "tree.h"
#include <kaocheng/verify.h>

#include "viewkit.h"
#include "world.h"

/* --- asking the ledger --- */
struct asked {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool done, had;
	struct kc_hash digest;
};

static void
take_state(void *ctx, const struct kc_view_source *src)
{
	struct asked *a = ctx;

	a->had =
	    src != NULL && kc_state_digest(src->state, &a->digest) == KC_OK;
	pthread_mutex_lock(&a->lock);
	a->done = true;
	pthread_cond_signal(&a->cond);
	pthread_mutex_unlock(&a->lock);
}

/* Digest of the live state, or of a replay of the stored log. */
static struct kc_hash
digest_of(struct world *w, bool replayed)
{
	struct asked a = {.lock = PTHREAD_MUTEX_INITIALIZER,
	    .cond = PTHREAD_COND_INITIALIZER};
	enum kc_err err = replayed
	    ? kc_ledger_read_as_of(w->l, w->head.size, 0, take_state, &a)
	    : kc_ledger_read(w->l, take_state, &a);

	assert_int_equal(err, KC_OK);
	pthread_mutex_lock(&a.lock);
	while (!a.done)
		pthread_cond_wait(&a.cond, &a.lock);
	pthread_mutex_unlock(&a.lock);
	sim_require(&w->s, a.had, "the state cannot be had");
	return a.digest;
}

/* --- after each step --- */
static void
check_root(struct world *w)
{
	struct kc_hash mine = naive_root(w->leaves, (size_t)w->head.size);

	sim_require(&w->s, kc_hash_eq(&mine, &w->head.root),
	    "the signed root is not that of the entries");
}

void
world_check(struct world *w)
{
	struct kc_hash live, mirror;

	model_check(&w->s);
	if (w->l == NULL || kc_ledger_mode(w->l) == KC_MODE_POISONED)
		return;
	check_root(w);
	if (w->s.step % 10 == 0)
		outbox_check(w);
	live = digest_of(w, false);
	mirror = kit_digest(&w->s.k);
	sim_require(&w->s, kc_hash_eq(&live, &mirror),
	    "the live state is not what the entries make");
}

/* --- after a restart --- */
static enum kc_err
check_leaf(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct world *w = ctx;
	struct kc_hash h = kc_hash_leaf(leaf.p, leaf.n);

	sim_require(&w->s, kc_hash_eq(&h, &w->leaves[seq]),
	    "an entry changed over a restart");
	return KC_OK;
}

void
world_check_restart(struct world *w)
{
	sim_require(&w->s, kc_store_size(w->store) >= w->nreceipts,
	    "signed entries are lost");
	sim_require(&w->s,
	    kc_store_scan(w->store, 0, w->nreceipts, check_leaf, w) == KC_OK,
	    "the store cannot be read");
}

/* --- now and then --- */
static void
leaves_from_store(struct world *w, struct leaves *l)
{
	l->n = w->head.size;
	l->v = kc_alloc(l->n * sizeof(l->v[0]));
	assert_non_null(l->v);
	for (uint64_t i = 0; i < l->n; i++)
		assert_int_equal(kc_store_leaf(w->store, i, &l->v[i]), KC_OK);
}

/* The export, with the checkpoint that the ledger signed. */
static void
check_export(struct world *w)
{
	static struct kc_verify_report r;
	struct leaves l = {0};
	struct export x = {0};
	struct kc_files files;
	struct kc_verify_options o = {0};
	struct export_file *head;

	leaves_from_store(w, &l);
	export_make(&x, &w->s.k, &l);
	head = export_find(&x, "checkpoint");
	kc_buf_reset(&head->bytes);
	kc_ledger_checkpoint(w->l, &head->bytes);
	files = export_files(&x);
	o.files = &files;
	kc_verify(&o, &r);
	for (int i = 0; i < KC_VERIFY_COUNT; i++)
		if (r.stage[i].outcome != KC_VERIFY_OK)
			print_error("stage %s, entry %llu: %s\n",
			    kc_verify_name((enum kc_verify_stage)i),
			    (unsigned long long)r.stage[i].seq,
			    kc_finding_name(r.stage[i].found));
	sim_require(&w->s, kc_verify_exit(&r) == KC_HOLDS,
	    "the verifier does not accept the export");
	export_free(&x);
	leaves_free(&l);
}

/* Does entry i speak of the thing or the unit? */
static bool
speaks_of(const struct kit *k, json_int_t i, const char *id, const char *unit)
{
	const struct kit_note *n = &k->notes[i];
	const char *text = k->log.p + n->off;

	return memmem(text, n->n, id, strlen(id)) != NULL ||
	    memmem(text, n->n, unit, strlen(unit)) != NULL;
}

/* A reading names the adjustment, which names the target. */
static bool
speaks_by_adjustment(
    const struct kit *k, json_int_t i, const char *id, const char *unit)
{
	const struct kc_adjust *a = kc_adjust_by(k->st, (uint32_t)i);

	return a != NULL && speaks_of(k, a->events.v[0].seq, id, unit);
}

/* A decision names the unit that had its target then, which may have gone to
 * another since: it speaks of the case by that target. */
static bool
speaks_by_target(
    const struct kit *k, json_int_t i, const char *id, const char *unit)
{
	uint32_t at = kc_find(k->st, KC_NS_CASE, kc_slice_str(id));

	return at != KC_NONE &&
	    speaks_of(
		k, i, k->st->targets.v[k->st->cases.v[at]->target]->code, unit);
}

static bool
entry_at(const struct kit *k, uint32_t i, struct kc_entry *e)
{
	struct kc_slice note = {k->log.p + k->notes[i].off, k->notes[i].n};
	struct kc_refusal why = {0};

	return kc_entry_decode(e, note, &why) == KC_OK;
}

/* A list that was issued names the unit for which its targets were drafted,
 * which may have become another since. */
static bool
speaks_by_list(const struct kit *k, json_int_t i, const char *id)
{
	static struct kc_entry issue, draft;
	uint32_t at = kc_find(k->st, KC_NS_TARGET, kc_slice_str(id));

	return at != KC_NONE &&
	    entry_at(k, k->st->targets.v[at]->events.v[0].seq, &draft) &&
	    entry_at(k, (uint32_t)i, &issue) &&
	    draft.kind->id == KC_K_target_draft &&
	    issue.kind->id == KC_K_list_issue &&
	    kc_slice_eq(kc_entry_str(&draft, KC_F_target_draft_target),
		kc_slice_str(id)) &&
	    kc_slice_eq(kc_entry_str(&draft, KC_F_target_draft_unit),
		kc_entry_str(&issue, KC_F_list_issue_unit)) &&
	    kc_entry_num(&draft, KC_F_target_draft_year, 0) ==
	    kc_entry_num(&issue, KC_F_list_issue_year, 0);
}

/* A proposal names the unit of then. The event that it made is the unit's by
 * the model, and so is the case on the same fact, which it may have taken. */
static bool
proposed(const struct world *w, json_int_t i, const char *id, const char *unit)
{
	const struct kc_state *st = w->s.k.st;

	for (unsigned n = 0; n < w->s.m.nnegatives; n++) {
		const struct m_negative *e = &w->s.m.negatives[n];
		uint32_t at =
		    kc_find(st, KC_NS_NEGATIVE, kc_slice_str(e->handle));

		if (at != KC_NONE && st->negatives.v[at]->events.v[0].seq == i)
			return strcmp(e->unit, unit) == 0 &&
			    (strcmp(e->handle, id) == 0 ||
				strcmp(e->of, id) == 0);
	}
	return false;
}

/* So does a claim. */
static bool
claimed(const struct world *w, json_int_t i, const char *id, const char *unit)
{
	const struct kc_state *st = w->s.k.st;
	uint32_t at = kc_find(st, KC_NS_BONUS, kc_slice_str(id));

	if (at == KC_NONE || st->bonuses.v[at]->events.v[0].seq != i)
		return false;
	for (unsigned n = 0; n < w->s.m.nbonuses; n++)
		if (strcmp(w->s.m.bonuses[n].handle, id) == 0)
			return strcmp(w->s.m.bonuses[n].unit, unit) == 0;
	return false;
}

/* A line of the score comes from entries about its target or case, or else
 * from a rule of the policy. */
static void
check_line(struct world *w, const json_t *row, const char *unit)
{
	const json_t *entries = json_object_get(row, "seqs");
	const char *id = json_string_value(json_object_get(row, "target"));

	if (id == NULL)
		id = json_string_value(json_object_get(row, "case"));
	if (id == NULL)
		id = json_string_value(json_object_get(row, "negative"));
	if (id == NULL)
		id = json_string_value(json_object_get(row, "bonus"));
	for (size_t i = 0; i < json_array_size(entries); i++) {
		json_int_t seq = json_integer_value(json_array_get(entries, i));

		sim_require(&w->s,
		    seq >= 0 && seq < (json_int_t)w->s.k.nnotes && id != NULL &&
			(speaks_of(&w->s.k, seq, id, unit) ||
			    speaks_by_adjustment(&w->s.k, seq, id, unit) ||
			    speaks_by_list(&w->s.k, seq, id) ||
			    proposed(w, seq, id, unit) ||
			    claimed(w, seq, id, unit) ||
			    speaks_by_target(&w->s.k, seq, id, unit)),
		    "a score rests on an entry about something else");
	}
	sim_require(&w->s,
	    json_array_size(entries) > 0 ||
		json_is_string(json_object_get(row, "rule")),
	    "points that nothing explains");
}

/* Did the unit end in the year or before? Its points are its successor's. */
static bool
has_ended(const struct world *w, const char *unit)
{
	const struct kc_state *st = w->s.k.st;
	uint32_t at = kc_find(st, KC_NS_UNIT, kc_slice_str(unit));
	bool ended = false;

	for (unsigned i = 0; i < w->s.m.nended; i++)
		ended = ended || strcmp(w->s.m.ended[i], unit) == 0;
	return ended && kc_day_year(st->units.v[at]->since) <= 2022;
}

/* The lines of the first level add up to the total. */
static void
check_explained(struct world *w, const char *unit)
{
	int64_t sum = 0, total = 0;
	json_t *doc, *row;
	size_t i;

	if (has_ended(w, unit)) {
		view_refused(&w->s.k, "explain", unit, NULL, KC_R_UNIT_ENDED);
		return;
	}
	doc = view_of(&w->s.k, "explain", unit, NULL, "2022-12-31");
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		int64_t points = points_at(row, "points");

		if (strcmp(text_at(row, "part"), "total") == 0)
			total = points;
		else if (int_at(row, "depth") == 0)
			sum += points;
		else if (points != 0)
			check_line(w, row, unit);
	}
	sim_require(&w->s, sum == total, "the lines do not add up");
	json_decref(doc);
}

void
world_check_deep(struct world *w)
{
	struct kc_hash live, replayed;

	if (w->l == NULL || kc_ledger_mode(w->l) == KC_MODE_POISONED)
		return;
	live = digest_of(w, false);
	replayed = digest_of(w, true);
	sim_require(&w->s, kc_hash_eq(&live, &replayed),
	    "a replay from the first entry makes another state");
	check_export(w);
	check_explained(w, "G16");
	check_explained(w, "G17");
}
