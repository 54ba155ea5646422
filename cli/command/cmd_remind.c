/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng remind preview|simulate`: what reminders are due at an instant,
 * and what would go out over a span of days. Nothing is sent. Asked of the
 * daemon, or made from a ledger on disk.
 */
#include <stdio.h>

#include <kaocheng/civil.h>
#include <kaocheng/foresee.h>

#include "lib/reader.h"
#include "people.h"

struct remind {
	struct kc_reader reader;
	struct kc_person_ways *ways;
	struct kc_foresee f;
	struct kc_buf out;
	kc_day from, to;
};

/* The ledger or the daemon, and with the former how persons are reached. */
static int
begin(struct remind *r, struct kc_cli *cli, int argc, char **argv)
{
	char people[KC_PATH_SIZE];
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	code = kc_reader_open(cli, &r->reader);
	if (code != KC_EXIT_OK || !r->reader.local)
		return code;
	kc_cli_place(cli, "people", "people", people);
	r->f = (struct kc_foresee){.channel = kc_person_way,
	    .sealed = true, /* who has the ledger has its ballots */
	    .text = cli->format != KC_FORMAT_JSON,
	    .lang = cli->lang};
	if (kc_person_ways_read(people, &r->ways) != KC_OK)
		return kc_cli_error(cli, KC_ENOMEM, "people");
	r->f.ctx = r->ways;
	return KC_EXIT_OK;
}

static int
get(struct remind *r, struct kc_buf *path)
{
	struct kc_cli *cli = r->reader.cli;

	kc_buf_str(path, cli->lang == KC_LANG_ZH ? "lang=zh" : "lang=en");
	if (cli->format != KC_FORMAT_JSON)
		kc_buf_str(path, "&as=text");
	return kc_reader_get(&r->reader, path, &r->out);
}

static int
end(struct remind *r, int code)
{
	if (code == KC_EXIT_OK) {
		fwrite(r->out.p, 1, r->out.n, stdout);
		if (r->reader.cli->format == KC_FORMAT_JSON)
			putchar('\n');
	}
	kc_buf_free(&r->out);
	kc_person_ways_free(r->ways);
	kc_reader_close(&r->reader);
	return code;
}

int
kc_cmd_remind_preview(struct kc_cli *cli, int argc, char **argv)
{
	struct remind r = {.reader.cli = cli};
	struct kc_buf path = {0};
	int code = begin(&r, cli, argc, argv);

	if (code == KC_EXIT_OK && !r.reader.local) {
		kc_buf_str(&path, "/v1/remind/due?");
		code = get(&r, &path);
	} else if (code == KC_EXIT_OK &&
	    kc_foresee_due(&r.out, r.reader.ledger.state,
		r.reader.ledger.now_ms, &r.f) != KC_OK) {
		code = kc_cli_error(cli, KC_ENOMEM, "remind");
	}
	kc_buf_free(&path);
	return end(&r, code);
}

/* --- simulate --- */
static int
read_span(struct remind *r, const struct kc_cli *cli)
{
	if (cli->from == NULL || cli->to == NULL ||
	    !kc_read_day(kc_slice_str(cli->from), &r->from) ||
	    !kc_read_day(kc_slice_str(cli->to), &r->to) || r->to < r->from)
		return kc_cli_usage("%s",
		    _("over which days? --from YYYY-MM-DD --to YYYY-MM-DD"));
	if (r->to - r->from >= KC_FORESEE_DAYS_MAX)
		return kc_cli_usage(
		    _("at most %d days at once"), KC_FORESEE_DAYS_MAX);
	return KC_EXIT_OK;
}

int
kc_cmd_remind_simulate(struct kc_cli *cli, int argc, char **argv)
{
	struct remind r = {.reader.cli = cli};
	struct kc_refusal why = {0};
	struct kc_buf path = {0};
	enum kc_err err = KC_OK;
	int code = read_span(&r, cli);

	if (code == KC_EXIT_OK)
		code = begin(&r, cli, argc, argv);
	if (code == KC_EXIT_OK && !r.reader.local) {
		kc_buf_str(&path, "/v1/remind/days?from=");
		kc_buf_str(&path, cli->from);
		kc_buf_str(&path, "&to=");
		kc_buf_str(&path, cli->to);
		kc_buf_char(&path, '&');
		code = get(&r, &path);
	} else if (code == KC_EXIT_OK) {
		err = kc_foresee_days(&r.out, &r.reader.ledger.log,
		    r.reader.ledger.upto, r.from, r.to, &r.f, &why);
	}
	if (err != KC_OK)
		code = err == KC_EREFUSED ? kc_cli_refusal(cli, &why)
					  : kc_cli_error(cli, err, cli->dir);
	kc_buf_free(&path);
	return end(&r, code);
}
