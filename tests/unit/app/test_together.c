/* SPDX-License-Identifier: Apache-2.0 */
/* Notes of which all stand, in one commit, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "appkit.h"

#define MANY 700 /* more than a batch that notes fill by chance */

struct group {
	size_t n;
	struct kc_buf note[MANY];
	struct kc_slice notes[MANY];
	struct answer w[MANY];
};

static struct group *
group_new(struct app *a, unsigned from, size_t n)
{
	struct group *g = calloc(1, sizeof(*g));

	g->n = n;
	for (unsigned i = 0; i < n; i++) {
		app_duty(a, from + i, &g->note[i]);
		g->notes[i] = kc_buf_view(&g->note[i]);
	}
	return g;
}

static void
group_free(struct group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		kc_buf_free(&g->note[i]);
		answer_free(&g->w[i]);
	}
	free(g);
}

static void
send(struct app *a, struct group *g)
{
	app_send_together(a, g->notes, g->n, g->w);
}

static uint64_t
batches(struct app *a)
{
	struct kc_ledger_stats st;

	kc_ledger_stats(a->l, &st);
	return st.batches;
}

/* One fell for its own reason, the others for its sake; nothing stands. */
static void
check_fallen(struct app *a, const struct group *g, size_t bad,
    enum kc_refusal_code code, uint64_t size)
{
	for (size_t i = 0; i < g->n; i++) {
		assert_int_equal(g->w[i].err, KC_EREFUSED);
		assert_int_equal(g->w[i].code, i == bad ? code : KC_R_TOGETHER);
	}
	assert_true(kc_store_size(a->store) == size);
	assert_int_equal(kc_ledger_mode(a->l), KC_MODE_OPEN);
	(void)app_digest(a); /* fails where the state is not the log's */
}

static void
test_together__all_stand_in_one_commit_and_in_order(void **state)
{
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store), before = batches(a);
	struct group *g = group_new(a, 100, MANY);

	send(a, g);
	for (size_t i = 0; i < g->n; i++) {
		assert_int_equal(g->w[i].err, KC_OK);
		assert_true(g->w[i].seq == size + i);
		assert_true(g->w[i].received_ms == g->w[0].received_ms);
		if (i % 50 == 0 || i == g->n - 1)
			app_check_receipt(a, &g->w[i]);
	}
	assert_true(batches(a) == before + 1);
	(void)app_digest(a);
	app_restart(a);
	assert_true(kc_store_size(a->store) == size + MANY);
	group_free(g);
}

static void
test_together__one_that_is_refused_takes_all_along(void **state)
{
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct group *g = group_new(a, 100, 9);
	struct kc_buf copy = {0};

	/* The same duty again, by another id. */
	app_duty(a, 102, &copy);
	g->notes[7] = kc_buf_view(&copy);
	send(a, g);
	check_fallen(a, g, 7, KC_R_EXISTS, size);
	g->notes[7] = kc_buf_view(&g->note[7]);
	send(a, g);
	for (size_t i = 0; i < g->n; i++)
		assert_int_equal(g->w[i].err, KC_OK);
	kc_buf_free(&copy);
	group_free(g);
}

static void
test_together__signature_or_form_takes_all_along(void **state)
{
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct group *g = group_new(a, 100, 40);
	char *p = &g->note[33].p[g->note[33].n - 10], was = *p;

	*p = was == 'A' ? 'B' : 'A'; /* base64 still */
	send(a, g);
	check_fallen(a, g, 33, KC_R_SIGNATURE, size);
	*p = was;
	g->notes[0] = KC_LIT("not a note\n");
	send(a, g);
	check_fallen(a, g, 0, g->w[0].code, size);
	assert_int_not_equal(g->w[0].code, KC_R_TOGETHER);
	group_free(g);
}

static void
test_together__sent_again_each_gets_its_first_receipt(void **state)
{
	struct app *a = *state;
	struct group *g = group_new(a, 100, 5);
	uint64_t size;

	send(a, g);
	size = kc_store_size(a->store);
	for (size_t i = 0; i < g->n; i++)
		answer_free(&g->w[i]);
	send(a, g);
	for (size_t i = 0; i < g->n; i++) {
		assert_int_equal(g->w[i].err, KC_OK);
		assert_true(g->w[i].duplicate);
		app_check_receipt(a, &g->w[i]);
	}
	assert_true(kc_store_size(a->store) == size);
	group_free(g);
}

/* Whom the ledger does not know has no log replayed: the trial, which asks for
 * the time once it has one, is not begun. */
