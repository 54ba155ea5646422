/* SPDX-License-Identifier: Apache-2.0 */
/* The small city of the test ledger, stage by stage, and what goes out to it.
 */
#include "ledgerkit.h"
#include "policykit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define START_MS INT64_C(1641258000000) /* 2022-01-04 09:00, +08:00 */
#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

void
kit_enrol(struct kit *k, const char *actor, const char *unit, const char *roles)
{
	const char *fields[12];
	char role[8][32];
	unsigned n = 0, nroles = 0;

	fields[n++] = kit_field("actor", actor);
	if (unit != NULL)
		fields[n++] = kit_field("unit", unit);
	for (struct kc_slice rest = kc_slice_str(roles), one; rest.n > 0;) {
		if (!kc_slice_cut(&rest, ' ', &one)) {
			one = rest;
			rest.n = 0;
		}
		assert_true(nroles < ARRAY(role));
		(void)snprintf(role[nroles], sizeof(role[0]), "role=%.*s",
		    (int)one.n, one.p);
		fields[n++] = role[nroles++];
	}
	fields[n++] = kit_vkey(k, "key", actor);
	fields[n++] = kit_proof(k, actor);
	fields[n] = NULL;
	kit_do_v(
	    k, KC_K_actor_enrol, "root.a root.b", fields, __FILE__, __LINE__);
}

static void
open_ledger(struct kit *k, const char *epoch)
{
	char log[KC_VKEY_MAX + 8];

	(void)snprintf(log, sizeof(log), "%s", kit_vkey(k, "log", KIT_ORIGIN));
	kit_do(k, KC_K_ledger_open, "root.a root.b", "suite=ed25519/sha256",
	    kit_field("epoch", epoch), log, kit_vkey(k, "clerk", "clerk"),
	    kit_vkey(k, "admin", "root.a"), kit_vkey(k, "admin", "root.b"),
	    kit_vkey(k, "admin", "root.c"), "title=示例市考核账本");
}

static const char *const units[][3] = {
    {"P02", "apart", "市委办公室"},
    {"P03", "party", "市委组织部"},
    {"P09", "apart", "市委编办"},
    {"P20", "apart", "市委考核办"},
    {"G01", "apart", "市政府办公室"},
    {"G02", "gov", "市发展改革委"},
    {"G12", "gov", "市生态环境局"},
    {"G16", "gov", "市交通运输局"},
    {"G17", "gov", "市水利局"},
    {"G28", "gov", "市统计局"},
};

static const char *const people[][3] = {
    {"P09.b", "P09", "estab"},
    {"gop", "P02", "go-party"},
    {"gog", "G01", "go-gov"},
    {"leader", NULL, "leader"},
    {"office", "P20", "assess-office"},
    {"G02.a", "G02", "assessor"},
    {"G02.b", "G02", "assessor"},
    {"G12.a", "G12", "assessor"},
    {"G16.head", "G16", "head"},
    {"G16.liaison", "G16", "liaison"},
    {"G17.head", "G17", "head"},
    {"G17.liaison", "G17", "liaison"},
    {"stats", "G28", "stats"},
    {"org", "P03", "org"},
    {"ops", NULL, "operator"},
    {"audit", NULL, "auditor"},
};

static void
build_city(struct kit *k)
{
	kit_enrol(k, "P09.a", NULL, "estab");
	for (size_t i = 0; i < ARRAY(units); i++)
		kit_do(k, KC_K_unit_register, "P09.a",
		    kit_field("unit", units[i][0]),
		    kit_field("group", units[i][1]),
		    kit_field("name", units[i][2]));
	for (size_t i = 0; i < ARRAY(people); i++)
		kit_enrol(k, people[i][0], people[i][1], people[i][2]);
	kit_do(k, KC_K_duty_register, "P09.a", "unit=G16", "duty=D1",
	    "text=负责公路、水路建设");
	kit_do(k, KC_K_duty_register, "P09.a", "unit=G17", "duty=D1",
	    "text=负责区域治水");
	kit_do(k, KC_K_duty_register, "P09.a", "unit=G17", "duty=D2",
	    "text=负责农村供水");
	kit_do(k, KC_K_grant_issue, "P09.a", "grant=GR-G02", "assessor=G02",
	    "scope=all", "from=2022-01-01", "until=2023-06-30");
}

static const char *const calendars[] = {
    "policies/calendar/2022.yaml",
    "policies/calendar/2023.yaml",
};

