/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks of reminders, and what others may. */
#include "reminder.h"

#include <assert.h>
#include <string.h>

#include "engine/noun.h"

static void
holds(struct kc_state *st, struct kc_hold *h)
{
	kc_hold_rows(h, &st->told);
	kc_hold_rows(h, &st->reminded);
	kc_hold_rows(h, &st->heeds);
	kc_hold_rows(h, &st->happenings);
	kc_hold_rows(h, &st->resends);
	for (uint32_t i = 0; i < st->reminded.n; i++)
		kc_hold_text(h, &st->reminded.v[i].key);
	for (uint32_t i = 0; i < st->heeds.n; i++)
		kc_hold_text(h, &st->heeds.v[i].about);
	for (uint32_t i = 0; i < st->happenings.n; i++)
		kc_hold_text(h, &st->happenings.v[i].handle);
}

/* What has happened follows from the objects that it happened to. Of a reminder
 * to vote nothing that could be guessed, and tried on the digest. */
static void
digest(const struct kc_state *st, struct kc_digest *d)
{
	for (uint32_t i = 0; i < st->told.n; i++) {
		const struct kc_told_row *r = &st->told.v[i];

		if (r->sealed) {
			kc_digest_open(d, 'S');
			kc_digest_num(d, r->seq);
			continue;
		}
		kc_digest_open(d, 'M');
		kc_digest_num(d, (int64_t)kc_be64(r->id));
		kc_digest_num(d, (int64_t)kc_be64(r->id + 8));
		kc_digest_num(d, r->to);
		kc_digest_num(d, r->sent);
		kc_digest_num(d, r->seq);
		kc_digest_num(d, r->told_ms);
		kc_digest_num(d, r->ack_ms);
	}
	for (uint32_t i = 0; i < st->reminded.n; i++) {
		if (st->reminded.v[i].sealed)
			continue;
		kc_digest_open(d, 'N');
		kc_digest_num(d, st->reminded.v[i].to);
		kc_digest_num(d, st->reminded.v[i].stage);
		kc_digest_text(d, st->reminded.v[i].key);
	}
	for (uint32_t i = 0; i < st->heeds.n; i++) {
		kc_digest_open(d, 'H');
		kc_digest_num(d, st->heeds.v[i].to);
		kc_digest_text(d, st->heeds.v[i].about);
		kc_digest_num(d, st->heeds.v[i].mute_until);
		kc_digest_num(d, st->heeds.v[i].ack_ms);
	}
	for (uint32_t i = 0; i < st->resends.n; i++) {
		kc_digest_open(d, 'W');
		kc_digest_num(d, st->resends.v[i].told);
		kc_digest_num(d, st->resends.v[i].seq);
		kc_digest_num(d, st->resends.v[i].outcome);
	}
}

static enum kc_see
reads(const struct kc_entry *e)
{
	return kc_outcome_sealed(e) ? KC_SEE_turnout : KC_SEE_NONE;
}

const struct kc_noun kc_noun_reminder = {
    .things = {{"message", "消息"}},
    .reads = reads,
    .holds = holds,
    .digest = digest,
    .after = kc_reminder_after,
};

/* --- what was told --- */
uint32_t
kc_state_told_count(const struct kc_state *st)
{
	return st->told.n;
}

void
kc_state_told(const struct kc_state *st, uint32_t i, struct kc_told *out)
{
	const struct kc_told_row *r;

	assert(i < st->told.n);
	r = &st->told.v[i];
	*out = (struct kc_told){
	    .to = st->actors.v[r->to]->id,
	    .sent = r->sent,
	    .overtaken = r->overtaken,
	    .seq = r->seq,
	    .told_ms = r->told_ms,
	    .ack_ms = r->ack_ms,
	    .again = kc_resend_after(st, i),
	};
	memcpy(out->id, r->id, sizeof(out->id));
}

uint32_t
kc_state_told_find(
    const struct kc_state *st, const uint8_t id[KC_MESSAGE_ID_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	char code[2 * KC_MESSAGE_ID_SIZE];

	for (size_t i = 0; i < KC_MESSAGE_ID_SIZE; i++) {
		code[2 * i] = hex[id[i] >> 4];
		code[2 * i + 1] = hex[id[i] & 15];
	}
	return kc_find(
	    st, KC_NS_MESSAGE, (struct kc_slice){code, sizeof(code)});
}
