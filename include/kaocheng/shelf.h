/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shelf: statements that wait for the signatures of others, beside the
 * ledger and never in it (docs/adr/0016). What is lost here was no truth: its
 * signers sign again.
 *
 * A file a draft, in a directory of mode 0700. Its name is the SHA-256 of the
 * text in hex, which is the draft's id. Format 1: the line KC_SHELF_FORMAT,
 * then the note with the lines of those who have signed, as
 * kc_entry_decode_partial takes it; a file that begins otherwise is left
 * alone. Whoever puts something here has checked it; all of it is safe beside
 * others who do the same, in threads and processes.
 */
#ifndef KAOCHENG_SHELF_H
#define KAOCHENG_SHELF_H

#include <kaocheng/entry.h>

#define KC_SHELF_FORMAT "kaocheng/v1 draft\n" /* format 1, since 0.1.0 */
/* A round has an opinion on each target of a city, signed by four. */
#define KC_SHELF_EACH 1536        /* drafts with one's signature */
#define KC_SHELF_BYTES (8u << 20) /* that these may have */
#define KC_SHELF_ALL 4096         /* drafts of all */
#define KC_SHELF_DAYS 6     /* of its `at`; a week later the ledger refuses */
#define KC_SHELF_DAYS_MAX 7 /* KC_AT_BEHIND_S */

struct kc_shelf {
	const char *dir;
	unsigned days;  /* a draft is here until so long after its `at` */
	int64_t now_ms; /* by the ledger's clock */
};

/* A draft; borrows what it was read from. */
struct kc_shelved {
	struct kc_hash id;
	struct kc_slice note;
	const struct kc_entry *e; /* of the note; who has not signed: no sig */
	int64_t until_ms;
};
/* SHA-256 of the text that is signed. */
struct kc_hash kc_shelf_id(struct kc_slice text);

/* Calls fn for every draft in the order of ids; one for which it returns false
 * is taken away, as is what has expired or is damaged. No directory: no calls.
 * KC_EINVAL (owner, mode), KC_EIO, KC_ENOMEM with a sentence in *detail, which
 * may be NULL; so do those below. */
enum kc_err kc_shelf_each(const struct kc_shelf *s,
    bool (*fn)(void *ctx, const struct kc_shelved *d), void *ctx,
    struct kc_buf *detail);
/* Appends the note of one. KC_ENOTFOUND: there is none, or it has expired. */
enum kc_err kc_shelf_get(const struct kc_shelf *s, const struct kc_hash *id,
    struct kc_buf *note, struct kc_buf *detail);
/*
 * Adds the lines of e, decoded from a partial note, to those that are here of
 * the same text; *note becomes all of them. If that is every signer's,
 * *whole is true and nothing is kept: it is for the ledger. KC_ENOTFOUND: it
 * has expired, or it is not here and `fresh` is false; KC_EFULL: a signer of e
 * has as many or as much as one may, or there are too many; *full names him,
 * or is empty. KC_EFULL with a detail: the disk has no room for it.
 */
enum kc_err kc_shelf_add(const struct kc_shelf *s, const struct kc_entry *e,
    bool fresh, struct kc_buf *note, bool *whole, struct kc_slice *full,
    struct kc_buf *detail);
/* Takes one away. KC_ENOTFOUND. */
enum kc_err kc_shelf_drop(
    const struct kc_shelf *s, const struct kc_hash *id, struct kc_buf *detail);

#endif
