/* SPDX-License-Identifier: Apache-2.0 */
/* The half of the head that says whether statements are taken, and why not. */
#include "app/head.h"

#include <string.h>

static const struct {
	enum kc_mode mode;
	const char *text;
	enum kc_refusal_code code;
	bool passes;
	const char *words[2]; /* by enum kc_lang */
} causes[] = {
#define X(sym, mode, text, refusal, passes, zh, en)                            \
	{KC_MODE_##mode, text, KC_R_##refusal, passes,                         \
	    {[KC_LANG_EN] = (en), [KC_LANG_ZH] = (zh)}},
    KC_CAUSES(X)
#undef X
};

const char *
kc_mode_text(enum kc_mode mode)
{
	static const char *const texts[] = {
#define X(sym, text) text,
	    KC_MODES(X)
#undef X
	};

	return texts[mode];
}

const char *
kc_cause_text(enum kc_cause cause)
{
	return causes[cause].text;
}

const char *
kc_cause_words(enum kc_cause cause, enum kc_lang lang)
{
	return causes[cause].words[lang];
}

enum kc_refusal_code
kc_cause_code(enum kc_cause cause)
{
	return causes[cause].code;
}

/* --- the mode and its cause --- */
enum kc_mode
kc_head_mode(struct kc_head *h)
{
	return causes[kc_head_cause(h)].mode;
}

enum kc_cause
kc_head_cause(struct kc_head *h)
{
	enum kc_cause cause;

	pthread_mutex_lock(&h->lock);
	cause = h->cause;
	pthread_mutex_unlock(&h->lock);
	return cause;
}

static void
tell(struct kc_head *h)
{
	if (h->o->changed != NULL)
		h->o->changed(h->o->changed_ctx);
}

/* The line names the mode, what brought or ended it, and the words. */
static void
say(struct kc_head *h, enum kc_cause cause, const char *detail)
{
	struct kc_buf words = {0};

	kc_buf_str(&words, causes[cause].words[KC_LANG_EN]);
	if (detail != NULL && detail[0] != '\0') {
		if (words.n > 0)
			kc_buf_str(&words, ": ");
		kc_buf_str(&words, detail);
	}
	kc_env_say(h->o, cause == KC_CAUSE_NONE ? KC_LEVEL_INFO : KC_LEVEL_ERR,
	    kc_mode_text(causes[cause].mode), kc_buf_cstr(&words));
	kc_buf_free(&words);
}

void
kc_head_set_cause(struct kc_head *h, enum kc_cause cause, const char *detail)
{
	enum kc_cause was;
	bool changed;

	pthread_mutex_lock(&h->lock);
	was = h->cause;
	/* One that does not pass stays, but for worse. */
	changed = was != cause &&
	    (causes[was].passes ||
		(causes[was].mode != KC_MODE_POISONED &&
		    causes[cause].mode == KC_MODE_POISONED));
	if (changed) {
		h->cause = cause;
		h->since_ms = kc_env_now_ms(h->o);
		kc_buf_reset(&h->why);
		if (detail != NULL)
			kc_buf_str(&h->why, detail);
	}
	pthread_mutex_unlock(&h->lock);
	if (!changed)
		return;
	if (cause == KC_CAUSE_NONE)
		detail = causes[was].text; /* what it has recovered from */
	say(h, cause, detail);
	tell(h);
}

void
kc_head_why(struct kc_head *h, struct kc_buf *out)
{
	pthread_mutex_lock(&h->lock);
	kc_buf_slice(out, kc_buf_view(&h->why));
	pthread_mutex_unlock(&h->lock);
}

bool
kc_head_takes(struct kc_head *h)
{
	return causes[kc_head_cause(h)].passes;
}

enum kc_err
kc_head_refuse_note(struct kc_head *h, struct kc_result *r)
{
	enum kc_cause cause = kc_head_cause(h);

	(void)kc_refuse(&r->why, causes[cause].code,
	    causes[cause].words[KC_LANG_EN], NULL, NULL, NULL);
	r->err =
	    causes[cause].mode == KC_MODE_POISONED ? KC_EUNKNOWN : KC_EREFUSED;
	return r->err;
}

