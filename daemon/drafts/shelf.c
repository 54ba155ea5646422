/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: a file each, put in place whole, gone when its time is over. */
#include <kaocheng/shelf.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "people/room.h"

#define HEX (2 * KC_HASH_SIZE)
#define HEAD (sizeof(KC_SHELF_FORMAT) - 1)
#define DAY_MS INT64_C(86400000)

struct kc_hash
kc_shelf_id(struct kc_slice text)
{
	return kc_sha256(text.p, text.n);
}

static void
name_of(char out[HEX + 1], const struct kc_hash *id)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < KC_HASH_SIZE; i++) {
		out[2 * i] = digits[id->b[i] >> 4];
		out[2 * i + 1] = digits[id->b[i] & 15];
	}
	out[HEX] = '\0';
}

/* --- reading --- */
/* One draft in memory. */
struct reading {
	struct kc_entry e;
	char file[HEAD + KC_NOTE_MAX + 1];
	struct kc_shelved d;
};

static bool
is_over(const struct kc_shelf *s, const struct reading *r)
{
	return s->now_ms >= r->d.until_ms;
}

/* KC_ESYNTAX: another format, or no draft of ours. KC_ECORRUPT: it is damaged;
 * as it is what its name says, its text is what was signed. */
static enum kc_err
load(const struct kc_shelf *s, const struct kc_room *room,
    const struct kc_hash *id, struct reading *r, struct kc_buf *detail)
{
	struct kc_refusal why = {0};
	char name[HEX + 1];
	struct kc_hash is;
	size_t n = 0;
	enum kc_err err;

	name_of(name, id);
	err = kc_room_load(room, name, r->file, sizeof(r->file), &n, detail);
	if (err != KC_OK)
		return err;
	if (n < HEAD || memcmp(r->file, KC_SHELF_FORMAT, HEAD) != 0)
		return kc_room_fault(detail, KC_ESYNTAX, "another format");
	r->d.id = *id;
	r->d.note = (struct kc_slice){r->file + HEAD, n - HEAD};
	r->d.e = &r->e;
	if (kc_entry_decode_partial(&r->e, r->d.note, &why) != KC_OK)
		return kc_room_fault(detail, KC_ECORRUPT, "is no draft");
	is = kc_shelf_id(r->e.text);
	if (!kc_hash_eq(&is, id))
		return kc_room_fault(detail, KC_ECORRUPT, "another text");
	r->d.until_ms = r->e.at_s * 1000 + s->days * DAY_MS;
	return KC_OK;
}

