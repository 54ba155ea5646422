/* SPDX-License-Identifier: Apache-2.0 */
/* What is about to be signed is read first: its text and what it would do;
 * then the question. */
#include "confirm.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/charset.h"
#include "lib/foreign.h"

static bool
is_yes(const char *answer)
{
	static const char *const words[] = {"y", "yes", "是"};
	char word[16] = "";

	if (sscanf(answer, "%15s", word) != 1)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(word, words[i]) == 0)
			return true;
	return false;
}

static bool
says_yes(const char *question)
{
	char typed[64], answer[128];

	fputs(question, stderr);
	return fgets(typed, sizeof(typed), stdin) != NULL &&
	    kc_charset_read(typed, answer, sizeof(answer)) && is_yes(answer);
}

int
kc_ask(const struct kc_cli *cli, const char *question)
{
	if (cli->yes || cli->quiet)
		return KC_EXIT_OK;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return kc_cli_usage("%s",
		    _("there is no terminal to ask on, and nothing was "
		      "changed: --yes does it without a question"));
	if (says_yes(question))
		return KC_EXIT_OK;
	return kc_cli_fail(
	    KC_EXIT_FAILED, NULL, "%s", _("nothing was changed"));
}

int
kc_confirm(struct kc_cli *cli, struct kc_slice text, const char *question)
{
	struct kc_effect effect;
	int code;

	/* Who wants results only is not asked, nor is who said yes. */
	if (cli->yes || cli->quiet)
		return KC_EXIT_OK;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return kc_cli_usage("%s",
		    _("there is no terminal to ask on, and nothing was "
		      "signed: --yes signs without a question"));
	(void)kc_put(stderr, text);
	code = kc_effect_say(cli, text, &effect);
	if (code != KC_EXIT_OK)
		return code;
	if (says_yes(question))
		return KC_EXIT_OK;
	return kc_cli_fail(KC_EXIT_FAILED, NULL, "%s", _("nothing was signed"));
}
