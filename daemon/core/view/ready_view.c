/* SPDX-License-Identifier: Apache-2.0 */
/* On what a kind can be done now, as a view; and of which kinds it is one. */
#include "ready.h"

#include "engine/noun.h"

static void
put(void *ctx, const struct kc_ready *t)
{
	struct kc_vx *x = ctx;
	struct kc_buf why = {0};

	kc_vx_row(x);
	kc_vx_str(x, "case", t->id);
	kc_vx_unit(x, "unit", t->unit);
	kc_vx_state(x, t->machine, t->state);
	kc_vx_str(x, "title", t->title);
	if (kc_buf_ready_why(&why, x, t))
		kc_vx_buf(x, "why", &why);
	else
		kc_vx_null(x, "why");
	kc_buf_free(&why);
	kc_json_key(&x->w, "fields");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < 2; i++)
		if (t->named[i].field != NULL)
			kc_json_str(&x->w, t->named[i].field);
	kc_json_close(&x->w, ']');
	kc_json_key(&x->w, "values");
	kc_json_open(&x->w, '[');
	for (unsigned i = 0; i < 2; i++)
		if (t->named[i].field != NULL)
			kc_json_str(&x->w, t->named[i].value);
	kc_json_close(&x->w, ']');
	kc_vx_end(x);
}

enum kc_err
kc_render_ready(struct kc_vx *x)
{
	const struct kc_kind *kind = kc_kind_find(x->args->id);

	if (kind == NULL)
		return kc_vx_bad_arg(x, "id");
	kc_vx_str(x, "kind", kind->name);
	kc_vx_rows(x);
	return kc_ready_each(x, kind, put, x) ? KC_OK : kc_vx_bad_arg(x, "id");
}

bool
kc_kind_has_ready(const struct kc_kind *kind)
{
	static const struct kc_state none;
	struct kc_vx x = {.st = &none};

	/* A year's end is of no unit, and each is told what is its own. */
	return kind->id != KC_K_result_feed_back &&
	    kc_ready_each(&x, kind, NULL, NULL);
}
