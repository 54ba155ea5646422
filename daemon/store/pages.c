/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every page of an LMDB file is in exactly one place: in one tree, or in the
 * list of free pages, and every key is where a search looks for it. LMDB takes
 * all this on trust: a live page that is also in the list of free ones is
 * overwritten, a wrong key of a branch hides what stands. The file is read,
 * not mapped: a page that cannot be read is an error here, not a signal.
 */
#include "store_int.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "page.h"

#define TABLES_MAX 64
#define READS 3 /* of a page that a disk did not give at once */

struct tree {
	struct kc_page_db db;
	bool free, main; /* else a table of ours */
	uint64_t branches, leaves, overflows, rows;
};

struct walk {
	int fd;
	const atomic_bool *stop;
	struct kc_page_meta meta;
	uint64_t *taken;                  /* one bit a page */
	uint64_t places;                  /* pages that have one */
	uint8_t *page[KC_PAGE_DEPTH_MAX]; /* one a level of the tree at hand */
	struct kc_page_db table[TABLES_MAX];
	unsigned ntables;
	const char *what; /* the first fault */
	uint64_t at;      /* and its page */
	int e;            /* errno of a read */
	enum kc_err err;
};

static bool
fault(struct walk *w, const char *what, uint64_t at)
{
	w->what = what;
	w->at = at;
	w->err = KC_ECORRUPT;
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
read_at(struct walk *w, void *out, size_t n, uint64_t page)
{
	w->err = KC_EUNAVAILABLE;
	if (w->stop != NULL && atomic_load(w->stop))
		return false;
	w->err = kc_pages_read(w->fd, out, n, page * w->meta.size, &w->e);
	w->at = page;
	w->what = w->err == KC_EIO ? "cannot be read" : "is cut short";
	return w->err == KC_OK;
}

/* Pages [first, first + n) get their one place. */
static bool
take(struct walk *w, uint64_t first, uint64_t n)
{
	if (first < 2 || n > w->meta.last || first > w->meta.last - n + 1)
		return fault(w, "is outside the file", first);
	for (uint64_t i = first; i < first + n; i++) {
		if ((w->taken[i / 64] >> i % 64 & 1) != 0)
			return fault(w, "is in two places", i);
		w->taken[i / 64] |= UINT64_C(1) << i % 64;
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
less(const struct tree *t, struct kc_slice a, struct kc_slice b)
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
in_range(const struct tree *t, struct kc_slice key, struct range r)
{
	if (key.n == 0 || (t->free && key.n != 8))
		return false;
	return (r.low.p == NULL || !less(t, key, r.low)) &&
	    (r.high.p == NULL || less(t, key, r.high));
}

/* --- rows --- */
/* A list of free pages: how many, then their numbers, falling. */
static bool
take_free(struct walk *w, uint64_t at, struct kc_slice key, struct kc_slice ids)
{
	uint64_t before = w->meta.last + 1, n;

	if (native(key) > w->meta.txn)
		return fault(w, "frees pages in the future", at);
	if (ids.n < 8 || ids.n % 8 != 0 || native(ids) > ids.n / 8 - 1)
		return fault(w, "is no list of free pages", at);
	n = native(ids);
	for (uint64_t i = 1; i <= n; i++) {
		uint64_t id = native((struct kc_slice){ids.p + 8 * i, 8});

		if (id >= before)
			return fault(w, "is no list of free pages", at);
		if (!take(w, id, 1))
			return false;
		before = id;
	}
	return true;
}

static bool
take_table(struct walk *w, uint64_t at, const struct kc_page_node *n)
{
	const char *what = "a row is no table";

	if (w->ntables == TABLES_MAX)
		return fault(w, "there are too many tables", at);
	if (n->table)
		what = kc_page_db(&w->table[w->ntables++], n->value);
	return what == NULL || fault(w, what, at);
}

/* A value on pages of its own. */
static bool
check_away(struct walk *w, struct tree *t, const struct kc_page_node *n)
{
	uint8_t head[KC_PAGE_HEAD];
	size_t n_read = KC_PAGE_HEAD + (size_t)n->bytes;
	uint64_t pages;
	bool good;
	char *p;

	if (n->page > w->meta.last)
		return fault(w, "is outside the file", n->page);
	if (!read_at(w, head, sizeof(head), n->page))
		return false;
	pages = kc_page_overflow(head, w->meta.size, n->page, n->bytes);
	if (pages == 0)
		return fault(w, "is not the long value it should be", n->page);
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
check_row(
    struct walk *w, struct tree *t, uint64_t at, const struct kc_page_node *n)
{
	t->rows++;
	if (t->main)
		return take_table(w, at, n);
	if (n->table)
		return fault(w, "a row is a table", at);
	if (n->away)
		return check_away(w, t, n);
	return !t->free || take_free(w, at, n->key, n->value);
}

/* --- trees --- */
/* Reads page `at` of the tree, `level` levels below its root. */
static bool
load(struct walk *w, const struct tree *t, uint64_t at, unsigned level,
    struct kc_page *page)
{
	const char *what;

	if (!take(w, at, 1))
		return false;
	if (w->page[level] == NULL)
		w->page[level] = kc_alloc(w->meta.size);
	if (w->page[level] == NULL) {
		w->err = KC_ENOMEM;
		return false;
	}
	if (!read_at(w, w->page[level], w->meta.size, at))
		return false;
	what = kc_page(page, w->page[level], w->meta.size, at);
	if (what == NULL && page->branch != (level + 1U < t->db.depth))
		what = "a leaf is not at the depth of the others";
	/* LMDB asserts it, but for the list of free pages. */
	if (what == NULL && page->branch && page->nodes < 2 && !t->free)
		what = "a branch has one child";
	return what == NULL || fault(w, what, at);
}

static bool
check_leaf(struct walk *w, struct tree *t, const struct kc_page *page,
    uint64_t at, struct range r)
{
	t->leaves++;
	for (unsigned i = 0; i < page->nodes; i++) {
		struct kc_page_node n = kc_page_node(page, i);

		if (!in_range(t, n.key, r) ||
		    (i > 0 && !less(t, kc_page_node(page, i - 1).key, n.key)))
			return fault(w, "a key is not where it belongs", at);
		if (!check_row(w, t, at, &n))
			return false;
	}
	return true;
}

/* Each leaf has a row, so that ranges that do not rise are found there. */
static bool
check_page(
    struct walk *w, struct tree *t, uint64_t at, unsigned level, struct range r)
{
	struct kc_page page;

	if (!load(w, t, at, level, &page))
		return false;
	if (!page.branch)
		return check_leaf(w, t, &page, at, r);
	t->branches++;
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

static bool
check_tree(struct walk *w, struct tree *t)
{
	const struct kc_page_db *db = &t->db;

	if (db->root == KC_PAGE_NONE ? db->depth != 0 : db->depth == 0)
		return fault(w, "a table has a root, or a depth, alone", 0);
	if (db->root != KC_PAGE_NONE &&
	    !check_page(w, t, db->root, 0, (struct range){{0}, {0}}))
		return false;
	if (db->branches != t->branches || db->leaves != t->leaves ||
	    db->overflows != t->overflows || db->rows != t->rows)
		return fault(w, "a table has not the rows it says", db->root);
	return true;
}

static bool
check_all(struct walk *w)
{
	struct tree list = {.db = w->meta.free, .free = true};
	struct tree main = {.db = w->meta.main, .main = true};

	w->taken = kc_alloc((size_t)(w->meta.last / 64 + 1) * 8);
	if (w->taken == NULL) {
		w->err = KC_ENOMEM;
		return false;
	}
	if (!check_tree(w, &list) || !check_tree(w, &main))
		return false;
	for (unsigned i = 0; i < w->ntables; i++) {
		struct tree t = {.db = w->table[i]};

		if (!check_tree(w, &t))
			return false;
	}
	if (w->places != w->meta.last - 1)
		return fault(w, "is the last, but some before it have no place",
		    w->meta.last);
	return true;
}

static void
say(struct kc_buf *detail, const char *path, const struct walk *w)
{
	if (w->err == KC_EIO)
		kc_guard_say(detail, "cannot be read", path, w->e);
	if (detail == NULL || w->err != KC_ECORRUPT || w->what == NULL)
		return;
	kc_guard_say(detail, "is damaged inside: page ", path, 0);
	kc_buf_u64(detail, w->at);
	kc_buf_str(detail, ": ");
	kc_buf_str(detail, w->what);
}

/* The snapshot's own head: the file may have been written to since. */
static enum kc_err
find_meta(struct walk *w, uint64_t txn, uint64_t page_size)
{
	for (unsigned n = 0; n < 2; n++) {
		uint8_t m[KC_PAGE_META];
		enum kc_err err =
		    kc_pages_read(w->fd, m, sizeof(m), n * page_size, &w->e);

		if (err != KC_OK)
			return err;
		if (kc_page_meta(&w->meta, m, n) == NULL && w->meta.txn == txn)
			return KC_OK;
	}
	return KC_EBUSY;
}

enum kc_err
kc_pages_check(int fd, const char *path, uint64_t txn, uint64_t page_size,
    const atomic_bool *stop, struct kc_buf *detail)
{
	struct walk *w = kc_alloc(sizeof(*w));
	enum kc_err err = KC_ENOMEM;

	if (w == NULL)
		return err;
	w->fd = fd;
	w->stop = stop;
	w->err = find_meta(w, txn, page_size);
	if (w->err == KC_OK)
		(void)check_all(w);
	err = w->err;
	if (err != KC_OK && err != KC_EBUSY)
		say(detail, path, w);
	for (unsigned i = 0; i < KC_PAGE_DEPTH_MAX; i++)
		kc_free(w->page[i]);
	kc_free(w->taken);
	kc_free(w);
	return err;
}
