/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The section `remind` of the configuration: by which channels messages
 * leave. One table of keys serves the file's reader and the line in which
 * the sender is given the same. Secrets are files: what is here is where
 * they lie.
 */
#ifndef KC_SYS_REMIND_H
#define KC_SYS_REMIND_H

#include <kaocheng/yaml.h>

#define KC_REMIND_PATH_MAX 1024
#define KC_REMIND_URL_MAX 512
#define KC_REMIND_TEXT_MAX 255 /* with the NUL: a host, an address, a user */
#define KC_REMIND_LIST_MAX 2048

enum kc_remind_tls {
	KC_TLS_STARTTLS,     /* refused by the server: nothing is sent */
	KC_TLS_TLS,          /* from the first byte */
	KC_TLS_NONE_LOOPBACK /* none, and only to this very machine */
};
/* Where an address may lie; link-local ones and those that tell a cloud
 * machine its secrets are never reached. */
enum kc_remind_reach {
	KC_REACH_PUBLIC,  /* the public network, by https */
	KC_REACH_PRIVATE, /* and the private ranges, by https */
	KC_REACH_LOOPBACK /* this machine alone, by https or http */
};

struct kc_remind_smtp {
	bool on;
	char host[KC_REMIND_TEXT_MAX];
	unsigned port;
	unsigned tls; /* enum kc_remind_tls */
	char from[KC_REMIND_TEXT_MAX];
	char user[KC_REMIND_TEXT_MAX];     /* "": no authentication */
	char password[KC_REMIND_PATH_MAX]; /* of a file */
};
struct kc_remind_http {
	bool on;
	unsigned reach;                  /* enum kc_remind_reach */
	char key[KC_REMIND_PATH_MAX];    /* webhook: of the key that signs */
	char url[KC_REMIND_URL_MAX];     /* robots: what a token is added to */
	char places[KC_REMIND_PATH_MAX]; /* robots: of the file of places */
};
/* Several texts, each with its NUL, one after another. */
struct kc_remind_list {
	unsigned n;
	char text[KC_REMIND_LIST_MAX];
};
struct kc_remind {
	bool on;                         /* the section is there */
	char sender[KC_REMIND_PATH_MAX]; /* the program; "": beside ours */
	char ca[KC_REMIND_PATH_MAX];     /* certificates; "": the system's */
	char link[KC_REMIND_URL_MAX];    /* where people find their cases */
	unsigned timeout_s;              /* of one try over the network */
	struct kc_remind_smtp smtp;
	struct kc_remind_http webhook, dingtalk, wecom, feishu;
	struct {
		bool on;
		struct kc_remind_list argv;
		struct kc_remind_list paths; /* that it may use */
		unsigned timeout_s;
	} command;
	struct {
		bool on;
		char dir[KC_REMIND_PATH_MAX];
	} file;
};

enum kc_remind_kind {
	KC_REMIND_TEXT,   /* printable ASCII without spaces */
	KC_REMIND_MAIL,   /* an address, kc_remind_mail_ok */
	KC_REMIND_URL,    /* kc_remind_url_ok */
	KC_REMIND_PATH,   /* made absolute or relative to the file */
	KC_REMIND_NUMBER, /* min..max */
	KC_REMIND_WORD,   /* one of words; stored as its place */
	KC_REMIND_LIST,   /* of texts */
	KC_REMIND_PATHS   /* of paths */
};
struct kc_remind_key {
	const char *name;
	enum kc_remind_kind kind;
	bool needed;
	size_t offset, size;
	int64_t min, max;
	const char *const *words;
};
struct kc_remind_section {
	const char *name; /* "": the keys of `remind` itself */
	size_t on;        /* offset of its bool */
	const struct kc_remind_key *keys;
	size_t n;
};
/* The table; *n is how many sections there are. The first has no name. */
const struct kc_remind_section *kc_remind_sections(size_t *n);

void kc_remind_defaults(struct kc_remind *out);
/* Reads the section over its defaults; relative paths lie in `dir`.
 * KC_EREFUSED with line and column. */
enum kc_err kc_remind_read(struct kc_remind *out, struct kc_yaml *yaml,
    const struct kc_yaml_node *node, const char *dir);
/* What a section lacks or contradicts once its keys are read: the key, and
 * in *want what was expected; NULL if it holds. */
const char *kc_remind_fault(
    const struct kc_remind *r, const char *section, const char **want);

/* local@domain in letters, digits and the signs of RFC 5322 atoms, at most
 * 254 bytes; nothing that a header or an SMTP line could be broken with. */
bool kc_remind_mail_ok(struct kc_slice s);
/* A number as people write it, or what else a local program takes: printable
 * ASCII, 1 to 64 bytes, not led by '-'. */
bool kc_remind_phone_ok(struct kc_slice s);
/* http[s]://host[:port][/path], printable ASCII, no user, no fragment. */
bool kc_remind_url_ok(struct kc_slice s);
/* Adds a text to a list; false if it is full. */
bool kc_remind_list_add(struct kc_remind_list *l, struct kc_slice text);
/* Text i of a list. */
const char *kc_remind_list_get(const struct kc_remind_list *l, unsigned i);

#endif
