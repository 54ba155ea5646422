/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents on paper: each is a view of the log (view `form`), numbered by
 * replay. What is here is which there are; docs/adr/0019 says why.
 */
#ifndef KAOCHENG_FORM_H
#define KAOCHENG_FORM_H

#include <kaocheng/bytes.h>

/* KC_FORM_deduction, ...: those that can be rendered come first. */
enum kc_form_id {
#define FORM(sym, name, view, zh, en, of_zh, of_en) KC_FORM_##sym,
#define WAIT(sym, name, zh, en, for_zh, for_en) KC_FORM_##sym,
#include <kaocheng/defs/forms.def>
#undef FORM
#undef WAIT
	KC_FORM_COUNT
};

struct kc_form {
	const char *name; /* "deduction": args.kind of the view */
	const char *zh, *en;
	const char *of_zh, *of_en; /* what args.id names; NULL if it waits */
	const char *waits_zh,
	    *waits_en; /* for what; NULL: it can be rendered */
};

/* NULL beyond the last. */
const struct kc_form *kc_form_get(size_t i);
/* By its name or its title in a language; KC_FORM_COUNT if there is none. */
enum kc_form_id kc_form_find(struct kc_slice name);

#endif
