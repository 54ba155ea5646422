/* SPDX-License-Identifier: Apache-2.0 */
/* All pages of a file, by as many as walk over them at once. */
#include "pages_int.h"

/* What all have counted of a tree is what its head says. */
static bool
check_count(struct kc_pages_walk *w, const struct kc_tree *t)
{
	const struct kc_page_db *db = &t->db;

	if (db->branches != t->branches || db->leaves != t->leaves ||
	    db->overflows != t->overflows || db->rows != t->rows)
		return kc_pages_fault(
		    w, "a table has not the rows it says", db->root);
	return true;
}

/* The list of free pages, and the table of tables. */
static bool
check_own(struct kc_pages_walk *w)
{
	struct kc_tree list = {.db = w->f->meta.free, .free = true};
	struct kc_tree main = {.db = w->f->meta.main, .main = true};

	return kc_pages_tree(w, &list) && check_count(w, &list) &&
	    kc_pages_tree(w, &main) && check_count(w, &main);
}

/* The shares that it gets of our tables. */
static void *
walk_tables(void *walk)
{
	struct kc_pages_walk *w = walk;

	w->share = 0;
	w->mine = atomic_fetch_add(&w->f->ticket, 1);
	for (unsigned i = 0; i < w->f->ntables; i++) {
		w->table[i].db = w->f->table[i];
		if (!kc_pages_tree(w, &w->table[i]))
			break;
	}
	return NULL;
}

/* Adds what another has seen; of faults the first one's goes first, and those
 * that were only told to stop have none. */
static void
join(struct kc_pages_walk *w, struct kc_pages_walk *other)
{
	if (other->err != KC_OK && other->err != KC_EUNAVAILABLE &&
	    (w->err == KC_OK || w->err == KC_EUNAVAILABLE)) {
		w->err = other->err;
		w->what = other->what;
		w->at = other->at;
		w->e = other->e;
	} else if (w->err == KC_OK) {
		w->err = other->err;
	}
	w->places += other->places;
	for (unsigned i = 0; i < w->f->ntables; i++) {
		w->table[i].branches += other->table[i].branches;
		w->table[i].leaves += other->table[i].leaves;
		w->table[i].overflows += other->table[i].overflows;
		w->table[i].rows += other->table[i].rows;
	}
}

static void
walk_free(struct kc_pages_walk *w)
{
	for (unsigned i = 0; w != NULL && i < KC_PAGE_DEPTH_MAX; i++)
		kc_free(w->page[i]);
	kc_free(w);
}

/* By so many threads, this one among them; it does what others could not be
 * had for. */
static void
check_tables(struct kc_pages_walk *w, unsigned threads)
{
	struct kc_pages_walk *other[KC_PAGES_THREADS];
	pthread_t thread[KC_PAGES_THREADS];
	unsigned n = 0;

	atomic_store(&w->f->ticket, 0);
	for (; n + 1 < threads && n < KC_PAGES_THREADS; n++) {
		other[n] = kc_alloc(sizeof(*other[n]));
		if (other[n] == NULL)
			break;
		other[n]->f = w->f;
		if (pthread_create(&thread[n], NULL, walk_tables, other[n]) !=
		    0) {
			kc_free(other[n]);
			break;
		}
	}
	(void)walk_tables(w);
	for (unsigned i = 0; i < n; i++) {
		pthread_join(thread[i], NULL);
		join(w, other[i]);
		walk_free(other[i]);
	}
}

static void
check_all(struct kc_pages_walk *w, unsigned threads)
{
	struct kc_pages_file *f = w->f;

	f->taken = kc_alloc((size_t)(f->meta.last / 64 + 1) * 8);
	if (f->taken == NULL) {
		w->err = KC_ENOMEM;
		return;
	}
	w->first = true;
	w->mine = atomic_fetch_add(&f->ticket, 1);
	if (!check_own(w))
		return;
	check_tables(w, threads);
	for (unsigned i = 0; w->err == KC_OK && i < f->ntables; i++)
		(void)check_count(w, &w->table[i]);
	if (w->err == KC_OK && w->places != f->meta.last - 1)
		(void)kc_pages_fault(w,
		    "is the last, but some before it have no place",
		    f->meta.last);
}

static void
say(struct kc_buf *detail, const char *path, const struct kc_pages_walk *w)
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
find_meta(struct kc_pages_walk *w, uint64_t txn, uint64_t page_size)
{
	for (unsigned n = 0; n < 2; n++) {
		uint8_t m[KC_PAGE_META];
		enum kc_err err =
		    kc_pages_read(w->f->fd, m, sizeof(m), n * page_size, &w->e);

		if (err != KC_OK)
			return err;
		if (kc_page_meta(&w->f->meta, m, n) == NULL &&
		    w->f->meta.txn == txn)
			return KC_OK;
	}
	return KC_EBUSY;
}

enum kc_err
kc_pages_check(const struct kc_pages *p, struct kc_buf *detail)
{
	struct kc_pages_file *f = kc_alloc(sizeof(*f));
	struct kc_pages_walk *w = kc_alloc(sizeof(*w));
	enum kc_err err = KC_ENOMEM;

	if (f == NULL || w == NULL)
		goto out;
	f->fd = p->fd;
	f->stop = p->stop;
	w->f = f;
	w->err = find_meta(w, p->txn, p->page_size);
	if (w->err == KC_OK)
		check_all(w, f->meta.last > KC_PAGES_ALONE ? p->threads : 1);
	err = w->err;
	if (err != KC_OK && err != KC_EBUSY)
		say(detail, p->path, w);
	kc_free(f->taken);
out:
	walk_free(w);
	kc_free(f);
	return err;
}
