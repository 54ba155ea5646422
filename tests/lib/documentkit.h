/* SPDX-License-Identifier: Apache-2.0 */
/* Documents held against what document.h says is in them. */
#ifndef KC_TEST_DOCUMENTKIT_H
#define KC_TEST_DOCUMENTKIT_H

#include <jansson.h>

/* Fails the test where a member of doc is not described, is of another type or
 * is missing; or where nothing describes its "schema". */
void document_holds(const json_t *doc);
/* The schema of a document, in Chinese or English; the caller's. */
json_t *document_schema(const char *name, int lang);

#endif
