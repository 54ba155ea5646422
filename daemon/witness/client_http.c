/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl, for requests to witnesses that run side by side. */
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>

#include "sys/clock.h"
#include "witness/client_int.h"

#define LONG_MS 3600000  /* between two looks at nothing */
#define STOP_LOOK_MS 100 /* between two looks whether to stop */

static size_t
take_answer(char *p, size_t size, size_t n, void *ctx)
{
	struct kc_buf *answer = ctx;

	(void)size;
	if (answer->n + n > KC_ANSWER_MAX)
		return 0;
	kc_buf_put(answer, p, n);
	return kc_buf_err(answer) == KC_OK ? n : 0;
}

static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
	(void)ctx;
	(void)purpose;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

enum kc_err
kc_asked_prepare(struct kc_witnesses *w, struct kc_asked *a)
{
	CURL *c = curl_easy_init();
	CURLcode bad = CURLE_OK;

	if (c == NULL)
		return KC_ENOMEM;
	a->easy = c;
	(void)snprintf(
	    a->url, sizeof(a->url), "%s/add-checkpoint", a->config->url);
	bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	bad |= curl_easy_setopt(c, CURLOPT_HTTPHEADER, w->headers);
	bad |= curl_easy_setopt(c, CURLOPT_USERAGENT, "kaochengd/" KC_VERSION);
	bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	bad |= curl_easy_setopt(
	    c, CURLOPT_TIMEOUT_MS, (long)w->config->timeout_ms);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	bad |= curl_easy_setopt(
	    c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (w->config->ca[0] != '\0')
		bad |= curl_easy_setopt(c, CURLOPT_CAINFO, w->config->ca);
	bad |= curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_answer);
	bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, &a->answer);
	bad |= curl_easy_setopt(c, CURLOPT_PRIVATE, a);
	return bad == CURLE_OK ? KC_OK : KC_EINVAL;
}

bool
kc_asked_send(struct kc_witnesses *w, struct kc_asked *a)
{
	CURLcode bad = CURLE_OK;

	kc_buf_reset(&a->answer);
	if (a->looking) {
		bad |= curl_easy_setopt(a->easy, CURLOPT_HTTPGET, 1L);
		bad |= curl_easy_setopt(a->easy, CURLOPT_URL, a->held_url);
	} else {
		bad |= curl_easy_setopt(a->easy, CURLOPT_URL, a->url);
		bad |= curl_easy_setopt(a->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)a->body.n);
		bad |= curl_easy_setopt(a->easy, CURLOPT_POSTFIELDS, a->body.p);
	}
	return bad == CURLE_OK &&
	    curl_multi_add_handle(w->multi, a->easy) == CURLM_OK;
}

/* Goes on with all that can; false if nothing has ended. */
static bool
go_on(struct kc_witnesses *w)
{
	bool ended = false;
	int running, left;
	CURLMsg *m;

	(void)curl_multi_perform(w->multi, &running);
	while ((m = curl_multi_info_read(w->multi, &left)) != NULL) {
		CURLcode code = m->data.result;
		CURL *easy = m->easy_handle;
		char *private = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
		(void)curl_multi_remove_handle(w->multi, easy);
		kc_asked_done(w, (struct kc_asked *)(void *)private, code);
		ended = true;
	}
	return ended;
}

void
kc_witnesses_wait(struct kc_witnesses *w, int64_t until_ms)
{
	int64_t in_ms = until_ms - kc_clock_monotonic_ms();

	if (in_ms < 0)
		in_ms = 0;
	if (in_ms > LONG_MS)
		in_ms = LONG_MS;
	/* What has ended already is not waited for: it may be asked again. */
	if (go_on(w))
		return;
	(void)curl_multi_poll(w->multi, NULL, 0, (int)in_ms, NULL);
	(void)go_on(w);
}

/* What has ended of those that were asked what they hold. */
static unsigned
gathered(struct kc_witnesses *w)
{
	unsigned ended = 0;
	int left;
	CURLMsg *m;

	while ((m = curl_multi_info_read(w->multi, &left)) != NULL) {
		CURLcode code = m->data.result;
		CURL *easy = m->easy_handle;
		struct kc_asked *a;
		char *private = NULL;
		long status = 0;

		if (m->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
		(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		(void)curl_multi_remove_handle(w->multi, easy);
		a = (struct kc_asked *)(void *)private;
		if (code != CURLE_OK || status != 200)
			kc_buf_reset(&a->answer);
		a->looking = false;
		ended++;
	}
	return ended;
}

void
kc_witnesses_gather(struct kc_witnesses *w, const atomic_bool *stop)
{
	unsigned left = 0;
	int running;

	for (size_t i = 0; i < w->config->n; i++) {
		w->v[i].looking = true;
		if (kc_asked_send(w, &w->v[i]))
			left++;
		else
			w->v[i].looking = false;
	}
	/* Each ends by its own time limit. */
	while (left > 0 && !atomic_load(stop)) {
		(void)curl_multi_perform(w->multi, &running);
		left -= gathered(w);
		if (left > 0)
			(void)curl_multi_poll(
			    w->multi, NULL, 0, STOP_LOOK_MS, NULL);
	}
	for (size_t i = 0; i < w->config->n; i++) {
		if (!w->v[i].looking)
			continue;
		(void)curl_multi_remove_handle(w->multi, w->v[i].easy);
		kc_buf_reset(&w->v[i].answer);
		w->v[i].looking = false;
	}
}

enum kc_err
kc_witnesses_net(struct kc_witnesses *w)
{
	enum kc_err err = KC_OK;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return KC_EINVAL;
	w->multi = curl_multi_init();
	/* Nobody is asked whether it wants the body: it is small. */
	w->headers = curl_slist_append(NULL, "Expect:");
	if (w->headers != NULL)
		(void)curl_slist_append(
		    w->headers, "Content-Type: text/plain; charset=utf-8");
	if (w->multi == NULL || w->headers == NULL)
		return KC_ENOMEM;
	for (size_t i = 0; err == KC_OK && i < w->config->n; i++)
		err = kc_asked_prepare(w, &w->v[i]);
	return err;
}

void
kc_witnesses_net_free(struct kc_witnesses *w)
{
	for (size_t i = 0; i < w->config->n; i++) {
		if (w->v[i].round != NULL)
			(void)curl_multi_remove_handle(w->multi, w->v[i].easy);
		if (w->v[i].easy != NULL)
			curl_easy_cleanup(w->v[i].easy);
	}
	if (w->multi != NULL)
		(void)curl_multi_cleanup(w->multi);
	curl_slist_free_all(w->headers);
}
