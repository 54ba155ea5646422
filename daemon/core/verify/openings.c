/* SPDX-License-Identifier: Apache-2.0 */
/* Stage persons: what opens a commitment is what the entries have committed
 * to. Only the auditor profile holds any. */
#include "verify_int.h"

#include <kaocheng/person.h>

#define OPENING "opening/"

enum kc_err
kc_verify_see_opening(struct kc_verifier *v, struct kc_slice path)
{
	struct kc_vopening o = {0};
	size_t n = sizeof(OPENING) - 1;

	if (path.n <= n || memcmp(path.p, OPENING, n) != 0 ||
	    !kc_slice_copy(o.path, sizeof(o.path), path))
		return KC_ECORRUPT;
	if (v->openings.n > 0 &&
	    strcmp(v->openings.v[v->openings.n - 1].path, o.path) >= 0)
		return KC_ECORRUPT;
	return kc_vec_push(&v->openings, o) ? KC_OK : KC_ENOMEM;
}

static enum kc_finding
judge(struct kc_verifier *v, const char *path)
{
	struct kc_state_person said;
	struct kc_refusal why = {0};
	struct kc_person p;
	struct kc_hash h;
	enum kc_finding found;

	kc_buf_reset(&v->scratch);
	found = kc_verify_read(v, path, KC_PERSON_FILE_MAX, &v->scratch);
	if (found != KC_FOUND_NOTHING)
		return found;
	if (kc_person_parse(&p, kc_buf_view(&v->scratch), &why) != KC_OK ||
	    strcmp(p.actor, path + sizeof(OPENING) - 1) != 0)
		return KC_FOUND_MALFORMED;
	if (kc_person_commitment(
		&p, kc_slice_str(v->r->checkpoint.origin), &h) != KC_OK)
		return KC_FOUND_MEMORY;
	if (kc_state_person(v->st, kc_slice_str(p.actor), &said) != KC_OK ||
	    !said.has || !kc_hash_eq(&said.commitment, &h))
		return KC_FOUND_OPENING;
	return KC_FOUND_NOTHING;
}

void
kc_verify_openings(struct kc_verifier *v)
{
	for (uint32_t i = 0; i < v->openings.n; i++) {
		const char *path = v->openings.v[i].path;
		enum kc_finding found = judge(v, path);

		if (found != KC_FOUND_NOTHING)
			kc_verify_fail(v, KC_VERIFY_PERSONS, found,
			    KC_VERIFY_NO_SEQ, path);
	}
	kc_verify_pass(v, KC_VERIFY_PERSONS, v->openings.n);
}
