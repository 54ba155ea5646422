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
	    DISK(test_pages__an_error_of_reading_is_no_damage),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
