/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing commands, one for each kind of the table: flags into a draft, the
 * draft into the text that is signed, here and nowhere else.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <kaocheng/base64.h>

#include "lib/field.h"
#include "lib/foreign.h"
#include "lib/keys.h"
#include "lib/post.h"
#include "lib/seen.h"

#include "confirm.h"
#include "find.h"

struct writing {
	struct kc_cli *cli;
	const struct kc_kind *kind;
	struct kc_draft draft;
	struct kc_checkpoint seen; /* what the signers know of the log */
	char ledger[KC_NAME_MAX + 1];
	struct kc_buf values; /* storage of the draft's values */
	struct {
		unsigned field;
		size_t at, n;
	} spans[KC_ITEMS_MAX];
	size_t nspans;
	struct kc_skey keys[KC_SIGNERS_MAX];
	struct kc_buf text, note;
};

/* --- fields --- */
static bool
has(const struct writing *w, unsigned field)
{
	for (size_t i = 0; i < w->nspans; i++)
		if (w->spans[i].field == field)
			return true;
	return false;
}

static int
add(struct writing *w, unsigned field, const char *text)
{
	size_t at = w->values.n;
	int code =
	    kc_field_value(w->cli, &w->kind->fields[field], text, &w->values);

	if (code != KC_EXIT_OK)
		return code;
	if (w->nspans == KC_ITEMS_MAX)
		return kc_cli_usage(
		    _("--%s: too many"), w->kind->fields[field].name);
	w->spans[w->nspans].field = field;
	w->spans[w->nspans].at = at;
	w->spans[w->nspans++].n = w->values.n - at;
	return KC_EXIT_OK;
}

/* The first code or handle that has no value: what a plain argument names. */
static int
plain_field(const struct writing *w)
{
	for (unsigned f = 0; f < w->kind->nfields; f++) {
		const struct kc_field *field = &w->kind->fields[f];

		/* The year of `cycle open 2022` names the year. */
		if ((field->type == KC_T_CODE || field->type == KC_T_HANDLE ||
			field->type == KC_T_ACTOR ||
			(field->type == KC_T_INT && f == 0)) &&
		    field->presence == KC_ONE && !has(w, f))
			return (int)f;
	}
	return -1;
}

static int
read_fields(struct writing *w, int argc, char **argv)
{
	bool plain = false; /* after "--" */
	int code = KC_EXIT_OK;

	for (int i = 0; code == KC_EXIT_OK && i < argc; i++) {
		const char *flag = argv[i], *eq = strchr(flag, '=');
		bool option = !plain && strncmp(flag, "--", 2) == 0;
		size_t n = option && eq != NULL ? (size_t)(eq - flag) - 2
						: strlen(flag) - 2;
		int f = option ? kc_field_of_flag(w->kind, flag + 2, n)
			       : plain_field(w);

		if (option && flag[2] == '\0') {
			plain = true;
			continue;
		}
		if (f < 0)
			return kc_cli_usage(option ? _("%s has no field for %s")
						   : _("%s: %s is too much"),
			    w->kind->name, flag);
		if (!option)
			code = add(w, (unsigned)f, flag);
		else if (eq != NULL)
			code = add(w, (unsigned)f, eq + 1);
		else if (i + 1 < argc)
			code = add(w, (unsigned)f, argv[++i]);
		else
			code = kc_cli_usage(_("%s takes a value"), flag);
	}
	return code;
}

/* --- a new key and the proof that it is held --- */
/* Of a kind with a key and its possession: from the key file, if the actor's
 * own key file is here. */
