/* SPDX-License-Identifier: Apache-2.0 */
/* Posts one note and checks the receipt that comes back. */
#include "post.h"

#include <string.h>

#include <jansson.h>

#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

#include "keys.h"

/* The leaf that the ledger says it made of the note. */
static enum kc_err
check_receipt(struct kc_slice note, const struct kc_log_keys *log_keys,
    struct kc_slice receipt, struct kc_posted *out)
{
	struct kc_leaf leaf = {
	    .origin = kc_slice_str(log_keys->v[0].name),
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
		err = kc_proof_verify_by(
		    receipt, kc_buf_view(&bytes), log_keys, &out->checkpoint);
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
accepted(struct kc_slice note, const struct kc_log_keys *log_keys, bool dry,
    json_t *doc, struct kc_posted *out)
{
	const char *receipt =
	    json_string_value(json_object_get(doc, "receipt"));
	enum kc_err err = KC_OK;

	out->unknown = true;
	if (!read_reply(doc, dry, out))
		return kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("the daemon's answer is not one that is understood"));
	if (!dry && log_keys != NULL)
		err = receipt == NULL
		    ? KC_EPROOF
		    : check_receipt(note, log_keys, kc_slice_str(receipt), out);
	if (err == KC_ENOKEY)
		return kc_cli_no_log_key();
	if (err != KC_OK)
		return kc_cli_fail(KC_EXIT_TAMPERED, NULL,
		    _("the receipt does not hold: %s; do not rely on it"),
		    kc_err_said(err));
	out->unknown = false;
	return KC_EXIT_OK;
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
    const struct kc_log_keys *log_keys, bool dry, struct kc_posted *out)
{
	struct kc_buf body = {0};
	json_t *doc = NULL;
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
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
		code = accepted(note, log_keys, dry, doc, out);
		goto out;
	}
	/* 5xx: the daemon itself cannot tell. */
	out->unknown = status >= 500 && !dry;
	out->keep = may_pass(status, kc_buf_view(&body));
	code = kc_cli_problem(cli, status, kc_buf_view(&body));
out:
	json_decref(doc);
	kc_buf_free(&body);
	return code;
}

/* --- many --- */
void
kc_buf_bundle(struct kc_buf *b, const struct kc_slice *texts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		kc_buf_char(b, (char)(texts[i].n >> 8));
		kc_buf_char(b, (char)(texts[i].n & 0xFF));
		kc_buf_slice(b, texts[i]);
	}
}

struct kc_slice *
kc_bundle_cut(struct kc_slice bytes, size_t *n)
{
	struct kc_slice *out = kc_alloc((bytes.n / 3 + 1) * sizeof(*out));

	for (*n = 0; out != NULL && bytes.n > 0; ++*n) {
		size_t len =
		    bytes.n > 2 ? kc_be16((const uint8_t *)bytes.p) : SIZE_MAX;

		if (len == 0 || len > bytes.n - 2) {
			kc_free(out);
			return NULL;
		}
		out[*n] = (struct kc_slice){bytes.p + 2, len};
		bytes.p += 2 + len;
		bytes.n -= 2 + len;
	}
	return out;
}

/* Posts a bundle; its results, which the caller gives back, and the body, or
 * NULL with the exit code. */
static json_t *
post_bundle(struct kc_cli *cli, struct kc_client *c, const char *path,
    const struct kc_slice *texts, size_t n, bool *unknown, int *code)
{
	struct kc_buf data = {0}, body = {0};
	json_t *doc = NULL, *results;
	long status = 0;
	enum kc_err err;

	kc_buf_bundle(&data, texts, n);
	err = kc_buf_err(&data);
	if (err == KC_OK)
		err = kc_client_post(c, path, "application/octet-stream",
		    kc_buf_view(&data), &status, &body);
	*unknown = err == KC_EUNKNOWN || status >= 500;
	if (err != KC_OK) {
		*code = kc_cli_error(cli, err, "kaochengd");
		goto out;
	}
	if (status != 200) {
		*code = kc_cli_problem(cli, status, kc_buf_view(&body));
		goto out;
	}
	doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	results = json_object_get(doc, "results");
	*code = KC_EXIT_OK;
	if (json_array_size(results) != n) {
		json_decref(doc);
		doc = NULL;
		*unknown = true;
		*code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("the daemon's answer is not one that is understood"));
	}
out:
	kc_buf_free(&data);
	kc_buf_free(&body);
	return doc;
}

/* Tells each result that is a problem; how many there are. */
static size_t
tell_faults(json_t *results, const struct kc_post_faults *faults)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(results); i++) {
		json_t *p =
		    json_object_get(json_array_get(results, i), "problem");
		const char *code =
		    json_string_value(json_object_get(p, "code"));
		const char *detail =
		    json_string_value(json_object_get(p, "detail"));

		if (p == NULL)
			continue;
		n++;
		faults->fault(faults->ctx, i, code != NULL ? code : "",
		    detail != NULL ? detail : "");
	}
	return n;
}

int
kc_post_effects(struct kc_cli *cli, struct kc_client *c,
    const struct kc_slice *texts, size_t n, const struct kc_post_faults *faults)
{
	bool unknown;
	int code;
	json_t *doc =
	    post_bundle(cli, c, "/v1/effect", texts, n, &unknown, &code);

	if (code == KC_EXIT_OK &&
	    tell_faults(json_object_get(doc, "results"), faults) > 0)
		code = KC_EXIT_REFUSED;
	json_decref(doc);
	return code;
}

int
kc_post_together(struct kc_cli *cli, struct kc_client *c,
    const struct kc_slice *notes, size_t n, const struct kc_log_keys *log_keys,
    struct kc_posted *out, bool *unknown, const struct kc_post_faults *faults)
{
	int code;
	json_t *doc, *results;

	cli->writes = true;
	doc = post_bundle(
	    cli, c, "/v1/entries?together=1", notes, n, unknown, &code);
	results = json_object_get(doc, "results");
	if (code == KC_EXIT_OK && tell_faults(results, faults) > 0)
		code = KC_EXIT_REFUSED;
	for (size_t i = 0; code == KC_EXIT_OK && i < n; i++) {
		code = accepted(notes[i], log_keys, false,
		    json_array_get(results, i), &out[i]);
		*unknown = out[i].unknown;
	}
	json_decref(doc);
	return code;
}
