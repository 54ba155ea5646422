/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng rehearse`: a throw-away ledger, founded from one's own tables if
 * given, whose daemon has a clock that is moved by hand. Its name is one that
 * no ledger that counts can have.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include <kaocheng/instant.h>

#include "lib/keys.h"
#include "lib/setup.h"
#include "lib/tool.h"

#define ID_BYTES 4 /* of its name */

struct rehearsal {
	struct kc_cli *cli;
	const char *dir;
	char origin[64], at[32];
};

/* The clock of the daemon takes whole seconds. */
static void
set_clock(struct rehearsal *r, int64_t ms)
{
	struct kc_buf at = {0};

	kc_buf_instant_s(&at, (ms + 999) / 1000);
	(void)kc_slice_copy(r->at, sizeof(r->at), kc_buf_view(&at));
	kc_buf_free(&at);
}

/* --- the ledger --- */
static int
found(struct rehearsal *r)
{
	struct kc_cli cli = *r->cli;
	char *args[] = {(char *)(uintptr_t)r->dir};
	struct kc_buf name = {0};
	uint8_t id[ID_BYTES];
	int64_t ms = (int64_t)time(NULL) * 1000;
	int code = KC_EXIT_OK;

	if (kc_cli_random(id, sizeof(id)) != KC_OK)
		return kc_cli_error(r->cli, KC_EIO, "random");
	kc_buf_str(&name, KC_REHEARSAL);
	kc_buf_hex(&name, id, sizeof(id));
	(void)kc_slice_copy(r->origin, sizeof(r->origin), kc_buf_view(&name));
	if (cli.at != NULL)
		code = kc_cli_when("--at", cli.at, &ms);
	kc_buf_free(&name);
	set_clock(r, ms);
	cli.origin = r->origin;
	cli.at = r->at;
	cli.title = "演练 rehearsal";
	cli.unprotected = cli.quiet = true;
	return code == KC_EXIT_OK ? kc_cmd_init(&cli, 1, args) : code;
}

/* One that was left is gone on with, from the time of its last entry. */
static int
find(struct rehearsal *r)
{
	struct kc_view_args args = {.lang = r->cli->lang};
	struct kc_log_keys log;
	struct kc_buf json = {0};
	json_t *doc = NULL;
	const char *at = NULL;
	int64_t ms = 0;
	int code;

	if (kc_trust_load(r->cli, &log) != KC_OK || log.n == 0 ||
	    !kc_is_rehearsal(log.v[0].name))
		return kc_cli_fail(KC_EXIT_CONFLICT, NULL,
		    _("%s holds a ledger that is no rehearsal"), r->dir);
	if (r->cli->tables.n > 0 || r->cli->at != NULL)
		return kc_cli_fail(KC_EXIT_CONFLICT,
		    _("kaocheng rehearse DIR alone goes on with it"),
		    _("%s: there is a ledger already"), r->dir);
	(void)kc_slice_copy(
	    r->origin, sizeof(r->origin), kc_slice_str(log.v[0].name));
	code = kc_cli_view(r->cli, "status", &args, &json);
	if (code == KC_EXIT_OK)
		doc = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	at = json_string_value(
	    json_object_get(json_object_get(doc, "as_of"), "received"));
	if (code == KC_EXIT_OK &&
	    (at == NULL || !kc_read_instant_ms(kc_slice_str(at), &ms)))
		code = kc_cli_error(r->cli, KC_ECORRUPT, r->dir);
	set_clock(r, ms);
	json_decref(doc);
	kc_buf_free(&json);
	return code;
}

/* --- */
static void
say(const struct rehearsal *r)
{
	char *whole = realpath(r->dir, NULL);
	const char *dir = whole != NULL ? whole : r->dir;

	printf(_("REHEARSAL: ledger %s in %s. Nothing of it counts: its keys "
		 "have no passphrase, and its name is none that a ledger can "
		 "have.\n"),
	    r->origin, dir);
	printf(_("its clock stands at %s; in another window:\n"
		 "  export KAOCHENG_DIR='%s'\n"
		 "  kaocheng status\n"
		 "  kaocheng clock advance +1d\n"
		 "  kaocheng unit list\n"),
	    r->at, dir);
	printf(
	    _("to end it: Ctrl-C here, then rm -r '%s'; kaocheng rehearse '%s' "
	      "goes on with it instead\n"),
	    dir, dir);
	free(whole);
}

static int
serve(const struct rehearsal *r)
{
	char program[KC_PATH_SIZE];

	if (kc_cli_sibling(r->cli, "kaochengd", program, sizeof(program)) !=
	    KC_OK)
		return kc_cli_error(r->cli, KC_ENOTFOUND, "kaochengd");
	fflush(NULL);
	execl(program, program, "--dir", r->dir, "--test-clock", r->at,
	    (char *)NULL);
	return kc_cli_fail(
	    KC_EXIT_FAILED, NULL, "%s: %s", program, strerror(errno));
}

int
kc_cmd_rehearse(struct kc_cli *cli, int argc, char **argv)
{
	struct rehearsal r = {.cli = cli};
	char path[KC_PATH_SIZE];
	int code;

	if (argc > 1)
		return kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	r.dir = argc == 1 ? argv[0] : cli->dir != NULL ? cli->dir : "rehearsal";
	cli->dir = r.dir;
	if (kc_path_join(path, r.dir, "ledger.mdb") != KC_OK)
		return kc_cli_error(cli, KC_ETOOBIG, r.dir);
	code = kc_file_exists(path) ? find(&r) : found(&r);
	if (code != KC_EXIT_OK)
		return code;
	say(&r);
	return cli->no_serve ? code : serve(&r);
}
