/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals of values: the byte to point at, and what would be accepted. */
#include <kaocheng/entry.h>

#include <string.h>

#include "codec.h"

#define HEX16 "xxxxxxxxxxxxxxxx"
#define HEX64 HEX16 HEX16 HEX16 HEX16

static const char *
type_form(enum kc_type t)
{
	switch (t) {
	case KC_T_CODE:
	case KC_T_ACTOR:
		return "c*";
	case KC_T_HANDLE:
		return "A*-0000-0*";
	case KC_T_POINTS:
		return "0*.0000";
	case KC_T_BP:
	case KC_T_INT:
		return "0*";
	case KC_T_DATE:
		return "0000-00-00";
	case KC_T_QUARTER:
		return "0000-Q0";
	case KC_T_HASH:
		return "sha256:" HEX64;
	case KC_T_EVIDENCE:
		return "sha256:" HEX64 " 0* ";
	case KC_T_WORD:
	case KC_T_DECIMAL:
	case KC_T_TEXT:
	case KC_T_VKEY:
	case KC_T_SIG:
	case KC_T_YESNO:
	case KC_T_KINDNAME:
		break;
	}
	return "";
}

static bool
fits(char form, char c)
{
	bool digit = c >= '0' && c <= '9';
	bool lower = c >= 'a' && c <= 'z';
	bool upper = c >= 'A' && c <= 'Z';

	switch (form) {
	case '0':
		return digit;
	case 'x':
		return digit || (lower && c <= 'f');
	case 'A':
		return upper;
	case 'c':
		return digit || lower || upper || c == '.' || c == '_' ||
		    c == '-';
	}
	return c == form;
}

const char *
kc_form_fault(const char *form, struct kc_slice s, size_t max)
{
	const char *p = s.p, *end = s.p + s.n;

	for (; *form != '\0'; form++) {
		if (p == end || !fits(*form, *p))
			return p;
		p++;
		if (form[1] != '*')
			continue;
		while (p < end && fits(*form, *p))
			p++;
		form++;
	}
	if (max > 0 && s.n > max)
		return s.p + max;
	/* The form holds: the value as a whole is at fault. */
	return p == end ? s.p : p;
}

/* Past the size of an evidence either the size or the media type is at
 * fault. */
static const char *
evidence_fault(struct kc_slice raw, const char *at)
{
	struct kc_slice size = {NULL, 0};
	int64_t num;

	if ((size_t)(at - raw.p) <= KC_HASH_TEXT + 1 || at[-1] != ' ')
		return at;
	size.p = raw.p + KC_HASH_TEXT + 1;
	size.n = (size_t)(at - 1 - size.p);
	return kc_read_i64(size, 0, KC_EVIDENCE_MAX, &num) ? at : size.p;
}

const char *
kc_value_fault(const struct kc_field *f, struct kc_slice raw)
{
	const char *form = type_form(f->type);
	const char *at;

	if (*form == '\0')
		return raw.p;
	at = kc_form_fault(form, raw, form[0] == 'c' ? KC_CODE_MAX : 0);
	return f->type == KC_T_EVIDENCE ? evidence_fault(raw, at) : at;
}

bool
kc_field_takes(const struct kc_field *f, struct kc_slice value, size_t *at)
{
	size_t clean = kc_text_scan(value);
	int64_t num;
	bool ok = clean == value.n &&
	    (f->type == KC_T_TEXT ? kc_plain_ok(value)
				  : kc_value_read(f, value, &num));

	if (at == NULL)
		return ok;
	*at = clean;
	if (!ok && clean == value.n)
		*at = f->type == KC_T_TEXT || value.n == 0
		    ? 0
		    : (size_t)(kc_value_fault(f, value) - value.p);
	return ok;
}

enum kc_err
kc_value_refuse(const struct kc_field *f, struct kc_refusal *why)
{
	char text[KC_REFUSAL_ARG_MAX];
	struct kc_buf b = {text, 0, sizeof(text), KC_OK};
	const struct kc_word *words;
	size_t n;

	kc_refuse(why, KC_R_FIELD_VALUE, f->name,
	    kc_type_text(f->type, KC_LANG_EN),
	    kc_type_text(f->type, KC_LANG_ZH), NULL);
	if (f->type == KC_T_INT) {
		kc_buf_str(&b, "0..");
		kc_buf_i64(&b, f->arg);
	}
	if (f->type == KC_T_WORD) {
		words = kc_set_words((enum kc_set)f->arg, &n);
		for (size_t i = 0; i < n; i++) {
			/* What does not fit is left out, not cut. */
			if (b.n + strlen(words[i].wire) + 6 > b.cap) {
				kc_buf_str(&b, "...");
				break;
			}
			kc_buf_str(&b, words[i].wire);
			kc_buf_str(&b, i + 1 < n ? ", " : "");
		}
	}
	if (b.n > 0) {
		kc_refusal_arg(why, 1, kc_buf_view(&b));
		kc_refusal_arg(why, 2, kc_buf_view(&b));
	}
	return KC_EREFUSED;
}

enum kc_err
kc_head_refuse(const char *name, struct kc_refusal *why)
{
	static const struct {
		const char *name, *en, *zh;
	} heads[] = {{"ledger", "the origin of a ledger", "账本名称"},
	    {"id", "32 lower-case hexadecimal digits", "32 位小写十六进制数"},
	    {"at", "a UTC instant such as 2022-10-17T01:30:00Z",
		"UTC 时刻，如 2022-10-17T01:30:00Z"},
	    {"seen", "0 in ledger.open, else the size and root of a checkpoint",
		"ledger.open 为 0，其余为检查点的条数与根"},
	    {"by", "an actor id that stands once", "不重复的人员代号"}};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (strcmp(heads[i].name, name) == 0)
			kc_refuse(why, KC_R_FIELD_VALUE, name, heads[i].en,
			    heads[i].zh, NULL);
	return KC_EREFUSED;
}

void
kc_refusal_at(struct kc_refusal *why, struct kc_slice bytes, const char *at)
{
	const char *line = bytes.p;
	uint32_t n = 1;

	for (const char *p = bytes.p; p < at; p++)
		if (*p == '\n') {
			n++;
			line = p + 1;
		}
	why->line = n;
	why->col = (uint32_t)(at - line) + 1;
}
