/* SPDX-License-Identifier: Apache-2.0 */
/* Joins what entries cite with what lies in the directory of evidence. */
#include "evidence.h"

#include <stdlib.h>
#include <string.h>

#include <kaocheng/leaf.h>
#include <kaocheng/part.h>

static enum kc_err
add(struct kc_citations *c, const struct kc_citation *one)
{
	if (c->n == c->cap) {
		size_t cap = c->cap > 0 ? 2 * c->cap : 64;
		struct kc_citation *more = kc_alloc(cap * sizeof(*more));

		if (more == NULL)
			return KC_ENOMEM;
		if (c->n > 0)
			memcpy(more, c->v, c->n * sizeof(*more));
		kc_free(c->v);
		c->v = more;
		c->cap = cap;
	}
	c->v[c->n++] = *one;
	return KC_OK;
}

void
kc_citations_release(struct kc_citations *c)
{
	for (size_t i = 0; i < c->n; i++)
		kc_free(c->v[i].name);
	kc_free(c->v);
	*c = (struct kc_citations){0};
}

static int
by_hash(const void *x, const void *y)
{
	const struct kc_citation *a = x, *b = y;
	int d = memcmp(a->hash.b, b->hash.b, sizeof(a->hash.b));

	if (d != 0 || a->entry == b->entry)
		return d;
	return a->entry < b->entry ? -1 : 1;
}

void
kc_citations_unite(struct kc_citations *c)
{
	size_t n = 0;

	if (c->n > 1)
		qsort(c->v, c->n, sizeof(*c->v), by_hash);
	for (size_t i = 0; i < c->n; i++)
		if (n == 0 || !kc_hash_eq(&c->v[n - 1].hash, &c->v[i].hash))
			c->v[n++] = c->v[i];
	c->n = n;
}

/* --- what entries cite --- */
enum kc_err
kc_citations_add(struct kc_citations *c, const struct kc_log *log, uint64_t seq,
    struct kc_buf *bytes)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	struct kc_evidence cited;
	struct kc_leaf leaf;
	enum kc_err err;

	kc_buf_reset(bytes);
	err = log->leaf(log->ctx, seq, bytes);
	if (err == KC_OK)
		err = kc_leaf_parse(&leaf, kc_buf_view(bytes));
	if (err == KC_OK)
		err = kc_entry_decode(&e, leaf.note, &why);
	for (unsigned i = 0; err == KC_OK && kc_entry_evidence(&e, i, &cited);
	     i++) {
		struct kc_citation one = {.hash = cited.hash,
		    .size = cited.size,
		    .entry = seq,
		    .state = KC_EXHIBIT_MISSING};

		err = add(c, &one);
	}
	return err;
}

/* --- what lies there --- */
struct joining {
	struct kc_citations *c;
	size_t ncited; /* those that entries cite stand first, in order */
	bool check;
	bool narrowed; /* to some entries: of others nothing is said */
};

