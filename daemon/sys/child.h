/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's own helpers, each a process that speaks to it over a socket
 * pair: what both ends do alike. */
#ifndef KC_SYS_CHILD_H
#define KC_SYS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <kaocheng/bytes.h>
#include <kaocheng/err.h>

#define KC_CHILD_FD 3 /* the helper's end of the line, in the helper */

/* --- in the daemon --- */
/* Appends a helper's path, with a NUL behind it: `configured`, or where that
 * is NULL or "" the program of that name beside this one. KC_EIO with errno,
 * KC_ENOMEM. */
enum kc_err
kc_child_program(struct kc_buf *out, const char *configured, const char *name);
/* Starts `program` as `name` in the environment env (NULL: ours), with no
 * signal held and nothing of ours open but the line and the standard streams.
 * *fd: our end of the line, a socket of this type (SOCK_STREAM or
 * SOCK_SEQPACKET) that closes on exec. On failure *fd is -1, *pid 0; KC_EIO
 * with errno, KC_ENOMEM. */
enum kc_err kc_child_start(pid_t *pid, int *fd, int type, const char *program,
    const char *name, char *const env[]);
/* Waits so long for it to end by itself, then kills it. False: not even that
 * has ended it within seconds, for it hangs in the kernel; nobody waits for it
 * any more. Accepts *pid 0, which it is afterwards. */
bool kc_child_end(pid_t *pid, int64_t patience_ms);

/* --- in the helper --- */
/* Nothing is open afterwards but the line, which must be of this type, and
 * stderr; no signal ends it but those that cannot be held: it ends when the
 * daemon says so or is no more. False: the daemon has not started it. */
bool kc_child_hold(int type);

#endif
