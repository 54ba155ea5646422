/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier's rounds, its last stage, and its report. */
#include "verify_int.h"

#include <string.h>

/* --- report ----------------------------------------------------------------
 */
enum kc_err
kc_verify_fail(struct kc_verifier *v, enum kc_verify_stage stage,
    enum kc_err err, uint64_t seq, const char *what)
{
	struct kc_verify_line *line = &v->r->stage[stage];

	if (line->outcome == KC_VERIFY_FAILED)
		return err;
	line->outcome = KC_VERIFY_FAILED;
	line->err = err;
	line->seq = seq;
	if (what != NULL)
		(void)kc_slice_copy(
		    line->what, sizeof(line->what), kc_slice_str(what));
	return err;
}

void
kc_verify_pass(
    struct kc_verifier *v, enum kc_verify_stage stage, uint64_t count)
{
	v->r->stage[stage].outcome = KC_VERIFY_OK;
	v->r->stage[stage].count = count;
}

enum kc_err
kc_verify_read(
    struct kc_verifier *v, const char *path, size_t max, struct kc_buf *out)
{
	const struct kc_files *f = v->o->files;
	enum kc_err err;

	kc_buf_reset(out);
	err = f->read(f->ctx, path, max, out);
	if (err == KC_OK)
		err = kc_buf_err(out);
	return err == KC_ENOTFOUND ? KC_EINCOMPLETE : err;
}

static const struct {
	const char *name, *zh, *en;
} stages[] = {
#define X(sym, name, zh, en) {name, zh, en},
    KC_VERIFY_STAGES(X)
#undef X
};

const char *
kc_verify_name(enum kc_verify_stage s)
{
	return s < KC_VERIFY_COUNT ? stages[s].name : "";
}

const char *
kc_verify_label(enum kc_verify_stage s, enum kc_lang lang)
{
	if (s >= KC_VERIFY_COUNT)
		return "";
	return lang == KC_LANG_ZH ? stages[s].zh : stages[s].en;
}

/* Could not be checked, as against: does not hold. */
static bool
is_local(enum kc_err err)
{
	return err == KC_ENOMEM || err == KC_EIO || err == KC_EINVAL ||
	    err == KC_EBUSY || err == KC_EUNAVAILABLE;
}

int
kc_verify_exit(const struct kc_verify_report *r)
{
	bool tampered = false, local = false, incomplete = false;
	bool differs = false;
	bool all = true;

	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++) {
		const struct kc_verify_line *line = &r->stage[s];

		all = all && line->outcome == KC_VERIFY_OK;
		if (line->outcome != KC_VERIFY_FAILED)
			continue;
		if (is_local(line->err))
			local = true;
		else if (line->err == KC_EINCOMPLETE)
			incomplete = true;
		else if (s == KC_VERIFY_RULES)
			differs = true;
		else
			tampered = true;
	}
	if (tampered)
		return 10;
	if (local)
		return 1;
	if (incomplete)
		return 11;
	if (differs)
		return 12;
	return all ? 0 : 1;
}

/* --- stage keys ------------------------------------------------------------
 */
static void
check_keys(struct kc_verifier *v)
{
	const struct kc_vkey *opened = kc_state_log_key(v->st);
	uint64_t count = 0;
	enum kc_err err;

	kc_buf_reset(&v->scratch);
	kc_state_keys(v->st, &v->scratch);
	err = kc_buf_err(&v->scratch);
	if (err == KC_OK &&
	    !kc_slice_eq(kc_buf_view(&v->scratch), kc_buf_view(&v->keys)))
		err = KC_ECORRUPT;
	if (err != KC_OK) {
		(void)kc_verify_fail(
		    v, KC_VERIFY_KEYS, err, KC_VERIFY_NO_SEQ, "keys");
		v->stop = true;
		return;
	}
	if (opened == NULL || !kc_vkey_eq(opened, &v->r->log_key)) {
		(void)kc_verify_fail(
		    v, KC_VERIFY_KEYS, KC_EFOREIGN, 0, "trust");
		v->stop = true;
		return;
	}
	for (size_t i = 0; i < v->keys.n; i++)
		count += v->keys.p[i] == '\n';
	kc_verify_pass(v, KC_VERIFY_KEYS, count);
}

/* --- rounds ----------------------------------------------------------------
 */
