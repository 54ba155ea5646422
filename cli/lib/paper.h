/* SPDX-License-Identifier: Apache-2.0 */
/* A document of the view `form`, as text and as a page of HTML. */
#ifndef KC_CLI_PAPER_H
#define KC_CLI_PAPER_H

#include <stdio.h>

#include <jansson.h>

#include <kaocheng/bytes.h>
#include <kaocheng/refusal.h>

/* Lines of at most so many columns (0: without end), Chinese taking two. */
void kc_paper_text(FILE *to, json_t *doc, enum kc_lang lang, size_t columns);
/* One file that asks for nothing else: its print style is the layout of GB/T
 * 9704-2012. Whatever the document says is text there, never markup. */
void kc_paper_html(struct kc_buf *out, json_t *doc, enum kc_lang lang);

/* --- what both read --- */
/* "" of what is no text: who answers may send anything. */
const char *kc_paper_words(const json_t *text);
const char *kc_paper_string(const json_t *o, const char *key);
/* "市医保局、市科技局" */
void kc_paper_to(struct kc_buf *b, const json_t *doc, enum kc_lang lang);
/* A day as it is written by hand: 2022年7月18日; in English as it stands. */
void kc_paper_day(struct kc_buf *b, const char *day, enum kc_lang lang);
/* Puts names beside ids, as far as they may be told: cells of tables that are
 * the id of an actor, and fields that name one. Once, before all else. */
void kc_paper_name(json_t *doc, enum kc_lang lang);
/* "章三（g16.head）"; the id alone where there is no name. Nothing of what is
 * no text. */
void kc_paper_person(
    struct kc_buf *b, const json_t *doc, const json_t *id, enum kc_lang lang);
/* What a row says of who signed: office, signer with the name that may be
 * told, then (after ' ' or an LF) day, entry, and a doubt. */
void kc_paper_signed(struct kc_buf *b, const json_t *doc, const json_t *row,
    enum kc_lang lang, char then);
/* Of which ledger and position it is printed, and which entry proves it. */
void kc_paper_origin(struct kc_buf *b, const json_t *doc, enum kc_lang lang);
/* What its code holds, and how it is checked; nothing without one. */
void kc_paper_stamped(struct kc_buf *b, const json_t *doc, enum kc_lang lang);
/* A code or a number, which a table does not part at its hyphens. */
bool kc_paper_is_code(const char *text);
bool kc_paper_is(const json_t *row, const char *part);
/* A number, which stands at the right of its column: "-0.50", "48 %". */
bool kc_paper_is_number(const char *text);
/* A table has so many columns that the page lies. */
bool kc_paper_is_wide(const json_t *doc);
/* How many rows stand before the tables: what they are of. */
size_t kc_paper_leading(const json_t *doc);

#endif
