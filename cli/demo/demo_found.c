/* SPDX-License-Identifier: Apache-2.0 */
/*
 * January to March of the demonstration: the ledger is opened, people are
 * enrolled, rules adopted, and targets go through three reviews to the lists.
 */
#include "demo.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/base64.h>

#include "lib/keys.h"

#define F(kind, field) KC_F_##kind##_##field

static const char *const admins[3] = {"admin.1", "admin.2", "admin.3"};

struct person {
	const char *actor;
	int role;
	const char *unit; /* NULL: of none that is assessed */
};
static const struct person offices[] = {
    {"P09.estab", KC_ROLE_ESTAB, NULL},
    {"P09.confirm", KC_ROLE_ESTAB, NULL},
    {"P02.office", KC_ROLE_GO_PARTY, NULL},
    {"G01.office", KC_ROLE_GO_GOV, NULL},
    {"leader.1", KC_ROLE_LEADER, NULL},
    {"kaohe.office", KC_ROLE_ASSESS_OFFICE, NULL},
    {"P02.inspect", KC_ROLE_INSPECT_PARTY, NULL},
    {"G01.inspect", KC_ROLE_INSPECT_GOV, NULL},
    {"G28.stats", KC_ROLE_STATS, NULL},
    {"P03.org", KC_ROLE_ORG, NULL},
    {"audit.1", KC_ROLE_AUDITOR, NULL},
    {"P07.assessor", KC_ROLE_ASSESSOR, "P07"},
    {"P11.assessor", KC_ROLE_ASSESSOR, "P11"},
    {"P02.assessor", KC_ROLE_ASSESSOR, "P02"},
    {"G01.assessor", KC_ROLE_ASSESSOR, "G01"},
    {"G02.assessor", KC_ROLE_ASSESSOR, "G02"},
    {"G12.assessor", KC_ROLE_ASSESSOR, "G12"},
    {"G23.assessor", KC_ROLE_ASSESSOR, "G23"},
    {"P14.assessor", KC_ROLE_ASSESSOR, "P14"},
};
static const char *const general_assessors[] = {
    "P07", "P11", "P02", "G01", "G02"};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
set_vkey(struct demo *d, unsigned field, const char *name)
{
	struct kc_skey key;
	struct kc_buf b = {0};
	uint8_t seed[32];

	demo_key(&key, name, seed);
	kc_buf_vkey(&b, &key.vkey);
	demo_set_slice(d, field, kc_buf_view(&b));
	kc_buf_free(&b);
}

static void
open_ledger(struct demo *d)
{
	struct kc_hash person; /* ledger.open commits to nobody */

	demo_begin(d, KC_K_ledger_open);
	demo_by(d, admins[0]);
	demo_by(d, admins[1]);
	demo_set(d, F(ledger_open, suite), "ed25519/sha256");
	demo_set(d, F(ledger_open, epoch), KC_EPOCH_TEXT);
	set_vkey(d, F(ledger_open, log), DEMO_ORIGIN);
	set_vkey(d, F(ledger_open, clerk), "clerk");
	for (size_t i = 0; i < COUNT(admins); i++) {
		set_vkey(d, F(ledger_open, admin), admins[i]);
		demo_person(d, admins[i], KC_ROLE_ADMIN, &person);
	}
	demo_set(d, F(ledger_open, title), "示例市2022年度市级机关绩效考核");
	demo_post(d, NULL);
}

/* Where somebody goes on with the year, everybody there can sign. */
static void
keep_key(struct demo *d, const struct kc_skey *key, const uint8_t seed[32])
{
	char path[KC_PATH_SIZE];

	if (!d->keys_of_all || d->failed)
		return;
	snprintf(path, sizeof(path), "%s/keys/%s.key", d->dir, key->vkey.name);
	if (!kc_file_exists(path) &&
	    kc_setup_key(d->dir, key, seed, d->now_ms / 1000, NULL) != KC_OK)
		demo_fail(d, path, "not written");
}

