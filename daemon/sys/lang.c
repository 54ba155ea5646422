/* SPDX-License-Identifier: Apache-2.0 */
/* The language that the environment asks for. */
#include "lang.h"

#include <stdlib.h>
#include <string.h>

enum kc_lang
kc_lang_of_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *language = getenv("LANGUAGE");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *v = getenv(names[i]);

		if (v == NULL || v[0] == '\0')
			continue;
		/* LANGUAGE counts unless the locale is plain C, as gettext
		 * has it. */
		if (language != NULL && language[0] != '\0' &&
		    strcmp(v, "C") != 0 && strcmp(v, "POSIX") != 0)
			v = language;
		return strncmp(v, "zh", 2) == 0 ? KC_LANG_ZH : KC_LANG_EN;
	}
	return KC_LANG_EN;
}

const char *
kc_lang_said(const char *zh, const char *en)
{
	return kc_lang_of_environment() == KC_LANG_ZH ? zh : en;
}
