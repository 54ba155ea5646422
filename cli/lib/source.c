/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a reading command reads: the daemon, or a ledger on disk that is
 * opened read-only and replayed. Both answer with the same document.
 */
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/check.h>
#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>
#include <kaocheng/yaml.h>

#include "file.h"
#include "login.h"

/* --- a ledger on disk --- */
static enum kc_err
read_leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	return kc_store_leaf(ctx, seq, out);
}

/* A scalar of DIR/kaocheng.yaml, section NULL: at its root. */
static bool
setting(const struct kc_cli *cli, const char *section, const char *key,
    char out[KC_PATH_SIZE])
{
	char file[KC_PATH_SIZE];
	struct kc_buf text = {0};
	struct kc_yaml *yaml = NULL;
	struct kc_refusal why = {0};
	const struct kc_yaml_node *node = NULL;
	bool found;

	if (kc_path_join(file, cli->dir, "kaocheng.yaml") == KC_OK &&
	    kc_file_load(file, 65536, &text) == KC_OK &&
	    kc_yaml_parse(&yaml, kc_buf_view(&text), file, &why) == KC_OK)
		node = kc_yaml_root(yaml);
	if (node != NULL && section != NULL)
		node = kc_yaml_get(node, section);
	if (node != NULL)
		node = kc_yaml_get(node, key);
	found = node != NULL && node->kind == KC_YAML_SCALAR &&
	    kc_slice_copy(out, KC_PATH_SIZE, node->text);
	kc_yaml_free(yaml);
	kc_buf_free(&text);
	return found;
}

void
kc_cli_place(const struct kc_cli *cli, const char *key, const char *otherwise,
    char out[KC_PATH_SIZE])
{
	char value[KC_PATH_SIZE] = "";

	if (!setting(cli, NULL, key, value))
		snprintf(value, sizeof(value), "%s", otherwise);
	if (strcmp(value, ".") == 0)
		snprintf(out, KC_PATH_SIZE, "%s", cli->dir);
	else if (kc_path_join(out, cli->dir, value) != KC_OK)
		out[0] = '\0';
}

uint64_t
kc_cli_number(const struct kc_cli *cli, const char *section, const char *key,
    uint64_t otherwise)
{
	char value[KC_PATH_SIZE];
	uint64_t n;

	return setting(cli, section, key, value) &&
		kc_read_u64(kc_slice_str(value), UINT32_MAX, &n)
	    ? n
	    : otherwise;
}

static int
check_anchor(const struct kc_cli *cli, struct kc_local *l)
{
	char path[KC_PATH_SIZE];
	enum kc_err err;

	kc_cli_place(cli, "anchor", "anchor", path);
	err = kc_anchor_load(path, &l->held);
	if (err == KC_ENOTFOUND) {
		kc_cli_note(cli,
		    _("note: no anchor at %s; a ledger that was "
		      "put back to an older state would not be "
		      "noticed"),
		    path);
		return KC_EXIT_OK;
	}
	if (err == KC_OK)
		kc_buf_slice(&l->anchor_note,
		    kc_buf_view(&l->held.v[l->held.n - 1].note));
	if (err == KC_OK && l->anchor_note.n == 0)
		return KC_EXIT_OK; /* it says that nothing is signed yet */
	if (err == KC_OK)
		err = kc_checkpoint_parse(
		    &l->anchor, kc_buf_view(&l->anchor_note), NULL);
	if (err != KC_OK)
		return kc_cli_error(cli, err, path);
	err = kc_local_compare(cli, l);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, cli->dir);
}

/* Is there a ledger where --dir says? Gives where it is. */
static int
want_ledger(const struct kc_cli *cli, char ledger[KC_PATH_SIZE])
{
	char file[KC_PATH_SIZE];

	kc_cli_place(cli, "ledger", ".", ledger);
	if (kc_path_join(file, ledger, "ledger.mdb") != KC_OK ||
	    kc_file_exists(file))
		return KC_EXIT_OK;
	return kc_cli_fail(KC_EXIT_NOT_FOUND,
	    _("kaocheng init DIR makes one, kaocheng demo makes one "
	      "with a year in it"),
	    _("%s: there is no ledger here (no %s)"), cli->dir, file);
}

