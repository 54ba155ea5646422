/* SPDX-License-Identifier: Apache-2.0 */
/* A counterfactual: two states go through the log side by side. */
#include "suppose_int.h"

#include <assert.h>
#include <string.h>

static enum kc_err
add_row(struct kc_supposing *w, const struct kc_supposed_row *row)
{
	return kc_vec_room(&w->out->rows, w->out->n, &w->out->cap,
		   sizeof(w->out->rows[0]))
	    ? (w->out->rows[w->out->n++] = *row, KC_OK)
	    : KC_ENOMEM;
}

/* Keeps a text; offset 0 is that of the empty one. */
static size_t
keep(struct kc_supposing *w, struct kc_slice text)
{
	struct kc_buf *b = &w->out->words;
	size_t at;

	if (b->n == 0)
		kc_buf_char(b, '\0');
	if (text.n == 0)
		return 0;
	at = b->n;
	kc_buf_slice(b, text);
	kc_buf_char(b, '\0');
	return at;
}

/* --- the clerk that would have been -----------------------------------------
 */
/* Applies an entry that the log does not have. It stands in no place of the
 * log: its number is beyond all of them. */
static enum kc_err
take_in(struct kc_supposing *w, const struct kc_entry *e, int64_t received_ms,
    struct kc_supposed_row *row, struct kc_refusal *why)
{
	struct kc_state *st = w->out->as_if;
	struct kc_stamp stamp = {w->out->upto + w->out->n, received_ms};
	enum kc_err err;

	st->taken = KC_TAKEN_SUPPOSED;
	err = kc_state_apply(st, e, stamp, why);
	st->taken = KC_TAKEN_AS_IF;
	if (err != KC_OK)
		return err;
	row->kind = e->kind->id;
	row->received_ms = received_ms;
	if (row->fate == KC_FATE_ADDED)
		row->about = keep(w, kc_state_last_handle(st));
	return add_row(w, row);
}

/* Lets the clerk write the head of the queue, as soon as it could: at the
 * instant at which it fell due. KC_EREFUSED: the ledger takes none. */
static enum kc_err
derive(struct kc_supposing *w)
{
	const struct kc_state *st = w->out->as_if;
	struct kc_supposed_row row = {.fate = KC_FATE_DERIVED};
	const struct kc_hash unseen = {{0}};
	struct kc_buf text = {0}, about = {0};
	struct kc_refusal why;
	struct kc_due due;
	int64_t ms;
	enum kc_err err = KC_EREFUSED;

	if (!kc_state_due(st, &due))
		goto out;
	ms = due.due_ms > st->received_ms ? due.due_ms : st->received_ms;
	kc_due_about(st, &due, &about);
	row.about = keep(w, kc_buf_view(&about));
	err = kc_state_due_text(st, &due, ms, &unseen, &text);
	if (err == KC_OK)
		err =
		    kc_entry_decode_text(w->derived, kc_buf_view(&text), &why);
	if (err == KC_OK)
		err = take_in(w, w->derived, ms, &row, &why);
out:
	kc_buf_free(&text);
	kc_buf_free(&about);
	return err;
}

/* Applies an entry, or a note (row), as often as the clerk must come first. */
static enum kc_err
apply(struct kc_supposing *w, const struct kc_entry *e, struct kc_stamp stamp,
    struct kc_supposed_row *note, struct kc_refusal *why)
{
	for (;;) {
		enum kc_err err = note != NULL
		    ? take_in(w, e, stamp.received_ms, note, why)
		    : kc_state_apply(w->out->as_if, e, stamp, why);

		if (err != KC_EREFUSED || why->code != KC_R_DUE_FIRST)
			return err;
		err = derive(w);
		if (err == KC_EREFUSED)
			return err; /* *why is that of the entry */
		if (err != KC_OK)
			return err;
	}
}

/* --- notes that are supposed ------------------------------------------------
 */
/* Takes in those whose time has come, before what was received later. */
static enum kc_err
take_notes(struct kc_supposing *w, int64_t before_ms)
{
	while (w->next < w->s->nwith) {
		const struct kc_supposed_note *n = &w->notes[w->next];
		struct kc_supposed_row row = {
		    .fate = KC_FATE_ADDED, .seq = n->place};
		int64_t ms = n->e->at_s * 1000;
		enum kc_err err;

		if (ms >= before_ms)
			return KC_OK;
		err = apply(w, n->e, (struct kc_stamp){0, ms}, &row, w->why);
		if (err != KC_OK) {
			w->out->bad = KC_SUPPOSED_WITH;
			w->out->bad_at = n->place;
			return err;
		}
		w->next++;
	}
	return KC_OK;
}

