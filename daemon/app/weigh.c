/* SPDX-License-Identifier: Apache-2.0 */
/* A note that some of its signers have signed: would it stand with the others?
 */
#include "app/admit.h"

/* The signatures that are there, under the keys in force. */
static enum kc_err
check_signatures(
    const struct kc_state *st, const struct kc_entry *e, struct kc_refusal *why)
{
	enum kc_err err = KC_OK;

	for (unsigned i = 0; err == KC_OK && i < e->nby; i++) {
		uint8_t keyid[KC_KEYID_SIZE], sig[KC_SIG_SIZE];
		uint8_t pub[KC_PUBKEY_SIZE];

		if (e->sigs[i].base64.n == 0)
			continue;
		err = kc_state_signer(st, e, i, pub, why);
		if (err == KC_OK &&
		    (kc_note_sig_decode(&e->sigs[i], keyid, sig) != KC_OK ||
			!kc_sig_ok(pub, e->text.p, e->text.n, sig))) {
			err = kc_refuse(
			    why, KC_R_SIGNATURE, "", NULL, NULL, NULL);
			kc_refusal_arg(why, 0, e->by[i]);
		}
	}
	return err;
}

static enum kc_err
check_state(
    struct kc_admission *a, const struct kc_entry *e, struct kc_refusal *why)
{
	const struct kc_state *st = kc_live_read(a->live);
	struct kc_stamp at;
	enum kc_err err = KC_EUNKNOWN;

	if (st != NULL) {
		at.seq = kc_state_size(st);
		at.received_ms = kc_env_now_ms(a->o);
		if (at.received_ms < kc_state_received_ms(st))
			at.received_ms = kc_state_received_ms(st);
		err = check_signatures(st, e, why);
		if (err == KC_OK)
			err = kc_state_check(st, e, at, why);
	}
	kc_live_done(a->live);
	return err;
}

/* An id that stands is that of another entry, or this one has come whole. */
static enum kc_err
check_id(
    struct kc_admission *a, const struct kc_entry *e, struct kc_refusal *why)
{
	uint8_t key[KC_ID_KEY_SIZE];
	uint64_t seq;
	enum kc_err err;

	kc_id_key(key, e->by[0], e->id);
	err = kc_store_find_id(a->o->store, key, &seq);
	if (err != KC_OK)
		return err == KC_ENOTFOUND ? KC_OK : err;
	return kc_admit_refuse_id(e, seq, why);
}

enum kc_err
kc_admit_weigh(
    struct kc_admission *a, const struct kc_entry *e, struct kc_refusal *why)
{
	struct kc_result r = {0};
	enum kc_err err = KC_OK;

	if (!kc_head_takes(a->head)) {
		err = kc_head_refuse_note(a->head, &r);
		*why = r.why;
	}
	if (err == KC_OK)
		err = check_id(a, e, why);
	if (err == KC_OK)
		err = check_state(a, e, why);
	if (err == KC_OK)
		err = kc_admit_seen(a, e, why);
	return err;
}
