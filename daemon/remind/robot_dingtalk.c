/* SPDX-License-Identifier: Apache-2.0 */
/* DingTalk: the signature stands in the query. */
#include <limits.h>

#include <kaocheng/json.h>

#include "remind/robot.h"

#define TEXT_MAX ((size_t)16 << 10) /* bytes; the vendor takes 20,000 */

#define SENT KC_DELIVERY_SENT
#define DEFERRED KC_DELIVERY_DEFERRED
#define FAILED KC_DELIVERY_FAILED

/* After too many in a minute a robot is silent for ten. */
static const struct kc_verdict verdicts[] = {
    {0, 0, SENT, 0, "the robot has taken it"},
    {-1, -1, DEFERRED, 0, "the service is busy"},
    {130101, 130101, DEFERRED, 600, "more than 20 in a minute"},
    {410100, 410100, DEFERRED, 600, "too many for now"},
    {302033, 302033, DEFERRED, 600, "too many for now"},
    {310000, 310000, DEFERRED, 0,
	"refused by the robot's own settings: signature, keyword or address"},
    {400013, 400013, FAILED, 0, "the group is no more"},
    {400101, 400101, FAILED, 0, "there is no such token"},
    {400102, 400102, FAILED, 0, "the robot is stopped"},
    {400105, 400106, FAILED, 0, "the robot is no more, or takes no such text"},
    {INT_MIN, INT_MAX, FAILED, 0, "the robot refuses it"},
};

static enum kc_err
prepare(struct kc_sender *s, const char **what)
{
	*what = s->config.dingtalk.places;
	return kc_places_read(&s->dingtalk, *what, true);
}

/* HMAC-SHA-256 under the secret over "<ms> LF <secret>". */
static void
sign(struct kc_buf *url, const struct kc_place *p, int64_t now_ms)
{
	struct kc_buf stamp = {0}, text = {0}, mac = {0};

	kc_buf_i64(&stamp, now_ms);
	kc_buf_slice(&text, kc_buf_view(&stamp));
	kc_buf_char(&text, '\n');
	kc_buf_str(&text, p->secret);
	kc_hmac_base64(&mac, kc_slice_str(p->secret), kc_buf_view(&text));
	kc_robot_query(url, "access_token", kc_slice_str(p->token));
	kc_robot_query(url, "timestamp", kc_buf_view(&stamp));
	kc_robot_query(url, "sign", kc_buf_view(&mac));
	if (stamp.err != KC_OK || text.err != KC_OK || mac.err != KC_OK)
		url->err = KC_ENOMEM;
	kc_buf_free(&stamp);
	kc_buf_free(&text);
	kc_buf_free(&mac);
}

static void
put_body(struct kc_buf *out, const struct kc_job *job)
{
	struct kc_json w = {.out = out};
	struct kc_buf text = {0};

	kc_buf_str(&text, "#### ");
	kc_buf_slice(&text, job->subject);
	kc_buf_str(&text, "\n\n");
	kc_robot_text(&text, job, TEXT_MAX);
	kc_json_open(&w, '{');
	kc_json_key(&w, "msgtype");
	kc_json_str(&w, "markdown");
	kc_json_key(&w, "markdown");
	kc_json_open(&w, '{');
	kc_json_key(&w, "title");
	kc_json_slice(&w, job->subject);
	kc_json_key(&w, "text");
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
	sign(url, place, now_ms);
	put_body(body, job);
}

static void
send_robot(
    const struct kc_sender *s, const struct kc_job *job, struct kc_answer *a)
{
	static const char *const members[] = {"errcode", NULL};
	static const struct kc_robot robot = {members, verdicts, request};

	kc_robot_send(s, &s->config.dingtalk, &s->dingtalk, &robot, job, a);
}

const struct kc_driver kc_driver_dingtalk = {prepare, send_robot};
