/* SPDX-License-Identifier: Apache-2.0 */
#include "ring.h"

#include <errno.h>
#include <keyutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING KEY_SPEC_SESSION_KEYRING
#define KIND "user"
#define PREFIX "kaocheng:"
#define IDS_MAX 512 /* keys of the session that are looked at */

/* "kaocheng:" and the verifier key: another key of the same name is another. */
static void
describe(struct kc_buf *b, const struct kc_vkey *key)
{
	kc_buf_str(b, PREFIX);
	kc_buf_vkey(b, key);
}

enum kc_err
kc_ring_put(const struct kc_skey *key, unsigned seconds)
{
	struct kc_buf name = {0};
	key_serial_t id;
	enum kc_err err = KC_OK;

	describe(&name, &key->vkey);
	id = add_key(
	    KIND, kc_buf_cstr(&name), key->secret, sizeof(key->secret), RING);
	if (id < 0)
		err = KC_EUNAVAILABLE;
	/* One that would stay for ever is not left there. */
	else if (keyctl_set_timeout(id, seconds) != 0) {
		int why = errno;

		(void)keyctl_invalidate(id);
		errno = why;
		err = KC_EUNAVAILABLE;
	}
	kc_buf_free(&name);
	return err;
}

enum kc_err
kc_ring_get(const struct kc_vkey *key, struct kc_skey *out)
{
	const struct kc_vkey want = *key; /* which may lie in *out */
	uint8_t secret[sizeof(out->secret)];
	struct kc_buf name = {0};
	enum kc_err err = KC_ENOTFOUND;
	long id, n = -1;

	describe(&name, key);
	id = keyctl_search(RING, KIND, kc_buf_cstr(&name), 0);
	if (id >= 0)
		n = keyctl_read(
		    (key_serial_t)id, (char *)secret, sizeof(secret));
	/* Whoever of this session put it there: it must be that very key. */
	if (n == (long)sizeof(secret) &&
	    kc_skey_from_seed(out, kc_slice_str(want.name), secret) == KC_OK) {
		if (memcmp(out->vkey.pub, want.pub, sizeof(want.pub)) == 0)
			err = KC_OK;
		else
			kc_skey_wipe(out);
	}
	explicit_bzero(secret, sizeof(secret));
	kc_buf_free(&name);
	return err;
}

/* Is it one of ours, of this actor (NULL: of anybody)? */
static bool
is_ours(key_serial_t id, const char *actor)
{
	char text[KC_NAME_MAX + 256], *name;
	long n = keyctl_describe(id, text, sizeof(text));

	if (n <= 0 || n > (long)sizeof(text))
		return false;
	/* "user;uid;gid;perm;description" */
	name = strrchr(text, ';');
	if (name == NULL || strncmp(name + 1, PREFIX, strlen(PREFIX)) != 0)
		return false;
	name += 1 + strlen(PREFIX);
	return actor == NULL ||
	    (strncmp(name, actor, strlen(actor)) == 0 &&
		name[strlen(actor)] == '+');
}

enum kc_err
kc_ring_drop(const char *actor, unsigned *n)
{
	key_serial_t ids[IDS_MAX];
	long bytes = keyctl_read(RING, (char *)ids, sizeof(ids));

	*n = 0;
	if (bytes < 0)
		return KC_EUNAVAILABLE;
	if (bytes > (long)sizeof(ids))
		bytes = (long)sizeof(ids);
	for (size_t i = 0; i < (size_t)bytes / sizeof(ids[0]); i++)
		if (is_ours(ids[i], actor) && keyctl_invalidate(ids[i]) == 0)
			++*n;
	return KC_OK;
}
