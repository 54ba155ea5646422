/* SPDX-License-Identifier: Apache-2.0 */
/* Signing and posting of the demonstration's statements, in batches. */
#include "demo.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/civil.h>
#include <kaocheng/hash.h>
#include <kaocheng/leaf.h>
#include <kaocheng/proof.h>

#define MORNING_MS INT64_C(32700000) /* 09:05, when digests have gone out */

void
demo_fail(struct demo *d, const char *what, const char *detail)
{
	if (!d->failed)
		fprintf(stderr, "demo: %s: %s\n", what, detail);
	d->failed = true;
}

void
demo_key(struct kc_skey *out, const char *name, uint8_t seed[32])
{
	char text[KC_NAME_MAX + 64];
	int n = snprintf(text, sizeof(text),
	    "kaocheng demonstration key, not a secret: %s", name);
	struct kc_hash h = kc_sha256(text, (size_t)n);
	enum kc_err err;

	memcpy(seed, h.b, 32);
	err = kc_skey_from_seed(out, kc_slice_str(name), seed);
	assert(err == KC_OK);
	(void)err;
}

void
demo_begin(struct demo *d, enum kc_kind_id kind)
{
	char text[64];
	int n = snprintf(
	    text, sizeof(text), "demo %llu", (unsigned long long)d->made++);
	struct kc_hash h = kc_sha256(text, (size_t)n);

	kc_draft_init(
	    &d->draft, kind, KC_LIT(DEMO_ORIGIN), h.b, d->now_ms / 1000);
	if (kind != KC_K_ledger_open) {
		/* After the opening nobody has seen anything yet. */
		if (d->seen.size == 0)
			demo_flush(d);
		kc_draft_seen(&d->draft, d->seen.size, &d->seen.root);
	}
	kc_buf_reset(&d->values);
	d->nspans = 0;
}

/* The key of an actor, derived once. */
static const struct kc_skey *
cached_key(const char *actor)
{
	static struct kc_skey cache[256];
	uint32_t slot = demo_pick(actor, 0, 256);
	uint8_t seed[32];

	if (strcmp(cache[slot].vkey.name, actor) != 0)
		demo_key(&cache[slot], actor, seed);
	return &cache[slot];
}

void
demo_by(struct demo *d, const char *actor)
{
	struct kc_skey *key = &d->keys[d->draft.nby];

	*key = *cached_key(actor);
	kc_draft_by(&d->draft, kc_slice_str(key->vkey.name)); /* outlives it */
}

void
demo_set_slice(struct demo *d, unsigned field, struct kc_slice value)
{
	assert(d->nspans < KC_ITEMS_MAX);
	d->spans[d->nspans].field = field;
	d->spans[d->nspans].at = d->values.n;
	d->spans[d->nspans++].n = value.n;
	kc_buf_slice(&d->values, value);
}

void
demo_set(struct demo *d, unsigned field, const char *value)
{
	demo_set_slice(d, field, kc_slice_str(value));
}

void
demo_points(struct demo *d, unsigned field, int64_t e4)
{
	struct kc_buf b = {0};

	kc_buf_points(&b, e4);
	demo_set_slice(d, field, kc_buf_view(&b));
	kc_buf_free(&b);
}

void
demo_number(struct demo *d, unsigned field, int64_t v)
{
	struct kc_buf b = {0};

	kc_buf_i64(&b, v);
	demo_set_slice(d, field, kc_buf_view(&b));
	kc_buf_free(&b);
}

void
demo_date(struct demo *d, unsigned field, kc_day day)
{
	struct kc_buf b = {0};

	kc_buf_day(&b, day);
	demo_set_slice(d, field, kc_buf_view(&b));
	kc_buf_free(&b);
}

void
demo_evidence(struct demo *d, unsigned field, const char *what)
{
	struct kc_hash h = kc_sha256(what, strlen(what));
	struct kc_buf b = {0};

	kc_buf_sha256(&b, &h);
	kc_buf_char(&b, ' ');
	kc_buf_u64(&b, strlen(what));
	kc_buf_str(&b, " text/plain");
	demo_set_slice(d, field, kc_buf_view(&b));
	kc_buf_free(&b);
}

void
demo_post(struct demo *d, char *handle)
{
	struct kc_buf text = {0}, note = {0};
	struct kc_refusal why = {0};
	enum kc_err err;

	if (d->failed)
		return;
	for (size_t i = 0; i < d->nspans; i++)
		kc_draft_add(&d->draft, (unsigned)d->spans[i].field,
		    (struct kc_slice){
			d->values.p + d->spans[i].at, d->spans[i].n});
	err = kc_draft_encode(&d->draft, &text, &why);
	if (err != KC_OK) {
		demo_fail(d, d->draft.kind->name, kc_err_text(err));
		kc_cli_refusal(d->cli, &why);
		goto out;
	}
	kc_buf_sign_entry(&note, kc_buf_view(&text), d->keys, d->draft.nby);
	if (d->sink != NULL) {
		d->sink_handle = handle;
		d->sink(d, kc_buf_view(&note));
		goto out;
	}
	kc_buf_be16(&d->batch, (uint16_t)note.n);
	kc_buf_slice(&d->batch, kc_buf_view(&note));
	d->pending[d->npending].handle = handle;
	d->pending[d->npending++].kind = d->draft.kind->name;
	if (d->npending == sizeof(d->pending) / sizeof(d->pending[0]))
		demo_flush(d);
out:
	kc_buf_free(&text);
	kc_buf_free(&note);
}

