/* SPDX-License-Identifier: Apache-2.0 */
/* The language that the environment asks for, of every program. */
#ifndef KC_SYS_LANG_H
#define KC_SYS_LANG_H

#include <kaocheng/refusal.h>

/* Reads LANGUAGE, LC_ALL, LC_MESSAGES, LANG: Chinese if the one that counts
 * begins with "zh". */
enum kc_lang kc_lang_of_environment(void);
/* One of two texts, by it. */
const char *kc_lang_said(const char *zh, const char *en);

#endif
