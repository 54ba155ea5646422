/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that a ledger takes in when it is founded. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/keys.h"
#include "lib/setup.h"

#include "founding.h"
#include "hands.h"
#include "import.h"

/* Who signs a kind when a ledger begins. */
static bool
set_signers(
    const struct kc_founding *f, const struct kc_kind *kind, struct kc_cli *cli)
{
	static const struct {
		int role;
		enum kc_founder_place at;
	} offices[] = {{KC_ROLE_ADMIN, KC_FOUNDER_ADMIN},
	    {KC_ROLE_ESTAB, KC_FOUNDER_ESTAB},
	    {KC_ROLE_ASSESS_OFFICE, KC_FOUNDER_OFFICE}};

	cli->nas = 0;
	for (unsigned i = 0; i < kind->signers.n; i++)
		for (size_t k = 0; k < sizeof(offices) / sizeof(*offices); k++)
			if (cli->nas == i &&
			    kind->signers.roles[i] &
				KC_ROLE_BIT(offices[k].role))
				/* The second of two is another one. */
				cli->as[cli->nas++] =
				    f->who[offices[k].at + (k == 0 ? i : 0)]
					.name;
	return cli->nas == kind->signers.n;
}

/* What a table holds, and who signs it. Release the sheet in every case. */
static int
look(const struct kc_founding *f, const char *file, struct kc_sheet *sheet,
    struct kc_import_columns *columns, struct kc_cli *cli)
{
	int code = kc_sheet_load(cli, file, sheet);

	memset(columns, 0, sizeof(*columns));
	if (code == KC_EXIT_OK)
		code = kc_import_columns(cli, file, sheet, NULL, columns);
	if (code == KC_EXIT_OK && columns->by >= 0)
		kc_hands_begin(cli); /* the table names them */
	else if (code == KC_EXIT_OK && !set_signers(f, columns->kind, cli))
		code = kc_cli_usage(_("--table %s: who is there at the "
				      "founding does not sign \"%s\""),
		    file,
		    cli->lang == KC_LANG_ZH ? columns->kind->zh
					    : columns->kind->en);
	return code;
}

/* Are the keys of all who sign at the founding here? */
static bool
all_here(const struct kc_founding *f)
{
	return f->who[KC_FOUNDER_ADMIN].here &&
	    f->who[KC_FOUNDER_ADMIN + 1].here &&
	    f->who[KC_FOUNDER_ESTAB].here && f->who[KC_FOUNDER_OFFICE].here;
}

int
kc_founding_look(struct kc_founding *f)
{
	static struct kc_import_columns columns; /* large */
	int code = KC_EXIT_OK;

	if (f->cli->tables.n > 0 && !all_here(f))
		return kc_cli_usage("%s",
		    _("--table is signed at once, and keys that sign it are "
		      "elsewhere; kaocheng import takes it when the ledger is "
		      "founded"));
	for (size_t i = 0; code == KC_EXIT_OK && i < f->cli->tables.n; i++) {
		struct kc_cli cli = *f->cli;
		struct kc_sheet sheet = {0};

		code = look(f, f->cli->tables.v[i], &sheet, &columns, &cli);
		kc_sheet_release(&sheet);
	}
	return code;
}

/* Everybody's key is made here: a card is for the ledger that counts. */
static int
make_keys(struct kc_cli *cli, const struct kc_sheet *s,
    const struct kc_import_columns *c)
{
	int code = KC_EXIT_OK;

	for (size_t i = c->first; code == KC_EXIT_OK && i < s->nrows; i++) {
		char actor[KC_NAME_MAX + 1], path[KC_PATH_SIZE];
		enum kc_err err = KC_OK;

		for (unsigned k = 0; k < c->n; k++)
			if (c->field[k] != KC_F_actor_enrol_actor ||
			    kc_import_remark(s, &s->rows[i]) ||
			    !kc_slice_copy(actor, sizeof(actor),
				kc_sheet_cell(s, &s->rows[i], k)) ||
			    !kc_actor_ok(kc_slice_str(actor)))
				continue; /* the import says so */
			else if (kc_keys_path(cli, actor, path) != KC_OK)
				err = KC_ETOOBIG;
			else if (!kc_file_exists(path))
				err = kc_keys_make(path, actor, NULL);
		if (err != KC_OK)
			code = kc_cli_error(cli, err, actor);
	}
	return code;
}

static int
take(struct kc_founding *f, const char *file, const struct kc_secret *secrets)
{
	static struct kc_import_columns columns; /* large */
	struct kc_cli cli = *f->cli;
	struct kc_sheet sheet = {0};
	char *args[] = {(char *)(uintptr_t)file};
	int code = look(f, file, &sheet, &columns, &cli);

	if (code == KC_EXIT_OK && kc_is_rehearsal(f->origin) &&
	    columns.kind->id == KC_K_actor_enrol)
		code = make_keys(&cli, &sheet, &columns);
	kc_sheet_release(&sheet);
	cli.quiet = cli.yes = true;
	cli.secrets = secrets;
	cli.nsecrets = KC_FOUNDERS;
	printf("%s: ", file);
	fflush(stdout);
	return code == KC_EXIT_OK ? kc_cmd_import(&cli, 1, args) : code;
}

int
kc_founding_tables(struct kc_founding *f)
{
	const char *clock = f->test_clock[0] != '\0' ? f->test_clock : NULL;
	struct kc_secret secrets[KC_FOUNDERS];
	struct kc_buf detail = {0};
	pid_t daemon = 0;
	int code = KC_EXIT_OK;

	if (f->cli->tables.n == 0)
		return KC_EXIT_OK;
	for (unsigned i = 0; i < KC_FOUNDERS; i++)
		secrets[i] =
		    (struct kc_secret){f->who[i].name, f->who[i].secret};
	if (kc_spawn_daemon(f->cli, f->dir, clock, &daemon, &detail) != KC_OK)
		code = kc_cli_fail(
		    KC_EXIT_UNREACHABLE, NULL, "%s", kc_buf_cstr(&detail));
	for (size_t i = 0; code == KC_EXIT_OK && i < f->cli->tables.n; i++)
		code = take(f, f->cli->tables.v[i], secrets);
	if (daemon != 0)
		(void)kc_stop_daemon(daemon);
	kc_buf_free(&detail);
	return code;
}

void
kc_founding_drop_keys(const struct kc_founding *f)
{
	char keys[KC_PATH_SIZE], path[KC_PATH_SIZE];
	struct kc_names made = {0};

	if (!kc_is_rehearsal(f->origin) || f->cli->tables.n == 0)
		return;
	if (kc_path_join(keys, f->dir, "keys") == KC_OK)
		(void)kc_dir_names(keys, ".key", NULL, &made);
	for (size_t i = 0; i < made.n; i++)
		if (kc_path_join(path, keys, kc_names_get(&made, i)) == KC_OK)
			(void)unlink(path);
	kc_names_free(&made);
}
