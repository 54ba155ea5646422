/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng restore follow`: whoever has seen more of a ledger than stands
 * signs nothing for it. If it was put back, and two administrators have
 * accepted that, its user may go on with what it is now. Both statements are
 * proved to stand in it, and what they say must cover what was seen.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "lib/keys.h"
#include "lib/proved.h"
#include "lib/seen.h"
#include "lib/tool.h"

#include "confirm.h"

struct following {
	struct kc_cli *cli;
	struct kc_client *client;
	struct kc_log_keys keys;
	struct kc_checkpoint kept, now;
	struct kc_proved entry; /* the last one that was fetched; large */
};

/* An entry of a kind, with the proof that it stands; else tampering. */
static int
fetch(struct following *f, uint64_t seq, enum kc_kind_id kind)
{
	int code =
	    kc_proved_get(f->cli, f->client, &f->keys, &f->now, seq, &f->entry);

	if (code == KC_EXIT_OK && f->entry.e.kind->id != kind)
		code = kc_cli_fail(KC_EXIT_TAMPERED, NULL,
		    _("entry %llu is not proved to be %s"),
		    (unsigned long long)seq, kc_kind_get(kind)->name);
	return code;
}

/* Does ledger.restored speak of what was seen? */
static bool
covers(const struct following *f, uint64_t seq)
{
	uint64_t lost = (uint64_t)kc_entry_num(
	    &f->entry.e, KC_F_ledger_restored_lost_size, 0);
	struct kc_slice root =
	    kc_entry_str(&f->entry.e, KC_F_ledger_restored_lost_root);
	struct kc_buf hex = {0};
	bool yes = f->kept.size > seq && (lost == 0 || f->kept.size <= lost);

	if (yes && lost == f->kept.size) {
		kc_buf_sha256(&hex, &f->kept.root);
		yes = kc_slice_eq(kc_buf_view(&hex), root);
	}
	kc_buf_free(&hex);
	return yes;
}

static int
none_covers(const struct following *f)
{
	return kc_cli_fail(KC_EXIT_TAMPERED,
	    _("sign nothing more, and show it to an auditor"),
	    _("%llu entries of ledger %s were seen, and no restoration that "
	      "was accepted says that they are lost"),
	    (unsigned long long)f->kept.size, f->now.origin);
}

/* The newest restoration that was accepted and covers what was seen. */
static int
find(struct following *f, uint64_t *seq, uint64_t *accepted)
{
	struct kc_view_args args = {.lang = f->cli->lang};
	struct kc_buf text = {0};
	json_t *doc = NULL, *row;
	size_t i;
	int code = kc_cli_view(f->cli, "restorations", &args, &text);
	bool found = false;

	if (code == KC_EXIT_OK)
		doc = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		json_int_t a =
		    json_integer_value(json_object_get(row, "accepted_seq"));

		if (code != KC_EXIT_OK || found || a <= 0)
			continue;
		*accepted = (uint64_t)a;
		*seq =
		    (uint64_t)json_integer_value(json_object_get(row, "seq"));
		code = fetch(f, *seq, KC_K_ledger_restored);
		found = code == KC_EXIT_OK && covers(f, *seq);
	}
	json_decref(doc);
	kc_buf_free(&text);
	return code != KC_EXIT_OK || found ? code : none_covers(f);
}

/* What is given up, and who has answered for it; then the question. */
static int
agree(struct following *f, uint64_t seq, uint64_t accepted)
{
	int code = fetch(f, accepted, KC_K_restore_accept);

	if (code != KC_EXIT_OK)
		return code;
	printf(_("ledger %s was put back to %llu entries (#%llu)\n"
		 "  you had seen %llu: #%llu to #%llu of these are lost\n"
		 "  accepted by %.*s and %.*s (#%llu)\n"),
	    f->now.origin, (unsigned long long)seq, (unsigned long long)seq,
	    (unsigned long long)f->kept.size, (unsigned long long)seq,
	    (unsigned long long)f->kept.size - 1, (int)f->entry.e.by[0].n,
	    f->entry.e.by[0].p, (int)f->entry.e.by[1].n, f->entry.e.by[1].p,
	    (unsigned long long)accepted);
	fflush(stdout);
	return kc_ask(f->cli, _("Go on with the ledger as it is now? [y/N] "));
}

static int
follow(struct following *f)
{
	struct kc_buf note = {0};
	uint64_t seq = 0, accepted = 0;
	bool holds = false;
	int code = kc_cli_get(f->cli, f->client, "/checkpoint", &note);

	if (code == KC_EXIT_OK &&
	    kc_checkpoint_parse_by(&f->now, kc_buf_view(&note), &f->keys) !=
		KC_OK)
		code = kc_cli_no_log_key();
	if (code == KC_EXIT_OK && f->now.size >= f->kept.size)
		code = kc_seen_continues(
		    f->cli, f->client, &f->kept, &f->now, &holds);
	if (code != KC_EXIT_OK)
		goto out;
	if (holds) {
		kc_cli_note(f->cli, "%s",
		    _("the ledger continues what was seen of it; there is "
		      "nothing to follow"));
		goto out;
	}
	code = find(f, &seq, &accepted);
	if (code == KC_EXIT_OK)
		code = agree(f, seq, accepted);
	if (code == KC_EXIT_OK)
		code = kc_seen_instead(f->cli, kc_buf_view(&note), &f->keys);
out:
	kc_buf_free(&note);
	return code;
}

int
kc_cmd_restore_follow(struct kc_cli *cli, int argc, char **argv)
{
	static struct following f; /* large: an entry */
	enum kc_err err;
	int code;

	f = (struct following){.cli = cli};
	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	err = kc_trust_load(cli, &f.keys);
	if (err != KC_OK)
		return kc_cli_error(
		    cli, err, cli->trust != NULL ? cli->trust : "trust");
	if (!kc_seen_kept(&f.keys, &f.kept)) {
		kc_cli_note(cli, "%s",
		    _("nothing was seen of this ledger yet; there is nothing "
		      "to follow"));
		return KC_EXIT_OK;
	}
	code = kc_cli_connect(cli, &f.client);
	if (code == KC_EXIT_OK)
		code = kc_cli_login(cli, f.client);
	if (code == KC_EXIT_OK)
		code = follow(&f);
	kc_client_close(f.client);
	kc_buf_free(&f.entry.bytes);
	return code;
}
