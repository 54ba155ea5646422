/* SPDX-License-Identifier: Apache-2.0 */
/* Passphrases of the keys that a founding makes, and whose power one who
 * knows them has. */
#include <stdio.h>
#include <string.h>

#include "founding.h"

static int
ask(struct kc_founding *f, struct kc_founder *one, const char *file, bool apart)
{
	char prompt[KC_NAME_MAX + 64];

	snprintf(prompt, sizeof(prompt),
	    apart ? _("Passphrase of %s, to be typed by him alone: ")
		  : _("Passphrase for the new keys: "),
	    one->name);
	return kc_cli_passphrase(f->cli, file, prompt, true, one->secret);
}

int
kc_founding_ask(struct kc_founding *f)
{
	const struct kc_cli_list *files = &f->cli->passphrase_files;
	const struct kc_founder *first = NULL;
	int code = KC_EXIT_OK;
	size_t n = 0;

	for (unsigned i = KC_FOUNDER_ADMIN;
	     code == KC_EXIT_OK && i < KC_FOUNDERS && !f->cli->unprotected;
	     i++) {
		struct kc_founder *one = &f->who[i];
		bool apart = files->n > 1 || (files->n == 0 && f->cli->apart);

		if (!one->here)
			continue;
		if (files->n > 1 && n == files->n)
			return kc_cli_usage("%s",
			    _("--passphrase-file: one for all, or one for each "
			      "whose key is made here"));
		if (first == NULL || apart)
			code = ask(f, one,
			    files->n > 0 ? files->v[files->n > 1 ? n : 0]
					 : NULL,
			    apart);
		else
			memcpy(one->secret, first->secret, sizeof(one->secret));
		if (first == NULL)
			first = one;
		n++;
	}
	if (code == KC_EXIT_OK && files->n > 1 && n < files->n)
		code = kc_cli_usage("%s",
		    _("--passphrase-file: one for all, or one for each "
		      "whose key is made here"));
	return code;
}

/* Those made here whose passphrase is that of place i. */
static size_t
list_alike(const struct kc_founding *f, unsigned i, struct kc_buf *list)
{
	size_t n = 0;

	for (unsigned k = KC_FOUNDER_ADMIN; k < KC_FOUNDERS; k++) {
		if (!f->who[k].here ||
		    strcmp(f->who[k].secret, f->who[i].secret) != 0)
			continue;
		if (k < i)
			return 0; /* said already */
		kc_buf_str(list, n++ > 0 ? " " : "");
		kc_buf_str(list, f->who[k].name);
	}
	return n;
}

void
kc_founding_say_powers(const struct kc_founding *f)
{
	struct kc_buf list = {0};

	for (unsigned i = KC_FOUNDER_ADMIN; i < KC_FOUNDERS; i++) {
		kc_buf_reset(&list);
		if (!f->who[i].here || list_alike(f, i, &list) < 2)
			continue;
		if (f->cli->unprotected)
			kc_cli_note(f->cli,
			    _("note: the keys of %s have no passphrase: "
			      "whoever reads "
			      "%s/keys is all of them. For a rehearsal only"),
			    kc_buf_cstr(&list), f->dir);
		else
			kc_cli_note(f->cli,
			    _("note: the keys of %s are under one passphrase: "
			      "whoever "
			      "knows it signs for all of them. Each takes his "
			      "own "
			      "away (kaocheng key passwd FILE), or brings a "
			      "card "
			      "(--admin, --estab, --office)"),
			    kc_buf_cstr(&list));
	}
	kc_buf_free(&list);
}
