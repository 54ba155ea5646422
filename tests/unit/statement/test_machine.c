/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check of the machines themselves: no state is a dead end, and nobody
 * loses a right because one office is late or has lost its grant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/machine.h>
#include <kaocheng/rule.h>

#define ROLE(r) (UINT32_C(1) << KC_ROLE_##r)
#define FOUND_MAX 64

struct found {
	char text[FOUND_MAX][64];
	unsigned n;
};

static void
add(struct found *f, const struct kc_machine *m, unsigned state,
    const char *kind)
{
	assert_true(f->n < FOUND_MAX);
	(void)snprintf(f->text[f->n++], sizeof(f->text[0]), "%s.%s%s%s",
	    m->name, m->states[state].word, kind == NULL ? "" : " ",
	    kind == NULL ? "" : kind);
}

static void
assert_none(const struct found *f)
{
	for (unsigned i = 0; i < f->n; i++)
		print_error("stuck: %s\n", f->text[i]);
	assert_int_equal(f->n, 0);
}

/* States that are reached from a set by moves that `may` take. */
static uint32_t
reach(const struct kc_machine *m, uint32_t from,
    bool (*may)(const struct kc_move *, uint32_t), uint32_t roles)
{
	uint32_t set = from, before;

	do {
		before = set;
		for (unsigned i = 0; i < m->nmoves; i++)
			if ((m->moves[i].from & set) != 0 &&
			    may(&m->moves[i], roles))
				set |= m->moves[i].to;
	} while (set != before);
	return set;
}

static bool
any(const struct kc_move *v, uint32_t roles)
{
	(void)v;
	(void)roles;
	return true;
}

/* Every signer may be one of an office that answers for the whole, or has one
 * of `roles`; a teller of ballots is whom the administrators make one. */
static bool
by_office(const struct kc_signers *s, uint32_t roles)
{
	for (unsigned i = 0; i < s->n; i++)
		if ((s->roles[i] &
			(ROLE(ESTAB) | ROLE(ADMIN) | ROLE(TALLY) | roles)) == 0)
			return false;
	return true;
}

/* Is a statement refused once its last day has passed? */
static bool
ends(const struct kc_move *v)
{
	return v->limit >= 0 &&
	    (kc_rule_lists(v->kind, KC_R_TOO_LATE) ||
		kc_rule_lists(v->kind, KC_R_EXTENSION_LATE));
}

/* Is it there whatever others do or leave undone: written by the clerk, or at
 * any time open to an office that answers for the whole (or to `roles`), in
 * place of a judge too; to the unit or the person itself; or to whom a grant
 * is given anew? */
static bool
sure(const struct kc_move *v, uint32_t roles)
{
	const struct kc_signers *s = &kc_kind_get(v->kind)->signers;

	if (v->party == KC_PARTY_CLERK)
		return true;
	if (ends(v))
		return false;
	switch (v->party) {
	case KC_PARTY_ANY:
	case KC_PARTY_JUDGE:
	case KC_PARTY_OWN:
		return by_office(s, roles);
	case KC_PARTY_UNIT:
	case KC_PARTY_GRANTED:
	case KC_PARTY_SELF:
		return s->n == 1;
	case KC_PARTY_OTHER:
	case KC_PARTY_CLERK:
		break;
	}
	return false;
}

/* The same for one who waits: what only a unit can do is not there. */
static bool
sure_for_others(const struct kc_move *v, uint32_t roles)
{
	return v->party != KC_PARTY_UNIT && sure(v, roles);
}

static uint32_t
last_states(const struct kc_machine *m)
{
	uint32_t set = 0;

	for (unsigned s = 0; s < m->nstates; s++)
		if (m->states[s].last)
			set |= UINT32_C(1) << s;
	return set;
}

static void
test_machine__every_state_reaches_an_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);

		assert_true(last_states(m) != 0);
		for (unsigned s = 0; s < m->nstates; s++)
			if ((reach(m, UINT32_C(1) << s, any, 0) &
				last_states(m)) == 0)
				fail_msg("%s: %s is a dead end", m->name,
				    m->states[s].word);
	}
}

static void
test_machine__every_state_is_entered(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);
		uint32_t set = 1; /* a thing is made in its first state */

		for (unsigned n = 0; n < m->nmoves; n++)
			if (m->moves[n].from == 0)
				set |= m->moves[n].to;
		assert_int_equal(reach(m, set, any, 0),
		    (UINT32_C(1) << (m->nstates - 1)) * 2 - 1);
	}
}

static void
test_machine__no_state_waits_for_one_office_alone(void **state)
{
	struct found f = {.n = 0};

	(void)state;
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);

		for (unsigned s = 0; s < m->nstates; s++) {
			uint32_t here = UINT32_C(1) << s;

			if (!m->states[s].last &&
			    reach(m, here, sure, 0) == here)
				add(&f, m, s, NULL);
		}
	}
	assert_none(&f);
}

