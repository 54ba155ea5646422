/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng doctor`: settings, key files, room, and whether a start would
 * succeed. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX 16384 /* bytes of what a start says */

extern char **environ;

/* --- settings --- */
void
kc_doctor_settings(struct kc_doctor *d)
{
	char text[KC_PATH_SIZE];
	struct stat st;

	if (stat(d->file, &st) != 0) {
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("give --dir the directory where kaocheng.yaml is"),
		    _("%s: %s; everything is taken as by default"), d->file,
		    strerror(errno));
		return;
	}
	if (d->root == NULL)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("kaochengd -n -c FILE names line and column"),
		    _("%s cannot be read as settings"), d->file);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		kc_doctor_say(d, KC_GRADE_WRONG, _("chmod go-w FILE"),
		    _("%s: others than its owner may write to it (mode %04o)"),
		    d->file, (unsigned)st.st_mode & 07777U);
	if (kc_doctor_setting(d, NULL, "test_clock", text))
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("take test_clock out, unless this is a rehearsal"),
		    _("the ledger's clock is a test's, from %s on"), text);
	if (d->root != NULL && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		kc_doctor_say(d, KC_GRADE_OK, NULL, "%s", d->file);
}

/* --- what a start would say --- */
/* Runs it with its standard error in said. -1: it could not be run. */
static int
ask_daemon(struct kc_doctor *d, struct kc_buf *said)
{
	char program[KC_PATH_SIZE], buf[1024];
	bool file = kc_file_exists(d->file);
	union {
		const char *in;
		char *out;
	} args[] = {{"kaochengd"}, {"-n"}, {file ? "-c" : "--dir"},
	    {file ? d->file : d->cli.dir}, {NULL}};
	char *argv[sizeof(args) / sizeof(args[0])];
	posix_spawn_file_actions_t actions;
	int ends[2], status = -1, rc;
	ssize_t n;
	pid_t pid;

	for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++)
		argv[i] = args[i].out;
	if (kc_cli_sibling(&d->cli, "kaochengd", program, sizeof(program)) !=
		KC_OK ||
	    pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(
	    &actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_adddup2(
	    &actions, ends[1], STDERR_FILENO);
	rc = posix_spawn(&pid, program, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	while (rc == 0 && (n = read(ends[0], buf, sizeof(buf))) > 0)
		if (said->n < SAID_MAX)
			kc_buf_put(said, buf, (size_t)n);
	(void)close(ends[0]);
	if (rc != 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The last line, without its level. */
static struct kc_slice
last_line(const struct kc_buf *said)
{
	struct kc_slice rest = kc_buf_view(said), line, last = {"", 0};

	while (kc_slice_line(&rest, &line))
		last = line;
	if (last.n > 3 && last.p[0] == '<' && last.p[2] == '>') {
		last.p += 3;
		last.n -= 3;
	}
	return last;
}

void
kc_doctor_start(struct kc_doctor *d)
{
	struct kc_buf said = {0};
	struct kc_slice last;
	struct stat st;
	int code;

	if (stat(d->ledger, &st) == 0 && st.st_uid != geteuid()) {
		const struct passwd *pw = getpwuid(st.st_uid);

		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("run doctor as that user, to see what a start sees"),
		    _("%s belongs to %s; a start was not tried as another "
		      "user"),
		    d->ledger, pw == NULL ? "?" : pw->pw_name);
		return;
	}
	code = ask_daemon(d, &said);
	last = last_line(&said);
	if (code == 0)
		kc_doctor_say(d, KC_GRADE_OK, NULL, "%s",
		    _("kaochengd -n finds nothing that stops a start"));
	else if (code < 0)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("install kaochengd beside this program"), "%s",
		    _("kaochengd -n could not be run"));
	else
		kc_doctor_say(d, KC_GRADE_WRONG,
		    code == 65
			? _("start nothing and change nothing; OPERATIONS, "
			    "Start, says what each refusal means")
			: _("mend what it names, then kaochengd -n again"),
		    _("a start would end with %d: %.*s"), code, (int)last.n,
		    last.p);
	if (code == 65)
		d->code = KC_EXIT_TAMPERED;
	kc_buf_free(&said);
}

/* --- keys --- */
static void
look_at_key(struct kc_doctor *d, const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("bring it back from its backup; nothing can be signed "
		      "without it"),
		    "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		kc_doctor_say(d, KC_GRADE_WRONG, _("put the file itself there"),
		    _("%s is no regular file"), path);
	else if ((st.st_mode & 077) != 0)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("chmod 600 FILE; if others may have read it, rotate the "
		      "key: kaocheng logkey rotate"),
		    _("%s: others than its owner may use it (mode %04o)"), path,
		    (unsigned)st.st_mode & 07777U);
}

/* Keys of people here, and a rotation that was broken off. */
static void
look_around(struct kc_doctor *d, const char *dir)
{
	DIR *list = opendir(dir);
	struct dirent *e;
	struct stat st;

	while (list != NULL && (e = readdir(list)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		if (fstatat(dirfd(list), e->d_name, &st, AT_SYMLINK_NOFOLLOW) !=
			0 ||
		    !S_ISREG(st.st_mode) || dot == NULL)
			continue;
		if (strstr(e->d_name, ".rotate.note") != NULL)
			kc_doctor_say(d, KC_GRADE_WARNING,
			    _("run the same command again: kaocheng logkey "
			      "rotate, or key rotate"),
			    _("%s/%s: a rotation is under way"), dir,
			    e->d_name);
		else if (strstr(e->d_name, ".key") != NULL &&
		    strcmp(e->d_name, "log.key") != 0 &&
		    strcmp(e->d_name, "clerk.key") != 0 &&
		    (st.st_mode & 077) != 0)
			kc_doctor_say(d, KC_GRADE_WRONG, _("chmod 600 FILE"),
			    _("%s/%s: others than its owner may use it (mode "
			      "%04o)"),
			    dir, e->d_name, (unsigned)st.st_mode & 07777U);
	}
	if (list != NULL)
		(void)closedir(list);
}

void
kc_doctor_keys(struct kc_doctor *d)
{
	static const char *const keys[][2] = {
	    {"log_key", "keys/log.key"}, {"clerk_key", "keys/clerk.key"}};
	char path[KC_PATH_SIZE], last[KC_PATH_SIZE] = "";
	size_t before[KC_GRADES];
	struct stat st;

	memcpy(before, d->of, sizeof(before));
	for (size_t i = 0; i < 2; i++) {
		char *slash;

		kc_cli_place(&d->cli, keys[i][0], keys[i][1], path);
		look_at_key(d, path);
		slash = strrchr(path, '/');
		if (slash == NULL)
			continue;
		*slash = '\0';
		if (strcmp(path, last) == 0)
			continue;
		memcpy(last, path, sizeof(last));
		if (stat(path, &st) == 0 &&
		    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
			kc_doctor_say(d, KC_GRADE_WRONG,
			    _("chmod 700 DIRECTORY"),
			    _("%s: others than its owner may put keys there "
			      "(mode %04o)"),
			    path, (unsigned)st.st_mode & 07777U);
		look_around(d, path);
	}
	if (kc_doctor_quiet(d, before))
		kc_doctor_say(d, KC_GRADE_OK, NULL, "%s",
		    _("the keys of the log and the clerk are there, for their "
		      "owner alone"));
}

/* --- room --- */
void
kc_doctor_space(struct kc_doctor *d)
{
	uint64_t reserve =
	    kc_doctor_number(d, "store", "reserve_mib", KC_RESERVE_MIB);
	struct statvfs fs;
	uint64_t mib;

	if (statvfs(d->ledger, &fs) != 0) {
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("name the ledger's directory: ledger, in kaocheng.yaml"),
		    "%s: %s", d->ledger, strerror(errno));
		return;
	}
	mib = (uint64_t)fs.f_bavail * fs.f_frsize >> 20;
	if (fs.f_files > 0 && fs.f_favail < 64)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("remove files that are not needed"),
		    _("%s: its file system takes %llu more files"), d->ledger,
		    (unsigned long long)fs.f_favail);
	if (mib < reserve)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("make room; the daemon opens by itself"),
		    _("%llu MiB are free, and below %llu (store: reserve_mib) "
		      "nothing is taken"),
		    (unsigned long long)mib, (unsigned long long)reserve);
	else if (mib / 16 < reserve)
		kc_doctor_say(d, KC_GRADE_WARNING, _("make room soon"),
		    _("%llu MiB are free; below %llu nothing is taken"),
		    (unsigned long long)mib, (unsigned long long)reserve);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL, _("%llu MiB are free"),
		    (unsigned long long)mib);
}
