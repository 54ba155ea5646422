/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng export --case CASE FILE`: the entries about some things as one
 * file that can be checked by itself (docs/FORMAT.md "Part").
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/part.h>

#include "export.h"
#include "lib/file.h"

/* --- frames --- */
static void
flush_frame(struct kc_framer *f)
{
	if (f->err == KC_OK)
		f->err = kc_buf_err(&f->frame);
	if (f->err == KC_OK)
		f->err = kc_squeeze_put(f->to, kc_buf_view(&f->frame));
	kc_buf_reset(&f->frame);
}

void
kc_framer_begin(struct kc_framer *f)
{
	kc_buf_bundle_head(&f->frame);
	flush_frame(f);
}

void
kc_framer_put(struct kc_framer *f, const char *path)
{
	if (f->err == KC_OK)
		f->err = kc_buf_err(&f->data);
	kc_buf_bundle_file(&f->frame, path, f->data.n);
	kc_buf_slice(&f->frame, kc_buf_view(&f->data));
	kc_buf_bundle_tail(&f->frame);
	flush_frame(f);
}

void
kc_framer_stream(
    struct kc_framer *f, const char *path, FILE *from, uint64_t size)
{
	char chunk[16384];

	kc_buf_bundle_file(&f->frame, path, size);
	flush_frame(f);
	while (f->err == KC_OK && size > 0) {
		size_t n = fread(chunk, 1,
		    size < sizeof(chunk) ? (size_t)size : sizeof(chunk), from);

		f->err = n > 0
		    ? kc_squeeze_put(f->to, (struct kc_slice){chunk, n})
		    : KC_EIO;
		size -= n;
	}
	kc_buf_bundle_tail(&f->frame);
	flush_frame(f);
}

enum kc_err
kc_framer_end(struct kc_framer *f)
{
	kc_buf_bundle_end(&f->frame);
	flush_frame(f);
	kc_buf_free(&f->frame);
	kc_buf_free(&f->data);
	return f->err;
}

/* --- one file --- */
static enum kc_err
write_to(FILE *f, const char *name, struct kc_exporter *x,
    enum kc_err (*stream)(struct kc_exporter *x, struct kc_squeeze *to))
{
	struct kc_squeeze to;
	enum kc_err err = kc_squeeze_open(&to, f, name);

	if (err == KC_OK)
		err = stream(x, &to);
	if (err == KC_OK)
		err = kc_squeeze_end(&to);
	kc_squeeze_close(&to);
	if (err == KC_OK && (fflush(f) != 0 || fsync(fileno(f)) != 0))
		err = KC_EIO;
	return err;
}

int
kc_export_file(struct kc_exporter *x, const char *file, mode_t mode,
    enum kc_err (*stream)(struct kc_exporter *x, struct kc_squeeze *to))
{
	char temp[KC_PATH_SIZE];
	enum kc_err err = KC_EIO;
	FILE *f;
	int saved;

	snprintf(temp, sizeof(temp), "%s.%ld.tmp", file, (long)getpid());
	(void)unlink(temp);
	f = kc_file_new(temp, mode);
	if (f != NULL) {
		err = write_to(f, file, x, stream);
		if (fclose(f) != 0 && err == KC_OK)
			err = KC_EIO;
		if (err == KC_OK)
			err = kc_file_name(temp, file);
	}
	if (err == KC_OK)
		return kc_dir_sync(file) == KC_OK
		    ? KC_EXIT_OK
		    : kc_cli_error(x->cli, KC_EIO, file);
	saved = errno;
	unlink(temp);
	if (x->code != KC_EXIT_OK)
		return x->code;
	return err == KC_EIO
	    ? kc_cli_fail(KC_EXIT_FAILED, NULL, "%s: %s", file, strerror(saved))
	    : kc_cli_error(x->cli, err, file);
}

/* --- a part --- */
struct part {
	struct kc_part p;
	struct kc_slice names[KC_PART_NAMES_MAX];
};

static void
put_entry(struct kc_exporter *x, struct kc_framer *f, uint64_t seq)
{
	struct kc_log log = kc_exporter_log(x);
	struct kc_hash_reader hashes = kc_exporter_hashes(x);
	struct kc_hash path[KC_PATH_MAX];
	char name[KC_TILE_PATH_MAX];
	size_t n = 0;

	kc_buf_reset(&f->data);
	if (f->err == KC_OK)
		f->err = log.leaf(log.ctx, seq, &f->data);
	kc_part_entry_path(name, seq);
	kc_framer_put(f, name);
	if (f->err == KC_OK)
		f->err = kc_merkle_inclusion(
		    &hashes, seq, x->checkpoint.size, path, &n);
	kc_buf_reset(&f->data);
	kc_buf_put(&f->data, path, n * sizeof(path[0]));
	kc_part_proof_path(name, seq);
	kc_framer_put(f, name);
}

static enum kc_err
stream_part(struct kc_exporter *x, struct kc_squeeze *to)
{
	const struct kc_part *p = x->part;
	struct kc_framer f = {.to = to};

	kc_framer_begin(&f);
	kc_buf_slice(&f.data, kc_buf_view(&x->checkpoint_note));
	kc_framer_put(&f, "checkpoint");
	kc_buf_reset(&f.data);
	kc_buf_slice(&f.data, kc_buf_view(&x->trust));
	kc_framer_put(&f, "trust");
	kc_buf_reset(&f.data);
	kc_buf_part(&f.data, p);
	kc_framer_put(&f, "part");
	for (uint32_t i = 0; f.err == KC_OK && i < p->n; i++)
		put_entry(x, &f, p->seq[i]);
	kc_export_cited_frames(x->evidence, &f);
	return kc_framer_end(&f);
}

/* --year: alone. */
static int
take_year(const struct kc_cli *cli, struct part *part)
{
	uint64_t year;

	if (part->p.nnames > 0)
		return kc_cli_usage("%s",
		    _("--year is a part of its own: no --case, no --unit"));
	if (!kc_read_u64(kc_slice_str(cli->year), KC_YEAR_MAX, &year) ||
	    year < KC_YEAR_MIN)
		return kc_cli_usage(_("--year %s: a year, %d to %d"), cli->year,
		    KC_YEAR_MIN, KC_YEAR_MAX);
	part->p.year = (int)year;
	return KC_EXIT_OK;
}

/* The names that were asked for; false if they are too many. */
static bool
take_names(const struct kc_cli *cli, struct part *part)
{
	size_t n = 0;

	if (cli->about.n + (cli->unit != NULL) > KC_PART_NAMES_MAX)
		return false;
	if (cli->unit != NULL)
		part->names[n++] = kc_slice_str(cli->unit);
	for (size_t i = 0; i < cli->about.n; i++)
		part->names[n++] = kc_slice_str(cli->about.v[i]);
	part->p.names = part->names;
	part->p.nnames = n;
	return true;
}

static int
pick(struct kc_exporter *x, struct kc_part *p)
{
	struct kc_log log = kc_exporter_log(x);
	struct kc_refusal why = {0};
	enum kc_err err = kc_part_pick(p, &log, x->checkpoint.size, &why);

	if (err == KC_EREFUSED)
		return kc_cli_refusal(x->cli, &why);
	if (err != KC_OK && x->code != KC_EXIT_OK)
		return x->code;
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(x->cli, err, "export");
}

int
kc_export_part(struct kc_exporter *x, const char *file, bool evidence)
{
	struct part part = {0};
	int code = kc_exporter_replay(x);

	if (code == KC_EXIT_OK && !take_names(x->cli, &part))
		code = kc_cli_usage(
		    _("a part is about %d things at most"), KC_PART_NAMES_MAX);
	if (code == KC_EXIT_OK && x->cli->year != NULL)
		code = take_year(x->cli, &part);
	if (code == KC_EXIT_OK)
		code = pick(x, &part.p);
	x->part = &part.p;
	if (code == KC_EXIT_OK && evidence)
		code = kc_export_cited(x, &part.p, &x->evidence);
	if (code == KC_EXIT_OK)
		code = kc_export_file(x, file, 0600, stream_part);
	if (code == KC_EXIT_OK)
		kc_cli_note(x->cli,
		    _("%u of %llu entries exported to %s\n"
		      "check with: kaocheng-verify %s"),
		    part.p.n, (unsigned long long)x->checkpoint.size, file,
		    file);
	if (code == KC_EXIT_OK)
		kc_export_cited_say(x->evidence);
	x->part = NULL;
	kc_part_release(&part.p);
	return code;
}
