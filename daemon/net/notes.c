/* SPDX-License-Identifier: Apache-2.0 */
/* A body that is many notes, or many texts that are not signed yet. */
#include "net/call.h"

/* The next note of a bundle: BE16 length, then the bytes, as bundles of
 * entries have them. NULL, or what is wrong (static). */
static const char *
next_note(struct kc_slice *rest, struct kc_slice *note)
{
	size_t n;

	if (rest->n < 2)
		return "half a length at the end";
	n = kc_be16((const uint8_t *)rest->p);
	if (n == 0 || n > rest->n - 2)
		return "a length that does not fit";
	*note = (struct kc_slice){rest->p + 2, n};
	rest->p += 2 + n;
	rest->n -= 2 + n;
	return NULL;
}

/* How many notes the body is. NULL, or what is wrong with it (static). */
static const char *
count_notes(struct kc_slice rest, unsigned max, unsigned *n)
{
	struct kc_slice note;
	const char *fault = NULL;

	for (*n = 0; rest.n > 0 && fault == NULL; ++*n) {
		if (*n == max)
			return "more notes than one request may have";
		fault = next_note(&rest, &note);
	}
	return fault == NULL && *n == 0 ? "no note" : fault;
}

bool
kc_call_cut(struct kc_call *call, unsigned max)
{
	struct kc_slice rest = call->input;
	unsigned n;
	const char *fault = count_notes(rest, max, &n);

	if (fault != NULL) {
		kc_call_refuse(call, KC_R_REQUEST, fault);
		return false;
	}
	call->notes = kc_alloc(n * sizeof(*call->notes));
	if (call->notes == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
		return false;
	}
	for (; call->nnotes < n; call->nnotes++)
		(void)next_note(&rest, &call->notes[call->nnotes]);
	return true;
}
