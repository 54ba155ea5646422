/* SPDX-License-Identifier: Apache-2.0 */
/* What voters wrote, on the form of the result: to whom, and without whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/suppose.h>

#include "documentkit.h"
#include "panelkit.h"
#include "viewkit.h"
#include "yearkit.h"

/* in.1 to in.6 all speak, out.1 to out.4 are too few; in.5 is asked again and
 * says something else, in.6 stands aside after it has spoken. */
static void
speak(struct kit *k, const char *voter, const char *group, const char *words)
{
	kit_do(k, KC_K_panel_ballot, voter, "year=2022", "unit=G16", group,
	    "full=4", "proper=4", "benefit=4", words);
}

static void
city_that_votes(struct kit *k)
{
	year_city(k);
	panel_voters(k);
	kit_enrol(k, "in.7", NULL, "panel-inner");
	year_to(k, KC_YE_SCORED);
	panel_open(k);
	speak(k, "in.4", "group=inner", "absent=执法不到位");
	speak(k, "in.5", "group=inner", "absent=早先所写");
	speak(k, "in.6", "group=inner", "workload=回避者所写");
	speak(k, "out.1", "group=outer", "overreach=外部所写");
	for (unsigned i = 2; i <= 4; i++)
		panel_vote(k,
		    i == 2       ? "out.2"
			: i == 3 ? "out.3"
				 : "out.4",
		    "G16", "444");
	kit_do(k, KC_K_panel_ballot, "in.1", "year=2022", "unit=G16",
	    "group=inner", "full=4", "proper=4", "benefit=4",
	    "overreach=代行审批", "absent=监管空白", "workload=任务重\n人手少");
	panel_vote(k, "in.2", "G16", "555");
	speak(k, "in.3", "group=inner", "absent=a second one");
	speak(k, "in.5", "group=inner", "absent=a first one");
	panel_recuse(k, "in.6", "G16");
}

static void
feed_back(struct kit *k)
{
	panel_close(k);
	year_to(k, KC_YE_FED_BACK);
}

/* The form of G16 in English as somebody reads it; NULL: refused. */
static json_t *
form_by(const struct kit *k, const char *actor, const struct kc_log *log)
{
	struct kc_viewer r;
	struct kc_view_args args = {.lang = KC_LANG_EN,
	    .kind = KC_LIT("result"),
	    .id = KC_LIT("G16"),
	    .reader = &r};
	struct kc_view_source src = {k->st, log, k->now_ms};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	json_t *doc = NULL;
	enum kc_err err;

	kc_viewer_of(k->st, kc_slice_str(actor), &r);
	err = kc_view_render(
	    kc_view_find(KC_LIT("form")), &src, &args, &out, &why);
	if (err == KC_OK) {
		doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(doc);
		document_holds(doc);
	} else {
		assert_int_equal(err, KC_EREFUSED);
		assert_int_equal(why.code, KC_R_NOT_PERMITTED);
		assert_int_equal(out.n, 0);
	}
	kc_buf_free(&out);
	return doc;
}

/* The table of remarks; NULL: the form has none. */
static const json_t *
table_of(const json_t *doc)
{
	json_t *table;
	size_t i;

	json_array_foreach(json_object_get(doc, "tables"), i,
	    table) if (strncmp(text_at(table, "title"), "remarks of the panels",
			   21) == 0) return table;
	return NULL;
}

/* "about: words / ..." of the table of remarks; "" if there is none. */
static const char *
remarks(const json_t *doc)
{
	static char text[2048];
	const json_t *line;
	size_t i, n = 0;

	text[0] = '\0';
	json_array_foreach(json_object_get(table_of(doc), "lines"), i, line)
	{
		const json_t *cells = json_object_get(line, "cells");

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s: %s",
		    i > 0 ? " / " : "",
		    json_string_value(json_array_get(cells, 0)),
		    json_string_value(json_array_get(cells, 1)));
		assert_true(n < sizeof(text));
	}
	return text;
}

static void
test_remarks__stand_on_the_form_by_their_words_and_nothing_else(void **state)
{
	static const char *const silent[] = {
	    "in.", "out.", "所写", "group", "\"seq\": 4"};
	struct leaves l = {0};
	struct kc_log log;
	struct kit k;
	json_t *doc;
	char *text;

	(void)state;
	city_that_votes(&k);
	feed_back(&k);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	doc = form_by(&k, "P09.a", &log);
	assert_string_equal(remarks(doc),
	    "overreach: 代行审批 / absence: a first one / absence: a second "
	    "one / absence: 执法不到位 / absence: 监管空白 / "
	    "responsibility and workload: 任务重\n人手少");
	text = json_dumps(json_object_get(doc, "tables"), 0);
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		assert_null(strstr(text, silent[i]));
	free(text);
	json_decref(doc);
	leaves_free(&l);
	kit_end(&k);
}

/* Whoever reads the form: the unit and the offices; not another unit, and no
 * voter, who reads his own ballot. */
static void
test_remarks__are_read_by_who_reads_the_form(void **state)
{
	static const char *const may[] = {
	    "P09.a", "G16.head", "leader", "office", "audit"};
	static const char *const may_not[] = {"G17.head", "G02.a", "in.1",
	    "out.1", "tally", "stats", "org", "ops", "root.a"};
	struct leaves l = {0};
	struct kc_log log;
	struct kit k;

	(void)state;
	city_that_votes(&k);
	feed_back(&k);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++) {
		json_t *doc = form_by(&k, may[i], &log);

		if (doc == NULL || strstr(remarks(doc), "代行审批") == NULL)
			fail_msg("%s does not read them", may[i]);
		json_decref(doc);
	}
	for (size_t i = 0; i < sizeof(may_not) / sizeof(may_not[0]); i++)
		if (form_by(&k, may_not[i], &log) != NULL)
			fail_msg("%s reads them", may_not[i]);
	leaves_free(&l);
	kit_end(&k);
}

