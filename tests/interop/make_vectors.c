/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a log as another implementation would meet it: notes, tiles and,
 * for many sizes, a checkpoint, proofs and a receipt. Use: make_vectors DIR
 *
 *   keys                       verifier keys: log, two authors
 *   tile/...                   tlog-tiles, with every partial tile
 *   head/<size>/checkpoint
 *   head/<size>/proofs         "record <index> <hash>..." and
 *                              "tree <old size> <hash>..."
 *   head/<size>/receipt        tlog-proof of the last leaf, from the edge
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>
#include <kaocheng/tile.h>

#include "tree.h"

#define LEAVES 65537
#define SMALL 600 /* every size to here, and these leaves are signed */
#define ORIGIN "interop.example.org/kaohe"

static const char *dir;
static struct kc_skey log_key, author, office;
static struct kc_slice leaves[LEAVES];
static struct test_tree tree;

static void
check(enum kc_err err, const char *what)
{
	if (err == KC_OK)
		return;
	fprintf(stderr, "make_vectors: %s: %s\n", what, kc_err_text(err));
	exit(1);
}

/* Makes the folders of a path and writes the file. */
static void
write_file(const char *name, struct kc_slice bytes)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			check(KC_EIO, path);
		*p = '/';
	}
	f = fopen(path, "wb");
	if (f == NULL || fwrite(bytes.p, 1, bytes.n, f) != bytes.n ||
	    fclose(f) != 0)
		check(KC_EIO, path);
}

static struct kc_skey
key_of(const char *name)
{
	struct kc_hash seed = kc_sha256(name, strlen(name));
	struct kc_skey k;

	check(kc_skey_from_seed(&k, kc_slice_str(name), seed.b), name);
	return k;
}

static void
make_keys(void)
{
	const struct kc_skey *keys[3] = {&log_key, &author, &office};
	struct kc_buf b = {0};

	log_key = key_of(ORIGIN);
	author = key_of("G19.assessor");
	office = key_of("编办.主任");
	for (size_t i = 0; i < 3; i++) {
		kc_buf_vkey(&b, &keys[i]->vkey);
		kc_buf_char(&b, '\n');
	}
	check(kc_buf_err(&b), "keys");
	write_file("keys", kc_buf_view(&b));
	kc_buf_free(&b);
}

/* A note with two signatures in its leaf. */
static void
make_signed_leaf(struct kc_buf *b, uint64_t seq)
{
	struct kc_buf text = {0};
	struct kc_leaf leaf = {KC_LIT(ORIGIN), seq,
	    INT64_C(1665970200000) + (int64_t)seq, {NULL, 0}};
	struct kc_slice signed_text;
	size_t n;

	kc_buf_str(&text, "kaocheng/v1 entry note.add\nreason 区域治水工程 ");
	kc_buf_u64(&text, seq);
	kc_buf_str(&text, "\n\n| 空行之后\n");
	n = text.n;
	kc_buf_char(&text, '\n');
	for (int i = 0; i < 2; i++) {
		signed_text = (struct kc_slice){text.p, n};
		kc_buf_note_sig(&text, signed_text, i ? &office : &author);
	}
	leaf.note = kc_buf_view(&text);
	kc_buf_leaf(b, &leaf);
	check(kc_buf_err(b), "leaf");
	kc_buf_free(&text);
}

static void
make_leaves(void)
{
	test_tree_init(&tree, LEAVES);
	for (size_t i = 0; i < LEAVES; i++) {
		struct kc_buf b = {0};

		if (i < SMALL) {
			make_signed_leaf(&b, i);
		} else {
			kc_buf_str(&b, "leaf ");
			kc_buf_u64(&b, i);
		}
		check(kc_buf_err(&b), "leaf");
		leaves[i] = kc_buf_view(&b); /* kept to the end */
		tree.node[0][i] = kc_hash_leaf(b.p, b.n);
	}
	test_tree_rebuild(&tree);
}

static void
write_bundle(uint64_t n, unsigned width)
{
	char name[KC_TILE_PATH_MAX];
	struct kc_buf b = {0};

	for (unsigned i = 0; i < width; i++) {
		struct kc_slice leaf = leaves[n * KC_TILE_WIDTH + i];

		kc_buf_be16(&b, (uint16_t)leaf.n);
		kc_buf_slice(&b, leaf);
	}
	check(kc_buf_err(&b), "bundle");
	kc_tile_entries_path(name, n, width);
	write_file(name, kc_buf_view(&b));
	kc_buf_free(&b);
}

