/* SPDX-License-Identifier: Apache-2.0 */
/* What this user has seen of each ledger; and a ledger that contradicts it. */
#include "seen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kaocheng/merkle.h>

#include "file.h"
#include "keys.h"
#include "tool.h"

struct meeting {
	struct kc_cli *cli;
	struct kc_client *client;
	struct kc_slice note;
	struct kc_checkpoint now, kept;
	struct kc_buf old; /* the kept note; empty: nothing is kept */
	char path[KC_PATH_SIZE];
};

/* File of a ledger; KC_ENOTFOUND if no state directory is known. */
static enum kc_err
file_of(const char *origin, char out[KC_PATH_SIZE])
{
	struct kc_hash h = kc_sha256(origin, strlen(origin));
	struct kc_buf name = {0};
	enum kc_err err;

	kc_buf_str(&name, "seen/");
	kc_buf_hex(&name, h.b, sizeof(h.b));
	(void)kc_buf_cstr(&name);
	err = kc_buf_err(&name);
	if (err == KC_OK)
		err = kc_state_path(out, name.p);
	kc_buf_free(&name);
	return err;
}

static enum kc_err
save(const char *path, struct kc_slice note)
{
	char dir[KC_PATH_SIZE];
	enum kc_err err = kc_state_path(dir, "seen");

	if (err == KC_OK)
		err = kc_dir_make(dir, 0700);
	if (err == KC_OK)
		err = kc_file_save(path, note, 0600);
	return err == KC_OK ? kc_dir_sync(path) : err;
}

/* The present checkpoint is kept. A user who cannot is not a witness, and
 * must know, --quiet or not. */
static void
keep(const struct meeting *m)
{
	enum kc_err err =
	    m->path[0] == '\0' ? KC_ENOTFOUND : save(m->path, m->note);

	if (err == KC_ENOTFOUND)
		fprintf(stderr, "%s\n",
		    _("warning: what was seen of the ledger is not kept: "
		      "neither XDG_STATE_HOME nor HOME is set"));
	else if (err != KC_OK)
		fprintf(stderr,
		    _("warning: what was seen of the ledger is not kept: "
		      "%s: %s\n"),
		    m->path, kc_err_said(err));
}

static bool
read_proof(struct kc_slice body, struct kc_hash proof[KC_PROOF_MAX], size_t *n)
{
	struct kc_slice line;

	for (*n = 0; body.n > 0; *n += 1)
		if (*n == KC_PROOF_MAX || !kc_slice_line(&body, &line) ||
		    !kc_read_hash(line, &proof[*n]))
			return false;
	return true;
}

/* Not being able to ask now is no answer. */
int
kc_seen_proof(struct kc_cli *cli, struct kc_client *c, uint64_t from,
    uint64_t to, struct kc_hash proof[KC_PROOF_MAX], size_t *n, bool *given)
{
	struct kc_buf body = {0};
	char path[96];
	long status = 200;
	enum kc_err err = KC_OK;
	int code = KC_EXIT_OK;

	*given = false;
	*n = 0;
	snprintf(path, sizeof(path), "/v1/consistency?old=%llu&size=%llu",
	    (unsigned long long)from, (unsigned long long)to);
	if (from != to)
		err = kc_client_get(c, path, &status, &body);
	if (err != KC_OK)
		code = kc_cli_error(cli, err, "kaochengd");
	else if (status == 429 || status >= 500)
		code = kc_cli_problem(cli, status, kc_buf_view(&body));
	else
		*given =
		    status == 200 && read_proof(kc_buf_view(&body), proof, n);
	kc_buf_free(&body);
	return code;
}

int
kc_seen_continues(struct kc_cli *cli, struct kc_client *c,
    const struct kc_checkpoint *from, const struct kc_checkpoint *to,
    bool *holds)
{
	struct kc_hash proof[KC_PROOF_MAX];
	size_t n;
	int code =
	    kc_seen_proof(cli, c, from->size, to->size, proof, &n, holds);

	*holds = *holds &&
	    kc_merkle_verify_consistency(from->size, to->size, &from->root,
		&to->root, proof, n) == KC_OK;
	return code;
}

static int
ask(struct meeting *m, const struct kc_checkpoint *from,
    const struct kc_checkpoint *to, bool *holds)
{
	return kc_seen_continues(m->cli, m->client, from, to, holds);
}

/* Two heads of one name that are not of one history: evidence, so both are
 * kept. */
