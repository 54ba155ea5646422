/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked at a founding, and whether an answer is one. */
#include <string.h>

#include <kaocheng/civil.h>
#include <kaocheng/json.h>
#include <kaocheng/yaml.h>

#include "lib/card.h"

#include "found.h"

#define FILE_MAX 65536u

enum check {
	CHECK_NONE,
	CHECK_DIR,
	CHECK_ORIGIN,
	CHECK_YEAR,
	CHECK_FILE,
	CHECK_CARD
};

/* In the order in which they are asked. */
const struct kc_question kc_questions[KC_QUESTIONS] = {
    {"dir", N_("Directory of the new ledger"), CHECK_DIR, 1, true},
    {"origin",
	N_("Name of the ledger, for ever: a domain of yours, a slash, what it "
	   "is, such as example.org/kaohe-2026"),
	CHECK_ORIGIN, 1, true},
    {"title", N_("Title, as the city calls the assessment"), CHECK_NONE, 1,
	false},
    {"year", N_("Year that is opened"), CHECK_YEAR, 1, true},
    {"policy", N_("Policy file (empty: the one shipped)"), CHECK_FILE, 1,
	false},
    {"admins",
	N_("Card of an administrator, who made his key on his own machine "
	   "(empty: no more; keys of the others are made here)"),
	CHECK_CARD, 3, false},
    {"estab",
	N_("Card of the Establishment Office's signer (empty: a key is made "
	   "here)"),
	CHECK_CARD, 1, false},
    {"office",
	N_("Card of the Assessment Office's signer (empty: a key is made "
	   "here)"),
	CHECK_CARD, 1, false},
    {"tables",
	N_("A table to take in at once: units, then persons (empty: no more)"),
	CHECK_FILE, KC_ANSWERS_MAX, false},
};
const char *
kc_answer_first(const struct kc_answers *a, unsigned q)
{
	return a->of[q].n > 0 ? a->of[q].v[0] : NULL;
}

/* --- is an answer one? Says what is wrong with it. --- */
static int
check_origin(const char *text)
{
	static const uint8_t none[KC_PUBKEY_SIZE];
	struct kc_vkey key;

	return strlen(text) <= KC_ORIGIN_MAX &&
		kc_vkey_named(&key, kc_slice_str(text), none) == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_fail(KC_EXIT_USAGE, NULL,
		  _("\"%s\" is not a name such as example.org/kaohe-2026"),
		  text);
}

static int
check_dir(const struct kc_answers *a, const char *text)
{
	char path[KC_PATH_SIZE];

	if (kc_path_join(path, text, "ledger.mdb") != KC_OK)
		return kc_cli_error(a->cli, KC_ETOOBIG, text);
	return kc_file_exists(path)
	    ? kc_cli_fail(KC_EXIT_CONFLICT, NULL,
		  _("%s: there is a ledger already"), text)
	    : KC_EXIT_OK;
}

static int
check(const struct kc_answers *a, unsigned q, const char *text)
{
	struct kc_card card;
	uint64_t year;
	enum kc_err err;

	switch (kc_questions[q].check) {
	case CHECK_NONE:
		return KC_EXIT_OK;
	case CHECK_DIR:
		return check_dir(a, text);
	case CHECK_ORIGIN:
		return check_origin(text);
	case CHECK_YEAR:
		return kc_read_u64(kc_slice_str(text), KC_YEAR_MAX, &year) &&
			year >= KC_YEAR_MIN
		    ? KC_EXIT_OK
		    : kc_cli_fail(
			  KC_EXIT_USAGE, NULL, _("%s is not a year"), text);
	case CHECK_FILE:
		return kc_file_exists(text)
		    ? KC_EXIT_OK
		    : kc_cli_error(a->cli, KC_ENOTFOUND, text);
	case CHECK_CARD:
		err =
		    kc_card_peek(text, kc_answer_first(a, KC_Q_ORIGIN), &card);
		return err == KC_OK
		    ? KC_EXIT_OK
		    : kc_card_fault(err, text, kc_answer_first(a, KC_Q_ORIGIN));
	}
	return KC_EXIT_OK;
}

