/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of a fork, judged by the keys of a trust file and nothing else. */
#include "stages.h"

#include <stdio.h>

#include <kaocheng/fork.h>

#include "lib/file.h"
#include "lib/i18n.h"
#include "stages_print.h"

bool
kc_stages_is_fork(const char *path)
{
	return kc_stages_begins(path, kc_fork_is);
}

/* --- what it comes to --- */
static void
put_heads(struct kc_buf *b, const struct kc_checkpoint heads[2])
{
	for (int i = 0; i < 2; i++) {
		kc_buf_str(b, "  ");
		kc_buf_u64(b, heads[i].size);
		kc_buf_str(b, "  ");
		kc_buf_hash(b, &heads[i].root);
		kc_buf_char(b, '\n');
	}
}

static void
print(
    const struct kc_stages *s, bool proved, const struct kc_checkpoint heads[2])
{
	struct kc_buf lines = {0};

	if (s->quiet)
		return;
	put_heads(&lines, heads);
	printf(proved
		? _("PROVED: the key of %s has signed two histories that "
		    "contradict each other:\n")
		: _("NOT PROVED: the key of %s has signed both heads, but the "
		    "smaller may be a beginning of the larger:\n"),
	    heads[0].origin);
	fputs(kc_buf_cstr(&lines), stdout);
	kc_buf_free(&lines);
}

static void
print_json(bool proved, const struct kc_checkpoint heads[2], int code)
{
	struct kc_buf out = {0}, root = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.fork/1");
	kc_json_key(&w, "proved");
	kc_json_bool(&w, proved);
	kc_json_key(&w, "exit");
	kc_json_i64(&w, code);
	kc_json_key(&w, "ledger");
	kc_json_str(&w, heads[0].origin);
	kc_json_key(&w, "heads");
	kc_json_open(&w, '[');
	for (int i = 0; i < 2; i++) {
		kc_buf_reset(&root);
		kc_buf_hash(&root, &heads[i].root);
		kc_json_open(&w, '{');
		kc_json_key(&w, "size");
		kc_json_u64(&w, heads[i].size);
		kc_json_key(&w, "root");
		kc_json_slice(&w, kc_buf_view(&root));
		kc_json_close(&w, '}');
	}
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	puts(kc_buf_cstr(&out));
	kc_buf_free(&root);
	kc_buf_free(&out);
}

static enum kc_err
judge(struct kc_slice file, const struct kc_trust *trust,
    struct kc_checkpoint heads[2])
{
	struct kc_log_keys keys = {0};

	for (size_t i = 0; i < trust->nlogs; i++)
		if (trust->log[i].type == KC_KEYTYPE_ED25519)
			keys.v[keys.n++] = trust->log[i];
	return kc_fork_check(file, &keys, heads);
}

int
kc_stages_fork(const struct kc_stages *s)
{
	static struct kc_trust trust; /* large */
	struct kc_checkpoint heads[2];
	struct kc_buf file = {0};
	enum kc_err err;
	int code;

	if (s->trust == NULL)
		return kc_stages_say(s, KC_STAGES_USAGE, NULL,
		    _("two heads say nothing by themselves: give --trust FILE "
		      "from elsewhere"));
	code = kc_stages_trust(s, &trust);
	if (code != 0)
		return code;
	err = kc_file_load(s->path, KC_FORK_FILE_MAX, &file);
	if (err == KC_OK)
		err = judge(kc_buf_view(&file), &trust, heads);
	if (err == KC_OK || err == KC_EPROOF) {
		code = err == KC_OK ? 10 : 11;
		if (s->json)
			print_json(err == KC_OK, heads, code);
		else
			print(s, err == KC_OK, heads);
	} else {
		code = kc_stages_say(s, 1, s->path, kc_err_said(err));
	}
	kc_buf_free(&file);
	return code;
}
