/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs for the sender, and what the log is told of their outcome. */
#include "remind/outbox_int.h"

#include <string.h>

#include <kaocheng/message.h>
#include <kaocheng/people.h>

#include "sys/log.h"

#define MINUTE_MS 60000
#define NO_ADDRESS "no-address" /* reply of who cannot be reached */

void
kc_out_say(const struct kc_out *o, const char *event, const char *why)
{
	char id[2 * KC_MESSAGE_ID_SIZE + 1];
	struct kc_buf hex = {0};
	struct kc_line line;

	kc_buf_hex(&hex, o->row.id, sizeof(o->row.id));
	(void)kc_slice_copy(id, sizeof(id), kc_buf_view(&hex));
	kc_buf_free(&hex);
	kc_log_begin(&line, KC_LOG_WARNING, event);
	kc_log_str(&line, "message", id);
	kc_log_str(&line, "to", o->row.to);
	kc_log_str(&line, "why", why);
	kc_log_end(&line);
}

/* --- the outcome --- */
static enum kc_lang
lang_of(const struct kc_outbox *b, const struct kc_out *o,
    struct kc_person *person, bool *there)
{
	*there = kc_people_get(b->o.people, kc_slice_str(o->row.to), person,
		     NULL) == KC_OK;
	return *there ? person->lang : KC_LANG_ZH;
}

enum kc_err
kc_out_outcome(const struct kc_out *o, const struct kc_state *st,
    int64_t received_ms, const struct kc_hash *root, struct kc_buf *text)
{
	struct kc_message_outcome out = {.sent = o->sent,
	    .to = kc_slice_str(o->row.to),
	    .channel =
		kc_slice_str(kc_word_text(KC_SET_CHANNEL, o->row.channel)),
	    .day = o->row.day,
	    .copy = o->row.copy,
	    .keys = o->row.keys,
	    .nkeys = o->row.nkeys,
	    .tries = o->row.tries,
	    .reply = kc_slice_str(o->row.reply)};
	enum kc_err err =
	    kc_message_template(o->lang, kc_state_epoch(st), &out.template_);

	return err == KC_OK
	    ? kc_state_outcome_text(st, &out, received_ms, root, text)
	    : err;
}

/* --- jobs --- */
struct making {
	struct kc_person person;
	struct kc_job job;
	struct kc_message_notice notices[KC_MESSAGE_NOTICES_MAX];
	struct kc_message_text text;
	struct kc_buf id, message_id, ics, line;
};

static void
read_notices(struct making *m, const struct kc_out *o)
{
	struct kc_slice says = kc_buf_view(&o->says[o->lang]);
	struct kc_notice_key key;

	for (size_t i = 0; i < o->row.nkeys; i++) {
		struct kc_message_notice *n = &m->notices[i];

		(void)kc_notice_key_read(o->row.keys[i], &key);
		*n = (struct kc_message_notice){.handle = key.handle,
		    .limit = key.what,
		    .stage = key.stage,
		    .last = KC_DAY_NONE};
		if (!key.is_event)
			(void)kc_read_day(key.which, &n->last);
		(void)kc_slice_line(&says, &n->says);
		m->job.notices[i] = (struct kc_job_notice){
		    n->handle, n->limit, n->stage, n->last};
	}
	m->job.nnotices = o->row.nkeys;
}

/* Where the person is reached by this channel; false: nowhere. */
static bool
address(struct making *m, const struct kc_out *o, bool there)
{
	int64_t channel;

	if (o->row.channel == KC_CHANNEL_FILE)
		m->job.to = kc_slice_str(o->row.to);
	for (unsigned i = 0; m->job.to.n == 0 && there; i++) {
		struct kc_slice to;

		if (!kc_person_reach(&m->person, i, &channel, &to))
			break;
		if ((unsigned)channel == o->row.channel)
			m->job.to = to;
	}
	return m->job.to.n > 0;
}

