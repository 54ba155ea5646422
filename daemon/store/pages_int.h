/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk over the pages of a file, and what those share who walk over it.
 *
 * Several may walk over the tables at once. A branch above leaves is a share,
 * with what hangs on it: they are counted alike by each, and each takes one
 * with a ticket. The branches above them are read by all, and have their place
 * from the first. So nothing is checked twice, nothing by nobody: the pages and
 * rows of all must come to what the file says.
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

/* What they share who walk over it. */
struct kc_pages_file {
	int fd;
	const atomic_bool *stop;
	struct kc_page_meta meta;
	atomic_uint_fast64_t *taken; /* one bit a page */
	atomic_uint_fast64_t ticket; /* of the next share */
	atomic_bool failed;          /* somebody found something */
	struct kc_page_db table[KC_PAGES_TABLES];
	unsigned ntables;
};

struct kc_pages_walk {
	struct kc_pages_file *f;
	bool first;                       /* of those who walk */
	uint64_t share, mine;             /* the one at hand, the one to take */
	uint64_t places;                  /* pages that have got one */
	uint8_t *page[KC_PAGE_DEPTH_MAX]; /* one a level of the tree at hand */
	struct kc_tree table[KC_PAGES_TABLES]; /* as far as they are its own */
	const char *what;                      /* the first fault */
	uint64_t at;                           /* and its page */
	int e;                                 /* errno of a read */
	enum kc_err err;
};

/* What is wrong with a page; false. The others are told to stop. */
bool kc_pages_fault(struct kc_pages_walk *w, const char *what, uint64_t at);
/* The pages of a tree that are this walk's to check. false: w->err says why. */
bool kc_pages_tree(struct kc_pages_walk *w, struct kc_tree *t);

#endif