static int
fill_possession(struct writing *w)
{
	int key_f = kc_kind_field(w->kind, KC_LIT("key"));
	int poss_f = kc_kind_field(w->kind, KC_LIT("possession"));
	int actor_f = kc_kind_field(w->kind, KC_LIT("actor"));
	const char *actor = w->cli->nas > 0 ? w->cli->as[0] : NULL;
	char name[KC_PATH_SIZE] = "";
	struct kc_skey key;
	struct kc_buf text = {0}, sig = {0};
	uint8_t raw[KC_SIG_SIZE];
	int code;

	if (key_f < 0 || poss_f < 0 || has(w, (unsigned)poss_f))
		return KC_EXIT_OK;
	for (size_t i = 0; i < w->nspans; i++)
		if ((int)w->spans[i].field == actor_f)
			(void)kc_slice_copy(name, sizeof(name),
			    (struct kc_slice){
				w->values.p + w->spans[i].at, w->spans[i].n});
	/* An actor's own new key lies beside the old one until it counts. */
	if (actor_f < 0 && actor != NULL)
		snprintf(name, sizeof(name), "%s.new", actor);
	if (name[0] == '\0')
		return KC_EXIT_OK;
	code = kc_keys_open(w->cli, name, &key);
	if (code != KC_EXIT_OK)
		return code;
	kc_buf_possession(&text, kc_slice_str(w->ledger), &key.vkey);
	kc_sign(&key, text.p, text.n, raw);
	kc_buf_base64(&sig, raw, sizeof(raw));
	kc_buf_reset(&text);
	kc_buf_vkey(&text, &key.vkey);
	if (!has(w, (unsigned)key_f))
		code = add(w, (unsigned)key_f, kc_buf_cstr(&text));
	if (code == KC_EXIT_OK)
		code = add(w, (unsigned)poss_f, kc_buf_cstr(&sig));
	kc_skey_wipe(&key);
	kc_buf_free(&text);
	kc_buf_free(&sig);
	return code;
}

/* --- the envelope --- */
/* Which ledger, and what its signers have seen: the daemon's checkpoint, if
 * it continues what was seen here before. By the trusted key, if there is
 * one. */
static int
find_ledger(struct writing *w)
{
	struct kc_vkey trusted;
	bool trusts = kc_trust_load(w->cli, &trusted) == KC_OK;
	struct kc_client *client = NULL;
	struct kc_buf note = {0};
	enum kc_err err = KC_OK;
	long status = 0;
	int code;

	code = kc_cli_connect(w->cli, &client);
	if (code == KC_EXIT_OK)
		err = kc_client_get(client, "/checkpoint", &status, &note);
	/* A draft may be made where the ledger cannot be asked. */
	if (err != KC_OK && w->cli->out != NULL && trusts &&
	    kc_seen_kept(&trusted, &w->seen)) {
		kc_cli_note(w->cli,
		    _("the ledger does not answer: the draft names what was "
		      "seen last, %llu entries"),
		    (unsigned long long)w->seen.size);
		memcpy(w->ledger, w->seen.origin, sizeof(w->ledger));
		goto out;
	}
	if (code == KC_EXIT_OK)
		code = kc_cli_got(w->cli, err, status, &note);
	if (code == KC_EXIT_OK) {
		err = kc_checkpoint_parse(
		    &w->seen, kc_buf_view(&note), trusts ? &trusted : NULL);
		if (err != KC_OK)
			code = kc_cli_error(w->cli, err, "checkpoint");
	}
	if (code == KC_EXIT_OK && trusts)
		code = kc_seen_meet(
		    w->cli, client, kc_buf_view(&note), &trusted, KC_MET_HEAD);
	if (code == KC_EXIT_OK)
		memcpy(w->ledger, w->seen.origin, sizeof(w->ledger));
out:
	kc_client_close(client);
	kc_buf_free(&note);
	return code;
}

static int
begin_draft(struct writing *w)
{
	const struct kc_cli *cli = w->cli;
	uint8_t id[KC_ID_SIZE];
	int64_t at_s = (int64_t)time(NULL), at_ms;

	if (cli->id != NULL) {
		if (!kc_read_hex(kc_slice_str(cli->id), id, sizeof(id)))
			return kc_cli_usage("%s",
			    _("--id takes 32 lower-case "
			      "hexadecimal digits"));
	} else if (kc_cli_random(id, sizeof(id)) != KC_OK) {
		return kc_cli_error(cli, KC_EIO, "--id");
	}
	if (cli->at != NULL) {
		int code = kc_cli_when("--at", cli->at, &at_ms);

		if (code != KC_EXIT_OK)
			return code;
		at_s = at_ms / 1000;
	}
	kc_draft_init(
	    &w->draft, w->kind->id, kc_slice_str(w->ledger), id, at_s);
	kc_draft_seen(&w->draft, w->seen.size, &w->seen.root);
	for (size_t i = 0; i < cli->nas; i++)
		kc_draft_by(&w->draft, kc_slice_str(cli->as[i]));
	return KC_EXIT_OK;
}

