/* SPDX-License-Identifier: Apache-2.0 */
/* Small files read whole, with the care that keys need. */
#ifndef KC_SYS_FILE_H
#define KC_SYS_FILE_H

#include <sys/types.h>

#include <kaocheng/keyfile.h>

/* Appends the file to out. KC_ENOTFOUND, KC_ETOOBIG, KC_EIO (errno is set).
 * `secret`: no symbolic link, a regular file of ours or root's that nobody
 * else may read; KC_EINVAL otherwise. */
enum kc_err
kc_file_read(struct kc_buf *out, const char *path, size_t max, bool secret);
/* Makes a new file of ours, mode 0600, flushed with its directory. KC_EINVAL:
 * there is one; KC_EIO (errno is set). */
enum kc_err kc_file_make(const char *path, struct kc_slice bytes);
/* Takes a file away, for good: its directory is flushed. KC_ENOTFOUND; KC_EIO
 * (errno is set): it may be there again after a power cut. */
enum kc_err kc_file_remove(const char *path);
/* The directory that holds a path. KC_EINVAL: it does not fit. */
enum kc_err kc_file_dir(char *out, size_t size, const char *path);
/* Reads a service's own key: a secret file without a passphrase. Errors of
 * kc_file_read and of kc_keyfile_decode, some with a sentence in *detail. */
enum kc_err
kc_file_key(struct kc_skey *out, const char *path, struct kc_buf *detail);
/* The keys that lie beside a key file, in files whose names begin as its does
 * up to the first '.' (log.new.key, log.key.old-1 beside log.key), and that
 * have the name of `own` and are not it. Fills v, returns how many; files that
 * are none are passed over. */
size_t kc_file_keys_beside(
    const char *path, const struct kc_vkey *own, struct kc_skey *v, size_t max);
/* What is wrong with a place (a file or directory) on whose content we rely:
 * others may write to it, or, if `ours` is asked, it belongs to another user
 * than us and root. NULL: nothing, or it is not there. */
const char *kc_file_place_fault(const char *path, bool ours);
/* The uid that the kernel gives for one that it cannot name here, as for all
 * outside a user namespace: it is anybody. */
uid_t kc_file_overflow_uid(void);

#endif
