/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts that wait for signatures: kept, joined, bounded, gone in time. */
#include <kaocheng/shelf.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sample.h"
#include "tmpdir.h"

#define DAY INT64_C(86400000)

struct place {
	char top[128], dir[160];
	struct kc_shelf s;
	struct kc_buf text; /* of two signers */
	int64_t at_ms;
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct kc_refusal why = {0};
	struct kc_entry e;

	tmpdir_in_ram(); /* thousands of files */
	tmpdir_make(p->top);
	(void)snprintf(p->dir, sizeof(p->dir), "%s/drafts", p->top);
	sample_text(&p->text, KC_K_target_approve_second, SAMPLE_LEAST);
	assert_int_equal(
	    kc_entry_decode_text(&e, kc_buf_view(&p->text), &why), KC_OK);
	p->at_ms = e.at_s * 1000;
	p->s = (struct kc_shelf){p->dir, KC_SHELF_DAYS, p->at_ms};
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	tmpdir_remove(p->dir);
	tmpdir_remove(p->top);
	kc_buf_free(&p->text);
	free(p);
	return 0;
}

/* The text's n-th of a row of them, with the lines of those whose bits are
 * set, by a key of that seed. */
static void
make(const struct place *p, unsigned n, unsigned who, unsigned seed,
    struct kc_buf *note)
{
	struct kc_slice text = kc_buf_view(&p->text);
	char id[9];
	char *at;

	kc_buf_reset(note);
	kc_buf_slice(note, text);
	at = memmem(note->p, note->n, "\nid ", 4);
	(void)snprintf(id, sizeof(id), "%08x", n);
	memcpy(at + 4, id, 8);
	kc_buf_char(note, '\n');
	for (unsigned i = 0; i < 2; i++) {
		const uint8_t bytes[32] = {(uint8_t)i, (uint8_t)seed};
		struct kc_slice name = i == 0 ? KC_LIT("one") : KC_LIT("two");
		struct kc_buf copy = {0};
		struct kc_skey key;

		if ((who >> i & 1) == 0)
			continue;
		assert_int_equal(kc_skey_from_seed(&key, name, bytes), KC_OK);
		kc_buf_put(&copy, note->p, text.n);
		kc_buf_note_sig(note, kc_buf_view(&copy), &key);
		kc_buf_free(&copy);
	}
}

struct added {
	struct kc_hash id;
	struct kc_buf note;
	struct kc_slice full;
	bool whole;
};

static struct kc_buf detail;

static enum kc_err
add(const struct place *p, unsigned n, unsigned who, unsigned seed, bool fresh,
    struct added *out)
{
	static struct kc_buf note;
	struct kc_refusal why = {0};
	static struct kc_entry e;

	kc_buf_free(&out->note);
	make(p, n, who, seed, &note);
	assert_int_equal(
	    kc_entry_decode_partial(&e, kc_buf_view(&note), &why), KC_OK);
	out->id = kc_shelf_id(e.text);
	out->full = (struct kc_slice){"", 0};
	return kc_shelf_add(
	    &p->s, &e, fresh, &out->note, &out->whole, &out->full, &detail);
}

static bool
count(void *ctx, const struct kc_shelved *d)
{
	assert_int_equal(d->e->nby, 2);
	++*(unsigned *)ctx;
	return true;
}

static unsigned
kept(const struct place *p)
{
	unsigned n = 0;

	assert_int_equal(kc_shelf_each(&p->s, count, &n, NULL), KC_OK);
	return n;
}

static void
test_shelf__second_signature_makes_it_whole(void **state)
{
	struct place *p = *state;
	struct kc_buf note = {0}, want = {0};
	struct added a = {0};
	struct stat st;

	assert_int_equal(kept(p), 0); /* no directory yet */
	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_OK);
	assert_false(a.whole);
	assert_int_equal(kept(p), 1);
	assert_int_equal(stat(p->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(kc_shelf_get(&p->s, &a.id, &note, NULL), KC_OK);
	make(p, 1, 1, 0, &want);
	assert_true(kc_slice_eq(kc_buf_view(&note), kc_buf_view(&want)));
	/* The same again changes nothing; the other's line is the last. */
	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_OK);
	assert_int_equal(kept(p), 1);
	assert_int_equal(add(p, 1, 2, 0, false, &a), KC_OK);
	assert_true(a.whole);
	make(p, 1, 3, 0, &want);
	assert_true(kc_slice_eq(kc_buf_view(&a.note), kc_buf_view(&want)));
	/* It is for the ledger to keep; here it is what it was. */
	kc_buf_reset(&note);
	assert_int_equal(kc_shelf_get(&p->s, &a.id, &note, NULL), KC_OK);
	make(p, 1, 1, 0, &want);
	assert_true(kc_slice_eq(kc_buf_view(&note), kc_buf_view(&want)));
	assert_int_equal(kc_shelf_drop(&p->s, &a.id, NULL), KC_OK);
	assert_int_equal(kc_shelf_drop(&p->s, &a.id, NULL), KC_ENOTFOUND);
	assert_int_equal(kept(p), 0);
	assert_int_equal(add(p, 1, 2, 0, false, &a), KC_ENOTFOUND);
	kc_buf_free(&a.note);
	kc_buf_free(&note);
	kc_buf_free(&want);
}

