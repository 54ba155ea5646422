/* SPDX-License-Identifier: Apache-2.0 */
/* Openings of an export: who is behind an actor, where the log has committed to
 * it; actor, name, post and salt, and no way to reach anybody. */
#include <stdio.h>

#include <kaocheng/people.h>

#include "export.h"

struct opening {
	struct kc_exporter *x;
	struct kc_framer *f;
	size_t n;
};

static enum kc_err
put_opening(void *ctx, struct kc_slice name, const struct kc_person *p,
    enum kc_err unreadable, struct kc_slice detail)
{
	struct opening *o = ctx;
	char path[KC_TILE_PATH_MAX];
	struct kc_state_person said;
	struct kc_person bare;
	struct kc_hash h;

	(void)unreadable;
	(void)detail;
	if (p == NULL ||
	    kc_state_person(o->x->ledger.state, name, &said) != KC_OK ||
	    !said.has || said.seq >= o->x->checkpoint.size ||
	    kc_person_commitment(
		p, kc_slice_str(o->x->checkpoint.origin), &h) != KC_OK ||
	    !kc_hash_eq(&h, &said.commitment))
		return KC_OK;
	bare = *p;
	bare.phone[0] = bare.mail[0] = '\0';
	bare.nchannels = bare.ndeputies = 0;
	(void)snprintf(path, sizeof(path), "opening/%s", bare.actor);
	kc_buf_reset(&o->f->data);
	kc_buf_person(&o->f->data, &bare);
	kc_framer_put(o->f, path);
	explicit_bzero(&bare, sizeof(bare));
	o->n++;
	return o->f->err;
}

void
kc_export_openings(struct kc_exporter *x, struct kc_framer *f)
{
	struct opening o = {.x = x, .f = f};
	char dir[KC_PATH_SIZE];

	if (!x->openings || f->err != KC_OK)
		return;
	kc_cli_place(x->cli, "people", "people", dir);
	f->err = kc_people_each(dir, put_opening, &o, NULL);
	if (f->err == KC_OK)
		kc_cli_note(
		    x->cli, _("%zu commitments to persons are opened"), o.n);
}
