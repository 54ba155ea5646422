/* SPDX-License-Identifier: Apache-2.0 */
/* The document by which a result is fed back to its unit (R133): what was
 * published of it, and what was found. */
#include "form_int.h"

#include "meant.h"
#include "noun/dispute/dispute.h"
#include "noun/panel/panel.h"
#include "noun/yearend/yearend.h"

struct fed_back {
	const struct kc_result_form *form;
	const struct kc_yearend *year;
	const struct kc_event *made;
};

static bool
find_made(
    const struct kc_vx *x, const struct kc_result_form *r, struct fed_back *out)
{
	out->form = r;
	out->year = x->st->yearends.v[r->yearend];
	for (uint32_t i = 0; i < r->events.n; i++) {
		out->made = &r->events.v[i];
		if (out->made->kind == KC_K_result_feed_back)
			return true;
	}
	return false;
}

/* By its handle; or the newest of a unit and the year. Who may not read it is
 * not told either whether it is there. */
static enum kc_err
find(struct kc_vx *x, struct fed_back *out)
{
	uint32_t at = kc_find(x->st, KC_NS_RESULT, x->args->id);
	const struct kc_unit *u;
	enum kc_err err;

	if (at != KC_NONE && find_made(x, x->st->result_forms.v[at], out))
		return kc_vx_want_seen(
		    x, kc_vx_sees(x, out->form->unit, KC_NONE));
	u = kc_meant_unit(x->st, x->args->id, x->lang, x->why);
	if (u == NULL)
		return KC_EREFUSED;
	err = kc_vx_want_seen(x, kc_vx_sees(x, u->index, KC_NONE));
	if (err != KC_OK)
		return err;
	for (uint32_t i = x->st->result_forms.n; i-- > 0;) {
		const struct kc_result_form *r = x->st->result_forms.v[i];

		if (r->unit == u->index &&
		    x->st->yearends.v[r->yearend]->year == x->year &&
		    find_made(x, r, out))
			return KC_OK;
	}
	return kc_form_not_made(
	    x, KC_FORM_result, x->args->id, KC_K_result_feed_back);
}

static uint32_t
number_of(const struct kc_vx *x, const struct kc_event *made)
{
	int year = kc_day_year(kc_event_day(made));
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->st->result_forms.n; i++) {
		struct fed_back f;

		n += find_made(x, x->st->result_forms.v[i], &f) &&
		    f.made->seq <= made->seq &&
		    kc_day_year(kc_event_day(f.made)) == year;
	}
	return n;
}

static void
put_issue(struct kc_vx *x, const struct fed_back *f)
{
	kc_form_mark(
	    x, kc_day_year(kc_event_day(f->made)), number_of(x, f->made));
	kc_vx_unit(x, "issuer", x->st->actors.v[f->made->by]->unit);
	kc_vx_str(x, "issuer_name", kc_form_office(x, f->made->by));
	kc_json_key(&x->w, "to");
	kc_json_open(&x->w, '[');
	kc_json_str(&x->w, kc_vx_unit_name(x, x->st->units.v[f->form->unit]));
	kc_json_close(&x->w, ']');
	kc_vx_day(x, "date", kc_event_day(f->made));
	kc_vx_u64(x, "seq", f->made->seq);
}

/* --- what was published --- */
/* That of this form; NULL: its unit has another since. */
static const struct kc_result *
result_of(const struct fed_back *f)
{
	for (uint32_t i = 0; i < f->year->forms.n; i++)
		if (f->year->forms.v[i] == f->form->index)
			return kc_result_of(&f->year->published, f->form->unit);
	return NULL;
}

/* The form by which a version of the year fed its result back to the unit. */
static bool
find_of(const struct kc_vx *x, const struct kc_yearend *y, uint32_t unit,
    struct fed_back *out)
{
	for (uint32_t i = 0; i < y->forms.n; i++) {
		const struct kc_result_form *r =
		    x->st->result_forms.v[y->forms.v[i]];

		if (r->unit == unit && find_made(x, r, out))
			return true;
	}
	return false;
}

