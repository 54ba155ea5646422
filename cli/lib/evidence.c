/* SPDX-License-Identifier: Apache-2.0 */
/* Hashing evidence, and bringing it to the daemon in pieces. */
#include "evidence.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include <kaocheng/blob.h>

#include "foreign.h"

#define PIECE (1u << 20)
#define BYTES "application/octet-stream"

/* --- the file --- */
static const char *
media_type(const char *path)
{
	static const struct {
		const char *end, *type;
	} types[] = {
	    {".pdf", "application/pdf"},
	    {".ofd", "application/ofd"},
	    {".txt", "text/plain"},
	    {".md", "text/markdown"},
	    {".csv", "text/csv"},
	    {".html", "text/html"},
	    {".json", "application/json"},
	    {".xml", "application/xml"},
	    {".zip", "application/zip"},
	    {".png", "image/png"},
	    {".jpg", "image/jpeg"},
	    {".jpeg", "image/jpeg"},
	    {".mp4", "video/mp4"},
	    {".doc", "application/msword"},
	    {".xls", "application/vnd.ms-excel"},
	    {".docx",
		"application/"
		"vnd.openxmlformats-officedocument.wordprocessingml."
		"document"},
	    {".xlsx",
		"application/"
		"vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	};
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t m = strlen(types[i].end);

		if (n > m && strcasecmp(path + n - m, types[i].end) == 0)
			return types[i].type;
	}
	return BYTES;
}

static int
unreadable(const char *path, int e)
{
	return kc_cli_fail(
	    e == ENOENT || e == ENOTDIR ? KC_EXIT_NOT_FOUND : KC_EXIT_FAILED,
	    NULL, "%s: %s", path, strerror(e));
}

int
kc_evidence_hash(const char *path, struct kc_hash *hash, uint64_t *size)
{
	struct kc_hasher state;
	unsigned char chunk[65536];
	FILE *f = fopen(path, "re");
	struct stat st;
	size_t n;
	bool bad;

	*size = 0;
	if (f == NULL)
		return unreadable(path, errno);
	if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
		(void)fclose(f);
		return kc_cli_usage(
		    _("%s is a directory; evidence is a file"), path);
	}
	kc_hasher_begin(&state);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		kc_hasher_add(&state, chunk, n);
		*size += n;
	}
	bad = ferror(f) != 0;
	(void)fclose(f);
	if (bad)
		return unreadable(path, EIO);
	if (*size == 0)
		return kc_cli_usage(
		    _("%s is empty; an empty file is no evidence"), path);
	*hash = kc_hasher_end(&state);
	return KC_EXIT_OK;
}

void
kc_buf_cited(struct kc_buf *b, const char *path, const struct kc_hash *hash,
    uint64_t size)
{
	kc_buf_sha256(b, hash);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, size);
	kc_buf_char(b, ' ');
	kc_buf_str(b, media_type(path));
}

/* --- what the statements cite --- */
static enum kc_err
grow(struct kc_exhibits *x)
{
	size_t cap = x->cap > 0 ? 2 * x->cap : 8;
	struct kc_exhibit *more;

	if (x->n < x->cap)
		return KC_OK;
	more = kc_alloc(cap * sizeof(*more));
	if (more == NULL)
		return KC_ENOMEM;
	if (x->n > 0)
		memcpy(more, x->v, x->n * sizeof(*more));
	kc_free(x->v);
	x->v = more;
	x->cap = cap;
	return KC_OK;
}

enum kc_err
kc_exhibits_note(struct kc_exhibits *x, const char *path, struct kc_slice cited)
{
	struct kc_slice hex, rest = cited, size;
	struct kc_exhibit e = {0};
	struct kc_buf name = {0};
	enum kc_err err;

	if (!kc_slice_cut(&rest, ' ', &hex) ||
	    !kc_slice_cut(&rest, ' ', &size) ||
	    !kc_blob_name_read(hex, &e.hash) ||
	    !kc_read_u64(size, INT64_MAX, &e.size))
		return KC_EINVAL;
	for (size_t i = 0; i < x->n; i++)
		if (kc_hash_eq(&x->v[i].hash, &e.hash))
			return KC_OK;
	err = grow(x);
	kc_buf_str(&name, path);
	(void)kc_buf_cstr(&name);
	if (err == KC_OK)
		err = kc_buf_err(&name);
	if (err != KC_OK) {
		kc_buf_free(&name);
		return err;
	}
	e.path = name.p;
	x->v[x->n++] = e;
	return KC_OK;
}

