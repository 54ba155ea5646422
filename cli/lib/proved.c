/* SPDX-License-Identifier: Apache-2.0 */
#include "proved.h"

#include <stdio.h>

#include <kaocheng/proof.h>

#include "tool.h"

int
kc_proved_get(struct kc_cli *cli, struct kc_client *c,
    const struct kc_log_keys *keys, uint64_t seq, struct kc_proved *out)
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
	}
	kc_buf_free(&receipt);
	return code;
}
