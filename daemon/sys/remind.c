/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the section `remind`, and what their values may be. */
#include "sys/remind.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define AT(member) offsetof(struct kc_remind, member)
#define ROOM(member) AT(member), sizeof(((struct kc_remind *)0)->member)

static const char *const tls_words[] = {
    "starttls", "tls", "none-loopback", NULL};
static const char *const reach_words[] = {
    "public", "private", "loopback", NULL};

/* A key that must stand in its section, and one that need not. */
#define NEED(name, kind, member)                                               \
	{                                                                      \
		name, KC_REMIND_##kind, true, ROOM(member), 0, 0, NULL         \
	}
#define MAY(name, kind, member)                                                \
	{                                                                      \
		name, KC_REMIND_##kind, false, ROOM(member), 0, 0, NULL        \
	}
#define NUMBER(name, needed, member, min, max)                                 \
	{                                                                      \
		name, KC_REMIND_NUMBER, needed, ROOM(member), min, max, NULL   \
	}
#define WORD(name, needed, member, words)                                      \
	{                                                                      \
		name, KC_REMIND_WORD, needed, ROOM(member), 0, 0, words        \
	}

static const struct kc_remind_key keys_root[] = {
    MAY("sender", PATH, sender),
    MAY("ca", PATH, ca),
    MAY("link", URL, link),
    NUMBER("timeout_s", false, timeout_s, 1, 60),
};
static const struct kc_remind_key keys_smtp[] = {
    NEED("host", TEXT, smtp.host),
    NUMBER("port", true, smtp.port, 1, 65535),
    WORD("tls", true, smtp.tls, tls_words),
    NEED("from", MAIL, smtp.from),
    MAY("user", TEXT, smtp.user),
    MAY("password", PATH, smtp.password),
};
static const struct kc_remind_key keys_webhook[] = {
    WORD("reach", false, webhook.reach, reach_words),
    NEED("key", PATH, webhook.key),
};
#define ROBOT(name)                                                            \
	static const struct kc_remind_key keys_##name[] = {                    \
	    MAY("url", URL, name.url),                                         \
	    WORD("reach", false, name.reach, reach_words),                     \
	    NEED("places", PATH, name.places),                                 \
	}
ROBOT(dingtalk);
ROBOT(wecom);
ROBOT(feishu);
static const struct kc_remind_key keys_command[] = {
    NEED("argv", LIST, command.argv),
    MAY("paths", PATHS, command.paths),
    NUMBER("timeout_s", false, command.timeout_s, 1, 600),
};
static const struct kc_remind_key keys_file[] = {
    NEED("dir", PATH, file.dir),
};

static const struct kc_remind_section sections[] = {
    {"", AT(on), keys_root, COUNT(keys_root)},
    {"smtp", AT(smtp.on), keys_smtp, COUNT(keys_smtp)},
    {"webhook", AT(webhook.on), keys_webhook, COUNT(keys_webhook)},
    {"dingtalk", AT(dingtalk.on), keys_dingtalk, COUNT(keys_dingtalk)},
    {"wecom", AT(wecom.on), keys_wecom, COUNT(keys_wecom)},
    {"feishu", AT(feishu.on), keys_feishu, COUNT(keys_feishu)},
    {"command", AT(command.on), keys_command, COUNT(keys_command)},
    {"file", AT(file.on), keys_file, COUNT(keys_file)},
};

const struct kc_remind_section *
kc_remind_sections(size_t *n)
{
	*n = COUNT(sections);
	return sections;
}

void
kc_remind_defaults(struct kc_remind *out)
{
	static const struct kc_remind none = {
	    .timeout_s = 60,
	    .dingtalk.url = "https://oapi.dingtalk.com/robot/send",
	    .wecom.url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
	    .feishu.url = "https://open.feishu.cn/open-apis/bot/v2/hook",
	    .command.timeout_s = 30,
	};

	*out = none;
}

