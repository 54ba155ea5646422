/* SPDX-License-Identifier: Apache-2.0 */
#include "many.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/json.h>

#include "lib/foreign.h"

#include "confirm.h"
#include "share.h"

#define SIGNATURE_BYTES 128 /* of a line, with a name as most are */

int
kc_many_add(struct kc_many *m, struct kc_slice text)
{
	if (m->n == m->cap) {
		size_t cap = m->cap > 0 ? 2 * m->cap : 64;
		struct kc_slice *more = kc_alloc(cap * sizeof(*more));

		if (more == NULL)
			return kc_cli_error(m->cli, KC_ENOMEM, m->kind->name);
		if (m->n > 0)
			memcpy(more, m->part, m->n * sizeof(*more));
		kc_free(m->part);
		m->part = more;
		m->cap = cap;
	}
	m->part[m->n++].n = text.n;
	kc_buf_slice(&m->text, text);
	return kc_buf_err(&m->text) == KC_OK
	    ? KC_EXIT_OK
	    : kc_cli_error(m->cli, KC_ENOMEM, m->kind->name);
}

/* Where each is, once the buffer moves no more. */
static void
place(struct kc_many *m)
{
	size_t at = 0;

	for (size_t i = 0; i < m->n; at += m->part[i++].n)
		m->part[i].p = m->text.p + at;
}

/* Counts what is refused, and passes it on. */
static void
count(void *many, size_t i, const char *code, const char *message)
{
	struct kc_many *m = many;

	/* Those that fell for another's sake are right in themselves. */
	if (strcmp(code, kc_refusal_code_text(KC_R_TOGETHER)) == 0)
		return;
	m->refused++;
	m->faults->fault(m->faults->ctx, i, code, message);
}

/* They go in one body, each with its signatures. */
static int
want_room(const struct kc_many *m)
{
	size_t signers = m->hands != NULL ? 1 : m->cli->nas;
	size_t bytes = m->text.n + m->n * signers * SIGNATURE_BYTES;

	return bytes <= KC_HTTP_BODY_MAX
	    ? KC_EXIT_OK
	    : kc_cli_fail(KC_EXIT_USAGE,
		  _("in several parts, each stands or falls by itself"),
		  _("%zu statements are %zu KiB; at most %u KiB stand or fall "
		    "together"),
		  m->n, bytes >> 10, KC_HTTP_BODY_MAX >> 10);
}

int
kc_many_try(struct kc_many *m)
{
	const struct kc_post_faults faults = {count, m};
	struct kc_client *client = NULL;
	int code = want_room(m);

	if (code == KC_EXIT_OK)
		code = kc_cli_connect(m->cli, &client);
	place(m);
	if (code == KC_EXIT_OK)
		code = kc_cli_login(m->cli, client);
	if (code == KC_EXIT_OK)
		code = kc_post_effects(m->cli, client, m->part, m->n, &faults);
	kc_client_close(client);
	return m->refused > 0 ? KC_EXIT_OK : code;
}

static int
ask(struct kc_many *m)
{
	kc_cli_note(m->cli, _("%zu statements \"%s\" (%s); the first:"), m->n,
	    m->cli->lang == KC_LANG_ZH ? m->kind->zh : m->kind->en,
	    m->kind->name);
	if (!m->cli->quiet)
		(void)kc_put(stderr, m->part[0]);
	if (m->hands != NULL)
		kc_hands_say(m->hands, m->cli);
	return kc_ask(m->cli, _("Sign and send all of them? [y/N] "));
}

/* Every key that is needed; counts what cannot be signed. */
static int
open_keys(struct kc_many *m)
{
	int code;

	if (m->hands == NULL)
		return kc_authors_open(m->authors);
	code = kc_hands_open(m->hands, m->cli);
	for (size_t i = 0; code == KC_EXIT_OK && i < m->n; i++) {
		const char *wrong = kc_hands_wrong(m->hands, i);

		if (wrong != NULL)
			count(m, i, kc_refusal_code_text(KC_R_KEY_NOT_IN_FORCE),
			    wrong);
	}
	return code;
}

/* The texts become notes, in place of them. */
static int
sign(struct kc_many *m)
{
	struct kc_buf notes = {0};
	int code = open_keys(m);

	if (code != KC_EXIT_OK || m->refused > 0)
		return code;
	for (size_t i = 0; code == KC_EXIT_OK && i < m->n; i++) {
		size_t before = notes.n;

		code = m->hands != NULL
		    ? kc_hands_note(m->hands, i, m->part[i], &notes)
		    : kc_pen_note(m->authors->pens, m->authors->npens,
			  m->part[i], &notes);
		m->part[i].n = notes.n - before;
	}
	if (code == KC_EXIT_OK && kc_buf_err(&notes) != KC_OK)
		code = kc_cli_error(m->cli, KC_ENOMEM, m->kind->name);
	kc_buf_free(&m->text);
	m->text = notes;
	place(m);
	return code;
}

