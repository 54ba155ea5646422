/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves, views and exports of a kit. */
#include "viewkit.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <kaocheng/calendar.h>
#include <kaocheng/leaf.h>
#include <kaocheng/merkle.h>
#include <kaocheng/trust.h>

#include "documentkit.h"

/* --- leaves --- */
void
leaves_set(struct leaves *l, uint64_t i, uint64_t seq, int64_t received_ms,
    struct kc_slice note)
{
	struct kc_buf b = {0};
	struct kc_leaf leaf = {KC_LIT(KIT_ORIGIN), seq, received_ms, note};

	assert_true(i < l->n);
	kc_buf_leaf(&b, &leaf);
	assert_int_equal(kc_buf_err(&b), KC_OK);
	kc_buf_free(&l->v[i]);
	l->v[i] = b;
}

void
leaves_of(const struct kit *k, struct leaves *out)
{
	out->n = k->nnotes;
	out->v = kc_alloc((out->n + 1) * sizeof(*out->v));
	assert_non_null(out->v);
	for (unsigned i = 0; i < k->nnotes; i++)
		leaves_set(out, i, i, k->notes[i].received_ms,
		    (struct kc_slice){
			k->log.p + k->notes[i].off, k->notes[i].n});
}

void
leaves_free(struct leaves *l)
{
	for (uint64_t i = 0; i < l->n; i++)
		kc_buf_free(&l->v[i]);
	kc_free(l->v);
	memset(l, 0, sizeof(*l));
}

static enum kc_err
read_leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	const struct leaves *l = ctx;

	if (seq >= l->n)
		return KC_ENOTFOUND;
	kc_buf_slice(out, kc_buf_view(&l->v[seq]));
	return kc_buf_err(out);
}

struct kc_log
leaves_log(const struct leaves *l)
{
	union {
		const struct leaves *in;
		void *out;
	} u = {l};

	return (struct kc_log){l->n, read_leaf, u.out};
}

/* --- views --- */
static enum kc_err
render(const struct kit *k, const char *view, const struct kc_view_args *args,
    const char *day, struct kc_buf *out, struct kc_refusal *why)
{
	const struct kc_view *v = kc_view_find(kc_slice_str(view));
	struct leaves l = {0};
	struct kc_log log;
	struct kc_view_source src = {k->st, &log, k->now_ms};
	kc_day d;
	enum kc_err err;

	assert_non_null(v);
	leaves_of(k, &l);
	log = leaves_log(&l);
	if (day != NULL) {
		assert_true(kc_read_day(kc_slice_str(day), &d));
		src.now_ms = kc_day_start_ms(d, KC_LOCAL_OFFSET_S) + 36000000;
	}
	err = kc_view_render(v, &src, args, out, why);
	leaves_free(&l);
	return err;
}

json_t *
view_of(const struct kit *k, const char *view, const char *unit, const char *id,
    const char *day)
{
	struct kc_view_args args = {.lang = KC_LANG_ZH};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	json_error_t error;
	json_t *doc;

	args.unit = kc_slice_str(unit != NULL ? unit : "");
	args.id = kc_slice_str(id != NULL ? id : "");
	if (render(k, view, &args, day, &out, &why) != KC_OK)
		fail_msg("%s: %s (%s)", view, kc_refusal_code_text(why.code),
		    why.args[0]);
	doc = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, &error);
	if (doc == NULL)
		fail_msg("%s: %s at %d", view, error.text, error.position);
	kc_buf_free(&out);
	document_holds(doc);
	return doc;
}

void
view_refused(const struct kit *k, const char *view, const char *unit,
    const char *id, enum kc_refusal_code code)
{
	struct kc_view_args args = {0};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};

	args.unit = kc_slice_str(unit != NULL ? unit : "");
	args.id = kc_slice_str(id != NULL ? id : "");
	assert_int_equal(render(k, view, &args, NULL, &out, &why), KC_EREFUSED);
	assert_string_equal(
	    kc_refusal_code_text(why.code), kc_refusal_code_text(code));
	assert_int_equal(out.n, 0);
	kc_buf_free(&out);
}

json_t *
view_by(const struct kit *k, const struct kc_viewer *r, const char *view,
    const char *unit, const char *id, enum kc_refusal_code *code)
{
	struct kc_view_args args = {.unit = kc_slice_str(unit),
	    .id = kc_slice_str(id),
	    .lang = KC_LANG_EN,
	    .reader = r};
	struct leaves l = {0};
	struct kc_log log;
	struct kc_view_source src = {k->st, &log, k->now_ms};
	struct kc_refusal why = {0};
	struct kc_buf out = {0};
	json_t *doc = NULL;
	enum kc_err err;

	leaves_of(k, &l);
	log = leaves_log(&l);
	err = kc_view_render(
	    kc_view_find(kc_slice_str(view)), &src, &args, &out, &why);
	*code = err == KC_EREFUSED ? why.code : KC_R_NONE;
	assert_true(err == KC_OK || err == KC_EREFUSED);
	if (err == KC_OK) {
		doc = json_loadb(out.p, out.n, 0, NULL);
		assert_non_null(doc);
		document_holds(doc);
	} else {
		assert_int_equal(out.n, 0);
	}
	kc_buf_free(&out);
	leaves_free(&l);
	return doc;
}

