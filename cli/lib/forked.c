/* SPDX-License-Identifier: Apache-2.0 */
/* Two heads of a fork, and the proof that one excludes the other, in a file. */
#include "forked.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/fork.h>
#include <kaocheng/merkle.h>
#include <kaocheng/tile.h>

#include "seen.h"
#include "tool.h"

/* The root of the first 2^k entries stands in a tile, or is the root of what
 * a tile begins with. */
static bool
root_by_tile(struct kc_cli *cli, struct kc_client *c, uint64_t old,
    uint64_t size, struct kc_hash *out)
{
	unsigned k = (unsigned)__builtin_ctzll(old), level = k / 8;
	unsigned width =
	    kc_tile_full(level, size) > 0 ? 256 : kc_tile_partial(level, size);
	struct kc_hash hashes[256];
	struct kc_buf body = {0};
	char path[KC_TILE_PATH_MAX + 1] = "/";
	bool got;

	kc_tile_path(path + 1, level, 0, width);
	got = kc_cli_get(cli, c, path, &body) == KC_EXIT_OK &&
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
prove(struct kc_cli *cli, struct kc_client *c, uint64_t old,
    const struct kc_checkpoint *now, struct kc_fork_proof *p)
{
	bool given = false;

	if (c == NULL || now->size <= old || old == 0 ||
	    kc_seen_proof(cli, c, old, now->size, p->path, &p->n, &given) !=
		KC_EXIT_OK ||
	    !given)
		return false;
	return kc_merkle_old_root(old, now->size, p->path, p->n, &p->root) ||
	    ((old & (old - 1)) == 0 &&
		root_by_tile(cli, c, old, now->size, &p->root));
}

enum kc_err
kc_forked_keep(struct kc_cli *cli, struct kc_client *c, const char *prefix,
    const struct kc_head *old, const struct kc_head *now,
    char path[KC_FORKED_PATH])
{
	const uint8_t *root = now->c->root.b;
	bool cut = now->c->size < old->c->size;
	struct kc_fork_proof proof;
	struct kc_buf text = {0};
	enum kc_err err;

	kc_buf_fork(&text, cut ? now->note : old->note,
	    cut ? old->note : now->note,
	    prove(cli, c, old->c->size, now->c, &proof) ? &proof : NULL);
	(void)snprintf(path, KC_FORKED_PATH, "%s.fork-%02x%02x%02x%02x", prefix,
	    root[0], root[1], root[2], root[3]);
	err = kc_buf_err(&text);
	if (err == KC_OK)
		err = kc_file_save(path, kc_buf_view(&text), 0600);
	if (err == KC_OK)
		err = kc_dir_sync(path);
	kc_buf_free(&text);
	return err;
}
