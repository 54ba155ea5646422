/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng calendar workdays` and `import`: counting working days, and a
 * calendar file before it is adopted.
 */
#include <stdio.h>
#include <string.h>

#include <kaocheng/calendar.h>
#include <kaocheng/limits.h>

#include "lib/text.h"
#include "lib/tool.h"

#define FILE_MAX_BYTES 65535u /* it must fit into an entry */

/* The year before and the one after are looked at, too. */
int
kc_cmd_calendar_show(struct kc_cli *cli, int argc, char **argv)
{
	uint64_t year;
	int code = argc == 0 ? KC_EXIT_OK
			     : kc_cli_within("YEAR", argv[0], KC_YEAR_MIN + 1,
				   KC_YEAR_MAX - 1, &year);

	return code == KC_EXIT_OK ? kc_cmd_view(cli, "calendar", argc, argv)
				  : code;
}

int
kc_cmd_calendar_workdays(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf id = {0}, json = {0};
	kc_day from, to = 0;
	uint64_t n;
	bool days = argc == 2 && kc_read_day(kc_slice_str(argv[1]), &to);
	int code;

	if (argc != 2 || !kc_read_day(kc_slice_str(argv[0]), &from) ||
	    (!days && !kc_read_u64(kc_slice_str(argv[1]), UINT32_MAX, &n)))
		return kc_cli_usage("%s",
		    _("say YYYY-MM-DD and another day, or how many working "
		      "days"));
	if (days && to < from)
		return kc_cli_usage(_("%s is before %s"), argv[1], argv[0]);
	kc_buf_str(&id, argv[0]);
	kc_buf_str(&id, days ? ".." : "+");
	kc_buf_str(&id, argv[1]);
	args.id = kc_buf_view(&id);
	code = kc_cli_view(cli, "workdays", &args, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(cli, "workdays", kc_buf_view(&json));
	kc_buf_free(&id);
	kc_buf_free(&json);
	return code;
}

/* --- import --- */
/* A holiday falls between these days, and some weekday near it is off. */
static const struct feast {
	int month, day, month2, day2;
	const char *name;
} feasts[] = {
    {1, 1, 1, 4, N_("New Year")},
    {1, 21, 2, 27, N_("Spring Festival")},
    {4, 3, 4, 8, N_("Qingming")},
    {4, 29, 5, 5, N_("Labour Day")},
    {5, 28, 6, 28, N_("Dragon Boat Festival")},
    {9, 7, 10, 9, N_("Mid-Autumn Festival")},
    {10, 1, 10, 7, N_("National Day")},
};
#define FEASTS (sizeof(feasts) / sizeof(feasts[0]))

struct import {
	struct kc_cli *cli;
	const char *file;
	struct kc_calendar *calendar;
	struct kc_buf text;
	int year;
	int off, work, workdays; /* weekdays off, weekends worked, in all */
	bool lacks[FEASTS];
};

static bool
is_weekday_off(const struct import *m, kc_day d)
{
	return kc_day_weekday(d) <= 5 &&
	    !kc_calendar_is_workday(m->calendar, d);
}

static void
look(struct import *m)
{
	kc_day last = kc_day_from_civil(m->year, 12, 31);

	for (kc_day d = kc_day_from_civil(m->year, 1, 1); d <= last; d++) {
		bool work = kc_calendar_is_workday(m->calendar, d);

		m->workdays += work;
		m->off += is_weekday_off(m, d);
		m->work += work && kc_day_weekday(d) > 5;
	}
	for (size_t i = 0; i < FEASTS; i++) {
		const struct feast *f = &feasts[i];
		kc_day end = kc_day_from_civil(m->year, f->month2, f->day2);

		m->lacks[i] = true;
		for (kc_day d = kc_day_from_civil(m->year, f->month, f->day);
		     d <= end; d++)
			if (is_weekday_off(m, d))
				m->lacks[i] = false;
	}
}

static int
read_file(struct import *m)
{
	struct kc_refusal why = {0};
	enum kc_err err;
	int code =
	    kc_text_load(m->cli, m->file, m->file, FILE_MAX_BYTES, &m->text);

	if (code != KC_EXIT_OK)
		return code;
	err = kc_calendar_new(&m->calendar);
	if (err == KC_OK)
		err = kc_calendar_add(
		    m->calendar, kc_buf_view(&m->text), m->file, &why);
	if (err == KC_EREFUSED)
		return kc_refused_file(
		    m->cli, m->file, &why, kc_buf_view(&m->text));
	if (err != KC_OK)
		return kc_cli_error(m->cli, err, m->file);
	for (int y = KC_YEAR_MIN; y <= KC_YEAR_MAX; y++)
		if (kc_calendar_covers(m->calendar, y))
			m->year = y;
	return KC_EXIT_OK;
}

static void
say(const struct import *m)
{
	kc_cli_note(m->cli,
	    _("%s: %d, %d weekdays off, %d days of weekends worked, %d working "
	      "days"),
	    m->file, m->year, m->off, m->work, m->workdays);
	for (size_t i = 0; i < FEASTS; i++)
		if (m->lacks[i])
			kc_cli_note(m->cli,
			    _("  no weekday is off for %s: is the notice "
			      "complete?"),
			    _(feasts[i].name));
}

static int
put_json(const struct import *m)
{
	struct kc_buf b = {0};
	struct kc_json w = {.out = &b};
	int code = KC_EXIT_OK;

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.calendar-file/1");
	kc_json_key(&w, "file");
	kc_json_str(&w, m->file);
	kc_json_key(&w, "year");
	kc_json_i64(&w, m->year);
	kc_json_key(&w, "weekdays_off");
	kc_json_i64(&w, m->off);
	kc_json_key(&w, "weekends_worked");
	kc_json_i64(&w, m->work);
	kc_json_key(&w, "workdays");
	kc_json_i64(&w, m->workdays);
	kc_json_key(&w, "missing");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < FEASTS; i++)
		if (m->lacks[i])
			kc_json_str(&w, feasts[i].name);
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	if (kc_buf_err(&b) == KC_OK)
		puts(kc_buf_cstr(&b));
	else
		code = kc_cli_error(m->cli, KC_ENOMEM, m->file);
	kc_buf_free(&b);
	return code;
}

/* The statement calendar.adopt, with the file as its text. */
static int
adopt(struct import *m)
{
	const char *slash = strrchr(m->file, '/');
	const char *cited =
	    m->file[0] == '/' && slash != NULL ? slash + 1 : m->file;
	char name[KC_PATH_SIZE], text[KC_PATH_SIZE];
	char *fields[] = {name, text, NULL};

	if (snprintf(name, sizeof(name), "--file=%s", cited) >=
		(int)sizeof(name) ||
	    snprintf(text, sizeof(text), "--text=@%s", m->file) >=
		(int)sizeof(text))
		return kc_cli_error(m->cli, KC_ETOOBIG, m->file);
	return kc_cmd_write(
	    m->cli, kc_kind_get(KC_K_calendar_adopt), 2, fields);
}

int
kc_cmd_calendar_import(struct kc_cli *cli, int argc, char **argv)
{
	struct import m = {.cli = cli};
	int code;

	if (argc != 1)
		return kc_cli_usage("%s", _("name one calendar file"));
	m.file = argv[0];
	code = read_file(&m);
	if (code == KC_EXIT_OK) {
		look(&m);
		say(&m);
	}
	/* Nobody signs: it was looked at. */
	if (code == KC_EXIT_OK && cli->dry_run && cli->nas == 0) {
		if (cli->format == KC_FORMAT_JSON)
			code = put_json(&m);
	} else if (code == KC_EXIT_OK) {
		code = adopt(&m);
	}
	kc_calendar_free(m.calendar);
	kc_buf_free(&m.text);
	return code;
}
