/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the templates: a subject, a plain text, a page. */
#include <kaocheng/message.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/ics.h>
#include <kaocheng/limits.h>

/* --- the table --- */
enum template {
#define TEMPLATE(since, sym, zh, en) T_##sym,
#include <kaocheng/defs/templates.def>
#undef TEMPLATE
	T_COUNT
};
static const struct {
	const char *sym, *zh, *en;
	unsigned since; /* rules epoch from which it exists */
} templates[] = {
#define TEMPLATE(since, sym, zh, en) {#sym, zh, en, since},
#include <kaocheng/defs/templates.def>
#undef TEMPLATE
};

#define TEMPLATE(since, sym, zh, en)                                           \
	_Static_assert((since) >= 1 && (since) <= KC_EPOCH_MAX, #sym);
#include <kaocheng/defs/templates.def>
#undef TEMPLATE

static const char *
text_of(enum template t, enum kc_lang lang)
{
	return lang == KC_LANG_ZH ? templates[t].zh : templates[t].en;
}

enum kc_err
kc_message_template(enum kc_lang lang, unsigned epoch, struct kc_hash *out)
{
	struct kc_buf all = {0};
	enum kc_err err;

	kc_buf_str(&all, "kaocheng/v1 template ");
	kc_buf_str(&all, lang == KC_LANG_ZH ? "zh\n" : "en\n");
	for (unsigned t = 0; t < T_COUNT; t++) {
		if (templates[t].since > epoch)
			continue;
		kc_buf_str(&all, templates[t].sym);
		kc_buf_char(&all, ' ');
		kc_buf_str(&all, text_of((enum template)t, lang));
		kc_buf_char(&all, '\n');
	}
	err = kc_buf_err(&all);
	if (err == KC_OK)
		*out = kc_sha256(all.p, all.n);
	kc_buf_free(&all);
	return err;
}

/* --- filling in --- */
/* What stands for {name}; rows end with one whose name is NULL. */
struct value {
	const char *name;
	struct kc_slice text;
};

static void
put_escaped(struct kc_buf *b, struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '&')
			kc_buf_str(b, "&amp;");
		else if (c == '<')
			kc_buf_str(b, "&lt;");
		else if (c == '>')
			kc_buf_str(b, "&gt;");
		else if (c == '"')
			kc_buf_str(b, "&quot;");
		else if (c == '\'')
			kc_buf_str(b, "&#39;");
		else
			kc_buf_char(b, c);
	}
}

/* Templates are ours: a brace always opens a name that is among the values. */
static void
fill(struct kc_buf *b, enum template t, enum kc_lang lang,
    const struct value *values)
{
	struct kc_slice rest = kc_slice_str(text_of(t, lang)), before, name;

	while (kc_slice_cut(&rest, '{', &before)) {
		const struct value *v = values;

		kc_buf_slice(b, before);
		(void)kc_slice_cut(&rest, '}', &name);
		while (v->name != NULL && !kc_slice_is(name, v->name))
			v++;
		assert(v->name != NULL);
		kc_buf_slice(b, v->text);
	}
	kc_buf_slice(b, rest);
}

/* --- notices in words --- */
static const struct kc_machine *
machine_of(struct kc_slice name)
{
	for (unsigned m = 0; m < KC_M_COUNT; m++) {
		const struct kc_machine *machine =
		    kc_machine_get((enum kc_machine_id)m);

		if (kc_slice_is(name, machine->name))
			return machine;
	}
	return NULL;
}

void
kc_message_limit(struct kc_buf *b, struct kc_slice limit, enum kc_lang lang)
{
	struct kc_slice word = limit, name;
	const struct kc_machine *m = NULL;
	const struct kc_kind *kind;

	if (kc_slice_cut(&word, '.', &name))
		m = machine_of(name);
	for (unsigned i = 0; m != NULL && i < m->nlimits; i++)
		if (kc_slice_is(word, m->limits[i].word)) {
			kc_buf_str(b,
			    lang == KC_LANG_ZH ? m->limits[i].zh
					       : m->limits[i].en);
			return;
		}
	kind = kc_kind_find(limit);
	if (kind != NULL)
		kc_buf_str(b, lang == KC_LANG_ZH ? kind->zh : kind->en);
	else
		kc_buf_slice(b, limit);
}

