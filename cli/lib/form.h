/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a field takes as people type it, in their words: for help, and for the
 * refusal of a value that is not taken, with the character at fault and what
 * may have been meant.
 */
#ifndef KC_CLI_FORM_H
#define KC_CLI_FORM_H

#include "tool.h"

/* A handle that the field, of the type HANDLE, would take. */
const char *kc_handle_example(const struct kc_field *f);
/* Appends what the field takes: "points with up to four decimals, such as 0.5
 * or 70"; of a word the list, each with what it means. */
void kc_buf_form(struct kc_buf *out, const struct kc_field *f, enum kc_lang);
/* "estab (Establishment Office)"; the word alone if it says that itself. */
void kc_buf_word(struct kc_buf *out, const struct kc_word *w, enum kc_lang);
/* Full-width letters, digits and signs as plain ones. */
void kc_buf_narrow(struct kc_buf *out, const char *text);
/* Appends the signed form of a value of a single line: full-width letters and
 * digits as plain ones, decimals filled up, a word by its name in either
 * language, yes and no too. False if it has none; then out is as it was. */
bool kc_buf_signed_form(
    struct kc_buf *out, const struct kc_field *f, const char *text);
/* Prints that the field does not take the value and why, and what may be
 * meant; returns KC_EXIT_USAGE. flag is the option as it was typed. */
int kc_form_refuse(const struct kc_cli *cli, const struct kc_field *f,
    const char *flag, const char *text);

#endif
