/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DIR/founding: the first statements as files, "0-ledger.open.note" and so on.
 * A note that stands in the ledger is a file no more, so that founding goes on
 * from wherever it was broken off. Posting one twice writes it once.
 */
#include "founding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/base64.h>

#include "lib/keys.h"
#include "lib/post.h"
#include "lib/seen.h"
#include "lib/setup.h"

#include "partial.h"

#define FOLDER "founding"

struct going {
	struct kc_cli *cli;
	const struct kc_founding *f; /* NULL: nobody's keys are here */
	const char *test_clock;
	struct kc_log_keys log;
	char folder[KC_PATH_SIZE];
	struct kc_client *client; /* once there is something to ask it */
	pid_t daemon;             /* 0: it ran before */
	struct kc_buf seen;       /* the line, once the ledger is open */
	bool open;                /* the first statement stands */
	bool opened;              /* since now */
	unsigned waiting;
	int code;
};

/* --- files --- */
static enum kc_err
list(const char *folder, struct kc_names *steps)
{
	return kc_dir_names(folder, ".note", ".text", steps);
}

static void
undo(const char *dir, const char *name)
{
	char folder[KC_PATH_SIZE], path[KC_PATH_SIZE];
	struct kc_names steps = {0};

	if (kc_path_join(folder, dir, name) != KC_OK)
		return;
	(void)list(folder, &steps);
	for (size_t i = 0; i < steps.n; i++)
		if (kc_path_join(path, folder, kc_names_get(&steps, i)) ==
		    KC_OK)
			(void)unlink(path);
	kc_names_free(&steps);
	(void)rmdir(folder);
}

void
kc_founding_undo(const char *dir)
{
	undo(dir, FOLDER ".new");
	undo(dir, FOLDER);
}

/* The text, and the lines of those who are here. */
static void
sign_here(
    const struct kc_founding *f, struct kc_slice text, struct kc_buf *note)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};

	kc_buf_slice(note, text);
	kc_buf_char(note, '\n');
	if (f == NULL || kc_entry_decode_text(&e, text, &why) != KC_OK)
		return;
	for (unsigned k = 0; k < e.nby; k++)
		for (unsigned i = 0; i < KC_FOUNDERS; i++)
			if (f->who[i].here &&
			    kc_slice_is(e.by[k], f->who[i].name))
				kc_buf_note_sig(note, text, &f->who[i].skey);
}

static int
save(const struct kc_cli *cli, const char *path, const struct kc_buf *b)
{
	enum kc_err err = kc_buf_err(b);

	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(b), 0644);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, path);
}

int
kc_founding_leave(struct kc_founding *f)
{
	char folder[KC_PATH_SIZE], path[KC_PATH_SIZE], name[KC_NAME_MAX];
	char whole[KC_PATH_SIZE];
	struct kc_buf note = {0};
	int code = kc_path_join(folder, f->dir, FOLDER ".new") == KC_OK &&
		kc_path_join(whole, f->dir, FOLDER) == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_error(f->cli, KC_ETOOBIG, f->dir);

	for (unsigned i = 0; code == KC_EXIT_OK && i < f->nsteps; i++) {
		kc_buf_reset(&note);
		if (i == 0)
			sign_here(f, kc_buf_view(&f->steps[i].text), &note);
		else
			kc_buf_slice(&note, kc_buf_view(&f->steps[i].text));
		snprintf(name, sizeof(name), "%u-%s.%s", i,
		    f->steps[i].kind->name, i == 0 ? "note" : "text");
		code = kc_path_join(path, folder, name) == KC_OK
		    ? save(f->cli, path, &note)
		    : kc_cli_error(f->cli, KC_ETOOBIG, f->dir);
	}
	/* The folder is there with all of them, or not at all. */
	if (code == KC_EXIT_OK &&
	    (rename(folder, whole) != 0 || kc_dir_sync(whole) != KC_OK))
		code = kc_cli_error(f->cli, KC_EIO, whole);
	kc_buf_free(&note);
	return code;
}

