/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng doctor`: those who must answer, the daemon and witnesses. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

/* --- witnesses --- */
/* Any answer will do: what it signs is the daemon's to judge. */
static bool
answers(const char *url)
{
	struct kc_client *c = NULL;
	struct kc_buf body = {0};
	long status = 0;
	enum kc_err err = kc_client_open(&c, url);

	if (err == KC_OK)
		err = kc_client_get(c, "/", &status, &body);
	kc_client_close(c);
	kc_buf_free(&body);
	return err == KC_OK;
}

/* Asks each; how many answer. An authority of its own (ca) is the daemon's to
 * use. */
static size_t
ask_all(struct kc_doctor *d, const struct kc_yaml_node *list, size_t *asked)
{
	char text[KC_PATH_SIZE];
	size_t n = 0;

	*asked = 0;
	if (kc_doctor_setting(d, "witnesses", "ca", text))
		return 0;
	for (const struct kc_yaml_node *w = list->first; w; w = w->next) {
		const struct kc_yaml_node *url =
		    w->kind == KC_YAML_MAP ? kc_yaml_get(w, "url") : NULL;

		if (url == NULL ||
		    !kc_slice_copy(text, sizeof(text), url->text))
			continue;
		++*asked;
		if (answers(text))
			n++;
		else
			kc_doctor_say(d, KC_GRADE_WARNING,
			    _("ask its operator; is the address right, is the "
			      "network open?"),
			    _("the witness at %s does not answer"), text);
	}
	return n;
}

void
kc_doctor_witness(struct kc_doctor *d)
{
	const struct kc_yaml_node *list = kc_doctor_witnesses(d);
	uint64_t quorum, signed_ = 0, size = d->local.anchor.size;
	struct kc_buf note = {0};
	char policy[KC_PATH_SIZE] = "";
	size_t before[KC_GRADES], asked, n;

	if (list == NULL) {
		kc_doctor_say(
		    d, KC_GRADE_OK, NULL, "%s", _("none are asked for"));
		return;
	}
	memcpy(before, d->of, sizeof(before));
	quorum = kc_doctor_number(d, "witnesses", "quorum", list->n);
	(void)kc_doctor_setting(d, "witnesses", "policy", policy);
	n = ask_all(d, list, &asked);
	if (asked > 0 && n < quorum)
		kc_doctor_say(d,
		    strcmp(policy, "closed") == 0 ? KC_GRADE_WRONG
						  : KC_GRADE_WARNING,
		    _("bring them back, or lower the quorum and restart"),
		    _("%zu of %zu witnesses answer, %llu are a quorum"), n,
		    asked, (unsigned long long)quorum);
	if (kc_store_witnessed_last(d->local.store, &signed_, &note) != KC_OK)
		signed_ = 0;
	kc_buf_free(&note);
	if (signed_ < size)
		kc_doctor_say(d, KC_GRADE_WARNING,
		    _("start the daemon; if it runs, its log and /metrics say "
		      "which witness refuses"),
		    _("witnesses have signed %llu of %llu entries"),
		    (unsigned long long)signed_, (unsigned long long)size);
	if (kc_doctor_quiet(d, before))
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("witnesses have signed all %llu entries"),
		    (unsigned long long)size);
}

/* --- the daemon --- */
static const char *
text_of(const json_t *doc, const char *key)
{
	const char *text = json_string_value(json_object_get(doc, key));

	return text == NULL ? "" : text;
}

void
kc_doctor_daemon(struct kc_doctor *d)
{
	struct kc_client *c = NULL;
	struct kc_heard heard = {0};
	struct kc_buf body = {0};
	json_t *doc = NULL;
	long status = 0;
	enum kc_err err = KC_OK;
	int code;

	kc_cli_hear(&heard);
	code = kc_cli_connect(&d->cli, &c);
	if (code == KC_EXIT_OK) {
		err = kc_client_get(c, "/healthz", &status, &body);
		if (err != KC_OK)
			code = kc_cli_got(&d->cli, err, status, &body);
		else
			doc = json_loadb(
			    body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	}
	kc_cli_hear(NULL);
	if (code != KC_EXIT_OK)
		kc_doctor_say(d,
		    d->cli.dir != NULL ? KC_GRADE_WARNING : KC_GRADE_WRONG,
		    _("start kaochengd, or say where it listens: --socket, "
		      "--url"),
		    "%s", kc_buf_cstr(&heard.message));
	else if (doc == NULL || (status != 200 && status != 503))
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("is this the address of kaochengd?"),
		    _("what answers is no kaochengd (status %ld)"), status);
	else if (status == 503)
		kc_doctor_say(d, KC_GRADE_WRONG,
		    _("OPERATIONS, Watching, says how each cause ends"),
		    _("it runs and takes nothing (%s): %s %s"),
		    text_of(doc, "cause"), text_of(doc, "why"),
		    text_of(doc, "detail"));
	else
		kc_doctor_say(d, KC_GRADE_OK, NULL,
		    _("version %s takes statements, %lld entries"),
		    text_of(doc, "version"),
		    (long long)json_integer_value(
			json_object_get(doc, "size")));
	json_decref(doc);
	kc_client_close(c);
	kc_buf_free(&body);
	kc_buf_free(&heard.message);
}
