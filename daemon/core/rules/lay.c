/* SPDX-License-Identifier: Apache-2.0 */
/* Points of a class laid anew when lists are put together or divided. */
#include <kaocheng/arith.h>

#include <assert.h>

/* Each gets the whole part of what is due to it in proportion. */
static int64_t
lay_floors(const int64_t *w, size_t n, int64_t all, int64_t want, int64_t *out)
{
	int64_t left = want;

	for (size_t i = 0; i < n; i++) {
		out[i] = w[i] * want / all;
		left -= out[i];
	}
	return left;
}

/* The one with the largest remainder that has not been given a unit: the first
 * of several. */
static size_t
largest(
    const int64_t *w, size_t n, int64_t all, int64_t want, const int64_t *out)
{
	int64_t most = -1;
	size_t at = n;

	for (size_t i = 0; i < n; i++) {
		int64_t rest = w[i] * want - out[i] * all;

		if (rest > most) {
			most = rest;
			at = i;
		}
	}
	return at;
}

/* Nobody is left with nothing: the one with most gives a unit. */
static void
lift(size_t n, int64_t *out, size_t poor)
{
	size_t rich = 0;

	for (size_t i = 1; i < n; i++)
		if (out[i] > out[rich])
			rich = i;
	out[rich]--;
	out[poor]++;
}

void
kc_lay_points(const int64_t *w, size_t n, int64_t want_e4, int64_t *out)
{
	int64_t all = 0, left;

	for (size_t i = 0; i < n; i++) {
		assert(w[i] > 0 && w[i] <= INT32_MAX);
		all += w[i];
	}
	assert(n == 0 || (want_e4 >= (int64_t)n && want_e4 <= INT32_MAX));
	left = n == 0 ? 0 : lay_floors(w, n, all, want_e4, out);
	for (; left > 0; left--)
		out[largest(w, n, all, want_e4, out)]++;
	for (size_t i = 0; i < n; i++)
		if (out[i] == 0)
			lift(n, out, i);
}
