/* SPDX-License-Identifier: Apache-2.0 */
/* What a field takes, what was typed instead, and what may be meant. */
#include "form.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/near.h>

static const struct {
	const char *zh, *en;
} forms[] = {
    [KC_T_CODE] = {"代码，由字母、数字和 . _ - 组成，至多 48 个，如 G19",
	"a code of letters, digits, '.', '_' and '-', at most 48, such as G19"},
    [KC_T_ACTOR] = {"人员代号，如 G19.head", "an actor id such as G19.head"},
    [KC_T_HANDLE] = {"编号，如 ", "a handle such as "},
    [KC_T_WORD] = {"", ""},
    [KC_T_POINTS] = {"分值，至多四位小数，如 0.5 或 70",
	"points with up to four decimals, such as 0.5 or 70"},
    [KC_T_BP] = {"写明单位的比例：80% 或 8000bp",
	"a rate with its unit: 80% or 8000bp"},
    [KC_T_INT] = {"整数，0 至 ", "a whole number from 0 to "},
    [KC_T_DATE] = {"日期，如 2026-06-30", "a date such as 2026-06-30"},
    [KC_T_QUARTER] = {"季度，如 2026-Q3", "a quarter such as 2026-Q3"},
    [KC_T_DECIMAL] = {"数值，至多四位小数，如 -1.25",
	"a number with up to four decimals, such as -1.25"},
    [KC_T_TEXT] = {"文字，或 @文件", "text, or @file"},
    [KC_T_VKEY] = {"公钥、公钥名片、密钥文件或人员代号",
	"a verifier key, a card, a key file or an actor"},
    [KC_T_SIG] = {"签名（64 字节的 base64）", "base64 of 64 bytes"},
    [KC_T_HASH] = {"sha256: 和 64 位小写十六进制数",
	"sha256: and 64 lower-case hexadecimal digits"},
    [KC_T_EVIDENCE] = {"文件，或 sha256:<十六进制> <字节数> <类型>",
	"a file, or sha256:<hex> <bytes> <media type>"},
    [KC_T_YESNO] = {"yes（是）或 no（否）", "yes or no"},
    [KC_T_KINDNAME] = {"事项种类，如 refund.grant（kaocheng help kinds）",
	"a statement kind such as refund.grant (kaocheng help kinds)"},
};

/* Each noun has numbers of its own. */
const char *
kc_handle_example(const struct kc_field *f)
{
	static const struct {
		const char *field, *handle;
	} examples[] = {
	    {"adjust", "AJ-2022-0001"},
	    {"bonus", "B-2022-0001"},
	    {"check", "CK-2022-0001"},
	    {"dispute", "D-2022-0001"},
	    {"negative", "N-2022-0001"},
	    {"opinion", "OP-2022-0001"},
	    {"round", "R-2022-0001"},
	    {"warning", "W-2022-0001"},
	    {"yearend", "YE-2022-0001"},
	};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		if (strcmp(f->name, examples[i].field) == 0)
			return examples[i].handle;
	return "PD-2022-0058";
}

static void
put_handle(struct kc_buf *out, const struct kc_field *f, bool zh)
{
	kc_buf_str(out, kc_handle_example(f));
	if (strcmp(f->name, "yearend") == 0)
		kc_buf_str(out, zh ? "，或年度" : ", or its year");
}

/* A word with what it means, unless that is the word itself. */
void
kc_buf_word(struct kc_buf *out, const struct kc_word *w, enum kc_lang lang)
{
	bool zh = lang == KC_LANG_ZH;
	const char *text = zh ? w->zh : w->en;

	kc_buf_str(out, w->wire);
	if (strcmp(text, w->wire) == 0)
		return;
	kc_buf_str(out, zh ? "（" : " (");
	kc_buf_str(out, text);
	kc_buf_str(out, zh ? "）" : ")");
}

void
kc_buf_form(struct kc_buf *out, const struct kc_field *f, enum kc_lang lang)
{
	bool zh = lang == KC_LANG_ZH;

	kc_buf_str(out, zh ? forms[f->type].zh : forms[f->type].en);
	if (f->type == KC_T_INT)
		kc_buf_i64(out, f->arg);
	if (f->type == KC_T_HANDLE)
		put_handle(out, f, zh);
	if (f->type == KC_T_WORD) {
		size_t n;
		const struct kc_word *words =
		    kc_set_words((enum kc_set)f->arg, &n);

		for (size_t i = 0; i < n; i++) {
			kc_buf_str(out, i > 0 ? " | " : "");
			kc_buf_word(out, &words[i], lang);
		}
	}
}

