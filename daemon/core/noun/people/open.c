/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.open: entry 0, which names the keys that all others rest on. */
#include "enrol.h"

#include <string.h>

#include "statement/codec.h"

/* Log, clerk and administrators: no name and no key twice. */
#define KEYS_MAX (2 + KC_LIST_MAX)
struct founding {
	struct kc_vkey keys[KEYS_MAX]; /* log, clerk, administrators */
	unsigned n;
};

static enum kc_err
add_key(struct founding *f, const struct kc_at *at, unsigned field,
    unsigned item, struct kc_refusal *why)
{
	struct kc_vkey *key = &f->keys[f->n];

	kc_read_key(at, field, item, key);
	if (field != KC_F_ledger_open_log &&
	    !kc_actor_ok(kc_slice_str(key->name)))
		return kc_refuse_field(at, field,
		    "a key whose name is an actor id", "以人员代号为名的公钥",
		    why);
	for (unsigned i = 0; i < f->n; i++)
		if (strcmp(f->keys[i].name, key->name) == 0 ||
		    memcmp(f->keys[i].pub, key->pub, KC_PUBKEY_SIZE) == 0)
			return kc_refuse(
			    why, KC_R_DUPLICATE, key->name, NULL, NULL, NULL);
	f->n++;
	return KC_OK;
}

static enum kc_err
read_keys(struct founding *f, const struct kc_at *at, struct kc_refusal *why)
{
	unsigned n = kc_entry_count(at->e, KC_F_ledger_open_admin);
	enum kc_err err;

	f->n = 0;
	err = add_key(f, at, KC_F_ledger_open_log, 0, why);
	if (err == KC_OK)
		err = add_key(f, at, KC_F_ledger_open_clerk, 0, why);
	for (unsigned i = 0; i < n && err == KC_OK; i++)
		err = add_key(f, at, KC_F_ledger_open_admin, i, why);
	return err;
}

/* Every signer is one of the administrators and signs with that key. */
static enum kc_err
check_founder(const struct founding *f, const struct kc_entry *e, unsigned i,
    struct kc_refusal *why)
{
	uint32_t keyid;

	for (unsigned k = 2; k < f->n; k++) {
		if (!kc_slice_is(e->by[i], f->keys[k].name))
			continue;
		if (kc_sig_keyid(&e->sigs[i], &keyid) &&
		    keyid != kc_vkey_keyid(&f->keys[k]))
			return kc_refuse_key(e, i, why);
		return KC_OK;
	}
	(void)kc_refuse(why, KC_R_ACTOR_UNKNOWN, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, e->by[i]);
	return KC_EREFUSED;
}

/* Is the epoch that a field names later than `now`, and known? */
static bool
knows_epoch(const struct kc_at *at, unsigned field, unsigned now,
    struct kc_refusal *why)
{
	int64_t epoch = kc_entry_num(at->e, field, 0);

	if (epoch > now && epoch <= KC_EPOCH_MAX)
		return true;
	(void)kc_refuse(why, KC_R_EPOCH_KNOWN, "", "", "", NULL);
	kc_refusal_arg_u64(why, 0, (uint64_t)epoch);
	kc_refusal_arg_u64(why, 1, now);
	kc_refusal_arg_u64(why, 2, KC_EPOCH_MAX);
	return false;
}

enum kc_err
ledger_open_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	struct founding *f = kc_alloc(sizeof(*f));
	enum kc_err err = f == NULL ? KC_ENOMEM : read_keys(f, at, why);

	(void)st;
	if (err != KC_OK)
		goto out;
	if (!knows_epoch(at, KC_F_ledger_open_epoch, 0, why)) {
		err = KC_EREFUSED;
		goto out;
	}
	if (!kc_slice_is(e->ledger, f->keys[0].name)) {
		err = kc_refuse(
		    why, KC_R_LEDGER, "", f->keys[0].name, NULL, NULL);
		kc_refusal_arg(why, 0, e->ledger);
		goto out;
	}
	if (f->n - 2 < KC_ADMINS_MIN || e->nby < KC_ADMINS_MIN) {
		err = kc_refuse(why, KC_R_LAST_ADMIN, NULL, NULL, NULL, NULL);
		goto out;
	}
	for (unsigned i = 0; i < e->nby && err == KC_OK; i++)
		err = check_founder(f, e, i, why);
out:
	kc_free(f);
	return err;
}

static enum kc_err
enrol(struct kc_state *st, const struct kc_vkey *key, int role,
    const struct kc_at *at)
{
	struct kc_actor *a = kc_add_actor(st, kc_slice_str(key->name), KC_NONE,
	    KC_ROLE_BIT(role), at->stamp.seq);

	if (a == NULL)
		return KC_ENOMEM;
	return kc_add_key(st, a, key, at->stamp.seq);
}

enum kc_err
ledger_open_apply(struct kc_state *st, const struct kc_at *at)
{
	struct founding *f = kc_alloc(sizeof(*f));
	struct kc_refusal why;
	enum kc_err err = f == NULL ? KC_ENOMEM : read_keys(f, at, &why);

	if (err != KC_OK)
		goto out;
	memcpy(st->origin, f->keys[0].name, sizeof(st->origin));
	st->log_key = f->keys[0];
	st->epoch = (unsigned)kc_entry_num(at->e, KC_F_ledger_open_epoch, 0);
	err = kc_note_key(st, &f->keys[0], KC_KEY_OF_LOG);
	st->clerk = st->actors.n;
	if (err == KC_OK)
		err = enrol(st, &f->keys[1], KC_ROLE_CLERK, at);
	for (unsigned i = 2; i < f->n && err == KC_OK; i++)
		err = enrol(st, &f->keys[i], KC_ROLE_ADMIN, at);
out:
	kc_free(f);
	return err;
}

/* --- rules.adopt: a later epoch from the next entry on --- */
enum kc_err
rules_adopt_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return knows_epoch(at, KC_F_rules_adopt_epoch, st->epoch, why)
	    ? KC_OK
	    : KC_EREFUSED;
}

enum kc_err
rules_adopt_apply(struct kc_state *st, const struct kc_at *at)
{
	st->epoch = (unsigned)kc_entry_num(at->e, KC_F_rules_adopt_epoch, 0);
	return KC_OK;
}
