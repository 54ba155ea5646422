/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on paper: which there are, and how each begins. */
#include "form_int.h"

static const struct kc_form forms[] = {
#define FORM(sym, name, view, zh, en, of_zh, of_en)                            \
	{name, zh, en, of_zh, of_en, NULL, NULL},
#define WAIT(sym, name, zh, en, for_zh, for_en)                                \
	{name, zh, en, NULL, NULL, for_zh, for_en},
#include <kaocheng/defs/forms.def>
#undef FORM
#undef WAIT
};

/* Who reads one is who reads the view of what it is about. */
static const enum kc_see sees[KC_FORM_COUNT] = {
#define FORM(sym, name, view, zh, en, of_zh, of_en) KC_SEE_##view,
#define WAIT(sym, name, zh, en, for_zh, for_en) KC_SEE_NONE,
#include <kaocheng/defs/forms.def>
#undef FORM
#undef WAIT
};

const struct kc_form *
kc_form_get(size_t i)
{
	return i < KC_FORM_COUNT ? &forms[i] : NULL;
}

enum kc_form_id
kc_form_find(struct kc_slice name)
{
	unsigned i = 0;

	while (i < KC_FORM_COUNT && !kc_slice_is(name, forms[i].name) &&
	    !kc_slice_is(name, forms[i].zh) && !kc_slice_is(name, forms[i].en))
		i++;
	return (enum kc_form_id)i;
}

enum kc_see
kc_form_see(enum kc_form_id form)
{
	return sees[form];
}

const char *
kc_form_title(const struct kc_vx *x, enum kc_form_id form)
{
	return kc_vx_say(x, forms[form].zh, forms[form].en);
}

enum kc_err
kc_form_not_made(struct kc_vx *x, enum kc_form_id form, struct kc_slice id,
    enum kc_kind_id made_by)
{
	(void)kc_refuse(
	    x->why, KC_R_NO_PAPER, kc_form_title(x, form), "", "", NULL);
	kc_refusal_arg(x->why, 1, id);
	kc_arg_command(x->why, 2, kc_kind_get(made_by), NULL);
	return KC_EREFUSED;
}

/* --- what every document begins with --- */
void
kc_buf_form_mark(
    struct kc_buf *b, const struct kc_vx *x, int year, uint32_t number)
{
	kc_buf_str(b, "〔");
	kc_buf_i64(b, year);
	kc_buf_str(b, "〕");
	kc_buf_u64(b, number);
	kc_buf_str(b, kc_vx_say(x, "号", ""));
}

void
kc_form_mark(struct kc_vx *x, int year, uint32_t number)
{
	struct kc_buf mark = {0};

	if (number == 0) {
		kc_vx_null(x, "number");
		kc_vx_null(x, "mark");
		return;
	}
	kc_buf_form_mark(&mark, x, year, number);
	kc_vx_u64(x, "number", number);
	kc_vx_buf(x, "mark", &mark);
	kc_buf_free(&mark);
}

/* A title begins with a capital, where its language has them. */
static void
put_title(struct kc_vx *x, const char *title)
{
	struct kc_buf text = {0};

	kc_buf_str(&text, title);
	if (text.n > 0 && text.p[0] >= 'a' && text.p[0] <= 'z')
		text.p[0] = (char)(text.p[0] - 'a' + 'A');
	kc_vx_buf(x, "title", &text);
	kc_buf_free(&text);
}

void
kc_form_head(struct kc_vx *x, enum kc_form_id form, const char *title)
{
	kc_vx_str(x, "form", forms[form].name);
	kc_vx_str(x, "form_text", kc_form_title(x, form));
	kc_vx_slice(x, "about", x->args->id);
	put_title(x, title);
}
