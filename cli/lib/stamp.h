/* SPDX-License-Identifier: Apache-2.0 */
/* The stamp of a document on paper, of the place that the document is of. */
#ifndef KC_CLI_STAMP_H
#define KC_CLI_STAMP_H

#include <jansson.h>

#include "reader.h"

/* Puts member "stamp", the texts of its symbols, into a document of the view
 * `form`. One whose entry this reader may not have, or that no signed head
 * covers yet, has none: that is said. An exit code. */
int kc_stamp_put(struct kc_reader *r, json_t *doc);

#endif
