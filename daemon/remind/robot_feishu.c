/* SPDX-License-Identifier: Apache-2.0 */
/* Feishu: the signature stands in the body, and its key is the text. */
#include <limits.h>

#include <kaocheng/json.h>

#include "remind/robot.h"

#define TEXT_MAX                                                               \
	((size_t)16 << 10) /* bytes; the vendor takes 20 KiB in all            \
			    */

#define SENT KC_DELIVERY_SENT
#define DEFERRED KC_DELIVERY_DEFERRED
#define FAILED KC_DELIVERY_FAILED

static const struct kc_verdict verdicts[] = {
    {0, 0, SENT, 0, "the robot has taken it"},
    {9499, 9499, FAILED, 0, "the robot takes no such text"},
    {11232, 11232, DEFERRED, 60, "too many for now"},
    {11247, 11247, DEFERRED, 60, "too many for now"},
    {19001, 19001, FAILED, 0, "there is no such token"},
    {19021, 19021, DEFERRED, 0,
	"signature or clock is not taken: secret, time of this machine"},
    {19022, 19022, DEFERRED, 0, "our address is not in the robot's list"},
    {19024, 19024, DEFERRED, 0, "a keyword of the robot's list is missing"},
    {99991400, 99991400, DEFERRED, 60, "too many for now"},
    {INT_MIN, INT_MAX, FAILED, 0, "the robot refuses it"},
};

static enum kc_err
prepare(struct kc_sender *s, const char **what)
{
	*what = s->config.feishu.places;
	return kc_places_read(&s->feishu, *what, true);
}

/* HMAC-SHA-256 under "<s> LF <secret>" over nothing. */
static void
sign(struct kc_json *w, const struct kc_place *p, int64_t now_s)
{
	struct kc_buf stamp = {0}, key = {0}, mac = {0};

	kc_buf_i64(&stamp, now_s);
	kc_buf_slice(&key, kc_buf_view(&stamp));
	kc_buf_char(&key, '\n');
	kc_buf_str(&key, p->secret);
	kc_hmac_base64(&mac, kc_buf_view(&key), KC_LIT(""));
	kc_json_key(w, "timestamp");
	kc_json_slice(w, kc_buf_view(&stamp));
	kc_json_key(w, "sign");
	kc_json_slice(w, kc_buf_view(&mac));
	if (stamp.err != KC_OK || key.err != KC_OK || mac.err != KC_OK)
		w->out->err = KC_ENOMEM;
	kc_buf_free(&stamp);
	kc_buf_free(&key);
	kc_buf_free(&mac);
}

/* {"tag":"plain_text","content":…}: no sign of it means anything. */
static void
put_plain(struct kc_json *w, const char *key, struct kc_slice text)
{
	kc_json_key(w, key);
	kc_json_open(w, '{');
	kc_json_key(w, "tag");
	kc_json_str(w, "plain_text");
	kc_json_key(w, "content");
	kc_json_slice(w, text);
	kc_json_close(w, '}');
}

static void
put_card(struct kc_json *w, const struct kc_job *job, struct kc_slice text)
{
	kc_json_open(w, '{');
	kc_json_key(w, "header");
	kc_json_open(w, '{');
	put_plain(w, "title", job->subject);
	kc_json_close(w, '}');
	kc_json_key(w, "elements");
	kc_json_open(w, '[');
	kc_json_open(w, '{');
	kc_json_key(w, "tag");
	kc_json_str(w, "div");
	put_plain(w, "text", text);
	kc_json_close(w, '}');
	kc_json_close(w, ']');
	kc_json_close(w, '}');
}

static void
put_body(struct kc_buf *out, const struct kc_job *job, const struct kc_place *p,
    int64_t now_s)
{
	struct kc_json w = {.out = out};
	struct kc_buf text = {0};

	kc_robot_text(&text, job, TEXT_MAX);
	kc_json_open(&w, '{');
	sign(&w, p, now_s);
	kc_json_key(&w, "msg_type");
	kc_json_str(&w, "interactive");
	kc_json_key(&w, "card");
	put_card(&w, job, kc_buf_view(&text));
	kc_json_close(&w, '}');
	if (text.err != KC_OK)
		out->err = text.err;
	kc_buf_free(&text);
}

static void
request(struct kc_buf *url, struct kc_buf *body, const struct kc_place *place,
    const struct kc_job *job, int64_t now_ms)
{
	kc_buf_char(url, '/');
	kc_buf_str(url, place->token);
	put_body(body, job, place, now_ms / 1000);
}

static void
send_robot(
    const struct kc_sender *s, const struct kc_job *job, struct kc_answer *a)
{
	static const char *const members[] = {"code", "StatusCode", NULL};
	static const struct kc_robot robot = {members, verdicts, request};

	kc_robot_send(s, &s->config.feishu, &s->feishu, &robot, job, a);
}

const struct kc_driver kc_driver_feishu = {prepare, send_robot};
