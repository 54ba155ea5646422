/* SPDX-License-Identifier: Apache-2.0 */
/* add-checkpoint: writing one, reading one, and the verdict on it. */
#include <kaocheng/witness.h>

#include <assert.h>
#include <string.h>

static const struct {
	int status;
	const char *text;
} verdicts[] = {
#define X(sym, status, text) {status, text},
    KC_WITNESS_VERDICTS(X)
#undef X
};

int
kc_witness_status(enum kc_witness_verdict v)
{
	return verdicts[v].status;
}

const char *
kc_witness_text(enum kc_witness_verdict v)
{
	return verdicts[v].text;
}

void
kc_buf_witness_ask(struct kc_buf *b, uint64_t old, const struct kc_hash *proof,
    size_t nproof, struct kc_slice note)
{
	assert(nproof <= KC_WITNESS_PROOF_MAX);
	kc_buf_str(b, "old ");
	kc_buf_u64(b, old);
	kc_buf_char(b, '\n');
	for (size_t i = 0; i < nproof; i++) {
		kc_buf_hash(b, &proof[i]);
		kc_buf_char(b, '\n');
	}
	kc_buf_char(b, '\n');
	kc_buf_slice(b, note);
}

/* "old N", hashes, an empty line; the rest is the note. */
static bool
read_form(struct kc_witness_ask *out, struct kc_slice body)
{
	static const struct kc_slice word = {"old ", 4};
	struct kc_slice line, number;

	if (!kc_slice_line(&body, &line) || line.n <= word.n ||
	    memcmp(line.p, word.p, word.n) != 0)
		return false;
	number = (struct kc_slice){line.p + word.n, line.n - word.n};
	if (!kc_read_u64(number, INT64_MAX, &out->old))
		return false;
	out->nproof = 0;
	while (kc_slice_line(&body, &line) && line.n > 0) {
		if (out->nproof == KC_WITNESS_PROOF_MAX ||
		    !kc_read_hash(line, &out->proof[out->nproof]))
			return false;
		out->nproof++;
	}
	out->note = body;
	return line.n == 0;
}

/* Of the keys, those by which its origin signs. */
static enum kc_witness_verdict
check_signatures(const struct kc_note *note, const char *origin,
    const struct kc_vkey *logs, size_t nlogs)
{
	enum kc_witness_verdict verdict = KC_WITNESS_UNKNOWN;

	for (size_t i = 0; i < nlogs; i++) {
		enum kc_err err;

		if (strcmp(logs[i].name, origin) != 0)
			continue;
		err = kc_note_verify(note, &logs[i], 1);
		if (err == KC_ESYNTAX)
			return KC_WITNESS_MALFORMED;
		if (err != KC_OK && err != KC_ENOKEY)
			return KC_WITNESS_FORGED;
		if (err == KC_OK)
			verdict = KC_WITNESS_COSIGN;
		else if (verdict == KC_WITNESS_UNKNOWN)
			verdict = KC_WITNESS_UNSIGNED;
	}
	return verdict;
}

/* The first three lines; more may follow in a checkpoint that we take for one
 * and do not cosign. */
static bool
is_extended(struct kc_slice text, struct kc_checkpoint *c)
{
	struct kc_slice rest = text, line;

	for (int i = 0; i < 3; i++)
		if (!kc_slice_line(&rest, &line))
			return false;
	return rest.n > 0 &&
	    kc_checkpoint_read(c, (struct kc_slice){text.p, text.n - rest.n});
}

enum kc_witness_verdict
kc_witness_read(struct kc_witness_ask *out, struct kc_slice body,
    const struct kc_vkey *logs, size_t nlogs)
{
	enum kc_witness_verdict verdict;
	struct kc_note note;

	if (body.n > KC_WITNESS_ASK_MAX || !read_form(out, body) ||
	    out->note.n > KC_CHECKPOINT_MAX ||
	    kc_note_parse(&note, out->note, NULL) != KC_OK)
		return KC_WITNESS_MALFORMED;
	out->text = note.text;
	if (is_extended(note.text, &out->head))
		return KC_WITNESS_EXTENDED;
	if (!kc_checkpoint_read(&out->head, note.text))
		return KC_WITNESS_MALFORMED;
	verdict = check_signatures(&note, out->head.origin, logs, nlogs);
	if (verdict == KC_WITNESS_COSIGN && out->old > out->head.size)
		verdict = KC_WITNESS_OLD;
	return verdict;
}

enum kc_witness_verdict
kc_witness_step(
    const struct kc_witness_ask *ask, const struct kc_checkpoint *held)
{
	const struct kc_checkpoint *head = &ask->head;
	struct kc_hash empty = kc_hash_empty();

	if (ask->old != held->size)
		return KC_WITNESS_STALE;
	if (head->size == 0 && !kc_hash_eq(&head->root, &empty))
		return KC_WITNESS_EMPTY;
	if (head->size == held->size && !kc_hash_eq(&head->root, &held->root))
		return KC_WITNESS_FORK;
	if (kc_merkle_verify_consistency(held->size, head->size, &held->root,
		&head->root, ask->proof, ask->nproof) != KC_OK)
		return KC_WITNESS_PROOF;
	return KC_WITNESS_COSIGN;
}

/* The line of a signature, from its dash to its LF. */
static struct kc_slice
line_of(struct kc_slice note, const struct kc_note_sig *s)
{
	const char *end = s->base64.p + s->base64.n + 1;
	const char *lf = memrchr(note.p, '\n', (size_t)(s->name.p - note.p));

	return (struct kc_slice){lf + 1, (size_t)(end - lf - 1)};
}

static enum kc_err
find_line(struct kc_buf *out, struct kc_slice bytes,
    const struct kc_vkey *witness, uint64_t *time)
{
	uint8_t keyid[KC_KEYID_SIZE];
	struct kc_note note;
	enum kc_err err = kc_note_parse(&note, bytes, NULL);

	if (err != KC_OK)
		return KC_ESYNTAX;
	for (size_t i = 0; i < note.nsigs; i++) {
		const struct kc_note_sig *s = &note.sigs[i];

		if (!kc_slice_is(s->name, witness->name) ||
		    kc_note_sig_keyid(s, keyid) != KC_OK ||
		    memcmp(keyid, witness->keyid, sizeof(keyid)) != 0)
			continue;
		err = kc_note_cosig_verify(&note, s, witness, time);
		if (err == KC_OK) {
			kc_buf_slice(out, line_of(bytes, s));
			err = kc_buf_err(out);
		}
		return err;
	}
	return KC_ENOKEY;
}

enum kc_err
kc_witness_line(struct kc_buf *out, struct kc_slice text,
    struct kc_slice answer, const struct kc_vkey *witness, uint64_t *time)
{
	struct kc_buf note = {0};
	enum kc_err err;

	kc_buf_slice(&note, text);
	kc_buf_char(&note, '\n');
	kc_buf_slice(&note, answer);
	err = kc_buf_err(&note);
	if (err == KC_OK)
		err = find_line(out, kc_buf_view(&note), witness, time);
	kc_buf_free(&note);
	return err;
}
