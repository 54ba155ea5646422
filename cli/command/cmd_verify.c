/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng verify`: an export, a ledger on disk, or one receipt. */
#include <stdio.h>
#include <string.h>

#include "lib/exporter.h"
#include "lib/file.h"
#include "lib/keys.h"
#include "lib/login.h"
#include "verify/stages.h"
#include "verify/stages_print.h"
#include "verify_report.h"

/* A ledger on disk, as the export that it would make. Its own trust file is
 * outside the log: the log key must be the one it names. */
static int
verify_ledger(struct kc_cli *cli, struct kc_stages *s)
{
	char trust[KC_PATH_SIZE];
	struct kc_exporter x;
	struct kc_files files;
	int code = kc_exporter_open(cli, &x);

	if (code == KC_EXIT_OK)
		code = kc_exporter_replay(&x);
	if (code == KC_EXIT_OK) {
		if (s->trust == NULL &&
		    kc_path_join(trust, cli->dir, "trust") == KC_OK &&
		    kc_file_exists(trust))
			s->trust = trust;
		files = kc_exporter_files(&x);
		code = kc_stages_run(s, &files);
	}
	kc_exporter_close(&x);
	return code;
}

/* A receipt is held against the trust file of whoever asks. */
static int
verify_receipt(struct kc_cli *cli, struct kc_stages *s)
{
	char path[KC_PATH_SIZE];
	enum kc_err err = kc_trust_path(cli, path);

	if (err != KC_OK)
		return kc_cli_error(cli, err, "trust");
	s->trust = path;
	return kc_stages_proof(s);
}

static bool
is_ledger(const char *path)
{
	char ledger[KC_PATH_SIZE], checkpoint[KC_PATH_SIZE];

	return kc_path_join(ledger, path, "ledger.mdb") == KC_OK &&
	    kc_path_join(checkpoint, path, "checkpoint") == KC_OK &&
	    kc_file_exists(ledger) && !kc_file_exists(checkpoint);
}

/* Who reads there: --as, or what is remembered of this address. */
static const char *
reader_at(const struct kc_cli *cli, const char *address)
{
	if (strstr(address, "://") == NULL || cli->nas == 0)
		return NULL;
	return cli->login == NULL || cli->as[0] != cli->login->actor ||
		strcmp(cli->login->where, address) == 0
	    ? cli->as[0]
	    : NULL;
}

/* A daemon gives entries over TCP in a session. */
static int
verify_place(struct kc_cli *cli, struct kc_stages *s)
{
	const char *actor = reader_at(cli, s->path);
	struct kc_buf token = {0};
	int code = KC_EXIT_OK;

	if (actor != NULL) {
		cli->where = s->path;
		code = kc_cli_token_at(cli, actor, &token);
		s->token = kc_buf_view(&token);
	}
	if (code == KC_EXIT_OK)
		code = kc_stages_place(s);
	kc_buf_free(&token);
	return code;
}

int
kc_cmd_verify(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_stages s = {
	    .lang = cli->lang,
	    .json = cli->format == KC_FORMAT_JSON,
	    .quiet = cli->quiet,
	    .trust = cli->trust,
	    .at_least = cli->at_least,
	    .leaf = cli->leaf,
	    .no_signatures = cli->no_signatures,
	    .progress = cli->progress,
	};
	int code = kc_verify_report(cli, &s);

	if (code != KC_EXIT_OK)
		return code;
	if (cli->receipt != NULL && argc == 0) {
		s.path = cli->receipt;
		return verify_receipt(cli, &s);
	}
	if (cli->receipt == NULL && argc == 1) {
		s.path = argv[0];
		if (kc_stages_is_proof(s.path))
			return verify_receipt(cli, &s);
		if (is_ledger(s.path))
			return kc_cli_usage(
			    _("%s is a ledger, not an export: kaocheng verify "
			      "--dir %s"),
			    s.path, s.path);
		return verify_place(cli, &s);
	}
	if (cli->receipt == NULL && cli->leaf == NULL && argc == 0 &&
	    cli->dir != NULL) {
		s.path = cli->dir;
		return verify_ledger(cli, &s);
	}
	return kc_cli_usage("%s",
	    _("verify takes an export (directory, bundle or address), a proof "
	      "file, --dir DIR, or --receipt FILE --leaf FILE"));
}
