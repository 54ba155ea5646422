/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng export`: the whole ledger as a tlog-tiles directory or as one
 * file. A second export changes nothing but what has grown.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export.h"
#include "lib/file.h"
#include "lib/files.h"

/* --- a directory --- */
/* An export that is there already must be an older one of the same ledger. */
static int
check_target(const struct kc_exporter *x, const char *out)
{
	char path[KC_PATH_SIZE];
	struct kc_buf note = {0};
	struct kc_checkpoint old;
	int code = KC_EXIT_OK;

	if (kc_path_join(path, out, "checkpoint") != KC_OK)
		return kc_cli_error(x->cli, KC_ETOOBIG, out);
	if (kc_file_load(path, KC_CHECKPOINT_MAX, &note) != KC_OK)
		goto out;
	if (kc_checkpoint_parse(&old, kc_buf_view(&note), NULL) != KC_OK)
		code = kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s is not a checkpoint; is %s an export?"), path, out);
	else if (strcmp(old.origin, x->checkpoint.origin) != 0)
		code = kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s is the export of another ledger, %s"), out,
		    old.origin);
	else if (old.size > x->checkpoint.size ||
	    (old.size == x->checkpoint.size &&
		!kc_hash_eq(&old.root, &x->checkpoint.root)))
		code = kc_cli_fail(KC_EXIT_TAMPERED, NULL,
		    _("%s holds %llu entries of another history; the ledger "
		      "has %llu"),
		    out, (unsigned long long)old.size,
		    (unsigned long long)x->checkpoint.size);
out:
	kc_buf_free(&note);
	return code;
}

static int
write_file(struct kc_exporter *x, const char *out, const char *path)
{
	char to[KC_PATH_SIZE];
	struct kc_buf data = {0};
	enum kc_err err = kc_path_join(to, out, path);

	if (err == KC_OK)
		err = kc_exporter_file(x, path, &data);
	if (err == KC_OK)
		err = kc_file_update(to, kc_buf_view(&data), 0644, NULL);
	kc_buf_free(&data);
	if (x->code != KC_EXIT_OK)
		return x->code;
	return err == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_error(x->cli, err, err == KC_EIO ? to : path);
}

/* Tiles first, then what speaks of them, the checkpoint last. */
static int
write_dir(struct kc_exporter *x, const char *out)
{
	uint64_t count = kc_export_count(x->checkpoint.size);
	char path[KC_TILE_PATH_MAX];
	int code = KC_EXIT_OK;

	for (uint64_t i = 0; code == KC_EXIT_OK && i < count; i++) {
		kc_export_path(x->checkpoint.size, i, path);
		if (strncmp(path, "tile/", 5) == 0)
			code = write_file(x, out, path);
	}
	x->have = out;
	if (code == KC_EXIT_OK)
		code = kc_exporter_replay(x);
	if (code == KC_EXIT_OK)
		code = write_file(x, out, "keys");
	if (code == KC_EXIT_OK)
		code = write_file(x, out, "trust");
	if (code == KC_EXIT_OK)
		code = write_file(x, out, "checkpoint");
	return code;
}

struct sweep {
	const char *out;
	uint64_t size;
	enum kc_err err;
};

/* Removes a partial tile of an earlier size, and its folder if empty. */
static enum kc_err
sweep_one(void *ctx, struct kc_slice path)
{
	struct sweep *s = ctx;
	char file[KC_PATH_SIZE], name[KC_PATH_SIZE];
	uint64_t n;
	unsigned width;
	char *slash;
	int level;

	if (kc_tile_path_parse(path, &level, &n, &width) != KC_OK ||
	    width == KC_TILE_WIDTH)
		return KC_OK;
	if (n == kc_tile_full(level < 0 ? 0 : (unsigned)level, s->size) &&
	    width == kc_tile_partial(level < 0 ? 0 : (unsigned)level, s->size))
		return KC_OK;
	if (!kc_slice_copy(name, sizeof(name), path) ||
	    kc_path_join(file, s->out, name) != KC_OK)
		return KC_ETOOBIG;
	if (unlink(file) != 0)
		return KC_EIO;
	slash = strrchr(file, '/');
	if (slash != NULL) {
		*slash = '\0';
		(void)rmdir(file); /* stays if another tile is in it */
	}
	return KC_OK;
}

/* Paths are gathered first: a folder is not changed while it is read. */
static enum kc_err
gather(void *ctx, struct kc_slice path)
{
	struct kc_buf *all = ctx;

	kc_buf_slice(all, path);
	kc_buf_char(all, '\n');
	return kc_buf_err(all);
}

static int
sweep(struct kc_exporter *x, const char *out)
{
	struct sweep s = {.out = out, .size = x->checkpoint.size};
	struct kc_disk disk;
	struct kc_buf all = {0};
	struct kc_slice rest, line;
	enum kc_err err = kc_disk_open(&disk, out);

	if (err == KC_OK)
		err = disk.files.list(disk.files.ctx, gather, &all);
	rest = kc_buf_view(&all);
	while (err == KC_OK && kc_slice_line(&rest, &line))
		err = sweep_one(&s, line);
	kc_disk_close(&disk);
	kc_buf_free(&all);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(x->cli, err, out);
}

/* --- one file --- */
static enum kc_err
stream_bundle(struct kc_exporter *x, struct kc_squeeze *to)
{
	uint64_t count = kc_export_count(x->checkpoint.size);
	struct kc_framer f = {.to = to};
	char path[KC_TILE_PATH_MAX];

	kc_framer_begin(&f);
	for (uint64_t i = 0; f.err == KC_OK && i < count; i++) {
		kc_export_path(x->checkpoint.size, i, path);
		kc_buf_reset(&f.data);
		f.err = kc_exporter_file(x, path, &f.data);
		kc_framer_put(&f, path);
	}
	kc_export_cited_frames(x->evidence, &f);
	kc_export_openings(x, &f);
	return kc_framer_end(&f);
}

int
kc_export_bundle(struct kc_exporter *x, const char *file, bool evidence)
{
	int code = kc_exporter_replay(x);

	if (code == KC_EXIT_OK && evidence)
		code = kc_export_cited(x, NULL, &x->evidence);
	return code == KC_EXIT_OK ? kc_export_file(x, file, 0600, stream_bundle)
				  : code;
}

/* --- hashes alone --- */
static enum kc_err
stream_public(struct kc_exporter *x, struct kc_squeeze *to)
{
	uint64_t count = kc_export_count(x->checkpoint.size);
	struct kc_framer f = {.to = to};
	char path[KC_TILE_PATH_MAX];

	kc_framer_begin(&f);
	for (uint64_t i = 0; f.err == KC_OK && i < count; i++) {
		kc_export_path(x->checkpoint.size, i, path);
		kc_buf_reset(&f.data);
		if (strncmp(path, "tile/entries/", 13) == 0)
			break; /* the last of an export */
		if (strcmp(path, "keys") == 0) {
			(void)snprintf(path, sizeof(path), "profile");
			kc_buf_str(&f.data, "kaocheng/v1 profile public\n");
		} else {
			f.err = kc_exporter_file(x, path, &f.data);
		}
		kc_framer_put(&f, path);
	}
	return kc_framer_end(&f);
}

/* A directory, as it is or as its name says. */
static bool
is_directory(const char *path)
{
	size_t n = strlen(path);
	struct stat s;

	return (n > 0 && path[n - 1] == '/') ||
	    (stat(path, &s) == 0 && S_ISDIR(s.st_mode));
}

/* The same as a directory that grows, for a web server; never beside entries.
 */
static int
public_dir(struct kc_exporter *x, const char *out)
{
	static const char profile[] = "kaocheng/v1 profile public\n";
	uint64_t count = kc_export_count(x->checkpoint.size);
	char path[KC_TILE_PATH_MAX], to[KC_PATH_SIZE];
	int code = check_target(x, out);
	enum kc_err err;

	if (code == KC_EXIT_OK &&
	    kc_path_join(to, out, "tile/entries") == KC_OK &&
	    kc_file_exists(to))
		code = kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("%s has entries; hashes alone go to a directory of "
		      "their own"),
		    out);
	for (uint64_t i = 0; code == KC_EXIT_OK && i < count; i++) {
		kc_export_path(x->checkpoint.size, i, path);
		if (strncmp(path, "tile/", 5) == 0 &&
		    strncmp(path, "tile/entries/", 13) != 0)
			code = write_file(x, out, path);
	}
	if (code == KC_EXIT_OK) {
		err = kc_path_join(to, out, "profile");
		if (err == KC_OK)
			err = kc_file_update(
			    to, kc_slice_str(profile), 0644, NULL);
		if (err != KC_OK)
			code = kc_cli_error(x->cli, err, to);
	}
	if (code == KC_EXIT_OK)
		code = write_file(x, out, "trust");
	if (code == KC_EXIT_OK)
		code = write_file(x, out, "checkpoint");
	return code == KC_EXIT_OK ? sweep(x, out) : code;
}

static int
export_public(struct kc_exporter *x, const char *file)
{
	int code = kc_exporter_replay(x);

	if (code == KC_EXIT_OK)
		code = is_directory(file)
		    ? public_dir(x, file)
		    : kc_export_file(x, file, 0644, stream_public);
	if (code == KC_EXIT_OK)
		kc_cli_note(x->cli,
		    _("hashes of %llu entries exported to %s, no entry among "
		      "them\n"
		      "check with: kaocheng-verify %s"),
		    (unsigned long long)x->checkpoint.size, file, file);
	return code;
}

/* All of it, with evidence, and whom the commitments are to. */
static int
export_auditor(struct kc_exporter *x, const char *file)
{
	int code;

	if (!x->local)
		return kc_cli_usage("%s",
		    _("--profile auditor opens commitments from the directory "
		      "of persons: --dir DIR"));
	code = kc_local_replay(x->cli, &x->ledger, false);
	x->openings = true;
	return code == KC_EXIT_OK ? kc_export_bundle(x, file, true) : code;
}

static int
check_profile(const struct kc_cli *cli, bool part, int argc)
{
	if (cli->profile == NULL)
		return KC_EXIT_OK;
	if (strcmp(cli->profile, "public") != 0 &&
	    strcmp(cli->profile, "auditor") != 0)
		return kc_cli_usage(
		    _("--profile %s: public (hashes, and no entry) or auditor "
		      "(all of it, with evidence and persons)"),
		    cli->profile);
	if (!part && argc == 1 && cli->bundle == NULL && !cli->whole &&
	    cli->with_evidence == NULL)
		return KC_EXIT_OK;
	return kc_cli_usage("%s",
	    _("a profile is of the whole ledger: export --profile public "
	      "FILE|DIR/, or auditor FILE"));
}

/* --- the command --- */
static int
export_dir(struct kc_exporter *x, const char *out, bool evidence)
{
	int code = check_target(x, out);

	if (code == KC_EXIT_OK)
		code = write_dir(x, out);
	if (code == KC_EXIT_OK && evidence)
		code = kc_export_cited(x, NULL, &x->evidence);
	if (code == KC_EXIT_OK && evidence)
		code = kc_export_cited_dir(x->evidence, out);
	return code == KC_EXIT_OK ? sweep(x, out) : code;
}

static void
say_exported(const struct kc_exporter *x, const char *out)
{
	struct kc_buf root = {0};

	kc_buf_hash(&root, &x->checkpoint.root);
	kc_cli_note(x->cli,
	    _("%llu entries exported to %s, root %s\n"
	      "check with: kaocheng-verify %s"),
	    (unsigned long long)x->checkpoint.size, out, kc_buf_cstr(&root),
	    out);
	kc_buf_free(&root);
	kc_export_cited_say(x->evidence);
}

bool
kc_export_includes(const struct kc_cli *cli, bool otherwise, bool *is)
{
	*is = otherwise;
	if (cli->with_evidence == NULL)
		return true;
	*is = strcmp(cli->with_evidence, "include") == 0;
	if (*is || strcmp(cli->with_evidence, "hash") == 0)
		return true;
	(void)kc_cli_usage(_("--evidence %s: include, or hash: the entries "
			     "cite its hash all the same"),
	    cli->with_evidence);
	return false;
}

int
kc_cmd_export(struct kc_cli *cli, int argc, char **argv)
{
	const char *bundle = cli->bundle;
	bool part = cli->about.n > 0 || cli->unit != NULL || cli->year != NULL,
	     evidence;
	struct kc_exporter x;
	const char *out = bundle;
	int code;

	code = check_profile(cli, part, argc);
	if (code != KC_EXIT_OK)
		return code;
	if (cli->whole && (part || bundle != NULL))
		return kc_cli_usage("%s",
		    _("--all is the whole ledger as one file: no --bundle, "
		      "no part of it"));
	if (cli->whole && argc == 1) {
		out = bundle = argv[0];
		argc = 0;
	}
	if (bundle == NULL && argc == 1)
		out = argv[0];
	if (out == NULL || (bundle != NULL && argc != 0))
		return kc_cli_usage("%s",
		    _("export takes a directory to write "
		      "to, or --bundle FILE"));
	if (!kc_export_includes(cli, false, &evidence))
		return KC_EXIT_USAGE;
	code = kc_exporter_open(cli, &x);
	if (code == KC_EXIT_OK && cli->profile != NULL)
		code = cli->profile[0] == 'p' ? export_public(&x, out)
					      : export_auditor(&x, out);
	else if (code == KC_EXIT_OK && part)
		code = kc_export_part(&x, out, evidence);
	else if (code == KC_EXIT_OK && bundle != NULL)
		code = kc_export_bundle(&x, bundle, evidence);
	else if (code == KC_EXIT_OK)
		code = export_dir(&x, out, evidence);
	if (code == KC_EXIT_OK && !part &&
	    (cli->profile == NULL || cli->profile[0] == 'a'))
		say_exported(&x, out);
	kc_export_cited_free(x.evidence);
	kc_exporter_close(&x);
	return code;
}
