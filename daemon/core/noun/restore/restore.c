/* SPDX-License-Identifier: Apache-2.0 */
/* The clerk says that a ledger was put back; two administrators accept it. */
#include "restore.h"

#include "engine/actor.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/hold.h>

/* --- asked by others --- */
bool
kc_state_restored(const struct kc_state *st)
{
	return st->restored;
}

bool
kc_state_restored_at(const struct kc_state *st, uint64_t seq)
{
	const struct kc_restoration *v = st->restorations.v;
	uint32_t n = st->restorations.n;

	return n > 0 && v[n - 1].seq >= seq;
}

unsigned
kc_restore_state(const struct kc_state *st)
{
	return st->restored ? KC_RS_RESTORED : KC_RS_WHOLE;
}

bool
kc_ends_hold(enum kc_kind_id kind)
{
	return kind == KC_K_clock_step || kind == KC_K_clock_confirm ||
	    kind == KC_K_ledger_restored || kind == KC_K_restore_accept;
}

enum kc_err
kc_restore_admits(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_restoration *last;

	if (!st->restored || kc_ends_hold(at->e->kind->id))
		return KC_OK;
	last = &st->restorations.v[st->restorations.n - 1];
	(void)kc_refuse(why, KC_R_RESTORED, NULL, NULL, NULL, NULL);
	kc_refusal_arg_u64(why, 0, last->seq);
	kc_refusal_set_state(why,
	    kc_state_name(KC_M_restore, KC_RS_RESTORED, KC_LANG_EN),
	    kc_state_name(KC_M_restore, KC_RS_RESTORED, KC_LANG_ZH));
	return KC_EREFUSED;
}

/* --- ledger.restored --- */
enum kc_err
ledger_restored_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_entry *e = at->e;
	bool size = kc_entry_has(e, KC_F_ledger_restored_lost_size);
	bool root = kc_entry_has(e, KC_F_ledger_restored_lost_root);

	(void)st;
	if (size != root)
		return kc_refuse(why, KC_R_FIELD_MISSING,
		    size ? "lost_root" : "lost_size", NULL, NULL, NULL);
	if (size &&
	    (uint64_t)kc_entry_num(e, KC_F_ledger_restored_lost_size, 0) <=
		at->stamp.seq)
		return kc_refuse(why, KC_R_FIELD_VALUE, "lost_size",
		    "more than what stands", "多于现有条目数", NULL);
	return KC_OK;
}

enum kc_err
ledger_restored_apply(struct kc_state *st, const struct kc_at *at)
{
	const struct kc_entry *e = at->e;
	struct kc_slice root = kc_entry_str(e, KC_F_ledger_restored_lost_root);
	struct kc_restoration r = {.seq = (uint32_t)at->stamp.seq,
	    .lost_size =
		(uint64_t)kc_entry_num(e, KC_F_ledger_restored_lost_size, 0),
	    .received_ms = at->stamp.received_ms};

	if (root.n > 0) {
		struct kc_slice hex = {
		    root.p + sizeof("sha256:") - 1, 2 * sizeof(r.lost_root.b)};
		bool read =
		    kc_read_hex(hex, r.lost_root.b, sizeof(r.lost_root.b));

		assert(read); /* the codec has seen to it */
		(void)read;
	}
	st->restored = true;
	return kc_vec_push(&st->restorations, r) ? KC_OK : KC_ENOMEM;
}

/* First 16 bytes of SHA-256 of "kaocheng/v1 restored", origin, number of the
 * entry, and the root before it, a line each: a ledger that is put back to the
 * same place twice says so twice. */
static enum kc_err
restored_id(const struct kc_state *st, int64_t received_ms,
    const struct kc_hash *root, uint8_t id[KC_ID_SIZE])
{
	struct kc_buf b = {0};

	kc_buf_str(&b, "kaocheng/v1 restored\n");
	kc_buf_str(&b, st->origin);
	kc_buf_char(&b, '\n');
	kc_buf_u64(&b, st->size);
	kc_buf_char(&b, '\n');
	kc_buf_i64(&b, received_ms);
	kc_buf_char(&b, '\n');
	kc_buf_hex(&b, root->b, sizeof(root->b));
	kc_buf_char(&b, '\n');
	return kc_lines_id(&b, id);
}

enum kc_err
kc_restored_text(const struct kc_state *st, int64_t received_ms,
    const struct kc_lost *lost, const struct kc_hash *root, struct kc_buf *text)
{
	struct kc_draft *d = kc_alloc(sizeof(*d));
	struct kc_buf size = {0}, hash = {0};
	struct kc_refusal why = {0};
	uint8_t id[KC_ID_SIZE];
	enum kc_err err =
	    d == NULL ? KC_ENOMEM : restored_id(st, received_ms, root, id);

	if (err != KC_OK)
		goto out;
	kc_draft_init(d, KC_K_ledger_restored, kc_slice_str(st->origin), id,
	    received_ms / 1000);
	kc_draft_seen(d, st->size, root);
	kc_draft_by(d, kc_slice_str(st->actors.v[st->clerk]->id));
	if (lost->size > st->size) {
		kc_buf_u64(&size, lost->size);
		kc_buf_sha256(&hash, &lost->root);
		kc_draft_add(
		    d, KC_F_ledger_restored_lost_size, kc_buf_view(&size));
		kc_draft_add(
		    d, KC_F_ledger_restored_lost_root, kc_buf_view(&hash));
	}
	err = kc_buf_err(&size);
	if (err == KC_OK)
		err = kc_buf_err(&hash);
	if (err == KC_OK)
		err = kc_draft_encode(d, text, &why);
	assert(err != KC_EREFUSED);
out:
	kc_buf_free(&size);
	kc_buf_free(&hash);
	kc_free(d);
	return err;
}

/* --- restore.accept --- */
enum kc_err
restore_accept_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return kc_want_state(
	    at, KC_M_restore, kc_restore_state(st), "ledger", why);
}

enum kc_err
restore_accept_apply(struct kc_state *st, const struct kc_at *at)
{
	/* One word for all that were not accepted before. */
	for (uint32_t i = st->restorations.n; i-- > 0;) {
		if (st->restorations.v[i].accepted != 0)
			break;
		st->restorations.v[i].accepted = (uint32_t)at->stamp.seq;
	}
	st->restored = false;
	return KC_OK;
}
