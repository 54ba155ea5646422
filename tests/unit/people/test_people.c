/* SPDX-License-Identifier: Apache-2.0 */
/* Files of persons: who may read them, what stays of them, and readers beside
 * writers. */
#include <kaocheng/people.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmpdir.h"

struct place {
	char top[128];
	char dir[160];
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	tmpdir_make(p->top);
	(void)snprintf(p->dir, sizeof(p->dir), "%s/people", p->top);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	tmpdir_remove(p->dir);
	tmpdir_remove(p->top);
	free(p);
	return 0;
}

static struct kc_person
person(const char *actor, const char *name)
{
	struct kc_refusal why = {0};
	struct kc_person p;

	memset(&p, 0, sizeof(p));
	memset(p.salt, 7, sizeof(p.salt));
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_ACTOR, kc_slice_str(actor), &why),
	    KC_OK);
	assert_int_equal(
	    kc_person_set(&p, KC_PERSON_NAME, kc_slice_str(name), &why), KC_OK);
	return p;
}

static void
put(const struct place *at, const char *actor, const char *name)
{
	struct kc_person p = person(actor, name);
	struct kc_buf detail = {0};

	if (kc_people_put(at->dir, &p, &detail) != KC_OK)
		fail_msg("%s", kc_buf_cstr(&detail));
	kc_buf_free(&detail);
}

static enum kc_err
get(const struct place *at, const char *actor, struct kc_person *p)
{
	return kc_people_get(at->dir, kc_slice_str(actor), p, NULL);
}