json_t *
view_as(const struct kit *k, const char *actor, const char *view,
    const char *unit, const char *id)
{
	struct kc_viewer r;
	enum kc_refusal_code code;
	json_t *doc;

	kc_viewer_of(k->st, kc_slice_str(actor), &r);
	doc = view_by(k, &r, view, unit, id, &code);
	assert_non_null(doc);
	return doc;
}

const char *
text_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_string(v))
		fail_msg("no text \"%s\"", key);
	return json_string_value(v);
}

long long
int_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v))
		fail_msg("no integer \"%s\"", key);
	return json_integer_value(v);
}

int64_t
points_at(const json_t *o, const char *key)
{
	int64_t e4 = 0;

	if (!kc_read_points(kc_slice_str(text_at(o, key)), &e4))
		fail_msg("no points \"%s\": %s", key, text_at(o, key));
	return e4;
}

json_t *
row_where(const json_t *doc, const char *key, const char *value)
{
	const json_t *rows = json_object_get(doc, "rows");
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		const char *text = json_string_value(json_object_get(row, key));

		if (text != NULL && strcmp(text, value) == 0)
			return row;
	}
	fail_msg("no row with %s = %s", key, value);
	return NULL;
}

/* --- exports --- */
struct export_file *
export_find(struct export *x, const char *path)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->v[i].path, path) == 0)
			return &x->v[i];
	fail_msg("no file %s", path);
	return NULL;
}

struct export_file *
export_add(struct export *x, const char *path)
{
	struct export_file *f;

	x->v = kc_realloc(x->v, (x->n + 1) * sizeof(*x->v));
	assert_non_null(x->v);
	f = &x->v[x->n++];
	memset(f, 0, sizeof(*f));
	assert_true(
	    kc_slice_copy(f->path, sizeof(f->path), kc_slice_str(path)));
	return f;
}

/* Hashes of the nodes of 256^level leaves, level by level. */
static void
fill_tile(struct export_file *f, const struct leaves *l, unsigned level,
    uint64_t n, unsigned width)
{
	uint64_t span = UINT64_C(1) << (8 * level);

	for (unsigned i = 0; i < width; i++) {
		struct kc_frontier edge = {0};
		uint64_t first = (n * KC_TILE_WIDTH + i) * span;
		struct kc_hash root;

		for (uint64_t s = first; s < first + span; s++) {
			struct kc_hash h = kc_hash_leaf(l->v[s].p, l->v[s].n);

			kc_frontier_append(&edge, &h);
		}
		root = kc_frontier_root(&edge);
		kc_buf_put(&f->bytes, root.b, sizeof(root.b));
	}
}

static void
fill_file(struct export_file *f, const struct leaves *l)
{
	int level;
	uint64_t n;
	unsigned width;

	assert_int_equal(
	    kc_tile_path_parse(kc_slice_str(f->path), &level, &n, &width),
	    KC_OK);
	if (level >= 0) {
		fill_tile(f, l, (unsigned)level, n, width);
		return;
	}
	for (unsigned i = 0; i < width; i++) {
		const struct kc_buf *leaf = &l->v[n * KC_TILE_WIDTH + i];

		kc_buf_be16(&f->bytes, (uint16_t)leaf->n);
		kc_buf_slice(&f->bytes, kc_buf_view(leaf));
	}
}

void
export_make(struct export *x, struct kit *k, const struct leaves *l)
{
	const struct kc_skey *key = kit_key(k, KIT_ORIGIN);
	struct kc_checkpoint c = {.origin = KIT_ORIGIN, .size = l->n};
	struct kc_frontier edge = {0};

	for (uint64_t i = 0; i < l->n; i++) {
		struct kc_hash h = kc_hash_leaf(l->v[i].p, l->v[i].n);

		kc_frontier_append(&edge, &h);
	}
	c.root = kc_frontier_root(&edge);
	kc_buf_checkpoint(&export_add(x, "checkpoint")->bytes, &c, key);
	kc_buf_trust(&export_add(x, "trust")->bytes, &key->vkey);
	kc_state_keys(k->st, &export_add(x, "keys")->bytes);
	for (uint64_t i = 3; i < kc_export_count(l->n); i++) {
		char path[KC_TILE_PATH_MAX];

		kc_export_path(l->n, i, path);
		fill_file(export_add(x, path), l);
	}
	for (size_t i = 0; i < x->n; i++)
		assert_int_equal(kc_buf_err(&x->v[i].bytes), KC_OK);
}

