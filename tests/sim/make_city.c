/* SPDX-License-Identifier: Apache-2.0 */
/* Where a year begins: the small city with some people more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/limits.h>

#include "policykit.h"
#include "sim.h"

static void
add_people(struct sim *s)
{
	kit_enrol(&s->k, "G12.head", "G12", "head liaison");
	kit_enrol(&s->k, "G28.head", "G28", "head");
	kit_enrol(&s->k, "dual", "G02", "assessor estab");
	kit_enrol(&s->k, "insp.p", NULL, "inspect-party");
	kit_enrol(&s->k, "insp.g", NULL, "inspect-gov");
	kit_enrol(&s->k, "office.b", "P20", "assess-office");
	kit_do(&s->k, KC_K_duty_register, "P09.a", "unit=G12", "duty=D1",
	    "text=x");
	kit_do(&s->k, KC_K_grant_issue, "P09.a", "grant=GN3", "assessor=G12",
	    "scope=negative", "object=3", "from=2022-01-01",
	    "until=2023-12-31");
	kit_do(&s->k, KC_K_cadre_register, "org", "cadre=C8", "unit=G16",
	    "city_managed=yes");
	kit_do(&s->k, KC_K_cadre_register, "org", "cadre=C9", "unit=G17",
	    "city_managed=yes");
}

/* A number of years at the end of the text becomes one. */
static void
shorten(char *policy, const char *text)
{
	char *at = strstr(policy, text);

	assert_non_null(at);
	at[strlen(text) - 1] = '1';
}

void
sim_city(struct sim *s)
{
	static const char *const epochs[] = {KC_EPOCH_TEXT, "1", KC_EPOCH_TEXT,
	    "2", KC_EPOCH_TEXT, "1", KC_EPOCH_TEXT, "1"};
	const char *epoch = epochs[s->seed % 8];
	char *policy = kit_text("policies/nantong-2022.yaml", NULL, NULL);

	/* One closed year is enough for what is drawn from it. */
	shorten(policy, "\n  third_years: { value: 2");
	shorten(policy, "\nstaffing:\n  years: { value: 3");
	/* Half of the years begin in an older epoch, and may leave it. */
	kit_init_at(&s->k, KIT_CITY, epoch);
	policy_older(policy, s->k.st->epoch);
	kit_do(&s->k, KC_K_policy_adopt, "P09.a office", "policy=nantong-2022",
	    "file=policies/nantong-2022.yaml", policy);
	kc_free(policy);
	/* Next year's notice comes out when chance adopts it. */
	case_calendar(&s->k, 2022);
	add_people(s);
	case_list(&s->k, "G16", 2022, "C8");
	case_list(&s->k, "G17", 2022, "C9");
	assert_int_equal(kc_state_new(&s->m.twin), KC_OK);
	model_read(s);
}
