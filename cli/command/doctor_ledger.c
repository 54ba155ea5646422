/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng doctor`: the ledger itself, the anchors and the log's key. */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <kaocheng/keyfile.h>

/* What a start asks (kc_check), of the files as they lie there. */
void
kc_doctor_ledger(struct kc_doctor *d)
{
	struct kc_heard heard = {0};
	int code;

	kc_cli_hear(&heard);
	code = kc_local_open(&d->cli, &d->local);
	if (code == KC_EXIT_OK)
		code = kc_local_check(&d->cli, &d->local);
	kc_cli_hear(NULL);
	if (code == KC_EXIT_OK)
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("%llu entries, each hashed and replayed"),
		    (unsigned long long)d->local.log.size);
	else if (code == KC_EXIT_TAMPERED)
		kc_doctor_tampered(d,
		    _("keep everything as it is; OPERATIONS, Start, says what "
		      "to look for"),
		    kc_buf_cstr(&heard.message));
	else
		kc_doctor_say(d, KC_GRADE_WRONG,
		    code == KC_EXIT_NOT_FOUND
			? _("name the ledger's directory, or restore a backup: "
			    "kaocheng restore")
			: _("run doctor as the daemon's user; else OPERATIONS, "
			    "Start"),
		    "%s", kc_buf_cstr(&heard.message));
	if (code != KC_EXIT_OK) {
		kc_state_free(d->local.state);
		d->local.state = NULL;
	}
	kc_buf_free(&heard.message);
}

void
kc_doctor_map(struct kc_doctor *d)
{
	uint64_t mib = kc_doctor_number(d, "store", "map_mib", KC_MAP_MIB);
	struct kc_store_stats stats = {0};
	uint64_t used, percent;

	kc_store_stats(d->local.store, &stats);
	used = (stats.used_bytes + (1 << 20) - 1) >> 20;
	percent = mib == 0 ? 100 : stats.used_bytes * 100 / (mib << 20);
	if (percent >= 80)
		kc_doctor_say(d,
		    percent >= 95 ? KC_GRADE_WRONG : KC_GRADE_WARNING,
		    _("raise store: map_mib and restart; it is address space, "
		      "not disk"),
		    _("the ledger fills %llu of the %llu MiB that it may have "
		      "(%llu%%)"),
		    (unsigned long long)used, (unsigned long long)mib,
		    (unsigned long long)percent);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("the ledger fills %llu of %llu MiB"),
		    (unsigned long long)used, (unsigned long long)mib);
}

/* --- anchors --- */
/* Two paths on one file system; false where that cannot be seen. */
static bool
beside(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev;
}

void
kc_doctor_anchor(struct kc_doctor *d)
{
	uint64_t size = d->local.log.size, known = d->local.anchor.size;
	char path[KC_PATH_SIZE];
	struct stat st;

	kc_cli_place(&d->cli, "anchor", "anchor", path);
	if (lstat(path, &st) != 0) {
		kc_doctor_say(d, size > 0 ? KC_GRADE_WRONG : KC_GRADE_OK,
		    size > 0
			? _("mount its file system; is it lost, OPERATIONS, "
			    "A lost anchor")
			: NULL,
		    "%s: %s", path, strerror(errno));
		return;
	}
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		kc_doctor_say(d, KC_GRADE_WRONG, _("chmod 600 FILE"),
		    _("%s: others than its owner may write to it (mode %04o)"),
		    path, (unsigned)st.st_mode & 07777U);
	if (size > known + KC_BATCH_MAX)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("find out who put an older anchor there, before a start "
		      "signs what lies beyond it"),
		    _("the anchor knows %llu of %llu entries: more is missing "
		      "than a crash explains"),
		    (unsigned long long)known, (unsigned long long)size);
	else if (size > known)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("the next start signs them (anchor-mended)"),
		    _("the anchor knows %llu of %llu entries"),
		    (unsigned long long)known, (unsigned long long)size);
	else if (d->local.beyond > 0)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("the daemon puts them there, or its next start does "
		      "(anchor-redone); until then keep this anchor"),
		    _("the anchor alone holds the last %llu entries, beyond "
		      "%llu in the ledger"),
		    (unsigned long long)d->local.beyond,
		    (unsigned long long)size);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("a head of %llu entries, signed by the log, fits the "
		      "ledger"),
		    (unsigned long long)known);
}

/* Of the ledger's entries, and of those that the first anchor alone holds. What
 * a daemon that runs has written since we read, the first one had before the
 * second: both are looked at anew, in the order in which they are written. */
static enum kc_err
root_of(const struct kc_doctor *d, uint64_t size, struct kc_hash *out)
{
	struct kc_hash_reader hashes = kc_store_hashes(d->local.store);
	struct kc_anchored held = {0};
	char path[KC_PATH_SIZE];
	struct kc_stand now;
	enum kc_err err;

	if (size <= d->local.log.size)
		return kc_merkle_root(&hashes, size, out);
	kc_cli_place(&d->cli, "anchor", "anchor", path);
	err = kc_anchor_load(path, &held);
	if (err == KC_OK)
		err = kc_store_stands(d->local.store, &now);
	if (err == KC_OK)
		err = size <= now.size
		    ? kc_merkle_root(&hashes, size, out)
		    : kc_redo_root(d->local.store, &now, &held, size, out);
	kc_anchored_free(&held);
	return err;
}

/* The head that a second anchor knows, against the ledger. */
static void
look_at_second(struct kc_doctor *d, const char *path, struct kc_slice note)
{
	uint64_t size = d->local.log.size;
	struct kc_log_keys keys;
	struct kc_checkpoint c = {.size = 0};
	struct kc_hash root;
	enum kc_err err;

	kc_state_log_keys(d->local.state, true, &keys);
	err = kc_checkpoint_parse_by(&c, note, &keys);
	if (err != KC_OK)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("is it that of another ledger? name the right one: "
		      "second_anchor"),
		    _("%s: no head that this log signed"), path);
	else if ((err = root_of(d, c.size, &root)) != KC_OK && c.size > size)
		kc_doctor_tampered(d,
		    _("the ledger was put back: keep everything, find the "
		      "newest copy; OPERATIONS, A ledger that was put back"),
		    _("the second anchor knows more entries than the ledger "
		      "has"));
	else if (err != KC_OK || !kc_hash_eq(&root, &c.root))
		kc_doctor_tampered(d,
		    _("keep both as they are, and call the auditor"),
		    _("the second anchor knows another history than the "
		      "ledger's"));
	else if (c.size < d->local.anchor.size)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("look for event=second-anchor in the daemon's log"),
		    _("the second anchor is behind: %llu entries, the first "
		      "has %llu"),
		    (unsigned long long)c.size,
		    (unsigned long long)d->local.anchor.size);
	else if (beside(path, d->ledger))
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("put it on another disk, better another machine's"),
		    _("%s: on one file system with the ledger, it is put back "
		      "with it"),
		    path);
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("it knows all %llu entries"), (unsigned long long)c.size);
}

void
kc_doctor_second_anchor(struct kc_doctor *d)
{
	char path[KC_PATH_SIZE], text[KC_PATH_SIZE];
	struct kc_buf note = {0};
	enum kc_err err;

	if (!kc_doctor_setting(d, NULL, "second_anchor", text)) {
		if (kc_doctor_witnesses(d) != NULL)
			kc_doctor_say(d, KC_GRADE_OK, NULL, "%s",
			    _("there is none; witnesses know the head"));
		else
			kc_doctor_say(d, KC_GRADE_WARNING,
			    _("set second_anchor, or ask witnesses "
			      "(OPERATIONS, A second anchor)"),
			    "%s",
			    _("nobody else knows the head: who puts ledger and "
			      "anchor back together is not noticed"));
		return;
	}
	kc_cli_place(&d->cli, "second_anchor", "", path);
	err = kc_anchor_peek(path, &note);
	if (err != KC_OK)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("mount its file system; the daemon goes on with one "
		      "anchor meanwhile"),
		    "%s: %s", path, kc_err_said(err));
	else if (note.n == 0)
		kc_doctor_say(d,
		    d->local.anchor.size > 0 ? KC_GRADE_WARNING : KC_GRADE_OK,
		    d->local.anchor.size > 0
			? _("it learns of the head with the next entry")
			: NULL,
		    _("%s: it knows of no entry yet"), path);
	else
		look_at_second(d, path, kc_buf_view(&note));
	kc_buf_free(&note);
}

/* --- the log's key --- */
/* Is the key in a file of `dir` whose name begins with `name`? */
static bool
is_here(const struct kc_vkey *key, const char *dir, const char *name)
{
	struct kc_log_keys one = {.n = 1, .v = {*key}};
	DIR *list = opendir(dir);
	struct dirent *e;
	bool found = false;

	while (list != NULL && !found && (e = readdir(list)) != NULL) {
		char path[KC_PATH_SIZE];
		struct kc_buf file = {0};
		enum kc_keyfile_lock lock;
		struct kc_vkey vkey;

		if (strncmp(e->d_name, name, strlen(name)) == 0 &&
		    kc_path_join(path, dir, e->d_name) == KC_OK &&
		    kc_file_load(path, KC_KEYFILE_MAX, &file) == KC_OK &&
		    kc_keyfile_peek(kc_buf_view(&file), &vkey, &lock) == KC_OK)
			found = kc_log_keys_has(&one, &vkey);
		kc_buf_free(&file);
	}
	if (list != NULL)
		(void)closedir(list);
	return found;
}

void
kc_doctor_log_key(struct kc_doctor *d)
{
	char dir[KC_PATH_SIZE], name[KC_PATH_SIZE];
	struct kc_log_keys keys;
	size_t missing = 0;
	char *slash;

	kc_cli_place(&d->cli, "log_key", "keys/log.key", dir);
	slash = strrchr(dir, '/');
	if (slash == NULL)
		return;
	snprintf(name, sizeof(name), "%s", slash + 1);
	*slash = '\0';
	kc_state_log_keys_at(d->local.state, d->now_ms, &keys);
	for (size_t i = 0; i < keys.n; i++) {
		struct kc_buf text = {0};

		if (is_here(&keys.v[i], dir, name))
			continue;
		missing++;
		kc_buf_vkey(&text, &keys.v[i]);
		kc_doctor_say(d,
		    i + 1 == keys.n && missing == keys.n ? KC_GRADE_WRONG
							 : KC_GRADE_WARNING,
		    _("bring it back from its backup, beside log.key"),
		    _("a key of the log in force is in no file of %s: %s"), dir,
		    kc_buf_cstr(&text));
		kc_buf_free(&text);
	}
	if (missing == 0)
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("the log's keys in force (%zu) are in %s"), keys.n, dir);
}
