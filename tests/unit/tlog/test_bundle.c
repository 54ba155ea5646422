/* SPDX-License-Identifier: Apache-2.0 */
/* The single-file bundle: frames, order, and every bit of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <kaocheng/verify.h>

#include "viewkit.h"

struct fixture {
	struct kit k;
	struct leaves l;
	struct export x;
	struct kc_buf b;
};

/* A ledger opened, with some actors and units: about 16 KiB as a bundle. */
static void
set_up(struct fixture *f, unsigned units)
{
	memset(f, 0, sizeof(*f));
	kit_init(&f->k, KIT_OPEN);
	kit_enrol(&f->k, "P09.a", NULL, "estab");
	for (unsigned i = 0; i < units; i++) {
		char code[32], name[64];

		(void)snprintf(code, sizeof(code), "unit=G%02u", i);
		(void)snprintf(
		    name, sizeof(name), "name=示例市的第%u个单位", i);
		kit_do(&f->k, KC_K_unit_register, "P09.a", code, "group=gov",
		    name);
	}
	leaves_of(&f->k, &f->l);
	export_make(&f->x, &f->k, &f->l);
	export_bundle(&f->x, &f->b);
}

static void
tear_down(struct fixture *f)
{
	kc_buf_free(&f->b);
	export_free(&f->x);
	leaves_free(&f->l);
	kit_free(&f->k);
}

static enum kc_err
read_bytes(void *ctx, uint64_t at, void *p, size_t n)
{
	const struct kc_buf *b = ctx;

	if (at > b->n || n > b->n - at)
		return KC_EIO;
	if (n > 0)
		memcpy(p, b->p + at, n);
	return KC_OK;
}

static enum kc_err
open_bundle(struct kc_bundle **out, struct kc_buf *b)
{
	struct kc_bundle_input in = {b->n, read_bytes, b};

	return kc_bundle_open(out, &in);
}

/* Exit code as of `kaocheng-verify FILE`: frames first, then the stages. */
static int
verify(struct kc_buf *b)
{
	struct kc_verify_options o = {0};
	static struct kc_verify_report r;
	struct kc_bundle *bundle = NULL;
	struct kc_files files;
	enum kc_err err = open_bundle(&bundle, b);

	if (err != KC_OK)
		return err == KC_EFOREIGN ? 1 : 11;
	files = kc_bundle_files(bundle);
	o.files = &files;
	kc_verify(&o, &r);
	kc_bundle_close(bundle);
	return (int)kc_verify_exit(&r);
}

static void
test_bundle__holds_the_files_that_were_put_in(void **state)
{
	struct fixture f;
	struct kc_bundle *bundle = NULL;
	struct kc_files files;

	(void)state;
	set_up(&f, 3);
	assert_int_equal(open_bundle(&bundle, &f.b), KC_OK);
	files = kc_bundle_files(bundle);
	for (size_t i = 0; i < f.x.n; i++) {
		const struct kc_buf *want = &f.x.v[i].bytes;
		struct kc_buf got = {0};

		assert_int_equal(
		    files.read(files.ctx, f.x.v[i].path, want->n, &got), KC_OK);
		assert_int_equal(got.n, want->n);
		assert_memory_equal(got.p, want->p, want->n);
		kc_buf_free(&got);
		assert_int_equal(
		    files.read(files.ctx, f.x.v[i].path, want->n - 1, &got),
		    KC_ETOOBIG);
	}
	assert_int_equal(
	    files.read(files.ctx, "tile/7/000", 10, &f.b), KC_ENOTFOUND);
	kc_bundle_close(bundle);
	assert_int_equal(verify(&f.b), 0);
	tear_down(&f);
}

static void
test_bundle__every_prefix_is_incomplete_or_refused(void **state)
{
	struct fixture f;
	size_t n;

	(void)state;
	set_up(&f, 3);
	n = f.b.n;
	for (f.b.n = 0; f.b.n < n; f.b.n++)
		assert_int_equal(verify(&f.b), 11);
	tear_down(&f);
}

static void
test_bundle__bytes_after_the_end_are_refused(void **state)
{
	struct fixture f;
	struct kc_bundle *bundle = NULL;

	(void)state;
	set_up(&f, 3);
	kc_buf_char(&f.b, '\n');
	assert_int_equal(open_bundle(&bundle, &f.b), KC_ESYNTAX);
	tear_down(&f);
}

