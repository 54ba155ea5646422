/* SPDX-License-Identifier: Apache-2.0 */
/* Score arithmetic in its order of application: integers only. */
#include <kaocheng/arith.h>

#include <assert.h>

#include <kaocheng/bytes.h>

int64_t
kc_round_div(int64_t a, int64_t b, int64_t c, enum kc_rounding r)
{
	/* 128 bits: no product of two figures can overflow, whatever was
	 * signed. The quotient saturates. */
	__extension__ __int128 product = a;
	__extension__ __int128 quotient, rest;
	int sign = 1;

	assert(c > 0);
	product *= b;
	if (product < 0) {
		sign = -1;
		product = -product;
	}
	quotient = product / c;
	rest = product % c * 2;
	if (rest > c || (rest == c && (r == KC_HALF_AWAY || quotient % 2 == 1)))
		quotient++;
	if (quotient > INT64_MAX)
		quotient = INT64_MAX;
	return sign * (int64_t)quotient;
}

int64_t
kc_deduct(int64_t standard_e4, int32_t multiplier_bp, enum kc_rounding r)
{
	assert(standard_e4 >= 0 && multiplier_bp >= 0);
	return kc_round_div(standard_e4, multiplier_bp, KC_FULL_BP, r);
}

/* floor(a * bp / 10,000), a >= 0 */
static int64_t
floor_bp(int64_t a, int32_t bp)
{
	assert(a >= 0 && bp >= 0 && bp <= KC_FULL_BP);
	return a / KC_FULL_BP * bp + a % KC_FULL_BP * bp / KC_FULL_BP;
}

int64_t
kc_return(int64_t deducted_e4, int32_t rate_bp)
{
	return floor_bp(deducted_e4, rate_bp);
}

int64_t
kc_return_recap(int64_t returned_e4, int64_t new_e4, int32_t cap_bp)
{
	int64_t cap = floor_bp(new_e4, cap_bp);

	return returned_e4 < cap ? returned_e4 : cap;
}

int64_t
kc_earned(int64_t weight_e4, int32_t completion_bp, enum kc_rounding r)
{
	assert(weight_e4 >= 0 && completion_bp >= 0);
	if (completion_bp > KC_FULL_BP)
		completion_bp = KC_FULL_BP;
	return kc_round_div(weight_e4, completion_bp, KC_FULL_BP, r);
}

/* An amount under a key; `tie` makes the order total. */
struct part {
	uint32_t key, tie;
	int64_t amount;
};

/* By key, then the largest amount first, then by tie. */
static bool
part_before(const struct part *a, const struct part *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	if (a->amount != b->amount)
		return a->amount > b->amount;
	return a->tie < b->tie;
}

static void
sift(struct part *v, size_t root, size_t n)
{
	struct part moving = v[root];
	size_t child;

	while ((child = 2 * root + 1) < n) {
		if (child + 1 < n && part_before(&v[child], &v[child + 1]))
			child++;
		if (!part_before(&moving, &v[child]))
			break;
		v[root] = v[child];
		root = child;
	}
	v[root] = moving;
}

/* Heap sort: in place, no worst case, nothing allocated. */
static void
parts_sort(struct part *v, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift(v, i, n);
	while (n > 1) {
		struct part last = v[--n];

		v[n] = v[0];
		v[0] = last;
		sift(v, 0, n);
	}
}

