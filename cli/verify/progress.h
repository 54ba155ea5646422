/* SPDX-License-Identifier: Apache-2.0 */
/* How far a verification is and how long it will take: on a terminal one line
 * that is written over, elsewhere a line a second. */
#ifndef KC_CLI_PROGRESS_H
#define KC_CLI_PROGRESS_H

#include <stdio.h>

#include <kaocheng/verify.h>

struct kc_progress {
	FILE *to;
	bool terminal;
	bool shown;               /* a line that is to be written over */
	int64_t begun_ms, due_ms; /* of no special clock */
	enum kc_lang lang;
};

void kc_progress_begin(
    struct kc_progress *p, FILE *to, bool terminal, enum kc_lang lang);
/* For kc_verify_options.progress; ctx is the struct. */
void kc_progress_say(
    void *ctx, enum kc_verify_stage stage, uint64_t done, uint64_t total);
void kc_progress_end(struct kc_progress *p); /* accepts one not begun */
/* "37 %  370000 of 1000000 entries, 185000/s, 0:04 left", after ms. */
void
kc_progress_text(struct kc_buf *out, uint64_t done, uint64_t total, int64_t ms);

#endif
