/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes of messages: what the clerk writes when one was sent or given up.
 * They are no items of the due queue: their id follows from what they say. */
#include "reminder.h"

#include <assert.h>
#include <string.h>

/* Both kinds have the same fields in the same places. */
#define SAME(f)                                                                \
	_Static_assert(                                                        \
	    (int)KC_F_reminder_sent_##f == (int)KC_F_reminder_failed_##f, #f)
SAME(message);
SAME(to);
SAME(channel);
SAME(day);
SAME(again);
SAME(notice);
SAME(template_);
SAME(tries);
SAME(reply);
#define F(f) KC_F_reminder_sent_##f

/* Keys in their order, each once, of matters on record. */
static enum kc_err
want_keys(const struct kc_state *st, const struct kc_at *at,
    struct kc_slice *keys, unsigned n, struct kc_refusal *why)
{
	for (unsigned i = 0; i < n; i++) {
		struct kc_notice_key key;

		keys[i] = kc_entry_item(at->e, F(notice), i)->raw;
		if (!kc_notice_key_read(keys[i], &key))
			return kc_refuse_field(at, F(notice),
			    "a handle, what, a stage, which and a unit",
			    "编号、事项、梯次、期限或条目、单位", why);
		if (i > 0 && kc_slice_cmp(keys[i - 1], keys[i]) >= 0)
			return kc_refuse_field(at, F(notice),
			    "in the order of their bytes, each once",
			    "按字节顺序，各一次", why);
		if (!kc_handle_known(st, key.handle)) {
			(void)kc_refuse(
			    why, KC_R_NOT_FOUND, "matter", "", NULL, NULL);
			kc_refusal_arg(why, 1, key.handle);
			return kc_refusal_zh(why, 0, "事项");
		}
	}
	return KC_OK;
}

/* Refuses an id that is not what follows. */
static enum kc_err
want_hex(const uint8_t *id, struct kc_slice is, const char *field,
    struct kc_refusal *why)
{
	struct kc_buf b = {0};
	enum kc_err err;

	kc_buf_hex(&b, id, 16);
	(void)kc_buf_cstr(&b);
	err = kc_buf_err(&b);
	if (err == KC_OK && !kc_slice_eq(is, kc_buf_view(&b)))
		err = kc_refuse(why, KC_R_FIELD_VALUE, field, b.p, b.p, NULL);
	kc_buf_free(&b);
	return err;
}

static enum kc_err
want_ids(const struct kc_state *st, const struct kc_at *at,
    const struct kc_slice *keys, unsigned n, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	struct kc_slice message = kc_entry_str(e, F(message));
	uint8_t id[16];
	struct kc_buf is = {0};
	enum kc_err err =
	    kc_message_id(id, kc_slice_str(st->origin), kc_entry_str(e, F(to)),
		kc_entry_str(e, F(channel)), (kc_day)kc_entry_num(e, F(day), 0),
		(unsigned)kc_entry_num(e, F(again), 0), keys, n);

	if (err == KC_OK)
		err = want_hex(id, message, "message", why);
	if (err == KC_OK)
		err = kc_outcome_id(id, kc_slice_str(st->origin), e->kind,
		    message, (uint64_t)kc_entry_num(e, F(tries), 0));
	kc_buf_hex(&is, e->id, KC_ID_SIZE);
	if (err == KC_OK)
		err = kc_buf_err(&is);
	if (err == KC_OK)
		err = want_hex(id, kc_buf_view(&is), "id", why);
	kc_buf_free(&is);
	return err;
}

/* The message that a copy is one of, by its other fields: KC_NONE. */
static enum kc_err
find_first(const struct kc_state *st, const struct kc_entry *e,
    const struct kc_slice *keys, unsigned n, uint32_t *out)
{
	uint8_t id[KC_MESSAGE_ID_SIZE];
	enum kc_err err = kc_message_id(id, kc_slice_str(st->origin),
	    kc_entry_str(e, F(to)), kc_entry_str(e, F(channel)),
	    (kc_day)kc_entry_num(e, F(day), 0), 0, keys, n);

	if (err == KC_OK)
		*out = kc_state_told_find(st, id);
	return err;
}

/* A copy is the one that was asked for last. */
static enum kc_err
want_asked(const struct kc_state *st, const struct kc_at *at,
    const struct kc_slice *keys, unsigned n, struct kc_refusal *why)
{
	int64_t copy = kc_entry_num(at->e, F(again), 0);
	uint32_t first, open;
	enum kc_err err;

	if (copy == 0)
		return KC_OK;
	err = find_first(st, at->e, keys, n, &first);
	if (err != KC_OK)
		return err;
	open = first == KC_NONE ? KC_NONE : kc_resend_open(st, first);
	if (open != KC_NONE && st->resends.v[open].copy == copy)
		return KC_OK;
	return kc_refuse_field(at, F(again),
	    "a copy that remind.resend asked for",
	    "由 remind.resend 要求的重发", why);
}

/* It need not have been tried. */
static bool
is_overtaken(const struct kc_entry *e)
{
	return e->kind->id == KC_K_reminder_failed &&
	    kc_entry_count(e, F(reply)) > 0 &&
	    kc_slice_is(kc_entry_str(e, F(reply)), KC_REPLY_OVERTAKEN);
}

enum kc_err
reminder_sent_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	unsigned n = kc_entry_count(at->e, F(notice));
	struct kc_slice keys[KC_MESSAGE_NOTICES_MAX];
	uint32_t to;
	enum kc_err err = kc_want(st, KC_NS_ACTOR, at, F(to), &to, why);

	if (err != KC_OK)
		return err;
	if (n > KC_MESSAGE_NOTICES_MAX) {
		(void)kc_refuse(
		    why, KC_R_FIELD_COUNT, "notice", "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, KC_MESSAGE_NOTICES_MAX);
		return KC_EREFUSED;
	}
	if (kc_entry_num(at->e, F(tries), 0) == 0 && !is_overtaken(at->e))
		return kc_refuse_field(
		    at, F(tries), "at least 1", "至少 1", why);
	err = want_keys(st, at, keys, n, why);
	if (err == KC_OK)
		err = want_ids(st, at, keys, n, why);
	if (err == KC_OK)
		err = want_asked(st, at, keys, n, why);
	if (err == KC_OK &&
	    kc_find(st, KC_NS_MESSAGE, kc_entry_str(at->e, F(message))) !=
		KC_NONE) {
		(void)kc_refuse(why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
		kc_refusal_arg(why, 0, kc_entry_str(at->e, F(message)));
		return KC_EREFUSED;
	}
	return err;
}

static enum kc_err
remember(struct kc_state *st, uint32_t to, struct kc_slice text)
{
	uint64_t ns = kc_ns_of(KC_NS_REMINDED, to);
	struct kc_reminded r = {.to = to};
	struct kc_notice_key key;
	struct kc_buf b = {0};
	enum kc_err err;
	uint32_t at;

	(void)kc_notice_key_read(text, &key); /* the guard did */
	kc_buf_reminded_key(&b, &key);
	err = kc_buf_err(&b);
	if (err != KC_OK)
		goto out;
	at = kc_index_find(&st->by_code, ns, kc_buf_view(&b));
	if (at != KC_NONE) {
		if (st->reminded.v[at].stage < key.stage_wd)
			st->reminded.v[at].stage = (int16_t)key.stage_wd;
		goto out;
	}
	r.stage = (int16_t)key.stage_wd;
	r.sealed = kc_notice_sealed(&key);
	r.key = kc_arena_text(&st->arena, kc_buf_view(&b));
	if (r.key == NULL ||
	    !kc_index_add(&st->by_code, ns, r.key, st->reminded.n) ||
	    !kc_vec_push(&st->reminded, r))
		err = KC_ENOMEM;
out:
	kc_buf_free(&b);
	return err;
}

/* The copy that was asked for has its outcome. */
static enum kc_err
end_resend(struct kc_state *st, const struct kc_entry *e, uint32_t seq,
    uint32_t *first)
{
	struct kc_slice keys[KC_MESSAGE_NOTICES_MAX];
	unsigned n = kc_entry_count(e, F(notice));
	enum kc_err err;

	for (unsigned i = 0; i < n; i++)
		keys[i] = kc_entry_item(e, F(notice), i)->raw;
	err = find_first(st, e, keys, n, first);
	if (err == KC_OK)
		st->resends.v[kc_resend_open(st, *first)].outcome = seq;
	return err;
}

bool
kc_outcome_sealed(const struct kc_entry *e)
{
	struct kc_notice_key key;

	if (e->kind->id != KC_K_reminder_sent &&
	    e->kind->id != KC_K_reminder_failed)
		return false;
	for (unsigned i = 0; i < kc_entry_count(e, F(notice)); i++)
		if (kc_notice_key_read(
			kc_entry_item(e, F(notice), i)->raw, &key) &&
		    kc_notice_sealed(&key))
			return true;
	return false;
}

enum kc_err
reminder_sent_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_slice message = kc_entry_str(e, F(message));
	struct kc_told_row row = {
	    .to = kc_find(st, KC_NS_ACTOR, kc_entry_str(e, F(to))),
	    .sent = e->kind->id == KC_K_reminder_sent,
	    .overtaken = is_overtaken(e),
	    .sealed = kc_outcome_sealed(e),
	    .seq = (uint32_t)at->stamp.seq,
	    .told_ms = at->stamp.received_ms,
	};
	const char *code = kc_arena_text(&st->arena, message);
	unsigned n = kc_entry_count(e, F(notice));
	enum kc_err err = KC_OK;
	bool read = kc_read_hex(message, row.id, sizeof(row.id));

	assert(read);
	(void)read;
	row.first = st->told.n;
	if (kc_entry_num(e, F(again), 0) > 0)
		err = end_resend(st, e, row.seq, &row.first);
	if (err != KC_OK)
		return err;
	if (code == NULL ||
	    !kc_index_add(&st->by_code, KC_NS_MESSAGE, code, st->told.n) ||
	    !kc_vec_push(&st->told, row))
		return KC_ENOMEM;
	for (unsigned i = 0; err == KC_OK && i < n; i++)
		err = remember(st, row.to, kc_entry_item(e, F(notice), i)->raw);
	return err;
}

enum kc_err
reminder_failed_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return reminder_sent_guard(st, at, why);
}

