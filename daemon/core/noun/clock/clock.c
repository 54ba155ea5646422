/* SPDX-License-Identifier: Apache-2.0 */
/* What is written of the machine's clock, and what a hold lets through. */
#include "clock.h"

#include "engine/actor.h"
#include "noun/restore/restore.h"
#include "noun/year/year.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/limits.h>

#define HOUR_MS INT64_C(3600000)
/* Who confirms a time has looked at it, on a clock of its own. */
#define CONFIRM_WITHIN_MS HOUR_MS

/* --- asked by others --- */
int64_t
kc_hold_bound_ms(const struct kc_state *st)
{
	const struct kc_policy *p = kc_policy_now(st);

	if (st->size == 0 || st->epoch < 2)
		return -1;
	return HOUR_MS *
	    (p != NULL ? p->value[KC_P_CLOCK_HOLD_HOURS]
		       : kc_policy_key_default(KC_P_CLOCK_HOLD_HOURS));
}

unsigned
kc_clock_state(const struct kc_state *st)
{
	return st->held ? KC_CK_HELD : KC_CK_BELIEVED;
}

bool
kc_state_held(const struct kc_state *st)
{
	return st->held;
}

enum kc_err
kc_clock_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t ahead_s;

	if (!st->held || kc_ends_hold(at->e->kind->id))
		return KC_OK;
	ahead_s = st->steps.v[st->steps.n - 1].ahead_s;
	(void)kc_refuse(why, KC_R_HELD, NULL, NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)ahead_s);
	kc_refusal_set_state(why,
	    kc_state_name(KC_M_clock, KC_CK_HELD, KC_LANG_EN),
	    kc_state_name(KC_M_clock, KC_CK_HELD, KC_LANG_ZH));
	return KC_EREFUSED;
}

/* --- clock.step --- */
static int64_t
ahead_s(const struct kc_at *at)
{
	int64_t s = kc_entry_num(at->e, KC_F_clock_step_seconds, 0);
	int64_t side = kc_entry_num(at->e, KC_F_clock_step_side, 0);

	return side == KC_CLOCK_SIDE_AHEAD ? s : -s;
}

enum kc_err
clock_step_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t s = ahead_s(at);

	if (st->held || s > KC_CLOCK_STEP_MS / 1000 ||
	    s < -KC_CLOCK_STEP_MS / 1000)
		return KC_OK;
	return kc_refuse(
	    why, KC_R_FIELD_VALUE, "seconds", "more than 5", "大于5", NULL);
}

/* Does the clock leap further than the ledger believes it, or over an instant
 * at which something falls due? What is due already was so without it. */
static bool
leaps(const struct kc_state *st, const struct kc_at *at, int64_t ahead_ms)
{
	int64_t now_ms = at->stamp.received_ms;

	if (ahead_ms <= 0)
		return false;
	return ahead_ms > kc_hold_bound_ms(st) ||
	    kc_due_between(st, now_ms, now_ms + ahead_ms);
}

/* The last hold, if there was one, ends with this entry. */
static void
end_hold(struct kc_state *st, const struct kc_at *at)
{
	if (st->held)
		st->steps.v[st->steps.n - 1].ended = (uint32_t)at->stamp.seq;
	st->held = false;
}

enum kc_err
clock_step_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_clock_step s = {.seq = (uint32_t)at->stamp.seq,
	    .ahead_s = ahead_s(at),
	    .received_ms = at->stamp.received_ms};

	end_hold(st, at);
	s.holds = leaps(st, at, s.ahead_s * 1000);
	st->held = s.holds;
	return kc_vec_push(&st->steps, s) ? KC_OK : KC_ENOMEM;
}

/* First 16 bytes of SHA-256 of "kaocheng/v1 clock", origin and number of the
 * entry, a line each: no two steps have one id. */
static enum kc_err
step_id(const struct kc_state *st, uint8_t id[KC_ID_SIZE])
{
	struct kc_buf b = {0};

	kc_buf_str(&b, "kaocheng/v1 clock\n");
	kc_buf_str(&b, st->origin);
	kc_buf_char(&b, '\n');
	kc_buf_u64(&b, st->size);
	kc_buf_char(&b, '\n');
	return kc_lines_id(&b, id);
}

enum kc_err
kc_clock_step_text(const struct kc_state *st, int64_t received_ms,
    int64_t ahead_ms, const struct kc_hash *root, struct kc_buf *text)
{
	int64_t s = (ahead_ms < 0 ? -ahead_ms : ahead_ms) / 1000;
	struct kc_draft *d = kc_alloc(sizeof(*d));
	struct kc_refusal why = {0};
	struct kc_buf seconds = {0};
	uint8_t id[KC_ID_SIZE];
	enum kc_err err = d == NULL ? KC_ENOMEM : step_id(st, id);

	if (err != KC_OK)
		goto out;
	assert(received_ms >= 0 && st->size > 0);
	kc_draft_init(d, KC_K_clock_step, kc_slice_str(st->origin), id,
	    received_ms / 1000);
	kc_draft_seen(d, st->size, root);
	kc_draft_by(d, kc_slice_str(st->actors.v[st->clerk]->id));
	kc_draft_add(d, KC_F_clock_step_side,
	    kc_slice_str(ahead_ms < 0 ? "behind" : "ahead"));
	kc_buf_u64(&seconds, (uint64_t)s);
	kc_draft_add(d, KC_F_clock_step_seconds, kc_buf_view(&seconds));
	err = kc_buf_err(&seconds);
	if (err == KC_OK)
		err = kc_draft_encode(d, text, &why);
	assert(err != KC_EREFUSED); /* sane clocks differ by less than that */
out:
	kc_buf_free(&seconds);
	kc_free(d);
	return err;
}

/* --- clock.confirm --- */
enum kc_err
clock_confirm_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	int64_t at_ms = at->e->at_s * 1000;
	enum kc_refusal_code code = KC_R_NONE;

	enum kc_err err =
	    kc_want_state(at, KC_M_clock, kc_clock_state(st), "clock", why);

	if (err != KC_OK)
		return err;
	if (at_ms < at->stamp.received_ms - CONFIRM_WITHIN_MS)
		code = KC_R_AT_STALE;
	else if (at_ms > at->stamp.received_ms + CONFIRM_WITHIN_MS)
		code = KC_R_AT_FUTURE;
	return code == KC_R_NONE ? KC_OK : kc_refuse_at(at, code, why);
}

enum kc_err
clock_confirm_apply(struct kc_state *st, const struct kc_at *at)
{
	end_hold(st, at);
	return KC_OK;
}
