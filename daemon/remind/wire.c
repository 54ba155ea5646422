/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs and answers as lines of JSON: each encoder beside its decoder. */
#include "remind/wire.h"

#include <assert.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/instant.h>
#include <kaocheng/json.h>

#include "remind/wire_int.h"

/* --- what values may be --- */
static bool
id_ok(struct kc_slice s)
{
	uint8_t bytes[KC_JOB_ID_SIZE / 2];

	return s.n == KC_JOB_ID_SIZE && kc_read_hex(s, bytes, sizeof(bytes));
}

static bool
one_line(struct kc_slice s, size_t max)
{
	return s.n <= max && memchr(s.p, '\n', s.n) == NULL &&
	    kc_text_scan(s) == s.n;
}

static bool
code_ok(struct kc_slice s, size_t max)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-')
			return false;
	}
	return s.n > 0 && s.n <= max;
}

/* Text whose lines end with CR LF, each of them clean. */
static bool
ics_ok(struct kc_slice s)
{
	struct kc_slice line;

	if (s.n > KC_JOB_ICS_MAX)
		return false;
	while (kc_slice_line(&s, &line)) {
		if (line.n == 0 || line.p[line.n - 1] != '\r')
			return false;
		line.n--;
		if (kc_text_scan(line) != line.n)
			return false;
	}
	return s.n == 0;
}

static bool
message_id_ok(struct kc_slice s, struct kc_slice id)
{
	struct kc_slice left;

	return kc_slice_cut(&s, '@', &left) && kc_slice_eq(left, id) &&
	    code_ok(s, KC_REMIND_TEXT_MAX - 1);
}

static bool
to_ok(unsigned channel, struct kc_slice to)
{
	const char *what = kc_channel_get(channel)->address;

	if (strcmp(what, "mail") == 0)
		return kc_remind_mail_ok(to);
	if (strcmp(what, "phone") == 0)
		return kc_remind_phone_ok(to);
	if (strcmp(what, "url") == 0)
		return to.n < KC_REMIND_URL_MAX && kc_remind_url_ok(to);
	return code_ok(to, KC_JOB_CODE_MAX); /* a place, an actor */
}

static bool
notice_ok(const struct kc_job_notice *n)
{
	return code_ok(n->handle, KC_JOB_CODE_MAX) &&
	    code_ok(n->limit, KC_JOB_CODE_MAX) && n->stage.n > 0 &&
	    n->stage.n <= KC_JOB_CODE_MAX &&
	    (n->stage.p[0] == '+'
		    ? code_ok((struct kc_slice){n->stage.p + 1, n->stage.n - 1},
			  KC_JOB_CODE_MAX)
		    : code_ok(n->stage, KC_JOB_CODE_MAX));
}

static bool
job_ok(const struct kc_job *j)
{
	bool ok = id_ok(j->id) && to_ok(j->channel, j->to) &&
	    (kc_slice_is(j->lang, "zh") || kc_slice_is(j->lang, "en")) &&
	    j->subject.n > 0 && one_line(j->subject, KC_JOB_SUBJECT_MAX) &&
	    j->text.n > 0 && j->text.n <= KC_JOB_TEXT_MAX &&
	    kc_text_scan(j->text) == j->text.n &&
	    j->html.n <= KC_JOB_HTML_MAX &&
	    kc_text_scan(j->html) == j->html.n && ics_ok(j->ics) &&
	    message_id_ok(j->message_id, j->id) &&
	    (j->link.n == 0 ||
		(j->link.n < KC_REMIND_URL_MAX && kc_remind_url_ok(j->link))) &&
	    j->nnotices <= KC_JOB_NOTICES_MAX;

	for (size_t i = 0; ok && i < j->nnotices; i++)
		ok = notice_ok(&j->notices[i]);
	return ok;
}

/* --- reading JSON --- */
json_t *
kc_wire_load(struct kc_slice line)
{
	json_t *root;

	if (line.n >= KC_WIRE_LINE_MAX)
		return NULL;
	root = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	if (root != NULL && !json_is_object(root)) {
		json_decref(root);
		root = NULL;
	}
	return root;
}

bool
kc_wire_text(const json_t *object, const char *key, struct kc_slice *out)
{
	const json_t *v = json_object_get(object, key);

	*out = (struct kc_slice){"", 0};
	if (!json_is_string(v))
		return false;
	*out = (struct kc_slice){json_string_value(v), json_string_length(v)};
	return true;
}

/* A text that may be absent. */
static bool
may_text(const json_t *object, const char *key, struct kc_slice *out)
{
	return kc_wire_text(object, key, out) ||
	    json_object_get(object, key) == NULL;
}

bool
kc_wire_keys(json_t *object, const char *const *names)
{
	const char *key;
	json_t *v;

	json_object_foreach(object, key, v)
	{
		size_t i = 0;

		while (names[i] != NULL && strcmp(names[i], key) != 0)
			i++;
		if (names[i] == NULL)
			return false;
	}
	return true;
}

