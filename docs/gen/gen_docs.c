/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a page that comes from the tables: `make docs`. */
#include "gen.h"

#include <stdio.h>
#include <string.h>

static void
put_intro(void)
{
	puts("# Statement kinds · 事项种类\n");
	puts("Made from `include/kaocheng/defs/kinds.def` and `words.def` by "
	     "`make docs`; do not edit.\n"
	     "本页由上述表格生成，请勿手改。\n");
	puts("Every entry begins with the lines `kaocheng/v1 entry <kind>`, "
	     "`ledger`, `id`, `at` and one `by` per signer; then come the "
	     "fields below, in this order. The form of every value is in "
	     "[FORMAT.md](FORMAT.md).\n");
	puts("每条事项先写种类、账本、标识、签署时间和签署人，再按下列顺序写字"
	     "段；"
	     "各类值的写法见 [FORMAT.md](FORMAT.md)。\n");
	puts("Presence: **1** exactly once, **?** may be left out, **\\*** any "
	     "number, **+** at least one. "
	     "次数：1 必填一次，? 可省略，\\* 任意次，+ 至少一次。\n");
}

static bool
is_anyone(uint32_t roles)
{
	uint32_t all = (UINT32_C(1) << KC_ROLE_COUNT) - 1;

	return roles == (all & ~(UINT32_C(1) << KC_ROLE_CLERK));
}

/* Roles of one signer: words in `code`, or labels of a language. */
static void
put_roles(uint32_t roles, bool zh)
{
	const struct kc_word *words;
	const char *between = "";
	size_t n;

	if (is_anyone(roles)) {
		printf("%s",
		    zh ? "任何已登记人员（账本书记除外）"
		       : "any enrolled actor but the clerk");
		return;
	}
	words = kc_set_words(KC_SET_ROLE, &n);
	for (size_t i = 0; i < n; i++) {
		if ((roles >> i & 1) == 0)
			continue;
		if (zh)
			printf("%s%s", between, words[i].zh);
		else
			printf("%s`%s`", between, words[i].wire);
		between = zh ? "或" : " or ";
	}
}

void
gen_signers(const struct kc_signers *s, bool zh)
{
	if (s->n == 0)
		printf("%s",
		    zh ? "至少两名首批管理员"
		       : "at least two of the administrators it names");
	for (unsigned i = 0; i < s->n; i++) {
		if (i > 0)
			printf("%s", zh ? " 和 " : " and ");
		put_roles(s->roles[i], zh);
	}
}

static void
put_overview(void)
{
	puts("| Kind | 事项 | Meaning | Signed by | 签署 |");
	puts("|---|---|---|---|---|");
	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get(i);

		/* GitHub's anchor of a heading drops the dot. */
		printf("| [`%s`](#", k->name);
		for (const char *p = k->name; *p != '\0'; p++)
			if (*p != '.')
				putchar(*p);
		printf(") | %s | %s | ", k->zh, k->en);
		gen_signers(&k->signers, false);
		printf(" | ");
		gen_signers(&k->signers, true);
		puts(" |");
	}
	puts("");
}

/* A type, with its range or its words. */
static void
put_type(const struct kc_field *f)
{
	static const struct {
		const char *name, *zh, *en;
	} types[] = {
#define X(sym, zh, en) {#sym, zh, en},
	    KC_TYPES(X)
#undef X
	};
	const struct kc_word *words;
	size_t n;

	printf("%s", types[f->type].name);
	if (f->type == KC_T_INT)
		printf(" 0..%lld", (long long)f->arg);
	if (f->type != KC_T_WORD)
		return;
	words = kc_set_words((enum kc_set)f->arg, &n);
	for (size_t i = 0; i < n; i++)
		printf("%s `%s`", i == 0 ? ":" : ",", words[i].wire);
}

static void
put_kind(const struct kc_kind *k)
{
	static const char *const presence[] = {
	    [KC_ONE] = "1", [KC_OPT] = "?", [KC_MANY] = "\\*", [KC_SOME] = "+"};

	printf("### %s\n\n", k->name);
	printf("%s · %s. ", k->zh, k->en);
	printf("Signed by ");
	gen_signers(&k->signers, false);
	printf(". 签署：");
	gen_signers(&k->signers, true);
	printf("。\n\n");
	puts("| Field | 字段 | Meaning | Type | |");
	puts("|---|---|---|---|---|");
	for (unsigned i = 0; i < k->nfields; i++) {
		const struct kc_field *f = &k->fields[i];

		printf("| `%s` | %s | %s | ", f->name, f->zh, f->en);
		put_type(f);
		printf(" | %s |\n", presence[f->presence]);
	}
	puts("");
}

static void
put_words(void)
{
	static const char *const symbols[] = {
#define SET(s) #s,
#define WORD(s, num, since, sym, wire, zh, en)
#define END(s)
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END
	};

	puts("## Words · 限定词\n");
	for (unsigned s = 0; s < KC_SET_COUNT; s++) {
		size_t n;
		const struct kc_word *words = kc_set_words(s, &n);

		printf("| %s | 含义 | Meaning |\n|---|---|---|\n", symbols[s]);
		for (size_t i = 0; i < n; i++)
			printf("| `%s` | %s | %s |\n", words[i].wire,
			    words[i].zh, words[i].en);
		puts("");
	}
}

static void
put_all_kinds(void)
{
	put_intro();
	put_overview();
	puts("## Fields of each kind · 各类事项的字段\n");
	for (unsigned i = 0; i < KC_K_COUNT; i++)
		put_kind(kc_kind_get(i));
	put_words();
}

int
main(int argc, char **argv)
{
	int bad = 0;

	if (argc == 2 && strcmp(argv[1], "kinds") == 0)
		put_all_kinds();
	else if (argc == 2 && strcmp(argv[1], "states") == 0)
		bad = gen_states();
	else if (argc == 3 && strcmp(argv[1], "rules") == 0)
		bad = gen_rules(argv[2]);
	else
		bad = fprintf(
		    stderr, "usage: gen_docs kinds|states|rules FILE\n");
	return bad != 0 || ferror(stdout) != 0 || fclose(stdout) != 0;
}