void
kc_exhibits_release(struct kc_exhibits *x)
{
	for (size_t i = 0; i < x->n; i++)
		kc_free(x->v[i].path);
	kc_free(x->v);
	*x = (struct kc_exhibits){0};
}

/* --- bringing --- */
/* Where to go on, or that it stands; false: the answer is not understood. */
static bool
read_answer(struct kc_slice body, bool *stands, uint64_t *next)
{
	json_t *doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *at = json_object_get(doc, "next");
	bool ok = json_is_integer(at) && json_integer_value(at) >= 0;

	*stands = json_is_true(json_object_get(doc, "stands"));
	*next = ok ? (uint64_t)json_integer_value(at) : 0;
	json_decref(doc);
	return ok;
}

static int
post_piece(struct kc_cli *cli, struct kc_client *c, const struct kc_exhibit *e,
    uint64_t at, struct kc_slice bytes, bool *stands)
{
	struct kc_buf path = {0}, body = {0};
	long status = 0;
	uint64_t next = 0;
	enum kc_err err;
	int code = KC_EXIT_OK;

	kc_buf_str(&path, "/v1/blobs/");
	kc_buf_hex(&path, e->hash.b, sizeof(e->hash.b));
	kc_buf_str(&path, "?size=");
	kc_buf_u64(&path, e->size);
	kc_buf_str(&path, "&at=");
	kc_buf_u64(&path, at);
	err =
	    kc_client_post(c, kc_buf_cstr(&path), BYTES, bytes, &status, &body);
	if (err != KC_OK)
		code = kc_cli_error(cli, err, e->path);
	else if (status != 200 && status != 201)
		code = kc_cli_problem(cli, status, kc_buf_view(&body));
	else if (!read_answer(kc_buf_view(&body), stands, &next) ||
	    (!*stands && next != at + bytes.n))
		code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("the daemon's answer is not one that is understood"));
	kc_buf_free(&path);
	kc_buf_free(&body);
	return code;
}

static int
bring(struct kc_cli *cli, struct kc_client *c, const struct kc_exhibit *e)
{
	char *piece = kc_alloc(PIECE);
	FILE *f = fopen(e->path, "re");
	bool stands = false;
	uint64_t at = 0;
	int code = KC_EXIT_OK;
	size_t n;

	if (f == NULL || piece == NULL) {
		code = f == NULL ? unreadable(e->path, errno)
				 : kc_cli_error(cli, KC_ENOMEM, e->path);
		goto out;
	}
	while (code == KC_EXIT_OK && !stands && at < e->size) {
		n = fread(piece, 1,
		    e->size - at < PIECE ? (size_t)(e->size - at) : PIECE, f);
		if (n == 0)
			code = kc_cli_fail(KC_EXIT_CONFLICT, NULL,
			    _("%s is shorter now than when it was hashed"),
			    e->path);
		else
			code = post_piece(cli, c, e, at,
			    (struct kc_slice){piece, n}, &stands);
		at += n;
	}
	if (code == KC_EXIT_OK && !stands)
		code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("the daemon's answer is not one that is understood"));
	if (code == KC_EXIT_OK)
		kc_cli_note(cli,
		    _("  evidence %s: %llu bytes, kept by the daemon"), e->path,
		    (unsigned long long)e->size);
out:
	if (f != NULL)
		(void)fclose(f);
	kc_free(piece);
	return code;
}

int
kc_exhibits_bring(
    struct kc_cli *cli, const struct kc_exhibits *x, const struct kc_pen *pen)
{
	struct kc_client *client = NULL;
	int code;

