/* SPDX-License-Identifier: Apache-2.0 */
/* Units with their duties, and the rights to assess. */
#ifndef KC_UNIT_H
#define KC_UNIT_H

#include "engine/actor.h"

struct kc_target;

struct kc_duty {
	const char *code, *text; /* in the arena */
	uint32_t seq;
	bool gone; /* to another unit */
};
KC_VEC(kc_duties, struct kc_duty);

struct kc_unit {
	char code[KC_CODE_MAX + 1];
	uint32_t index;
	const char *name, *name_en; /* in the arena; name_en may be "" */
	uint8_t group;
	struct kc_duties duties;
	struct kc_u32s targets, prededucts, warnings, negatives; /* indexes */
	struct kc_u32s opinions, bonuses;                        /* likewise */
	struct kc_u32s readers; /* actors who read one of its targets, once
				 * each; who read last stands last */
	uint32_t seq;
	uint32_t reformed, ended; /* the last entry that did it, 0: none */
	uint32_t into;            /* which unit it became, KC_NONE */
	kc_day since;             /* of the reform */
};

struct kc_grant {
	char code[KC_CODE_MAX + 1];
	uint32_t assessor; /* unit index */
	uint8_t scope;
	char object[KC_CODE_MAX + 1];
	kc_day from, until;
	bool withdrawn;
	uint32_t seq;
	uint32_t next; /* grant of the same assessor, scope, object; KC_NONE */
};

#define KC_NS_UNIT KC_NS(unit, 0)
#define KC_NS_GRANT KC_NS(unit, 1)
/* One of many: */
#define KC_NS_DUTY KC_NS(unit, 2)      /* of a unit -> index in unit.duties */
#define KC_NS_GRANT_FOR KC_NS(unit, 3) /* scope << 32 | assessor, by object */

/* --- what became of it (hand.c) --- */
/* The unit that has what this one had: itself, unless it ended; KC_NONE when
 * nobody does. */
uint32_t kc_unit_now(const struct kc_state *st, uint32_t unit);
/* Who acts in its place: that one; itself where nobody has what it had. */
uint32_t kc_unit_acting(const struct kc_state *st, uint32_t unit);
/* Is `who` the unit, or does it have what that one had? False of KC_NONE. */
bool kc_unit_stands_for(const struct kc_state *st, uint32_t who, uint32_t unit);
/* The same of the unit that a policy names; KC_NONE: it is not on record. */
uint32_t kc_unit_named(const struct kc_state *st, const char *code);
struct kc_handover;
enum kc_err kc_unit_hand_over(struct kc_state *st, const struct kc_handover *h);
/* One duty, or one grant, goes. */
enum kc_err kc_duty_hand_over(struct kc_state *st, struct kc_unit *from,
    struct kc_unit *into, uint32_t i);
enum kc_err kc_grant_hand_over(struct kc_state *st, uint32_t i, uint32_t into);
/* Nobody signs for it any more. */
void kc_unit_unman(struct kc_state *st, uint32_t unit);
/* The place in the unit of a duty that is its own; KC_NONE: it has none of this
 * code, or has it no more. */
uint32_t
kc_duty_of(const struct kc_state *st, uint32_t unit, struct kc_slice code);
/* The grant stands among those of its assessor, scope and object. */
enum kc_err kc_grant_link(struct kc_state *st, uint32_t i);
void kc_grant_unlink(struct kc_state *st, uint32_t i);

/* Is the principal of `slot` of this unit, or of the one that has what it had?
 * KC_R_UNIT_MISMATCH otherwise. */
enum kc_err kc_want_of_unit(const struct kc_state *st, const struct kc_at *at,
    unsigned slot, uint32_t unit, struct kc_refusal *why);
/* Is the unit the target's assessor, or does it hold a grant over it then? */
bool kc_judges(const struct kc_state *st, uint32_t unit,
    const struct kc_target *t, kc_day day);
/* A target of this indicator? */
bool kc_judges_indicator(
    const struct kc_state *st, uint32_t unit, uint32_t indicator, kc_day day);
/* Does the unit hold a grant over the target that is in force on a day? Never
 * over one of its own. */
bool kc_holds_grant(const struct kc_state *st, uint32_t assessor_unit,
    const struct kc_target *t, kc_day day);
/* Does it hold one over an item of the negative list, by its number? */
bool kc_holds_item(const struct kc_state *st, uint32_t assessor_unit,
    uint32_t item, kc_day day);
/* May the assessor's unit assess this target (any class of scope) today?
 * Also refuses KC_R_OWN_UNIT. */
enum kc_err kc_want_grant(const struct kc_state *st, const struct kc_at *at,
    uint32_t assessor_unit, const struct kc_target *t, struct kc_refusal *why);
/* A grant as above of the signer's unit; or the signer is of the Establishment
 * Office and acts where the target's assessing unit holds none today. */
enum kc_err kc_want_assessor(const struct kc_state *st, const struct kc_at *at,
    const struct kc_target *t, struct kc_refusal *why);

#endif
