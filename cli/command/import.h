/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng import`: a table, one row a statement, all of one kind and signed
 * in one sitting. A column is a field of the kind, named by its wire name or
 * its label in either language, or says who signs the row.
 */
#ifndef KC_CLI_IMPORT_H
#define KC_CLI_IMPORT_H

#include "lib/sheet.h"

#define KC_COLUMN_NONE (-1) /* a remark, which is not read */
#define KC_COLUMN_BY (-2)   /* who signs the row */

struct kc_import_columns {
	const struct kc_kind *kind;
	const struct kc_sheet_row *headings;
	size_t first; /* row after the headings */
	int field[KC_SHEET_COLS_MAX];
	unsigned n;
	int by; /* the first column of signers; -1: --as signs all rows */
};

/* A kind that people sign, by its name or its label; NULL if it is none. */
const struct kc_kind *kc_import_kind(struct kc_slice name);
/* Finds the kind (its name; NULL: the first row names it) and what each column
 * is. Prints what is wrong; returns the exit code. */
int kc_import_columns(struct kc_cli *cli, const char *file,
    const struct kc_sheet *s, const char *kind, struct kc_import_columns *out);
/* Is the row a remark, as those of a template are: "#" in its first cell? */
bool kc_import_remark(const struct kc_sheet *s, const struct kc_sheet_row *row);
/* Says how many faults a table has, and that nothing came of it. */
int kc_import_faulty(const char *file, unsigned errors);
/* `import --template KIND FILE`: an empty table of a kind (.csv or .xlsx), its
 * headings, what each column takes, and an example. */
int kc_import_template(struct kc_cli *cli, int argc, char **argv);
struct kc_many;
/* Tells of each ballot that says what an earlier one of the table does, by the
 * same voter of the same unit and year: the ledger takes both, and counts the
 * later. `row`: of each statement, in the sheet. Returns the exit code, which
 * is KC_EXIT_OK with such rows too. */
int kc_import_twice(
    const struct kc_many *m, const struct kc_sheet *s, const size_t *row);

#endif
