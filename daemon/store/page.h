/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of an LMDB 0.9 file as bytes: what LMDB trusts and never checks. Its
 * numbers are in the machine's own order. Nothing here allocates or reads.
 */
#ifndef KC_STORE_PAGE_H
#define KC_STORE_PAGE_H

#include <kaocheng/bytes.h>

#define KC_PAGE_MIN 512
#define KC_PAGE_MAX 32768
#define KC_PAGE_HEAD 16  /* bytes before the offsets of a page */
#define KC_PAGE_META 152 /* bytes of a meta page that mean something */
#define KC_PAGE_DB 48    /* bytes of the head of a table */
#define KC_PAGE_NONE (~UINT64_C(0)) /* root of an empty table */
#define KC_PAGE_DEPTH_MAX 32

/* Head of a table. */
struct kc_page_db {
	uint16_t flags, depth;
	uint64_t branches, leaves, overflows, rows, root;
};

struct kc_page_meta {
	uint32_t size; /* of a page */
	uint64_t last; /* page in use */
	uint64_t txn;  /* number of the transaction that wrote it */
	struct kc_page_db free, main;
};
/* Meta page n (0 or 1). NULL, or what is wrong with it. */
const char *kc_page_meta(
    struct kc_page_meta *out, const uint8_t bytes[KC_PAGE_META], unsigned n);

/* Makes page n of the other one, written by transaction `txn`: the same tables
 * and pages, by the transaction before. */
void kc_page_meta_before(uint8_t *page, uint64_t txn, unsigned n);

/* Head of a table as it stands in a row. NULL, or what is wrong. */
const char *kc_page_db(struct kc_page_db *out, struct kc_slice bytes);

struct kc_page {
	const uint8_t *p; /* borrows */
	bool branch;
	unsigned nodes; /* at least 1 */
};
/* A branch or leaf page: every node lies inside, none over another, without
 * a gap. NULL, or what is wrong. */
const char *kc_page(
    struct kc_page *out, const uint8_t *bytes, uint32_t size, uint64_t number);

struct kc_page_node {
	struct kc_slice key, value; /* value: of a leaf, on this page */
	uint64_t page;  /* child of a branch; first page of a long value */
	uint32_t bytes; /* of a leaf's value, wherever it is */
	bool table;     /* the value is the head of a table */
	bool away;      /* the value is on pages of its own */
};
struct kc_page_node kc_page_node(const struct kc_page *page, unsigned i);

/* First page of a long value: how many pages it has, or 0 if it is not one
 * or does not hold that many bytes. */
uint64_t kc_page_overflow(const uint8_t bytes[KC_PAGE_HEAD], uint32_t size,
    uint64_t number, uint32_t value_bytes);

#endif
