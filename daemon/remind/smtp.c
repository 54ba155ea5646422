/* SPDX-License-Identifier: Apache-2.0 */
/* Mail: one message, one recipient, one connection, never in the clear. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "remind/curl.h"
#include "remind/mime.h"

#define SENT KC_DELIVERY_SENT
#define DEFERRED KC_DELIVERY_DEFERRED
#define FAILED KC_DELIVERY_FAILED

/* RFC 5321 4.2.1, and what concerns us and not the recipient. */
static const struct kc_verdict verdicts[] = {
    {200, 299, SENT, 0, "the server has taken it"},
    {400, 499, DEFERRED, 0, "the server asks to come again"},
    {530, 530, DEFERRED, 0, "the server wants us to log in"},
    {534, 535, DEFERRED, 0, "the server does not take user or password"},
    {538, 538, DEFERRED, 0, "the server wants TLS first"},
    {550, 550, FAILED, 0, "there is no such mailbox, or it refuses us"},
    {551, 551, FAILED, 0, "the mailbox is elsewhere"},
    {552, 552, FAILED, 0, "the mailbox is full, or the message too large"},
    {553, 553, FAILED, 0, "the name of the mailbox is not taken"},
    {554, 554, FAILED, 0, "the server refuses the message"},
    {500, 599, FAILED, 0, "the server refuses it for good"},
    {INT_MIN, INT_MAX, DEFERRED, 0, "the server says what no server should"},
};

static enum kc_err
prepare(struct kc_sender *s, const char **what)
{
	*what = s->config.smtp.password;
	if (s->config.smtp.password[0] == '\0')
		return KC_OK;
	return kc_secret_line(s->password, s->config.smtp.password);
}

static size_t
give(char *to, size_t size, size_t n, void *ctx)
{
	struct kc_slice *rest = ctx;
	size_t part = rest->n < size * n ? rest->n : size * n;

	memcpy(to, rest->p, part);
	rest->p += part;
	rest->n -= part;
	return part;
}

static CURLcode
transfer(CURL *c, const struct kc_sender *s, struct kc_slice *message)
{
	const struct kc_remind_smtp *m = &s->config.smtp;
	char url[KC_REMIND_TEXT_MAX + 32];
	long ssl =
	    m->tls == KC_TLS_NONE_LOOPBACK ? CURLUSESSL_NONE : CURLUSESSL_ALL;

	(void)snprintf(url, sizeof(url), "%s://%s:%u",
	    m->tls == KC_TLS_TLS ? "smtps" : "smtp", m->host, m->port);
	(void)curl_easy_setopt(c, CURLOPT_URL, url);
	(void)curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	(void)curl_easy_setopt(c, CURLOPT_USE_SSL, ssl);
	if (m->user[0] != '\0') {
		(void)curl_easy_setopt(c, CURLOPT_USERNAME, m->user);
		(void)curl_easy_setopt(c, CURLOPT_PASSWORD, s->password);
	}
	(void)curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->from);
	(void)curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	(void)curl_easy_setopt(c, CURLOPT_READDATA, message);
	(void)curl_easy_setopt(
	    c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message->n);
	return curl_easy_perform(c);
}

/* A code of refusal says more than how libcurl calls it. Taken is only what
 * came to its end: after the text a server may still go away (RFC 1047). */
static void
judge(struct kc_answer *a, CURLcode code, long status, bool refused)
{
	if (refused && code != CURLE_OK)
		kc_verdict_word(a, FAILED, "reach",
		    "without TLS only to an address of this machine");
	else if (status >= 400 && status <= 599 && code != CURLE_OK &&
	    code != CURLE_USE_SSL_FAILED &&
	    code != CURLE_PEER_FAILED_VERIFICATION)
		kc_verdict_number(a, verdicts, (int)status);
	else if (code != CURLE_OK)
		kc_curl_verdict(a, code);
	else
		kc_verdict_number(a, verdicts, (int)status);
}

static void
send_mail(
    const struct kc_sender *s, const struct kc_job *job, struct kc_answer *a)
{
	struct kc_curl_reach reach = {KC_REACH_LOOPBACK, false};
	struct curl_slist *to = NULL;
	struct kc_buf message = {0}, address = {0};
	struct kc_slice rest;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	CURL *c = NULL;
	long status = 0;

	kc_buf_slice(&address, job->to);
	kc_mime_message(&message, job, s->config.smtp.from, job->to);
	to = curl_slist_append(NULL, kc_buf_cstr(&address));
	c = kc_curl_new(s);
	if (kc_buf_err(&message) != KC_OK || kc_buf_err(&address) != KC_OK ||
	    to == NULL || c == NULL)
		goto out;
	if (message.n > KC_SENDER_MAIL_MAX) {
		kc_verdict_word(a, FAILED, "size", "the message is too large");
		goto done;
	}
	if (s->config.smtp.tls == KC_TLS_NONE_LOOPBACK)
		kc_curl_reach(c, &reach);
	(void)curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	rest = kc_buf_view(&message);
	code = transfer(c, s, &rest);
	(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
out:
	judge(a, code, status, reach.refused);
done:
	if (c != NULL)
		curl_easy_cleanup(c);
	curl_slist_free_all(to);
	kc_buf_free(&message);
	kc_buf_free(&address);
}

const struct kc_driver kc_driver_smtp = {prepare, send_mail};
