/* SPDX-License-Identifier: Apache-2.0 */
/* The reminders of the demonstration's year. */
#include "demo.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <kaocheng/notice.h>

#include "lib/tool.h"

#define LOOKS 60000 /* of a millisecond: longer is not a delay, but a fault */

enum kc_err
demo_remind_config(struct demo *d, struct kc_buf *b)
{
	const char *smtp = d->cli->smtp;
	struct kc_slice port, host;
	uint64_t number;

	if (smtp == NULL) {
		kc_buf_str(b, "remind:\n  file:\n    dir: mail\n");
		return kc_buf_err(b);
	}
	port = kc_slice_str(smtp);
	if (!kc_slice_cut(&port, ':', &host) ||
	    !kc_read_u64(port, UINT16_MAX, &number)) {
		demo_fail(d, smtp, "must be HOST:PORT");
		return KC_EINVAL;
	}
	kc_buf_str(b, "remind:\n  smtp:\n    host: \"");
	kc_buf_slice(b, host);
	kc_buf_str(b, "\"\n    port: ");
	kc_buf_u64(b, number);
	kc_buf_str(b,
	    "\n    tls: none-loopback\n"
	    "    from: kaohe@shili.example\n");
	return kc_buf_err(b);
}

/* The value of one line of the metrics; -1: it is not there. */
static long long
metric(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	return at == NULL ? -1 : strtoll(at + strlen(line), NULL, 10);
}

/* With a clock that stands still while they are sent, the year is the same
 * whoever is faster. */
void
demo_await_reminders(struct demo *d)
{
	const struct timespec moment = {0, 1000000};
	struct kc_buf body = {0};
	long long left = 1;

	for (int i = 0; d->reminds && !d->failed && left > 0; i++) {
		long status = 0;
		enum kc_err err =
		    kc_client_get(d->client, "/metrics", &status, &body);

		if (err != KC_OK || status != 200 || i == LOOKS) {
			demo_fail(d, "waiting for reminders",
			    err != KC_OK ? kc_err_text(err) : "no end");
			break;
		}
		left = metric(kc_buf_cstr(&body),
			   "\nkaocheng_reminders_waiting ") +
		    metric(body.p, "\nkaocheng_reminders_given ");
		if (left > 0)
			(void)nanosleep(&moment, NULL);
	}
	kc_buf_free(&body);
}

/* --- what was sent, from the replay --- */
static void
count(struct demo_reminded *r, const struct kc_state *st)
{
	for (uint32_t i = 0; i < kc_state_told_count(st); i++) {
		struct kc_told told;
		uint32_t roles;

		kc_state_told(st, i, &told);
		r->sent += told.sent;
		r->failed += !told.sent && !told.overtaken;
		roles = kc_state_roles(st, kc_slice_str(told.to));
		for (unsigned role = 0; role < KC_ROLE_COUNT; role++)
			r->to_role[role] += told.sent && (roles >> role & 1);
		if (told.sent)
			r->last = told.seq;
	}
}

int
demo_reminded(struct demo *d, struct demo_reminded *r)
{
	struct kc_local l;
	int code = kc_local_open(d->cli, &l);

	*r = (struct demo_reminded){0};
	if (code == KC_EXIT_OK)
		code = kc_local_replay(d->cli, &l, false);
	if (code == KC_EXIT_OK)
		count(r, l.state);
	kc_local_close(&l);
	return code;
}

int
demo_tell_reminders(struct demo *d)
{
	bool zh = d->cli->lang == KC_LANG_ZH;
	struct demo_reminded r;
	size_t n;
	const struct kc_word *roles = kc_set_words(KC_SET_ROLE, &n);
	int code = demo_reminded(d, &r);

	if (code != KC_EXIT_OK)
		return code;
	printf(zh ? "发出 %llu 件，未能送出 %llu 件。"
		  : "%llu messages sent, %llu given up.",
	    (unsigned long long)r.sent, (unsigned long long)r.failed);
	for (size_t i = 0; i < n; i++)
		if (r.to_role[i] > 0)
			printf("  %s %llu", zh ? roles[i].zh : roles[i].en,
			    (unsigned long long)r.to_role[i]);
	printf("\n");
	if (r.sent > 0) {
		char seq[24], *args[1] = {seq};

		snprintf(seq, sizeof(seq), "%llu", (unsigned long long)r.last);
		code = kc_cmd_log_show(d->cli, 1, args);
	}
	return code;
}