/* "RF-2022-0001（〔2023〕1号，第 1 版）" */
static void
put_form_of(struct kc_buf *b, const struct kc_vx *x, const struct fed_back *f)
{
	kc_buf_str(b, f->form->handle);
	kc_buf_str(b, kc_vx_say(x, "（", " ("));
	kc_buf_form_mark(
	    b, x, kc_day_year(kc_event_day(f->made)), number_of(x, f->made));
	kc_buf_str(b, kc_vx_say(x, "，第 ", ", version "));
	kc_buf_u64(b, f->year->version);
	kc_buf_str(b, kc_vx_say(x, " 版）", ")"));
}

/* Of a year that was reopened: which version it is, and instead of what. */
static void
put_version(struct kc_vx *x, const struct fed_back *f)
{
	struct kc_buf text = {0};
	struct fed_back was;

	if (f->year->before == KC_NONE)
		return;
	kc_buf_str(&text, kc_vx_say(x, "第 ", ""));
	kc_buf_u64(&text, f->year->version);
	kc_buf_str(&text, kc_vx_say(x, " 版", ""));
	if (find_of(
		x, x->st->yearends.v[f->year->before], f->form->unit, &was)) {
		kc_buf_str(&text, kc_vx_say(x, "，替代 ", ", instead of "));
		put_form_of(&text, x, &was);
	}
	kc_form_field_buf(x, "版次", "version", &text);
}

/* And of one that was reopened since: what there is instead. */
static void
put_instead(struct kc_vx *x, const struct fed_back *f)
{
	const struct kc_yearend *last = kc_yearend_of(x->st, f->year->year);
	struct kc_buf text = {0};
	struct fed_back is;

	if (last->version == f->year->version)
		return;
	if (!find_of(x, last, f->form->unit, &is)) {
		kc_buf_str(&text,
		    kc_vx_say(x, "本年度此后重开，第 ",
			"The year was reopened since; the result of version "));
		kc_buf_u64(&text, last->version);
		kc_buf_str(&text,
		    kc_vx_say(x, " 版结果尚未反馈。", " is not fed back yet."));
		kc_form_note(x, "已重开", "reopened", &text);
		return;
	}
	kc_buf_str(&text,
	    kc_vx_say(
		x, "本年度此后重开，本单由 ", "The year was reopened since: "));
	put_form_of(&text, x, &is);
	kc_buf_str(
	    &text, kc_vx_say(x, "替代。", " stands instead of this form."));
	kc_form_note(x, "已被替代", "superseded", &text);
}

/* A result that was published anew is not what this form fed back. */
static void
put_superseded(struct kc_vx *x, const struct fed_back *f)
{
	struct kc_buf text = {0};

	kc_buf_str(&text,
	    kc_vx_say(x,
		"此后结果重新公布，本单所反馈的得分和等次须按当时打印：--as-of "
		"#",
		"The result was published anew since; its points and grade are "
		"printed as of then: --as-of #"));
	kc_buf_u64(&text, f->made->seq);
	kc_form_note(x, "已被替代", "superseded", &text);
}

static void
put_points(struct kc_vx *x, const char *zh, const char *en, struct kc_buf *how,
    int64_t e4)
{
	struct kc_buf cents = {0}, exact = {0};

	kc_buf_form_cents(&cents, x, e4);
	kc_buf_points(&exact, e4);
	kc_form_line(x);
	kc_form_cell(x, kc_vx_say(x, zh, en));
	kc_form_cell_buf(x, how);
	kc_form_cell_buf(x, &cents);
	kc_form_cell_buf(x, &exact);
	kc_form_line_end(x);
}

/* "of 70.00" */
static void
put_class(struct kc_vx *x, const struct kc_score *s, enum kc_class class,
    const char *zh, const char *en)
{
	struct kc_buf how = {0};

	kc_buf_str(&how, kc_vx_say(x, "满分 ", "of "));
	kc_buf_form_bare(&how, x, s->weight_e4[class]);
	put_points(x, zh, en, &how, s->earned_e4[class]);
}

static void
put_base(struct kc_vx *x, const struct kc_score *s)
{
	struct kc_buf how = {0};

	kc_buf_str(&how,
	    kc_vx_say(x, "重点、常规、动态与预留之和",
		"key + routine + dynamic + reserve"));
	put_points(x, "目标合计", "all targets", &how, s->objective_e4);
	if (s->panel_bp > 0)
		put_points(x, "测评", "panels", &how, s->panel_e4);
	kc_buf_str(&how, kc_vx_say(x, "目标合计", "all targets"));
	if (s->panel_bp > 0) {
		kc_buf_str(&how, " × ");
		kc_buf_form_percent(&how, KC_FULL_BP - s->panel_bp);
		kc_buf_str(&how, kc_vx_say(x, " + 测评 × ", " + panels × "));
		kc_buf_form_percent(&how, s->panel_bp);
	}
	put_points(x, "基础分", "base", &how, s->base_e4);
}

