/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng replay`: from the entries to root and state, held against the
 * checkpoint that was signed. Reads a ledger on disk or the daemon's.
 */
#include <stdio.h>
#include <string.h>

#include "lib/exporter.h"

struct result {
	uint64_t size;
	int64_t received_ms;
	struct kc_hash root, digest;
	bool compared; /* with a signed checkpoint */
};

static void
print_result(const struct kc_cli *cli, const struct result *r, bool same)
{
	struct kc_buf out = {0}, text = {0};
	struct kc_json w = {.out = &out};

	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.replay/1");
	kc_json_key(&w, "entries");
	kc_json_u64(&w, r->size);
	kc_json_key(&w, "received");
	if (r->size > 0)
		kc_json_instant(&w, r->received_ms);
	else
		kc_json_null(&w);
	kc_buf_hash(&text, &r->root);
	kc_json_key(&w, "root");
	kc_json_slice(&w, kc_buf_view(&text));
	if (cli->format != KC_FORMAT_JSON)
		printf("%s %llu\n%s %s\n", _("entries"),
		    (unsigned long long)r->size, _("root"), kc_buf_cstr(&text));
	kc_buf_reset(&text);
	kc_buf_hex(&text, r->digest.b, sizeof(r->digest.b));
	kc_json_key(&w, "state_digest");
	kc_json_slice(&w, kc_buf_view(&text));
	kc_json_key(&w, "agrees");
	if (r->compared)
		kc_json_bool(&w, same);
	else
		kc_json_null(&w);
	kc_json_close(&w, '}');
	if (cli->format != KC_FORMAT_JSON)
		printf("%s %s\n%s\n", _("state"), kc_buf_cstr(&text),
		    !r->compared ? _("no signed checkpoint to compare with")
			: same ? _("the signed checkpoint holds these entries")
			       : _("the signed checkpoint does NOT hold them"));
	else
		puts(kc_buf_cstr(&out));
	kc_buf_free(&out);
	kc_buf_free(&text);
}

/* Does the signed tree extend the one that was replayed? The proof is made
 * from the stored tiles and checked against the anchor. */
static bool
extends(struct kc_local *l, const struct result *r)
{
	struct kc_hash_reader hashes = kc_store_hashes(l->store);
	struct kc_hash proof[KC_PROOF_MAX];
	size_t n;

	if (r->size == 0)
		return true;
	return kc_merkle_consistency(
		   &hashes, r->size, l->anchor.size, proof, &n) == KC_OK &&
	    kc_merkle_verify_consistency(r->size, l->anchor.size, &r->root,
		&l->anchor.root, proof, n) == KC_OK;
}

static int
replay_local(struct kc_cli *cli)
{
	struct kc_local l;
	struct result r = {0};
	bool same = true;
	int code = kc_local_open(cli, &l);

	if (code == KC_EXIT_OK)
		code = kc_local_replay(cli, &l, true);
	if (code != KC_EXIT_OK)
		goto out;
	r.size = l.upto;
	r.received_ms = kc_state_received_ms(l.state);
	r.root = kc_frontier_root(&l.frontier);
	if (kc_state_digest(l.state, &r.digest) != KC_OK) {
		code = kc_cli_error(cli, KC_ENOMEM, "replay");
		goto out;
	}
	r.compared = l.has_anchor && r.size <= l.anchor.size;
	if (r.compared)
		same = extends(&l, &r);
	print_result(cli, &r, same);
	if (!same)
		code = KC_EXIT_TAMPERED;
out:
	kc_local_close(&l);
	return code;
}

/* The daemon's entries, replayed here; kc_exporter_replay compares. */
static int
replay_remote(struct kc_cli *cli)
{
	struct kc_exporter x;
	struct result r = {.compared = true};
	int code = kc_exporter_open(cli, &x);

	if (code == KC_EXIT_OK)
		code = kc_exporter_replay(&x);
	if (code == KC_EXIT_OK) {
		r.size = x.checkpoint.size;
		r.root = x.checkpoint.root;
		r.digest = x.digest;
		r.received_ms = x.received_ms;
		print_result(cli, &r, true);
	}
	kc_exporter_close(&x);
	return code;
}

int
kc_cmd_replay(struct kc_cli *cli, int argc, char **argv)
{
	if (argc > 0)
		return kc_cli_usage(_("\"%s\" is too much"), argv[0]);
	/* --out is its evidence. */
	if (cli->format == KC_FORMAT_XLSX)
		return kc_cli_usage(
		    "%s", _("this command prints nothing in that format"));
	if (cli->without.n > 0 || cli->with.n > 0 || cli->with_policy != NULL ||
	    cli->with_calendar != NULL)
		return kc_cmd_suppose(cli);
	if (cli->file_with != NULL)
		return kc_cli_usage("%s",
		    _("--file-with takes a supposition: --without, --with, "
		      "--with-policy or --with-calendar"));
	if (cli->format > KC_FORMAT_JSON)
		return kc_cli_usage(
		    "%s", _("this command prints nothing in that format"));
	if (cli->dir != NULL && cli->where == NULL)
		return replay_local(cli);
	if (cli->as_of != NULL)
		return kc_cli_usage("%s", _("replay --as-of needs --dir DIR"));
	return replay_remote(cli);
}
