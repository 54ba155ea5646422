/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng policy check` and `test`: a policy file before it is adopted. */
#include <stdio.h>
#include <string.h>

#include <kaocheng/calendar.h>
#include <kaocheng/policy.h>

#include "lib/file.h"
#include "lib/foreign.h"
#include "lib/text.h"
#include "lib/tool.h"
#include "lib/width.h"

#define LINE_SHOWN 120 /* characters */

/* Bytes of the first n characters of a line. */
static size_t
bytes_of(struct kc_slice l, size_t n)
{
	size_t i = 0;

	for (; i < l.n && n > 0; n--)
		do
			i++;
		while (i < l.n && ((unsigned char)l.p[i] & 0xC0) == 0x80);
	return i;
}

/* The line that a refusal is about, and a caret under its column; of a long
 * line, what stands around it. Columns count characters. */
static void
show_line(struct kc_slice text, uint32_t line, uint32_t col)
{
	struct kc_slice rest = text, l = {0};
	struct kc_buf shown = {0};
	size_t before = col > 0 ? col - 1 : 0, cut, at;

	for (uint32_t i = 0; i < line; i++)
		if (!kc_slice_line(&rest, &l))
			return;
	cut = before > LINE_SHOWN / 2 ? before - LINE_SHOWN / 2 : 0;
	at = bytes_of(l, cut);
	l = (struct kc_slice){l.p + at, l.n - at};
	l.n = bytes_of(l, LINE_SHOWN);
	kc_buf_foreign(
	    &shown, (struct kc_slice){l.p, bytes_of(l, before - cut)});
	at = shown.n;
	kc_buf_foreign(&shown,
	    (struct kc_slice){l.p + bytes_of(l, before - cut),
		l.n - bytes_of(l, before - cut)});
	fprintf(stderr, "      %s\n      %*s^\n", kc_buf_cstr(&shown),
	    (int)kc_text_width((struct kc_slice){shown.p, at}), "");
	kc_buf_free(&shown);
}

static int
load(struct kc_cli *cli, int argc, char **argv, struct kc_buf *text)
{
	if (argc != 1)
		return kc_cli_usage("%s", _("name one policy file"));
	return kc_text_load(cli, argv[0], argv[0], KC_POLICY_MAX, text);
}

int
kc_refused_file(struct kc_cli *cli, const char *file, struct kc_refusal *why,
    struct kc_slice text)
{
	if (why->rule_place[0] == '\0')
		snprintf(why->rule_place, sizeof(why->rule_place),
		    "%.60s:%u:%u", file, why->line, why->col);
	(void)kc_cli_refusal(cli, why);
	if (why->line > 0)
		show_line(text, why->line, why->col);
	return KC_EXIT_REFUSED;
}

int
kc_cmd_policy_check(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf text = {0};
	struct kc_policy *p = NULL;
	struct kc_refusal why = {0};
	enum kc_err err;
	int code = load(cli, argc, argv, &text);

	if (code != KC_EXIT_OK)
		goto out;
	err = kc_policy_parse(
	    &p, kc_buf_view(&text), argv[0], KC_EPOCH_MAX, &why);
	if (err == KC_EREFUSED) {
		code = kc_refused_file(cli, argv[0], &why, kc_buf_view(&text));
		goto out;
	}
	if (err != KC_OK) {
		code = kc_cli_error(cli, err, argv[0]);
		goto out;
	}
	printf(_("%s: %s, %zu situations, %zu items of the negative list, "
		 "%zu bonus situations, %zu examples\n"),
	    argv[0], p->name, p->nsituations, p->nnegatives, p->nbonuses,
	    p->ntests);
out:
	kc_free(p);
	kc_buf_free(&text);
	return code;
}

struct tally {
	const char *file;
	unsigned held, broken;
	bool quiet;
};

static void
report(
    void *ctx, const char *name, uint32_t line, bool ok, const char *difference)
{
	struct tally *t = ctx;

	*(ok ? &t->held : &t->broken) += 1;
	if (!ok)
		printf("%s %s:%u %s: %s\n", _("[NO]"), t->file, line, name,
		    difference);
	else if (!t->quiet)
		printf("%s %s:%u %s\n", _("[ok]"), t->file, line, name);
}

/* All shipped calendars: the examples of deadlines name their dates. */
static enum kc_err
shipped_calendars(
    const struct kc_cli *cli, struct kc_calendar **out, unsigned *found)
{
	struct kc_refusal why = {0};
	struct kc_buf text = {0};
	char name[32], path[KC_PATH_SIZE];
	enum kc_err err = kc_calendar_new(out);

	for (int year = 2007; err == KC_OK && year < 2100; year++) {
		snprintf(name, sizeof(name), "calendar/%d.yaml", year);
		if (kc_cli_policy_path(cli, name, path, sizeof(path)) != KC_OK)
			continue;
		kc_buf_reset(&text);
		err = kc_file_load(path, KC_POLICY_MAX, &text);
		if (err == KC_OK)
			err = kc_calendar_add(
			    *out, kc_buf_view(&text), name, &why);
		*found += err == KC_OK;
	}
	kc_buf_free(&text);
	return err;
}

int
kc_cmd_policy_test(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf text = {0};
	struct kc_calendar *calendar = NULL;
	struct kc_refusal why = {0};
	struct tally t = {.quiet = cli->quiet};
	struct kc_buf places = {0};
	unsigned found = 0;
	enum kc_err err;
	int code = load(cli, argc, argv, &text);

	if (code != KC_EXIT_OK)
		goto out;
	t.file = argv[0];
	err = shipped_calendars(cli, &calendar, &found);
	if (err == KC_OK && found == 0) {
		kc_cli_policy_places(cli, &places);
		code = kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
		    _("no calendar file was found in %s; without one no "
		      "deadline has a date"),
		    kc_buf_cstr(&places));
		goto out;
	}
	if (err == KC_OK)
		err = kc_policy_run_tests(
		    kc_buf_view(&text), argv[0], calendar, report, &t, &why);
	if (err == KC_EREFUSED)
		code = kc_refused_file(cli, argv[0], &why, kc_buf_view(&text));
	else if (err != KC_OK)
		code = kc_cli_error(cli, err, argv[0]);
	else {
		printf(_("%u hold, %u do not\n"), t.held, t.broken);
		code = t.broken == 0 ? KC_EXIT_OK : KC_EXIT_REFUSED;
	}
out:
	kc_buf_free(&places);
	kc_calendar_free(calendar);
	kc_buf_free(&text);
	return code;
}
