/* SPDX-License-Identifier: Apache-2.0 */
/* Language of what is said, and where the catalogue is. */
#include "i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "kaocheng"

enum kc_err
kc_program_dir(char *out, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", out, size);
	char *slash;

	if (n <= 0 || (size_t)n >= size)
		return KC_ENOTFOUND;
	out[n] = '\0';
	slash = strrchr(out, '/');
	if (slash == NULL)
		return KC_ENOTFOUND;
	*slash = '\0';
	return KC_OK;
}

void
kc_lang_use(enum kc_lang lang)
{
	char dir[1024], locale[1100];

	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
	/* A locale other than "C" makes gettext heed LANGUAGE, so that the
	 * Chinese catalogue needs no Chinese locale on the machine. */
	setlocale(LC_MESSAGES, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	setenv("LANGUAGE", lang == KC_LANG_ZH ? "zh_CN" : "en", 1);
	snprintf(locale, sizeof(locale), "%s", KC_PREFIX "/share/locale");
	if (kc_program_dir(dir, sizeof(dir)) == KC_OK) {
		char beside[1100];

		snprintf(beside, sizeof(beside), "%s/../locale", dir);
		if (access(beside, R_OK) != 0)
			snprintf(
			    beside, sizeof(beside), "%s/../share/locale", dir);
		if (access(beside, R_OK) == 0)
			memcpy(locale, beside, sizeof(locale));
	}
	bindtextdomain(DOMAIN, locale);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}

const char *
kc_err_said(enum kc_err err)
{
	return (err == KC_EIO || err == KC_EUNAVAILABLE) && errno != 0
	    ? _(strerror(errno))
	    : _(kc_err_text(err));
}

void
kc_hold_streams(void)
{
	/* The lowest free number is taken: 0, then 1, then 2. */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}
