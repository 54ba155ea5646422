/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who learns what a voter said: the tally, auditors and the voter. Each door is
 * tried by everybody: entries, the log, what a statement would do, and the log
 * as if some of it had been otherwise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/entry.h>
#include <kaocheng/suppose.h>
#include <kaocheng/viewer.h>

#include "panelkit.h"
#include "policykit.h"
#include "viewkit.h"

/* in.7 and another head are of G17; in.7 votes on G16, in.6 stands
 * aside of it. */
struct fixture {
	struct kit k;
	unsigned ballot, recusal; /* entries */
};

static void
set_up(struct fixture *f)
{
	panel_people(&f->k);
	kit_enrol(&f->k, "in.7", "G17", "panel-inner head");
	kit_enrol(&f->k, "member", "G17", "panel-outer head");
	panel_open(&f->k);
	panel_vote(&f->k, "in.7", "G16", "512");
	f->ballot = f->k.nnotes - 1;
	panel_recuse(&f->k, "in.6", "G16");
	f->recusal = f->k.nnotes - 1;
}

static void
read_note(const struct kit *k, unsigned seq, struct kc_entry *e)
{
	const struct kit_note *n = &k->notes[seq];
	const struct kc_slice note = {k->log.p + n->off, n->n};
	struct kc_refusal why = {0};

	assert_int_equal(kc_entry_decode(e, note, &why), KC_OK);
}

static bool
sees(const struct kit *k, const char *actor, unsigned seq)
{
	static struct kc_entry e;
	struct kc_viewer r;

	read_note(k, seq, &e);
	kc_viewer_of(k->st, kc_slice_str(actor), &r);
	return kc_viewer_sees_entry(k->st, &r, &e, k->now_ms);
}

/* --- entries --- */
static void
test_ballots__are_read_by_tally_auditor_and_the_voter(void **state)
{
	struct fixture f;
	static const char *const see[] = {"tally", "audit"};
	static const char *const not [] = {"P09.a", "P09.b", "leader", "office",
	    "gop", "org", "stats", "ops", "root.a", "G16.head", "G17.head",
	    "G02.a", "member", "in.1", "out.1", "gr.1", "nobody"};

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < 2; i++) {
		assert_true(sees(&f.k, see[i], f.ballot));
		assert_true(sees(&f.k, see[i], f.recusal));
	}
	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		if (sees(&f.k, not [i], f.ballot) ||
		    sees(&f.k, not [i], f.recusal))
			fail_msg("%s reads a ballot", not [i]);
	assert_true(sees(&f.k, "in.7", f.ballot));
	assert_false(sees(&f.k, "in.7", f.recusal));
	assert_true(sees(&f.k, "in.6", f.recusal));
	/* Still his own once the role is gone; and the opening is no secret. */
	kit_do(&f.k, KC_K_role_take, "root.a root.b", "actor=in.6",
	    "role=panel-inner", "reason=x");
	assert_true(sees(&f.k, "in.6", f.recusal));
	assert_true(sees(&f.k, "P09.a", f.ballot - 1));
	kit_end(&f.k);
}

/* By each role, without a name: what the table says. */
static void
test_ballots__are_sealed_to_every_other_role(void **state)
{
	static struct kc_entry e;
	struct fixture f;

	(void)state;
	set_up(&f);
	read_note(&f.k, f.ballot, &e);
	for (unsigned role = 0; role < KC_ROLE_COUNT; role++) {
		struct kc_viewer r = {.roles = 1u << role, .unit = "G17"};
		bool may = role == KC_ROLE_AUDITOR || role == KC_ROLE_TALLY;

		assert_int_equal(
		    kc_viewer_sees_entry(f.k.st, &r, &e, f.k.now_ms), may);
		assert_int_equal(
		    kc_viewer_sees_every_entry(&r), role == KC_ROLE_AUDITOR);
		r.published = true; /* entries are for everybody */
		assert_int_equal(
		    kc_viewer_sees_entry(f.k.st, &r, &e, f.k.now_ms), may);
		assert_int_equal(kc_viewer_sees_every_entry(&r), may);
	}
	kit_end(&f.k);
}

/* --- the log --- */
static size_t
rows(const struct kit *k, const char *actor)
{
	json_t *doc, *row;
	size_t i, n = 0;

	doc = view_as(k, actor, "log", "", "");
	json_array_foreach(json_object_get(doc, "rows"), i, row) n +=
	    strcmp(text_at(row, "kind"), "panel.ballot") == 0 ||
	    strcmp(text_at(row, "kind"), "panel.recuse") == 0;
	json_decref(doc);
	return n;
}

static enum kc_refusal_code
entry_by(const struct kit *k, const char *actor, unsigned seq)
{
	struct kc_viewer r;
	enum kc_refusal_code code = KC_R_NONE;
	char id[16];
	json_t *doc;

	(void)snprintf(id, sizeof(id), "%u", seq);
	kc_viewer_of(k->st, kc_slice_str(actor), &r);
	doc = view_by(k, &r, "entry", "", id, &code);
	json_decref(doc);
	return doc != NULL ? KC_R_NONE : code;
}

static void
test_log__leaves_ballots_out(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	/* A page from the newest on would be enough to tell. */
	assert_int_equal(entry_by(&f.k, "P09.a", f.ballot), KC_R_NOT_PERMITTED);
	assert_int_equal(entry_by(&f.k, "in.1", f.ballot), KC_R_NOT_PERMITTED);
	assert_int_equal(entry_by(&f.k, "in.7", f.ballot), KC_R_NONE);
	assert_int_equal(entry_by(&f.k, "tally", f.ballot), KC_R_NONE);
	assert_int_equal(rows(&f.k, "P09.a"), 0);
	assert_int_equal(rows(&f.k, "G17.head"), 0);
	kit_end(&f.k);
}

