/* SPDX-License-Identifier: Apache-2.0 */
/* A monitor that meets a fork. */
#include <stdio.h>

#include "lib/forked.h"
#include "watch.h"

int
kc_watch_forked(struct kc_watch *w, const struct kc_checkpoint *old,
    struct kc_slice old_note, const struct kc_checkpoint *now,
    struct kc_slice note)
{
	const struct kc_head a = {old, old_note}, b = {now, note};
	char path[KC_FORKED_PATH];
	struct kc_buf says = {0};
	enum kc_err err =
	    kc_forked_keep(w->cli, w->client, w->state, &a, &b, path);

	if (err != KC_OK)
		(void)kc_cli_error(w->cli, err, path);
	kc_buf_str(&says, _("the log does not continue what it had signed: "));
	kc_buf_u64(&says, old->size);
	kc_buf_str(&says, " -> ");
	kc_buf_u64(&says, now->size);
	kc_buf_str(&says, _("; both heads are in "));
	kc_buf_str(&says, path);
	kc_buf_str(&says, _("; to be judged by kaocheng-verify --trust"));
	w->forked = true;
	kc_watch_alarm(w, KC_ALARM_FORK, kc_buf_cstr(&says));
	kc_buf_free(&says);
	return KC_EXIT_TAMPERED;
}
