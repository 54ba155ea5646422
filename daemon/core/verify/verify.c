/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier's rounds, and its last stage. */
#include "verify_int.h"

#include <string.h>

/* --- stage keys --- */
static void
check_keys(struct kc_verifier *v)
{
	struct kc_log_keys all, in_force;
	enum kc_finding found = KC_FOUND_NOTHING;
	struct kc_slice made;
	uint64_t count = 0;

	kc_buf_reset(&v->scratch);
	kc_state_keys(v->st, &v->scratch);
	made = kc_buf_view(&v->scratch);
	if (kc_buf_err(&v->scratch) != KC_OK)
		found = KC_FOUND_MEMORY;
	else if (!v->r->no_keys)
		found = kc_verify_compare(kc_buf_view(&v->keys), made);
	/* A list that is not what the entries enrolled contradicts them. */
	if (found == KC_FOUND_HASH ||
	    (found == KC_FOUND_CUT && v->keys.n > made.n))
		found = KC_FOUND_KEY;
	if (found != KC_FOUND_NOTHING) {
		kc_verify_fail(
		    v, KC_VERIFY_KEYS, found, KC_VERIFY_NO_SEQ, "keys");
		v->stop = true;
		return;
	}
	kc_state_log_keys(v->st, true, &all);
	kc_state_log_keys(v->st, false, &in_force);
	found = kc_verify_log_keys(v, &all, &in_force);
	if (found != KC_FOUND_NOTHING) {
		kc_verify_fail(v, KC_VERIFY_KEYS, found, 0, "trust");
		v->stop = true;
		return;
	}
	for (size_t i = 0; i < made.n; i++)
		count += made.p[i] == '\n';
	kc_verify_pass(v, KC_VERIFY_KEYS, count);
}

/* --- rounds --- */
struct round {
	struct kc_verifier *v;
	struct kc_vblock *read, *hash, *apply, *sign;
	/* Jobs 1 .. nsign verify, then nseen compare, those after hash. */
	size_t nsign, nseen;
};

static void
job(void *arg, size_t i)
{
	struct round *r = arg;

	if (i == 0) {
		kc_verify_apply_block(r->v, r->apply);
		kc_verify_read_block(r->v, r->read);
	} else if (i <= r->nsign) {
		kc_verify_sig_run(r->sign, i - 1);
	} else if (i <= r->nsign + r->nseen) {
		kc_verify_seen_run(r->v->tree, r->sign, i - 1 - r->nsign);
	} else {
		kc_verify_hash_run(r->hash, i - 1 - r->nsign - r->nseen);
	}
}

static size_t
runs_of(uint32_t n)
{
	return (n + KC_RUN - 1) / KC_RUN;
}

static void
run_round(struct kc_verifier *v, uint64_t number)
{
	struct round r = {
	    .v = v,
	    .read = v->blocks[number % KC_BLOCKS],
	    .hash = v->blocks[(number + 3) % KC_BLOCKS],
	    .apply = v->blocks[(number + 2) % KC_BLOCKS],
	    .sign = v->blocks[(number + 1) % KC_BLOCKS],
	};
	uint64_t size = v->r->checkpoint.size;
	size_t njobs;

	r.nsign = r.sign->n > 0 ? runs_of(r.sign->sigs.n) : 0;
	r.nseen = r.sign->n > 0 ? runs_of(r.sign->seens.n) : 0;
	njobs = 1 + r.nsign + r.nseen + runs_of(r.hash->n);
	if (v->o->run != NULL)
		v->o->run(v->o->run_ctx, njobs, job, &r);
	else
		for (size_t i = 0; i < njobs; i++)
			job(&r, i);
	kc_verify_take_sigs(v, r.sign);
	kc_verify_take_seens(v, r.sign);
	kc_verify_fold(v, r.hash);
	/* The keys cost little: before the signatures of the last blocks. */
	if (!v->stop && r.apply->n > 0 && kc_state_size(v->st) == size)
		check_keys(v);
	if (v->o->progress != NULL && r.sign->n > 0)
		v->o->progress(v->o->progress_ctx, KC_VERIFY_ENTRIES,
		    r.sign->first + r.sign->n, size);
}

static bool
any_block(const struct kc_verifier *v, uint64_t number)
{
	/* The block of the signature step has left the line. */
	for (uint64_t i = 0; i < KC_BLOCKS; i++)
		if (i != (number + 1) % KC_BLOCKS && v->blocks[i]->n > 0)
			return true;
	return false;
}

