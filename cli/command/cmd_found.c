/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng found`: the questions of a founding, with defaults, a summary that
 * is the file of its answers, and then `init`. What --answers FILE says is not
 * asked.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/civil.h>

#include "lib/charset.h"

#include "confirm.h"
#include "found.h"

/* --- from a terminal --- */
/* One line without blanks around it; false: there is no more. */
static bool
read_line(char out[KC_ANSWER_SIZE])
{
	char typed[KC_ANSWER_SIZE], *p = out;
	size_t n;

	if (fgets(typed, sizeof(typed), stdin) == NULL ||
	    !kc_charset_read(typed, out, KC_ANSWER_SIZE))
		return false;
	while (isspace((unsigned char)*p))
		p++;
	memmove(out, p, strlen(p) + 1);
	n = strlen(out);
	while (n > 0 && isspace((unsigned char)out[n - 1]))
		out[--n] = '\0';
	return true;
}

/* What an empty answer means. */
static const char *
default_of(unsigned q, char out[KC_ANSWER_SIZE])
{
	out[0] = '\0';
	if (q == KC_Q_DIR)
		snprintf(out, KC_ANSWER_SIZE, "ledger");
	if (q == KC_Q_YEAR)
		snprintf(out, KC_ANSWER_SIZE, "%lld",
		    (long long)kc_day_year(kc_day_of_instant(
			(int64_t)time(NULL) * 1000, KC_LOCAL_OFFSET_S)));
	return out;
}

/* Asks until there is an answer, or there are enough of them. */
static int
ask(struct kc_answers *a, unsigned q)
{
	const struct kc_question *it = &kc_questions[q];
	char line[KC_ANSWER_SIZE], instead[KC_ANSWER_SIZE];

	(void)default_of(q, instead);
	while (a->of[q].n < it->most) {
		fprintf(stderr, "%s%s%s%s: ", _(it->text),
		    instead[0] != '\0' ? " [" : "", instead,
		    instead[0] != '\0' ? "]" : "");
		if (!read_line(line))
			return kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
			    _("nothing was founded"));
		if (line[0] == '\0')
			memcpy(line, instead, sizeof(line));
		if (line[0] == '\0' && !it->must)
			break;
		if (line[0] != '\0')
			(void)kc_answer_add(
			    a, q, line); /* what is wrong is said */
	}
	return KC_EXIT_OK;
}

/* Everything that is not in the file, if there is somebody to ask. */
static int
ask_rest(struct kc_answers *a)
{
	bool there = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	char instead[KC_ANSWER_SIZE];
	int code = KC_EXIT_OK;

	for (unsigned q = 0; code == KC_EXIT_OK && q < KC_QUESTIONS; q++) {
		if (a->of[q].given || a->of[q].n > 0)
			continue;
		if (there)
			code = ask(a, q);
		else if (default_of(q, instead)[0] != '\0')
			code = kc_answer_add(a, q, instead);
		else if (kc_questions[q].must)
			code = kc_cli_usage(
			    _("there is no terminal to ask on, and no answer "
			      "to \"%s\": --answers FILE"),
			    kc_questions[q].key);
	}
	return code;
}

static void
say_keys(const struct kc_answers *a)
{
	size_t here = 3 - a->of[KC_Q_ADMINS].n + (a->of[KC_Q_ESTAB].n == 0) +
	    (a->of[KC_Q_OFFICE].n == 0);

	if (here == 0)
		kc_cli_note(a->cli, "%s",
		    _("No key of a person is made here; each signs where his "
		      "key is."));
	else if (a->cli->unprotected)
		kc_cli_note(a->cli,
		    _("%zu keys of persons are made here, without passphrase: "
		      "for a rehearsal only."),
		    here);
	else
		kc_cli_note(a->cli,
		    _("%zu keys of persons are made here, below %s/keys. Let "
		      "each of them come and type a passphrase of his own: "
		      "who knows two has two persons' power."),
		    here, kc_answer_first(a, KC_Q_DIR));
}

static void
fill(const struct kc_answers *a, struct kc_cli *cli)
{
	const struct {
		unsigned q;
		const char **to;
	} one[] = {{KC_Q_ORIGIN, &cli->origin}, {KC_Q_TITLE, &cli->title},
	    {KC_Q_YEAR, &cli->year}, {KC_Q_POLICY, &cli->policy},
	    {KC_Q_ESTAB, &cli->estab}, {KC_Q_OFFICE, &cli->office}};

	for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		*one[i].to = kc_answer_first(a, one[i].q);
	for (size_t i = 0; i < a->of[KC_Q_ADMINS].n; i++)
		cli->admins.v[cli->admins.n++] = a->of[KC_Q_ADMINS].v[i];
	for (size_t i = 0; i < a->of[KC_Q_TABLES].n; i++)
		cli->tables.v[cli->tables.n++] = a->of[KC_Q_TABLES].v[i];
	cli->apart = true;
}

int
kc_cmd_found(struct kc_cli *cli, int argc, char **argv)
{
	static struct kc_answers a; /* large */
	char *args[1];
	int code = KC_EXIT_OK;

	if (argc > 1)
		return kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	a.cli = cli;
	if (cli->answers != NULL)
		code = kc_answers_read(&a, cli->answers);
	if (code == KC_EXIT_OK && argc == 1) {
		a.of[KC_Q_DIR].n = 0;
		code = kc_answer_add(&a, KC_Q_DIR, argv[0]);
	}
	if (code == KC_EXIT_OK)
		code = ask_rest(&a);
	if (code != KC_EXIT_OK)
		return code;
	kc_answers_print(&a);
	say_keys(&a);
	code = kc_ask(cli, _("Found it? [y/N] "));
	if (code != KC_EXIT_OK)
		return code;
	fill(&a, cli);
	args[0] = a.of[KC_Q_DIR].v[0];
	return kc_cmd_init(cli, 1, args);
}
