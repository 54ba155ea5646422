/* SPDX-License-Identifier: Apache-2.0 */
/* A monitor that keeps a mirror of the log and replays it: whether the entries
 * lead to the signed head, follow the rules, and what the clerk owes. */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include <kaocheng/replay.h>

#include "lib/exporter.h"

#define PATIENCE_S 600 /* that the clerk has after what is due */

/* --- the mirror --- */
/* An export like any other, that grows; who watches a unit has all of it. */
static int
update_mirror(const struct kc_watch *w, struct kc_cli *of)
{
	char *argv[] = {(char *)(uintptr_t)w->cli->mirror, NULL};

	*of = *w->cli;
	of->unit = NULL;
	of->kind = NULL;
	of->quiet = true;
	return kc_cmd_export(of, 1, argv);
}

/* Until the head that was verified, whose root the entries must have. */
static int
replay(struct kc_watch *w, struct kc_exporter *x)
{
	struct kc_log log = kc_exporter_log(x);
	struct kc_refusal why = {0};
	struct kc_hash root;
	uint64_t bad = KC_REPLAY_ALL;
	enum kc_err err = w->st != NULL ? KC_OK : kc_state_new(&w->st);

	if (err == KC_OK)
		err = log.size < w->kept.size
		    ? KC_EINCOMPLETE
		    : kc_replay(w->st, &log, w->kept.size, true, &w->tree, NULL,
			  NULL, &why, &bad);
	if (x->code != KC_EXIT_OK)
		return x->code;
	if (err != KC_OK)
		return kc_local_replayed(
		    w->cli, err, &why, bad, w->cli->mirror);
	root = kc_frontier_root(&w->tree);
	return kc_hash_eq(&root, &w->kept.root)
	    ? KC_EXIT_OK
	    : kc_cli_fail(KC_EXIT_TAMPERED, NULL,
		  _("the entries that the log gives are not those of the head "
		    "that it signed"));
}

static int
catch_up(struct kc_watch *w)
{
	static struct kc_cli of; /* large */
	struct kc_exporter x;
	int code = update_mirror(w, &of);

	if (code != KC_EXIT_OK)
		return code;
	code = kc_exporter_open(&of, &x);
	x.have = w->cli->mirror;
	if (code == KC_EXIT_OK)
		code = replay(w, &x);
	kc_exporter_close(&x);
	if (code != KC_EXIT_OK)
		kc_watch_forget(w);
	return code;
}

void
kc_watch_forget(struct kc_watch *w)
{
	kc_state_free(w->st);
	w->st = NULL;
	w->tree = (struct kc_frontier){0};
}

/* --- what the clerk owes --- */
/* By the view of everybody, of a state and a clock of our own. */
static uint64_t
count_owed(const struct kc_watch *w, int64_t now_ms)
{
	const struct kc_view_args args = {.lang = w->cli->lang};
	const struct kc_view_source src = {.state = w->st, .now_ms = now_ms};
	struct kc_buf text = {0};
	struct kc_refusal why = {0};
	json_t *doc = NULL;
	uint64_t owed = 0;

	if (kc_view_render(kc_view_find(KC_LIT("status")), &src, &args, &text,
		&why) == KC_OK)
		doc = json_loadb(text.p, text.n, 0, NULL);
	owed = (uint64_t)json_integer_value(json_object_get(doc, "overdue"));
	json_decref(doc);
	kc_buf_free(&text);
	return owed;
}

static void
look_at_clerk(struct kc_watch *w)
{
	int64_t now_ms = ((int64_t)time(NULL) - PATIENCE_S) * 1000;
	struct kc_due next;
	struct kc_buf says = {0};
	uint64_t owed = count_owed(w, now_ms);

	if (owed > 0 && kc_state_due(w->st, &next) && next.due_ms <= now_ms) {
		const struct kc_kind *k = kc_kind_get(next.kind);

		kc_buf_str(
		    &says, _("by our own replay the clerk owes entries: "));
		kc_buf_u64(&says, owed);
		kc_buf_str(&says, _("; the first one: "));
		kc_buf_str(&says, w->cli->lang == KC_LANG_ZH ? k->zh : k->en);
		kc_buf_str(&says, _(", due since "));
		kc_buf_instant_s(&says, next.due_ms / 1000);
		if (!kc_slice_eq(kc_buf_view(&says), kc_buf_view(&w->owed)))
			kc_watch_alarm(w, KC_ALARM_CLERK, kc_buf_cstr(&says));
	}
	kc_buf_reset(&w->owed);
	kc_buf_slice(&w->owed, kc_buf_view(&says));
	kc_buf_free(&says);
}

int
kc_watch_replay(struct kc_watch *w)
{
	int code = KC_EXIT_OK;

	if (w->cli->mirror == NULL)
		return KC_EXIT_OK;
	if (w->st == NULL || kc_state_size(w->st) < w->kept.size)
		code = catch_up(w);
	if (code == KC_EXIT_OK)
		look_at_clerk(w);
	return code;
}
