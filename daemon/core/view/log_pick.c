/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of the log are asked for: by kind, signer, matter, text and
 * day; oldest first, or the newest before a number. */
#include "log_pick.h"

#include <string.h>

#include <kaocheng/calendar.h>
#include <kaocheng/replay.h>

#include "engine/noun.h"

#define DAY_MS INT64_C(86400000)

static enum kc_err
bounds(struct kc_log_pick *p, const struct kc_vx *x)
{
	const struct kc_view_args *a = x->args;
	uint64_t size = kc_state_size(x->st), at = 0;
	enum kc_err err = KC_OK;

	p->first = a->from;
	p->end = a->before != 0 && a->before < size ? a->before : size;
	p->backwards = a->before != 0;
	if (a->since != 0) {
		err = kc_replay_size_at(x->log,
		    kc_day_start_ms(a->since, KC_LOCAL_OFFSET_S) - 1, &at);
		if (at > p->first)
			p->first = at;
	}
	if (err == KC_OK && a->until != 0) {
		err = kc_replay_size_at(x->log,
		    kc_day_start_ms(a->until, KC_LOCAL_OFFSET_S) + DAY_MS - 1,
		    &at);
		if (at < p->end)
			p->end = at;
	}
	if (a->after.n > 0 && p->backwards && x->page.first < p->end)
		p->end = x->page.first;
	if (a->after.n > 0 && !p->backwards && x->page.first > p->first)
		p->first = x->page.first;
	if (p->first > p->end)
		p->first = p->end;
	return err;
}

enum kc_err
kc_log_pick_of(struct kc_vx *x, struct kc_log_pick *p)
{
	const struct kc_view_args *a = x->args;
	const struct kc_named *named;
	uint32_t index;

	memset(p, 0, sizeof(*p));
	p->x = x;
	p->kind = a->kind;
	if (a->kind.n > 0 && a->kind.p[a->kind.n - 1] != '.' &&
	    kc_kind_find(a->kind) == NULL)
		return kc_vx_not_found(x, "种类", "kind", a->kind);
	if (a->by.n > 0 && kc_find(x->st, KC_NS_ACTOR, a->by) == KC_NONE)
		return kc_vx_not_found(x, "人员", "actor", a->by);
	if (a->about.n > 0) {
		named = kc_named_find(x->st, a->about, &index);
		if (named == NULL)
			return kc_vx_not_found(x, "事项", "matter", a->about);
		if (named->events != NULL)
			p->events = named->events(x->st, index);
	}
	return bounds(p, x);
}

/* It touched the matter, or names it. */
static bool
fits_about(const struct kc_log_pick *p, uint64_t seq, const struct kc_entry *e)
{
	struct kc_slice about = p->x->args->about;

	if (about.n == 0)
		return true;
	for (uint32_t i = 0; p->events != NULL && i < p->events->n; i++)
		if (p->events->v[i].seq == seq)
			return true;
	for (unsigned i = 0; i < e->nitems; i++)
		if (kc_slice_eq(e->items[i].raw, about))
			return true;
	return false;
}

static char
low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Case does not count in ASCII, where people do not think of it. */
static bool
holds(struct kc_slice s, struct kc_slice word)
{
	for (size_t at = 0; at + word.n <= s.n; at++) {
		size_t i = 0;

		while (i < word.n && low(s.p[at + i]) == low(word.p[i]))
			i++;
		if (i == word.n)
			return true;
	}
	return false;
}

static bool
fits_text(struct kc_log_pick *p, const struct kc_entry *e)
{
	struct kc_slice word = p->x->args->text;
	bool found = word.n == 0;

	for (unsigned f = 0; !found && f < e->kind->nfields; f++) {
		bool text = e->kind->fields[f].type == KC_T_TEXT;

		for (unsigned i = 0; !found && i < kc_entry_count(e, f); i++) {
			struct kc_slice raw = kc_entry_item(e, f, i)->raw;

			if (!text) {
				found = holds(raw, word);
				continue;
			}
			kc_buf_reset(&p->plain);
			kc_buf_unfold(&p->plain, raw);
			found = holds(kc_buf_view(&p->plain), word);
		}
	}
	return found;
}

enum kc_err
kc_log_fits(
    struct kc_log_pick *p, uint64_t seq, const struct kc_entry *e, bool *fits)
{
	struct kc_vx *x = p->x;

	*fits = false;
	if (!kc_kind_fits(e->kind, p->kind) ||
	    (x->args->by.n > 0 && !kc_entry_is_by(e, x->args->by)) ||
	    !fits_about(p, seq, e) ||
	    (x->unit != NULL && !kc_entry_concerns(x->st, e, x->unit->index)))
		return KC_OK;
	/* What a reader may not read is not searched for words either. */
	x->asked = kc_viewer_sees_entry(x->st, x->args->reader, e, x->now_ms);
	*fits = x->asked && fits_text(p, e);
	return p->plain.err;
}

void
kc_log_pick_free(struct kc_log_pick *p)
{
	kc_buf_free(&p->plain);
}
