/* SPDX-License-Identifier: Apache-2.0 */
#include "hands.h"

#include <stdio.h>
#include <string.h>

#include "lib/form.h"
#include "lib/keys.h"

#include "meant.h"

/* Who are named before the question; the rest is counted. */
#define SAID_MAX 6

/* The array with room for one more; NULL: there is none, and it stays. */
static void *
with_room(void *v, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap > 0 ? 2 * *cap : 64;
	void *to = n < *cap ? v : kc_realloc(v, more * size);

	if (n == *cap && to != NULL)
		*cap = more;
	return to;
}

/* --- the names of a row --- */
void
kc_hands_begin(struct kc_cli *cli)
{
	cli->nas = 0;
}

/* Is the key file here, and his? */
static int
look(const struct kc_cli *cli, const char *actor)
{
	enum kc_keyfile_lock lock;
	char path[KC_PATH_SIZE];
	struct kc_vkey key;
	enum kc_err err = kc_keys_look(cli, actor, &key, &lock);

	if (err == KC_ENOTFOUND)
		return kc_keys_missing(cli, actor);
	if (kc_keys_path(cli, actor, path) != KC_OK)
		snprintf(path, sizeof(path), "%s", actor);
	if (err != KC_OK)
		return kc_cli_error(cli, err, path);
	if (strcmp(key.name, actor) != 0)
		return kc_cli_fail(KC_EXIT_NOT_PERMITTED, NULL,
		    _("%s is the key of %s, not of %s"), path, key.name, actor);
	return KC_EXIT_OK;
}

static struct kc_hand *
find(const struct kc_hands *s, const char *actor)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i]->actor, actor) == 0)
			return s->v[i];
	return NULL;
}

static int
add(struct kc_hands *s, const struct kc_cli *cli, const char *actor,
    struct kc_hand **out)
{
	int code = look(cli, actor);
	struct kc_hand **v;

	if (code != KC_EXIT_OK)
		return code;
	v = with_room(s->v, s->n, &s->cap, sizeof(*v));
	if (v != NULL)
		s->v = v;
	*out = v != NULL ? kc_alloc(sizeof(**out)) : NULL;
	if (*out == NULL)
		return kc_cli_error(cli, KC_ENOMEM, actor);
	memset(*out, 0, sizeof(**out));
	snprintf((*out)->actor, sizeof((*out)->actor), "%s", actor);
	s->v[s->n++] = *out;
	return KC_EXIT_OK;
}

int
kc_hands_add(struct kc_hands *s, struct kc_authors *a, const char *typed)
{
	static const struct kc_field author = {.type = KC_T_ACTOR};
	struct kc_cli *cli = a->cli;
	const char *actor = typed;
	struct kc_hand *one;
	int code = kc_meant_author(a, &actor, "by");

	if (code != KC_EXIT_OK)
		return code;
	if (!kc_actor_ok(kc_slice_str(actor)))
		return kc_form_refuse(cli, &author, "by", typed);
	one = find(s, actor);
	if (one == NULL)
		code = add(s, cli, actor, &one);
	if (code != KC_EXIT_OK)
		return code;
	for (size_t i = 0; i < cli->nas; i++)
		if (cli->as[i] == one->actor)
			return kc_cli_usage(
			    _("%s is named twice; who signs twice signs once"),
			    actor);
	if (cli->nas == KC_SIGNERS_MAX)
		return kc_cli_usage(
		    _("a row has at most %d signers"), KC_SIGNERS_MAX);
	cli->as[cli->nas++] = one->actor;
	return KC_EXIT_OK;
}

int
kc_hands_take(struct kc_hands *s, const struct kc_cli *cli)
{
	struct kc_signed *row =
	    with_room(s->row, s->nrows, &s->cap_rows, sizeof(*row));

	if (row == NULL)
		return kc_cli_error(cli, KC_ENOMEM, "by");
	s->row = row;
	row = &s->row[s->nrows++];
	row->n = (unsigned)cli->nas;
	for (unsigned i = 0; i < row->n; i++) {
		row->by[i] = find(s, cli->as[i]);
		row->by[i]->n++;
	}
	return KC_EXIT_OK;
}

/* --- before the question --- */
void
kc_hands_say(const struct kc_hands *s, const struct kc_cli *cli)
{
	struct kc_buf list = {0};
	size_t asked = 0;

	for (size_t i = 0; i < s->n; i++) {
		asked += kc_pen_asks(cli, s->v[i]->actor);
		if (i >= SAID_MAX)
			continue;
		kc_buf_str(&list, i > 0 ? ", " : "");
		kc_buf_str(&list, s->v[i]->actor);
		kc_buf_char(&list, ' ');
		kc_buf_u64(&list, s->v[i]->n);
	}
	if (s->n > SAID_MAX)
		kc_buf_str(&list, ", …");
	kc_cli_note(cli, _("  signed by %zu, as the table names them: %s"),
	    s->n, kc_buf_cstr(&list));
	if (asked > 0)
		kc_cli_note(cli,
		    _("  %zu of them will be asked for a passphrase each; "
		      "--passphrase-file FILE has one for all, a directory "
		      "ACTOR.pass for each"),
		    asked);
	kc_buf_free(&list);
}

/* --- signing --- */
int
kc_hands_open(struct kc_hands *s, struct kc_cli *cli)
{
	for (size_t i = 0; i < s->n; i++) {
		struct kc_hand *one = s->v[i];
		struct kc_heard heard = {0};
		int code;

		kc_cli_hear(&heard);
		code = kc_pen_open(cli, one->actor, &one->pen);
		kc_cli_hear(NULL);
		one->open = code == KC_EXIT_OK;
		one->wrong = heard.message;
		if (code == KC_EXIT_USAGE)
			return kc_cli_fail(code, NULL, "%s: %s", one->actor,
			    kc_buf_cstr(&one->wrong));
	}
	return KC_EXIT_OK;
}

const char *
kc_hands_wrong(const struct kc_hands *s, size_t i)
{
	for (unsigned k = 0; k < s->row[i].n; k++)
		if (!s->row[i].by[k]->open)
			return kc_buf_cstr(&s->row[i].by[k]->wrong);
	return NULL;
}

int
kc_hands_note(const struct kc_hands *s, size_t i, struct kc_slice text,
    struct kc_buf *out)
{
	int code = KC_EXIT_OK;

	kc_buf_slice(out, text);
	kc_buf_char(out, '\n');
	for (unsigned k = 0; code == KC_EXIT_OK && k < s->row[i].n; k++)
		code = kc_pen_line(&s->row[i].by[k]->pen, text, out);
	return code;
}

void
kc_hands_release(struct kc_hands *s)
{
	for (size_t i = 0; i < s->n; i++) {
		kc_pen_wipe(&s->v[i]->pen);
		kc_buf_free(&s->v[i]->wrong);
		kc_free(s->v[i]);
	}
	kc_free(s->v);
	kc_free(s->row);
	*s = (struct kc_hands){0};
}
