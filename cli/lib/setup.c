/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a ledger's directory; runs a daemon on it for a while. */
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/trust.h>

#include "file.h"
#include "keys.h"
#include "tool.h"

#define READY_WAIT_MS 30000
#define READY_STEP_MS 5

bool
kc_is_rehearsal(const char *origin)
{
	return strncmp(origin, KC_REHEARSAL, strlen(KC_REHEARSAL)) == 0 ||
	    strcmp(origin, KC_DEMO_ORIGIN) == 0;
}

/* --- writing --- */
enum kc_err
kc_setup_key(const char *dir, const struct kc_skey *key, const uint8_t seed[32],
    int64_t created_s, const char *passphrase)
{
	char path[KC_PATH_SIZE];
	int n =
	    snprintf(path, sizeof(path), "%s/keys/%s.key", dir, key->vkey.name);

	if (n < 0 || n >= (int)sizeof(path))
		return KC_ETOOBIG;
	return kc_keys_save(
	    path, kc_slice_str(key->vkey.name), seed, created_s, passphrase);
}

static void
write_config(struct kc_buf *b, const struct kc_setup *s)
{
	kc_buf_str(b,
	    "# Settings of kaochengd; paths are relative to this file.\n"
	    "# `kaochengd -n` checks it.\n"
	    "ledger: .\n"
	    "anchor: anchor # better on another file system\n"
	    "log_key: keys/log.key\n"
	    "clerk_key: keys/clerk.key\n"
	    "listen:\n"
	    "  unix: socket\n"
	    "  mode: \"0600\"\n");
	if (s->tcp != NULL) {
		kc_buf_str(b, "  tcp: \"");
		kc_buf_str(b, s->tcp);
		kc_buf_str(b, "\"\n");
	}
	kc_buf_str(b, "readers:\n  - uid: ");
	kc_buf_u64(b, getuid());
	kc_buf_str(b, "\n    actor: ");
	kc_buf_str(b, s->reader);
	kc_buf_char(b, '\n');
	if (s->remind != NULL)
		kc_buf_str(b, s->remind);
}

/* A file of dir from a buffer, which is freed. */
static enum kc_err
save_in(const char *dir, const char *name, struct kc_buf *b)
{
	char path[KC_PATH_SIZE];
	enum kc_err err = kc_path_join(path, dir, name);

	if (err == KC_OK)
		err = kc_buf_err(b);
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(b), 0644);
	kc_buf_free(b);
	return err;
}

/* A directory that does not hold a ledger yet. */
static enum kc_err
make_dir(const char *dir, struct kc_buf *detail)
{
	char path[KC_PATH_SIZE];

	if (kc_path_join(path, dir, "ledger.mdb") == KC_OK &&
	    kc_file_exists(path)) {
		kc_buf_str(detail, "holds a ledger already");
		return KC_EINVAL;
	}
	if (kc_path_join(path, dir, "keys") != KC_OK ||
	    kc_dir_make(dir, 0755) != KC_OK ||
	    kc_dir_make(path, 0700) != KC_OK || chmod(path, 0700) != 0) {
		kc_buf_str(detail, strerror(errno));
		return KC_EIO;
	}
	return KC_OK;
}

enum kc_err
kc_setup_frame(const struct kc_setup *s, struct kc_buf *detail)
{
	struct kc_buf b = {0};
	enum kc_err err = make_dir(s->dir, detail);

	if (err != KC_OK)
		return err;
	kc_buf_trust(&b, &s->log->vkey);
	err = save_in(s->dir, "trust", &b);
	if (err == KC_OK) {
		write_config(&b, s);
		err = save_in(s->dir, "kaocheng.yaml", &b);
	}
	if (err == KC_EIO)
		kc_buf_str(detail, strerror(errno));
	return err;
}

enum kc_err
kc_setup_write(const struct kc_setup *s, struct kc_buf *detail)
{
	char path[KC_PATH_SIZE];
	enum kc_err err = kc_setup_frame(s, detail);

	if (err != KC_OK)
		return err;
	err = kc_path_join(path, s->dir, "keys/log.key");
	if (err == KC_OK)
		err = kc_keys_save(path, kc_slice_str(s->log->vkey.name),
		    s->log_seed, s->created_s, NULL);
	if (err == KC_OK)
		err = kc_path_join(path, s->dir, "keys/clerk.key");
	if (err == KC_OK)
		err = kc_keys_save(path, kc_slice_str(s->clerk->vkey.name),
		    s->clerk_seed, s->created_s, NULL);
	if (err == KC_EIO)
		kc_buf_str(detail, strerror(errno));
	return err;
}

