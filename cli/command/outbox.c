/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox: notes whose outcome is not known yet; and what came of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/leaf.h>

#include "lib/keys.h"
#include "lib/post.h"
#include "lib/seen.h"

/* What is useful after a statement: its handle goes on from there. */
static const struct {
	enum kc_kind_id after;
	const char *command; /* %s: the handle or the thing it is about */
} nexts[] = {
    {KC_K_unit_register, "kaocheng duty register --unit %s --duty %s-D1"},
    {KC_K_duty_register, "kaocheng target draft --unit %s"},
    {KC_K_target_draft, "kaocheng target submit %s"},
    {KC_K_target_revise, "kaocheng target submit %s"},
    {KC_K_target_submit, "kaocheng target approve-first %s"},
    {KC_K_target_approve_first, "kaocheng target approve-second %s"},
    {KC_K_target_approve_second, "kaocheng target read %s"},
    {KC_K_target_read, "kaocheng list issue UNIT --year YEAR"},
    {KC_K_warning_issue, "kaocheng warning deliver %s --unit UNIT"},
    {KC_K_warning_deliver, "kaocheng warning reply %s --reply TEXT"},
    {KC_K_warning_reply, "kaocheng warning lift %s"},
    {KC_K_prededuct_decide, "kaocheng prededuct confirm %s"},
    {KC_K_prededuct_confirm, "kaocheng feedback deliver %s"},
    {KC_K_feedback_deliver, "kaocheng rectify submit %s"},
    {KC_K_rectify_submit, "kaocheng refund grant %s --rate 80%%"},
    {KC_K_refund_grant, "kaocheng prededuct show %s"},
};

/* The handle, or the first code, handle or actor of the statement, or who has
 * the first key; of what is of a year alone, as the closing of its panels, the
 * year. */
static void
about(const struct kc_entry *e, const char *handle, char out[64])
{
	struct kc_vkey key;
	int year;

	out[0] = '\0';
	if (handle[0] != '\0') {
		snprintf(out, 64, "%s", handle);
		return;
	}
	for (unsigned f = 0; f < e->kind->nfields; f++) {
		enum kc_type t = e->kind->fields[f].type;

		if ((t == KC_T_CODE || t == KC_T_HANDLE || t == KC_T_ACTOR) &&
		    kc_entry_has(e, f)) {
			(void)kc_slice_copy(out, 64, kc_entry_str(e, f));
			return;
		}
		if (t == KC_T_VKEY &&
		    kc_vkey_parse(&key, kc_entry_str(e, f)) == KC_OK &&
		    kc_slice_copy(out, 64, kc_slice_str(key.name)))
			return;
	}
	year = kc_kind_field(e->kind, KC_LIT("year"));
	if (year >= 0 && kc_entry_has(e, (unsigned)year))
		(void)snprintf(out, 64, "%lld",
		    (long long)kc_entry_num(e, (unsigned)year, 0));
}

/* The command with the name put in place of each %s. */
static void
put_next(struct kc_buf *out, const char *command, const char *name)
{
	for (const char *p = command; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 's') {
			kc_buf_str(out, name);
			p++;
		} else if (p[0] == '%' && p[1] == '%') {
			kc_buf_char(out, '%');
			p++;
		} else {
			kc_buf_char(out, *p);
		}
	}
}

static void
print_json(const struct kc_entry *e, const struct kc_posted *p)
{
	struct kc_buf out = {0}, id = {0};
	struct kc_json w = {.out = &out};

	kc_buf_hex(&id, e->id, sizeof(e->id));
	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.posted/1");
	kc_json_key(&w, "seq");
	kc_json_u64(&w, p->seq);
	kc_json_key(&w, "received");
	kc_json_instant(&w, p->received_ms);
	kc_json_key(&w, "kind");
	kc_json_str(&w, e->kind->name);
	kc_json_key(&w, "id");
	kc_json_slice(&w, kc_buf_view(&id));
	kc_json_key(&w, "handle");
	kc_json_str(&w, p->handle);
	kc_json_key(&w, "duplicate");
	kc_json_bool(&w, p->duplicate);
	kc_json_key(&w, "receipt_checked");
	kc_json_bool(&w, p->checked);
	kc_json_close(&w, '}');
	puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
	kc_buf_free(&id);
}

static void
print_done(
    struct kc_cli *cli, const struct kc_entry *e, const struct kc_posted *p)
{
	bool zh = cli->lang == KC_LANG_ZH;
	struct kc_buf text = {0};
	char name[64];