/* --- jobs --- */
struct kc_wire {
	json_t *root;
};

static void
put_text(struct kc_json *w, const char *key, struct kc_slice s)
{
	if (s.n == 0)
		return;
	kc_json_key(w, key);
	kc_json_slice(w, s);
}

static void
put_notice(struct kc_json *w, const struct kc_job_notice *n)
{
	kc_json_open(w, '{');
	put_text(w, "handle", n->handle);
	put_text(w, "limit", n->limit);
	put_text(w, "stage", n->stage);
	if (n->last != KC_DAY_NONE) {
		kc_json_key(w, "last");
		kc_json_day(w, n->last);
	}
	kc_json_close(w, '}');
}

static void
put_job(struct kc_json *w, const struct kc_job *job)
{
	const struct kc_channel *channel = kc_channel_get(job->channel);

	kc_json_open(w, '{');
	put_text(w, "id", job->id);
	put_text(w, "channel",
	    kc_slice_str(kc_word_text(KC_SET_CHANNEL, job->channel)));
	kc_json_key(w, "to");
	kc_json_open(w, '{');
	put_text(w, channel->address, job->to);
	kc_json_close(w, '}');
	put_text(w, "lang", job->lang);
	put_text(w, "subject", job->subject);
	put_text(w, "text", job->text);
	put_text(w, "html", job->html);
	put_text(w, "ics", job->ics);
	put_text(w, "message_id", job->message_id);
	put_text(w, "link", job->link);
	kc_json_key(w, "date");
	kc_json_i64(w, job->date_s);
	kc_json_key(w, "notices");
	kc_json_open(w, '[');
	for (size_t i = 0; i < job->nnotices; i++)
		put_notice(w, &job->notices[i]);
	kc_json_close(w, ']');
	kc_json_close(w, '}');
}

enum kc_err
kc_job_encode(struct kc_buf *out, const struct kc_job *job)
{
	struct kc_json w = {.out = out};

	if (!job_ok(job) || job->date_s < 0)
		return KC_EINVAL;
	put_job(&w, job);
	kc_buf_char(out, '\n');
	return kc_buf_err(out);
}

static bool
get_notices(struct kc_job *out, const json_t *list)
{
	static const char *const names[] = {
	    "handle", "limit", "stage", "last", NULL};

	if (!json_is_array(list) || json_array_size(list) > KC_JOB_NOTICES_MAX)
		return false;
	out->nnotices = json_array_size(list);
	for (size_t i = 0; i < out->nnotices; i++) {
		struct kc_job_notice *n = &out->notices[i];
		json_t *o = json_array_get(list, i);
		struct kc_slice last;

		n->last = KC_DAY_NONE;
		if (!json_is_object(o) || !kc_wire_keys(o, names) ||
		    !kc_wire_text(o, "handle", &n->handle) ||
		    !kc_wire_text(o, "limit", &n->limit) ||
		    !kc_wire_text(o, "stage", &n->stage) ||
		    !may_text(o, "last", &last) ||
		    (last.n > 0 && !kc_read_day(last, &n->last)))
			return false;
	}
	return true;
}

static bool
get_to(struct kc_job *out, json_t *to)
{
	const char *names[] = {kc_channel_get(out->channel)->address, NULL};

	return json_is_object(to) && kc_wire_keys(to, names) &&
	    kc_wire_text(to, names[0], &out->to);
}

static bool
get_job(struct kc_job *out, json_t *root)
{
	static const char *const names[] = {"id", "channel", "to", "lang",
	    "subject", "text", "html", "ics", "message_id", "link", "date",
	    "notices", NULL};
	const json_t *date = json_object_get(root, "date");
	struct kc_slice word;
	int channel;

	if (!kc_wire_keys(root, names) ||
	    !kc_wire_text(root, "channel", &word) ||
	    (channel = kc_word_find(KC_SET_CHANNEL, word)) < 0 ||
	    !json_is_integer(date) || json_integer_value(date) < 0)
		return false;
	out->channel = (unsigned)channel;
	out->date_s = json_integer_value(date);
	return get_to(out, json_object_get(root, "to")) &&
	    kc_wire_text(root, "lang", &out->lang) &&
	    kc_wire_text(root, "subject", &out->subject) &&
	    kc_wire_text(root, "text", &out->text) &&
	    may_text(root, "html", &out->html) &&
	    may_text(root, "ics", &out->ics) &&
	    kc_wire_text(root, "message_id", &out->message_id) &&
	    may_text(root, "link", &out->link) &&
	    get_notices(out, json_object_get(root, "notices")) && job_ok(out);
}

