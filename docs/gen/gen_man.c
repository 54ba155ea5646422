/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies the manual page of the command line, English or Chinese, with its
 * lists of commands, statements and options made anew from their tables.
 */
#include <stdio.h>
#include <string.h>

#include "lib/options.h"

#define BEGIN ".\\\" made by make docs: "
#define END ".\\\" end\n"
#define WIDE 56 /* columns of a terminal that a text in a list has */

static bool zh;

/* A full-width mark, after which a line may end. */
static bool
is_mark(const char *p)
{
	return strncmp(p, "，", 3) == 0 || strncmp(p, "。", 3) == 0 ||
	    strncmp(p, "；", 3) == 0 || strncmp(p, "：", 3) == 0 ||
	    strncmp(p, "、", 3) == 0;
}

/* How much of a text goes on one line: it is broken at spaces alone when it is
 * shown, of which Chinese has none. */
static size_t
line_of(const char *text)
{
	size_t end = 0, columns = 0, n = 0;

	while (text[n] != '\0') {
		size_t bytes = (unsigned char)text[n] < 0xE0 ? 1 : 3;

		columns = text[n] == ' ' ? 0 : columns + (bytes == 3 ? 2 : 1);
		if (columns > WIDE && end > 0)
			return end;
		if (text[n] == ' ')
			end = 0;
		n += bytes;
		if (bytes == 3 && is_mark(text + n - 3))
			end = n;
	}
	return n;
}

static void
put_text(const char *text_zh, const char *text_en)
{
	const char *text = zh ? text_zh : text_en;
	size_t n;

	for (; *text != '\0'; text += n) {
		n = line_of(text);
		printf("%s%.*s%s", *text == '.' || *text == '\'' ? "\\&" : "",
		    (int)n, text, text[n] != '\0' ? "\n" : "");
	}
}

/* "Cm noun Cm verb", as the head of an item says it. */
static void
head_of(const struct kc_command *c, char *out, size_t size)
{
	snprintf(out, size, "Cm %s%s%s", c->noun, c->verb != NULL ? " Cm " : "",
	    c->verb != NULL ? c->verb : "");
}

static void
put_command(const struct kc_command *c)
{
	char head[64];

	head_of(c, head, sizeof(head));
	printf(".It %s", head);
	if (c->synopsis[0] != '\0')
		printf(" Ar \"%s\"", c->synopsis);
	putchar('\n');
	put_text(c->usage_zh, c->usage_en);
	putchar('\n');
}

/* Has the page an item of its own for a command, beside the lists made here? */
static bool
is_told(FILE *f, const struct kc_command *c)
{
	char line[1024], head[64];
	size_t n;
	bool made = false, told = false;
	long place = ftell(f);

	head_of(c, head, sizeof(head));
	n = strlen(head);
	rewind(f);
	while (!told && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, BEGIN, sizeof(BEGIN) - 1) == 0)
			made = true;
		else if (strcmp(line, END) == 0)
			made = false;
		if (made || strncmp(line, ".It Cm ", 7) != 0)
			continue;
		for (const char *p = line; (p = strstr(p, head)) != NULL; p++)
			told = told ||
			    ((p[n] == ' ' || p[n] == '\n') &&
				(p == line + 4 || p[-2] == ','));
	}
	(void)fseek(f, place, SEEK_SET);
	return told;
}

/* Questions: what prints a table, and changes nothing. */
static void
put_views(void)
{
	for (size_t i = 0; i < kc_ncommands; i++)
		if (kc_commands[i].prints == KC_PRINTS_ANY)
			put_command(&kc_commands[i]);
}

/* All other commands that nothing else of the page tells of. */
static void
put_others(FILE *f)
{
	for (size_t i = 0; i < kc_ncommands; i++)
		if (kc_commands[i].prints != KC_PRINTS_ANY &&
		    !is_told(f, &kc_commands[i]))
			put_command(&kc_commands[i]);
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
	put_text(k->zh, k->en);
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
	if (strcmp(scope, KC_OF_LISTS) == 0) {
		put_text(
		    "打印列表的各命令", "every command that prints a list");
		return;
	}
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
		put_text(o->zh, o->en);
		if (own) {
			printf("\n(");
			put_scope(o->scope);
			putchar(')');
		}
		putchar('\n');
	}
}

static int
put_part(FILE *f, const char *name)
{
	if (strcmp(name, "views") == 0)
		put_views();
	else if (strcmp(name, "others") == 0)
		put_others(f);
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
	FILE *f = argc == 3 ? fopen(argv[2], "r") : NULL;
	char line[1024], name[32];
	bool made = false;
	int bad = 0;

	if (f == NULL) {
		perror(argc == 3 ? argv[2] : "usage: gen_man en|zh FILE");
		return 1;
	}
	zh = strcmp(argv[1], "zh") == 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strcmp(line, END) == 0)
			made = false;
		if (!made)
			fputs(line, stdout);
		if (sscanf(line, BEGIN "%31s", name) == 1) {
			made = true;
			bad |= put_part(f, name);
		}
	}
	return fclose(f) != 0 || bad != 0 || ferror(stdout) != 0 ||
	    fclose(stdout) != 0;
}