	if (cli->format == KC_FORMAT_JSON) {
		print_json(e, p);
		return;
	}
	about(e, p->handle, name);
	kc_buf_instant_ms(&text, p->received_ms);
	printf("#%llu  %s  %s  %s%s\n", (unsigned long long)p->seq,
	    zh ? e->kind->zh : e->kind->en, name, kc_buf_cstr(&text),
	    p->duplicate ? _("  (stood already)") : "");
	kc_buf_reset(&text);
	kc_buf_hash(&text, &p->checkpoint.root);
	if (p->checked)
		kc_cli_note(cli, _("  receipt checked: size %llu, root %s"),
		    (unsigned long long)p->checkpoint.size, kc_buf_cstr(&text));
	else
		kc_cli_note(cli, "%s",
		    _("  receipt NOT checked: no trust file; give --trust "
		      "FILE"));
	for (size_t i = 0; i < sizeof(nexts) / sizeof(nexts[0]); i++) {
		if (nexts[i].after != e->kind->id)
			continue;
		kc_buf_reset(&text);
		put_next(&text, nexts[i].command, name);
		kc_cli_note(
		    cli, "%s%s --as ACTOR", _("  next: "), kc_buf_cstr(&text));
	}
	kc_buf_free(&text);
}

/* --- the outbox --- */
enum kc_err
kc_outbox_dir(char out[KC_PATH_SIZE])
{
	return kc_state_path(out, "outbox");
}

static enum kc_err
spool(const struct kc_entry *e, struct kc_slice note, char path[KC_PATH_SIZE])
{
	char dir[KC_PATH_SIZE];
	struct kc_buf name = {0};
	enum kc_err err = kc_outbox_dir(dir);

	kc_buf_hex(&name, e->id, sizeof(e->id));
	kc_buf_str(&name, ".note");
	if (err == KC_OK)
		err = kc_path_join(path, dir, kc_buf_cstr(&name));
	if (err == KC_OK)
		err = kc_dir_make(dir, 0700);
	if (err == KC_OK)
		err = kc_file_save(path, note, 0600);
	if (err == KC_OK)
		err = kc_dir_sync(path);
	kc_buf_free(&name);
	return err;
}

static int
post_entry(struct kc_cli *cli, const struct kc_entry *e, struct kc_slice note,
    bool *open, struct kc_posted *posted)
{
	struct kc_log_keys trusted;
	struct kc_client *client = NULL;
	char path[KC_PATH_SIZE] = "";
	bool has_trust;
	enum kc_err err;
	int code;

	if (open != NULL)
		*open = true;
	has_trust = kc_trust_load(cli, &trusted) == KC_OK;
	if (cli->trust != NULL && !has_trust)
		return kc_cli_error(cli, KC_ESYNTAX, cli->trust);
	if (has_trust && !kc_slice_is(e->ledger, trusted.v[0].name))
		return kc_cli_usage(_("the statement is for ledger %.*s; the "
				      "trust file is that of %s"),
		    (int)e->ledger.n, e->ledger.p, trusted.v[0].name);
	code = kc_cli_connect(cli, &client);
	if (code != KC_EXIT_OK)
		return code;
	err = spool(e, note, path);
	if (err != KC_OK) {
		kc_client_close(client);
		return kc_cli_error(cli, err, _("the outbox"));
	}
	code = kc_post(
	    cli, client, note, has_trust ? &trusted : NULL, false, posted);
	if (code == KC_EXIT_OK && posted->checked)
		code = kc_seen_meet(cli, client, kc_buf_view(&posted->head),
		    &trusted, KC_MET_RECEIPT);
	/* A receipt that does not hold tells nothing of the statement. */
	if (code != KC_EXIT_OK && posted->checked)
		posted->unknown = true;
	kc_client_close(client);
	if (open != NULL)
		*open = posted->unknown || posted->keep;
	if (posted->unknown || posted->keep)
		kc_cli_note(cli,
		    _("  the signed note is kept in %s\n"
		      "  ask again, with the same id: kaocheng send --retry"),
		    path);
	else
		(void)unlink(path);
	return code;
}

int
kc_post_spooled(struct kc_cli *cli, struct kc_slice note, bool *open,
    struct kc_posted *posted)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	int code;

	memset(posted, 0, sizeof(*posted));
	if (open != NULL)
		*open = true;
	code = kc_entry_decode(&e, note, &why) == KC_OK
	    ? post_entry(cli, &e, note, open, posted)
	    : kc_cli_refusal(cli, &why);
	kc_buf_free(&posted->head);
	return code;
}

int
kc_post_kept(struct kc_cli *cli, struct kc_slice note, bool *open)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	struct kc_posted posted;
	int code = kc_post_spooled(cli, note, open, &posted);

	if (code == KC_EXIT_OK && kc_entry_decode(&e, note, &why) == KC_OK)
		print_done(cli, &e, &posted);
	return code;
}
