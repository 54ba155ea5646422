/* SPDX-License-Identifier: Apache-2.0 */
/* The refusal table: codes, HTTP statuses, sentences in two languages. */
#include <kaocheng/refusal.h>

#include <assert.h>

struct row {
	const char *code;
	int status;
	const char *text[2], *hint[2]; /* by enum kc_lang */
};

static const struct row rows[] = {
    [KC_R_NONE] = {"", 200, {"", ""}, {"", ""}},
#define X(sym, code, status, zh, en, hint_zh, hint_en)                         \
	[KC_R_##sym] = {code, status, {en, zh}, {hint_en, hint_zh}},
#include <kaocheng/defs/refusals.def>
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) == KC_R_COUNT,
    "a row for every refusal code");
_Static_assert(KC_LANG_EN == 0 && KC_LANG_ZH == 1, "order of row.text");

static const struct {
	const char *cause[2], *example, *remedy[2]; /* by enum kc_lang */
} help[KC_R_COUNT] = {
#define HELP(sym, cause_zh, cause_en, example, remedy_zh, remedy_en)           \
	[KC_R_##sym] = {{cause_en, cause_zh}, example, {remedy_en, remedy_zh}},
#include <kaocheng/defs/refusals.def>
};

/* Longest part of s that fits size with its NUL and ends between characters. */
static size_t
fit(struct kc_slice s, size_t size)
{
	size_t n = s.n;

	if (n < size)
		return n;
	n = size - 1;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

void
kc_refusal_arg(struct kc_refusal *r, unsigned i, struct kc_slice s)
{
	size_t n = fit(s, KC_REFUSAL_ARG_MAX);

	assert(i < KC_REFUSAL_ARGS);
	if (n > 0)
		memmove(r->args[i], s.p, n);
	r->args[i][n] = '\0';
	r->args_zh[i][0] = '\0';
}

void
kc_refusal_arg_add(struct kc_refusal *r, unsigned i, struct kc_slice s)
{
	size_t n = strlen(r->args[i]), more = n > 0 ? 2 : 0;

	if (n + more + s.n >= KC_REFUSAL_ARG_MAX)
		return;
	memcpy(r->args[i] + n, ", ", more);
	memcpy(r->args[i] + n + more, s.p, s.n);
	r->args[i][n + more + s.n] = '\0';
}

enum kc_err
kc_refusal_zh(struct kc_refusal *r, unsigned i, const char *zh)
{
	struct kc_slice text = kc_slice_str(zh);

	assert(i < KC_REFUSAL_ARGS);
	text.n = fit(text, sizeof(r->args_zh[i]));
	(void)kc_slice_copy(r->args_zh[i], sizeof(r->args_zh[i]), text);
	return KC_EREFUSED;
}

void
kc_refusal_set_state(struct kc_refusal *r, const char *en, const char *zh)
{
	(void)kc_slice_copy(r->state, sizeof(r->state), kc_slice_str(en));
	(void)kc_slice_copy(r->state_zh, sizeof(r->state_zh), kc_slice_str(zh));
}

const char *
kc_refusal_state(const struct kc_refusal *r, enum kc_lang lang)
{
	if (lang == KC_LANG_ZH && r->state[0] != '\0' && r->state_zh[0] != '\0')
		return r->state_zh;
	return r->state;
}

void
kc_refusal_arg_u64(struct kc_refusal *r, unsigned i, uint64_t v)
{
	char text[20];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	kc_refusal_arg(r, i, (struct kc_slice){text + at, sizeof(text) - at});
}

void
kc_refusal_arg_points(struct kc_refusal *r, unsigned i, int64_t e4)
{
	char text[32];
	size_t at = sizeof(text);
	uint64_t v = e4 < 0 ? 0 - (uint64_t)e4 : (uint64_t)e4;

	for (int digit = 0; digit < 5 || v > 0; digit++) {
		if (digit == 4)
			text[--at] = '.';
		text[--at] = (char)('0' + v % 10);
		v /= 10;
	}
	if (e4 < 0)
		text[--at] = '-';
	kc_refusal_arg(r, i, (struct kc_slice){text + at, sizeof(text) - at});
}

enum kc_err
kc_refuse(struct kc_refusal *r, enum kc_refusal_code code, const char *a0,
    const char *a1, const char *a2, const char *a3)
{
	const char *args[KC_REFUSAL_ARGS] = {a0, a1, a2, a3};
	bool ended = false;

	assert(code > KC_R_NONE && code < KC_R_COUNT);
	r->code = code;
	for (unsigned i = 0; i < KC_REFUSAL_ARGS; i++) {
		ended = ended || args[i] == NULL;
		if (ended)
			r->args[i][0] = r->args_zh[i][0] = '\0';
		else
			kc_refusal_arg(r, i, kc_slice_str(args[i]));
	}
	return KC_EREFUSED;
}

const char *
kc_refusal_code_text(enum kc_refusal_code c)
{
	assert(c >= KC_R_NONE && c < KC_R_COUNT);
	return rows[c].code;
}

int
kc_refusal_status(enum kc_refusal_code c)
{
	assert(c >= KC_R_NONE && c < KC_R_COUNT);
	return rows[c].status;
}

/* The number in "{n}" at p, or -1. */
static int
placeholder(const char *p)
{
	if (p[0] != '{' || p[1] < '0' || p[1] >= '0' + KC_REFUSAL_ARGS ||
	    p[2] != '}')
		return -1;
	return p[1] - '0';
}

/* A byte of a character that is no letter, digit or mark of ASCII. */
static bool
is_chinese(char c)
{
	return ((unsigned char)c & 0x80) != 0;
}

static void
fill(struct kc_buf *out, const char *template, const struct kc_refusal *r,
    enum kc_lang lang)
{
	for (const char *p = template; *p != '\0';) {
		int i = placeholder(p);

		if (i >= 0) {
			kc_buf_str(out,
			    lang == KC_LANG_ZH && r->args_zh[i][0] != '\0'
				? r->args_zh[i]
				: r->args[i]);
			p += 3;
			/* The blank is for a code that stands there. */
			if (*p == ' ' && is_chinese(p[1]) && out->n > 0 &&
			    is_chinese(out->p[out->n - 1]))
				p++;
		} else {
			kc_buf_char(out, *p++);
		}
	}
}

void
kc_refusal_message(
    const struct kc_refusal *r, enum kc_lang lang, struct kc_buf *out)
{
	assert(r->code < KC_R_COUNT);
	fill(out, rows[r->code].text[lang == KC_LANG_ZH], r, lang);
}

void
kc_refusal_hint(
    const struct kc_refusal *r, enum kc_lang lang, struct kc_buf *out)
{
	const char *hint;

	assert(r->code < KC_R_COUNT);
	hint = rows[r->code].hint[lang == KC_LANG_ZH];
	/* A hint about an argument that is not there says nothing. */
	for (const char *p = hint; *p != '\0'; p++) {
		int i = placeholder(p);

		if (i >= 0 && r->args[i][0] == '\0')
			return;
	}
	fill(out, hint, r, lang);
}

struct kc_refusal_help
kc_refusal_help(enum kc_refusal_code c, enum kc_lang lang)
{
	bool zh = lang == KC_LANG_ZH;

	assert(c > KC_R_NONE && c < KC_R_COUNT);
	return (struct kc_refusal_help){
	    help[c].cause[zh], help[c].example, help[c].remedy[zh]};
}

enum kc_refusal_code
kc_refusal_find(struct kc_slice text)
{
	for (int c = KC_R_NONE + 1; c < KC_R_COUNT; c++) {
		if (kc_slice_is(text, rows[c].code))
			return (enum kc_refusal_code)c;
	}
	return KC_R_NONE;
}
