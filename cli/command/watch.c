/* SPDX-License-Identifier: Apache-2.0 */
/* What a monitor remembers, and one look at the log. */
#include "watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include <kaocheng/civil.h>

#include "lib/seen.h"

#define FIRST "kaocheng/v1 watch\nsince "

/* --- what is remembered --- */
static int
parse(struct kc_watch *w, struct kc_slice text)
{
	struct kc_slice line, rest = text;
	size_t n = sizeof(FIRST) - 1;

	if (text.n <= n || memcmp(text.p, FIRST, n) != 0)
		return kc_cli_error(w->cli, KC_ESYNTAX, w->state);
	rest.p += n;
	rest.n -= n;
	if (!kc_slice_line(&rest, &line) ||
	    !kc_read_instant_s(line, &w->changed_s) || rest.n == 0 ||
	    rest.p[0] != '\n')
		return kc_cli_error(w->cli, KC_ESYNTAX, w->state);
	rest.p++;
	rest.n--;
	kc_buf_slice(&w->kept_note, rest);
	if (kc_checkpoint_parse_by(
		&w->kept, kc_buf_view(&w->kept_note), &w->keys) != KC_OK)
		return kc_cli_fail(KC_EXIT_FAILED, NULL,
		    _("%s: what was seen of the ledger is not signed by the "
		      "key that is trusted now"),
		    w->state);
	return KC_EXIT_OK;
}

int
kc_watch_load(struct kc_watch *w)
{
	struct kc_buf text = {0};
	enum kc_err err = kc_trust_load(w->cli, &w->keys);
	int code;

	if (err != KC_OK)
		return kc_cli_error(w->cli, err,
		    w->cli->trust != NULL ? w->cli->trust : "trust");
	err = kc_file_load(w->state, KC_NOTE_MAX, &text);
	code = err == KC_ENOTFOUND ? KC_EXIT_OK
	    : err == KC_OK         ? parse(w, kc_buf_view(&text))
				   : kc_cli_error(w->cli, err, w->state);
	kc_buf_free(&text);
	return code;
}

static int
remember(
    struct kc_watch *w, const struct kc_checkpoint *now, struct kc_slice note)
{
	struct kc_buf text = {0};
	enum kc_err err;

	w->changed_s = (int64_t)time(NULL);
	w->stale = false;
	w->kept = *now;
	kc_buf_reset(&w->kept_note);
	kc_buf_slice(&w->kept_note, note);
	kc_buf_str(&text, FIRST);
	kc_buf_instant_s(&text, w->changed_s);
	kc_buf_str(&text, "\n\n");
	kc_buf_slice(&text, note);
	err = kc_buf_err(&text);
	if (err == KC_OK)
		err = kc_file_save(w->state, kc_buf_view(&text), 0600);
	if (err == KC_OK)
		err = kc_dir_sync(w->state);
	kc_buf_free(&text);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(w->cli, err, w->state);
}

void
kc_watch_release(struct kc_watch *w)
{
	kc_client_close(w->client);
	kc_buf_free(&w->kept_note);
	kc_buf_free(&w->ledger);
	for (unsigned i = 0; i < KC_WATCHED; i++)
		kc_buf_free(&w->faults[i]);
	kc_buf_free(&w->owed);
	kc_watch_forget(w);
	kc_buf_free(&w->entry.bytes);
}

/* --- what cannot be looked at --- */
/* Once, until it is something else. */
static void
tell_fault(struct kc_watch *w, enum kc_watched what, struct kc_buf *says)
{
	struct kc_buf *last = &w->faults[what];

	if (kc_slice_eq(kc_buf_view(says), kc_buf_view(last)))
		return;
	kc_watch_alarm(w, KC_ALARM_FAULT, kc_buf_cstr(says));
	kc_buf_reset(last);
	kc_buf_slice(last, kc_buf_view(says));
}

/* Looks at one thing beside the head. That a daemon went away meanwhile is
 * told when it is asked for its head the next time. */
static void
look_beside(
    struct kc_watch *w, enum kc_watched what, int (*look)(struct kc_watch *w))
{
	struct kc_heard heard = {0};
	int code;

