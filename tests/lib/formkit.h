/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on paper in tests: rendered in Chinese, and what they say. */
#ifndef KC_TEST_FORMKIT_H
#define KC_TEST_FORMKIT_H

#include <jansson.h>

#include <kaocheng/viewer.h>

#include "ledgerkit.h"

extern const struct kc_viewer *form_reader; /* NULL: who sees all */

/* The document, which is the caller's; or NULL, and the refusal. */
json_t *paper(const struct kit *k, const char *form, const char *id,
    struct kc_refusal *why);
/* The same where there must be one. */
json_t *printed(const struct kit *k, const char *form, const char *id);
/* The row of this label, which the document keeps; NULL if there is none. */
json_t *row_if(const json_t *doc, const char *label);
/* What a row of this label says; and that a text has a part. */
const char *said(const json_t *doc, const char *label);
void has(const char *text, const char *part);

#endif
