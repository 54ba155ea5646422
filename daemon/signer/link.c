/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/link.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "signer/wire.h"
#include "sys/child.h"
#include "sys/log.h"

#define SIGNER "kaocheng-signer"
#define CLOSE_MS 1000 /* nothing is asked of it any more */

struct kc_signer_link {
	int fd;                              /* -1: it is not there */
	unsigned wait_s;                     /* for an answer */
	bool hangs;                          /* it has not answered in time */
	pid_t pid;                           /* 0: none */
	struct kc_buf program, keys, anchor; /* keys, anchor: what it is told */
	struct kc_vkey clerk;
	struct kc_log_keys log;
	struct kc_buf out, in; /* messages */
	struct kc_slice batch; /* goes in parts before the next one; borrowed */
	bool told;             /* what was begun */
};

static void
say(const struct kc_signer_link *l, int level, const char *event)
{
	struct kc_line line;

	kc_log_begin(&line, level, event);
	kc_log_str(&line, "program", l->program.p);
	if (l->pid > 0)
		kc_log_i64(&line, "pid", l->pid);
	kc_log_end(&line);
}

/* --- the process --- */
/* It ends by itself when our end is closed, after what it is about. False: it
 * cannot even be killed, and still holds the anchor. */
static bool
drop(struct kc_signer_link *l, int64_t patience_ms)
{
	if (l->fd >= 0)
		(void)close(l->fd);
	l->fd = -1;
	return kc_child_end(&l->pid, patience_ms);
}

/* --- questions --- */
/* The message in l->out, after the parts of the batch that it is about. */
static enum kc_err
tell(struct kc_signer_link *l, struct kc_slice message)
{
	struct kc_slice left = l->batch;
	enum kc_err err = l->fd < 0 ? KC_EUNAVAILABLE : KC_OK;

	while (err == KC_OK && left.n > 0) {
		size_t n =
		    left.n < KC_SIGNER_PART_MAX ? left.n : KC_SIGNER_PART_MAX;

		kc_buf_reset(&l->in);
		kc_buf_char(&l->in, KC_SIGNER_PART);
		kc_buf_put(&l->in, left.p, n);
		err = kc_buf_err(&l->in);
		if (err == KC_OK)
			err = kc_wire_send(l->fd, kc_buf_view(&l->in));
		left.p += n;
		left.n -= n;
	}
	if (err == KC_OK)
		err = kc_wire_send(l->fd, message);
	l->hangs = err == KC_EBUSY;
	return err == KC_OK || err == KC_ENOMEM ? err : KC_EUNAVAILABLE;
}

/* What it answers is in l->in, without its first byte in *rest. */
static enum kc_err
hear(struct kc_signer_link *l, struct kc_slice *rest)
{
	enum kc_err err = kc_wire_receive(l->fd, &l->in);

	l->hangs = err == KC_EBUSY;
	if (err != KC_OK)
		return err == KC_ENOMEM ? err : KC_EUNAVAILABLE;
	if (l->in.n == 0)
		return KC_EUNAVAILABLE;
	*rest = (struct kc_slice){l->in.p + 1, l->in.n - 1};
	return (enum kc_err)(-(int)(uint8_t)l->in.p[0]);
}

/* One message there and one back. */
static enum kc_err
exchange(
    struct kc_signer_link *l, struct kc_slice message, struct kc_slice *rest)
{
	enum kc_err err = tell(l, message);

	return err == KC_OK ? hear(l, rest) : err;
}

static enum kc_err
take_public(struct kc_signer_link *l, struct kc_slice rest)
{
	struct kc_slice line;

	return kc_slice_line(&rest, &line) &&
		kc_vkey_parse(&l->clerk, line) == KC_OK &&
		kc_wire_take_keys(&l->log, rest) == KC_OK && l->log.n > 0
	    ? KC_OK
	    : KC_EUNAVAILABLE;
}

