/* SPDX-License-Identifier: Apache-2.0 */
/* A field's value as people type it, made into the form that is signed. */
#ifndef KC_CLI_FIELD_H
#define KC_CLI_FIELD_H

#include "tool.h"

/* Appends the value to out. Prints what is wrong; returns the exit code.
 * EVIDENCE takes a file, TEXT takes @file, VKEY an actor or key file, POINTS
 * fewer decimals, BP "80%"; all take the signed form. */
int kc_field_value(const struct kc_cli *cli, const struct kc_field *f,
    const char *text, struct kc_buf *out);

#endif