void
export_free(struct export *x)
{
	for (size_t i = 0; i < x->n; i++)
		kc_buf_free(&x->v[i].bytes);
	kc_free(x->v);
	memset(x, 0, sizeof(*x));
}

static enum kc_err
read_file(void *ctx, const char *path, size_t max, struct kc_buf *out)
{
	const struct export *x = ctx;

	for (size_t i = 0; i < x->n; i++) {
		const struct export_file *f = &x->v[i];

		if (f->gone || strcmp(f->path, path) != 0)
			continue;
		if (f->bytes.n > max)
			return KC_ETOOBIG;
		kc_buf_slice(out, kc_buf_view(&f->bytes));
		return kc_buf_err(out);
	}
	return KC_ENOTFOUND;
}

static enum kc_err
read_piece(
    void *ctx, const struct kc_piece *p, struct kc_buf *out, uint64_t *size)
{
	struct kc_buf whole = {0};
	uint64_t at = p->at;
	struct kc_slice s;
	enum kc_err err = read_file(ctx, p->path, SIZE_MAX, &whole);

	s = kc_buf_view(&whole);
	*size = s.n;
	at = at < s.n ? at : s.n;
	s.p += at;
	s.n -= at;
	kc_buf_slice(out, (struct kc_slice){s.p, s.n < p->max ? s.n : p->max});
	kc_buf_free(&whole);
	return err == KC_OK ? kc_buf_err(out) : err;
}

static enum kc_err
list_files(
    void *ctx, enum kc_err (*each)(void *arg, struct kc_slice path), void *arg)
{
	const struct export *x = ctx;
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < x->n; i++)
		if (!x->v[i].gone)
			err = each(arg, kc_slice_str(x->v[i].path));
	return err;
}

struct kc_files
export_files(struct export *x)
{
	return (struct kc_files){
	    read_file, list_files, read_piece, x->exact, x};
}

void
export_bundle(const struct export *x, struct kc_buf *out)
{
	kc_buf_bundle_head(out);
	for (size_t i = 0; i < x->n; i++) {
		if (x->v[i].gone)
			continue;
		kc_buf_bundle_file(out, x->v[i].path, x->v[i].bytes.n);
		kc_buf_slice(out, kc_buf_view(&x->v[i].bytes));
		kc_buf_bundle_tail(out);
	}
	kc_buf_bundle_end(out);
	assert_int_equal(kc_buf_err(out), KC_OK);
}

const char *
view_id(const char *view, bool own)
{
	static const struct {
		const char *view, *own, *other;
	} ids[] = {
	    {"prededuct", "PD-2022-0001", "PD-2022-0002"},
	    {"dates", "PD-2022-0001", "PD-2022-0002"},
	    {"form", "PD-2022-0001", "PD-2022-0002"},
	    {"outlook", "PD-2022-0001", "PD-2022-0002"},
	    {"warning", "W-2022-0001", "W-2022-0001"},
	    {"dispute", "D-2022-0001", "D-2022-0002"},
	    {"negative", "N-2022-0001", "N-2022-0002"},
	    {"bands", "gov", "gov"},
	    {"bonus", "B-2022-0001", "B-2022-0002"},
	    {"yearend", "2022", "2022"},
	    {"opinion", "OP-2022-0001", "OP-2022-0002"},
	    {"round", "R-2022-0001", "R-2022-0001"},
	    {"target", "G16-K2", "G17-K2"},
	    {"renewal", "2023", "2023"},
	    {"adjust", "AJ-2022-0001", "AJ-2022-0002"},
	    {"task", "G16-T", "G17-T"},
	    {"node", "G16-T.Q1", "G17-T.Q1"},
	    {"check", "CK-2022-0001", "CK-2022-0002"},
	    {"calendar", "2022", "2022"},
	    {"workdays", "2022-09-30+10", "2022-09-30+10"},
	    {"ready", "completion.find", "completion.find"},
	    {"window", "root.a", "root.a"},
	    {"actor", "root.a", "root.a"},
	    {"meant", "root.a", "root.a"},
	    {"todo", "root.a", "root.a"},
	    {"entry", "0", "0"},
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strcmp(ids[i].view, view) == 0)
			return own ? ids[i].own : ids[i].other;
	return "";
}

static void
make_dirs(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			fail_msg("%s: %s", path, strerror(errno));
		*p = '/';
	}
}

void
export_write(const struct export *x, const char *dir)
{
	for (size_t i = 0; i < x->n; i++) {
		char path[512];
		FILE *f;

		(void)snprintf(path, sizeof(path), "%s/%s", dir, x->v[i].path);
		make_dirs(path);
		f = fopen(path, "wb");
		assert_non_null(f);
		assert_int_equal(fwrite(x->v[i].bytes.p, 1, x->v[i].bytes.n, f),
		    x->v[i].bytes.n);
		assert_int_equal(fclose(f), 0);
	}
}
