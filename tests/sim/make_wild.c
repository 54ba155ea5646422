/* SPDX-License-Identifier: Apache-2.0 */
/* People, grants, rules and plans; and any kind with any values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "policykit.h"
#include "sim.h"

#define ONE_OF(s, list)                                                        \
	((list)[sim_random((s), sizeof(list) / sizeof((list)[0]))])

static const char *
some_actor(struct sim *s)
{
	return s->m.actors[sim_random(s, s->m.nactors)].id;
}

static const char *
some_unit(struct sim *s)
{
	return s->k.st->units.v[sim_random(s, s->k.st->units.n)]->code;
}

/* A text of "field=value" from the kit. */
static void
add_text(struct statement *st, const char *text)
{
	assert_true(st->n < SIM_FIELDS && strlen(text) < SIM_TEXT);
	(void)snprintf(st->text[st->n], SIM_TEXT, "%s", text);
	st->fields[st->n] = st->text[st->n];
	st->fields[++st->n] = NULL;
}

/* --- keys --- */
static struct kit_key *
slot_of(struct sim *s, const char *name)
{
	(void)kit_key(&s->k, name);
	for (unsigned i = 0; i < s->k.nkeys; i++)
		if (strcmp(s->k.keys[i].name, name) == 0)
			return &s->k.keys[i];
	return NULL;
}

/* A new key for a name and its proof; signed with the old one. */
static void
add_new_key(struct sim *s, struct statement *st, const char *name)
{
	struct kit_key *slot = slot_of(s, name), old = *slot;

	(void)kit_new_key(&s->k, name);
	add_text(st, kit_vkey(&s->k, "key", name));
	add_text(st, kit_proof(&s->k, name));
	st->slot = slot;
	st->next = *slot;
	*slot = old;
	slot->generation = st->next.generation;
}

void
sim_log_key(struct sim *s, struct statement *st)
{
	struct kc_skey before = *kit_key(&s->k, KIT_ORIGIN);

	sim_begin(st, KC_K_logkey_rotate, "root.a root.b");
	add_new_key(s, st, KIT_ORIGIN);
	add_text(st, kit_consent(&before, &st->next.skey.vkey));
}

static void
keys(struct sim *s, struct statement *st)
{
	const struct m_actor *a = &s->m.actors[sim_random(s, s->m.nactors)];
	char name[KC_CODE_MAX + 1];

	(void)snprintf(name, sizeof(name), "%s", a->id);
	if (!a->live && !a->retired) { /* a new key after a revoked one */
		sim_begin(st, KC_K_actor_enrol, "root.a root.b");
		sim_add(st, "actor", name);
		if (a->unit[0] != '\0')
			sim_add(st, "unit", a->unit);
		for (unsigned r = 0; r < KC_ROLE_COUNT; r++)
			if ((a->roles >> r & 1) != 0)
				sim_add(
				    st, "role", kc_word_text(KC_SET_ROLE, r));
		add_new_key(s, st, name);
	} else if (sim_chance(s, 25)) {
		sim_begin(st,
		    sim_chance(s, 50) ? KC_K_role_take : KC_K_role_give,
		    "root.b root.a");
		sim_add(st, "actor", "dual");
		sim_add(st, "role", "estab");
		if (st->kind == KC_K_role_take)
			sim_add(st, "reason", "x");
	} else if (sim_chance(s, 60)) {
		sim_begin(st, KC_K_key_rotate, name);
		add_new_key(s, st, name);
	} else {
		sim_begin(st, KC_K_key_revoke, "root.a root.b");
		add_text(st, kit_vkey(&s->k, "key", name));
		sim_add(st, "reason", "x");
	}
}

