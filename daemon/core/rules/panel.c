/* SPDX-License-Identifier: Apache-2.0 */
/* The mean that a group of voters gives a unit: exact until it is rounded. */
#include <kaocheng/arith.h>

#include <assert.h>
#include <string.h>

#define POINTS_OF_A_MARK (100 / KC_MARK_MAX * KC_POINT)

/* Of marks that are alike it does not matter which one falls out. */
static void
count_criterion(const struct kc_ballot_marks *ballots, size_t n, unsigned k,
    uint32_t trim_from, struct kc_group_mean *out)
{
	uint32_t known = 0, sum = 0, low = KC_MARK_MAX, high = 1;

	for (size_t i = 0; i < n; i++) {
		uint32_t mark = ballots[i].of[k];

		assert(mark <= KC_MARK_MAX);
		if (mark == 0)
			continue;
		known++;
		sum += mark;
		low = mark < low ? mark : low;
		high = mark > high ? mark : high;
	}
	out->criterion[k].known = out->criterion[k].counted = known;
	out->criterion[k].sum = sum;
	if (known < trim_from)
		return;
	out->criterion[k].counted = known - 2;
	out->criterion[k].sum = sum - low - high;
}

/* (s1/n1 + s2/n2 + s3/n3) / k x 20 over one denominator: below 2^62. */
static int64_t
mean_of(const struct kc_group_mean *g, enum kc_rounding r)
{
	int64_t over = 0, under = 1, criteria = 0;

	for (unsigned k = 0; k < KC_CRITERIA; k++) {
		int64_t n = g->criterion[k].counted;

		if (n == 0)
			continue;
		over = over * n + g->criterion[k].sum * under;
		under *= n;
		criteria++;
	}
	return criteria == 0
	    ? 0
	    : kc_round_div(over, POINTS_OF_A_MARK, under * criteria, r);
}

void
kc_group_mean(const struct kc_ballot_marks *ballots, size_t n,
    uint32_t trim_from, enum kc_rounding r, struct kc_group_mean *out)
{
	static const struct kc_ballot_marks nothing;

	assert(n <= KC_BALLOTS_MAX && trim_from >= 3);
	memset(out, 0, sizeof(*out));
	out->ballots = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		out->valid +=
		    memcmp(&ballots[i], &nothing, sizeof(nothing)) != 0;
	for (unsigned k = 0; k < KC_CRITERIA; k++)
		count_criterion(ballots, n, k, trim_from, out);
	out->mean_e4 = mean_of(out, r);
}
