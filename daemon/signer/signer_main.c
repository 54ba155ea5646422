/* SPDX-License-Identifier: Apache-2.0 */
/* kaocheng-signer: holds the keys of the ledger and its anchor, and signs no
 * head that does not extend the last one. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "signer/vault.h"
#include "signer/wire.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/lang.h"
#include "sys/log.h"
#include "sys/sandbox.h"

#define PATH_SIZE 4096
#define BUSY_TRIES 400 /* a signer before us may still be at its end */
#define BUSY_NS 5000000
#define LOOK_MS 1000 /* between two looks for a key that is not here */

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 100
};

static const char usage_en[] =
    "usage: kaocheng-signer [--version | --help]\n"
    "Started by kaochengd, which speaks to it over descriptor 3.\n";
static const char usage_zh[] = "用法：kaocheng-signer [--version | --help]\n"
			       "由 kaochengd 启动，经描述符 3 与之通信。\n";

struct signer {
	struct kc_skey log_key, clerk_key;
	struct kc_vault vault;
	struct kc_signing sign;
	char log_path[PATH_SIZE], anchor_path[PATH_SIZE];
	bool has_keys;
	struct timespec looked; /* at keys beside: the directory was of then */
	int64_t look_ms;        /* the next look, whatever it is */
	struct kc_wire_head head; /* large */
	struct kc_log_keys keys;
	struct kc_buf in, out, detail;
	struct kc_buf batch; /* what has come of it */
};

/* --- the keys --- */
static size_t
beside(void *ctx, struct kc_skey *v, size_t max)
{
	const struct signer *s = ctx;

	return kc_file_keys_beside(s->log_path, &s->log_key.vkey, v, max);
}

/* Each batch asks while a key in force is not here: one look at the directory
 * and not at all its files, but for once a second: a file may come to be
 * readable, or be written in its place. */
static bool
again(void *ctx)
{
	struct signer *s = ctx;
	int64_t now_ms = kc_clock_monotonic_ms();
	struct stat st = {0};
	char dir[PATH_SIZE];
	bool as_it_was = kc_file_dir(dir, sizeof(dir), s->log_path) == KC_OK &&
	    stat(dir, &st) == 0 &&
	    memcmp(&st.st_mtim, &s->looked, sizeof(st.st_mtim)) == 0;

	if (as_it_was && now_ms < s->look_ms)
		return false;
	s->looked = st.st_mtim;
	s->look_ms = now_ms + LOOK_MS;
	return true;
}

static enum kc_err
read_key(struct signer *s, struct kc_skey *out, const char *path)
{
	struct kc_line l;
	enum kc_err err;

	errno = 0;
	err = kc_file_key(out, path, &s->detail);
	if (err == KC_OK)
		return KC_OK;
	kc_log_begin(&l, KC_LOG_ERROR, "key");
	kc_log_str(&l, "what", path);
	kc_log_str(&l, "why", kc_err_text(err));
	if (err == KC_EIO && errno != 0)
		kc_log_errno(&l);
	if (s->detail.n > 0)
		kc_log_slice(&l, "detail", kc_buf_view(&s->detail));
	kc_log_end(&l);
	return err;
}

static void
put_public(struct signer *s, bool look)
{
	(void)s->sign.keys(s->sign.ctx, look, &s->keys);
	kc_buf_vkey(&s->out, &s->clerk_key.vkey);
	kc_buf_char(&s->out, '\n');
	kc_wire_put_keys(&s->out, &s->keys);
}

