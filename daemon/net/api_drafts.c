/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts: statements that wait for the signatures of others. Whoever signs
 * proves who he is by that (docs/adr/0016). */
#include <string.h>

#include "net/drafts.h"
#include "sys/log.h"

struct kc_draft_asked *
kc_draft_begin(struct kc_call *call, bool names_one)
{
	struct kc_draft_asked *a = kc_alloc(sizeof(*a));

	call->own = a;
	if (a == NULL) {
		kc_call_error(call, KC_ENOMEM, "");
		kc_call_reply(call);
		return NULL;
	}
	(void)kc_slice_copy(a->dir, sizeof(a->dir),
	    kc_slice_str(kc_call_drafts(call, &a->shelf.days)));
	a->shelf.dir = a->dir;
	a->shelf.now_ms = kc_call_now_ms(call);
	if (names_one && !kc_read_hex(call->param, a->id.b, KC_HASH_SIZE)) {
		kc_call_error(call, KC_ENOTFOUND, "draft");
		kc_call_reply(call);
		return NULL;
	}
	return a;
}

/* What is wrong with the directory is ours, and for the log. */
void
kc_draft_fail(struct kc_call *call, enum kc_err err, struct kc_buf *detail)
{
	struct kc_line l;

	if (err != KC_ENOTFOUND) {
		kc_log_begin(&l, KC_LOG_ERROR, "drafts");
		kc_log_str(&l, "why", kc_err_text(err));
		kc_log_slice(&l, "detail", kc_buf_view(detail));
		kc_log_end(&l);
	}
	if (err == KC_EFULL)
		kc_call_refuse(call, KC_R_FULL, NULL);
	else
		kc_call_error(call, err, "draft");
	kc_buf_free(detail);
}

void
kc_draft_note(struct kc_call *call, enum kc_draft_event event)
{
#define X(sym, word) [KC_DRAFT_##sym] = "draft-" word,
	static const char *const words[] = {KC_DRAFT_WORDS(X)};
#undef X
	const struct kc_hash *id = &((struct kc_draft_asked *)call->own)->id;
	struct kc_buf hex = {0};
	struct kc_line l;

	kc_call_count_draft(call, event);
	kc_buf_hex(&hex, id->b, sizeof(id->b));
	kc_log_begin(&l, KC_LOG_INFO, words[event]);
	kc_log_slice(&l, "id", kc_buf_view(&hex));
	if (call->actor[0] != '\0')
		kc_log_str(&l, "actor", call->actor);
	kc_log_end(&l);
	kc_buf_free(&hex);
}

/* --- what is said of one --- */
static void
put_signers(struct kc_json *w, const struct kc_entry *e, const char *key,
    bool have, bool have_not)
{
	kc_json_key(w, key);
	kc_json_open(w, '[');
	for (unsigned i = 0; i < e->nby; i++)
		if (e->sigs[i].base64.n > 0 ? have : have_not)
			kc_json_slice(w, e->by[i]);
	kc_json_close(w, ']');
}

void
kc_json_draft(struct kc_json *w, const struct kc_call *call,
    const struct kc_hash *id, const struct kc_entry *e)
{
	const struct kc_draft_asked *a = call->own;
	struct kc_buf hex = {0};

	kc_buf_hex(&hex, id->b, sizeof(id->b));
	kc_json_open(w, '{');
	kc_json_key(w, "id");
	kc_json_slice(w, kc_buf_view(&hex));
	kc_json_key(w, "kind");
	kc_json_str(w, e->kind->name);
	kc_json_key(w, "kind_text");
	kc_json_str(w, call->lang == KC_LANG_ZH ? e->kind->zh : e->kind->en);
	put_signers(w, e, "by", true, true);
	put_signers(w, e, "signed", true, false);
	put_signers(w, e, "missing", false, true);
	kc_json_key(w, "at");
	kc_json_instant(w, e->at_s * 1000);
	kc_json_key(w, "until");
	kc_json_instant(w, (e->at_s + (int64_t)a->shelf.days * 86400) * 1000);
	kc_json_close(w, '}');
	kc_buf_free(&hex);
}

/* --- leaving and signing --- */
static void
refuse_full(struct kc_call *call, struct kc_slice who)
{
	struct kc_refusal why = {0};

	(void)kc_refuse(&why, KC_R_DRAFTS, "", NULL, NULL, NULL);
	kc_refusal_arg(&why, 0, who.n > 0 ? who : KC_LIT("-"));
	kc_refusal_arg_u64(&why, 1, who.n > 0 ? KC_SHELF_EACH : KC_SHELF_ALL);
	kc_call_problem(call, &why);
}

/* It stands: nobody need sign it any more. Who came second finds none. */
static void
drop(struct kc_call *call)
{
	const struct kc_draft_asked *a = call->own;

	if (kc_shelf_drop(&a->shelf, &a->id, NULL) == KC_OK)
		kc_draft_note(call, KC_DRAFT_ADMITTED);
}

