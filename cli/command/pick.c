/* SPDX-License-Identifier: Apache-2.0 */
#include "pick.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/civil.h>

enum how {
	PICK_EQUAL, /* the text is that of the option */
	PICK_FROM,  /* the day is that or a later one */
	PICK_TO,    /* or an earlier one */
	PICK_TRUE   /* the option is given, and the value true */
};

struct pick {
	const char *view, *option;
	size_t
	    member; /* of struct kc_cli: const char *, or bool of PICK_TRUE */
	const char *key;
	enum how how;
};

#define TEXT(view, option, member, key, how)                                   \
	{                                                                      \
		view, option, offsetof(struct kc_cli, member), key, how        \
	}
static const struct pick picks[] = {
    TEXT("deadlines", "case", only, "id", PICK_EQUAL),
    TEXT("deadlines", "kind", kind, "kind", PICK_EQUAL),
    TEXT("deadlines", "light", light, "light", PICK_EQUAL),
    TEXT("deadlines", "since", since, "due", PICK_FROM),
    TEXT("deadlines", "until", until, "due", PICK_TO),
    TEXT("deadlines", "overdue", overdue, "overdue", PICK_TRUE),
    TEXT("prededucts", "state", state, "state", PICK_EQUAL),
    TEXT("warnings", "state", state, "state", PICK_EQUAL),
    TEXT("targets", "state", state, "state", PICK_EQUAL),
    TEXT("disputes", "state", state, "state", PICK_EQUAL),
    TEXT("grants", "state", state, "state", PICK_EQUAL),
    TEXT("cadres", "state", state, "state", PICK_EQUAL),
};
#define PICKS (sizeof(picks) / sizeof(picks[0]))

static const char *
asked(const struct kc_cli *cli, const struct pick *p)
{
	const char *at = (const char *)cli + p->member;
	const char *text;

	if (p->how == PICK_TRUE)
		return *(const bool *)at ? "" : NULL;
	memcpy(&text, at, sizeof(text));
	return text;
}

/* Its name in the reader's language, beside the word: state_text of state;
 * NULL if it has none. */
static const char *
name_of(json_t *row, const char *key)
{
	char text_key[48];

	snprintf(text_key, sizeof(text_key), "%s_text", key);
	return json_string_value(json_object_get(row, text_key));
}

static bool
is_text(const char *text, const char *want)
{
	return text != NULL && strcmp(text, want) == 0;
}

static bool
fits(const struct pick *p, const char *want, json_t *row)
{
	json_t *value = json_object_get(row, p->key);
	const char *text = json_string_value(value);

	switch (p->how) {
	case PICK_EQUAL:
		return is_text(text, want) ||
		    is_text(name_of(row, p->key), want);
	case PICK_FROM: /* days in this form are in order as texts */
		return text != NULL && strcmp(text, want) >= 0;
	case PICK_TO:
		return text != NULL && strcmp(text, want) <= 0;
	case PICK_TRUE:
		return json_is_true(value);
	}
	return false;
}

/* Says what the rows have, where none has what was asked. */
static void
say_others(const struct kc_cli *cli, const struct pick *p, const char *want,
    json_t *rows)
{
	struct kc_buf words = {0};
	json_t *seen = json_object(), *row, *value;
	const char *word, *name;
	bool any = false;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		any = any || fits(p, want, row);
		word = json_string_value(json_object_get(row, p->key));
		name = name_of(row, p->key);
		if (cli->lang == KC_LANG_ZH && name != NULL)
			word = name;
		if (word != NULL)
			(void)json_object_set_new(seen, word, json_true());
	}
	json_object_foreach(seen, word, value)
	{
		kc_buf_str(&words,
		    words.n == 0                  ? ""
			: cli->lang == KC_LANG_ZH ? "、"
						  : ", ");
		kc_buf_str(&words, word);
	}
	if (!any && words.n > 0)
		kc_cli_note(cli, _("no row has --%s %s; there are: %s"),
		    p->option, want, kc_buf_cstr(&words));
	json_decref(seen);
	kc_buf_free(&words);
}

/* The rows that one option asks for take the place of all. */
static int
pick(const struct kc_cli *cli, const struct pick *p, const char *want,
    json_t *doc)
{
	json_t *rows = json_object_get(doc, "rows"), *kept, *row;
	kc_day day;
	size_t i;

	if ((p->how == PICK_FROM || p->how == PICK_TO) &&
	    !kc_read_day(kc_slice_str(want), &day))
		return kc_cli_usage(
		    _("--%s %s: a day, such as 2022-10-17"), p->option, want);
	if (p->how == PICK_EQUAL)
		say_others(cli, p, want, rows);
	kept = json_array();
	json_array_foreach(rows, i, row)
	{
		if (fits(p, want, row))
			(void)json_array_append(kept, row);
	}
	(void)json_object_set_new(doc, "rows", kept);
	(void)json_object_set_new(json_object_get(doc, "filter"), p->option,
	    p->how == PICK_TRUE ? json_true() : json_string(want));
	return KC_EXIT_OK;
}

int
kc_pick_rows(
    const struct kc_cli *cli, const struct kc_view *v, struct kc_buf *json)
{
	json_t *doc = NULL;
	char *text = NULL;
	int code = KC_EXIT_OK;

	for (size_t i = 0; code == KC_EXIT_OK && i < PICKS; i++) {
		const char *want = strcmp(picks[i].view, v->name) == 0
		    ? asked(cli, &picks[i])
		    : NULL;

		if (want == NULL)
			continue;
		if (doc == NULL) {
			doc = json_loadb(
			    json->p, json->n, JSON_REJECT_DUPLICATES, NULL);
			(void)json_object_set_new(doc, "filter", json_object());
		}
		code = pick(cli, &picks[i], want, doc);
	}
	if (doc == NULL || code != KC_EXIT_OK)
		goto out;
	text = json_dumps(doc, JSON_COMPACT);
	kc_buf_reset(json);
	if (text != NULL)
		kc_buf_str(json, text);
	if (text == NULL || kc_buf_err(json) != KC_OK)
		code = kc_cli_error(cli, KC_ENOMEM, v->name);
out:
	free(text);
	json_decref(doc);
	return code;
}
