/* SPDX-License-Identifier: Apache-2.0 */
/* Exports of a kit under verification. */
#include "verifykit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void
verify_set_up(struct fixture *f, enum kit_stage stage)
{
	memset(f, 0, sizeof(*f));
	kit_init(&f->k, stage);
	leaves_of(&f->k, &f->l);
	export_make(&f->x, &f->k, &f->l);
}

void
verify_remake(struct fixture *f)
{
	export_free(&f->x);
	export_make(&f->x, &f->k, &f->l);
}

void
verify_tear_down(struct fixture *f)
{
	export_free(&f->x);
	leaves_free(&f->l);
	kit_free(&f->k);
}

int
verify_exit(struct fixture *f)
{
	struct kc_files files = export_files(&f->x);

	f->o.files = &files;
	kc_verify(&f->o, &f->r);
	f->o.files = NULL;
	return (int)kc_verify_exit(&f->r);
}

void
verify_fails(struct fixture *f, int code, enum kc_verify_stage stage,
    enum kc_finding found)
{
	int got = verify_exit(f);

	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++)
		if (f->r.stage[s].outcome == KC_VERIFY_FAILED &&
		    s != (unsigned)stage &&
		    !(s == KC_VERIFY_SEEN && stage == KC_VERIFY_ENTRIES))
			fail_msg("stage %s failed too: %s",
			    kc_verify_name((enum kc_verify_stage)s),
			    kc_finding_name(f->r.stage[s].found));
	assert_int_equal(f->r.stage[stage].outcome, KC_VERIFY_FAILED);
	assert_string_equal(
	    kc_finding_name(f->r.stage[stage].found), kc_finding_name(found));
	assert_int_equal(got, code);
}

struct kc_slice
verify_note(const struct fixture *f, unsigned i)
{
	return (struct kc_slice){
	    f->k.log.p + f->k.notes[i].off, f->k.notes[i].n};
}