void
demo_enrol(struct demo *d, const char *actor, int role, const char *unit)
{
	struct kc_skey key;
	struct kc_buf text = {0}, sig = {0};
	uint8_t seed[32], raw[KC_SIG_SIZE];
	struct kc_hash person;

	demo_key(&key, actor, seed);
	keep_key(d, &key, seed);
	kc_buf_possession(&text, KC_LIT(DEMO_ORIGIN), &key.vkey);
	kc_sign(&key, text.p, text.n, raw);
	for (size_t i = 0; i < KC_SIG_SIZE; i++)
		kc_buf_char(&sig, (char)raw[i]);

	demo_person(d, actor, role, &person);
	demo_begin(d, KC_K_actor_enrol);
	demo_by(d, admins[0]);
	demo_by(d, admins[2]);
	demo_set(d, F(actor_enrol, actor), actor);
	if (unit != NULL)
		demo_set(d, F(actor_enrol, unit), unit);
	demo_set(d, F(actor_enrol, role), kc_word_text(KC_SET_ROLE, role));
	set_vkey(d, F(actor_enrol, key), actor);
	kc_buf_reset(&text);
	kc_buf_base64(&text, (const uint8_t *)sig.p, sig.n);
	demo_set_slice(d, F(actor_enrol, possession), kc_buf_view(&text));
	kc_buf_reset(&text);
	kc_buf_sha256(&text, &person);
	demo_set_slice(d, F(actor_enrol, person), kc_buf_view(&text));
	demo_post(d, NULL);
	kc_buf_free(&text);
	kc_buf_free(&sig);
}

static void
register_units(struct demo *d)
{
	char text[256], code[32];

	for (size_t u = 0; u < demo_nunits; u++) {
		const struct demo_unit *unit = &demo_units[u];

		demo_begin(d, KC_K_unit_register);
		demo_by(d, "P09.estab");
		demo_set(d, F(unit_register, unit), unit->code);
		demo_set(d, F(unit_register, group),
		    kc_word_text(KC_SET_GROUP, unit->group));
		demo_set(d, F(unit_register, name), unit->zh);
		demo_set(d, F(unit_register, name_en), unit->en);
		demo_post(d, NULL);
		for (unsigned i = 0; i < DEMO_DUTIES; i++) {
			demo_begin(d, KC_K_duty_register);
			demo_by(d, "P09.estab");
			demo_set(d, F(duty_register, unit), unit->code);
			snprintf(
			    code, sizeof(code), "%s-D%u", unit->code, i + 1);
			demo_set(d, F(duty_register, duty), code);
			demo_duty_text(u, i, text, sizeof(text));
			demo_set(d, F(duty_register, text), text);
			demo_post(d, NULL);
		}
	}
}

static void
grant(struct demo *d, const char *code, const char *assessor, int scope,
    const char *object)
{
	demo_begin(d, KC_K_grant_issue);
	demo_by(d, "P09.estab");
	demo_set(d, F(grant_issue, grant), code);
	demo_set(d, F(grant_issue, assessor), assessor);
	demo_set(d, F(grant_issue, scope), kc_word_text(KC_SET_SCOPE, scope));
	if (object != NULL)
		demo_set(d, F(grant_issue, object), object);
	demo_date(d, F(grant_issue, from), kc_day_from_civil(DEMO_YEAR, 1, 1));
	demo_date(
	    d, F(grant_issue, until), kc_day_from_civil(DEMO_YEAR + 1, 4, 30));
	demo_post(d, NULL);
}

/* Takes the section `plan` out of a policy: lists are issued, and nobody files
 * tasks before their last day. */
static void
drop_plan(struct kc_buf *text)
{
	char *from = strstr(kc_buf_cstr(text), "\nplan:\n"), *to;

	to = from == NULL ? NULL : strstr(from + 1, "\n\n");
	if (to == NULL)
		return;
	memmove(from, to, text->n - (size_t)(to - text->p) + 1);
	text->n -= (size_t)(to - from);
}

/* A file of policies/, looked for in the source tree and where it is
 * installed. */