enum kc_err
reminder_failed_apply(struct kc_state *st, const struct kc_at *at)
{
	return reminder_sent_apply(st, at);
}

/* --- the clerk's text --- */
struct outcome_text {
	struct kc_buf message, day, again, template_, tries;
};

static enum kc_err
put_values(struct kc_draft *d, struct outcome_text *t,
    const struct kc_message_outcome *o,
    const uint8_t message[KC_MESSAGE_ID_SIZE])
{
	const struct kc_buf *all[] = {
	    &t->message, &t->day, &t->again, &t->template_, &t->tries};

	kc_buf_hex(&t->message, message, KC_MESSAGE_ID_SIZE);
	kc_buf_day(&t->day, o->day);
	kc_buf_u64(&t->again, o->copy);
	kc_buf_sha256(&t->template_, &o->template_);
	kc_buf_u64(&t->tries, o->tries);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (kc_buf_err(all[i]) != KC_OK)
			return KC_ENOMEM;
	kc_draft_add(d, F(message), kc_buf_view(&t->message));
	kc_draft_add(d, F(to), o->to);
	kc_draft_add(d, F(channel), o->channel);
	kc_draft_add(d, F(day), kc_buf_view(&t->day));
	if (o->copy > 0)
		kc_draft_add(d, F(again), kc_buf_view(&t->again));
	for (size_t i = 0; i < o->nkeys; i++)
		kc_draft_add(d, F(notice), o->keys[i]);
	kc_draft_add(d, F(template_), kc_buf_view(&t->template_));
	kc_draft_add(d, F(tries), kc_buf_view(&t->tries));
	if (o->reply.n > 0)
		kc_draft_add(d, F(reply), o->reply);
	return KC_OK;
}

