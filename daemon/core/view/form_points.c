/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers on paper: two decimals, as a reader says them; and all four where
 * two would hold something else, so that what is added up by hand comes out
 * and nobody signs for a point that is not taken.
 */
#include "form_int.h"

#define CENT (KC_POINT / 100)

/* Of the year that the document is of, whichever is asked for or going on:
 * whoever prints it has set it. */
static enum kc_rounding
rounding_of(const struct kc_vx *x)
{
	const struct kc_policy *p = kc_policy_of(x->st, x->year);

	return p != NULL ? (enum kc_rounding)p->value[KC_P_SCORE_ROUNDING]
			 : KC_HALF_AWAY;
}

void
kc_buf_form_cents(struct kc_buf *b, const struct kc_vx *x, int64_t e4)
{
	int64_t cents = kc_round_div(e4, 1, CENT, rounding_of(x));

	if (cents < 0)
		kc_buf_char(b, '-');
	cents = cents < 0 ? -cents : cents;
	kc_buf_i64(b, cents / 100);
	kc_buf_char(b, '.');
	kc_buf_char(b, (char)('0' + cents % 100 / 10));
	kc_buf_char(b, (char)('0' + cents % 10));
}

static void
put_exact(struct kc_buf *b, const struct kc_vx *x, int64_t e4)
{
	if (e4 % CENT == 0)
		return;
	kc_buf_str(b, kc_vx_say(x, "（", " ("));
	kc_buf_points(b, e4);
	kc_buf_str(b, kc_vx_say(x, "）", ")"));
}

void
kc_buf_form_bare(struct kc_buf *b, const struct kc_vx *x, int64_t e4)
{
	kc_buf_form_cents(b, x, e4);
	put_exact(b, x, e4);
}

void
kc_buf_form_points(struct kc_buf *b, const struct kc_vx *x, int64_t e4)
{
	kc_buf_form_cents(b, x, e4);
	kc_buf_str(b, kc_vx_say(x, " 分", " points"));
	put_exact(b, x, e4);
}

void
kc_form_field_points(
    struct kc_vx *x, const char *zh, const char *en, int64_t e4)
{
	struct kc_buf text = {0};

	kc_buf_form_points(&text, x, e4);
	kc_form_field_buf(x, zh, en, &text);
}

void
kc_form_cell_points(struct kc_vx *x, int64_t e4)
{
	struct kc_buf text = {0};

	kc_buf_form_bare(&text, x, e4);
	kc_form_cell_buf(x, &text);
}

void
kc_buf_form_hundredths(struct kc_buf *b, int64_t bp)
{
	kc_buf_i64(b, bp / 100);
	if (bp % 100 == 0)
		return;
	kc_buf_char(b, '.');
	kc_buf_char(b, (char)('0' + bp % 100 / 10));
	kc_buf_char(b, (char)('0' + bp % 10));
}

void
kc_buf_form_percent(struct kc_buf *b, int64_t bp)
{
	kc_buf_form_hundredths(b, bp);
	kc_buf_str(b, " %");
}
