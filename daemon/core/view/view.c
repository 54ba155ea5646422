/* SPDX-License-Identifier: Apache-2.0 */
/* The table of views, their common head, and the look-up of arguments. */
#include "engine/noun.h"
#include "meant.h"
#include "noun/cadre/cadre.h"
#include "noun/reform/reform.h"
#include "noun/year/year.h"
#include "view_int.h"

#include <string.h>

#define VIEW(name, args, sees, zh, en)                                         \
	static const struct kc_view_column columns_##name[] = {
#define COL(view, key, zh, en, right) {#key, zh, en, right},
#define END(name)                                                              \
	}                                                                      \
	;
#define SEE(name, sees, zh, en)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END

#define COLUMNS(name) (sizeof(columns_##name) / sizeof(columns_##name[0]))

static const struct kc_view views[] = {
#define VIEW(name, args, sees, zh, en)                                         \
	{#name, args, zh, en, columns_##name, COLUMNS(name)},
#define COL(view, key, zh, en, right)
#define END(name)
#define SEE(name, sees, zh, en)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END
};

static enum kc_err (*const renderers[])(struct kc_vx *x) = {
#define VIEW(name, args, sees, zh, en) kc_render_##name,
#define COL(view, key, zh, en, right)
#define END(name)
#define SEE(name, sees, zh, en)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END
};

static const enum kc_see sees[] = {
#define VIEW(name, args, sees, zh, en) KC_SEE_##name,
#define COL(view, key, zh, en, right)
#define END(name)
#define SEE(name, sees, zh, en)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END
};

#define NVIEWS (sizeof(views) / sizeof(views[0]))

size_t
kc_view_count(void)
{
	return NVIEWS;
}

const struct kc_view *
kc_view_get(size_t i)
{
	return i < NVIEWS ? &views[i] : NULL;
}

const struct kc_view *
kc_view_find(struct kc_slice name)
{
	for (size_t i = 0; i < NVIEWS; i++)
		if (kc_slice_is(name, views[i].name))
			return &views[i];
	return NULL;
}

/* --- arguments --- */
enum kc_err
kc_vx_bad_arg(struct kc_vx *x, const char *what)
{
	return kc_refuse(x->why, KC_R_REQUEST, what, NULL, NULL, NULL);
}

/* Things that have a code, but persons. A code that names one was meant: it is
 * something of that thing that is not there. */
static void
suggest(struct kc_vx *x, struct kc_slice id)
{
	struct kc_near near;

	kc_near_begin(&near, id);
	for (size_t i = 0; i < kc_nouns_n; i++)
		for (unsigned j = 0; j < KC_NOUN_NAMED; j++) {
			const struct kc_named *n = &kc_nouns[i]->named[j];

			if (n->field != NULL && n->ns != KC_NS_CADRE)
				kc_near_things(x->st, n->ns, &near);
		}
	if (near.least > 0)
		kc_refusal_near(x->why, &near);
}

enum kc_err
kc_vx_not_found(
    struct kc_vx *x, const char *zh, const char *en, struct kc_slice id)
{
	(void)kc_refuse(
	    x->why, KC_R_NOT_FOUND, kc_vx_say(x, zh, en), "", NULL, NULL);
	kc_refusal_arg(x->why, 1, id);
	suggest(x, id);
	return KC_EREFUSED;
}

enum kc_err
kc_vx_want_unit(struct kc_vx *x)
{
	return x->unit == NULL
	    ? kc_vx_bad_arg(x, "unit")
	    : kc_vx_want_seen(x, kc_vx_sees(x, x->unit->index, KC_NONE));
}

enum kc_err
kc_vx_want_cycle(struct kc_vx *x)
{
	if (x->cycle != NULL)
		return KC_OK;
	return kc_refuse_cycle(x->st, x->year, x->why);
}

/* Refuses an argument that the view does not take. */
static enum kc_err
check_args(struct kc_vx *x, const struct kc_view *v)
{
	const struct kc_view_args *a = x->args;
	const struct {
		char letter;
		bool given;
		const char *name;
	} all[] = {
	    {'u', a->unit.n > 0, "unit"},
	    {'i', a->id.n > 0, "id"},
	    {'y', a->year != 0, "year"},
	    {'f', a->from != 0, "from"},
	    {'l', a->limit != 0, "limit"},
	    {'b', a->before != 0, "before"},
	    {'k', a->kind.n > 0, "kind"},
	    {'s', a->by.n > 0, "by"},
	    {'c', a->about.n > 0, "case"},
	    {'q', a->text.n > 0, "text"},
	    {'d', a->since != 0, "since"},
	    {'e', a->until != 0, "until"},
	    {'a', a->after.n > 0, "after"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].given && strchr(v->args, all[i].letter) == NULL)
			return kc_vx_bad_arg(x, all[i].name);
	if (strchr(v->args, 'i') != NULL && a->id.n == 0)
		return kc_vx_bad_arg(x, "id");
	if (strchr(v->args, 'w') != NULL && a->unit.n == 0)
		return kc_vx_bad_arg(x, "unit");
	return KC_OK;
}

/* What the reader sees of the view at all. */
static enum kc_err
find_reader(struct kc_vx *x)
{
	const struct kc_viewer *r = x->args->reader;

	x->scope = kc_viewer_scope(r, x->see);
	x->reader_unit = r != NULL && r->unit[0] != '\0'
	    ? kc_find(x->st, KC_NS_UNIT, kc_slice_str(r->unit))
	    : KC_NONE;
	return kc_vx_want_seen(x, x->scope != KC_SEES_NOTHING);
}

/* "2022" stands where a unit would: the year is an option. */
static void
suggest_year(struct kc_vx *x, struct kc_slice typed)
{
	char option[16] = "--year ";
	uint64_t year;

	if (x->args->year != 0 || x->why->code != KC_R_NOT_FOUND ||
	    typed.n != 4 || !kc_read_u64(typed, KC_YEAR_MAX, &year) ||
	    kc_cycle_of(x->st, (int)year) == NULL)
		return;
	memcpy(option + 7, typed.p, 4);
	kc_refusal_arg(x->why, 2, kc_slice_str(option));
}

/* What was typed otherwise than it stands (meant.h): x->args are the caller's
 * own, texts what its codes are written into. */
static enum kc_err
find_meant(struct kc_vx *x, const struct kc_view *v, struct kc_view_args *own,
    char texts[3][KC_CODE_MAX + 1])
{
	own->id = kc_meant_code(x->st, own->id, texts[0]);
	own->about = kc_meant_code(x->st, own->about, texts[1]);
	own->by = kc_meant_code(x->st, own->by, texts[2]);
	if (own->unit.n == 0)
		return KC_OK;
	x->unit = kc_meant_unit(x->st, own->unit, x->lang, x->why);
	if (x->unit == NULL && strchr(v->args, 'y') != NULL)
		suggest_year(x, own->unit);
	return x->unit != NULL ? KC_OK : KC_EREFUSED;
}

/* The year asked for; or the newest that is open and has begun on the day of
 * the answer, never one that was opened ahead of its time. */
static enum kc_err
find_cycle(struct kc_vx *x)
{
	int last = kc_day_year(x->today);

	x->year = x->args->year;
	for (uint32_t i = 0; i < x->st->cycles.n; i++) {
		const struct kc_cycle *c = x->st->cycles.v[i];

		if (x->args->year != 0 ? c->year == x->args->year
				       : c->year > x->year && c->year <= last) {
			x->cycle = c;
			x->year = c->year;
		}
	}
	if (x->args->year != 0)
		return kc_vx_want_cycle(x);
	if (x->cycle == NULL)
		x->year = last;
	return KC_OK;
}

/* What a unit had in the year in which it ended is its successor's. */
static enum kc_err
want_unended(const struct kc_vx *x)
{
	const struct kc_unit *u = x->unit;

	return u == NULL || kc_unit_in_year(x->st, u->index, x->year)
	    ? KC_OK
	    : kc_refuse_ended(x->st, u->index, x->why);
}

/* --- the document --- */
static void
write_head(struct kc_vx *x, const struct kc_view *v)
{
	char schema[64] = "kaocheng.";
	size_t n = strlen(v->name);

	memcpy(schema + 9, v->name, n);
	memcpy(schema + 9 + n, "/1", 3);
	kc_json_open(&x->w, '{');
	kc_vx_str(x, "schema", schema);
	kc_json_key(&x->w, "as_of");
	kc_json_open(&x->w, '{');
	kc_vx_u64(x, "size", kc_state_size(x->st));
	if (kc_state_size(x->st) > 0)
		kc_vx_instant(x, "received", kc_state_received_ms(x->st));
	else
		kc_vx_null(x, "received");
	kc_json_close(&x->w, '}');
	kc_vx_slice(x, "ledger", kc_state_origin(x->st));
	if (strchr(v->args, 'y') != NULL && x->cycle != NULL)
		kc_vx_i64(x, "year", x->year);
}

enum kc_err
kc_vx_document(struct kc_vx *x, const struct kc_view *v,
    enum kc_err (*render)(struct kc_vx *x))
{
	size_t start = x->w.out->n;
	const struct kc_view_args *asked = x->args;
	struct kc_view_args own = *asked;
	char texts[3][KC_CODE_MAX + 1];
	enum kc_err err = find_reader(x);

	x->args = &own;
	if (err == KC_OK)
		err = check_args(x, v);
	if (err == KC_OK)
		err = find_meant(x, v, &own, texts);
	if (err == KC_OK)
		err = find_cycle(x);
	if (err == KC_OK && strchr(v->args, 'y') != NULL)
		err = want_unended(x);
	if (err == KC_OK)
		err = kc_page_of(x, v);
	if (err != KC_OK)
		goto out;
	write_head(x, v);
	err = render(x);
	if (err == KC_OK)
		err = kc_vx_want_seen(x, !x->unasked);
	if (err != KC_OK) {
		/* Half a document is none. */
		if (x->w.out->err == KC_OK)
			x->w.out->n = start;
		goto out;
	}
	kc_vx_rows_end(x);
	kc_json_close(&x->w, '}');
	err = kc_buf_err(x->w.out);
out:
	x->args = asked;
	return err;
}

struct kc_vx
kc_vx_of(const struct kc_view_source *src, const struct kc_view_args *args,
    enum kc_see see, struct kc_buf *out, struct kc_refusal *why)
{
	return (struct kc_vx){
	    .st = src->state,
	    .log = src->log,
	    .args = args,
	    .why = why,
	    .w = {.out = out},
	    .lang = args->lang,
	    .today = kc_day_of_instant(src->now_ms, KC_LOCAL_OFFSET_S),
	    .now_ms = src->now_ms,
	    .see = see,
	};
}

enum kc_err
kc_view_render(const struct kc_view *v, const struct kc_view_source *src,
    const struct kc_view_args *args, struct kc_buf *out, struct kc_refusal *why)
{
	struct kc_vx x = kc_vx_of(src, args, sees[v - views], out, why);

	return kc_vx_document(&x, v, renderers[v - views]);
}