	kc_cli_hear(&heard);
	code = look(w);
	kc_cli_hear(NULL);
	if (code == KC_EXIT_OK)
		kc_buf_reset(&w->faults[what]);
	else if (!w->forked &&
	    (code != KC_EXIT_UNREACHABLE || what == KC_WATCHED_WITNESSES))
		tell_fault(w, what, &heard.message);
	kc_buf_free(&heard.message);
}

/* Who watches a unit alone expects to read no other; else it is told, for an
 * entry that was asked for may be among them. */
static void
tell_hidden(struct kc_watch *w, uint64_t hidden, uint64_t first)
{
	const struct kc_cli *cli = w->cli;
	struct kc_buf says = {0};

	if (hidden == 0 ||
	    (cli->unit != NULL && cli->kind == NULL &&
		cli->keys_watched.n == 0))
		return;
	kc_buf_str(&says, _("entries that are not for this reader: "));
	kc_buf_u64(&says, hidden);
	kc_buf_str(&says, _(", from #"));
	kc_buf_u64(&says, first);
	kc_watch_alarm(w, KC_ALARM_FAULT, kc_buf_cstr(&says));
	kc_buf_free(&says);
}

/* --- the head --- */
/* A session may have ended: it is asked twice. */
static int
get_entry(struct kc_watch *w, const struct kc_checkpoint *now, uint64_t seq)
{
	int code =
	    kc_proved_get(w->cli, w->client, &w->keys, now, seq, &w->entry);

	if (code != KC_EXIT_NOT_PERMITTED)
		return code;
	code = kc_cli_login(w->cli, w->client);
	return code == KC_EXIT_OK
	    ? kc_proved_get(w->cli, w->client, &w->keys, now, seq, &w->entry)
	    : code;
}

static int
new_entries(struct kc_watch *w, uint64_t from, const struct kc_checkpoint *now)
{
	uint64_t hidden = 0, first = 0;
	int code = KC_EXIT_OK;

	if (w->told > from)
		from = w->told;
	for (uint64_t seq = from; code == KC_EXIT_OK && seq < now->size;
	     seq++) {
		enum kc_alarm what;

		code = get_entry(w, now, seq);
		if (code == KC_EXIT_NOT_PERMITTED) {
			first = hidden++ == 0 ? seq : first;
			code = KC_EXIT_OK;
		} else if (code == KC_EXIT_OK && kc_watch_wants(w, &what)) {
			kc_watch_alarm(w, what, NULL);
		}
		if (code == KC_EXIT_OK)
			w->told = seq + 1;
	}
	tell_hidden(w, hidden, first);
	return code;
}

static int
look_at_head(struct kc_watch *w)
{
	struct kc_buf note = {0};
	struct kc_checkpoint now;
	bool holds = false;
	int code = kc_cli_get(w->cli, w->client, "/checkpoint", &note);

	if (code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(&now, kc_buf_view(&note), &w->keys) != KC_OK)
		code = kc_cli_no_log_key();
	if (code != KC_EXIT_OK)
		goto out;
	if (w->kept_note.n == 0) { /* it begins here */
		code = remember(w, &now, kc_buf_view(&note));
		goto out;
	}
	if (now.size >= w->kept.size)
		code = kc_seen_continues(
		    w->cli, w->client, &w->kept, &now, &holds);
	if (code == KC_EXIT_OK && !holds)
		code = kc_watch_forked(w, &w->kept, kc_buf_view(&w->kept_note),
		    &now, kc_buf_view(&note));
	if (code == KC_EXIT_OK)
		code = new_entries(w, w->kept.size, &now);
	/* Remembered once its entries were told, so that none is passed over;
	 * one may be told twice. */
	if (code == KC_EXIT_OK && now.size > w->kept.size)
		code = remember(w, &now, kc_buf_view(&note));
out:
	kc_buf_free(&note);
	return code;
}

/* --- the ledger's own word --- */
/* Over an address a reader is somebody; of nobody only what is published. */
static bool
is_somebody(const struct kc_watch *w)
{
	char where[KC_PATH_SIZE];

	return w->cli->nas > 0 || kc_cli_where(w->cli, where) != KC_OK ||
	    strstr(where, "://") == NULL;
}

/* What it said before stands until it says something else. That a unit is late
 * is the assessment's business, and no disorder of the ledger. */
