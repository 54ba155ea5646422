/* SPDX-License-Identifier: Apache-2.0 */
#include "writing.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <kaocheng/base64.h>
#include <kaocheng/logkeys.h>

#include "lib/card.h"
#include "lib/field.h"
#include "lib/form.h"
#include "lib/keys.h"
#include "lib/seen.h"
#include "lib/setup.h"

#include "meant.h"
#include "results.h"

/* --- the authors --- */
/* A rehearsal has a clock of its own, and says what it is. */
static int
meet_rehearsal(struct kc_authors *a, struct kc_client *client)
{
	int64_t ms;
	int code;

	if (!kc_is_rehearsal(a->ledger) || a->cli->at != NULL)
		return KC_EXIT_OK;
	code = kc_cli_ledger_now(a->cli, client, &ms);
	a->now_s = code == KC_EXIT_OK ? ms / 1000 : 0;
	kc_cli_note(a->cli, _("rehearsal %s: nothing of it counts"), a->ledger);
	return code;
}

int
kc_authors_meet(struct kc_authors *a)
{
	struct kc_log_keys trusted;
	bool trusts = kc_trust_load(a->cli, &trusted) == KC_OK;
	struct kc_client *client = NULL;
	struct kc_buf note = {0};
	enum kc_err err = KC_OK;
	long status = 0;
	int code;

	code = kc_cli_connect(a->cli, &client);
	if (code == KC_EXIT_OK)
		err = kc_client_get(client, "/checkpoint", &status, &note);
	/* A draft may be made where the ledger cannot be asked. */
	if (err != KC_OK && a->cli->out != NULL && trusts &&
	    kc_seen_kept(&trusted, &a->seen)) {
		kc_cli_note(a->cli,
		    _("the ledger does not answer: the draft names what was "
		      "seen last, %llu entries"),
		    (unsigned long long)a->seen.size);
		memcpy(a->ledger, a->seen.origin, sizeof(a->ledger));
		goto out;
	}
	if (code == KC_EXIT_OK)
		code = kc_cli_got(a->cli, err, status, &note);
	if (code == KC_EXIT_OK) {
		err = trusts
		    ? kc_checkpoint_parse_by(
			  &a->seen, kc_buf_view(&note), &trusted)
		    : kc_checkpoint_parse(&a->seen, kc_buf_view(&note), NULL);
		if (err == KC_ENOKEY)
			code = kc_cli_no_log_key();
		else if (err != KC_OK)
			code = kc_cli_error(a->cli, err, "checkpoint");
	}
	if (code == KC_EXIT_OK && trusts)
		code = kc_seen_meet(
		    a->cli, client, kc_buf_view(&note), &trusted, KC_MET_HEAD);
	if (code == KC_EXIT_OK) {
		memcpy(a->ledger, a->seen.origin, sizeof(a->ledger));
		code = meet_rehearsal(a, client);
	}
out:
	kc_client_close(client);
	kc_buf_free(&note);
	return code;
}

int
kc_authors_check(const struct kc_cli *cli)
{
	static const struct kc_field author = {.type = KC_T_ACTOR};
	int code = KC_EXIT_OK;

	for (size_t i = 0; i < cli->nas; i++) {
		if (!kc_actor_ok(kc_slice_str(cli->as[i])))
			code = kc_form_refuse(cli, &author, "--as", cli->as[i]);
		for (size_t j = 0; j < i; j++)
			if (strcmp(cli->as[i], cli->as[j]) == 0)
				return kc_cli_usage(
				    _("--as %s is given twice; who signs "
				      "twice signs once"),
				    cli->as[i]);
	}
	for (size_t i = 0; i < cli->share.n; i++) {
		if (!kc_actor_ok(kc_slice_str(cli->share.v[i])))
			code = kc_form_refuse(
			    cli, &author, "--share", cli->share.v[i]);
		for (size_t j = 0; j < cli->nas; j++)
			if (strcmp(cli->share.v[i], cli->as[j]) == 0)
				return kc_cli_usage(
				    _("--share %s: who signs here signs once"),
				    cli->as[j]);
	}
	return code;
}

int
kc_authors_open(struct kc_authors *a)
{
	int code = KC_EXIT_OK;

	while (code == KC_EXIT_OK && a->npens < a->cli->nas) {
		code = kc_pen_open(
		    a->cli, a->cli->as[a->npens], &a->pens[a->npens]);
		a->npens += code == KC_EXIT_OK;
	}
	if (code == KC_EXIT_NOT_FOUND && a->npens > 0)
		kc_cli_note(a->cli,
		    _("  does %s sign elsewhere? --share %s instead of --as "
		      "leaves it there for him"),
		    a->cli->as[a->npens], a->cli->as[a->npens]);
	return code;
}

