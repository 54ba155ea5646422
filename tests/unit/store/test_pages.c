/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of the file: each in one place, each key where it is looked for. */
#include <kaocheng/store.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/page.h"
#include "store/store_int.h"
#include "storekit.h"

/* The file as bytes, its newest head, and where they came from. */
struct image {
	const char *path;
	uint8_t *p;
	struct kc_page_meta meta;
};

static void
image_load(struct image *m, struct fixture *f)
{
	off_t size = tmpdir_size(f->dir, "ledger.mdb");
	struct kc_page_meta other;
	int fd;

	kc_store_close(f->s);
	f->s = NULL;
	m->path = tmpdir_file(f->dir, "ledger.mdb");
	m->p = malloc((size_t)size);
	assert_non_null(m->p);
	fd = open(m->path, O_RDONLY);
	assert_true(pread(fd, m->p, (size_t)size, 0) == size);
	close(fd);
	assert_null(kc_page_meta(&m->meta, m->p, 0));
	assert_null(kc_page_meta(&other, m->p + m->meta.size, 1));
	if (other.txn > m->meta.txn)
		m->meta = other;
}

static void
image_page(const struct image *m, uint64_t number, struct kc_page *page)
{
	assert_null(
	    kc_page(page, m->p + number * m->meta.size, m->meta.size, number));
}

/* The first leaf page of a tree of depth `depth`. */
static void
image_leaf(const struct image *m, struct kc_page_db db, struct kc_page *page)
{
	image_page(m, db.root, page);
	for (unsigned i = 1; i < db.depth; i++)
		image_page(m, kc_page_node(page, 0).page, page);
}

static struct kc_page_db
image_table(const struct image *m, const char *name)
{
	struct kc_page_db db = {0};
	struct kc_page page;

	image_leaf(m, m->meta.main, &page);
	for (unsigned i = 0; i < page.nodes; i++) {
		struct kc_page_node n = kc_page_node(&page, i);

		if (kc_slice_is(n.key, name))
			assert_null(kc_page_db(&db, n.value));
	}
	assert_true(db.depth > 0);
	return db;
}

/* Writes n bytes over those at p, which is inside the image. */
static void
put(const struct image *m, const void *p, const void *bytes, size_t n)
{
	off_t at = (const uint8_t *)p - m->p;
	int fd = open(m->path, O_WRONLY);

	assert_true(pwrite(fd, bytes, n, at) == (ssize_t)n);
	close(fd);
}

static void
check_says(struct fixture *f, enum kc_err want, const char *word)
{
	char say[256];

	assert_int_equal(storekit_try(f->dir, false, say, sizeof(say)), want);
	if (strstr(say, word) == NULL)
		fail_msg("said: %s", say);
}

/* --- no false alarm --- */
/* Opens again and again while the file is written to. */
static int
follow(const char *dir)
{
	struct kc_store_options o = {.dir = dir, .read_only = true};
	bool good = true;

	for (int i = 0; good && i < 20; i++) {
		struct kc_store *s = NULL;

		good = kc_store_open(&s, &o, NULL) == KC_OK;
		kc_store_close(s);
	}
	return good ? 0 : 1;
}

static void
test_pages__of_a_sound_store_are_all_in_place(void **state)
{
	struct fixture *f = *state;
	unsigned random = 7;

	for (unsigned i = 0; i < 30; i++) {
		pid_t pid = i % 3 == 0 ? fork() : -1;
		int status = 0;

		if (pid == 0)
			_exit(follow(f->dir));
		for (unsigned j = 0; j < 12; j++) {
			size_t most = rand_r(&random) % 4 > 0 ? 8 : 200;

			assert_int_equal(
			    storekit_append(f->s, kc_store_size(f->s),
				1 + (size_t)rand_r(&random) % most),
			    KC_OK);
		}
		if (pid > 0)
			assert_true(waitpid(pid, &status, 0) == pid);
		assert_int_equal(status, 0);
		kc_store_close(f->s);
		/* Every other time the map is too small and must grow. */
		f->s = storekit_open(f->dir, false, (size_t)(i % 2) << 18);
	}
}

