/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of copies of any state, whatever stands in the ledger. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <kaocheng/replay.h>

#include "copykit.h"
#include "sim.h"
#include "viewkit.h"

#define TRIES 3

static void
go_on(struct kc_state *st, const struct kc_log *log, uint64_t upto)
{
	struct kc_refusal why = {0};
	uint64_t bad;

	assert_int_equal(
	    kc_replay(st, log, upto, false, NULL, NULL, NULL, &why, &bad),
	    KC_OK);
}

/* A copy from the middle of the log goes on to its end when what it was made
 * from is no more, and so does a copy of that. */
static void
from_the_middle(struct sim *s, const struct kc_log *log)
{
	const struct kc_hash live = kit_digest(&s->k);
	uint64_t at = sim_random(s, log->size);
	uint64_t then = at + sim_random(s, log->size - at);
	struct kc_state *st, *own;
	struct kc_hash is;

	assert_int_equal(kc_state_new(&st), KC_OK);
	go_on(st, log, at);
	own = copy_of(st);
	kc_state_free(st);
	go_on(own, log, then);
	st = copy_of(own);
	kc_state_free(own);
	go_on(st, log, log->size);
	assert_int_equal(kc_state_digest(st, &is), KC_OK);
	sim_require(
	    s, kc_hash_eq(&is, &live), "a copy does not go on as the ledger");
	kc_state_free(st);
}

void
sim_copy(struct sim *s)
{
	struct leaves l = {0};
	struct kc_log log;

	(void)mallopt(M_PERTURB, 0xdd); /* what is freed is seen to be gone */
	leaves_of(&s->k, &l);
	log = leaves_log(&l);
	for (unsigned i = 0; i < TRIES; i++)
		from_the_middle(s, &log);
	kc_state_free(copy_of(s->k.st));
	leaves_free(&l);
	(void)mallopt(M_PERTURB, 0);
}