int
kc_authors_bring(struct kc_authors *a)
{
	return kc_exhibits_bring(a->cli, &a->exhibits, &a->pens[0]);
}

void
kc_authors_release(struct kc_authors *a)
{
	while (a->npens > 0)
		kc_pen_wipe(&a->pens[--a->npens]);
	kc_exhibits_release(&a->exhibits);
	kc_meant_release(a);
}

/* --- fields --- */
static bool
has_value(const struct kc_writing *w, unsigned field)
{
	for (size_t i = 0; i < w->nspans; i++)
		if (w->spans[i].field == field)
			return true;
	return false;
}

/* A card has the key and the proof that it is held. */
static int
add_card(struct kc_writing *w, unsigned field, const struct kc_card *card)
{
	int possession = kc_kind_field(w->kind, KC_LIT("possession"));
	struct kc_buf text = {0};
	int code;

	kc_buf_vkey(&text, &card->key);
	code = kc_writing_add(w, field, kc_buf_cstr(&text));
	kc_buf_reset(&text);
	kc_buf_base64(&text, card->possession, sizeof(card->possession));
	if (code == KC_EXIT_OK && possession >= 0)
		code =
		    kc_writing_add(w, (unsigned)possession, kc_buf_cstr(&text));
	kc_buf_free(&text);
	return code;
}

/* The value as it is signed, of what it means where it names something. */
static int
add_value(struct kc_writing *w, const struct kc_field *f, const char *text)
{
	struct kc_buf is = {0};
	int code = kc_meant_value(w->authors, w->kind, f, text, &is);

	if (code == KC_EXIT_OK)
		code = kc_field_value(
		    w->authors->cli, f, kc_buf_cstr(&is), &w->values);
	kc_buf_free(&is);
	return code;
}

int
kc_writing_add(struct kc_writing *w, unsigned field, const char *text)
{
	struct kc_card card;
	const struct kc_field *f = &w->kind->fields[field];
	size_t at = w->values.n;
	char flag[KC_FLAG_SIZE];
	int code;

	if (f->type == KC_T_VKEY && strchr(text, '+') == NULL) {
		enum kc_err err;

		/* Cards are for the ledger that counts; a rehearsal has keys
		 * of its own. */
		if (w->kind->id == KC_K_actor_enrol &&
		    kc_is_rehearsal(w->authors->ledger))
			return KC_EXIT_OK;
		err = kc_card_peek(text, NULL, &card);
		if (err == KC_OK)
			return add_card(w, field, &card);
		if (err == KC_ESIG)
			return kc_card_fault(err, text, NULL);
	}
	w->tried |= UINT64_C(1) << field;
	/* What is wrong with the second value is said too. */
	code = add_value(w, f, text);
	if ((f->presence == KC_ONE || f->presence == KC_OPT) &&
	    has_value(w, field))
		code = kc_cli_usage(
		    _("%s is given twice"), kc_field_flag(f, flag));
	if (code != KC_EXIT_OK)
		return code;
	if (w->nspans == KC_ITEMS_MAX)
		return kc_cli_usage(
		    _("--%s: too many"), w->kind->fields[field].name);
	w->spans[w->nspans].field = field;
	w->spans[w->nspans].at = at;
	w->spans[w->nspans++].n = w->values.n - at;
	if (f->type == KC_T_EVIDENCE && strncmp(text, "sha256:", 7) != 0 &&
	    kc_exhibits_note(&w->authors->exhibits, text,
		(struct kc_slice){w->values.p + at, w->values.n - at}) != KC_OK)
		return kc_cli_error(w->authors->cli, KC_ENOMEM, text);
	return KC_EXIT_OK;
}

bool
kc_writing_lacks(const struct kc_writing *w, unsigned field)
{
	const struct kc_field *f = &w->kind->fields[field];

	return (f->presence == KC_ONE || f->presence == KC_SOME) &&
	    f->type != KC_T_VKEY && f->type != KC_T_SIG && !kc_results_is(f) &&
	    (w->tried >> field & 1) == 0;
}

