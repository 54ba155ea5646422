/* SPDX-License-Identifier: Apache-2.0 */
/* How far a verification is and how long it will take. */
#include "progress.h"

#include <time.h>

#include "lib/i18n.h"

#define TERMINAL_MS 200
#define LINES_MS 1000
#define LEFT_MAX_S 359999 /* a hundred hours less a second */

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
kc_progress_begin(
    struct kc_progress *p, FILE *to, bool terminal, enum kc_lang lang)
{
	*p = (struct kc_progress){.to = to, .terminal = terminal, .lang = lang};
	p->begun_ms = now_ms();
	p->due_ms = p->begun_ms;
}

void
kc_progress_text(struct kc_buf *out, uint64_t done, uint64_t total, int64_t ms)
{
	uint64_t per_s = ms > 0 ? done * 1000 / (uint64_t)ms : 0;
	uint64_t left = per_s > 0 ? (total - done + per_s - 1) / per_s : 0;
	unsigned percent = total == 0 ? 100 : (unsigned)(done * 100 / total);
	char text[160];

	if (left > LEFT_MAX_S)
		left = LEFT_MAX_S;
	if (per_s == 0 && done < total)
		snprintf(text, sizeof(text), _("%u %%  %llu of %llu entries"),
		    percent, (unsigned long long)done,
		    (unsigned long long)total);
	else
		snprintf(text, sizeof(text),
		    _("%u %%  %llu of %llu entries, %llu/s, %llu:%02u left"),
		    percent, (unsigned long long)done,
		    (unsigned long long)total, (unsigned long long)per_s,
		    (unsigned long long)left / 60, (unsigned)(left % 60));
	kc_buf_str(out, text);
}

void
kc_progress_say(
    void *ctx, enum kc_verify_stage stage, uint64_t done, uint64_t total)
{
	struct kc_progress *p = ctx;
	int64_t now = now_ms();
	struct kc_buf text = {0};

	if (now < p->due_ms && done < total)
		return;
	p->due_ms = now + (p->terminal ? TERMINAL_MS : LINES_MS);
	if (stage == KC_VERIFY_LAYOUT)
		kc_buf_str(&text, kc_verify_label(stage, p->lang));
	else
		kc_progress_text(&text, done, total, now - p->begun_ms);
	/* To the end of the line nothing stays of what was longer. */
	fprintf(p->to, p->terminal ? "\r%s\x1b[K" : "%s\n", kc_buf_cstr(&text));
	fflush(p->to);
	p->shown = p->terminal;
	kc_buf_free(&text);
}

void
kc_progress_end(struct kc_progress *p)
{
	if (p->to != NULL && p->shown)
		fputs("\r\x1b[K", p->to);
	p->shown = false;
}
