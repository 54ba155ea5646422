/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng remind preview|simulate`: what reminders are due at an instant,
 * and what would go out over a span of days. Nothing is sent. Reads a ledger
 * on disk.
 */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/notice.h>
#include <kaocheng/replay.h>

#include "people.h"

struct remind {
	struct kc_cli *cli;
	struct kc_json w;
	struct kc_buf out;
	void *told;       /* keys of what went out in the simulation */
	int64_t from, to; /* instants between which it is printed */
	unsigned messages, of_role[KC_ROLE_COUNT];
	char people[KC_PATH_SIZE]; /* the directory of persons */
};

/* The first way to reach a person, by the person's own order; who stands in
 * no directory is told by the default. What the daemon's settings lack it
 * passes over, which is not known here. */
static const char *
channel_of(void *ctx, const char *actor)
{
	const struct remind *r = ctx;
	struct kc_person person;
	struct kc_slice address;
	int64_t channel;

	if (kc_people_get(r->people, kc_slice_str(actor), &person, NULL) !=
		KC_OK ||
	    !kc_person_reach(&person, 0, &channel, &address))
		return NULL;
	return kc_word_text(KC_SET_CHANNEL, (unsigned)channel);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static char *
person_and_key(const struct kc_notice *n)
{
	struct kc_buf b = {0};

	kc_buf_str(&b, n->to);
	kc_buf_char(&b, ' ');
	kc_buf_notice_key(&b, n);
	(void)kc_buf_cstr(&b);
	if (kc_buf_err(&b) != KC_OK) {
		kc_buf_free(&b);
		return NULL;
	}
	return b.p;
}

static bool
was_told(void *ctx, const struct kc_notice *n)
{
	struct remind *r = ctx;
	char *text = person_and_key(n);
	bool found = text != NULL && tfind(text, &r->told, by_text) != NULL;

	kc_free(text);
	return found;
}

/* The members of a notice as scripts read them. */
static void
put_notice(struct remind *r, const struct kc_notice *n, const char *channel)
{
	const char *role = kc_word_text(KC_SET_ROLE, n->role);
	struct kc_buf last = {0};

	if (n->last != KC_DAY_NONE)
		kc_buf_day(&last, n->last);
	if (r->cli->format != KC_FORMAT_JSON) {
		printf("  %-9s %-16s %-14s %-20s %-10s %s  %s\n", role, n->to,
		    n->handle, n->what, n->stage, kc_buf_cstr(&last), channel);
	} else {
		kc_json_open(&r->w, '{');
		kc_json_key(&r->w, "to_role");
		kc_json_str(&r->w, role);
		kc_json_key(&r->w, "actor");
		kc_json_str(&r->w, n->to);
		kc_json_key(&r->w, "case");
		kc_json_str(&r->w, n->handle);
		kc_json_key(&r->w, "stage");
		kc_json_str(&r->w, n->stage);
		kc_json_key(&r->w, "due");
		kc_json_day(&r->w, n->last);
		kc_json_key(&r->w, "channel");
		kc_json_str(&r->w, channel);
		kc_json_close(&r->w, '}');
	}
	kc_buf_free(&last);
}

static void
put_messages(struct remind *r, const struct kc_plan *p, int64_t now_ms)
{
	for (uint32_t i = 0; i < p->nmessages; i++) {
		const struct kc_planned *m = &p->messages[i];
		struct kc_buf at = {0};

		kc_buf_instant_s(&at, now_ms / 1000);
		r->messages++;
		r->of_role[p->notices[m->first].role]++;
		if (r->cli->format != KC_FORMAT_JSON)
			printf("%s %s\n", kc_buf_cstr(&at), m->to);
		for (uint32_t j = 0; j < m->n; j++)
			put_notice(r, &p->notices[m->first + j], m->channel);
		kc_buf_free(&at);
	}
}

static int
begin(struct remind *r, const char *schema)
{
	if (r->cli->dir == NULL)
		return kc_cli_usage(
		    "%s", _("which ledger? name it with --dir"));
	if (kc_people_place(r->cli, r->people) != KC_EXIT_OK)
		return KC_EXIT_USAGE;
	r->w.out = &r->out;
	kc_json_open(&r->w, '{');
	kc_json_key(&r->w, "schema");
	kc_json_str(&r->w, schema);
	kc_json_key(&r->w, "rows");
	kc_json_open(&r->w, '[');
	return KC_EXIT_OK;
}

static int
end(struct remind *r, int code)
{
	kc_json_close(&r->w, ']');
	kc_json_key(&r->w, "messages");
	kc_json_u64(&r->w, r->messages);
	kc_json_key(&r->w, "roles");
	kc_json_open(&r->w, '{');
	for (int i = 0; i < KC_ROLE_COUNT; i++) {
		if (r->of_role[i] == 0)
			continue;
		kc_json_key(&r->w, kc_word_text(KC_SET_ROLE, i));
		kc_json_u64(&r->w, r->of_role[i]);
	}
	kc_json_close(&r->w, '}');
	kc_json_close(&r->w, '}');
	if (code == KC_EXIT_OK && r->cli->format == KC_FORMAT_JSON) {
		puts(kc_buf_cstr(&r->out));
	} else if (code == KC_EXIT_OK) {
		printf(_("%u messages; nothing was sent\n"), r->messages);
		for (int i = 0; i < KC_ROLE_COUNT; i++)
			if (r->of_role[i] > 0)
				printf("  %-9s %u\n",
				    kc_word_text(KC_SET_ROLE, i),
				    r->of_role[i]);
	}
	kc_buf_free(&r->out);
	tdestroy(r->told, kc_free);
	return code;
}

int
kc_cmd_remind_preview(struct kc_cli *cli, int argc, char **argv)
{
	struct remind r = {.cli = cli};
	const struct kc_plan_ask ask = {
	    .any_hour = true, .channel = channel_of, .ctx = &r};
	struct kc_local l = {0};
	struct kc_plan p = {0};
	int code = begin(&r, "kaocheng.remind.preview/1");

	if (code != KC_EXIT_OK)
		return code;
	if (argc > 0)
		code = kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (code == KC_EXIT_OK)
		code = kc_local_open(cli, &l);
	if (code == KC_EXIT_OK)
		code = kc_local_replay(cli, &l, false);
	if (code == KC_EXIT_OK &&
	    kc_plan_make(&p, l.state, l.now_ms, &ask) != KC_OK)
		code = kc_cli_error(cli, KC_ENOMEM, "remind");
	if (code == KC_EXIT_OK)
		put_messages(&r, &p, l.now_ms);
	kc_plan_free(&p);
	kc_local_close(&l);
	return end(&r, code);
}

/* --- simulate --- */
/* Lets all that falls due before an instant go; *next moves on. */
static enum kc_err
run_until(
    struct remind *r, const struct kc_state *st, int64_t until, int64_t *next)
{
	const struct kc_plan_ask ask = {
	    .on_way = was_told, .channel = channel_of, .ctx = r};
	enum kc_err err = KC_OK;

	while (err == KC_OK && *next < until) {
		int64_t now = *next;
		struct kc_plan p;

		err = kc_plan_make(&p, st, now, &ask);
		if (err == KC_OK && now >= r->from)
			put_messages(r, &p, now);
		for (uint32_t i = 0; err == KC_OK && i < p.nnotices; i++) {
			char *text = person_and_key(&p.notices[i]);

			if (text == NULL ||
			    tsearch(text, &r->told, by_text) == NULL)
				err = KC_ENOMEM;
		}
		*next = p.next_ms;
		kc_plan_free(&p);
	}
	return err;
}

/* The year as it was: each entry in its time, reminders between them; then
 * on from the last one. */
static enum kc_err
replay_and_plan(struct remind *r, const struct kc_local *l, struct kc_state *st,
    struct kc_refusal *why)
{
	int64_t next = INT64_MAX, wake;
	struct kc_buf bytes = {0};
	enum kc_err err = KC_OK;

	for (uint64_t seq = 0; err == KC_OK && seq < l->upto; seq++) {
		static struct kc_entry e;
		struct kc_leaf leaf;

		kc_buf_reset(&bytes);
		err = l->log.leaf(l->log.ctx, seq, &bytes);
		if (err == KC_OK)
			err = kc_replay_decode(
			    st, kc_buf_view(&bytes), &leaf, &e, why);
		if (err == KC_OK)
			err = run_until(r, st,
			    leaf.received_ms < r->to ? leaf.received_ms : r->to,
			    &next);
		if (err == KC_OK && leaf.received_ms >= r->to)
			break;
		if (err == KC_OK)
			err = kc_state_apply(st, &e,
			    (struct kc_stamp){seq, leaf.received_ms}, why);
		wake = err == KC_OK ? kc_plan_wake_ms(st, seq) : next;
		next = wake < next ? wake : next;
	}
	if (err == KC_OK)
		err = run_until(r, st, r->to, &next);
	kc_buf_free(&bytes);
	return err;
}

static int
read_span(struct remind *r)
{
	kc_day from, to;

	if (r->cli->from == NULL || r->cli->to == NULL ||
	    !kc_read_day(kc_slice_str(r->cli->from), &from) ||
	    !kc_read_day(kc_slice_str(r->cli->to), &to) || to < from)
		return kc_cli_usage("%s",
		    _("over which days? --from YYYY-MM-DD --to YYYY-MM-DD"));
	r->from = kc_day_start_ms(from, KC_LOCAL_OFFSET_S);
	r->to = kc_day_start_ms(to + 1, KC_LOCAL_OFFSET_S);
	return KC_EXIT_OK;
}

int
kc_cmd_remind_simulate(struct kc_cli *cli, int argc, char **argv)
{
	struct remind r = {.cli = cli};
	struct kc_refusal why = {0};
	struct kc_state *st = NULL;
	struct kc_local l = {0};
	enum kc_err err;
	int code = begin(&r, "kaocheng.remind.simulate/1");

	if (code != KC_EXIT_OK)
		return code;
	if (argc > 0)
		code = kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	if (code == KC_EXIT_OK)
		code = read_span(&r);
	if (code == KC_EXIT_OK)
		code = kc_local_open(cli, &l);
	if (code == KC_EXIT_OK)
		code = kc_local_replay(cli, &l, false);
	if (code != KC_EXIT_OK)
		goto out;
	err = kc_state_new(&st);
	if (err == KC_OK)
		err = replay_and_plan(&r, &l, st, &why);
	if (err != KC_OK)
		code = err == KC_EREFUSED ? kc_cli_refusal(cli, &why)
					  : kc_cli_error(cli, err, cli->dir);
out:
	kc_state_free(st);
	kc_local_close(&l);
	return end(&r, code);
}