static void
lend(struct sim *s, struct statement *st)
{
	static const char *const pairs[][3] = {
	    {"G02.a", "G02.b", "refund.grant"},
	    {"G16.head", "G16.liaison", "rectify.submit"},
	    {"G17.head", "G17.liaison", "extension.request"},
	    {"gop", "gog", "target.approve_second"},
	};
	const char *const *p = pairs[sim_random(s, 4)];

	sim_begin(st,
	    sim_chance(s, 50) ? KC_K_delegation_give : KC_K_delegation_end,
	    p[0]);
	sim_add(st, "to", p[1]);
	if (st->kind == KC_K_delegation_end)
		return;
	sim_add(st, "may", p[2]);
	sim_add(st, "from", sim_day(s, (int)sim_random(s, 5) - 2));
	sim_add(st, "until", sim_day(s, (int)sim_random(s, 30)));
}

static void
grants(struct sim *s, struct statement *st)
{
	const struct kc_state *now = s->k.st;
	char code[24];

	if (now->grants.n > 1 && sim_chance(s, 40)) {
		sim_begin(st, KC_K_grant_withdraw, "P09.a");
		sim_add(st, "grant",
		    now->grants.v[1 + sim_random(s, now->grants.n - 1)]->code);
		sim_add(st, "reason", "x");
		return;
	}
	(void)snprintf(code, sizeof(code), "GR-%u", s->step);
	sim_begin(st, KC_K_grant_issue, "P09.a");
	sim_add(st, "grant", code);
	sim_add(st, "assessor", sim_chance(s, 60) ? "G12" : some_unit(s));
	if (sim_chance(s, 50)) {
		sim_add(st, "scope", "unit");
		sim_add(st, "object", some_unit(s));
	} else {
		sim_add(st, "scope", "target");
		sim_add(st, "object",
		    now->targets.v[sim_random(s, now->targets.n)]->code);
	}
	sim_add(st, "from", sim_day(s, (int)sim_random(s, 9) - 4));
	sim_add(st, "until", sim_day(s, (int)sim_random(s, 40)));
}

/* --- rules --- */
static void
rules(struct sim *s, struct statement *st)
{
	static const char *const changes[][2] = {
	    {"refund_max: { value: \"80%\"", "refund_max: { value: \"60%\""},
	    {"half: { value: \"50%\"", "half: { value: \"30%\""},
	    {"cap_target: { value: \"1.0000\"",
		"cap_target: { value: \"0.6000\""},
	    {NULL, NULL},
	};
	static const char *const epochs[] = {
	    "1", "2", KC_EPOCH_TEXT, KC_EPOCH_TEXT};
	const char *const *c = changes[sim_random(s, 4)];

	if (sim_chance(s, 15)) {
		sim_begin(st, KC_K_rules_adopt, "root.a root.b");
		sim_add(st, "epoch", epochs[sim_random(s, 4)]);
		return;
	}
	if (sim_chance(s, 60)) {
		sim_begin(st, KC_K_policy_adopt, "P09.a office");
		sim_add(st, "policy", "nantong-2022");
		sim_add(st, "file", "policies/nantong-2022.yaml");
		st->big = kit_text("policies/nantong-2022.yaml", c[0], c[1]);
		policy_older(st->big, s->k.st->epoch);
	} else {
		sim_begin(st, KC_K_calendar_adopt, "P09.a");
		sim_add(st, "file", "policies/calendar/x.yaml");
		st->big =
		    kit_text(sim_chance(s, 50) ? "policies/calendar/2022.yaml"
					       : "policies/calendar/2023.yaml",
			NULL, NULL);
	}
	st->fields[st->n] = st->big;
	st->fields[++st->n] = NULL;
}

