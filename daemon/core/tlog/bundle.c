/* SPDX-License-Identifier: Apache-2.0 */
/* The files of an export, in a directory or in one file. */
#include <kaocheng/bundle.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "kaocheng/v1 bundle\n"
#define END "end\n"
#define LINE_MAX_SIZE 160 /* "file " + path + ' ' + 20 digits + LF */
#define FEW_FRAMES 256    /* may be of any size; more are tiles, and large */

static const char *const top_files[] = {"checkpoint", "trust", "keys"};
#define NTOP (sizeof(top_files) / sizeof(top_files[0]))

/* Tiles of one level, the partial one included. */
static uint64_t
tiles_of(unsigned level, uint64_t size)
{
	return kc_tile_full(level, size) + (kc_tile_partial(level, size) > 0);
}

uint64_t
kc_export_count(uint64_t size)
{
	uint64_t n = NTOP + tiles_of(0, size);

	for (unsigned level = 0; level < KC_TILE_LEVELS; level++)
		n += tiles_of(level, size);
	return n;
}

void
kc_export_path(uint64_t size, uint64_t i, char out[KC_TILE_PATH_MAX])
{
	unsigned width;

	assert(i < kc_export_count(size));
	if (i < NTOP) {
		memcpy(out, top_files[i], strlen(top_files[i]) + 1);
		return;
	}
	i -= NTOP;
	for (unsigned level = 0; level < KC_TILE_LEVELS; level++) {
		if (i < tiles_of(level, size)) {
			width = i < kc_tile_full(level, size)
			    ? KC_TILE_WIDTH
			    : kc_tile_partial(level, size);
			kc_tile_path(out, level, i, width);
			return;
		}
		i -= tiles_of(level, size);
	}
	width = i < kc_tile_full(0, size) ? KC_TILE_WIDTH
					  : kc_tile_partial(0, size);
	kc_tile_entries_path(out, i, width);
}

/* --- evidence --- */
#define EVIDENCE "evidence/"

void
kc_evidence_path(char out[KC_TILE_PATH_MAX], const struct kc_hash *hash)
{
	struct kc_buf b = {0};

	kc_buf_str(&b, EVIDENCE);
	kc_buf_hex(&b, hash->b, sizeof(hash->b));
	out[0] = '\0'; /* no memory: no such file */
	if (kc_buf_err(&b) == KC_OK)
		(void)kc_slice_copy(out, KC_TILE_PATH_MAX, kc_buf_view(&b));
	kc_buf_free(&b);
}

bool
kc_evidence_path_parse(struct kc_slice path, struct kc_hash *hash)
{
	size_t n = sizeof(EVIDENCE) - 1;

	if (path.n < n || memcmp(path.p, EVIDENCE, n) != 0)
		return false;
	path.p += n;
	path.n -= n;
	return kc_read_hex(path, hash->b, sizeof(hash->b));
}

/* --- writing --- */
void
kc_buf_bundle_head(struct kc_buf *b)
{
	kc_buf_str(b, HEAD);
}

void
kc_buf_bundle_file(struct kc_buf *b, const char *path, uint64_t size)
{
	kc_buf_str(b, "file ");
	kc_buf_str(b, path);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, size);
	kc_buf_char(b, '\n');
}

void
kc_buf_bundle_tail(struct kc_buf *b)
{
	kc_buf_char(b, '\n');
}

void
kc_buf_bundle_end(struct kc_buf *b)
{
	kc_buf_str(b, END);
}

/* --- reading --- */
struct frame {
	uint64_t at, size; /* place of the bytes */
	char path[KC_TILE_PATH_MAX];
};

struct kc_bundle {
	struct kc_bundle_input in;
	struct frame *frames; /* as they stand */
	size_t n, cap;
	struct frame **sorted; /* by path */
};