static struct kc_citation *
find(struct joining *j, const struct kc_hash *hash)
{
	size_t low = 0, high = j->ncited;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = memcmp(j->c->v[mid].hash.b, hash->b, sizeof(hash->b));

		if (d == 0)
			return &j->c->v[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static enum kc_exhibit_state
look(const struct joining *j, const struct kc_citation *cited,
    const struct kc_blob_file *f)
{
	uint64_t size = 0;

	if (cited->size != f->size)
		return KC_EXHIBIT_DAMAGED;
	if (!j->check)
		return KC_EXHIBIT_HERE;
	return kc_blob_check(j->c->dir, &f->hash, &size) == KC_OK
	    ? KC_EXHIBIT_WHOLE
	    : KC_EXHIBIT_DAMAGED;
}

static enum kc_err
join(void *ctx, const struct kc_blob_file *f)
{
	struct joining *j = ctx;
	struct kc_citation *cited = f->whole ? find(j, &f->hash) : NULL;
	struct kc_citation one = {.hash = f->hash,
	    .size = f->size,
	    .entry = UINT64_MAX,
	    .brought_s = f->brought_s,
	    .state = f->whole ? KC_EXHIBIT_UNCITED : KC_EXHIBIT_UNFINISHED};
	struct kc_buf name = {0};
	enum kc_err err;

	if (cited == NULL && j->narrowed)
		return KC_OK;
	if (cited != NULL) {
		cited->brought_s = f->brought_s;
		cited->state = look(j, cited, f);
		return KC_OK;
	}
	kc_buf_slice(&name, f->name);
	(void)kc_buf_cstr(&name);
	err = kc_buf_err(&name);
	one.name = name.p;
	if (err == KC_OK)
		err = add(j->c, &one);
	if (err != KC_OK)
		kc_buf_free(&name);
	return err;
}

/* --- of which entries --- */
static int
add_entry(const struct kc_cli *cli, const struct kc_local *l,
    struct kc_citations *out, struct kc_buf *bytes)
{
	uint64_t seq;
	enum kc_err err;

	if (!kc_read_u64(kc_slice_str(cli->entry), INT64_MAX, &seq))
		return kc_cli_usage(
		    _("--entry %s: the number of an entry"), cli->entry);
	if (seq >= l->upto)
		return kc_cli_error(cli, KC_ENOTFOUND, cli->entry);
	err = kc_citations_add(out, &l->log, seq, bytes);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, "evidence");
}

/* Those about a case or a unit, as an export of them has them. */
static int
add_about(const struct kc_cli *cli, const struct kc_local *l,
    struct kc_citations *out, struct kc_buf *bytes)
{
	struct kc_slice names[KC_PART_NAMES_MAX];
	struct kc_part p = {.names = names};
	struct kc_refusal why = {0};
	enum kc_err err;

	if (cli->about.n + (cli->unit != NULL) > KC_PART_NAMES_MAX)
		return kc_cli_usage(
		    _("a part is about %d things at most"), KC_PART_NAMES_MAX);
	if (cli->unit != NULL)
		names[p.nnames++] = kc_slice_str(cli->unit);
	for (size_t i = 0; i < cli->about.n; i++)
		names[p.nnames++] = kc_slice_str(cli->about.v[i]);
	err = kc_part_pick(&p, &l->log, l->upto, &why);
	for (uint32_t i = 0; err == KC_OK && i < p.n; i++)
		err = kc_citations_add(out, &l->log, p.seq[i], bytes);
	kc_part_release(&p);
	if (err == KC_EREFUSED)
		return kc_cli_refusal(cli, &why);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, "evidence");
}

static int
add_all(const struct kc_cli *cli, const struct kc_local *l,
    struct kc_citations *out, struct kc_buf *bytes)
{
	enum kc_err err = KC_OK;

	for (uint64_t i = 0; err == KC_OK && i < l->upto; i++)
		err = kc_citations_add(out, &l->log, i, bytes);
	return err == KC_OK ? KC_EXIT_OK : kc_cli_error(cli, err, "evidence");
}

int
kc_citations_load(
    const struct kc_cli *cli, bool check, struct kc_citations *out)
{
	struct kc_buf bytes = {0}, detail = {0};
	struct joining j = {.c = out, .check = check};
	struct kc_local l = {0};
	enum kc_err err = KC_OK;
	int code;

	*out = (struct kc_citations){0};
	if (cli->dir == NULL)
		return kc_cli_usage(
		    "%s", _("which ledger? name it with --dir"));
	kc_cli_place(cli, "evidence", "evidence", out->dir);
	code = kc_local_open(cli, &l);
	if (code == KC_EXIT_OK)
		code = kc_local_check(cli, &l);
	j.narrowed =
	    cli->entry != NULL || cli->unit != NULL || cli->about.n > 0;
	if (code == KC_EXIT_OK)
		code = (cli->entry != NULL ? add_entry
			: j.narrowed       ? add_about
					   : add_all)(cli, &l, out, &bytes);
	kc_citations_unite(out);
	j.ncited = out->n;
	if (code == KC_EXIT_OK)
		err = kc_blob_each(out->dir, join, &j, &detail);
	if (err != KC_OK)
		code = detail.n > 0
		    ? kc_cli_fail(KC_EXIT_FAILED, NULL, "%s: %s", out->dir,
			  kc_buf_cstr(&detail))
		    : kc_cli_error(cli, err, out->dir);
	kc_local_close(&l);
	kc_buf_free(&bytes);
	kc_buf_free(&detail);
	return code;
}