/* A number of days, not the word of what has happened. */
static bool
is_stage(const struct kc_message_notice *n)
{
	char c = n->stage.p[0];

	return c == '-' || c == '+' || (c >= '0' && c <= '9');
}

static void
put_stage(
    struct kc_buf *b, const struct kc_message_notice *n, enum kc_lang lang)
{
	struct kc_slice days = {n->stage.p + 1, n->stage.n - 1};
	const struct value values[] = {{"n", days}, {NULL, {NULL, 0}}};
	bool one = kc_slice_is(days, "1");

	if (n->stage.p[0] == '-')
		fill(b, one ? T_BEFORE_ONE : T_BEFORE, lang, values);
	else if (n->stage.p[0] == '+')
		fill(b, one ? T_AFTER_ONE : T_AFTER, lang, values);
	else if (is_stage(n))
		fill(b, T_TODAY, lang, values);
}

/* One notice as the values of its templates; owns its texts. */
struct words {
	struct kc_buf limit, last, stage;
};

static void
words_init(
    struct words *w, const struct kc_message_notice *n, enum kc_lang lang)
{
	assert(n->stage.n > 0);
	*w = (struct words){{0}, {0}, {0}};
	if (n->says.n > 0)
		kc_buf_slice(&w->limit, n->says);
	else
		kc_message_limit(&w->limit, n->limit, lang);
	if (n->last != KC_DAY_NONE)
		kc_buf_day(&w->last, n->last);
	put_stage(&w->stage, n, lang);
}

static enum kc_err
words_release(struct words *w)
{
	enum kc_err err = w->limit.err != KC_OK ? w->limit.err
	    : w->last.err != KC_OK              ? w->last.err
						: w->stage.err;

	kc_buf_free(&w->limit);
	kc_buf_free(&w->last);
	kc_buf_free(&w->stage);
	return err;
}

static void
put_notice(struct kc_buf *b, enum template t, const struct kc_message_notice *n,
    enum kc_lang lang)
{
	struct words w;
	enum kc_err err;

	words_init(&w, n, lang);
	fill(b, t, lang,
	    (const struct value[]){{"handle", n->handle},
		{"limit", kc_buf_view(&w.limit)},
		{"last", kc_buf_view(&w.last)},
		{"stage", kc_buf_view(&w.stage)}, {NULL, {NULL, 0}}});
	err = words_release(&w);
	if (err != KC_OK)
		b->err = err;
}

/* --- subject and text --- */
static void
put_subject(struct kc_buf *b, const struct kc_message_in *in)
{
	struct kc_buf number = {0}, day = {0};
	kc_day nearest = KC_DAY_NONE;

	if (in->catch_up)
		fill(b, T_CATCH_UP, in->lang, NULL);
	if (in->n == 1) {
		put_notice(b,
		    is_stage(&in->notices[0]) ? T_SUBJECT_ONE : T_SUBJECT_EVENT,
		    &in->notices[0], in->lang);
		return;
	}
	for (size_t i = 0; i < in->n; i++) {
		kc_day last = in->notices[i].last;

		if (last != KC_DAY_NONE &&
		    (nearest == KC_DAY_NONE || last < nearest))
			nearest = last;
	}
	kc_buf_u64(&number, in->n);
	if (nearest != KC_DAY_NONE)
		kc_buf_day(&day, nearest);
	fill(b, nearest == KC_DAY_NONE ? T_SUBJECT_EVENTS : T_SUBJECT_MANY,
	    in->lang,
	    (const struct value[]){{"n", kc_buf_view(&number)},
		{"last", kc_buf_view(&day)}, {NULL, {NULL, 0}}});
	if (number.err != KC_OK || day.err != KC_OK)
		b->err = KC_ENOMEM;
	kc_buf_free(&number);
	kc_buf_free(&day);
}

