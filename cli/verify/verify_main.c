/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kaocheng-verify: checks an export, directory or bundle, with no daemon and
 * no trust in the one who made it. Core, its libraries and threads, nothing
 * else; for an address, libcurl.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <kaocheng/sign.h>

#include "lib/file.h"
#include "lib/foreign.h"
#include "lib/i18n.h"
#include "lib/mirror.h"
#include "stages.h"

#define TOKEN_FILE_MAX 4096

static int
usage(FILE *to, int code)
{
	fprintf(to, "%s",
	    _("usage: kaocheng-verify [--trust FILE] [--at-least FILE] "
	      "[--leaf FILE] [--json]\n"
	      "                       [--no-signatures] [--progress | "
	      "--quiet] [--lang zh|en]\n"
	      "                       PATH|ADDRESS|--qr FILE\n"
	      "\n"
	      "Checks an export of a ledger, directory or bundle, offline, or "
	      "behind an address:\n"
	      "an http(s) URL or a daemon's socket. With --trust, a mirror, a "
	      "daemon or a\n"
	      "proof file too: one entry with its receipt, as `kaocheng log "
	      "show --proof` gives.\n"
	      "  --trust FILE      trust file from elsewhere: logs and "
	      "witnesses "
	      "that count\n"
	      "  --at-least FILE   an earlier checkpoint, or a receipt, that "
	      "it "
	      "must extend\n"
	      "  --qr FILE         the text of the code on a document, as a "
	      "reader gives it; - is\n"
	      "                    the standard input\n"
	      "  --leaf FILE       the entry of a receipt that does not hold "
	      "it\n"
	      "  --no-signatures   leave the authors' signatures out: fast, "
	      "and "
	      "not proved\n"
	      "  --token FILE      session in which a daemon is read over TCP, "
	      "as "
	      "`kaocheng\n"
	      "                    session` writes it\n"
	      "  --progress        say how far it is where no terminal is "
	      "too\n"
	      "  --timeout SECONDS how long a server may be silent; 30 if not "
	      "said\n"
	      "exit codes: 0 all holds, 10 tampered (something signed is "
	      "contradicted),\n"
	      "  11 cannot be proved complete, 12 replay differs, 1 says "
	      "nothing, "
	      "2 usage,\n"
	      "  3 there is no such file\n"));
	return code;
}

/* The first line of the file: a session's token. The exit code, or 0. */
static int
load_token(const struct kc_stages *s, const char *path, struct kc_buf *text,
    struct kc_slice *out)
{
	struct kc_slice rest;
	enum kc_err err = kc_file_load(path, TOKEN_FILE_MAX, text);

	if (err == KC_OK) {
		rest = kc_buf_view(text);
		if (!kc_slice_line(&rest, out))
			*out = kc_buf_view(text);
		if (out->n > 0)
			return 0;
		err = KC_ESYNTAX;
	}
	return kc_stages_say(s, kc_stages_exit(err), path, kc_err_said(err));
}

static bool
seconds(const char *text, unsigned *out)
{
	uint64_t n;

	if (!kc_read_u64(kc_slice_str(text), KC_MIRROR_TIMEOUT_MAX_S, &n) ||
	    n == 0)
		return false;
	*out = (unsigned)n;
	return true;
}

/* Takes the option at argv[*i]; false if it is not one that stands alone or
 * lacks its value. */
static bool
option(struct kc_stages *s, const char **token, int argc, char **argv, int *i)
{
	const struct {
		const char *name;
		bool *to;
	} flags[] = {{"--json", &s->json}, {"--quiet", &s->quiet},
	    {"--progress", &s->progress},
	    {"--no-signatures", &s->no_signatures}};
	const char *name = argv[*i];
	const char *value;

	for (size_t f = 0; f < sizeof(flags) / sizeof(flags[0]); f++)
		if (strcmp(name, flags[f].name) == 0)
			return *flags[f].to = true;
	if (*i + 1 >= argc)
		return false;
	value = argv[++*i];
	if (strcmp(name, "--trust") == 0 && s->trust == NULL)
		s->trust = value;
	else if (strcmp(name, "--at-least") == 0 && s->at_least == NULL)
		s->at_least = value;
	else if (strcmp(name, "--leaf") == 0 && s->leaf == NULL)
		s->leaf = value;
	else if (strcmp(name, "--qr") == 0 && s->path == NULL) {
		s->path = value;
		s->stamp = true;
	} else if (strcmp(name, "--token") == 0 && *token == NULL)
		*token = value;
	else if (strcmp(name, "--timeout") == 0)
		return seconds(value, &s->timeout_s);
	else if (strcmp(name, "--lang") == 0 && strcmp(value, "zh") == 0)
		s->lang = KC_LANG_ZH;
	else if (strcmp(name, "--lang") == 0 && strcmp(value, "en") == 0)
		s->lang = KC_LANG_EN;
	else
		return false;
	return true;
}

/* A conclusion, or help, that could not be written was not given. */
static int
ended(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "%s%s\n", _("error: "),
	    _("the output could not be written"));
	return code == 0 ? 1 : code;
}

int
main(int argc, char **argv)
{
	struct kc_stages s = {.lang = kc_lang_of_environment()};
	const char *token = NULL;
	struct kc_buf text = {0};
	bool bad = false, plain = false;
	int code = 0;

	kc_hold_streams();
	signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i < argc && !bad; i++) {
		if (!plain && strcmp(argv[i], "--") == 0) {
			plain = true;
		} else if (!plain && strcmp(argv[i], "--version") == 0) {
			puts("kaocheng-verify " KC_VERSION);
			return ended(0);
		} else if (!plain &&
		    (strcmp(argv[i], "--help") == 0 ||
			strcmp(argv[i], "-h") == 0)) {
			kc_lang_use(s.lang);
			return ended(usage(stdout, 0));
		} else if (!plain && argv[i][0] == '-' && argv[i][1] != '\0') {
			bad = !option(&s, &token, argc, argv, &i);
		} else {
			bad = s.path != NULL;
			s.path = argv[i];
		}
	}
	kc_lang_use(s.lang);
	if (bad || s.path == NULL)
		return usage(stderr, KC_STAGES_USAGE);
	if (kc_crypto_init() != KC_OK) {
		fputs("libsodium does not start\n", stderr);
		return 1;
	}
	if (token != NULL)
		code = load_token(&s, token, &text, &s.token);
	if (code == 0)
		code = ended(kc_stages_place(&s));
	kc_buf_free(&text);
	return code;
}
