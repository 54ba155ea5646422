/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's API as functions: libcurl over a Unix socket or TCP, one
 * keep-alive connection. Not thread-safe; open one a thread.
 */
#ifndef KC_CLIENT_H
#define KC_CLIENT_H

#include <kaocheng/refusal.h>

struct kc_client; /* opaque */

/* `where` is a socket path (has a '/') or a URL. KC_ENOMEM, KC_EINVAL. */
enum kc_err kc_client_open(struct kc_client **out, const char *where);
void kc_client_close(struct kc_client *c); /* accepts NULL */
/* The language of sentences in replies; English unless said. */
void kc_client_lang(struct kc_client *c, enum kc_lang lang);
/* A session from here on: reading by the identity of an actor (TCP). */
void kc_client_token(struct kc_client *c, struct kc_slice token);

/* The reply is in *body (reset first), its HTTP status in *status. KC_OK for
 * any complete reply whatever its status; KC_EUNAVAILABLE when the daemon
 * cannot be reached; KC_EUNKNOWN when it went away in the middle. */
enum kc_err kc_client_get(struct kc_client *c, const char *path_and_query,
    long *status, struct kc_buf *body);
enum kc_err
kc_client_post(struct kc_client *c, const char *path, const char *content_type,
    struct kc_slice data, long *status, struct kc_buf *body);
enum kc_err kc_client_delete(
    struct kc_client *c, const char *path, long *status, struct kc_buf *body);
/* Percent-encodes a query value. */
void kc_buf_query(struct kc_buf *b, struct kc_slice value);
/* "&name=value". */
void kc_buf_param(struct kc_buf *b, const char *name, struct kc_slice value);

#endif
