/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Disputes of the demonstration, on wish: years beside the plain one, whose
 * figures stay as they are. The hearing takes longer than it may, so that the
 * case has had its return when it is corrected.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "demo_steps.h"

#define HEARING_DAYS 85 /* after the feedback; the return is at 82 */

static struct demo_dispute {
	unsigned case_;
	const char *ruling, *points; /* points: NULL, or what is deducted */
	char handle[16];
} disputes[2];
static unsigned ndisputes;

/* The entry that confirmed a case: a dispute names it by its number. */
static int64_t
confirmed_at(struct demo *d, const char *handle)
{
	char path[128];
	struct kc_buf body = {0};
	long status = 0;
	json_t *doc, *row;
	size_t i;
	int64_t seq = -1;

	(void)snprintf(path, sizeof(path), "/v1/views/prededuct?id=%s", handle);
	if (kc_client_get(d->client, path, &status, &body) != KC_OK)
		status = 0;
	doc = json_loadb(body.p != NULL ? body.p : "", body.n, 0, NULL);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		const char *kind =
		    json_string_value(json_object_get(row, "kind"));

		if (kind != NULL && strcmp(kind, "prededuct.confirm") == 0)
			seq = json_integer_value(json_object_get(row, "seq"));
	}
	json_decref(doc);
	kc_buf_free(&body);
	if (status != 200 || seq < 0)
		demo_fail(d, handle, "its confirmation is not to be found");
	return seq;
}

static void
file(struct demo *d, unsigned i)
{
	const struct demo_case *c = &d->cases[disputes[i].case_];
	int64_t seq = confirmed_at(d, c->handle);
	char head[32];

	if (d->failed)
		return;
	demo_head_of(c->unit, head);
	demo_begin(d, KC_K_dispute_file);
	demo_by(d, head);
	demo_number(d, F(dispute_file, decision), seq);
	demo_set(d, F(dispute_file, matter), c->handle);
	demo_evidence(d, F(dispute_file, evidence), c->handle);
	demo_set(d, F(dispute_file, claim), "通报口径有误，请予复核");
	demo_post(d, disputes[i].handle);
}

static void
accept(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_dispute_accept);
	demo_by(d, "P09.confirm");
	demo_set(d, F(dispute_accept, dispute), disputes[i].handle);
	demo_post(d, NULL);
}

/* By one of the office who did not confirm. */
static void
decide(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_dispute_decide);
	demo_by(d, "P09.estab");
	demo_set(d, F(dispute_decide, dispute), disputes[i].handle);
	demo_set(d, F(dispute_decide, ruling), disputes[i].ruling);
	if (disputes[i].points != NULL)
		demo_set(d, F(dispute_decide, points), disputes[i].points);
	demo_set(d, F(dispute_decide, finding), "经重放核对，作出本决定");
	demo_post(d, NULL);
}

static void
apply(struct demo *d, unsigned i)
{
	demo_begin(d, KC_K_dispute_apply);
	demo_by(d, "P09.confirm");
	demo_set(d, F(dispute_apply, dispute), disputes[i].handle);
	demo_post(d, NULL);
}

/* Of cases that end alike: half a point, four fifths of it returned, and no
 * cadre loses anything by it. */
static unsigned
next_case(const struct demo *d, unsigned i)
{
	for (; i < d->ncases; i++) {
		const struct demo_case *c = &d->cases[i];

		if (c->end == DEMO_RETURN && c->rate_bp == 8000 &&
		    strcmp(c->standard, "0.5000") == 0 &&
		    strcmp(c->effect, "full") == 0 && c->lead == 0 &&
		    !c->extended && !c->rejected_once)
			break;
	}
	return i;
}

static void
plan(struct demo *d, const char *ruling, const char *points)
{
	struct demo_dispute *x = &disputes[ndisputes];
	unsigned i = next_case(d, ndisputes == 0 ? 0 : x[-1].case_ + 1);
	kc_day day;

	if (i >= d->ncases) {
		demo_fail(d, ruling, "the plan has no such case");
		return;
	}
	*x = (struct demo_dispute){i, ruling, points, ""};
	day = d->cases[i].delivered;
	demo_at(day + 1, 10, 0, file, ndisputes);
	demo_at(day + 4, 10, 0, accept, ndisputes);
	demo_at(day + HEARING_DAYS, 10, 0, decide, ndisputes);
	if (strcmp(ruling, "upheld") != 0)
		demo_at(day + HEARING_DAYS + 10, 10, 0, apply, ndisputes);
	ndisputes++;
}

void
demo_plan_disputes(struct demo *d)
{
	const char *which = d->cli->disputes;

	if (which == NULL)
		return;
	if (strcmp(which, "overturned") == 0) {
		plan(d, "overturned", NULL);
	} else { /* heard */
		plan(d, "upheld", NULL);
		plan(d, "reduced", "0.3000");
	}
}
