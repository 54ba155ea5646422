/* SPDX-License-Identifier: Apache-2.0 */
/* Options that leave out rows of a list: one table says which view has which,
 * and what column each looks at. */
#ifndef KC_CLI_PICK_H
#define KC_CLI_PICK_H

#include "lib/tool.h"

/* Do the options of this call leave out rows of the view? */
bool kc_picks(const struct kc_cli *cli, const struct kc_view *v);
/* Leaves in the document of a view the rows that the options ask for, and says
 * what was asked in its member "filter"; untouched if none was. Prints what is
 * wrong with an option; returns the exit code. */
int kc_pick_rows(
    const struct kc_cli *cli, const struct kc_view *v, struct kc_buf *json);

#endif