/* --- the signed form --- */
void
kc_buf_narrow(struct kc_buf *out, const char *text)
{
	struct kc_slice s = kc_slice_str(text);

	while (s.n > 0) {
		size_t n;
		uint32_t c = kc_char_read(s, &n);

		if (c >= 0xff01 && c <= 0xff5e)
			kc_buf_char(out, (char)(c - 0xfee0));
		else
			kc_buf_put(out, s.p, n);
		s.p += n;
		s.n -= n;
	}
}

/* "0.5" is 0.5000. */
static void
fill_decimals(struct kc_buf *b, size_t start)
{
	const char *text = kc_buf_cstr(b) + start, *dot = strchr(text, '.');
	size_t have = dot != NULL ? strlen(dot + 1) : 0;

	if (text[strspn(text, "-0123456789.")] != '\0' ||
	    (dot != NULL && have == 0))
		return;
	if (dot == NULL)
		kc_buf_char(b, '.');
	for (; have < 4; have++)
		kc_buf_char(b, '0');
}

/* The word that goes by this name in one language or the other, and by no
 * other word's. */
static const char *
word_named(const struct kc_field *f, const char *text)
{
	size_t n;
	const struct kc_word *words = kc_set_words((enum kc_set)f->arg, &n);
	const char *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i].zh, text) == 0 ||
		    strcmp(words[i].en, text) == 0) {
			if (found != NULL)
				return NULL;
			found = words[i].wire;
		}
	return found;
}

static const char *
yes_or_no(const char *text)
{
	return strcmp(text, "是") == 0 ? "yes"
	    : strcmp(text, "否") == 0  ? "no"
				       : NULL;
}

bool
kc_buf_signed_form(
    struct kc_buf *out, const struct kc_field *f, const char *text)
{
	size_t start = out->n;
	const char *word = f->type == KC_T_WORD ? word_named(f, text)
	    : f->type == KC_T_YESNO             ? yes_or_no(text)
						: NULL;

	if (word != NULL)
		kc_buf_str(out, word);
	else
		kc_buf_narrow(out, text);
	if (f->type == KC_T_POINTS || f->type == KC_T_DECIMAL)
		fill_decimals(out, start);
	if (kc_buf_err(out) == KC_OK &&
	    kc_field_takes(
		f, (struct kc_slice){out->p + start, out->n - start}, NULL))
		return true;
	out->n = start;
	return false;
}

/* --- what may be meant --- */
static bool
try(const struct kc_field *f, const char *text, struct kc_buf *out)
{
	struct kc_buf form = {0};
	bool ok = text[0] != '\0' && kc_buf_signed_form(&form, f, text);

	if (ok)
		kc_buf_str(out, text);
	kc_buf_free(&form);
	return ok;
}

static bool
near_word(const struct kc_field *f, const char *text, struct kc_buf *out)
{
	size_t n;
	const struct kc_word *words = kc_set_words((enum kc_set)f->arg, &n);
	struct kc_near near;
	struct kc_slice best;

	kc_near_begin(&near, kc_slice_str(text));
	for (size_t i = 0; i < n; i++)
		kc_near_try(&near, kc_slice_str(words[i].wire));
	best = kc_near_one(&near);
	kc_buf_slice(out, best);
	return best.n > 0;
}

