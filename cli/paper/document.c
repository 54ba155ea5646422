/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of the view `form` as boxes: head, tables, rows, signers, seal,
 * origin. It says what the document says and adds nothing.
 */
#include "sheet.h"

#include <string.h>

#include "lib/paper.h"

#define LABEL_MAX (9.0 / 28)   /* of the width: the column of labels */
#define ACROSS_MAX (10.0 / 28) /* of signers, where the page lies */
#define GAP (KC_EM / 2)
#define SEAL_ROOM (2 * KC_PITCH) /* above the issuer's name */
#define RULE 1.4
#define THIN 0.5

static void
put_centred(struct kc_sheet *s, enum kc_face face, PangoLayout *l)
{
	int n = pango_layout_get_line_count(l);

	for (int i = 0; i < n; i++) {
		PangoRectangle r;
		struct kc_box *b = kc_sheet_box(s, 0, kc_type_pitch(face));

		pango_layout_line_get_extents(
		    pango_layout_get_line_readonly(l, i), NULL, &r);
		kc_box_line(s, b, face, l, i,
		    (s->width - (double)r.width / PANGO_SCALE) / 2, 0);
		b->keep = true;
	}
}

static void
put_head(struct kc_sheet *s, const json_t *doc)
{
	const char *office = kc_paper_string(doc, "issuer_name");
	const char *mark = kc_paper_string(doc, "mark");
	struct kc_box *b;
	PangoLayout *l;

	if (office[0] != '\0') {
		l = kc_type_set(&s->type, KC_FACE_OFFICE, office, -1, 0);
		kc_type_shrink(&s->type, KC_FACE_OFFICE, l, s->width);
		put_centred(s, KC_FACE_OFFICE, l);
	}
	if (mark[0] != '\0') {
		(void)kc_sheet_box(s, 0, KC_PITCH / 2);
		put_centred(s, KC_FACE_TEXT,
		    kc_type_set(&s->type, KC_FACE_TEXT, mark, -1, 0));
	}
	if (office[0] != '\0' || mark[0] != '\0') {
		b = kc_sheet_box(s, 0, KC_PITCH);
		kc_box_fill(b, 0, 0, s->width, RULE);
		g_array_index(b->pieces, struct kc_piece, 0).red = true;
	}
	put_centred(s, KC_FACE_TITLE,
	    kc_type_set(&s->type, KC_FACE_TITLE, kc_paper_string(doc, "title"),
		s->width, 0));
	(void)kc_sheet_box(s, 0, KC_PITCH / 2);
}

/* What is composed as for the other forms of paper; freed. */
static PangoLayout *
set_buf(
    struct kc_sheet *s, enum kc_face face, struct kc_buf *text, double width)
{
	PangoLayout *l =
	    kc_type_set(&s->type, face, kc_buf_cstr(text), width, 0);

	kc_buf_free(text);
	return l;
}

static enum kc_face
label_face(enum kc_face face)
{
	return face == KC_FACE_SIGNER ? KC_FACE_SIGNER_LABEL : KC_FACE_LABEL;
}

/* Lines side by side, label and text, or text alone; a page does not end
 * after the first of them nor before the last. */
static void
put_lines(struct kc_sheet *s, enum kc_face face, PangoLayout *label,
    PangoLayout *text, double x)
{
	int n = pango_layout_get_line_count(text);

	if (label != NULL)
		n = MAX(n, pango_layout_get_line_count(label));
	for (int i = 0; i < n; i++) {
		struct kc_box *b = kc_sheet_box(s, 0, kc_type_pitch(face));

		b->text = true;
		b->keep = (i == 0 || i == n - 2) && i < n - 1;
		if (label != NULL)
			kc_box_line(s, b, label_face(face), label, i, 0, 0);
		kc_box_line(s, b, face, text, i, x, 0);
	}
}

static void
put_labelled(struct kc_sheet *s, enum kc_face face, double labels,
    const char *label, const char *text)
{
	PangoLayout *l =
	    kc_type_set(&s->type, label_face(face), label, s->width, 0);
	bool beside = kc_type_width(l) <= labels;
	double x = beside ? labels + GAP : 2 * KC_EM;
	PangoLayout *t = kc_type_set(&s->type, face, text, s->width - x, 0);

	if (!beside) {
		put_lines(s, label_face(face), NULL, l, 0);
		((struct kc_box *)s->boxes->pdata[s->boxes->len - 1])->keep =
		    true;
	}
	put_lines(s, face, beside ? l : NULL, t, x);
}

