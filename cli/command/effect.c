/* SPDX-License-Identifier: Apache-2.0 */
/* What a statement would do, asked of the daemon before it is signed. */
#include <string.h>

#include <jansson.h>

#include "confirm.h"

static const char *
member(json_t *doc, const char *key)
{
	const char *text = json_string_value(json_object_get(doc, key));

	return text != NULL ? text : "";
}

/* Is it the asking that was refused, and not the statement? */
static bool
may_not_ask(long status, json_t *doc)
{
	static const char *const codes[] = {
	    "E-IDENTITY", "E-FORBIDDEN", "E-ROUTE", "E-RATE", ""};
	const char *code = member(doc, "code");

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return status >= 500;
}

static void
take(struct kc_slice body, struct kc_effect *out, struct kc_buf *effect,
    struct kc_buf *then)
{
	json_t *doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	json_t *seq = json_object_get(doc, "seq");

	out->known = json_is_integer(seq);
	out->seq = (uint64_t)json_integer_value(seq);
	kc_buf_str(effect, member(doc, "effect"));
	kc_buf_str(then, member(doc, "then"));
	json_decref(doc);
}

/* A sentence that was not shown says why, in `effect`. */
static int
ask(struct kc_cli *cli, struct kc_client *client, struct kc_slice text,
    struct kc_effect *out, struct kc_buf *effect, struct kc_buf *then)
{
	struct kc_buf body = {0};
	json_t *doc = NULL;
	long status = 0;
	enum kc_err err = kc_client_post(client, "/v1/effect",
	    "text/plain; charset=utf-8", text, &status, &body);
	int code = KC_EXIT_OK;

	if (err != KC_OK) {
		code = kc_cli_error(cli, err, "kaochengd");
	} else if (status == 200) {
		take(kc_buf_view(&body), out, effect, then);
	} else {
		doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
		if (may_not_ask(status, doc)) {
			kc_buf_str(effect, _("not shown: "));
			kc_buf_str(effect, member(doc, "detail"));
		} else {
			code = kc_cli_problem(cli, status, kc_buf_view(&body));
		}
	}
	json_decref(doc);
	kc_buf_free(&body);
	return code;
}

int
kc_effect_ask(struct kc_cli *cli, struct kc_client *client,
    struct kc_slice text, struct kc_buf *effect, struct kc_buf *then)
{
	struct kc_effect out = {0};

	return ask(cli, client, text, &out, effect, then);
}

int
kc_effect_say(struct kc_cli *cli, struct kc_slice text, struct kc_effect *out)
{
	struct kc_buf effect = {0}, then = {0};
	struct kc_client *client = NULL;
	int code;

	memset(out, 0, sizeof(*out));
	code = kc_cli_connect(cli, &client);
	if (code == KC_EXIT_OK)
		code = kc_cli_login(cli, client);
	if (code == KC_EXIT_OK)
		code = ask(cli, client, text, out, &effect, &then);
	if (code == KC_EXIT_OK)
		kc_cli_note(cli, _("  effect  %s"), kc_buf_cstr(&effect));
	if (code == KC_EXIT_OK && then.n > 0)
		kc_cli_note(cli, _("  then    %s"), kc_buf_cstr(&then));
	kc_buf_free(&effect);
	kc_buf_free(&then);
	kc_client_close(client);
	return code;
}
