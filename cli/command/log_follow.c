/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng log tail -f`: entries as they come, each head proved to continue
 * the one before, each entry to stand in it. */
#include "log_follow.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/entry_json.h>

#include "lib/ending.h"
#include "lib/foreign.h"
#include "lib/seen.h"
#include "watch.h"

#define PAUSE_S 1 /* between two looks at the head, a cheap read */

/* --- the head --- */
static int
connect_to(struct kc_follow *f)
{
	int code = KC_EXIT_OK;

	if (f->client != NULL)
		return KC_EXIT_OK;
	code = kc_cli_connect(f->cli, &f->client);
	return code == KC_EXIT_OK ? kc_cli_login(f->cli, f->client) : code;
}

static int
get_head(struct kc_follow *f, struct kc_buf *note, struct kc_checkpoint *now)
{
	int code = kc_cli_get(f->cli, f->client, "/checkpoint", note);

	if (code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(now, kc_buf_view(note), &f->keys) != KC_OK)
		code = kc_cli_no_log_key();
	return code;
}

int
kc_follow_begin(struct kc_follow *f, struct kc_cli *cli)
{
	struct kc_buf note = {0};
	enum kc_err err;
	int code;

	f->cli = cli;
	err = kc_trust_load(cli, &f->keys);
	if (err != KC_OK)
		return kc_cli_error(
		    cli, err, cli->trust != NULL ? cli->trust : "trust");
	code = connect_to(f);
	if (code == KC_EXIT_OK)
		code = get_head(f, &note, &f->head);
	if (code == KC_EXIT_OK)
		code = kc_seen_meet(
		    cli, f->client, kc_buf_view(&note), &f->keys, KC_MET_HEAD);
	kc_buf_free(&note);
	return code;
}

void
kc_follow_end(struct kc_follow *f)
{
	kc_client_close(f->client);
	kc_buf_free(&f->entry.bytes);
}

/* --- an entry --- */
static bool
is_wanted(const struct kc_cli *cli, const struct kc_entry *e)
{
	struct kc_slice kind = kc_slice_str(cli->kind != NULL ? cli->kind : "");
	bool by = cli->by == NULL || kc_entry_is_by(e, kc_slice_str(cli->by));
	bool about = cli->only == NULL;

	for (unsigned i = 0; !about && i < e->nitems; i++)
		about = kc_slice_is(e->items[i].raw, cli->only);
	return by && about && kc_kind_fits(e->kind, kind) &&
	    (cli->unit == NULL || kc_watch_names(e, cli->unit));
}

static void
put_json(const struct kc_proved *p)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.followed/1");
	kc_json_key(&w, "seq");
	kc_json_u64(&w, p->leaf.seq);
	kc_json_key(&w, "received");
	kc_json_instant(&w, p->leaf.received_ms);
	kc_json_key(&w, "entry");
	kc_json_entry(&w, &p->e);
	kc_json_close(&w, '}');
	kc_buf_char(&out, '\n');
	(void)kc_put(stdout, kc_buf_view(&out));
	kc_buf_free(&out);
}

static void
put_line(const struct kc_cli *cli, const struct kc_proved *p)
{
	struct kc_buf out = {0};

	kc_buf_char(&out, '#');
	kc_buf_u64(&out, p->leaf.seq);
	kc_buf_str(&out, "  ");
	kc_buf_instant_ms(&out, p->leaf.received_ms);
	kc_buf_str(&out, "  ");
	kc_buf_str(
	    &out, cli->lang == KC_LANG_ZH ? p->e.kind->zh : p->e.kind->en);
	for (unsigned i = 0; i < p->e.nby; i++) {
		kc_buf_str(&out, i == 0 ? "  " : " ");
		kc_buf_slice(&out, p->e.by[i]);
	}
	if (p->e.nitems > 0 && p->e.kind->fields[0].type != KC_T_TEXT &&
	    kc_entry_has(&p->e, 0)) {
		kc_buf_str(&out, "  ");
		kc_buf_slice(&out, kc_entry_str(&p->e, 0));
	}
	kc_buf_char(&out, '\n');
	(void)kc_put(stdout, kc_buf_view(&out));
	kc_buf_free(&out);
}

/* What this reader may not read is passed over; but a session may have ended,
 * so that it is asked twice. */
static int
show(struct kc_follow *f, const struct kc_checkpoint *now, uint64_t seq)
{
	struct kc_cli *cli = f->cli;
	int code = kc_proved_get(cli, f->client, &f->keys, now, seq, &f->entry);

	if (code == KC_EXIT_NOT_PERMITTED) {
		code = kc_cli_login(cli, f->client);
		if (code == KC_EXIT_OK)
			code = kc_proved_get(
			    cli, f->client, &f->keys, now, seq, &f->entry);
		if (code == KC_EXIT_NOT_PERMITTED)
			return KC_EXIT_OK;
	}
	if (code != KC_EXIT_OK || !is_wanted(cli, &f->entry.e))
		return code;
	if (cli->format == KC_FORMAT_JSON || cli->format == KC_FORMAT_JSONL)
		put_json(&f->entry);
	else
		put_line(cli, &f->entry);
	(void)fflush(stdout);
	return KC_EXIT_OK;
}

/* --- on and on --- */
static int
contradicted(
    struct kc_follow *f, struct kc_slice note, const struct kc_checkpoint *now)
{
	/* Keeps both heads, if what is kept is what was shown. */
	int code = kc_seen_meet(f->cli, f->client, note, &f->keys, KC_MET_HEAD);

	if (code == KC_EXIT_TAMPERED)
		return code;
	return kc_cli_fail(KC_EXIT_TAMPERED, NULL,
	    _("ledger %s does not continue what was shown of it: %llu entries "
	      "then, %llu now"),
	    now->origin, (unsigned long long)f->head.size,
	    (unsigned long long)now->size);
}

static int
look(struct kc_follow *f)
{
	struct kc_buf note = {0};
	struct kc_checkpoint now;
	bool holds = false;
	int code = connect_to(f);

	if (code == KC_EXIT_OK)
		code = get_head(f, &note, &now);
	if (code == KC_EXIT_OK && now.size >= f->head.size)
		code = kc_seen_continues(
		    f->cli, f->client, &f->head, &now, &holds);
	if (code == KC_EXIT_OK && !holds)
		code = contradicted(f, kc_buf_view(&note), &now);
	while (code == KC_EXIT_OK && f->shown < now.size && !kc_ending_told() &&
	    !ferror(stdout)) {
		code = show(f, &now, f->shown);
		f->shown += code == KC_EXIT_OK;
	}
	if (code == KC_EXIT_OK)
		f->head = now;
	kc_buf_free(&note);
	return code;
}

/* Who reads us may have gone while nothing was said. */
static bool
is_unread(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = 0};

	return ferror(stdout) != 0 ||
	    (poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0);
}

/* What keeps it from looking now passes, and is said once. */
static bool
passes(struct kc_follow *f, int code, const struct kc_heard *heard)
{
	if (code != KC_EXIT_UNREACHABLE && code != KC_EXIT_NOT_PERMITTED)
		return false;
	kc_client_close(f->client);
	f->client = NULL;
	if (!f->silent)
		fprintf(stderr, _("%.*s; waiting\n"), (int)heard->message.n,
		    heard->message.n > 0 ? heard->message.p : "");
	f->silent = true;
	return true;
}

int
kc_follow_run(struct kc_follow *f)
{
	const struct timespec pause = {PAUSE_S, 0};
	int code = KC_EXIT_OK;

	kc_ending_catch();
	f->shown = f->head.size;
	while (!kc_ending_told() && code == KC_EXIT_OK) {
		struct kc_heard heard = {0};

		kc_cli_hear(&heard);
		code = look(f);
		kc_cli_hear(NULL);
		if (code == KC_EXIT_OK)
			f->silent = false;
		else if (passes(f, code, &heard))
			code = KC_EXIT_OK;
		else
			(void)kc_cli_fail(
			    code, NULL, "%s", kc_buf_cstr(&heard.message));
		kc_buf_free(&heard.message);
		if (is_unread()) {
			(void)signal(SIGPIPE, SIG_DFL);
			(void)raise(SIGPIPE);
		}
		if (code == KC_EXIT_OK && !kc_ending_told())
			(void)nanosleep(&pause, NULL);
	}
	return code;
}
