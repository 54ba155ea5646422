/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed files: libzstd does it. */
#include "squeeze.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>

#include "foreign.h"

#define LEVEL 9
#define TIMES_MAX 1000U
#define ROOM_MAX (16U << 20)

/* --- there --- */
static bool
ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

enum kc_err
kc_squeeze_open(struct kc_squeeze *s, FILE *to, const char *name)
{
	*s = (struct kc_squeeze){.to = to};
	if (!ends_in(name, ".kcb") && !ends_in(name, ".zst"))
		return KC_OK;
	s->zstd = ZSTD_createCCtx();
	if (s->zstd == NULL)
		return KC_ENOMEM;
	(void)ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_compressionLevel, LEVEL);
	(void)ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_checksumFlag, 1);
	return KC_OK;
}

static enum kc_err
put(struct kc_squeeze *s, struct kc_slice bytes, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = {bytes.p, bytes.n, 0};
	char chunk[16384];
	size_t left;

	do {
		ZSTD_outBuffer out = {chunk, sizeof(chunk), 0};

		left = ZSTD_compressStream2(s->zstd, &out, &in, end);
		if (ZSTD_isError(left))
			return KC_ENOMEM;
		if (!kc_put(s->to, (struct kc_slice){chunk, out.pos}))
			return KC_EIO;
	} while (end == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return KC_OK;
}

enum kc_err
kc_squeeze_put(struct kc_squeeze *s, struct kc_slice bytes)
{
	if (s->zstd != NULL)
		return put(s, bytes, ZSTD_e_continue);
	return kc_put(s->to, bytes) ? KC_OK : KC_EIO;
}

enum kc_err
kc_squeeze_end(struct kc_squeeze *s)
{
	return s->zstd != NULL ? put(s, KC_LIT(""), ZSTD_e_end) : KC_OK;
}

void
kc_squeeze_close(struct kc_squeeze *s)
{
	ZSTD_freeCCtx(s->zstd);
	s->zstd = NULL;
}

/* --- and back --- */
bool
kc_is_squeezed(int fd)
{
	static const unsigned char magic[] = {0x28, 0xb5, 0x2f, 0xfd};
	unsigned char head[sizeof(magic)];

	return pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    memcmp(head, magic, sizeof(head)) == 0;
}

static enum kc_err
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t put_n = write(fd, p, n);

		if (put_n < 0 && errno == EINTR)
			continue;
		if (put_n <= 0)
			return KC_EIO;
		p += put_n;
		n -= (size_t)put_n;
	}
	return KC_OK;
}

/* One frame, and nothing after it. */
static enum kc_err
inflate(int from, int to, uint64_t max, ZSTD_DCtx *z)
{
	char chunk[16384], out[65536];
	uint64_t total = 0;
	size_t hint = 1;
	ssize_t got;

	while ((got = read(from, chunk, sizeof(chunk))) != 0) {
		ZSTD_inBuffer in = {chunk, got > 0 ? (size_t)got : 0, 0};
		ZSTD_outBuffer room = {out, sizeof(out), 0};

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return KC_EIO;
		do {
			room.pos = 0;
			if (hint == 0)
				return KC_ESYNTAX;
			hint = ZSTD_decompressStream(z, &room, &in);
			if (ZSTD_isError(hint))
				return KC_ESYNTAX;
			total += room.pos;
			if (total > max)
				return KC_ETOOBIG;
			if (write_all(to, out, room.pos) != KC_OK)
				return KC_EIO;
		} while (
		    in.pos < in.size || (hint > 0 && room.pos == room.size));
	}
	return hint == 0 ? KC_OK : KC_EINCOMPLETE;
}

enum kc_err
kc_unsqueeze(int *fd)
{
	FILE *temp = tmpfile();
	ZSTD_DCtx *z = ZSTD_createDCtx();
	struct stat st;
	enum kc_err err = KC_EIO;
	int to = temp != NULL ? dup(fileno(temp)) : -1;

	if (z == NULL)
		err = KC_ENOMEM;
	else if (to >= 0 && fstat(*fd, &st) == 0 &&
	    lseek(*fd, 0, SEEK_SET) == 0)
		err = inflate(
		    *fd, to, (uint64_t)st.st_size * TIMES_MAX + ROOM_MAX, z);
	ZSTD_freeDCtx(z);
	if (temp != NULL)
		(void)fclose(temp);
	if (err != KC_OK) {
		if (to >= 0)
			close(to);
		return err;
	}
	close(*fd);
	*fd = to;
	return KC_OK;
}
