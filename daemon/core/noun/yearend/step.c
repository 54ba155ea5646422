/* SPDX-License-Identifier: Apache-2.0 */
/* Results: drawn up, publicised, graded, approved, published. Who signs them
 * signs the hash of the list; what follows otherwise now is refused. */
#include "yearend.h"

#include <assert.h>

#include "noun/prededuct/prededuct.h"

/* The hash of a field, from its one spelling. */
static struct kc_hash
hash_at(const struct kc_at *at, unsigned field)
{
	struct kc_slice hex = kc_entry_str(at->e, field);
	struct kc_hash h = {0};
	bool ok;

	hex.p += 7; /* sha256: */
	hex.n -= 7;
	ok = kc_read_hex(hex, h.b, KC_HASH_SIZE);
	assert(ok); /* the codec has read it */
	(void)ok;
	return h;
}

/* The entry of the list that was signed last. */
static uint64_t
signed_at(const struct kc_yearend *y)
{
	for (uint32_t i = y->events.n; i-- > 0;)
		if (y->events.v[i].kind == KC_K_yearend_draft ||
		    y->events.v[i].kind == KC_K_yearend_grade)
			return y->events.v[i].seq;
	return 0;
}

/* What differs since an entry, if any came after it. */
static void
arg_looks(struct kc_refusal *why, uint64_t since, uint64_t upto)
{
	struct kc_buf b = {0};

	if (since < upto) {
		kc_buf_str(&b, "kaocheng diff ");
		kc_buf_u64(&b, since);
		kc_buf_char(&b, ' ');
		kc_buf_u64(&b, upto);
		kc_buf_str(&b, ", ");
	}
	kc_buf_str(&b, "kaocheng results");
	kc_refusal_arg(why, 2, kc_buf_view(&b));
	kc_buf_free(&b);
}

/* With what has changed: since the signer looked, or, where the list that was
 * signed last does not follow any more (anew), since that. */
static enum kc_err
refuse_results(const struct kc_at *at, const struct kc_yearend *y,
    const struct kc_hash *now, bool anew, struct kc_refusal *why)
{
	struct kc_buf hex = {0};

	(void)kc_refuse(why, KC_R_RESULTS, y->handle, "", "", "sign");
	(void)kc_refusal_zh(why, 3, "签署");
	kc_buf_sha256(&hex, now);
	kc_refusal_arg(why, 1, kc_buf_view(&hex));
	arg_looks(
	    why, anew ? signed_at(y) : at->e->seen_size - 1, at->stamp.seq - 1);
	kc_buf_reset(&hex);
	kc_buf_str(&hex,
	    y->signed_last.graded ? "kaocheng yearend grade "
				  : "kaocheng yearend draft ");
	kc_buf_str(&hex, y->handle);
	if (anew)
		kc_refusal_arg(why, 3, kc_buf_view(&hex));
	kc_buf_free(&hex);
	return KC_EREFUSED;
}

enum kc_err
kc_want_results(const struct kc_state *st, const struct kc_at *at,
    const struct kc_yearend *y, bool graded, const struct kc_hash *is,
    struct kc_refusal *why)
{
	const struct kc_hash *want = is != NULL ? is : &y->signed_last.hash;
	struct kc_results now;
	enum kc_err err = kc_results_now(st, y, graded, &now, why);

	if (err == KC_OK && !kc_hash_eq(&now.hash, want))
		err = refuse_results(at, y, &now.hash, is == NULL, why);
	kc_free(now.v);
	return err;
}

/* --- yearend.draft, yearend.publicise ---------------------------------------
 */
/* What voters think is in the scores once the panels are closed. */
static enum kc_err
want_panels(const struct kc_state *st, const struct kc_yearend *y,
    struct kc_refusal *why)
{
	const struct kc_lacks l = kc_lacks_panels(st, y->year);

	return l.n > 0 ? kc_refuse_lacks(y, &l, why) : KC_OK;
}

/* The list that is signed stands as it follows now. */
static enum kc_err
keep_signed(const struct kc_state *st, struct kc_yearend *y, bool graded)
{
	struct kc_results now;
	struct kc_refusal why;
	enum kc_err err = kc_results_now(st, y, graded, &now, &why);

	if (err != KC_OK)
		return err;
	kc_free(y->signed_last.v);
	y->signed_last = now;
	return KC_OK;
}

enum kc_err
yearend_draft_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	struct kc_hash h = hash_at(at, KC_F_yearend_draft_results);
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err == KC_OK)
		err = want_panels(st, y, why);
	return err == KC_OK ? kc_want_results(st, at, y, false, &h, why) : err;
}

