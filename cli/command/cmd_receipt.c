/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng receipt check`: receipts that somebody kept, held against the log
 * as it is now, and against each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/proof.h>

#include "lib/foreign.h"
#include "lib/keys.h"
#include "lib/seen.h"
#include "lib/tool.h"

struct checking {
	struct kc_cli *cli;
	struct kc_client *client; /* NULL: the log is not asked */
	struct kc_log_keys keys;
	struct kc_checkpoint now;
	/* The head of each file; size 0: it has none that counts. */
	struct kc_checkpoint *heads;
	json_t *rows;
	bool lost; /* there was no memory for a row */
	int worst;
};

/* --- one file --- */
/* Its head, signed by the log; with a leaf in it, that this stands there. */
static enum kc_err
read_receipt(struct checking *c, const char *path, struct kc_checkpoint *head,
    uint64_t *seq)
{
	struct kc_buf bytes = {0}, leaf = {0};
	struct kc_proof p;
	enum kc_err err = kc_file_load(path, KC_PROOF_FILE_MAX, &bytes);

	if (err == KC_OK)
		err = kc_proof_parse(&p, kc_buf_view(&bytes));
	if (err != KC_OK)
		goto out;
	*seq = p.index;
	if (p.extra.n > 0)
		err = kc_proof_leaf(&p, &leaf);
	if (err == KC_OK)
		err = p.extra.n > 0
		    ? kc_proof_verify_by(kc_buf_view(&bytes),
			  kc_buf_view(&leaf), &c->keys, head)
		    : kc_checkpoint_parse_by(head, p.checkpoint, &c->keys);
out:
	kc_buf_free(&bytes);
	kc_buf_free(&leaf);
	return err;
}

/* Two roots of one size, in two receipts: the log is not needed. */
static bool
parted(const struct checking *c, int i, int *from)
{
	for (*from = 0; *from < i; ++*from)
		if (c->heads[*from].size == c->heads[i].size &&
		    !kc_hash_eq(&c->heads[*from].root, &c->heads[i].root))
			return true;
	return false;
}

/* A number, or null where nothing was proved of it. */
static json_t *
number(uint64_t n, bool known)
{
	return known ? json_integer((json_int_t)n) : json_null();
}

/* One row, whatever bytes the file's name has; size 0: it has no head. */
static void
tell(struct checking *c, const char *file, uint64_t seq, uint64_t size,
    int code, const char *says)
{
	struct kc_buf name = {0};
	json_t *row;

	if (code > c->worst)
		c->worst = code;
	kc_buf_foreign(&name, kc_slice_str(file));
	if (c->cli->format == KC_FORMAT_JSON) {
		row = json_pack("{s:s,s:o,s:o,s:i,s:s}", "file",
		    kc_buf_cstr(&name), "entry", number(seq, size > 0), "size",
		    number(size, size > 0), "exit", code, "says", says);
		if (row == NULL || json_array_append_new(c->rows, row) != 0)
			c->lost = true;
	} else {
		printf("%s: %s\n", kc_buf_cstr(&name), says);
	}
	kc_buf_free(&name);
}

static int
check_one(struct checking *c, char **files, int i)
{
	struct kc_checkpoint *head = &c->heads[i];
	uint64_t seq = 0;
	bool holds = false;
	int other, code = KC_EXIT_OK;
	enum kc_err err = read_receipt(c, files[i], head, &seq);

	if (err != KC_OK) {
		head->size = 0;
		tell(c, files[i], seq, 0,
		    err == KC_EPROOF          ? KC_EXIT_TAMPERED
			: err == KC_ENOTFOUND ? KC_EXIT_NOT_FOUND
					      : KC_EXIT_FAILED,
		    kc_err_said(err));
		return KC_EXIT_OK;
	}
	if (parted(c, i, &other)) {
		tell(c, files[i], seq, head->size, KC_EXIT_TAMPERED,
		    _("EVIDENCE: the log has signed another root of this size "
		      "in a receipt before it"));
		return KC_EXIT_OK;
	}
	if (c->client == NULL) {
		tell(c, files[i], seq, head->size, KC_EXIT_OK,
		    _("signed by the log; the log was not asked"));
		return KC_EXIT_OK;
	}
	if (head->size > c->now.size) {
		tell(c, files[i], seq, head->size, KC_EXIT_TAMPERED,
		    _("EVIDENCE: the log ends before what it had signed"));
		return KC_EXIT_OK;
	}
	code = kc_seen_continues(c->cli, c->client, head, &c->now, &holds);
	if (code == KC_EXIT_OK)
		tell(c, files[i], seq, head->size,
		    holds ? KC_EXIT_OK : KC_EXIT_TAMPERED,
		    holds ? _("holds: the log continues it")
			  : _("EVIDENCE: the log does not continue what it "
			      "had signed"));
	return code;
}

/* --- all --- */
/* The head to hold them against; a log that cannot be reached is said, and
 * the rest is done without it. */
static int
ask_log(struct checking *c)
{
	struct kc_buf note = {0};
	int code = kc_cli_connect(c->cli, &c->client);

	if (code == KC_EXIT_OK)
		code = kc_cli_get(c->cli, c->client, "/checkpoint", &note);
	if (code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(&c->now, kc_buf_view(&note), &c->keys) !=
		KC_OK)
		code = kc_cli_no_log_key();
	if (code == KC_EXIT_UNREACHABLE) {
		kc_client_close(c->client);
		c->client = NULL;
		c->worst = code;
		code = KC_EXIT_OK;
	}
	kc_buf_free(&note);
	return code;
}

static int
print_json(const struct checking *c)
{
	json_t *doc = json_pack("{s:s,s:s,s:o,s:O}", "schema",
	    "kaocheng.receipts/1", "ledger", c->keys.v[0].name, "size",
	    number(c->now.size, c->now.size > 0), "rows", c->rows);
	char *text = c->lost ? NULL : json_dumps(doc, JSON_COMPACT);
	int code = text != NULL ? KC_EXIT_OK
				: kc_cli_error(c->cli, KC_ENOMEM, "receipts");

	if (text != NULL)
		puts(text);
	free(text);
	json_decref(doc);
	return code;
}

int
kc_cmd_receipt_check(struct kc_cli *cli, int argc, char **argv)
{
	struct checking c = {.cli = cli};
	enum kc_err err;
	int printed, code = KC_EXIT_OK;

	if (argc == 0)
		return kc_cli_usage(
		    "%s", _("which receipts? name their files"));
	err = kc_trust_load(cli, &c.keys);
	if (err != KC_OK)
		return kc_cli_error(
		    cli, err, cli->trust != NULL ? cli->trust : "trust");
	c.rows = json_array();
	c.heads = calloc((size_t)argc, sizeof(*c.heads));
	if (c.heads == NULL || c.rows == NULL)
		code = kc_cli_error(cli, KC_ENOMEM, "receipts");
	if (code == KC_EXIT_OK)
		code = ask_log(&c);
	for (int i = 0; code == KC_EXIT_OK && i < argc; i++)
		code = check_one(&c, argv, i);
	/* What was found before it failed stands, as in the text. */
	printed = c.heads != NULL && cli->format == KC_FORMAT_JSON
	    ? print_json(&c)
	    : KC_EXIT_OK;
	if (code == KC_EXIT_OK)
		code = printed;
	json_decref(c.rows);
	free(c.heads);
	kc_client_close(c.client);
	return code == KC_EXIT_OK ? c.worst : code;
}