/* A draft, or with a dot before it what a broken write has left of one. */
static int
is_draft(const struct dirent *e)
{
	struct kc_slice name = kc_slice_str(e->d_name + (e->d_name[0] == '.'));
	struct kc_hash id;

	return name.n == HEX && kc_read_hex(name, id.b, sizeof(id.b));
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum kc_err
take_away(
    const struct kc_room *room, const struct kc_hash *id, struct kc_buf *detail)
{
	char name[HEX + 1];

	name_of(name, id);
	return kc_room_remove(room, name, detail);
}

/* One file of the directory, which is locked. */
static enum kc_err
look_at(const struct kc_shelf *s, const struct kc_room *room, const char *file,
    struct reading *r, bool (*fn)(void *ctx, const struct kc_shelved *d),
    void *ctx, struct kc_buf *detail)
{
	struct kc_hash id;
	enum kc_err err;
	bool stays = true;

	if (file[0] == '.')
		return unlinkat(room->fd, file, 0) == 0
		    ? KC_OK
		    : kc_room_fault(detail, KC_EIO, "what is left of a write");
	(void)kc_read_hex(kc_slice_str(file), id.b, sizeof(id.b));
	err = load(s, room, &id, r, detail);
	if (err == KC_ESYNTAX || err == KC_EINVAL)
		return KC_OK; /* not ours */
	if (err == KC_OK)
		stays = !is_over(s, r) && fn(ctx, &r->d);
	else if (err == KC_ECORRUPT)
		stays = false;
	else
		return err;
	return stays ? KC_OK : take_away(room, &id, detail);
}

static enum kc_err
each(const struct kc_shelf *s, const struct kc_room *room,
    bool (*fn)(void *ctx, const struct kc_shelved *d), void *ctx,
    struct kc_buf *detail)
{
	struct reading *r = kc_alloc(sizeof(*r));
	struct dirent **names = NULL;
	enum kc_err err = KC_OK;
	int n;

	if (r == NULL)
		return KC_ENOMEM;
	n = scandirat(room->fd, ".", &names, is_draft, by_name);
	if (n < 0)
		err = kc_room_fault(detail, KC_EIO, "the directory");
	for (int i = 0; i < n; i++) {
		if (err == KC_OK)
			err = look_at(
			    s, room, names[i]->d_name, r, fn, ctx, detail);
		free(names[i]);
	}
	free(names);
	kc_free(r);
	return err;
}

enum kc_err
kc_shelf_each(const struct kc_shelf *s,
    bool (*fn)(void *ctx, const struct kc_shelved *d), void *ctx,
    struct kc_buf *detail)
{
	struct kc_room room = {.fd = -1};
	enum kc_err err = kc_room_lock(&room, s->dir, detail);

	if (err == KC_OK)
		err = each(s, &room, fn, ctx, detail);
	else if (err == KC_ENOTFOUND)
		err = KC_OK;
	kc_room_close(&room);
	return err;
}

/* KC_ENOTFOUND for what has expired or is damaged, too. */
static enum kc_err
find(const struct kc_shelf *s, const struct kc_room *room,
    const struct kc_hash *id, struct reading *r, struct kc_buf *detail)
{
	enum kc_err err = load(s, room, id, r, detail);

	if (err == KC_ESYNTAX || err == KC_ECORRUPT || err == KC_EINVAL ||
	    (err == KC_OK && is_over(s, r)))
		return KC_ENOTFOUND;
	return err;
}

enum kc_err
kc_shelf_get(const struct kc_shelf *s, const struct kc_hash *id,
    struct kc_buf *note, struct kc_buf *detail)
{
	struct reading *r = kc_alloc(sizeof(*r));
	struct kc_room room = {.fd = -1};
	enum kc_err err = KC_ENOMEM;

	if (r != NULL)
		err = kc_room_open(&room, s->dir, detail);
	if (err == KC_OK)
		err = find(s, &room, id, r, detail);
	if (err == KC_OK) {
		kc_buf_slice(note, r->d.note);
		err = kc_buf_err(note);
	}
	kc_room_close(&room);
	kc_free(r);
	return err;
}

enum kc_err
kc_shelf_drop(
    const struct kc_shelf *s, const struct kc_hash *id, struct kc_buf *detail)
{
	struct kc_room room = {.fd = -1};
	enum kc_err err = kc_room_lock(&room, s->dir, detail);

	if (err == KC_OK)
		err = take_away(&room, id, detail);
	kc_room_close(&room);
	return err;
}

/* --- adding --- */
/* What is here already, of all and of each signer of the draft that comes. */
struct load {
	const struct kc_entry *e;
	unsigned all;
	unsigned n[KC_SIGNERS_MAX];
	size_t bytes[KC_SIGNERS_MAX];
};

static bool
has_signed(const struct kc_entry *e, struct kc_slice who)
{
	for (unsigned i = 0; i < e->nby; i++)
		if (e->sigs[i].base64.n > 0 && kc_slice_eq(e->by[i], who))
			return true;
	return false;
}

static bool
count(void *ctx, const struct kc_shelved *d)
{
	struct load *l = ctx;

	l->all++;
	for (unsigned i = 0; i < l->e->nby; i++)
		if (l->e->sigs[i].base64.n > 0 &&
		    has_signed(d->e, l->e->by[i])) {
			l->n[i]++;
			l->bytes[i] += d->note.n;
		}
	return true;
}

/* All that is here counts for nobody more than once: while it is less than one
 * signer may have, nothing need be read. A thousand that are left one after
 * the other would else be read a thousand times. */
static bool
is_far_from_full(const struct kc_room *room, size_t more)
{
	struct dirent **names = NULL;
	size_t bytes = more;
	int n = scandirat(room->fd, ".", &names, is_draft, NULL);

	for (int i = 0; i < n; i++) {
		struct stat at;

		if (fstatat(room->fd, names[i]->d_name, &at,
			AT_SYMLINK_NOFOLLOW) != 0)
			bytes = KC_SHELF_BYTES;
		else
			bytes += (size_t)at.st_size;
		free(names[i]);
	}
	free(names);
	return n >= 0 && n < KC_SHELF_EACH && bytes < KC_SHELF_BYTES;
}

/* Is there room for one more with these signatures? */
static enum kc_err
want_room(const struct kc_shelf *s, const struct kc_room *room,
    const struct kc_entry *e, struct kc_slice *full, struct kc_buf *detail)
{
	struct load l = {.e = e};
	enum kc_err err;

	*full = (struct kc_slice){"", 0};
	if (is_far_from_full(room, e->text.n))
		return KC_OK;
	err = each(s, room, count, &l, detail);
	if (err == KC_OK && l.all >= KC_SHELF_ALL)
		err = KC_EFULL;
	for (unsigned i = 0; err == KC_OK && i < e->nby; i++)
		if (l.n[i] >= KC_SHELF_EACH ||
		    l.bytes[i] + e->text.n > KC_SHELF_BYTES) {
			*full = e->by[i];
			err = KC_EFULL;
		}
	/* What a full disk says comes with a detail. */
	if (err == KC_EFULL && detail != NULL)
		kc_buf_reset(detail);
	return err;
}

/* The lines of both, new ones first: a key may have been changed. */
static bool
merge(const struct kc_entry *e, const struct kc_entry *was, struct kc_buf *note)
{
	bool whole = true;

	kc_buf_slice(note, e->text);
	kc_buf_char(note, '\n');
	for (unsigned i = 0; i < e->nby; i++) {
		const struct kc_note_sig *sig = &e->sigs[i];

		if (sig->base64.n == 0 && was != NULL)
			sig = &was->sigs[i];
		if (sig->base64.n == 0) {
			whole = false;
			continue;
		}
		kc_buf_str(note, "\xE2\x80\x94 ");
		kc_buf_slice(note, sig->name);
		kc_buf_char(note, ' ');
		kc_buf_slice(note, sig->base64);
		kc_buf_char(note, '\n');
	}
	return whole;
}

static enum kc_err
put(const struct kc_room *room, const struct kc_hash *id, struct kc_slice note,
    struct kc_buf *detail)
{
	struct kc_buf file = {0};
	char name[HEX + 1];
	enum kc_err err;

	name_of(name, id);
	kc_buf_str(&file, KC_SHELF_FORMAT);
	kc_buf_slice(&file, note);
	err = kc_buf_err(&file);
	if (err == KC_OK)
		err = kc_room_replace(room, name, kc_buf_view(&file), detail);
	kc_buf_free(&file);
	return err;
}

enum kc_err
kc_shelf_add(const struct kc_shelf *s, const struct kc_entry *e, bool fresh,
    struct kc_buf *note, bool *whole, struct kc_slice *full,
    struct kc_buf *detail)
{
	struct reading *r = kc_alloc(sizeof(*r));
	struct kc_hash id = kc_shelf_id(e->text);
	struct kc_room room = {.fd = -1};
	enum kc_err err = KC_ENOMEM;
	bool is_here = false;

	*whole = false;
	if (r != NULL && s->now_ms >= e->at_s * 1000 + s->days * DAY_MS)
		err = KC_ENOTFOUND;
	else if (r != NULL)
		err = fresh ? kc_room_make(s->dir, detail) : KC_OK;
	if (err == KC_OK)
		err = kc_room_lock(&room, s->dir, detail);
	if (err == KC_OK) {
		err = find(s, &room, &id, r, detail);
		is_here = err == KC_OK;
	}
	if (err == KC_ENOTFOUND && fresh && room.fd >= 0)
		err = want_room(s, &room, e, full, detail);
	if (err == KC_OK) {
		*whole = merge(e, is_here ? r->d.e : NULL, note);
		err = kc_buf_err(note);
	}
	if (err == KC_OK && !*whole)
		err = put(&room, &id, kc_buf_view(note), detail);
	kc_room_close(&room);
	kc_free(r);
	return err;
}
