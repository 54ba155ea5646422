/* SPDX-License-Identifier: Apache-2.0 */
/* Widths, paths and inner nodes of tiles. */
#include <kaocheng/tile.h>

#include <assert.h>
#include <string.h>

#define INDEX_MAX ((UINT64_C(1) << 56) - 1) /* 256 * N fits in 64 bits */
#define HEIGHT 8

uint64_t
kc_tile_full(unsigned level, uint64_t size)
{
	unsigned shift = HEIGHT * (level + 1);

	return shift < 64 ? size >> shift : 0;
}

unsigned
kc_tile_partial(unsigned level, uint64_t size)
{
	unsigned shift = HEIGHT * level;

	return shift < 64 ? (unsigned)(size >> shift & 255) : 0;
}

/* A small writer over the caller's array; the bound is checked by hand:
 * "tile/entries/" + 5 * "x123/" + "123" + ".p/255" is 47 bytes. */
static char *
put_text(char *at, const char *s)
{
	size_t n = strlen(s);

	memcpy(at, s, n);
	return at + n;
}

static char *
put_number(char *at, unsigned v, bool three)
{
	if (three || v >= 100)
		*at++ = (char)('0' + v / 100);
	if (three || v >= 10)
		*at++ = (char)('0' + v / 10 % 10);
	*at++ = (char)('0' + v % 10);
	return at;
}

/* "x001/x234/067", then ".p/<W>" when the tile is not full. */
static void
put_index(char *at, uint64_t n, unsigned width)
{
	uint64_t unit = 1;

	assert(n <= INDEX_MAX && width >= 1 && width <= KC_TILE_WIDTH);
	while (n / unit >= 1000)
		unit *= 1000;
	for (; unit > 1; unit /= 1000) {
		*at++ = 'x';
		at = put_number(at, (unsigned)(n / unit % 1000), true);
		*at++ = '/';
	}
	at = put_number(at, (unsigned)(n % 1000), true);
	if (width < KC_TILE_WIDTH) {
		at = put_text(at, ".p/");
		at = put_number(at, width, false);
	}
	*at = '\0';
}

void
kc_tile_path(
    char out[KC_TILE_PATH_MAX], unsigned level, uint64_t n, unsigned width)
{
	char *at = put_text(out, "tile/");

	assert(level < KC_TILE_LEVELS);
	at = put_number(at, level, false);
	*at++ = '/';
	put_index(at, n, width);
}

void
kc_tile_entries_path(char out[KC_TILE_PATH_MAX], uint64_t n, unsigned width)
{
	put_index(put_text(out, "tile/entries/"), n, width);
}

/* Takes three digits off the front. */
static bool
take_three(struct kc_slice *s, unsigned *out)
{
	unsigned v = 0;

	if (s->n < 3)
		return false;
	for (int i = 0; i < 3; i++) {
		unsigned d = (unsigned)(unsigned char)s->p[i] - '0';

		if (d > 9)
			return false;
		v = v * 10 + d;
	}
	s->p += 3;
	s->n -= 3;
	*out = v;
	return true;
}

static bool
take_index(struct kc_slice *s, uint64_t *n)
{
	uint64_t v = 0;
	unsigned group;

	while (s->n > 0 && s->p[0] == 'x') {
		s->p++;
		s->n--;
		if (!take_three(s, &group) || s->n == 0 || s->p[0] != '/')
			return false;
		s->p++;
		s->n--;
		v = v * 1000 + group;
		/* A leading group of zeros would be a second spelling. */
		if (v == 0 || v > INDEX_MAX / 1000)
			return false;
	}
	if (!take_three(s, &group))
		return false;
	v = v * 1000 + group;
	if (v > INDEX_MAX)
		return false;
	*n = v;
	return true;
}

enum kc_err
kc_tile_path_parse(
    struct kc_slice path, int *level, uint64_t *n, unsigned *width)
{
	struct kc_slice part;
	uint64_t index;
	uint64_t l = 0;
	uint64_t w = KC_TILE_WIDTH;
	bool entries;

	if (!kc_slice_cut(&path, '/', &part) || !kc_slice_is(part, "tile") ||
	    !kc_slice_cut(&path, '/', &part))
		return KC_ESYNTAX;
	entries = kc_slice_is(part, "entries");
	if ((!entries && !kc_read_u64(part, KC_TILE_LEVELS - 1, &l)) ||
	    !take_index(&path, &index))
		return KC_ESYNTAX;
	if (path.n > 0) {
		if (path.n < 3 || memcmp(path.p, ".p/", 3) != 0)
			return KC_ESYNTAX;
		path.p += 3;
		path.n -= 3;
		if (!kc_read_u64(path, KC_TILE_WIDTH - 1, &w) || w == 0)
			return KC_ESYNTAX;
	}
	*level = entries ? -1 : (int)l;
	*n = index;
	*width = (unsigned)w;
	return KC_OK;
}

struct kc_hash
kc_tile_node(const struct kc_hash *hashes, unsigned height, unsigned index)
{
	struct kc_hash stack[HEIGHT + 1];
	unsigned n = 1U << height;
	unsigned level;

	assert(height <= HEIGHT);
	hashes += (size_t)index << height;
	for (unsigned i = 0; i < n; i++) {
		struct kc_hash h = hashes[i];

		for (level = 0; i >> level & 1; level++)
			h = kc_hash_node(&stack[level], &h);
		stack[level] = h;
	}
	return stack[height];
}
