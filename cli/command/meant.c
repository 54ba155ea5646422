/* SPDX-License-Identifier: Apache-2.0 */
#include "meant.h"
#include "results.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <kaocheng/rule.h>

#include "lib/charset.h"
#include "lib/field.h"
#include "lib/keys.h"

#define TRIES 3

/* What a field names. */
enum what {
	MEANT_NOTHING, /* what is not looked up: a situation, a duty */
	MEANT_CODE,
	MEANT_UNIT,
	MEANT_EITHER, /* the object of a right to assess */
	MEANT_ACTOR
};

/* Does the statement give this name to something that there is not yet? */
static bool
is_new(const struct kc_kind *kind, const struct kc_field *f)
{
	const struct kc_rule *rule = kc_rule_get(kind->id);
	size_t n = strlen(f->name);

	if (strncmp(kind->name, f->name, n) != 0 || kind->name[n] != '.')
		return false;
	for (unsigned i = 0; i < rule->ncodes; i++)
		if (rule->codes[i] == KC_R_EXISTS)
			return true;
	return false;
}

static enum what
what_of(const struct kc_kind *kind, const struct kc_field *f)
{
	static const struct {
		const char *field;
		enum what what;
	} codes[] = {{"unit", MEANT_UNIT}, {"assessor", MEANT_UNIT},
	    {"object", MEANT_EITHER}, {"target", MEANT_CODE},
	    {"matter", MEANT_CODE}, {"grant", MEANT_CODE},
	    {"cadre", MEANT_CODE}, {"lead", MEANT_CODE}, {"assist", MEANT_CODE},
	    {"indicator", MEANT_CODE}};

	if (is_new(kind, f))
		return MEANT_NOTHING;
	if (f->type == KC_T_ACTOR)
		return MEANT_ACTOR;
	if (f->type == KC_T_HANDLE)
		return MEANT_CODE;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (f->type == KC_T_CODE &&
		    strcmp(f->name, codes[i].field) == 0)
			return codes[i].what;
	return MEANT_NOTHING;
}

/* Written as codes are: not worth a question unless it may be a name. */
static bool
is_plain(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
	    strlen(text);
}

static bool
is_remote(const struct kc_cli *cli)
{
	char where[KC_PATH_SIZE];

	return kc_cli_where(cli, where) == KC_OK &&
	    strstr(where, "://") != NULL;
}

/* --- asking --- */
enum kc_err
kc_meant_get(
    struct kc_authors *a, const char *path, long *status, struct kc_buf *body)
{
	struct kc_heard heard = {0};
	int code = KC_EXIT_OK;

	/* Who cannot be reached, or will not tell, is so when it is sent. */
	kc_cli_hear(&heard);
	if (a->asks == NULL) {
		code = kc_cli_connect(a->cli, &a->asks);
		if (code == KC_EXIT_OK)
			code = kc_cli_login(a->cli, a->asks);
	}
	kc_cli_hear(a->heard);
	kc_buf_free(&heard.message);
	return code == KC_EXIT_OK ? kc_client_get(a->asks, path, status, body)
				  : KC_EIO;
}

/* The daemon's answer about a text; NULL: it says nothing. *code: what it
 * refused, which is printed. */
static json_t *
ask(struct kc_authors *a, const char *typed, bool unit, bool *several,
    int *code)
{
	struct kc_buf path = {0}, body = {0};
	json_t *doc = NULL;
	const char *what;
	long status = 0;

	kc_buf_str(&path, "/v1/views/meant?id=");
	kc_buf_query(&path, kc_slice_str(typed));
	if (unit)
		kc_buf_param(&path, "unit", kc_slice_str(typed));
	kc_buf_str(&path, a->cli->lang == KC_LANG_ZH ? "&lang=zh" : "&lang=en");
	if (kc_meant_get(a, kc_buf_cstr(&path), &status, &body) == KC_OK)
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	what = json_string_value(json_object_get(doc, "code"));
	*several = what != NULL &&
	    strcmp(what, kc_refusal_code_text(KC_R_SEVERAL)) == 0;
	/* Of what is written as codes are, the ledger says that there is none,
	 * after all else that is wrong with the statement. */
	if ((status == 404 && !kc_actor_ok(kc_slice_str(typed))) || *several)
		*code = kc_cli_problem(a->cli, status, kc_buf_view(&body));
	if (status != 200) {
		json_decref(doc);
		doc = NULL;
	}
	kc_buf_free(&path);
	kc_buf_free(&body);
	return doc;
}

