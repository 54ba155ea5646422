/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the sender: what its channels share. Everything here is made before
 * the first job and only read afterwards, by several threads.
 */
#ifndef KC_REMIND_SENDER_H
#define KC_REMIND_SENDER_H

#include <kaocheng/sign.h>

#include "remind/wire.h"

#define KC_SENDER_BODY_MAX ((size_t)64 << 10)  /* of what we send or read */
#define KC_SENDER_MAIL_MAX ((size_t)192 << 10) /* a job at its largest fits */
#define KC_SENDER_CONNECT_S 10
#define KC_SENDER_SECRET_MAX 256 /* bytes of a password, with the NUL */

/* A line of a file of places: a group that a robot writes to. */
struct kc_place {
	char name[KC_SENDER_SECRET_MAX];
	char token[KC_SENDER_SECRET_MAX];
	char secret[KC_SENDER_SECRET_MAX]; /* "" where there is none */
};
struct kc_places {
	size_t n;
	struct kc_place *v;
};

struct kc_sender {
	struct kc_remind config;
	char origin[KC_REMIND_TEXT_MAX];
	struct kc_buf ca; /* certificates; empty: the system's */
	char password[KC_SENDER_SECRET_MAX];
	struct kc_skey key;
	struct kc_places dingtalk, wecom, feishu;
};

/* How a channel sends: the one interface. `prepare` (may be NULL) reads its
 * secrets, before the sandbox: KC_OK, or an error with the file in *what.
 * `send` makes one try and fills outcome, code, detail and retry_s. */
struct kc_driver {
	enum kc_err (*prepare)(struct kc_sender *s, const char **what);
	void (*send)(const struct kc_sender *s, const struct kc_job *job,
	    struct kc_answer *answer);
};
extern const struct kc_driver kc_driver_smtp, kc_driver_webhook,
    kc_driver_dingtalk, kc_driver_wecom, kc_driver_feishu, kc_driver_command,
    kc_driver_file;
const struct kc_driver *kc_driver_of(unsigned channel);

/* --- outcomes --- */
/* What a code from..to of the other side means; a table's first row that
 * holds decides, and its last row holds for every code. */
struct kc_verdict {
	int from, to;
	enum kc_delivery outcome;
	unsigned retry_s;
	const char *why;
};
void kc_verdict_number(
    struct kc_answer *a, const struct kc_verdict *table, int code);
/* The same with a word of ours as the code. */
void kc_verdict_word(struct kc_answer *a, enum kc_delivery outcome,
    const char *code, const char *why);

/* --- secrets --- */
/* The only line of a file of ours, without its LF. KC_EINVAL: another form,
 * or others may read it. */
enum kc_err kc_secret_line(char out[KC_SENDER_SECRET_MAX], const char *path);
/* A file of places: "name token" or "name token secret" a line. */
enum kc_err
kc_places_read(struct kc_places *out, const char *path, bool with_secret);
/* The place of a name, or else that of "*", or NULL. */
const struct kc_place *
kc_place_find(const struct kc_places *p, struct kc_slice name);
/* Base64 of HMAC-SHA-256. */
void
kc_hmac_base64(struct kc_buf *out, struct kc_slice key, struct kc_slice of);

#endif
