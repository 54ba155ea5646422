/* SPDX-License-Identifier: Apache-2.0 */
#include "app/signer.h"

static void
look(struct kc_signer *s)
{
	while (s->n > 0)
		kc_skey_wipe(&s->more[--s->n]);
	if (s->o->log_keys != NULL)
		s->n =
		    s->o->log_keys(s->o->log_keys_ctx, s->more, KC_SIGNER_MORE);
}

void
kc_signer_init(struct kc_signer *s, const struct kc_ledger_options *o)
{
	s->o = o;
	look(s);
}

void
kc_signer_release(struct kc_signer *s)
{
	while (s->n > 0)
		kc_skey_wipe(&s->more[--s->n]);
}

static const struct kc_skey *
find(const struct kc_signer *s, const struct kc_vkey *key)
{
	if (kc_vkey_eq(&s->o->log_key->vkey, key))
		return s->o->log_key;
	for (size_t i = 0; i < s->n; i++)
		if (kc_vkey_eq(&s->more[i].vkey, key))
			return &s->more[i];
	return NULL;
}

static size_t
count(const struct kc_signer *s, const struct kc_log_keys *keys)
{
	size_t n = 0;

	for (size_t i = 0; i < keys->n; i++)
		n += find(s, &keys->v[i]) != NULL;
	return n;
}

bool
kc_signer_has(struct kc_signer *s, const struct kc_log_keys *keys)
{
	if (count(s, keys) == 0)
		look(s);
	return count(s, keys) > 0;
}

void
kc_signer_public(const struct kc_signer *s, struct kc_log_keys *out)
{
	out->n = 0;
	out->v[out->n++] = s->o->log_key->vkey;
	for (size_t i = 0; i < s->n; i++)
		out->v[out->n++] = s->more[i].vkey;
}

/* Bytes of a note's text, which ends where the empty line begins. */
static size_t
text_of(struct kc_slice note)
{
	size_t n = 1;

	while (n < note.n && (note.p[n - 1] != '\n' || note.p[n] != '\n'))
		n++;
	return n;
}

/* A new key is looked for as long as it is not here, and missed once. */
static void
look_for_all(struct kc_signer *s, const struct kc_log_keys *keys)
{
	bool lacks = count(s, keys) < keys->n;

	if (lacks) {
		look(s);
		lacks = count(s, keys) < keys->n;
	}
	if (lacks && !s->lacks)
		kc_env_say(s->o, KC_LEVEL_WARNING, "log-key",
		    "a key of the log that is in force is not here: heads are "
		    "signed without it");
	s->lacks = lacks;
}

enum kc_err
kc_signer_sign(struct kc_signer *s, const struct kc_checkpoint *c,
    const struct kc_log_keys *keys, struct kc_buf *note)
{
	const struct kc_skey *key;
	size_t start = note->n, text = 0;

	look_for_all(s, keys);
	for (size_t i = keys->n; i-- > 0;) {
		key = find(s, &keys->v[i]);
		if (key == NULL)
			continue;
		if (text == 0) {
			kc_buf_checkpoint(note, c, key);
			if (kc_buf_err(note) != KC_OK)
				return kc_buf_err(note);
			text = text_of((struct kc_slice){
			    note->p + start, note->n - start});
		} else {
			kc_buf_note_sig(note,
			    (struct kc_slice){note->p + start, text}, key);
		}
	}
	return text == 0 ? KC_ENOKEY : kc_buf_err(note);
}
