/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every page of an LMDB file is in exactly one place: in one tree, or in the
 * list of free pages, and every key is where a search looks for it. LMDB takes
 * all this on trust: a live page that is also in the list of free ones is
 * overwritten, a wrong key of a branch hides what stands. The file is read,
 * not mapped: a page that cannot be read is an error here, not a signal.
 */
#include "pages_int.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define READS 3 /* of a page that a disk did not give at once */

bool
kc_pages_fault(struct kc_pages_walk *w, const char *what, uint64_t at)
{
	w->what = what;
	w->at = at;
	w->err = KC_ECORRUPT;
	atomic_store(&w->f->failed, true);
	return false;
}

/* --- reading --- */
enum kc_err
kc_pages_read(int fd, void *out, size_t n, uint64_t at, int *e)
{
	for (int i = 0; i < READS; i++) {
		ssize_t got = pread(fd, out, n, (off_t)at);

		if (got == (ssize_t)n)
			return KC_OK;
		if (got >= 0)
			return KC_ECORRUPT;
		*e = errno;
	}
	return KC_EIO;
}

static bool
read_at(struct kc_pages_walk *w, void *out, size_t n, uint64_t page)
{
	struct kc_pages_file *f = w->f;

	w->err = KC_EUNAVAILABLE;
	if ((f->stop != NULL && atomic_load(f->stop)) ||
	    atomic_load(&f->failed))
		return false;
	w->err = kc_pages_read(f->fd, out, n, page * f->meta.size, &w->e);
	w->at = page;
	w->what = w->err == KC_EIO ? "cannot be read" : "is cut short";
	if (w->err != KC_OK)
		atomic_store(&f->failed, true);
	return w->err == KC_OK;
}

/* Pages [first, first + n) get their one place. */
static bool
take(struct kc_pages_walk *w, uint64_t first, uint64_t n)
{
	if (first < 2 || n > w->f->meta.last || first > w->f->meta.last - n + 1)
		return kc_pages_fault(w, "is outside the file", first);
	for (uint64_t i = first; i < first + n; i++) {
		uint64_t bit = UINT64_C(1) << i % 64;

		if ((atomic_fetch_or(&w->f->taken[i / 64], bit) & bit) != 0)
			return kc_pages_fault(w, "is in two places", i);
	}
	w->places += n;
	return true;
}

/* --- keys --- */
static uint64_t
native(struct kc_slice s)
{
	uint64_t v;

	memcpy(&v, s.p, sizeof(v));
	return v;
}

/* Tables sort as bytes, the list of free pages by the machine's numbers. */
static bool
less(const struct kc_tree *t, struct kc_slice a, struct kc_slice b)
{
	if (t->free)
		return a.n == 8 && b.n == 8 && native(a) < native(b);
	return kc_slice_cmp(a, b) < 0;
}

/* Keys of a subtree: from `low` on, before `high`; p NULL: no bound. */
struct range {
	struct kc_slice low, high;
};

static bool
is_key(const struct kc_tree *t, struct kc_slice key)
{
	return key.n > 0 && (!t->free || key.n == 8);
}

/* --- rows --- */
/* A list of free pages: how many, then their numbers, falling. */
static bool
take_free(struct kc_pages_walk *w, uint64_t at, struct kc_slice key,
    struct kc_slice ids)
{
	uint64_t before = w->f->meta.last + 1, n;

	if (native(key) > w->f->meta.txn)
		return kc_pages_fault(w, "frees pages in the future", at);
	if (ids.n < 8 || ids.n % 8 != 0 || native(ids) > ids.n / 8 - 1)
		return kc_pages_fault(w, "is no list of free pages", at);
	n = native(ids);
	for (uint64_t i = 1; i <= n; i++) {
		uint64_t id = native((struct kc_slice){ids.p + 8 * i, 8});

		if (id >= before)
			return kc_pages_fault(
			    w, "is no list of free pages", at);
		if (!take(w, id, 1))
			return false;
		before = id;
	}
	return true;
}

static bool
take_table(struct kc_pages_walk *w, uint64_t at, const struct kc_page_node *n)
{
	const char *what = "a row is no table";

	if (w->f->ntables == KC_PAGES_TABLES)
		return kc_pages_fault(w, "there are too many tables", at);
	if (n->table)
		what = kc_page_db(&w->f->table[w->f->ntables++], n->value);
	return what == NULL || kc_pages_fault(w, what, at);
}

/* A value on pages of its own. */
static bool
check_away(
    struct kc_pages_walk *w, struct kc_tree *t, const struct kc_page_node *n)
{
	uint8_t head[KC_PAGE_HEAD];
	size_t n_read = KC_PAGE_HEAD + (size_t)n->bytes;
	uint64_t pages;
	bool good;
	char *p;

