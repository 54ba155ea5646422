/* SPDX-License-Identifier: Apache-2.0 */
/* Writing commands, one for each kind of the table. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "lib/field.h"
#include "lib/foreign.h"
#include "lib/post.h"

#include "all.h"
#include "confirm.h"
#include "find.h"
#include "many.h"
#include "meant.h"
#include "share.h"

/* --- fields --- */
static unsigned
count_plain(const struct kc_kind *kind)
{
	unsigned n = 0;

	for (unsigned f = 0; f < kind->nfields; f++)
		n += kc_field_plain(kind, f);
	return n;
}

/* Where nothing that can be named must be, a plain argument is what it looks
 * like: the handle or the code of `remind ack`; -1: neither can be meant. */
static int
field_like(const struct kc_kind *kind, const char *text)
{
	struct kc_slice s = kc_slice_str(text);
	int code = -1;

	for (unsigned f = 0; f < kind->nfields; f++) {
		const struct kc_field *field = &kind->fields[f];

		if (field->presence != KC_OPT)
			continue;
		if (field->type == KC_T_HANDLE && kc_handle_ok(s))
			return (int)f;
		if (field->type == KC_T_CODE) /* of two, none */
			code = code == -1 ? (int)f : -2;
	}
	return code < 0 ? -1 : code;
}

/* What a plain argument names: the first code or handle that has no value. */
static int
plain_field(const struct kc_writing *w, const char *text)
{
	if (count_plain(w->kind) == 0)
		return field_like(w->kind, text);
	for (unsigned f = 0; f < w->kind->nfields; f++)
		if (kc_field_plain(w->kind, f) && (w->tried >> f & 1) == 0)
			return (int)f;
	return -1;
}

/* May plain arguments be several things, each with a statement of its own?
 * Where there is one that they can name. */
static bool
names_several(const struct kc_kind *kind)
{
	return count_plain(kind) <= 1;
}

/* A file of rules or of days off, where the name of the rules would stand: a
 * name that a file happens to have where the file of the rules is given. */
static int
refuse_file(struct kc_writing *w, int argc, char **argv, const char *path)
{
	const struct kc_kind *kind = w->kind;
	char hint[KC_PATH_SIZE * 2 + 128];
	struct stat info;

	if ((kind->id != KC_K_policy_adopt &&
		kind->id != KC_K_calendar_adopt) ||
	    stat(path, &info) != 0 || !S_ISREG(info.st_mode))
		return KC_EXIT_OK;
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], "--file", 6) == 0)
			return KC_EXIT_OK;
	if (kind->id == KC_K_policy_adopt)
		(void)snprintf(hint, sizeof(hint),
		    _("kaocheng policy adopt NAME --file %s --text @%s --as "
		      "ACTOR --as ACTOR"),
		    path, path);
	else
		(void)snprintf(hint, sizeof(hint),
		    _("kaocheng calendar import %s --as ACTOR"), path);
	w->tried = UINT64_MAX; /* the hint has all that is wanted */
	return kc_cli_fail(
	    KC_EXIT_USAGE, hint, _("%s is a file, not a name"), path);
}

int
kc_plain_read(struct kc_writing *w, int argc, char **argv, size_t which,
    struct kc_plain *plain)
{
	bool rest = false; /* after "--" */
	int code = KC_EXIT_OK;

	*plain = (struct kc_plain){0};
	/* What is wrong is said all at once. */
	for (int i = 0; i < argc; i++) {
		const char *flag = argv[i], *eq = strchr(flag, '=');
		bool option = !rest && strncmp(flag, "--", 2) == 0;
		size_t n = option && eq != NULL ? (size_t)(eq - flag) - 2
						: strlen(flag) - 2;
		int f, of;

		if (option && flag[2] == '\0') {
			rest = true;
			continue;
		}
		if (!option && plain->n++ == which)
			plain->named = flag;
		else if (!option &&
		    (which == KC_PLAIN_NONE || names_several(w->kind)))
			continue;
		if (!option) {
			of = refuse_file(w, argc, argv, flag);
			if (of != KC_EXIT_OK)
				return of;
		}
		f = option ? kc_field_of_flag(w->kind, flag + 2, n)
			   : plain_field(w, flag);
		if (f < 0)
			return kc_cli_usage(option ? _("%s has no field for %s")
						   : _("%s: %s is too much"),
			    w->kind->name, flag);
		if (!option)
			of = kc_writing_add(w, (unsigned)f, flag);
		else if (eq != NULL)
			of = kc_writing_add(w, (unsigned)f, eq + 1);
		else if (i + 1 < argc)
			of = kc_writing_add(w, (unsigned)f, argv[++i]);
		else
			of = kc_cli_usage(_("%s takes a value"), flag);
		code = code == KC_EXIT_OK ? of : code;
	}
	return code;
}

