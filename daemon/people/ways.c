/* SPDX-License-Identifier: Apache-2.0 */
/* By which channel each person is reached, read once. */
#include <kaocheng/people.h>

#include <stdlib.h>
#include <string.h>

#include <kaocheng/kind.h>

struct way {
	char actor[KC_CODE_MAX + 1];
	const char *channel;
};
struct kc_person_ways {
	struct way *v; /* in the order of actor ids */
	size_t n, cap;
};

static enum kc_err
take(void *ctx, struct kc_slice name, const struct kc_person *p,
    enum kc_err err, struct kc_slice detail)
{
	struct kc_person_ways *w = ctx;
	struct kc_slice address;
	int64_t channel;

	(void)name;
	(void)err;
	(void)detail;
	if (p == NULL || !kc_person_reach(p, 0, &channel, &address))
		return KC_OK;
	if (w->n == w->cap) {
		size_t cap = w->cap * 2 + 64;
		struct way *v = kc_realloc(w->v, cap * sizeof(*v));

		if (v == NULL)
			return KC_ENOMEM;
		w->v = v;
		w->cap = cap;
	}
	memcpy(w->v[w->n].actor, p->actor, sizeof(p->actor));
	w->v[w->n++].channel = kc_word_text(KC_SET_CHANNEL, (unsigned)channel);
	return KC_OK;
}

static int
by_actor(const void *a, const void *b)
{
	return strcmp(a, ((const struct way *)b)->actor);
}

enum kc_err
kc_person_ways_read(const char *dir, struct kc_person_ways **out)
{
	struct kc_person_ways *w = kc_alloc(sizeof(*w));
	enum kc_err err =
	    w == NULL ? KC_ENOMEM : kc_people_each(dir, take, w, NULL);

	*out = w;
	/* Of a directory that cannot be read nobody is known. */
	return err == KC_ENOMEM ? KC_ENOMEM : KC_OK;
}

const char *
kc_person_way(void *ctx, const char *actor)
{
	const struct kc_person_ways *w = ctx;
	const struct way *found = w->n == 0
	    ? NULL
	    : bsearch(actor, w->v, w->n, sizeof(*w->v), by_actor);

	return found == NULL ? NULL : found->channel;
}

void
kc_person_ways_free(struct kc_person_ways *w)
{
	if (w == NULL)
		return;
	kc_free(w->v);
	kc_free(w);
}
