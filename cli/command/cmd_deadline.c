/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng deadline ics` and `feed`: the last days of a person as a calendar,
 * and the secret address by which a calendar program subscribes to it. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <kaocheng/civil.h>
#include <kaocheng/feed.h>

#include "lib/reader.h"
#include "people.h"

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

/* Whose: --actor, or who asks. */
static int
find_actor(struct kc_cli *cli, int argc, char **argv)
{
	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->actor == NULL && cli->nas > 0)
		cli->actor = cli->as[0];
	if (cli->actor == NULL || cli->actor[0] == '\0')
		return kc_cli_usage("%s", _("whose? name the person: --actor"));
	return KC_EXIT_OK;
}

int
kc_cmd_deadline_ics(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf out = {0};
	struct kc_reader r;
	int code = find_actor(cli, argc, argv);

	if (code != KC_EXIT_OK)
		return code;
	code = kc_reader_open(cli, &r);
	if (code == KC_EXIT_OK)
		code = r.local ? render(&r, &out) : ask_daemon(&r, &out);
	if (code == KC_EXIT_OK)
		(void)fwrite(out.p, 1, out.n, stdout);
	kc_reader_close(&r);
	kc_buf_free(&out);
	return code;
}

/* --- simulate --- */
int
kc_cmd_deadline_simulate(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_view_args args = {.lang = cli->lang};
	struct kc_buf id = {0}, json = {0};
	kc_day on;
	int code;

	if (argc != 1)
		return kc_cli_usage("%s",
		    _("of which case, letter or dispute? or after which step: "
		      "feedback.deliver"));
	if (cli->on != NULL && !kc_read_day(kc_slice_str(cli->on), &on))
		return kc_cli_usage(_("--on %s is no day"), cli->on);
	kc_buf_str(&id, argv[0]);
	if (cli->on != NULL) {
		kc_buf_char(&id, '@');
		kc_buf_str(&id, cli->on);
	}
	args.id = kc_buf_view(&id);
	code = kc_cli_view(cli, "outlook", &args, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(cli, "outlook", kc_buf_view(&json));
	kc_buf_free(&id);
	kc_buf_free(&json);
	return code;
}

/* --- feed --- */
/* The address is told once, when it is made: what is kept opens nothing. */
static int
print_feed(const struct kc_cli *cli, const char *state, int64_t made_ms,
    const struct kc_buf *address)
{
	const char *base =
	    cli->where != NULL && strstr(cli->where, "://") != NULL ? cli->where
								    : "";
	size_t n = strlen(base);
	struct kc_buf url = {0}, out = {0};
	struct kc_json w = {.out = &out};
	enum kc_err err;

	if (address->n > 0) {
		kc_buf_put(&url, base, n > 0 && base[n - 1] == '/' ? n - 1 : n);
		kc_buf_str(&url, "/feed/");
		kc_buf_slice(&url, kc_buf_view(address));
	}
	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.deadline-feed/1");
	kc_json_key(&w, "actor");
	kc_json_str(&w, cli->actor);
	kc_json_key(&w, "state");
	kc_json_str(&w, state);
	kc_json_key(&w, "made");
	if (made_ms >= 0)
		kc_json_instant(&w, made_ms);
	else
		kc_json_null(&w);
	kc_json_key(&w, "address");
	if (url.n > 0)
		kc_json_slice(&w, kc_buf_view(&url));
	else
		kc_json_null(&w);
	kc_json_close(&w, '}');
	err = kc_buf_err(&out);
	if (err == KC_OK && cli->format == KC_FORMAT_JSON)
		puts(kc_buf_cstr(&out));
	else if (err == KC_OK && url.n > 0)
		puts(kc_buf_cstr(&url));
	if (url.p != NULL)
		explicit_bzero(url.p, url.cap);
	kc_buf_free(&url);
	kc_buf_free(&out);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, cli->actor);
}

static int
make_feed(struct kc_cli *cli, const char *dir)
{
	uint8_t secret[KC_FEED_SECRET_SIZE];
	struct kc_buf address = {0}, detail = {0};
	int64_t now_ms = (int64_t)time(NULL) * 1000;
	enum kc_err err = kc_cli_random(secret, sizeof(secret));
	int code;

	if (err == KC_OK)
		err = kc_people_feed_put(dir, kc_slice_str(cli->actor), secret,
		    now_ms, &address, &detail);
	explicit_bzero(secret, sizeof(secret));
	code = err == KC_OK ? print_feed(cli, "made", now_ms, &address)
			    : kc_people_fail(err, dir, cli->actor, &detail);
	if (code == KC_EXIT_OK)
		kc_cli_note(cli, "%s",
		    _("whoever knows this address reads the calendar; it is "
		      "not shown again"));
	if (address.p != NULL)
		explicit_bzero(address.p, address.cap);
	kc_buf_free(&address);
	kc_buf_free(&detail);
	return code;
}

/* Those who are enrolled, and are not gone, have calendars. */
static int
want_enrolled(struct kc_cli *cli)
{
	struct kc_state_person who;
	struct kc_local l;
	int code = kc_local_open(cli, &l);

	if (code == KC_EXIT_OK)
		code = kc_local_replay(cli, &l, false);
	if (code == KC_EXIT_OK &&
	    (kc_state_person(l.state, kc_slice_str(cli->actor), &who) !=
		    KC_OK ||
		who.retired))
		code = kc_cli_fail(KC_EXIT_NOT_FOUND,
		    _("kaocheng actor list names them"),
		    _("no actor %s is enrolled"), cli->actor);
	kc_local_close(&l);
	return code;
}

int
kc_cmd_deadline_feed(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_buf none = {0}, detail = {0};
	struct kc_feed_mark mark = {.made_ms = -1};
	char dir[KC_PATH_SIZE];
	enum kc_err err;
	int code = find_actor(cli, argc, argv);

	if (code == KC_EXIT_OK && cli->renew && cli->revoke)
		code = kc_cli_usage("%s", _("--renew or --revoke, not both"));
	if (code == KC_EXIT_OK)
		code = kc_people_place(cli, dir);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_people_feed_get(dir, kc_slice_str(cli->actor), &mark, &detail);
	if (cli->revoke) {
		kc_buf_reset(&detail);
		err =
		    kc_people_feed_drop(dir, kc_slice_str(cli->actor), &detail);
		if (err == KC_OK)
			code = print_feed(cli, "revoked", -1, &none);
	} else if (cli->renew || err == KC_ENOTFOUND) {
		kc_buf_free(&detail);
		code = want_enrolled(cli);
		return code == KC_EXIT_OK ? make_feed(cli, dir) : code;
	} else if (err == KC_OK) {
		code = print_feed(cli, "in-force", mark.made_ms, &none);
		kc_cli_note(cli, "%s",
		    _("there is an address, which was shown when it was made; "
		      "--renew makes another"));
	}
	if (err != KC_OK)
		return kc_people_fail(err, dir, cli->actor, &detail);
	kc_buf_free(&detail);
	return code;
}
