/* SPDX-License-Identifier: Apache-2.0 */
/* The values of a person: what each field takes, and lists of them. */
#include "person_int.h"

#include <string.h>

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define PHONE_MAX 32
#define MAIL_MAX 254 /* RFC 5321: 256 with its brackets */
#define LOCAL_MAX 64 /* before the "@" */
#define LABEL_MAX 63 /* of a domain */

/* --- what a value may hold --- */
static bool
all_in(struct kc_slice s, const char *set)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(set, s.p[i]) == NULL)
			return false;
	return true;
}

static bool
begins(struct kc_slice s, const char *with)
{
	size_t n = strlen(with);

	return s.n >= n && memcmp(s.p, with, n) == 0;
}

/* Of a name or a post. A line feed would end a header of a mail. */
static bool
text_ok(struct kc_slice s)
{
	return s.n > 0 && s.n <= KC_PERSON_VALUE_MAX && s.p[0] != ' ' &&
	    s.p[s.n - 1] != ' ' && memchr(s.p, '\n', s.n) == NULL &&
	    kc_text_scan(s) == s.n;
}

static bool
phone_ok(struct kc_slice s)
{
	size_t digits = 0;

	if (s.n == 0 || s.n > PHONE_MAX || !all_in(s, DIGITS "+-() ") ||
	    strchr(DIGITS "+(", s.p[0]) == NULL || s.p[s.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.n; i++)
		digits += s.p[i] >= '0' && s.p[i] <= '9';
	return digits >= 3;
}

/* Parts between dots, none of them empty or over max. */
static bool
dotted(struct kc_slice s, const char *set, size_t max)
{
	struct kc_slice part;

	while (kc_slice_cut(&s, '.', &part))
		if (part.n == 0 || part.n > max || !all_in(part, set))
			return false;
	return s.n > 0 && s.n <= max && all_in(s, set);
}

/* An address that stands in a mail's header as it is: a dot-atom at a domain
 * of letters, digits and hyphens; no quotes, comments or literals. */
static bool
mail_ok(struct kc_slice s)
{
	struct kc_slice domain = s, local;

	return s.n <= MAIL_MAX && s.n <= KC_PERSON_VALUE_MAX &&
	    kc_slice_cut(&domain, '@', &local) && local.n <= LOCAL_MAX &&
	    dotted(local, LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~", LOCAL_MAX) &&
	    domain.n > 0 && domain.p[0] != '-' &&
	    domain.p[domain.n - 1] != '-' &&
	    dotted(domain, LETTERS DIGITS "-", LABEL_MAX);
}

/* https, or http to this very machine; one word without what would end a
 * header or a list. */
static bool
url_ok(struct kc_slice s)
{
	static const char *const here[] = {
	    "http://127.0.0.1:", "http://[::1]:", "http://localhost:"};
	bool ok = begins(s, "https://") && s.n > sizeof("https://") - 1;

	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		ok |= begins(s, here[i]);
	return ok && s.n <= KC_PERSON_VALUE_MAX &&
	    all_in(s, LETTERS DIGITS "-._~:/?#[]@!$&()*+,=%");
}

/* What a robot or a command calls a person by. It may become an argument of a
 * command, so it is not taken for an option. */
static bool
id_ok(struct kc_slice s)
{
	return s.n > 0 && s.n <= KC_PERSON_VALUE_MAX && s.p[0] != '-' &&
	    all_in(s, LETTERS DIGITS "._@+-");
}

/* --- channels --- */
/* Form of an address, and the field that has it where none is given. */
static const struct {
	bool (*ok)(struct kc_slice s);
	int otherwise; /* -1: an address must be given */
} channels[KC_CHANNEL_COUNT] = {
    [KC_CHANNEL_SMTP] = {mail_ok, KC_PERSON_MAIL},
    [KC_CHANNEL_WEBHOOK] = {url_ok, -1},
    [KC_CHANNEL_DINGTALK] = {id_ok, KC_PERSON_PHONE},
    [KC_CHANNEL_WECOM] = {id_ok, KC_PERSON_PHONE},
    [KC_CHANNEL_FEISHU] = {id_ok, -1},
    [KC_CHANNEL_COMMAND] = {id_ok, KC_PERSON_PHONE},
    [KC_CHANNEL_FILE] = {id_ok, KC_PERSON_ACTOR},
};

static bool
channel_read(struct kc_person_channel *out, struct kc_slice s)
{
	struct kc_slice address = s, word;
	bool given = kc_slice_cut(&address, ' ', &word);
	int channel = kc_word_find(KC_SET_CHANNEL, given ? word : s);

	if (channel < 0)
		return false;
	out->channel = channel;
	out->address[0] = '\0';
	if (!given)
		return channels[channel].otherwise >= 0;
	return channels[channel].ok(address) &&
	    kc_slice_copy(out->address, sizeof(out->address), address);
}

void
kc_buf_person_channel(struct kc_buf *b, const struct kc_person_channel *c)
{
	kc_buf_str(b, kc_word_text(KC_SET_CHANNEL, c->channel));
	if (c->address[0] != '\0') {
		kc_buf_char(b, ' ');
		kc_buf_str(b, c->address);
	}
}

static const char *
text_of(const struct kc_person *p, int field)
{
	switch (field) {
	case KC_PERSON_ACTOR:
		return p->actor;
	case KC_PERSON_NAME:
		return p->name;
	case KC_PERSON_POST:
		return p->post;
	case KC_PERSON_PHONE:
		return p->phone;
	case KC_PERSON_MAIL:
		return p->mail;
	case KC_PERSON_LANGUAGE:
		return p->lang == KC_LANG_ZH ? "zh" : "en";
	}
	return "";
}

bool
kc_person_reach(const struct kc_person *p, unsigned i, int64_t *channel,
    struct kc_slice *address)
{
	static const struct kc_person_channel mail = {KC_CHANNEL_SMTP, ""};
	const struct kc_person_channel *list = p->channels;
	unsigned n = p->nchannels, found = 0;

	if (n == 0) {
		list = &mail;
		n = 1;
	}
	for (unsigned k = 0; k < n; k++) {
		const char *at = list[k].address;

		if (at[0] == '\0')
			at = text_of(p, channels[list[k].channel].otherwise);
		if (at[0] == '\0' || found++ != i)
			continue;
		*channel = list[k].channel;
		*address = kc_slice_str(at);
		return true;
	}
	return false;
}

/* --- fields --- */
bool
kc_person_is_list(int field)
{
	return field == KC_PERSON_CHANNEL || field == KC_PERSON_DEPUTY;
}

enum kc_err
kc_person_refuse(enum kc_person_field f, struct kc_refusal *why)
{
	static const struct {
		const char *en, *zh;
	} forms[KC_PERSON_FIELD_COUNT] = {
	    [KC_PERSON_ACTOR] = {"an actor id", "人员代号"},
	    [KC_PERSON_NAME] = {"a text of one line", "一行文字"},
	    [KC_PERSON_POST] = {"a text of one line", "一行文字"},
	    [KC_PERSON_PHONE] = {"digits, '+', '-', '(', ')' and spaces",
		"数字、+、-、括号和空格"},
	    [KC_PERSON_MAIL] = {"name@domain", "name@domain"},
	    [KC_PERSON_LANGUAGE] = {"zh or en", "zh 或 en"},
	    [KC_PERSON_CHANNEL] = {"a channel, a space, its address",
		"渠道、空格、该渠道的地址"},
	    [KC_PERSON_DEPUTY] = {"another actor's id", "他人的人员代号"},
	    [KC_PERSON_SALT] = {"64 hexadecimal digits", "64 位十六进制数"},
	};

	(void)kc_refuse(why, KC_R_FIELD_VALUE, kc_person_field_word(f),
	    forms[f].en, forms[f].zh, NULL);
	return KC_EREFUSED;
}

static enum kc_err
refuse_many(enum kc_person_field f, unsigned max, struct kc_refusal *why)
{
	(void)kc_refuse(
	    why, KC_R_FIELD_COUNT, kc_person_field_word(f), "", NULL, NULL);
	kc_refusal_arg_u64(why, 1, max);
	return KC_EREFUSED;
}

static enum kc_err
refuse_again(struct kc_slice value, struct kc_refusal *why)
{
	(void)kc_refuse(why, KC_R_DUPLICATE, "", NULL, NULL, NULL);
	kc_refusal_arg(why, 0, value);
	return KC_EREFUSED;
}

static enum kc_err
add_channel(struct kc_person *p, struct kc_slice s, struct kc_refusal *why)
{
	struct kc_person_channel c = {0};

	if (!channel_read(&c, s))
		return kc_person_refuse(KC_PERSON_CHANNEL, why);
	for (unsigned i = 0; i < p->nchannels; i++)
		if (p->channels[i].channel == c.channel &&
		    strcmp(p->channels[i].address, c.address) == 0)
			return refuse_again(s, why);
	if (p->nchannels == KC_PERSON_CHANNELS_MAX)
		return refuse_many(
		    KC_PERSON_CHANNEL, KC_PERSON_CHANNELS_MAX, why);
	p->channels[p->nchannels++] = c;
	return KC_OK;
}

static enum kc_err
add_deputy(struct kc_person *p, struct kc_slice s, struct kc_refusal *why)
{
	if (!kc_actor_ok(s) || kc_slice_is(s, p->actor))
		return kc_person_refuse(KC_PERSON_DEPUTY, why);
	for (unsigned i = 0; i < p->ndeputies; i++)
		if (kc_slice_is(s, p->deputies[i]))
			return refuse_again(s, why);
	if (p->ndeputies == KC_PERSON_DEPUTIES_MAX)
		return refuse_many(
		    KC_PERSON_DEPUTY, KC_PERSON_DEPUTIES_MAX, why);
	(void)kc_slice_copy(
	    p->deputies[p->ndeputies++], sizeof(p->deputies[0]), s);
	return KC_OK;
}

static bool
copy_if(bool ok, char *out, size_t size, struct kc_slice s)
{
	return ok && kc_slice_copy(out, size, s);
}

enum kc_err
kc_person_add(struct kc_person *p, enum kc_person_field f, struct kc_slice s,
    struct kc_refusal *why)
{
	bool ok = false;

	switch (f) {
	case KC_PERSON_ACTOR:
		ok = copy_if(kc_actor_ok(s), p->actor, sizeof(p->actor), s);
		break;
	case KC_PERSON_NAME:
		ok = copy_if(text_ok(s), p->name, sizeof(p->name), s);
		break;
	case KC_PERSON_POST:
		ok = copy_if(text_ok(s), p->post, sizeof(p->post), s);
		break;
	case KC_PERSON_PHONE:
		ok = copy_if(phone_ok(s), p->phone, sizeof(p->phone), s);
		break;
	case KC_PERSON_MAIL:
		ok = copy_if(mail_ok(s), p->mail, sizeof(p->mail), s);
		break;
	case KC_PERSON_LANGUAGE:
		ok = kc_slice_is(s, "zh") || kc_slice_is(s, "en");
		if (ok)
			p->lang = s.p[0] == 'z' ? KC_LANG_ZH : KC_LANG_EN;
		break;
	case KC_PERSON_CHANNEL:
		return add_channel(p, s, why);
	case KC_PERSON_DEPUTY:
		return add_deputy(p, s, why);
	case KC_PERSON_SALT:
		ok = kc_read_hex(s, p->salt, sizeof(p->salt));
		break;
	case KC_PERSON_FIELD_COUNT:
		break;
	}
	return ok ? KC_OK : kc_person_refuse(f, why);
}

/* --- as people write them --- */
static struct kc_slice
trimmed(struct kc_slice s)
{
	while (s.n > 0 && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

/* The item before the next ";" or "；"; false when the list is read. */
static bool
next_item(struct kc_slice *rest, struct kc_slice *item)
{
	static const char wide[] = "\xef\xbc\x9b";
	const char *a, *b;

	if (rest->p == NULL)
		return false;
	a = memchr(rest->p, ';', rest->n);
	b = memmem(rest->p, rest->n, wide, sizeof(wide) - 1);
	*item = *rest;
	if (a == NULL && b == NULL) {
		rest->p = NULL;
	} else {
		const char *end = a == NULL || (b != NULL && b < a) ? b : a;
		size_t skip = end == a ? 1 : sizeof(wide) - 1;

		item->n = (size_t)(end - rest->p);
		rest->n -= item->n + skip;
		rest->p = end + skip;
	}
	*item = trimmed(*item);
	return true;
}

/* Fields that may be absent. */
static bool
empty_field(struct kc_person *p, enum kc_person_field f)
{
	switch (f) {
	case KC_PERSON_POST:
		p->post[0] = '\0';
		return true;
	case KC_PERSON_PHONE:
		p->phone[0] = '\0';
		return true;
	case KC_PERSON_MAIL:
		p->mail[0] = '\0';
		return true;
	case KC_PERSON_CHANNEL:
		p->nchannels = 0;
		return true;
	case KC_PERSON_DEPUTY:
		p->ndeputies = 0;
		return true;
	case KC_PERSON_ACTOR:
	case KC_PERSON_NAME:
	case KC_PERSON_LANGUAGE:
	case KC_PERSON_SALT:
	case KC_PERSON_FIELD_COUNT:
		break;
	}
	return false;
}

enum kc_err
kc_person_set(struct kc_person *p, enum kc_person_field f,
    struct kc_slice value, struct kc_refusal *why)
{
	struct kc_person next = *p;
	struct kc_slice rest = trimmed(value), item = rest;
	enum kc_err err = KC_OK;

	if (rest.n == 0 && !empty_field(&next, f))
		return kc_person_refuse(f, why);
	if (kc_person_is_list((int)f)) {
		(void)empty_field(&next, f);
		while (err == KC_OK && next_item(&rest, &item))
			if (item.n > 0)
				err = kc_person_add(&next, f, item, why);
	} else if (rest.n > 0) {
		err = kc_person_add(&next, f, rest, why);
	}
	if (err == KC_OK)
		*p = next;
	return err;
}

void
kc_buf_person_field(
    struct kc_buf *b, const struct kc_person *p, enum kc_person_field f)
{
	if (f == KC_PERSON_SALT)
		kc_buf_hex(b, p->salt, sizeof(p->salt));
	else if (!kc_person_is_list((int)f))
		kc_buf_str(b, text_of(p, (int)f));
	for (unsigned i = 0; f == KC_PERSON_CHANNEL && i < p->nchannels; i++) {
		kc_buf_str(b, i > 0 ? KC_PERSON_LIST : "");
		kc_buf_person_channel(b, &p->channels[i]);
	}
	for (unsigned i = 0; f == KC_PERSON_DEPUTY && i < p->ndeputies; i++) {
		kc_buf_str(b, i > 0 ? KC_PERSON_LIST : "");
		kc_buf_str(b, p->deputies[i]);
	}
}
