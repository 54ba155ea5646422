/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a person: strict, one spelling, line by line. */
#include "person_int.h"

#include <string.h>

#define HEAD "kaocheng/v1 person\n"

static const struct {
	const char *word, *zh, *en;
} names[] = {
#define X(sym, word, zh, en) {word, zh, en},
    KC_PERSON_FIELDS(X)
#undef X
};

const char *
kc_person_field_word(enum kc_person_field f)
{
	return names[f].word;
}

const char *
kc_person_field_text(enum kc_person_field f, enum kc_lang lang)
{
	return lang == KC_LANG_ZH ? names[f].zh : names[f].en;
}

/* Letters of ASCII are the same in either case, blanks around are none. */
static bool
heading_is(struct kc_slice s, const char *name)
{
	size_t n = strlen(name);

	while (s.n > 0 && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	if (s.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != name[i])
			return false;
	}
	return true;
}

int
kc_person_field_find(struct kc_slice heading)
{
	for (int f = 0; f < KC_PERSON_FIELD_COUNT; f++)
		if (heading_is(heading, names[f].word) ||
		    heading_is(heading, names[f].zh) ||
		    heading_is(heading, names[f].en))
			return f;
	return -1;
}

/* --- writing --- */
static void
put_line(struct kc_buf *b, enum kc_person_field f, const char *value)
{
	if (value[0] == '\0')
		return;
	kc_buf_str(b, names[f].word);
	kc_buf_char(b, ' ');
	kc_buf_str(b, value);
	kc_buf_char(b, '\n');
}

/* Who it is, without how the person is reached. */
static void
put_identity(struct kc_buf *b, const struct kc_person *p)
{
	put_line(b, KC_PERSON_ACTOR, p->actor);
	put_line(b, KC_PERSON_NAME, p->name);
	put_line(b, KC_PERSON_POST, p->post);
}

void
kc_buf_person(struct kc_buf *b, const struct kc_person *p)
{
	if (b->err == KC_OK && (p->actor[0] == '\0' || p->name[0] == '\0'))
		b->err = KC_EINVAL;
	kc_buf_str(b, HEAD);
	put_identity(b, p);
	put_line(b, KC_PERSON_PHONE, p->phone);
	put_line(b, KC_PERSON_MAIL, p->mail);
	put_line(b, KC_PERSON_LANGUAGE, p->lang == KC_LANG_ZH ? "zh" : "en");
	for (unsigned i = 0; i < p->nchannels; i++) {
		kc_buf_str(b, "channel ");
		kc_buf_person_channel(b, &p->channels[i]);
		kc_buf_char(b, '\n');
	}
	for (unsigned i = 0; i < p->ndeputies; i++)
		put_line(b, KC_PERSON_DEPUTY, p->deputies[i]);
	kc_buf_str(b, "salt ");
	kc_buf_hex(b, p->salt, sizeof(p->salt));
	kc_buf_char(b, '\n');
}

/* --- reading --- */
struct reader {
	struct kc_slice text;
	struct kc_refusal *why;
	unsigned seen; /* bit per field */
	int last;      /* field of the line before */
};

static enum kc_err
refuse_at(struct reader *r, const char *at)
{
	kc_refusal_at(r->why, r->text, at);
	return KC_EREFUSED;
}

/* One line: a field that is neither before the last one nor, unless it is a
 * list, the same. */
static enum kc_err
read_line(struct reader *r, struct kc_person *p, struct kc_slice line)
{
	struct kc_slice word, value = line;
	int f = -1;
	enum kc_err err;

	if (kc_slice_cut(&value, ' ', &word))
		for (int i = 0; i < KC_PERSON_FIELD_COUNT; i++)
			if (kc_slice_is(word, names[i].word))
				f = i;
	if (f < 0) {
		(void)kc_refuse(r->why, KC_R_SYNTAX, "", NULL, NULL, NULL);
		kc_refusal_arg(r->why, 0, line);
		return refuse_at(r, line.p);
	}
	if (f < r->last || (f == r->last && !kc_person_is_list(f))) {
		(void)kc_refuse(
		    r->why, KC_R_FIELD_ORDER, names[f].word, NULL, NULL, NULL);
		return refuse_at(r, line.p);
	}
	r->last = f;
	r->seen |= 1U << f;
	if (value.n == 0)
		err = kc_person_refuse((enum kc_person_field)f, r->why);
	else
		err = kc_person_add(p, (enum kc_person_field)f, value, r->why);
	return err == KC_OK ? KC_OK : refuse_at(r, value.p);
}

/* What every person has. */
static enum kc_err
check_complete(struct reader *r)
{
	static const enum kc_person_field needed[] = {KC_PERSON_ACTOR,
	    KC_PERSON_NAME, KC_PERSON_LANGUAGE, KC_PERSON_SALT};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if ((r->seen >> needed[i] & 1) == 0) {
			(void)kc_refuse(r->why, KC_R_FIELD_MISSING,
			    names[needed[i]].word, NULL, NULL, NULL);
			return refuse_at(r, r->text.p + r->text.n);
		}
	return KC_OK;
}

enum kc_err
kc_person_parse(
    struct kc_person *out, struct kc_slice text, struct kc_refusal *why)
{
	struct reader r = {.text = text, .why = why, .last = -1};
	struct kc_slice rest = text, line;
	struct kc_person p;
	size_t bad;
	enum kc_err err = KC_OK;

	memset(&p, 0, sizeof(p));
	if (text.n > KC_PERSON_FILE_MAX) {
		(void)kc_refuse(why, KC_R_TOO_BIG, "", NULL, NULL, NULL);
		kc_refusal_arg_u64(why, 0, KC_PERSON_FILE_MAX);
		return KC_EREFUSED;
	}
	bad = kc_text_scan(text);
	if (bad < text.n) {
		(void)kc_refuse(why, KC_R_TEXT, NULL, NULL, NULL, NULL);
		return refuse_at(&r, text.p + bad);
	}
	if (text.n < sizeof(HEAD) - 1 ||
	    memcmp(text.p, HEAD, sizeof(HEAD) - 1) != 0) {
		(void)kc_refuse(
		    why, KC_R_SYNTAX, "kaocheng/v1 person", NULL, NULL, NULL);
		return refuse_at(&r, text.p);
	}
	rest.p += sizeof(HEAD) - 1;
	rest.n -= sizeof(HEAD) - 1;
	while (err == KC_OK && kc_slice_line(&rest, &line))
		err = read_line(&r, &p, line);
	if (err == KC_OK && rest.n > 0) {
		(void)kc_refuse(why, KC_R_SYNTAX, "", NULL, NULL, NULL);
		kc_refusal_arg(why, 0, rest);
		err = refuse_at(&r, rest.p);
	}
	if (err == KC_OK)
		err = check_complete(&r);
	if (err == KC_OK)
		*out = p;
	return err;
}

/* --- the commitment --- */
enum kc_err
kc_person_commitment(
    const struct kc_person *p, struct kc_slice origin, struct kc_hash *out)
{
	struct kc_buf b = {0};
	enum kc_err err;

	kc_buf_slice(&b, origin);
	kc_buf_put(&b, "/commit/v1", sizeof("/commit/v1")); /* with its NUL */
	kc_buf_put(&b, p->salt, sizeof(p->salt));
	put_identity(&b, p);
	err = kc_buf_err(&b);
	if (err == KC_OK)
		*out = kc_sha256(b.p, b.n);
	kc_buf_free(&b);
	return err;
}