/* --- what is found --- */
static void
first_free(const struct image *m, struct kc_slice *ids)
{
	struct kc_page page;

	image_leaf(m, m->meta.free, &page);
	*ids = kc_page_node(&page, page.nodes - 1).value;
	assert_true(ids->n >= 16);
}

static uint64_t
id_at(struct kc_slice ids, size_t i)
{
	uint64_t id = 0;

	if (i < ids.n / 8)
		memcpy(&id, ids.p + 8 * i, 8);
	return id;
}

/* Puts a live page where the numbers of the list still fall. */
static bool
put_live(const struct image *m, struct kc_slice ids, uint64_t live)
{
	for (size_t i = 1; i < ids.n / 8; i++) {
		bool falls = (i == 1 || id_at(ids, i - 1) > live) &&
		    live > id_at(ids, i + 1);

		if (!falls)
			continue;
		put(m, ids.p + 8 * i, &live, 8);
		return true;
	}
	return false;
}

static void
test_pages__a_live_page_in_the_free_list_is_refused(void **state)
{
	struct fixture *f = *state;
	struct image m;
	struct kc_slice ids;

	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(storekit_append(f->s, i, 1), KC_OK);
	image_load(&m, f);
	first_free(&m, &ids);
	assert_true(put_live(&m, ids, m.meta.main.root));
	check_says(f, KC_ECORRUPT, "is in two places");
	free(m.p);
}

static void
test_pages__a_page_beyond_the_last_is_refused(void **state)
{
	struct fixture *f = *state;
	struct image m;
	struct kc_slice ids;
	uint64_t beyond;

	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(storekit_append(f->s, i, 1), KC_OK);
	image_load(&m, f);
	first_free(&m, &ids);
	beyond = m.meta.last + 1;
	put(&m, ids.p + 8, &beyond, 8);
	check_says(f, KC_ECORRUPT, "is no list of free pages");
	free(m.p);
}

static void
test_pages__a_page_that_was_forgotten_is_refused(void **state)
{
	struct fixture *f = *state;
	struct image m;
	struct kc_slice ids;
	uint64_t n;

	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(storekit_append(f->s, i, 1), KC_OK);
	image_load(&m, f);
	first_free(&m, &ids);
	n = ids.n / 8 - 2;
	put(&m, ids.p, &n, 8);
	check_says(f, KC_ECORRUPT, "have no place");
	free(m.p);
}

static void
test_pages__a_wrong_key_of_a_branch_is_refused(void **state)
{
	struct fixture *f = *state;
	struct image m;
	struct kc_page page;
	struct kc_slice key;

	storekit_fill(f->s, 200);
	image_load(&m, f);
	image_page(&m, image_table(&m, "leaf").root, &page);
	assert_true(page.branch);
	key = kc_page_node(&page, 1).key;
	assert_true(key.n == 8);
	put(&m, key.p + 6, "\1", 1);
	check_says(f, KC_ECORRUPT, "a key is not where it belongs");
	free(m.p);
}

static void
test_pages__heads_that_do_not_follow_each_other_are_refused(void **state)
{
	struct fixture *f = *state;
	struct image m;
	uint64_t txn;
	uint8_t *at;

	storekit_fill(f->s, 20);
	image_load(&m, f);
	at = m.p + (m.meta.txn % 2) * m.meta.size + 16 + 128;
	txn = m.meta.txn + 4;
	put(&m, at, &txn, 8);
	check_says(f, KC_ECORRUPT, "do not follow each other");
	free(m.p);
}

/* A head that is torn is put right by the other, of the transaction before or
 * after; what stood there is kept. */