/* Numbers with anything between them, put together as the type has them. */
static bool
renumbered(const struct kc_field *f, const char *text, struct kc_buf *out)
{
	char again[64], letters[4] = "";
	int a = -1, b = -1, c = -1;
	size_t lead = strcspn(text, "0123456789");

	(void)sscanf(text + lead, "%4d%*[^0-9]%6d%*[^0-9]%2d", &a, &b, &c);
	if (a < 0)
		return false;
	if (f->type == KC_T_INT && b < 0 && lead == 0)
		snprintf(again, sizeof(again), "%d", a);
	else if (f->type == KC_T_DATE && c >= 0 && lead == 0)
		snprintf(again, sizeof(again), "%04d-%02d-%02d", a, b, c);
	else if (f->type == KC_T_QUARTER && b >= 0 && lead == 0)
		snprintf(again, sizeof(again), "%04d-Q%d", a, b);
	else if (f->type == KC_T_HANDLE && b >= 0 && lead >= 1 && lead <= 4) {
		for (size_t i = 0; i < lead && i < 3; i++)
			letters[i] = text[i] >= 'a' && text[i] <= 'z'
			    ? (char)(text[i] - 'a' + 'A')
			    : text[i] == '-' ? '\0'
					     : text[i];
		snprintf(again, sizeof(again), "%s-%04d-%04d", letters, a, b);
	} else
		return false;
	return try(f, again, out);
}

/* A number with a comma, a sign, nothing before its point or too much behind
 * it; a code between blanks. */
static bool
tidied(const struct kc_field *f, const char *text, struct kc_buf *out)
{
	bool number = f->type == KC_T_POINTS || f->type == KC_T_DECIMAL;
	char again[64];
	size_t n = 0, lead = strspn(text, number ? " +" : " ");

	text += lead;
	if (number && (text[0] == '.' || text[0] == ','))
		again[n++] = '0';
	for (; *text != '\0' && n + 1 < sizeof(again); text++)
		again[n++] = number && *text == ',' ? '.' : *text;
	again[n] = '\0';
	while (n > 0 && again[n - 1] == ' ')
		again[--n] = '\0';
	while (number && strchr(again, '.') != NULL && n > 1 &&
	    (again[n - 1] == '0' || again[n - 1] == '.')) {
		bool point = again[n - 1] == '.';

		again[--n] = '\0';
		if (point)
			break;
	}
	return try(f, again, out);
}

/* --- the refusal --- */
/* Appends which character is at fault, if it is a single one. */
static void
say_character(
    const struct kc_field *f, const char *text, bool zh, struct kc_buf *out)
{
	struct kc_slice s = kc_slice_str(text), rest;
	size_t at, n;
	uint32_t c;

	(void)kc_field_takes(f, s, &at);
	if (f->type == KC_T_WORD || f->type == KC_T_KINDNAME ||
	    f->type == KC_T_YESNO || at >= s.n)
		return;
	rest = (struct kc_slice){s.p + at, s.n - at};
	c = kc_char_read(rest, &n);
	/* A plain letter, digit or point is seen; it is the whole that is
	 * not taken. */
	if (c == UINT32_MAX ||
	    (c > ' ' && c < 0x7f && strchr(",;:/", (int)c) == NULL))
		return;
	kc_buf_str(out, zh ? "其中有" : "it has ");
	kc_buf_char_name(out, c, zh ? KC_LANG_ZH : KC_LANG_EN);
	kc_buf_str(out, zh ? "；" : "; ");
}

int
kc_form_refuse(const struct kc_cli *cli, const struct kc_field *f,
    const char *flag, const char *text)
{
	struct kc_buf message = {0}, hint = {0};
	bool zh = cli->lang == KC_LANG_ZH;
	struct kc_saying s = {.code = kc_refusal_code_text(KC_R_FIELD_VALUE),
	    .option = flag,
	    .value = text,
	    .status = kc_refusal_status(KC_R_FIELD_VALUE)};
	int code;

	kc_buf_str(&message, flag);
	kc_buf_char(&message, ' ');
	kc_buf_str(&message,
	    text[0] != '\0' ? text
		: zh        ? "（空）"
			    : "(empty)");
	kc_buf_str(&message, zh ? "：" : ": ");
	say_character(f, text, zh, &message);
	kc_buf_str(&message, zh ? "应为" : "it takes ");
	kc_buf_form(&message, f, cli->lang);
	kc_buf_str(&hint, flag);
	kc_buf_char(&hint, ' ');
	if ((f->type == KC_T_WORD && near_word(f, text, &hint)) ||
	    renumbered(f, text, &hint) || tidied(f, text, &hint))
		s.hint = kc_buf_cstr(&hint);
	s.message = kc_buf_cstr(&message);
	code = kc_cli_say(cli, &s);
	kc_buf_free(&message);
	kc_buf_free(&hint);
	return code;
}
