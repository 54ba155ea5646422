/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the view `form` as a file: what the end of its name says. */
#ifndef KC_CLI_FORM_FILE_H
#define KC_CLI_FORM_FILE_H

#include <jansson.h>

#include "lib/tool.h"

enum kc_form_file {
	KC_FORM_TEXT,
	KC_FORM_HTML,
	KC_FORM_PDF,
	KC_FORM_JSON
};

/* By the end of a file's name; an exit code. */
int kc_form_file_of(const char *path, enum kc_form_file *out);
/* Appends the document in that form, text as wide as a terminal or a file; an
 * exit code. */
int kc_form_file_make(struct kc_cli *cli, enum kc_form_file form, json_t *doc,
    bool terminal, struct kc_buf *out);

#endif