static void
tear(struct fixture *f, unsigned n, uint64_t size)
{
	struct kc_buf mended = {0}, detail = {0};
	struct kc_store_options o = {.dir = f->dir, .mended = &mended};
	struct image m;

	image_load(&m, f);
	put(&m, m.p + n * m.meta.size + 16, "torn", 4);
	o.read_only = true;
	assert_int_equal(kc_store_open(&f->s, &o, &detail), KC_ECORRUPT);
	assert_non_null(strstr(kc_buf_cstr(&detail), "the other is whole"));
	o.read_only = false;
	assert_int_equal(kc_store_open(&f->s, &o, NULL), KC_OK);
	assert_non_null(strstr(kc_buf_cstr(&mended), "ledger.mdb.head-"));
	assert_true(kc_store_size(f->s) == size);
	storekit_append(f->s, size, 1);
	kc_store_close(f->s);
	f->s = storekit_open(f->dir, false, 0);
	assert_true(kc_store_size(f->s) == size + 1);
	free(m.p);
	kc_buf_free(&mended);
	kc_buf_free(&detail);
}

static void
test_pages__a_torn_head_is_put_right_by_the_other(void **state)
{
	struct fixture *f = *state;
	uint64_t size = 20;
	struct image m;

	storekit_fill(f->s, size - 1);
	storekit_fill(f->s, size); /* a transaction of one entry */
	for (unsigned i = 0; i < 6; i++) {
		unsigned n = i / 2 % 2;
		uint64_t txn;

		image_load(&m, f);
		txn = m.meta.txn;
		free(m.p);
		f->s = storekit_open(f->dir, false, 0);
		/* The newest one hides what its transaction wrote. */
		if (txn % 2 == n)
			size--;
		tear(f, n, size);
		size++;
	}
}

static void
test_pages__two_torn_heads_are_refused(void **state)
{
	struct fixture *f = *state;
	struct image m;

	storekit_fill(f->s, 20);
	image_load(&m, f);
	put(&m, m.p + 16, "torn", 4);
	put(&m, m.p + m.meta.size + 16, "torn", 4);
	check_says(f, KC_ECORRUPT, "is not a ledger's file");
	free(m.p);
}

/* --- several at once --- */
#define MANY 9000 /* leaves: more pages than one thread has to itself */

static enum kc_err
open_by(const char *dir, unsigned threads, char *say, size_t n)
{
	struct kc_store_options o = {
	    .dir = dir, .read_only = true, .threads = threads};
	struct kc_buf detail = {0};
	struct kc_store *s = NULL;
	enum kc_err err = kc_store_open(&s, &o, &detail);

	(void)snprintf(say, n, "%s", kc_buf_cstr(&detail));
	kc_buf_free(&detail);
	kc_store_close(s);
	return err;
}

/* One fault has one sentence, however many look for it. */
static void
alike(const struct fixture *f, const char *word)
{
	char one[256], many[256];

	for (unsigned threads = 2; threads < 5; threads++) {
		assert_int_equal(
		    open_by(f->dir, 1, one, sizeof(one)), KC_ECORRUPT);
		assert_int_equal(
		    open_by(f->dir, threads, many, sizeof(many)), KC_ECORRUPT);
		if (strstr(one, word) == NULL)
			fail_msg("said: %s", one);
		assert_string_equal(one, many);
	}
}

/* The last key of the i-th leaf page of a table of three levels is damaged, or
 * mended; false: there are fewer. */
static bool
spoil(const struct image *m, const struct kc_page *root, unsigned i, bool mend)
{
	struct kc_page above, leaf;
	struct kc_slice key;
	unsigned j = 0;

	for (;; j++) {
		if (j == root->nodes)
			return false;
		image_page(m, kc_page_node(root, j).page, &above);
		if (i < above.nodes)
			break;
		i -= above.nodes;
	}
	image_page(m, kc_page_node(&above, i).page, &leaf);
	key = kc_page_node(&leaf, leaf.nodes - 1).key;
	put(m, key.p, mend ? key.p : "\377", 1);
	return true;
}