static void
test_together__a_stranger_has_nothing_replayed(void **state)
{
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct group *g = group_new(a, 100, 3);
	struct kc_buf strange = {0};
	const char *const fields[] = {"unit=G16", "duty=G16-X", "text=x", NULL};
	unsigned looks;

	assert_int_equal(
	    kit_note(&a->k, &strange, KC_K_duty_register, "stranger", fields),
	    KC_OK);
	g->notes[0] = kc_buf_view(&strange);
	looks = a->looks;
	send(a, g);
	assert_int_equal(a->looks, looks);
	check_fallen(a, g, 0, g->w[0].code, size);
	assert_int_not_equal(g->w[0].code, KC_R_TOGETHER);
	/* After one that is known it is tried, and falls there. */
	g->notes[0] = kc_buf_view(&g->note[0]);
	g->notes[2] = kc_buf_view(&strange);
	send(a, g);
	assert_true(a->looks > looks);
	check_fallen(a, g, 2, g->w[2].code, size);
	kc_buf_free(&strange);
	group_free(g);
}

/* The same bytes twice in one group stand once. */
static void
test_together__same_bytes_twice_stand_once(void **state)
{
	struct app *a = *state;
	uint64_t size = kc_store_size(a->store);
	struct group *g = group_new(a, 100, 4);

	g->notes[3] = g->notes[1];
	send(a, g);
	for (size_t i = 0; i < g->n; i++)
		assert_int_equal(g->w[i].err, KC_OK);
	assert_true(g->w[3].seq == g->w[1].seq);
	assert_true(kc_store_size(a->store) == size + 3);
	group_free(g);
}

/* --- what changes between the trial and the commit --- */
static struct {
	struct kc_sequencer inner;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool shut, inside;
} door = {.lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};

static enum kc_outcome
wait_at_door(
    void *ctx, const struct kc_append *batch, struct kc_hash root_before)
{
	pthread_mutex_lock(&door.lock);
	door.inside = true;
	pthread_cond_broadcast(&door.cond);
	while (door.shut)
		pthread_cond_wait(&door.cond, &door.lock);
	pthread_mutex_unlock(&door.lock);
	return door.inner.append(ctx, batch, root_before);
}

struct sender {
	struct app *a;
	struct group *g;
	pthread_t thread;
};

static void *
send_group(void *sender)
{
	struct sender *s = sender;

	send(s->a, s->g);
	return NULL;
}

/* Waits until so many trials have replayed what stood before the door. */
static void
wait_for_trials(struct app *a, unsigned looks)
{
	while (a->looks < looks)
		sched_yield();
}

static void
test_together__what_came_between_takes_all_along(void **state)
{
	struct app *a = *state;
	struct group *first, *both[2];
	struct sender s[3];
	unsigned looks;
	uint64_t size;

	app_close(a);
	door.inner = kc_sequencer_local(a->store);
	a->sequencer = door.inner;
	a->sequencer.append = wait_at_door;
	a->own_sequencer = true;
	app_open(a);
	first = group_new(a, 1, 1);
	/* The last hundred of the second group are in the first one too. */
	both[0] = group_new(a, 300, 300);
	both[1] = group_new(a, 100, 300);
	door.shut = true;
	door.inside = false;
	s[0] = (struct sender){a, first, 0};
	pthread_create(&s[0].thread, NULL, send_group, &s[0]);
	pthread_mutex_lock(&door.lock);
	while (!door.inside)
		pthread_cond_wait(&door.cond, &door.lock);
	pthread_mutex_unlock(&door.lock);
	size = kc_store_size(a->store);
	looks = a->looks;
	for (int i = 0; i < 2; i++) {
		s[i + 1] = (struct sender){a, both[i], 0};
		pthread_create(&s[i + 1].thread, NULL, send_group, &s[i + 1]);
		wait_for_trials(a, looks + 1 + (unsigned)i);
	}
	pthread_mutex_lock(&door.lock);
	door.shut = false;
	pthread_cond_broadcast(&door.cond);
	pthread_mutex_unlock(&door.lock);
	for (int i = 0; i < 3; i++)
		pthread_join(s[i].thread, NULL);
	for (size_t k = 0; k < 300; k++)
		assert_int_equal(both[0]->w[k].err, KC_OK);
	check_fallen(a, both[1], 200, KC_R_EXISTS, size + 1 + 300);
	app_grow(a, 2, 3);
	group_free(first);
	group_free(both[0]);
	group_free(both[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_together__all_stand_in_one_commit_and_in_order,
		app_up_disk, app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_together__one_that_is_refused_takes_all_along,
		app_up_memory, app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_together__signature_or_form_takes_all_along, app_up_memory,
		app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_together__sent_again_each_gets_its_first_receipt,
		app_up_memory, app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_together__a_stranger_has_nothing_replayed, app_up_memory,
		app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_together__same_bytes_twice_stand_once, app_up_memory,
		app_tear_down),
	    cmocka_unit_test_setup_teardown(
		test_together__what_came_between_takes_all_along, app_up_memory,
		app_tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("together", tests, NULL, NULL);
}
