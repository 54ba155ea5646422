/* SPDX-License-Identifier: Apache-2.0 */
/* Files of persons: read within bounds, put in place whole, erased. */
#include <kaocheng/people.h>

#include "people/room.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- reading --- */
/* Where and by which code; the line itself is a person's and not repeated. */
static enum kc_err
refused(const struct kc_refusal *why, struct kc_buf *detail)
{
	if (detail != NULL) {
		kc_buf_reset(detail);
		kc_buf_str(detail, "is not a person's text: ");
		kc_buf_str(detail, kc_refusal_code_text(why->code));
		kc_buf_str(detail, " in line ");
		kc_buf_u64(detail, why->line);
		kc_buf_str(detail, ", column ");
		kc_buf_u64(detail, why->col);
	}
	return KC_ECORRUPT;
}

static enum kc_err
get(const struct kc_room *r, const char *name, struct kc_person *out,
    struct kc_buf *detail)
{
	char text[KC_PERSON_FILE_MAX + 1];
	struct kc_refusal why = {0};
	size_t n = 0;
	enum kc_err err = kc_room_load(r, name, text, sizeof(text), &n, detail);

	if (err == KC_OK &&
	    kc_person_parse(out, (struct kc_slice){text, n}, &why) != KC_OK)
		err = refused(&why, detail);
	if (err == KC_OK && strcmp(out->actor, name) != 0)
		err = kc_room_fault(detail, KC_ECORRUPT, "names another actor");
	explicit_bzero(text, n);
	return err;
}

enum kc_err
kc_people_get(const char *dir, struct kc_slice actor, struct kc_person *out,
    struct kc_buf *detail)
{
	char name[KC_CODE_MAX + 1];
	struct kc_room r;
	enum kc_err err;

	if (!kc_actor_ok(actor) || !kc_slice_copy(name, sizeof(name), actor))
		return kc_room_fault(
		    detail, KC_ENOTFOUND, "is not an actor id");
	err = kc_room_open(&r, dir, detail);
	if (err == KC_OK)
		err = get(&r, name, out, detail);
	kc_room_close(&r);
	return err;
}

/* --- writing --- */
enum kc_err
kc_people_put(const char *dir, const struct kc_person *p, struct kc_buf *detail)
{
	struct kc_buf text = {0};
	struct kc_person same;
	struct kc_refusal why = {0};
	struct kc_room r = {.fd = -1};
	enum kc_err err;

	/* What would not be read back is not written. */
	kc_buf_person(&text, p);
	err = kc_buf_err(&text);
	if (err == KC_OK &&
	    kc_person_parse(&same, kc_buf_view(&text), &why) != KC_OK)
		err = kc_room_fault(detail, KC_EINVAL, "is not a person");
	if (err == KC_OK)
		err = kc_room_make(dir, detail);
	if (err == KC_OK)
		err = kc_room_lock(&r, dir, detail);
	if (err == KC_OK)
		err = kc_room_replace(&r, p->actor, kc_buf_view(&text), detail);
	kc_room_close(&r);
	if (text.p != NULL)
		explicit_bzero(text.p, text.cap);
	kc_buf_free(&text);
	return err;
}

void
kc_room_feed_name(char out[KC_ROOM_NAME_SIZE], const char *actor)
{
	(void)snprintf(out, KC_ROOM_NAME_SIZE, ".feed~%s", actor);
}

enum kc_err
kc_people_erase(const char *dir, struct kc_slice actor, struct kc_buf *detail)
{
	char name[KC_CODE_MAX + 1], feed[KC_ROOM_NAME_SIZE];
	struct kc_room r = {.fd = -1};
	enum kc_err err;

	if (!kc_actor_ok(actor) || !kc_slice_copy(name, sizeof(name), actor))
		return kc_room_fault(
		    detail, KC_ENOTFOUND, "is not an actor id");
	kc_room_feed_name(feed, name);
	err = kc_room_lock(&r, dir, detail);
	if (err != KC_OK)
		goto out;
	/* Without the person nobody is to read the calendar. */
	err = kc_room_remove(&r, feed, detail);
	if (err == KC_OK || err == KC_ENOTFOUND)
		err = kc_room_remove(&r, name, detail);
out:
	kc_room_close(&r);
	return err;
}

/* --- all of them --- */
static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **v;
	size_t n;
};

static void
names_free(struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		kc_free(l->v[i]);
	kc_free(l->v);
}

static enum kc_err
names_add(struct names *l, const char *name)
{
	size_t n = strlen(name) + 1;
	char **v = l->v;

	if ((l->n & (l->n - 1)) == 0) {
		v = kc_realloc(
		    l->v, (l->n == 0 ? 1 : 2 * l->n) * sizeof(*l->v));
		if (v == NULL)
			return KC_ENOMEM;
		l->v = v;
	}
	v[l->n] = kc_alloc(n);
	if (v[l->n] == NULL)
		return KC_ENOMEM;
	memcpy(v[l->n++], name, n);
	return KC_OK;
}

/* Names of the files, in order. A broken write's are none. */
static enum kc_err
names_read(struct names *l, const struct kc_room *r, struct kc_buf *detail)
{
	int fd = openat(r->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *e;
	enum kc_err err = KC_OK;

	if (d == NULL) {
		err = kc_room_fault(detail, KC_EIO, "the directory of persons");
		if (fd >= 0)
			(void)close(fd);
		return err;
	}
	while (err == KC_OK && (errno = 0, e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			err = names_add(l, e->d_name);
	if (err == KC_OK && errno != 0)
		err = kc_room_fault(detail, KC_EIO, "the directory of persons");
	(void)closedir(d);
	if (err == KC_OK && l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	return err;
}

enum kc_err
kc_people_each(const char *dir,
    enum kc_err (*fn)(void *ctx, struct kc_slice name,
	const struct kc_person *p, enum kc_err err, struct kc_slice detail),
    void *ctx, struct kc_buf *detail)
{
	struct names l = {0};
	struct kc_buf why = {0};
	struct kc_person p;
	struct kc_room r;
	enum kc_err err = kc_room_open(&r, dir, detail), one;

	if (err == KC_ENOTFOUND) {
		err = KC_OK;
		goto out;
	}
	if (err == KC_OK)
		err = names_read(&l, &r, detail);
	for (size_t i = 0; err == KC_OK && i < l.n; i++) {
		struct kc_slice name = kc_slice_str(l.v[i]);

		kc_buf_reset(&why);
		one = kc_actor_ok(name) ? get(&r, l.v[i], &p, &why)
					: kc_room_fault(&why, KC_EINVAL,
					      "is not named by an actor id");
		if (one == KC_ENOTFOUND)
			continue; /* erased meanwhile */
		err = fn(ctx, name, one == KC_OK ? &p : NULL, one,
		    kc_buf_view(&why));
	}
out:
	explicit_bzero(&p, sizeof(p));
	kc_room_close(&r);
	names_free(&l);
	kc_buf_free(&why);
	return err;
}