static void
test_machine__who_is_blocked_can_get_on(void **state)
{
	struct found f = {.n = 0};

	(void)state;
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);

		for (unsigned n = 0; n < m->nblocks; n++) {
			const struct kc_block *b = &m->blocks[n];
			const struct kc_kind *k = kc_kind_get(b->kind);

			for (unsigned s = 0; s < m->nstates; s++)
				if ((b->states >> s & 1) != 0 &&
				    (reach(m, UINT32_C(1) << s, sure_for_others,
					 k->signers.roles[0]) &
					~b->states) == 0)
					add(&f, m, s, k->name);
		}
	}
	assert_none(&f);
}

static void
test_machine__rows_are_whole(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);
		uint32_t all = (UINT32_C(1) << (m->nstates - 1)) * 2 - 1;

		for (unsigned s = 0; s < m->nstates; s++) {
			const struct kc_machine_state *one = &m->states[s];

			assert_true(one->word != NULL && one->since >= 1);
			for (unsigned t = 0; t < s; t++)
				assert_string_not_equal(
				    one->word, m->states[t].word);
		}
		for (unsigned n = 0; n < m->nmoves; n++) {
			const struct kc_move *v = &m->moves[n];
			bool clerk = kc_kind_get(v->kind)->signers.roles[0] ==
			    ROLE(CLERK);

			assert_int_equal(v->from & ~all, 0);
			assert_int_equal(v->to & ~all, 0);
			assert_true(v->limit < (int)m->nlimits);
			assert_int_equal(v->party == KC_PARTY_CLERK, clerk);
			/* one move of a kind on a machine */
			assert_ptr_equal(kc_machine_move(i, v->kind), v);
		}
		for (unsigned n = 0; n < m->nlimits; n++)
			if (m->limits[n].clerk >= 0)
				assert_non_null(kc_machine_move(
				    i, (enum kc_kind_id)m->limits[n].clerk));
	}
}

static void
signed_by(enum kc_kind_id kind, const char *want)
{
	struct kc_buf b = {0};

	kc_buf_signers(&b, kc_kind_get(kind), KC_LANG_EN);
	assert_string_equal(kc_buf_cstr(&b), want);
	kc_buf_free(&b);
}

static void
test_machine__who_may_sign_is_named_unless_everybody_may(void **state)
{
	(void)state;
	signed_by(KC_K_remind_ack, "any enrolled actor");
	signed_by(KC_K_remind_resend, "operator/estab/assess-office");
	signed_by(KC_K_actor_enrol, "admin + admin");
}

static void
moves_fit(enum kc_machine_id m, unsigned state)
{
	struct kc_buf en = {0}, zh = {0};
	bool on;

	kc_buf_moves(&en, m, state, true, KC_LANG_EN);
	on = en.n > 0;
	kc_buf_reset(&en);
	kc_buf_moves(&en, m, state, on, KC_LANG_EN);
	kc_buf_moves(&zh, m, state, on, KC_LANG_ZH);
	if (kc_machine_waits(m, state) != NULL) {
		assert_false(on);
		kc_buf_reset(&en);
		kc_buf_reset(&zh);
		kc_buf_wait(&en, kc_machine_waits(m, state), KC_LANG_EN);
		kc_buf_wait(&zh, kc_machine_waits(m, state), KC_LANG_ZH);
	}
	assert_true(en.n < KC_REFUSAL_ARG_MAX);
	assert_true(zh.n < KC_REFUSAL_ZH_MAX);
	kc_buf_free(&en);
	kc_buf_free(&zh);
}

/* A list that is cut says that some step takes fewer signers than it does. */
static void
test_machine__what_can_be_done_fits_into_a_refusal(void **state)
{
	(void)state;
	for (int m = 0; m < KC_M_COUNT; m++) {
		const struct kc_machine *x =
		    kc_machine_get((enum kc_machine_id)m);

		for (unsigned s = 0; s < x->nstates; s++) {
			moves_fit((enum kc_machine_id)m, s);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_machine__every_state_reaches_an_end),
	    cmocka_unit_test(test_machine__every_state_is_entered),
	    cmocka_unit_test(test_machine__no_state_waits_for_one_office_alone),
	    cmocka_unit_test(test_machine__who_is_blocked_can_get_on),
	    cmocka_unit_test(test_machine__rows_are_whole),
	    cmocka_unit_test(
		test_machine__what_can_be_done_fits_into_a_refusal),
	    cmocka_unit_test(
		test_machine__who_may_sign_is_named_unless_everybody_may),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
