/* SPDX-License-Identifier: Apache-2.0 */
#include "inbox.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "confirm.h"
#include "partial.h"

/* --- asking --- */
/* On a socket the daemon knows who asks; over an address the key opens a
 * session, and signs later, so that a passphrase is asked for once. */
static int
meet(struct kc_inbox *b)
{
	char where[KC_PATH_SIZE];
	int code = kc_cli_connect(b->cli, &b->client);

	if (code != KC_EXIT_OK || kc_cli_where(b->cli, where) != KC_OK ||
	    strstr(where, "://") == NULL)
		return code;
	code = kc_authors_open(&b->authors);
	return code == KC_EXIT_OK
	    ? kc_cli_session(b->cli, b->client, &b->authors.pens[0])
	    : code;
}

static bool
lacks(json_t *row, const char *actor)
{
	json_t *who;
	size_t i;

	json_array_foreach(json_object_get(row, "missing"), i,
	    who) if (json_string_value(who) != NULL &&
	    strcmp(json_string_value(who), actor) == 0) return true;
	return false;
}

static const char *
member(json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text != NULL ? text : "";
}

static int
by_due(const void *pa, const void *pb)
{
	const struct kc_waiting *a = pa, *b = pb;
	int order = strcmp(a->until, b->until);

	return order != 0 ? order : strcmp(a->id, b->id);
}

static int
ask(struct kc_inbox *b)
{
	struct kc_buf path = {0}, body = {0};
	json_t *rows, *row;
	size_t i;
	int code;

	kc_buf_str(&path, "/v1/drafts?signer=");
	kc_buf_query(&path, kc_slice_str(b->cli->as[0]));
	code = kc_cli_get(b->cli, b->client, kc_buf_cstr(&path), &body);
	if (code != KC_EXIT_OK)
		goto out;
	b->doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	rows = json_object_get(b->doc, "rows");
	b->v = kc_alloc((json_array_size(rows) + 1) * sizeof(*b->v));
	if (b->v == NULL) {
		code = kc_cli_error(b->cli, KC_ENOMEM, "drafts");
		goto out;
	}
	json_array_foreach(rows, i, row) if (lacks(row, b->cli->as[0]))
	    b->v[b->n++] = (struct kc_waiting){
	    .row = row, .id = member(row, "id"), .until = member(row, "until")};
	qsort(b->v, b->n, sizeof(*b->v), by_due);
out:
	kc_buf_free(&path);
	kc_buf_free(&body);
	return code;
}

/* What the state machines say that is the actor's to do. */
static int
ask_todo(struct kc_inbox *b)
{
	struct kc_buf path = {0}, body = {0};
	int code;

	kc_buf_str(&path, "/v1/views/todo?id=");
	kc_buf_query(&path, kc_slice_str(b->cli->as[0]));
	kc_buf_str(&path, b->cli->lang == KC_LANG_ZH ? "&lang=zh" : "&lang=en");
	code = kc_cli_get(b->cli, b->client, kc_buf_cstr(&path), &body);
	if (code == KC_EXIT_OK)
		b->todo =
		    json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	kc_buf_free(&path);
	kc_buf_free(&body);
	return code;
}

/* --- looking --- */
/* Is it what its id says, does it name the signer, and a history that goes
 * with what was seen here? A refusal is heard by the caller. */
static int
look(struct kc_inbox *b, struct kc_waiting *w)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	struct kc_hash said, is;
	struct kc_slice line;
	struct kc_partial p;
	int code;

	kc_partial_split(kc_buf_view(&w->note), &p);
	is = kc_sha256(p.text.p, p.text.n);
	if (!kc_read_hex(kc_slice_str(w->id), said.b, sizeof(said.b)) ||
	    !kc_hash_eq(&said, &is))
		return kc_cli_fail(KC_EXIT_TAMPERED, NULL, "%s",
		    _("the daemon's text is not the one that was left"));
	if (kc_entry_decode_partial(&e, kc_buf_view(&w->note), &why) != KC_OK)
		return kc_cli_refusal(b->cli, &why);
	code = kc_partial_named(b->cli, &e);
	if (code == KC_EXIT_OK &&
	    kc_partial_line(p.sigs, kc_slice_str(b->cli->as[0]), &line))
		code = kc_cli_fail(
		    KC_EXIT_CONFLICT, NULL, "%s", _("it is signed already"));
	return code == KC_EXIT_OK ? kc_partial_history(b->cli, &e) : code;
}

static int
fetch(struct kc_inbox *b, struct kc_waiting *w)
{
	struct kc_buf path = {0};
	int code;

	kc_buf_str(&path, "/v1/drafts/");
	kc_buf_query(&path, kc_slice_str(w->id));
	code = kc_cli_get(b->cli, b->client, kc_buf_cstr(&path), &w->note);
	kc_buf_free(&path);
	return code;
}