/* Which of several, typed at the terminal; false: there is nobody to ask. */
static bool
ask_back(const struct kc_authors *a, char *to, size_t size)
{
	char line[256];

	if (a->heard != NULL || a->cli->yes || a->cli->quiet ||
	    !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	fputs(_("which of them? "), stderr);
	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return kc_charset_read(line, to, size) && to[0] != '\0';
}

/* --- names of persons --- */
/* The only actor of that name; NULL: there is none, or several, which is
 * printed as *code. */
static const char *
actor_named(struct kc_authors *a, const char *typed, int *code)
{
	json_t *names, *name;
	struct kc_buf body = {0}, list = {0};
	const char *id, *found = NULL;
	long status = 0;
	unsigned n = 0;

	if (a->people == NULL &&
	    kc_meant_get(a, "/v1/views/actors", &status, &body) == KC_OK &&
	    status == 200)
		a->people =
		    json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	names = json_object_get(a->people, "names");
	json_object_foreach(names, id, name)
	{
		if (strcmp(json_string_value(name), typed) != 0)
			continue;
		kc_buf_str(&list, n++ > 0 ? ", " : "");
		kc_buf_str(&list, id);
		found = id;
	}
	if (n > 1)
		*code = kc_cli_fail(KC_EXIT_CONFLICT, _("name one by its code"),
		    _("%s may be %s"), typed, kc_buf_cstr(&list));
	kc_buf_free(&body);
	kc_buf_free(&list);
	return n == 1 ? found : NULL;
}

/* --- what is meant --- */
static const char *
member(const json_t *doc, const char *key)
{
	return json_string_value(json_object_get(
	    json_array_get(json_object_get(doc, "rows"), 0), key));
}

/* The code that a text means, in *to; typed itself, if nothing is known. */
static int
look_up(struct kc_authors *a, enum what what, const char *typed,
    const char *flag, struct kc_buf *to)
{
	bool several = false, unit = what == MEANT_UNIT;
	int code = KC_EXIT_OK;
	json_t *doc = ask(a, typed, unit, &several, &code);
	bool known = json_is_true(json_object_get(
	    json_array_get(json_object_get(doc, "rows"), 0), "known"));
	const char *is = doc != NULL ? member(doc, "code") : NULL;
	const char *name = doc != NULL ? member(doc, "name") : NULL;
	char again[256];

	for (int i = 0; several && i < TRIES && ask_back(a, again, 256); i++) {
		code = KC_EXIT_OK;
		doc = ask(a, again, unit, &several, &code);
		is = doc != NULL ? member(doc, "code") : NULL;
		name = doc != NULL ? member(doc, "name") : NULL;
	}
	if (code == KC_EXIT_OK && !known && what == MEANT_EITHER) {
		json_decref(doc);
		return look_up(a, MEANT_UNIT, typed, flag, to);
	}
	if (code == KC_EXIT_OK && !known && what == MEANT_ACTOR) {
		is = actor_named(a, typed, &code);
		name = is != NULL ? typed : NULL;
	}
	if (code == KC_EXIT_OK)
		kc_buf_str(to, is != NULL ? is : typed);
	if (code == KC_EXIT_OK && is != NULL && strcmp(is, typed) != 0)
		kc_cli_note(a->cli, "  %s %s: %s%s%s", flag, typed, is,
		    name != NULL ? " " : "", name != NULL ? name : "");
	json_decref(doc);
	return code;
}

/* The same, once for each text. */
static int
remember(struct kc_authors *a, enum what what, const char *typed,
    const char *flag, const char **out)
{
	struct kc_buf key = {0}, is = {0};
	int code = KC_EXIT_OK;

	if (a->meant == NULL)
		a->meant = json_object();
	kc_buf_char(&key, (char)('0' + (int)what));
	kc_buf_str(&key, typed);
	*out = json_string_value(json_object_get(a->meant, kc_buf_cstr(&key)));
	if (*out == NULL) {
		code = look_up(a, what, typed, flag, &is);
		if (code == KC_EXIT_OK)
			(void)json_object_set_new(a->meant, kc_buf_cstr(&key),
			    json_string(kc_buf_cstr(&is)));
		*out = json_string_value(
		    json_object_get(a->meant, kc_buf_cstr(&key)));
	}
	if (code == KC_EXIT_OK && *out == NULL)
		*out = typed;
	kc_buf_free(&key);
	kc_buf_free(&is);
	return code;
}

int
kc_meant_value(struct kc_authors *a, const struct kc_kind *kind,
    const struct kc_field *f, const char *typed, struct kc_buf *out)
{
	enum what what = what_of(kind, f);
	char flag[KC_FLAG_SIZE];
	const char *is = typed;
	int code = KC_EXIT_OK;

	if (strcmp(f->name, "yearend") == 0) {
		size_t had = out->n;

		code = kc_results_of_year(a, typed, out);
		if (code != KC_EXIT_OK || out->n > had)
			return code;
	}
	if (what != MEANT_NOTHING && typed[0] != '\0' &&
	    !(is_plain(typed) &&
		(is_remote(a->cli) ||
		    (what == MEANT_CODE &&
			(f->type != KC_T_HANDLE ||
			    kc_handle_ok(kc_slice_str(typed)))))))
		code = remember(a, what, typed, kc_field_flag(f, flag), &is);
	if (code == KC_EXIT_OK)
		kc_buf_str(out, is);
	return code;
}

int
kc_meant_author(struct kc_authors *a, const char **who, const char *flag)
{
	char path[KC_PATH_SIZE];

	if (kc_actor_ok(kc_slice_str(*who)) &&
	    kc_keys_path(a->cli, *who, path) == KC_OK && kc_file_exists(path))
		return KC_EXIT_OK;
	return remember(a, MEANT_ACTOR, *who, flag, who);
}

int
kc_meant_authors(struct kc_authors *a)
{
	struct kc_cli *cli = a->cli;
	int code = KC_EXIT_OK;

	for (size_t i = 0; code == KC_EXIT_OK && i < cli->nas; i++)
		code = kc_meant_author(a, &cli->as[i], "--as");
	for (size_t i = 0; code == KC_EXIT_OK && i < cli->share.n; i++)
		code = remember(a, MEANT_ACTOR, cli->share.v[i], "--share",
		    &cli->share.v[i]);
	return code;
}

void
kc_meant_release(struct kc_authors *a)
{
	json_decref(a->meant);
	json_decref(a->people);
	kc_client_close(a->asks);
}
