/* SPDX-License-Identifier: Apache-2.0 */
/* All documents of a sort as PDF, and one. */
#ifndef KC_CLI_FORM_ALL_H
#define KC_CLI_FORM_ALL_H

#include <jansson.h>

#include "lib/draw.h"
#include "lib/reader.h"

/* Has a document drawn; an exit code. */
int kc_form_draw(struct kc_cli *cli, const json_t *doc, struct kc_drawing *d);
/* Each document of args->kind that was made, as a file in the directory
 * cli->paper; the first that cannot be written ends it. An exit code. */
int kc_form_all(struct kc_reader *r, const struct kc_view_args *args);

#endif
