/* SPDX-License-Identifier: Apache-2.0 */
/* A monitor that meets a fork: both heads, and the proof that one excludes the
 * other, in a file. */
#include <stdio.h>
#include <string.h>

#include <kaocheng/fork.h>
#include <kaocheng/merkle.h>
#include <kaocheng/tile.h>

#include "lib/seen.h"
#include "watch.h"

/* The root of the first 2^k entries stands in a tile, or is the root of what
 * a tile begins with. */
static bool
root_by_tile(
    struct kc_watch *w, uint64_t old, uint64_t size, struct kc_hash *out)
{
	unsigned k = (unsigned)__builtin_ctzll(old), level = k / 8;
	unsigned width =
	    kc_tile_full(level, size) > 0 ? 256 : kc_tile_partial(level, size);
	struct kc_hash hashes[256];
	struct kc_buf body = {0};
	char path[KC_TILE_PATH_MAX + 1] = "/";
	bool got;

	kc_tile_path(path + 1, level, 0, width);
	got = kc_cli_get(w->cli, w->client, path, &body) == KC_EXIT_OK &&
	    body.n == width * sizeof(hashes[0].b) && width >= 1u << k % 8;
	if (got) {
		memcpy(hashes, body.p, body.n);
		*out = kc_tile_node(hashes, k % 8, 0);
	}
	kc_buf_free(&body);
	return got;
}

/* What the log's own tree says of the entries of the smaller head; false if
 * it gives no proof, as one that was cut cannot. */
static bool
prove(struct kc_watch *w, uint64_t old, const struct kc_checkpoint *now,
    struct kc_fork_proof *p)
{
	bool given = false;

	if (now->size <= old || old == 0 ||
	    kc_seen_proof(w->cli, w->client, old, now->size, p->path, &p->n,
		&given) != KC_EXIT_OK ||
	    !given)
		return false;
	return kc_merkle_old_root(old, now->size, p->path, p->n, &p->root) ||
	    ((old & (old - 1)) == 0 &&
		root_by_tile(w, old, now->size, &p->root));
}

int
kc_watch_forked(struct kc_watch *w, const struct kc_checkpoint *old,
    struct kc_slice old_note, const struct kc_checkpoint *now,
    struct kc_slice note)
{
	char path[KC_PATH_SIZE + 32];
	struct kc_fork_proof proof;
	struct kc_buf text = {0}, says = {0};
	bool cut = now->size < old->size;
	enum kc_err err;

	kc_buf_fork(&text, cut ? note : old_note, cut ? old_note : note,
	    prove(w, old->size, now, &proof) ? &proof : NULL);
	snprintf(path, sizeof(path), "%s.fork-%02x%02x%02x%02x", w->state,
	    now->root.b[0], now->root.b[1], now->root.b[2], now->root.b[3]);
	err = kc_buf_err(&text);
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&text), 0600);
	if (err == KC_OK)
		err = kc_dir_sync(path);
	if (err != KC_OK)
		(void)kc_cli_error(w->cli, err, path);
	kc_buf_str(&says, _("the log does not continue what it had signed: "));
	kc_buf_u64(&says, old->size);
	kc_buf_str(&says, " -> ");
	kc_buf_u64(&says, now->size);
	kc_buf_str(&says, _("; both heads are in "));
	kc_buf_str(&says, path);
	kc_buf_str(&says, _("; to be judged by kaocheng-verify --trust"));
	w->forked = true;
	kc_watch_alarm(w, KC_ALARM_FORK, kc_buf_cstr(&says));
	kc_buf_free(&text);
	kc_buf_free(&says);
	return KC_EXIT_TAMPERED;
}