struct round {
	struct kc_verifier *v;
	struct kc_vblock *read, *hash, *apply, *sign;
	size_t nsign; /* jobs 1 .. nsign verify, those after hash */
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
	} else {
		kc_verify_hash_run(r->hash, i - 1 - r->nsign);
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
	njobs = 1 + r.nsign + runs_of(r.hash->n);
	if (v->o->run != NULL)
		v->o->run(v->o->run_ctx, njobs, job, &r);
	else
		for (size_t i = 0; i < njobs; i++)
			job(&r, i);
	kc_verify_take_sigs(v, r.sign);
	kc_verify_fold(v, r.hash);
	/* The keys cost little: before the signatures of the last blocks. */
	if (!v->stop && r.apply->n > 0 && kc_state_size(v->st) == size)
		check_keys(v);
	if (v->o->progress != NULL && r.sign->n > 0)
		v->o->progress(
		    v->o->progress_ctx, r.sign->first + r.sign->n, size);
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

	stage[KC_VERIFY_SIGNATURES].count = v->nsigs_ok;
	if (stage[KC_VERIFY_ENTRIES].outcome == KC_VERIFY_NOT_REACHED &&
	    stage[KC_VERIFY_ENTRIES].count == size)
		stage[KC_VERIFY_ENTRIES].outcome = KC_VERIFY_OK;
	if (stage[KC_VERIFY_RULES].outcome == KC_VERIFY_NOT_REACHED &&
	    stage[KC_VERIFY_RULES].count == size)
		stage[KC_VERIFY_RULES].outcome = KC_VERIFY_OK;
	if (stage[KC_VERIFY_SIGNATURES].outcome == KC_VERIFY_NOT_REACHED &&
	    stage[KC_VERIFY_RULES].outcome == KC_VERIFY_OK &&
	    v->nsigs_ok == v->nsigs)
		stage[KC_VERIFY_SIGNATURES].outcome = KC_VERIFY_OK;
}

static enum kc_err
begin(struct kc_verifier *v)
{
	const struct kc_checkpoint *c = &v->r->checkpoint;
	bool ok = true;

	v->bundles =
	    kc_tile_full(0, c->size) + (kc_tile_partial(0, c->size) > 0);
	v->ids.seed[0] = kc_be64(c->root.b);
	v->ids.seed[1] = kc_be64(c->root.b + 8);
	v->tree = kc_alloc(sizeof(*v->tree));
	v->e = kc_alloc(sizeof(*v->e));
	for (size_t i = 0; i < KC_BLOCKS; i++) {
		v->blocks[i] = kc_alloc(sizeof(*v->blocks[i]));
		ok = ok && v->blocks[i] != NULL;
	}
	if (!ok || v->tree == NULL || v->e == NULL ||
	    kc_state_new(&v->st) != KC_OK)
		return kc_verify_fail(
		    v, KC_VERIFY_TREE, KC_ENOMEM, KC_VERIFY_NO_SEQ, NULL);
	return KC_OK;
}

static void
release(struct kc_verifier *v)
{
	for (size_t i = 0; i < KC_BLOCKS; i++) {
		if (v->blocks[i] == NULL)
			continue;
		kc_buf_free(&v->blocks[i]->bytes);
		kc_buf_free(&v->blocks[i]->tiles);
		kc_vec_free(&v->blocks[i]->sigs);
		kc_free(v->blocks[i]);
	}
	kc_idset_free(&v->ids);
	kc_state_free(v->st);
	kc_free(v->tree);
	kc_free(v->e);
	kc_buf_free(&v->keys);
	kc_buf_free(&v->scratch);
}

enum kc_err
kc_verify(const struct kc_verify_options *o, struct kc_verify_report *report)
{
	struct kc_verifier v = {.o = o, .r = report};
	enum kc_err err;

	memset(report, 0, sizeof(*report));
	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		report->stage[s].seq = KC_VERIFY_NO_SEQ;
	err = kc_verify_layout(&v);
	if (err == KC_OK)
		err = begin(&v);
	if (err == KC_OK) {
		run_rounds(&v);
		conclude(&v);
	}
	release(&v);
	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		if (report->stage[s].outcome == KC_VERIFY_FAILED)
			return report->stage[s].err;
	return KC_OK;
}
