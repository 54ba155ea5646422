/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals, errors and notes: one form for all, always on stderr. */
#include "tool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "file.h"
#include "foreign.h"

static int
exit_of_status(int status)
{
	switch (status) {
	case 401:
	case 403:
		return KC_EXIT_NOT_PERMITTED;
	case 404:
		return KC_EXIT_NOT_FOUND;
	case 409:
		return KC_EXIT_CONFLICT;
	case 422:
		return KC_EXIT_REFUSED;
	case 400:
	case 413:
		return KC_EXIT_USAGE;
	case 503:
		return KC_EXIT_UNREACHABLE;
	}
	return KC_EXIT_FAILED;
}

static bool
given(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static const char *
colour(const char *code)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDERR_FILENO) && (no == NULL || no[0] == '\0') &&
		(term == NULL || strcmp(term, "dumb") != 0)
	    ? code
	    : "";
}

/* Everything said may hold what others wrote; its lines are ours. */
static void
put_lines(char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")) != NULL) {
		kc_put_foreign(stderr, line);
		if (rest != NULL)
			fputc('\n', stderr);
	}
}

static void
vsay(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return;
	put_lines(text);
	free(text);
}

__attribute__((format(printf, 1, 2))) static void
say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsay(format, args);
	va_end(args);
}

/* --- one who listens --- */
static struct kc_heard *listener;

void
kc_cli_hear(struct kc_heard *h)
{
	listener = h;
}

static void
hear(const char *code, const char *message)
{
	(void)snprintf(listener->code, sizeof(listener->code), "%s", code);
	kc_buf_reset(&listener->message);
	kc_buf_foreign(&listener->message, kc_slice_str(message));
}

/* --- for programs --- */
static bool as_json;

void
kc_cli_errors_as(enum kc_format format)
{
	as_json = format == KC_FORMAT_JSON || format == KC_FORMAT_JSONL;
}

static void
put_member(json_t *doc, const char *key, const char *text)
{
	struct kc_buf shown = {0};

	if (!given(text))
		return;
	kc_buf_foreign(&shown, kc_slice_str(text));
	json_object_set_new(doc, key, json_string(kc_buf_cstr(&shown)));
	kc_buf_free(&shown);
}

/* One line, one object. */
static int
put_json(int exit, const struct kc_saying *s)
{
	json_t *doc = json_object();

	put_member(doc, "schema", "kaocheng.error/1");
	json_object_set_new(doc, "exit", json_integer(exit));
	put_member(doc, "code", s->code);
	put_member(doc, "message", s->message);
	put_member(doc, "option", s->option);
	if (s->value != NULL && s->option != NULL)
		json_object_set_new(doc, "value", json_string(s->value));
	put_member(doc, "rule", s->rule);
	put_member(doc, "place", s->place);
	if (s->line > 0) {
		json_object_set_new(doc, "line", json_integer(s->line));
		json_object_set_new(doc, "column", json_integer(s->col));
	}
	put_member(doc, "state", s->state);
	put_member(doc, "hint", s->hint);
	fflush(stdout);
	(void)json_dumpf(doc, stderr, JSON_COMPACT);
	fputc('\n', stderr);
	json_decref(doc);
	return exit;
}

/* --- refusals --- */
int
kc_cli_say(const struct kc_cli *cli, const struct kc_saying *s)
{
	bool zh = cli->lang == KC_LANG_ZH;

	if (listener != NULL) {
		hear(s->code, s->message);
		return exit_of_status(s->status);
	}
	if (as_json)
		return put_json(exit_of_status(s->status), s);
	fflush(stdout);
	fputs(colour("\033[31m"), stderr);
	say("%s[%s]", zh ? "错误" : "error", s->code);
	fputs(colour("\033[0m"), stderr);
	say(" %s\n", s->message);
	if (given(s->rule) || given(s->place))
		say("  %s %s%s%s\n", zh ? "依据   " : "rule   ",
		    given(s->place) ? s->place : "",
		    given(s->rule) && given(s->place) ? "  " : "",
		    given(s->rule) ? s->rule : "");
	if (s->line > 0 && !given(s->place))
		say(zh ? "  位置    第 %ld 行第 %ld 列\n"
		       : "  place   line %ld, column %ld\n",
		    s->line, s->col);
	if (given(s->state) && cli->writes)
		say(zh ? "  状态    未改变，仍为“%s”\n"
		       : "  state   unchanged, still \"%s\"\n",
		    s->state);
	else if (cli->writes && s->status != 404)
		say("%s", zh ? "  状态    未改变\n" : "  state   unchanged\n");
	if (given(s->hint))
		say("  %s %s\n", zh ? "可以   " : "try    ", s->hint);
	say("  %s kaocheng help %s\n", zh ? "详情   " : "more   ", s->code);
	return exit_of_status(s->status);
}