static void
run_rounds(struct kc_verifier *v)
{
	uint64_t number = 0;

	do {
		run_round(v, number);
	} while (!v->stop && any_block(v, number++));
}

/* Stages whose end is known only here. */
static void
conclude(struct kc_verifier *v)
{
	struct kc_verify_line *stage = v->r->stage;
	uint64_t size = v->r->checkpoint.size;

	kc_verify_cover_by_heads(v->r);
	stage[KC_VERIFY_SIGNATURES].count = v->nsigs_ok;
	stage[KC_VERIFY_SEEN].count = v->nseen_ok;
	if (v->nseen_ok == size)
		kc_verify_pass(v, KC_VERIFY_SEEN, size);
	if (stage[KC_VERIFY_ENTRIES].outcome == KC_VERIFY_NOT_REACHED &&
	    stage[KC_VERIFY_ENTRIES].count == size)
		stage[KC_VERIFY_ENTRIES].outcome = KC_VERIFY_OK;
	if (stage[KC_VERIFY_RULES].outcome == KC_VERIFY_NOT_REACHED &&
	    stage[KC_VERIFY_RULES].count == size)
		stage[KC_VERIFY_RULES].outcome = KC_VERIFY_OK;
	if (stage[KC_VERIFY_ENTRIES].outcome == KC_VERIFY_OK)
		kc_verify_exhibits(v);
	if (stage[KC_VERIFY_RULES].outcome == KC_VERIFY_OK) {
		kc_verify_openings(v);
		v->r->has_digest = v->o->digest &&
		    kc_state_digest(v->st, &v->r->digest) == KC_OK;
	}
	if (!v->r->no_signatures &&
	    stage[KC_VERIFY_SIGNATURES].outcome == KC_VERIFY_NOT_REACHED &&
	    stage[KC_VERIFY_RULES].outcome == KC_VERIFY_OK &&
	    v->nsigs_ok == v->nsigs)
		stage[KC_VERIFY_SIGNATURES].outcome = KC_VERIFY_OK;
}

static bool
begin(struct kc_verifier *v)
{
	const struct kc_checkpoint *c = &v->r->checkpoint;
	enum kc_finding found = KC_FOUND_NOTHING;

	v->r->no_signatures = v->o->no_signatures;
	v->ids.seed[0] = kc_be64(c->root.b);
	v->ids.seed[1] = kc_be64(c->root.b + 8);
	v->tree = kc_alloc(sizeof(*v->tree));
	v->e = kc_alloc(sizeof(*v->e));
	for (size_t i = 0; i < KC_BLOCKS; i++) {
		v->blocks[i] = kc_vblock_new(c->size);
		if (v->blocks[i] == NULL)
			found = KC_FOUND_MEMORY;
	}
	if (v->tree == NULL || v->e == NULL || kc_state_new(&v->st) != KC_OK)
		found = KC_FOUND_MEMORY;
	if (found == KC_FOUND_NOTHING && c->size > UINT32_MAX)
		found = KC_FOUND_TOO_LARGE;
	if (found != KC_FOUND_NOTHING)
		kc_verify_fail(
		    v, KC_VERIFY_TREE, found, KC_VERIFY_NO_SEQ, NULL);
	return found == KC_FOUND_NOTHING;
}

static void
release(struct kc_verifier *v)
{
	for (size_t i = 0; i < KC_BLOCKS; i++)
		kc_vblock_free(v->blocks[i]);
	kc_vec_free(&v->cited);
	kc_vec_free(&v->openings);
	kc_idset_free(&v->ids);
	kc_state_free(v->st);
	kc_vtree_free(v->tree);
	kc_free(v->e);
	kc_buf_free(&v->keys);
	kc_buf_free(&v->head);
	kc_buf_free(&v->scratch);
}

void
kc_verify(const struct kc_verify_options *o, struct kc_verify_report *report)
{
	struct kc_verifier v = {.o = o, .r = report};

	memset(report, 0, sizeof(*report));
	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		report->stage[s].seq = KC_VERIFY_NO_SEQ;
	if (o->progress != NULL && o->receipt.n == 0)
		o->progress(o->progress_ctx, KC_VERIFY_LAYOUT, 0, 0);
	if (o->receipt.n > 0) {
		kc_verify_alone(&v);
	} else if (!kc_verify_part(&v) && !kc_verify_public(&v) &&
	    kc_verify_layout(&v) && begin(&v)) {
		run_rounds(&v);
		conclude(&v);
	}
	if (v.follows && !report->signed_by_log)
		kc_verify_unsigned(&v);
	release(&v);
}