static int
make_text(struct writing *w)
{
	struct kc_refusal why = {0};
	enum kc_err err;
	int code = find_ledger(w);

	if (code == KC_EXIT_OK)
		code = begin_draft(w);
	if (code == KC_EXIT_OK)
		code = fill_possession(w);
	if (code != KC_EXIT_OK)
		return code;
	for (size_t i = 0; i < w->nspans; i++)
		kc_draft_add(&w->draft, w->spans[i].field,
		    (struct kc_slice){
			w->values.p + w->spans[i].at, w->spans[i].n});
	err = kc_draft_encode(&w->draft, &w->text, &why);
	if (err == KC_EREFUSED) {
		code = kc_cli_refusal(w->cli, &why);
		kc_cli_note(
		    w->cli, _("  fields: kaocheng help %s"), w->kind->name);
		return code;
	}
	return err == KC_OK ? KC_EXIT_OK
			    : kc_cli_error(w->cli, err, w->kind->name);
}

static int
sign(struct writing *w)
{
	const struct kc_cli *cli = w->cli;
	int code = KC_EXIT_OK;

	for (size_t i = 0; code == KC_EXIT_OK && i < cli->nas; i++)
		code = kc_keys_open(cli, cli->as[i], &w->keys[i]);
	if (code == KC_EXIT_OK)
		kc_buf_sign_entry(
		    &w->note, kc_buf_view(&w->text), w->keys, cli->nas);
	for (size_t i = 0; i < cli->nas; i++)
		kc_skey_wipe(&w->keys[i]);
	if (code == KC_EXIT_OK && kc_buf_err(&w->note) != KC_OK)
		code = kc_cli_error(cli, KC_ENOMEM, w->kind->name);
	return code;
}

/* --- what is done with it --- */
static int
save_unsigned(const struct writing *w)
{
	enum kc_err err =
	    kc_file_save(w->cli->out, kc_buf_view(&w->text), 0644);

	if (err != KC_OK)
		return kc_cli_error(w->cli, err, w->cli->out);
	kc_cli_note(w->cli,
	    _("written, not signed; next: kaocheng sign %s --as ACTOR"),
	    w->cli->out);
	return KC_EXIT_OK;
}

/* The exact text, and whether the ledger would take it now. */
static int
show_only(struct writing *w)
{
	struct kc_client *client = NULL;
	struct kc_posted posted;
	struct kc_effect effect;
	int code;

	(void)kc_put(stdout, kc_buf_view(&w->text));
	fflush(stdout);
	code = kc_effect_say(w->cli, kc_buf_view(&w->text), &effect);
	if (code != KC_EXIT_OK)
		return code;
	/* A daemon that has no signature can write nothing. */
	if (effect.known) {
		kc_cli_note(w->cli,
		    _("it would stand as #%llu; nothing was written"),
		    (unsigned long long)effect.seq);
		return code;
	}
	code = sign(w);
	if (code == KC_EXIT_OK)
		code = kc_cli_connect(w->cli, &client);
	if (code == KC_EXIT_OK)
		code = kc_post(
		    w->cli, client, kc_buf_view(&w->note), NULL, true, &posted);
	if (code == KC_EXIT_OK)
		kc_cli_note(w->cli,
		    _("it would stand as #%llu; nothing was written"),
		    (unsigned long long)posted.seq);
	kc_client_close(client);
	return code;
}

int
kc_cmd_write(
    struct kc_cli *cli, const struct kc_kind *kind, int argc, char **argv)
{
	static struct writing w; /* large: draft and keys */
	int code;

	w.cli = cli;
	w.kind = kind;
	cli->writes = true;
	if (cli->nas == 0) {
		(void)kc_cli_usage("%s", _("who signs? --as ACTOR"));
		kc_help_kind(cli, kind);
		return KC_EXIT_USAGE;
	}
	code = read_fields(&w, argc, argv);
	if (code == KC_EXIT_OK)
		code = make_text(&w);
	if (code == KC_EXIT_OK && cli->out != NULL) {
		code = save_unsigned(&w);
	} else if (code == KC_EXIT_OK && cli->dry_run) {
		code = show_only(&w);
	} else if (code == KC_EXIT_OK) {
		code = kc_confirm(
		    cli, kc_buf_view(&w.text), _("Sign and send this? [y/N] "));
		if (code == KC_EXIT_OK)
			code = sign(&w);
		if (code == KC_EXIT_OK)
			code = kc_post_kept(cli, kc_buf_view(&w.note));
	}
	kc_buf_free(&w.values);
	kc_buf_free(&w.text);
	kc_buf_free(&w.note);
	return code;
}
