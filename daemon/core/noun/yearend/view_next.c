/* SPDX-License-Identifier: Apache-2.0 */
/* How far a year has ended, what it waits for and whose that is: in the list of
 * years, and at a glance. */
#include "yearend.h"

#include "noun/vx.h"

/* A year that is over and has not begun to end waits for that. */
static void
not_begun(const struct kc_vx *x, int year, struct kc_next *n)
{
	const struct kc_kind *begin = kc_kind_get(KC_K_yearend_begin);

	*n = (struct kc_next){.due = KC_DAY_NONE, .now_due = KC_DAY_NONE};
	if (kc_day_year(x->today) > year && begin->since <= x->st->epoch)
		n->kind = n->now = begin;
}

static enum kc_err
next_of(
    struct kc_vx *x, int year, const struct kc_yearend **y, struct kc_next *n)
{
	*y = kc_yearend_of(x->st, year);
	if (*y != NULL)
		return kc_yearend_next(x->st, *y, n, x->why);
	not_begun(x, year, n);
	return KC_OK;
}

bool
kc_year_ends(const struct kc_vx *x, int year)
{
	struct kc_next n;

	not_begun(x, year, &n);
	return n.kind != NULL || kc_yearend_of(x->st, year) != NULL;
}

/* "file a self-check (head)" */
static void
put_now(struct kc_buf *b, const struct kc_vx *x, const struct kc_kind *kind)
{
	kc_buf_str(b, kc_vx_say(x, kind->zh, kind->en));
	kc_buf_str(b, kc_vx_say(x, "（", " ("));
	kc_buf_signers(b, kind, x->lang);
	kc_buf_str(b, kc_vx_say(x, "）", ")"));
}

enum kc_err
kc_vx_year_end(struct kc_vx *x, int year)
{
	const struct kc_yearend *y;
	struct kc_next n;
	struct kc_buf now = {0};
	enum kc_err err = next_of(x, year, &y, &n);

	if (err == KC_OK) {
		if (y != NULL) {
			kc_vx_state(x, KC_M_yearend, y->state);
		} else {
			kc_vx_str(x, "state", "open");
			kc_vx_str(
			    x, "state_text", kc_vx_say(x, "进行中", "open"));
		}
		kc_vx_u64(x, "version", y == NULL ? 0 : y->version);
		kc_vx_lacks(x, &n);
		if (n.now != NULL)
			put_now(&now, x, n.now);
		if (n.now != NULL)
			kc_vx_buf(x, "now", &now);
		else
			kc_vx_null(x, "now");
		kc_vx_day(x, "due", n.now_due);
	}
	kc_buf_free(&now);
	kc_next_free(&n);
	return err;
}

static void
say_lacks(struct kc_buf *b, const struct kc_vx *x, const struct kc_next *n)
{
	if (n->lacks.n == 0)
		return;
	kc_buf_str(b, kc_vx_say(x, "，尚缺", ", lacks "));
	kc_buf_str(b, kc_vx_say(x, n->lacks.what_zh, ""));
	kc_buf_str(b, kc_vx_say(x, " ", ""));
	kc_buf_u64(b, n->lacks.n);
	kc_buf_str(b, kc_vx_say(x, "", " "));
	kc_buf_str(b, kc_vx_say(x, "", n->lacks.what_en));
	kc_buf_str(b, kc_vx_say(x, "：", ": "));
	kc_buf_put(b, n->missing.p, n->missing.n);
}

enum kc_err
kc_buf_year_end(
    struct kc_buf *b, struct kc_vx *x, int year, bool *waits, kc_day *due)
{
	const struct kc_yearend *y;
	struct kc_next n;
	enum kc_err err = next_of(x, year, &y, &n);

	if (err == KC_OK) {
		if (y != NULL)
			kc_buf_str(b, y->handle);
		else
			kc_buf_i64(b, year);
		kc_buf_char(b, ' ');
		kc_buf_str(b,
		    y == NULL ? kc_vx_say(x, "未启动", "not begun")
			      : kc_state_name(KC_M_yearend, y->state, x->lang));
		say_lacks(b, x, &n);
		if (n.now != NULL)
			kc_buf_str(b, kc_vx_say(x, "；下一步：", "; next: "));
		if (n.now != NULL)
			put_now(b, x, n.now);
		*due = n.now_due;
		*waits = n.kind != NULL;
		err = kc_buf_err(b);
	}
	kc_next_free(&n);
	return err;
}
