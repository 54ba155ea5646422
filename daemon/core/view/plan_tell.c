/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told: the people of a role, who stands in for them, the leader in
 * charge; and who is not, having been told or having muted it. */
#include "plan_int.h"

static bool
is_escalation(int role)
{
	return role == KC_ROLE_LEADER || role == KC_ROLE_ESTAB;
}

/* Muted stages come with the digest after the time is over. What has happened
 * is not muted, nor what goes to superiors because it was not done. */
static bool
is_muted(struct kc_planning *x, const struct kc_notice *n, uint32_t to)
{
	const struct kc_heed *h =
	    kc_heed_find(x->st, to, kc_slice_str(n->handle));
	int64_t over_ms;

	if (h == NULL || h->mute_until == KC_DAY_NONE || n->seq != 0 ||
	    is_escalation(n->role))
		return false;
	over_ms = kc_digest_ms(x->p, h->mute_until + 1);
	if (x->now_ms >= over_ms)
		return false;
	kc_planning_whole(x, over_ms);
	return true;
}

static bool
was_told(struct kc_planning *x, const struct kc_plan_item *i)
{
	const struct kc_reminded *r;
	struct kc_notice_key key;
	struct kc_buf b = {0};

	if (!kc_notice_key_read(kc_slice_str(i->key), &key)) {
		x->err = KC_ENOMEM; /* no memory to write it */
		return true;
	}
	kc_buf_reminded_key(&b, &key);
	x->err = kc_buf_err(&b);
	r = kc_reminded_find(x->st, i->to, kc_buf_view(&b));
	kc_buf_free(&b);
	return x->err != KC_OK || (r != NULL && r->stage >= key.stage_wd);
}

void
kc_plan_tell_one(
    struct kc_planning *x, const struct kc_notice *n, uint32_t to, bool deputy)
{
	struct kc_plan_item item = {.n = *n, .to = to};
	struct kc_buf key = {0};

	if (x->err != KC_OK || x->st->actors.v[to]->retired ||
	    is_muted(x, n, to))
		return;
	item.n.to = x->st->actors.v[to]->id;
	item.n.deputy = deputy;
	kc_buf_notice_key(&key, &item.n);
	(void)kc_slice_copy(item.key, sizeof(item.key), kc_buf_view(&key));
	kc_buf_free(&key);
	if (was_told(x, &item))
		return;
	if (x->ask->on_way != NULL && x->ask->on_way(x->ask->ctx, &item.n))
		return;
	if (!kc_vec_push(&x->items, item))
		x->err = KC_ENOMEM;
}

static bool
has_kind_of(const struct kc_kind_set *kinds, const char *noun)
{
	for (unsigned k = 0; k < KC_K_COUNT; k++)
		if (kc_kind_set_has(kinds, k) &&
		    kc_slice_is(
			kc_slice_str(kc_kind_get((enum kc_kind_id)k)->noun),
			noun))
			return true;
	return false;
}

void
kc_plan_tell(struct kc_planning *x, const struct kc_notice *n, uint32_t to,
    const char *noun)
{
	const struct kc_actor *a = x->st->actors.v[to];

	x->tell(x, n, to, false);
	for (uint32_t i = 0; i < a->given.n; i++) {
		const struct kc_delegation *d = &a->given.v[i];

		if (!d->ended && d->from <= x->today && x->today <= d->until &&
		    has_kind_of(&d->kinds, noun))
			x->tell(x, n, d->to, true);
	}
}

bool
kc_plan_tell_role(struct kc_planning *x, struct kc_notice *n, uint32_t unit,
    int role, const char *noun)
{
	uint32_t i = unit == KC_NONE ? 0 : x->of_unit[unit];
	bool any = false;

	while (i != KC_NONE && i < x->st->actors.n) {
		const struct kc_actor *a = x->st->actors.v[i];

		if (!a->retired && (a->roles & KC_ROLE_BIT(role)) != 0) {
			any = true;
			if (n != NULL) {
				n->role = role;
				kc_plan_tell(x, n, i, noun);
			}
		}
		i = unit == KC_NONE ? i + 1 : x->next[i];
	}
	return any;
}

uint32_t
kc_plan_leader(const struct kc_planning *x, uint32_t unit)
{
	const struct kc_state *st = x->st;
	const struct kc_u32s *readers = &st->units.v[unit]->readers;

	for (uint32_t i = readers->n; i-- > 0;) {
		const struct kc_actor *a = st->actors.v[readers->v[i]];

		if (!a->retired &&
		    (a->roles & KC_ROLE_BIT(KC_ROLE_LEADER)) != 0)
			return a->index;
	}
	return KC_NONE;
}
