/* SPDX-License-Identifier: Apache-2.0 */
/* WeCom (政务微信 too): nothing is signed, the key in the address is all. */
#include <limits.h>

#include <kaocheng/json.h>

#include "remind/robot.h"

#define TEXT_MAX 4000 /* bytes; the vendor takes 4096 of Markdown */

#define SENT KC_DELIVERY_SENT
#define DEFERRED KC_DELIVERY_DEFERRED
#define FAILED KC_DELIVERY_FAILED

static const struct kc_verdict verdicts[] = {
    {0, 0, SENT, 0, "the robot has taken it"},
    {-1, -1, DEFERRED, 0, "the service is busy"},
    {45009, 45009, DEFERRED, 60, "more than 20 in a minute"},
    {45033, 45033, DEFERRED, 60, "too many at a time"},
    {40058, 40058, FAILED, 0, "the robot takes no such text"},
    {45002, 45002, FAILED, 0, "the text is too long"},
    {93000, 93000, FAILED, 0, "there is no such key"},
    {93004, 93004, FAILED, 0, "the robot is stopped"},
    {93008, 93008, FAILED, 0, "the robot is not in the group"},
    {INT_MIN, INT_MAX, FAILED, 0, "the robot refuses it"},
};

static enum kc_err
prepare(struct kc_sender *s, const char **what)
{
	*what = s->config.wecom.places;
	return kc_places_read(&s->wecom, *what, false);
}

static void
put_body(struct kc_buf *out, const struct kc_job *job)
{
	struct kc_json w = {.out = out};
	struct kc_buf text = {0};

	kc_buf_str(&text, "**");
	kc_buf_slice(&text, job->subject);
	kc_buf_str(&text, "**\n\n");
	kc_robot_text(&text, job, TEXT_MAX - text.n);
	kc_json_open(&w, '{');
	kc_json_key(&w, "msgtype");
	kc_json_str(&w, "markdown");
	kc_json_key(&w, "markdown");
	kc_json_open(&w, '{');
	kc_json_key(&w, "content");
	kc_json_slice(&w, kc_buf_view(&text));
	kc_json_close(&w, '}');
	kc_json_close(&w, '}');
	if (text.err != KC_OK)
		out->err = text.err;
	kc_buf_free(&text);
}

static void
request(struct kc_buf *url, struct kc_buf *body, const struct kc_place *place,
    const struct kc_job *job, int64_t now_ms)
{
	(void)now_ms;
	kc_robot_query(url, "key", kc_slice_str(place->token));
	put_body(body, job);
}

static void
send_robot(
    const struct kc_sender *s, const struct kc_job *job, struct kc_answer *a)
{
	static const char *const members[] = {"errcode", NULL};
	static const struct kc_robot robot = {members, verdicts, request};

	kc_robot_send(s, &s->config.wecom, &s->wecom, &robot, job, a);
}

const struct kc_driver kc_driver_wecom = {prepare, send_robot};