	if (x->n == 0)
		return KC_EXIT_OK;
	code = kc_cli_connect(cli, &client);
	if (code == KC_EXIT_OK)
		code = kc_cli_session(cli, client, pen);
	for (size_t i = 0; code == KC_EXIT_OK && i < x->n; i++)
		code = bring(cli, client, &x->v[i]);
	kc_client_close(client);
	return code;
}

/* --- fetching --- */
static enum kc_err
fetch_piece(const struct kc_evidence_place *p, const struct kc_hash *hash,
    uint64_t entry, uint64_t at, struct kc_buf *out, int *code)
{
	struct kc_buf path = {0};
	long status = 0;
	enum kc_err err;

	kc_buf_str(&path, "/v1/blobs/");
	kc_buf_hex(&path, hash->b, sizeof(hash->b));
	kc_buf_str(&path, "?entry=");
	kc_buf_u64(&path, entry);
	kc_buf_str(&path, "&at=");
	kc_buf_u64(&path, at);
	err = kc_client_get(p->client, kc_buf_cstr(&path), &status, out);
	if (err != KC_OK)
		*code = kc_cli_error(p->cli, err, "evidence");
	else if (status == 404)
		err = KC_ENOTFOUND;
	else if (status != 200)
		*code = kc_cli_problem(p->cli, status, kc_buf_view(out));
	if (*code != KC_EXIT_OK)
		err = KC_EIO;
	kc_buf_free(&path);
	return err;
}

enum kc_err
kc_evidence_fetch(const struct kc_evidence_place *p, const struct kc_hash *hash,
    uint64_t entry, FILE *to, int *code)
{
	struct kc_buf piece = {0};
	struct kc_hasher h;
	struct kc_hash got;
	uint64_t at = 0, size;
	enum kc_err err;

	kc_hasher_begin(&h);
	do {
		kc_buf_reset(&piece);
		err = p->client != NULL
		    ? fetch_piece(p, hash, entry, at, &piece, code)
		    : kc_blob_read(p->dir, hash, at, PIECE, &piece, &size);
		if (piece.n > 0)
			kc_hasher_add(&h, piece.p, piece.n);
		if (err == KC_OK && !kc_put(to, kc_buf_view(&piece)))
			err = KC_EIO;
		at += piece.n;
	} while (err == KC_OK && piece.n == PIECE);
	got = kc_hasher_end(&h);
	kc_buf_free(&piece);
	return err == KC_OK && !kc_hash_eq(&got, hash) ? KC_ECORRUPT : err;
}

/* --- keeping --- */
static enum kc_err
next_piece(const struct kc_evidence_from *from, uint64_t at, struct kc_buf *out)
{
	char path[KC_TILE_PATH_MAX], chunk[16384];
	uint64_t size;
	size_t n = 1;

	kc_buf_reset(out);
	if (from->file == NULL) {
		kc_evidence_path(path, &from->hash);
		return from->files->piece(from->files->ctx,
		    &(struct kc_piece){path, KC_NO_ENTRY, at, PIECE}, out,
		    &size);
	}
	while (n > 0 && out->n < PIECE) {
		n = fread(chunk, 1, sizeof(chunk), from->file);
		kc_buf_put(out, chunk, n);
	}
	return ferror(from->file) ? KC_EIO : kc_buf_err(out);
}

enum kc_err
kc_evidence_keep(
    const char *dir, const struct kc_evidence_from *from, struct kc_buf *detail)
{
	struct kc_blob_piece p = {
	    .hash = from->hash, .size = from->size, .by = KC_LIT("restore")};
	struct kc_blob_added added = {0};
	struct kc_buf bytes = {0};
	enum kc_err err = KC_OK;

	while (err == KC_OK && !added.stands) {
		err = next_piece(from, p.at, &bytes);
		p.bytes = kc_buf_view(&bytes);
		if (err == KC_OK)
			err = p.bytes.n > 0
			    ? kc_blob_add(dir, &p, &added, detail)
			    : KC_ECORRUPT;
		p.at += p.bytes.n;
	}
	kc_buf_free(&bytes);
	return err;
}