static int
look_at_ledger(struct kc_watch *w)
{
	struct kc_view_args args = {.lang = w->cli->lang};
	struct kc_buf text = {0}, says = {0};
	json_t *doc = NULL, *row;
	size_t i;
	int code = kc_cli_view(w->cli, "status", &args, &text);

	if (code != KC_EXIT_OK)
		goto out;
	doc = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *light =
		    json_string_value(json_object_get(row, "light"));
		const char *which =
		    json_string_value(json_object_get(row, "item"));
		const char *item =
		    json_string_value(json_object_get(row, "item_text"));
		const char *what =
		    json_string_value(json_object_get(row, "says"));

		if (light == NULL || strcmp(light, "red") != 0 ||
		    item == NULL || what == NULL ||
		    (which != NULL && strcmp(which, "deadlines") == 0))
			continue;
		kc_buf_str(&says, says.n > 0 ? "; " : "");
		kc_buf_str(&says, item);
		kc_buf_str(&says, ": ");
		kc_buf_str(&says, what);
	}
	if (says.n > 0 &&
	    !kc_slice_eq(kc_buf_view(&says), kc_buf_view(&w->ledger)))
		kc_watch_alarm(w, KC_ALARM_LEDGER, kc_buf_cstr(&says));
	kc_buf_reset(&w->ledger);
	kc_buf_slice(&w->ledger, kc_buf_view(&says));
out:
	json_decref(doc);
	kc_buf_free(&text);
	kc_buf_free(&says);
	return code;
}

static void
look_at_age(struct kc_watch *w)
{
	int64_t age_s = (int64_t)time(NULL) - w->changed_s;
	struct kc_buf says = {0};

	if (w->stale_s == 0 || w->stale || age_s < w->stale_s)
		return;
	w->stale = true;
	kc_buf_str(&says, _("there is no new head since "));
	kc_buf_instant_s(&says, w->changed_s);
	kc_watch_alarm(w, KC_ALARM_STALE, kc_buf_cstr(&says));
	kc_buf_free(&says);
}

static int
reach(struct kc_watch *w)
{
	int code = KC_EXIT_OK;

	if (w->client == NULL) {
		code = kc_cli_connect(w->cli, &w->client);
		if (code == KC_EXIT_OK)
			code = kc_cli_login(w->cli, w->client);
	}
	w->begun =
	    w->begun || code == KC_EXIT_OK || code == KC_EXIT_UNREACHABLE;
	if (code == KC_EXIT_OK)
		code = look_at_head(w);
	if (code != KC_EXIT_OK) {
		kc_client_close(w->client);
		w->client = NULL;
	}
	return code;
}

int
kc_watch_look(struct kc_watch *w)
{
	struct kc_heard heard = {0};
	bool before = w->client != NULL;
	int code;

	/* That nobody answers is an alarm once, not an error each time. */
	kc_cli_hear(&heard);
	code = reach(w);
	/* A session has its end: then another is opened. */
	if (code == KC_EXIT_NOT_PERMITTED && before)
		code = reach(w);
	kc_cli_hear(NULL);
	if (code == KC_EXIT_UNREACHABLE) {
		if (!w->silent)
			kc_watch_alarm(
			    w, KC_ALARM_SILENT, kc_buf_cstr(&heard.message));
		w->silent = true;
	} else if (code == KC_EXIT_OK) {
		w->silent = false;
		kc_buf_reset(&w->faults[KC_WATCHED_HEAD]);
		look_beside(w, KC_WATCHED_WITNESSES, kc_watch_witnesses);
		if (!w->forked)
			look_beside(w, KC_WATCHED_MIRROR, kc_watch_replay);
		if (!w->forked && is_somebody(w))
			look_beside(w, KC_WATCHED_STATUS, look_at_ledger);
		code = w->forked ? KC_EXIT_TAMPERED : KC_EXIT_OK;
	} else if (!w->begun) {
		(void)kc_cli_fail(
		    code, NULL, "%s", kc_buf_cstr(&heard.message));
	} else if (!w->forked) {
		tell_fault(w, KC_WATCHED_HEAD, &heard.message);
	}
	if (code == KC_EXIT_OK || code == KC_EXIT_UNREACHABLE)
		look_at_age(w);
	kc_buf_free(&heard.message);
	return code;
}
