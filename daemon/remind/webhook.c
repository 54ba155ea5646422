/* SPDX-License-Identifier: Apache-2.0 */
/* Standard Webhooks 1.0.0, signed with Ed25519 (v1a), around a CloudEvent. */
#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/json.h>
#include <kaocheng/keyfile.h>

#include "remind/curl.h"
#include "sys/clock.h"
#include "sys/file.h"

static enum kc_err
prepare(struct kc_sender *s, const char **what)
{
	struct kc_buf file = {0};
	struct kc_vkey vkey;
	enum kc_keyfile_lock lock = KC_KEYFILE_OPEN;
	enum kc_err err;

	*what = s->config.webhook.key;
	err = kc_file_read(&file, *what, KC_KEYFILE_MAX, true);
	if (err == KC_OK)
		err = kc_keyfile_peek(kc_buf_view(&file), &vkey, &lock);
	if (err == KC_OK && lock != KC_KEYFILE_OPEN)
		err = KC_EINVAL; /* nobody is here to type a passphrase */
	if (err == KC_OK)
		err = kc_keyfile_decode(&s->key, kc_buf_view(&file), NULL);
	if (file.p != NULL)
		explicit_bzero(file.p, file.cap);
	kc_buf_free(&file);
	return err;
}

static void
member(struct kc_json *w, const char *key, struct kc_slice s)
{
	kc_json_key(w, key);
	kc_json_slice(w, s);
}

/* A handle, a kind of deadline, a stage, a last day: nothing else. */
static void
put_data(struct kc_json *w, const struct kc_job *job)
{
	kc_json_open(w, '{');
	member(w, "link", job->link);
	kc_json_key(w, "notices");
	kc_json_open(w, '[');
	for (size_t i = 0; i < job->nnotices; i++) {
		const struct kc_job_notice *n = &job->notices[i];

		kc_json_open(w, '{');
		member(w, "handle", n->handle);
		member(w, "limit", n->limit);
		member(w, "stage", n->stage);
		kc_json_key(w, "last");
		kc_json_day(w, n->last);
		kc_json_close(w, '}');
	}
	kc_json_close(w, ']');
	kc_json_close(w, '}');
}

/* CloudEvents 1.0.2, JSON event format, structured mode. */
static void
put_event(
    struct kc_buf *out, const struct kc_sender *s, const struct kc_job *job)
{
	struct kc_json w = {.out = out};
	struct kc_buf source = {0};

	kc_buf_str(&source, "kaocheng://");
	kc_buf_str(&source, s->origin);
	kc_json_open(&w, '{');
	member(&w, "specversion", KC_LIT("1.0"));
	member(&w, "id", job->id);
	member(&w, "source", kc_buf_view(&source));
	member(&w, "type", KC_LIT("kaocheng.reminder.v1"));
	kc_json_key(&w, "time");
	kc_json_instant(&w, job->date_s * 1000);
	member(&w, "datacontenttype", KC_LIT("application/json"));
	kc_json_key(&w, "data");
	put_data(&w, job);
	kc_json_close(&w, '}');
	kc_buf_free(&source);
}

/* webhook-id, webhook-timestamp, and what signs "id.timestamp.body". */
static struct curl_slist *
sign(const struct kc_sender *s, const struct kc_job *job, struct kc_slice body)
{
	struct kc_buf text = {0}, stamp = {0}, line = {0};
	struct curl_slist *list = NULL, *more;
	uint8_t sig[KC_SIG_SIZE];
	bool ok = true;

	kc_buf_i64(&stamp, kc_clock_system_ms(NULL) / 1000);
	kc_buf_slice(&text, job->id);
	kc_buf_char(&text, '.');
	kc_buf_slice(&text, kc_buf_view(&stamp));
	kc_buf_char(&text, '.');
	kc_buf_slice(&text, body);
	if (kc_buf_err(&text) == KC_OK)
		kc_sign(&s->key, text.p, text.n, sig);
	else
		ok = false;
	for (unsigned i = 0; ok && i < 3; i++) {
		kc_buf_reset(&line);
		kc_buf_str(&line,
		    i == 0       ? "webhook-id: "
			: i == 1 ? "webhook-timestamp: "
				 : "webhook-signature: v1a,");
		if (i == 2)
			kc_buf_base64(&line, sig, sizeof(sig));
		else
			kc_buf_slice(
			    &line, i == 0 ? job->id : kc_buf_view(&stamp));
		more = curl_slist_append(list, kc_buf_cstr(&line));
		ok = more != NULL && kc_buf_err(&line) == KC_OK;
		list = more != NULL ? more : list;
	}
	if (!ok) {
		curl_slist_free_all(list);
		list = NULL;
	}
	kc_buf_free(&text);
	kc_buf_free(&stamp);
	kc_buf_free(&line);
	return list;
}

static void
send_event(
    const struct kc_sender *s, const struct kc_job *job, struct kc_answer *a)
{
	struct kc_buf url = {0}, body = {0};
	struct kc_post post = {.reach = s->config.webhook.reach};

	kc_buf_slice(&url, job->to);
	put_event(&body, s, job);
	post.url = kc_buf_cstr(&url);
	post.content_type = "application/cloudevents+json; charset=utf-8";
	post.body = kc_buf_view(&body);
	if (kc_buf_err(&body) != KC_OK || kc_buf_err(&url) != KC_OK ||
	    (post.headers = sign(s, job, post.body)) == NULL) {
		kc_curl_verdict(a, CURLE_OUT_OF_MEMORY);
	} else if (kc_post(s, &post, a)) {
		kc_verdict_number(a, kc_http_verdicts, (int)post.status);
		if (a->outcome == KC_DELIVERY_DEFERRED)
			a->retry_s = post.retry_s;
	}
	kc_buf_free(&post.reply);
	kc_buf_free(&url);
	kc_buf_free(&body);
}

const struct kc_driver kc_driver_webhook = {prepare, send_event};
