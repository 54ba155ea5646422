/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng receipt check`: receipts that somebody kept, held against the log
 * as it is now, and against each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/proof.h>

#include "lib/foreign.h"
#include "lib/forked.h"
#include "lib/keys.h"
#include "lib/seen.h"
#include "lib/tool.h"

/* The head of a file; size 0: it has none that counts. */
struct held {
	struct kc_checkpoint c;
	struct kc_buf note;
};

struct checking {
	struct kc_cli *cli;
	struct kc_client *client; /* NULL: the log is not asked */
	struct kc_log_keys keys;
	struct held now, *heads; /* the log's, and one a file */
	json_t *rows;
	bool lost; /* there was no memory for a row */
	int worst;
};

/* --- one file --- */
/* Its head, signed by the log; with a leaf in it, that this stands there. */
static enum kc_err
read_receipt(
    struct checking *c, const char *path, struct held *head, uint64_t *seq)
{
	struct kc_buf bytes = {0}, leaf = {0};
	struct kc_proof p;
	enum kc_err err = kc_file_load(path, KC_PROOF_FILE_MAX, &bytes);

	if (err == KC_OK)
		err = kc_proof_parse(&p, kc_buf_view(&bytes));
	if (err != KC_OK)
		goto out;
	*seq = p.index;
	kc_buf_slice(&head->note, p.checkpoint);
	if (p.extra.n > 0)
		err = kc_proof_leaf(&p, &leaf);
	if (err == KC_OK)
		err = p.extra.n > 0
		    ? kc_proof_verify_by(kc_buf_view(&bytes),
			  kc_buf_view(&leaf), &c->keys, &head->c)
		    : kc_checkpoint_parse_by(&head->c, p.checkpoint, &c->keys);
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
		if (c->heads[*from].c.size == c->heads[i].c.size &&
		    !kc_hash_eq(&c->heads[*from].c.root, &c->heads[i].c.root))
			return true;
	return false;
}

/* A number, or null where nothing was proved of it. */
static json_t *
number(uint64_t n, bool known)
{
	return known ? json_integer((json_int_t)n) : json_null();
}

/* One row, whatever bytes the file's name has; size 0: it has no head. fork:
 * where both heads are kept, or NULL. */
static void
tell(struct checking *c, const char *file, uint64_t seq, uint64_t size,
    int code, const char *says, const char *fork)
{
	struct kc_buf kept = {0};
	struct kc_buf name = {0};
	json_t *row;

	if (code > c->worst)
		c->worst = code;
	kc_buf_foreign(&name, kc_slice_str(file));
	if (c->cli->format == KC_FORMAT_JSON) {
		if (fork != NULL)
			kc_buf_foreign(&kept, kc_slice_str(fork));
		row = json_pack("{s:s,s:o,s:o,s:i,s:s,s:s?}", "file",
		    kc_buf_cstr(&name), "entry", number(seq, size > 0), "size",
		    number(size, size > 0), "exit", code, "says", says, "fork",
		    fork != NULL ? kc_buf_cstr(&kept) : NULL);
		if (row == NULL || json_array_append_new(c->rows, row) != 0)
			c->lost = true;
	} else {
		printf("%s: %s", kc_buf_cstr(&name), says);
		if (fork != NULL) {
			fputs(_("; both heads are in "), stdout);
			kc_put_foreign(stdout, fork);
		}
		putchar('\n');
	}
	kc_buf_free(&name);
	kc_buf_free(&kept);
}

/* Evidence: both heads are kept beside the receipt. */
static void
tell_fork(struct checking *c, const char *file, uint64_t seq,
    const struct held *head, const struct held *other, const char *says)
{
	const struct kc_head a = {&head->c, kc_buf_view(&head->note)};
	const struct kc_head b = {&other->c, kc_buf_view(&other->note)};
	char path[KC_FORKED_PATH];
	enum kc_err err = kc_forked_keep(c->cli, c->client, file, &a, &b, path);

	if (err != KC_OK)
		(void)kc_cli_error(c->cli, err, path);
	tell(c, file, seq, head->c.size, KC_EXIT_TAMPERED, says,
	    err == KC_OK ? path : NULL);
}

static int
check_one(struct checking *c, char **files, int i)
{
	struct held *head = &c->heads[i];
	uint64_t seq = 0;
	bool holds = false;
	int other, code = KC_EXIT_OK;
	enum kc_err err = read_receipt(c, files[i], head, &seq);

	if (err != KC_OK) {
		head->c.size = 0;
		tell(c, files[i], seq, 0,
		    err == KC_EPROOF          ? KC_EXIT_TAMPERED
			: err == KC_ENOTFOUND ? KC_EXIT_NOT_FOUND
					      : KC_EXIT_FAILED,
		    kc_err_said(err), NULL);
		return KC_EXIT_OK;
	}
	if (parted(c, i, &other)) {
		tell_fork(c, files[i], seq, head, &c->heads[other],
		    _("EVIDENCE: the log has signed another root of this size "
		      "in a receipt before it"));
		return KC_EXIT_OK;
	}
	if (c->client == NULL) {
		tell(c, files[i], seq, head->c.size, KC_EXIT_OK,
		    _("signed by the log; the log was not asked"), NULL);
		return KC_EXIT_OK;
	}
	if (head->c.size > c->now.c.size) {
		tell_fork(c, files[i], seq, head, &c->now,
		    _("EVIDENCE: the log ends before what it had signed"));
		return KC_EXIT_OK;
	}
	code =
	    kc_seen_continues(c->cli, c->client, &head->c, &c->now.c, &holds);
	if (code == KC_EXIT_OK && holds)
		tell(c, files[i], seq, head->c.size, KC_EXIT_OK,
		    _("holds: the log continues it"), NULL);
	else if (code == KC_EXIT_OK)
		tell_fork(c, files[i], seq, head, &c->now,
		    _("EVIDENCE: the log does not continue what it had "
		      "signed"));
	return code;
}

/* --- all --- */
/* The head to hold them against; a log that cannot be reached is said, and
 * the rest is done without it. */
static int
ask_log(struct checking *c)
{
	int code = kc_cli_connect(c->cli, &c->client);

	if (code == KC_EXIT_OK)
		code =
		    kc_cli_get(c->cli, c->client, "/checkpoint", &c->now.note);
	if (code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(
		&c->now.c, kc_buf_view(&c->now.note), &c->keys) != KC_OK)
		code = kc_cli_no_log_key();
	if (code == KC_EXIT_UNREACHABLE) {
		kc_client_close(c->client);
		c->client = NULL;
		c->worst = code;
		code = KC_EXIT_OK;
	}
	return code;
}

static int
print_json(const struct checking *c)
{
	json_t *doc = json_pack("{s:s,s:s,s:o,s:O}", "schema",
	    "kaocheng.receipts/1", "ledger", c->keys.v[0].name, "size",
	    number(c->now.c.size, c->now.c.size > 0), "rows", c->rows);
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
	for (int i = 0; c.heads != NULL && i < argc; i++)
		kc_buf_free(&c.heads[i].note);
	free(c.heads);
	kc_buf_free(&c.now.note);
	kc_client_close(c.client);
	return code == KC_EXIT_OK ? c.worst : code;
}
