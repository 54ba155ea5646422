/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a matter that somebody judged. */
#include "mirror.h"

enum kc_became
kc_case_became(const struct kc_case *c)
{
	switch ((enum kc_case_state)c->state) {
	case KC_CS_DECIDED:
		return KC_BECAME_WAITING;
	case KC_CS_DECLINED:
		return KC_BECAME_DECLINED;
	case KC_CS_EXEMPTED:
		return KC_BECAME_EXEMPT;
	case KC_CS_WITHDRAWN:
		return KC_BECAME_WITHDRAWN;
	case KC_CS_LAPSED:
		return KC_BECAME_LAPSED;
	case KC_CS_REVOKED:
		return KC_BECAME_REVOKED;
	case KC_CS_DEDUCTED:
	case KC_CS_RECTIFYING:
	case KC_CS_SUBMITTED:
	case KC_CS_RETURNED:
	case KC_CS_EXPIRED:
		break;
	}
	return c->effect == KC_EFFECT_FULL ? KC_BECAME_FULL : KC_BECAME_LESS;
}

enum kc_became
kc_negative_became(const struct kc_negative *n)
{
	switch ((enum kc_negative_state)n->state) {
	case KC_NS_PROPOSED:
		return KC_BECAME_WAITING;
	case KC_NS_DECLINED:
		return KC_BECAME_DECLINED;
	case KC_NS_LAPSED:
		return KC_BECAME_LAPSED;
	case KC_NS_WITHDRAWN:
		return KC_BECAME_WITHDRAWN;
	case KC_NS_REVOKED:
		return KC_BECAME_REVOKED;
	case KC_NS_CONFIRMED:
	case KC_NS_NOTIFIED:
	case KC_NS_FINAL:
		break;
	}
	return KC_BECAME_FULL;
}

enum kc_became
kc_bonus_became(const struct kc_bonus *b)
{
	switch ((enum kc_bonus_state)b->state) {
	case KC_BS_CLAIMED:
	case KC_BS_RETURNED:
	case KC_BS_VERIFIED:
	case KC_BS_PUBLIC:
	case KC_BS_SHOWN:
		return KC_BECAME_WAITING;
	case KC_BS_LAPSED:
		return KC_BECAME_LAPSED;
	case KC_BS_REFUSED:
		return KC_BECAME_DECLINED;
	case KC_BS_WITHDRAWN:
		return KC_BECAME_WITHDRAWN;
	case KC_BS_CANCELLED:
		return KC_BECAME_REVOKED;
	case KC_BS_GRANTED:
		break;
	}
	return b->given == (int8_t)b->grade ? KC_BECAME_FULL : KC_BECAME_LESS;
}
