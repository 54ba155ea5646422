/* SPDX-License-Identifier: Apache-2.0 */
/* What is meant by a text that somebody typed, before it is signed: the code as
 * it stands, and the name that goes with it. */
#include "engine/noun.h"
#include "noun/target/target.h"
#include "view_int.h"

/* The name of what has the code; *known: something has it. */
static const char *
name_of(const struct kc_vx *x, struct kc_slice code, bool *known)
{
	uint32_t unit = kc_find(x->st, KC_NS_UNIT, code);
	uint32_t target = kc_find(x->st, KC_NS_TARGET, code), at;

	*known = unit != KC_NONE || target != KC_NONE ||
	    kc_named_find(x->st, code, &at) != NULL ||
	    kc_find(x->st, KC_NS_ACTOR, code) != KC_NONE ||
	    kc_find(x->st, KC_NS_GRANT, code) != KC_NONE;
	if (unit != KC_NONE)
		return kc_vx_unit_name(x, x->st->units.v[unit]);
	if (target != KC_NONE &&
	    kc_vx_would_see(x, x->st->targets.v[target]->unit, target))
		return x->st->targets.v[target]->title;
	return NULL;
}

enum kc_err
kc_render_meant(struct kc_vx *x)
{
	struct kc_slice code =
	    x->unit != NULL ? kc_slice_str(x->unit->code) : x->args->id;
	bool known;
	const char *name;

	x->scope = kc_viewer_scope(x->args->reader, KC_SEE_targets);
	name = name_of(x, code, &known);
	kc_vx_rows(x);
	x->asked = true; /* codes and units are no secret */
	kc_vx_row(x);
	kc_vx_slice(x, "code", code);
	kc_vx_str(x, "name", name);
	kc_vx_bool(x, "known", known);
	kc_vx_end(x);
	return KC_OK;
}