int
kc_cli_refuse(const struct kc_cli *cli, enum kc_refusal_code code,
    const char *option, const char *value, const char *format, ...)
{
	struct kc_saying s = {.code = kc_refusal_code_text(code),
	    .option = option,
	    .value = value,
	    .status = kc_refusal_status(code)};
	char *message = NULL;
	va_list args;
	int exit;

	va_start(args, format);
	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	va_end(args);
	s.message = message != NULL ? message : option;
	exit = kc_cli_say(cli, &s);
	free(message);
	return exit;
}

int
kc_cli_refusal(const struct kc_cli *cli, const struct kc_refusal *r)
{
	struct kc_buf message = {0}, hint = {0};
	struct kc_saying s = {
	    .code = kc_refusal_code_text(r->code),
	    .rule = r->rule,
	    .place = r->rule_place,
	    .state = kc_refusal_state(r, cli->lang),
	    .line = r->line,
	    .col = r->col,
	    .status = kc_refusal_status(r->code),
	};
	int code;

	kc_refusal_message(r, cli->lang, &message);
	kc_refusal_hint(r, cli->lang, &hint);
	s.message = kc_buf_cstr(&message);
	s.hint = kc_buf_cstr(&hint);
	code = kc_cli_say(cli, &s);
	kc_buf_free(&message);
	kc_buf_free(&hint);
	return code;
}

static const char *
member(json_t *doc, const char *key)
{
	return json_string_value(json_object_get(doc, key));
}

int
kc_cli_problem(const struct kc_cli *cli, long status, struct kc_slice body)
{
	json_t *doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	struct kc_saying s = {
	    .code = member(doc, "code"),
	    .message = member(doc, "detail"),
	    .rule = member(doc, "rule"),
	    .place = member(doc, "place"),
	    .state = member(doc, "state"),
	    .hint = member(doc, "hint"),
	    .line = (long)json_integer_value(json_object_get(doc, "line")),
	    .col = (long)json_integer_value(json_object_get(doc, "column")),
	    .status = (int)status,
	};
	int code;

	if (s.code == NULL || s.message == NULL)
		code = kc_cli_fail(exit_of_status((int)status), NULL,
		    _("the daemon answered with status %ld"), status);
	else
		code = kc_cli_say(cli, &s);
	json_decref(doc);
	return code;
}

/* The words of the command that runs, for the last line of a usage error. */
static char usage_line[256];

void
kc_cli_usage_of(const char *words, const char *rest)
{
	snprintf(usage_line, sizeof(usage_line), "kaocheng %s%s%s", words,
	    rest[0] != '\0' ? " " : "", rest);
}

/* A sentence without a code: heard, for a program, or for people. */
static int
put_error(int code, const char *hint, const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return code;
	if (listener != NULL)
		hear("", text);
	else if (as_json)
		(void)put_json(
		    code, &(struct kc_saying){.message = text, .hint = hint});
	else {
		fflush(stdout);
		fprintf(stderr, "%s%s%s", colour("\033[31m"), _("error: "),
		    colour("\033[0m"));
		put_lines(text);
		fputc('\n', stderr);
		if (hint != NULL)
			fprintf(stderr, "  %s\n", hint);
	}
	free(text);
	return code;
}

int
kc_cli_fail(int code, const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)put_error(code, hint, format, args);
	va_end(args);
	return code;
}

int
kc_cli_usage(const char *format, ...)
{
	char hint[sizeof(usage_line) + 64];
	va_list args;

	snprintf(hint, sizeof(hint), "%s %s", _("usage  "), usage_line);
	va_start(args, format);
	(void)put_error(KC_EXIT_USAGE,
	    usage_line[0] != '\0' ? hint
				  : _("kaocheng help lists the commands"),
	    format, args);
	va_end(args);
	return KC_EXIT_USAGE;
}

void
kc_cli_note(const struct kc_cli *cli, const char *format, ...)
{
	va_list args;

	if (cli->quiet)
		return;
	va_start(args, format);
	vsay(format, args);
	va_end(args);
	fputc('\n', stderr);
}

