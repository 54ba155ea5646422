/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng remind status`: how many messages are planned, being tried again,
 * sent and given up, and which are on their way. Outcomes are counted in the
 * log; what is on its way, in the outbox beside it.
 */
#include <stdio.h>

#include <kaocheng/outbox.h>

#include "lib/tool.h"

struct tally {
	struct kc_cli *cli;
	struct kc_json w;
	uint64_t planned, retrying, sent, failed, overtaken, unread;
	bool listing;
	const struct kc_state *state;
};

static const char *
hex_of(const struct kc_told *told, char out[2 * KC_MESSAGE_ID_SIZE + 1])
{
	for (size_t i = 0; i < KC_MESSAGE_ID_SIZE; i++)
		(void)snprintf(&out[2 * i], 3, "%02x", told->id[i]);
	return out;
}

static const char *
channel_word(const struct kc_out_row *row)
{
	return kc_word_text(KC_SET_CHANNEL, row->channel);
}

static void
list(struct tally *t, const struct kc_out_row *row)
{
	kc_json_open(&t->w, '{');
	kc_json_key(&t->w, "actor");
	kc_json_str(&t->w, row->to);
	kc_json_key(&t->w, "channel");
	kc_json_str(&t->w, channel_word(row));
	kc_json_key(&t->w, "notices");
	kc_json_u64(&t->w, row->nkeys);
	kc_json_key(&t->w, "tries");
	kc_json_u64(&t->w, row->tries);
	kc_json_key(&t->w, "reply");
	kc_json_str(&t->w, row->reply);
	kc_json_key(&t->w, "made");
	kc_json_instant(&t->w, row->made_ms);
	kc_json_key(&t->w, "next");
	kc_json_instant(&t->w, row->next_ms);
	kc_json_close(&t->w, '}');
}

static enum kc_err
take(void *ctx, const uint8_t key[KC_PUT_KEY_SIZE], struct kc_slice value)
{
	struct tally *t = ctx;
	struct kc_out_row row;
	enum kc_err err = kc_out_row_read(&row, key, value);

	if (err == KC_ESYNTAX) {
		t->unread += !t->listing;
		return KC_OK;
	}
	if (err == KC_OK && t->listing) {
		list(t, &row);
	} else if (err == KC_OK) {
		t->planned += row.tries == 0;
		t->retrying += row.tries > 0;
	}
	kc_out_row_release(&row);
	return err;
}

/* Given up, and nobody asked for it again: the next told from i on. */
static bool
next_given_up(const struct kc_state *st, uint32_t *i, struct kc_told *told)
{
	for (; *i < kc_state_told_count(st); ++*i) {
		kc_state_told(st, *i, told);
		if (!told->sent && !told->overtaken && !told->again)
			return true;
	}
	return false;
}

static void
list_given_up(struct tally *t)
{
	char id[2 * KC_MESSAGE_ID_SIZE + 1];
	struct kc_told told;

	kc_json_open(&t->w, '[');
	for (uint32_t i = 0; next_given_up(t->state, &i, &told); i++) {
		kc_json_open(&t->w, '{');
		kc_json_key(&t->w, "message");
		kc_json_str(&t->w, hex_of(&told, id));
		kc_json_key(&t->w, "actor");
		kc_json_str(&t->w, told.to);
		kc_json_key(&t->w, "seq");
		kc_json_u64(&t->w, told.seq);
		kc_json_key(&t->w, "told");
		kc_json_instant(&t->w, told.told_ms);
		kc_json_close(&t->w, '}');
	}
	kc_json_close(&t->w, ']');
}

static void
print_given_up(const struct tally *t)
{
	char id[2 * KC_MESSAGE_ID_SIZE + 1];
	struct kc_told told;
	uint32_t i = 0;

	if (!next_given_up(t->state, &i, &told))
		return;
	puts(_("given up, and not asked for again (why: kaocheng log show "
	       "ENTRY; again: kaocheng remind resend MESSAGE):"));
	for (; next_given_up(t->state, &i, &told); i++)
		printf("  %s  #%llu  %s\n", hex_of(&told, id),
		    (unsigned long long)told.seq, told.to);
}

static void
count_outcomes(struct tally *t, const struct kc_state *st)
{
	for (uint32_t i = 0; i < kc_state_told_count(st); i++) {
		struct kc_told told;

		kc_state_told(st, i, &told);
		t->sent += told.sent;
		t->failed += !told.sent && !told.overtaken;
		t->overtaken += told.overtaken;
	}
}

static enum kc_err
print_json(struct tally *t, struct kc_store *store)
{
	struct kc_buf out = {0};
	enum kc_err err;

	t->w = (struct kc_json){.out = &out};
	kc_json_open(&t->w, '{');
	kc_json_key(&t->w, "schema");
	kc_json_str(&t->w, "kaocheng.remind.status/1");
	kc_json_key(&t->w, "planned");
	kc_json_u64(&t->w, t->planned);
	kc_json_key(&t->w, "sent");
	kc_json_u64(&t->w, t->sent);
	kc_json_key(&t->w, "failed");
	kc_json_u64(&t->w, t->failed);
	kc_json_key(&t->w, "overtaken");
	kc_json_u64(&t->w, t->overtaken);
	kc_json_key(&t->w, "retrying");
	kc_json_u64(&t->w, t->retrying);
	kc_json_key(&t->w, "unread");
	kc_json_u64(&t->w, t->unread);
	kc_json_key(&t->w, "on_way");
	kc_json_open(&t->w, '[');
	t->listing = true;
	err = kc_store_outbox(store, take, t);
	kc_json_close(&t->w, ']');
	kc_json_key(&t->w, "given_up");
	list_given_up(t);
	kc_json_close(&t->w, '}');
	if (err == KC_OK)
		err = kc_buf_err(&out);
	if (err == KC_OK)
		puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
	return err;
}

static void
print_text(const struct tally *t)
{
	printf("%s %llu\n%s %llu\n%s %llu\n%s %llu\n%s %llu\n", _("planned"),
	    (unsigned long long)t->planned, _("tried, to be tried again"),
	    (unsigned long long)t->retrying, _("sent"),
	    (unsigned long long)t->sent, _("given up"),
	    (unsigned long long)t->failed, _("overtaken, not sent"),
	    (unsigned long long)t->overtaken);
	if (t->unread > 0)
		printf(_("%llu rows of the outbox cannot be read; the daemon "
			 "plans them again\n"),
		    (unsigned long long)t->unread);
	print_given_up(t);
}

int
kc_cmd_remind_status(struct kc_cli *cli, int argc, char **argv)
{
	struct tally t = {.cli = cli};
	struct kc_local l;
	enum kc_err err;
	int code;

	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (cli->dir == NULL)
		return kc_cli_usage("%s",
		    _("the outbox lies beside the ledger: give --dir DIR"));
	code = kc_local_open(cli, &l);
	if (code == KC_EXIT_OK)
		code = kc_local_replay(cli, &l, false);
	if (code == KC_EXIT_OK) {
		t.state = l.state;
		count_outcomes(&t, l.state);
		err = kc_store_outbox(l.store, take, &t);
		if (err == KC_OK && cli->format == KC_FORMAT_JSON)
			err = print_json(&t, l.store);
		else if (err == KC_OK)
			print_text(&t);
		if (err != KC_OK)
			code = kc_cli_error(cli, err, cli->dir);
	}
	kc_local_close(&l);
	return code;
}
