/* SPDX-License-Identifier: Apache-2.0 */
/* The committed state, under its lock. */
#include "app/live.h"

void
kc_live_init(struct kc_live *v)
{
	pthread_rwlockattr_t attr;

	/* Else readers that overlap would keep the writer out. */
	pthread_rwlockattr_init(&attr);
	(void)pthread_rwlockattr_setkind_np(
	    &attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&v->lock, &attr);
	pthread_rwlockattr_destroy(&attr);
}

void
kc_live_release(struct kc_live *v)
{
	kc_state_free(v->state);
	pthread_rwlock_destroy(&v->lock);
}

const struct kc_state *
kc_live_read(struct kc_live *v)
{
	pthread_rwlock_rdlock(&v->lock);
	return v->ok ? v->state : NULL;
}

struct kc_state *
kc_live_write(struct kc_live *v)
{
	pthread_rwlock_wrlock(&v->lock);
	return v->state;
}

void
kc_live_done(struct kc_live *v)
{
	pthread_rwlock_unlock(&v->lock);
}

int64_t
kc_live_due_ms(const struct kc_live *v)
{
	struct kc_due due;

	return kc_state_due(v->state, &due) ? due.due_ms : INT64_MAX;
}

void
kc_live_replace(struct kc_live *v, struct kc_state *st)
{
	kc_state_free(v->state);
	v->state = st;
	(void)kc_state_keep_deadlines(st);
	v->ok = true;
}

void
kc_live_spoil(struct kc_live *v)
{
	v->ok = false;
}
