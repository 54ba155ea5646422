/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anchor: two slots of 4 KiB, written in turn. A slot is
 *   "KCANCHR1", BE64 counter, BE64 length, checkpoint, zeros, SHA-256
 * where the hash covers everything before it. The newest whole slot counts. A
 * new anchor has two of counter 0 and length 0, "nothing is signed yet", so
 * that the first checkpoint may be torn like any other.
 */
#include <kaocheng/store.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_int.h"

#define SLOT_SIZE 4096
#define HEAD_SIZE 24
#define TEXT_MAX (SLOT_SIZE - HEAD_SIZE - KC_HASH_SIZE)
#define FILE_SIZE (2 * SLOT_SIZE)

static const char magic[8] = {'K', 'C', 'A', 'N', 'C', 'H', 'R', '1'};

struct slot {
	uint8_t b[SLOT_SIZE];
};

struct kc_anchor {
	int fd;
	bool poisoned;
	bool known; /* a slot was whole */
	struct kc_buf path;
	int64_t size;         /* of the file */
	uint64_t counter;     /* of the newest slot; 0: none yet */
	unsigned next;        /* slot to write */
	struct kc_buf newest; /* its checkpoint */
};

static void
slot_encode(struct slot *s, uint64_t counter, struct kc_slice checkpoint)
{
	struct kc_hash h;

	memset(s->b, 0, sizeof(s->b));
	memcpy(s->b, magic, sizeof(magic));
	kc_put_be64(s->b + 8, counter);
	kc_put_be64(s->b + 16, checkpoint.n);
	if (checkpoint.n > 0)
		memcpy(s->b + HEAD_SIZE, checkpoint.p, checkpoint.n);
	h = kc_sha256(s->b, SLOT_SIZE - KC_HASH_SIZE);
	memcpy(s->b + SLOT_SIZE - KC_HASH_SIZE, h.b, KC_HASH_SIZE);
}

/* False if the slot is new, torn or not ours. Borrows from s. */
static bool
slot_decode(
    const struct slot *s, uint64_t *counter, struct kc_slice *checkpoint)
{
	struct kc_hash h = kc_sha256(s->b, SLOT_SIZE - KC_HASH_SIZE);
	uint64_t n = kc_be64(s->b + 16);
	union {
		const uint8_t *u;
		const char *c;
	} text = {s->b + HEAD_SIZE};

	if (memcmp(s->b, magic, sizeof(magic)) != 0 || n > TEXT_MAX ||
	    (n == 0) != (kc_be64(s->b + 8) == 0) ||
	    memcmp(h.b, s->b + SLOT_SIZE - KC_HASH_SIZE, KC_HASH_SIZE) != 0)
		return false;
	*counter = kc_be64(s->b + 8);
	*checkpoint = (struct kc_slice){text.c, (size_t)n};
	return true;
}

static bool
slot_is_new(const struct slot *s)
{
	for (size_t i = 0; i < SLOT_SIZE; i++)
		if (s->b[i] != 0)
			return false;
	return true;
}

/* Newest of both slots. KC_ENOTFOUND: zeros, the other perhaps torn.
 * KC_ECORRUPT: none is whole. */
static enum kc_err
read_slots(int fd, uint64_t *counter, unsigned *index, struct kc_buf *out)
{
	struct slot s;
	bool found = false, any_new = false;
	enum kc_err err = KC_OK;

	for (unsigned i = 0; err == KC_OK && i < 2; i++) {
		ssize_t n = pread(fd, s.b, SLOT_SIZE, (off_t)i * SLOT_SIZE);
		struct kc_slice text;
		uint64_t c;

		if (n < 0)
			return KC_EIO;
		if (n != SLOT_SIZE)
			continue;
		if (!slot_decode(&s, &c, &text)) {
			any_new = any_new || slot_is_new(&s);
			continue;
		}
		if (found && c <= *counter)
			continue;
		found = true;
		*counter = c;
		*index = i;
		kc_buf_reset(out);
		kc_buf_slice(out, text);
		err = kc_buf_err(out);
	}
	if (err != KC_OK || found)
		return err;
	return any_new ? KC_ENOTFOUND : KC_ECORRUPT;
}

