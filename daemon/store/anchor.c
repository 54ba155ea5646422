/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anchor: two slots of 4 KiB, written in turn. A slot is
 *   "KCANCHR1", BE64 counter, BE64 length, checkpoint, zeros, SHA-256
 * where the hash covers everything before it. One that holds the batch as well,
 * which its checkpoint was signed over, is
 *   "KCANCHR2", the same, BE64 length and SHA-256 of the batch, SHA-256
 * and the batch lies in the place of its slot behind both: it is whole only
 * with that. The newest whole slot counts. A new anchor has two of counter 0
 * and length 0, "nothing is signed yet", so that the first checkpoint may be
 * torn like any other.
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
#define BATCH_AT (SLOT_SIZE - KC_HASH_SIZE - 8 - KC_HASH_SIZE)
#define LOOKS 100 /* until the file stands still */

static const char magic[8] = {'K', 'C', 'A', 'N', 'C', 'H', 'R', '1'};
static const char magic_batch[8] = {'K', 'C', 'A', 'N', 'C', 'H', 'R', '2'};

struct slot {
	uint8_t b[SLOT_SIZE];
};

struct kc_anchor {
	int fd;
	bool poisoned;
	bool known; /* a slot was whole */
	struct kc_buf path;
	struct kc_guarded file;
	uint64_t counter;     /* of the newest slot; 0: none yet */
	unsigned next;        /* slot to write */
	struct kc_buf newest; /* its checkpoint */
	uint64_t blocks;      /* bytes that the file has; 0: not asked yet */
	size_t nbatch; /* that lies in the place of the next slot; 0: none */
	struct kc_hash batch;  /* its hash */
	struct kc_buf read;    /* the last one that was read back */
	struct kc_hasher over; /* that was put over it */
	size_t as_before;      /* bytes at its beginning: the one before it */
};

/* What a slot says; borrows from it. */
struct said {
	uint64_t counter, nbatch;
	struct kc_slice checkpoint;
	struct kc_hash batch;
};

static off_t
batch_at(unsigned slot)
{
	return (off_t)2 * SLOT_SIZE + (off_t)slot * KC_ANCHOR_BATCH_MAX;
}

static void
slot_encode(struct slot *s, uint64_t counter, struct kc_slice checkpoint,
    size_t nbatch, const struct kc_hash *batch)
{
	struct kc_hash h;

	memset(s->b, 0, sizeof(s->b));
	memcpy(s->b, nbatch > 0 ? magic_batch : magic, sizeof(magic));
	kc_put_be64(s->b + 8, counter);
	kc_put_be64(s->b + 16, checkpoint.n);
	if (checkpoint.n > 0)
		memcpy(s->b + HEAD_SIZE, checkpoint.p, checkpoint.n);
	if (nbatch > 0) {
		kc_put_be64(s->b + BATCH_AT, nbatch);
		memcpy(s->b + BATCH_AT + 8, batch->b, KC_HASH_SIZE);
	}
	h = kc_sha256(s->b, SLOT_SIZE - KC_HASH_SIZE);
	memcpy(s->b + SLOT_SIZE - KC_HASH_SIZE, h.b, KC_HASH_SIZE);
}

/* False if the slot is new, torn or not ours. Borrows from s. */
static bool
slot_decode(const struct slot *s, struct said *out)
{
	struct kc_hash h = kc_sha256(s->b, SLOT_SIZE - KC_HASH_SIZE);
	bool has_batch = memcmp(s->b, magic_batch, sizeof(magic)) == 0;
	uint64_t n = kc_be64(s->b + 16);
	union {
		const uint8_t *u;
		const char *c;
	} text = {s->b + HEAD_SIZE};

	if ((!has_batch && memcmp(s->b, magic, sizeof(magic)) != 0) ||
	    n > (has_batch ? BATCH_AT - HEAD_SIZE : TEXT_MAX) ||
	    (n == 0) != (kc_be64(s->b + 8) == 0) ||
	    memcmp(h.b, s->b + SLOT_SIZE - KC_HASH_SIZE, KC_HASH_SIZE) != 0)
		return false;
	out->counter = kc_be64(s->b + 8);
	out->checkpoint = (struct kc_slice){text.c, (size_t)n};
	out->nbatch = has_batch ? kc_be64(s->b + BATCH_AT) : 0;
	memcpy(out->batch.b, s->b + BATCH_AT + 8, KC_HASH_SIZE);
	return out->nbatch <= KC_ANCHOR_BATCH_MAX;
}

static bool
slot_is_new(const struct slot *s)
{
	for (size_t i = 0; i < SLOT_SIZE; i++)
		if (s->b[i] != 0)
			return false;
	return true;
}