/* Whom it is sent to, by name of the role. */
static struct kc_slice
role_name(const struct kc_message_in *in)
{
	size_t n;
	const struct kc_word *roles = kc_set_words(KC_SET_ROLE, &n);

	if (in->role < 0 || (size_t)in->role >= n)
		return (struct kc_slice){"", 0};
	return kc_slice_str(
	    in->lang == KC_LANG_ZH ? roles[in->role].zh : roles[in->role].en);
}

/* The sentences around the notices: those that hold, in their order. */
struct around {
	enum template t;
	bool said;
	struct value values[2];
};
#define AFTER_N 4
static void
sentences(struct around out[AFTER_N], const struct kc_message_in *in)
{
	struct kc_slice role = role_name(in);
	const struct value none = {NULL, {NULL, 0}};

	out[0] =
	    (struct around){T_LINK, in->link.n > 0, {{"link", in->link}, none}};
	out[1] = (struct around){
	    T_LATE_NOTE, in->catch_up && !in->third_party, {none, none}};
	out[2] = (struct around){
	    T_TO_ROLE, role.n > 0 && !in->third_party, {{"role", role}, none}};
	out[3] = (struct around){
	    T_FOOT, !in->third_party, {{"origin", in->origin}, none}};
}

static enum template line_of(const struct kc_message_notice *n)
{
	if (is_stage(n))
		return T_LINE;
	return n->last == KC_DAY_NONE ? T_LINE_EVENT : T_LINE_EVENT_LAST;
}

static void
put_text(struct kc_buf *b, const struct kc_message_in *in)
{
	struct around after[AFTER_N];

	fill(b, T_INTRO, in->lang, NULL);
	kc_buf_str(b, "\n\n");
	for (size_t i = 0; i < in->n; i++) {
		const struct kc_message_notice *n = &in->notices[i];

		kc_buf_str(b, "- ");
		put_notice(b, line_of(n), n, in->lang);
		kc_buf_char(b, '\n');
	}
	kc_buf_char(b, '\n');
	sentences(after, in);
	for (size_t i = 0; i < AFTER_N; i++)
		if (after[i].said) {
			fill(b, after[i].t, in->lang, after[i].values);
			kc_buf_char(b, '\n');
		}
}

/* --- the page --- */
static void
put_cell(struct kc_buf *b, const char *tag, struct kc_slice s)
{
	kc_buf_char(b, '<');
	kc_buf_str(b, tag);
	kc_buf_str(b, " align=\"left\">");
	put_escaped(b, s);
	kc_buf_str(b, "</");
	kc_buf_str(b, tag);
	kc_buf_char(b, '>');
}

static void
put_row(struct kc_buf *b, const struct kc_message_notice *n, enum kc_lang lang)
{
	struct words w;
	enum kc_err err;

	words_init(&w, n, lang);
	kc_buf_str(b, "<tr>");
	put_cell(b, "td", n->handle);
	put_cell(b, "td", kc_buf_view(&w.limit));
	put_cell(b, "td", kc_buf_view(&w.last));
	put_cell(b, "td", kc_buf_view(&w.stage));
	kc_buf_str(b, "</tr>\n");
	err = words_release(&w);
	if (err != KC_OK)
		b->err = err;
}

static void
put_paragraph(
    struct kc_buf *b, const struct around *a, const struct kc_message_in *in)
{
	struct kc_buf text = {0};

	fill(&text, a->t, in->lang, a->values);
	kc_buf_str(b, "<p>");
	if (a->t == T_LINK) {
		kc_buf_str(b, "<a href=\"");
		put_escaped(b, in->link);
		kc_buf_str(b, "\">");
	}
	put_escaped(b, kc_buf_view(&text));
	kc_buf_str(b, a->t == T_LINK ? "</a></p>\n" : "</p>\n");
	if (text.err != KC_OK)
		b->err = text.err;
	kc_buf_free(&text);
}

