/* SPDX-License-Identifier: Apache-2.0 */
/* Stage evidence: of the files that entries cite, those that are here are the
 * ones that were cited. None need be here. */
#include "verify_int.h"

#include <stdlib.h>

#define PIECE (1U << 20)

bool
kc_verify_cite(struct kc_verifier *v, uint64_t seq)
{
	struct kc_evidence e;

	for (unsigned i = 0; kc_entry_evidence(v->e, i, &e); i++) {
		struct kc_vcited c = {
		    .hash = e.hash, .size = e.size, .seq = seq};

		if (!kc_vec_push(&v->cited, c)) {
			kc_verify_fail(
			    v, KC_VERIFY_EVIDENCE, KC_FOUND_MEMORY, seq, NULL);
			return false;
		}
	}
	return true;
}

enum kc_err
kc_verify_see_exhibit(struct kc_verifier *v, struct kc_slice path)
{
	struct kc_hash hash;

	if (!kc_evidence_path_parse(path, &hash) ||
	    (v->exhibits > 0 && memcmp(&v->exhibit, &hash, sizeof(hash)) >= 0))
		return KC_ECORRUPT;
	v->exhibit = hash;
	v->exhibits++;
	return KC_OK;
}

static int
by_hash(const void *x, const void *y)
{
	const struct kc_vcited *a = x, *b = y;
	int d = memcmp(&a->hash, &b->hash, sizeof(a->hash));

	return d != 0 ? d : (a->seq > b->seq) - (a->seq < b->seq);
}

/* Bytes that break off are a cut; others were not cited. Behind an
 * address there may be no end: that is read no further than was cited. */
static enum kc_finding
judge(struct kc_verifier *v, const struct kc_vcited *c, const char *path)
{
	const struct kc_files *f = v->o->files;
	struct kc_piece p = {path, c->seq, 0, PIECE};
	struct kc_hasher h;
	struct kc_hash got;
	uint64_t size = 0;
	enum kc_err err;

	kc_hasher_begin(&h);
	do {
		kc_buf_reset(&v->scratch);
		err = f->piece(f->ctx, &p, &v->scratch, &size);
		if (err == KC_OK)
			err = kc_buf_err(&v->scratch);
		if (err == KC_OK)
			kc_hasher_add(&h, v->scratch.p, v->scratch.n);
		p.at += v->scratch.n;
	} while (err == KC_OK && v->scratch.n > 0 && p.at < size &&
	    (f->list != NULL || p.at <= c->size));
	got = kc_hasher_end(&h);
	if (err == KC_OK && kc_hash_eq(&got, &c->hash))
		return KC_FOUND_NOTHING;
	if (err == KC_OK)
		return size < c->size ? KC_FOUND_CUT : KC_FOUND_OTHER;
	return err == KC_ENOTFOUND ? KC_FOUND_MISSING
	    : err == KC_ENOMEM     ? KC_FOUND_MEMORY
				   : KC_FOUND_UNREADABLE;
}

void
kc_verify_exhibits(struct kc_verifier *v)
{
	struct kc_verify_report *r = v->r;
	char path[KC_TILE_PATH_MAX];
	uint64_t here = 0;

	if (v->cited.n > 1)
		qsort(v->cited.v, v->cited.n, sizeof(*v->cited.v), by_hash);
	for (uint32_t i = 0; i < v->cited.n; i++) {
		const struct kc_vcited *c = &v->cited.v[i];
		enum kc_finding found = KC_FOUND_MISSING;

		if (i > 0 && kc_hash_eq(&c->hash, &c[-1].hash))
			continue;
		r->cited++;
		kc_evidence_path(path, &c->hash);
		if (v->o->files->piece != NULL)
			found = judge(v, c, path);
		if (found == KC_FOUND_MISSING)
			r->absent++;
		else
			here++;
		if (found != KC_FOUND_NOTHING && found != KC_FOUND_MISSING)
			kc_verify_fail(
			    v, KC_VERIFY_EVIDENCE, found, c->seq, path);
	}
	/* One file holds nothing that is not of it. */
	if (here < v->exhibits)
		kc_verify_fail(v, KC_VERIFY_EVIDENCE, KC_FOUND_STRAY,
		    KC_VERIFY_NO_SEQ, "evidence");
	kc_verify_pass(v, KC_VERIFY_EVIDENCE, here);
}
