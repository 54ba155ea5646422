/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng verify`: an export, a ledger on disk, or one receipt. */
#include <stdio.h>
#include <string.h>

#include "lib/exporter.h"
#include "lib/file.h"
#include "lib/keys.h"
#include "verify/stages.h"
#include "verify/stages_print.h"

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

static void
print_receipt(const struct kc_cli *cli, const char *file,
    const struct kc_receipt_report *r, const struct kc_trust *trust)
{
	struct kc_buf root = {0};

	if (r->found != KC_FOUND_NOTHING) {
		(void)kc_cli_fail(kc_finding_verdict(r->found), NULL, "%s: %s",
		    file, kc_finding_text(r->found, cli->lang));
	} else {
		kc_buf_hash(&root, &r->checkpoint.root);
		printf(_("entry #%llu stands in %s, size %llu, root %s\n"),
		    (unsigned long long)r->seq, r->checkpoint.origin,
		    (unsigned long long)r->checkpoint.size, kc_buf_cstr(&root));
	}
	if (r->found == KC_FOUND_NOTHING || r->found == KC_FOUND_QUORUM)
		kc_stages_print_witnesses(trust, &r->witnesses);
	kc_buf_free(&root);
}

static int
verify_receipt(const struct kc_cli *cli, const char *receipt, const char *leaf)
{
	static struct kc_trust trust; /* large */
	struct kc_receipt_report r;
	struct kc_buf proof = {0}, bytes = {0};
	char path[KC_PATH_SIZE];
	const char *file = receipt;
	enum kc_err err = kc_trust_path(cli, path);
	int code = err == KC_OK ? kc_stages_trust(path, cli->lang, &trust)
				: kc_cli_error(cli, err, "trust");

	if (code != KC_EXIT_OK)
		return code;
	err = kc_file_load(receipt, KC_RECEIPT_MAX, &proof);
	if (err == KC_OK) {
		file = leaf;
		err = kc_file_load(leaf, KC_LEAF_MAX, &bytes);
	}
	if (err == KC_OK) {
		kc_verify_receipt(
		    &trust, kc_buf_view(&proof), kc_buf_view(&bytes), &r);
		print_receipt(cli, receipt, &r, &trust);
		code = kc_finding_verdict(r.found);
	} else {
		code = kc_cli_error(cli, err, file);
	}
	kc_buf_free(&proof);
	kc_buf_free(&bytes);
	return code;
}

static bool
is_ledger(const char *path)
{
	char ledger[KC_PATH_SIZE], checkpoint[KC_PATH_SIZE];

	return kc_path_join(ledger, path, "ledger.mdb") == KC_OK &&
	    kc_path_join(checkpoint, path, "checkpoint") == KC_OK &&
	    kc_file_exists(ledger) && !kc_file_exists(checkpoint);
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
	};
	const char *receipt = cli->receipt;
	const char *leaf = cli->leaf;

	if (receipt != NULL && leaf != NULL && argc == 0)
		return verify_receipt(cli, receipt, leaf);
	if (receipt == NULL && leaf == NULL && argc == 1) {
		s.path = argv[0];
		if (is_ledger(s.path))
			return kc_cli_usage(
			    _("%s is a ledger, not an export: kaocheng verify "
			      "--dir %s"),
			    s.path, s.path);
		return kc_stages_place(&s);
	}
	if (receipt == NULL && leaf == NULL && argc == 0 && cli->dir != NULL) {
		s.path = cli->dir;
		return verify_ledger(cli, &s);
	}
	return kc_cli_usage("%s",
	    _("verify takes an export (directory, bundle or address), or --dir "
	      "DIR, or "
	      "--receipt FILE --leaf FILE"));
}