enum kc_err
kc_state_outcome_text(const struct kc_state *st,
    const struct kc_message_outcome *o, int64_t received_ms,
    const struct kc_hash *root, struct kc_buf *text)
{
	enum kc_kind_id kind =
	    o->sent ? KC_K_reminder_sent : KC_K_reminder_failed;
	struct kc_slice origin = kc_slice_str(st->origin);
	uint8_t message[KC_MESSAGE_ID_SIZE], id[KC_ID_SIZE];
	struct outcome_text t = {0};
	struct kc_refusal why = {0};
	struct kc_draft *d = kc_alloc(sizeof(*d));
	enum kc_err err = d == NULL ? KC_ENOMEM : KC_OK;

	assert(received_ms >= 0 && st->size > 0);
	if (err == KC_OK)
		err = kc_message_id(message, origin, o->to, o->channel, o->day,
		    o->copy, o->keys, o->nkeys);
	if (err == KC_OK) {
		kc_buf_hex(&t.message, message, KC_MESSAGE_ID_SIZE);
		err = kc_buf_err(&t.message);
	}
	if (err == KC_OK)
		err = kc_outcome_id(id, origin, kc_kind_get(kind),
		    kc_buf_view(&t.message), o->tries);
	if (err != KC_OK)
		goto out;
	kc_buf_reset(&t.message);
	kc_draft_init(d, kind, origin, id, received_ms / 1000);
	kc_draft_seen(d, st->size, root);
	kc_draft_by(d, kc_slice_str(st->actors.v[st->clerk]->id));
	err = put_values(d, &t, o, message);
	if (err == KC_OK)
		err = kc_draft_encode(d, text, &why);
out:
	kc_buf_free(&t.message);
	kc_buf_free(&t.day);
	kc_buf_free(&t.again);
	kc_buf_free(&t.template_);
	kc_buf_free(&t.tries);
	kc_free(d);
	return err;
}
