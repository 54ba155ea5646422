/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of notices, ids of messages and of their outcomes. */
#include "reminder.h"

#include <string.h>

#include <kaocheng/instant.h>
#include <kaocheng/machine.h>

#define STAGE_MAX 9999 /* working days; more than any ladder has */

/* --- keys --- */
void
kc_buf_notice_key(struct kc_buf *b, const struct kc_notice *n)
{
	kc_buf_str(b, n->handle);
	kc_buf_char(b, ' ');
	kc_buf_str(b, n->what);
	kc_buf_char(b, ' ');
	kc_buf_str(b, n->stage);
	kc_buf_char(b, ' ');
	if (n->seq != 0)
		kc_buf_u64(b, n->seq);
	else
		kc_buf_day(b, n->last);
	kc_buf_char(b, ' ');
	kc_buf_str(b, n->unit[0] == '\0' ? "-" : n->unit);
}

/* A word of letters, digits, '.', '_' and '-'. */
static bool
is_word(struct kc_slice s, size_t max)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') && c != '.' && c != '_' && c != '-')
			return false;
	}
	return s.n > 0 && s.n < max;
}

/* "-7", "0", "+3"; a stage of events is a word. */
static bool
read_stage(struct kc_slice s, int *out)
{
	struct kc_slice digits = {s.p + 1, s.n - 1};
	int64_t v;

	if (s.n > 1 && s.p[0] == '+')
		s = digits;
	else if (s.n == 0 || (s.p[0] != '-' && !kc_slice_is(s, "0")))
		return false;
	if (!kc_read_i64(s, -STAGE_MAX, STAGE_MAX, &v) ||
	    (s.p == digits.p && v == 0))
		return false;
	*out = (int)v;
	return true;
}

bool
kc_notice_sealed(const struct kc_notice_key *key)
{
	const struct kc_limit *limit =
	    key->is_event ? NULL : kc_limit_find(key->what);

	return limit != NULL && limit->party == KC_PARTY_SELF;
}

bool
kc_notice_key_read(struct kc_slice text, struct kc_notice_key *out)
{
	uint64_t seq;
	kc_day day;

	*out = (struct kc_notice_key){.unit = text};
	if (text.n >= KC_NOTICE_KEY_MAX ||
	    !kc_slice_cut(&out->unit, ' ', &out->handle) ||
	    !kc_slice_cut(&out->unit, ' ', &out->what) ||
	    !kc_slice_cut(&out->unit, ' ', &out->stage) ||
	    !kc_slice_cut(&out->unit, ' ', &out->which))
		return false;
	if (!is_word(out->handle, KC_CODE_MAX + 1) ||
	    !is_word(out->what, KC_NOTICE_WHAT_MAX) ||
	    !is_word(out->unit, KC_CODE_MAX + 1))
		return false;
	if (read_stage(out->stage, &out->stage_wd))
		return kc_read_day(out->which, &day);
	out->is_event = true;
	return is_word(out->stage, KC_NOTICE_STAGE_MAX) &&
	    out->stage.p[0] >= 'a' && out->stage.p[0] <= 'z' &&
	    kc_read_u64(out->which, UINT32_MAX, &seq) && seq > 0;
}

void
kc_buf_reminded_key(struct kc_buf *b, const struct kc_notice_key *k)
{
	const struct kc_slice words[] = {k->handle, k->what, k->which, k->unit};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (i > 0)
			kc_buf_char(b, ' ');
		kc_buf_slice(b, words[i]);
	}
}

/* --- ids --- */
static void
put_line(struct kc_buf *b, struct kc_slice s)
{
	kc_buf_slice(b, s);
	kc_buf_char(b, '\n');
}

enum kc_err
kc_message_id(uint8_t id[KC_MESSAGE_ID_SIZE], struct kc_slice origin,
    struct kc_slice to, struct kc_slice channel, kc_day day, unsigned copy,
    const struct kc_slice *keys, size_t n)
{
	struct kc_buf b = {0};

	kc_buf_str(&b, "kaocheng/v1 message\n");
	put_line(&b, origin);
	put_line(&b, to);
	put_line(&b, channel);
	kc_buf_day(&b, day);
	kc_buf_char(&b, '\n');
	if (copy > 0) {
		kc_buf_str(&b, "again ");
		kc_buf_u64(&b, copy);
		kc_buf_char(&b, '\n');
	}
	for (size_t i = 0; i < n; i++)
		put_line(&b, keys[i]);
	return kc_lines_id(&b, id);
}

enum kc_err
kc_outcome_id(uint8_t id[KC_ID_SIZE], struct kc_slice origin,
    const struct kc_kind *kind, struct kc_slice message, uint64_t tries)
{
	struct kc_buf b = {0};

	kc_buf_str(&b, "kaocheng/v1 outcome\n");
	put_line(&b, origin);
	put_line(&b, kc_slice_str(kind->name));
	put_line(&b, message);
	kc_buf_u64(&b, tries);
	kc_buf_char(&b, '\n');
	return kc_lines_id(&b, id);
}
