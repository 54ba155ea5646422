/* SPDX-License-Identifier: Apache-2.0 */
/* No more messages in a minute than a channel's operator takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/outbox.h>
#include <kaocheng/people.h>

#include "deskkit.h"
#include "tmpdir.h"

#define MESSAGES 25u /* of a channel that takes 20 a minute */

static enum kc_err
take_first(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct kc_out_row *row = ctx;

	return row->nkeys > 0 ? KC_OK : kc_out_row_read(row, key, value);
}

/* So many others with what the first has to say, by another channel. */
static void
put_rows(struct desk *d, struct kc_out_row *row, unsigned channel)
{
	const char *word = kc_word_text(KC_SET_CHANNEL, channel);

	row->channel = channel;
	row->made_ms = row->next_ms = d->a.now_ms;
	for (row->copy = 1; row->copy <= MESSAGES; row->copy++) {
		struct kc_buf text = {0};
		struct kc_put put;

		assert_int_equal(
		    kc_message_id(row->id, KC_LIT(KIT_ORIGIN),
			kc_slice_str(row->to), kc_slice_str(word), row->day,
			row->copy, row->keys, row->nkeys),
		    KC_OK);
		kc_buf_out_row(&text, row);
		memcpy(put.key, row->id, sizeof(put.key));
		put.value = kc_buf_view(&text);
		assert_int_equal(
		    kc_store_put(d->a.store, &put, 1, NULL), KC_OK);
		kc_buf_free(&text);
	}
}

static void
in_a_group(const char *dir, const char *actor)
{
	static const enum kc_person_field fields[] = {
	    KC_PERSON_ACTOR, KC_PERSON_NAME, KC_PERSON_CHANNEL};
	const char *values[] = {actor, "林小雨", "dingtalk office"};
	struct kc_refusal why = {0};
	struct kc_buf detail = {0};
	struct kc_person p = {0};

	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(
		    kc_person_set(&p, fields[i], kc_slice_str(values[i]), &why),
		    KC_OK);
	assert_int_equal(kc_people_put(dir, &p, &detail), KC_OK);
	kc_buf_free(&detail);
}

static void
test_pace__what_is_over_a_channels_limit_waits_for_the_next_minute(void **state)
{
	struct desk *d = *state;
	struct kc_out_row row = {0};
	char top[128], dir[160];

	tmpdir_make(top);
	(void)snprintf(dir, sizeof(dir), "%s/people", top);
	(void)desk_open(d);
	assert_int_equal(kc_store_outbox(d->a.store, take_first, &row), KC_OK);
	in_a_group(dir, row.to);
	desk_answer(d, KC_DELIVERY_SENT, "250");
	d->people = dir;
	d->channels = 1u << KC_CHANNEL_DINGTALK;
	desk_close(d);
	put_rows(d, &row, KC_CHANNEL_DINGTALK);
	desk_reopen(d);
	kc_outbox_ready(d->b);
	desk_rounds(d);
	assert_int_equal(d->njobs, 20);
	desk_pass(d, MINUTE / 2);
	assert_int_equal(d->njobs, 20);
	desk_pass(d, MINUTE / 2);
	assert_int_equal(d->njobs, MESSAGES);
	kc_out_row_release(&row);
	tmpdir_remove(dir);
	tmpdir_remove(top);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_pace__what_is_over_a_channels_limit_waits_for_the_next_minute,
		desk_up, desk_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
