/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of docs/RULES.md, and docs/STATES.md, from the machines. */
#include "gen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/machine.h>
#include <kaocheng/rule.h>

static const struct {
	const char *zh, *en;
} parties[] = {
#define X(sym, zh, en) {zh, en},
    KC_PARTIES(X)
#undef X
};

static void
put_states(const struct kc_machine *m, uint32_t set)
{
	const char *between = "";

	for (unsigned s = 0; s < m->nstates; s++) {
		if ((set >> s & 1) == 0)
			continue;
		printf("%s%s", between, m->states[s].en);
		between = ", ";
	}
}

/* The machine of a noun that most of its kinds move; NULL if it has none. */
static const struct kc_machine *
machine_of(const char *noun)
{
	const struct kc_machine *best = NULL;

	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);

		if (strcmp(m->noun, noun) == 0 &&
		    (best == NULL || m->nmoves > best->nmoves))
			best = m;
	}
	return best;
}

static const struct kc_move *
move_of(const struct kc_machine *m, enum kc_kind_id kind)
{
	for (unsigned i = 0; m != NULL && i < m->nmoves; i++)
		if (m->moves[i].kind == kind)
			return &m->moves[i];
	return NULL;
}

/* "<- from | to |" */
static void
put_move(const struct kc_machine *m, const struct kc_move *v)
{
	if (v == NULL || v->from == 0)
		printf(" |");
	else {
		put_states(m, v->from);
		printf(" |");
	}
	printf(" ");
	if (v != NULL && v->to == 0)
		printf("the same");
	else if (v != NULL)
		put_states(m, v->to);
	printf(" | ");
}

static void
put_holds(const struct kc_machine *m, const struct kc_move *v,
    const struct kc_rule *r)
{
	const struct kc_limit *limit = NULL;

	if (v != NULL && v->limit >= 0)
		limit = &m->limits[v->limit];
	printf("%s", r->holds);
	if (limit != NULL && limit->key >= 0)
		printf("%slast day by `%s`", r->holds[0] == '\0' ? "" : "; ",
		    kc_policy_key_path((enum kc_policy_key)limit->key));
}

static void
put_rule(const struct kc_machine *m, const struct kc_kind *k)
{
	const struct kc_rule *r = kc_rule_get(k->id);
	const struct kc_move *v = move_of(m, k->id);

	printf("| `%s` | ", k->name);
	gen_signers(&k->signers, false);
	if (v != NULL && parties[v->party].en[0] != '\0')
		printf(", %s", parties[v->party].en);
	printf(" | ");
	if (m != NULL)
		put_move(m, v);
	put_holds(m, v, r);
	printf(" | ");
	for (unsigned i = 0; i < r->ncodes; i++)
		printf("%s%s", i == 0 ? "" : ", ",
		    kc_refusal_code_text(r->codes[i]));
	puts(" |");
}

static void
put_noun(const char *noun)
{
	const struct kc_machine *m = machine_of(noun);

	puts(m == NULL
		? "| Statement | Signed by | Holds when | Else |\n"
		  "|---|---|---|---|"
		: "| Statement | Signed by | From | To | Holds when | Else |\n"
		  "|---|---|---|---|---|---|");
	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get(i);

		if (strcmp(k->noun, noun) == 0)
			put_rule(m, k);
	}
}

static void
put_limits(void)
{
	puts("| What | By | The clerk writes | What follows "
	     "|\n|---|---|---|---|");
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);

		for (unsigned n = 0; n < m->nlimits; n++) {
			const struct kc_limit *l = &m->limits[n];

			printf("| %s | ", l->en);
			if (l->key >= 0)
				printf("`%s`: ",
				    kc_policy_key_path(
					(enum kc_policy_key)l->key));
			printf("%s | ", l->rule_en);
			if (l->clerk >= 0)
				printf("`%s`",
				    kc_kind_get((enum kc_kind_id)l->clerk)
					->name);
			printf(" | %s |\n", l->else_en);
		}
	}
}

#define BEGIN "<!-- made by make docs: "
#define END "<!-- end -->\n"

/* Copies a page, with what stands between BEGIN name --> and END made anew. */
int
gen_rules(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[1024];
	bool made = false;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		char name[32];

		if (strcmp(line, END) == 0)
			made = false;
		if (!made)
			fputs(line, stdout);
		if (sscanf(line, BEGIN "%31s -->", name) == 1) {
			made = true;
			if (strcmp(name, "limits") == 0)
				put_limits();
			else
				put_noun(name);
		}
	}
	return fclose(f) != 0;
}

/* --- docs/STATES.md --- */
static void
put_diagram(const struct kc_machine *m)
{
	puts("```mermaid\nstateDiagram-v2");
	for (unsigned i = 0; i < m->nmoves; i++) {
		const struct kc_move *v = &m->moves[i];
		const char *name = kc_kind_get(v->kind)->name;

		for (unsigned to = 0; to < m->nstates; to++) {
			if ((v->to >> to & 1) == 0)
				continue;
			if (v->from == 0)
				printf("  [*] --> %s: %s\n", m->states[to].word,
				    name);
			for (unsigned s = 0; s < m->nstates; s++)
				if ((v->from >> s & 1) != 0 && s != to)
					printf("  %s --> %s: %s\n",
					    m->states[s].word,
					    m->states[to].word, name);
		}
	}
	for (unsigned s = 0; s < m->nstates; s++)
		if (m->states[s].last)
			printf("  %s --> [*]\n", m->states[s].word);
	puts("```\n");
}

static void
put_now(const struct kc_machine *m, unsigned state)
{
	bool any = false;

	printf("| %s | %s | %s | ", m->states[state].word, m->states[state].zh,
	    m->states[state].en);
	for (unsigned i = 0; i < m->nmoves; i++) {
		const struct kc_move *v = &m->moves[i];

		if ((v->from >> state & 1) == 0)
			continue;
		printf("%s`%s`", any ? ", " : "", kc_kind_get(v->kind)->name);
		any = true;
	}
	puts(" |");
}

int
gen_states(void)
{
	puts("# States · 状态\n");
	puts("Made from the machines of `include/kaocheng/defs/*.def` by `make "
	     "docs`; do not edit.\n"
	     "本页由上述表格生成，请勿手改。\n");
	puts("What may happen to a thing in each of its states. Who signs, and "
	     "by which last day, is in [RULES.md](RULES.md). A statement that "
	     "is not named in a state is refused with E-STATE.\n");
	for (unsigned i = 0; i < KC_M_COUNT; i++) {
		const struct kc_machine *m = kc_machine_get(i);

		printf("## %s · %s\n\n", m->en, m->zh);
		puts("| State | 状态 | Meaning | What may happen |\n"
		     "|---|---|---|---|");
		for (unsigned s = 0; s < m->nstates; s++)
			put_now(m, s);
		puts("");
		put_diagram(m);
	}
	return 0;
}
