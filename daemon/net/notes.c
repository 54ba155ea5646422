/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies: many notes, or many texts that are not signed yet; and who wrote
 * them. */
#include "net/call.h"

#include <string.h>

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

/* --- authors --- */
/* The next author that a note names: their lines stand one after another.
 * Whatever is wrong with it otherwise is for the ledger to say. */
static bool
next_author(struct kc_slice *rest, struct kc_slice *author, bool first)
{
	struct kc_slice line;

	while (kc_slice_line(rest, &line) && line.n > 0) {
		if (line.n >= 3 && memcmp(line.p, "by ", 3) == 0) {
			*author = (struct kc_slice){line.p + 3, line.n - 3};
			return true;
		}
		if (!first)
			return false;
	}
	return false;
}

/* Authors of a request, each once; who does not fit is one more each time. */
struct authors {
	struct kc_slice name[KC_BATCH_FILL];
	size_t n;
};

static bool
is_new(struct authors *a, struct kc_slice author)
{
	for (size_t i = a->n; i-- > 0;)
		if (kc_slice_eq(a->name[i], author))
			return false;
	if (a->n < KC_BATCH_FILL)
		a->name[a->n++] = author;
	return true;
}

bool
kc_call_authors_may(
    struct kc_call *call, const struct kc_slice *notes, size_t n)
{
	struct authors all;

	all.n = 0;
	for (size_t i = 0; i < n; i++) {
		struct kc_slice rest = notes[i], author;
		unsigned k = 0;

		for (;
		     k < KC_SIGNERS_MAX && next_author(&rest, &author, k == 0);
		     k++)
			if (is_new(&all, author) &&
			    (!kc_call_author_may(call, author) ||
				!kc_call_author_asks(call, author)))
				return false;
		if (i + k == 0 && !kc_call_author_asks(call, KC_LIT("")))
			return false;
	}
	return true;
}
