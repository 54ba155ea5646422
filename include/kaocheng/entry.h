/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry: what an author signs. Decoding borrows everything from the
 * note's bytes; encode(decode(b)) == b always. Grammar: docs/FORMAT.md.
 */
#ifndef KAOCHENG_ENTRY_H
#define KAOCHENG_ENTRY_H

#include <kaocheng/hash.h>
#include <kaocheng/kind.h>
#include <kaocheng/note.h>
#include <kaocheng/refusal.h>

#define KC_ID_SIZE 16

struct kc_value {
	struct kc_slice raw; /* wire form; a TEXT still has its "\n| " folds */
	/* POINTS, DECIMAL: e4. BP, INT: the number. DATE: kc_day. QUARTER:
	 * year * 4 + (q - 1). WORD: value in its set. YESNO: 1 or 0.
	 * KINDNAME: enum kc_kind_id. EVIDENCE: its size. Else 0. */
	int64_t num;
};

struct kc_entry {
	const struct kc_kind *kind;
	struct kc_slice text; /* the signed bytes */
	struct kc_slice ledger;
	uint8_t id[KC_ID_SIZE];
	int64_t at_s; /* UTC seconds: the author's clock */
	/* The newest checkpoint that the author knew: number of leaves (0 in
	 * ledger.open alone) and root as base64 of 32 bytes. */
	uint64_t seen_size;
	struct kc_slice seen_root;
	unsigned nby;
	struct kc_slice by[KC_SIGNERS_MAX];
	/* One per by line, in its order; empty for a text decoded unsigned. */
	struct kc_note_sig sigs[KC_SIGNERS_MAX];
	struct {
		uint16_t first, count; /* run in items */
	} field[KC_FIELDS_MAX];
	unsigned nitems;
	struct kc_value items[KC_ITEMS_MAX];
};

/* First author and id of a note that decodes, without decoding it; false, or
 * anything, of one that does not. */
bool kc_entry_peek(
    struct kc_slice note, struct kc_slice *author, uint8_t id[KC_ID_SIZE]);
/* Decodes a signed note into *out (only the parts in use are written). The
 * signatures are not verified here. KC_EREFUSED with code, line and column
 * in *why (line 1 is the first of the note). */
enum kc_err kc_entry_decode(
    struct kc_entry *out, struct kc_slice note, struct kc_refusal *why);
/* The same, quicker for a note of this ledger ("": of none yet). */
enum kc_err kc_entry_decode_in(struct kc_entry *out, struct kc_slice note,
    struct kc_slice ledger, struct kc_refusal *why);
/* The same for a text that has not been signed yet (no signature lines). */
enum kc_err kc_entry_decode_text(
    struct kc_entry *out, struct kc_slice text, struct kc_refusal *why);
/* The same for a note that some of its signers have signed, one at least, with
 * their lines in the order of the `by` lines. Who has not has an empty sig, and
 * there is room for all of them. */
enum kc_err kc_entry_decode_partial(
    struct kc_entry *out, struct kc_slice note, struct kc_refusal *why);
/* Writes the signed bytes from the decoded values. */
void kc_buf_entry(struct kc_buf *b, const struct kc_entry *e);

/* Values by field number. */
bool kc_entry_has(const struct kc_entry *e, unsigned field);
unsigned kc_entry_count(const struct kc_entry *e, unsigned field);
const struct kc_value *
kc_entry_item(const struct kc_entry *e, unsigned field, unsigned i);
/* First value; an absent optional gives an empty slice, or `absent`. */
struct kc_slice kc_entry_str(const struct kc_entry *e, unsigned field);
int64_t kc_entry_num(const struct kc_entry *e, unsigned field, int64_t absent);
/* Is the actor one of its signers? */
bool kc_entry_is_by(const struct kc_entry *e, struct kc_slice actor);
/* What it cites: the i-th piece of evidence, over all its fields. False: there
 * are no more. */
struct kc_evidence {
	struct kc_hash hash;
	uint64_t size;
	struct kc_slice media; /* "application/pdf" */
};
bool kc_entry_evidence(
    const struct kc_entry *e, unsigned i, struct kc_evidence *out);
/* Appends a TEXT value with its folds taken out. */
void kc_buf_unfold(struct kc_buf *b, struct kc_slice raw);
/* Appends a TEXT value with LF made into folds. */
void kc_buf_fold(struct kc_buf *b, struct kc_slice text);

/* Is this the one accepted form of a value of the field (a TEXT with plain
 * LF)? If not, *at (may be NULL) is the offset of the byte to point at; 0 also
 * where the value is at fault as a whole. */
bool
kc_field_takes(const struct kc_field *f, struct kc_slice value, size_t *at);

/*
 * A draft: values as plain text in any order of fields, from which the
 * canonical text is made. Borrows all slices.
 */
struct kc_draft {
	const struct kc_kind *kind;
	struct kc_slice ledger;
	uint8_t id[KC_ID_SIZE];
	int64_t at_s;
	uint64_t seen_size;
	struct kc_hash seen_root;
	unsigned nby;
	struct kc_slice by[KC_SIGNERS_MAX];
	unsigned nitems;
	struct {
		unsigned field;
		struct kc_slice value; /* TEXT: with plain LF */
	} items[KC_ITEMS_MAX];
};

void kc_draft_init(struct kc_draft *d, enum kc_kind_id kind,
    struct kc_slice ledger, const uint8_t id[KC_ID_SIZE], int64_t at_s);
/* What the author has seen; a draft of ledger.open has seen nothing. */
void
kc_draft_seen(struct kc_draft *d, uint64_t size, const struct kc_hash *root);
void kc_draft_by(struct kc_draft *d, struct kc_slice actor);
/* Adds a value (repeat for lists). More than KC_ITEMS_MAX or KC_SIGNERS_MAX
 * is remembered and refused by encode. */
void kc_draft_add(struct kc_draft *d, unsigned field, struct kc_slice value);
/* Appends the text (ends in LF) and checks it by decoding it again. */
enum kc_err kc_draft_encode(
    const struct kc_draft *d, struct kc_buf *text, struct kc_refusal *why);
/* Appends text, an empty line, and one signature per key, in order: the
 * note. The keys must be those of the `by` lines (assertion). */
void kc_buf_sign_entry(struct kc_buf *b, struct kc_slice text,
    const struct kc_skey *keys, size_t nkeys);

/* What a new key signs to prove that it is held:
 *   kaocheng/v1 possession LF ledger <origin> LF key <vkey> LF */
void kc_buf_possession(
    struct kc_buf *b, struct kc_slice ledger, const struct kc_vkey *key);

#endif