/* LMDB notes every reader in its lock file. */
static bool
may_lock(const char *ledger)
{
	char lock[KC_PATH_SIZE];

	return kc_path_join(lock, ledger, "ledger.mdb-lock") != KC_OK ||
	    access(lock, R_OK | W_OK) == 0 || errno != EACCES;
}

int
kc_local_open(const struct kc_cli *cli, struct kc_local *l)
{
	struct kc_buf detail = {0};
	char ledger[KC_PATH_SIZE];
	struct kc_store_options options = {.dir = ledger, .read_only = true};
	enum kc_err err;
	int code;

	memset(l, 0, sizeof(*l));
	code = want_ledger(cli, ledger);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_store_open(&l->store, &options, &detail);
	if (err != KC_OK && !may_lock(ledger)) {
		kc_buf_free(&detail);
		return kc_cli_fail(KC_EXIT_NOT_PERMITTED,
		    _("ask the daemon (--socket), or read a copy of the "
		      "directory"),
		    _("%s/ledger.mdb-lock: no permission to write; readers of "
		      "a ledger are noted there"),
		    ledger);
	}
	if (err != KC_OK) {
		code = detail.n > 0
		    ? kc_cli_fail(err == KC_ENOTFOUND ? KC_EXIT_NOT_FOUND
			      : err == KC_ECORRUPT    ? KC_EXIT_TAMPERED
						      : KC_EXIT_FAILED,
			  NULL, "%s: %s", cli->dir, kc_buf_cstr(&detail))
		    : kc_cli_error(cli, err, cli->dir);
		kc_buf_free(&detail);
		return code;
	}
	kc_buf_free(&detail);
	l->log.size = kc_store_size(l->store);
	l->log.leaf = read_leaf;
	l->log.ctx = l->store;
	code = check_anchor(cli, l);
	l->upto = l->log.size;
	return code;
}

void
kc_local_close(struct kc_local *l)
{
	kc_state_free(l->state);
	kc_store_close(l->store);
	kc_buf_free(&l->anchor_note);
	kc_anchored_free(&l->held);
	memset(l, 0, sizeof(*l));
}

/* The first checkpoint that covers an entry and that witnesses signed. */
static int
witnessed_note(const struct kc_cli *cli, const struct kc_local *l, uint64_t seq,
    struct kc_buf *note, uint64_t *size)
{
	struct kc_checkpoint c;
	enum kc_err err =
	    kc_store_witnessed_from(l->store, seq + 1, size, note);

	if (err == KC_ENOTFOUND)
		return kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
		    _("no witnesses have signed what covers entry %llu yet"),
		    (unsigned long long)seq);
	if (err == KC_OK)
		err = kc_checkpoint_parse(&c, kc_buf_view(note), NULL);
	if (err == KC_OK && c.size != *size)
		err = KC_ECORRUPT;
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, "checkpoint");
}

int
kc_local_receipt(const struct kc_cli *cli, const struct kc_local *l,
    uint64_t seq, bool witnessed, struct kc_buf *out)
{
	struct kc_hash_reader hashes;
	struct kc_proof p = {.index = seq};
	struct kc_buf note = {0};
	enum kc_err err = KC_OK;
	uint64_t size;
	int code = KC_EXIT_OK;

	if (!l->has_anchor || seq >= l->anchor.size) {
		code = kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
		    _("there is no entry %llu yet"), (unsigned long long)seq);
		goto out;
	}
	size = l->anchor.size;
	p.checkpoint = kc_buf_view(&l->anchor_note);
	if (witnessed) {
		code = witnessed_note(cli, l, seq, &note, &size);
		p.checkpoint = kc_buf_view(&note);
	}
	if (code != KC_EXIT_OK)
		goto out;
	hashes = kc_store_hashes(l->store);
	err = kc_merkle_inclusion(&hashes, seq, size, p.path, &p.npath);
	if (err == KC_OK)
		kc_buf_proof(out, &p);
	if (err == KC_OK)
		err = kc_buf_err(out);
	if (err != KC_OK)
		code = kc_cli_error(cli, err, cli->dir);
