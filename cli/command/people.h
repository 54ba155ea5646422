/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands on the directory of persons share (people.c). */
#ifndef KC_CLI_PEOPLE_H
#define KC_CLI_PEOPLE_H

#include <kaocheng/people.h>

#include "lib/file.h"
#include "lib/tool.h"

/* Finds the directory of persons of --dir or KAOCHENG_DIR, which becomes
 * cli->dir; a usage error without either. */
int kc_people_place(struct kc_cli *cli, char out[KC_PATH_SIZE]);
/* Prints "<dir>/<actor>: <detail>" and returns the exit code; frees detail. */
int kc_people_fail(
    enum kc_err err, const char *dir, const char *actor, struct kc_buf *detail);
/* A person whose file is not there yet: a salt, the language of the city. */
enum kc_err kc_people_begin(struct kc_person *p, const char *actor);
/* A bit for each field that differs, but for the salt. */
unsigned
kc_people_changes(const struct kc_person *a, const struct kc_person *b);
/* Who becomes another person gets a new salt, so that nothing ties the two
 * together. */
enum kc_err kc_people_resalt(struct kc_person *p, unsigned changes);
/* Their names, with commas. */
void kc_people_list_fields(
    const struct kc_cli *cli, struct kc_buf *out, unsigned fields);
/* The row of a person: every field but the salt. */
void kc_people_row(struct kc_json *w, const struct kc_person *p);
/* Says which statement makes the ledger commit to the person, if there is a
 * ledger. */
void kc_people_say_commit(const struct kc_cli *cli, const struct kc_person *p);

#endif
