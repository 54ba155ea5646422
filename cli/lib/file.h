/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: read within a limit, written all or not at all. */
#ifndef KC_CLI_FILE_H
#define KC_CLI_FILE_H

#include <stdio.h>
#include <sys/types.h>

#include <kaocheng/bytes.h>

#define KC_PATH_SIZE 1024 /* bytes of a path with its NUL, in the CLI */

/* dir/name in out[KC_PATH_SIZE]; KC_ETOOBIG if it does not fit. */
enum kc_err
kc_path_join(char out[KC_PATH_SIZE], const char *dir, const char *name);
/* Appends the whole file. KC_ENOTFOUND, KC_ETOOBIG (over max bytes), KC_EIO
 * with errno, KC_ENOMEM. "-" is standard input. */
enum kc_err kc_file_load(const char *path, size_t max, struct kc_buf *out);
/* Writes to a temporary name beside it, flushes, renames; parents are made.
 * What a link leads to is replaced, not the link, and nobody may read it who
 * could not before. What is there and no regular file (a device, a pipe) is
 * written into, never replaced. "-" is standard output. KC_EIO with errno. */
enum kc_err kc_file_save(const char *path, struct kc_slice data, mode_t mode);
/* The same, but leaves a file alone that holds these bytes already;
 * *changed (may be NULL) says whether it was written. */
enum kc_err kc_file_update(
    const char *path, struct kc_slice data, mode_t mode, bool *changed);
/* A file that was not there before; NULL with errno. */
FILE *kc_file_new(const char *path, mode_t mode);
/* Gives a file that was written beside it its name. A directory, a device or a
 * pipe of that name stays. KC_EIO with errno. */
enum kc_err kc_file_name(const char *temp, const char *path);
/* Flushes the directory that holds path, so that a rename lasts. */
enum kc_err kc_dir_sync(const char *path);
/* Makes a directory and its parents; fine if it is there. */
enum kc_err kc_dir_make(const char *path, mode_t mode);
bool kc_file_exists(const char *path);
/* Has the name something before this end? */
bool kc_name_ends(const char *name, const char *end);
/* The names of a directory with one of two ends (the second may be NULL), in
 * order; free them with kc_names_free in every case. KC_ENOTFOUND: there is
 * no directory; KC_EIO with errno. */
struct dirent;
struct kc_names {
	struct dirent **v;
	size_t n;
};
enum kc_err kc_dir_names(
    const char *dir, const char *end, const char *other, struct kc_names *out);
const char *kc_names_get(const struct kc_names *names, size_t i);
void kc_names_free(struct kc_names *names);
/* $XDG_STATE_HOME/kaocheng/name, or below ~/.local/state; KC_ENOTFOUND if
 * neither is set, KC_ETOOBIG. */
enum kc_err kc_state_path(char out[KC_PATH_SIZE], const char *name);
/* The same of $XDG_CONFIG_HOME, or ~/.config. */
enum kc_err kc_config_path(char out[KC_PATH_SIZE], const char *name);

#endif