enum kc_err
yearend_draft_apply(struct kc_state *st, const struct kc_at *at)
{
	enum kc_err err = keep_signed(st, kc_yearend_at(st, at), false);

	return err == KC_OK ? kc_yearend_step(st, at, KC_YE_DRAFT) : err;
}

enum kc_err
yearend_publicise_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	return err == KC_OK ? kc_want_results(st, at, y, false, NULL, why)
			    : err;
}

enum kc_err
yearend_publicise_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_yearend_step(st, at, KC_YE_PUBLIC);
}

/* --- yearend.publicity_end --------------------------------------------------
 */
enum kc_err
yearend_publicity_end_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err == KC_OK)
		err = kc_want_due(st, at, y->index, why);
	if (err == KC_OK)
		err = kc_want_same_day(at, KC_F_yearend_publicity_end_due,
		    y->day[KC_L_yearend_PUBLIC].due, why);
	return err;
}

enum kc_err
yearend_publicity_end_apply(struct kc_state *st, const struct kc_at *at)
{
	return kc_yearend_step(st, at, KC_YE_SHOWN);
}

/* --- yearend.grade, yearend.approve -----------------------------------------
 * Grades follow from the list; they are given again only where something
 * changed since.
 */
enum kc_err
yearend_grade_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	const struct kc_yearend *y;
	struct kc_hash h = hash_at(at, KC_F_yearend_grade_results);
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err == KC_OK)
		err = kc_want_results(st, at, y, true, &h, why);
	if (err == KC_OK && y->state != KC_YE_SHOWN &&
	    kc_hash_eq(&h, &y->signed_last.hash)) {
		(void)kc_refuse(why, KC_R_GRADED, y->handle, "", NULL, NULL);
		kc_refusal_arg_u64(why, 1, signed_at(y));
		err = KC_EREFUSED;
	}
	return err;
}

static struct kc_took_part
who(const struct kc_at *at)
{
	return (struct kc_took_part){
	    (uint32_t)at->stamp.seq, at->for_role[0], at->on_behalf[0]};
}

enum kc_err
yearend_grade_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_yearend *y = kc_yearend_at(st, at);
	enum kc_err err = keep_signed(st, y, true);

	y->graded = who(at);
	return err == KC_OK ? kc_yearend_step(st, at, KC_YE_GRADED) : err;
}

/* It is the list that was graded, and it still follows. */
static enum kc_err
want_graded(const struct kc_state *st, const struct kc_at *at, unsigned field,
    struct kc_refusal *why)
{
	const struct kc_yearend *y;
	struct kc_hash h = hash_at(at, field);
	enum kc_err err = kc_want_yearend(st, at, &y, why);

	if (err == KC_OK)
		err = kc_want_results(st, at, y, true, NULL, why);
	if (err == KC_OK && !kc_hash_eq(&h, &y->signed_last.hash))
		err = refuse_results(at, y, &y->signed_last.hash, false, why);
	return err;
}

enum kc_err
yearend_approve_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_graded(st, at, KC_F_yearend_approve_results, why);
}

enum kc_err
yearend_approve_apply(struct kc_state *st, const struct kc_at *at)
{
	kc_yearend_at(st, at)->approved = who(at);
	return kc_yearend_step(st, at, KC_YE_APPROVED);
}

/* --- yearend.publish --------------------------------------------------------
 */
enum kc_err
yearend_publish_guard(
    const struct kc_state *st, const struct kc_at *at, struct kc_refusal *why)
{
	return want_graded(st, at, KC_F_yearend_publish_results, why);
}

/* A form stands for as long as the unit's result is what it was. */
static void
keep_forms(const struct kc_state *st, struct kc_yearend *y,
    const struct kc_results *was)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < y->forms.n; i++) {
		uint32_t unit = st->result_forms.v[y->forms.v[i]]->unit;
		const struct kc_result *a = kc_result_of(was, unit);
		const struct kc_result *b = kc_result_of(&y->published, unit);

		if (a != NULL && b != NULL && kc_result_same(a, b))
			y->forms.v[n++] = y->forms.v[i];
	}
	y->forms.n = n;
}

enum kc_err
yearend_publish_apply(struct kc_state *st, const struct kc_at *at)
{
	struct kc_yearend *y = kc_yearend_at(st, at);
	const struct kc_results was = y->published;
	struct kc_results now;
	struct kc_refusal why;
	enum kc_err err = kc_results_now(st, y, true, &now, &why);

	if (err != KC_OK)
		return err;
	y->published = now;
	keep_forms(st, y, &was);
	kc_free(was.v);
	err = kc_yearend_step(st, at,
	    kc_lacks_forms(st, y).n == 0 ? KC_YE_FED_BACK : KC_YE_PUBLISHED);
	/* Until it is published its last day runs, so that the step ends it. */
	y->published_seq = (uint32_t)at->stamp.seq;
	return err;
}
