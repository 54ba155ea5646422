/* SPDX-License-Identifier: Apache-2.0 */
#include "page.h"

#include <string.h>

#define META_AT 16 /* of the meta block in its page */
#define META_MAGIC 0xBEEFC0DEU
#define META_VERSION 1U
#define INTEGER_KEYS 0x08U /* the free list's keys */
#define NO_SUBDIR 0x4000U  /* an option of the file, kept beside them */

#define IS_BRANCH 0x01U
#define IS_LEAF 0x02U
#define IS_OVERFLOW 0x04U
#define IS_META 0x08U

#define NODE_HEAD 8U
#define NODE_AWAY 0x01U
#define NODE_TABLE 0x02U

static uint16_t
u16_at(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t
u32_at(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t
u64_at(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* --- heads --- */
/* pad 0 (in the first head of a meta block: the page size), flags 4, depth 6,
 * pages of branches 8, of leaves 16, of long values 24, rows 32, root 40. */
static void
db_at(struct kc_page_db *db, const uint8_t *p)
{
	db->flags = u16_at(p + 4);
	db->depth = u16_at(p + 6);
	db->branches = u64_at(p + 8);
	db->leaves = u64_at(p + 16);
	db->overflows = u64_at(p + 24);
	db->rows = u64_at(p + 32);
	db->root = u64_at(p + 40);
}

const char *
kc_page_db(struct kc_page_db *out, struct kc_slice bytes)
{
	uint8_t b[KC_PAGE_DB];

	if (bytes.n != sizeof(b))
		return "a table's head is of another length";
	memcpy(b, bytes.p, sizeof(b));
	db_at(out, b);
	if (u32_at(b) != 0 || out->flags != 0 || out->depth > KC_PAGE_DEPTH_MAX)
		return "a table's head is damaged";
	return NULL;
}

/* magic 0, version 4, address 8, map size 16, two heads from 24, last page
 * 120, transaction 128. */
const char *
kc_page_meta(
    struct kc_page_meta *out, const uint8_t bytes[KC_PAGE_META], unsigned n)
{
	const uint8_t *m = bytes + META_AT;

	if (u32_at(m) != META_MAGIC || u32_at(m + 4) != META_VERSION)
		return "is not a ledger's file";
	out->size = u32_at(m + 24);
	db_at(&out->free, m + 24);
	db_at(&out->main, m + 72);
	out->last = u64_at(m + 120);
	out->txn = u64_at(m + 128);
	if (out->size < KC_PAGE_MIN || out->size > KC_PAGE_MAX ||
	    (out->size & (out->size - 1)) != 0)
		return "has no page size";
	/* Even transactions are in the first, odd ones in the second. */
	if (u64_at(bytes) != n || u16_at(bytes + 10) != IS_META ||
	    (out->txn != 0 && out->txn % 2 != n) || u64_at(m + 8) != 0 ||
	    (out->free.flags & ~NO_SUBDIR) != INTEGER_KEYS ||
	    u32_at(m + 72) != 0 || out->main.flags != 0 ||
	    out->free.depth > KC_PAGE_DEPTH_MAX ||
	    out->main.depth > KC_PAGE_DEPTH_MAX || out->last < 1 ||
	    out->last >= INT64_MAX / KC_PAGE_MAX)
		return "has a damaged head";
	return NULL;
}

void
kc_page_meta_before(uint8_t *page, uint64_t txn, unsigned n)
{
	uint64_t number = n, before = txn > 0 ? txn - 1 : 0;

	memcpy(page, &number, sizeof(number));
	memcpy(page + META_AT + 128, &before, sizeof(before));
}

/* --- nodes --- */
/* value size or child: low 0, high 2; flags 4 (of a branch: the child's
 * highest bits), key size 6, key 8, value. */
static size_t
node_bytes(const uint8_t *node, bool branch)
{
	size_t n = NODE_HEAD + u16_at(node + 6);

	if (branch)
		return n;
	if ((u16_at(node + 4) & NODE_AWAY) != 0)
		return n + 8;
	return n + ((size_t)u16_at(node + 2) << 16 | u16_at(node));
}

static bool
node_flags_known(const uint8_t *node)
{
	unsigned flags = u16_at(node + 4);

	return flags == 0 || flags == NODE_AWAY || flags == NODE_TABLE;
}

struct taken {
	uint64_t half[KC_PAGE_MAX / 2 / 64]; /* one bit, two bytes */
};

/* Marks [from, from + n) of two bytes each; false if any is marked. */
static bool
take(struct taken *t, size_t from, size_t n)
{
	while (n > 0) {
		size_t bit = from % 64;
		size_t some = n < 64 - bit ? n : 64 - bit;
		uint64_t mask =
		    (some == 64 ? ~UINT64_C(0) : (UINT64_C(1) << some) - 1)
		    << bit;

		if ((t->half[from / 64] & mask) != 0)
			return false;
		t->half[from / 64] |= mask;
		from += some;
		n -= some;
	}
	return true;
}

/* LMDB packs nodes against the end of the page, each on an even offset. */
static const char *
check_nodes(const struct kc_page *page, size_t upper, size_t size)
{
	struct taken t;
	size_t sum = 0;

	memset(t.half, 0, size / 16);
	for (unsigned i = 0; i < page->nodes; i++) {
		size_t at = u16_at(page->p + KC_PAGE_HEAD + 2 * (size_t)i);
		size_t n;

		if (at < upper || at % 2 != 0 || at + NODE_HEAD > size)
			return "a row lies outside its page";
		n = node_bytes(page->p + at, page->branch);
		n += n % 2;
		if (n > size - at)
			return "a row lies outside its page";
		if (!page->branch && !node_flags_known(page->p + at))
			return "a row is of an unknown kind";
		if (!take(&t, at / 2, n / 2))
			return "two rows lie in one place";
		sum += n;
	}
	return sum == size - upper ? NULL : "there is a gap between rows";
}

/* number 0, pad 8, flags 10, end of the offsets 12, start of the nodes 14. */
const char *
kc_page(
    struct kc_page *out, const uint8_t *bytes, uint32_t size, uint64_t number)
{
	unsigned flags = u16_at(bytes + 10);
	unsigned lower = u16_at(bytes + 12);
	unsigned upper = u16_at(bytes + 14);

	if (u64_at(bytes) != number)
		return "it has another number";
	if (flags != IS_BRANCH && flags != IS_LEAF)
		return "it is of another kind";
	if (lower < KC_PAGE_HEAD + 2 || lower % 2 != 0 || lower > upper ||
	    upper > size)
		return "its bounds are damaged";
	*out = (struct kc_page){
	    bytes, flags == IS_BRANCH, (lower - KC_PAGE_HEAD) / 2};
	return check_nodes(out, upper, size);
}

struct kc_page_node
kc_page_node(const struct kc_page *page, unsigned i)
{
	const uint8_t *n =
	    page->p + u16_at(page->p + KC_PAGE_HEAD + 2 * (size_t)i);
	uint32_t low = (uint32_t)u16_at(n + 2) << 16 | u16_at(n);
	unsigned flags = u16_at(n + 4);
	struct kc_page_node out = {0};
	union {
		const uint8_t *u;
		const char *c;
	} at = {n + NODE_HEAD};

	out.key = (struct kc_slice){at.c, u16_at(n + 6)};
	if (page->branch) {
		out.page = (uint64_t)flags << 32 | low;
		return out;
	}
	at.c += out.key.n;
	out.bytes = low;
	out.table = flags == NODE_TABLE;
	out.away = flags == NODE_AWAY;
	if (out.away)
		out.page = u64_at(at.u);
	else
		out.value = (struct kc_slice){at.c, low};
	return out;
}

uint64_t
kc_page_overflow(const uint8_t bytes[KC_PAGE_HEAD], uint32_t size,
    uint64_t number, uint32_t value_bytes)
{
	uint64_t pages = u32_at(bytes + 12);

	if (u64_at(bytes) != number || u16_at(bytes + 10) != IS_OVERFLOW ||
	    pages * size < (uint64_t)KC_PAGE_HEAD + value_bytes)
		return 0;
	return pages;
}
