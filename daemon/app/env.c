/* SPDX-License-Identifier: Apache-2.0 */
/* Time and the log, through the options of the ledger. */
#include "app/env.h"

#include <time.h>

int64_t
kc_env_mono_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
kc_env_now_ms(const struct kc_ledger_options *o)
{
	return o->clock.now_ms(o->clock.ctx);
}

/* A quote in the detail does not end it. */
static void
put_quoted(struct kc_buf *line, const char *text)
{
	kc_buf_char(line, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			kc_buf_char(line, '\\');
		kc_buf_char(line, *text);
	}
	kc_buf_char(line, '"');
}

void
kc_env_say(const struct kc_ledger_options *o, int level, const char *event,
    const char *detail)
{
	struct kc_buf line = {0};

	if (o->log == NULL)
		return;
	kc_buf_str(&line, "event=");
	kc_buf_str(&line, event);
	if (detail != NULL && detail[0] != '\0') {
		kc_buf_str(&line, " detail=");
		put_quoted(&line, detail);
	}
	o->log(o->log_ctx, level, kc_buf_cstr(&line));
	kc_buf_free(&line);
}
