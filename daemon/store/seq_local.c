/* SPDX-License-Identifier: Apache-2.0 */
/* The sequencer of one machine: the store itself decides. */
#include <kaocheng/sequencer.h>

#include <stddef.h>

/* The store has one writer, and that is us: nobody else can have moved the
 * head. A head that is not where we put it, an id that is taken though it was
 * looked up, a page that cannot be right: trying again would fail for ever. */
static enum kc_outcome
outcome_of(enum kc_err err)
{
	switch (err) {
	case KC_OK:
		return KC_COMMITTED;
	case KC_EFULL:
		return KC_FULL;
	case KC_EUNKNOWN:
		return KC_UNKNOWN;
	case KC_EFENCED:
		return KC_FENCED;
	case KC_ENOMEM:
	case KC_EIO:
	case KC_EBUSY:
	case KC_EUNAVAILABLE:
		return KC_UNAVAILABLE;
	case KC_ECONFLICT:
	case KC_ECORRUPT:
	case KC_EROLLBACK:
	case KC_EFORK:
	case KC_EFOREIGN:
	case KC_ENOTFOUND:
	case KC_ESYNTAX:
	case KC_ETOOBIG:
	case KC_ESIG:
	case KC_ENOKEY:
	case KC_EPROOF:
	case KC_EREFUSED:
	case KC_EINVAL:
	case KC_EINCOMPLETE:
	case KC_ENEWER:
		return KC_BROKEN;
	}
	return KC_BROKEN;
}

static enum kc_outcome
local_append(void *ctx, const struct kc_append *batch, struct kc_hash root)
{
	struct kc_store *s = ctx;
	struct kc_hash stored;
	enum kc_err err = kc_store_root(s, &stored);

	if (err == KC_OK && !kc_hash_eq(&stored, &root))
		err = KC_ECONFLICT;
	if (err == KC_OK)
		err = kc_store_append(s, batch);
	return outcome_of(err);
}

static void
local_close(void *ctx)
{
	(void)ctx; /* the store is borrowed */
}

struct kc_sequencer
kc_sequencer_local(struct kc_store *s)
{
	return (struct kc_sequencer){local_append, local_close, s};
}