static void
set_file(
    struct demo *d, unsigned file_field, unsigned text_field, const char *name)
{
	struct kc_buf text = {0};
	char path[512], chunk[4096];
	FILE *f = NULL;
	size_t n;

	if (kc_cli_policy_path(d->cli, name, path, sizeof(path)) == KC_OK)
		f = fopen(path, "re");
	if (f == NULL) {
		demo_fail(d, name, "no such file");
		return;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		kc_buf_put(&text, chunk, n);
	fclose(f);
	if (d->files_no_tasks)
		drop_plan(&text);
	snprintf(path, sizeof(path), "policies/%s", name);
	demo_set(d, file_field, path);
	demo_set_slice(d, text_field, kc_buf_view(&text));
	kc_buf_free(&text);
}

static void
adopt_calendar(struct demo *d, int year)
{
	char name[32];

	snprintf(name, sizeof(name), "calendar/%d.yaml", year);
	demo_begin(d, KC_K_calendar_adopt);
	demo_by(d, "P09.estab");
	set_file(d, F(calendar_adopt, file), F(calendar_adopt, text), name);
	demo_post(d, NULL);
}

void
demo_calendar_2023(struct demo *d)
{
	adopt_calendar(d, DEMO_YEAR + 1);
}

static void
adopt_rules(struct demo *d)
{
	adopt_calendar(d, DEMO_YEAR - 1);
	adopt_calendar(d, DEMO_YEAR);
	demo_begin(d, KC_K_policy_adopt);
	demo_by(d, "P09.estab");
	demo_by(d, "kaohe.office");
	demo_set(d, F(policy_adopt, policy), "nantong-2022");
	set_file(d, F(policy_adopt, file), F(policy_adopt, text),
	    "nantong-2022.yaml");
	demo_post(d, NULL);
	demo_begin(d, KC_K_cycle_open);
	demo_by(d, "P09.estab");
	demo_number(d, F(cycle_open, year), DEMO_YEAR);
	demo_post(d, NULL);
}

/* The 28 common duties and the departments that may assess them (R27-R31),
 * in the order of the policy's negative list. */
static void
grant_negative_list(struct demo *d)
{
	static const char *const assessors[28] = {"G08", "G23", "G12", "G25",
	    "G09", "P09", "P01", "P11", "P04", "P06", "P14", "P18", "P08",
	    "G01", "P19", "G31", "G02", "G28", "G24", "G34", "P16", "G09",
	    "G34", "V08", "P03", "P04", "G22", "G32"};
	char code[24], item[8];

	for (unsigned i = 0; i < COUNT(assessors); i++) {
		snprintf(item, sizeof(item), "%u", i + 1);
		snprintf(code, sizeof(code), "GR-2022-N%02u", i + 1);
		grant(d, code, assessors[i], KC_SCOPE_NEGATIVE, item);
	}
}

void
demo_found(struct demo *d)
{
	char actor[32], code[32];

	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 1, 5), 9, 0);
	open_ledger(d);
	for (size_t i = 0; i < COUNT(offices); i++)
		if (offices[i].unit == NULL)
			demo_enrol(d, offices[i].actor, offices[i].role, NULL);
	register_units(d);
	for (size_t i = 0; i < COUNT(offices); i++)
		if (offices[i].unit != NULL)
			demo_enrol(d, offices[i].actor, offices[i].role,
			    offices[i].unit);
	for (size_t u = 0; u < demo_nunits; u++) {
		snprintf(actor, sizeof(actor), "%s.head", demo_units[u].code);
		demo_enrol(d, actor, KC_ROLE_HEAD, demo_units[u].code);
	}
	demo_clock(d, kc_day_from_civil(DEMO_YEAR, 1, 6), 9, 0);
	adopt_rules(d);
	for (size_t i = 0; i < COUNT(general_assessors); i++) {
		snprintf(
		    code, sizeof(code), "GR-2022-%s", general_assessors[i]);
		grant(d, code, general_assessors[i], KC_SCOPE_ALL, NULL);
	}
	grant_negative_list(d);
	demo_flush(d);
}
