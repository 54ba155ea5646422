/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng doctor`: persons, evidence, channels, outbox, backups. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <kaocheng/outbox.h>
#include <kaocheng/people.h>

#include "evidence.h"

#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY_S 86400

/* --- persons --- */
struct persons {
	size_t n, bad;
	struct kc_buf first; /* the first that is not as it should be */
};

static enum kc_err
tell(void *ctx, struct kc_slice actor, enum kc_people_finding f,
    struct kc_slice detail)
{
	struct persons *p = ctx;

	(void)detail;
	p->n++;
	if (kc_people_finding_ok(f))
		return KC_OK;
	if (p->bad++ == 0)
		kc_buf_slice(&p->first, actor);
	return kc_buf_err(&p->first);
}

void
kc_doctor_people(struct kc_doctor *d)
{
	struct persons p = {0};
	struct kc_buf detail = {0};
	char dir[KC_PATH_SIZE];
	enum kc_err err;

	kc_cli_place(&d->cli, "people", "people", dir);
	err = kc_people_check(dir, d->local.state, tell, &p, &detail);
	if (err != KC_OK)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("chmod 700 DIRECTORY, chmod 600 its files, all of the "
		      "daemon's user"),
		    "%s: %s", dir,
		    detail.n > 0 ? kc_buf_cstr(&detail) : kc_err_said(err));
	else if (p.bad > 0)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("kaocheng people check --dir DIR"),
		    _("%zu files of persons are not as they should be, the "
		      "first that of %s"),
		    p.bad, kc_buf_cstr(&p.first));
	else if (p.n == 0)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("kaocheng people import FILE --dir DIR"),
		    _("%s: nobody is in it; reminders reach nobody"), dir);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL, _("%zu persons"), p.n);
	kc_buf_free(&detail);
	kc_buf_free(&p.first);
}

/* --- evidence --- */
static void
say_cited(struct kc_doctor *d, size_t missing, size_t damaged)
{
	if (missing > 0)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("kaocheng evidence list names them; bring them again: "
		      "kaocheng evidence put"),
		    _("%zu files that entries cite are not here"), missing);
	if (damaged == 0)
		return;
	kc_doctor_say(d, KC_GRADE_WRONG,
	    _("kaocheng evidence list names them; put them back from a backup, "
	      "and find out who changed them"),
	    _("%zu files that entries cite have another size than when they "
	      "were cited"),
	    damaged);
	d->code = KC_EXIT_TAMPERED;
}

void
kc_doctor_evidence(struct kc_doctor *d)
{
	uint64_t days =
	    kc_doctor_number(d, "store", "evidence_days", KC_EVIDENCE_DAYS);
	int64_t old_s = d->now_ms / 1000 - (int64_t)days * DAY_S;
	struct kc_citations all = {0};
	struct kc_heard heard = {0};
	size_t of[KC_EXHIBIT_STATES] = {0}, left = 0;
	size_t before[KC_GRADES];
	int code;

	memcpy(before, d->of, sizeof(before));
	kc_cli_hear(&heard);
	code = kc_citations_load(&d->cli, false, &all);
	kc_cli_hear(NULL);
	for (size_t i = 0; i < all.n; i++) {
		enum kc_exhibit_state s = all.v[i].state;

		of[s]++;
		left +=
		    (s == KC_EXHIBIT_UNFINISHED || s == KC_EXHIBIT_UNCITED) &&
		    all.v[i].brought_s < old_s;
	}
	if (code != KC_EXIT_OK)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("chmod 700 DIRECTORY, chmod 600 its files, all of the "
		      "daemon's user"),
		    "%s", kc_buf_cstr(&heard.message));
	say_cited(d, of[KC_EXHIBIT_MISSING], of[KC_EXHIBIT_DAMAGED]);
	if (left > 0)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("kaocheng evidence sweep --dir DIR"),
		    _("%zu files, unfinished or cited by nobody, have lain "
		      "here for %llu days"),
		    left, (unsigned long long)days);
	if (kc_doctor_quiet(d, before))
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("%zu files, none missing or of another size; kaocheng "
		      "evidence verify reads them"),
		    all.n);
	kc_citations_release(&all);
	kc_buf_free(&heard.message);
}

/* --- reminders --- */
static void
look_at_secret(struct kc_doctor *d, const char *channel, const char *name)
{
	char path[KC_PATH_SIZE];
	struct stat st;

	if (kc_path_join(path, d->cli.dir, name) != KC_OK)
		return;
	if (lstat(path, &st) != 0)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("put the secret there, mode 0600; OPERATIONS, Reminders"),
		    "%s: %s: %s", channel, path, strerror(errno));
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		kc_doctor_say(d, KC_GRADE_WRONG, _("chmod 600 FILE"),
		    _("%s: %s must be a file for its owner alone; it is not "
		      "used (mode %04o)"),
		    channel, path, (unsigned)st.st_mode & 07777U);
}

void
kc_doctor_channels(struct kc_doctor *d)
{
	/* The key of each that names its secret. */
	static const char *const secrets[] = {[KC_CHANNEL_SMTP] = "password",
	    [KC_CHANNEL_WEBHOOK] = "key",
	    [KC_CHANNEL_DINGTALK] = "places",
	    [KC_CHANNEL_WECOM] = "places",
	    [KC_CHANNEL_FEISHU] = "places",
	    [KC_CHANNEL_COMMAND] = NULL,
	    [KC_CHANNEL_FILE] = NULL};
	const struct kc_yaml_node *remind =
	    d->root == NULL ? NULL : kc_yaml_get(d->root, "remind");
	size_t before[KC_GRADES], n = 0;

	_Static_assert(sizeof(secrets) / sizeof(secrets[0]) == KC_CHANNEL_COUNT,
	    "every channel");
	memcpy(before, d->of, sizeof(before));
	for (unsigned i = 0; i < KC_CHANNEL_COUNT; i++) {
		const char *channel = kc_word_text(KC_SET_CHANNEL, i);
		const struct kc_yaml_node *c, *secret = NULL;
		char name[KC_PATH_SIZE];

		c = remind == NULL || remind->kind != KC_YAML_MAP
		    ? NULL
		    : kc_yaml_get(remind, channel);
		n += c != NULL;
		if (c != NULL && c->kind == KC_YAML_MAP && secrets[i] != NULL)
			secret = kc_yaml_get(c, secrets[i]);
		if (secret != NULL &&
		    kc_slice_copy(name, sizeof(name), secret->text))
			look_at_secret(d, channel, name);
	}
	if (n == 0)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("set remind: in kaocheng.yaml; OPERATIONS, Reminders"),
		    "%s", _("no channel: nobody is reminded of a last day"));
	else if (kc_doctor_quiet(d, before))
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("%zu channels; their secrets are their owner's alone"),
		    n);
}

struct tally {
	int64_t now_ms, oldest_ms;
	size_t n, late;
};

static enum kc_err
take(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct tally *t = ctx;
	struct kc_out_row row;
	enum kc_err err = kc_out_row_read(&row, key, value);

	if (err == KC_ESYNTAX)
		return KC_OK; /* the daemon drops it, and plans again */
	if (err == KC_OK) {
		t->n++;
		t->late += row.next_ms < t->now_ms - HOUR_MS;
		if (row.made_ms < t->oldest_ms)
			t->oldest_ms = row.made_ms;
	}
	kc_out_row_release(&row);
	return err;
}

void
kc_doctor_outbox(struct kc_doctor *d)
{
	struct tally t = {.now_ms = d->now_ms, .oldest_ms = d->now_ms};
	enum kc_err err = kc_store_outbox(d->local.store, take, &t);
	int64_t hours;

	hours = (d->now_ms - t.oldest_ms) / HOUR_MS;
	if (err != KC_OK)
		kc_doctor_say(d, KC_GRADE_WRONG, NULL, "%s", kc_err_said(err));
	else if (t.late > 0 || hours >= 24)
		kc_doctor_say(d,
		    hours >= 24 ? KC_GRADE_WRONG : KC_GRADE_WARNING,
		    _("kaocheng remind status --dir DIR says which channel "
		      "answers what; does the daemon run?"),
		    _("%zu messages are on their way, %zu should have gone by "
		      "now, the oldest was made %lld hours ago"),
		    t.n, t.late, (long long)hours);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("%zu messages are on their way"), t.n);
}

/* --- backups --- */
/* The newest regular file of a directory, or the file itself. */
static bool
newest(const char *path, char name[KC_PATH_SIZE], int64_t *at_s)
{
	struct stat st;
	struct dirent *e;
	DIR *list;
	bool found = false;

	if (stat(path, &st) != 0)
		return false;
	if (S_ISREG(st.st_mode)) {
		*at_s = st.st_mtime;
		return snprintf(name, KC_PATH_SIZE, "%s", path) < KC_PATH_SIZE;
	}
	list = opendir(path);
	while (list != NULL && (e = readdir(list)) != NULL) {
		if (e->d_name[0] == '.' ||
		    fstatat(dirfd(list), e->d_name, &st, 0) != 0 ||
		    !S_ISREG(st.st_mode) || (found && st.st_mtime <= *at_s))
			continue;
		*at_s = st.st_mtime;
		found = kc_path_join(name, path, e->d_name) == KC_OK;
	}
	if (list != NULL)
		(void)closedir(list);
	return found;
}

void
kc_doctor_backup(struct kc_doctor *d)
{
	const char *place = d->cli.backup;
	char name[KC_PATH_SIZE];
	int64_t at_s = 0, days;

	if (place == NULL) {
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("say where they lie: --backup FILE or DIRECTORY"), "%s",
		    _("whether there are backups was not looked at"));
		return;
	}
	if (!newest(place, name, &at_s)) {
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("kaocheng backup OUT, from a timer"),
		    _("%s: there is no backup"), place);
		return;
	}
	days = (d->now_ms / 1000 - at_s) / DAY_S;
	if (days >= 2)
		kc_doctor_say(d, days >= 14 ? KC_GRADE_WRONG : KC_GRADE_WARNING,
		    _("kaocheng backup OUT, from a timer"),
		    _("%s is %lld days old; what came since would be lost"),
		    name, (long long)days);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("%s, less than two days old; kaocheng verify checks it"),
		    name);
}
