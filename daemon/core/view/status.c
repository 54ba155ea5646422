/* SPDX-License-Identifier: Apache-2.0 */
/* How a ledger stands, on one screen: a line and a light for each thing. */
#include <kaocheng/notice.h>

#include <string.h>

#include "item.h"
#include "noun/clock/clock.h"
#include "noun/restore/restore.h"

#define FAILED_DAYS 7   /* for which a message that was given up shows red */
#define NOTICE_MONTH 11 /* in which the next year's calendar is out */

static void
put_local(struct kc_buf *b, int64_t ms)
{
	struct kc_buf text = {0};

	kc_buf_instant_ms(&text, ms + (int64_t)KC_LOCAL_OFFSET_S * 1000);
	if (kc_buf_err(&text) == KC_OK) {
		kc_buf_put(b, text.p, 10);
		kc_buf_char(b, ' ');
		kc_buf_put(b, text.p + 11, 5);
	} else {
		b->err = KC_ENOMEM;
	}
	kc_buf_free(&text);
}

static void
ledger_item(const struct kc_items *t)
{
	const struct kc_vx *x = t->x;
	struct kc_buf b = {0};

	if (x->st->restored) {
		kc_buf_str(&b,
		    kc_vx_say(x, "已由备份恢复，须两名管理员认可，留存条目 ",
			"was put back; two administrators must accept it; "
			"entries kept: "));
		kc_buf_u64(
		    &b, x->st->restorations.v[x->st->restorations.n - 1].seq);
		kc_item(t, "ledger", "账本", "ledger", KC_LIGHT_RED, &b);
		return;
	}

	kc_buf_count(&b, x, x->st->size, "条目", "entries");
	if (x->st->size > 0) {
		kc_buf_str(&b, kc_vx_say(x, "，最近 ", ", the last one at "));
		put_local(&b, x->st->received_ms);
	}
	kc_item(t, "ledger", "账本", "ledger", KC_LIGHT_GREEN, &b);
}

static void
clock_item(const struct kc_items *t)
{
	const struct kc_vx *x = t->x;
	const struct kc_clock_step *step = NULL;
	struct kc_buf b = {0};

	for (uint32_t i = 0; i < x->st->steps.n; i++)
		if (x->st->steps.v[i].holds)
			step = &x->st->steps.v[i];
	if (!x->st->held || step == NULL) {
		kc_buf_str(&b, kc_vx_say(x, "正常", "goes on"));
		kc_item(t, "clock", "时钟", "clock", KC_LIGHT_GREEN, &b);
		return;
	}
	kc_buf_str(&b,
	    kc_vx_say(x, "跳变，期限暂停处理，须两人确认：自 ",
		"has leapt; nothing expires until two persons confirm it: "
		"since "));
	put_local(&b, step->received_ms);
	kc_item(t, "clock", "时钟", "clock", KC_LIGHT_RED, &b);
}

/* Entries that the clerk has not written yet. */
static void
clerk_item(const struct kc_items *t, uint64_t overdue)
{
	const struct kc_vx *x = t->x;
	struct kc_buf b = {0};
	struct kc_due next;

	if (overdue > 0) {
		kc_buf_count(&b, x, overdue, "应写未写的条目",
		    "entries are due and not written");
	} else if (kc_state_due(x->st, &next)) {
		kc_buf_str(
		    &b, kc_vx_say(x, "下一条 ", "the next one is due at "));
		put_local(&b, next.due_ms);
	} else {
		kc_buf_str(
		    &b, kc_vx_say(x, "没有待写的条目", "nothing is due"));
	}
	kc_item(t, "clerk", "账本书记", "clerk",
	    overdue > 0 ? KC_LIGHT_RED : KC_LIGHT_GREEN, &b);
}

/* What the reader sees of them, as the list of deadlines has it. */
static enum kc_err
deadlines_item(const struct kc_items *t, uint64_t lights[KC_LIGHTS])
{
	const struct kc_vx *x = t->x;
	struct kc_vx y = *x;
	struct kc_deadlines all = {0};
	struct kc_buf b = {0};

	y.scope = kc_viewer_scope(x->args->reader, KC_SEE_deadlines);
	if (!kc_deadlines_collect(&y, &all)) {
		kc_vec_free(&all);
		return KC_ENOMEM;
	}
	kc_deadlines_lights(&y, &all, lights);
	kc_vec_free(&all);
	for (enum kc_light i = 0; i < KC_LIGHTS; i++)
		if (i != KC_LIGHT_GREY)
			kc_buf_count(&b, x, lights[i],
			    kc_light_text(i, KC_LANG_ZH),
			    kc_light_text(i, KC_LANG_EN));
	kc_item(t, "deadlines", "期限", "deadlines",
	    lights[KC_LIGHT_RED] > 0          ? KC_LIGHT_RED
		: lights[KC_LIGHT_YELLOW] > 0 ? KC_LIGHT_YELLOW
					      : KC_LIGHT_GREEN,
	    &b);
	return KC_OK;
}

