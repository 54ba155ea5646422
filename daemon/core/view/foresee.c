/* SPDX-License-Identifier: Apache-2.0 */
/* Reminders that are due, and those of a span of days, planned and not sent. */
#include <kaocheng/foresee.h>

#include <search.h>
#include <string.h>

#include <kaocheng/civil.h>
#include <kaocheng/json.h>
#include <kaocheng/replay.h>

struct foresight {
	const struct kc_foresee *f;
	struct kc_json w;
	void *told;       /* keys of what went out so far */
	int64_t from, to; /* instants between which it is printed */
	uint64_t messages, of_role[KC_ROLE_COUNT];
};

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
	struct foresight *s = ctx;
	char *text = person_and_key(n);
	bool found = text != NULL && tfind(text, &s->told, by_text) != NULL;

	kc_free(text);
	return found;
}

static const char *
channel_of(void *ctx, const char *actor)
{
	const struct foresight *s = ctx;

	return s->f->channel == NULL ? NULL : s->f->channel(s->f->ctx, actor);
}

/* --- one notice --- */
static void
put_cell(struct kc_buf *b, const char *text, size_t width)
{
	size_t n = strlen(text);

	kc_buf_str(b, text);
	kc_buf_char(b, ' ');
	for (; n < width; n++)
		kc_buf_char(b, ' ');
}

static void
put_line(struct kc_buf *b, const struct kc_notice *n, const char *channel)
{
	kc_buf_str(b, "  ");
	put_cell(b, kc_word_text(KC_SET_ROLE, n->role), 9);
	put_cell(b, n->to, 16);
	put_cell(b, n->handle, 14);
	put_cell(b, n->what, 20);
	put_cell(b, n->stage, 10);
	if (n->last != KC_DAY_NONE)
		kc_buf_day(b, n->last);
	kc_buf_str(b, "  ");
	kc_buf_str(b, channel);
	kc_buf_char(b, '\n');
}

static void
put_row(struct kc_json *w, const struct kc_notice *n, const char *channel)
{
	kc_json_open(w, '{');
	kc_json_key(w, "to_role");
	kc_json_str(w, kc_word_text(KC_SET_ROLE, n->role));
	kc_json_key(w, "actor");
	kc_json_str(w, n->to);
	kc_json_key(w, "case");
	kc_json_str(w, n->handle);
	kc_json_key(w, "stage");
	kc_json_str(w, n->stage);
	kc_json_key(w, "due");
	kc_json_day(w, n->last);
	kc_json_key(w, "channel");
	kc_json_str(w, channel);
	kc_json_close(w, '}');
}

static void
put_messages(struct foresight *s, const struct kc_plan *p, int64_t now_ms)
{
	struct kc_buf *b = s->w.out;

	for (uint32_t i = 0; i < p->nmessages; i++) {
		const struct kc_planned *m = &p->messages[i];

		if (p->notices[m->first].sealed && !s->f->sealed)
			continue;
		s->messages++;
		s->of_role[p->notices[m->first].role]++;
		if (s->f->text) {
			kc_buf_instant_s(b, now_ms / 1000);
			kc_buf_char(b, ' ');
			kc_buf_str(b, m->to);
			kc_buf_char(b, '\n');
		}
		for (uint32_t j = 0; j < m->n; j++) {
			const struct kc_notice *n = &p->notices[m->first + j];

			if (s->f->text)
				put_line(b, n, m->channel);
			else
				put_row(&s->w, n, m->channel);
		}
	}
}

/* --- the document --- */
static void
begin(struct foresight *s, const char *schema)
{
	if (s->f->text)
		return;
	kc_json_open(&s->w, '{');
	kc_json_key(&s->w, "schema");
	kc_json_str(&s->w, schema);
	kc_json_key(&s->w, "rows");
	kc_json_open(&s->w, '[');
}

static void
end_text(struct foresight *s)
{
	bool zh = s->f->lang == KC_LANG_ZH;
	struct kc_buf *b = s->w.out;

	kc_buf_str(b, zh ? "共 " : "");
	kc_buf_u64(b, s->messages);
	kc_buf_str(
	    b, zh ? " 条；演练，未发送\n" : " messages; nothing was sent\n");
	for (int i = 0; i < KC_ROLE_COUNT; i++) {
		if (s->of_role[i] == 0)
			continue;
		kc_buf_str(b, "  ");
		put_cell(b, kc_word_text(KC_SET_ROLE, i), 9);
		kc_buf_u64(b, s->of_role[i]);
		kc_buf_char(b, '\n');
	}
}

