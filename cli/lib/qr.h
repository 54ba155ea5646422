/* SPDX-License-Identifier: Apache-2.0 */
/* QR symbols, as modules to be drawn: error correction M. */
#ifndef KC_CLI_QR_H
#define KC_CLI_QR_H

#include <stdbool.h>

#include <kaocheng/err.h>

#define KC_QR_QUIET 4 /* light modules around it */

struct kc_qr; /* opaque */

/* KC_ETOOBIG: no symbol holds the text; KC_ENOMEM. */
enum kc_err kc_qr_new(struct kc_qr **out, const char *text);
void kc_qr_free(struct kc_qr *q); /* accepts NULL */
/* Modules on a side, without the quiet zone. */
int kc_qr_width(const struct kc_qr *q);
/* Dark modules side by side, from (*x, y) on: how many, and *x is where they
 * begin; 0 when the row has no more. */
int kc_qr_run(const struct kc_qr *q, int *x, int y);

#endif
