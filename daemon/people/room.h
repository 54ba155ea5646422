/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a directory of ours, of persons or of drafts: its lock, its files
 * put in place whole. */
#ifndef KC_PEOPLE_ROOM_H
#define KC_PEOPLE_ROOM_H

#include <sys/types.h>

#include <kaocheng/person.h>

/*
 * A person's file has the actor's id for its name. ".feed~<actor>" is the mark
 * of the person's calendar: no id begins with a dot, and none has a "~". A
 * file on its way has a dot before its name; there is one a file, under the
 * directory's lock, so that a removal finds what a crash has left.
 */
#define KC_ROOM_NAME_SIZE 72 /* of a hash in hex, too */
void kc_room_feed_name(char out[KC_ROOM_NAME_SIZE], const char *actor);

struct kc_room {
	int fd;
	uid_t owner;
};
/* Says what is wrong; returns err, and keeps errno. */
enum kc_err
kc_room_fault(struct kc_buf *detail, enum kc_err err, const char *what);
/* What a call that failed says: KC_EFULL where there is no room (a full disk is
 * not a broken one), else KC_EIO. */
enum kc_err kc_room_failed(struct kc_buf *detail, const char *what);
/* Ours alone, or, where root asks, somebody's alone. Close it in every case.
 */
enum kc_err
kc_room_open(struct kc_room *r, const char *dir, struct kc_buf *detail);
/* The same for a writer, who is alone until it is closed. */
enum kc_err
kc_room_lock(struct kc_room *r, const char *dir, struct kc_buf *detail);
/* Makes it where there is none. Root makes it for whom the place belongs to. */
enum kc_err kc_room_make(const char *dir, struct kc_buf *detail);
void kc_room_close(struct kc_room *r);
/* The first `size` bytes of a file of it; all of them: it may be longer. */
enum kc_err kc_room_load(const struct kc_room *r, const char *name, char *text,
    size_t size, size_t *n, struct kc_buf *detail);
/* A new file beside the old one, on the disk before it takes its place. */
enum kc_err kc_room_replace(const struct kc_room *r, const char *name,
    struct kc_slice text, struct kc_buf *detail);
/* KC_ENOTFOUND: there was none. On KC_OK it is durable. */
enum kc_err kc_room_remove(
    const struct kc_room *r, const char *name, struct kc_buf *detail);

#endif