/* --- the daemon --- */
/* The one that runs on DIR, or one for as long as this takes. */
static void
reach(struct going *g)
{
	struct kc_buf detail = {0};
	char socket[KC_PATH_SIZE];
	long status = 0;
	enum kc_err err = kc_path_join(socket, g->cli->dir, "socket");

	if (g->client != NULL || g->code != KC_EXIT_OK)
		return;
	if (err == KC_OK)
		err = kc_client_open(&g->client, socket);
	if (err != KC_OK) {
		g->code = kc_cli_error(g->cli, err, socket);
		return;
	}
	kc_client_lang(g->client, g->cli->lang);
	if (kc_client_get(g->client, "/healthz", &status, &detail) != KC_OK) {
		kc_buf_reset(&detail);
		if (kc_spawn_daemon(g->cli, g->cli->dir, g->test_clock,
			&g->daemon, &detail) != KC_OK)
			g->code = kc_cli_fail(KC_EXIT_UNREACHABLE, NULL, "%s",
			    kc_buf_cstr(&detail));
	}
	kc_buf_free(&detail);
}

/* What the statements after the first one name as seen: the ledger's head. */
static void
ask_seen(struct going *g)
{
	struct kc_buf note = {0};
	struct kc_checkpoint head;

	reach(g);
	if (g->seen.n > 0 || g->code != KC_EXIT_OK)
		return;
	g->code = kc_cli_get(g->cli, g->client, "/checkpoint", &note);
	if (g->code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(&head, kc_buf_view(&note), &g->log) != KC_OK)
		g->code = kc_cli_no_log_key();
	if (g->code == KC_EXIT_OK) {
		kc_buf_str(&g->seen, "\nseen ");
		kc_buf_u64(&g->seen, head.size);
		kc_buf_char(&g->seen, ' ');
		kc_buf_base64(&g->seen, head.root.b, sizeof(head.root.b));
		kc_buf_char(&g->seen, '\n');
	}
	kc_buf_free(&note);
}

/* --- one file --- */
/* A text becomes a note: with what it can name as seen now, and the signatures
 * of those who are here. path is that of the note afterwards. */
static void
begin_note(struct going *g, char path[KC_PATH_SIZE])
{
	char text_path[KC_PATH_SIZE];
	struct kc_buf text = {0}, whole = {0}, note = {0};
	const char *from, *to = NULL;
	enum kc_err err;

	memcpy(text_path, path, KC_PATH_SIZE);
	memcpy(path + strlen(path) - 4, "note", 4);
	ask_seen(g);
	if (g->code != KC_EXIT_OK)
		return;
	err = kc_file_load(text_path, KC_NOTE_MAX, &text);
	from = err == KC_OK ? strstr(kc_buf_cstr(&text), "\nseen ") : NULL;
	if (from != NULL)
		to = strchr(from + 1, '\n');
	if (to == NULL) {
		g->code = kc_cli_error(
		    g->cli, err != KC_OK ? err : KC_ESYNTAX, text_path);
	} else {
		kc_buf_put(&whole, text.p, (size_t)(from - text.p));
		kc_buf_slice(&whole, kc_buf_view(&g->seen));
		kc_buf_str(&whole, to + 1);
		sign_here(g->f, kc_buf_view(&whole), &note);
		g->code = save(g->cli, path, &note);
		if (g->code == KC_EXIT_OK)
			(void)unlink(text_path);
	}
	kc_buf_free(&text);
	kc_buf_free(&whole);
	kc_buf_free(&note);
}

static void
post(struct going *g, const char *path, struct kc_slice note)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	struct kc_posted posted = {0};
	struct kc_partial p;

	reach(g);
	if (g->code != KC_EXIT_OK)
		return;
	g->code = kc_post(g->cli, g->client, note, &g->log, false, &posted);
	if (g->code == KC_EXIT_OK) {
		g->opened = g->opened || posted.seq == 0;
		g->open = true;
		kc_partial_split(note, &p);
		if (kc_entry_decode_text(&e, p.text, &why) == KC_OK)
			kc_cli_note(g->cli, "  #%llu  %s",
			    (unsigned long long)posted.seq,
			    g->cli->lang == KC_LANG_ZH ? e.kind->zh
						       : e.kind->en);
		if (unlink(path) != 0 || kc_dir_sync(path) != KC_OK)
			g->code = kc_cli_error(g->cli, KC_EIO, path);
	}
	kc_buf_free(&posted.head);
}

