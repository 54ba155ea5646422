/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of the error table. */
#include <kaocheng/err.h>

const char *
kc_err_text(enum kc_err err)
{
	switch (err) {
	case KC_OK:
		return "ok";
#define X(sym, value, text)                                                    \
	case sym:                                                              \
		return text;
		KC_ERRORS(X)
#undef X
	}
	return "unknown error";
}