int
kc_answer_add(struct kc_answers *a, unsigned q, const char *text)
{
	int code = check(a, q, text);

	if (code != KC_EXIT_OK)
		return code;
	if (a->of[q].n == kc_questions[q].most)
		return kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s: at most %u answers"), kc_questions[q].key,
		    kc_questions[q].most);
	return kc_slice_copy(
		   a->of[q].v[a->of[q].n++], KC_ANSWER_SIZE, kc_slice_str(text))
	    ? KC_EXIT_OK
	    : kc_cli_error(a->cli, KC_ETOOBIG, kc_questions[q].key);
}

/* --- from a file --- */
static int
read_answer(struct kc_answers *a, unsigned q, struct kc_slice text)
{
	char value[KC_ANSWER_SIZE];

	if (!kc_slice_copy(value, sizeof(value), text))
		return kc_cli_error(a->cli, KC_ETOOBIG, kc_questions[q].key);
	return kc_answer_add(a, q, value);
}

static int
read_tree(struct kc_answers *a, struct kc_yaml *y, const char *file,
    struct kc_refusal *why)
{
	const struct kc_yaml_node *root = kc_yaml_root(y);
	struct kc_slice names[KC_QUESTIONS];
	enum kc_err err;
	int code = KC_EXIT_OK;

	for (unsigned q = 0; q < KC_QUESTIONS; q++)
		names[q] = kc_slice_str(kc_questions[q].key);
	err = kc_yaml_keys(y, root, names, KC_QUESTIONS);
	for (unsigned q = 0; err == KC_OK && q < KC_QUESTIONS; q++) {
		const struct kc_yaml_node *node =
		    kc_yaml_get(root, kc_questions[q].key);

		if (node == NULL || code != KC_EXIT_OK)
			continue;
		a->of[q].given = true;
		if (node->kind == KC_YAML_SCALAR) {
			if (node->text.n > 0)
				code = read_answer(a, q, node->text);
			continue;
		}
		err = kc_yaml_want(y, node, KC_YAML_LIST, kc_questions[q].key);
		for (node = err == KC_OK ? node->first : NULL;
		     node != NULL && err == KC_OK && code == KC_EXIT_OK;
		     node = node->next) {
			err = kc_yaml_want(
			    y, node, KC_YAML_SCALAR, kc_questions[q].key);
			if (err == KC_OK)
				code = read_answer(a, q, node->text);
		}
	}
	return err == KC_EREFUSED ? kc_cli_refusal(a->cli, why)
	    : err != KC_OK        ? kc_cli_error(a->cli, err, file)
				  : code;
}

int
kc_answers_read(struct kc_answers *a, const char *file)
{
	struct kc_buf text = {0};
	struct kc_yaml *y = NULL;
	struct kc_refusal why = {0};
	enum kc_err err = kc_file_load(file, FILE_MAX, &text);
	int code;

	if (err == KC_OK)
		err = kc_yaml_parse(&y, kc_buf_view(&text), file, &why);
	if (err == KC_EREFUSED)
		code = kc_cli_refusal(a->cli, &why);
	else if (err != KC_OK)
		code = kc_cli_error(a->cli, err, file);
	else
		code = read_tree(a, y, file, &why);
	kc_yaml_free(y);
	kc_buf_free(&text);
	return code;
}

/* --- the summary, which is a file of answers --- */
void
kc_answers_print(const struct kc_answers *a)
{
	struct kc_buf out = {0};

	for (unsigned q = 0; q < KC_QUESTIONS; q++) {
		struct kc_json w = {.out = &out};
		bool list = kc_questions[q].most > 1;

		kc_buf_str(&out, kc_questions[q].key);
		kc_buf_str(&out, ": ");
		if (list)
			kc_json_open(&w, '[');
		for (size_t i = 0; i < a->of[q].n; i++)
			kc_json_str(&w, a->of[q].v[i]);
		if (list)
			kc_json_close(&w, ']');
		else if (a->of[q].n == 0)
			kc_buf_str(&out, "\"\"");
		kc_buf_char(&out, '\n');
	}
	fputs(kc_buf_cstr(&out), stdout);
	fflush(stdout);
	kc_buf_free(&out);
}