static bool
room(struct kc_bundle *b)
{
	struct frame *grown;
	size_t cap = b->cap == 0 ? 16 : b->cap * 2;

	if (b->n < b->cap)
		return true;
	grown = kc_realloc(b->frames, cap * sizeof(*grown));
	if (grown == NULL)
		return false;
	b->frames = grown;
	b->cap = cap;
	return true;
}

/* The line at a place, without its LF; line borrows from space. */
static enum kc_err
read_line(struct kc_bundle *b, uint64_t at, char space[LINE_MAX_SIZE],
    struct kc_slice *line)
{
	uint64_t left = b->in.size - at;
	size_t n = left < LINE_MAX_SIZE ? (size_t)left : LINE_MAX_SIZE;
	const char *lf;
	enum kc_err err;

	if (n == 0)
		return KC_EINCOMPLETE;
	err = b->in.read(b->in.ctx, at, space, n);
	if (err != KC_OK)
		return err;
	lf = memchr(space, '\n', n);
	if (lf == NULL)
		return n < LINE_MAX_SIZE ? KC_EINCOMPLETE : KC_ESYNTAX;
	line->p = space;
	line->n = (size_t)(lf - space);
	return KC_OK;
}

/* "file <path> <size>" */
static bool
parse_file(struct kc_slice line, struct frame *f)
{
	struct kc_slice word, path;

	return kc_slice_cut(&line, ' ', &word) && kc_slice_is(word, "file") &&
	    kc_slice_cut(&line, ' ', &path) && path.n > 0 &&
	    memchr(path.p, '\0', path.n) == NULL &&
	    kc_slice_copy(f->path, sizeof(f->path), path) &&
	    kc_read_u64(line, INT64_MAX, &f->size);
}

/* One frame at *at, or the end (*done). */
static enum kc_err
read_frame(struct kc_bundle *b, uint64_t *at, bool *done)
{
	char space[LINE_MAX_SIZE];
	struct kc_slice line;
	struct frame f = {0};
	char lf;
	enum kc_err err = read_line(b, *at, space, &line);

	if (err != KC_OK)
		return err;
	if (kc_slice_is(line, "end")) {
		*done = true;
		return *at + 4 == b->in.size ? KC_OK : KC_ESYNTAX;
	}
	if (!parse_file(line, &f))
		return KC_ESYNTAX;
	f.at = *at + line.n + 1;
	if (f.size >= b->in.size - f.at)
		return KC_EINCOMPLETE;
	err = b->in.read(b->in.ctx, f.at + f.size, &lf, 1);
	if (err != KC_OK)
		return err;
	if (lf != '\n')
		return KC_ESYNTAX;
	/* No export has so many small files; with them, what we keep in
	 * memory would be many times the size of the bundle. */
	if (b->n > FEW_FRAMES && b->n > f.at / sizeof(f))
		return KC_ESYNTAX;
	if (!room(b))
		return KC_ENOMEM;
	b->frames[b->n++] = f;
	*at = f.at + f.size + 1;
	return KC_OK;
}

static int
by_path(const void *pa, const void *pb)
{
	struct frame *const *a = pa;
	struct frame *const *b = pb;

	return strcmp((*a)->path, (*b)->path);
}

static enum kc_err
sort_frames(struct kc_bundle *b)
{
	b->sorted = kc_alloc((b->n + 1) * sizeof(struct frame *));
	if (b->sorted == NULL)
		return KC_ENOMEM;
	for (size_t i = 0; i < b->n; i++)
		b->sorted[i] = &b->frames[i];
	qsort(b->sorted, b->n, sizeof(struct frame *), by_path);
	for (size_t i = 1; i < b->n; i++)
		if (strcmp(b->sorted[i - 1]->path, b->sorted[i]->path) == 0)
			return KC_ESYNTAX;
	return KC_OK;
}

