/* SPDX-License-Identifier: Apache-2.0 */
/* Who may read what: every view, by every role, of its own and of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "adjustkit.h"
#include "bonuskit.h"
#include "documentkit.h"
#include "negkit.h"
#include "roundkit.h"
#include "taskkit.h"
#include "viewkit.h"

/* A city in the midst of its year: a case and a letter of G16 and of G17. */
struct city {
	struct kit k;
	const char *own, *other; /* handles of the cases, G16 and G17 */
};

static void
city(struct city *c)
{
	struct kc_case *own, *other;

	kit_init(&c->k, KIT_LISTS);
	kit_do(&c->k, KC_K_cadre_register, "org", "cadre=C16", "unit=G16",
	    "city_managed=yes");
	kit_do(&c->k, KC_K_cadre_register, "org", "cadre=C17", "unit=G17",
	    "city_managed=yes");
	own = case_rectifying(&c->k, "2022-07-20", "G16", "G16-K2");
	other = case_rectifying(&c->k, "2022-07-21", "G17", "G17-K2");
	c->own = own->handle;
	c->other = other->handle;
	(void)dispute_file(&c->k, own);
	(void)dispute_file(&c->k, other);
	round_half(&c->k);
	(void)round_opinion(&c->k, "G16-K2", "behind");
	(void)round_opinion(&c->k, "G17-K2", "behind");
	task_checked(&c->k, "G16", "lead=C16");
	task_checked(&c->k, "G17", "lead=C17");
	case_report(&c->k, "IND16", "2022-Q2", 5, 4);
	case_report(&c->k, "IND17", "2022-Q2", 6, 4);
	neg_two(&c->k);
	bonus_two(&c->k);
	adjust_two(&c->k);
}

/* --- the whole of it --------------------------------------------------------
 * Expected by hand: 'a' all rows, 'j' its own and those that it judges, 'o'
 * its own, 's' what it has to do itself, '-' refused. One letter a role, in the
 * order of the vocabulary: admin operator auditor estab go-party go-gov leader
 * assess-office inspect-party inspect-gov assessor head liaison stats org clerk
 * panel-inner panel-outer panel-grass tally.
 */