/* The batch of a slot, if it is the one that the slot speaks of: KC_ENOTFOUND.
 */
static enum kc_err
read_batch(int fd, unsigned slot, const struct said *said, struct kc_buf *out)
{
	char *bytes;
	struct kc_hash h;
	ssize_t n;
	enum kc_err err = KC_ENOTFOUND;

	kc_buf_reset(out);
	if (said->nbatch == 0)
		return KC_OK;
	bytes = kc_alloc(said->nbatch);
	if (bytes == NULL)
		return KC_ENOMEM;
	n = pread(fd, bytes, said->nbatch, batch_at(slot));
	if (n == (ssize_t)said->nbatch) {
		h = kc_sha256(bytes, said->nbatch);
		if (kc_hash_eq(&h, &said->batch))
			err = KC_OK;
	}
	if (err == KC_OK) {
		kc_buf_put(out, bytes, said->nbatch);
		err = kc_buf_err(out);
	}
	kc_free(bytes);
	return n < 0 ? KC_EIO : err;
}

/* What both slots hold; the newest is the last one of out->v. KC_ENOTFOUND:
 * zeros, the other perhaps torn. KC_ECORRUPT: none is whole. */
static enum kc_err
read_slots(int fd, struct kc_anchored *out, uint64_t *counter, unsigned *index)
{
	struct slot s;
	bool any_new = false;
	enum kc_err err = KC_OK;

	out->n = 0;
	for (unsigned i = 0; err == KC_OK && i < 2; i++) {
		ssize_t n = pread(fd, s.b, SLOT_SIZE, (off_t)i * SLOT_SIZE);
		struct kc_anchor_slot *to = &out->v[out->n];
		struct said said;

		if (n < 0)
			return KC_EIO;
		if (n != SLOT_SIZE)
			continue;
		if (!slot_decode(&s, &said)) {
			any_new = any_new || slot_is_new(&s);
			continue;
		}
		err = read_batch(fd, i, &said, &to->batch);
		if (err == KC_ENOTFOUND) { /* torn */
			err = KC_OK;
			continue;
		}
		kc_buf_reset(&to->note);
		kc_buf_slice(&to->note, said.checkpoint);
		if (err == KC_OK)
			err = kc_buf_err(&to->note);
		out->n++;
		if (out->n == 1 || said.counter > *counter) {
			*counter = said.counter;
			*index = i;
		} else {
			struct kc_anchor_slot older = out->v[1];

			out->v[1] = out->v[0];
			out->v[0] = older;
		}
	}
	if (err != KC_OK || out->n > 0)
		return err;
	return any_new ? KC_ENOTFOUND : KC_ECORRUPT;
}

void
kc_anchored_free(struct kc_anchored *held)
{
	for (size_t i = 0; i < 2; i++) {
		kc_buf_free(&held->v[i].note);
		kc_buf_free(&held->v[i].batch);
	}
	held->n = 0;
}