static enum kc_err
start(struct kc_signer_link *l)
{
	const struct timeval limit = {(time_t)l->wait_s, 0};
	struct kc_slice rest;
	enum kc_err err = kc_child_start(
	    &l->pid, &l->fd, SOCK_SEQPACKET, l->program.p, SIGNER, NULL);

	if (err == KC_OK &&
	    (setsockopt(
		 l->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
		setsockopt(l->fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
		    sizeof(limit)) != 0))
		err = KC_EIO;

	if (err == KC_OK)
		err = exchange(l, kc_buf_view(&l->keys), &rest);
	if (err == KC_OK)
		err = take_public(l, rest);
	return err;
}

/* It died, or does not answer in time and is killed: it is started again, once,
 * and opens the anchor that it had, in which it finds what it has signed. */
static enum kc_err
revive(struct kc_signer_link *l)
{
	const struct kc_slice batch = l->batch;
	struct kc_slice none;
	enum kc_err err;

	say(l, KC_LOG_WARNING, l->hangs ? "signer-hangs" : "signer-ended");
	if (!drop(l, 0)) {
		say(l, KC_LOG_ERROR, "signer-not-killed");
		return KC_EUNAVAILABLE;
	}
	l->batch = (struct kc_slice){NULL, 0};
	err = start(l);
	if (err == KC_OK && l->anchor.n > 0) {
		l->anchor.p[1] = '0'; /* it was there */
		err = exchange(l, kc_buf_view(&l->anchor), &none);
	}
	l->batch = batch;
	return err == KC_OK || err == KC_ENOMEM ? err : KC_EUNAVAILABLE;
}

/* Asks what is in l->out, and once more of a new one. */
static enum kc_err
ask_again(struct kc_signer_link *l, enum kc_err err, struct kc_slice *rest)
{
	if (err != KC_EUNAVAILABLE)
		return err;
	err = revive(l);
	return err == KC_OK ? exchange(l, kc_buf_view(&l->out), rest) : err;
}

static enum kc_err
ask(struct kc_signer_link *l, struct kc_slice *rest)
{
	l->batch = (struct kc_slice){NULL, 0};
	return ask_again(l, exchange(l, kc_buf_view(&l->out), rest), rest);
}

static enum kc_err
keys(void *ctx, bool look, struct kc_log_keys *out)
{
	struct kc_signer_link *l = ctx;
	struct kc_slice rest;
	enum kc_err err = KC_OK;

	if (look) {
		kc_buf_reset(&l->out);
		kc_buf_char(&l->out, KC_SIGNER_LOOK);
		err = ask(l, &rest);
		if (err == KC_OK)
			err = take_public(l, rest);
	}
	*out = l->log;
	return err;
}

static enum kc_err
last(void *ctx, struct kc_buf *note)
{
	struct kc_signer_link *l = ctx;
	struct kc_slice rest;
	enum kc_err err;

	if (l->anchor.n == 0)
		return KC_ENOTFOUND;
	kc_buf_reset(&l->out);
	kc_buf_char(&l->out, KC_SIGNER_LAST);
	err = ask(l, &rest);
	if (err != KC_OK)
		return err;
	kc_buf_slice(note, rest);
	return kc_buf_err(note);
}

static enum kc_err
take_note(enum kc_err err, struct kc_slice rest, struct kc_buf *note,
    struct kc_buf *detail)
{
	if (err == KC_OK)
		kc_buf_slice(note, rest);
	else if (detail != NULL && rest.n > 0)
		kc_buf_slice(detail, rest);
	return err == KC_OK ? kc_buf_err(note) : err;
}

static enum kc_err
head(void *ctx, const struct kc_head_ask *question, struct kc_buf *note,
    struct kc_buf *detail)
{
	struct kc_signer_link *l = ctx;
	struct kc_slice rest = {NULL, 0};
	enum kc_err err;

	kc_buf_reset(&l->out);
	kc_wire_put_head(&l->out, question);
	err = kc_buf_err(&l->out);
	if (err == KC_OK)
		err = ask(l, &rest);
	return take_note(err, rest, note, detail);
}

/* It works while we do. One that is not there is noticed at the end. */
static enum kc_err
begin(void *ctx, const struct kc_head_ask *question)
{
	struct kc_signer_link *l = ctx;
	enum kc_err err;

	kc_buf_reset(&l->out);
	kc_wire_put_head(&l->out, question);
	err = kc_buf_err(&l->out);
	if (err != KC_OK)
		return err;
	l->batch = question->batch;
	l->batch.n -= kc_wire_last_part(question->batch).n;
	l->told = tell(l, kc_buf_view(&l->out)) == KC_OK;
	return KC_OK;
}

static enum kc_err
end(void *ctx, struct kc_buf *note, struct kc_buf *detail)
{
	struct kc_signer_link *l = ctx;
	struct kc_slice rest = {NULL, 0};
	enum kc_err err = l->told ? hear(l, &rest) : KC_EUNAVAILABLE;

	err = ask_again(l, err, &rest);
	l->batch = (struct kc_slice){NULL, 0};
	return take_note(err, rest, note, detail);
}

static enum kc_err
entry(void *ctx, struct kc_slice text, uint8_t sig[KC_SIG_SIZE])
{
	struct kc_signer_link *l = ctx;
	struct kc_slice rest;
	enum kc_err err;

	kc_buf_reset(&l->out);
	kc_buf_char(&l->out, KC_SIGNER_ENTRY);
	kc_buf_slice(&l->out, text);
	err = kc_buf_err(&l->out);
	if (err == KC_OK)
		err = ask(l, &rest);
	if (err == KC_OK && rest.n != KC_SIG_SIZE)
		err = KC_EUNAVAILABLE;
	if (err == KC_OK)
		memcpy(sig, rest.p, KC_SIG_SIZE);
	return err;
}

/* --- opening --- */
enum kc_err
kc_signer_link_open(struct kc_signer_link **out, const char *program,
    const char *log_key, const char *clerk_key, unsigned wait_s)
{
	struct kc_signer_link *l = kc_alloc(sizeof(*l));
	enum kc_err err;

	if (l == NULL)
		return KC_ENOMEM;
	l->fd = -1;
	l->wait_s = wait_s;
	kc_buf_char(&l->keys, KC_SIGNER_KEYS);
	kc_buf_str(&l->keys, log_key);
	kc_buf_char(&l->keys, '\n');
	kc_buf_str(&l->keys, clerk_key);
	kc_buf_char(&l->keys, '\n');
	err = kc_buf_err(&l->keys);
	if (err == KC_OK)
		err = kc_child_program(&l->program, program, SIGNER);
	if (err == KC_OK) {
		err = start(l);
		if (err == KC_EIO || err == KC_EUNAVAILABLE)
			say(l, KC_LOG_ERROR, "signer");
	}
	if (err == KC_OK) {
		*out = l;
		return KC_OK;
	}
	kc_signer_link_close(l);
	return err;
}

void
kc_signer_link_public(const struct kc_signer_link *l, struct kc_vkey *clerk,
    struct kc_log_keys *log)
{
	*clerk = l->clerk;
	*log = l->log;
}

enum kc_err
kc_signer_link_anchor(struct kc_signer_link *l, const char *path, bool make)
{
	struct kc_slice rest;
	enum kc_err err;

	kc_buf_reset(&l->out);
	kc_buf_char(&l->out, KC_SIGNER_ANCHOR);
	kc_buf_char(&l->out, make ? '1' : '0');
	kc_buf_str(&l->out, path);
	err = kc_buf_err(&l->out);
	if (err == KC_OK)
		err = ask(l, &rest);
	if (err == KC_OK) {
		kc_buf_slice(&l->anchor, kc_buf_view(&l->out));
		err = kc_buf_err(&l->anchor);
	}
	return err;
}

struct kc_signing
kc_signer_link_signing(struct kc_signer_link *l)
{
	return (struct kc_signing){l, keys, last, head, begin, end, entry};
}

void
kc_signer_link_close(struct kc_signer_link *l)
{
	if (l == NULL)
		return;
	(void)drop(l, CLOSE_MS);
	kc_buf_free(&l->program);
	kc_buf_free(&l->keys);
	kc_buf_free(&l->anchor);
	kc_buf_free(&l->out);
	kc_buf_free(&l->in);
	kc_free(l);
}