static const struct {
	const char *view, *roles;
} expected[] = {
    {"summary", "--aaaaaaaa----------"},
    {"mirror", "--aaaaaaaa----------"},
    {"portrait", "--aaaaaaaaooo-------"},
    {"waterfall", "--aaaaaaaaooo-------"},
    {"bands", "--aaaaaaaa----------"},
    {"trail", "--aaaaaaaaooo-------"},
    {"score", "--aaaaaaaaooo-------"},
    {"explain", "--aaaaaaaaooo-------"},
    {"panel", "--aaaaaaaaooo-------"},
    {"ballots", "--a-------------oooa"}, /* one's own: test_ballots */
    {"rank", "--aaaaaaaa----------"},
    {"lights", "--aaaaaaaajoo-------"},
    {"deadlines", "--aaaaaaaajoo---sss-"},
    {"dates", "--aaaaaaaajoo-------"},
    {"policy", "aaaaaaaaaaaaaaa-aaaa"},
    {"glance",
	"aaaaaaaaaaaaaaa-aaaa"}, /* each row by its own list: test_glance */
    {"status", "aaaaaaaaaaaaaaa-aaaa"},
    {"calendar", "aaaaaaaaaaaaaaa-aaaa"},
    {"calendars", "aaaaaaaaaaaaaaa-aaaa"},
    {"cycles", "aaaaaaaaaaaaaaa-aaaa"},
    {"policies", "aaaaaaaaaaaaaaa-aaaa"},
    {"clock", "aaaaaaaaaaaaaaa-aaaa"},
    {"restorations", "aaaaaaaaaaaaaaa-aaaa"},
    {"workdays", "aaaaaaaaaaaaaaa-aaaa"},
    {"log", "aaaaaaaaaaaaaaa-aaaa"},
    {"entry", "aaaaaaaaaaaaaaa-aaaa"},
    {"window", "aaaaaaaaaaaaaaa-aaaa"},
    {"actors", "aaaaaaaaaaaaaaa-aaaa"},
    {"actor", "aaaaaaaaaaaaaaa-aaaa"},
    {"delegations", "aaaaaaaaaaaaaaa-aaaa"},
    {"logkeys", "aaaaaaaaaaaaaaa-aaaa"},
    {"meant", "aaaaaaaaaaaaaaa-aaaa"},
    {"ready", "aaaaaaaaaaaaaaa-aaaa"}, /* each row by its own list: below */
    {"todo", "--aa----------------"},  /* of another; one's own: test_todo */
    {"units", "aaaaaaaaaaaaaaa-aaaa"},
    {"unit", "aaaaaaaaaaaaaaa-aaaa"},
    {"duties", "aaaaaaaaaaaaaaa-aaaa"},
    {"reform", "aaaaaaaaaaaaaaa-aaaa"},
    {"grants", "aaaaaaaaaaaaaaa-aaaa"},
    {"indicators", "--aaaaaaaajooa------"},
    {"targets", "--aaaaaaaajoo-------"},
    {"progress", "--aaaaaaaajooa------"},
    {"matrix", "--aaaaaaaajoo-------"},
    {"task", "--aaaaaaaajoo-------"},
    {"node", "--aaaaaaaajooa------"},
    {"checks", "--aaaaaaaajooa------"},
    {"check", "--aaaaaaaajooa------"},
    {"target", "--aaaaaaaajoo-------"},
    {"tasks", "--aaaaaaaajoo-------"},
    {"match", "--aaaaaaaaooo-------"},
    {"renewal", "--aaaaaaaaooo-------"},
    {"adjusts", "--aaaaaaaajoo-------"},
    {"adjust", "--aaaaaaaajoo-------"},
    {"warnings", "--aaaaaaaajoo-------"},
    {"warning", "--aaaaaaaajoo-------"},
    {"form", "--aaaaaaaajoo-a-----"},   /* of a pre-deduction: as that */
    {"papers", "--aaaaaaaajoo-------"}, /* of lists: as targets */
    {"prededucts", "--aaaaaaaajoo-a-----"},
    {"outlook", "--aaaaaaaajoo-a-----"},
    {"prededuct", "--aaaaaaaajoo-a-----"},
    {"negatives", "--aaaaaaaajoo-------"},
    {"negative", "--aaaaaaaajoo-------"},
    {"bonuses", "--aaaaaaaaooo-------"},
    {"bonus", "--aaaaaaaaooo-------"},
    {"staffing", "--aaaaaaaa----a-----"},
    {"promotion", "--aaaaaaaa----a-----"},
    {"yearend", "aaaaaaaaaaaaaaa-aaaa"},
    {"grades", "--aaaaaaaaooo-------"},
    {"selfchecks", "--aaaaaaaajoo-------"},
    {"negative_list", "aaaaaaaaaaaaaaa-aaaa"},
    {"cadres", "--aa-------oo-a-----"},
    {"disputes", "--aaaaaaaajoo-------"},
    {"dispute", "--aaaaaaaajoo-------"},
    {"decisions", "--aaaaaaaajoo-------"},
    {"rounds", "--aaaaaaaajoo-------"},
    {"round", "--aaaaaaaajoo-------"},
    {"opinions", "--aaaaaaaajoo-------"},
    {"opinion", "--aaaaaaaajoo-------"},
    {"candidates", "--aaaaaaaajoo-------"},
};

static const char *
expected_of(const char *view)
{
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (strcmp(expected[i].view, view) == 0)
			return expected[i].roles;
	fail_msg("say here who may read the view %s", view);
	return "";
}

/* Rows that say they are of another unit than G16. */
static bool
shows_foreign(const json_t *doc)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *unit =
		    json_string_value(json_object_get(row, "unit"));

		if (unit != NULL && strcmp(unit, "G16") != 0)
			return true;
	}
	return false;
}

