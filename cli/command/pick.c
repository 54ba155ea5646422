/* SPDX-License-Identifier: Apache-2.0 */
#include "pick.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/civil.h>
#include <kaocheng/text.h>

enum how {
	PICK_EQUAL, /* the text is that of the option */
	PICK_FROM,  /* the day is that or a later one */
	PICK_TO,    /* or an earlier one */
	PICK_AMONG, /* the text is one of a list, however it is written */
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
/* Of what begins with an entry: by whom, and when. */
#define MATTER(view)                                                           \
	TEXT(view, "by", by, "by", PICK_AMONG),                                \
	    TEXT(view, "since", since, "date", PICK_FROM),                     \
	    TEXT(view, "until", until, "date", PICK_TO)
static const struct pick picks[] = {
    TEXT("deadlines", "case", only, "case", PICK_EQUAL),
    TEXT("deadlines", "kind", kind, "limit", PICK_EQUAL),
    TEXT("deadlines", "light", light, "light", PICK_EQUAL),
    TEXT("deadlines", "since", since, "due", PICK_FROM),
    TEXT("deadlines", "until", until, "due", PICK_TO),
    TEXT("deadlines", "overdue", overdue, "overdue", PICK_TRUE),
    MATTER("prededucts"),
    MATTER("warnings"),
    MATTER("targets"),
    MATTER("disputes"),
    MATTER("negatives"),
    MATTER("bonuses"),
    TEXT("prededucts", "state", state, "state", PICK_EQUAL),
    TEXT("warnings", "state", state, "state", PICK_EQUAL),
    TEXT("targets", "state", state, "state", PICK_EQUAL),
    TEXT("disputes", "state", state, "state", PICK_EQUAL),
    TEXT("negatives", "state", state, "state", PICK_EQUAL),
    TEXT("bonuses", "state", state, "state", PICK_EQUAL),
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
is_among(json_t *list, const char *want)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *text = json_string_value(one);

		if (text != NULL &&
		    kc_shape_same(kc_slice_str(text), kc_slice_str(want)))
			return true;
	}
	return false;
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
	case PICK_AMONG:
		return is_among(value, want);
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

static json_t *
filtered(const struct kc_buf *json)
{
	json_t *doc =
	    json_loadb(json->p, json->n, JSON_REJECT_DUPLICATES, NULL);

	(void)json_object_set_new(doc, "filter", json_object());
	return doc;
}

/* --- the newest --- */
static int
newer(const void *a, const void *b)
{
	const json_t *const *x = a, *const *y = b;
	json_int_t s = json_integer_value(json_object_get(*x, "seq"));
	json_int_t t = json_integer_value(json_object_get(*y, "seq"));

	return (s < t) - (s > t);
}

/* The n rows that begin last, the newest first; says how many are left. */
static int
keep_newest(const struct kc_cli *cli, json_t *doc)
{
	json_t *rows = json_object_get(doc, "rows"), *kept = json_array();
	size_t all = json_array_size(rows), i;
	json_t **order = kc_alloc((all + 1) * sizeof(json_t *)), *row;
	uint64_t n;
	int code = KC_EXIT_OK;

	code = kc_cli_within("-n", cli->count, 1, INT64_MAX, &n);
	if (code == KC_EXIT_OK && order == NULL)
		code = kc_cli_error(cli, KC_ENOMEM, "rows");
	if (code == KC_EXIT_OK) {
		json_array_foreach(rows, i, row) order[i] = row;
		qsort(order, all, sizeof(json_t *), newer);
		for (i = 0; i < all && i < n; i++)
			(void)json_array_append(kept, order[i]);
		(void)json_object_set(doc, "rows", kept);
		(void)json_object_set_new(json_object_get(doc, "filter"),
		    "newest", json_integer((json_int_t)n));
		(void)json_object_set_new(
		    doc, "left_out", json_integer((json_int_t)(all - i)));
		if (all > i)
			kc_cli_note(cli, _("%llu of %llu; -n %llu shows all"),
			    (unsigned long long)i, (unsigned long long)all,
			    (unsigned long long)all);
	}
	json_decref(kept);
	kc_free(order);
	return code;
}

bool
kc_picks(const struct kc_cli *cli, const struct kc_view *v)
{
	for (size_t i = 0; i < PICKS; i++)
		if (strcmp(picks[i].view, v->name) == 0 &&
		    asked(cli, &picks[i]) != NULL)
			return true;
	return false;
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
		if (doc == NULL)
			doc = filtered(json);
		code = pick(cli, &picks[i], want, doc);
	}
	if (code == KC_EXIT_OK && cli->count != NULL) {
		if (doc == NULL)
			doc = filtered(json);
		code = keep_newest(cli, doc);
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
