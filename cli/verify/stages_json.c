/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a verification as one JSON object. */
#include "stages_print.h"

#include <stdio.h>
#include <string.h>

#include "lib/foreign.h"

static const char *
outcome_word(int code)
{
	switch (code) {
	case 0:
		return "holds";
	case 10:
		return "tampered";
	case 11:
		return "incomplete";
	case 12:
		return "differs";
	}
	return "failed";
}

static void
json_str(struct kc_json *w, const char *key, const char *value)
{
	kc_json_key(w, key);
	kc_json_str(w, value);
}

static void
json_stage(struct kc_json *w, enum kc_verify_stage i,
    const struct kc_verify_line *l, enum kc_lang lang)
{
	struct kc_buf text = {0};

	kc_json_open(w, '{');
	json_str(w, "stage", kc_verify_name(i));
	kc_json_key(w, "ok");
	if (l->outcome == KC_VERIFY_NOT_REACHED)
		kc_json_null(w);
	else
		kc_json_bool(w, l->outcome == KC_VERIFY_OK);
	kc_json_key(w, "count");
	kc_json_u64(w, l->count);
	if (l->outcome == KC_VERIFY_FAILED) {
		json_str(w, "finding", kc_finding_name(l->found));
		json_str(w, "error", kc_finding_text(l->found, KC_LANG_EN));
		if (l->seq != KC_VERIFY_NO_SEQ) {
			kc_json_key(w, "seq");
			kc_json_u64(w, l->seq);
		}
		if (l->what[0] != '\0')
			json_str(w, "file", l->what);
		if (l->why.code != KC_R_NONE) {
			json_str(w, "code", kc_refusal_code_text(l->why.code));
			kc_refusal_message(&l->why, lang, &text);
			json_str(w, "detail", kc_buf_cstr(&text));
		}
	}
	kc_json_close(w, '}');
	kc_buf_free(&text);
}

static void
json_end(struct kc_json *w, int code)
{
	json_str(w, "outcome", outcome_word(code));
	kc_json_key(w, "exit");
	kc_json_i64(w, code);
	kc_json_close(w, '}');
	puts(kc_buf_cstr(w->out));
}

/* Array of the witnesses that the trust file names and that signed. */
static void
json_witnesses(
    struct kc_json *w, const struct kc_trust *t, const struct kc_cosigned *c)
{
	kc_json_key(w, "quorum");
	kc_json_bool(w, c->quorum);
	kc_json_key(w, "unknown_signatures");
	kc_json_u64(w, c->unknown);
	kc_json_key(w, "witnesses");
	kc_json_open(w, '[');
	for (size_t i = 0; i < t->nwitnesses; i++) {
		uint32_t bit = UINT32_C(1) << i;
		struct kc_buf name = {0};

		if (((c->by | c->unchecked) & bit) == 0)
			continue;
		/* Names are opaque bytes; JSON is not. */
		kc_buf_foreign(&name, kc_slice_str(t->witness[i].name));
		kc_json_open(w, '{');
		json_str(w, "name", kc_buf_cstr(&name));
		json_str(w, "key", t->witness[i].key.name);
		kc_json_key(w, "verified");
		kc_json_bool(w, (c->by & bit) != 0);
		if ((c->by & bit) != 0) {
			kc_json_key(w, "time");
			kc_json_u64(w, c->time[i]);
		}
		kc_json_close(w, '}');
		kc_buf_free(&name);
	}
	kc_json_close(w, ']');
}

static void
json_part(struct kc_json *w, const struct kc_verify_report *r)
{
	struct kc_slice rest = kc_slice_str(r->part), name;

	kc_json_key(w, "part");
	kc_json_open(w, '[');
	while (kc_slice_line(&rest, &name))
		kc_json_slice(w, name);
	kc_json_close(w, ']');
}

static void
json_checkpoint(struct kc_json *w, const struct kc_verify_report *r)
{
	struct kc_buf text = {0};

	json_str(w, "ledger", r->checkpoint.origin);
	kc_json_key(w, "entries");
	kc_json_u64(w, r->checkpoint.size);
	kc_buf_hash(&text, &r->checkpoint.root);
	json_str(w, "root", kc_buf_cstr(&text));
	kc_buf_reset(&text);
	kc_buf_vkey(&text, &r->log_key);
	json_str(w, "log_key", kc_buf_cstr(&text));
	kc_buf_free(&text);
	json_witnesses(w, &r->trust, &r->witnesses);
	if (r->part[0] != '\0')
		json_part(w, r);
	kc_json_key(w, "covered_by_log_key_only");
	if (r->part[0] == '\0' && !r->alone &&
	    r->covered < r->checkpoint.size) {
		kc_json_open(w, '{');
		kc_json_key(w, "from");
		kc_json_u64(w, r->covered);
		kc_json_key(w, "to");
		kc_json_u64(w, r->checkpoint.size - 1);
		kc_json_close(w, '}');
	} else {
		kc_json_null(w);
	}
	kc_json_key(w, "signatures_left_out");
	kc_json_bool(w, r->no_signatures);
	kc_json_key(w, "public_profile");
	kc_json_bool(w, r->open);
	kc_json_key(w, "evidence_cited");
	kc_json_u64(w, r->cited);
	kc_json_key(w, "evidence_absent");
	kc_json_u64(w, r->absent);
	kc_json_key(w, "stale_tiles");
	kc_json_u64(w, r->stale);
	if (r->at_least) {
		kc_json_key(w, "at_least");
		kc_json_open(w, '{');
		kc_json_key(w, "entries");
		kc_json_u64(w, r->earlier.size);
		json_witnesses(w, &r->trust, &r->earlier_witnesses);
		kc_json_close(w, '}');
	}
}

void
kc_stages_json(
    const struct kc_stages *s, const struct kc_verify_report *r, int code)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	json_str(&w, "schema", "kaocheng.verify/1");
	json_str(&w, "path", s->path);
	kc_json_key(&w, "stages");
	kc_json_open(&w, '[');
	for (int i = 0; i < KC_VERIFY_COUNT; i++)
		json_stage(&w, (enum kc_verify_stage)i, &r->stage[i], s->lang);
	kc_json_close(&w, ']');
	if (r->signed_by_log)
		json_checkpoint(&w, r);
	if (r->alone)
		kc_stages_json_entry(&w, s, r);
	json_end(&w, code);
	kc_buf_free(&out);
}

void
kc_stages_json_unreadable(
    const struct kc_stages *s, enum kc_finding found, enum kc_err err, int code)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	json_str(&w, "schema", "kaocheng.verify/1");
	json_str(&w, "path", s->path);
	json_str(&w, "finding", kc_finding_name(found));
	json_str(&w, "error",
	    found == KC_FOUND_UNREADABLE ? kc_err_text(err)
					 : kc_finding_text(found, KC_LANG_EN));
	json_end(&w, code);
	kc_buf_free(&out);
}
