/* SPDX-License-Identifier: Apache-2.0 */
/* The distance of two words, and the nearest of many. */
#include <kaocheng/near.h>

#include <string.h>

#define WORD_MAX 63 /* bytes; a longer one is near to nothing */
#define FAR 99

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of a character more or fewer: with another digit a code is another thing. */
static unsigned
worth(char c)
{
	return is_digit(c) ? 2 : 1;
}

static unsigned
least_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* FAR as soon as it is more than max. */
static unsigned
distance(struct kc_slice a, struct kc_slice b, unsigned max)
{
	unsigned row[3][WORD_MAX + 1], before = 0, least;

	if (a.n > WORD_MAX || b.n > WORD_MAX ||
	    (a.n > b.n ? a.n - b.n : b.n - a.n) > max)
		return FAR;
	row[0][0] = 0;
	for (size_t j = 1; j <= b.n; j++)
		row[0][j] = row[0][j - 1] + worth(b.p[j - 1]);
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3];
		const unsigned *up2 = row[(i + 1) % 3];
		char x = a.p[i - 1];

		least = now[0] = up[0] + worth(x);
		for (size_t j = 1; j <= b.n; j++) {
			char y = b.p[j - 1];
			unsigned other = x == y          ? 0
			    : is_digit(x) && is_digit(y) ? 2
							 : 1;

			now[j] = least_of(up[j - 1] + other,
			    least_of(up[j] + worth(x), now[j - 1] + worth(y)));
			if (i > 1 && j > 1 && x == b.p[j - 2] &&
			    a.p[i - 2] == y)
				now[j] = least_of(now[j], up2[j - 2] + 1);
			least = least_of(least, now[j]);
		}
		if (least > max && before > max)
			return FAR;
		before = least;
	}
	return row[a.n % 3][b.n];
}

void
kc_near_begin(struct kc_near *x, struct kc_slice typed)
{
	*x = (struct kc_near){.typed = typed, .least = FAR};
}

void
kc_near_try(struct kc_near *x, struct kc_slice word)
{
	size_t longer = word.n > x->typed.n ? word.n : x->typed.n, at = 0;
	unsigned max = longer < 3 ? 0u : longer < 6 ? 1u : 2u;
	unsigned d = distance(x->typed, word, max);

	if (d > max || d > x->least)
		return;
	if (d < x->least)
		x->n = 0;
	x->least = d;
	while (at < x->n && at < KC_NEAR_MAX) {
		struct kc_slice b = x->best[at];
		size_t n = b.n < word.n ? b.n : word.n;
		int order = memcmp(b.p, word.p, n);

		if (order == 0 && b.n == word.n)
			return; /* the same again */
		if (order > 0 || (order == 0 && b.n > word.n))
			break;
		at++;
	}
	if (at < KC_NEAR_MAX) {
		memmove(&x->best[at + 1], &x->best[at],
		    (KC_NEAR_MAX - 1 - at) * sizeof(x->best[0]));
		x->best[at] = word;
	}
	x->n++;
}

struct kc_slice
kc_near_one(const struct kc_near *x)
{
	return x->n > 0 && x->n <= KC_NEAR_MAX ? x->best[0]
					       : (struct kc_slice){"", 0};
}

void
kc_buf_near(struct kc_buf *out, const struct kc_near *x, const char *between)
{
	for (unsigned i = 0; x->n <= KC_NEAR_MAX && i < x->n; i++) {
		kc_buf_str(out, i > 0 ? between : "");
		kc_buf_slice(out, x->best[i]);
	}
}