/* File i of those that a new ledger has; false at the end. */
static bool
made_file(const char *dir, const char *const *names, size_t n, size_t i,
    char out[KC_PATH_SIZE])
{
	static const char *const files[] = {"ledger.mdb", "ledger.mdb-lock",
	    "lock", "anchor", "restored", "trust", "kaocheng.yaml", "socket",
	    "kaochengd.log", "keys/log.key", "keys/clerk.key"};
	size_t nfiles = sizeof(files) / sizeof(files[0]);
	char name[KC_PATH_SIZE];

	if (i >= nfiles + n)
		return false;
	if (i < nfiles)
		snprintf(name, sizeof(name), "%s", files[i]);
	else
		snprintf(name, sizeof(name), "keys/%s.key", names[i - nfiles]);
	if (kc_path_join(out, dir, name) != KC_OK)
		out[0] = '\0';
	return true;
}

int
kc_setup_vacant(const char *dir, const char *const *names, size_t n)
{
	char path[KC_PATH_SIZE];

	for (size_t i = 0; made_file(dir, names, n, i, path); i++)
		if (kc_file_exists(path))
			return kc_cli_fail(KC_EXIT_CONFLICT, NULL,
			    _("%s is there already; a new ledger takes a "
			      "directory of its own"),
			    path);
	return KC_EXIT_OK;
}

void
kc_setup_undo(const char *dir, const char *const *names, size_t n)
{
	char path[KC_PATH_SIZE];

	for (size_t i = 0; made_file(dir, names, n, i, path); i++)
		(void)unlink(path);
	if (kc_path_join(path, dir, "keys") == KC_OK)
		(void)rmdir(path);
	(void)rmdir(dir);
}

/* --- running --- */
static void
become_daemon(const char *program, const char *dir, const char *test_clock,
    const char *log, pid_t parent)
{
	int in = open("/dev/null", O_RDONLY);
	int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);

	/* It must not outlive the command that started it. */
	if (in < 0 || out < 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 ||
	    getppid() != parent)
		_exit(127);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	if (test_clock != NULL)
		execl(program, program, "--dir", dir, "--test-clock",
		    test_clock, (char *)NULL);
	else
		execl(program, program, "--dir", dir, (char *)NULL);
	_exit(127);
}

/* The last line of the daemon's log: why it ended. */
static void
last_words(const char *log, struct kc_buf *detail)
{
	struct kc_buf text = {0};
	size_t from;

	kc_buf_str(detail, "kaochengd ended at once: ");
	if (kc_file_load(log, 16u << 20, &text) == KC_OK && text.n > 1) {
		for (from = text.n - 1; from > 0; from--)
			if (text.p[from - 1] == '\n')
				break;
		kc_buf_put(detail, text.p + from, text.n - 1 - from);
	} else {
		kc_buf_str(detail, "see its log");
	}
	kc_buf_free(&text);
}

static enum kc_err
wait_ready(const char *dir, pid_t pid, const char *log, struct kc_buf *detail)
{
	const struct timespec step = {0, READY_STEP_MS * 1000000L};
	char socket[KC_PATH_SIZE];
	struct kc_client *client = NULL;
	struct kc_buf body = {0};
	enum kc_err err = kc_path_join(socket, dir, "socket");
	long status = 0;

	if (err == KC_OK)
		err = kc_client_open(&client, socket);
	for (int i = 0; err == KC_OK && i < READY_WAIT_MS / READY_STEP_MS;
	     i++) {
		/* 503 is an answer, too: what it refuses it says itself. */
		if (kc_client_get(client, "/healthz", &status, &body) ==
			KC_OK &&
		    (status == 200 || status == 503))
			goto out;
		if (waitpid(pid, NULL, WNOHANG) == pid) {
			last_words(log, detail);
			err = KC_EUNAVAILABLE;
			goto out;
		}
		nanosleep(&step, NULL);
	}
	kc_buf_str(detail, "kaochengd does not answer on ");
	kc_buf_str(detail, socket);
	(void)kc_stop_daemon(pid);
	err = KC_EUNAVAILABLE;
out:
	kc_client_close(client);
	kc_buf_free(&body);
	return err;
}

enum kc_err
kc_spawn_daemon(const struct kc_cli *cli, const char *dir,
    const char *test_clock, pid_t *pid, struct kc_buf *detail)
{
	char program[KC_PATH_SIZE], log[KC_PATH_SIZE];
	pid_t self = getpid();
	enum kc_err err;

	*pid = 0;
	err = kc_cli_sibling(cli, "kaochengd", program, sizeof(program));
	if (err == KC_OK)
		err = kc_path_join(log, dir, "kaochengd.log");
	if (err != KC_OK) {
		kc_buf_str(detail, "kaochengd: ");
		kc_buf_str(detail, kc_err_text(err));
		return err;
	}
	*pid = fork();
	if (*pid == 0)
		become_daemon(program, dir, test_clock, log, self);
	if (*pid < 0) {
		kc_buf_str(detail, strerror(errno));
		*pid = 0;
		return KC_EIO;
	}
	err = wait_ready(dir, *pid, log, detail);
	if (err != KC_OK)
		*pid = 0;
	return err;
}

int
kc_stop_daemon(pid_t pid)
{
	int status = 0;

	if (kill(pid, SIGTERM) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