/* The checkpoint under a receipt is what the next signers have seen. */
static void
take_seen(struct demo *d, const char *receipt)
{
	struct kc_proof proof;
	struct kc_checkpoint c;

	if (kc_proof_parse(&proof, kc_slice_str(receipt)) != KC_OK ||
	    kc_checkpoint_parse(&c, proof.checkpoint, NULL) != KC_OK)
		demo_fail(d, "reply of the daemon", "a receipt is malformed");
	else if (c.size > d->seen.size)
		d->seen = c;
}

/* Takes over the handles; the first refusal ends the demonstration. */
static void
read_results(struct demo *d, struct kc_slice body)
{
	json_error_t jerr;
	json_t *doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &jerr);
	json_t *results = json_object_get(doc, "results");

	if (json_array_size(results) != d->npending) {
		demo_fail(d, "reply of the daemon", "not one result a note");
		goto out;
	}
	for (size_t i = 0; i < d->npending; i++) {
		json_t *r = json_array_get(results, i);
		const char *handle =
		    json_string_value(json_object_get(r, "handle"));

		if (json_object_get(r, "receipt") == NULL) {
			char *text = json_dumps(r, JSON_COMPACT);

			demo_fail(
			    d, d->pending[i].kind, text ? text : "refused");
			free(text);
			goto out;
		}
		take_seen(d, json_string_value(json_object_get(r, "receipt")));
		if (d->pending[i].handle != NULL && handle != NULL)
			kc_slice_copy(
			    d->pending[i].handle, 16, kc_slice_str(handle));
	}
	d->posted += d->npending;
out:
	json_decref(doc);
}

void
demo_flush(struct demo *d)
{
	struct kc_buf body = {0};
	long status = 0;
	enum kc_err err;

	if (d->failed || d->npending == 0)
		return;
	err = kc_client_post(d->client, "/v1/entries",
	    "application/octet-stream", kc_buf_view(&d->batch), &status, &body);
	if (err != KC_OK || status != 200)
		demo_fail(d, "posting",
		    err != KC_OK ? kc_err_text(err) : kc_buf_cstr(&body));
	else
		read_results(d, kc_buf_view(&body));
	kc_buf_reset(&d->batch);
	d->npending = 0;
	kc_buf_free(&body);
	demo_await_reminders(d);
}

static void
move_clock(struct demo *d, int64_t now_ms)
{
	struct kc_buf json = {0}, body = {0};
	long status = 0;
	enum kc_err err;

	d->now_ms = now_ms;
	kc_buf_str(&json, "{\"now\":\"");
	kc_buf_instant_ms(&json, now_ms);
	kc_buf_str(&json, "\"}");
	err = kc_client_post(d->client, "/v1/clock", "application/json",
	    kc_buf_view(&json), &status, &body);
	if (err != KC_OK || status != 200)
		demo_fail(d, "moving the clock",
		    err != KC_OK ? kc_err_text(err) : kc_buf_cstr(&body));
	kc_buf_free(&json);
	kc_buf_free(&body);
	demo_await_reminders(d);
}

/* Signers look at the ledger again before they sign on another day: meanwhile
 * the clerk has written. */
static void
look(struct demo *d)
{
	struct kc_buf body = {0};
	struct kc_checkpoint c;
	long status = 0;

	if (d->seen.size == 0)
		return; /* it is not opened yet */
	if (kc_client_get(d->client, "/checkpoint", &status, &body) != KC_OK ||
	    status != 200 ||
	    kc_checkpoint_parse(&c, kc_buf_view(&body), NULL) != KC_OK)
		demo_fail(d, "/checkpoint", "cannot be read");
	else
		d->seen = c;
	kc_buf_free(&body);
}

void
demo_clock(struct demo *d, kc_day day, int hour, int minute)
{
	kc_day morning = kc_day_of_instant(d->now_ms, KC_LOCAL_OFFSET_S);
	int64_t now = kc_day_start_ms(day, KC_LOCAL_OFFSET_S) +
	    ((int64_t)hour * 60 + minute) * 60000;

	demo_flush(d);
	if (d->failed || now <= d->now_ms)
		return;
	if (d->sink != NULL) {
		d->now_ms = now;
		d->sink(d, (struct kc_slice){NULL, 0});
		return;
	}
	/* Each day has its morning, when that day's reminders go out. */
	for (; d->reminds && d->now_ms > 0 && !d->failed && morning <= day;
	     morning++) {
		int64_t at =
		    kc_day_start_ms(morning, KC_LOCAL_OFFSET_S) + MORNING_MS;

		if (at > d->now_ms && at < now)
			move_clock(d, at);
	}
	if (!d->failed)
		move_clock(d, now);
	if (!d->failed)
		look(d);
}