/* Says why it is not to be signed. */
static void
set_fault(
    struct kc_waiting *w, int exit_code, const char *message, const char *code)
{
	w->code = exit_code;
	kc_buf_str(&w->fault, message);
	if (code[0] != '\0') {
		kc_buf_str(&w->fault, " (");
		kc_buf_str(&w->fault, code);
		kc_buf_char(&w->fault, ')');
	}
	if (w->fault.n == 0)
		kc_buf_str(&w->fault, "?");
}

static int
ask_effect(struct kc_inbox *b, struct kc_waiting *w)
{
	struct kc_partial p;

	kc_partial_split(kc_buf_view(&w->note), &p);
	return kc_effect_ask(b->cli, b->client, p.text, &w->effect, &w->then);
}

static void
look_at(struct kc_inbox *b, struct kc_waiting *w, bool effect)
{
	struct kc_heard heard = {0};
	int code;

	kc_cli_hear(&heard);
	code = fetch(b, w);
	if (code == KC_EXIT_OK)
		code = look(b, w);
	if (code == KC_EXIT_OK && effect)
		code = ask_effect(b, w);
	kc_cli_hear(NULL);
	if (code != KC_EXIT_OK)
		set_fault(w, code, kc_buf_cstr(&heard.message), heard.code);
	kc_buf_free(&heard.message);
}

/* --- many of them ---------------------------------------------------------
 * What one would do is a replay of the log. Of many it is asked whether they
 * would stand, one after the other, in one; and of the first what each does.
 */

struct tried {
	struct kc_waiting **v; /* of each text */
};

static void
refused(void *ctx, size_t i, const char *code, const char *message)
{
	const struct tried *t = ctx;

	set_fault(t->v[i], KC_EXIT_REFUSED, message, code);
}

static int
try_all(struct kc_inbox *b)
{
	struct kc_slice *texts = kc_alloc(b->n * sizeof(*texts));
	struct tried t = {kc_alloc(b->n * sizeof(struct kc_waiting *))};
	const struct kc_post_faults faults = {refused, &t};
	struct kc_partial p;
	size_t n = 0;
	int code = KC_EXIT_OK;

	if (texts == NULL || t.v == NULL)
		code = kc_cli_error(b->cli, KC_ENOMEM, "drafts");
	for (size_t i = 0; code == KC_EXIT_OK && i < b->n; i++)
		if (b->v[i].code == KC_EXIT_OK) {
			kc_partial_split(kc_buf_view(&b->v[i].note), &p);
			texts[n] = p.text;
			t.v[n++] = &b->v[i];
		}
	if (code == KC_EXIT_OK && n > 0)
		code = kc_post_effects(b->cli, b->client, texts, n, &faults);
	kc_free(texts);
	kc_free(t.v);
	/* What is refused is said of each. */
	return code == KC_EXIT_REFUSED ? KC_EXIT_OK : code;
}

/* One that stands after another alone has nothing to be said of it yet. */
static void
say_first(struct kc_inbox *b)
{
	unsigned asked = 0;

	for (size_t i = 0; i < b->n && asked < KC_INBOX_EFFECTS; i++) {
		struct kc_waiting *w = &b->v[i];
		struct kc_heard heard = {0};

		if (w->code != KC_EXIT_OK)
			continue;
		asked++;
		kc_cli_hear(&heard);
		if (ask_effect(b, w) != KC_EXIT_OK) {
			kc_buf_reset(&w->effect);
			kc_buf_reset(&w->then);
		}
		kc_cli_hear(NULL);
		kc_buf_free(&heard.message);
	}
}

int
kc_inbox_open(struct kc_inbox *b)
{
	bool few;
	int code;

	b->authors.cli = b->cli;
	code = meet(b);
	if (code == KC_EXIT_OK)
		code = ask_todo(b);
	if (code == KC_EXIT_OK)
		code = ask(b);
	few = b->n <= KC_INBOX_EFFECTS;
	for (size_t i = 0; code == KC_EXIT_OK && i < b->n; i++)
		look_at(b, &b->v[i], few);
	if (code == KC_EXIT_OK && !few)
		code = try_all(b);
	if (code == KC_EXIT_OK && !few)
		say_first(b);
	return code;
}

void
kc_inbox_release(struct kc_inbox *b)
{
	for (size_t i = 0; i < b->n; i++) {
		kc_buf_free(&b->v[i].note);
		kc_buf_free(&b->v[i].fault);
		kc_buf_free(&b->v[i].effect);
		kc_buf_free(&b->v[i].then);
		kc_buf_free(&b->v[i].posted.head);
	}
	kc_free(b->v);
	json_decref(b->doc);
	json_decref(b->todo);
	kc_client_close(b->client);
	kc_authors_release(&b->authors);
}
