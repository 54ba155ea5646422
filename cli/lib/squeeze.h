/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to a file, as they are or as one Zstandard frame (RFC 8878); and the
 * way back, to a file without a name.
 */
#ifndef KC_CLI_SQUEEZE_H
#define KC_CLI_SQUEEZE_H

#include <stdio.h>

#include <kaocheng/bytes.h>

struct kc_squeeze {
	FILE *to;
	void *zstd; /* NULL: as they are */
	struct kc_buf room;
};
/* By the name of the file: .kcb and .zst are compressed. KC_ENOMEM. */
enum kc_err kc_squeeze_open(struct kc_squeeze *s, FILE *to, const char *name);
/* KC_EIO with errno. */
enum kc_err kc_squeeze_put(struct kc_squeeze *s, struct kc_slice bytes);
/* Ends the frame; the file stays open. */
enum kc_err kc_squeeze_end(struct kc_squeeze *s);
/* Releases; call it in every case. */
void kc_squeeze_close(struct kc_squeeze *s);

/* Does a file of this size begin as such a frame? */
bool kc_is_squeezed(int fd);
/* Replaces *fd by a nameless file of what was compressed, at most a thousand
 * times as much and 16 MiB. KC_ESYNTAX (damaged), KC_EINCOMPLETE (it breaks
 * off), KC_ETOOBIG, KC_EIO with errno, KC_ENOMEM. */
enum kc_err kc_unsqueeze(int *fd);

#endif
