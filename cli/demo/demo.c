/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng demo`: makes the year, tells its story, proves it. */
#include "demo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include <kaocheng/checkpoint.h>
#include <kaocheng/instant.h>
#include <kaocheng/store.h>

#include "lib/seen.h"
#include "lib/tool.h"

#define DEMO_START "2022-01-04T01:00:00Z"
#define DEMO_STORY_UNIT "G19" /* an expired case and a returned one */

struct demo_options {
	bool serve, tamper;
};

/* The demonstration's keys are no secret, so they are kept unprotected. */
static enum kc_err
write_keys(struct demo *d, struct kc_buf *detail)
{
	static const char *const shown[] = {"admin.1", "admin.2", "admin.3",
	    "P09.estab", "P09.confirm", "kaohe.office", "P07.assessor",
	    "G02.assessor", DEMO_STORY_UNIT ".head", "audit.1"};
	struct kc_skey log, clerk, key;
	uint8_t log_seed[32], clerk_seed[32], seed[32];
	struct kc_setup s = {
	    .dir = d->dir, .log = &log, .clerk = &clerk, .reader = "admin.1"};
	struct kc_buf remind = {0};
	enum kc_err err = demo_remind_config(d, &remind);

	if (err != KC_OK)
		return err;
	s.remind = d->cli->no_remind ? NULL : kc_buf_cstr(&remind);
	demo_key(&log, DEMO_ORIGIN, log_seed);
	demo_key(&clerk, "clerk", clerk_seed);
	s.log_seed = log_seed;
	s.clerk_seed = clerk_seed;
	s.created_s = d->now_ms / 1000;
	err = kc_setup_write(&s, detail);
	for (size_t i = 0; err == KC_OK && i < sizeof(shown) / sizeof(*shown);
	     i++) {
		demo_key(&key, shown[i], seed);
		err = kc_setup_key(d->dir, &key, seed, s.created_s, NULL);
	}
	kc_buf_free(&remind);
	d->reminds = !d->cli->no_remind;
	return err;
}

static enum kc_err
make_year(struct demo *d)
{
	struct kc_buf detail = {0};
	char socket[512];
	enum kc_err err = write_keys(d, &detail);

	if (err == KC_OK)
		err = kc_spawn_daemon(
		    d->cli, d->dir, DEMO_START, &d->daemon, &detail);
	if (err != KC_OK) {
		demo_fail(d, d->dir,
		    detail.n > 0 ? kc_buf_cstr(&detail) : kc_err_text(err));
		goto out;
	}
	snprintf(socket, sizeof(socket), "%s/socket", d->dir);
	err = kc_client_open(&d->client, socket);
	if (err != KC_OK) {
		demo_fail(d, socket, kc_err_text(err));
		goto out;
	}
	kc_seen_anew(DEMO_ORIGIN); /* its keys are the same each time */
	d->ncases = demo_plan(d->cases);
	demo_found(d);
	demo_targets(d);
	demo_run_year(d);
	err = d->failed ? KC_EREFUSED : KC_OK;
out:
	kc_client_close(d->client);
	if (d->daemon > 0 && kc_stop_daemon(d->daemon) != 0) {
		demo_fail(d, "kaochengd", "did not end well; see its log");
		err = KC_EIO;
	}
	kc_buf_free(&detail);
	return err;
}

/* Root of the last signed checkpoint, as base64. */
static enum kc_err
read_root(const struct demo *d, struct kc_buf *out)
{
	struct kc_checkpoint c;
	struct kc_buf note = {0};
	char path[512];
	enum kc_err err;

	snprintf(path, sizeof(path), "%s/anchor", d->dir);
	err = kc_anchor_peek(path, &note);
	if (err == KC_OK)
		err = kc_checkpoint_parse(&c, kc_buf_view(&note), NULL);
	if (err == KC_OK)
		kc_buf_hash(out, &c.root);
	kc_buf_free(&note);
	return err == KC_OK ? kc_buf_err(out) : err;
}

/* The summary view with the root and the time it took. */
static int
print_json(struct demo *d, double seconds)
{
	struct kc_view_args args = {.year = DEMO_YEAR, .lang = d->cli->lang};
	struct kc_buf summary = {0}, root = {0};
	struct demo_reminded reminded;
	json_t *doc = NULL;
	int code = kc_cli_view(d->cli, "summary", &args, &summary);

	if (code != KC_EXIT_OK)
		goto out;
	doc = json_loadb(summary.p, summary.n, JSON_REJECT_DUPLICATES, NULL);
	if (doc == NULL || read_root(d, &root) != KC_OK) {
		code = kc_cli_error(d->cli, KC_ECORRUPT, d->dir);
		goto out;
	}
	code = demo_reminded(d, &reminded);
	if (code != KC_EXIT_OK)
		goto out;
	json_object_set_new(doc, "root", json_string(kc_buf_cstr(&root)));
	json_object_set_new(
	    doc, "reminders_sent", json_integer((json_int_t)reminded.sent));
	json_object_set_new(
	    doc, "reminders_failed", json_integer((json_int_t)reminded.failed));
	json_object_set_new(doc, "posted", json_integer((json_int_t)d->posted));
	json_object_set_new(
	    doc, "milliseconds", json_integer((json_int_t)(seconds * 1000)));
	json_dumpf(doc, stdout, JSON_COMPACT);
	putchar('\n');
out:
	json_decref(doc);
	kc_buf_free(&summary);
	kc_buf_free(&root);
	return code;
}

static void
heading(const struct demo *d, const char *zh, const char *en)
{
	printf("\n== %s ==\n", d->cli->lang == KC_LANG_ZH ? zh : en);
	fflush(stdout);
}

static int
print_view(struct demo *d, const char *name, const char *unit)
{
	struct kc_view_args args = {.year = DEMO_YEAR, .lang = d->cli->lang};
	struct kc_buf json = {0};
	int code;

	args.unit = kc_slice_str(unit);
	code = kc_cli_view(d->cli, name, &args, &json);
	if (code == KC_EXIT_OK)
		code = kc_cli_print(d->cli, name, kc_buf_view(&json));
	kc_buf_free(&json);
	return code;
}

static int
export_and_verify(struct demo *d, char out[512])
{
	char *args[1] = {out};
	int code;

	snprintf(out, 512, "%s/export", d->dir);
	code = kc_cmd_export(d->cli, 1, args);
	if (code == KC_EXIT_OK)
		code = kc_cmd_verify(d->cli, 1, args);
	return code;
}

/* Flips one bit in the middle of the first bundle of entries. */
static int
tamper(struct demo *d, const char *out)
{
	char path[600], *args[1];
	FILE *f;
	int c, code;

	snprintf(path, sizeof(path), "%s/tile/entries/000", out);
	f = fopen(path, "r+be");
	if (f == NULL || fseek(f, 4711, SEEK_SET) != 0 ||
	    (c = getc(f)) == EOF || fseek(f, 4711, SEEK_SET) != 0 ||
	    putc(c ^ 1, f) == EOF || fclose(f) != 0)
		return kc_cli_error(d->cli, KC_EIO, path);
	heading(d, "翻转一个比特之后", "after one flipped bit");
	printf("%s: 4711 ^ 1\n", path);
	args[0] = path;
	snprintf(path, sizeof(path), "%s", out);
	code = kc_cmd_verify(d->cli, 1, args);
	if (code != KC_EXIT_TAMPERED) {
		fprintf(stderr, "demo: the flipped bit was not caught (%d)\n",
		    code);
		return KC_EXIT_FAILED;
	}
	return KC_EXIT_OK;
}

static void
say_next(const struct demo *d)
{
	heading(d, "接下来可以试试", "what to try next");
	if (!d->ends)
		printf(
		    _("  %s rehearse %s   # goes on with the year: its clock "
		      "is moved by hand, keys/ has everybody's key\n"
		      "  %s year show 2022 --dir %s\n"),
		    d->cli->program, d->dir, d->cli->program, d->dir);
	printf("  %s trail G03 --dir %s\n", d->cli->program, d->dir);
	printf("  %s score --dir %s\n", d->cli->program, d->dir);
	printf("  %s deadline --dir %s --as-of 2022-10-20T00:00:00Z\n",
	    d->cli->program, d->dir);
	printf("  %s log show 4711 --dir %s --raw\n", d->cli->program, d->dir);
	printf("  %s demo --dir other --no-serve --tamper\n", d->cli->program);
	printf("  %s help\n", d->cli->program);
}

static int
tell_story(struct demo *d, const struct demo_options *o, double seconds)
{
	char out[512];
	int code;

	printf(d->cli->lang == KC_LANG_ZH
		? "示例市 2022 年：%llu 条签名事项，用时 %.1f 秒。"
		  "城市与情节纯属虚构。\n"
		: "Shili, a fictional city, 2022: %llu signed entries posted "
		  "in "
		  "%.1f s.\n",
	    (unsigned long long)d->posted, seconds);
	heading(d, "年度概览（全部由重放得出）",
	    "the year in figures, every one replayed from signed entries");
	code = print_view(d, "summary", "");
	if (code == KC_EXIT_OK) {
		heading(d, "扣分轨迹", "one deduction trail");
		code = print_view(d, "trail", DEMO_STORY_UNIT);
	}
	if (code == KC_EXIT_OK) {
		heading(d, "得分解释", "one score, explained");
		code = print_view(d, "explain", DEMO_STORY_UNIT);
	}
	if (code == KC_EXIT_OK) {
		heading(d, "提醒（每件的结果都是一条签名事项）",
		    "reminders, each with its outcome as a signed entry");
		code = demo_tell_reminders(d);
	}
	if (code == KC_EXIT_OK) {
		heading(d, "离线核验", "verified offline, with no server");
		code = export_and_verify(d, out);
	}
	if (code == KC_EXIT_OK && o->tamper)
		code = tamper(d, out);
	if (code != KC_EXIT_OK)
		return code;
	say_next(d);
	return KC_EXIT_OK;
}

static int
serve(struct demo *d)
{
	char program[512];
	struct kc_buf at = {0};

	if (kc_cli_sibling(d->cli, "kaochengd", program, sizeof(program)) !=
	    KC_OK)
		return kc_cli_error(d->cli, KC_ENOTFOUND, "kaochengd");
	fflush(NULL);
	/* An open year is gone on with on the day on which it was left. */
	kc_buf_instant_s(&at, d->now_ms / 1000 + 1);
	execl(program, program, "--dir", d->dir,
	    d->ends ? (char *)NULL : "--test-clock", kc_buf_cstr(&at),
	    (char *)NULL);
	fprintf(stderr, "%s: %s\n", program, strerror(errno));
	return KC_EXIT_FAILED;
}

int
kc_cmd_demo(struct kc_cli *cli, int argc, char **argv)
{
	static struct demo d; /* large: drafts, keys and the plan */
	struct demo_options o = {!cli->no_serve, cli->tamper};
	struct timespec from, to;
	double seconds;
	int code = KC_EXIT_OK;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->disputes != NULL && strcmp(cli->disputes, "heard") != 0 &&
	    strcmp(cli->disputes, "overturned") != 0)
		return kc_cli_usage(
		    _("--disputes %s: heard or overturned"), cli->disputes);
	d.cli = cli;
	d.ends = !cli->leave_open;
	d.keys_of_all = cli->leave_open;
	d.dir = cli->dir != NULL ? cli->dir : "demo";
	d.quiet = cli->quiet || cli->format == KC_FORMAT_JSON ||
	    !isatty(STDERR_FILENO);
	cli->dir = d.dir;
	clock_gettime(CLOCK_MONOTONIC, &from);
	if (make_year(&d) != KC_OK)
		code = KC_EXIT_FAILED;
	clock_gettime(CLOCK_MONOTONIC, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	if (code == KC_EXIT_OK)
		code = cli->format == KC_FORMAT_JSON
		    ? print_json(&d, seconds)
		    : tell_story(&d, &o, seconds);
	if (code == KC_EXIT_OK && o.serve)
		code = serve(&d);
	kc_buf_free(&d.batch);
	kc_buf_free(&d.values);
	return code;
}
