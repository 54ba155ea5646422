/* SPDX-License-Identifier: Apache-2.0 */
/* A workbook (.xlsx) of one sheet, to be written; a cell is a text, so that a
 * code such as 0019 stays what it is, unless it is put as a number. */
#ifndef KC_CLI_WORKBOOK_H
#define KC_CLI_WORKBOOK_H

#include <kaocheng/bytes.h>

struct kc_workbook; /* opaque */

/* Begins one that kc_workbook_close writes to the path; NULL: no memory. */
struct kc_workbook *kc_workbook_new(const char *path, unsigned columns);
void kc_workbook_put(struct kc_workbook *b, unsigned row, unsigned col,
    const char *text, bool bold);
/* A decimal number such as -12.5000, with as many digits after the point as it
 * has; any other text is put as a text. */
void kc_workbook_put_number(
    struct kc_workbook *b, unsigned row, unsigned col, const char *text);
/* Cells of a column, from a row on, are chosen from these words; left out if a
 * workbook cannot hold so many letters. */
void kc_workbook_choose(struct kc_workbook *b, unsigned row, unsigned col,
    const char *const *words, size_t n);
/* Rows above this one stay in sight. */
void kc_workbook_freeze(struct kc_workbook *b, unsigned row);
/* Writes it, if all of it could be put; what went wrong is static, NULL:
 * nothing. Frees it. */
const char *kc_workbook_close(struct kc_workbook *b);

#endif
