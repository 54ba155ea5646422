/* SPDX-License-Identifier: Apache-2.0 */
/* Who may read what: the sets of the table, and the units and judges that an
 * entry is about. */
#include "view_int.h"

#include <kaocheng/viewer.h>

#include <string.h>

#include "engine/noun.h"

struct sees {
	struct {
		uint32_t all, judged, own, self; /* sets of roles */
		bool sealed; /* own is what one signed oneself */
	} to;
	const char *zh, *en;
};

/* A row that the keepers are left out of, or that the clerk is in, does not
 * compile; nor does one without its sets. What is sealed is not for the
 * Establishment Office, which keeps all else. */
#define SEES_AND(all, judged, own, self)                                       \
	(((all)&KC_KEEPERS) == KC_KEEPERS &&                                   \
	    (((all) | (judged) | (own) | (self)) & ~KC_EVERYBODY) == 0)
#define SEES(all, judged, own) SEES_AND(all, judged, own, KC_NOBODY)
#define SEALED(all, own)                                                       \
	((((all) | (own)) & KC_ROLE_BIT(KC_ROLE_ESTAB)) == 0 &&                \
	    ((all) | (own) | (uint32_t)KC_EVERYBODY) == KC_EVERYBODY)
#define VIEW(name, args, sees, zh, en)                                         \
	_Static_assert(sees, #name ": who may read it");
#define SEE(name, sees, zh, en) _Static_assert(sees, #name ": who may read it");
#define COL(view, key, zh, en, right)
#define END(name)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef SEES_AND
#undef SEALED

static const struct sees table[KC_SEE_COUNT] = {
    [KC_SEE_NONE] = {{KC_KEEPERS, KC_NOBODY, KC_NOBODY, KC_NOBODY, false},
	"其他条目", "other entries"},
#define SEES_AND(all, judged, own, self)                                       \
	{                                                                      \
		(all), (judged), (own), (self), false                          \
	}
#define SEALED(all, own)                                                       \
	{                                                                      \
		(all), KC_NOBODY, (own), KC_NOBODY, true                       \
	}
#define VIEW(name, args, sees, zh, en) [KC_SEE_##name] = {sees, zh, en},
#define SEE(name, sees, zh, en) [KC_SEE_##name] = {sees, zh, en},
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END
};

static void
note_had(const struct kc_state *st, struct kc_viewer *r)
{
	uint32_t unit = kc_find(st, KC_NS_UNIT, kc_slice_str(r->unit));

	for (uint32_t i = 0; st->reforms.n > 0 && i < st->units.n; i++)
		if (i != unit && kc_unit_stands_for(st, unit, i) &&
		    r->nhad < KC_VIEWER_HAD)
			(void)kc_slice_copy(r->had[r->nhad++],
			    sizeof(r->had[0]),
			    kc_slice_str(st->units.v[i]->code));
}

void
kc_viewer_of(
    const struct kc_state *st, struct kc_slice actor, struct kc_viewer *out)
{
	const struct kc_viewer nobody = {0};
	struct kc_vkey key;

	*out = nobody;
	(void)kc_slice_copy(out->actor, sizeof(out->actor), actor);
	if (kc_state_actor_key(st, actor, &key) != KC_OK)
		return;
	out->roles = kc_state_roles(st, actor);
	(void)kc_slice_copy(
	    out->unit, sizeof(out->unit), kc_state_actor_unit(st, actor));
	note_had(st, out);
}

enum kc_sees
kc_viewer_scope(const struct kc_viewer *r, enum kc_see what)
{
	const struct sees *s = &table[what];
	enum kc_sees least;

	if (r == NULL || r->all || (r->roles & s->to.all) != 0 ||
	    (r->published && !s->to.sealed))
		return KC_SEES_ALL;
	if (s->to.sealed)
		return (r->roles & s->to.own) != 0 ? KC_SEES_OWN
						   : KC_SEES_NOTHING;
	least = (r->roles & s->to.self) != 0 ? KC_SEES_SELF : KC_SEES_NOTHING;
	if (r->unit[0] == '\0')
		return least;
	if ((r->roles & s->to.judged) != 0)
		return KC_SEES_JUDGED;
	return (r->roles & s->to.own) != 0 ? KC_SEES_OWN : least;
}

bool
kc_viewer_sees(
    const struct kc_viewer *r, enum kc_see what, struct kc_slice unit)
{
	enum kc_sees scope = kc_viewer_scope(r, what);

	return scope == KC_SEES_ALL ||
	    (scope >= KC_SEES_OWN && !table[what].to.sealed &&
		kc_slice_is(unit, r->unit));
}

static void
put_roles(struct kc_buf *b, uint32_t roles)
{
	for (unsigned i = 0; i < KC_ROLE_COUNT; i++)
		if ((roles >> i & 1) != 0) {
			if (b->n > 0)
				kc_buf_char(b, ' ');
			kc_buf_str(b, kc_word_text(KC_SET_ROLE, i));
		}
}

enum kc_err
kc_viewer_refuse(
    const struct kc_viewer *r, enum kc_see what, struct kc_refusal *why)
{
	const struct sees *s = &table[what];
	struct kc_buf all = {0}, own = {0};

	put_roles(&all, s->to.all);
	if (!s->to.sealed)
		put_roles(&own, s->to.judged | s->to.own);
	(void)kc_refuse(why, KC_R_NOT_PERMITTED, r->actor, s->en, NULL, NULL);
	(void)kc_refusal_zh(why, 1, s->zh);
	kc_refusal_arg(why, 2, kc_buf_view(&all));
	kc_refusal_arg(why, 3, own.n > 0 ? kc_buf_view(&own) : KC_LIT("-"));
	kc_buf_free(&all);
	kc_buf_free(&own);
	return KC_EREFUSED;
}

/* --- entries --- */
/* Is the object the unit's, or was it that of one whose place it takes? */
static bool
is_of(const struct kc_state *st, const struct kc_named *to, uint32_t at,
    uint32_t unit)
{
	if (to->of(st, at, unit))
		return true;
	for (uint32_t i = 0; st->reforms.n > 0 && i < st->units.n; i++)
		if (i != unit && kc_unit_stands_for(st, unit, i) &&
		    to->of(st, at, i))
			return true;
	return false;
}

/* Does a field of e name something of the unit, or that it judges on the day
 * (KC_DAY_NONE: not asked)? */
static bool
names(const struct kc_state *st, const struct kc_field *f,
    struct kc_slice value, uint32_t unit, kc_day day)
{
	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0;
		     i < KC_NOUN_NAMED && kc_nouns[n]->named[i].field != NULL;
		     i++) {
			const struct kc_named *to = &kc_nouns[n]->named[i];
			uint32_t at;

			if (strcmp(f->name, to->field) != 0)
				continue;
			at = kc_find(st, to->ns, value);
			if (at != KC_NONE &&
			    (is_of(st, to, at, unit) ||
				(day != KC_DAY_NONE && to->judged != NULL &&
				    to->judged(st, at, unit, day))))
				return true;
		}
	return false;
}