static void
put_table(struct kc_vx *x, const struct kc_result *r)
{
	const char *const columns[] = {kc_vx_say(x, "项目", "part"),
	    kc_vx_say(x, "算法", "how"), kc_vx_say(x, "分值（分）", "points"),
	    kc_vx_say(x, "四位小数", "four decimals")};
	const struct kc_score *s = &r->parts;
	struct kc_buf how = {0};

	kc_form_table(x, "得分构成", "what the score is made of", columns, 4);
	put_class(x, s, KC_CLASS_KEY, "重点工作", "key targets");
	put_class(x, s, KC_CLASS_ROUTINE, "常规工作", "routine targets");
	put_class(x, s, KC_CLASS_DYNAMIC, "动态工作", "dynamic targets");
	put_points(x, "动态预留", "reserve", &how, s->credit_e4);
	put_base(x, s);
	put_points(x, "负面清单扣分", "negative list", &how, s->negative_e4);
	put_points(x, "保留扣分", "deductions kept", &how, s->retained_e4);
	put_points(x, "加分", "bonuses", &how, s->bonus_e4);
	kc_buf_str(&how,
	    kc_vx_say(x, "基础分 − 负面清单 − 保留扣分 + 加分",
		"base − negative − kept + bonuses"));
	put_points(x, "得分", "score", &how, r->score);
	kc_form_table_end(x);
}

/* What a head of unit asks who sees two equal scores and two ranks. */
static void
put_decimals(struct kc_vx *x)
{
	struct kc_buf text = {0};

	kc_buf_str(&text,
	    kc_vx_say(x,
		"位次和等次按四位小数评定；两位小数仅供阅读，相加时以四位小数"
		"为准。",
		"Ranks and grades are by four decimals; two are for reading, "
		"and sums are of the four."));
	kc_form_note(x, "小数", "decimals", &text);
}

/* --- what the panels wrote --- */
static void
put_remarks(struct kc_vx *x, const struct kc_panel_remarks *r)
{
	static const struct {
		const char *zh, *en;
	} what[KC_PANEL_REMARKS] = {
	    [KC_PANEL_OVERREACH] = {"越位", "overreach"},
	    [KC_PANEL_ABSENT] = {"缺位", "absence"},
	    [KC_PANEL_MISPLACED] = {"错位", "misplacement"},
	    [KC_PANEL_WORKLOAD] = {"责任担当与工作负荷",
		"responsibility and workload"},
	};
	const char *const columns[] = {
	    kc_vx_say(x, "类别", "about"), kc_vx_say(x, "内容", "words")};

	kc_form_table(x, "评价意见（不署名，按文字排序）",
	    "remarks of the panels (without names, in the order of the words)",
	    columns, 2);
	for (uint32_t i = 0; i < r->each.n; i++) {
		const struct kc_panel_remark *one = &r->each.v[i];

		kc_form_line(x);
		kc_form_cell(
		    x, kc_vx_say(x, what[one->what].zh, what[one->what].en));
		kc_json_slice(&x->w, one->words);
		kc_form_line_end(x);
	}
	kc_form_table_end(x);
}

/* A copy of the log without ballots, as one is that is not an auditor's. */
static void
put_lacking(struct kc_vx *x, uint32_t ballots)
{
	struct kc_buf text = {0};

	if (ballots == 0)
		return;
	kc_buf_str(&text,
	    kc_vx_say(x, "本副本不含选票，未印文字的票数：",
		"This copy of the ledger lacks ballots; those whose words are "
		"not printed: "));
	kc_buf_u64(&text, ballots);
	kc_form_note(x, "评价意见不全", "remarks that lack", &text);
}