static int
contradicted(struct meeting *m, enum kc_met met)
{
	struct kc_buf path = {0}, hint = {0};
	enum kc_err err;

	kc_buf_str(&path, m->path);
	kc_buf_str(&path, ".refused-");
	kc_buf_hex(&path, m->now.root.b, 8);
	err = save(kc_buf_cstr(&path), m->note);
	kc_buf_str(&hint, _("what was seen: "));
	kc_buf_str(&hint, m->path);
	kc_buf_str(&hint, _("; what it says now: "));
	kc_buf_str(&hint,
	    err == KC_OK ? kc_buf_cstr(&path) : _("(could not be written)"));
	kc_buf_str(&hint,
	    _("; its history was cut, changed or put back from a copy: sign "
	      "nothing more and show both files to an auditor; if two "
	      "administrators have accepted that it was put back: kaocheng "
	      "restore follow"));
	(void)kc_cli_fail(KC_EXIT_TAMPERED, kc_buf_cstr(&hint),
	    met == KC_MET_HEAD
		? _("ledger %s does not continue what was seen of it: %llu "
		    "entries then, %llu now; nothing was signed")
		: _("ledger %s does not continue what was seen of it: %llu "
		    "entries then, %llu in the receipt; do not rely on it"),
	    m->now.origin, (unsigned long long)m->kept.size,
	    (unsigned long long)m->now.size);
	kc_buf_free(&path);
	kc_buf_free(&hint);
	return KC_EXIT_TAMPERED;
}

/* The kept note, if there is one. */
static int
recall(struct meeting *m, const struct kc_log_keys *log_keys)
{
	enum kc_err err = file_of(m->now.origin, m->path);

	if (err == KC_ENOTFOUND) {
		m->path[0] = '\0';
		return KC_EXIT_OK;
	}
	if (err == KC_OK)
		err = kc_file_load(m->path, KC_NOTE_MAX, &m->old);
	if (err == KC_ENOTFOUND)
		return KC_EXIT_OK;
	if (err != KC_OK)
		return kc_cli_error(m->cli, err, m->path);
	if (kc_checkpoint_parse_by(&m->kept, kc_buf_view(&m->old), log_keys) !=
		KC_OK ||
	    strcmp(m->kept.origin, m->now.origin) != 0)
		return kc_cli_fail(KC_EXIT_FAILED,
		    _("if the ledger was founded anew and you know why, move "
		      "the file away"),
		    _("%s: what was seen of the ledger is not signed by the "
		      "key that is trusted now"),
		    m->path);
	return KC_EXIT_OK;
}

/* Another program of the user may have seen more after the head was asked for:
 * what the ledger says now decides, and the head must be of that history. */
static int
ask_anew(struct meeting *m, const struct kc_log_keys *log_keys, bool *holds)
{
	struct kc_checkpoint fresh;
	struct kc_buf note = {0};
	int code = kc_cli_get(m->cli, m->client, "/checkpoint", &note);

	if (code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(&fresh, kc_buf_view(&note), log_keys) ==
		KC_OK &&
	    strcmp(fresh.origin, m->kept.origin) == 0 &&
	    fresh.size >= m->kept.size) {
		code = ask(m, &m->kept, &fresh, holds);
		if (code == KC_EXIT_OK && *holds)
			code = ask(m, &m->now, &m->kept, holds);
	}
	kc_buf_free(&note);
	return code;
}

int
kc_seen_meet(struct kc_cli *cli, struct kc_client *c, struct kc_slice note,
    const struct kc_log_keys *log_keys, enum kc_met met)
{
	struct meeting m = {.cli = cli, .client = c, .note = note};
	bool back, holds = false;
	enum kc_err err = kc_checkpoint_parse_by(&m.now, note, log_keys);
	int code;

	if (err != KC_OK)
		return kc_cli_error(cli, err, "checkpoint");
	code = recall(&m, log_keys);
	if (code != KC_EXIT_OK)
		goto out;
	if (m.old.n == 0) {
		keep(&m);
		goto out;
	}
	back = m.now.size < m.kept.size;
	if (!back)
		code = ask(&m, &m.kept, &m.now, &holds);
	else if (met == KC_MET_RECEIPT)
		code = ask(&m, &m.now, &m.kept, &holds);
	else
		code = ask_anew(&m, log_keys, &holds);
	if (code == KC_EXIT_OK && !holds)
		code = contradicted(&m, met);
	else if (code == KC_EXIT_OK && m.now.size > m.kept.size)
		keep(&m);
out:
	kc_buf_free(&m.old);
	return code;
}