/* A short one stands beside its label, as a field does. */
static void
put_paragraph(struct kc_sheet *s, const json_t *row, double labels)
{
	const char *label = kc_paper_string(row, "label");
	const char *text = kc_paper_string(row, "text");
	PangoLayout *l =
	    kc_type_set(&s->type, KC_FACE_LABEL, label, s->width, 0);
	PangoLayout *t =
	    kc_type_set(&s->type, KC_FACE_TEXT, text, s->width, 2 * KC_EM);

	if (kc_type_width(l) <= labels && strchr(text, '\n') == NULL &&
	    kc_type_width(t) <= s->width - labels) {
		put_labelled(s, KC_FACE_TEXT, labels, label, text);
		return;
	}
	put_lines(s, KC_FACE_LABEL, NULL, l, 0);
	((struct kc_box *)s->boxes->pdata[s->boxes->len - 1])->keep = true;
	put_lines(s, KC_FACE_TEXT, NULL, t, 0);
}

/* On one line, or the day on a second: it is not parted. */
static void
put_signer(
    struct kc_sheet *s, const json_t *doc, const json_t *row, double labels)
{
	struct kc_buf text = {0};

	kc_paper_signed(&text, doc, row, s->lang, ' ');
	if (kc_type_width(kc_type_set(&s->type, KC_FACE_SIGNER,
		kc_buf_cstr(&text), -1, 0)) > s->width - labels - GAP) {
		kc_buf_reset(&text);
		kc_paper_signed(&text, doc, row, s->lang, '\n');
	}
	put_labelled(s, KC_FACE_SIGNER, labels, kc_paper_string(row, "label"),
	    kc_buf_cstr(&text));
	kc_buf_free(&text);
}

/* --- */
/* How wide the column of labels is: of signers, or of what they sign. */
static double
labels_of(struct kc_sheet *s, const json_t *doc, bool signers)
{
	double most =
	    s->width * (signers && s->across ? ACROSS_MAX : LABEL_MAX);
	enum kc_face face = signers ? KC_FACE_SIGNER_LABEL : KC_FACE_LABEL;
	const json_t *row;
	double widest = 0;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		double w;

		if (kc_paper_is(row, "paragraph") ||
		    kc_paper_is(row, "signer") != signers)
			continue;
		w = kc_type_width(kc_type_set(
		    &s->type, face, kc_paper_string(row, "label"), -1, 0));
		if (w <= most)
			widest = MAX(widest, w);
	}
	return widest;
}

/* The signatures are not parted from the end of what is signed, nor the seal
 * from them; between many of them, with no room for all, a page may end. */
static void
keep_signers(struct kc_sheet *s, guint first)
{
	guint n = s->boxes->len - first;
	double height = 0;

	for (guint i = first; i < s->boxes->len; i++)
		height += ((struct kc_box *)s->boxes->pdata[i])->height;

	if (first > 0 && n > 0)
		((struct kc_box *)s->boxes->pdata[first - 1])->keep = true;
	for (guint i = 0; i < n; i++)
		if (height <= s->height / 3 || i < 2 || i + 3 >= n)
			((struct kc_box *)s->boxes->pdata[first + i])->keep =
			    true;
}

/* A hash is longer than a line of text: it is set as signatures are. */
static enum kc_face
face_of(const json_t *row)
{
	if (strstr(kc_paper_string(row, "text"), "sha256:") != NULL)
		return KC_FACE_SIGNER;
	return kc_paper_is(row, "note") ? KC_FACE_NOTE : KC_FACE_TEXT;
}

static void
put_rows(struct kc_sheet *s, const json_t *doc, size_t from, size_t until)
{
	double labels = labels_of(s, doc, false);
	double ends = MAX(labels, labels_of(s, doc, true));
	const json_t *row;
	guint signers = 0;
	size_t i;

	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		if (i < from || i >= until)
			continue;
		if (kc_paper_is(row, "signer") && signers == 0) {
			(void)kc_sheet_box(s, 0, KC_PITCH / 2);
			signers = s->boxes->len;
		}
		if (kc_paper_is(row, "signer"))
			put_signer(s, doc, row, ends);
		else if (kc_paper_is(row, "paragraph"))
			put_paragraph(s, row, labels);
		else
			put_labelled(s, face_of(row), labels,
			    kc_paper_string(row, "label"),
			    kc_paper_string(row, "text"));
	}
	if (signers > 0)
		keep_signers(s, signers - 1);
}

/* The name over the day, four characters from the right, with room above for
 * the seal. */