enum kc_cause
kc_head_clock(int64_t now_ms, int64_t last_ms)
{
	if (now_ms < KC_CLOCK_FIRST_MS || now_ms > KC_CLOCK_LAST_MS)
		return KC_CAUSE_CLOCK_UNSET;
	return now_ms < last_ms - KC_CLOCK_BACK_MS ? KC_CAUSE_CLOCK_BEHIND
						   : KC_CAUSE_NONE;
}

/* A cause that the clock alone decides. */
static bool
by_clock(enum kc_cause cause)
{
	return cause == KC_CAUSE_NONE || causes[cause].code == KC_R_CLOCK;
}

void
kc_head_health(struct kc_head *h, struct kc_health *out, bool *look)
{
	int64_t now_ms = kc_env_now_ms(h->o), us = kc_env_mono_us();
	enum kc_cause clock;

	pthread_mutex_lock(&h->lock);
	out->cause = h->cause;
	out->since_ms = h->since_ms;
	clock = kc_head_clock(now_ms, h->stats.head_received_ms);
	*look = us - h->looked_us >= KC_LOOK_MS * 1000;
	pthread_mutex_unlock(&h->lock);
	if (by_clock(out->cause) && out->cause != clock) {
		out->cause = clock;
		out->since_ms = now_ms;
		*look = true;
	}
	out->mode = causes[out->cause].mode;
}

/* --- when to try again --- */
void
kc_head_back_off(struct kc_head *h, bool failed, int64_t max_us)
{
	pthread_mutex_lock(&h->lock);
	h->backoff_us *= 2;
	if (h->backoff_us < KC_RETRY_US)
		h->backoff_us = KC_RETRY_US;
	if (h->backoff_us > max_us)
		h->backoff_us = max_us;
	h->retry_us = kc_env_mono_us() + h->backoff_us;
	h->failed = failed;
	pthread_mutex_unlock(&h->lock);
	tell(h);
}

bool
kc_head_may_try(struct kc_head *h)
{
	bool yes;

	pthread_mutex_lock(&h->lock);
	yes = !h->failed || kc_env_mono_us() >= h->retry_us;
	pthread_mutex_unlock(&h->lock);
	return yes;
}

void
kc_head_retry_now(struct kc_head *h)
{
	pthread_mutex_lock(&h->lock);
	h->retry_us = 0;
	pthread_mutex_unlock(&h->lock);
}

void
kc_head_looked(struct kc_head *h)
{
	pthread_mutex_lock(&h->lock);
	h->looked_us = kc_env_mono_us();
	pthread_mutex_unlock(&h->lock);
}

/* The instant at which a clock that is wrong is right again. */
static int64_t
clock_right_ms(enum kc_cause cause, int64_t now_ms, int64_t last_ms)
{
	if (cause == KC_CAUSE_CLOCK_BEHIND)
		return last_ms - KC_CLOCK_BACK_MS;
	return now_ms < KC_CLOCK_FIRST_MS ? KC_CLOCK_FIRST_MS : INT64_MAX;
}

void
kc_head_next_wake(struct kc_head *h, struct kc_wake *out)
{
	int64_t now_ms = kc_env_now_ms(h->o), now_us = kc_env_mono_us();
	bool retry;

	*out = (struct kc_wake){INT64_MAX, -1};
	pthread_mutex_lock(&h->lock);
	h->asked_due_ms = h->next_due_ms;
	retry = h->cause == KC_CAUSE_NO_ROOM || h->cause == KC_CAUSE_STORAGE;
	if (h->cause == KC_CAUSE_NONE)
		out->due_ms = h->next_due_ms;
	else if (by_clock(h->cause))
		out->due_ms =
		    clock_right_ms(h->cause, now_ms, h->stats.head_received_ms);
	/* It has passed: the writer is at it, or cannot. */
	if (out->due_ms <= now_ms) {
		out->due_ms = INT64_MAX;
		retry = true;
	}
	if (retry) {
		out->in_ms = KC_RETRY_US / 1000;
		if (h->retry_us > now_us)
			out->in_ms = (h->retry_us - now_us) / 1000 + 1;
	}
	pthread_mutex_unlock(&h->lock);
}

bool
kc_head_due_stands(struct kc_head *h)
{
	bool stands;

	pthread_mutex_lock(&h->lock);
	stands = h->asked_due_ms == h->next_due_ms;
	pthread_mutex_unlock(&h->lock);
	return stands;
}
