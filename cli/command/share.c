/* SPDX-License-Identifier: Apache-2.0 */
#include "share.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/json.h>

#include "confirm.h"
#include "partial.h"

void
kc_buf_local_minute(struct kc_buf *b, int64_t ms)
{
	int64_t s = ms / 1000 + KC_LOCAL_OFFSET_S;
	char clock[16];

	kc_buf_day(b, kc_day_of_instant(ms, KC_LOCAL_OFFSET_S));
	snprintf(clock, sizeof(clock), " %02d:%02d", (int)(s / 3600 % 24),
	    (int)(s / 60 % 60));
	kc_buf_str(b, clock);
}

/* What the daemon says of the draft, which is that of this text. */
static bool
read_left(json_t *doc, struct kc_slice text, struct kc_left *out)
{
	const char *id = json_string_value(json_object_get(doc, "id"));
	const char *until = json_string_value(json_object_get(doc, "until"));
	struct kc_hash is = kc_sha256(text.p, text.n), said;

	return id != NULL && until != NULL &&
	    kc_read_hex(kc_slice_str(id), said.b, sizeof(said.b)) &&
	    kc_hash_eq(&is, &said) &&
	    kc_slice_copy(out->id, sizeof(out->id), kc_slice_str(id)) &&
	    kc_read_instant_ms(kc_slice_str(until), &out->until_ms);
}

int
kc_leave(struct kc_cli *cli, struct kc_client *client, struct kc_slice note,
    struct kc_left *out)
{
	struct kc_buf body = {0};
	struct kc_partial p;
	json_t *doc = NULL;
	long status = 0;
	enum kc_err err;
	int code = KC_EXIT_OK;

	kc_partial_split(note, &p);
	err = kc_client_post(client, "/v1/drafts", "text/plain; charset=utf-8",
	    note, &status, &body);
	if (err == KC_EUNKNOWN)
		code = kc_cli_fail(KC_EXIT_UNREACHABLE,
		    _("kaocheng draft list says whether it waits"), "%s",
		    _("the daemon went away: the draft may have been left or "
		      "not"));
	else if (err != KC_OK)
		code = kc_cli_error(cli, err, "kaochengd");
	else if (status != 202)
		code = kc_cli_problem(cli, status, kc_buf_view(&body));
	if (code == KC_EXIT_OK)
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	if (code == KC_EXIT_OK && !read_left(doc, p.text, out))
		code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("the daemon's answer is not one that is understood"));
	json_decref(doc);
	kc_buf_free(&body);
	return code;
}

/* --- what came of it --- */
static void
print_json(const struct kc_cli *cli, const struct kc_kind *kind,
    const struct kc_left *v, size_t n)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.left/1");
	kc_json_key(&w, "kind");
	kc_json_str(&w, kind->name);
	kc_json_key(&w, "missing");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < cli->share.n; i++)
		kc_json_str(&w, cli->share.v[i]);
	kc_json_close(&w, ']');
	kc_json_key(&w, "drafts");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < n; i++) {
		kc_json_open(&w, '{');
		kc_json_key(&w, "id");
		kc_json_str(&w, v[i].id);
		kc_json_key(&w, "until");
		kc_json_instant(&w, v[i].until_ms);
		kc_json_close(&w, '}');
	}
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
}

/* However many there are, they are one thing to those who are asked. */
#define EACH_MAX 20
static void
print_many(const struct kc_cli *cli, const struct kc_kind *kind,
    const struct kc_left *last, size_t n)
{
	struct kc_buf until = {0};

	kc_buf_local_minute(&until, last->until_ms);
	printf(_("%zu drafts  %s  wait until %s\n"), n,
	    cli->lang == KC_LANG_ZH ? kind->zh : kind->en, kc_buf_cstr(&until));
	kc_buf_free(&until);
}

static void
print_left(const struct kc_cli *cli, const struct kc_kind *kind,
    const struct kc_left *v, size_t n)
{
	struct kc_buf until = {0};

	if (cli->format == KC_FORMAT_JSON) {
		print_json(cli, kind, v, n);
		return;
	}
	if (n > EACH_MAX)
		print_many(cli, kind, &v[n - 1], n);
	for (size_t i = 0; n <= EACH_MAX && i < n; i++) {
		kc_buf_reset(&until);
		kc_buf_local_minute(&until, v[i].until_ms);
		printf(_("draft %.8s  %s  waits until %s\n"), v[i].id,
		    cli->lang == KC_LANG_ZH ? kind->zh : kind->en,
		    kc_buf_cstr(&until));
	}
	kc_buf_free(&until);
	if (n == 0)
		return;
	for (size_t i = 0; i < cli->share.n; i++)
		kc_cli_note(cli,
		    _("  it is no entry yet; %s signs it: kaocheng inbox --as "
		      "%s"),
		    cli->share.v[i], cli->share.v[i]);
}

int
kc_share_one(const struct kc_writing *w)
{
	struct kc_cli *cli = w->authors->cli;
	struct kc_client *client = NULL;
	struct kc_left left;
	int code = kc_cli_connect(cli, &client);

	if (code == KC_EXIT_OK)
		code = kc_leave(cli, client, kc_buf_view(&w->note), &left);
	if (code == KC_EXIT_OK)
		print_left(cli, w->kind, &left, 1);
	kc_client_close(client);
	return code;
}

int
kc_share_many(struct kc_many *m)
{
	struct kc_left *left = kc_alloc((m->n + 1) * sizeof(*left));
	struct kc_client *client = NULL;
	size_t n = 0;
	int code;

	if (left == NULL)
		return kc_cli_error(m->cli, KC_ENOMEM, m->kind->name);
	code = kc_cli_connect(m->cli, &client);
	while (code == KC_EXIT_OK && n < m->n) {
		code = kc_leave(m->cli, client, m->part[n], &left[n]);
		n += code == KC_EXIT_OK;
	}
	print_left(m->cli, m->kind, left, n);
	if (code != KC_EXIT_OK)
		kc_cli_note(
		    m->cli, _("  %zu of %zu drafts were left"), n, m->n);
	kc_client_close(client);
	kc_free(left);
	return code;
}