/* A log without ballots prints the rest and says how many it lacks. */
static enum kc_err
read_but_ballots(void *ctx, uint64_t seq, struct kc_buf *out)
{
	const struct kc_log *all = ctx;
	size_t from = out->n;
	enum kc_err err = all->leaf(all->ctx, seq, out);

	if (err == KC_OK &&
	    strstr(kc_buf_cstr(out) + from, " entry panel.ballot\n") != NULL) {
		out->n = from;
		return KC_ENOTFOUND;
	}
	return err;
}

static void
test_remarks__that_a_copy_lacks_are_said_to_lack(void **state)
{
	struct leaves l = {0};
	struct kc_log log, part;
	struct kit k;
	json_t *doc;

	(void)state;
	city_that_votes(&k);
	feed_back(&k);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	part = (struct kc_log){log.size, read_but_ballots, &log};
	doc = form_by(&k, "G16.head", &part);
	assert_string_equal(remarks(doc), "");
	assert_null(table_of(doc));
	assert_non_null(strstr(
	    text_at(row_where(doc, "label", "remarks that lack"), "text"),
	    "not printed: 4"));
	json_decref(doc);
	leaves_free(&l);
	kit_end(&k);
}

/* Before a voter signs it says who reads what; of a ballot without words there
 * is nothing to say. */
static bool
warns(struct kit *k, const char *words)
{
	const char *const fields[] = {"year=2022", "unit=G17", "group=inner",
	    "full=4", "proper=4", "benefit=4", words, NULL};
	static struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_buf note = {0}, out = {0};
	struct kc_viewer r;
	bool said;

	kc_viewer_of(k->st, KC_LIT("in.1"), &r);
	assert_int_equal(
	    kit_note(k, &note, KC_K_panel_ballot, "in.1", fields), KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	assert_int_equal(kc_effect_render(k->st, &e,
			     (struct kc_stamp){kc_state_size(k->st), k->now_ms},
			     KC_LANG_EN, &r, &out, &why),
	    KC_OK);
	said = strstr(kc_buf_cstr(&out), "without your name") != NULL;
	kc_buf_free(&note);
	kc_buf_free(&out);
	return said;
}

static void
test_remarks__are_announced_to_the_voter_before_he_signs(void **state)
{
	struct kit k;

	(void)state;
	city_that_votes(&k);
	assert_true(warns(&k, "absent=x"));
	assert_true(warns(&k, "workload=x"));
	assert_false(warns(&k, NULL));
	kit_free(&k);
}

/* While they vote nothing is gathered, nor by a closing that is tried. */
static void
test_remarks__are_none_before_the_closing(void **state)
{
	static const char *const fields[] = {"year=2022", NULL};
	static struct kc_entry e;
	struct kc_refusal why = {0};
	struct kc_buf note = {0};
	uint32_t unit;
	struct kit k;

	(void)state;
	city_that_votes(&k);
	unit = kc_find(k.st, KC_NS_UNIT, KC_LIT("G16"));
	assert_null(kc_panel_result_of(k.st, 2022, unit));
	kit_on(&k, "2023-02-11");
	(void)kit_clerk(&k);
	assert_int_equal(
	    kit_note(&k, &note, KC_K_panel_close, "P09.a tally", fields),
	    KC_OK);
	assert_int_equal(kc_entry_decode(&e, kc_buf_view(&note), &why), KC_OK);
	assert_int_equal(
	    kc_state_try(k.st, &e,
		(struct kc_stamp){kc_state_size(k.st), k.now_ms}, &why),
	    KC_OK);
	assert_null(kc_panel_result_of(k.st, 2022, unit));
	kc_buf_free(&note);
	kit_free(&k);
}

/* Without a voter they are those of the log: nothing tells whose is gone. */
static void
test_remarks__of_a_counterfactual_are_those_of_the_log(void **state)
{
	struct kc_slice name = KC_LIT("in.1");
	struct kc_supposition s = {.without = &name, .nwithout = 1};
	const struct kc_panel_result *is, *as_if;
	struct leaves l = {0};
	struct kc_supposed w;
	struct kc_refusal why = {0};
	struct kc_log log;
	uint32_t unit;
	struct kit k;

	(void)state;
	city_that_votes(&k);
	panel_close(&k);
	unit = kc_find(k.st, KC_NS_UNIT, KC_LIT("G16"));
	is = kc_panel_result_of(k.st, 2022, unit);
	leaves_of(&k, &l);
	log = leaves_log(&l);
	assert_int_equal(kc_suppose(&s, &log, UINT64_MAX, &w, &why), KC_OK);
	as_if = kc_panel_result_of(w.as_if, 2022, unit);
	assert_int_equal(is->spoken.n, 4);
	assert_int_equal(as_if->spoken.n, is->spoken.n);
	assert_memory_equal(as_if->spoken.v, is->spoken.v,
	    is->spoken.n * sizeof(is->spoken.v[0]));
	kc_supposed_release(&w);
	leaves_free(&l);
	kit_end(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_remarks__stand_on_the_form_by_their_words_and_nothing_else),
	    cmocka_unit_test(test_remarks__are_read_by_who_reads_the_form),
	    cmocka_unit_test(test_remarks__that_a_copy_lacks_are_said_to_lack),
	    cmocka_unit_test(
		test_remarks__are_announced_to_the_voter_before_he_signs),
	    cmocka_unit_test(test_remarks__are_none_before_the_closing),
	    cmocka_unit_test(
		test_remarks__of_a_counterfactual_are_those_of_the_log),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
