/* SPDX-License-Identifier: Apache-2.0 */
/* Posts one note and checks the receipt that comes back. */
#include "post.h"

#include <string.h>

#include <jansson.h>

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

/* The leaf that the ledger says it made of the note. */
static enum kc_err
check_receipt(struct kc_slice note, const struct kc_vkey *log_key,
    struct kc_slice receipt, struct kc_posted *out)
{
	struct kc_leaf leaf = {
	    .origin = kc_slice_str(log_key->name),
	    .seq = out->seq,
	    .received_ms = out->received_ms,
	    .note = note,
	};
	struct kc_buf bytes = {0};
	struct kc_proof proof;
	enum kc_err err;

	kc_buf_leaf(&bytes, &leaf);
	err = kc_buf_err(&bytes);
	if (err == KC_OK)
		err = kc_proof_verify(
		    receipt, kc_buf_view(&bytes), log_key, &out->checkpoint);
	if (err == KC_OK)
		err = kc_proof_parse(&proof, receipt);
	/* The path leads from the place that was promised. */
	if (err == KC_OK && proof.index != out->seq)
		err = KC_EPROOF;
	if (err == KC_OK)
		kc_buf_slice(&out->head, proof.checkpoint);
	if (err == KC_OK)
		err = kc_buf_err(&out->head);
	out->checked = err == KC_OK;
	kc_buf_free(&bytes);
	return err;
}

static bool
read_reply(json_t *doc, bool dry, struct kc_posted *out)
{
	json_t *seq = json_object_get(doc, "seq");
	const char *received =
	    json_string_value(json_object_get(doc, "received"));
	const char *handle = json_string_value(json_object_get(doc, "handle"));

	if (!json_is_integer(seq) || json_integer_value(seq) < 0)
		return false;
	out->seq = (uint64_t)json_integer_value(seq);
	out->duplicate = json_is_true(json_object_get(doc, "duplicate"));
	if (handle != NULL &&
	    !kc_slice_copy(
		out->handle, sizeof(out->handle), kc_slice_str(handle)))
		return false;
	return dry ||
	    (received != NULL &&
		kc_read_instant_ms(kc_slice_str(received), &out->received_ms));
}

static int
accepted(struct kc_slice note, const struct kc_vkey *log_key, bool dry,
    struct kc_slice body, struct kc_posted *out)
{
	json_t *doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	const char *receipt =
	    json_string_value(json_object_get(doc, "receipt"));
	enum kc_err err = KC_OK;
	int code = KC_EXIT_OK;

	out->unknown = true;
	if (!read_reply(doc, dry, out)) {
		code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("the daemon's answer is not one that is understood"));
		goto out;
	}
	if (!dry && log_key != NULL)
		err = receipt == NULL
		    ? KC_EPROOF
		    : check_receipt(note, log_key, kc_slice_str(receipt), out);
	if (err != KC_OK) {
		code = kc_cli_fail(KC_EXIT_TAMPERED, NULL,
		    _("the receipt does not hold: %s; do not rely on it"),
		    _(kc_err_text(err)));
		goto out;
	}
	out->unknown = false;
out:
	json_decref(doc);
	return code;
}

/* Is the refusal about the moment rather than the statement? */
static bool
may_pass(long status, struct kc_slice body)
{
	json_t *doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	const char *code = json_string_value(json_object_get(doc, "code"));
	bool pass = status == 429 || status == 503 ||
	    (code != NULL && strcmp(code, "E-LEDGER") == 0);

	json_decref(doc);
	return pass;
}

int
kc_post(struct kc_cli *cli, struct kc_client *c, struct kc_slice note,
    const struct kc_vkey *log_key, bool dry, struct kc_posted *out)
{
	struct kc_buf body = {0};
	long status = 0;
	enum kc_err err;
	int code;

	memset(out, 0, sizeof(*out));
	cli->writes = true;
	err = kc_client_post(c, dry ? "/v1/entries?dry_run=1" : "/v1/entries",
	    "text/plain; charset=utf-8", note, &status, &body);
	if (err != KC_OK) {
		out->unknown = err != KC_EUNAVAILABLE && !dry;
		code = kc_cli_error(cli, err, "kaochengd");
		goto out;
	}
	if (status == 200 || status == 201) {
		code = accepted(note, log_key, dry, kc_buf_view(&body), out);
		goto out;
	}
	/* 5xx: the daemon itself cannot tell. */
	out->unknown = status >= 500 && !dry;
	out->keep = may_pass(status, kc_buf_view(&body));
	code = kc_cli_problem(cli, status, kc_buf_view(&body));
out:
	kc_buf_free(&body);
	return code;
}
