/* SPDX-License-Identifier: Apache-2.0 */
/* The sequencer of one machine: the store itself decides. */
#include <kaocheng/sequencer.h>

#include <stddef.h>

const char *
kc_outcome_text(enum kc_outcome o)
{
	switch (o) {
	case KC_COMMITTED:
		return "committed";
	case KC_CONFLICT:
		return "conflict";
	case KC_FENCED:
		return "fenced";
	case KC_UNKNOWN:
		return "unknown";
	case KC_FULL:
		return "full";
	case KC_UNAVAILABLE:
		return "unavailable";
	}
	return "?";
}

static enum kc_outcome
outcome_of(enum kc_err err)
{
	if (err == KC_OK)
		return KC_COMMITTED;
	if (err == KC_EFULL)
		return KC_FULL;
	if (err == KC_ECONFLICT)
		return KC_CONFLICT;
	if (err == KC_EUNKNOWN)
		return KC_UNKNOWN;
	/* Everything else was found before anything was written. */
	return KC_UNAVAILABLE;
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
