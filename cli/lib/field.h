/* SPDX-License-Identifier: Apache-2.0 */
/* A field's value as people type it, made into the form that is signed. */
#ifndef KC_CLI_FIELD_H
#define KC_CLI_FIELD_H

#include "tool.h"

/* The option that a field has: "--name-en" of name_en; returns out. */
#define KC_FLAG_SIZE 64
const char *kc_field_flag(const struct kc_field *f, char out[KC_FLAG_SIZE]);
/* Can a plain argument name the field? A code, a handle or a person that has
 * to be there, and the year of `cycle open 2022`. */
bool kc_field_plain(const struct kc_kind *kind, unsigned f);
/* Appends the value to out. Prints what is wrong; returns the exit code.
 * EVIDENCE takes a file, TEXT takes @file, VKEY an actor or key file, POINTS
 * fewer decimals: all take the signed form too. BP takes "80%" or "8000bp"
 * and no bare number: what is stored is scaled, what people mean may not be. */
int kc_field_value(const struct kc_cli *cli, const struct kc_field *f,
    const char *text, struct kc_buf *out);

#endif