static void
make_rules(struct kit *k)
{
	char *text = kit_text("policies/nantong-2022.yaml", NULL, NULL);

	policy_without(text, "plan.wd"); /* no tasks are filed */
	policy_older(text, kc_state_epoch(k->st));
	kit_do(k, KC_K_policy_adopt, "P09.a office", "policy=nantong-2022",
	    "file=policies/nantong-2022.yaml", text);
	kc_free(text);
	for (size_t i = 0; i < ARRAY(calendars); i++) {
		text = kit_text(calendars[i], NULL, NULL);
		kit_do(k, KC_K_calendar_adopt, "P09.a",
		    kit_field("file", calendars[i]), text);
		kc_free(text);
	}
	kit_do(k, KC_K_cycle_open, "P09.a", "year=2022");
}

static void
draft(struct kit *k, const char *by, const char *unit, const char *suffix,
    const char *class, const char *source, const char *weight,
    const char *indicator)
{
	const char *fields[12];
	char code[32];
	unsigned n = 0;

	(void)snprintf(code, sizeof(code), "target=%s-%s", unit, suffix);
	fields[n++] = code;
	fields[n++] = kit_field("unit", unit);
	fields[n++] = "year=2022";
	fields[n++] = kit_field("class", class);
	fields[n++] = kit_field("source", source);
	fields[n++] = "duty=D1";
	fields[n++] = kit_field("weight", weight);
	fields[n++] = "assessor=G02";
	if (indicator != NULL)
		fields[n++] = kit_field("indicator", indicator);
	fields[n++] = "title=年度目标";
	fields[n] = NULL;
	kit_do_v(k, KC_K_target_draft, by, fields, __FILE__, __LINE__);
	kit_do(k, KC_K_target_submit, by, code);
	kit_do(k, KC_K_target_approve_first, "P09.b", code);
	kit_do(k, KC_K_target_approve_second, "gop gog", code);
	kit_do(k, KC_K_target_read, "leader", code);
}

static void
make_lists(struct kit *k)
{
	static const char *const both[][3] = {
	    {"G16", "G16.head", "IND16"}, {"G17", "G17.head", "IND17"}};

	for (size_t i = 0; i < ARRAY(both); i++) {
		const char *unit = both[i][0];

		kit_do(k, KC_K_indicator_register, "stats",
		    kit_field("indicator", both[i][2]), kit_field("unit", unit),
		    "direction=higher", "measure=%", "name=省考核指标");
		draft(k, "P09.a", unit, "K1", "key", "superior-indicator",
		    "30.0000", both[i][2]);
		draft(
		    k, "P09.a", unit, "K2", "key", "city-key", "40.0000", NULL);
		draft(k, both[i][1], unit, "R1", "routine", "work-plan",
		    "20.0000", NULL);
		kit_do(k, KC_K_list_issue, "P09.a", kit_field("unit", unit),
		    "year=2022");
	}
}

void
kit_init(struct kit *k, enum kit_stage stage)
{
	kit_init_at(k, stage, KC_EPOCH_TEXT);
}

void
kit_init_at(struct kit *k, enum kit_stage stage, const char *epoch)
{
	memset(k, 0, sizeof(*k));
	assert_int_equal(kc_crypto_init(), KC_OK);
	assert_int_equal(kc_state_new(&k->st), KC_OK);
	assert_true(kc_state_keep_deadlines(k->st));
	k->now_ms = START_MS;
	k->ledger = KIT_ORIGIN;
	if (stage >= KIT_OPEN)
		open_ledger(k, epoch);
	if (stage >= KIT_CITY)
		build_city(k);
	if (stage >= KIT_RULES)
		make_rules(k);
	if (stage >= KIT_LISTS)
		make_lists(k);
}

void
kit_send(struct kit *k, const struct kc_plan *p, const struct kc_planned *m)
{
	struct kc_slice keys[KC_MESSAGE_NOTICES_MAX];
	struct kc_buf text[KC_MESSAGE_NOTICES_MAX] = {{0}};
	struct kc_message_outcome o = {.sent = true,
	    .to = kc_slice_str(m->to),
	    .channel = kc_slice_str(m->channel),
	    .day = m->day,
	    .keys = keys,
	    .nkeys = m->n,
	    .tries = 1};

	for (uint32_t i = 0; i < m->n; i++) {
		kc_buf_notice_key(&text[i], &p->notices[m->first + i]);
		keys[i] = kc_buf_view(&text[i]);
	}
	assert_int_equal(kit_outcome(k, &o), KC_OK);
	for (uint32_t i = 0; i < m->n; i++)
		kc_buf_free(&text[i]);
}
