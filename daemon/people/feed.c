/* SPDX-License-Identifier: Apache-2.0 */
/* Secret addresses of calendars: made, held against their hash, taken back. */
#include <kaocheng/people.h>

#include <string.h>

#include <kaocheng/instant.h>

#include "people/room.h"

#define MARK "kaocheng/v1 feed\n"

static struct kc_hash
hash_of(struct kc_slice actor, struct kc_slice secret)
{
	char text[sizeof(MARK) + KC_CODE_MAX + KC_FEED_SECRET_HEX + 2];
	size_t n = sizeof(MARK) - 1;
	struct kc_hash h;

	memcpy(text, MARK, n);
	memcpy(text + n, actor.p, actor.n);
	n += actor.n;
	text[n++] = '\n';
	memcpy(text + n, secret.p, secret.n);
	n += secret.n;
	h = kc_sha256(text, n);
	explicit_bzero(text, sizeof(text));
	return h;
}

/* Takes the same time whatever differs. */
static bool
same(const struct kc_hash *a, const struct kc_hash *b)
{
	volatile unsigned char differ = 0;

	for (size_t i = 0; i < KC_HASH_SIZE; i++)
		differ = (unsigned char)(differ | (a->b[i] ^ b->b[i]));
	return differ == 0;
}

/* "kaocheng/v1 feed", "hash <64 hex>", "made <instant>", a line each. */
static enum kc_err
parse(struct kc_feed_mark *out, struct kc_slice text, struct kc_buf *detail)
{
	struct kc_slice head, hash, made, word;
	bool ok = kc_slice_line(&text, &head) &&
	    kc_slice_is(head, "kaocheng/v1 feed") &&
	    kc_slice_line(&text, &hash) && kc_slice_cut(&hash, ' ', &word) &&
	    kc_slice_is(word, "hash") &&
	    kc_read_hex(hash, out->hash.b, KC_HASH_SIZE) &&
	    kc_slice_line(&text, &made) && kc_slice_cut(&made, ' ', &word) &&
	    kc_slice_is(word, "made") &&
	    kc_read_instant_ms(made, &out->made_ms) && text.n == 0;

	return ok
	    ? KC_OK
	    : kc_room_fault(detail, KC_ECORRUPT, "is not a calendar's mark");
}

static bool
name_of(char out[KC_ROOM_NAME_SIZE], struct kc_slice actor)
{
	char name[KC_CODE_MAX + 1];

	if (!kc_actor_ok(actor) || !kc_slice_copy(name, sizeof(name), actor))
		return false;
	kc_room_feed_name(out, name);
	return true;
}

enum kc_err
kc_people_feed_get(const char *dir, struct kc_slice actor,
    struct kc_feed_mark *out, struct kc_buf *detail)
{
	char name[KC_ROOM_NAME_SIZE], text[KC_PERSON_FILE_MAX + 1];
	struct kc_room r;
	size_t n = 0;
	enum kc_err err;

	if (!name_of(name, actor))
		return kc_room_fault(
		    detail, KC_ENOTFOUND, "is not an actor id");
	err = kc_room_open(&r, dir, detail);
	if (err == KC_OK)
		err = kc_room_load(&r, name, text, sizeof(text), &n, detail);
	if (err == KC_OK)
		err = parse(out, (struct kc_slice){text, n}, detail);
	kc_room_close(&r);
	return err;
}

enum kc_err
kc_people_feed_put(const char *dir, struct kc_slice actor,
    const uint8_t secret[KC_FEED_SECRET_SIZE], int64_t made_ms,
    struct kc_buf *address, struct kc_buf *detail)
{
	char name[KC_ROOM_NAME_SIZE];
	struct kc_buf hex = {0}, text = {0};
	struct kc_room r = {.fd = -1};
	struct kc_hash hash;
	enum kc_err err;

	if (!name_of(name, actor))
		return kc_room_fault(
		    detail, KC_ENOTFOUND, "is not an actor id");
	kc_buf_hex(&hex, secret, KC_FEED_SECRET_SIZE);
	err = kc_buf_err(&hex);
	if (err != KC_OK)
		goto out;
	hash = hash_of(actor, kc_buf_view(&hex));
	kc_buf_str(&text, MARK "hash ");
	kc_buf_hex(&text, hash.b, KC_HASH_SIZE);
	kc_buf_str(&text, "\nmade ");
	kc_buf_instant_ms(&text, made_ms);
	kc_buf_char(&text, '\n');
	err = kc_buf_err(&text);
	if (err == KC_OK)
		err = kc_room_make(dir, detail);
	if (err == KC_OK)
		err = kc_room_lock(&r, dir, detail);
	if (err == KC_OK)
		err = kc_room_replace(&r, name, kc_buf_view(&text), detail);
	kc_buf_slice(address, actor);
	kc_buf_char(address, '.');
	kc_buf_slice(address, kc_buf_view(&hex));
	if (err == KC_OK)
		err = kc_buf_err(address);
out:
	kc_room_close(&r);
	if (hex.p != NULL)
		explicit_bzero(hex.p, hex.cap);
	kc_buf_free(&hex);
	kc_buf_free(&text);
	return err;
}

enum kc_err
kc_people_feed_drop(
    const char *dir, struct kc_slice actor, struct kc_buf *detail)
{
	char name[KC_ROOM_NAME_SIZE];
	struct kc_room r = {.fd = -1};
	enum kc_err err;

	if (!name_of(name, actor))
		return kc_room_fault(
		    detail, KC_ENOTFOUND, "is not an actor id");
	err = kc_room_lock(&r, dir, detail);
	if (err == KC_OK)
		err = kc_room_remove(&r, name, detail);
	kc_room_close(&r);
	return err;
}

bool
kc_people_feed_opens(
    const char *dir, struct kc_slice address, char actor[KC_CODE_MAX + 1])
{
	struct kc_slice who = address, secret;
	struct kc_feed_mark mark;
	struct kc_hash hash;

	if (address.n < KC_FEED_SECRET_HEX + 2)
		return false;
	who.n -= KC_FEED_SECRET_HEX + 1;
	secret = (struct kc_slice){who.p + who.n + 1, KC_FEED_SECRET_HEX};
	if (who.p[who.n] != '.' || !kc_actor_ok(who) ||
	    !kc_slice_copy(actor, KC_CODE_MAX + 1, who) ||
	    kc_people_feed_get(dir, who, &mark, NULL) != KC_OK)
		return false;
	hash = hash_of(who, secret);
	return same(&hash, &mark.hash);
}