static void
test_bundle__a_file_twice_is_refused(void **state)
{
	struct fixture f;
	struct kc_bundle *bundle = NULL;

	(void)state;
	set_up(&f, 3);
	kc_buf_reset(&f.b);
	(void)export_add(&f.x, "trust");
	export_bundle(&f.x, &f.b);
	assert_int_equal(open_bundle(&bundle, &f.b), KC_ESYNTAX);
	tear_down(&f);
}

static void
test_bundle__files_out_of_order_are_refused(void **state)
{
	struct fixture f;
	struct export_file kept;

	(void)state;
	set_up(&f, 3);
	kept = f.x.v[1];
	f.x.v[1] = f.x.v[2];
	f.x.v[2] = kept;
	kc_buf_reset(&f.b);
	export_bundle(&f.x, &f.b);
	assert_int_equal(verify(&f.b), 11);
	tear_down(&f);
}

static void
test_bundle__a_file_left_out_is_incomplete(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	for (size_t i = 0; i < f.x.n; i++) {
		f.x.v[i].gone = true;
		kc_buf_reset(&f.b);
		export_bundle(&f.x, &f.b);
		assert_int_equal(verify(&f.b), 11);
		f.x.v[i].gone = false;
	}
	tear_down(&f);
}

static void
test_bundle__sizes_that_overflow_are_refused(void **state)
{
	static const char *const lines[] = {
	    "file checkpoint 9223372036854775807\n", "file checkpoint 01\nx\n",
	    "file checkpoint -1\n", "file  4\nabcd\n", "file a 0\n",
	    "file checkpoint 99999999999999999999\n", "file checkpoint\n"};
	struct kc_bundle *bundle = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct kc_buf b = {0};

		kc_buf_bundle_head(&b);
		kc_buf_str(&b, lines[i]);
		assert_int_not_equal(open_bundle(&bundle, &b), KC_OK);
		kc_buf_free(&b);
	}
}

/* --- every bit --- */
#define WORKERS 2
#if defined(__SANITIZE_ADDRESS__)
#define STRIDE 31 /* the build for finding faults is slow: a sample */
#else
#define STRIDE 1
#endif

/* Flips bits first, first + WORKERS, ...; the number that got through. */
static unsigned
flip_bits(struct kc_buf *b, size_t first)
{
	unsigned missed = 0;

	for (size_t bit = first; bit < b->n * 8; bit += WORKERS * STRIDE) {
		char mask = (char)(1 << (bit % 8));
		int code;

		b->p[bit / 8] = (char)(b->p[bit / 8] ^ mask);
		code = verify(b);
		if (code != 10 && code != 11 && code != 12) {
			print_error("bit %zu: exit %d\n", bit, code);
			missed++;
		}
		b->p[bit / 8] = (char)(b->p[bit / 8] ^ mask);
	}
	return missed;
}

static void
test_bundle__every_flipped_bit_is_refused(void **state)
{
	struct fixture f;
	pid_t pids[WORKERS];

	(void)state;
	set_up(&f, 36);
	print_message("# %zu bytes\n", f.b.n);
	assert_in_range(f.b.n, 17000, 19000);
	assert_int_equal(verify(&f.b), 0);
	/* A crash is a failure of its worker, not of the whole program. */
	for (int i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(flip_bits(&f.b, (size_t)i) == 0 ? 0 : 1);
	}
	for (int i = 0; i < WORKERS; i++) {
		int status = -1;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bundle__holds_the_files_that_were_put_in),
	    cmocka_unit_test(
		test_bundle__every_prefix_is_incomplete_or_refused),
	    cmocka_unit_test(test_bundle__bytes_after_the_end_are_refused),
	    cmocka_unit_test(test_bundle__a_file_twice_is_refused),
	    cmocka_unit_test(test_bundle__files_out_of_order_are_refused),
	    cmocka_unit_test(test_bundle__a_file_left_out_is_incomplete),
	    cmocka_unit_test(test_bundle__sizes_that_overflow_are_refused),
	    cmocka_unit_test(test_bundle__every_flipped_bit_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (kc_crypto_init() != KC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