static void
put_seal(struct kc_sheet *s, const json_t *doc)
{
	const char *texts[] = {kc_paper_string(doc, "issuer_name"), NULL};
	struct kc_buf day = {0};
	PangoLayout *v[2];
	double widest = 0;
	/* on a page that lies it is beside the signatures */
	struct kc_box *b =
	    kc_sheet_box(s, s->across ? 0 : SEAL_ROOM, 2 * KC_PITCH);

	kc_paper_day(&day, kc_paper_string(doc, "date"), s->lang);
	texts[1] = kc_buf_cstr(&day);
	for (int i = 0; i < 2; i++) {
		v[i] = kc_type_set(&s->type, KC_FACE_TEXT, texts[i], -1, 0);
		kc_type_shrink(
		    &s->type, KC_FACE_TEXT, v[i], s->width - 4 * KC_EM);
		widest = MAX(widest, kc_type_width(v[i]));
	}
	for (int i = 0; i < 2; i++)
		kc_box_line(s, b, KC_FACE_TEXT, v[i], 0,
		    s->width - 4 * KC_EM - (widest + kc_type_width(v[i])) / 2,
		    i * KC_PITCH);
	b->keep = true;
	kc_buf_free(&day);
}

#define BESIDE (38 * KC_MM) /* for text beside symbols, at least */

static void
put_foot_lines(struct kc_sheet *s, enum kc_face face, PangoLayout *l,
    struct kc_box *b, double x)
{
	double pitch = kc_type_pitch(face);
	int n = pango_layout_get_line_count(l);

	for (int i = 0; i < n; i++) {
		struct kc_box *own = b != NULL ? b : kc_sheet_box(s, 0, pitch);

		own->keep = b == NULL && i < n - 1;
		kc_box_line(s, own, face, l, i, x, b != NULL ? i * pitch : 0);
	}
}

/* Beside the symbols, in letters as small as must be; false: no room. */
static bool
put_beside(struct kc_sheet *s, struct kc_box *b, const char *text, double x)
{
	static const enum kc_face faces[] = {KC_FACE_FOOT, KC_FACE_SMALL};

	for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]); i++) {
		PangoLayout *l =
		    kc_type_set(&s->type, faces[i], text, s->width - x, 0);

		if (pango_layout_get_line_count(l) * kc_type_pitch(faces[i]) >
		    b->height)
			continue;
		put_foot_lines(s, faces[i], l, b, x);
		return true;
	}
	return false;
}

/* The stamp below a line, and beside it, or below where there is no room, what
 * it is printed of. */
static void
put_foot(struct kc_sheet *s, const json_t *doc)
{
	const json_t *stamp = json_object_get(doc, "stamp");
	struct kc_buf text = {0};
	struct kc_box *b = kc_sheet_box(s, KC_PITCH / 2, KC_PITCH / 4);
	double x = 0;

	kc_box_fill(b, 0, 0, s->width, THIN);
	b->keep = true;
	s->foot = s->boxes->len - 1;
	b = kc_sheet_stamp(s, stamp, &x);
	x += GAP;
	kc_paper_origin(&text, doc, s->lang);
	if (b != NULL)
		kc_buf_char(&text, '\n');
	kc_paper_stamped(&text, doc, s->lang);
	if (b != NULL && s->width - x >= BESIDE &&
	    put_beside(s, b, kc_buf_cstr(&text), x)) {
		kc_buf_free(&text);
		return;
	}
	if (b != NULL)
		b->keep = true;
	put_foot_lines(s, KC_FACE_FOOT,
	    set_buf(s, KC_FACE_FOOT, &text, s->width), NULL, 0);
}

void
kc_sheet_document(struct kc_sheet *s, json_t *doc)
{
	struct kc_buf to = {0};
	size_t leading = kc_paper_leading(doc), i;
	const json_t *table;

	kc_paper_name(doc, s->lang);
	put_head(s, doc);
	kc_paper_to(&to, doc, s->lang);
	if (to.n > 0) {
		kc_buf_str(&to, s->lang == KC_LANG_ZH ? "：" : ":");
		put_lines(s, KC_FACE_TEXT, NULL,
		    set_buf(s, KC_FACE_TEXT, &to, s->width), 0);
	}
	kc_buf_free(&to);
	put_rows(s, doc, 0, leading);
	json_array_foreach(json_object_get(doc, "tables"), i, table)
	{
		kc_sheet_table(s, table);
	}
	put_rows(s, doc, leading, SIZE_MAX);
	put_seal(s, doc);
	put_foot(s, doc);
}