int
kc_writing_whole(const struct kc_writing *w)
{
	const struct kc_cli *cli = w->authors->cli;
	bool zh = cli->lang == KC_LANG_ZH;
	struct kc_buf list = {0};
	struct kc_saying s = {.code = kc_refusal_code_text(KC_R_FIELD_MISSING),
	    .status = kc_refusal_status(KC_R_FIELD_MISSING)};
	int code = kc_authors_check(cli);

	for (unsigned i = 0; i < w->kind->nfields; i++) {
		const struct kc_field *f = &w->kind->fields[i];
		char flag[KC_FLAG_SIZE];

		if (!kc_writing_lacks(w, i))
			continue;
		kc_buf_str(&list,
		    list.n == 0 ? zh ? "还缺 " : "still wanted: "
			: zh    ? "、"
				: ", ");
		kc_buf_str(&list, kc_field_flag(f, flag));
		kc_buf_str(&list, zh ? "（" : " (");
		kc_buf_str(&list, zh ? f->zh : f->en);
		kc_buf_str(&list, zh ? "）" : ")");
	}
	s.message = kc_buf_cstr(&list);
	if (list.n > 0) {
		code = kc_cli_say(cli, &s);
		kc_cli_note(
		    cli, _("  fields: kaocheng help %s"), w->kind->name);
	}
	kc_buf_free(&list);
	return code;
}

/* --- a new key and the proof that it is held --- */
/* The log's key before signs for the one that follows it. */
static int
fill_consent(struct kc_writing *w, unsigned field, const struct kc_vkey *next)
{
	struct kc_buf text = {0}, sig = {0};
	struct kc_pen log;
	int code = kc_pen_open(w->authors->cli, "log", &log);

	if (code != KC_EXIT_OK)
		return code;
	kc_buf_consent(&text, &log.key.vkey, next);
	code = kc_pen_base64(&log, kc_buf_view(&text), &sig);
	if (code == KC_EXIT_OK)
		code = kc_writing_add(w, field, kc_buf_cstr(&sig));
	kc_pen_wipe(&log);
	kc_buf_free(&text);
	kc_buf_free(&sig);
	return code;
}

/* Of a kind with a key and its possession: from the key file, if the actor's
 * own key file is here. */
static int
fill_possession(struct kc_writing *w)
{
	int key_f = kc_kind_field(w->kind, KC_LIT("key"));
	int poss_f = kc_kind_field(w->kind, KC_LIT("possession"));
	int actor_f = kc_kind_field(w->kind, KC_LIT("actor"));
	int consent_f = kc_kind_field(w->kind, KC_LIT("consent"));
	struct kc_cli cli = *w->authors->cli;
	const char *actor = cli.nas > 0 ? cli.as[0] : NULL;
	char name[KC_PATH_SIZE] = "";
	const struct kc_vkey *key;
	struct kc_pen pen;
	struct kc_buf text = {0}, sig = {0};
	int code;

	if (key_f < 0 || poss_f < 0 || has_value(w, (unsigned)poss_f))
		return KC_EXIT_OK;
	for (size_t i = 0; i < w->nspans; i++)
		if ((int)w->spans[i].field == actor_f)
			(void)kc_slice_copy(name, sizeof(name),
			    (struct kc_slice){
				w->values.p + w->spans[i].at, w->spans[i].n});
	/* An actor's own new key lies beside the old one until it counts, and
	 * may have a passphrase of its own. */
	if (consent_f >= 0) {
		snprintf(name, sizeof(name), "log.new");
	} else if (actor_f < 0 && actor != NULL) {
		snprintf(name, sizeof(name), "%s.new", actor);
		if (cli.new_passphrase_file != NULL)
			cli.passphrase_file = cli.new_passphrase_file;
	}
	if (name[0] == '\0')
		return KC_EXIT_OK;
	code = kc_pen_open(&cli, name, &pen);
	if (code != KC_EXIT_OK)
		return code;
	key = &pen.key.vkey;
	kc_buf_possession(&text, kc_slice_str(w->authors->ledger), key);
	code = kc_pen_base64(&pen, kc_buf_view(&text), &sig);
	kc_buf_reset(&text);
	kc_buf_vkey(&text, key);
	if (code == KC_EXIT_OK && !has_value(w, (unsigned)key_f))
		code = kc_writing_add(w, (unsigned)key_f, kc_buf_cstr(&text));
	if (code == KC_EXIT_OK)
		code = kc_writing_add(w, (unsigned)poss_f, kc_buf_cstr(&sig));
	if (code == KC_EXIT_OK && consent_f >= 0)
		code = fill_consent(w, (unsigned)consent_f, key);
	kc_pen_wipe(&pen);
	kc_buf_free(&text);
	kc_buf_free(&sig);
	return code;
}

