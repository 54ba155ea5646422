/* SPDX-License-Identifier: Apache-2.0 */
/* Who signed a checkpoint: a log, and witnesses (tlog-cosignature). */
#include <string.h>

#include <kaocheng/trust.h>

/* A log or witness of the trust file whose line this is; else false. */
static bool
is_line_of(const struct kc_note_sig *s, const struct kc_vkey *k)
{
	uint8_t keyid[KC_KEYID_SIZE];

	return kc_slice_is(s->name, k->name) &&
	    kc_note_sig_keyid(s, keyid) == KC_OK &&
	    memcmp(keyid, k->keyid, sizeof(keyid)) == 0;
}

static enum kc_err
take_witness(const struct kc_trust *t, const struct kc_note *note,
    const struct kc_note_sig *s, struct kc_cosigned *out, bool *known)
{
	for (size_t i = 0; i < t->nwitnesses; i++) {
		enum kc_err err;

		if (!is_line_of(s, &t->witness[i].key))
			continue;
		*known = true;
		if (t->witness[i].key.type == KC_KEYTYPE_MLDSA44) {
			out->unchecked |= UINT32_C(1) << i;
			continue;
		}
		err = kc_note_cosig_verify(
		    note, s, &t->witness[i].key, &out->time[i]);
		if (err != KC_OK)
			return err;
		out->by |= UINT32_C(1) << i;
	}
	return KC_OK;
}

/* A line by a log's key counts only under that log's own origin. */
static enum kc_err
take_log(const struct kc_trust *t, const struct kc_note *note,
    const struct kc_note_sig *s, const char *origin, struct kc_cosigned *out,
    bool *known)
{
	for (size_t i = 0; i < t->nlogs; i++) {
		const struct kc_vkey *k = &t->log[i];
		struct kc_note one = {.text = note->text, .nsigs = 1};

		if (strcmp(k->name, origin) != 0 || !is_line_of(s, k))
			continue;
		*known = true;
		if (k->type != KC_KEYTYPE_ED25519)
			continue; /* ML-DSA-44: not checked */
		one.sigs[0] = *s;
		if (kc_note_verify(&one, k, 1) != KC_OK)
			return KC_ESIG;
		out->log = k;
	}
	return KC_OK;
}

static unsigned
count(uint64_t bits)
{
	unsigned n = 0;

	for (; bits != 0; bits &= bits - 1)
		n++;
	return n;
}

/* Every group of which enough members are there, added to them. */
static uint64_t
witnessed(const struct kc_trust *t, uint64_t by)
{
	for (size_t i = 0; i < t->ngroups; i++)
		if (count(by & t->group[i].members) >= t->group[i].need)
			by |= UINT64_C(1) << (KC_TRUST_MAX + i);
	return by;
}

static bool
has_quorum(const struct kc_trust *t, uint64_t by)
{
	return t->quorum == 0 || (witnessed(t, by) & t->quorum) != 0;
}

enum kc_err
kc_trust_check(const struct kc_trust *t, struct kc_slice bytes,
    struct kc_checkpoint *c, struct kc_cosigned *out)
{
	struct kc_note note;
	bool ours = false;
	enum kc_err err = kc_checkpoint_parse(c, bytes, NULL);

	memset(out, 0, sizeof(*out));
	if (err == KC_OK)
		err = kc_note_parse(&note, bytes, NULL);
	if (err != KC_OK)
		return err;
	for (size_t i = 0; i < t->nlogs; i++)
		ours = ours || strcmp(t->log[i].name, c->origin) == 0;
	if (!ours)
		return KC_EFOREIGN;
	for (size_t i = 0; err == KC_OK && i < note.nsigs; i++) {
		bool known = false;

		err = take_log(t, &note, &note.sigs[i], c->origin, out, &known);
		if (err == KC_OK)
			err =
			    take_witness(t, &note, &note.sigs[i], out, &known);
		out->unknown += !known;
	}
	if (err == KC_OK && out->log == NULL)
		err = KC_ENOKEY;
	out->quorum = err == KC_OK && has_quorum(t, out->by);
	return err;
}

uint32_t
kc_trust_wants(const struct kc_trust *t, const struct kc_cosigned *c)
{
	if (c->quorum || !has_quorum(t, (uint64_t)c->by | c->unchecked))
		return 0;
	return c->unchecked;
}
