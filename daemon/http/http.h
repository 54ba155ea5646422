/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of HTTP/1.x request heads, and what a reply's head looks
 * like. Pure: bytes in, values out. What it refuses is listed in docs/API.md
 * "Requests"; why it exists is docs/adr/0006-http-reader.md.
 */
#ifndef KC_HTTP_HTTP_H
#define KC_HTTP_HTTP_H

#include <kaocheng/bytes.h>
#include <kaocheng/limits.h>

#define KC_HTTP_HEAD_MAX 8192 /* bytes of request line and headers */
#define KC_HTTP_TARGET_MAX 2048
#define KC_HTTP_HEADERS_MAX 32
#define KC_HTTP_VALUE_MAX 512 /* bytes of a decoded query value and a NUL */

enum kc_http_method {
	KC_HTTP_GET,
	KC_HTTP_HEAD,
	KC_HTTP_POST,
	KC_HTTP_DELETE,
	KC_HTTP_OPTIONS
};

/* Borrows from the bytes it was read from. */
struct kc_http_request {
	enum kc_http_method method;
	bool http10;
	struct kc_slice path, query; /* query without its '?' */
	struct kc_slice host, content_type, authorization, accept_language;
	struct kc_slice accept_encoding, if_none_match;
	bool close;           /* the client will not send another */
	bool expect_continue; /* it waits for 100 before the body */
	uint64_t body_n;
};

/* Looks for the empty line that ends a head, from *scanned on. 0 and *end
 * (bytes of the head) when found; -1 when more bytes are needed; else the
 * status to refuse with. */
int kc_http_find_end(const char *p, size_t n, size_t *scanned, size_t *end);
/* Reads a whole head. 0, or the status to refuse with; *why says what is
 * wrong in a few words (static). */
int kc_http_parse(
    struct kc_http_request *out, struct kc_slice head, const char **why);

/* Takes the next name=value off *query; the value is percent-decoded into
 * out[size] with a NUL. 1 taken, 0 at the end, -1 malformed or too long. */
int kc_http_query_next(
    struct kc_slice *query, struct kc_slice *name, char *out, size_t size);
/* The value of one parameter of a query that is well formed (the route was
 * asked): false if it is not there. */
bool kc_http_query_get(
    struct kc_slice query, const char *name, char *out, size_t size);

/* ASCII letters alike; `word` is in lower case. */
bool kc_http_word_is(struct kc_slice s, const char *word);
/* Do the media types match, parameters aside? */
bool kc_http_type_is(struct kc_slice content_type, const char *type);
/* Is Chinese wanted before English? */
bool kc_http_wants_zh(struct kc_slice accept_language);
/* Is gzip among the encodings that are taken? */
bool kc_http_wants_gzip(struct kc_slice accept_encoding);
/* Does the Host name this machine's own loopback? */
bool kc_http_host_is_loopback(struct kc_slice host);

const char *kc_http_status_text(int status);

#endif
