/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng deadline ics`: the last days of a person, as a calendar. */
#include <stdio.h>

#include <kaocheng/feed.h>

#include "lib/reader.h"

static int
render(const struct kc_reader *r, struct kc_buf *out)
{
	struct kc_cli *cli = r->cli;
	const struct kc_feed_ask ask = {.actor = kc_slice_str(cli->actor),
	    .now_ms = r->ledger.now_ms,
	    .lang = cli->lang};
	enum kc_err err = kc_feed_render(out, r->ledger.state, &ask);

	if (err == KC_ENOTFOUND)
		return kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("kaocheng actor list names them"),
		    _("no actor %s is enrolled"), cli->actor);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, cli->dir);
}

static int
ask_daemon(struct kc_reader *r, struct kc_buf *out)
{
	struct kc_buf path = {0};
	int code;

	kc_buf_str(&path, "/v1/actors/");
	kc_buf_query(&path, kc_slice_str(r->cli->actor));
	kc_buf_str(&path,
	    r->cli->lang == KC_LANG_ZH ? "/calendar?lang=zh"
				       : "/calendar?lang=en");
	code = kc_reader_get(r, &path, out);
	kc_buf_free(&path);
	return code;
}

int
kc_cmd_deadline_ics(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf out = {0};
	struct kc_reader r;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->actor == NULL && cli->nas > 0)
		cli->actor = cli->as[0];
	if (cli->actor == NULL || cli->actor[0] == '\0')
		return kc_cli_usage("%s", _("whose? name the person: --actor"));
	code = kc_reader_open(cli, &r);
	if (code == KC_EXIT_OK)
		code = r.local ? render(&r, &out) : ask_daemon(&r, &out);
	if (code == KC_EXIT_OK)
		(void)fwrite(out.p, 1, out.n, stdout);
	kc_reader_close(&r);
	kc_buf_free(&out);
	return code;
}
