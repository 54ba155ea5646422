/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reminders foreseen: what is due at an instant, and what would go out over a
 * span of days, as one document. Nothing is sent. The daemon serves these bytes
 * and the command line makes the same from a ledger on disk. Who may read it:
 * the row `remind` of views.def.
 */
#ifndef KAOCHENG_FORESEE_H
#define KAOCHENG_FORESEE_H

#include <kaocheng/log.h>
#include <kaocheng/notice.h>
#include <kaocheng/refusal.h>

struct kc_foresee {
	/* As kc_plan_ask.channel. */
	const char *(*channel)(void *ctx, const char *actor);
	void *ctx;
	bool text;         /* lines for people; else JSON */
	bool sealed;       /* with reminders to vote; else not even counted */
	enum kc_lang lang; /* of their last lines */
};

/*
 * Appends {"schema":"kaocheng.remind.preview/1","rows":[{"to_role","actor",
 * "case","stage","due","channel"}],"messages":n,"roles":{"<role>":n}}: what is
 * due at an instant, be it in quiet hours. KC_ENOMEM.
 */
enum kc_err kc_foresee_due(struct kc_buf *out, const struct kc_state *st,
    int64_t now_ms, const struct kc_foresee *f);

/* So many days at once: two years, one of them a leap year. */
#define KC_FORESEE_DAYS_MAX 731
/*
 * The same, as "kaocheng.remind.simulate/1": what would go out on the local
 * days from..to, the first `upto` entries each in its time and reminders
 * between them. Costs a replay. KC_EREFUSED: an entry does not replay;
 * KC_ENOMEM, the log's error.
 */
enum kc_err
kc_foresee_days(struct kc_buf *out, const struct kc_log *log, uint64_t upto,
    kc_day from, kc_day to, const struct kc_foresee *f, struct kc_refusal *why);

#endif
