/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng restore`: a ledger's directory made again from a backup or an
 * export, after all of it was verified; all or nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/blob.h>
#include <kaocheng/entry.h>
#include <kaocheng/leaf.h>
#include <kaocheng/store.h>

#include "lib/evidence.h"
#include "lib/files.h"
#include "lib/keys.h"
#include "lib/seal.h"
#include "lib/setup.h"
#include "lib/tool.h"
#include "verify/stages.h"
#include "verify/stages_print.h"

#define TILE_BYTES_MAX ((size_t)KC_TILE_WIDTH * (KC_LEAF_MAX + 2))

static struct kc_verify_report report; /* large */

/* --- the file --- */
static int
open_sealed(struct kc_cli *cli, struct kc_disk *disk, const char *path)
{
	struct kc_skey key;
	enum kc_err err;
	int code;

	if (cli->unseal == NULL)
		return kc_cli_fail(KC_EXIT_NOT_PERMITTED,
		    _("--unseal FILE names the key file"), _("%s is sealed"),
		    path);
	code = kc_keys_open(cli, cli->unseal, &key);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_unseal(&disk->fd, &key);
	kc_skey_wipe(&key);
	if (err == KC_ENOKEY)
		return kc_cli_fail(KC_EXIT_NOT_PERMITTED, NULL,
		    _("%s is not sealed to this key"), path);
	if (err == KC_ESIG || err == KC_ESYNTAX)
		return kc_cli_fail(
		    err == KC_ESIG ? KC_EXIT_TAMPERED : KC_EXIT_INCOMPLETE,
		    NULL,
		    _("%s was changed after it was sealed, or breaks off"),
		    path);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, path);
}

/* Opens and verifies; nothing less than all of it will do. */
static int
take(struct kc_cli *cli, struct kc_disk *disk, const char *path)
{
	struct kc_stages s = {.path = path,
	    .trust = cli->trust,
	    .at_least = cli->at_least,
	    .lang = cli->lang,
	    .quiet = cli->quiet};
	struct kc_verify_options what = {.files = &disk->files};
	enum kc_err err = kc_disk_begin(disk, path);
	int code = KC_EXIT_OK;

	if (err == KC_OK && !disk->is_dir && kc_is_sealed(disk->fd))
		code = open_sealed(cli, disk, path);
	if (code != KC_EXIT_OK)
		return code;
	if (err == KC_OK)
		err = kc_disk_end(disk);
	if (err != KC_OK)
		return kc_stages_unreadable(&s, err);
	code = kc_stages_check(&s, &what, &report);
	if (code != KC_EXIT_OK)
		return code;
	code = kc_verify_exit(&report);
	if (code != KC_EXIT_OK)
		kc_stages_print(&s, &report, code);
	else if (report.open)
		return kc_cli_usage(_("%s has hashes and no entry; a ledger is "
				      "restored from all of it"),
		    path);
	else if (report.part[0] != '\0')
		return kc_cli_usage(
		    _("%s is a part; a ledger is restored from all of it"),
		    path);
	return code;
}

/* --- the ledger --- */
struct filling {
	const struct kc_files *files;
	struct kc_store *store;
	struct kc_entry e;
	struct kc_row rows[KC_TILE_WIDTH];
	struct kc_buf tile;
	char evidence[KC_PATH_SIZE]; /* directory of it */
	struct kc_buf *detail;
};

static enum kc_err
kept(struct filling *f, const struct kc_evidence_from *from, const char *path)
{
	struct kc_buf why = {0};
	enum kc_err err = kc_evidence_keep(f->evidence, from, &why);

	if (err != KC_OK) {
		kc_buf_str(f->detail, path);
		kc_buf_str(f->detail, ": ");
		kc_buf_str(f->detail,
		    why.n > 0 ? kc_buf_cstr(&why) : kc_err_text(err));
	}
	kc_buf_free(&why);
	return err;
}

/* What the entry cites, if it came along; it was verified too. */
static enum kc_err
keep_evidence(struct filling *f)
{
	struct kc_evidence cited;
	enum kc_err err = KC_OK;

	for (unsigned i = 0;
	     err == KC_OK && kc_entry_evidence(&f->e, i, &cited); i++) {
		struct kc_evidence_from from = {
		    .hash = cited.hash, .files = f->files};
		char path[KC_TILE_PATH_MAX];
		const struct kc_piece look = {
		    .path = path, .entry = KC_NO_ENTRY};
		struct kc_buf none = {0};

		kc_evidence_path(path, &cited.hash);
		err = f->files->piece(f->files->ctx, &look, &none, &from.size);
		kc_buf_free(&none);
		if (err == KC_OK)
			err = kept(f, &from, path);
		else if (err == KC_ENOTFOUND)
			err = KC_OK;
	}
	return err;
}

/* All of it was verified a moment ago; a file that changes meanwhile is. */
static enum kc_err
put_tile(struct filling *f, uint64_t n, unsigned width)
{
	struct kc_append batch = {
	    .size = n * KC_TILE_WIDTH, .rows = f->rows, .nrows = width};
	char path[KC_TILE_PATH_MAX];
	struct kc_slice rest;
	struct kc_refusal why = {0};
	enum kc_err err;

	kc_tile_entries_path(path, n, width);
	kc_buf_reset(&f->tile);
	err = f->files->read(f->files->ctx, path, TILE_BYTES_MAX, &f->tile);
	rest = kc_buf_view(&f->tile);
	for (unsigned i = 0; err == KC_OK && i < width; i++) {
		struct kc_row *row = &f->rows[i];
		struct kc_leaf leaf = {0};
		size_t size = rest.n < 2 ? 0 : kc_be16((const uint8_t *)rest.p);

		if (rest.n < 2 + size)
			return KC_EINCOMPLETE;
		row->leaf = (struct kc_slice){rest.p + 2, size};
		rest.p += 2 + size;
		rest.n -= 2 + size;
		row->hash = kc_hash_leaf(row->leaf.p, size);
		err = kc_leaf_parse(&leaf, row->leaf);
		if (err == KC_OK)
			err = kc_entry_decode(&f->e, leaf.note, &why);
		if (err == KC_OK)
			kc_id_key(row->id, f->e.by[0], f->e.id);
		if (err == KC_OK)
			err = keep_evidence(f);
	}
	return err == KC_OK ? kc_store_append(f->store, &batch) : err;
}

static enum kc_err
fill(struct filling *f, uint64_t size)
{
	struct kc_hash root;
	enum kc_err err = KC_OK;
	uint64_t left;

	for (uint64_t n = 0; err == KC_OK && n * KC_TILE_WIDTH < size; n++) {
		left = size - n * KC_TILE_WIDTH;
		err = put_tile(f, n,
		    left < KC_TILE_WIDTH ? (unsigned)left : KC_TILE_WIDTH);
	}
	if (err == KC_OK)
		err = kc_store_root(f->store, &root);
	if (err == KC_OK && !kc_hash_eq(&root, &report.checkpoint.root))
		err = KC_ECORRUPT;
	return err;
}

static enum kc_err
write_anchor(const char *dir, const struct kc_files *files)
{
	struct kc_buf note = {0};
	struct kc_anchor *anchor = NULL;
	char path[KC_PATH_SIZE];
	enum kc_err err = kc_path_join(path, dir, "anchor");

	if (err == KC_OK)
		err = files->read(
		    files->ctx, "checkpoint", KC_CHECKPOINT_MAX, &note);
	if (err == KC_OK)
		err = kc_anchor_open(&anchor, path, true);
	if (err == KC_OK)
		err = kc_anchor_write(anchor, kc_buf_view(&note));
	kc_anchor_close(anchor);
	kc_buf_free(&note);
	return err;
}

/* The ledger will say that it was put back, and wait (daemon/anchors.h). A
 * checkpoint from elsewhere tells what had been signed. */
static enum kc_err
write_mark(const char *dir, struct kc_slice lost)
{
	struct kc_buf b = {0};
	char path[KC_PATH_SIZE];
	enum kc_err err = kc_path_join(path, dir, "restored");

	kc_buf_str(&b, "kaocheng/v1 restored\nkept ");
	kc_buf_u64(&b, report.checkpoint.size);
	kc_buf_char(&b, '\n');
	if (lost.n > 0) {
		kc_buf_char(&b, '\n');
		kc_buf_slice(&b, lost);
	}
	if (err == KC_OK)
		err = kc_buf_err(&b);
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&b), 0644);
	kc_buf_free(&b);
	return err;
}

/* --lost: a checkpoint of this log, beyond what is restored. */
static int
take_lost(struct kc_cli *cli, struct kc_buf *out)
{
	struct kc_checkpoint c;
	enum kc_err err;

	if (cli->lost == NULL)
		return KC_EXIT_OK;
	err = kc_file_load(cli->lost, KC_CHECKPOINT_MAX, out);
	if (err != KC_OK)
		return kc_cli_error(cli, err, cli->lost);
	if (kc_checkpoint_parse(&c, kc_buf_view(out), &report.log_key) != KC_OK)
		return kc_cli_fail(KC_EXIT_USAGE, NULL,
		    _("--lost %s: not a checkpoint that this log signed"),
		    cli->lost);
	if (c.size > report.checkpoint.size)
		return KC_EXIT_OK;
	return kc_cli_fail(KC_EXIT_USAGE, NULL,
	    _("--lost %s: it has %llu entries, no more than the %llu that are "
	      "restored"),
	    cli->lost, (unsigned long long)c.size,
	    (unsigned long long)report.checkpoint.size);
}

static enum kc_err
make_ledger(struct kc_cli *cli, const char *dir, const struct kc_files *files,
    struct kc_buf *detail)
{
	struct kc_skey log = {.vkey = report.log_key};
	struct kc_setup setup = {
	    .dir = dir, .log = &log, .reader = "admin.1", .tcp = cli->tcp};
	struct kc_store_options o = {.dir = dir, .create = true};
	struct filling *f = kc_alloc(sizeof(*f));
	enum kc_err err =
	    f == NULL ? KC_ENOMEM : kc_setup_frame(&setup, detail);

	if (err == KC_OK)
		err = kc_path_join(f->evidence, dir, "evidence");
	if (err == KC_OK)
		err = kc_store_open(&f->store, &o, detail);
	if (err == KC_OK) {
		f->files = files;
		f->detail = detail;
		err = fill(f, report.checkpoint.size);
	}
	if (f != NULL) {
		kc_store_close(f->store);
		kc_buf_free(&f->tile);
	}
	kc_free(f);
	return err == KC_OK ? write_anchor(dir, files) : err;
}

/* --- what is undone --- */
/* Evidence that lay there before, which nobody may have elsewhere. */
struct before {
	char dir[KC_PATH_SIZE];
	struct kc_buf names; /* "/one/other/" */
};

static enum kc_err
note_one(void *ctx, const struct kc_blob_file *f)
{
	struct before *b = ctx;

	kc_buf_slice(&b->names, f->name);
	kc_buf_char(&b->names, '/');
	return kc_buf_err(&b->names);
}

static enum kc_err
note_before(struct before *b, const char *dir, struct kc_buf *detail)
{
	enum kc_err err = kc_path_join(b->dir, dir, "evidence");

	kc_buf_char(&b->names, '/');
	return err == KC_OK ? kc_blob_each(b->dir, note_one, b, detail) : err;
}

static enum kc_err
drop_one(void *ctx, const struct kc_blob_file *f)
{
	const struct before *b = ctx;
	struct kc_buf name = {0};

	kc_buf_char(&name, '/');
	kc_buf_slice(&name, f->name);
	kc_buf_char(&name, '/');
	if (kc_buf_err(&name) == KC_OK &&
	    memmem(b->names.p, b->names.n, name.p, name.n) == NULL)
		(void)kc_blob_drop(b->dir, f, INT64_MAX, NULL);
	kc_buf_free(&name);
	return KC_OK;
}

static void
undo(const char *dir, struct before *b)
{
	(void)kc_blob_each(b->dir, drop_one, b, NULL);
	(void)rmdir(b->dir);
	kc_setup_undo(dir, NULL, 0);
}

int
kc_cmd_restore(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_disk disk = {.fd = -1};
	struct kc_buf detail = {0}, lost = {0};
	struct before before = {0};
	const char *dir = argc == 2 ? argv[1] : NULL;
	enum kc_err err;
	int code;

	if (dir == NULL)
		return kc_cli_usage("%s",
		    _("restore takes a backup or an export, and the directory "
		      "to make"));
	code = kc_setup_vacant(dir, NULL, 0);
	if (code != KC_EXIT_OK)
		return code;
	code = take(cli, &disk, argv[0]);
	if (code == KC_EXIT_OK)
		code = take_lost(cli, &lost);
	if (code != KC_EXIT_OK)
		goto out;
	err = note_before(&before, dir, &detail);
	if (err == KC_OK) {
		err = make_ledger(cli, dir, &disk.files, &detail);
		if (err == KC_OK)
			err = write_mark(dir, kc_buf_view(&lost));
		if (err != KC_OK)
			undo(dir, &before);
	}
	if (err != KC_OK) {
		code = detail.n > 0 ? kc_cli_fail(KC_EXIT_FAILED, NULL,
					  "%s: %s", dir, kc_buf_cstr(&detail))
				    : kc_cli_error(cli, err, dir);
		goto out;
	}
	kc_cli_note(cli,
	    _("%llu entries restored to %s\n"
	      "put the keys of the log and the clerk into %s/keys, as log.key "
	      "and clerk.key\n"
	      "the ledger will say that it was put back, and take nothing "
	      "until "
	      "two administrators sign: kaocheng restore accept"),
	    (unsigned long long)report.checkpoint.size, dir, dir);
	if (report.cited > 0)
		kc_cli_note(cli,
		    _("of %llu files that entries cite, %llu are not in it"),
		    (unsigned long long)report.cited,
		    (unsigned long long)report.absent);
out:
	kc_disk_close(&disk);
	kc_buf_free(&before.names);
	kc_buf_free(&detail);
	kc_buf_free(&lost);
	return code;
}