/* --- what is done with it --- */
static int
save_unsigned(const struct kc_writing *w)
{
	enum kc_err err =
	    kc_file_save(w->authors->cli->out, kc_buf_view(&w->text), 0644);

	if (err != KC_OK)
		return kc_cli_error(w->authors->cli, err, w->authors->cli->out);
	kc_cli_note(w->authors->cli,
	    _("written, not signed; next: kaocheng sign %s --as ACTOR"),
	    w->authors->cli->out);
	for (size_t i = 0; i < w->authors->exhibits.n; i++)
		kc_cli_note(w->authors->cli,
		    _("  what it cites is not brought yet: kaocheng evidence "
		      "put %s --as ACTOR"),
		    w->authors->exhibits.v[i].path);
	return KC_EXIT_OK;
}

static void
say_where(const struct kc_writing *w, uint64_t seq)
{
	const struct kc_cli *cli = w->authors->cli;
	json_t *doc;

	if (cli->format != KC_FORMAT_JSON) {
		kc_cli_note(cli,
		    _("it would stand as #%llu; nothing was written"),
		    (unsigned long long)seq);
		return;
	}
	doc = json_pack("{s:s, s:s, s:I}", "schema", "kaocheng.dry-run/1",
	    "text", w->text.p, "seq", (json_int_t)seq);
	(void)json_dumpf(doc, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(doc);
}

/* The exact text, and whether the ledger would take it now. */
static int
show_only(struct kc_writing *w)
{
	struct kc_cli *cli = w->authors->cli;
	struct kc_client *client = NULL;
	struct kc_posted posted;
	struct kc_effect effect;
	int code;

	(void)kc_buf_cstr(&w->text);
	if (cli->format != KC_FORMAT_JSON) {
		(void)kc_put(stdout, kc_buf_view(&w->text));
		fflush(stdout);
	}
	code = kc_effect_say(cli, kc_buf_view(&w->text), &effect);
	if (code != KC_EXIT_OK)
		return code;
	/* A daemon that has no signature can write nothing. */
	if (effect.known) {
		say_where(w, effect.seq);
		return code;
	}
	code = kc_writing_sign(w);
	if (code == KC_EXIT_OK)
		code = kc_cli_connect(cli, &client);
	if (code == KC_EXIT_OK)
		code = kc_post(
		    cli, client, kc_buf_view(&w->note), NULL, true, &posted);
	if (code == KC_EXIT_OK)
		say_where(w, posted.seq);
	kc_client_close(client);
	return code;
}

/* The signed note: kept where the caller goes on from it, then sent. */
static int
deliver(struct kc_writing *w, const char *keep, bool *open)
{
	enum kc_err err = KC_OK;

	if (keep != NULL) {
		err = kc_file_save(keep, kc_buf_view(&w->note), 0600);
		if (err == KC_OK)
			err = kc_dir_sync(keep);
	}
	return err == KC_OK
	    ? kc_post_kept(w->authors->cli, kc_buf_view(&w->note), open)
	    : kc_cli_error(w->authors->cli, err, keep);
}

/* One statement. */
static int
one(struct kc_writing *w, const char *keep, bool *open)
{
	struct kc_cli *cli = w->authors->cli;
	int code = kc_writing_text(w);

	if (code != KC_EXIT_OK)
		return code;
	if (cli->out != NULL)
		return save_unsigned(w);
	if (cli->dry_run)
		return show_only(w);
	code = kc_confirm(cli, kc_buf_view(&w->text),
	    cli->share.n > 0
		? _("Sign this and leave it for the others? [y/N] ")
		: _("Sign and send this? [y/N] "));
	if (code == KC_EXIT_OK)
		code = kc_writing_sign(w);
	if (code == KC_EXIT_OK)
		code = kc_authors_bring(w->authors);
	if (code == KC_EXIT_OK && cli->share.n > 0)
		return kc_share_one(w);
	return code == KC_EXIT_OK ? deliver(w, keep, open) : code;
}

/* --- several: a statement for each plain argument --- */
struct several {
	const char **named; /* of each, what it is about */
	struct kc_many many;
};

static void
say_fault(void *several, size_t i, const char *code, const char *message)
{
	(void)kc_cli_fail(KC_EXIT_REFUSED, NULL, "%s: %s (%s)",
	    ((struct several *)several)->named[i], message, code);
}

static int
several(struct kc_writing *w, int argc, char **argv, size_t n)
{
	struct several s = {.named = kc_alloc(n * sizeof(char *))};
	const struct kc_post_faults faults = {say_fault, &s};
	struct kc_cli *cli = w->authors->cli;
	int code = KC_EXIT_OK;
	struct kc_plain plain;

	if (s.named == NULL)
		return kc_cli_error(cli, KC_ENOMEM, w->kind->name);
	if (cli->id != NULL || cli->out != NULL)
		code = kc_cli_usage(
		    "%s", _("--id and --out are for one statement"));
	s.many = (struct kc_many){.cli = cli,
	    .authors = w->authors,
	    .kind = w->kind,
	    .faults = &faults};
	for (size_t i = 0; code == KC_EXIT_OK && i < n; i++) {
		kc_writing_reset(w);
		code = kc_plain_read(w, argc, argv, i, &plain);
		s.named[i] = plain.named;
		if (code == KC_EXIT_OK)
			code = kc_writing_text(w);
		if (code == KC_EXIT_OK)
			code = kc_many_add(&s.many, kc_buf_view(&w->text));
	}
	if (code == KC_EXIT_OK)
		code = kc_many_run(&s.many);
	kc_many_release(&s.many);
	kc_free(s.named);
	return code;
}

static int
run(struct kc_cli *cli, const struct kc_kind *kind, int argc, char **argv,
    const char *keep, bool *open)
{
	static struct kc_writing w; /* large */
	struct kc_authors authors = {.cli = cli};
	struct kc_buf may = {0};
	struct kc_plain plain;
	int code, whole;

	w.authors = &authors;
	w.kind = kind;
	cli->writes = true;
	if (cli->nas == 0) {
		kc_kind_signers(cli, kind, &may);
		code = kc_cli_usage(_("who signs? --as ACTOR; signed by %s"),
		    kc_buf_cstr(&may));
		kc_buf_free(&may);
		return code;
	}
	code = kc_meant_authors(&authors);
	if (code != KC_EXIT_OK)
		goto out;
	if (cli->whole) {
		code = kc_write_all(&w, argc, argv);
		goto out;
	}
	code = kc_plain_read(&w, argc, argv, 0, &plain);
	if (cli->unit != NULL && code == KC_EXIT_OK)
		code = kc_cli_usage(
		    _("%s has no field for %s"), kind->name, "--unit");
	whole = kc_writing_whole(&w);
	code = code == KC_EXIT_OK ? whole : code;
	if (code == KC_EXIT_OK)
		code = kc_authors_meet(&authors);
	if (code == KC_EXIT_OK && plain.n > 1 && names_several(kind))
		code = several(&w, argc, argv, plain.n);
	else if (code == KC_EXIT_OK)
		code = one(&w, keep, open);
out:
	kc_authors_release(&authors);
	kc_writing_release(&w);
	return code;
}

int
kc_cmd_write(
    struct kc_cli *cli, const struct kc_kind *kind, int argc, char **argv)
{
	return run(cli, kind, argc, argv, NULL, NULL);
}

int
kc_cmd_write_kept(struct kc_cli *cli, const struct kc_kind *kind,
    const char *keep, bool *open)
{
	*open = false; /* nothing is sent before it is kept */
	return run(cli, kind, 0, NULL, keep, open);
}
