/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of a fork: written and judged. */
#include <kaocheng/fork.h>

#include <string.h>

#include <kaocheng/merkle.h>

#define FIRST "kaocheng/v1 fork\n"
#define DASH "\xE2\x80\x94 " /* before a signature */

void
kc_buf_fork(struct kc_buf *b, struct kc_slice smaller, struct kc_slice larger,
    const struct kc_fork_proof *proof)
{
	kc_buf_str(b, FIRST);
	if (proof != NULL) {
		kc_buf_hash(b, &proof->root);
		kc_buf_char(b, '\n');
	}
	for (size_t i = 0; proof != NULL && i < proof->n; i++) {
		kc_buf_hash(b, &proof->path[i]);
		kc_buf_char(b, '\n');
	}
	kc_buf_char(b, '\n');
	kc_buf_slice(b, smaller);
	kc_buf_char(b, '\n');
	kc_buf_slice(b, larger);
}

bool
kc_fork_is(struct kc_slice bytes)
{
	size_t n = sizeof(FIRST) - 1;

	return bytes.n >= n && memcmp(bytes.p, FIRST, n) == 0;
}

/* The hashes, up to the empty line; false if it is not that. */
static bool
read_proof(struct kc_slice *rest, struct kc_fork_proof *p, bool *any)
{
	struct kc_slice line;

	*any = false;
	p->n = 0;
	while (kc_slice_line(rest, &line) && line.n > 0) {
		struct kc_hash *to = *any ? &p->path[p->n] : &p->root;

		if (p->n == KC_PROOF_MAX || !kc_read_hash(line, to))
			return false;
		p->n += *any;
		*any = true;
	}
	return rest->n > 0;
}

/* The first note: its text, an empty line, lines of signatures, an empty
 * line that is not its own. */
static bool
cut_note(struct kc_slice *rest, struct kc_slice *note)
{
	const char *begin = rest->p;
	struct kc_slice line;
	size_t dash = sizeof(DASH) - 1;

	while (kc_slice_line(rest, &line) && line.n > 0)
		continue;
	for (;;) {
		const char *at = rest->p;

		if (!kc_slice_line(rest, &line))
			return false;
		if (line.n == 0) {
			*note = (struct kc_slice){begin, (size_t)(at - begin)};
			return true;
		}
		if (line.n < dash || memcmp(line.p, DASH, dash) != 0)
			return false;
	}
}

static bool
is_proved(const struct kc_checkpoint *small, const struct kc_checkpoint *large,
    const struct kc_fork_proof *p, bool any)
{
	if (small->size == large->size)
		return !kc_hash_eq(&small->root, &large->root);
	return any && small->size < large->size && small->size > 0 &&
	    !kc_hash_eq(&p->root, &small->root) &&
	    kc_merkle_verify_consistency(small->size, large->size, &p->root,
		&large->root, p->path, p->n) == KC_OK;
}

enum kc_err
kc_fork_check(struct kc_slice bytes, const struct kc_log_keys *keys,
    struct kc_checkpoint heads[2])
{
	struct kc_slice rest = bytes, note;
	struct kc_fork_proof proof;
	enum kc_err err;
	bool any;

	if (!kc_fork_is(bytes))
		return KC_ESYNTAX;
	rest.p += sizeof(FIRST) - 1;
	rest.n -= sizeof(FIRST) - 1;
	if (!read_proof(&rest, &proof, &any) || !cut_note(&rest, &note))
		return KC_ESYNTAX;
	err = kc_checkpoint_parse_by(&heads[0], note, keys);
	if (err == KC_OK)
		err = kc_checkpoint_parse_by(&heads[1], rest, keys);
	if (err != KC_OK)
		return err;
	if (strcmp(heads[0].origin, heads[1].origin) != 0)
		return KC_EPROOF;
	return is_proved(&heads[0], &heads[1], &proof, any) ? KC_OK : KC_EPROOF;
}
