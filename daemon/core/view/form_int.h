/* SPDX-License-Identifier: Apache-2.0 */
/* What the documents on paper share: rows, signers, last days, rights. */
#ifndef KC_FORM_INT_H
#define KC_FORM_INT_H

#include <kaocheng/form.h>

#include "noun/target/target.h"
#include "noun/task/task.h"
#include "view_int.h"

/* The document of a matter: what made it, and what follows. */
struct kc_form_of {
	struct kc_vx *x;
	enum kc_form_id form;
	const struct kc_events *events; /* of the matter */
	const struct kc_event *made;    /* the entry that made it */
	uint32_t index;                 /* of the matter */
};

/* --- rows (form_row.c) --- */
/* A row of a part, labelled; closed by kc_vx_end. seq KC_NONE: of no entry. */
void kc_form_row(struct kc_vx *x, const char *part, const char *label,
    struct kc_slice text, uint32_t seq);
/* A whole one: a field, a sentence of the law. */
void kc_form_field(
    struct kc_vx *x, const char *zh, const char *en, const char *text);
void kc_form_field_buf(struct kc_vx *x, const char *zh, const char *en,
    struct kc_buf *text); /* freed */
void kc_form_note(struct kc_vx *x, const char *zh, const char *en,
    struct kc_buf *text); /* freed */
/* "2022年10月17日", "2022-10-17"; a dash for none. */
void kc_buf_form_day(struct kc_buf *b, const struct kc_vx *x, kc_day d);
void
kc_form_field_day(struct kc_vx *x, const char *zh, const char *en, kc_day d);
/* The office of an actor, and who that is: "市委编办 章三（P09.estab）". */
void kc_form_field_person(
    struct kc_vx *x, const char *zh, const char *en, uint32_t actor);
/* "市委组织部（G16）" */
void kc_form_field_unit(
    struct kc_vx *x, const char *zh, const char *en, uint32_t unit);
/* What an entry says, field by field, but its handles and codes; then those
 * who signed it, each with the name of its office. */
void kc_form_said(struct kc_vx *x, uint32_t seq);
void kc_form_signed(struct kc_vx *x, uint32_t seq);
/* The name of an actor's office: its unit, else its role. */
const char *kc_form_office(const struct kc_vx *x, uint32_t actor);

/* --- numbers (form_points.c) --- */
/* "0.50", by the rounding of the policy of x->year: who prints a document sets
 * that to the year that it is of. */
void kc_buf_form_cents(struct kc_buf *b, const struct kc_vx *x, int64_t e4);
/* "0.17（0.1667）"; with the unit, which in a cell its column has: "0.17 分
 * （0.1667）". */
void kc_buf_form_bare(struct kc_buf *b, const struct kc_vx *x, int64_t e4);
void kc_buf_form_points(struct kc_buf *b, const struct kc_vx *x, int64_t e4);
void kc_form_field_points(
    struct kc_vx *x, const char *zh, const char *en, int64_t e4);
void kc_form_cell_points(struct kc_vx *x, int64_t e4);
/* "80", "42.75"; "80 %", "42.75 %". Of no less than 0. */
void kc_buf_form_hundredths(struct kc_buf *b, int64_t bp);
void kc_buf_form_percent(struct kc_buf *b, int64_t bp);

/* --- notes (form_note.c) --- */
/* That a decision can be disputed, and until when. */
void kc_form_dispute(struct kc_vx *x, uint32_t seq, uint32_t unit);
/* "policies/nantong-2022.yaml:41:5", or that it is a default. */
void
kc_buf_form_place(struct kc_buf *b, const struct kc_vx *x, const char *place);
/* A last day of the matter at hand (x->args->id), by its word: the day, how it
 * is found, key and value of the policy, version of the calendar. */
void kc_form_last_day(struct kc_vx *x, const char *limit);

/* --- tables (form_table.c) --- */
void kc_form_table(struct kc_vx *x, const char *zh, const char *en,
    const char *const columns[], size_t ncolumns);
void kc_form_table_end(struct kc_vx *x);
void kc_form_line(struct kc_vx *x);
void kc_form_cell(struct kc_vx *x, const char *text);
void kc_form_cell_buf(struct kc_vx *x, struct kc_buf *text); /* freed */
void kc_form_line_end(struct kc_vx *x);

/* What sorts of evidence the last report of a node cites; and which version a
 * list of a unit is, since which entry (form_filed.c). */
void kc_form_cell_evidence(struct kc_vx *x, const struct kc_node *n);
void kc_form_list_version(struct kc_vx *x, const struct kc_list *l);

/* What a unit lost in a year, each with its number, as it was once an entry
 * stood (form_losses.c). */
void kc_form_losses(struct kc_vx *x, uint32_t unit, int year, uint32_t seq);

/* --- documents --- */
/* Rows between the head and the signers; and, where a matter has them, tables
 * before all rows. */
void kc_form_deduction(const struct kc_form_of *f);
void kc_form_feedback(const struct kc_form_of *f);
void kc_form_rectification(const struct kc_form_of *f);
void kc_form_refund(const struct kc_form_of *f);
void kc_form_extension(const struct kc_form_of *f);
void kc_form_opinion(const struct kc_form_of *f);
void kc_form_letter(const struct kc_form_of *f);
void kc_form_letter_table(const struct kc_form_of *f);
void kc_form_review(const struct kc_form_of *f);
void kc_form_negative(const struct kc_form_of *f);
void kc_form_bonus(const struct kc_form_of *f);
void kc_form_adjustment(const struct kc_form_of *f);
void kc_form_adjustment_table(const struct kc_form_of *f);
enum kc_err kc_form_list(struct kc_vx *x, enum kc_form_id form);
/* Rows of the lists that were issued, of those whose reader this is. */
void kc_form_lists(struct kc_vx *x, enum kc_form_id form);
/* The advice of a unit and year; and rows of all (form_staffing.c). */
enum kc_err kc_form_staffing(struct kc_vx *x);
void kc_form_advices(struct kc_vx *x);
/* The same of results that were fed back (form_result.c). */
enum kc_err kc_form_result(struct kc_vx *x);
void kc_form_results(struct kc_vx *x);
/* --- which there are (form_kinds.c) --- */
/* Who reads one is who reads the view of what it is about. */
enum kc_see kc_form_see(enum kc_form_id form);
const char *kc_form_title(const struct kc_vx *x, enum kc_form_id form);
/* Refuses KC_R_NO_PAPER: it is made by a statement of that kind. */
enum kc_err kc_form_not_made(struct kc_vx *x, enum kc_form_id form,
    struct kc_slice id, enum kc_kind_id made_by);
/* "〔2022〕58号" */
void kc_buf_form_mark(
    struct kc_buf *b, const struct kc_vx *x, int year, uint32_t number);
/* Member "number" and "mark": 〔2022〕58号. */
void kc_form_mark(struct kc_vx *x, int year, uint32_t number);
/* Members that come first: "form", "form_text", "about", "title". */
void kc_form_head(struct kc_vx *x, enum kc_form_id form, const char *title);

#endif