/* A note that stands in the log is not supposed: it is left out first. */
static enum kc_err
want_unlike(struct kc_supposing *w, const struct kc_entry *e, uint64_t seq)
{
	for (size_t i = 0; i < w->s->nwith; i++) {
		struct kc_buf id = {0};

		if (memcmp(w->notes[i].e->id, e->id, KC_ID_SIZE) != 0)
			continue;
		w->out->bad = KC_SUPPOSED_WITH;
		w->out->bad_at = w->notes[i].place;
		kc_buf_hex(&id, e->id, KC_ID_SIZE);
		(void)kc_refuse(w->why, KC_R_ID_CONFLICT, "", "", NULL, NULL);
		kc_refusal_arg(w->why, 0, kc_buf_view(&id));
		kc_refusal_arg_u64(w->why, 1, seq);
		kc_buf_free(&id);
		return KC_EREFUSED;
	}
	return KC_OK;
}

/* --- the log ----------------------------------------------------------------
 */
static enum kc_err
fall_away(
    struct kc_supposing *w, struct kc_supposed_row *row, enum kc_fate fate)
{
	row->fate = fate;
	kc_state_pass(w->out->as_if);
	return add_row(w, row);
}

/* Does something supposed have the handle that the log has given here? */
static bool
is_taken(const struct kc_supposing *w)
{
	struct kc_slice handle = kc_state_last_handle(w->out->is);

	for (size_t i = 0; w->s->nwith > 0 && handle.n > 0 && i < kc_nouns_n;
	     i++)
		for (unsigned j = 0; j < KC_NOUN_NAMED; j++) {
			const struct kc_named *to = &kc_nouns[i]->named[j];

			if (to->field == NULL)
				break;
			if (kc_find(w->out->as_if, to->ns, handle) != KC_NONE)
				return true;
		}
	return false;
}

/* A supposed policy or calendar into an entry that adopts one. */
static enum kc_err
put_instead(struct kc_supposing *w, struct kc_entry *e)
{
	const struct kc_noun *noun = kc_noun_of(e->kind->id);
	enum kc_err err;

	w->instead.what = KC_INSTEAD_NOTHING;
	if (noun->instead == NULL)
		return KC_OK;
	err = noun->instead(w->out->as_if, w->s, e, &w->instead, w->why);
	if (err == KC_EREFUSED)
		w->out->bad = w->instead.calendar.n == 0 &&
			e->kind->id == KC_K_calendar_adopt
		    ? KC_SUPPOSED_CALENDAR
		    : KC_SUPPOSED_POLICY;
	return err;
}

/* Nobody's to suppose: it is as it is, without a row, and whoever names it by
 * its number is told so. What the clerk would have written stands before. */
static enum kc_err
stay(struct kc_supposing *w, const struct kc_entry *e, struct kc_stamp stamp)
{
	struct kc_due due;
	enum kc_err err = KC_OK;

	for (size_t i = 0; i < w->s->nwithout; i++)
		if (kc_supposing_is_number(w->s->without[i], stamp.seq)) {
			w->out->bad = KC_SUPPOSED_WITHOUT;
			w->out->bad_at = i;
			return kc_supposing_refuse_secret(
			    w, w->s->without[i], NULL);
		}
	while (err == KC_OK && kc_state_due(w->out->as_if, &due) &&
	    due.due_ms <= stamp.received_ms)
		err = derive(w);
	if (err != KC_OK && err != KC_EREFUSED)
		return err;
	err = kc_state_stay(w->out->as_if, e, stamp);
	return err == KC_OK
	    ? kc_noun_of(e->kind->id)->as_is(w->out->as_if, w->out->is)
	    : err;
}

/* The entry that the log's state has just taken, in the supposed one. */
static enum kc_err
follow(struct kc_supposing *w, struct kc_entry *e, struct kc_stamp stamp)
{
	struct kc_supposed_row row = {.kind = e->kind->id,
	    .seq = stamp.seq,
	    .received_ms = stamp.received_ms};
	struct kc_refusal why;
	enum kc_err err = KC_OK;

	if (kc_noun_of(e->kind->id)->as_is != NULL)
		return stay(w, e, stamp);
	if (kc_supposing_leaves_out(w, e, stamp.seq))
		return fall_away(w, &row, KC_FATE_LEFT_OUT);
	err = want_unlike(w, e, stamp.seq);
	if (err == KC_OK)
		err = put_instead(w, e);
	if (err != KC_OK)
		return err;
	if (w->instead.what == KC_INSTEAD_AGAIN)
		return fall_away(w, &row, KC_FATE_LEFT_OUT);
	if (w->instead.what == KC_INSTEAD_PUT) {
		row.fate = KC_FATE_REPLACED;
		err = add_row(w, &row);
	}
	if (err == KC_OK && is_taken(w))
		err = kc_refuse(&why, KC_R_EXISTS, "", "", NULL, NULL);
	else if (err == KC_OK)
		err = apply(w, e, stamp, NULL, &why);
	if (err != KC_EREFUSED)
		return err;
	row.code = why.code;
	return fall_away(w, &row, KC_FATE_REFUSED);
}

