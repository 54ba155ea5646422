/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a verification as a document on paper. */
#ifndef KC_CLI_VERIFY_REPORT_H
#define KC_CLI_VERIFY_REPORT_H

#include "form_file.h"
#include "verify/stages.h"

/* The verification that s describes will write it to cli->report. An exit
 * code: the end of that name says no form. cli outlives the verification. */
int kc_verify_report(struct kc_cli *cli, struct kc_stages *s);

#endif