	if (n->page > w->f->meta.last)
		return kc_pages_fault(w, "is outside the file", n->page);
	if (!read_at(w, head, sizeof(head), n->page))
		return false;
	pages = kc_page_overflow(head, w->f->meta.size, n->page, n->bytes);
	if (pages == 0)
		return kc_pages_fault(
		    w, "is not the long value it should be", n->page);
	if (!take(w, n->page, pages))
		return false;
	t->overflows += pages;
	if (!t->free)
		return true;
	p = kc_alloc(n_read);
	if (p == NULL) {
		w->err = KC_ENOMEM;
		return false;
	}
	good = read_at(w, p, n_read, n->page) &&
	    take_free(w, n->page, n->key,
		(struct kc_slice){p + KC_PAGE_HEAD, n->bytes});
	kc_free(p);
	return good;
}

static bool
check_row(struct kc_pages_walk *w, struct kc_tree *t, uint64_t at,
    const struct kc_page_node *n)
{
	t->rows++;
	if (t->main)
		return take_table(w, at, n);
	if (n->table)
		return kc_pages_fault(w, "a row is a table", at);
	if (n->away)
		return check_away(w, t, n);
	return !t->free || take_free(w, at, n->key, n->value);
}

/* --- trees --- */
/* A branch that has branches below it: all read it, one counts it. */
static bool
is_above(const struct kc_tree *t, unsigned level)
{
	return level + 2U < t->db.depth;
}

/* Is the page at this level the top of a share, and that of another? */
static bool
is_others(struct kc_pages_walk *w, const struct kc_tree *t, unsigned level)
{
	if (t->db.depth > 1 && level + 2U != t->db.depth)
		return false;
	if (w->share++ != w->mine)
		return true;
	w->mine = atomic_fetch_add(&w->f->ticket, 1);
	return false;
}

/* Reads page `at` of the tree, `level` levels below its root. */
static bool
load(struct kc_pages_walk *w, const struct kc_tree *t, uint64_t at,
    unsigned level, struct kc_page *page)
{
	const char *what;

	if ((w->first || !is_above(t, level)) && !take(w, at, 1))
		return false;
	if (w->page[level] == NULL)
		w->page[level] = kc_alloc(w->f->meta.size);
	if (w->page[level] == NULL) {
		w->err = KC_ENOMEM;
		return false;
	}
	if (!read_at(w, w->page[level], w->f->meta.size, at))
		return false;
	what = kc_page(page, w->page[level], w->f->meta.size, at);
	if (what == NULL && page->branch != (level + 1U < t->db.depth))
		what = "a leaf is not at the depth of the others";
	/* LMDB asserts it, but for the list of free pages. */
	if (what == NULL && page->branch && page->nodes < 2 && !t->free)
		what = "a branch has one child";
	return what == NULL || kc_pages_fault(w, what, at);
}

/* Is it at the lower bound or above, and above the key before it? */
static bool
rises(const struct kc_tree *t, unsigned i, struct kc_slice before,
    struct kc_slice key)
{
	if (i > 0)
		return less(t, before, key);
	return before.p == NULL || !less(t, key, before);
}

/* Keys rise, so that the first and the last of a page are its bounds. */
static bool
check_leaf(struct kc_pages_walk *w, struct kc_tree *t,
    const struct kc_page *page, uint64_t at, struct range r)
{
	struct kc_slice before = r.low;

	t->leaves++;
	for (unsigned i = 0; i < page->nodes; i++) {
		struct kc_page_node n = kc_page_node(page, i);
		bool bound = i + 1 == page->nodes && r.high.p != NULL;

		if (!is_key(t, n.key) || !rises(t, i, before, n.key) ||
		    (bound && !less(t, n.key, r.high)))
			return kc_pages_fault(
			    w, "a key is not where it belongs", at);
		if (!check_row(w, t, at, &n))
			return false;
		before = n.key;
	}
	return true;
}

/* Each leaf has a row, so that ranges that do not rise are found there. */
static bool
check_page(struct kc_pages_walk *w, struct kc_tree *t, uint64_t at,
    unsigned level, struct range r)
{
	struct kc_page page;

	if (is_others(w, t, level))
		return true;
	if (!load(w, t, at, level, &page))
		return false;
	if (!page.branch)
		return check_leaf(w, t, &page, at, r);
	t->branches += w->first || !is_above(t, level);
	for (unsigned i = 0; i < page.nodes; i++) {
		struct range child = r;
		struct kc_page_node n = kc_page_node(&page, i);

		/* The first key of a branch is not looked at. */
		if (i > 0)
			child.low = n.key;
		if (i + 1 < page.nodes)
			child.high = kc_page_node(&page, i + 1).key;
		if (!check_page(w, t, n.page, level + 1, child))
			return false;
	}
	return true;
}

bool
kc_pages_tree(struct kc_pages_walk *w, struct kc_tree *t)
{
	const struct kc_page_db *db = &t->db;

	if (db->root == KC_PAGE_NONE ? db->depth != 0 : db->depth == 0)
		return kc_pages_fault(
		    w, "a table has a root, or a depth, alone", 0);
	return db->root == KC_PAGE_NONE ||
	    check_page(w, t, db->root, 0, (struct range){{0}, {0}});
}