static void
test_shelf__new_signature_takes_the_place_of_the_old(void **state)
{
	struct place *p = *state;
	struct kc_buf want = {0};
	struct added a = {0};

	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_OK);
	assert_int_equal(add(p, 1, 1, 9, true, &a), KC_OK);
	make(p, 1, 1, 9, &want);
	assert_true(kc_slice_eq(kc_buf_view(&a.note), kc_buf_view(&want)));
	kc_buf_free(&a.note);
	kc_buf_free(&want);
}

static void
test_shelf__draft_is_gone_when_its_time_is_over(void **state)
{
	struct place *p = *state;
	struct kc_buf note = {0};
	struct added a = {0};
	char path[256];

	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_OK);
	p->s.now_ms = p->at_ms + KC_SHELF_DAYS * DAY - 1;
	assert_int_equal(kept(p), 1);
	p->s.now_ms++;
	assert_int_equal(kc_shelf_get(&p->s, &a.id, &note, NULL), KC_ENOTFOUND);
	assert_int_equal(add(p, 1, 2, 0, false, &a), KC_ENOTFOUND);
	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_ENOTFOUND);
	assert_int_equal(kept(p), 0);
	/* Its file is too, and a broken write's is. */
	(void)snprintf(path, sizeof(path), "%s/.%064d", p->dir, 7);
	assert_int_equal(fclose(fopen(path, "w")), 0);
	assert_int_equal(kept(p), 0);
	assert_int_equal(rmdir(p->dir), 0);
	kc_buf_free(&a.note);
}

static void
test_shelf__one_signer_has_so_many_and_no_more(void **state)
{
	struct place *p = *state;
	struct added a = {0};

	for (unsigned i = 0; i < KC_SHELF_EACH; i++)
		assert_int_equal(add(p, i, 1, 0, true, &a), KC_OK);
	assert_int_equal(add(p, KC_SHELF_EACH, 1, 0, true, &a), KC_EFULL);
	assert_true(kc_slice_is(a.full, "one"));
	assert_int_equal(detail.n, 0); /* the disk is not full */
	/* What is here can still be signed, and others have room. */
	assert_int_equal(add(p, 0, 1, 0, true, &a), KC_OK);
	assert_int_equal(add(p, 0, 2, 0, false, &a), KC_OK);
	assert_int_equal(add(p, KC_SHELF_EACH, 2, 0, true, &a), KC_OK);
	assert_int_equal(kept(p), KC_SHELF_EACH + 1);
	kc_buf_free(&a.note);
}

/* No room is not a broken disk; and nothing is left of the attempt. */
static void
test_shelf__a_full_disk_is_said_as_such(void **state)
{
	const struct rlimit none = {4, RLIM_INFINITY};
	const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
	struct place *p = *state;
	struct added a = {0};

	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_OK);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(add(p, 2, 1, 0, true, &a), KC_EFULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_true(kc_slice_is(kc_buf_view(&detail), "no room for it"));
	assert_int_equal(kept(p), 1);
	assert_int_equal(add(p, 2, 1, 0, true, &a), KC_OK);
	kc_buf_free(&a.note);
	kc_buf_free(&detail);
}

static void
write_file(const struct place *p, const struct kc_hash *id, const char *text)
{
	struct kc_buf path = {0};
	FILE *f;

	kc_buf_str(&path, p->dir);
	kc_buf_char(&path, '/');
	kc_buf_hex(&path, id->b, sizeof(id->b));
	f = fopen(kc_buf_cstr(&path), "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	kc_buf_free(&path);
}

static void
test_shelf__damaged_goes_and_another_format_stays(void **state)
{
	struct place *p = *state;
	struct kc_buf note = {0}, file = {0};
	struct added a = {0};

	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_OK);
	make(p, 2, 1, 0, &note); /* not what its name says */
	kc_buf_str(&file, KC_SHELF_FORMAT);
	kc_buf_slice(&file, kc_buf_view(&note));
	write_file(p, &a.id, kc_buf_cstr(&file));
	kc_buf_reset(&note);
	assert_int_equal(kc_shelf_get(&p->s, &a.id, &note, NULL), KC_ENOTFOUND);
	assert_int_equal(kept(p), 0);
	assert_int_equal(kc_shelf_drop(&p->s, &a.id, NULL), KC_ENOTFOUND);
	assert_int_equal(add(p, 1, 1, 0, true, &a), KC_OK);
	write_file(p, &a.id, "kaocheng/v2 draft\n");
	assert_int_equal(kept(p), 0);
	assert_int_equal(kc_shelf_drop(&p->s, &a.id, NULL), KC_OK);
	kc_buf_free(&a.note);
	kc_buf_free(&note);
	kc_buf_free(&file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_shelf__second_signature_makes_it_whole),
	    TEST(test_shelf__new_signature_takes_the_place_of_the_old),
	    TEST(test_shelf__draft_is_gone_when_its_time_is_over),
	    TEST(test_shelf__one_signer_has_so_many_and_no_more),
	    TEST(test_shelf__a_full_disk_is_said_as_such),
	    TEST(test_shelf__damaged_goes_and_another_format_stays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
