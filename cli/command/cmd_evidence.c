/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng evidence put` and `get`: files that entries cite, brought to the
 * daemon and fetched from it, or from a ledger's directory. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/blob.h>

#include "lib/evidence.h"
#include "lib/foreign.h"
#include "lib/reader.h"

#include "writing.h"

/* --- put --- */
static void
print_cited(const struct kc_cli *cli, const struct kc_exhibits *x)
{
	struct kc_buf out = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.evidence-put/1");
	kc_json_key(&w, "rows");
	kc_json_open(&w, '[');
	for (size_t i = 0; i < x->n; i++) {
		struct kc_buf cited = {0};

		kc_buf_cited(&cited, x->v[i].path, &x->v[i].hash, x->v[i].size);
		if (cli->format != KC_FORMAT_JSON)
			puts(kc_buf_cstr(&cited));
		kc_json_open(&w, '{');
		kc_json_key(&w, "file");
		kc_json_str(&w, x->v[i].path);
		kc_json_key(&w, "evidence");
		kc_json_slice(&w, kc_buf_view(&cited));
		kc_json_close(&w, '}');
		kc_buf_free(&cited);
	}
	kc_json_close(&w, ']');
	kc_json_close(&w, '}');
	if (cli->format == KC_FORMAT_JSON)
		puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
}

int
kc_cmd_evidence_put(struct kc_cli *cli, int argc, char **argv)
{
	struct kc_authors authors = {.cli = cli};
	struct kc_buf cited = {0};
	struct kc_hash hash;
	uint64_t size;
	int code = KC_EXIT_OK;

	if (argc == 0 || cli->nas == 0)
		return kc_cli_usage(
		    "%s", _("evidence put takes files and --as ACTOR"));
	for (int i = 0; code == KC_EXIT_OK && i < argc; i++) {
		code = kc_evidence_hash(argv[i], &hash, &size);
		if (code != KC_EXIT_OK)
			break;
		kc_buf_reset(&cited);
		kc_buf_cited(&cited, argv[i], &hash, size);
		if (kc_exhibits_note(&authors.exhibits, argv[i],
			kc_buf_view(&cited)) != KC_OK)
			code = kc_cli_error(cli, KC_ENOMEM, argv[i]);
	}
	cli->writes = true;
	if (code == KC_EXIT_OK)
		code = kc_authors_open(&authors);
	if (code == KC_EXIT_OK)
		code = kc_authors_bring(&authors);
	if (code == KC_EXIT_OK)
		print_cited(cli, &authors.exhibits);
	kc_buf_free(&cited);
	kc_authors_release(&authors);
	return code;
}

/* --- get --- */
struct getting {
	struct kc_reader reader;
	struct kc_evidence_place place;
	struct kc_hash hash;
	struct kc_buf hex;
	uint64_t entry;
};

/* All of it; "name" is where it goes. */
static int
fetch(struct getting *g, FILE *to, const char *name)
{
	int code = KC_EXIT_OK;
	enum kc_err err =
	    kc_evidence_fetch(&g->place, &g->hash, g->entry, to, &code);

	/* What cannot be printed main() says, as of every command. */
	if (err == KC_OK || code != KC_EXIT_OK || ferror(stdout))
		return code;
	if (err == KC_ECORRUPT)
		return kc_cli_fail(KC_EXIT_TAMPERED, NULL,
		    _("what came is not %s: it has another hash"),
		    kc_buf_cstr(&g->hex));
	if (err == KC_ENOTFOUND && !g->reader.local)
		return kc_cli_fail(KC_EXIT_NOT_FOUND, NULL,
		    _("entry #%llu cites no evidence of this hash, or it is "
		      "not here"),
		    (unsigned long long)g->entry);
	return kc_cli_error(
	    g->reader.cli, err, err == KC_EIO ? name : kc_buf_cstr(&g->hex));
}

/* It gets its name when all of it is there and is what it should be. */
static int
fetch_to(struct getting *g, const char *path)
{
	char part[KC_PATH_SIZE];
	FILE *f;
	int code;

	snprintf(part, sizeof(part), "%s.%ld.part", path, (long)getpid());
	f = kc_file_new(part, 0600);
	if (f == NULL)
		return kc_cli_error(g->reader.cli, KC_EIO, part);
	code = fetch(g, f, path);
	if (fflush(f) != 0 || fsync(fileno(f)) != 0)
		code = code == KC_EXIT_OK
		    ? kc_cli_error(g->reader.cli, KC_EIO, part)
		    : code;
	if (fclose(f) != 0 ||
	    (code == KC_EXIT_OK && kc_file_name(part, path) != KC_OK))
		code = code == KC_EXIT_OK
		    ? kc_cli_error(g->reader.cli, KC_EIO, path)
		    : code;
	if (code != KC_EXIT_OK)
		(void)unlink(part);
	return code;
}

int
kc_cmd_evidence_get(struct kc_cli *cli, int argc, char **argv)
{
	struct getting g = {.place.cli = cli};
	const char *out = cli->out;
	int code;

	if (argc != 1 || !kc_blob_name_read(kc_slice_str(argv[0]), &g.hash))
		return kc_cli_usage(
		    "%s", _("evidence get takes a hash, sha256:…"));
	if (out == NULL && isatty(STDOUT_FILENO))
		return kc_cli_usage("%s", _("where to? --out FILE, or a pipe"));
	kc_buf_hex(&g.hex, g.hash.b, sizeof(g.hash.b));
	(void)kc_buf_cstr(&g.hex);
	code = kc_reader_open(cli, &g.reader);
	g.place.client = g.reader.local ? NULL : g.reader.client;
	if (code == KC_EXIT_OK && g.reader.local)
		kc_cli_place(cli, "evidence", "evidence", g.place.dir);
	else if (code == KC_EXIT_OK &&
	    (cli->entry == NULL ||
		!kc_read_u64(kc_slice_str(cli->entry), INT64_MAX, &g.entry)))
		code = kc_cli_usage("%s",
		    _("which entry cites it? --entry SEQ: who may read that "
		      "may read this"));
	if (code == KC_EXIT_OK)
		code = out != NULL ? fetch_to(&g, out)
				   : fetch(&g, stdout, "--out");
	kc_reader_close(&g.reader);
	kc_buf_free(&g.hex);
	return code;
}
