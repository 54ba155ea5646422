/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries a supposition leaves out, and which notes it takes in. */
#include "suppose_int.h"

#include <string.h>

/* "4711" or "#4711". */
static bool
is_number(struct kc_slice s, uint64_t *seq)
{
	if (s.n > 1 && s.p[0] == '#') {
		s.p++;
		s.n--;
	}
	return kc_read_u64(s, INT64_MAX, seq);
}

/* "4711-4720", or no end. */
static bool
in_range(struct kc_slice range, uint64_t seq)
{
	struct kc_slice from;
	uint64_t first, last = INT64_MAX;

	if (!kc_slice_cut(&range, '-', &from))
		return kc_read_u64(range, INT64_MAX, &first) && seq >= first;
	return kc_read_u64(from, INT64_MAX, &first) &&
	    kc_read_u64(range, INT64_MAX, &last) && seq >= first && seq <= last;
}

/* "G19.assessor+1234abcd#4711-4720": what a key has signed in a part of the
 * log. No name and no number holds a '+'. */
static bool
is_by_key(const struct kc_entry *e, uint64_t seq, struct kc_slice which)
{
	uint8_t wanted[KC_KEYID_SIZE], is[KC_KEYID_SIZE];
	struct kc_slice name, hex;

	if (!kc_slice_cut(&which, '+', &name) ||
	    !kc_slice_cut(&which, '#', &hex) ||
	    !kc_read_hex(hex, wanted, sizeof(wanted)) || !in_range(which, seq))
		return false;
	for (unsigned i = 0; i < e->nby; i++)
		if (kc_slice_eq(e->by[i], name) &&
		    kc_note_sig_keyid(&e->sigs[i], is) == KC_OK &&
		    memcmp(is, wanted, sizeof(is)) == 0)
			return true;
	return false;
}

bool
kc_supposing_leaves_out(
    struct kc_supposing *w, const struct kc_entry *e, uint64_t seq)
{
	bool out = false;

	for (size_t i = 0; i < w->s->nwithout; i++) {
		uint64_t number;

		if (is_number(w->s->without[i], &number)
			? number != seq
			: !is_by_key(e, seq, w->s->without[i]) &&
			    !kc_about_is(
				&w->about, w->out->is, e, w->s->without[i]))
			continue;
		w->met[i] = true;
		out = true;
	}
	return out;
}

bool
kc_supposing_is_number(struct kc_slice name, uint64_t seq)
{
	uint64_t number;

	return is_number(name, &number) && number == seq;
}

enum kc_err
kc_supposing_refuse_secret(
    struct kc_supposing *w, struct kc_slice what, const char *zh)
{
	(void)kc_refuse(w->why, KC_R_SECRET, "", NULL, NULL, NULL);
	kc_refusal_arg(w->why, 0, what);
	return zh != NULL ? kc_refusal_zh(w->why, 0, zh) : KC_EREFUSED;
}

/* --- notes --- */
static bool
is_signed(struct kc_slice note)
{
	static const char mark[] = "\n\n\xe2\x80\x94 ";
	const size_t n = sizeof(mark) - 1;

	for (size_t i = 0; i + n <= note.n; i++)
		if (memcmp(note.p + i, mark, n) == 0)
			return true;
	return false;
}

enum kc_err
kc_supposing_notes(struct kc_supposing *w)
{
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < w->s->nwith; i++) {
		struct kc_supposed_note n = {kc_alloc(sizeof(*n.e)), i};
		struct kc_slice text = w->s->with[i];
		struct kc_leaf leaf;
		size_t at = i;

		if (n.e == NULL)
			return KC_ENOMEM;
		w->notes[i] = n; /* to be released whatever comes */
		if (kc_leaf_parse(&leaf, text) == KC_OK)
			text = leaf.note;
		err = is_signed(text) ? kc_entry_decode(n.e, text, w->why)
				      : kc_entry_decode_text(n.e, text, w->why);
		if (err == KC_OK && kc_noun_of(n.e->kind->id)->as_is != NULL)
			err = kc_supposing_refuse_secret(
			    w, kc_slice_str(n.e->kind->name), n.e->kind->zh);
		if (err != KC_OK) {
			w->out->bad = KC_SUPPOSED_WITH;
			w->out->bad_at = i;
			return err;
		}
		/* Of one second, in the order in which they were named. */
		for (; at > 0 && w->notes[at - 1].e->at_s > n.e->at_s; at--)
			w->notes[at] = w->notes[at - 1];
		w->notes[at] = n;
	}
	return err;
}

enum kc_err
kc_supposing_all_met(struct kc_supposing *w)
{
	for (size_t i = 0; i < w->s->nwithout; i++) {
		if (w->met[i])
			continue;
		w->out->bad = KC_SUPPOSED_WITHOUT;
		w->out->bad_at = i;
		(void)kc_refuse(
		    w->why, KC_R_NOT_FOUND, "entry or case", "", NULL, NULL);
		kc_refusal_arg(w->why, 1, w->s->without[i]);
		return kc_refusal_zh(w->why, 0, "条目或事项");
	}
	if (w->s->policy.text.n > 0 && w->instead.policy.n == 0) {
		w->out->bad = KC_SUPPOSED_POLICY;
		return kc_refuse(
		    w->why, KC_R_NO_POLICY, NULL, NULL, NULL, NULL);
	}
	if (w->s->calendar.text.n > 0 && w->instead.calendar.n == 0) {
		w->out->bad = KC_SUPPOSED_CALENDAR;
		(void)kc_refuse(w->why, KC_R_NOT_FOUND,
		    "adopted calendar in place of which it could stand:", "",
		    NULL, NULL);
		kc_refusal_arg(w->why, 1, kc_slice_str(w->s->calendar.file));
		return kc_refusal_zh(w->why, 0, "可由其替换的工作日历");
	}
	return KC_OK;
}
