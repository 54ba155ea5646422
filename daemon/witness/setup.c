/* SPDX-License-Identifier: Apache-2.0 */
/* Key and book of a witness: opened, made, shown. */
#include "witness/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <kaocheng/keyfile.h>

#include "sys/file.h"
#include "sys/log.h"

/* --- saying why --- */
void
kc_witness_say(const char *event, const char *what, enum kc_err err,
    const struct kc_buf *detail)
{
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_ERROR, event);
	kc_log_str(&l, "what", what);
	kc_log_str(&l, "why", kc_err_text(err));
	if (err == KC_EIO && errno != 0)
		kc_log_errno(&l);
	if (detail->n > 0)
		kc_log_slice(&l, "detail", kc_buf_view(detail));
	kc_log_end(&l);
}

static int
exit_of(enum kc_err err)
{
	if (err == KC_ENOTFOUND || err == KC_EFOREIGN || err == KC_ECORRUPT ||
	    err == KC_ENEWER)
		return KC_WITNESS_EXIT_GUARD;
	return err == KC_EUNKNOWN ? KC_WITNESS_EXIT_UNKNOWN
				  : KC_WITNESS_EXIT_FAILED;
}

struct kc_witness_config *
kc_witness_load(const char *file)
{
	struct kc_witness_config *c = kc_alloc(sizeof(*c));
	struct kc_refusal why = {0};
	enum kc_err err = KC_ENOMEM;
	const char *fault = kc_file_place_fault(file, true);

	errno = 0;
	if (c != NULL && fault != NULL)
		err = kc_refuse(&why, KC_R_KEY_VALUE, file, fault, NULL, file);
	else if (c != NULL)
		err = kc_witness_config_load(c, file, &why);
	if (err == KC_OK)
		return c;
	kc_keys_say(file, err, &why);
	kc_free(c);
	return NULL;
}

/* --- key and book --- */
int
kc_witness_key(const struct kc_witness_config *c, struct kc_skey *key)
{
	struct kc_buf detail = {0};
	char dir[KC_CONFIG_PATH_MAX];
	const char *fault = NULL;
	enum kc_err err = kc_file_dir(dir, sizeof(dir), c->key);

	/* Who may write there, may put another in place. */
	if (err == KC_OK)
		fault = kc_file_place_fault(dir, true);
	if (fault != NULL) {
		kc_buf_str(&detail, fault);
		err = KC_EINVAL;
	}
	if (err == KC_OK)
		err = kc_file_key(key, c->key, &detail);
	kc_vkey_cosigner(&key->vkey);
	if (err != KC_OK)
		kc_witness_say("key", c->key, err, &detail);
	kc_buf_free(&detail);
	return err == KC_OK ? KC_WITNESS_EXIT_OK : KC_WITNESS_EXIT_FAILED;
}

int
kc_witness_book(struct kc_book **book, const struct kc_witness_config *c,
    const struct kc_skey *key, bool read_only)
{
	struct kc_buf detail = {0};
	enum kc_err err;

	errno = 0;
	err = kc_book_open(book, c->state, &key->vkey, read_only, &detail);
	if (err == KC_ENOTFOUND && detail.n == 0)
		kc_buf_str(&detail,
		    "there is no book here; a key that has signed must never "
		    "be used with an empty one: make a new key (--new)");
	if (err != KC_OK)
		kc_witness_say(
		    exit_of(err) == KC_WITNESS_EXIT_GUARD ? "guard" : "start",
		    c->state, err, &detail);
	kc_buf_free(&detail);
	return err == KC_OK ? KC_WITNESS_EXIT_OK : exit_of(err);
}

static enum kc_err
make_key(const char *path, const char *name, struct kc_skey *key)
{
	struct kc_keyfile_inputs in = {.created_s = (int64_t)time(NULL)};
	struct kc_buf file = {0};
	enum kc_err err = KC_EIO;

	if (getrandom(in.seed, sizeof(in.seed), 0) == (ssize_t)sizeof(in.seed))
		err = kc_keyfile_encode(
		    &file, kc_slice_str(name), &in, NULL, false);
	if (err == KC_OK)
		err = kc_skey_from_seed(key, kc_slice_str(name), in.seed);
	if (err == KC_OK)
		err = kc_file_make(path, kc_buf_view(&file));
	if (file.p != NULL)
		explicit_bzero(file.p, file.cap);
	explicit_bzero(&in, sizeof(in));
	kc_buf_free(&file);
	return err;
}

static int
print_key(const struct kc_vkey *key)
{
	struct kc_buf text = {0};
	int code;

	kc_buf_vkey(&text, key);
	kc_buf_char(&text, '\n');
	code = fputs(kc_buf_cstr(&text), stdout) == EOF || fflush(stdout) == EOF
	    ? KC_WITNESS_EXIT_FAILED
	    : KC_WITNESS_EXIT_OK;
	kc_buf_free(&text);
	return code;
}

/* The key first: a book is never there without it. */
int
kc_witness_new(const struct kc_witness_config *c, const char *name)
{
	struct kc_buf detail = {0};
	const char *what = c->key;
	struct kc_skey key;
	enum kc_err err;

	(void)umask(077);
	if (mkdir(c->state, 0700) != 0 && errno != EEXIST)
		err = KC_EIO;
	else
		err = make_key(c->key, name, &key);
	if (err == KC_EINVAL)
		kc_buf_str(&detail, "the name of the key, or a file is there");
	if (err == KC_OK) {
		kc_vkey_cosigner(&key.vkey);
		what = c->state;
		err = kc_book_make(c->state, &key.vkey, &detail);
		if (err != KC_OK)
			(void)unlink(c->key);
	}
	if (err != KC_OK)
		kc_witness_say("new", what, err, &detail);
	kc_buf_free(&detail);
	if (err == KC_OK && print_key(&key.vkey) != KC_WITNESS_EXIT_OK)
		err = KC_EIO;
	kc_skey_wipe(&key);
	return err == KC_OK ? KC_WITNESS_EXIT_OK : KC_WITNESS_EXIT_FAILED;
}

static enum kc_err
show_row(void *ctx, bool fork, struct kc_slice note)
{
	(void)ctx;
	return printf("\n%s\n%.*s", fork ? "# fork" : "# cosigned", (int)note.n,
		   note.p) < 0
	    ? KC_EIO
	    : KC_OK;
}

int
kc_witness_show(const struct kc_witness_config *c, const struct kc_skey *key)
{
	struct kc_book *book = NULL;
	int code = kc_witness_book(&book, c, key, true);

	if (code == KC_WITNESS_EXIT_OK)
		code = print_key(&key->vkey);
	if (code == KC_WITNESS_EXIT_OK &&
	    (kc_book_each(book, show_row, NULL) != KC_OK ||
		fflush(stdout) == EOF))
		code = KC_WITNESS_EXIT_FAILED;
	kc_book_close(book);
	return code;
}
