/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of a view's rows as text. */
#include "tool.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

static void
put_text(struct kc_buf *out, const char *s, bool one_line)
{
	for (; *s != '\0'; s++)
		kc_buf_char(out, *s == '\n' && one_line ? ' ' : *s);
}

static void
put_value(struct kc_buf *out, json_t *v, const char *between, bool one_line)
{
	json_t *item;
	size_t i;

	if (json_is_string(v)) {
		put_text(out, json_string_value(v), one_line);
	} else if (json_is_integer(v)) {
		kc_buf_i64(out, json_integer_value(v));
	} else if (json_is_boolean(v)) {
		kc_buf_str(out, json_is_true(v) ? "yes" : "no");
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, item)
		{
			if (i > 0)
				kc_buf_str(out, between);
			put_value(out, item, between, one_line);
		}
	}
}

/* Members in basis points are called so. */
static bool
ends_with_bp(const char *key)
{
	size_t n = strlen(key);

	return n > 3 && strcmp(key + n - 3, "_bp") == 0;
}

static void
put_rate(struct kc_buf *out, json_int_t bp)
{
	char text[48];

	snprintf(text, sizeof(text), "%lld.%02lld %%", (long long)(bp / 100),
	    (long long)(bp % 100));
	kc_buf_str(out, text);
}

/* Words that a document has without their text, in the reader's language. */
static const char *
in_words(const char *key, const char *word)
{
	static const struct {
		const char *key, *word;
	} words[] = {
	    {"outcome", N_("met")},
	    {"outcome", N_("unmet")},
	    {"source", N_("stated")},
	    {"source", N_("default")},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].key, key) == 0 &&
		    strcmp(words[i].word, word) == 0)
			return _(words[i].word);
	return word;
}

void
kc_cell_value(struct kc_buf *out, json_t *row, const char *key)
{
	put_value(out, json_object_get(row, key), " ", false);
}

void
kc_cell_text(struct kc_buf *out, json_t *row, const char *key)
{
	char name[80];
	json_t *words, *value = json_object_get(row, key);

	snprintf(name, sizeof(name), "%s_text", key);
	words = json_object_get(row, name);
	if (words == NULL && strcmp(key, "field") == 0)
		words = json_object_get(row, "label");
	if (words == NULL && json_is_boolean(value)) {
		kc_buf_str(out, json_is_true(value) ? _("yes") : _("no"));
		return;
	}
	/* The words tell of what there are so many. */
	if (json_is_string(words) && strcmp(key, "lacks") == 0) {
		(void)snprintf(name, sizeof(name), _("%lld "),
		    (long long)json_integer_value(value));
		kc_buf_str(out, name);
	}
	if (words == NULL && json_is_integer(value) && ends_with_bp(key)) {
		put_rate(out, json_integer_value(value));
		return;
	}
	if (words == NULL && json_is_string(value)) {
		put_text(out, in_words(key, json_string_value(value)), true);
	} else {
		put_value(out,
		    json_is_null(words) || words == NULL ? value : words, " ",
		    true);
	}
	/* A field of an entry: its word as signed, then in plain language. */
	if (strcmp(key, "value") == 0 &&
	    json_is_string(json_object_get(row, "text"))) {
		kc_buf_str(out, " (");
		put_value(out, json_object_get(row, "text"), " ", true);
		kc_buf_char(out, ')');
	}
}

const char *
kc_column_label(const struct kc_cli *cli, const struct kc_view_column *c)
{
	return cli->lang == KC_LANG_ZH ? c->zh : c->en;
}