static void
test_pages__each_leaf_has_one_of_several_who_looks(void **state)
{
	struct fixture *f = *state;
	struct kc_page root;
	struct image m;
	char say[256];
	unsigned i;

	storekit_fill(f->s, MANY);
	image_load(&m, f);
	assert_true(m.meta.last > KC_PAGES_ALONE);
	assert_int_equal(image_table(&m, "leaf").depth, 3);
	image_page(&m, image_table(&m, "leaf").root, &root);
	for (i = 0; spoil(&m, &root, i, false); i += 29) {
		alike(f, "a key is not where it belongs");
		(void)spoil(&m, &root, i, true);
	}
	assert_true(i > 29);
	assert_int_equal(open_by(f->dir, 4, say, sizeof(say)), KC_OK);
	free(m.p);
}

static void
test_pages__several_count_together_what_a_table_has(void **state)
{
	struct fixture *f = *state;
	struct kc_page main;
	struct image m;
	uint64_t rows = MANY + 1;

	storekit_fill(f->s, MANY);
	image_load(&m, f);
	image_leaf(&m, m.meta.main, &main);
	for (unsigned i = 0; i < main.nodes; i++)
		if (kc_slice_is(kc_page_node(&main, i).key, "leaf"))
			put(&m, kc_page_node(&main, i).value.p + 32, &rows, 8);
	alike(f, "a table has not the rows it says");
	free(m.p);
}

/* A branch whose child is the one beside it: its leaves have two places. */
static void
test_pages__a_share_that_hangs_in_two_places_is_refused(void **state)
{
	struct fixture *f = *state;
	struct kc_page root;
	struct image m;
	uint32_t child;
	char say[256];

	storekit_fill(f->s, MANY);
	image_load(&m, f);
	image_page(&m, image_table(&m, "leaf").root, &root);
	child = (uint32_t)kc_page_node(&root, 0).page;
	put(&m, kc_page_node(&root, 1).key.p - 8, &child, 4);
	for (unsigned threads = 1; threads < 5; threads++)
		assert_int_equal(
		    open_by(f->dir, threads, say, sizeof(say)), KC_ECORRUPT);
	free(m.p);
}

/* What the disk does not give is no damage. */
static void
test_pages__an_error_of_reading_is_no_damage(void **state)
{
	struct fixture *f = *state;
	int fd = open(f->dir, O_RDONLY | O_DIRECTORY);
	uint8_t b[8];
	int e = 0;

	assert_int_equal(kc_pages_read(fd, b, sizeof(b), 0, &e), KC_EIO);
	assert_int_equal(e, EISDIR);
	close(fd);
	fd = open(tmpdir_file(f->dir, "ledger.mdb"), O_RDONLY);
	assert_int_equal(
	    kc_pages_read(fd, b, sizeof(b), 1 << 30, &e), KC_ECORRUPT);
	close(fd);
}

#define DISK(fn)                                                               \
	cmocka_unit_test_setup_teardown(fn, storekit_disk, storekit_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DISK(test_pages__of_a_sound_store_are_all_in_place),
	    DISK(test_pages__a_live_page_in_the_free_list_is_refused),
	    DISK(test_pages__a_page_beyond_the_last_is_refused),
	    DISK(test_pages__a_page_that_was_forgotten_is_refused),
	    DISK(test_pages__a_wrong_key_of_a_branch_is_refused),
	    DISK(test_pages__heads_that_do_not_follow_each_other_are_refused),
	    DISK(test_pages__a_torn_head_is_put_right_by_the_other),
	    DISK(test_pages__two_torn_heads_are_refused),
	    DISK(test_pages__each_leaf_has_one_of_several_who_looks),
	    DISK(test_pages__several_count_together_what_a_table_has),
	    DISK(test_pages__a_share_that_hangs_in_two_places_is_refused),
	    DISK(test_pages__an_error_of_reading_is_no_damage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
