/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands on the directory of persons share. */
#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kaocheng/leaf.h>

#define IDENTITY (1U << KC_PERSON_NAME | 1U << KC_PERSON_POST)

int
kc_people_place(struct kc_cli *cli, char out[KC_PATH_SIZE])
{
	const char *dir = getenv("KAOCHENG_DIR");

	if (cli->dir == NULL && dir != NULL && dir[0] != '\0')
		cli->dir = dir;
	if (cli->dir == NULL)
		return kc_cli_usage("%s",
		    _("persons are kept beside the ledger: name its directory "
		      "with --dir"));
	kc_cli_place(cli, "people", "people", out);
	return out[0] != '\0' ? KC_EXIT_OK
			      : kc_cli_error(cli, KC_ETOOBIG, cli->dir);
}

int
kc_people_fail(
    enum kc_err err, const char *dir, const char *actor, struct kc_buf *detail)
{
	const char *why =
	    detail->n > 0 ? _(kc_buf_cstr(detail)) : kc_err_said(err);
	int code = kc_cli_fail(
	    err == KC_ENOTFOUND ? KC_EXIT_NOT_FOUND : KC_EXIT_FAILED, NULL,
	    actor[0] != '\0' ? "%s/%s: %s" : "%s%s: %s", dir, actor, why);

	kc_buf_free(detail);
	return code;
}

enum kc_err
kc_people_begin(struct kc_person *p, const char *actor)
{
	memset(p, 0, sizeof(*p));
	p->lang = KC_LANG_ZH;
	if (!kc_slice_copy(p->actor, sizeof(p->actor), kc_slice_str(actor)))
		return KC_EINVAL;
	return kc_cli_random(p->salt, sizeof(p->salt));
}

unsigned
kc_people_changes(const struct kc_person *a, const struct kc_person *b)
{
	struct kc_buf before = {0}, after = {0};
	unsigned bits = 0;

	for (int f = 0; f < KC_PERSON_SALT; f++) {
		kc_buf_reset(&before);
		kc_buf_reset(&after);
		kc_buf_person_field(&before, a, (enum kc_person_field)f);
		kc_buf_person_field(&after, b, (enum kc_person_field)f);
		if (!kc_slice_eq(kc_buf_view(&before), kc_buf_view(&after)))
			bits |= 1U << f;
	}
	kc_buf_free(&before);
	kc_buf_free(&after);
	return bits;
}

enum kc_err
kc_people_resalt(struct kc_person *p, unsigned changes)
{
	return (changes & IDENTITY) != 0
	    ? kc_cli_random(p->salt, sizeof(p->salt))
	    : KC_OK;
}

void
kc_people_list_fields(
    const struct kc_cli *cli, struct kc_buf *out, unsigned fields)
{
	const char *between = "";

	for (int f = 0; f < KC_PERSON_FIELD_COUNT; f++) {
		if ((fields >> f & 1) == 0)
			continue;
		kc_buf_str(out, between);
		kc_buf_str(out,
		    kc_person_field_text((enum kc_person_field)f, cli->lang));
		between = cli->lang == KC_LANG_ZH ? "、" : ", ";
	}
}

static void
put_list(struct kc_json *w, const struct kc_person *p, enum kc_person_field f)
{
	struct kc_buf text = {0};
	struct kc_slice rest, item;
	char key[32];

	kc_buf_person_field(&text, p, f);
	(void)snprintf(key, sizeof(key), "%s_text", kc_person_field_word(f));
	kc_json_key(w, key);
	kc_json_slice(w, kc_buf_view(&text));
	kc_json_key(w, kc_person_field_word(f));
	kc_json_open(w, '[');
	rest = kc_buf_view(&text);
	while (kc_slice_cut(&rest, ';', &item)) {
		kc_json_slice(w, item);
		rest.p++; /* the space of KC_PERSON_LIST */
		rest.n--;
	}
	if (rest.n > 0)
		kc_json_slice(w, rest);
	kc_json_close(w, ']');
	kc_buf_free(&text);
}

void
kc_people_row(struct kc_json *w, const struct kc_person *p)
{
	struct kc_buf text = {0};

	kc_json_open(w, '{');
	for (int i = 0; i < KC_PERSON_SALT; i++) {
		enum kc_person_field f = (enum kc_person_field)i;

		if (f == KC_PERSON_CHANNEL || f == KC_PERSON_DEPUTY) {
			put_list(w, p, f);
			continue;
		}
		kc_buf_reset(&text);
		kc_buf_person_field(&text, p, f);
		kc_json_key(w, kc_person_field_word(f));
		kc_json_slice(w, kc_buf_view(&text));
	}
	kc_json_close(w, '}');
	kc_buf_free(&text);
}

/* Origin of the ledger of --dir; nothing if there is none there. */
static void
put_origin(const struct kc_cli *cli, struct kc_buf *out)
{
	char ledger[KC_PATH_SIZE], file[KC_PATH_SIZE];
	struct kc_store_options options = {.dir = ledger, .read_only = true};
	struct kc_store *store = NULL;
	struct kc_buf bytes = {0};
	struct kc_leaf leaf;

	kc_cli_place(cli, "ledger", ".", ledger);
	if (kc_path_join(file, ledger, "ledger.mdb") == KC_OK &&
	    kc_file_exists(file) &&
	    kc_store_open(&store, &options, NULL) == KC_OK &&
	    kc_store_leaf(store, 0, &bytes) == KC_OK &&
	    kc_leaf_parse(&leaf, kc_buf_view(&bytes)) == KC_OK)
		kc_buf_slice(out, leaf.origin);
	kc_store_close(store);
	kc_buf_free(&bytes);
}

void
kc_people_say_commit(const struct kc_cli *cli, const struct kc_person *p)
{
	struct kc_buf origin = {0}, hex = {0};
	struct kc_hash h;

	put_origin(cli, &origin);
	if (origin.n > 0 &&
	    kc_person_commitment(p, kc_buf_view(&origin), &h) == KC_OK) {
		kc_buf_hex(&hex, h.b, sizeof(h.b));
		kc_cli_note(cli,
		    _("to make it provable: kaocheng person commit --actor %s "
		      "--person sha256:%s"),
		    p->actor, kc_buf_cstr(&hex));
	}
	kc_buf_free(&origin);
	kc_buf_free(&hex);
}