/* A hash above level 0 is folded from the full tile below it. */
static void
write_tile(unsigned level, uint64_t n, unsigned width)
{
	char name[KC_TILE_PATH_MAX];
	struct kc_buf b = {0};

	for (unsigned i = 0; i < width; i++) {
		uint64_t at = n * KC_TILE_WIDTH + i;
		struct kc_hash h;

		if (level == 0)
			h = tree.node[0][at];
		else
			h = kc_tile_node(
			    &tree.node[8 * (level - 1)][at * KC_TILE_WIDTH], 8,
			    0);
		kc_buf_put(&b, h.b, sizeof(h.b));
	}
	check(kc_buf_err(&b), "tile");
	kc_tile_path(name, level, n, width);
	write_file(name, kc_buf_view(&b));
	kc_buf_free(&b);
}

/* Tiles of a size: the partial ones, and the full one it completes. */
static void
write_tiles(uint64_t size)
{
	for (unsigned l = 0; l < KC_TILE_LEVELS && size >> 8 * l != 0; l++) {
		uint64_t full = kc_tile_full(l, size);
		unsigned width = kc_tile_partial(l, size);

		for (uint64_t n = size == LEAVES ? 0 : full; n <= full; n++) {
			unsigned w = n < full ? KC_TILE_WIDTH : width;

			if (w == 0)
				continue;
			write_tile(l, n, w);
			if (l == 0)
				write_bundle(n, w);
		}
	}
}

static void
put_proof_line(struct kc_buf *b, const char *word, uint64_t at,
    const struct kc_hash *proof, size_t n)
{
	kc_buf_str(b, word);
	kc_buf_u64(b, at);
	for (size_t i = 0; i < n; i++) {
		kc_buf_char(b, ' ');
		kc_buf_hash(b, &proof[i]);
	}
	kc_buf_char(b, '\n');
}

/* All of a small size; the ends, the middle and a scatter of the others. */
static bool
is_chosen(uint64_t at, uint64_t size)
{
	return size <= 80 || at < 2 || at + 2 >= size || at == size / 2 ||
	    at % (size / 16 * 2 + 1) == size % 13;
}

static void
write_proofs(uint64_t size, const char *name)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_hash proof[KC_PROOF_MAX];
	struct kc_buf b = {0};
	size_t n;

	tree.limit = size;
	for (uint64_t i = 0; i < size; i++) {
		if (!is_chosen(i, size))
			continue;
		check(kc_merkle_inclusion(&r, i, size, proof, &n), "path");
		put_proof_line(&b, "record ", i, proof, n);
		/* The reader of the other side knows only these sizes. */
		if (i + 1 > SMALL && i + 1 < LEAVES - 2)
			continue;
		check(kc_merkle_consistency(&r, i + 1, size, proof, &n),
		    "consistency");
		put_proof_line(&b, "tree ", i + 1, proof, n);
	}
	check(kc_buf_err(&b), "proofs");
	write_file(name, kc_buf_view(&b));
	kc_buf_free(&b);
}

static void
write_head(const struct kc_edge *e)
{
	struct kc_checkpoint c = {.origin = ORIGIN, .size = kc_edge_size(e)};
	struct kc_proof proof = {.index = c.size - 1};
	struct kc_buf head = {0}, receipt = {0};
	char name[64];

	c.root = kc_edge_root(e);
	kc_buf_checkpoint(&head, &c, &log_key);
	check(kc_buf_err(&head), "checkpoint");
	snprintf(name, sizeof(name), "head/%ju/checkpoint", (uintmax_t)c.size);
	write_file(name, kc_buf_view(&head));

	check(kc_edge_inclusion(e, proof.index, proof.path, &proof.npath),
	    "edge");
	proof.checkpoint = kc_buf_view(&head);
	kc_buf_proof(&receipt, &proof);
	check(kc_buf_err(&receipt), "receipt");
	snprintf(name, sizeof(name), "head/%ju/receipt", (uintmax_t)c.size);
	write_file(name, kc_buf_view(&receipt));

	snprintf(name, sizeof(name), "head/%ju/proofs", (uintmax_t)c.size);
	write_proofs(c.size, name);
	kc_buf_free(&head);
	kc_buf_free(&receipt);
}

int
main(int argc, char **argv)
{
	struct kc_hash_reader r = test_tree_reader(&tree);
	struct kc_edge *e;

	if (argc != 2) {
		fprintf(stderr, "usage: make_vectors DIR\n");
		return 100;
	}
	dir = argv[1];
	check(kc_crypto_init(), "libsodium");
	make_keys();
	make_leaves();
	check(kc_edge_new(&e, &r, 0), "edge");
	for (uint64_t size = 1; size <= LEAVES; size++) {
		kc_edge_append(e, &tree.node[0][size - 1]);
		if (size > SMALL && size < LEAVES - 2)
			continue;
		kc_edge_seal(e);
		write_tiles(size);
		write_head(e);
	}
	kc_edge_free(e);
	for (size_t i = 0; i < LEAVES; i++) {
		struct kc_buf b = {0};

		memcpy(&b.p, &leaves[i].p, sizeof(b.p));
		kc_buf_free(&b);
	}
	test_tree_free(&tree);
	return 0;
}
