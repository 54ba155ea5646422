/* SPDX-License-Identifier: Apache-2.0 */
/* A sequencer for tests: answers what its script says. */
#include "seqfake.h"

#include <string.h>

struct fake {
	struct kc_sequencer inner;
	size_t at, n;
	struct kc_fake_step steps[];
};

static enum kc_outcome
fake_append(void *ctx, const struct kc_append *batch, struct kc_hash root)
{
	struct fake *f = ctx;
	struct kc_fake_step step = {KC_COMMITTED, true};
	enum kc_outcome inner = KC_COMMITTED;

	if (f->at < f->n)
		step = f->steps[f->at++];
	if (step.write || step.outcome == KC_COMMITTED)
		inner = f->inner.append(f->inner.ctx, batch, root);
	/* What the script promises must have happened. */
	if (inner != KC_COMMITTED)
		return inner;
	return step.outcome;
}

static void
fake_close(void *ctx)
{
	struct fake *f = ctx;

	f->inner.close(f->inner.ctx);
	kc_free(f);
}

enum kc_err
kc_sequencer_fake(struct kc_sequencer *out, struct kc_store *s,
    const struct kc_fake_step *steps, size_t nsteps)
{
	struct fake *f = kc_alloc(sizeof(*f) + nsteps * sizeof(f->steps[0]));

	if (f == NULL)
		return KC_ENOMEM;
	f->inner = kc_sequencer_local(s);
	f->n = nsteps;
	if (nsteps > 0)
		memcpy(f->steps, steps, nsteps * sizeof(f->steps[0]));
	*out = (struct kc_sequencer){fake_append, fake_close, f};
	return KC_OK;
}