static void
check_cell(const struct city *c, const struct kc_view *v, unsigned role,
    char cell, bool own)
{
	struct kc_viewer r = {.roles = 1u << role, .unit = "G16"};
	bool by_unit = strcmp(v->name, "trail") == 0 ||
	    strcmp(v->name, "portrait") == 0 ||
	    strcmp(v->name, "waterfall") == 0 ||
	    strcmp(v->name, "explain") == 0 || strcmp(v->name, "rank") == 0 ||
	    strcmp(v->name, "unit") == 0 || strcmp(v->name, "reform") == 0;
	const char *id = view_id(v->name, own);
	bool single = by_unit ||
	    (id[0] != '\0' && id[0] != '0' && strcmp(v->name, "ready") != 0 &&
		strcmp(v->name, "round") != 0 &&
		strcmp(v->name, "renewal") != 0);
	enum kc_refusal_code code;
	json_t *doc;

	/* A letter: below. */
	if (strcmp(v->name, "warning") == 0)
		return;
	doc = view_by(
	    &c->k, &r, v->name, by_unit ? own ? "G16" : "G17" : "", id, &code);
	if (cell == '-' || (cell != 'a' && single && !own)) {
		if (code != KC_R_NOT_PERMITTED)
			fail_msg("%s by %s, %s: %s", v->name,
			    kc_word_text(KC_SET_ROLE, role),
			    own ? "own" : "foreign",
			    kc_refusal_code_text(code));
	} else if (doc == NULL) {
		fail_msg("%s by %s is refused: %s", v->name,
		    kc_word_text(KC_SET_ROLE, role),
		    kc_refusal_code_text(code));
	} else if (cell == 's' &&
	    json_array_size(json_object_get(doc, "rows")) > 0) {
		fail_msg("%s by %s shows what is not its own to do", v->name,
		    kc_word_text(KC_SET_ROLE, role));
	} else if (cell != 'a' && !single && shows_foreign(doc)) {
		/* Of one matter, others are named who have to act. */
		fail_msg("%s by %s shows another unit", v->name,
		    kc_word_text(KC_SET_ROLE, role));
	}
	json_decref(doc);
}

static void
test_views__every_role_sees_what_is_written_here_and_no_more(void **state)
{
	struct city c;

	(void)state;
	city(&c);
	for (size_t i = 0; i < kc_view_count(); i++) {
		const struct kc_view *v = kc_view_get(i);
		const char *cells = expected_of(v->name);

		assert_int_equal(strlen(cells), KC_ROLE_COUNT);
		for (unsigned role = 0; role < KC_ROLE_COUNT; role++) {
			check_cell(&c, v, role, cells[role], true);
			check_cell(&c, v, role, cells[role], false);
		}
	}
	kit_free(&c.k);
}

static size_t
rows_by(
    const struct kit *k, const char *actor, const char *view, const char *id)
{
	json_t *doc;
	size_t n;

	doc = view_as(k, actor, view, "", id);
	n = json_array_size(json_object_get(doc, "rows"));
	json_decref(doc);
	return n;
}

#define FIND "completion.find"
static void
test_lists__hold_what_a_unit_has_and_what_an_assessor_judges(void **state)
{
	struct city c;

	(void)state;
	city(&c);
	assert_int_equal(rows_by(&c.k, "P09.a", "prededucts", ""), 2);
	assert_int_equal(rows_by(&c.k, "audit", "prededucts", ""), 2);
	assert_int_equal(rows_by(&c.k, "G16.head", "prededucts", ""), 1);
	assert_int_equal(rows_by(&c.k, "G16.liaison", "targets", ""), 3);
	/* One has a grant over all targets, the other none. */
	assert_int_equal(rows_by(&c.k, "G02.a", "prededucts", ""), 2);
	assert_int_equal(rows_by(&c.k, "G12.a", "prededucts", ""), 0);
	assert_int_equal(rows_by(&c.k, "G02.a", "targets", ""), 6);
	assert_int_equal(rows_by(&c.k, "G12.a", "targets", ""), 0);
	assert_int_equal(rows_by(&c.k, "G16.head", "score", ""), 1);
	assert_int_equal(rows_by(&c.k, "leader", "score", ""), 2);
	assert_int_equal(rows_by(&c.k, "G16.head", "ready", FIND), 3);
	assert_int_equal(rows_by(&c.k, "G02.a", "ready", FIND), 6);
	assert_int_equal(rows_by(&c.k, "G12.a", "ready", FIND), 0);
	assert_int_equal(rows_by(&c.k, "root.a", "ready", FIND), 0);
	kit_free(&c.k);
}