static enum kc_err
make(struct kc_outbox *b, struct kc_out *o, struct making *m)
{
	const struct kc_channel *c = kc_channel_get(o->row.channel);
	struct kc_slice host = b->o.origin, before;
	struct kc_message_in in = {.notices = m->notices,
	    .n = o->row.nkeys,
	    .lang = o->lang,
	    .role = -1,
	    .third_party = c->third_party,
	    .link = kc_slice_str(b->o.link),
	    .origin = b->o.origin};
	enum kc_err err = kc_message_render(&m->text, &in);

	if (kc_slice_cut(&host, '/', &before))
		host = before;
	kc_buf_hex(&m->id, o->row.id, sizeof(o->row.id));
	kc_buf_slice(&m->message_id, kc_buf_view(&m->id));
	kc_buf_char(&m->message_id, '@');
	kc_buf_slice(&m->message_id, host);
	kc_message_ics(&m->ics, &in, o->row.made_ms);
	if (err == KC_OK)
		err = kc_buf_err(&m->ics);
	if (err == KC_OK)
		err = kc_buf_err(&m->message_id);
	m->job.id = kc_buf_view(&m->id);
	m->job.channel = o->row.channel;
	m->job.lang = kc_slice_str(o->lang == KC_LANG_ZH ? "zh" : "en");
	m->job.subject = kc_buf_view(&m->text.subject);
	m->job.text = kc_buf_view(&m->text.text);
	m->job.html = kc_buf_view(&m->text.html);
	m->job.ics = kc_buf_view(&m->ics);
	m->job.message_id = kc_buf_view(&m->message_id);
	m->job.link = in.link;
	m->job.date_s = o->row.made_ms / 1000;
	return err == KC_OK ? kc_job_encode(&m->line, &m->job) : err;
}

static void
making_free(struct making *m)
{
	kc_message_free(&m->text);
	kc_buf_free(&m->id);
	kc_buf_free(&m->message_id);
	kc_buf_free(&m->ics);
	kc_buf_free(&m->line);
	kc_free(m);
}

/* Gives one, or ends it where it can never be given. */
static void
give(struct kc_outbox *b, struct kc_out *o)
{
	struct making *m = kc_alloc(sizeof(*m));
	enum kc_err err;
	bool there;

	if (m == NULL)
		return; /* at the next round */
	o->lang = lang_of(b, o, &m->person, &there);
	read_notices(m, o);
	if (!address(m, o, there)) {
		(void)kc_slice_copy(
		    o->row.reply, sizeof(o->row.reply), KC_LIT(NO_ADDRESS));
		o->row.tries++;
		kc_out_end(o, false, b->now_ms);
		making_free(m);
		return;
	}
	err = make(b, o, m);
	if (err == KC_OK) {
		o->state = KC_OUT_GIVEN;
		b->given++;
		b->o.give(b->o.ctx, kc_buf_view(&m->line));
	} else {
		kc_out_say(o, "job", kc_err_text(err));
		o->row.next_ms = b->now_ms + MINUTE_MS;
	}
	making_free(m);
}

/* May one more go out by this channel in this minute? If not, it waits. */
static bool
at_pace(struct kc_outbox *b, struct kc_out *o)
{
	unsigned most = kc_channel_get(o->row.channel)->per_minute;
	int64_t minute = b->now_ms / MINUTE_MS;

	if (b->pace[o->row.channel].minute != minute) {
		b->pace[o->row.channel].minute = minute;
		b->pace[o->row.channel].n = 0;
	}
	if (most > 0 && b->pace[o->row.channel].n >= most) {
		o->row.next_ms = (minute + 1) * MINUTE_MS;
		return false;
	}
	b->pace[o->row.channel].n++;
	return true;
}

void
kc_outbox_give(struct kc_outbox *b)
{
	bool ended = false;

	for (size_t i = 0; i < b->n && b->ready; i++) {
		struct kc_out *o = b->v[i];

		if (b->given >= KC_OUT_GIVEN_MAX)
			break;
		if (o->state != KC_OUT_WAITS || o->fresh || !o->stands ||
		    o->row.next_ms > b->now_ms || !at_pace(b, o))
			continue;
		give(b, o);
		ended = ended || o->state == KC_OUT_ENDED;
	}
	if (ended)
		b->o.wake(b->o.ctx);
}
