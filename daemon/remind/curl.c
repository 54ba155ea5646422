/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl, bounded in time, size and where it may go. */
#include "remind/curl.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "remind/reach.h"

#define SENT KC_DELIVERY_SENT
#define DEFERRED KC_DELIVERY_DEFERRED
#define FAILED KC_DELIVERY_FAILED

CURL *
kc_curl_new(const struct kc_sender *s)
{
	struct curl_blob ca = {s->ca.p, s->ca.n, CURL_BLOB_NOCOPY};
	CURL *c = curl_easy_init();

	if (c == NULL)
		return NULL;
	(void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(
	    c, CURLOPT_CONNECTTIMEOUT, (long)KC_SENDER_CONNECT_S);
	(void)curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)s->config.timeout_s);
	(void)curl_easy_setopt(c, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	(void)curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	(void)curl_easy_setopt(
	    c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (s->ca.n > 0)
		(void)curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &ca);
	return c;
}

static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct kc_curl_reach *r = ctx;

	(void)purpose;
	if (!kc_reach_ok(&to->addr, r->reach)) {
		r->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

void
kc_curl_reach(CURL *c, struct kc_curl_reach *reach)
{
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, reach);
}

/* Whatever it is, it may be mended by somebody: none of these is for good. */
void
kc_curl_verdict(struct kc_answer *a, CURLcode code)
{
	static const struct {
		CURLcode code;
		const char *word, *why;
	} table[] = {
	    {CURLE_COULDNT_RESOLVE_HOST, "dns", "its name does not resolve"},
	    {CURLE_COULDNT_CONNECT, "connect", "it cannot be connected to"},
	    {CURLE_OPERATION_TIMEDOUT, "timeout", "it took too long"},
	    {CURLE_USE_SSL_FAILED, "tls",
		"the server offers no TLS; nothing was sent"},
	    {CURLE_PEER_FAILED_VERIFICATION, "tls",
		"its certificate does not verify; nothing was sent"},
	    {CURLE_SSL_CONNECT_ERROR, "tls", "no TLS came about"},
	    {CURLE_LOGIN_DENIED, "login", "user or password is not taken"},
	    {CURLE_OUT_OF_MEMORY, "memory", "out of memory"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].code == code) {
			kc_verdict_word(
			    a, DEFERRED, table[i].word, table[i].why);
			return;
		}
	kc_verdict_word(a, DEFERRED, "broken", "the connection broke");
}

/* --- HTTP --- */
const struct kc_verdict kc_http_verdicts[] = {
    {200, 299, SENT, 0, "taken"},
    {300, 399, FAILED, 0, "a redirect is not followed"},
    {408, 408, DEFERRED, 0, "the server waited too long"},
    {425, 425, DEFERRED, 0, "too early"},
    {429, 429, DEFERRED, 0, "too many; the server asks to wait"},
    {410, 410, FAILED, 0, "gone: the receiver wants no more of these"},
    {400, 499, FAILED, 0, "the receiver refuses it"},
    {INT_MIN, INT_MAX, DEFERRED, 0, "the receiver has a fault"},
};

static size_t
take_reply(char *p, size_t size, size_t n, void *ctx)
{
	struct kc_post *post = ctx;

	(void)size;
	if (post->reply.n + n > KC_SENDER_BODY_MAX)
		return 0;
	kc_buf_put(&post->reply, p, n);
	return n;
}

static CURLcode
transfer(CURL *c, struct kc_post *p)
{
	curl_off_t wait_s = 0;
	CURLcode code;

	(void)curl_easy_setopt(c, CURLOPT_URL, p->url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
	    p->reach == KC_REACH_LOOPBACK ? "http,https" : "https");
	(void)curl_easy_setopt(
	    c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(c, CURLOPT_USERAGENT, "kaocheng/" KC_VERSION);
	(void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, p->headers);
	(void)curl_easy_setopt(
	    c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body.n);
	(void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, p->body.p);
	(void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_reply);
	(void)curl_easy_setopt(c, CURLOPT_WRITEDATA, p);
	code = curl_easy_perform(c);
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &p->status);
	(void)curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &wait_s);
	if (wait_s > 0)
		p->retry_s = wait_s > KC_ANSWER_RETRY_MAX ? KC_ANSWER_RETRY_MAX
							  : (unsigned)wait_s;
	/* A reply that is too long is cut; its status stands. */
	return code == CURLE_WRITE_ERROR && p->status > 0 ? CURLE_OK : code;
}

static bool
add_header(struct curl_slist **list, const char *header)
{
	struct curl_slist *more = curl_slist_append(*list, header);

	if (more == NULL)
		return false;
	*list = more;
	return true;
}

static void
try_post(const struct kc_sender *s, struct kc_post *p, struct kc_answer *a,
    CURLcode *code)
{
	struct kc_curl_reach reach = {p->reach, false};
	struct kc_buf type = {0};
	CURL *c = NULL;

	*code = CURLE_OUT_OF_MEMORY;
	kc_buf_str(&type, "Content-Type: ");
	kc_buf_str(&type, p->content_type);
	/* No "Expect": the body is small, and not every server knows it. */
	if (!add_header(&p->headers, kc_buf_cstr(&type)) ||
	    !add_header(&p->headers, "Expect:"))
		goto out;
	c = kc_curl_new(s);
	if (c == NULL)
		goto out;
	kc_curl_reach(c, &reach);
	*code = transfer(c, p);
out:
	if (c != NULL)
		curl_easy_cleanup(c);
	kc_buf_free(&type);
	if (reach.refused && *code != CURLE_OK)
		kc_verdict_word(a, FAILED, "reach",
		    "its address may not be reached from here");
	else if (*code != CURLE_OK)
		kc_curl_verdict(a, *code);
}

bool
kc_post(const struct kc_sender *s, struct kc_post *p, struct kc_answer *a)
{
	CURLcode code = CURLE_FAILED_INIT;

	if (p->body.n > KC_SENDER_BODY_MAX)
		kc_verdict_word(a, FAILED, "size", "the message is too large");
	else if (p->reach != KC_REACH_LOOPBACK &&
	    strncmp(p->url, "https://", 8) != 0)
		kc_verdict_word(a, FAILED, "reach", "not without TLS");
	else
		try_post(s, p, a, &code);
	curl_slist_free_all(p->headers);
	p->headers = NULL;
	return code == CURLE_OK;
}
