/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of persons: one file an actor, named by its id, beside the
 * ledger and never in it (docs/OPERATIONS.md "Persons"). The directory is
 * mode 0700, its files 0600 and of the directory's owner; what is otherwise is
 * not read. A file is put in place whole and erased for good: nothing of it
 * stays in the directory.
 *
 * `dir` is the directory itself. `detail` may be NULL; it gets one English
 * sentence about what is wrong, never a person's data.
 */
#ifndef KAOCHENG_PEOPLE_H
#define KAOCHENG_PEOPLE_H

#include <kaocheng/person.h>

/* The person behind an actor. KC_ENOTFOUND: no such file, or no directory, or
 * `actor` is no actor id; KC_EINVAL: owner, mode, link or name of file or
 * directory are not as above; KC_ECORRUPT: the file is not a person's text, or
 * another actor's; KC_EIO. Safe beside writers, from any thread. */
enum kc_err kc_people_get(const char *dir, struct kc_slice actor,
    struct kc_person *out, struct kc_buf *detail);

/* Writes the file of p->actor, in place of an older one; makes the directory
 * if it is not there. On KC_OK it is durable; otherwise the older file stands.
 * KC_EINVAL, KC_EIO, KC_ENOMEM. */
enum kc_err kc_people_put(
    const char *dir, const struct kc_person *p, struct kc_buf *detail);

/* Removes the file and what an interrupted write may have left of it. On KC_OK
 * this is durable. KC_ENOTFOUND: there was none; KC_EINVAL (of the directory
 * only: a file that is not as above is removed too), KC_EIO. */
enum kc_err
kc_people_erase(const char *dir, struct kc_slice actor, struct kc_buf *detail);

/* Calls fn for every file, in the order of actor ids; p is NULL where it
 * cannot be read, and err and detail say why, as above. A name that is no
 * actor id is KC_EINVAL. Ends with fn's first error; no directory: no calls. */
enum kc_err kc_people_each(const char *dir,
    enum kc_err (*fn)(void *ctx, struct kc_slice name,
	const struct kc_person *p, enum kc_err err, struct kc_slice detail),
    void *ctx, struct kc_buf *detail);

#endif
