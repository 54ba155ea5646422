/* SPDX-License-Identifier: Apache-2.0 */
/* tlog-tiles layout: widths and paths (docs/FORMAT.md "Tiles"). */
#ifndef KAOCHENG_TILE_H
#define KAOCHENG_TILE_H

#include <kaocheng/hash.h>
#include <kaocheng/limits.h>

#define KC_TILE_PATH_MAX 96
#define KC_TILE_LEVELS 8 /* 2^64 leaves / 256 per level */

/* Number of full tiles at tile level l of a tree of `size`. */
uint64_t kc_tile_full(unsigned level, uint64_t size);
/* Width of the partial tile after them, 0..255; 0 means there is none. */
unsigned kc_tile_partial(unsigned level, uint64_t size);
/* "tile/<L>/<N>[.p/<W>]"; width 256 for a full tile. */
void kc_tile_path(
    char out[KC_TILE_PATH_MAX], unsigned level, uint64_t n, unsigned width);
/* "tile/entries/<N>[.p/<W>]". */
void
kc_tile_entries_path(char out[KC_TILE_PATH_MAX], uint64_t n, unsigned width);
/* Parses either form, without a leading slash. Level is -1 for entries. Only
 * the canonical spelling; KC_ESYNTAX otherwise. */
enum kc_err kc_tile_path_parse(
    struct kc_slice path, int *level, uint64_t *n, unsigned *width);
/* Root of a full or partial run of `width` hashes, of which the first
 * 2^height form a perfect subtree: hash of node (height, index) inside. */
struct kc_hash
kc_tile_node(const struct kc_hash *hashes, unsigned height, unsigned index);

#endif
