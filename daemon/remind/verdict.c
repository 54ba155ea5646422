/* SPDX-License-Identifier: Apache-2.0 */
/* From what the other side said to an answer. */
#include "remind/sender.h"

#include <stdio.h>

static void
set(struct kc_answer *a, enum kc_delivery outcome, const char *code,
    const char *why)
{
	a->outcome = outcome;
	a->retry_s = 0;
	if (!kc_slice_copy(a->code, sizeof(a->code), kc_slice_str(code)))
		(void)kc_slice_copy(a->code, sizeof(a->code), KC_LIT("code"));
	(void)kc_slice_copy(a->detail, sizeof(a->detail), kc_slice_str(why));
}

void
kc_verdict_word(struct kc_answer *a, enum kc_delivery outcome, const char *code,
    const char *why)
{
	set(a, outcome, code, why);
}

void
kc_verdict_number(struct kc_answer *a, const struct kc_verdict *table, int code)
{
	char text[16];

	while (code < table->from || code > table->to)
		table++;
	(void)snprintf(text, sizeof(text), "%d", code);
	set(a, table->outcome, text, table->why);
	a->retry_s = table->retry_s;
}