/* A whole anchor appears at path, or nothing does. */
static enum kc_err
create(const char *path)
{
	struct slot none;
	struct kc_buf temp = {0};
	enum kc_err err = KC_EIO;
	int fd = -1;

	slot_encode(&none, 0, (struct kc_slice){0});
	kc_buf_str(&temp, path);
	kc_buf_str(&temp, ".new");
	fd = open(kc_buf_cstr(&temp),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		goto out;
	for (unsigned i = 0; i < 2; i++)
		if (write(fd, none.b, SLOT_SIZE) != SLOT_SIZE)
			goto out;
	if (fsync(fd) != 0 || rename(temp.p, path) != 0)
		goto out;
	err = kc_guard_sync_parent(path);
out:
	if (fd >= 0)
		close(fd);
	if (err != KC_OK && temp.p != NULL)
		(void)unlink(temp.p);
	kc_buf_free(&temp);
	return err;
}

static enum kc_err
open_path(const char *path, int flags, int *fd)
{
	*fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW);
	if (*fd >= 0)
		return KC_OK;
	return errno == ENOENT ? KC_ENOTFOUND : KC_EIO;
}

enum kc_err
kc_anchor_open(struct kc_anchor **out, const char *path, bool make)
{
	struct kc_anchor *a = kc_alloc(sizeof(*a));
	unsigned index = 1;
	enum kc_err err;

	if (a == NULL)
		return KC_ENOMEM;
	a->fd = -1;
	kc_buf_str(&a->path, path);
	(void)kc_buf_cstr(&a->path);
	err = kc_buf_err(&a->path);
	if (err == KC_OK)
		err = open_path(path, O_RDWR, &a->fd);
	if (err == KC_ENOTFOUND && make) {
		err = create(path);
		if (err == KC_OK)
			err = open_path(path, O_RDWR, &a->fd);
	}
	if (err == KC_OK)
		err = kc_guard_ofd(a->fd);
	if (err == KC_OK)
		err = read_slots(a->fd, &a->counter, &index, &a->newest);
	a->known = err == KC_OK;
	if (err == KC_ENOTFOUND && a->fd >= 0)
		err = KC_OK;
	if (err != KC_OK) {
		kc_anchor_close(a);
		return err;
	}
	a->next = a->counter == 0 ? 0 : 1 - index;
	*out = a;
	return KC_OK;
}

void
kc_anchor_close(struct kc_anchor *a)
{
	if (a == NULL)
		return;
	if (a->fd >= 0)
		close(a->fd);
	kc_buf_free(&a->newest);
	kc_buf_free(&a->path);
	kc_free(a);
}

enum kc_err
kc_anchor_read(struct kc_anchor *a, struct kc_buf *out)
{
	if (!a->known)
		return KC_ENOTFOUND;
	kc_buf_slice(out, kc_buf_view(&a->newest));
	return kc_buf_err(out);
}

enum kc_err
kc_anchor_write(struct kc_anchor *a, struct kc_slice checkpoint)
{
	struct slot s;

	if (a->poisoned || checkpoint.n == 0 || checkpoint.n > TEXT_MAX)
		return KC_EUNKNOWN;
	slot_encode(&s, a->counter + 1, checkpoint);
	a->poisoned = true;
	if (pwrite(a->fd, s.b, SLOT_SIZE, (off_t)a->next * SLOT_SIZE) !=
	    SLOT_SIZE)
		return KC_EUNKNOWN;
	if (fdatasync(a->fd) != 0)
		return KC_EUNKNOWN;
	kc_buf_reset(&a->newest);
	kc_buf_slice(&a->newest, checkpoint);
	if (kc_buf_err(&a->newest) != KC_OK)
		return KC_EUNKNOWN;
	a->counter++;
	a->known = true;
	a->next = 1 - a->next;
	a->poisoned = false;
	return KC_OK;
}

enum kc_err
kc_anchor_same(struct kc_anchor *a, struct kc_buf *detail)
{
	return kc_guard_same(a->fd, a->path.p, &a->size, detail);
}

enum kc_err
kc_anchor_peek(const char *path, struct kc_buf *out)
{
	struct kc_buf text = {0};
	uint64_t counter = 0;
	unsigned index;
	int fd = -1;
	enum kc_err err = open_path(path, O_RDONLY, &fd);

	if (err != KC_OK)
		return err;
	err = read_slots(fd, &counter, &index, &text);
	if (err == KC_OK) {
		kc_buf_slice(out, kc_buf_view(&text));
		err = kc_buf_err(out);
	}
	close(fd);
	kc_buf_free(&text);
	return err;
}
