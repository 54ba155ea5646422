/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody meant by a code or a name, asked of the ledger before it is
 * signed: what is signed names things exactly. */
#ifndef KC_CLI_MEANT_H
#define KC_CLI_MEANT_H

#include "writing.h"

/* Appends the code, handle or actor that a field's text means: itself, where it
 * stands so, names something new or cannot be asked about; otherwise the one
 * that the ledger says, which is told. Where several may be meant, they are
 * told and asked about on a terminal, else refused. Returns the exit code. */
int kc_meant_value(struct kc_authors *a, const struct kc_kind *kind,
    const struct kc_field *f, const char *typed, struct kc_buf *out);
/* The same of one who signs, in place, kept until the authors go; flag is where
 * he is named. Whose key file is here is nobody else. */
int kc_meant_author(struct kc_authors *a, const char **who, const char *flag);
/* Of all of --as and --share. */
int kc_meant_authors(struct kc_authors *a);
/* Reads from the daemon, by the authors' own connection. */
enum kc_err kc_meant_get(
    struct kc_authors *a, const char *path, long *status, struct kc_buf *body);
void kc_meant_release(struct kc_authors *a);

#endif
