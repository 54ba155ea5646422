/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists by pages. Rows are counted as they come; those that are not on the page
 * are taken back, or not made at all where a view asks first. Where it goes on
 * is a cursor: of which position and instant the rows are, and how many came
 * before (docs/API.md "Lists").
 */
#include "noun/vx.h"

#include <kaocheng/hash.h>

#include <string.h>

#include "statement/codec.h"

#define SUM_SIZE 4
#define BYTES_MAX (8U << 20) /* of the rows of a page, but for its last */

/* --- cursors -------------------------------------------------------------- */
static bool
next_number(struct kc_slice *rest, uint64_t max, uint64_t *out)
{
	struct kc_slice digits;

	return kc_slice_cut(rest, '.', &digits) &&
	    kc_read_u64(digits, max, out);
}

bool
kc_cursor_read(struct kc_slice text, struct kc_cursor *out)
{
	uint64_t now;
	uint8_t sum[SUM_SIZE];

	if (!next_number(&text, INT64_MAX, &out->size) ||
	    !next_number(&text, KC_INSTANT_END_S * 1000 - 1, &now) ||
	    !next_number(&text, INT64_MAX, &out->at) ||
	    !kc_read_hex(text, sum, sizeof(sum)))
		return false;
	out->now_ms = (int64_t)now;
	return true;
}

static void
add(struct kc_buf *lines, struct kc_slice s)
{
	kc_buf_slice(lines, s);
	kc_buf_char(lines, '\n');
}

static void
add_number(struct kc_buf *b, uint64_t n, char end)
{
	kc_buf_u64(b, n);
	kc_buf_char(b, end);
}

/* The cursor to row `at` of what is asked. Its last part holds it to that
 * question, so that no list goes on with the cursor of another. */
static void
put_cursor(const struct kc_vx *x, uint64_t at, struct kc_buf *out)
{
	const struct kc_view_args *a = x->args;
	struct kc_buf lines = {0};
	uint8_t sum[16] = {0};

	add_number(out, kc_state_size(x->st), '.');
	add_number(out, (uint64_t)(x->now_ms > 0 ? x->now_ms : 0), '.');
	add_number(out, at, '.');
	kc_buf_slice(&lines, kc_buf_view(out));
	add(&lines, kc_state_origin(x->st));
	add(&lines, kc_slice_str(x->page.view));
	add(&lines, kc_slice_str(x->unit != NULL ? x->unit->code : ""));
	add(&lines, a->id);
	add(&lines, a->kind);
	add(&lines, a->by);
	add(&lines, a->about);
	add(&lines, a->text);
	add_number(&lines, (uint64_t)x->year, ' ');
	/* Of the log: which way. From where, the cursor says. */
	add_number(&lines, a->before != 0, ' ');
	add_number(&lines, (uint64_t)a->since, ' ');
	add_number(&lines, (uint64_t)a->until, ' ');
	if (kc_lines_id(&lines, sum) != KC_OK && out->err == KC_OK)
		out->err = KC_ENOMEM;
	kc_buf_hex(out, sum, SUM_SIZE);
}

/* Is it one that this question gave, of this state and instant? */
static bool
is_ours(const struct kc_vx *x, const struct kc_cursor *c)
{
	struct kc_buf own = {0};
	bool same;

	put_cursor(x, c->at, &own);
	same = kc_buf_err(&own) == KC_OK &&
	    kc_slice_eq(kc_buf_view(&own), x->args->after);
	kc_buf_free(&own);
	return same;
}

bool
kc_view_pages(const struct kc_view *v)
{
	return strchr(v->args, 'a') != NULL && strchr(v->args, 'f') == NULL;
}

enum kc_err
kc_page_of(struct kc_vx *x, const struct kc_view *v)
{
	const struct kc_view_args *a = x->args;
	struct kc_cursor c = {0};

	if (strchr(v->args, 'a') == NULL)
		return KC_OK;
	x->page.view = v->name;
	x->page.by_rows = kc_view_pages(v);
	x->page.want = a->limit != 0 ? a->limit : KC_PAGE_ROWS;
	if (x->page.by_rows && a->limit > KC_PAGE_ROWS)
		return kc_vx_bad_arg(x,
		    kc_vx_say(
			x, "limit 须为 1 至 10000", "limit is 1 to 10000"));
	if (a->after.n > 0 &&
	    (!kc_cursor_read(a->after, &c) || !is_ours(x, &c)))
		return kc_vx_bad_arg(x,
		    kc_vx_say(x, "after 不是这一问的续列处（rows_next）",
			"after is no rows_next of this question"));
	x->page.first = c.at;
	return KC_OK;
}

/* --- rows ----------------------------------------------------------------- */
void
kc_page_begin(struct kc_vx *x)
{
	x->page.depth = x->w.depth;
	x->page.start = x->w.out->n;
}

/* Is a row of the list beginning or ending here, not a part of one? */
static bool
is_row(const struct kc_vx *x)
{
	return x->in_rows && x->page.by_rows && x->w.depth == x->page.depth;
}

static bool
is_wanted(const struct kc_vx *x)
{
	const struct kc_page *p = &x->page;

	return p->at >= p->first && p->rows < p->want && !p->full;
}

bool
kc_vx_passes(struct kc_vx *x)
{
	if (!is_row(x) || is_wanted(x))
		return false;
	kc_vx_asked(x);
	x->page.at++;
	return true;
}

void
kc_page_row(struct kc_vx *x)
{
	if (!is_row(x))
		return;
	x->page.off = !is_wanted(x);
	x->page.at++;
	x->page.n = x->w.out->n;
	x->page.comma = x->w.comma;
}

void
kc_page_row_end(struct kc_vx *x)
{
	struct kc_page *p = &x->page;

	if (!is_row(x))
		return;
	if (!p->off) {
		p->rows++;
		p->full = x->w.out->n - p->start > BYTES_MAX;
		return;
	}
	p->off = false;
	x->w.comma = p->comma;
	if (x->w.out->err == KC_OK)
		x->w.out->n = p->n;
}

/* --- where it goes on ------------------------------------------------------
 */
void
kc_vx_goes_on(struct kc_vx *x, bool more, uint64_t at)
{
	struct kc_buf cursor = {0};

	if (more)
		put_cursor(x, at, &cursor);
	if (more)
		kc_vx_buf(x, "rows_next", &cursor);
	else
		kc_vx_null(x, "rows_next");
	kc_buf_free(&cursor);
}

void
kc_page_end(struct kc_vx *x)
{
	const struct kc_page *p = &x->page;

	if (!p->by_rows)
		return;
	kc_vx_goes_on(x, p->first + p->rows < p->at, p->first + p->rows);
	kc_vx_u64(x, "rows_total", p->at);
}
