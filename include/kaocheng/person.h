/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person: who stands behind an actor id, and how that person is reached.
 * One small strict text, kept outside the log where it can be erased
 * (people.h); the log holds the actor id and, where who it is must be
 * provable, a salted commitment. docs/FORMAT.md "Person".
 *
 *   kaocheng/v1 person LF
 *   actor <id> LF name <text> LF [post <text> LF] [phone <number> LF]
 *   [mail <address> LF] language zh|en LF
 *   (channel <word>[ <address>] LF)* (deputy <actor> LF)* salt <64 hex> LF
 */
#ifndef KAOCHENG_PERSON_H
#define KAOCHENG_PERSON_H

#include <kaocheng/hash.h>
#include <kaocheng/kind.h>
#include <kaocheng/refusal.h>

#define KC_PERSON_FILE_MAX 16384 /* bytes of the whole text */
#define KC_PERSON_VALUE_MAX 240  /* bytes of a name, a post, an address */
#define KC_PERSON_CHANNELS_MAX 8 /* ways to reach a person */
#define KC_PERSON_DEPUTIES_MAX 8 /* who is told in the person's absence */
#define KC_PERSON_SALT_SIZE 32   /* bytes */
#define KC_PERSON_LIST "; "      /* between the items of a list, as text */

/* The lines in their order: X(symbol, word, zh, en). Words are how a file, a
 * command and a heading name them. */
#define KC_PERSON_FIELDS(X)                                                    \
	X(ACTOR, "actor", "人员代号", "actor")                                 \
	X(NAME, "name", "姓名", "name")                                        \
	X(POST, "post", "职务", "post")                                        \
	X(PHONE, "phone", "电话", "phone")                                     \
	X(MAIL, "mail", "邮箱", "mail")                                        \
	X(LANGUAGE, "language", "语言", "language")                            \
	X(CHANNEL, "channel", "渠道", "channels")                              \
	X(DEPUTY, "deputy", "代理人", "deputies")                              \
	X(SALT, "salt", "盐", "salt")

enum kc_person_field {
#define X(sym, word, zh, en) KC_PERSON_##sym,
	KC_PERSON_FIELDS(X)
#undef X
	KC_PERSON_FIELD_COUNT
};

struct kc_person_channel {
	int64_t channel; /* KC_CHANNEL_SMTP, ... (defs/words.def) */
	/* "": the mail address or the phone number, by kind of channel. */
	char address[KC_PERSON_VALUE_MAX + 1];
};

/* Plain data: copied by assignment, nothing to release. Texts are UTF-8
 * without controls, bidirectional overrides or line feeds, and neither begin
 * nor end with a space; "": not known. */
struct kc_person {
	char actor[KC_CODE_MAX + 1];
	char name[KC_PERSON_VALUE_MAX + 1];
	char post[KC_PERSON_VALUE_MAX + 1];
	char phone[KC_PERSON_VALUE_MAX + 1];
	char mail[KC_PERSON_VALUE_MAX + 1];
	enum kc_lang lang;
	uint8_t salt[KC_PERSON_SALT_SIZE];
	unsigned nchannels, ndeputies;
	struct kc_person_channel channels[KC_PERSON_CHANNELS_MAX];
	char deputies[KC_PERSON_DEPUTIES_MAX][KC_CODE_MAX + 1];
};

/* Reads the one accepted text: kc_buf_person of the result gives it again.
 * KC_EREFUSED with line and column in *why. */
enum kc_err kc_person_parse(
    struct kc_person *out, struct kc_slice text, struct kc_refusal *why);
/* Appends the text of a person (KC_EINVAL in b->err: one that lacks its actor
 * or name). */
void kc_buf_person(struct kc_buf *b, const struct kc_person *p);

/* Sets one field from text as people write it: a list's items stand between
 * semicolons, "" empties a field that may be absent. KC_EREFUSED: *why names
 * the field and what it takes; *p is as it was. */
enum kc_err kc_person_set(struct kc_person *p, enum kc_person_field f,
    struct kc_slice value, struct kc_refusal *why);
/* Appends the field as kc_person_set takes it. */
void kc_buf_person_field(
    struct kc_buf *b, const struct kc_person *p, enum kc_person_field f);
/* The field of a word or heading in either language; -1: none. */
int kc_person_field_find(struct kc_slice heading);
const char *kc_person_field_word(enum kc_person_field f);
const char *kc_person_field_text(enum kc_person_field f, enum kc_lang lang);

/* The i-th way to reach the person, in the person's own order: mail where no
 * channel is listed. False: there is no more. *address borrows from p and is
 * never empty, but for KC_CHANNEL_FILE. A listed channel whose address is not
 * known is passed over. */
bool kc_person_reach(const struct kc_person *p, unsigned i, int64_t *channel,
    struct kc_slice *address);

/* What the log may hold of a person: SHA-256 over "<origin>/commit/v1", NUL,
 * salt, and the lines actor, name and post of the text. Who knows them cannot
 * find the person by guessing without the salt, which goes when the file goes;
 * a new phone or mail address does not change it. KC_ENOMEM. */
enum kc_err kc_person_commitment(
    const struct kc_person *p, struct kc_slice origin, struct kc_hash *out);

/*
 * A table of persons: CSV (RFC 4180), UTF-8 with or without a byte order mark,
 * LF or CRLF. A quote mark before "=", "+", "-", "@" or a quote mark at the
 * start of a cell is a guard against spreadsheets and no part of it.
 */
#define KC_CSV_CELLS_MAX 32
#define KC_CSV_FILE_MAX ((size_t)8 << 20) /* bytes */
struct kc_csv {
	struct kc_slice rest;
	unsigned line;      /* of the row that was read last; from 1 */
	unsigned next_line; /* private */
	struct kc_buf text; /* private: the cells */
	struct kc_slice cells[KC_CSV_CELLS_MAX]; /* until the next row */
	unsigned ncells;
};
void kc_csv_init(struct kc_csv *c, struct kc_slice text); /* borrows */
void kc_csv_release(struct kc_csv *c);
/* The next row that is not empty. KC_ENOTFOUND: no more; KC_EREFUSED with
 * line and column. */
enum kc_err kc_csv_next(struct kc_csv *c, struct kc_refusal *why);
/* Appends one cell, quoted and guarded as needed. */
void kc_buf_csv(struct kc_buf *b, struct kc_slice cell);

#endif