static int64_t
min64(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Sorts; sums the parts of each key, caps each sum, adds the sums up. */
static int64_t
parts_capped(struct part *v, size_t n, int64_t cap)
{
	int64_t total = 0;

	parts_sort(v, n);
	for (size_t i = 0; i < n;) {
		uint32_t key = v[i].key;
		int64_t sum = 0;

		for (; i < n && v[i].key == key; i++)
			sum += v[i].amount;
		total += min64(sum, cap);
	}
	return total;
}

/* Steps 1 to 4: targets, reserve and its credit. */
static void
score_objective(const struct kc_score_rules *rules,
    const struct kc_score_input *in, struct kc_score *out)
{
	int64_t earned = 0;

	for (size_t i = 0; i < in->ntargets; i++) {
		const struct kc_score_target *t = &in->targets[i];

		assert(t->weight_e4 >= 0 && t->completion_bp >= -1);
		out->weight_e4[t->class_] += t->weight_e4;
		if (t->completion_bp < 0) {
			out->pending_e4 += t->weight_e4;
			out->earned_e4[t->class_] += t->weight_e4;
			continue;
		}
		out->earned_e4[t->class_] +=
		    kc_earned(t->weight_e4, t->completion_bp, rules->rounding);
	}
	for (size_t c = 0; c < 3; c++)
		earned += out->earned_e4[c];
	out->reserve_e4 =
	    rules->points_dynamic_e4 - out->weight_e4[KC_CLASS_DYNAMIC];
	if (out->reserve_e4 < 0)
		out->reserve_e4 = 0;
	switch (rules->reserve) {
	case KC_RESERVE_PRORATE:
		if (out->reserve_e4 < KC_FULL_SCORE)
			out->credit_e4 = kc_round_div(out->reserve_e4, earned,
			    KC_FULL_SCORE - out->reserve_e4, rules->rounding);
		break;
	case KC_RESERVE_FULL:
		out->credit_e4 = out->reserve_e4;
		break;
	case KC_RESERVE_ZERO:
		break;
	case KC_RESERVE_TO_KEY:
		/* As if every key weight had grown by the same factor. */
		if (out->weight_e4[KC_CLASS_KEY] > 0)
			out->credit_e4 = kc_round_div(out->reserve_e4,
			    out->earned_e4[KC_CLASS_KEY],
			    out->weight_e4[KC_CLASS_KEY], rules->rounding);
		break;
	}
	out->objective_e4 = earned + out->credit_e4;
}

/* Step 5: a group with too few ballots is void, its weight falls to the
 * others; with no valid group the objective base is the base. */
static void
score_panel(const struct kc_score_rules *rules, const struct kc_score_input *in,
    struct kc_score *out)
{
	int64_t weighted = 0, weight = 0;
	int32_t share = rules->panel_share_bp;

	assert(share >= 0 && share <= KC_FULL_BP);
	for (size_t i = 0; i < in->npanels; i++) {
		const struct kc_score_panel *g = &in->panels[i];

		assert(g->weight_bp >= 0 && g->mean_e4 >= 0);
		if (g->ballots < rules->panel_min_ballots)
			continue;
		weighted += g->weight_bp * g->mean_e4;
		weight += g->weight_bp;
	}
	out->base_e4 = out->objective_e4;
	if (weight == 0)
		return;
	out->panel_e4 = kc_round_div(weighted, 1, weight, rules->rounding);
	out->panel_bp = share;
	out->base_e4 = kc_round_div(
	    out->objective_e4 * (KC_FULL_BP - share) + out->panel_e4 * share, 1,
	    KC_FULL_BP, rules->rounding);
}

/* --- one fact, punished once --- */
bool
kc_kept_stands(int64_t kept_e4, int64_t negative_e4)
{
	return kept_e4 > negative_e4;
}

int64_t
kc_kept(const struct kc_score_rules *rules, int64_t deducted_e4,
    int64_t returned_e4, bool met)
{
	int64_t kept = deducted_e4 - returned_e4;

	assert(returned_e4 >= 0 && kept >= 0);
	return rules->residual_only_if_unmet && met ? 0 : kept;
}

static int64_t
kept_of(const struct kc_score_rules *rules, const struct kc_score_deduction *d)
{
	return kc_kept(
	    rules, d->deducted_e4, d->returned_e4, !d->unmet && !d->open);
}

/* Does a pre-deduction on the same fact take more? */
static bool
negative_stands(const struct kc_score_rules *rules,
    const struct kc_score_input *in, const struct kc_score_negative *n)
{
	for (size_t i = 0; n->fact != 0 && i < in->ndeductions; i++)
		if (in->deductions[i].fact == n->fact)
			return !kc_kept_stands(
			    kept_of(rules, &in->deductions[i]), n->amount_e4);
	return true;
}

static bool
deduction_stands(const struct kc_score_rules *rules,
    const struct kc_score_input *in, const struct kc_score_deduction *d)
{
	for (size_t i = 0; d->fact != 0 && i < in->nnegatives; i++)
		if (in->negatives[i].fact == d->fact)
			return kc_kept_stands(
			    kept_of(rules, d), in->negatives[i].amount_e4);
	return true;
}

/* Step 6 */
static void
score_negative(const struct kc_score_rules *rules,
    const struct kc_score_input *in, struct part *parts, struct kc_score *out)
{
	for (size_t i = 0; i < in->nnegatives; i++) {
		const struct kc_score_negative *n = &in->negatives[i];

		assert(n->amount_e4 >= 0);
		parts[i] = (struct part){.key = n->item,
		    .amount = negative_stands(rules, in, n) ? n->amount_e4 : 0};
	}
	out->negative_e4 =
	    parts_capped(parts, in->nnegatives, rules->neg_item_max_e4);
}

/* Step 7 */
static void
score_retained(const struct kc_score_rules *rules,
    const struct kc_score_input *in, struct part *parts, struct kc_score *out)
{
	for (size_t i = 0; i < in->ndeductions; i++) {
		const struct kc_score_deduction *d = &in->deductions[i];

		out->deducted_e4 += d->deducted_e4;
		out->returned_e4 += d->returned_e4;
		parts[i] = (struct part){.key = d->target,
		    .amount =
			deduction_stands(rules, in, d) ? kept_of(rules, d) : 0};
	}
	out->retained_e4 =
	    min64(parts_capped(parts, in->ndeductions, rules->cap_target_e4),
		rules->cap_unit_e4);
}

/* Step 8: item cap, each matter once at its highest (of those alike the first
 * in the log), situation cap, total. */
static void
score_bonus(const struct kc_score_rules *rules, const struct kc_score_input *in,
    struct part *parts, struct kc_score *out)
{
	uint32_t before = 0;
	size_t n = 0;

	for (size_t i = 0; i < in->nbonuses; i++) {
		const struct kc_score_bonus *b = &in->bonuses[i];

		assert(b->amount_e4 >= 0);
		parts[i] = (struct part){.key = b->matter,
		    .tie = (uint32_t)i,
		    .amount = min64(b->amount_e4, rules->bonus_item_max_e4)};
	}
	parts_sort(parts, in->nbonuses);
	for (size_t i = 0; i < in->nbonuses; i++) {
		struct part p = parts[i];

		if (i > 0 && p.key == before)
			continue;
		before = p.key;
		/* From here on by situation. */
		parts[n++] = (struct part){.key = in->bonuses[p.tie].situation,
		    .tie = p.tie,
		    .amount = p.amount};
	}
	out->bonus_e4 =
	    min64(parts_capped(parts, n, rules->bonus_situation_max_e4),
		rules->bonus_total_max_e4);
}

enum kc_err
kc_score_compute(const struct kc_score_rules *rules,
    const struct kc_score_input *in, struct kc_score *out)
{
	struct part few[32];
	struct part *parts = few;
	size_t n = in->nnegatives;

	if (n < in->ndeductions)
		n = in->ndeductions;
	if (n < in->nbonuses)
		n = in->nbonuses;
	if (n > sizeof(few) / sizeof(few[0])) {
		parts = kc_alloc(n * sizeof(*parts));
		if (parts == NULL)
			return KC_ENOMEM;
	}
	*out = (struct kc_score){0};
	score_objective(rules, in, out);
	score_panel(rules, in, out);
	score_negative(rules, in, parts, out);
	score_retained(rules, in, parts, out);
	score_bonus(rules, in, parts, out);
	out->total_e4 =
	    out->base_e4 - out->negative_e4 - out->retained_e4 + out->bonus_e4;
	if (out->total_e4 < rules->floor_e4)
		out->total_e4 = rules->floor_e4;
	if (rules->ceiling_e4 >= 0 && out->total_e4 > rules->ceiling_e4)
		out->total_e4 = rules->ceiling_e4;
	if (parts != few)
		kc_free(parts);
	return KC_OK;
}
