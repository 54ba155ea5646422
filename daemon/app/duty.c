/* SPDX-License-Identifier: Apache-2.0 */
/* What time has made necessary: the clerk's entries, in order of due time. */
#include "app/writer.h"

enum kc_err
kc_duty_write(struct kc_writer *w, struct kc_refusal *why)
{
	struct kc_batch *b = &w->batch;
	struct kc_stamp at = {b->size + b->n, b->received_ms};
	size_t before = b->leaves.n;
	struct kc_slice note;
	enum kc_err err = kc_buf_err(&w->clerk_text);

	if (err != KC_OK)
		return err;
	kc_buf_reset(&w->clerk_note);
	err = kc_signer_entry(
	    &w->head->signer, kc_buf_view(&w->clerk_text), &w->clerk_note);
	if (err != KC_OK)
		return err;
	note = kc_buf_view(&w->clerk_note);
	err = kc_entry_decode(&w->clerk_entry, note, why);
	if (err == KC_OK)
		err = kc_batch_leaf(w, &w->clerk_entry, note);
	if (err == KC_OK)
		err = kc_state_apply(w->live->state, &w->clerk_entry, at, why);
	if (err != KC_OK) {
		b->leaves.n = before;
		return err;
	}
	kc_batch_row(w, &w->clerk_entry, NULL);
	return KC_OK;
}

static void
say_stuck(struct kc_writer *w, enum kc_err err, const struct kc_refusal *why)
{
	struct kc_buf text = {0};

	if (w->due_stuck)
		return; /* once is enough */
	w->due_stuck = true;
	if (err == KC_EREFUSED)
		kc_refusal_message(why, KC_LANG_EN, &text);
	else
		kc_buf_str(&text, kc_err_text(err));
	kc_env_say(w->o, KC_LEVEL_ERR, "clerk-refused", kc_buf_cstr(&text));
	kc_buf_free(&text);
}

/* The one way to the log of what the clerk has to say: clerk_text, unless it
 * could not be made. What fails is told once. */
static enum kc_err
write_or_say(struct kc_writer *w, enum kc_err err)
{
	struct kc_refusal why = {0};

	if (err == KC_OK)
		err = kc_duty_write(w, &why);
	if (err != KC_OK) {
		w->batch.broken = w->batch.broken || err == KC_ENOMEM;
		say_stuck(w, err, &why);
	}
	return err;
}

static enum kc_err
add_one(struct kc_writer *w, const struct kc_due *due)
{
	struct kc_hash root = kc_batch_root(w);
	enum kc_err err;

	kc_buf_reset(&w->clerk_text);
	err = kc_state_due_text(
	    w->live->state, due, w->batch.received_ms, &root, &w->clerk_text);
	return write_or_say(w, err);
}

enum kc_err
kc_duty_add(struct kc_writer *w, bool *more)
{
	struct kc_batch *b = &w->batch;
	struct kc_due due;
	enum kc_err err;

	*more = false;
	while (kc_state_due(w->live->state, &due) &&
	    due.due_ms <= b->received_ms) {
		if (b->n == b->room) {
			*more = true;
			return KC_OK;
		}
		err = add_one(w, &due);
		if (err != KC_OK) {
			kc_head_back_off(w->head, false, KC_RETRY_MAX_US);
			return err;
		}
		w->due_stuck = false;
	}
	return KC_OK;
}

enum kc_err
kc_duty_step(struct kc_writer *w, int64_t ahead_ms)
{
	struct kc_hash root = kc_batch_root(w);
	enum kc_err err;

	kc_buf_reset(&w->clerk_text);
	err = kc_clock_step_text(w->live->state, w->batch.received_ms, ahead_ms,
	    &root, &w->clerk_text);
	return write_or_say(w, err);
}

enum kc_err
kc_duty_restored(struct kc_writer *w)
{
	struct kc_hash root = kc_batch_root(w);
	enum kc_err err;

	kc_buf_reset(&w->clerk_text);
	err = kc_restored_text(w->live->state, w->batch.received_ms,
	    &w->o->restored.lost, &root, &w->clerk_text);
	return write_or_say(w, err);
}