static void
done(void *ctx, struct kc_result *results, size_t n)
{
	struct kc_call *call = ctx;

	(void)n;
	kc_call_result(call, &results[0]);
	if (results[0].err == KC_OK)
		kc_call_after(call, drop);
	else
		kc_call_done(call);
}

/* Would it be admitted, but for what is missing? */
static bool
weigh(struct kc_call *call, const struct kc_entry *e)
{
	struct kc_refusal why = {0};
	enum kc_err err = kc_ledger_weigh(kc_call_ledger(call), e, &why);

	if (err == KC_OK)
		return true;
	if (err == KC_EREFUSED && why.code == KC_R_SIGNATURE)
		kc_call_author_failed(call, kc_slice_str(why.args[0]));
	if (err == KC_EREFUSED)
		kc_call_problem(call, &why);
	else
		kc_call_error(call, err, "draft");
	return false;
}

/* Adds what is signed; true: the last signature came, and the ledger has it. */
static bool
take(struct kc_call *call, struct kc_slice partial)
{
	struct kc_draft_asked *a = call->own;
	struct kc_buf note = {0}, detail = {0};
	struct kc_refusal why = {0};
	struct kc_slice full = {"", 0}, whole_note;
	bool whole = false;
	struct kc_json w;
	enum kc_err err;

	if (kc_entry_decode_partial(&a->e, partial, &why) != KC_OK) {
		kc_call_problem(call, &why);
		return false;
	}
	/* What is left here is read by others than who signs it. */
	if (kc_entry_is_sealed(&a->e)) {
		kc_call_refuse(call, KC_R_REQUEST,
		    "it waits for nobody: POST /v1/entries");
		return false;
	}
	if (!weigh(call, &a->e))
		return false;
	a->id = kc_shelf_id(a->e.text);
	err = kc_shelf_add(
	    &a->shelf, &a->e, a->fresh, &note, &whole, &full, &detail);
	if (err == KC_OK && whole) {
		whole_note = kc_buf_view(&note);
		err = kc_ledger_submit(
		    kc_call_ledger(call), &whole_note, 1, done, call);
		if (err != KC_OK)
			kc_call_not_taken(call, err);
		whole = err == KC_OK;
	} else if (err == KC_OK &&
	    kc_entry_decode_partial(&a->e, kc_buf_view(&note), &why) == KC_OK) {
		w = kc_call_json(call, 202);
		kc_json_draft(&w, call, &a->id, &a->e);
		kc_draft_note(call, KC_DRAFT_SIGNED);
	} else if (err == KC_EFULL && detail.n == 0) {
		refuse_full(call, full);
	} else {
		kc_draft_fail(call, err, &detail);
	}
	kc_buf_free(&note);
	kc_buf_free(&detail);
	return whole;
}

static bool
run_post(struct kc_call *call)
{
	return take(call, call->input);
}

/* The signature lines that came, under the text that is here. */
static bool
run_sign(struct kc_call *call)
{
	struct kc_draft_asked *a = call->own;
	struct kc_buf note = {0}, detail = {0};
	struct kc_refusal why = {0};
	bool handed = false;
	enum kc_err err = kc_shelf_get(&a->shelf, &a->id, &note, &detail);

	if (err != KC_OK) {
		kc_draft_fail(call, err, &detail);
	} else if (kc_entry_decode_partial(&a->e, kc_buf_view(&note), &why) !=
	    KC_OK) {
		kc_call_problem(call, &why);
	} else {
		note.n = a->e.text.n + 1; /* and the empty line */
		kc_buf_slice(&note, call->input);
		handed = take(call, kc_buf_view(&note));
	}
	kc_buf_free(&note);
	kc_buf_free(&detail);
	return handed;
}

static bool
is_text(struct kc_call *call)
{
	if (kc_http_type_is(call->req.content_type, "text/plain"))
		return true;
	kc_call_bad(call, 415, "text/plain: a note, or lines of signatures");
	return false;
}

void
kc_api_drafts_post(struct kc_call *call)
{
	struct kc_draft_asked *a = kc_draft_begin(call, false);

	if (a == NULL)
		return;
	a->fresh = true;
	if (is_text(call) && kc_call_authors_may(call, &call->input, 1) &&
	    kc_call_take_notes(call, 1))
		kc_call_hand_on(call, run_post);
	else
		kc_call_reply(call);
}

void
kc_api_draft_sign(struct kc_call *call)
{
	const struct kc_slice nobody = {"", 0};

	if (kc_draft_begin(call, true) == NULL)
		return;
	if (is_text(call) && kc_call_authors_may(call, &nobody, 1) &&
	    kc_call_take_notes(call, 1))
		kc_call_hand_on(call, run_sign);
	else
		kc_call_reply(call);
}
