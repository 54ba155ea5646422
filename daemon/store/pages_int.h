/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk over the pages of a file.
 */
#ifndef KC_STORE_PAGES_INT_H
#define KC_STORE_PAGES_INT_H

#include <stdatomic.h>

#include "page.h"
#include "store_int.h"

#define KC_PAGES_TABLES 64

struct kc_tree {
	struct kc_page_db db;
	bool free, main; /* else a table of ours */
	uint64_t branches, leaves, overflows, rows;
};

/* What is known of it. */
struct kc_pages_file {
	int fd;
	const atomic_bool *stop;
	struct kc_page_meta meta;
	uint64_t *taken; /* one bit a page */
	struct kc_page_db table[KC_PAGES_TABLES];
	unsigned ntables;
};

struct kc_pages_walk {
	struct kc_pages_file *f;
	uint64_t places;                  /* pages that have got one */
	uint8_t *page[KC_PAGE_DEPTH_MAX]; /* one a level of the tree at hand */
	struct kc_tree table[KC_PAGES_TABLES]; /* as far as they are its own */
	const char *what;                      /* the first fault */
	uint64_t at;                           /* and its page */
	int e;                                 /* errno of a read */
	enum kc_err err;
};

/* What is wrong with a page; false. */
bool kc_pages_fault(struct kc_pages_walk *w, const char *what, uint64_t at);
/* The pages of a tree. false: w->err says why. */
bool kc_pages_tree(struct kc_pages_walk *w, struct kc_tree *t);

#endif
