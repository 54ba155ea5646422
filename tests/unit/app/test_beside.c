/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are kept beside the log come and go with its batches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "appkit.h"
#include "seqfake.h"

/* Wants a row with the size of the log for each batch that grew it. */
struct counter {
	struct kc_beside beside;
	uint64_t kept, wanted; /* sizes */
	struct kc_put put;
	char text[24];
	_Atomic unsigned stood, fell;
	_Atomic int64_t next_ms;
	bool ticked; /* a row for the next round, whatever the log does */
};

static bool
no_entry(void *ctx, const struct kc_state *st, int64_t received_ms,
    const struct kc_hash *root, struct kc_buf *text)
{
	(void)ctx, (void)st, (void)received_ms, (void)root, (void)text;
	return false;
}

static size_t
rows(void *ctx, const struct kc_state *st, int64_t now_ms,
    const struct kc_put **out)
{
	struct counter *c = ctx;

	c->wanted = kc_state_size(st);
	if (c->wanted == c->kept && now_ms < c->next_ms)
		return 0;
	c->next_ms = INT64_MAX;
	snprintf(
	    c->text, sizeof(c->text), "%llu", (unsigned long long)c->wanted);
	c->put.value = kc_slice_str(c->text);
	*out = &c->put;
	return 1;
}

static void
settled(void *ctx, bool stand)
{
	struct counter *c = ctx;

	if (stand) {
		c->kept = c->wanted;
		c->stood++;
	} else {
		c->fell++;
	}
}

static int64_t
next_ms(void *ctx)
{
	return ((struct counter *)ctx)->next_ms;
}

static enum kc_err
read_row(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	assert_true(key[0] == 0);
	assert_true(kc_slice_copy(ctx, 24, value));
	return KC_OK;
}

static void
begin(struct app *a, struct counter *c)
{
	*c = (struct counter){
	    .beside = {no_entry, NULL, rows, settled, next_ms, NULL, c},
	    .next_ms = INT64_MAX};
	app_close(a);
	c->kept = kc_store_size(a->store);
	a->beside = &c->beside;
	app_open(a);
}

static uint64_t
row_of(struct app *a)
{
	char text[24] = "0";
	uint64_t n = 0;

	assert_int_equal(kc_store_outbox(a->store, read_row, text), KC_OK);
	assert_true(kc_read_u64(kc_slice_str(text), UINT32_MAX, &n));
	return n;
}

static void
end(struct app *a)
{
	app_close(a);
	a->beside = NULL;
}

static void
sent(struct app *a, struct kc_slice note, enum kc_err want)
{
	struct answer w = app_send(a, note);

	assert_int_equal(w.err, want);
	answer_free(&w);
}

static void
test_beside__rows_are_written_with_the_batch(void **state)
{
	struct app *a = *state;
	struct counter c;
	struct kc_buf note = {0};

	begin(a, &c);
	app_duty(a, 1, &note);
	sent(a, kc_buf_view(&note), KC_OK);
	assert_true(row_of(a) == kc_store_size(a->store));
	end(a);
	kc_buf_free(&note);
}

static void
test_beside__rows_are_written_alone_when_their_time_comes(void **state)
{
	struct app *a = *state;
	struct counter c;
	struct kc_wake wake;

	begin(a, &c);
	assert_true(row_of(a) == 0);
	c.next_ms = a->now_ms + 1000;
	kc_ledger_tick(a->l);
	assert_true(kc_ledger_settle(a->l));
	assert_true(row_of(a) == 0);
	kc_ledger_next_wake(a->l, &wake);
	assert_true(wake.due_ms == a->now_ms + 1000);
	a->now_ms += 1000;
	assert_true(kc_ledger_settle(a->l));
	assert_true(row_of(a) == kc_store_size(a->store));
	kc_ledger_next_wake(a->l, &wake);
	assert_true(wake.due_ms == INT64_MAX);
	end(a);
}

static void
test_beside__rows_of_a_batch_that_fell_are_asked_for_again(void **state)
{
	static const struct kc_fake_step steps[] = {{KC_CONFLICT, false}};
	struct app *a = *state;
	struct counter c;
	struct kc_buf note = {0};

	begin(a, &c);
	app_close(a);
	assert_int_equal(
	    kc_sequencer_fake(&a->sequencer, a->store, steps, 1), KC_OK);
	a->own_sequencer = true;
	app_open(a);
	app_duty(a, 1, &note);
	sent(a, kc_buf_view(&note), KC_EREFUSED);
	assert_true(kc_ledger_settle(a->l));
	assert_true(row_of(a) == 0 && c.fell == 1);
	sent(a, kc_buf_view(&note), KC_OK);
	assert_true(row_of(a) == kc_store_size(a->store));
	end(a);
	kc_buf_free(&note);
}

/* --- a store that is put back --- */
static void
write_row(struct app *a, struct counter *c)
{
	c->next_ms = a->now_ms + 1000;
	kc_ledger_tick(a->l);
	assert_true(kc_ledger_settle(a->l));
	a->now_ms += 1000;
	assert_true(kc_ledger_settle(a->l));
	assert_true(row_of(a) == kc_store_size(a->store));
}

/* What the anchor holds would lead from the old copy to the head; but it lacks
 * a row that has no entry, written before that batch or after it. */
static void
put_back(struct app *a, bool before)
{
	struct counter c;
	struct kc_buf note = {0};
	uint64_t size;

	begin(a, &c);
	tmpdir_copy(a->dir, "ledger.mdb", "old");
	app_duty(a, 1, &note);
	if (before)
		write_row(a, &c);
	sent(a, kc_buf_view(&note), KC_OK);
	if (!before)
		write_row(a, &c);
	size = kc_store_size(a->store);
	app_down(a);
	tmpdir_copy(a->dir, "ledger.mdb", "now");
	tmpdir_copy(a->dir, "old", "ledger.mdb");
	app_load(a);
	assert_int_equal(app_try(a), KC_EROLLBACK);
	app_shut(a);
	tmpdir_copy(a->dir, "now", "ledger.mdb");
	app_load(a);
	app_open(a);
	assert_true(row_of(a) == size);
	end(a);
	kc_buf_free(&note);
}

static void
test_beside__copy_without_a_row_before_a_batch_is_a_rollback(void **state)
{
	put_back(*state, true);
}

static void
test_beside__copy_without_a_row_after_a_batch_is_a_rollback(void **state)
{
	put_back(*state, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_beside__rows_are_written_with_the_batch, app_up_disk,
		app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_beside__rows_are_written_alone_when_their_time_comes,
		app_up_memory, app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_beside__rows_of_a_batch_that_fell_are_asked_for_again,
		app_up_memory, app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_beside__copy_without_a_row_before_a_batch_is_a_rollback,
		app_up_disk, app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_beside__copy_without_a_row_after_a_batch_is_a_rollback,
		app_up_disk, app_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
