/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng watch`: a monitor that somebody leaves running, or that a timer
 * runs once. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/ending.h"
#include "watch.h"

#define INTERVAL_S 30
#define DAY_S 86400

/* Where it remembers: --state, or beside what was seen of the ledger. */
static int
place(struct kc_watch *w)
{
	struct kc_hash h =
	    kc_sha256(w->keys.v[0].name, strlen(w->keys.v[0].name));
	struct kc_buf name = {0};
	enum kc_err err = KC_OK;

	if (w->cli->watch_state != NULL) {
		snprintf(w->state, sizeof(w->state), "%s", w->cli->watch_state);
		return KC_EXIT_OK;
	}
	kc_buf_str(&name, "watch/");
	kc_buf_hex(&name, h.b, sizeof(h.b));
	(void)kc_buf_cstr(&name);
	err = kc_buf_err(&name);
	if (err == KC_OK)
		err = kc_state_path(w->state, name.p);
	kc_buf_free(&name);
	return err == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_usage("%s", _("where to remember? --state FILE"));
}

static int
read_arguments(struct kc_watch *w, int argc, char **argv, uint64_t *interval)
{
	struct kc_cli *cli = w->cli;
	uint64_t days = 0;
	enum kc_err err;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->kind != NULL && kc_kind_find(kc_slice_str(cli->kind)) == NULL)
		return kc_cli_usage(
		    _("--kind %s: there is no such kind; kaocheng help kinds "
		      "lists them"),
		    cli->kind);
	code = kc_cli_within("--interval", cli->interval, 1, DAY_S, interval);
	if (code == KC_EXIT_OK)
		code = kc_cli_within("--stale", cli->stale, 1, 3650, &days);
	if (code != KC_EXIT_OK)
		return code;
	w->stale_s = (int64_t)days * DAY_S;
	err = kc_trust_load(cli, &w->keys);
	if (err != KC_OK)
		return kc_cli_error(
		    cli, err, cli->trust != NULL ? cli->trust : "trust");
	code = place(w);
	return code == KC_EXIT_OK ? kc_watch_load(w) : code;
}

static int
once(struct kc_watch *w)
{
	int code = kc_watch_look(w);

	if (code == KC_EXIT_OK)
		kc_cli_note(w->cli, _("verified to %llu entries"),
		    (unsigned long long)w->kept.size);
	return code == KC_EXIT_OK && (w->alarms > 0 || w->unheard)
	    ? KC_EXIT_FAILED
	    : code;
}

/* Ends by a fork, for nothing after it can be relied on, by a signal, or where
 * it cannot begin. */
static int
on_and_on(struct kc_watch *w, uint64_t interval)
{
	const struct timespec wait = {(time_t)interval, 0};
	int code = KC_EXIT_OK;

	kc_ending_catch();
	while (!kc_ending_told() && !ferror(stdout)) {
		code = kc_watch_look(w);
		if (w->forked || (code != KC_EXIT_OK && !w->begun))
			return code;
		if (!kc_ending_told())
			(void)nanosleep(&wait, NULL);
	}
	return KC_EXIT_OK;
}

int
kc_cmd_watch(struct kc_cli *cli, int argc, char **argv)
{
	static struct kc_watch w; /* large */
	uint64_t interval = INTERVAL_S;
	int code;

	w.cli = cli;
	/* The daemon is what is watched; --dir says where keys and trust are.
	 */
	code = read_arguments(&w, argc, argv, &interval);
	if (code == KC_EXIT_OK)
		code = cli->once ? once(&w) : on_and_on(&w, interval);
	kc_watch_release(&w);
	return code;
}
