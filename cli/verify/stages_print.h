/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a verification, for people and as JSON. */
#ifndef KC_CLI_STAGES_PRINT_H
#define KC_CLI_STAGES_PRINT_H

#include <stdio.h>

#include <kaocheng/json.h>

#include "stages.h"

/* Is this what the file's first bytes say? (stages_proof.c) */
bool kc_stages_begins(const char *path, bool (*is)(struct kc_slice bytes));

void kc_stages_print(
    const struct kc_stages *s, const struct kc_verify_report *r, int code);
/* Prints the report, tells it, and returns the exit code. */
int kc_stages_end(const struct kc_stages *s, const struct kc_verify_report *r);
/* Parts of it in words: what is wrong with a stage, a line; what is not proved,
 * with its head, a line each; and the conclusion. */
void kc_stages_put_fault(FILE *to, const struct kc_stages *s,
    const struct kc_verify_report *r, const struct kc_verify_line *l);
void kc_stages_put_not_proved(
    FILE *to, const struct kc_stages *s, const struct kc_verify_report *r);
const char *kc_stages_conclusion(const struct kc_verify_report *r, int code);
/* error is errno, where err is KC_EIO. */
void kc_stages_print_unreadable(const struct kc_stages *s,
    enum kc_finding found, enum kc_err err, int error, int code);

/* Of a receipt: the entry that it proves, if it does (stages_proof.c). */
void kc_stages_print_entry(
    const struct kc_stages *s, const struct kc_verify_report *r);
void kc_stages_json_entry(struct kc_json *w, const struct kc_stages *s,
    const struct kc_verify_report *r);

/* For programs (stages_json.c). */
void kc_stages_json(
    const struct kc_stages *s, const struct kc_verify_report *r, int code);
void kc_stages_json_unreadable(const struct kc_stages *s, enum kc_finding found,
    enum kc_err err, int code);

#endif