static void
test_score__a_unit_sees_no_rank_and_no_other(void **state)
{
	struct kc_viewer r = {
	    .roles = KC_ROLE_BIT(KC_ROLE_HEAD), .unit = "G16"};
	enum kc_refusal_code code;
	struct city c;
	json_t *doc, *row;

	(void)state;
	city(&c);
	doc = view_by(&c.k, &r, "score", "", "", &code);
	row = row_where(doc, "unit", "G16");
	assert_true(json_is_null(json_object_get(row, "rank")));
	assert_true(json_is_null(json_object_get(row, "group_rank")));
	assert_int_equal(int_at(doc, "ranked"), 1);
	json_decref(doc);
	assert_null(view_by(&c.k, &r, "score", "G17", "", &code));
	assert_int_equal(code, KC_R_NOT_PERMITTED);
	r.roles = KC_ROLE_BIT(KC_ROLE_LEADER);
	doc = view_by(&c.k, &r, "score", "", "", &code);
	assert_int_equal(int_at(row_where(doc, "unit", "G16"), "rank"), 1);
	json_decref(doc);
	/* How many cases another unit has is not to be counted either. */
	r.roles = KC_ROLE_BIT(KC_ROLE_HEAD);
	doc = view_by(&c.k, &r, "units", "", "", &code);
	assert_true(json_is_null(
	    json_object_get(row_where(doc, "unit", "G17"), "prededucts")));
	assert_int_equal(
	    int_at(row_where(doc, "unit", "G16"), "prededucts"), 1);
	json_decref(doc);
	kit_free(&c.k);
}

static void
test_viewer__without_a_key_in_force_sees_nothing(void **state)
{
	struct kc_viewer r;
	struct kit k;

	(void)state;
	kit_init(&k, KIT_LISTS);
	kc_viewer_of(k.st, KC_LIT("G16.head"), &r);
	assert_int_equal(r.roles, KC_ROLE_BIT(KC_ROLE_HEAD));
	assert_string_equal(r.unit, "G16");
	kit_do(&k, KC_K_actor_retire, "root.a root.b", "actor=G16.head",
	    "reason=x");
	kc_viewer_of(k.st, KC_LIT("G16.head"), &r);
	assert_int_equal(r.roles, 0);
	for (unsigned s = 0; s < KC_SEE_COUNT; s++)
		assert_int_equal(
		    kc_viewer_scope(&r, (enum kc_see)s), KC_SEES_NOTHING);
	kc_viewer_of(k.st, KC_LIT("nobody"), &r);
	assert_int_equal(r.roles, 0);
	kit_free(&k);
}

/* --- entries --- */
/* Kinds in the log as the actor sees it that are about the word. */
static unsigned
entries_by(
    const struct kit *k, const char *actor, const char *unit, const char *kind)
{
	struct kc_viewer r;
	enum kc_refusal_code code;
	const json_t *row;
	unsigned found = 0;
	json_t *doc;
	size_t i;

	kc_viewer_of(k->st, kc_slice_str(actor), &r);
	for (uint64_t from = 0; from < k->nnotes; from += 1) {
		char id[24];

		(void)snprintf(
		    id, sizeof(id), "%llu", (unsigned long long)from);
		doc = view_by(k, &r, "entry", "", id, &code);
		if (doc != NULL && unit[0] == '\0')
			found += strcmp(text_at(doc, "kind"), kind) == 0;
		json_decref(doc);
	}
	if (unit[0] == '\0')
		return found;
	doc = view_by(k, &r, "log", unit, "", &code);
	assert_non_null(doc);
	json_array_foreach(json_object_get(doc, "rows"), i, row) found +=
	    strcmp(text_at(row, "kind"), kind) == 0;
	json_decref(doc);
	return found;
}

static void
test_entries__are_read_as_the_list_of_their_noun(void **state)
{
	struct city c;
	struct kit *k = &c.k;

	(void)state;
	city(&c);
	assert_int_equal(entries_by(k, "audit", "", "prededuct.confirm"), 2);
	assert_int_equal(entries_by(k, "G02.a", "", "prededuct.confirm"), 2);
	assert_int_equal(entries_by(k, "G12.a", "", "prededuct.confirm"), 0);
	assert_int_equal(entries_by(k, "G16.head", "", "prededuct.confirm"), 1);
	assert_int_equal(entries_by(k, "org", "", "prededuct.confirm"), 2);
	assert_int_equal(entries_by(k, "stats", "", "prededuct.confirm"), 0);
	assert_int_equal(entries_by(k, "leader", "", "cadre.register"), 0);
	assert_int_equal(entries_by(k, "org", "", "cadre.register"), 2);
	assert_int_equal(entries_by(k, "G16.head", "", "cadre.register"), 1);
	assert_true(entries_by(k, "ops", "", "actor.enrol") > 0);
	assert_int_equal(entries_by(k, "ops", "", "target.draft"), 0);
	kit_free(k);
}

