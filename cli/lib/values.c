/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes and passphrases. */
#include <kaocheng/text.h>

#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

enum kc_err
kc_cli_random(uint8_t *out, size_t n)
{
	while (n > 0) {
		ssize_t got = getrandom(out, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return KC_EIO;
		out += got;
		n -= (size_t)got;
	}
	return KC_OK;
}

/* One line from the terminal, not shown. */
static bool
ask(const char *prompt, char out[1024])
{
	struct termios old, quiet;
	FILE *tty = fopen("/dev/tty", "r+e");
	bool ok = false;

	if (tty == NULL)
		return false;
	if (tcgetattr(fileno(tty), &old) == 0) {
		quiet = old;
		quiet.c_lflag &= (tcflag_t)~ECHO;
		/* First: what answers the prompt at once must not be shown,
		 * nor thrown away. */
		tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
		fprintf(tty, "%s", prompt);
		fflush(tty);
		ok = fgets(out, 1024, tty) != NULL;
		tcsetattr(fileno(tty), TCSAFLUSH, &old);
		fputc('\n', tty);
	}
	fclose(tty);
	out[ok ? strcspn(out, "\n") : 0] = '\0';
	return ok;
}

int
kc_cli_passphrase(const struct kc_cli *cli, const char *file,
    const char *prompt, bool twice, char out[1024])
{
	struct kc_buf text = {0};
	char again[1024];
	struct kc_slice line;
	enum kc_err err;
	bool same, ok;

	if (file != NULL) {
		err = kc_file_load(file, 1023, &text);
		if (err != KC_OK) {
			kc_buf_free(&text);
			snprintf(again, sizeof(again), "%s %s",
			    file == cli->new_passphrase_file
				? "--new-passphrase-file"
				: "--passphrase-file",
			    file);
			return kc_cli_error(cli, err, again);
		}
		line = kc_buf_view(&text);
		if (memchr(line.p != NULL ? line.p : "", '\n', line.n) != NULL)
			line.n = (size_t)((const char *)memchr(
					      line.p, '\n', line.n) -
			    line.p);
		/* An editor's CR LF is not part of a passphrase. */
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		ok = line.n > 0 && kc_slice_copy(out, 1024, line);
		if (text.p != NULL)
			explicit_bzero(text.p, text.n);
		kc_buf_free(&text);
		return ok ? KC_EXIT_OK
			  : kc_cli_usage(_("%s: the passphrase is its first "
					   "line, which is empty"),
				file);
	}
	if (!ask(prompt, out) || out[0] == '\0')
		return kc_cli_usage(_("a passphrase is needed, and there is "
				      "no terminal to ask on; give "
				      "--passphrase-file FILE"));
	if (!twice)
		return KC_EXIT_OK;
	same = ask(_("The same again: "), again) && strcmp(out, again) == 0;
	explicit_bzero(again, sizeof(again));
	return same ? KC_EXIT_OK
		    : kc_cli_usage(_("the two passphrases differ"));
}

int
kc_cli_within(const char *option, const char *text, uint64_t least,
    uint64_t most, uint64_t *out)
{
	if (text == NULL ||
	    (kc_read_u64(kc_slice_str(text), most, out) && *out >= least))
		return KC_EXIT_OK;
	return most == INT64_MAX
	    ? kc_cli_usage(_("%s %s: a whole number from %llu on"), option,
		  text, (unsigned long long)least)
	    : kc_cli_usage(_("%s %s: a number from %llu to %llu"), option, text,
		  (unsigned long long)least, (unsigned long long)most);
}