bool
kc_seen_kept(const struct kc_log_keys *log_keys, struct kc_checkpoint *out)
{
	char path[KC_PATH_SIZE];
	struct kc_buf note = {0};
	bool found;

	if (file_of(log_keys->v[0].name, path) != KC_OK)
		return false;
	found = kc_file_load(path, KC_NOTE_MAX, &note) == KC_OK &&
	    kc_checkpoint_parse_by(out, kc_buf_view(&note), log_keys) == KC_OK;
	kc_buf_free(&note);
	return found;
}

static int
refuse(const struct kc_cli *cli, const struct kc_entry *e,
    enum kc_refusal_code code, uint64_t size)
{
	struct kc_refusal why = {0};

	(void)kc_refuse(&why, code, "", NULL, NULL, NULL);
	kc_refusal_arg_u64(&why, 0, e->seen_size);
	kc_refusal_arg_u64(&why, 1, size);
	return kc_cli_refusal(cli, &why);
}

/* Is what the text names a beginning of the ledger's present history? */
static int
hold_text(struct meeting *m, const struct kc_entry *e)
{
	struct kc_checkpoint named = {.size = e->seen_size};
	bool holds = false;
	int code;

	if (e->seen_size == 0)
		return KC_EXIT_OK;
	if (e->seen_size > m->now.size)
		return refuse(m->cli, e, KC_R_SEEN_AHEAD, m->now.size);
	if (!kc_read_hash(e->seen_root, &named.root))
		return refuse(m->cli, e, KC_R_SEEN, 0);
	code = ask(m, &named, &m->now, &holds);
	return code != KC_EXIT_OK || holds ? code
					   : refuse(m->cli, e, KC_R_SEEN, 0);
}

/* What is kept is the ledger's word too: two histories of one size need no
 * proof to differ. */
static int
hold_against_kept(struct meeting *m, const struct kc_log_keys *log_keys,
    const struct kc_entry *e)
{
	kc_cli_note(m->cli, "%s",
	    _("the ledger does not answer: what the text names as seen is "
	      "not held against it"));
	if (kc_seen_kept(log_keys, &m->now) && m->now.size == e->seen_size)
		return hold_text(m, e);
	return KC_EXIT_OK;
}

int
kc_seen_text(struct kc_cli *cli, const struct kc_log_keys *log_keys,
    const struct kc_entry *e)
{
	struct meeting m = {.cli = cli};
	struct kc_buf note = {0};
	long status = 0;
	int code = kc_cli_connect(cli, &m.client);

	if (code != KC_EXIT_OK)
		return code;
	if (kc_client_get(m.client, "/checkpoint", &status, &note) ==
	    KC_EUNAVAILABLE) {
		code = hold_against_kept(&m, log_keys, e);
		goto out;
	}
	code = kc_cli_get(cli, m.client, "/checkpoint", &note);
	if (code == KC_EXIT_OK)
		code = kc_seen_meet(
		    cli, m.client, kc_buf_view(&note), log_keys, KC_MET_HEAD);
	if (code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(&m.now, kc_buf_view(&note), log_keys) ==
		KC_OK)
		code = hold_text(&m, e);
out:
	kc_client_close(m.client);
	kc_buf_free(&note);
	return code;
}

void
kc_seen_anew(const char *origin)
{
	char path[KC_PATH_SIZE], aside[KC_PATH_SIZE + 8];

	if (file_of(origin, path) != KC_OK)
		return;
	snprintf(aside, sizeof(aside), "%s.before", path);
	if (rename(path, aside) != 0 && errno != ENOENT && errno != ENOTDIR)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
}

int
kc_seen_instead(struct kc_cli *cli, struct kc_slice note,
    const struct kc_log_keys *log_keys)
{
	struct meeting m = {.cli = cli, .note = note};

	if (kc_checkpoint_parse_by(&m.now, note, log_keys) != KC_OK)
		return kc_cli_no_log_key();
	kc_seen_anew(m.now.origin);
	if (file_of(m.now.origin, m.path) != KC_OK)
		m.path[0] = '\0';
	keep(&m);
	return KC_EXIT_OK;
}

int
kc_seen_first(
    struct kc_cli *cli, struct kc_client *c, const struct kc_log_keys *log_keys)
{
	struct kc_buf note = {0};
	int code = kc_cli_get(cli, c, "/checkpoint", &note);

	if (code == KC_EXIT_OK)
		code = kc_seen_instead(cli, kc_buf_view(&note), log_keys);
	kc_buf_free(&note);
	return code;
}