static void
put_html(
    struct kc_buf *b, struct kc_slice subject, const struct kc_message_in *in)
{
	static const enum template heads[] = {
	    T_HEAD_HANDLE, T_HEAD_LIMIT, T_HEAD_LAST, T_HEAD_STAGE};
	const struct around intro = {T_INTRO, true, {{NULL, {NULL, 0}}}};
	struct around after[AFTER_N];

	kc_buf_str(b, "<!DOCTYPE html>\n<html lang=\"");
	kc_buf_str(b, in->lang == KC_LANG_ZH ? "zh-CN" : "en");
	kc_buf_str(b, "\">\n<head><meta charset=\"utf-8\"><title>");
	put_escaped(b, subject);
	kc_buf_str(b, "</title></head>\n<body>\n");
	put_paragraph(b, &intro, in);
	kc_buf_str(b, "<table cellpadding=\"4\">\n<tr>");
	for (size_t i = 0; i < 4; i++)
		put_cell(b, "th", kc_slice_str(text_of(heads[i], in->lang)));
	kc_buf_str(b, "</tr>\n");
	for (size_t i = 0; i < in->n; i++)
		put_row(b, &in->notices[i], in->lang);
	kc_buf_str(b, "</table>\n");
	sentences(after, in);
	for (size_t i = 0; i < AFTER_N; i++)
		if (after[i].said)
			put_paragraph(b, &after[i], in);
	kc_buf_str(b, "</body>\n</html>\n");
}

/* --- the calendar --- */
/* Is it the first notice of its last day? */
static bool
is_first(const struct kc_message_in *in, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (kc_slice_eq(in->notices[k].handle, in->notices[i].handle) &&
		    kc_slice_eq(in->notices[k].limit, in->notices[i].limit))
			return false;
	return true;
}

static void
put_event(struct kc_buf *b, const struct kc_message_in *in,
    const struct kc_message_notice *n, int64_t stamp_ms)
{
	struct kc_buf summary = {0};
	struct kc_slice rest = in->origin, host = in->origin;

	(void)kc_slice_cut(&rest, '/', &host);
	kc_buf_slice(&summary, n->handle);
	kc_buf_char(&summary, ' ');
	kc_message_limit(&summary, n->limit, in->lang);
	if (summary.err != KC_OK)
		b->err = summary.err;
	kc_ics_event(b,
	    &(const struct kc_ics_item){.handle = n->handle,
		.limit = n->limit,
		.last = n->last,
		.stamp_ms = stamp_ms,
		.summary = kc_buf_view(&summary),
		.url = in->link,
		.alarm_days = 1},
	    host);
	kc_buf_free(&summary);
}

void
kc_message_ics(
    struct kc_buf *out, const struct kc_message_in *in, int64_t stamp_ms)
{
	bool begun = false;

	for (size_t i = 0; !in->third_party && i < in->n; i++) {
		const struct kc_message_notice *n = &in->notices[i];

		if (!is_stage(n) || n->last == KC_DAY_NONE || !is_first(in, i))
			continue;
		if (!begun)
			kc_ics_begin(out, in->origin, in->lang);
		begun = true;
		put_event(out, in, n, stamp_ms);
	}
	if (begun)
		kc_ics_end(out);
}

void
kc_message_free(struct kc_message_text *m)
{
	kc_buf_free(&m->subject);
	kc_buf_free(&m->text);
	kc_buf_free(&m->html);
}

enum kc_err
kc_message_render(struct kc_message_text *out, const struct kc_message_in *in)
{
	assert(in->n >= 1 && in->n <= KC_MESSAGE_NOTICES_MAX);
	put_subject(&out->subject, in);
	put_text(&out->text, in);
	if (!in->third_party)
		put_html(&out->html, kc_buf_view(&out->subject), in);
	if (out->subject.err != KC_OK || out->text.err != KC_OK)
		return KC_ENOMEM;
	return kc_buf_err(&out->html);
}