/* --- the envelope --- */
static int
begin_draft(struct kc_writing *w)
{
	const struct kc_authors *a = w->authors;
	const struct kc_cli *cli = a->cli;
	uint8_t id[KC_ID_SIZE];
	int64_t at_s = a->now_s != 0 ? a->now_s : (int64_t)time(NULL), at_ms;

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
	    &w->draft, w->kind->id, kc_slice_str(a->ledger), id, at_s);
	kc_draft_seen(&w->draft, a->seen.size, &a->seen.root);
	for (size_t i = 0; i < cli->nas; i++)
		kc_draft_by(&w->draft, kc_slice_str(cli->as[i]));
	for (size_t i = 0; i < cli->share.n; i++)
		kc_draft_by(&w->draft, kc_slice_str(cli->share.v[i]));
	return KC_EXIT_OK;
}

int
kc_writing_encode(struct kc_writing *w, struct kc_refusal *why)
{
	int code = begin_draft(w);
	enum kc_err err;

	if (code == KC_EXIT_OK)
		code = fill_possession(w);
	if (code == KC_EXIT_OK)
		code = kc_results_fill(w);
	if (code != KC_EXIT_OK)
		return code;
	for (size_t i = 0; i < w->nspans; i++)
		kc_draft_add(&w->draft, w->spans[i].field,
		    (struct kc_slice){
			w->values.p + w->spans[i].at, w->spans[i].n});
	err = kc_draft_encode(&w->draft, &w->text, why);
	return err == KC_OK || err == KC_EREFUSED
	    ? KC_EXIT_OK
	    : kc_cli_error(w->authors->cli, err, w->kind->name);
}

/* The option whose value is the longest: it is what makes a text too long. */
static int
too_long(const struct kc_writing *w, const struct kc_refusal *why)
{
	char flag[KC_FLAG_SIZE] = "", hint[KC_FLAG_SIZE + 128];
	struct kc_saying s = {.code = kc_refusal_code_text(why->code),
	    .status = kc_refusal_status(why->code),
	    .option = flag,
	    .hint = hint};
	struct kc_buf message = {0};
	size_t most = 0;
	int code;

	for (size_t i = 0; i < w->nspans; i++)
		if (w->spans[i].n > most) {
			most = w->spans[i].n;
			(void)kc_field_flag(
			    &w->kind->fields[w->spans[i].field], flag);
		}
	snprintf(hint, sizeof(hint), _("make %s shorter: it has %zu bytes"),
	    flag, most);
	kc_refusal_message(why, w->authors->cli->lang, &message);
	s.message = kc_buf_cstr(&message);
	code = kc_cli_say(w->authors->cli, &s);
	kc_buf_free(&message);
	return code;
}

int
kc_writing_text(struct kc_writing *w)
{
	struct kc_refusal why = {0};
	int code = kc_writing_encode(w, &why);

	if (code != KC_EXIT_OK || why.code == KC_R_NONE)
		return code;
	/* Its place is one in a text that nobody has seen. */
	if (why.code == KC_R_TOO_BIG)
		return too_long(w, &why);
	code = kc_cli_refusal(w->authors->cli, &why);
	kc_cli_note(
	    w->authors->cli, _("  fields: kaocheng help %s"), w->kind->name);
	return code;
}

int
kc_writing_sign(struct kc_writing *w)
{
	struct kc_authors *a = w->authors;
	int code = kc_authors_open(a);

	if (code != KC_EXIT_OK)
		return code;
	code = kc_pen_note(a->pens, a->npens, kc_buf_view(&w->text), &w->note);
	return code != KC_EXIT_OK || kc_buf_err(&w->note) == KC_OK
	    ? code
	    : kc_cli_error(a->cli, KC_ENOMEM, w->kind->name);
}

void
kc_writing_reset(struct kc_writing *w)
{
	w->nspans = 0;
	w->tried = 0;
	kc_buf_reset(&w->values);
	kc_buf_reset(&w->text);
	kc_buf_reset(&w->note);
}

void
kc_writing_release(struct kc_writing *w)
{
	kc_buf_free(&w->values);
	kc_buf_free(&w->text);
	kc_buf_free(&w->note);
}