/* --- plans --- */
static void
plan_step(struct sim *s, struct statement *st)
{
	static const enum kc_kind_id next[] = {
	    [KC_TS_DRAFT] = KC_K_target_submit,
	    [KC_TS_SUBMITTED] = KC_K_target_approve_first,
	    [KC_TS_FIRST] = KC_K_target_approve_second,
	    [KC_TS_SECOND] = KC_K_target_read,
	    [KC_TS_READ] = KC_K_list_issue,
	    [KC_TS_ACTIVE] = KC_K_target_return,
	    [KC_TS_ASSESSED] = KC_K_target_return,
	    [KC_TS_WITHDRAWN] = KC_K_target_return,
	};
	const struct kc_state *now = s->k.st;
	const struct kc_target *t =
	    now->targets.v[now->targets.n - 1 - sim_random(s, 4)];

	sim_begin(st, next[t->state], "P09.a");
	if (sim_chance(s, 6))
		sim_begin(st, KC_K_target_return, "leader");
	if (t->state == KC_TS_DRAFT && sim_chance(s, 20)) {
		sim_begin(st, KC_K_target_revise, "P09.a");
		sim_add(st, "title", "y");
		sim_add(st, "weight",
		    t->class_ == KC_TARGET_CLASS_KEY ? "70.0000" : "20.0000");
	}
	if (t->state == KC_TS_DRAFT && sim_chance(s, 5)) {
		sim_begin(st, KC_K_target_withdraw, "P09.a");
		sim_add(st, "reason", "x");
	}
	if (st->kind == KC_K_list_issue) {
		sim_add(st, "unit", now->units.v[t->unit]->code);
		sim_add(st, "year", "2022");
		return;
	}
	sim_add(st, "target", t->code);
	if (st->kind == KC_K_target_approve_second)
		(void)snprintf(st->by, sizeof(st->by), "gop gog");
	if (st->kind == KC_K_target_read)
		(void)snprintf(st->by, sizeof(st->by), "leader");
	if (st->kind == KC_K_target_submit &&
	    t->class_ == KC_TARGET_CLASS_ROUTINE)
		(void)snprintf(st->by, sizeof(st->by), "G12.head");
	if (st->kind == KC_K_target_return)
		sim_add(st, "reason", "x");
}

static unsigned
withdrawn(const struct sim *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->m.ntargets; i++)
		n += s->m.targets[i].withdrawn;
	return n;
}

/* Dynamic work, or the list of a third unit. */
static void
plans(struct sim *s, struct statement *st)
{
	bool dynamic = sim_chance(s, 30), key = sim_chance(s, 50);
	const char *unit = dynamic ? (key ? "G16" : "G17") : "G12";
	static const char *const weights[] = {"4.0000", "3.3333", "0.5001"};
	char code[32];

	if (!dynamic && s->k.st->targets.n > 7 && sim_chance(s, 85)) {
		plan_step(s, st);
		return;
	}
	(void)snprintf(code, sizeof(code), "%s-X%u", unit,
	    dynamic ? s->step : key + 2 * withdrawn(s));
	sim_begin(st, dynamic ? KC_K_target_add : KC_K_target_draft,
	    dynamic   ? "gop P09.a"
		: key ? "P09.a"
		      : "G12.head");
	sim_add(st, "target", code);
	sim_add(st, "unit", unit);
	sim_add(st, "year", "2022");
	sim_add(st, "duty", "D1");
	sim_add(st, "assessor", "G02");
	sim_add(st, "title", "x");
	sim_add(st, "weight",
	    dynamic   ? ONE_OF(s, weights)
		: key ? "70.0000"
		      : "20.0000");
	if (dynamic)
		return;
	sim_add(st, "class", key ? "key" : "routine");
	sim_add(st, "source", key ? "livelihood" : "work-plan");
}

void
sim_people(struct sim *s, struct statement *st)
{
	uint64_t dice = sim_random(s, 100);

	if (dice < 12)
		keys(s, st);
	else if (dice < 28)
		lend(s, st);
	else if (dice < 42)
		grants(s, st);
	else if (dice < 48)
		rules(s, st);
	else
		plans(s, st);
}

/* --- anything --- */
static void
any_code(struct sim *s, char out[KC_CODE_MAX + 1])
{
	static const char *const some[] = {
	    "S1", "S4", "D1", "INDG16", "C1", "nantong-2022", "new", "GR-G02"};
	const struct kc_state *now = s->k.st;

	(void)snprintf(out, KC_CODE_MAX + 1, "%s",
	    sim_chance(s, 40) ? some_unit(s)
		: sim_chance(s, 60)
		? now->targets.v[sim_random(s, now->targets.n)]->code
		: ONE_OF(s, some));
}

