/* SPDX-License-Identifier: Apache-2.0 */
/* What the robots of the three vendors have in common. */
#ifndef KC_REMIND_ROBOT_H
#define KC_REMIND_ROBOT_H

#include "remind/sender.h"

struct kc_robot {
	const char *const *members; /* of the reply: the first that is there */
	const struct kc_verdict *verdicts; /* of its number */
	/* Makes the request: `url` holds the configured one already. */
	void (*request)(struct kc_buf *url, struct kc_buf *body,
	    const struct kc_place *place, const struct kc_job *job,
	    int64_t now_ms);
};
/* One try: to the job's place, judged by the status of HTTP if it is not 200,
 * else by what stands in the reply. */
void kc_robot_send(const struct kc_sender *s, const struct kc_remind_http *http,
    const struct kc_places *places, const struct kc_robot *robot,
    const struct kc_job *job, struct kc_answer *a);
/* Appends "key=value&…" after the '?' or '&' that url needs. */
void kc_robot_query(struct kc_buf *url, const char *key, struct kc_slice value);
/* Appends text with an empty line between its lines, as these dialects of
 * Markdown want it, cut at a character so that no more than max bytes come. */
void kc_robot_text(struct kc_buf *out, const struct kc_job *job, size_t max);

#endif