/* "second grade, by the ruling on D-2022-0001" */
static void
put_grade(struct kc_vx *x, const struct kc_result *r)
{
	struct kc_buf text = {0};

	kc_buf_str(&text,
	    r->grade == KC_GRADED_NOT
		? kc_vx_say(x, "单列，不评等次", "listed apart, no grade")
		: kc_vx_label(x, KC_SET_YEAR_GRADE, r->grade));
	if (r->ruling != KC_NONE) {
		kc_buf_str(
		    &text, kc_vx_say(x, "，由复核 ", ", by the ruling on "));
		kc_buf_str(&text, x->st->disputes.v[r->ruling]->handle);
		kc_buf_str(&text, kc_vx_say(x, " 改定", ""));
	}
	kc_form_field_buf(x, "等次", "grade", &text);
}

static void
put_result(struct kc_vx *x, const struct kc_result *r)
{
	struct kc_buf text = {0};

	kc_form_field_points(x, "得分", "score", r->score);
	put_grade(x, r);
	if (r->group_rank == 0)
		return;
	kc_buf_str(&text, kc_vx_label(x, KC_SET_GROUP, r->group));
	kc_buf_char(&text, ' ');
	kc_buf_u64(&text, r->group_rank);
	kc_buf_str(&text, " / ");
	kc_buf_u64(&text, r->group_size);
	kc_form_field_buf(x, "组内位次", "rank in its group", &text);
}

/* --- the whole of it --- */
static void
put_tables(struct kc_vx *x, const struct fed_back *f, const struct kc_result *r,
    const struct kc_panel_remarks *remarks)
{
	kc_json_key(&x->w, "tables");
	kc_json_open(&x->w, '[');
	if (r != NULL) {
		put_table(x, r);
		kc_form_losses(
		    x, r->unit, f->year->year, f->year->published_seq);
	}
	if (remarks->each.n > 0)
		put_remarks(x, remarks);
	kc_json_close(&x->w, ']');
}

static void
put_form(struct kc_vx *x, const struct fed_back *f,
    const struct kc_panel_remarks *remarks)
{
	const struct kc_result *r = result_of(f);
	struct kc_buf title = {0};

	kc_buf_i64(&title, f->year->year);
	kc_buf_str(&title, kc_vx_say(x, "年度", " "));
	kc_buf_str(&title, kc_form_title(x, KC_FORM_result));
	kc_form_head(x, KC_FORM_result, kc_buf_cstr(&title));
	if (title.err != KC_OK && x->w.out->err == KC_OK)
		x->w.out->err = title.err;
	kc_buf_free(&title);
	put_issue(x, f);
	put_tables(x, f, r, remarks);
	kc_vx_rows(x);
	kc_form_field(x, "反馈单编号", "result form", f->form->handle);
	put_version(x, f);
	kc_form_field_unit(x, "单位", "unit", f->form->unit);
	if (r != NULL)
		put_result(x, r);
	else
		put_superseded(x, f);
	kc_form_said(x, f->made->seq);
	put_instead(x, f);
	if (r != NULL)
		put_decimals(x);
	put_lacking(x, remarks->lacks);
	if (kc_result_may_rise(f->form))
		kc_form_dispute(x, f->made->seq, f->form->unit);
	if (r != NULL && f->year->published_seq != KC_NONE)
		kc_form_signed(x, f->year->published_seq);
	kc_form_signed(x, f->made->seq);
}

enum kc_err
kc_form_result(struct kc_vx *x)
{
	struct kc_panel_remarks remarks;
	struct fed_back f;
	enum kc_err err = find(x, &f);

	if (err != KC_OK)
		return err;
	x->year = f.year->year;
	err = kc_panel_remarks_of(x, f.year->year, f.form->unit, &remarks);
	if (err == KC_OK)
		put_form(x, &f, &remarks);
	kc_panel_remarks_free(&remarks);
	return err;
}

void
kc_form_results(struct kc_vx *x)
{
	for (uint32_t i = 0; i < x->st->result_forms.n; i++) {
		const struct kc_result_form *r = x->st->result_forms.v[i];
		struct fed_back f;

		if (!find_made(x, r, &f) ||
		    (x->args->year != 0 && f.year->year != x->args->year) ||
		    !kc_vx_sees(x, r->unit, KC_NONE))
			continue;
		kc_vx_row(x);
		kc_vx_str(x, "about", r->handle);
		put_issue(x, &f);
		kc_vx_end(x);
	}
}