/* When the next year's calendar should be there, it is. */
static void
calendar_item(const struct kc_items *t)
{
	const struct kc_vx *x = t->x;
	struct kc_buf b = {0};
	enum kc_light light = KC_LIGHT_GREEN;
	int year, month, day;

	kc_day_to_civil(x->today, &year, &month, &day);
	if (!kc_calendar_covers(x->st->calendar, year)) {
		light = KC_LIGHT_RED;
	} else if (!kc_calendar_covers(x->st->calendar, year + 1)) {
		light =
		    month >= NOTICE_MONTH ? KC_LIGHT_YELLOW : KC_LIGHT_GREEN;
		year++;
	} else {
		year = 0;
	}
	if (year == 0)
		kc_buf_str(&b,
		    kc_vx_say(x, "本年和次年的都已采用",
			"those of this year and the next are adopted"));
	if (year != 0 && x->lang != KC_LANG_ZH)
		kc_buf_str(&b, "that of ");
	if (year != 0)
		kc_buf_i64(&b, year);
	if (year != 0)
		kc_buf_str(
		    &b, kc_vx_say(x, " 年的尚未采用", " is not adopted yet"));
	kc_item(t, "calendar", "工作日历", "calendar", light, &b);
}

/* By which rules it lives, and whether there are later ones. */
static void
rules_item(const struct kc_items *t)
{
	const struct kc_vx *x = t->x;
	const struct kc_policy *p = kc_policy_now(x->st);
	bool older = x->st->epoch < KC_EPOCH_MAX;
	struct kc_buf b = {0};

	kc_buf_str(&b, kc_vx_say(x, "规则版本 ", "rules epoch "));
	kc_buf_u64(&b, x->st->epoch);
	if (older) {
		kc_buf_str(&b,
		    kc_vx_say(x, "，可由两名安全管理员采用 ",
			", two administrators may adopt "));
		kc_buf_u64(&b, KC_EPOCH_MAX);
	}
	kc_buf_str(&b, kc_vx_say(x, "；考核办法 ", "; policy "));
	kc_buf_str(&b, p != NULL ? p->name : kc_vx_say(x, "未采用", "none"));
	kc_item(t, "rules", "规则", "rules", KC_LIGHT_GREEN, &b);
}

struct told {
	uint64_t sent, failed, lately, due;
};

static enum kc_err
count_told(const struct kc_vx *x, struct told *t)
{
	const struct kc_plan_ask ask = {.any_hour = true};
	struct kc_plan p;
	enum kc_err err = kc_plan_make(&p, x->st, x->now_ms, &ask);

	t->due = p.nmessages;
	kc_plan_free(&p);
	for (uint32_t i = 0; i < kc_state_told_count(x->st); i++) {
		struct kc_told told;

		bool failed;

		kc_state_told(x->st, i, &told);
		failed = !told.sent && !told.overtaken;
		t->sent += told.sent;
		t->failed += failed;
		t->lately += failed && !told.again &&
		    kc_day_of_instant(told.told_ms, KC_LOCAL_OFFSET_S) >
			x->today - FAILED_DAYS;
	}
	return err;
}

static void
reminders_item(const struct kc_items *t, const struct told *told)
{
	const struct kc_vx *x = t->x;
	struct kc_buf b = {0};

	kc_buf_count(&b, x, told->sent, "已发", "sent");
	kc_buf_count(&b, x, told->due, "待发", "due");
	kc_buf_count(&b, x, told->failed, "放弃", "given up");
	kc_item(t, "reminders", "提醒", "reminders",
	    told->lately > 0 ? KC_LIGHT_RED : KC_LIGHT_GREEN, &b);
}

enum kc_err
kc_ledger_items(const struct kc_items *t, bool all)
{
	struct told told = {0};
	enum kc_err err = all ? count_told(t->x, &told) : KC_OK;

	if (err != KC_OK)
		return err;
	ledger_item(t);
	clock_item(t);
	clerk_item(t, kc_due_count(t->x->st, t->x->now_ms));
	calendar_item(t);
	rules_item(t);
	if (all)
		reminders_item(t, &told);
	return KC_OK;
}

enum kc_err
kc_render_status(struct kc_vx *x)
{
	/* Reminders of all are the business of who answers for them. */
	bool all = kc_viewer_scope(x->args->reader, KC_SEE_feed) == KC_SEES_ALL;
	uint64_t lights[KC_LIGHTS] = {0};
	uint64_t overdue = kc_due_count(x->st, x->now_ms);
	const struct kc_items t = {.x = x};
	struct told told = {0};
	enum kc_err err = all ? count_told(x, &told) : KC_OK;

	if (err != KC_OK)
		return err;
	kc_vx_instant(x, "now", x->now_ms);
	kc_vx_bool(x, "held", x->st->held);
	kc_vx_u64(x, "overdue", overdue);
	if (all) {
		kc_vx_u64(x, "sent", told.sent);
		kc_vx_u64(x, "planned", told.due);
		kc_vx_u64(x, "failed", told.failed);
	}
	kc_vx_rows(x);
	ledger_item(&t);
	clock_item(&t);
	clerk_item(&t, overdue);
	err = deadlines_item(&t, lights);
	calendar_item(&t);
	rules_item(&t);
	if (all)
		reminders_item(&t, &told);
	kc_vx_rows_end(x);
	kc_vx_u64(x, "red", lights[KC_LIGHT_RED]);
	kc_vx_u64(x, "yellow", lights[KC_LIGHT_YELLOW]);
	kc_vx_u64(x, "green", lights[KC_LIGHT_GREEN]);
	return err;
}