static bool
signed_for(const struct kc_state *st, const struct kc_entry *e, uint32_t unit)
{
	for (unsigned i = 0; i < e->nby; i++) {
		uint32_t who = kc_find(st, KC_NS_ACTOR, e->by[i]);

		if (who != KC_NONE && st->actors.v[who]->unit == unit)
			return true;
	}
	return false;
}

static bool
concerns(const struct kc_state *st, const struct kc_entry *e, uint32_t unit,
    kc_day day)
{
	for (unsigned f = 0; f < e->kind->nfields; f++)
		for (unsigned i = 0; i < kc_entry_count(e, f); i++)
			if (names(st, &e->kind->fields[f],
				kc_entry_item(e, f, i)->raw, unit, day))
				return true;
	return false;
}

bool
kc_entry_concerns(
    const struct kc_state *st, const struct kc_entry *e, uint32_t unit)
{
	return signed_for(st, e, unit) || concerns(st, e, unit, KC_DAY_NONE);
}

/* Of one thing that a field names, the units it is of. */
static bool
mark_units(const struct kc_state *st, const struct kc_field *f,
    struct kc_slice value, bool *units)
{
	bool any = false;

	for (size_t n = 0; n < kc_nouns_n; n++)
		for (size_t i = 0;
		     i < KC_NOUN_NAMED && kc_nouns[n]->named[i].field != NULL;
		     i++) {
			const struct kc_named *to = &kc_nouns[n]->named[i];
			uint32_t at;

			if (strcmp(f->name, to->field) != 0)
				continue;
			at = kc_find(st, to->ns, value);
			for (uint32_t u = 0; at != KC_NONE && u < st->units.n;
			     u++)
				if (to->of(st, at, u))
					units[u] = any = true;
		}
	return any;
}

bool
kc_entry_units(const struct kc_state *st, const struct kc_entry *e, bool *units)
{
	bool any = false;

	for (unsigned f = 0; f < e->kind->nfields; f++)
		for (unsigned i = 0; i < kc_entry_count(e, f); i++)
			if (mark_units(st, &e->kind->fields[f],
				kc_entry_item(e, f, i)->raw, units))
				any = true;
	return any;
}

/* The noun's own list says who sees what is said about it. */
static enum kc_see
sees_of(const struct kc_entry *e)
{
	const struct kc_noun *noun = kc_noun_of(e->kind->id);
	enum kc_see other = noun->reads == NULL ? KC_SEE_NONE : noun->reads(e);

	return other != KC_SEE_NONE ? other : noun->sees;
}