out:
	kc_buf_free(&note);
	return code;
}

/* How many entries --as-of speaks of, and which instant is "now". */
static int
choose_upto(const struct kc_cli *cli, struct kc_local *l)
{
	struct timespec now;
	struct kc_cursor page;
	int64_t ms;
	uint64_t upto;
	enum kc_err err;
	int code = kc_cli_as_of(cli, &upto, &ms);

	if (code != KC_EXIT_OK)
		return code;
	clock_gettime(CLOCK_REALTIME, &now);
	l->now_ms = (int64_t)now.tv_sec * 1000;
	if (cli->as_of == NULL && cli->after != NULL &&
	    kc_cursor_read(kc_slice_str(cli->after), &page) &&
	    page.size <= l->log.size) {
		l->upto = page.size;
		l->now_ms = page.now_ms;
	}
	if (upto != UINT64_MAX) {
		if (upto > l->log.size)
			return kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
			    _("there is no entry %s yet"), cli->as_of);
		l->upto = upto;
		l->now_ms = INT64_MIN; /* that of its last entry */
	} else if (ms != INT64_MAX) {
		err = kc_replay_size_at(&l->log, ms, &l->upto);
		if (err != KC_OK)
			return kc_cli_error(cli, err, cli->dir);
		l->now_ms = ms;
	}
	return KC_EXIT_OK;
}

/* The checks of a daemon's start; the state after all entries. */
static enum kc_err
check(struct kc_local *l, struct kc_refusal *why, uint64_t *bad,
    struct kc_buf *detail)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct kc_check c = {.store = l->store,
	    .has_anchor = l->has_anchor,
	    .anchor = kc_buf_view(&l->anchor_note),
	    .threads = cores > 1 ? (unsigned)cores - 1 : 0};
	enum kc_err err = kc_check(&c, detail);

	l->state = c.state;
	*why = c.why;
	*bad = c.bad;
	return err;
}

int
kc_local_replayed(const struct kc_cli *cli, enum kc_err err,
    const struct kc_refusal *why, uint64_t bad, const char *what)
{
	if (err == KC_OK)
		return KC_EXIT_OK;
	if (err == KC_EREFUSED) {
		(void)kc_cli_refusal(cli, why);
		return kc_cli_fail(KC_EXIT_DIFFERS, NULL,
		    _("entry %llu does not replay"), (unsigned long long)bad);
	}
	if (err != KC_ECORRUPT)
		return kc_cli_error(cli, err, cli->dir);
	(void)kc_cli_error(cli, err, what);
	return kc_cli_fail(KC_EXIT_TAMPERED, NULL,
	    _("entry %llu is not what stood there"), (unsigned long long)bad);
}

int
kc_local_check(const struct kc_cli *cli, struct kc_local *l)
{
	struct kc_buf detail = {0};
	struct kc_refusal why = {0};
	uint64_t bad = 0;
	enum kc_err err;
	int code = choose_upto(cli, l);

	if (code != KC_EXIT_OK)
		return code;
	err = check(l, &why, &bad, &detail);
	code = kc_local_replayed(cli, err, &why, bad,
	    detail.n > 0 ? kc_buf_cstr(&detail) : cli->dir);
	kc_buf_free(&detail);
	return code;
}

int
kc_local_replay(const struct kc_cli *cli, struct kc_local *l, bool hash)
{
	struct kc_refusal why = {0};
	uint64_t bad = 0;
	enum kc_err err = KC_OK;
	int code = kc_local_check(cli, l);

	if (code != KC_EXIT_OK)
		return code;
	if (hash || l->upto != kc_state_size(l->state)) {
		kc_state_free(l->state);
		l->state = NULL;
		err = kc_state_new(&l->state);
		if (err == KC_OK)
			err = kc_replay(l->state, &l->log, l->upto, hash,
			    &l->frontier, NULL, NULL, &why, &bad);
	}
	if (err == KC_OK && l->now_ms == INT64_MIN)
		l->now_ms = kc_state_received_ms(l->state);
	return kc_local_replayed(cli, err, &why, bad, cli->dir);
}

