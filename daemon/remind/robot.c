/* SPDX-License-Identifier: Apache-2.0 */
/* Robots answer 200 to everything; what they think stands in the body. */
#include "remind/robot.h"

#include <string.h>

#include <jansson.h>

#include "remind/curl.h"
#include "sys/clock.h"

void
kc_robot_query(struct kc_buf *url, const char *key, struct kc_slice value)
{
	static const char hex[] = "0123456789ABCDEF";
	bool first = memchr(url->p, '?', url->n) == NULL;

	kc_buf_char(url, first ? '?' : '&');
	kc_buf_str(url, key);
	kc_buf_char(url, '=');
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '_') {
			kc_buf_char(url, (char)c);
			continue;
		}
		kc_buf_char(url, '%');
		kc_buf_char(url, hex[c >> 4]);
		kc_buf_char(url, hex[c & 15]);
	}
}

void
kc_robot_text(struct kc_buf *out, const struct kc_job *job, size_t max)
{
	static const char more[] = "…";
	size_t from = out->n, end;

	for (size_t i = 0; i < job->text.n; i++) {
		if (job->text.p[i] == '\n')
			kc_buf_char(out, '\n');
		kc_buf_char(out, job->text.p[i]);
	}
	if (out->n - from <= max || out->err != KC_OK)
		return;
	end = from + max - (sizeof(more) - 1);
	while (((unsigned char)out->p[end] & 0xc0) == 0x80)
		end--;
	out->n = end;
	kc_buf_str(out, more);
}

/* The first of the members that is there; false if none is a number. */
static bool
number_of(struct kc_slice reply, const char *const *members, int *out)
{
	json_t *root =
	    json_loadb(reply.p, reply.n, JSON_REJECT_DUPLICATES, NULL);
	bool found = false;

	for (size_t i = 0; !found && members[i] != NULL; i++) {
		const json_t *v = json_object_get(root, members[i]);

		found = json_is_integer(v) &&
		    json_integer_value(v) >= -1000000000 &&
		    json_integer_value(v) <= 1000000000;
		if (found)
			*out = (int)json_integer_value(v);
	}
	json_decref(root);
	return found;
}

static void
judge(struct kc_answer *a, const struct kc_post *post,
    const struct kc_robot *robot)
{
	int code;

	if (post->status != 200) {
		kc_verdict_number(a, kc_http_verdicts, (int)post->status);
		/* Only what says so in its body was taken. */
		if (a->outcome == KC_DELIVERY_SENT)
			a->outcome = KC_DELIVERY_DEFERRED;
		if (a->outcome == KC_DELIVERY_DEFERRED)
			a->retry_s = post->retry_s;
	} else if (number_of(
		       kc_buf_view(&post->reply), robot->members, &code)) {
		kc_verdict_number(a, robot->verdicts, code);
	} else {
		kc_verdict_word(a, KC_DELIVERY_DEFERRED, "reply",
		    "the reply is not what this robot says");
	}
}

void
kc_robot_send(const struct kc_sender *s, const struct kc_remind_http *http,
    const struct kc_places *places, const struct kc_robot *robot,
    const struct kc_job *job, struct kc_answer *a)
{
	const struct kc_place *place = kc_place_find(places, job->to);
	struct kc_buf url = {0}, body = {0};
	struct kc_post post = {.reach = http->reach,
	    .content_type = "application/json; charset=utf-8"};

	if (place == NULL) {
		kc_verdict_word(a, KC_DELIVERY_FAILED, "place",
		    "no place of this name, and none for all others");
		return;
	}
	kc_buf_str(&url, http->url);
	robot->request(&url, &body, place, job, kc_clock_system_ms(NULL));
	post.url = kc_buf_cstr(&url);
	post.body = kc_buf_view(&body);
	if (kc_buf_err(&url) != KC_OK || kc_buf_err(&body) != KC_OK)
		kc_curl_verdict(a, CURLE_OUT_OF_MEMORY);
	else if (kc_post(s, &post, a))
		judge(a, &post, robot);
	kc_buf_free(&post.reply);
	kc_buf_free(&url);
	kc_buf_free(&body);
}
