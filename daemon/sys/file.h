/* SPDX-License-Identifier: Apache-2.0 */
/* Small files read whole, with the care that keys need. */
#ifndef KC_SYS_FILE_H
#define KC_SYS_FILE_H

#include <kaocheng/bytes.h>

/* Appends the file to out. KC_ENOTFOUND, KC_ETOOBIG, KC_EIO (errno is set).
 * `secret`: no symbolic link, a regular file of ours or root's that nobody
 * else may read; KC_EINVAL otherwise. */
enum kc_err
kc_file_read(struct kc_buf *out, const char *path, size_t max, bool secret);

#endif