/* --- the daemon --- */
enum kc_err
kc_cli_where(const struct kc_cli *cli, char out[KC_PATH_SIZE])
{
	const char *socket = getenv("KAOCHENG_SOCKET");
	const char *dir = getenv("KAOCHENG_DIR");

	if (cli->where != NULL)
		return snprintf(out, KC_PATH_SIZE, "%s", cli->where) <
			KC_PATH_SIZE
		    ? KC_OK
		    : KC_ETOOBIG;
	if (cli->dir != NULL)
		return kc_path_join(out, cli->dir, "socket");
	if (socket != NULL && socket[0] != '\0')
		return snprintf(out, KC_PATH_SIZE, "%s", socket) < KC_PATH_SIZE
		    ? KC_OK
		    : KC_ETOOBIG;
	if (kc_login_used(cli) != NULL) {
		snprintf(out, KC_PATH_SIZE, "%s", cli->login->where);
		return KC_OK;
	}
	return kc_path_join(
	    out, dir != NULL && dir[0] != '\0' ? dir : ".", "socket");
}

int
kc_cli_connect(struct kc_cli *cli, struct kc_client **out)
{
	char where[KC_PATH_SIZE], ledger[KC_PATH_SIZE];
	enum kc_err err = kc_cli_where(cli, where);
	bool elsewhere = err == KC_OK && cli->where == NULL &&
	    cli->dir != NULL && !kc_file_exists(where);

	/* In a directory of no ledger no daemon is to be started. */
	if (elsewhere && want_ledger(cli, ledger) != KC_EXIT_OK)
		return KC_EXIT_NOT_FOUND;
	if (err == KC_OK && strstr(where, "://") != NULL &&
	    strncmp(where, "http://", 7) != 0 &&
	    strncmp(where, "https://", 8) != 0)
		return kc_cli_usage(
		    _("%s: an address begins with https:// or http://"), where);
	if (err == KC_OK)
		err = kc_client_open(out, where);
	if (err != KC_OK)
		return kc_cli_error(cli, err, "kaochengd");
	kc_client_lang(*out, cli->lang);
	return KC_EXIT_OK;
}

int
kc_cli_got(
    struct kc_cli *cli, enum kc_err err, long status, const struct kc_buf *body)
{
	char where[KC_PATH_SIZE] = "";

	if (err != KC_OK) {
		(void)kc_cli_where(cli, where);
		return kc_cli_error(cli, err, where);
	}
	return status == 200 ? KC_EXIT_OK
			     : kc_cli_problem(cli, status, kc_buf_view(body));
}

int
kc_cli_get(struct kc_cli *cli, struct kc_client *c, const char *path,
    struct kc_buf *body)
{
	long status = 0;
	enum kc_err err = kc_client_get(c, path, &status, body);

	return kc_cli_got(cli, err, status, body);
}

/* --- as of when --- */
int
kc_cli_as_of(const struct kc_cli *cli, uint64_t *upto, int64_t *ms)
{
	struct kc_slice s;

	*upto = UINT64_MAX;
	*ms = INT64_MAX;
	if (cli->as_of == NULL)
		return KC_EXIT_OK;
	s = kc_slice_str(cli->as_of);
	if (s.n > 1 && s.p[0] == '#') {
		s.p++;
		s.n--;
	}
	if (kc_read_u64(s, INT64_MAX - 1, upto)) {
		*upto += 1; /* an entry's number; the size holds it */
		return KC_EXIT_OK;
	}
	if (kc_read_when(cli->as_of, ms) == KC_WHEN_NOT)
		return kc_cli_usage(
		    _("--as-of %s is neither the number of an entry nor a "
		      "time (2022-09-30, '2022-09-30 18:00', "
		      "2022-09-30T10:00:00.000Z)"),
		    cli->as_of);
	return kc_cli_when("--as-of", cli->as_of, ms);
}