/* A whole anchor appears at path, or nothing does. */
static enum kc_err
create(const char *path)
{
	struct slot none;
	struct kc_buf temp = {0};
	enum kc_err err = KC_EIO;
	int fd = -1;

	slot_encode(&none, 0, (struct kc_slice){0}, 0, NULL);
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

/* A slot and its batch as they stand, if they are whole. Where nothing was
 * written a copy has holes, for which a full disk has no room. */
static enum kc_err
write_anew(int fd, unsigned i, struct kc_buf *batch)
{
	off_t at = (off_t)i * SLOT_SIZE;
	struct said said;
	struct slot s;
	enum kc_err err;

	if (pread(fd, s.b, SLOT_SIZE, at) != SLOT_SIZE ||
	    !slot_decode(&s, &said))
		return KC_OK;
	err = read_batch(fd, i, &said, batch);
	if (err != KC_OK)
		return err == KC_ENOTFOUND ? KC_OK : err; /* torn */
	return pwrite(fd, batch->p, batch->n, batch_at(i)) ==
		    (ssize_t)batch->n &&
		pwrite(fd, s.b, SLOT_SIZE, at) == SLOT_SIZE
	    ? KC_OK
	    : KC_EIO;
}

/* One that was killed before its flush, or whose flush failed, leaves a slot
 * that is whole for us, and torn for the next power cut: which the other one
 * would be written over. A flush that failed is not done again by the next one,
 * if nothing was written since. */
static enum kc_err
flush_anew(int fd)
{
	struct kc_buf batch = {0};
	enum kc_err err = KC_OK;

	for (unsigned i = 0; err == KC_OK && i < 2; i++)
		err = write_anew(fd, i, &batch);
	if (err == KC_OK && fdatasync(fd) != 0)
		err = KC_EIO;
	kc_buf_free(&batch);
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
	struct kc_anchored held = {0};
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
		err = flush_anew(a->fd);
	if (err == KC_OK)
		err = read_slots(a->fd, &held, &a->counter, &index);
	a->known = err == KC_OK;
	if (a->known)
		kc_buf_slice(&a->newest, kc_buf_view(&held.v[held.n - 1].note));
	if (a->known)
		err = kc_buf_err(&a->newest);
	kc_anchored_free(&held);
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
	kc_buf_free(&a->read);
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
kc_anchor_room(struct kc_anchor *a)
{
	return kc_guard_blocks(a->fd, &a->blocks, (uint64_t)batch_at(2));
}

/* The hash of what was read back: from where the last one ended, if it begins
 * with that, byte for byte. */
static struct kc_hash
hash_back(struct kc_anchor *a, const struct kc_buf *back)
{
	struct kc_hasher over;
	size_t same = a->read.n;

	if (same == 0 || back->n < same ||
	    memcmp(back->p, a->read.p, same) != 0) {
		same = 0;
		kc_buf_reset(&a->read);
		kc_hasher_begin(&a->over);
	}
	kc_hasher_add(&a->over, back->p + same, back->n - same);
	kc_buf_put(&a->read, back->p + same, back->n - same);
	if (kc_buf_err(&a->read) != KC_OK)
		kc_buf_reset(&a->read); /* the next one is hashed whole */
	a->as_before = same;
	over = a->over;
	return kc_hasher_end(&over);
}

enum kc_err
kc_anchor_batch(struct kc_anchor *a, struct kc_slice batch, struct kc_buf *back)
{
	off_t at = batch_at(a->next);
	ssize_t n;

	a->nbatch = 0;
	if (a->poisoned || batch.n == 0 || batch.n > KC_ANCHOR_BATCH_MAX ||
	    kc_anchor_room(a) != KC_OK)
		return KC_EUNKNOWN;
	kc_buf_reset(back);
	kc_buf_put(back, batch.p, batch.n); /* room for as many */
	if (kc_buf_err(back) != KC_OK)
		return KC_ENOMEM;
	memset(back->p, 0, batch.n);
	if (pwrite(a->fd, batch.p, batch.n, at) != (ssize_t)batch.n)
		return KC_EUNKNOWN;
	n = pread(a->fd, back->p, batch.n, at);
	if (n != (ssize_t)batch.n)
		return KC_EUNKNOWN;
	a->batch = hash_back(a, back);
	a->nbatch = batch.n;
	return KC_OK;
}

size_t
kc_anchor_as_before(const struct kc_anchor *a)
{
	return a->as_before;
}

void
kc_anchor_drop(struct kc_anchor *a)
{
	a->nbatch = 0;
}

enum kc_err
kc_anchor_write(struct kc_anchor *a, struct kc_slice checkpoint)
{
	size_t nbatch = a->nbatch;
	struct slot s;

	a->nbatch = 0;
	if (a->poisoned || checkpoint.n == 0 ||
	    checkpoint.n > (nbatch > 0 ? BATCH_AT - HEAD_SIZE : TEXT_MAX))
		return KC_EUNKNOWN;
	slot_encode(&s, a->counter + 1, checkpoint, nbatch, &a->batch);
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
	return kc_guard_same(a->fd, a->path.p, &a->file, detail);
}

/* Whoever signs may write meanwhile: the slot that was torn becomes whole, and
 * the other one torn, between two reads. What is read while both heads stay as
 * they are is what stood there. */
enum kc_err
kc_anchor_load(const char *path, struct kc_anchored *out)
{
	struct slot before[2], after[2];
	uint64_t counter = 0;
	unsigned index;
	ssize_t n, m;
	int fd = -1;
	enum kc_err err = open_path(path, O_RDONLY, &fd);

	if (err != KC_OK)
		return err;
	m = pread(fd, after, sizeof(after), 0);
	for (int i = 0; i < LOOKS; i++) {
		memcpy(before, after, sizeof(before));
		n = m;
		err = read_slots(fd, out, &counter, &index);
		m = pread(fd, after, sizeof(after), 0);
		if (n == m && (n <= 0 || memcmp(before, after, (size_t)n) == 0))
			break;
	}
	close(fd);
	return err;
}

enum kc_err
kc_anchor_peek(const char *path, struct kc_buf *out)
{
	struct kc_anchored held = {0};
	enum kc_err err = kc_anchor_load(path, &held);

	if (err == KC_OK) {
		kc_buf_slice(out, kc_buf_view(&held.v[held.n - 1].note));
		err = kc_buf_err(out);
	}
	kc_anchored_free(&held);
	return err;
}