/* Who has to sign it still. */
static void
say_waiting(struct going *g, const char *path, struct kc_slice note)
{
	struct kc_slice who;

	for (unsigned i = 0; kc_partial_lacks(note, i, &who); i++)
		kc_cli_note(g->cli,
		    _("  waits for %.*s: kaocheng sign %s --as %.*s"),
		    (int)who.n, who.p, path, (int)who.n, who.p);
	g->waiting++;
}

/* The text of a note, left by who was broken off when he made it one. */
static void
drop_text(const char *path)
{
	char text[KC_PATH_SIZE];

	snprintf(text, sizeof(text), "%.*stext", (int)strlen(path) - 4, path);
	(void)unlink(text);
}

static void
one(struct going *g, const char *name)
{
	char path[KC_PATH_SIZE];
	struct kc_buf note = {0};
	struct kc_slice who;
	enum kc_err err;

	if (kc_path_join(path, g->folder, name) != KC_OK) {
		g->code = kc_cli_error(g->cli, KC_ETOOBIG, g->folder);
		return;
	}
	if (kc_name_ends(name, ".note"))
		drop_text(path);
	/* A text names the first statement, which must stand. */
	else if (!g->open || !kc_file_exists(path))
		return;
	else
		begin_note(g, path);
	if (g->code != KC_EXIT_OK)
		return;
	err = kc_file_load(path, KC_NOTE_MAX, &note);
	if (err != KC_OK)
		g->code = kc_cli_error(g->cli, err, path);
	else if (kc_partial_lacks(kc_buf_view(&note), 0, &who))
		say_waiting(g, path, kc_buf_view(&note));
	else if (g->waiting == 0) /* each stands on those before it */
		post(g, path, kc_buf_view(&note));
	kc_buf_free(&note);
}

static void
finish(struct going *g)
{
	if (g->opened && g->code == KC_EXIT_OK)
		g->code = kc_seen_first(g->cli, g->client, &g->log);
	kc_client_close(g->client);
	if (g->daemon != 0 && kc_stop_daemon(g->daemon) != 0 &&
	    g->code == KC_EXIT_OK)
		g->code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("kaochengd did not end well; see its log"));
	if (g->code == KC_EXIT_OK && g->waiting > 0)
		g->code = KC_EXIT_INCOMPLETE;
	if (g->code == KC_EXIT_OK)
		(void)rmdir(g->folder);
	kc_buf_free(&g->seen);
}

int
kc_founding_go(
    struct kc_cli *cli, const struct kc_founding *f, const char *test_clock)
{
	struct going g = {.cli = cli, .f = f, .test_clock = test_clock};
	struct kc_names steps = {0};
	enum kc_err err = kc_path_join(g.folder, cli->dir, FOLDER);

	if (err == KC_OK)
		err = kc_trust_load(cli, &g.log);
	if (err != KC_OK)
		return kc_cli_error(cli, err, cli->dir);
	err = list(g.folder, &steps);
	if (err == KC_ENOTFOUND)
		return kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
		    _("%s: nothing of a founding waits here"), g.folder);
	if (err != KC_OK)
		return kc_cli_error(cli, err, g.folder);
	if (steps.n == 0) { /* it was broken off after the last one */
		reach(&g);
		g.opened = true;
	}
	g.open = steps.n > 0 && kc_names_get(&steps, 0)[0] != '0';
	for (size_t i = 0; g.code == KC_EXIT_OK && i < steps.n; i++)
		one(&g, kc_names_get(&steps, i));
	kc_names_free(&steps);
	finish(&g);
	return g.code;
}
