/* SPDX-License-Identifier: Apache-2.0 */
/* The end of the year at a glance: how far it has come, and the self-checks of
 * a unit. */
#include "glance.h"

#include "noun/yearend/yearend.h"

static enum kc_light
light_of(const struct kc_vx *x, bool waits, kc_day due)
{
	if (!waits)
		return KC_LIGHT_GREEN;
	return due != KC_DAY_NONE && x->today > due ? KC_LIGHT_RED
						    : KC_LIGHT_YELLOW;
}

/* Of how many that count, how many are filed. */
static void
selfchecks_item(
    struct kc_glance *g, const struct kc_unit *u, const struct kc_yearend *y)
{
	const struct kc_vx *x = g->t.x;
	struct kc_u32s list = kc_list_targets(x->st, u->index, y->year);
	struct kc_buf b = {0};
	uint64_t all = 0, filed = 0;
	kc_day due = KC_DAY_NONE;

	for (uint32_t i = 0; i < list.n; i++) {
		const struct kc_target *t = x->st->targets.v[list.v[i]];

		all += kc_target_counts(t);
		filed += kc_target_counts(t) && kc_selfcheck_filed(x->st, t);
	}
	if (all == 0)
		return;
	if (filed < all && y->state < KC_YE_SCORED)
		due = kc_selfcheck_due(x->st, y, u->index);
	kc_buf_str(&b, kc_vx_say(x, "已报送 ", "filed "));
	kc_buf_u64(&b, filed);
	kc_buf_char(&b, '/');
	kc_buf_u64(&b, all);
	kc_item_due(&g->t, "selfchecks", "年终自查", "self-checks",
	    light_of(x, filed < all, due), &b, due);
}

static enum kc_err
year_items(struct kc_glance *g, const struct kc_unit *u, int year)
{
	struct kc_vx *x = g->t.x;
	const struct kc_yearend *y = kc_yearend_of(x->st, year);
	struct kc_buf b = {0};
	kc_day due = KC_DAY_NONE;
	bool waits = false;
	enum kc_err err;

	if (kc_cycle_of(x->st, year) == NULL || !kc_year_ends(x, year))
		return KC_OK;
	if (u != NULL && y != NULL &&
	    kc_vx_sees_unit_of(x, KC_SEE_selfchecks, u))
		selfchecks_item(g, u, y);
	err = kc_buf_year_end(&b, x, year, &waits, &due);
	if (err == KC_OK)
		kc_item_due(&g->t, "yearend", "年终考核", "year's end",
		    light_of(x, waits, due), &b, due);
	else
		kc_buf_free(&b);
	return err;
}

/* A year ends while the next one is at hand: of that one, the one before it is
 * there until it is closed. */
enum kc_err
kc_glance_year(struct kc_glance *g, const struct kc_unit *u)
{
	const struct kc_vx *x = g->t.x;
	enum kc_err err = KC_OK;

	if (x->args->year == 0 && !kc_year_closed(x->st, x->year - 1))
		err = year_items(g, u, x->year - 1);
	return err == KC_OK ? year_items(g, u, x->year) : err;
}
