/* SPDX-License-Identifier: Apache-2.0 */
/* What a doctor looks at in the directory of a ledger. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evidence.h"
#include "lib/post.h"

#define MIB (1024 * 1024)
#define ROOM_RED_MIB 64 /* the daemon's reserve and little more */
#define ROOM_YELLOW_MIB 1024
#define WEEK_S (7 * 86400)

/* --- the daemon's own checks --- */
/* The last line that the program said, without its level and the like. */
static void
last_line(FILE *f, struct kc_buf *out)
{
	char line[4096];

	while (fgets(line, sizeof(line), f) != NULL) {
		kc_buf_reset(out);
		kc_buf_str(
		    out, line[0] == '<' && line[2] == '>' ? line + 3 : line);
	}
	while (out->n > 0 && out->p[out->n - 1] == '\n')
		out->n--;
}

static int
ask_daemon(const char *program, const char *dir, struct kc_buf *said)
{
	int ends[2], status = -1;
	pid_t pid;
	FILE *f;

	if (pipe(ends) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)dup2(ends[1], STDERR_FILENO);
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		execl(program, program, "-n", "--dir", dir, (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	f = fdopen(ends[0], "re");
	if (f != NULL) {
		last_line(f, said);
		(void)fclose(f);
	} else {
		(void)close(ends[0]);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		return WEXITSTATUS(status);
	return -1;
}

void
kc_doctor_start(struct kc_doctor *d)
{
	char program[KC_PATH_SIZE];
	struct kc_buf said = {0};
	int code = -1;

	if (kc_cli_sibling(d->cli, "kaochengd", program, sizeof(program)) ==
	    KC_OK)
		code = ask_daemon(program, d->cli->dir, &said);
	if (code == 0)
		kc_doctor_says(d, "green", "start", _("a start"),
		    _("configuration, keys, ledger and anchor are in order"),
		    "");
	else if (code == 65)
		kc_doctor_says(d, "red", "start", _("a start"),
		    kc_buf_cstr(&said),
		    _("the start-up guard refuses: OPERATIONS \"Start\"; never "
		      "start it blindly again"));
	else
		kc_doctor_says(d, "red", "start", _("a start"),
		    said.n > 0 ? kc_buf_cstr(&said)
			       : _("kaochengd was not found"),
		    _("mend what it names; kaochengd -n says it again"));
	kc_buf_free(&said);
}

/* --- room --- */
void
kc_doctor_room(struct kc_doctor *d)
{
	struct statvfs fs;
	char says[128];
	uint64_t mib;

	if (statvfs(d->cli->dir, &fs) != 0) {
		kc_doctor_says(
		    d, "red", "room", _("room"), strerror(errno), d->cli->dir);
		return;
	}
	mib = (uint64_t)fs.f_bavail * fs.f_frsize / MIB;
	snprintf(says, sizeof(says), _("%llu MiB are free"),
	    (unsigned long long)mib);
	if ((fs.f_flag & ST_RDONLY) != 0)
		kc_doctor_says(d, "red", "room", _("room"),
		    _("the file system is read-only"),
		    _("mount it for writing"));
	else
		kc_doctor_says(d,
		    mib < ROOM_RED_MIB          ? "red"
			: mib < ROOM_YELLOW_MIB ? "yellow"
						: "green",
		    "room", _("room"), says,
		    mib < ROOM_YELLOW_MIB
			? _("make room: without it the ledger is read-only")
			: "");
}

/* --- who may read what --- */
/* Says it if others than its owner may come near. */
static bool
is_open(struct kc_doctor *d, const char *path, bool is_dir)
{
	struct stat st;
	char says[KC_PATH_SIZE + 64], what[KC_PATH_SIZE + 64];

	if (lstat(path, &st) != 0 || (st.st_mode & 077) == 0)
		return false;
	snprintf(says, sizeof(says), _("%s has mode %04o"), path,
	    (unsigned)st.st_mode & 07777);
	snprintf(
	    what, sizeof(what), "chmod %s %s", is_dir ? "0700" : "0600", path);
	kc_doctor_says(d, "red", "secrets", _("secrets"), says, what);
	return true;
}

static bool
any_open(struct kc_doctor *d, const char *dir, const char *end)
{
	char path[KC_PATH_SIZE];
	struct dirent *e;
	DIR *f = opendir(dir);
	bool any = is_open(d, dir, true);

	while (f != NULL && (e = readdir(f)) != NULL) {
		size_t n = strlen(e->d_name), m = strlen(end);

		if (e->d_name[0] != '.' && n > m &&
		    strcmp(e->d_name + n - m, end) == 0 &&
		    kc_path_join(path, dir, e->d_name) == KC_OK)
			any = is_open(d, path, false) || any;
	}
	if (f != NULL)
		(void)closedir(f);
	return any;
}

void
kc_doctor_modes(struct kc_doctor *d)
{
	char path[KC_PATH_SIZE];
	bool any = false;

	if (kc_path_join(path, d->cli->dir, "keys") == KC_OK)
		any = any_open(d, path, ".key");
	kc_cli_place(d->cli, "people", "people", path);
	any = any_open(d, path, "") || any;
	kc_cli_place(d->cli, "evidence", "evidence", path);
	any = any_open(d, path, "") || any;
	if (!any)
		kc_doctor_says(d, "green", "secrets", _("secrets"),
		    _("keys, persons and evidence are their owner's alone"),
		    "");
}

/* --- anchors --- */
void
kc_doctor_anchors(struct kc_doctor *d)
{
	char anchor[KC_PATH_SIZE], second[KC_PATH_SIZE];
	struct stat a, l, s;

	kc_cli_place(d->cli, "anchor", "anchor", anchor);
	kc_cli_place(d->cli, "second_anchor", "", second);
	if (stat(anchor, &a) != 0 || stat(d->cli->dir, &l) != 0)
		return; /* the start has said so */
	if (stat(second, &s) == 0 && S_ISREG(s.st_mode) && s.st_dev != l.st_dev)
		kc_doctor_says(d, "green", "anchors", _("anchors"),
		    _("a second anchor is on another file system"), "");
	else if (a.st_dev != l.st_dev)
		kc_doctor_says(d, "green", "anchors", _("anchors"),
		    _("the anchor is on another file system"), "");
	else
		kc_doctor_says(d, "yellow", "anchors", _("anchors"),
		    _("ledger and anchor are on one file system: who puts it "
		      "back puts back both"),
		    _("second_anchor: another file system, or witnesses"));
}

/* --- evidence --- */
void
kc_doctor_evidence(struct kc_doctor *d)
{
	struct kc_heard heard = {0};
	struct kc_citations all;
	size_t missing = 0, damaged = 0, old = 0, cited = 0;
	char says[160];
	int code;

	kc_cli_hear(&heard);
	code = kc_citations_load(d->cli, false, &all);
	kc_cli_hear(NULL);
	for (size_t i = 0; i < all.n; i++) {
		const struct kc_citation *c = &all.v[i];

		missing += c->state == KC_EXHIBIT_MISSING;
		damaged += c->state == KC_EXHIBIT_DAMAGED;
		cited += c->entry != UINT64_MAX;
		old += c->state == KC_EXHIBIT_UNFINISHED &&
		    c->brought_s < (int64_t)time(NULL) - WEEK_S;
	}
	kc_citations_release(&all);
	snprintf(says, sizeof(says),
	    _("%zu files are cited, %zu missing, %zu damaged, %zu left "
	      "unfinished"),
	    cited, missing, damaged, old);
	if (code != KC_EXIT_OK)
		kc_doctor_says(d, "red", "evidence", _("evidence"),
		    kc_buf_cstr(&heard.message), "");
	else
		kc_doctor_says(d,
		    damaged > 0                  ? "red"
			: missing > 0 || old > 0 ? "yellow"
						 : "green",
		    "evidence", _("evidence"), says,
		    damaged > 0 || missing > 0
			? _("kaocheng evidence verify; whoever has a file "
			    "brings it again: evidence put")
			: old > 0 ? "kaocheng evidence sweep"
				  : "");
	kc_buf_free(&heard.message);
}

/* --- what this user has not heard back of --- */
void
kc_doctor_outbox(struct kc_doctor *d)
{
	char path[KC_PATH_SIZE], says[128];
	struct dirent *e;
	unsigned n = 0;
	DIR *f = kc_outbox_dir(path) == KC_OK ? opendir(path) : NULL;

	while (f != NULL && (e = readdir(f)) != NULL)
		n += strstr(e->d_name, ".note") != NULL;
	if (f != NULL)
		(void)closedir(f);
	snprintf(says, sizeof(says),
	    _("%u statements whose outcome is not known"), n);
	kc_doctor_says(d, n > 0 ? "yellow" : "green", "outbox", _("outbox"),
	    says, n > 0 ? "kaocheng send --retry" : "");
}
