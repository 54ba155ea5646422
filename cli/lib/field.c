/* SPDX-License-Identifier: Apache-2.0 */
/* A field's value as people type it, made into the form that is signed. */
#include "field.h"

#include <stdio.h>
#include <string.h>

#include "evidence.h"
#include "file.h"
#include "form.h"
#include "keys.h"
#include "text.h"

/* --- evidence --- */
static int
cite(const char *path, struct kc_buf *out)
{
	struct kc_hash hash;
	uint64_t size;
	int code = kc_evidence_hash(path, &hash, &size);

	if (code == KC_EXIT_OK)
		kc_buf_cited(out, path, &hash, size);
	return code;
}

/* --- the others --- */
static int
text_of(const struct kc_cli *cli, const struct kc_field *f, const char *flag,
    const char *text, struct kc_buf *out)
{
	size_t start = out->n;
	char name[KC_FLAG_SIZE + KC_PATH_SIZE];
	bool from_file = text[0] == '@' && text[1] != '@';
	int code = KC_EXIT_OK;

	snprintf(name, sizeof(name), "%s%s%s", flag, from_file ? " " : "",
	    from_file ? text : "");
	if (from_file) {
		if (!kc_file_exists(text + 1) && strcmp(text, "@-") != 0)
			return kc_cli_fail(KC_EXIT_NOT_FOUND,
			    _("@FILE reads the text from a file; a text that "
			      "begins with @ begins with @@"),
			    _("%s %s: there is no such file"), flag, text);
		code = kc_text_load(cli, name, text + 1, KC_NOTE_MAX, out);
		while (out->n > start && out->p[out->n - 1] == '\n')
			out->n--;
	} else {
		/* "@@" is a text that begins with @ */
		kc_buf_str(out, text + (text[0] == '@'));
	}
	return code != KC_EXIT_OK
	    ? code
	    : kc_text_check(cli, flag, name, (enum kc_text_use)f->arg,
		  (struct kc_slice){out->p + start, out->n - start});
}

/* The number before a unit in hundredths; -1 if it is none. */
static int64_t
hundredths(const char *text, size_t n)
{
	static const struct kc_field decimal = {.type = KC_T_DECIMAL};
	char number[32];
	struct kc_buf e4 = {0};
	int64_t v = -1;

	if (n == 0 || n >= sizeof(number))
		return -1;
	memcpy(number, text, n);
	number[n] = '\0';
	if (!kc_buf_signed_form(&e4, &decimal, number) ||
	    !kc_read_points(kc_buf_view(&e4), &v) || v < 0 || v % 100 != 0)
		v = -1;
	kc_buf_free(&e4);
	return v >= 0 ? v / 100 : -1;
}

static bool
ends_with(const char *text, const char *unit, size_t *number)
{
	size_t n = strlen(text), m = strlen(unit);

	if (n <= m || strcmp(text + n - m, unit) != 0)
		return false;
	*number = n - m;
	return true;
}

static int
say_unit(
    const struct kc_cli *cli, const char *flag, const char *text, int64_t bp)
{
	char percent[16];
	int n = snprintf(percent, sizeof(percent), "%d.%02d", (int)(bp / 100),
	    (int)(bp % 100));

	while (n > 0 && percent[n - 1] == '0')
		percent[--n] = '\0';
	if (n > 0 && percent[n - 1] == '.')
		percent[--n] = '\0';
	return kc_cli_refuse(cli, KC_R_FIELD_VALUE, flag, text,
	    _("%s %s: say %s%% or %lldbp"), flag, text, percent, (long long)bp);
}

/* "80%", "52.5%" or "5250bp"; never a bare number, which one person takes
 * for per cent and the entry for basis points. */
static int
basis_points(const struct kc_cli *cli, const char *flag, const char *text,
    struct kc_buf *out)
{
	size_t n;
	int64_t bp = -1;

	if (ends_with(text, "%", &n) || ends_with(text, "\xEF\xBC\x85", &n)) {
		bp = hundredths(text, n);
	} else if (ends_with(text, "bp", &n)) {
		if (!kc_read_i64((struct kc_slice){text, n}, 0, 10000, &bp))
			bp = -1;
	} else if ((bp = hundredths(text, strlen(text))) >= 0) {
		/* 80 is likely 80%, 8000 is likely 8000bp: say both. */
		if (bp > 10000)
			bp /= 100;
		if (bp <= 10000)
			return say_unit(cli, flag, text, bp);
	}
	if (bp < 0 || bp > 10000)
		return kc_cli_refuse(cli, KC_R_FIELD_VALUE, flag, text,
		    _("%s %s: not a rate; say one from 0%% to 100%%, such as "
		      "52.5%% or 5250bp"),
		    flag, text);
	kc_buf_i64(out, bp);
	return KC_EXIT_OK;
}

static int
key_of_file(const struct kc_cli *cli, const char *text, struct kc_buf *out)
{
	struct kc_vkey key;
	enum kc_err err = kc_keys_peek(cli, text, &key);

	if (err != KC_OK)
		return kc_cli_error(cli, err, text);
	kc_buf_vkey(out, &key);
	return KC_EXIT_OK;
}

const char *
kc_field_flag(const struct kc_field *f, char out[KC_FLAG_SIZE])
{
	snprintf(out, KC_FLAG_SIZE, "--%s", f->name);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '_')
			*p = '-';
	return out;
}

bool
kc_field_plain(const struct kc_kind *kind, unsigned f)
{
	const struct kc_field *field = &kind->fields[f];

	return field->presence == KC_ONE &&
	    (field->type == KC_T_CODE || field->type == KC_T_HANDLE ||
		field->type == KC_T_ACTOR ||
		(field->type == KC_T_INT && f == 0));
}

int
kc_field_value(const struct kc_cli *cli, const struct kc_field *f,
    const char *text, struct kc_buf *out)
{
	char flag[KC_FLAG_SIZE];

	(void)kc_field_flag(f, flag);
	if (f->type == KC_T_EVIDENCE && strncmp(text, "sha256:", 7) != 0)
		return cite(text, out);
	if (f->type == KC_T_TEXT)
		return text_of(cli, f, flag, text, out);
	if (f->type == KC_T_VKEY && strchr(text, '+') == NULL)
		return key_of_file(cli, text, out);
	if (f->type == KC_T_BP)
		return basis_points(cli, flag, text, out);
	return kc_buf_signed_form(out, f, text)
	    ? KC_EXIT_OK
	    : kc_form_refuse(cli, f, flag, text);
}
