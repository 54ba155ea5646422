/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries a monitor tells of, and how alarms are said. */
#include "watch.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/json.h>

#include "lib/foreign.h"
#include "lib/i18n.h"

static const char *const words[KC_ALARMS] = {
    [KC_ALARM_ENTRY] = "entry",
    [KC_ALARM_KEY] = "key",
    [KC_ALARM_FORK] = "fork",
    [KC_ALARM_STALE] = "stale",
    [KC_ALARM_LEDGER] = "ledger",
    [KC_ALARM_SILENT] = "silent",
    [KC_ALARM_FAULT] = "fault",
    [KC_ALARM_CLERK] = "clerk",
};

/* --- which entries --- */
bool
kc_watch_names(const struct kc_entry *e, const char *unit)
{
	size_t n = strlen(unit);

	for (unsigned f = 0; f < e->kind->nfields; f++) {
		enum kc_type type = e->kind->fields[f].type;

		if (type != KC_T_CODE && type != KC_T_ACTOR)
			continue;
		for (unsigned i = 0; i < kc_entry_count(e, f); i++) {
			struct kc_slice v = kc_entry_item(e, f, i)->raw;

			if (v.n >= n && memcmp(v.p, unit, n) == 0 &&
			    (v.n == n || v.p[n] == '-' || v.p[n] == '.'))
				return true;
		}
	}
	return false;
}

bool
kc_watch_wants(const struct kc_watch *w, enum kc_alarm *what)
{
	const struct kc_cli *cli = w->cli;
	const struct kc_entry *e = &w->entry.e;
	bool any =
	    cli->unit == NULL && cli->kind == NULL && cli->keys_watched.n == 0;

	*what = KC_ALARM_ENTRY;
	for (size_t i = 0; i < cli->keys_watched.n; i++)
		if (kc_entry_is_by(e, kc_slice_str(cli->keys_watched.v[i]))) {
			*what = KC_ALARM_KEY;
			return true;
		}
	if (cli->kind != NULL && strcmp(cli->kind, e->kind->name) == 0)
		return true;
	return any || (cli->unit != NULL && kc_watch_names(e, cli->unit));
}

/* --- saying it --- */
static void
put_json(const struct kc_watch *w, enum kc_alarm what, const char *says,
    struct kc_buf *out)
{
	struct kc_json j = {.out = out};
	bool entry = what == KC_ALARM_ENTRY || what == KC_ALARM_KEY;

	kc_json_open(&j, '{');
	kc_json_key(&j, "schema");
	kc_json_str(&j, "kaocheng.alarm/1");
	kc_json_key(&j, "at");
	kc_json_instant(&j, (int64_t)time(NULL) * 1000);
	kc_json_key(&j, "alarm");
	kc_json_str(&j, words[what]);
	kc_json_key(&j, "ledger");
	kc_json_str(&j, w->keys.v[0].name);
	if (entry) {
		kc_json_key(&j, "seq");
		kc_json_u64(&j, w->entry.leaf.seq);
		kc_json_key(&j, "received");
		kc_json_instant(&j, w->entry.leaf.received_ms);
		kc_json_key(&j, "kind");
		kc_json_str(&j, w->entry.e.kind->name);
		kc_json_key(&j, "by");
		kc_json_open(&j, '[');
		for (unsigned i = 0; i < w->entry.e.nby; i++)
			kc_json_slice(&j, w->entry.e.by[i]);
		kc_json_close(&j, ']');
	} else {
		kc_json_key(&j, "says");
		kc_json_str(&j, says);
	}
	kc_json_close(&j, '}');
	kc_buf_char(out, '\n');
}

static void
put_line(const struct kc_watch *w, enum kc_alarm what, const char *says,
    struct kc_buf *out)
{
	const struct kc_entry *e = &w->entry.e;
	bool zh = w->cli->lang == KC_LANG_ZH;

	kc_buf_instant_s(out, (int64_t)time(NULL));
	kc_buf_char(out, ' ');
	kc_buf_str(out, words[what]);
	kc_buf_char(out, ' ');
	if (what != KC_ALARM_ENTRY && what != KC_ALARM_KEY) {
		kc_buf_str(out, says);
		kc_buf_char(out, '\n');
		return;
	}
	kc_buf_char(out, '#');
	kc_buf_u64(out, w->entry.leaf.seq);
	kc_buf_char(out, ' ');
	kc_buf_str(out, zh ? e->kind->zh : e->kind->en);
	kc_buf_str(out, zh ? "，签署：" : ", signed by");
	for (unsigned i = 0; i < e->nby; i++) {
		kc_buf_char(out, ' ');
		kc_buf_slice(out, e->by[i]);
	}
	kc_buf_char(out, '\n');
}

/* Waits for it, and says what was wrong with it, if anything was. */
static bool
went_well(const char *program, pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return true; /* somebody else has waited for it */
	if (WIFSIGNALED(status))
		fprintf(stderr, _("%s: ended by signal %d\n"), program,
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		fprintf(stderr, _("%s: ended with %d\n"), program,
		    WEXITSTATUS(status));
	return status == 0;
}

/* The program gets the alarm as JSON on its standard input, and no shell. It
 * need not read it: less than a pipe holds. */
static bool
run(const char *program, const struct kc_buf *json)
{
	char *const argv[] = {(char *)(uintptr_t)program, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2], rc;
	pid_t pid;

	if (pipe(ends) != 0)
		return false;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
	(void)posix_spawn_file_actions_addclose(&actions, ends[0]);
	(void)posix_spawn_file_actions_addclose(&actions, ends[1]);
	rc = posix_spawnp(&pid, program, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[0]);
	if (rc == 0 && write(ends[1], json->p, json->n) < 0 && errno != EPIPE)
		rc = errno;
	(void)close(ends[1]);
	if (rc != 0)
		fprintf(stderr, "%s: %s\n", program, strerror(rc));
	return rc == 0 && went_well(program, pid);
}

void
kc_watch_alarm(struct kc_watch *w, enum kc_alarm what, const char *says)
{
	struct kc_buf json = {0}, line = {0};

	*(what == KC_ALARM_ENTRY ? &w->news : &w->alarms) += 1;
	put_json(w, what, says, &json);
	put_line(w, what, says, &line);
	(void)kc_put(stdout,
	    kc_buf_view(w->cli->format == KC_FORMAT_JSON ||
			w->cli->format == KC_FORMAT_JSONL
		    ? &json
		    : &line));
	(void)fflush(stdout);
	if (w->cli->exec != NULL && !run(w->cli->exec, &json))
		w->unheard = true;
	kc_buf_free(&json);
	kc_buf_free(&line);
}
