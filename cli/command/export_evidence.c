/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence of an export: what its entries cite, fetched whole and hashed before
 * a byte of it is written. What is not there or is damaged stays out, and that
 * is said.
 */
#include <stdio.h>
#include <string.h>

#include "evidence.h"
#include "export.h"
#include "lib/evidence.h"

struct kc_export_evidence {
	struct kc_exporter *x;
	struct kc_evidence_place place;
	struct kc_citations cited;
	size_t in, absent, damaged;
};

/* --- what it cites --- */
int
kc_export_cited(struct kc_exporter *x, const struct kc_part *p,
    struct kc_export_evidence **out)
{
	struct kc_export_evidence *e = kc_alloc(sizeof(*e));
	struct kc_log log = kc_exporter_log(x);
	uint64_t n = p != NULL ? p->n : x->checkpoint.size;
	struct kc_buf bytes = {0};
	enum kc_err err = e == NULL ? KC_ENOMEM : KC_OK;

	*out = e;
	for (uint64_t i = 0; err == KC_OK && i < n; i++)
		err = kc_citations_add(
		    &e->cited, &log, p != NULL ? p->seq[i] : i, &bytes);
	kc_buf_free(&bytes);
	if (err != KC_OK)
		return x->code != KC_EXIT_OK
		    ? x->code
		    : kc_cli_error(x->cli, err, "evidence");
	kc_citations_unite(&e->cited);
	e->x = x;
	e->place.cli = x->cli;
	e->place.client = x->client;
	if (x->local)
		kc_cli_place(x->cli, "evidence", "evidence", e->place.dir);
	return KC_EXIT_OK;
}

void
kc_export_cited_free(struct kc_export_evidence *e)
{
	if (e != NULL)
		kc_citations_release(&e->cited);
	kc_free(e);
}

void
kc_export_cited_say(const struct kc_export_evidence *e)
{
	if (e == NULL || e->cited.n == 0)
		return;
	kc_cli_note(e->x->cli, _("%zu files of evidence are in it"), e->in);
	if (e->absent > 0)
		kc_cli_note(e->x->cli,
		    _("%zu that entries cite are not here, and not in it"),
		    e->absent);
	if (e->damaged > 0)
		kc_cli_note(e->x->cli,
		    _("%zu are damaged, and not in it: kaocheng evidence "
		      "verify"),
		    e->damaged);
}

/* --- one file --- */
/* Calls each() for every file that is there, in order of hashes. */
static enum kc_err
each_file(struct kc_export_evidence *e,
    enum kc_err (*each)(
	void *ctx, const struct kc_hash *hash, FILE *f, uint64_t size),
    void *ctx)
{
	enum kc_err err = KC_OK;

	e->in = e->absent = e->damaged = 0;
	for (size_t i = 0; err == KC_OK && i < e->cited.n; i++) {
		const struct kc_citation *c = &e->cited.v[i];
		FILE *f = tmpfile();
		long size = 0;

		err = f == NULL ? KC_EIO
				: kc_evidence_fetch(&e->place, &c->hash,
				      c->entry, f, &e->x->code);
		if (err == KC_OK && ((size = ftell(f)) < 0 || fflush(f) != 0))
			err = KC_EIO;
		if (err == KC_OK) {
			rewind(f);
			err = each(ctx, &c->hash, f, (uint64_t)size);
			e->in++;
		} else if (err == KC_ENOTFOUND) {
			e->absent++;
			err = KC_OK;
		} else if (err == KC_ECORRUPT) {
			e->damaged++;
			err = KC_OK;
		}
		if (f != NULL)
			(void)fclose(f);
	}
	return err;
}

/* --- into one file --- */
static enum kc_err
put_frame(void *ctx, const struct kc_hash *hash, FILE *f, uint64_t size)
{
	struct kc_framer *to = ctx;
	char path[KC_TILE_PATH_MAX];

	kc_evidence_path(path, hash);
	kc_framer_stream(to, path, f, size);
	return to->err;
}

void
kc_export_cited_frames(struct kc_export_evidence *e, struct kc_framer *f)
{
	if (e != NULL && f->err == KC_OK)
		f->err = each_file(e, put_frame, f);
}

/* --- into a directory --- */
static enum kc_err
put_file(void *ctx, const struct kc_hash *hash, FILE *f, uint64_t size)
{
	const struct kc_evidence_from from = {
	    .hash = *hash, .size = size, .file = f};

	return kc_evidence_keep(ctx, &from, NULL);
}

int
kc_export_cited_dir(struct kc_export_evidence *e, const char *out)
{
	char dir[KC_PATH_SIZE];
	enum kc_err err = kc_path_join(dir, out, "evidence");

	if (err == KC_OK)
		err = each_file(e, put_file, dir);
	if (err == KC_OK || e->x->code != KC_EXIT_OK)
		return e->x->code;
	return kc_cli_error(e->x->cli, err, dir);
}