/* What they cite is brought by whoever signs first. */
static int
bring(struct kc_many *m)
{
	if (m->hands == NULL)
		return kc_authors_bring(m->authors);
	return kc_exhibits_bring(
	    m->cli, &m->authors->exhibits, &m->hands->v[0]->pen);
}

int
kc_many_send(struct kc_many *m)
{
	const struct kc_post_faults faults = {count, m};
	int code = ask(m);

	if (code == KC_EXIT_OK)
		code = sign(m);
	if (code == KC_EXIT_OK && m->refused > 0)
		return code;
	if (code == KC_EXIT_OK)
		code = bring(m);
	if (code != KC_EXIT_OK)
		return code;
	if (m->cli->share.n > 0)
		return kc_share_many(m);
	m->posted = kc_alloc(m->n * sizeof(*m->posted));
	if (m->posted == NULL)
		return kc_cli_error(m->cli, KC_ENOMEM, m->kind->name);
	code = kc_post_together_kept(m->cli, m->part, m->n, m->posted, &faults);
	return m->refused > 0 ? KC_EXIT_OK : code;
}

void
kc_many_print(const struct kc_many *m)
{
	const struct kc_posted *last = &m->posted[m->n - 1];
	struct kc_buf root = {0};

	printf(_("%zu statements stand, #%llu to #%llu\n"), m->n,
	    (unsigned long long)m->posted[0].seq,
	    (unsigned long long)last->seq);
	kc_buf_hash(&root, &last->checkpoint.root);
	if (last->checked)
		kc_cli_note(m->cli, _("  receipts checked: size %llu, root %s"),
		    (unsigned long long)last->checkpoint.size,
		    kc_buf_cstr(&root));
	else
		kc_cli_note(m->cli, "%s",
		    _("  receipt NOT checked: no trust file; give --trust "
		      "FILE"));
	kc_buf_free(&root);
}

/* --- what came of them, for programs --- */
void
kc_many_json(struct kc_json *w, const struct kc_many *m, size_t i)
{
	kc_json_key(w, "seq");
	kc_json_u64(w, m->posted[i].seq);
	kc_json_key(w, "handle");
	kc_json_str(w, m->posted[i].handle);
	kc_json_key(w, "receipt_checked");
	kc_json_bool(w, m->posted[i].checked);
}

/* What they are about, and what was left to others. */
static void
put_about(struct kc_json *w, const struct kc_many *m)
{
	kc_json_key(w, "about");
	kc_json_open(w, '[');
	for (size_t i = 0; i < m->n; i++)
		kc_json_str(w, m->about[i]);
	kc_json_close(w, ']');
	kc_json_key(w, "left_out");
	kc_json_open(w, '[');
	for (size_t i = 0; i < m->nleft; i++) {
		kc_json_open(w, '{');
		kc_json_key(w, "about");
		kc_json_str(w, m->left[i].about);
		kc_json_key(w, "code");
		kc_json_str(w, m->left[i].code);
		kc_json_key(w, "message");
		kc_json_str(w, kc_buf_cstr(&m->left[i].message));
		kc_json_close(w, '}');
	}
	kc_json_close(w, ']');
}

static void
print_json(const struct kc_many *m, bool stands)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.many/1");
	kc_json_key(&w, "kind");
	kc_json_str(&w, m->kind->name);
	kc_json_key(&w, "written");
	kc_json_bool(&w, stands);
	kc_json_key(&w, "entries");
	kc_json_open(&w, '[');
	for (size_t i = 0; stands && i < m->n; i++) {
		kc_json_open(&w, '{');
		kc_many_json(&w, m, i);
		kc_json_close(&w, '}');
	}
	kc_json_close(&w, ']');
	if (m->about != NULL)
		put_about(&w, m);
	kc_json_close(&w, '}');
	puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
}

int
kc_many_run(struct kc_many *m)
{
	bool stands = false;
	int code = m->tried ? KC_EXIT_OK : kc_many_try(m);

	if (code == KC_EXIT_OK && m->refused == 0 && !m->cli->dry_run) {
		code = kc_many_send(m);
		if (m->cli->share.n > 0)
			return code;
		stands = code == KC_EXIT_OK && m->refused == 0;
	} else if (code == KC_EXIT_OK && m->refused == 0) {
		kc_cli_note(m->cli,
		    _("%zu statements would stand; nothing was written"), m->n);
	}
	if (code == KC_EXIT_OK && m->refused > 0)
		code = kc_cli_fail(KC_EXIT_REFUSED, NULL,
		    _("%zu of %zu would be refused; nothing was written"),
		    m->refused, m->n);
	if (m->cli->format == KC_FORMAT_JSON)
		print_json(m, stands);
	else if (stands)
		kc_many_print(m);
	return code;
}

void
kc_many_release(struct kc_many *m)
{
	kc_free(m->part);
	kc_free(m->posted);
	kc_buf_free(&m->text);
}
