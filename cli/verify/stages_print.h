/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a verification, for people and as JSON. */
#ifndef KC_CLI_STAGES_PRINT_H
#define KC_CLI_STAGES_PRINT_H

#include "stages.h"

void kc_stages_print(
    const struct kc_stages *s, const struct kc_verify_report *r, int code);
void kc_stages_print_unreadable(
    const struct kc_stages *s, enum kc_err err, int error, int code);

#endif