static unsigned
files_in(const char *dir)
{
	DIR *d = opendir(dir);
	unsigned n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static void
test_people__a_file_is_ours_alone(void **state)
{
	const struct place *at = *state;
	struct kc_person p, q = person("G19.liaison", "李敏");
	mode_t old = umask(0);
	struct stat st;

	put(at, "G19.liaison", "李敏");
	umask(old);
	assert_int_equal(stat(at->dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(tmpdir_file(at->dir, "G19.liaison"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(get(at, "G19.liaison", &p), KC_OK);
	assert_memory_equal(&p, &q, sizeof(p));
	put(at, "G19.liaison", "王芳");
	assert_int_equal(get(at, "G19.liaison", &p), KC_OK);
	assert_string_equal(p.name, "王芳");
	assert_int_equal(files_in(at->dir), 1);
}

static void
test_people__who_is_not_there_is_not_found(void **state)
{
	static const char *const names[] = {"G19.head", "", ".", "..",
	    "../ledger.mdb", "a/b", "/etc/passwd", ".G19.liaison"};
	const struct place *at = *state;
	struct kc_person p;

	assert_int_equal(get(at, "G19.head", &p), KC_ENOTFOUND);
	put(at, "G19.liaison", "李敏");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct kc_slice name = kc_slice_str(names[i]);

		assert_int_equal(
		    kc_people_get(at->dir, name, &p, NULL), KC_ENOTFOUND);
		assert_int_equal(
		    kc_people_erase(at->dir, name, NULL), KC_ENOTFOUND);
	}
	assert_int_equal(get(at, "G19.liaison", &p), KC_OK);
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
test_people__links_modes_and_other_bytes_are_not_read(void **state)
{
	const struct place *at = *state;
	const char *real = tmpdir_file(at->dir, "a");
	struct kc_buf detail = {0};
	struct kc_person p;

	put(at, "a", "李敏");
	put(at, "b", "王芳");
	assert_int_equal(symlink(real, tmpdir_file(at->dir, "link")), 0);
	assert_int_equal(get(at, "link", &p), KC_EINVAL);
	assert_int_equal(link(real, tmpdir_file(at->dir, "second")), 0);
	assert_int_equal(get(at, "a", &p), KC_EINVAL);
	assert_int_equal(unlink(tmpdir_file(at->dir, "second")), 0);
	assert_int_equal(get(at, "a", &p), KC_OK);
	assert_int_equal(chmod(real, 0640), 0);
	assert_int_equal(get(at, "a", &p), KC_EINVAL);
	assert_int_equal(chmod(real, 0600), 0);
	assert_int_equal(mkfifo(tmpdir_file(at->dir, "pipe"), 0600), 0);
	assert_int_equal(get(at, "pipe", &p), KC_EINVAL);
	assert_int_equal(mkdir(tmpdir_file(at->dir, "dir"), 0700), 0);
	assert_int_equal(get(at, "dir", &p), KC_EINVAL);
	assert_int_equal(rmdir(tmpdir_file(at->dir, "dir")), 0);
	/* Another's file under this name, and what is no person. */
	assert_int_equal(
	    rename(tmpdir_file(at->dir, "b"), tmpdir_file(at->dir, "c")), 0);
	assert_int_equal(get(at, "c", &p), KC_ECORRUPT);
	write_file(tmpdir_file(at->dir, "d"),
	    "kaocheng/v1 person\nactor d\nname 李 \n", 0600);
	assert_int_equal(
	    kc_people_get(at->dir, KC_LIT("d"), &p, &detail), KC_ECORRUPT);
	assert_string_equal(kc_buf_cstr(&detail),
	    "is not a person's text: E-FIELD-VALUE in line 3, column 6");
	kc_buf_free(&detail);
	/* A directory that others may look into. */
	assert_int_equal(chmod(at->dir, 0750), 0);
	assert_int_equal(get(at, "a", &p), KC_EINVAL);
	assert_int_equal(chmod(at->dir, 0700), 0);
}

static void
test_people__a_file_too_long_is_not_read(void **state)
{
	const struct place *at = *state;
	char text[KC_PERSON_FILE_MAX + 2];
	struct kc_person p;

	put(at, "a", "李敏");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	write_file(tmpdir_file(at->dir, "a"), text, 0600);
	assert_int_equal(get(at, "a", &p), KC_ECORRUPT);
}

static void
test_people__the_directory_is_no_link(void **state)
{
	const struct place *at = *state;
	struct kc_person p = person("a", "李敏");
	struct place by = *at;

	put(at, "a", "李敏");
	(void)snprintf(by.dir, sizeof(by.dir), "%s/link", at->top);
	assert_int_equal(symlink(at->dir, by.dir), 0);
	assert_int_equal(kc_people_put(by.dir, &p, NULL), KC_EINVAL);
	assert_int_equal(get(&by, "a", &p), KC_EINVAL);
	assert_int_equal(kc_people_erase(by.dir, KC_LIT("a"), NULL), KC_EINVAL);
}

/* What a write that was killed has left goes with the file. */
static void
test_erase__leaves_no_byte_of_the_person(void **state)
{
	const struct place *at = *state;
	struct kc_person p;

	put(at, "a", "李敏");
	put(at, "ab", "王芳");
	write_file(tmpdir_file(at->dir, ".a"), "name 李敏", 0600);
	assert_int_equal(kc_people_erase(at->dir, KC_LIT("a"), NULL), KC_OK);
	assert_int_equal(get(at, "a", &p), KC_ENOTFOUND);
	assert_int_equal(files_in(at->dir), 1);
	assert_int_equal(get(at, "ab", &p), KC_OK);
	assert_int_equal(
	    kc_people_erase(at->dir, KC_LIT("a"), NULL), KC_ENOTFOUND);
	/* One that cannot be read is erased too; a link, not what it is to. */
	assert_int_equal(
	    symlink(tmpdir_file(at->dir, "ab"), tmpdir_file(at->dir, "a")), 0);
	assert_int_equal(kc_people_erase(at->dir, KC_LIT("a"), NULL), KC_OK);
	assert_int_equal(get(at, "ab", &p), KC_OK);
}

static void
test_put__goes_on_after_a_broken_write(void **state)
{
	const struct place *at = *state;
	struct kc_person p;

	put(at, "a", "李敏");
	write_file(tmpdir_file(at->dir, ".a"), "half", 0600);
	put(at, "a", "王芳");
	assert_int_equal(get(at, "a", &p), KC_OK);
	assert_string_equal(p.name, "王芳");
	assert_int_equal(files_in(at->dir), 1);
}

static enum kc_err
list(void *ctx, struct kc_slice name, const struct kc_person *p,
    enum kc_err err, struct kc_slice detail)
{
	struct kc_buf *b = ctx;

	kc_buf_slice(b, name);
	kc_buf_char(b, '=');
	kc_buf_str(b, p != NULL ? p->name : kc_err_text(err));
	kc_buf_char(b, ';');
	assert_true((p == NULL) == (err != KC_OK));
	assert_true((p == NULL) == (detail.n > 0));
	return KC_OK;
}

static void
test_each__in_order_with_what_is_wrong(void **state)
{
	const struct place *at = *state;
	struct kc_buf b = {0};

	assert_int_equal(kc_people_each(at->dir, list, &b, NULL), KC_OK);
	assert_int_equal(b.n, 0);
	put(at, "b", "王芳");
	put(at, "a", "李敏");
	put(at, "C", "赵云");
	write_file(tmpdir_file(at->dir, ".a"), "half", 0600);
	write_file(tmpdir_file(at->dir, "d"), "other", 0600);
	write_file(tmpdir_file(at->dir, "a b"), "other", 0600);
	assert_int_equal(kc_people_each(at->dir, list, &b, NULL), KC_OK);
	assert_string_equal(kc_buf_cstr(&b),
	    "C=赵云;a=李敏;a b=invalid argument;b=王芳;d=corrupt;");
	kc_buf_free(&b);
}

struct race {
	const struct place *at;
	atomic_bool stop;
	atomic_uint reads, bad;
};

static void *
read_on(void *ctx)
{
	struct race *r = ctx;
	struct kc_person p;

	while (!atomic_load(&r->stop)) {
		if (get(r->at, "a", &p) != KC_OK ||
		    (strcmp(p.name, "李敏") != 0 &&
			strcmp(p.name, "王芳") != 0))
			atomic_fetch_add(&r->bad, 1);
		atomic_fetch_add(&r->reads, 1);
	}
	return NULL;
}

static void
test_people__a_reader_sees_the_old_file_or_the_new(void **state)
{
	struct race r = {.at = *state};
	pthread_t reader;

	put(r.at, "a", "李敏");
	assert_int_equal(pthread_create(&reader, NULL, read_on, &r), 0);
	for (unsigned i = 0; i < 50 || atomic_load(&r.reads) < 50; i++)
		put(r.at, "a", i % 2 == 0 ? "王芳" : "李敏");
	atomic_store(&r.stop, true);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(atomic_load(&r.bad), 0);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(test_people__a_file_is_ours_alone),
	    TEST(test_people__who_is_not_there_is_not_found),
	    TEST(test_people__links_modes_and_other_bytes_are_not_read),
	    TEST(test_people__a_file_too_long_is_not_read),
	    TEST(test_people__the_directory_is_no_link),
	    TEST(test_erase__leaves_no_byte_of_the_person),
	    TEST(test_put__goes_on_after_a_broken_write),
	    TEST(test_each__in_order_with_what_is_wrong),
	    TEST(test_people__a_reader_sees_the_old_file_or_the_new),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
