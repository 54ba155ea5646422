/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the clerk writes at once because of a statement: the same function
 * makes and applies it that does so in the ledger.
 */
#include "view_int.h"

/* A value as it is read aloud; a hash says nothing to anybody. */
static void
put_value(struct kc_buf *b, const struct kc_vx *x, const struct kc_entry *e,
    unsigned field)
{
	const struct kc_field *f = &e->kind->fields[field];

	kc_buf_str(b, kc_vx_say(x, "，", ", "));
	kc_buf_str(b, kc_vx_say(x, f->zh, f->en));
	kc_buf_char(b, ' ');
	if (f->type == KC_T_BP)
		kc_buf_percent(b, kc_entry_num(e, field, 0));
	else if (f->type == KC_T_WORD)
		kc_buf_str(b,
		    kc_vx_label(
			x, (enum kc_set)f->arg, kc_entry_num(e, field, 0)));
	else
		kc_buf_slice(b, kc_entry_str(e, field));
}

/* "a dispute reduces a pre-deduction: pre-deduction PD-2022-0001, ..." */
static void
put_entry(struct kc_buf *b, const struct kc_vx *x, const struct kc_entry *e)
{
	struct kc_buf values = {0};

	for (unsigned i = 0; i < e->kind->nfields; i++)
		if (e->kind->fields[i].type != KC_T_HASH && kc_entry_has(e, i))
			put_value(&values, x, e, i);
	kc_buf_str(b, kc_vx_say(x, e->kind->zh, e->kind->en));
	kc_buf_slice(b, kc_buf_view(&values));
	kc_buf_char(b, '\n');
	if (values.err != KC_OK && b->err == KC_OK)
		b->err = values.err;
	kc_buf_free(&values);
}

/* The entry that is due now; it follows, so the rules cannot refuse it. Its
 * strings are in the text, which is the caller's to free. */
static enum kc_err
write_one(struct kc_state *own, const struct kc_due *due, struct kc_stamp at,
    struct kc_buf *text, struct kc_entry *e, struct kc_refusal *why)
{
	const struct kc_hash unseen = {{0}};
	enum kc_err err =
	    kc_state_due_text(own, due, at.received_ms, &unseen, text);

	if (err == KC_OK)
		err = kc_entry_decode_text(e, kc_buf_view(text), why);
	if (err == KC_OK)
		err = kc_state_apply(own, e, at, why);
	return err;
}

enum kc_err
kc_consequences(struct kc_state *own, struct kc_stamp at, const struct kc_vx *x,
    struct kc_buf *lines, struct kc_refusal *why)
{
	struct kc_entry *e = kc_alloc(sizeof(*e));
	struct kc_due due;
	enum kc_err err = e == NULL ? KC_ENOMEM : KC_OK;

	/* What they have seen is no history: it is not asked. */
	own->taken = KC_TAKEN_AS_IF;
	while (err == KC_OK && kc_state_due(own, &due) &&
	    due.due_ms <= at.received_ms) {
		struct kc_buf text = {0};

		at.seq++;
		err = write_one(own, &due, at, &text, e, why);
		if (err == KC_OK)
			put_entry(lines, x, e);
		kc_buf_free(&text);
	}
	kc_free(e);
	return err == KC_OK ? kc_buf_err(lines) : err;
}