static enum kc_err
step(struct kc_supposing *w, struct kc_replayer *r)
{
	struct kc_supposed *out = w->out;
	enum kc_err err = kc_replayer_read(r, out->is, w->why);

	if (err == KC_OK)
		err = take_notes(w, r->stamp.received_ms);
	for (size_t i = 0; err == KC_OK && i < kc_nouns_n; i++)
		if (kc_nouns[i]->numbers_as != NULL)
			kc_nouns[i]->numbers_as(out->as_if, out->is);
	if (err != KC_OK)
		return err;
	err = kc_state_apply(out->is, r->e, r->stamp, w->why);
	return err == KC_OK ? follow(w, r->e, r->stamp) : err;
}

/* What nobody's entry asked for: the clerk has written whatever fell due up
 * to here in the log, so it would have here; and a correction, which is due at
 * once (0), unless the log ends before one. */
static enum kc_err
settle(struct kc_supposing *w)
{
	const struct kc_state *is = w->out->is;
	const int64_t until_ms = kc_due_written_ms(is);
	struct kc_due due;
	enum kc_err err = KC_OK;
	bool corrects = kc_state_due(is, &due) && due.due_ms == 0;

	while (err == KC_OK && kc_state_due(w->out->as_if, &due) &&
	    due.due_ms <= until_ms && (due.due_ms > 0 || !corrects))
		err = derive(w);
	return err == KC_EREFUSED ? KC_OK : err;
}

static enum kc_err
run(struct kc_supposing *w, const struct kc_log *log)
{
	struct kc_supposed *out = w->out;
	struct kc_replayer r;
	enum kc_err err = kc_replayer_init(&r, log);

	if (err == KC_OK)
		err = kc_supposing_notes(w);
	while (err == KC_OK && out->is->size < out->upto) {
		uint64_t seq = out->is->size;

		err = step(w, &r);
		if (err != KC_OK && out->bad == KC_SUPPOSED_LOG)
			out->bad_at = seq;
	}
	if (err == KC_OK)
		err = settle(w);
	if (err == KC_OK)
		err = take_notes(w, INT64_MAX);
	if (err == KC_OK)
		err = kc_supposing_all_met(w);
	out->received_ms = out->is->received_ms;
	kc_replayer_release(&r);
	return err;
}

enum kc_err
kc_suppose(const struct kc_supposition *s, const struct kc_log *log,
    uint64_t upto, struct kc_supposed *out, struct kc_refusal *why)
{
	struct kc_supposing w = {.s = s, .out = out, .why = why};
	enum kc_err err;

	*out =
	    (struct kc_supposed){.upto = upto < log->size ? upto : log->size};
	kc_about_learn(&w.about, false);
	w.derived = kc_alloc(sizeof(*w.derived));
	w.notes = kc_alloc((s->nwith + 1) * sizeof(w.notes[0]));
	w.met = kc_alloc((s->nwithout + 1) * sizeof(w.met[0]));
	err = w.derived == NULL || w.notes == NULL || w.met == NULL
	    ? KC_ENOMEM
	    : kc_state_new(&out->is);
	if (err == KC_OK)
		err = kc_state_new(&out->as_if);
	if (err == KC_OK) {
		out->as_if->taken = KC_TAKEN_AS_IF;
		(void)keep(&w, KC_LIT(""));
		err = run(&w, log);
	}
	if (err == KC_OK)
		err = kc_buf_err(&out->words);
	for (size_t i = 0; w.notes != NULL && i < s->nwith; i++)
		kc_free(w.notes[i].e);
	kc_free(w.notes);
	kc_free(w.met);
	kc_free(w.derived);
	kc_buf_free(&w.instead.policy);
	kc_buf_free(&w.instead.calendar);
	return err;
}

void
kc_supposed_release(struct kc_supposed *out)
{
	kc_state_free(out->is);
	kc_state_free(out->as_if);
	kc_free(out->rows);
	kc_buf_free(&out->words);
	memset(out, 0, sizeof(*out));
}

const char *
kc_supposed_about(
    const struct kc_supposed *w, const struct kc_supposed_row *row)
{
	assert(row->about < w->words.n);
	return w->words.p + row->about;
}
