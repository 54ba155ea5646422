/* SPDX-License-Identifier: Apache-2.0 */
/* The years that were opened, and the policies and calendars adopted. */
#include "noun/vx.h"
#include "noun/yearend/yearend.h"

enum kc_err
kc_render_cycles(struct kc_vx *x)
{
	enum kc_err err = KC_OK;

	kc_vx_rows(x);
	for (uint32_t i = 0; err == KC_OK && i < x->st->cycles.n; i++) {
		const struct kc_cycle *c = x->st->cycles.v[i];

		x->asked = true; /* everybody's */
		kc_vx_row(x);
		kc_vx_i64(x, "year", c->year);
		kc_vx_str(
		    x, "policy", x->st->policies.v[c->policy].policy->name);
		err = kc_vx_year_end(x, c->year);
		kc_vx_u64(x, "lists", c->lists.n);
		kc_vx_u64(x, "prededucts", c->numbers[KC_SERIES_CASE]);
		kc_vx_u64(x, "warnings", c->numbers[KC_SERIES_WARNING]);
		kc_vx_u64(x, "disputes", c->numbers[KC_SERIES_DISPUTE]);
		kc_vx_u64(x, "seq", c->seq);
		kc_vx_end(x);
	}
	return err;
}

enum kc_err
kc_render_policies(struct kc_vx *x)
{
	const struct kc_policy *now = kc_policy_now(x->st);

	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->policies.n; i++) {
		const struct kc_adopted_policy *a = &x->st->policies.v[i];

		x->asked = true;
		kc_vx_row(x);
		kc_vx_str(x, "policy", a->policy->name);
		kc_vx_str(x, "title",
		    kc_vx_say(x, a->policy->title_zh, a->policy->title_en));
		kc_vx_bool(x, "in_force", a->policy == now);
		kc_vx_str(x, "file", a->policy->file);
		kc_vx_hash(x, "hash", &a->hash);
		kc_vx_u64(x, "seq", a->seq);
		kc_vx_end(x);
	}
	return KC_OK;
}

enum kc_err
kc_render_calendars(struct kc_vx *x)
{
	kc_vx_rows(x);
	for (uint32_t i = 0; i < x->st->calendars.n; i++) {
		const struct kc_adopted_calendar *a = &x->st->calendars.v[i];

		x->asked = true;
		kc_vx_row(x);
		kc_json_key(&x->w, "years");
		kc_json_open(&x->w, '[');
		for (int y = KC_YEAR_MIN; y <= KC_YEAR_MAX; y++)
			if ((a->years[(y - KC_YEAR_MIN) / 64] >>
				    ((y - KC_YEAR_MIN) % 64) &
				1) != 0)
				kc_json_i64(&x->w, y);
		kc_json_close(&x->w, ']');
		kc_vx_str(x, "file", a->file);
		kc_vx_hash(x, "hash", &a->hash);
		kc_vx_u64(x, "seq", a->seq);
		kc_vx_end(x);
	}
	return KC_OK;
}