static void
any_value(struct sim *s, const struct kc_field *f, char out[SIM_TEXT - 40])
{
	const size_t size = SIM_TEXT - 40;
	static const char *const points[] = {
	    "0.0000", "0.5000", "20.0000", "100000000.0000"};
	const unsigned long long n = sim_random(s, 9) + 1;
	size_t words = 0;

	switch (f->type) {
	case KC_T_CODE:
		any_code(s, out);
		break;
	case KC_T_ACTOR:
		(void)snprintf(out, size, "%s", some_actor(s));
		break;
	case KC_T_HANDLE:
		(void)snprintf(out, size, "%s-2022-%04llu",
		    f->name[0] == 'w' ? "W" : "PD", n);
		break;
	case KC_T_WORD:
		(void)kc_set_words((enum kc_set)f->arg, &words);
		(void)snprintf(out, size, "%s",
		    kc_word_text(
			(enum kc_set)f->arg, (int64_t)sim_random(s, words)));
		break;
	case KC_T_POINTS:
	case KC_T_DECIMAL:
		(void)snprintf(out, size, "%s", ONE_OF(s, points));
		break;
	case KC_T_BP:
		(void)snprintf(out, size, "%llu", n * 1000);
		break;
	case KC_T_INT:
		(void)snprintf(
		    out, size, "%llu", f->arg < 1000 ? n : 2021 + n % 4);
		break;
	case KC_T_DATE:
		(void)snprintf(
		    out, size, "%s", sim_day(s, (int)sim_random(s, 60) - 20));
		break;
	case KC_T_QUARTER:
		(void)snprintf(out, size, "2022-Q%llu", n % 4 + 1);
		break;
	case KC_T_HASH:
		(void)snprintf(out, size, "%.71s", &EVIDENCE[9]);
		break;
	case KC_T_EVIDENCE:
		(void)snprintf(out, size, "%s", &EVIDENCE[9]);
		break;
	case KC_T_YESNO:
		(void)snprintf(out, size, "%s", n > 4 ? "yes" : "no");
		break;
	case KC_T_KINDNAME:
		(void)snprintf(out, size, "%s",
		    kc_kind_get((enum kc_kind_id)sim_random(s, KC_K_COUNT))
			->name);
		break;
	case KC_T_TEXT:
	case KC_T_VKEY:
	case KC_T_SIG:
		(void)snprintf(out, size, "x");
		break;
	}
}

void
sim_signers(struct sim *s, struct statement *st, const struct kc_kind *k)
{
	unsigned n = k->signers.n == 0 ? 1 : k->signers.n;
	const struct m_actor *by[KC_PLACES_MAX] = {NULL};
	size_t len = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned tries = sim_chance(s, 85) ? 60 : 1;
		const struct m_actor *a = NULL;

		for (; tries > 0; tries--) {
			a = &s->m.actors[sim_random(s, s->m.nactors)];
			if ((a->roles & k->signers.roles[i]) != 0 &&
			    a != by[0] && a != by[1] && a != by[2])
				break;
		}
		by[i] = a;
		len += (size_t)snprintf(st->by + len, sizeof(st->by) - len,
		    "%s%s", i > 0 ? " " : "", a->id);
	}
}

void
sim_any_field(struct sim *s, struct statement *st, const struct kc_field *f)
{
	char value[SIM_TEXT - 40];
	bool there = f->presence == KC_ONE || f->presence == KC_SOME ||
	    sim_chance(s, 40);

	if (!there || sim_chance(s, 1))
		return;
	if (f->type == KC_T_VKEY) {
		add_text(st, kit_vkey(&s->k, f->name, some_actor(s)));
	} else if (f->type == KC_T_SIG) {
		add_text(st, kit_proof(&s->k, some_actor(s)));
	} else {
		any_value(s, f, value);
		sim_add(st, f->name, value);
	}
}

void
sim_wild(struct sim *s, struct statement *st)
{
	const struct kc_kind *k =
	    kc_kind_get((enum kc_kind_id)sim_random(s, KC_K_COUNT));

	sim_begin(st, k->id, "");
	sim_signers(s, st, k);
	for (unsigned i = 0; i < k->nfields; i++)
		sim_any_field(s, st, &k->fields[i]);
}