/* --- values --- */
static bool
all_of(struct kc_slice s, const char *signs)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') &&
		    (c == '\0' || strchr(signs, c) == NULL))
			return false;
	}
	return s.n > 0;
}

/* Labels of letters, digits and '-', none empty. */
static bool
domain_ok(struct kc_slice s)
{
	struct kc_slice label;

	while (kc_slice_cut(&s, '.', &label))
		if (!all_of(label, "-"))
			return false;
	return all_of(s, "-");
}

bool
kc_remind_mail_ok(struct kc_slice s)
{
	struct kc_slice local, part, domain = s;

	if (s.n > 254 || !kc_slice_cut(&domain, '@', &local) || local.n > 64)
		return false;
	while (kc_slice_cut(&local, '.', &part))
		if (!all_of(part, "!#$%&'*+-/=?^_`{|}~"))
			return false;
	return all_of(local, "!#$%&'*+-/=?^_`{|}~") && domain_ok(domain);
}

bool
kc_remind_phone_ok(struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return s.n > 0 && s.n <= 64 && s.p[0] != '-';
}

static bool
starts(struct kc_slice *s, struct kc_slice with)
{
	if (s->n < with.n || memcmp(s->p, with.p, with.n) != 0)
		return false;
	s->p += with.n;
	s->n -= with.n;
	return true;
}

bool
kc_remind_url_ok(struct kc_slice s)
{
	struct kc_slice host, rest = s;
	size_t n = 0;

	if (!starts(&rest, KC_LIT("https://")) &&
	    !starts(&rest, KC_LIT("http://")))
		return false;
	while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?')
		n++;
	host = (struct kc_slice){rest.p, n};
	if (!all_of(host, "-.:[]"))
		return false;
	for (size_t i = n; i < rest.n; i++)
		if (rest.p[i] < '!' || rest.p[i] > '~' ||
		    strchr("#\"<>\\^`{|}", rest.p[i]) != NULL)
			return false;
	return true;
}

/* --- lists --- */
static size_t
list_size(const struct kc_remind_list *l)
{
	size_t n = 0;

	for (unsigned i = 0; i < l->n; i++)
		n += strlen(l->text + n) + 1;
	return n;
}

bool
kc_remind_list_add(struct kc_remind_list *l, struct kc_slice text)
{
	size_t at = list_size(l);

	/* Its place stays empty if it does not fit. */
	if (at == sizeof(l->text) ||
	    !kc_slice_copy(l->text + at, sizeof(l->text) - at, text))
		return false;
	l->n++;
	return true;
}

const char *
kc_remind_list_get(const struct kc_remind_list *l, unsigned i)
{
	const char *p = l->text;

	while (i-- > 0)
		p += strlen(p) + 1;
	return p;
}

/* --- what keys must have of each other --- */
static const char *
http_fault(const struct kc_remind_http *h, const char **want)
{
	if (h->reach == KC_REACH_LOOPBACK ||
	    strncmp(h->url, "https://", 8) == 0)
		return NULL;
	*want = "https://, or reach: loopback";
	return "url";
}

const char *
kc_remind_fault(
    const struct kc_remind *r, const char *section, const char **want)
{
	*want = NULL;
	if (strcmp(section, "smtp") == 0 &&
	    (r->smtp.user[0] == '\0') != (r->smtp.password[0] == '\0'))
		return r->smtp.user[0] == '\0' ? "user" : "password";
	if (strcmp(section, "dingtalk") == 0)
		return http_fault(&r->dingtalk, want);
	if (strcmp(section, "wecom") == 0)
		return http_fault(&r->wecom, want);
	if (strcmp(section, "feishu") == 0)
		return http_fault(&r->feishu, want);
	if (strcmp(section, "command") == 0 &&
	    kc_remind_list_get(&r->command.argv, 0)[0] != '/') {
		*want = "the absolute path of a program first";
		return "argv";
	}
	return NULL;
}
