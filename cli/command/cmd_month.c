/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng deadline calendar`: the open last days of a month as a grid, and
 * below it what they are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/civil.h>
#include <kaocheng/view.h>

#include "lib/tool.h"
#include "lib/width.h"
#include "read.h"

#define CELL 5

struct month {
	int year, number;
	kc_day first, next; /* its first day, and that of the next month */
	unsigned count[32]; /* last days, by the day of the month */
	int light[32];      /* the worst of them: 0 none, green, yellow, red */
	bool off[32];       /* no working day */
};

static int
day_in(const struct month *m, const char *text)
{
	kc_day d;

	if (text == NULL || !kc_read_day(kc_slice_str(text), &d) ||
	    d < m->first || d >= m->next)
		return 0;
	return d - m->first + 1;
}

/* "2022-10"; without it, the month of the ledger's day. */
static bool
set_month(struct month *m, const char *text)
{
	char first[] = "0000-00-01";
	int day;

	if (text == NULL || strlen(text) < 7)
		return false;
	memcpy(first, text, 7);
	if (!kc_read_day(kc_slice_str(first), &m->first))
		return false;
	kc_day_to_civil(m->first, &m->year, &m->number, &day);
	m->next = m->number == 12
	    ? kc_day_from_civil(m->year + 1, 1, 1)
	    : kc_day_from_civil(m->year, m->number + 1, 1);
	return true;
}

static int
light_of(json_t *row)
{
	const char *text = json_string_value(json_object_get(row, "light"));

	if (text == NULL)
		return 1;
	return strcmp(text, "red") == 0   ? 3
	    : strcmp(text, "yellow") == 0 ? 2
					  : 1;
}

/* Counts the rows of the month, and leaves the others out. */
static void
keep_month(struct month *m, json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows);) {
		json_t *row = json_array_get(rows, i);
		int d =
		    day_in(m, json_string_value(json_object_get(row, "due")));

		if (d == 0) {
			(void)json_array_remove(rows, i);
			continue;
		}
		m->count[d]++;
		if (light_of(row) > m->light[d])
			m->light[d] = light_of(row);
		i++;
	}
}

/* Weekends, and what the year's notice says otherwise. */
static void
take_days_off(struct month *m, json_t *rows)
{
	json_t *row;
	size_t i;
	kc_day from, to;

	for (kc_day d = m->first; d < m->next; d++)
		m->off[d - m->first + 1] = kc_day_weekday(d) > 5;
	json_array_foreach(rows, i, row)
	{
		const char *what =
		    json_string_value(json_object_get(row, "what"));
		const char *a = json_string_value(json_object_get(row, "from"));
		const char *b = json_string_value(json_object_get(row, "to"));

		if (what == NULL || a == NULL || b == NULL ||
		    !kc_read_day(kc_slice_str(a), &from) ||
		    !kc_read_day(kc_slice_str(b), &to))
			continue;
		for (kc_day d = from > m->first ? from : m->first;
		     d <= to && d < m->next; d++)
			m->off[d - m->first + 1] = strcmp(what, "off") == 0;
	}
}

/* --- the grid --- */
static void
put_cell(const struct month *m, int d, bool last)
{
	static const char marks[] = {' ', '.', '?', '!'};
	char text[16];
	int n = snprintf(text, sizeof(text), "%2d", d);

	if (m->count[d] > 0)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%c%c",
		    marks[m->light[d]],
		    m->count[d] > 9 ? '+' : (char)('0' + m->count[d]));
	else if (m->off[d])
		n += snprintf(text + n, sizeof(text) - (size_t)n, "-");
	if (last)
		printf("%s\n", text);
	else
		printf("%-*s", CELL, text);
}

static void
put_grid(const struct kc_cli *cli, const struct month *m)
{
	static const char *const names[2][7] = {
	    [KC_LANG_ZH] = {"一", "二", "三", "四", "五", "六", "日"},
	    [KC_LANG_EN] = {"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}};
	int column = kc_day_weekday(m->first) - 1;

	printf("%04d-%02d\n", m->year, m->number);
	for (int i = 0; i < 6; i++)
		kc_put_padded(stdout, names[cli->lang][i], CELL);
	puts(names[cli->lang][6]);
	printf("%*s", column * CELL, "");
	for (kc_day d = m->first; d < m->next; d++)
		put_cell(
		    m, d - m->first + 1, ++column % 7 == 0 || d + 1 == m->next);
	kc_put_wrapped(stdout,
	    _("! red, ? yellow, . green, and how many, + above 9; - no working "
	      "day"),
	    0, kc_out_columns());
	putchar('\n');
}

/* --- the command --- */
/* Of a year whose notice the ledger lacks, weekends alone are known. */
static void
load_days_off(struct kc_cli *cli, struct month *m)
{
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf year = {0};
	json_t *doc = NULL;

	kc_buf_u64(&year, (uint64_t)m->year);
	args.id = kc_buf_view(&year);
	if (kc_cli_view_doc(cli, "calendar", &args, &doc) == KC_EXIT_OK)
		take_days_off(m, json_object_get(doc, "rows"));
	json_decref(doc);
	kc_buf_free(&year);
}

static int
print_list(struct kc_cli *cli, json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT);
	int code = text == NULL
	    ? kc_cli_error(cli, KC_ENOMEM, "deadlines")
	    : kc_cli_print(cli, "deadlines", kc_slice_str(text));

	free(text);
	return code;
}

int
kc_cmd_deadline_calendar(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_view_args args = {.lang = cli->lang};
	struct month m = {0};
	const char *text = cli->month;
	json_t *doc = NULL;
	int code;

	if (argc > 1)
		return kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	if (text != NULL && (strlen(text) != 7 || !set_month(&m, text)))
		return kc_cli_usage(
		    _("%s is no month; say it as 2026-03"), text);
	if (argc == 1)
		args.unit = kc_slice_str(argv[0]);
	else if (cli->unit != NULL)
		args.unit = kc_slice_str(cli->unit);
	code = kc_cli_view_doc(cli, "deadlines", &args, &doc);
	if (code != KC_EXIT_OK)
		return code;
	if (text == NULL)
		(void)set_month(
		    &m, json_string_value(json_object_get(doc, "today")));
	keep_month(&m, json_object_get(doc, "rows"));
	if (cli->format == KC_FORMAT_TABLE || cli->format == KC_FORMAT_WIDE) {
		load_days_off(cli, &m);
		put_grid(cli, &m);
	}
	code = print_list(cli, doc);
	json_decref(doc);
	return code;
}
