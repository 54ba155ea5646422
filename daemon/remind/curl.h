/* SPDX-License-Identifier: Apache-2.0 */
/* What every use of libcurl here has in common. */
#ifndef KC_REMIND_CURL_H
#define KC_REMIND_CURL_H

#include <curl/curl.h>

#include "remind/sender.h"

/* One handle for one try, with time-outs, certificates, no proxy, no
 * redirect, and nothing that the surroundings could change. NULL: memory. */
CURL *kc_curl_new(const struct kc_sender *s);
/* Only to addresses of this kind: *refused is set if one is not. Both must
 * outlive the transfer. */
struct kc_curl_reach {
	enum kc_remind_reach reach;
	bool refused;
};
void kc_curl_reach(CURL *c, struct kc_curl_reach *reach);
/* The answer for a transfer that did not come to an end. */
void kc_curl_verdict(struct kc_answer *a, CURLcode code);

/* POSTs a body of JSON. True: *status and *reply (its first 64 KiB) are what
 * came back. False: *a says why not. */
struct kc_post {
	const char *url;
	enum kc_remind_reach reach;
	const char *content_type;
	struct curl_slist *headers; /* more of them; may be NULL */
	struct kc_slice body;
	/* what came of it */
	long status;
	unsigned retry_s; /* as the server asks */
	struct kc_buf reply;
};
bool kc_post(const struct kc_sender *s, struct kc_post *p, struct kc_answer *a);
/* What status codes of HTTP mean, for kc_verdict_number. */
extern const struct kc_verdict kc_http_verdicts[];

#endif
