/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng people show|edit|erase|export|check`: the directory of persons,
 * for who keeps it. */
#include <stdio.h>
#include <string.h>

#include "confirm.h"
#include "lib/foreign.h"
#include "people.h"

/* --- show --- */
#define COLUMN(sym, word, zh, en) {word, zh, en, false},
static const struct kc_view_column columns[] = {KC_PERSON_FIELDS(COLUMN)};
static const struct kc_view people = {
    "people", "", "人员名录", "directory of persons", columns, KC_PERSON_SALT};

struct showing {
	struct kc_json w;
	const char *dir;
	unsigned bad;
};

/* What cannot be read is said, and the rest shown. */
static enum kc_err
show_one(void *ctx, struct kc_slice name, const struct kc_person *p,
    enum kc_err err, struct kc_slice detail)
{
	struct showing *s = ctx;
	struct kc_buf why = {0}, actor = {0};

	if (p != NULL) {
		kc_people_row(&s->w, p);
		return KC_OK;
	}
	s->bad++;
	kc_buf_slice(&why, detail);
	kc_buf_slice(&actor, name);
	(void)kc_people_fail(err, s->dir, kc_buf_cstr(&actor), &why);
	kc_buf_free(&actor);
	return KC_OK;
}

int
kc_cmd_people_show(struct kc_cli *cli, int argc, char **argv)
{
	char dir[KC_PATH_SIZE];
	struct kc_buf out = {0}, detail = {0};
	struct showing s = {.w = {.out = &out}, .dir = dir};
	struct kc_person p;
	enum kc_err err;
	int code;

	if (argc > 1)
		return kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	code = kc_people_place(cli, dir);
	if (code != KC_EXIT_OK)
		return code;
	kc_json_open(&s.w, '{');
	kc_json_key(&s.w, "schema");
	kc_json_str(&s.w, "kaocheng.people/1");
	kc_json_key(&s.w, "rows");
	kc_json_open(&s.w, '[');
	if (argc == 1) {
		err = kc_people_get(dir, kc_slice_str(argv[0]), &p, &detail);
		if (err == KC_OK)
			kc_people_row(&s.w, &p);
	} else {
		err = kc_people_each(dir, show_one, &s, &detail);
	}
	kc_json_close(&s.w, ']');
	kc_json_close(&s.w, '}');
	if (err == KC_OK)
		err = kc_buf_err(&out);
	if (err != KC_OK)
		code =
		    kc_people_fail(err, dir, argc == 1 ? argv[0] : "", &detail);
	else
		code = kc_cli_print_as(cli, &people, kc_buf_view(&out));
	if (code == KC_EXIT_OK && argc == 1 && cli->format == KC_FORMAT_TABLE)
		kc_people_say_commit(cli, &p);
	kc_buf_free(&detail);
	kc_buf_free(&out);
	return code == KC_EXIT_OK && s.bad > 0 ? KC_EXIT_FAILED : code;
}

/* --- edit --- */
static int
set_fields(const struct kc_cli *cli, struct kc_person *p, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		struct kc_slice value = kc_slice_str(argv[i]), name;
		struct kc_refusal why = {0};
		int f = kc_slice_cut(&value, '=', &name)
		    ? kc_person_field_find(name)
		    : -1;

		if (f < 0 || f == KC_PERSON_ACTOR || f == KC_PERSON_SALT)
			return kc_cli_usage(
			    _("\"%s\" is not field=value; fields: name, post, "
			      "phone, mail, language, channel, deputy"),
			    argv[i]);
		if (kc_person_set(p, (enum kc_person_field)f, value, &why) !=
		    KC_OK)
			return kc_cli_refusal(cli, &why);
	}
	if (p->name[0] == '\0')
		return kc_cli_usage("%s", _("a new person needs name=..."));
	return KC_EXIT_OK;
}

static void
say_changes(const struct kc_cli *cli, const struct kc_person *old,
    const struct kc_person *p, unsigned changes)
{
	struct kc_buf a = {0}, b = {0};

	for (int f = 0; f < KC_PERSON_SALT; f++) {
		if ((changes >> f & 1) == 0)
			continue;
		kc_buf_reset(&a);
		kc_buf_reset(&b);
		kc_buf_person_field(&a, old, (enum kc_person_field)f);
		kc_buf_person_field(&b, p, (enum kc_person_field)f);
		kc_cli_note(cli, "  %s: %s -> %s",
		    kc_person_field_text((enum kc_person_field)f, cli->lang),
		    a.n > 0 ? kc_buf_cstr(&a) : "-",
		    b.n > 0 ? kc_buf_cstr(&b) : "-");
	}
	kc_buf_free(&a);
	kc_buf_free(&b);
}

int
kc_cmd_people_edit(struct kc_cli *cli, int argc, char **argv)
{
	char dir[KC_PATH_SIZE];
	struct kc_buf detail = {0};
	struct kc_person old, p;
	unsigned changes;
	enum kc_err err;
	int code;

	if (argc < 2 || !kc_actor_ok(kc_slice_str(argv[0])))
		return kc_cli_usage("%s",
		    _("people edit takes an actor id and fields: phone=..."));
	code = kc_people_place(cli, dir);
	if (code != KC_EXIT_OK)
		return code;
	err = kc_people_get(dir, kc_slice_str(argv[0]), &old, &detail);
	if (err == KC_ENOTFOUND)
		err = kc_people_begin(&old, argv[0]);
	if (err != KC_OK)
		return kc_people_fail(err, dir, argv[0], &detail);
	p = old;
	code = set_fields(cli, &p, argc - 1, argv + 1);
	if (code != KC_EXIT_OK)
		goto out;
	changes = kc_people_changes(&old, &p);
	say_changes(cli, &old, &p, changes);
	if (changes == 0)
		kc_cli_note(cli, "%s", _("nothing changes"));
	if (changes == 0 || cli->dry_run)
		goto out;
	err = kc_people_resalt(&p, changes);
	if (err == KC_OK)
		err = kc_people_put(dir, &p, &detail);
	if (err != KC_OK)
		code = kc_people_fail(err, dir, argv[0], &detail);
	else if ((changes & (1U << KC_PERSON_NAME | 1U << KC_PERSON_POST)) != 0)
		kc_people_say_commit(cli, &p);
out:
	kc_buf_free(&detail);
	return code;
}

/* --- erase --- */
int
kc_cmd_people_erase(struct kc_cli *cli, int argc, char **argv)
{
	char dir[KC_PATH_SIZE], path[KC_PATH_SIZE];
	struct kc_buf detail = {0};
	enum kc_err err;
	int code;

	if (argc != 1 || !kc_actor_ok(kc_slice_str(argv[0])))
		return kc_cli_usage(
		    "%s", _("people erase takes the id of one actor"));
	code = kc_people_place(cli, dir);
	if (code == KC_EXIT_OK &&
	    (kc_path_join(path, dir, argv[0]) != KC_OK ||
		!kc_file_exists(path)))
		code = kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
		    _("there is no file of %s in %s"), argv[0], dir);
	if (code != KC_EXIT_OK)
		return code;
	kc_cli_note(cli,
	    _("erased for good: name, post, phone, mail, channels, deputies "
	      "and salt of %s\n"
	      "what stays: the actor id in the entries that it signed or that "
	      "name it, and its\n"
	      "commitment, which nobody can open any more; copies in your "
	      "backups are yours to erase"),
	    argv[0]);
	if (cli->dry_run)
		return KC_EXIT_OK;
	code = kc_ask(cli, _("erase it? [y/N] "));
	if (code != KC_EXIT_OK)
		return code;
	err = kc_people_erase(dir, kc_slice_str(argv[0]), &detail);
	if (err != KC_OK)
		return kc_people_fail(err, dir, argv[0], &detail);
	kc_buf_free(&detail);
	kc_cli_note(cli,
	    _("erased. Where the ledger has a commitment, it is to say so: "
	      "kaocheng person erase --actor %s --basis TEXT"),
	    argv[0]);
	return KC_EXIT_OK;
}

/* --- export --- */
struct exporting {
	struct kc_buf out;
	struct showing s;
};

static enum kc_err
export_one(void *ctx, struct kc_slice name, const struct kc_person *p,
    enum kc_err err, struct kc_slice detail)
{
	struct exporting *e = ctx;
	struct kc_buf cell = {0};

	if (p == NULL)
		return show_one(&e->s, name, p, err, detail);
	for (int f = 0; f < KC_PERSON_SALT; f++) {
		kc_buf_reset(&cell);
		kc_buf_person_field(&cell, p, (enum kc_person_field)f);
		kc_buf_str(&e->out, f > 0 ? "," : "");
		kc_buf_csv(&e->out, kc_buf_view(&cell));
	}
	kc_buf_str(&e->out, "\r\n");
	kc_buf_free(&cell);
	return KC_OK;
}

/* The table that `people import` takes: words as headings, or with --bom, for
 * a spreadsheet, those of the language. Salts stay where they are. */
int
kc_cmd_people_export(struct kc_cli *cli, int argc, char **argv)
{
	char dir[KC_PATH_SIZE];
	struct exporting e = {.s = {.dir = dir}};
	struct kc_buf detail = {0};
	enum kc_err err;
	int code;

	if (argc > 1)
		return kc_cli_usage(_("\"%s\" is too much"), argv[1]);
	code = kc_people_place(cli, dir);
	if (code != KC_EXIT_OK)
		return code;
	if (cli->bom)
		kc_buf_str(&e.out, "\xEF\xBB\xBF");
	for (int i = 0; i < KC_PERSON_SALT; i++) {
		enum kc_person_field f = (enum kc_person_field)i;

		kc_buf_str(&e.out, i > 0 ? "," : "");
		kc_buf_str(&e.out,
		    cli->bom ? kc_person_field_text(f, cli->lang)
			     : kc_person_field_word(f));
	}
	kc_buf_str(&e.out, "\r\n");
	err = kc_people_each(dir, export_one, &e, &detail);
	if (err == KC_OK)
		err = kc_buf_err(&e.out);
	if (err != KC_OK)
		code = kc_people_fail(err, dir, "", &detail);
	else if (e.s.bad > 0)
		code = kc_cli_fail(KC_EXIT_FAILED, NULL, "%s",
		    _("not exported: a table that lacks persons would be "
		      "taken for all of them"));
	else if (argc == 0)
		code = kc_put(stdout, kc_buf_view(&e.out)) ? KC_EXIT_OK
							   : KC_EXIT_FAILED;
	else if (kc_file_save(argv[0], kc_buf_view(&e.out), 0600) != KC_OK)
		code = kc_cli_error(cli, KC_EIO, argv[0]);
	kc_buf_free(&e.out);
	kc_buf_free(&detail);
	return code;
}

/* --- check --- */
static const struct kc_view_column check_columns[] = {
    {"actor", "人员代号", "actor", false},
    {"finding", "结果", "finding", false},
    {"detail", "详情", "detail", false},
};
static const struct kc_view check_view = {"people-check", "", "人员名录核对",
    "directory of persons beside the ledger", check_columns, 3};

struct told {
	struct kc_json w;
	enum kc_lang lang;
	unsigned bad, of[KC_PEOPLE_DEPUTY + 1];
};

static enum kc_err
tell(void *ctx, struct kc_slice actor, enum kc_people_finding f,
    struct kc_slice detail)
{
	struct told *t = ctx;

	t->of[f]++;
	t->bad += !kc_people_finding_ok(f);
	kc_json_open(&t->w, '{');
	kc_json_key(&t->w, "actor");
	kc_json_slice(&t->w, actor);
	kc_json_key(&t->w, "finding");
	kc_json_str(&t->w, kc_people_finding_word(f));
	kc_json_key(&t->w, "finding_text");
	kc_json_str(&t->w, kc_people_finding_text(f, t->lang));
	kc_json_key(&t->w, "detail");
	kc_json_slice(&t->w, detail);
	kc_json_close(&t->w, '}');
	return KC_OK;
}

static void
put_counts(struct told *t)
{
	for (int f = 0; f <= KC_PEOPLE_DEPUTY; f++) {
		kc_json_key(
		    &t->w, kc_people_finding_word((enum kc_people_finding)f));
		kc_json_u64(&t->w, t->of[f]);
	}
}

int
kc_cmd_people_check(struct kc_cli *cli, int argc, char **argv)
{
	char dir[KC_PATH_SIZE];
	struct kc_buf out = {0}, detail = {0};
	struct told t = {.w = {.out = &out}, .lang = cli->lang};
	struct kc_local l = {0};
	enum kc_err err;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	code = kc_people_place(cli, dir);
	if (code != KC_EXIT_OK)
		return code;
	code = kc_local_open(cli, &l);
	if (code == KC_EXIT_OK)
		code = kc_local_replay(cli, &l, false);
	if (code != KC_EXIT_OK)
		goto out;
	kc_json_open(&t.w, '{');
	kc_json_key(&t.w, "schema");
	kc_json_str(&t.w, "kaocheng.people.check/1");
	kc_json_key(&t.w, "rows");
	kc_json_open(&t.w, '[');
	err = kc_people_check(dir, l.state, tell, &t, &detail);
	kc_json_close(&t.w, ']');
	put_counts(&t);
	kc_json_close(&t.w, '}');
	if (err == KC_OK)
		err = kc_buf_err(&out);
	if (err != KC_OK)
		code = kc_people_fail(err, dir, "", &detail);
	else
		code = kc_cli_print_as(cli, &check_view, kc_buf_view(&out));
	if (code == KC_EXIT_OK && t.bad > 0)
		code = KC_EXIT_FAILED;
out:
	kc_local_close(&l);
	kc_buf_free(&out);
	kc_buf_free(&detail);
	return code;
}
