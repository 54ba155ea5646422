/* SPDX-License-Identifier: Apache-2.0 */
/* logkey.rotate: another key signs the heads of the log from here on. */
#include "logkey.h"

#include "noun/people/enrol.h"
#include "noun/year/year.h"

#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/logkeys.h>

static bool
overlaps_at(const struct kc_state *st, int64_t received_ms)
{
	uint32_t n = st->log_before.n;

	return n > 0 &&
	    kc_day_of_instant(received_ms, KC_LOCAL_OFFSET_S) <=
	    st->log_before.v[n - 1].until;
}

bool
kc_log_overlaps(const struct kc_state *st)
{
	return overlaps_at(st, st->received_ms);
}

static kc_day
last_day(const struct kc_state *st, const struct kc_at *at)
{
	const struct kc_policy *p = kc_policy_now(st);

	return at->day +
	    (kc_day)(p != NULL
		    ? p->value[KC_P_LOGKEY_OVERLAP_DAYS]
		    : kc_policy_key_default(KC_P_LOGKEY_OVERLAP_DAYS));
}

/* The key that signs now has signed for the new one. */
static enum kc_err
want_consent(const struct kc_state *st, const struct kc_at *at,
    const struct kc_vkey *next, struct kc_refusal *why)
{
	enum kc_err err = kc_consent_check(&st->log_key, next,
	    kc_entry_str(at->e, KC_F_logkey_rotate_consent));

	return err == KC_OK || err == KC_ENOMEM
	    ? err
	    : kc_refuse(why, KC_R_SIGNATURE, st->origin, NULL, NULL, NULL);
}

enum kc_err
logkey_rotate_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	struct kc_vkey key;
	enum kc_err err;

	if (st->log_before.n + 1 >= KC_LOG_KEYS_MAX) {
		(void)kc_refuse(why, KC_R_LIMIT, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, KC_LOG_KEYS_MAX);
		return KC_EREFUSED;
	}
	if (kc_log_overlaps(st))
		return kc_refuse_state(at, st->origin,
		    "signed by two keys until the overlap ends",
		    "新旧密钥并签期内", why);
	kc_read_key(at, KC_F_logkey_rotate_key, 0, &key);
	if (strcmp(key.name, st->origin) != 0)
		return kc_refuse(why, KC_R_FIELD_VALUE, "key",
		    "a key whose name is that of the ledger",
		    "以账本名称为名的公钥", NULL);
	err = kc_want_unused_key(st, &key, why);
	if (err == KC_OK)
		err = kc_want_possession(
		    st, at, KC_F_logkey_rotate_possession, &key, why);
	return err == KC_OK ? want_consent(st, at, &key, why) : err;
}

enum kc_err
logkey_rotate_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_log_before b = {.key = st->log_key,
	    .seq = (uint32_t)at->stamp.seq,
	    .until = last_day(st, at)};
	size_t n = 0;

	if (kc_base64_decode(kc_entry_str(at->e, KC_F_logkey_rotate_consent),
		b.consent, sizeof(b.consent), &n) != KC_OK ||
	    !kc_vec_push(&st->log_before, b))
		return KC_ENOMEM;
	kc_read_key(at, KC_F_logkey_rotate_key, 0, &st->log_key);
	return kc_note_key(st, &st->log_key, KC_KEY_OF_LOG);
}

/* --- asked by others --- */
void
kc_state_log_keys_at(
    const struct kc_state *st, int64_t received_ms, struct kc_log_keys *out)
{
	out->n = 0;
	if (st->size == 0)
		return;
	out->v[out->n++] = st->log_key;
	if (overlaps_at(st, received_ms))
		out->v[out->n++] = st->log_before.v[st->log_before.n - 1].key;
}

void
kc_state_log_keys(const struct kc_state *st, bool all, struct kc_log_keys *out)
{
	kc_state_log_keys_at(st, st->received_ms, out);
	if (!all || st->size == 0)
		return;
	out->n = 1;
	for (uint32_t i = st->log_before.n; i-- > 0;)
		out->v[out->n++] = st->log_before.v[i].key;
}

void
kc_state_log_chain(const struct kc_state *st, struct kc_buf *out)
{
	uint32_t n = st->log_before.n;

	kc_buf_str(out, "kaocheng/v1 logkeys\nkey ");
	kc_buf_vkey(out, n > 0 ? &st->log_before.v[0].key : &st->log_key);
	for (uint32_t i = 0; i < n; i++) {
		kc_buf_str(out, "\nnext ");
		kc_buf_vkey(out,
		    i + 1 < n ? &st->log_before.v[i + 1].key : &st->log_key);
		kc_buf_char(out, ' ');
		kc_buf_base64(out, st->log_before.v[i].consent, KC_SIG_SIZE);
	}
	kc_buf_char(out, '\n');
}