static void
test_log__of_a_unit_holds_what_is_about_its_indicators_and_people(void **state)
{
	struct city c;
	struct kit *k = &c.k;

	(void)state;
	city(&c);
	kit_do(k, KC_K_actor_retire, "root.a root.b", "actor=G16.liaison",
	    "reason=x");
	assert_int_equal(entries_by(k, "audit", "G16", "actor.retire"), 1);
	assert_int_equal(entries_by(k, "audit", "G17", "actor.retire"), 0);
	assert_int_equal(entries_by(k, "audit", "G16", "indicator.report"), 1);
	assert_int_equal(entries_by(k, "audit", "G17", "indicator.report"), 1);
	kit_free(k);
}

/* --- what is not a view --- */
static void
test_names__are_for_the_offices_and_the_unit_itself(void **state)
{
	struct kc_viewer r = {
	    .roles = KC_ROLE_BIT(KC_ROLE_LIAISON), .unit = "G16"};

	(void)state;
	assert_true(kc_viewer_sees(&r, KC_SEE_name, KC_LIT("G16")));
	assert_false(kc_viewer_sees(&r, KC_SEE_name, KC_LIT("G17")));
	assert_false(kc_viewer_sees(&r, KC_SEE_name, KC_LIT("")));
	r.roles = KC_ROLE_BIT(KC_ROLE_STATS);
	assert_false(kc_viewer_sees(&r, KC_SEE_name, KC_LIT("G16")));
	r.roles = KC_ROLE_BIT(KC_ROLE_AUDITOR);
	assert_true(kc_viewer_sees(&r, KC_SEE_name, KC_LIT("")));
	assert_true(kc_viewer_sees(NULL, KC_SEE_name, KC_LIT("G16")));
}

static void
test_reminders_foreseen__are_for_the_keepers_alone(void **state)
{
	(void)state;
	for (int role = 0; role < KC_ROLE_COUNT; role++) {
		struct kc_viewer r = {
		    .roles = KC_ROLE_BIT(role), .unit = "G16"};
		bool keeper = role == KC_ROLE_ESTAB || role == KC_ROLE_AUDITOR;

		assert_int_equal(kc_viewer_scope(&r, KC_SEE_remind),
		    keeper ? KC_SEES_ALL : KC_SEES_NOTHING);
	}
	assert_int_equal(kc_viewer_scope(NULL, KC_SEE_remind), KC_SEES_ALL);
}

/* Whoever writes its own name under a question has proved nothing. */
static void
test_drafts__are_not_seen_for_the_signers_that_they_name(void **state)
{
	const char *fields[] = {NULL, "report=x", EVIDENCE, NULL};
	struct kc_buf note = {0};
	struct kc_refusal why = {0};
	struct kc_entry e;
	struct kc_viewer r;
	struct city c;

	(void)state;
	city(&c);
	fields[0] = kit_field("case", c.other);
	assert_int_equal(
	    kit_note(&c.k, &note, KC_K_rectify_submit, "G16.head", fields),
	    KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	kc_viewer_of(c.k.st, KC_LIT("G16.head"), &r);
	assert_false(kc_viewer_sees_draft(c.k.st, &r, &e, c.k.now_ms));
	kc_viewer_of(c.k.st, KC_LIT("G17.head"), &r);
	assert_true(kc_viewer_sees_draft(c.k.st, &r, &e, c.k.now_ms));
	kc_viewer_of(c.k.st, KC_LIT("G02.a"), &r);
	assert_true(kc_viewer_sees_draft(c.k.st, &r, &e, c.k.now_ms));
	kc_buf_free(&note);
	kit_free(&c.k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_views__every_role_sees_what_is_written_here_and_no_more),
	    cmocka_unit_test(
		test_lists__hold_what_a_unit_has_and_what_an_assessor_judges),
	    cmocka_unit_test(test_score__a_unit_sees_no_rank_and_no_other),
	    cmocka_unit_test(test_viewer__without_a_key_in_force_sees_nothing),
	    cmocka_unit_test(test_entries__are_read_as_the_list_of_their_noun),
	    cmocka_unit_test(
		test_log__of_a_unit_holds_what_is_about_its_indicators_and_people),
	    cmocka_unit_test(
		test_names__are_for_the_offices_and_the_unit_itself),
	    cmocka_unit_test(
		test_reminders_foreseen__are_for_the_keepers_alone),
	    cmocka_unit_test(
		test_drafts__are_not_seen_for_the_signers_that_they_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