/* What is sealed is one's own, not one's unit's. */
static bool
sees_sealed(const struct kc_viewer *r, const struct kc_entry *e)
{
	return kc_viewer_scope(r, sees_of(e)) == KC_SEES_ALL ||
	    kc_entry_is_by(e, kc_slice_str(r->actor));
}

bool
kc_entry_is_sealed(const struct kc_entry *e)
{
	return table[sees_of(e)].to.sealed;
}

bool
kc_viewer_sees_every_entry(const struct kc_viewer *r)
{
	for (unsigned i = 0; i < KC_SEE_COUNT; i++)
		if (kc_viewer_scope(r, (enum kc_see)i) != KC_SEES_ALL)
			return false;
	return true;
}

enum kc_err
kc_viewer_refuse_entry(
    const struct kc_viewer *r, const struct kc_entry *e, struct kc_refusal *why)
{
	enum kc_see what = sees_of(e);

	return kc_viewer_refuse(
	    r, table[what].to.sealed ? what : KC_SEE_entry, why);
}

bool
kc_viewer_sees_draft(const struct kc_state *st, const struct kc_viewer *r,
    const struct kc_entry *e, int64_t now_ms)
{
	enum kc_sees scope = kc_viewer_scope(r, sees_of(e));
	uint32_t unit;

	if (table[sees_of(e)].to.sealed)
		return sees_sealed(r, e);
	if (scope == KC_SEES_ALL || scope < KC_SEES_OWN)
		return scope == KC_SEES_ALL;
	unit = kc_find(st, KC_NS_UNIT, kc_slice_str(r->unit));
	return unit != KC_NONE &&
	    concerns(st, e, unit,
		scope == KC_SEES_JUDGED
		    ? kc_day_of_instant(now_ms, KC_LOCAL_OFFSET_S)
		    : KC_DAY_NONE);
}

bool
kc_viewer_sees_entry(const struct kc_state *st, const struct kc_viewer *r,
    const struct kc_entry *e, int64_t now_ms)
{
	enum kc_sees scope = kc_viewer_scope(r, sees_of(e));

	return kc_viewer_sees_draft(st, r, e, now_ms) ||
	    (scope >= KC_SEES_OWN && !table[sees_of(e)].to.sealed &&
		signed_for(
		    st, e, kc_find(st, KC_NS_UNIT, kc_slice_str(r->unit))));
}

/* --- rows of a view --- */
static bool
has_had(const struct kc_vx *x, uint32_t unit)
{
	const struct kc_viewer *r = x->args->reader;

	for (unsigned i = 0; unit != KC_NONE && r != NULL && i < r->nhad; i++)
		if (strcmp(r->had[i], x->st->units.v[unit]->code) == 0)
			return true;
	return false;
}

bool
kc_vx_would_see(const struct kc_vx *x, uint32_t unit, uint32_t target)
{
	return x->scope == KC_SEES_ALL ||
	    (x->scope >= KC_SEES_OWN &&
		(kc_unit_stands_for(x->st, x->reader_unit, unit) ||
		    has_had(x, unit))) ||
	    (x->scope == KC_SEES_JUDGED && target != KC_NONE &&
		kc_judges(
		    x->st, x->reader_unit, x->st->targets.v[target], x->today));
}

bool
kc_vx_sees(struct kc_vx *x, uint32_t unit, uint32_t target)
{
	x->asked = kc_vx_would_see(x, unit, target);
	return x->asked;
}

bool
kc_vx_sees_case(struct kc_vx *x, const struct kc_case *c)
{
	if (kc_vx_sees(x, c->unit, c->target))
		return true;
	x->asked = x->scope == KC_SEES_JUDGED && c->assessor == x->reader_unit;
	return x->asked;
}

bool
kc_vx_sees_indicator(struct kc_vx *x, uint32_t unit, uint32_t indicator)
{
	if (kc_vx_sees(x, unit, KC_NONE))
		return true;
	x->asked = x->scope >= KC_SEES_OWN && x->reader_unit != KC_NONE &&
	    kc_indicator_measures(x->st, indicator, x->reader_unit);
	if (x->asked)
		return true;
	x->asked = x->scope == KC_SEES_JUDGED &&
	    kc_judges_indicator(x->st, x->reader_unit, indicator, x->today);
	return x->asked;
}

bool
kc_vx_sees_unit_of(
    const struct kc_vx *x, enum kc_see what, const struct kc_unit *u)
{
	return kc_viewer_sees(x->args->reader, what, kc_slice_str(u->code));
}

enum kc_err
kc_vx_want_seen(struct kc_vx *x, bool seen)
{
	return seen ? KC_OK : kc_viewer_refuse(x->args->reader, x->see, x->why);
}
