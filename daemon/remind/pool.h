/* SPDX-License-Identifier: Apache-2.0 */
/* Several jobs at a time: threads that each take the next line. */
#ifndef KC_REMIND_POOL_H
#define KC_REMIND_POOL_H

#include "remind/sender.h"

#define KC_SENDER_THREADS 4

struct kc_pool;
/* Answers are written to fd, a line at a time. KC_ENOMEM; KC_EIO. */
enum kc_err
kc_pool_open(struct kc_pool **out, const struct kc_sender *s, int fd);
/* Takes a line over (line is emptied). KC_EINVAL: more than KC_WIRE_OPEN_MAX
 * are unanswered; KC_ENOMEM. */
enum kc_err kc_pool_give(struct kc_pool *p, struct kc_buf *line);
/* No more is begun; what is under way comes to its end. */
void kc_pool_stop(struct kc_pool *p);
/* Becomes readable when the last thread has ended after kc_pool_stop. */
int kc_pool_done_fd(const struct kc_pool *p);

#endif
