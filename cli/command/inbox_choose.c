/* SPDX-License-Identifier: Apache-2.0 */
/* Which of what waits is signed: by ids, all, or by the answer to a question.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/charset.h"

#include "confirm.h"
#include "inbox.h"

#define ID_MIN 8 /* hex digits of an id that are enough */

/* "1", "3-5": of those that are shown just now. False: it is not that. */
static bool
choose_range(struct kc_inbox *b, char *word)
{
	char *end = word;
	unsigned long from = strtoul(word, &end, 10), to = from;

	if (end != word && *end == '-' && end[1] != '\0')
		to = strtoul(end + 1, &end, 10);
	if (end == word || *end != '\0' || from < 1 || to < from || to > b->n)
		return false;
	for (size_t i = from - 1; i < to; i++)
		b->v[i].chosen = true;
	return true;
}

/* "all", "none", or numbers. */
static int
read_answer(struct kc_inbox *b, char *answer)
{
	static const char *const all[] = {"all", "a", "全部"};
	static const char *const none[] = {"none", "n", "no", "不签"};
	char *save = NULL;

	for (char *word = strtok_r(answer, " ,\t\n", &save); word != NULL;
	     word = strtok_r(NULL, " ,\t\n", &save)) {
		for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
			if (strcmp(word, none[i]) == 0)
				return KC_EXIT_OK;
		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			if (strcmp(word, all[i]) == 0) {
				for (size_t k = 0; k < b->n; k++)
					b->v[k].chosen = b->v[k].fault.n == 0;
				return KC_EXIT_OK;
			}
		if (!choose_range(b, word)) {
			for (size_t k = 0; k < b->n; k++)
				b->v[k].chosen = false;
			return kc_cli_usage(
			    _("%s is none of the numbers above; nothing was "
			      "signed"),
			    word);
		}
	}
	return KC_EXIT_OK;
}

static int
ask_which(struct kc_inbox *b)
{
	char typed[512], answer[1024];

	fputs(_("Sign which? [all, none, or numbers such as 1 3-5] "), stderr);
	if (fgets(typed, sizeof(typed), stdin) == NULL ||
	    !kc_charset_read(typed, answer, sizeof(answer)))
		return KC_EXIT_OK;
	return read_answer(b, answer);
}

/* Ids, or their beginnings: numbers mean what is shown now, and something else
 * the next time. */
static int
choose_ids(struct kc_inbox *b, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		size_t n = strlen(argv[i]), found = 0;

		for (size_t k = 0; k < b->n && n >= ID_MIN; k++)
			if (strncmp(b->v[k].id, argv[i], n) == 0) {
				b->v[k].chosen = true;
				found++;
			}
		if (n < ID_MIN)
			return kc_cli_usage(
			    _("%s: a draft is named by its id, %d digits or "
			      "more of it"),
			    argv[i], ID_MIN);
		if (found != 1)
			return kc_cli_fail(KC_EXIT_NOT_FOUND,
			    _("kaocheng inbox lists them"),
			    _("no draft %s waits for the signature of %s"),
			    argv[i], b->cli->as[0]);
	}
	return KC_EXIT_OK;
}

size_t
kc_inbox_chosen(const struct kc_inbox *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->v[i].chosen;
	return n;
}

int
kc_inbox_choose(struct kc_inbox *b, int argc, char **argv)
{
	struct kc_buf question = {0};
	char n[24];
	int code;

	if (argc == 0 && !b->cli->whole)
		return b->n > 0 && isatty(STDIN_FILENO) &&
			isatty(STDERR_FILENO) &&
			b->cli->format != KC_FORMAT_JSON
		    ? ask_which(b)
		    : KC_EXIT_OK;
	code = choose_ids(b, argc, argv);
	for (size_t i = 0; b->cli->whole && i < b->n; i++)
		b->v[i].chosen = b->v[i].fault.n == 0;
	if (code != KC_EXIT_OK || kc_inbox_chosen(b) == 0)
		return code;
	snprintf(n, sizeof(n), "%zu", kc_inbox_chosen(b));
	kc_buf_str(&question, _("Sign these? "));
	kc_buf_str(&question, n);
	kc_buf_str(&question, " [y/N] ");
	code = kc_ask(b->cli, kc_buf_cstr(&question));
	kc_buf_free(&question);
	return code;
}
