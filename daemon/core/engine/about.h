/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an entry is about, by the tables of the nouns: whatever one of its
 * fields names, and what it gave a name to.
 */
#ifndef KC_ABOUT_H
#define KC_ABOUT_H

#include <kaocheng/entry.h>
#include <kaocheng/state.h>

#include "containers.h"

struct kc_about {
	/* Of each kind the fields that name something, as bits. */
	uint32_t fields[KC_K_COUNT];
};
/* Fields by which a kind names what its own noun knows, or with `any` what
 * any noun does: a case is then about its unit and target too. */
void kc_about_learn(struct kc_about *a, bool any);
/* Does this entry, the last that the state has applied, name or make it? */
bool kc_about_is(const struct kc_about *a, const struct kc_state *st,
    const struct kc_entry *e, struct kc_slice name);
/* The same of any of the names in an index, in its name space 0. */
bool kc_about_any(const struct kc_about *a, const struct kc_state *st,
    const struct kc_entry *e, const struct kc_index *names);

#endif
