/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kaocheng-paper is another process: what shapes and draws letters is large,
 * and this one has keys and a ledger. It reads all before it writes.
 */
#include "draw.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool.h"

#define PROGRAM "kaocheng-paper"

extern char **environ;

static void
close_both(const int ends[2])
{
	(void)close(ends[0]);
	(void)close(ends[1]);
}

/* What the line says goes before what is set for every line. */
static const char *
font_of(const struct kc_cli *cli)
{
	const char *set = getenv("KAOCHENG_FONT");

	if (cli->font != NULL)
		return cli->font;
	return set != NULL && set[0] != '\0' ? set : NULL;
}

static enum kc_err
start(struct kc_drawing *d, int *to, const struct kc_cli *cli,
    const char *program)
{
	const char *font = font_of(cli);
	union {
		const char *in;
		char *out;
	} args[] = {{PROGRAM}, {"--lang"},
	    {cli->lang == KC_LANG_ZH ? "zh" : "en"},
	    {font != NULL ? "--font" : NULL}, {font}, {NULL}};
	char *words[sizeof(args) / sizeof(args[0])];
	posix_spawn_file_actions_t files;
	int in[2], out[2], rc;

	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		words[i] = args[i].out;
	if (pipe2(in, O_CLOEXEC) != 0)
		return KC_EIO;
	if (pipe2(out, O_CLOEXEC) != 0) {
		close_both(in);
		return KC_EIO;
	}
	rc = posix_spawn_file_actions_init(&files);
	if (rc == 0) {
		rc = posix_spawn_file_actions_adddup2(&files, in[0], 0);
		if (rc == 0)
			rc =
			    posix_spawn_file_actions_adddup2(&files, out[1], 1);
		if (rc == 0)
			rc =
			    posix_spawn_file_actions_addclosefrom_np(&files, 3);
		if (rc == 0)
			rc = posix_spawn(
			    &d->pid, program, &files, NULL, words, environ);
		(void)posix_spawn_file_actions_destroy(&files);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	if (rc == 0) {
		*to = in[1];
		d->from = out[0];
		return KC_OK;
	}
	(void)close(in[1]);
	(void)close(out[0]);
	d->pid = 0;
	errno = rc;
	return KC_EIO;
}

/* One that ends before it has read all says why itself. */
static void
give(int to, struct kc_slice json)
{
	size_t at = 0;
	ssize_t n = 0;

	while (at < json.n && (n >= 0 || errno == EINTR)) {
		n = write(to, json.p + at, json.n - at);
		at += n > 0 ? (size_t)n : 0;
	}
	(void)close(to);
}

static enum kc_err
take(const struct kc_drawing *d, struct kc_buf *out)
{
	char part[65536];
	enum kc_err err = KC_OK;
	ssize_t n;

	do {
		n = read(d->from, part, sizeof(part));
		if (n > 0)
			kc_buf_put(out, part, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		err = KC_EIO;
	(void)close(d->from);
	return err == KC_OK ? kc_buf_err(out) : err;
}

int
kc_draw_begin(struct kc_cli *cli, struct kc_slice json, struct kc_drawing *d)
{
	char program[KC_PATH_SIZE];
	int to;
	enum kc_err err;

	if (kc_cli_sibling(cli, PROGRAM, program, sizeof(program)) != KC_OK)
		return kc_cli_error(cli, KC_ENOTFOUND, PROGRAM);
	err = start(d, &to, cli, program);
	if (err != KC_OK)
		return kc_cli_error(cli, err, program);
	give(to, json);
	return KC_EXIT_OK;
}

int
kc_draw_end(struct kc_cli *cli, struct kc_drawing *d, struct kc_buf *out)
{
	enum kc_err err = take(d, out);
	int status = 0;

	while (waitpid(d->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	d->pid = 0;
	if (err != KC_OK)
		return kc_cli_error(cli, err, PROGRAM);
	if (status == 0)
		return KC_EXIT_OK;
	return kc_cli_fail(KC_EXIT_FAILED, NULL,
	    WIFSIGNALED(status) ? _("%s: ended by signal %d")
				: _("%s: ended with %d"),
	    PROGRAM,
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}
