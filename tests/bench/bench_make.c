/* SPDX-License-Identifier: Apache-2.0 */
/* A long ledger for the bench, made by the store's own append. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/checkpoint.h>
#include <kaocheng/leaf.h>
#include <kaocheng/state.h>
#include <kaocheng/store.h>

struct maker {
	struct kc_store *store;
	struct kc_state *state;
	struct kc_frontier tree;
	struct kc_skey log;
	struct kc_row rows[KC_BATCH_FILL];
	struct kc_buf leaves;
	size_t offset[KC_BATCH_FILL + 1];
	size_t n;
	struct kc_buf checkpoint; /* of the tree before this batch */
	struct bench_gen *gen;    /* its signers have seen that */
	struct kc_entry entry;
	struct kc_refusal why;
	enum kc_err err;
};

static void
commit(struct maker *m)
{
	struct kc_append batch = {.rows = m->rows, .nrows = m->n};
	struct kc_checkpoint c;

	if (m->err != KC_OK || m->n == 0)
		return;
	for (size_t i = 0; i < m->n; i++) {
		m->rows[i].leaf = (struct kc_slice){m->leaves.p + m->offset[i],
		    m->offset[i + 1] - m->offset[i]};
		m->rows[i].hash =
		    kc_hash_leaf(m->rows[i].leaf.p, m->rows[i].leaf.n);
	}
	batch.size = m->tree.size;
	batch.checkpoint = kc_buf_view(&m->checkpoint);
	m->err = kc_store_append(m->store, &batch);
	for (size_t i = 0; i < m->n; i++)
		kc_frontier_append(&m->tree, &m->rows[i].hash);
	memset(&c, 0, sizeof(c));
	kc_slice_copy(c.origin, sizeof(c.origin), KC_LIT(DEMO_ORIGIN));
	c.size = m->tree.size;
	c.root = kc_frontier_root(&m->tree);
	kc_buf_reset(&m->checkpoint);
	kc_buf_checkpoint(&m->checkpoint, &c, &m->log);
	m->gen->d.seen = c;
	kc_buf_reset(&m->leaves);
	m->n = 0;
}

static void
take(void *ctx, struct kc_slice note, int64_t now_ms)
{
	struct maker *m = ctx;
	struct kc_leaf leaf = {.origin = KC_LIT(DEMO_ORIGIN), .note = note};
	struct kc_stamp at = {kc_state_size(m->state), now_ms};

	if (m->err != KC_OK)
		return;
	if (note.n == 0) {
		commit(m);
		return;
	}
	leaf.seq = at.seq;
	leaf.received_ms = now_ms;
	m->err = kc_entry_decode(&m->entry, note, &m->why);
	if (m->err == KC_OK)
		m->err = kc_state_apply(m->state, &m->entry, at, &m->why);
	if (m->err != KC_OK)
		return;
	m->offset[m->n] = m->leaves.n;
	kc_buf_leaf(&m->leaves, &leaf);
	m->offset[m->n + 1] = m->leaves.n;
	kc_id_key(m->rows[m->n].id, m->entry.by[0], m->entry.id);
	if (++m->n == KC_BATCH_FILL || at.seq == 0)
		commit(m);
}

static enum kc_err
fill(struct maker *m, struct kc_cli *cli, uint64_t n)
{
	struct bench_gen *g = bench_gen_new(cli);

	if (g == NULL)
		return KC_ENOMEM;
	m->gen = g;
	g->take = take;
	g->ctx = m;
	bench_found(g);
	while (m->err == KC_OK && kc_state_size(m->state) < n)
		bench_mixed(g);
	commit(m);
	if (m->err == KC_EREFUSED)
		fprintf(stderr, "bench: entry %llu refused: %s\n",
		    (unsigned long long)kc_state_size(m->state),
		    kc_refusal_code_text(m->why.code));
	bench_gen_free(g);
	return m->err;
}

enum kc_err
bench_make_ledger(struct kc_cli *cli, const char *dir, uint64_t n)
{
	static struct maker m;
	struct kc_store_options o = {.dir = dir, .create = true};
	struct kc_anchor *anchor = NULL;
	struct kc_buf detail = {0};
	uint8_t seed[32];
	char path[512];
	enum kc_err err;

	memset(&m, 0, sizeof(m));
	demo_key(&m.log, DEMO_ORIGIN, seed);
	snprintf(path, sizeof(path), "%s/anchor", dir);
	err = kc_store_open(&m.store, &o, &detail);
	if (err == KC_OK)
		err = kc_state_new(&m.state);
	if (err == KC_OK)
		err = fill(&m, cli, n);
	if (err == KC_OK)
		err = kc_anchor_open(&anchor, path, true);
	if (err == KC_OK)
		err = kc_anchor_write(anchor, kc_buf_view(&m.checkpoint));
	if (err != KC_OK)
		fprintf(stderr, "bench: %s: %s %s\n", dir, kc_err_text(err),
		    kc_buf_cstr(&detail));
	kc_anchor_close(anchor);
	kc_store_close(m.store);
	kc_state_free(m.state);
	kc_buf_free(&m.leaves);
	kc_buf_free(&m.checkpoint);
	kc_buf_free(&detail);
	return err;
}
