/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of bonuses for tests. */
#include "bonuskit.h"

#include <stdio.h>

void
bonus_city(struct kit *k)
{
	kit_init(k, KIT_LISTS);
	kit_on(k, "2022-07-15");
}

struct kc_bonus *
bonus_claim(struct kit *k, const char *unit, const char *situation,
    const char *merit, const char *grade, const char *document)
{
	char head[16];

	(void)snprintf(head, sizeof(head), "%s.head", unit);
	kit_do(k, KC_K_bonus_claim, head, kit_field("unit", unit), "year=2022",
	    kit_field("situation", situation), kit_field("merit", merit),
	    kit_field("grade", grade), kit_field("document", document),
	    "issuer=国务院", "dated=2022-07-01", EVIDENCE, "fact=x");
	return k->st->bonuses.v[k->st->bonuses.n - 1];
}

struct kc_bonus *
bonus_one(struct kit *k)
{
	return bonus_claim(k, "G17", "B1", "M1", "national", "国发〔2022〕7号");
}

const char *
bonus_field(const struct kc_bonus *b)
{
	return kit_field("bonus", b->handle);
}

void
bonus_show(struct kit *k, const struct kc_bonus *b)
{
	kit_do(k, KC_K_bonus_verify, "P09.b", bonus_field(b));
	kit_do(k, KC_K_bonus_publicise, "P09.b", bonus_field(b));
	kit_pass_days(k, 7);
	(void)kit_clerk(k);
}

void
bonus_grant(struct kit *k, const struct kc_bonus *b)
{
	bonus_show(k, b);
	kit_do(k, KC_K_bonus_grant, "P09.a", bonus_field(b));
}

void
bonus_two(struct kit *k)
{
	static const char *const of[][3] = {
	    {"G16", "G16.head", "1"}, {"G17", "G17.head", "2"}};

	for (size_t i = 0; i < 2; i++)
		kit_do(k, KC_K_bonus_withdraw, of[i][1],
		    bonus_field(bonus_claim(
			k, of[i][0], "B1", "M0", "national", of[i][2])));
}
