/* SPDX-License-Identifier: Apache-2.0 */
/* The disputed window of a key: what it signed while it may not have been in
 * its owner's hands. */
#include "view_int.h"

#include "noun/people/enrol.h"

#define PAGE_DEFAULT 1000
#define PAGE_MAX 10000
#define SCAN_MAX 20000 /* entries looked at for one page */

/* "name+hex8", alone or as a verifier key begins; or an actor, for the last of
 * its keys with a window, or without. */
static const struct kc_actor_key *
find_key(const struct kc_vx *x, const struct kc_actor **owner)
{
	const struct kc_state *st = x->st;
	struct kc_slice id = x->args->id, rest = id, name, hex;
	const struct kc_actor_key *k = NULL;
	uint32_t i;

	if (kc_slice_cut(&rest, '+', &name)) {
		if (kc_slice_cut(&rest, '+', &hex))
			id.n = name.n + 1 + hex.n;
		i = kc_find(st, KC_NS_KEYID, id);
		if (i >= st->keys.n)
			return NULL;
		*owner = st->actors.v[st->keys.v[i].actor];
		return &(*owner)->keys.v[st->keys.v[i].key];
	}
	i = kc_find(st, KC_NS_ACTOR, id);
	if (i == KC_NONE)
		return NULL;
	*owner = st->actors.v[i];
	for (uint32_t j = 0; j < (*owner)->keys.n; j++)
		if (k == NULL || k->doubt_until == 0 ||
		    (*owner)->keys.v[j].doubt_until > 0)
			k = &(*owner)->keys.v[j];
	return k;
}

/* A row for each that the reader may see; how many there are is no secret. */
static enum kc_err
rows(struct kc_vx *x, const struct kc_actor *a, const struct kc_actor_key *k,
    struct kc_entry *e, uint64_t *next, uint64_t *signed_n)
{
	uint64_t limit = x->args->limit != 0 ? x->args->limit : PAGE_DEFAULT;
	uint64_t from = x->args->after.n > 0 ? x->page.first : x->args->from;
	uint64_t first = from > k->doubt_from ? from : k->doubt_from;
	uint64_t seq = first, n = 0;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;
	enum kc_err err = KC_OK;

	if (limit > PAGE_MAX)
		limit = PAGE_MAX;
	for (; err == KC_OK && seq < k->doubt_until && n < limit &&
	     seq - first < SCAN_MAX;
	     seq++) {
		err = kc_vx_load(x, seq, &bytes, &leaf, e);
		if (err != KC_OK || !kc_entry_is_by(e, kc_slice_str(a->id)))
			continue;
		++*signed_n;
		x->asked =
		    kc_viewer_sees_entry(x->st, x->args->reader, e, x->now_ms);
		if (!x->asked)
			continue;
		kc_vx_log_row(x, &leaf, e);
		n++;
	}
	*next = seq;
	kc_buf_free(&bytes);
	return err;
}

static void
put_key(struct kc_vx *x, const struct kc_actor *a, const struct kc_actor_key *k)
{
	struct kc_buf key = {0};

	kc_buf_str(&key, a->id);
	kc_buf_char(&key, '+');
	kc_buf_hex(&key, k->vkey.keyid, KC_KEYID_SIZE);
	kc_vx_str(x, "actor", a->id);
	kc_vx_buf(x, "key", &key);
	kc_vx_bool(x, "disputed", k->doubt_until > 0);
	if (k->doubt_until > 0) {
		kc_vx_u64(x, "from", k->doubt_from);
		kc_vx_u64(x, "to", k->doubt_until - 1);
	}
	kc_buf_free(&key);
}

enum kc_err
kc_render_window(struct kc_vx *x)
{
	const struct kc_actor *a = NULL;
	const struct kc_actor_key *k;
	struct kc_entry *e;
	uint64_t next = 0, n = 0;
	enum kc_err err;

	if (x->args->id.n == 0)
		return kc_vx_bad_arg(x, "id");
	if (x->log == NULL)
		return KC_ENOTFOUND;
	k = find_key(x, &a);
	if (k == NULL)
		return kc_vx_not_found(x, "密钥", "key", x->args->id);
	e = kc_alloc(sizeof(*e));
	if (e == NULL)
		return KC_ENOMEM;
	put_key(x, a, k);
	kc_vx_rows(x);
	err = rows(x, a, k, e, &next, &n);
	kc_free(e);
	if (err != KC_OK)
		return err;
	kc_vx_rows_end(x);
	kc_vx_u64(x, "signed", n);
	if (next < k->doubt_until)
		kc_vx_u64(x, "next", next);
	else
		kc_vx_null(x, "next");
	kc_vx_goes_on(x, next < k->doubt_until, next);
	return KC_OK;
}
