/* SPDX-License-Identifier: Apache-2.0 */
/* Outbox and sender, tied together. */
#include "remind/service.h"

#include <string.h>
#include <unistd.h>

#include "remind/link.h"
#include "sys/child.h"
#include "sys/log.h"

struct kc_reminders {
	struct kc_reminders_options o;
	struct kc_outbox *outbox;
	struct kc_link *link;
	struct kc_buf people, program, url;
};

static void
give(void *ctx, struct kc_slice line)
{
	struct kc_reminders *r = ctx;

	/* Nothing is given before the sender said that it is ready. */
	kc_link_give(r->link, line);
}

static void
wake(void *ctx)
{
	struct kc_reminders *r = ctx;

	r->o.wake(r->o.ctx);
}

static void
on_ready(void *ctx, uint32_t channels)
{
	struct kc_reminders *r = ctx;

	(void)channels; /* what it lacks fails, and the log says why */
	kc_outbox_ready(r->outbox);
}

static void
on_answer(void *ctx, const struct kc_answer *answer)
{
	struct kc_reminders *r = ctx;

	kc_outbox_answered(r->outbox, answer);
}

enum kc_err
kc_reminders_open(
    struct kc_reminders **out, const struct kc_reminders_options *options)
{
	struct kc_reminders *r = kc_alloc(sizeof(*r));
	struct kc_outbox_options o = {.store = options->store,
	    .origin = options->origin,
	    .channels = kc_remind_channels(options->config),
	    .give = give,
	    .wake = wake,
	    .ctx = r};
	enum kc_err err;

	if (r == NULL)
		return KC_ENOMEM;
	r->o = *options;
	kc_buf_str(&r->people, options->people);
	kc_buf_str(&r->url, options->config->link);
	o.people = kc_buf_cstr(&r->people);
	o.link = kc_buf_cstr(&r->url);
	err = kc_child_program(
	    &r->program, options->config->sender, KC_LINK_SENDER);
	if (err == KC_OK)
		err = kc_buf_err(&r->people);
	if (err == KC_OK)
		err = kc_buf_err(&r->url);
	if (err == KC_OK)
		err = kc_outbox_open(&r->outbox, &o);
	if (err != KC_OK) {
		kc_reminders_close(r);
		return err;
	}
	*out = r;
	return KC_OK;
}

const struct kc_beside *
kc_reminders_beside(struct kc_reminders *r)
{
	return kc_outbox_beside(r->outbox);
}

enum kc_err
kc_reminders_start(struct kc_reminders *r, struct event_base *base)
{
	struct kc_link_options o = {.base = base,
	    .config = r->o.config,
	    .origin = r->o.origin,
	    .program = r->program.p,
	    .ready = on_ready,
	    .answered = on_answer,
	    .ctx = r};
	enum kc_err err = kc_link_open(&r->link, &o);

	if (err != KC_OK) {
		struct kc_line line;

		kc_log_begin(&line, KC_LOG_ERROR, "sender");
		kc_log_str(&line, "program", r->program.p);
		kc_log_str(&line, "why", kc_err_text(err));
		kc_log_errno(&line);
		kc_log_end(&line);
	}
	return err;
}

void
kc_reminders_stop(struct kc_reminders *r)
{
	if (r == NULL)
		return;
	if (r->outbox != NULL)
		kc_outbox_unready(r->outbox);
	kc_link_close(r->link);
	r->link = NULL;
}

void
kc_reminders_close(struct kc_reminders *r)
{
	if (r == NULL)
		return;
	kc_reminders_stop(r);
	kc_outbox_close(r->outbox);
	kc_buf_free(&r->people);
	kc_buf_free(&r->program);
	kc_buf_free(&r->url);
	kc_free(r);
}