static enum kc_err
end(struct foresight *s, enum kc_err err)
{
	tdestroy(s->told, kc_free);
	if (err != KC_OK)
		return err;
	if (s->f->text) {
		end_text(s);
		return kc_buf_err(s->w.out);
	}
	kc_json_close(&s->w, ']');
	kc_json_key(&s->w, "messages");
	kc_json_u64(&s->w, s->messages);
	kc_json_key(&s->w, "roles");
	kc_json_open(&s->w, '{');
	for (int i = 0; i < KC_ROLE_COUNT; i++) {
		if (s->of_role[i] == 0)
			continue;
		kc_json_key(&s->w, kc_word_text(KC_SET_ROLE, i));
		kc_json_u64(&s->w, s->of_role[i]);
	}
	kc_json_close(&s->w, '}');
	kc_json_close(&s->w, '}');
	return kc_buf_err(s->w.out);
}

enum kc_err
kc_foresee_due(struct kc_buf *out, const struct kc_state *st, int64_t now_ms,
    const struct kc_foresee *f)
{
	struct foresight s = {.f = f, .w.out = out};
	const struct kc_plan_ask ask = {
	    .any_hour = true, .channel = channel_of, .ctx = &s};
	struct kc_plan p = {0};
	enum kc_err err;

	begin(&s, "kaocheng.remind.preview/1");
	err = kc_plan_make(&p, st, now_ms, &ask);
	if (err == KC_OK)
		put_messages(&s, &p, now_ms);
	kc_plan_free(&p);
	return end(&s, err);
}

/* --- over days --- */
/* What went out is told from now on. */
static enum kc_err
keep_told(struct foresight *s, const struct kc_plan *p)
{
	for (uint32_t i = 0; i < p->nnotices; i++) {
		char *text = person_and_key(&p->notices[i]);
		char *const *node =
		    text != NULL ? tsearch(text, &s->told, by_text) : NULL;

		if (node == NULL || *node != text)
			kc_free(text);
		if (node == NULL)
			return KC_ENOMEM;
	}
	return KC_OK;
}

/* Lets all that falls due before an instant go; *next moves on. */
static enum kc_err
run_until(struct foresight *s, const struct kc_state *st, int64_t until,
    int64_t *next)
{
	const struct kc_plan_ask ask = {
	    .on_way = was_told, .channel = channel_of, .ctx = s};
	enum kc_err err = KC_OK;

	while (err == KC_OK && *next < until) {
		int64_t now = *next;
		struct kc_plan p = {0};

		err = kc_plan_make(&p, st, now, &ask);
		if (err == KC_OK && now >= s->from)
			put_messages(s, &p, now);
		if (err == KC_OK)
			err = keep_told(s, &p);
		*next = p.next_ms;
		kc_plan_free(&p);
	}
	return err;
}

/* Each entry in its time, reminders between them; then on from the last. */
static enum kc_err
replay_and_plan(struct foresight *s, const struct kc_log *log, uint64_t upto,
    struct kc_state *st, struct kc_entry *e, struct kc_refusal *why)
{
	int64_t next = INT64_MAX, wake;
	struct kc_buf bytes = {0};
	enum kc_err err = KC_OK;

	for (uint64_t seq = 0; err == KC_OK && seq < upto; seq++) {
		struct kc_leaf leaf;

		kc_buf_reset(&bytes);
		err = log->leaf(log->ctx, seq, &bytes);
		if (err == KC_OK)
			err = kc_replay_decode(
			    st, kc_buf_view(&bytes), &leaf, e, why);
		if (err == KC_OK)
			err = run_until(s, st,
			    leaf.received_ms < s->to ? leaf.received_ms : s->to,
			    &next);
		if (err == KC_OK && leaf.received_ms >= s->to)
			break;
		if (err == KC_OK)
			err = kc_state_apply(st, e,
			    (struct kc_stamp){seq, leaf.received_ms}, why);
		wake = err == KC_OK ? kc_plan_wake_ms(st, seq) : next;
		next = wake < next ? wake : next;
	}
	if (err == KC_OK)
		err = run_until(s, st, s->to, &next);
	kc_buf_free(&bytes);
	return err;
}

enum kc_err
kc_foresee_days(struct kc_buf *out, const struct kc_log *log, uint64_t upto,
    kc_day from, kc_day to, const struct kc_foresee *f, struct kc_refusal *why)
{
	struct foresight s = {.f = f,
	    .w.out = out,
	    .from = kc_day_start_ms(from, KC_LOCAL_OFFSET_S),
	    .to = kc_day_start_ms(to + 1, KC_LOCAL_OFFSET_S)};
	struct kc_entry *e = kc_alloc(sizeof(*e));
	struct kc_state *st = NULL;
	enum kc_err err = e == NULL ? KC_ENOMEM : kc_state_new(&st);

	begin(&s, "kaocheng.remind.simulate/1");
	if (err == KC_OK)
		err = replay_and_plan(&s, log, upto, st, e, why);
	kc_state_free(st);
	kc_free(e);
	return end(&s, err);
}
