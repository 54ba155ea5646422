/* SPDX-License-Identifier: Apache-2.0 */
#include "proved.h"

#include <stdio.h>

#include <kaocheng/proof.h>

#include "seen.h"
#include "tool.h"

/* A log that shows one history and proves its entries by another has signed
 * two. */
static int
hold(struct kc_cli *cli, struct kc_client *c, const struct kc_checkpoint *head,
    const struct kc_proved *p)
{
	bool later = p->head.size > head->size, holds = false;
	int code = kc_seen_continues(
	    cli, c, later ? head : &p->head, later ? &p->head : head, &holds);

	if (code != KC_EXIT_OK || holds)
		return code;
	return kc_cli_fail(KC_EXIT_TAMPERED,
	    _("sign nothing more, and show it to an auditor"),
	    _("entry %llu is proved by a head of %llu entries that does not "
	      "fit the ledger's of %llu"),
	    (unsigned long long)p->leaf.seq, (unsigned long long)p->head.size,
	    (unsigned long long)head->size);
}

int
kc_proved_get(struct kc_cli *cli, struct kc_client *c,
    const struct kc_log_keys *keys, const struct kc_checkpoint *head,
    uint64_t seq, struct kc_proved *out)
{
	struct kc_buf receipt = {0};
	struct kc_refusal why = {0};
	char path[64];
	enum kc_err err;
	int code;

	snprintf(path, sizeof(path), "/v1/entries/%llu/raw",
	    (unsigned long long)seq);
	code = kc_cli_get(cli, c, path, &out->bytes);
	snprintf(path, sizeof(path), "/v1/entries/%llu/receipt",
	    (unsigned long long)seq);
	if (code == KC_EXIT_OK)
		code = kc_cli_get(cli, c, path, &receipt);
	if (code == KC_EXIT_OK) {
		err = kc_proof_verify_by(kc_buf_view(&receipt),
		    kc_buf_view(&out->bytes), keys, &out->head);
		if (err == KC_OK)
			err =
			    kc_leaf_parse(&out->leaf, kc_buf_view(&out->bytes));
		if (err == KC_OK)
			err = kc_entry_decode(&out->e, out->leaf.note, &why);
		if (err != KC_OK || out->leaf.seq != seq)
			code = kc_cli_fail(KC_EXIT_TAMPERED, NULL,
			    _("entry %llu is not proved to stand in the log"),
			    (unsigned long long)seq);
		else
			code = hold(cli, c, head, out);
	}
	kc_buf_free(&receipt);
	return code;
}
