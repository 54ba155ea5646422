/* SPDX-License-Identifier: Apache-2.0 */
/* The stamp of a document on paper: receipt and entry, as they are now. */
#include "stamp.h"

#include <kaocheng/stamp.h>

#include "client.h"

#define OK 200

struct parts {
	struct kc_buf receipt, leaf;
	bool none; /* not for this reader, or not yet */
};

static enum kc_err
get(struct kc_reader *r, uint64_t seq, const char *what, struct kc_buf *out,
    bool *none)
{
	char path[64];
	long status = 0;
	enum kc_err err;

	(void)snprintf(path, sizeof(path), "/v1/entries/%llu/%s",
	    (unsigned long long)seq, what);
	err = kc_client_get(r->client, path, &status, out);
	*none = *none || (err == KC_OK && status != OK);
	return err;
}

static int
load(struct kc_reader *r, uint64_t seq, struct parts *p)
{
	const struct kc_local *l = &r->ledger;
	enum kc_err err;
	int code;

	if (!r->local) {
		err = get(r, seq, "receipt", &p->receipt, &p->none);
		if (err == KC_OK && !p->none)
			err = get(r, seq, "raw", &p->leaf, &p->none);
		return err == KC_OK ? KC_EXIT_OK
				    : kc_cli_error(r->cli, err, "receipt");
	}
	p->none = !l->has_anchor || seq >= l->anchor.size;
	if (p->none)
		return KC_EXIT_OK;
	code = kc_local_receipt(r->cli, l, seq, false, &p->receipt);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_store_leaf(l->store, seq, &p->leaf);
	return err == KC_OK ? KC_EXIT_OK
			    : kc_cli_error(r->cli, err, r->cli->dir);
}

static enum kc_err
put(json_t *doc, const struct parts *p)
{
	struct kc_buf text = {0};
	struct kc_slice rest, line;
	json_t *lines = json_array();
	enum kc_err err = kc_buf_stamp(
	    &text, kc_buf_view(&p->receipt), kc_buf_view(&p->leaf));

	rest = kc_buf_view(&text);
	while (err == KC_OK && kc_slice_line(&rest, &line))
		if (json_array_append_new(
			lines, json_stringn(line.p, line.n)) != 0)
			err = KC_ENOMEM;
	if (err == KC_OK && json_object_set(doc, "stamp", lines) != 0)
		err = KC_ENOMEM;
	json_decref(lines);
	kc_buf_free(&text);
	return err;
}

int
kc_stamp_put(struct kc_reader *r, json_t *doc)
{
	json_int_t seq = json_integer_value(json_object_get(doc, "seq"));
	struct parts p = {.none = false};
	int code = load(r, (uint64_t)seq, &p);
	enum kc_err err;

	if (code == KC_EXIT_OK && p.none) {
		kc_cli_note(r->cli, "%s",
		    _("no code is on the document: its entry is not for this "
		      "reader, or not signed for yet"));
	} else if (code == KC_EXIT_OK) {
		err = put(doc, &p);
		if (err != KC_OK)
			code = kc_cli_error(r->cli, err, "stamp");
	}
	kc_buf_free(&p.receipt);
	kc_buf_free(&p.leaf);
	return code;
}
