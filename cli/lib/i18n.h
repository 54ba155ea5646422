/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Language of what is said: gettext for the programs' own sentences, English
 * msgids; refusals and labels come bilingual from the core's tables.
 */
#ifndef KC_CLI_I18N_H
#define KC_CLI_I18N_H

#include <libintl.h>

#include <kaocheng/refusal.h>

#include "sys/lang.h"

#define _(text) gettext(text)
#define N_(text) text

/* An error in words; of KC_EIO and KC_EUNAVAILABLE those of errno, unless it
 * is 0. */
const char *kc_err_said(enum kc_err err);

/* Sets locale and catalogue; characters are UTF-8 whatever LC_CTYPE says. */
void kc_lang_use(enum kc_lang lang);
/* Directory of the running program, without a last '/'. */
enum kc_err kc_program_dir(char *out, size_t size);

/* Closed standard streams are filled, so that no file of the ledger becomes
 * one; what is written to them still fails. */
void kc_hold_streams(void);

#endif