/* --- what a statement would do --- */
static void
test_effect__of_a_closing_tells_nothing(void **state)
{
	static const char *const fields[] = {"year=2022", NULL};
	static struct kc_entry e;
	struct kc_viewer r;
	struct kc_buf note = {0}, out = {0};
	struct kc_refusal why = {0};
	struct kc_score before, after;
	struct kc_stamp at;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "111 111 111 111 111");
	kit_on(&k, "2023-02-11");
	(void)kit_clerk(&k);
	before = panel_score(&k, "G16");
	assert_int_equal(
	    kit_note(&k, &note, KC_K_panel_close, "P09.a tally", fields),
	    KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	at = (struct kc_stamp){kc_state_size(k.st), k.now_ms};
	kc_viewer_of(k.st, KC_LIT("P09.a"), &r);
	assert_int_equal(
	    kc_effect_render(k.st, &e, at, KC_LANG_EN, &r, &out, &why), KC_OK);
	assert_non_null(strstr(kc_buf_cstr(&out), "\"scores\":[]"));
	/* Nor does anything that is tried after it. */
	after = panel_score(&k, "G16");
	assert_memory_equal(&before, &after, sizeof(before));
	kc_buf_free(&note);
	kc_buf_free(&out);
	kit_free(&k);
}

/* --- as if some of it had been otherwise --- */
static struct kc_score
score_of(const struct kc_state *st)
{
	struct kit k = {.st = (struct kc_state *)(uintptr_t)st};

	return panel_score(&k, "G16");
}

static void
supposed(struct kit *k, const struct kc_supposition *s,
    enum kc_refusal_code code, struct kc_score *as_if, bool *spoken)
{
	struct leaves l = {0};
	struct kc_log log;
	struct kc_supposed w;
	struct kc_refusal why = {0};
	enum kc_err err;

	leaves_of(k, &l);
	log = leaves_log(&l);
	err = kc_suppose(s, &log, UINT64_MAX, &w, &why);
	assert_int_equal(err, code == KC_R_NONE ? KC_OK : KC_EREFUSED);
	assert_int_equal(why.code, code);
	*spoken = false;
	for (uint32_t i = 0; i < w.n; i++)
		*spoken = *spoken || w.rows[i].kind == KC_K_panel_ballot;
	if (err == KC_OK)
		*as_if = score_of(w.as_if);
	kc_supposed_release(&w);
	leaves_free(&l);
}

/* Leaving a ballot out, or a voter, and another policy: an oracle, were the
 * panels not as the log has them. */
static void
test_suppose__leaves_the_panels_as_they_are(void **state)
{
	struct kc_slice name = KC_LIT("in.1");
	struct kc_supposition s = {.without = &name, .nwithout = 1};
	struct kc_score is, as_if;
	char *policy = kit_file("policies/nantong-2022.yaml"), *min, *trim;
	bool spoken;
	struct kit k;

	(void)state;
	panel_city(&k);
	panel_votes(&k, "in", "G16", "111 555 555 555 555 555");
	panel_votes(&k, "out", "G16", "222"); /* void: one ballot */
	panel_close(&k);
	is = panel_score(&k, "G16");
	assert_int_not_equal(is.panel_e4, 0);
	supposed(&k, &s, KC_R_NONE, &as_if, &spoken);
	assert_int_equal(as_if.panel_e4, is.panel_e4);
	assert_false(spoken);
	/* One ballot is enough, and the highest and the lowest fall out. */
	min = strstr(policy, "min_ballots: { value: 5");
	trim = strstr(policy, "trim_from: { value: 10");
	assert_true(min != NULL && trim != NULL);
	min[strlen("min_ballots: { value: ")] = '1';
	memcpy(trim, "trim_from: { value: 3 ", 22);
	s = (struct kc_supposition){.policy = {kc_slice_str(policy), "p.yaml"}};
	supposed(&k, &s, KC_R_NONE, &as_if, &spoken);
	assert_int_equal(as_if.panel_e4, is.panel_e4);
	kc_free(policy);
	kit_end(&k);
}

static void
test_suppose__takes_no_ballot_in_or_out(void **state)
{
	char number[16];
	struct kc_slice name;
	struct kc_supposition s = {.without = &name, .nwithout = 1};
	struct kc_score as_if;
	bool spoken;
	struct fixture f;
	struct kc_slice note;

	(void)state;
	set_up(&f);
	(void)snprintf(number, sizeof(number), "#%u", f.ballot);
	name = kc_slice_str(number);
	supposed(&f.k, &s, KC_R_SECRET, &as_if, &spoken);
	note = (struct kc_slice){
	    f.k.log.p + f.k.notes[f.ballot].off, f.k.notes[f.ballot].n};
	s = (struct kc_supposition){.with = &note, .nwith = 1};
	supposed(&f.k, &s, KC_R_SECRET, &as_if, &spoken);
	kit_end(&f.k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_ballots__are_read_by_tally_auditor_and_the_voter),
	    cmocka_unit_test(test_ballots__are_sealed_to_every_other_role),
	    cmocka_unit_test(test_log__leaves_ballots_out),
	    cmocka_unit_test(test_effect__of_a_closing_tells_nothing),
	    cmocka_unit_test(test_suppose__leaves_the_panels_as_they_are),
	    cmocka_unit_test(test_suppose__takes_no_ballot_in_or_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
