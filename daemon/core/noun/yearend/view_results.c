/* SPDX-License-Identifier: Apache-2.0 */
/* The list of results: as it was published, or as it follows now, with the
 * hash that a signer needs. */
#include "yearend.h"

#include "noun/dispute/dispute.h"
#include "noun/vx.h"

/* Before it is published each unit sees its own. */
static bool
sees(struct kc_vx *x, const struct kc_result *r, bool published)
{
	if (kc_vx_sees(x, r->unit, KC_NONE))
		return true;
	x->asked =
	    published && x->scope == KC_SEES_OWN && x->reader_unit != KC_NONE;
	return x->asked;
}

static void
put_grade(struct kc_vx *x, const struct kc_result *r)
{
	if (r->grade == KC_GRADED_NOT) {
		kc_vx_null(x, "grade");
		kc_vx_null(x, "grade_text");
	} else {
		kc_vx_word(x, "grade", KC_SET_YEAR_GRADE, r->grade);
	}
	kc_vx_str(x, "ruling",
	    r->ruling == KC_NONE ? NULL : x->st->disputes.v[r->ruling]->handle);
}

void
kc_vx_published_grade(struct kc_vx *x, int year, uint32_t unit)
{
	const struct kc_yearend *y = kc_yearend_published(x->st, year);
	const struct kc_result *r =
	    y == NULL ? NULL : kc_result_of(&y->published, unit);

	if (r != NULL)
		put_grade(x, r);
}

static void
put_result(struct kc_vx *x, const struct kc_result *r)
{
	const struct kc_unit *u = x->st->units.v[r->unit];
	const struct kc_score *s = &r->parts;

	kc_vx_row(x);
	kc_vx_str(x, "unit", u->code);
	kc_vx_str(x, "name", kc_vx_unit_name(x, u));
	kc_vx_word(x, "group", KC_SET_GROUP, r->group);
	kc_vx_points(x, "score", r->score);
	kc_vx_rank(x, "rank", r->rank);
	kc_vx_rank(x, "group_rank", r->group_rank);
	kc_vx_rank(x, "group_ranked", r->group_size);
	put_grade(x, r);
	kc_vx_points(x, "key", s->earned_e4[KC_CLASS_KEY]);
	kc_vx_points(x, "routine", s->earned_e4[KC_CLASS_ROUTINE]);
	kc_vx_points(x, "dynamic", s->earned_e4[KC_CLASS_DYNAMIC]);
	kc_vx_points(x, "credit", s->credit_e4);
	kc_vx_points(x, "panel", s->panel_e4);
	kc_vx_points(x, "negative", s->negative_e4);
	kc_vx_points(x, "retained", s->retained_e4);
	kc_vx_points(x, "bonus", s->bonus_e4);
	kc_vx_end(x);
}

/* How many of those that are seen have each grade. */
static void
put_counts(struct kc_vx *x, const struct kc_results *r, bool published)
{
	static const char *const keys[] = {"first", "second", "third"};
	uint64_t n[KC_GRADED_COUNT] = {0}, none = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		if (!sees(x, &r->v[i], published))
			continue;
		if (r->v[i].grade == KC_GRADED_NOT)
			none++;
		else
			n[r->v[i].grade]++;
	}
	for (int i = 0; i < KC_GRADED_COUNT; i++)
		kc_vx_u64(x, keys[i], n[i]);
	kc_vx_u64(x, "ungraded", none);
}

/* What is signed next: the hash of the list, and its text for who sees all. */
static void
put_signed(struct kc_vx *x, const struct kc_yearend *y,
    const struct kc_results *r, bool draft)
{
	struct kc_buf text = {0};

	kc_vx_str(x, "list", draft ? "draft" : "graded");
	kc_vx_str(x, "list_text",
	    draft ? kc_vx_say(x, "不列等次", "without grades")
		  : kc_vx_say(x, "列等次", "with grades"));
	kc_vx_hash(x, "results", &r->hash);
	kc_buf_results(&text, x->st, y, r);
	if (x->scope == KC_SEES_ALL)
		kc_vx_buf(x, "signed", &text);
	else
		kc_vx_null(x, "signed");
	kc_buf_free(&text);
}

/* Ranks first: the list that is signed is by codes. */
static void
put_rows(struct kc_vx *x, const struct kc_results *r, bool published)
{
	kc_vx_rows(x);
	for (uint32_t rank = 1; rank <= r->n; rank++)
		for (uint32_t i = 0; i < r->n; i++)
			if (r->v[i].rank == rank &&
			    (x->unit == NULL ||
				r->v[i].unit == x->unit->index) &&
			    sees(x, &r->v[i], published))
				put_result(x, &r->v[i]);
}

static void
put_head(struct kc_vx *x, const struct kc_yearend *y)
{
	kc_vx_str(x, "yearend", y->handle[0] != '\0' ? y->handle : NULL);
	kc_vx_u64(x, "version", y->version);
	if (y->version > 0) {
		kc_vx_state(x, KC_M_yearend, y->state);
		return;
	}
	kc_vx_str(x, "state", "open");
	kc_vx_str(x, "state_text", kc_vx_say(x, "进行中", "open"));
}

enum kc_err
kc_render_grades(struct kc_vx *x)
{
	struct kc_yearend none = {.published_seq = KC_NONE};
	const struct kc_yearend *y = kc_yearend_of(x->st, x->year);
	struct kc_results now = {0}, drafted = {0};
	bool published, draft;
	enum kc_err err = kc_vx_want_cycle(x);

	if (err != KC_OK)
		return err;
	none.year = (int16_t)x->year;
	y = y == NULL ? &none : y;
	published = y->published_seq != KC_NONE;
	draft = y->version > 0 && y->state < KC_YE_SHOWN;
	/* Grades follow from what is known, before anybody signs them. */
	err = kc_results_now(x->st, y, true, &now, x->why);
	if (err == KC_OK)
		err = kc_results_ungraded(x->st, y, &now, &drafted);
	if (err != KC_OK)
		goto out;
	put_head(x, y);
	put_signed(x, y, draft ? &drafted : &now, draft);
	kc_vx_hash(x, "drafted", &drafted.hash);
	kc_vx_bool(x, "published", published);
	kc_vx_bool(x, "changed",
	    published && !kc_hash_eq(&now.hash, &y->published.hash));
	put_counts(x, published ? &y->published : &now, published);
	put_rows(x, published ? &y->published : &now, published);
out:
	kc_free(drafted.v);
	kc_free(now.v);
	return err;
}
