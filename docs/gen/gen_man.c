/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies the manual page of the command line, with its lists of commands,
 * statements and options made anew from their tables.
 */
#include <stdio.h>
#include <string.h>

#include "lib/options.h"

#define BEGIN ".\\\" made by make docs: "
#define END ".\\\" end\n"

static void
put_text(const char *text)
{
	printf("%s%s", text[0] == '.' || text[0] == '\'' ? "\\&" : "", text);
}

/* Questions: what prints a table, and changes nothing. */
static void
put_views(void)
{
	for (size_t i = 0; i < kc_ncommands; i++) {
		const struct kc_command *c = &kc_commands[i];

		if (c->prints != KC_PRINTS_ANY)
			continue;
		printf(".It Cm %s", c->noun);
		if (c->verb != NULL)
			printf(" Cm %s", c->verb);
		if (c->synopsis[0] != '\0')
			printf(" Ar \"%s\"", c->synopsis);
		putchar('\n');
		put_text(c->usage_en);
		putchar('\n');
	}
}

/* "target.approve_first" as a command. */
static void
put_kind(const struct kc_kind *k)
{
	printf(".It Cm ");
	for (const char *p = k->name; *p != '\0'; p++)
		if (*p == '.')
			printf(" Cm ");
		else
			putchar(*p == '_' ? '-' : *p);
	putchar('\n');
	put_text(k->en);
	putchar('\n');
}

static void
put_kinds(void)
{
	for (unsigned i = 0; i < KC_K_COUNT; i++) {
		const struct kc_kind *k = kc_kind_get(i);

		if (kc_kind_is_written(k))
			put_kind(k);
	}
}

/* "key.new init" as commands. */
static void
put_scope(const char *scope)
{
	for (; *scope != '\0'; scope++)
		if (*scope == ' ')
			printf(",\n");
		else
			putchar(*scope == '.' ? ' ' : *scope);
}

static void
put_options(bool own)
{
	for (size_t i = 0; i < kc_noptions; i++) {
		const struct kc_option *o = &kc_options[i];

		if ((o->scope[0] != '\0') != own)
			continue;
		printf(".It Fl %s", o->name + 1);
		if (o->value != NULL)
			printf(" Ar %s", o->value);
		putchar('\n');
		put_text(o->en);
		if (own) {
			printf("\n(");
			put_scope(o->scope);
			putchar(')');
		}
		putchar('\n');
	}
}

static int
put_part(const char *name)
{
	if (strcmp(name, "views") == 0)
		put_views();
	else if (strcmp(name, "kinds") == 0)
		put_kinds();
	else if (strcmp(name, "options") == 0)
		put_options(false);
	else if (strcmp(name, "own-options") == 0)
		put_options(true);
	else
		return fprintf(stderr, "gen_man: no part %s\n", name);
	return 0;
}

int
main(int argc, char **argv)
{
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	char line[1024], name[32];
	bool made = false;
	int bad = 0;

	if (f == NULL) {
		perror(argc == 2 ? argv[1] : "usage: gen_man FILE");
		return 1;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strcmp(line, END) == 0)
			made = false;
		if (!made)
			fputs(line, stdout);
		if (sscanf(line, BEGIN "%31s", name) == 1) {
			made = true;
			bad |= put_part(name);
		}
	}
	return fclose(f) != 0 || bad != 0 || ferror(stdout) != 0 ||
	    fclose(stdout) != 0;
}
