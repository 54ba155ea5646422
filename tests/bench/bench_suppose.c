/* SPDX-License-Identifier: Apache-2.0 */
/* What a counterfactual costs beside a plain replay of the same entries. */
#include "bench.h"

#include <stdio.h>
#include <time.h>

#include <kaocheng/replay.h>
#include <kaocheng/store.h>
#include <kaocheng/suppose.h>

#define ENTRIES 500000
#define ROUNDS 3 /* the best of them: others run beside us */

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum kc_err
read_leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	return kc_store_leaf(ctx, seq, out);
}

static enum kc_err
plain(const struct kc_log *log, double *seconds)
{
	struct kc_state *st = NULL;
	struct kc_refusal why = {0};
	uint64_t bad;
	enum kc_err err = kc_state_new(&st);

	*seconds = cpu();
	if (err == KC_OK)
		err = kc_replay(st, log, bench_some(ENTRIES), false, NULL, NULL,
		    NULL, &why, &bad);
	*seconds = cpu() - *seconds;
	kc_state_free(st);
	return err;
}

static enum kc_err
supposed(const struct kc_log *log, double *seconds)
{
	/* Who read every target that was put forward: a tenth falls away. */
	const struct kc_slice without = KC_LIT("leader.1");
	const struct kc_supposition s = {.without = &without, .nwithout = 1};
	struct kc_supposed w;
	struct kc_refusal why = {0};
	enum kc_err err;

	*seconds = cpu();
	err = kc_suppose(&s, log, bench_some(ENTRIES), &w, &why);
	*seconds = cpu() - *seconds;
	kc_supposed_release(&w);
	return err;
}

enum kc_err
bench_suppose(const char *dir)
{
	struct kc_store_options o = {.dir = dir, .read_only = true};
	struct kc_store *store = NULL;
	struct kc_log log = {.leaf = read_leaf};
	double a = 1e9, b = 1e9, took;
	enum kc_err err = kc_store_open(&store, &o, NULL);

	if (err == KC_OK)
		log.size = kc_store_size(store);
	log.ctx = store;
	for (int i = 0; err == KC_OK && i < ROUNDS; i++) {
		err = plain(&log, &took);
		a = took < a ? took : a;
		if (err == KC_OK)
			err = supposed(&log, &took);
		b = took < b ? took : b;
	}
	if (err == KC_OK) {
		bench_line("counterfactual_500k_s", b, "s");
		bench_line("counterfactual_ratio", b / a, "plain replays");
	}
	kc_store_close(store);
	return err;
}
