/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed notes (C2SP signed-note v1.0.0): a text that ends in LF, an empty
 * line, and signature lines. Byte-exact description: docs/FORMAT.md "Note".
 */
#ifndef KAOCHENG_NOTE_H
#define KAOCHENG_NOTE_H

#include <kaocheng/sign.h>

/* One signature line; slices borrow from the note's bytes. */
struct kc_note_sig {
	struct kc_slice name;
	struct kc_slice base64; /* key id and signature blob, not yet decoded */
};

/* A parsed note; borrows the bytes it was parsed from. */
struct kc_note {
	struct kc_slice text; /* the signed bytes, with the final LF */
	size_t nsigs;
	struct kc_note_sig sigs[KC_NOTE_SIGS_MAX];
};

/* Splits at the last LF LF. KC_ESYNTAX (offset of the fault in *where when
 * not NULL) or KC_ETOOBIG. Checks UTF-8 and controls of the whole note, and
 * the form of every signature line, but does not decode base64 (see below).
 * The parse is separate from any verification. */
enum kc_err
kc_note_parse(struct kc_note *out, struct kc_slice bytes, size_t *where);
/* Decodes a signature line of a 64-byte signature (types 0x01).
 * KC_ESYNTAX if the base64 is not canonical or the length is not 68. */
enum kc_err kc_note_sig_decode(const struct kc_note_sig *s,
    uint8_t keyid[KC_KEYID_SIZE], uint8_t sig[KC_SIG_SIZE]);
/* The key id that any signature line begins with. KC_ESYNTAX if its base64 is
 * not canonical or too short. */
enum kc_err
kc_note_sig_keyid(const struct kc_note_sig *s, uint8_t keyid[KC_KEYID_SIZE]);
/* Verifies the line of a witness (tlog-cosignature, type 0x04), which covers
 * the text and *time, in seconds since 1970. KC_OK, KC_ESIG, KC_ENOMEM. */
enum kc_err kc_note_cosig_verify(const struct kc_note *note,
    const struct kc_note_sig *s, const struct kc_vkey *witness, uint64_t *time);
/* Verifies by the rule of the spec: unknown (name, id) lines are ignored, a
 * known one that fails is KC_ESIG, none known is KC_ENOKEY. Type 0x01. */
enum kc_err kc_note_verify(
    const struct kc_note *note, const struct kc_vkey *known, size_t nknown);
/* Appends one signature line over text (with its final LF) to b; the caller
 * has put text and the empty line there before the first. */
void kc_buf_note_sig(
    struct kc_buf *b, struct kc_slice text, const struct kc_skey *key);
/* Appends the line of a signature that was made elsewhere. */
void kc_buf_note_line(struct kc_buf *b, const struct kc_vkey *key,
    const uint8_t sig[KC_SIG_SIZE]);
/* Appends the line of a witness over text and `time`, seconds since 1970, at
 * most INT64_MAX. The key's type is 0x04 (kc_vkey_cosigner). text may not lie
 * in b. */
void kc_buf_note_cosig(struct kc_buf *b, struct kc_slice text, uint64_t time,
    const struct kc_skey *key);

#endif
