/* SPDX-License-Identifier: Apache-2.0 */
/* An export on disk, directory or bundle, as struct kc_files. */
#ifndef KC_CLI_FILES_H
#define KC_CLI_FILES_H

#include <kaocheng/bundle.h>

struct kc_disk {
	int fd; /* the directory or the bundle */
	bool is_dir;
	struct kc_bundle *bundle; /* NULL: a directory */
	struct kc_files files;    /* to read; borrows this struct */
};

/* A compressed bundle is unpacked first. KC_ENOTFOUND, KC_EIO with errno, or
 * what kc_unsqueeze and kc_bundle_open say. Close it in every case. */
enum kc_err kc_disk_open(struct kc_disk *d, const char *path);
/* Its two steps, for who has something to do to the file between them. */
enum kc_err kc_disk_begin(struct kc_disk *d, const char *path);
enum kc_err kc_disk_end(struct kc_disk *d);
void kc_disk_close(struct kc_disk *d);

#endif
