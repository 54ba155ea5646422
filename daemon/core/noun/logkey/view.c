/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the log, the newest first. */
#include "logkey.h"

#include "noun/vx.h"

static void
row(struct kc_vx *x, const struct kc_vkey *key, uint64_t since,
    const struct kc_log_before *b)
{
	struct kc_buf text = {0};

	kc_vx_row(x);
	kc_buf_vkey(&text, key);
	kc_vx_buf(x, "key", &text);
	kc_vx_u64(x, "seq", since);
	if (b != NULL)
		kc_vx_day(x, "until", b->until);
	else
		kc_vx_null(x, "until");
	kc_vx_bool(x, "signs",
	    b == NULL ||
		(b == &x->st->log_before.v[x->st->log_before.n - 1] &&
		    kc_log_overlaps(x->st)));
	kc_vx_end(x);
	kc_buf_free(&text);
}

enum kc_err
kc_render_logkeys(struct kc_vx *x)
{
	const struct kc_log_before *b = x->st->log_before.v;
	uint32_t n = x->st->log_before.n;

	kc_vx_rows(x);
	row(x, &x->st->log_key, n > 0 ? b[n - 1].seq : 0, NULL);
	for (uint32_t i = n; i-- > 0;)
		row(x, &b[i].key, i > 0 ? b[i - 1].seq : 0, &b[i]);
	return KC_OK;
}