enum kc_err
kc_job_decode(struct kc_job *out, struct kc_wire **keep, struct kc_slice line)
{
	struct kc_wire *wire;

	memset(out, 0, sizeof(*out));
	*keep = wire = kc_alloc(sizeof(*wire));
	if (wire == NULL)
		return KC_ENOMEM;
	wire->root = kc_wire_load(line);
	if (wire->root == NULL)
		return KC_ESYNTAX;
	if (!kc_wire_text(wire->root, "id", &out->id) || !id_ok(out->id)) {
		out->id = (struct kc_slice){"", 0};
		return KC_ESYNTAX;
	}
	return get_job(out, wire->root) ? KC_OK : KC_ESYNTAX;
}

void
kc_wire_free(struct kc_wire *keep)
{
	if (keep == NULL)
		return;
	json_decref(keep->root);
	kc_free(keep);
}

/* --- answers --- */
static bool
detail_ok(struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return s.n <= KC_ANSWER_DETAIL_MAX;
}

enum kc_err
kc_answer_encode(struct kc_buf *out, const struct kc_answer *a)
{
	struct kc_json w = {.out = out};

	if (!id_ok(kc_slice_str(a->id)) ||
	    !code_ok(kc_slice_str(a->code), KC_ANSWER_CODE_MAX) ||
	    !detail_ok(kc_slice_str(a->detail)) ||
	    a->retry_s > KC_ANSWER_RETRY_MAX)
		return KC_EINVAL;
	kc_json_open(&w, '{');
	put_text(&w, "id", kc_slice_str(a->id));
	put_text(&w, "outcome", kc_slice_str(kc_delivery_text(a->outcome)));
	put_text(&w, "code", kc_slice_str(a->code));
	put_text(&w, "detail", kc_slice_str(a->detail));
	kc_json_key(&w, "retry_s");
	kc_json_u64(&w, a->retry_s);
	kc_json_close(&w, '}');
	kc_buf_char(out, '\n');
	return kc_buf_err(out);
}

static bool
get_answer(struct kc_answer *out, json_t *root)
{
	static const char *const names[] = {
	    "id", "outcome", "code", "detail", "retry_s", NULL};
	const json_t *retry = json_object_get(root, "retry_s");
	struct kc_slice id, outcome, code, detail;
	unsigned o = 0;

	if (!kc_wire_keys(root, names) || !kc_wire_text(root, "id", &id) ||
	    !kc_wire_text(root, "outcome", &outcome) ||
	    !kc_wire_text(root, "code", &code) ||
	    !may_text(root, "detail", &detail) || !json_is_integer(retry) ||
	    json_integer_value(retry) < 0 ||
	    json_integer_value(retry) > KC_ANSWER_RETRY_MAX)
		return false;
	while (o < KC_DELIVERIES_N &&
	    !kc_slice_is(outcome, kc_delivery_text((enum kc_delivery)o)))
		o++;
	if (o == KC_DELIVERIES_N || !id_ok(id) ||
	    !code_ok(code, KC_ANSWER_CODE_MAX) || !detail_ok(detail))
		return false;
	out->outcome = (enum kc_delivery)o;
	out->retry_s = (unsigned)json_integer_value(retry);
	return kc_slice_copy(out->id, sizeof(out->id), id) &&
	    kc_slice_copy(out->code, sizeof(out->code), code) &&
	    kc_slice_copy(out->detail, sizeof(out->detail), detail);
}

enum kc_err
kc_answer_decode(struct kc_answer *out, struct kc_slice line)
{
	json_t *root = kc_wire_load(line);
	bool ok;

	memset(out, 0, sizeof(*out));
	ok = root != NULL && get_answer(out, root);
	json_decref(root);
	return ok ? KC_OK : KC_ESYNTAX;
}

/* --- ready --- */
enum kc_err
kc_wire_ready_encode(struct kc_buf *out, uint32_t channels)
{
	struct kc_json w = {.out = out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "channels");
	kc_json_open(&w, '[');
	for (unsigned i = 0; i < KC_CHANNEL_COUNT; i++)
		if ((channels & UINT32_C(1) << i) != 0)
			kc_json_str(&w, kc_word_text(KC_SET_CHANNEL, i));
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	kc_buf_char(out, '\n');
	return kc_buf_err(out);
}

enum kc_err
kc_wire_ready_decode(uint32_t *channels, struct kc_slice line)
{
	static const char *const names[] = {"channels", NULL};
	json_t *root = kc_wire_load(line);
	const json_t *list = json_object_get(root, "channels");
	bool ok =
	    root != NULL && kc_wire_keys(root, names) && json_is_array(list);

	*channels = 0;
	for (size_t i = 0; ok && i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		int c = json_is_string(v)
		    ? kc_word_find(KC_SET_CHANNEL,
			  (struct kc_slice){
			      json_string_value(v), json_string_length(v)})
		    : -1;

		ok = c >= 0 && (*channels & UINT32_C(1) << c) == 0;
		if (ok)
			*channels |= UINT32_C(1) << c;
	}
	json_decref(root);
	return ok ? KC_OK : KC_ESYNTAX;
}
