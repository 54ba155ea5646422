/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the rows of every table as a ledger of a rules epoch has them: what
 * is younger is left out, a younger state, role or key of an older row too.
 * The lines are compared with those that were written down when the epoch was
 * frozen (tests/golden/epochs.t): no number, name, type, bound, default,
 * signer, step or template of a frozen epoch is ever another. Names that
 * people read may be.
 *
 *   rows EPOCH
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/limits.h>
#include <kaocheng/machine.h>
#include <kaocheng/policy.h>

static unsigned epoch;

/* --- kinds and their fields, in the order of an entry --- */
struct row {
	int kind; /* its number, or -1: a field of the last one */
	unsigned num, since;
	const char *wire, *type, *presence, *arg;
};
static const struct row rows[] = {
#define KIND(num, since, sym, wire, noun, signers, zh, en)                     \
	{num, num, since, wire, #noun, "", ""},
#define FIELD(num, since, sym, field, wire, type, presence, arg, zh, en)       \
	{-1, num, since, wire, #type, #presence, #arg},
#define END(sym)
#include <kaocheng/defs/kinds.def>
#undef KIND
#undef FIELD
#undef END
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void
print_roles(uint32_t roles)
{
	size_t n;
	const struct kc_word *words = kc_set_words(KC_SET_ROLE, &n);
	char sep = ' ';

	for (size_t i = 0; i < n; i++)
		if ((roles & KC_ROLE_BIT(i)) != 0 && words[i].since <= epoch) {
			printf("%c%s", sep, words[i].wire);
			sep = '/';
		}
	if (sep == ' ')
		printf(" nobody");
}

static void
print_kind(const struct row *r)
{
	const struct kc_kind *k = kc_kind_get((enum kc_kind_id)r->kind);

	printf("kind %u %u %s %s by", r->num, r->since, r->wire, r->type);
	for (unsigned i = 0; i < k->signers.n; i++)
		print_roles(k->signers.roles[i]);
	putchar('\n');
	while (++r < rows + ROWS && r->kind < 0)
		if (r->since <= epoch)
			printf("field %u %u %s %s %s %s\n", r->num, r->since,
			    r->wire, r->type, r->presence, r->arg);
}

static void
print_kinds(void)
{
	for (int k = 0; k < KC_K_COUNT; k++)
		for (size_t i = 0; i < ROWS; i++)
			if (rows[i].kind == k && rows[i].since <= epoch)
				print_kind(&rows[i]);
}

/* Those that have a kind: a noun has no epoch of its own. */
static void
print_noun(unsigned num, const char *name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].kind >= 0 && rows[i].since <= epoch &&
		    strcmp(rows[i].type, name) == 0) {
			printf("noun %u %s\n", num, name);
			return;
		}
}

/* --- words, keys, templates --- */
static const struct {
	const char *path;
	unsigned since;
} keys[] = {
#define X(num, since, sym, path, type, dflt, min, max, zh, en)                 \
	[num] = {path, since},
#include <kaocheng/defs/policy_keys.def>
#undef X
};

static void
print_texts(void)
{
#define SET(s)
#define WORD(s, num, since, sym, wire, zh, en)                                 \
	if ((since) <= epoch)                                                  \
		printf("word %s %d %d %s\n", #s, num, since, wire);
#define END(s)
#include <kaocheng/defs/words.def>
#undef SET
#undef WORD
#undef END
#define X(num, since, sym, path, type, dflt, min, max, zh, en)                 \
	if ((since) <= epoch)                                                  \
		printf("key %d %d %s %s %s %s %s\n", num, since, path, #type,  \
		    #dflt, #min, #max);
#include <kaocheng/defs/policy_keys.def>
#undef X
#define TEMPLATE(since, sym, zh, en)                                           \
	if ((since) <= epoch)                                                  \
		printf("template %d %s %s | %s\n", since, #sym, zh, en);
#include <kaocheng/defs/templates.def>
#undef TEMPLATE
}

/* --- machines --- */
static const char *const parties[] = {
#define X(sym, zh, en) [KC_PARTY_##sym] = #sym,
    KC_PARTIES(X)
#undef X
};

static void
print_states(const char *what, const struct kc_machine *m, uint32_t states)
{
	printf(" %s", what);
	for (unsigned i = 0; i < m->nstates; i++)
		if ((states >> i & 1) != 0 && m->states[i].since <= epoch)
			printf(" %s", m->states[i].word);
}

static bool
has_limit(const struct kc_limit *l)
{
	return (l->key < 0 || keys[l->key].since <= epoch) &&
	    (l->clerk < 0 ||
		kc_kind_get((enum kc_kind_id)l->clerk)->since <= epoch);
}

static void
print_moves(const struct kc_machine *m)
{
	for (unsigned i = 0; i < m->nmoves; i++) {
		const struct kc_move *v = &m->moves[i];
		const struct kc_kind *k = kc_kind_get(v->kind);

		if (k->since > epoch)
			continue;
		printf("move %s %s", m->name, k->name);
		print_states("from", m, v->from);
		print_states("to", m, v->to);
		printf(" party %s", parties[v->party]);
		if (v->limit >= 0 && has_limit(&m->limits[v->limit]))
			printf(" by %s", m->limits[v->limit].word);
		putchar('\n');
	}
	for (unsigned i = 0; i < m->nblocks; i++) {
		const struct kc_kind *k = kc_kind_get(m->blocks[i].kind);

		if (k->since > epoch)
			continue;
		printf("blocks %s %s", m->name, k->name);
		print_states("in", m, m->blocks[i].states);
		putchar('\n');
	}
}

static void
print_machine(const struct kc_machine *m)
{
	if (m->states[0].since > epoch)
		return;
	for (unsigned i = 0; i < m->nstates; i++)
		if (m->states[i].since <= epoch)
			printf("state %s %u %u %s%s\n", m->name, i,
			    (unsigned)m->states[i].since, m->states[i].word,
			    m->states[i].last ? " last" : "");
	for (unsigned i = 0; i < m->nlimits; i++) {
		const struct kc_limit *l = &m->limits[i];

		if (!has_limit(l))
			continue;
		printf("limit %s %s party %s%s key %s clerk %s\n", m->name,
		    l->word, parties[l->party], l->late ? " late" : "",
		    l->key < 0 ? "-" : keys[l->key].path,
		    l->clerk < 0
			? "-"
			: kc_kind_get((enum kc_kind_id)l->clerk)->name);
	}
	print_moves(m);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	epoch = (unsigned)strtoul(argv[1], NULL, 10);
#define NOUN(number, name, zh, en, keeps) print_noun(number, #name);
#define HAS(type, member)
#include <kaocheng/defs/kinds.def>
#undef NOUN
#undef HAS
	print_kinds();
	print_texts();
	for (unsigned m = 0; m < KC_M_COUNT; m++)
		print_machine(kc_machine_get((enum kc_machine_id)m));
	return 0;
}
