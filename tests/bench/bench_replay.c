/* SPDX-License-Identifier: Apache-2.0 */
/* A replay without signatures, and a copy of the state that it comes to. */
#include "bench.h"

#include <kaocheng/replay.h>
#include <kaocheng/store.h>

struct scan {
	struct kc_state *state;
	struct kc_leaf leaf;
	struct kc_entry entry;
	struct kc_refusal why;
};

static enum kc_err
apply(void *ctx, uint64_t seq, struct kc_slice leaf)
{
	struct scan *s = ctx;
	struct kc_stamp at;
	enum kc_err err =
	    kc_replay_decode(s->state, leaf, &s->leaf, &s->entry, &s->why);

	if (err != KC_OK)
		return err;
	at.seq = seq;
	at.received_ms = s->leaf.received_ms;
	return kc_state_apply(s->state, &s->entry, at, &s->why);
}

static enum kc_err
copy(const struct kc_state *st, double n)
{
	struct kc_state *own;
	double from = bench_own_cpu();
	enum kc_err err = kc_state_copy(st, &own);

	if (err != KC_OK)
		return err;
	bench_line("state_copy_ms_1m", (bench_own_cpu() - from) * 1000, "ms");
	bench_line("state_copy_bytes_per_entry",
	    (double)kc_state_bytes(own) / n, "bytes");
	kc_state_free(own);
	return KC_OK;
}

enum kc_err
bench_replay(struct bench *b, size_t n)
{
	static struct scan s;
	struct kc_store_options o = {.dir = b->dir, .read_only = true};
	struct kc_store *store = NULL;
	double seconds;
	enum kc_err err = kc_store_open(&store, &o, NULL);

	if (err == KC_OK)
		err = kc_state_new(&s.state);
	seconds = bench_own_cpu();
	if (err == KC_OK)
		err = kc_store_scan_plain(store, 0, n, apply, &s);
	seconds = bench_own_cpu() - seconds;
	if (err == KC_OK) {
		bench_line(
		    "replay_entries_per_s_core", (double)n / seconds, "1/s");
		bench_line("state_bytes_per_entry",
		    (double)kc_state_bytes(s.state) / (double)n, "bytes");
		if (n == bench_some(1000000))
			err = copy(s.state, (double)n);
	}
	kc_state_free(s.state);
	s.state = NULL;
	kc_store_close(store);
	return err;
}