static enum kc_err
take_keys(struct signer *s, struct kc_slice rest)
{
	char clerk[PATH_SIZE];
	struct kc_slice log_line, clerk_line;
	enum kc_err err;

	if (s->has_keys || !kc_slice_line(&rest, &log_line) ||
	    !kc_slice_line(&rest, &clerk_line) || rest.n != 0 ||
	    !kc_slice_copy(s->log_path, sizeof(s->log_path), log_line) ||
	    !kc_slice_copy(clerk, sizeof(clerk), clerk_line))
		return KC_ESYNTAX;
	err = read_key(s, &s->log_key, s->log_path);
	if (err == KC_OK)
		err = read_key(s, &s->clerk_key, clerk);
	if (err != KC_OK)
		return err;
	s->vault.log_key = &s->log_key;
	s->vault.clerk_key = &s->clerk_key;
	s->vault.beside = beside;
	s->vault.again = again;
	s->vault.beside_ctx = s;
	kc_vault_init(&s->vault);
	s->sign = kc_vault_signing(&s->vault);
	s->has_keys = true;
	put_public(s, false);
	return KC_OK;
}

/* --- the anchor --- */
/* From here on no other file than keys beside the configured one is opened,
 * and no call made that a signer never makes. */
static enum kc_err
give_up_the_rest(struct signer *s)
{
	char dir[PATH_SIZE];
	struct kc_sandbox_place v[] = {{dir, false, false}};
	struct kc_line l;
	enum kc_err err = kc_file_dir(dir, sizeof(dir), s->log_path);

	if (err == KC_OK)
		err = kc_sandbox_files(v, sizeof(v) / sizeof(v[0]));
	if (err == KC_ENOTFOUND) {
		kc_log_begin(&l, KC_LOG_WARNING, "no-landlock");
		kc_log_end(&l);
		err = KC_OK;
	}
	return err == KC_OK ? kc_sandbox_calls(KC_CALLS_PLAIN) : err;
}

static enum kc_err
open_anchor(struct signer *s, struct kc_slice rest)
{
	const struct timespec while_busy = {0, BUSY_NS};
	bool make = rest.n > 0 && rest.p[0] == '1';
	enum kc_err err = KC_EBUSY;

	if (rest.n < 2 || s->vault.anchor != NULL ||
	    (rest.p[0] != '0' && rest.p[0] != '1') ||
	    !kc_slice_copy(s->anchor_path, sizeof(s->anchor_path),
		(struct kc_slice){rest.p + 1, rest.n - 1}))
		return KC_ESYNTAX;
	for (int i = 0; err == KC_EBUSY && i < BUSY_TRIES; i++) {
		if (i > 0)
			(void)nanosleep(&while_busy, NULL);
		err = kc_anchor_open(&s->vault.anchor, s->anchor_path, make);
	}
	if (err == KC_OK)
		err = kc_anchor_room(s->vault.anchor);
	/* Where there is none, and none is made, nothing is signed; but it goes
	 * on with the keys in its memory. */
	if (err == KC_OK || err == KC_ENOTFOUND) {
		enum kc_err held = give_up_the_rest(s);

		err = held == KC_OK ? err : held;
	}
	return err;
}

/* --- questions --- */
static enum kc_err
sign_entry(struct signer *s, struct kc_slice text)
{
	uint8_t sig[KC_SIG_SIZE];
	enum kc_err err = s->sign.entry(s->sign.ctx, text, sig);

	if (err == KC_OK)
		kc_buf_put(&s->out, sig, sizeof(sig));
	return err;
}

/* Those that come to more than an anchor holds are none. */
static enum kc_err
take_part(struct signer *s, struct kc_slice rest)
{
	if (rest.n > KC_ANCHOR_BATCH_MAX - s->batch.n)
		return KC_ETOOBIG;
	kc_buf_slice(&s->batch, rest);
	return kc_buf_err(&s->batch);
}

static enum kc_err
sign_head(struct signer *s, struct kc_slice rest, struct kc_slice batch)
{
	enum kc_err err = kc_wire_take_head(&s->head, rest);
	struct kc_head_ask ask = {.head = &s->head.head,
	    .proof = s->head.proof,
	    .nproof = s->head.nproof,
	    .keys = &s->head.keys,
	    .batch = batch};
	struct kc_line l;

	if (err == KC_OK)
		err = s->sign.head(s->sign.ctx, &ask, &s->out, &s->detail);
	if (err == KC_EROLLBACK || err == KC_EFORK || err == KC_EFOREIGN) {
		kc_log_begin(&l, KC_LOG_ERROR, "signer-refuses");
		kc_log_str(&l, "why", kc_err_text(err));
		kc_log_i64(&l, "signed", (int64_t)s->vault.last.size);
		kc_log_i64(&l, "asked", (int64_t)s->head.head.size);
		kc_log_end(&l);
	}
	return err;
}