/* Of what does not begin as a bundle: does it go on as one? */
static bool
is_damaged(const struct kc_bundle_input *in)
{
	static const char first[] = "file checkpoint ";
	char line[sizeof(first) - 1];

	return in->size > sizeof(HEAD) + sizeof(line) &&
	    in->read(in->ctx, sizeof(HEAD) - 1, line, sizeof(line)) == KC_OK &&
	    memcmp(line, first, sizeof(line)) == 0;
}

enum kc_err
kc_bundle_open(struct kc_bundle **out, const struct kc_bundle_input *in)
{
	struct kc_bundle *b = kc_alloc(sizeof(*b));
	char head[sizeof(HEAD) - 1];
	size_t n = in->size < sizeof(head) ? (size_t)in->size : sizeof(head);
	uint64_t at = sizeof(head);
	bool done = false;
	enum kc_err err;

	if (b == NULL)
		return KC_ENOMEM;
	b->in = *in;
	err = in->read(in->ctx, 0, head, n);
	if (err == KC_OK && memcmp(head, HEAD, n) != 0)
		err = is_damaged(in) ? KC_ESYNTAX : KC_EFOREIGN;
	if (err == KC_OK && n < sizeof(head))
		err = KC_EINCOMPLETE;
	while (err == KC_OK && !done)
		err = read_frame(b, &at, &done);
	if (err == KC_OK)
		err = sort_frames(b);
	if (err != KC_OK) {
		kc_bundle_close(b);
		return err;
	}
	*out = b;
	return KC_OK;
}

void
kc_bundle_close(struct kc_bundle *b)
{
	if (b == NULL)
		return;
	kc_free(b->frames);
	kc_free(b->sorted);
	kc_free(b);
}

static const struct frame *
find_frame(const struct kc_bundle *b, const char *path)
{
	size_t lo = 0;
	size_t hi = b->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(b->sorted[mid]->path, path);

		if (order == 0)
			return b->sorted[mid];
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static enum kc_err
read_file(void *ctx, const char *path, size_t max, struct kc_buf *out)
{
	struct kc_bundle *b = ctx;
	const struct frame *f = find_frame(b, path);
	char part[4096];

	if (f == NULL)
		return KC_ENOTFOUND;
	if (f->size > max)
		return KC_ETOOBIG;
	for (uint64_t done = 0; done < f->size;) {
		uint64_t left = f->size - done;
		size_t n = left < sizeof(part) ? (size_t)left : sizeof(part);
		enum kc_err err = b->in.read(b->in.ctx, f->at + done, part, n);

		if (err != KC_OK)
			return err;
		kc_buf_put(out, part, n);
		done += n;
	}
	return kc_buf_err(out);
}

static enum kc_err
read_piece(
    void *ctx, const struct kc_piece *p, struct kc_buf *out, uint64_t *size)
{
	struct kc_bundle *b = ctx;
	const struct frame *f = find_frame(b, p->path);
	uint64_t at = p->at;
	size_t max = p->max;
	char part[4096];

	if (f == NULL)
		return KC_ENOTFOUND;
	*size = f->size;
	while (at < f->size && max > 0) {
		uint64_t left = f->size - at;
		size_t n = left < sizeof(part) ? (size_t)left : sizeof(part);
		enum kc_err err;

		n = n < max ? n : max;
		err = b->in.read(b->in.ctx, f->at + at, part, n);
		if (err != KC_OK)
			return err;
		kc_buf_put(out, part, n);
		at += n;
		max -= n;
	}
	return kc_buf_err(out);
}

static enum kc_err
list_files(
    void *ctx, enum kc_err (*each)(void *arg, struct kc_slice path), void *arg)
{
	struct kc_bundle *b = ctx;
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK && i < b->n; i++)
		err = each(arg, kc_slice_str(b->frames[i].path));
	return err;
}

struct kc_files
kc_bundle_files(struct kc_bundle *b)
{
	return (struct kc_files){
	    .read = read_file,
	    .list = list_files,
	    .piece = read_piece,
	    .exact = true,
	    .ctx = b,
	};
}