static int
exit_of_err(enum kc_err err)
{
	switch (err) {
	case KC_OK:
		return KC_EXIT_OK;
	case KC_ENOTFOUND:
		return KC_EXIT_NOT_FOUND;
	case KC_EUNAVAILABLE:
		return KC_EXIT_UNREACHABLE;
	case KC_EINVAL:
	case KC_ESYNTAX:
	case KC_ETOOBIG:
		return KC_EXIT_USAGE;
	case KC_ESIG:
	case KC_EPROOF:
	case KC_ECORRUPT:
	case KC_EROLLBACK:
	case KC_EFORK:
		return KC_EXIT_TAMPERED;
	case KC_EINCOMPLETE:
		return KC_EXIT_INCOMPLETE;
	case KC_EREFUSED:
		return KC_EXIT_REFUSED;
	case KC_ECONFLICT:
		return KC_EXIT_CONFLICT;
	case KC_ENOMEM:
	case KC_ENOKEY:
	case KC_EUNKNOWN:
	case KC_EIO:
	case KC_EFULL:
	case KC_EBUSY:
	case KC_EFOREIGN:
	case KC_EFENCED:
	case KC_ENEWER:
		break;
	}
	return KC_EXIT_FAILED;
}

int
kc_cli_error(const struct kc_cli *cli, enum kc_err err, const char *what)
{
	bool closed = (err == KC_EUNAVAILABLE || err == KC_EIO) &&
	    (errno == EACCES || errno == EPERM);
	const char *hint = NULL;

	/* Another try changes nothing where somebody must give leave. */
	if (closed && err == KC_EUNAVAILABLE)
		hint = _("its mode and its group say who may use the socket "
			 "(kaocheng.yaml: listen)");
	else if (err == KC_EUNAVAILABLE)
		hint = cli->dir != NULL
		    ? _("this needs the daemon: is kaochengd running?")
		    : _("is kaochengd running? --dir DIR reads a ledger "
			"without it");
	return kc_cli_fail(closed ? KC_EXIT_NOT_PERMITTED : exit_of_err(err),
	    hint, "%s: %s", what, kc_err_said(err));
}

/* Where the programs are. */
static enum kc_err
bin_dir(const struct kc_cli *cli, char out[KC_PATH_SIZE])
{
	if (cli->bin == NULL)
		return kc_program_dir(out, KC_PATH_SIZE);
	return snprintf(out, KC_PATH_SIZE, "%s", cli->bin) < KC_PATH_SIZE
	    ? KC_OK
	    : KC_ETOOBIG;
}

enum kc_err
kc_cli_sibling(
    const struct kc_cli *cli, const char *name, char *out, size_t size)
{
	char dir[KC_PATH_SIZE];
	int n;

	if (bin_dir(cli, dir) != KC_OK)
		return KC_ENOTFOUND;
	n = snprintf(out, size, "%s/%s", dir, name);
	if (n < 0 || (size_t)n >= size)
		return KC_ETOOBIG;
	if (kc_file_exists(out))
		return KC_OK;
	/* Installed apart: bin/ for people, sbin/ for services. */
	n = snprintf(out, size, "%s/../sbin/%s", dir, name);
	if (n < 0 || (size_t)n >= size)
		return KC_ETOOBIG;
	return kc_file_exists(out) ? KC_OK : KC_ENOTFOUND;
}

/* Directory i in which shipped policies are looked for; false at the end. */
static bool
policy_place(const struct kc_cli *cli, unsigned i, char out[KC_PATH_SIZE])
{
	char dir[KC_PATH_SIZE] = ".";
	int n;

	if (i > 2)
		return false;
	if (i < 2)
		(void)bin_dir(cli, dir);
	n = snprintf(out, KC_PATH_SIZE,
	    i == 0       ? "%s/../../policies"
		: i == 1 ? "%s/../share/kaocheng/policies"
			 : "%s/share/kaocheng/policies",
	    i < 2 ? dir : KC_PREFIX);
	if (n < 0 || n >= KC_PATH_SIZE)
		out[0] = '\0';
	return true;
}

void
kc_cli_policy_places(const struct kc_cli *cli, struct kc_buf *out)
{
	char dir[KC_PATH_SIZE];

	for (unsigned i = 0; policy_place(cli, i, dir); i++) {
		kc_buf_str(out, i > 0 ? ", " : "");
		kc_buf_str(out, dir);
	}
}

enum kc_err
kc_cli_policy_path(
    const struct kc_cli *cli, const char *name, char *out, size_t size)
{
	char dir[KC_PATH_SIZE];

	for (unsigned i = 0; policy_place(cli, i, dir); i++) {
		int n = snprintf(out, size, "%s/%s", dir, name);

		if (n > 0 && (size_t)n < size && kc_file_exists(out))
			return KC_OK;
	}
	return KC_ENOTFOUND;
}
