/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document is text of others, and the libraries that shape and draw it are
 * large: they run where there is nothing to take.
 */
#include "confine.h"

#include <string.h>
#include <sys/resource.h>

#include <fontconfig/fontconfig.h>

#include "sys/sandbox.h"

#define PLACES_MAX 64
#define CPU_S 120

struct places {
	struct kc_sandbox_place v[PLACES_MAX];
	size_t n;
};

static void
put(struct places *p, const char *path)
{
	if (p->n < PLACES_MAX)
		p->v[p->n++] = (struct kc_sandbox_place){path, false, false};
}

/* Frees the list; its strings live as long as the process. */
static void
put_list(struct places *p, FcStrList *list)
{
	const FcChar8 *s;

	while (list != NULL && (s = FcStrListNext(list)) != NULL) {
		char *path = strdup((const char *)s);

		if (path != NULL)
			put(p, path);
	}
	if (list != NULL)
		FcStrListDone(list);
}

enum kc_err
kc_paper_confine(void)
{
	static const struct rlimit cpu = {CPU_S, CPU_S};
	struct places p = {.n = 0};
	enum kc_err err;

	if (!FcInit())
		return KC_ENOMEM;
	put_list(&p, FcConfigGetFontDirs(NULL));
	put_list(&p, FcConfigGetConfigFiles(NULL));
	put_list(&p, FcConfigGetCacheDirs(NULL));
	err = kc_sandbox_enter();
	if (err == KC_OK && setrlimit(RLIMIT_CPU, &cpu) != 0)
		err = KC_EIO;
	if (err == KC_OK) {
		err = kc_sandbox_files(p.v, p.n);
		if (err == KC_ENOTFOUND)
			err = KC_OK;
	}
	return err == KC_OK ? kc_sandbox_calls(KC_CALLS_THREADS) : err;
}