static enum kc_err
sign_with(struct signer *s, struct kc_slice rest)
{
	struct kc_slice part;
	enum kc_err err = kc_wire_take_part(&rest, &part);

	if (err == KC_OK)
		err = take_part(s, part);
	if (err == KC_OK)
		err = sign_head(s, rest, kc_buf_view(&s->batch));
	kc_buf_reset(&s->batch);
	return err;
}

static enum kc_err
answer(struct signer *s, char op, struct kc_slice rest)
{
	if (op == KC_SIGNER_KEYS)
		return take_keys(s, rest);
	if (!s->has_keys)
		return KC_ESYNTAX;
	if (op == KC_SIGNER_ANCHOR)
		return open_anchor(s, rest);
	if (op == KC_SIGNER_HEAD)
		return sign_head(s, rest, (struct kc_slice){NULL, 0});
	if (op == KC_SIGNER_WITH)
		return sign_with(s, rest);
	if (op == KC_SIGNER_ENTRY)
		return sign_entry(s, rest);
	if (op == KC_SIGNER_LAST && rest.n == 0)
		return s->sign.last(s->sign.ctx, &s->out);
	if (op != KC_SIGNER_LOOK || rest.n != 0)
		return KC_ESYNTAX;
	put_public(s, true);
	return KC_OK;
}

static enum kc_err
serve_one(struct signer *s)
{
	enum kc_err err = kc_wire_receive(KC_CHILD_FD, &s->in);

	if (err != KC_OK)
		return err;
	if (s->in.n > 0 && s->in.p[0] == KC_SIGNER_PART)
		return take_part(
		    s, (struct kc_slice){s->in.p + 1, s->in.n - 1});
	kc_buf_reset(&s->detail);
	kc_buf_reset(&s->out);
	kc_buf_char(&s->out, '\0');
	err = s->in.n == 0 ? KC_ESYNTAX
			   : answer(s, s->in.p[0],
				 (struct kc_slice){s->in.p + 1, s->in.n - 1});
	if (err == KC_OK)
		err = kc_buf_err(&s->out);
	if (err != KC_OK) {
		kc_buf_reset(&s->out);
		kc_buf_char(&s->out, (char)-err);
		kc_buf_slice(&s->out, kc_buf_view(&s->detail));
		if (kc_buf_err(&s->out) != KC_OK)
			return KC_ENOMEM;
	}
	return kc_wire_send(KC_CHILD_FD, kc_buf_view(&s->out));
}

/* --- start --- */
int
main(int argc, char **argv)
{
	static struct signer s;
	enum kc_err err = KC_OK;

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("kaocheng-signer " KC_VERSION) < 0;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(kc_lang_said(usage_zh, usage_en), stdout) < 0;
	if (argc != 1 || !kc_child_hold(SOCK_SEQPACKET)) {
		(void)fputs(kc_lang_said(usage_zh, usage_en), stderr);
		return EXIT_USAGE;
	}
	if (kc_sandbox_enter() != KC_OK || kc_crypto_init() != KC_OK)
		return EXIT_FAILED;
	while (err == KC_OK)
		err = serve_one(&s);
	kc_vault_release(&s.vault);
	kc_skey_wipe(&s.log_key);
	kc_skey_wipe(&s.clerk_key);
	if (s.vault.anchor != NULL)
		kc_anchor_close(s.vault.anchor);
	kc_buf_free(&s.in);
	kc_buf_free(&s.out);
	kc_buf_free(&s.detail);
	kc_buf_free(&s.batch);
	/* Nothing is looked up on the way out: all that could be is given up.
	 */
	_exit(err == KC_EUNAVAILABLE ? EXIT_OK : EXIT_FAILED);
}
