/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a dispute. */
#include "disputekit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

uint32_t
dispute_entry(const struct kc_case *c, enum kc_kind_id kind)
{
	for (uint32_t i = c->events.n; i-- > 0;)
		if (c->events.v[i].kind == kind)
			return c->events.v[i].seq;
	fail_msg("%s: no such entry", c->handle);
	return 0;
}

const char *
dispute_decision(uint32_t seq)
{
	char number[16];

	(void)snprintf(number, sizeof(number), "%u", seq);
	return kit_field("decision", number);
}

struct kc_dispute *
dispute_file(struct kit *k, const struct kc_case *c)
{
	char head[KC_CODE_MAX + 8];

	(void)snprintf(
	    head, sizeof(head), "%s.head", k->st->units.v[c->unit]->code);
	kit_do(k, KC_K_dispute_file, head,
	    dispute_decision(dispute_entry(c, KC_K_prededuct_confirm)),
	    kit_field("matter", c->handle), EVIDENCE,
	    "claim=进度滞后系上级审批所致");
	return k->st->disputes.v[k->st->disputes.n - 1];
}

const char *
dispute_field(const struct kc_dispute *d)
{
	return kit_field("dispute", d->handle);
}

struct kc_dispute *
dispute_heard(struct kit *k, const struct kc_case *c)
{
	struct kc_dispute *d = dispute_file(k, c);

	kit_do(k, KC_K_dispute_accept, "P09.a", dispute_field(d));
	assert_int_equal(kit_clerk(k), 1);
	return d;
}

struct kc_dispute *
dispute_heard_of(struct kit *k, enum kc_kind_id kind, const char *matter)
{
	uint32_t i = k->st->decisions.n;
	struct kc_dispute *d;

	while (i-- > 0 && k->st->decisions.v[i].kind != kind)
		;
	assert_true(i < k->st->decisions.n);
	kit_do(k, KC_K_dispute_file, "G16.head",
	    dispute_decision(k->st->decisions.v[i].seq),
	    kit_field("matter", matter), "claim=事实有出入");
	d = k->st->disputes.v[k->st->disputes.n - 1];
	kit_do(k, KC_K_dispute_accept, "P09.a", dispute_field(d));
	assert_int_equal(kit_clerk(k), 1);
	return d;
}

void
dispute_decide(struct kit *k, const struct kc_dispute *d, const char *ruling,
    const char *measure)
{
	const char *by = d->state == KC_DS_APPEALED ? "office" : "P09.b";

	kit_do(k, KC_K_dispute_decide, by, dispute_field(d),
	    kit_field("ruling", ruling), "finding=经重放核对", measure);
}

void
dispute_apply(struct kit *k, const struct kc_dispute *d)
{
	kit_do(k, KC_K_dispute_apply, "P09.a", dispute_field(d));
	(void)kit_clerk(k);
}
