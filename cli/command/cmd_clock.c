/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng clock show` and `advance`: where the ledger's clock stands, and
 * moving it where a daemon was started for a rehearsal (--test-clock).
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/civil.h>
#include <kaocheng/instant.h>

#include "lib/tool.h"

#define DAYS_MAX 3660 /* that one step may take: ten years */

/* The document of /healthz, which also answers 503. */
static int
ask(struct kc_cli *cli, struct kc_client *c, json_t **doc)
{
	struct kc_buf body = {0};
	long status = 0;
	enum kc_err err = kc_client_get(c, "/healthz", &status, &body);
	int code = KC_EXIT_OK;

	*doc = NULL;
	if (err == KC_OK && (status == 200 || status == 503))
		*doc = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	if (*doc == NULL)
		code = kc_cli_got(cli, err, status, &body);
	if (*doc == NULL && code == KC_EXIT_OK)
		code = kc_cli_error(cli, KC_ECORRUPT, "/healthz");
	kc_buf_free(&body);
	return code;
}

static const char *
text_of(const json_t *doc, const char *key)
{
	const char *text = json_string_value(json_object_get(doc, key));

	return text == NULL ? "" : text;
}

int
kc_cli_ledger_now(struct kc_cli *cli, struct kc_client *c, int64_t *ms)
{
	json_t *doc;
	int code = ask(cli, c, &doc);

	if (code == KC_EXIT_OK &&
	    !kc_read_instant_ms(kc_slice_str(text_of(doc, "now")), ms))
		code = kc_cli_error(cli, KC_ECORRUPT, "/healthz");
	json_decref(doc);
	return code;
}

static void
print_local(const char *instant)
{
	struct kc_buf b = {0};
	int64_t ms;

	if (!kc_read_instant_ms(kc_slice_str(instant), &ms))
		return;
	kc_buf_instant_ms(&b, ms + (int64_t)KC_LOCAL_OFFSET_S * 1000);
	/* The local time in the spelling that options take. */
	printf("%.10s %.8s +08:00\n", kc_buf_cstr(&b), b.p + 11);
	kc_buf_free(&b);
}

int
kc_cmd_clock_show(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_client *c = NULL;
	json_t *doc = NULL;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	code = kc_cli_connect(cli, &c);
	if (code == KC_EXIT_OK)
		code = ask(cli, c, &doc);
	if (code == KC_EXIT_OK && cli->format == KC_FORMAT_JSON) {
		json_dumpf(doc, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (code == KC_EXIT_OK) {
		print_local(text_of(doc, "now"));
		printf("%s\n",
		    strcmp(text_of(doc, "mode"), "open") == 0
			? _("the ledger takes statements")
			: _("the ledger takes no statement"));
		if (text_of(doc, "why")[0] != '\0')
			printf("%s\n", text_of(doc, "why"));
	}
	json_decref(doc);
	kc_client_close(c);
	return code;
}

/* "+3d", "+2h", "+30m" from now, or a time as every option takes it. */
static int
read_target(const char *text, const char *now, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms, max;
	} units[] = {{'d', 86400000, DAYS_MAX}, {'h', 3600000, DAYS_MAX * 24},
	    {'m', 60000, DAYS_MAX * INT64_C(1440)}};
	size_t n = strlen(text);
	uint64_t count;
	int64_t from;

	if (text[0] != '+')
		return kc_cli_when("clock advance", text, ms);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (n > 2 && text[n - 1] == units[i].unit &&
		    kc_read_u64((struct kc_slice){text + 1, n - 2},
			(uint64_t)units[i].max, &count) &&
		    kc_read_instant_ms(kc_slice_str(now), &from)) {
			*ms = from + (int64_t)count * units[i].ms;
			return KC_EXIT_OK;
		}
	return kc_cli_usage(
	    _("\"%s\": say +DAYSd, +HOURSh, +MINUTESm or a time"), text);
}

static int
move(struct kc_cli *cli, struct kc_client *c, int64_t ms)
{
	struct kc_buf json = {0}, body = {0};
	long status = 0;
	enum kc_err err;
	int code;

	kc_buf_str(&json, "{\"now\":\"");
	kc_buf_instant_ms(&json, ms);
	kc_buf_str(&json, "\"}");
	err = kc_client_post(c, "/v1/clock", "application/json",
	    kc_buf_view(&json), &status, &body);
	if (err == KC_OK && status == 404) {
		fprintf(stderr, "%s\n",
		    _("error: this daemon's clock is the system's; only one "
		      "started with --test-clock can be moved"));
		code = KC_EXIT_REFUSED;
	} else {
		code = kc_cli_got(cli, err, status, &body);
	}
	kc_buf_free(&json);
	kc_buf_free(&body);
	return code;
}

int
kc_cmd_clock_advance(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_client *c = NULL;
	json_t *doc = NULL;
	int64_t ms = 0;
	int code;

	if (argc != 1)
		return kc_cli_usage(
		    "%s", _("say to when: +3d, +2h, +30m or a time"));
	code = kc_cli_connect(cli, &c);
	if (code == KC_EXIT_OK)
		code = ask(cli, c, &doc);
	if (code == KC_EXIT_OK)
		code = read_target(argv[0], text_of(doc, "now"), &ms);
	if (code == KC_EXIT_OK)
		code = move(cli, c, ms);
	json_decref(doc);
	kc_client_close(c);
	return code == KC_EXIT_OK ? kc_cmd_clock_show(cli, 0, NULL) : code;
}
