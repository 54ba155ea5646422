/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each face asks for the font that the standard names and goes on to those
 * that Debian has. A character that none of them has is counted: a document
 * with boxes in it is no document.
 */
#include "type.h"

#include <string.h>

#define SERIF                                                                  \
	"Noto Serif CJK SC,Source Han Serif SC,AR PL UMing CN,"                \
	"AR PL SungtiL GB,serif"
#define SANS                                                                   \
	"SimHei,STHeiti,Noto Sans CJK SC,Source Han Sans SC,"                  \
	"WenQuanYi Zen Hei," SERIF
#define TITLE "FZXiaoBiaoSong-B05S,FZXiaoBiaoSong-B05,STZhongsong,SimSun," SERIF
#define BODY "FangSong,FangSong_GB2312,STFangsong," SERIF
#define NOTE "KaiTi,KaiTi_GB2312,STKaiti," SERIF

static const struct {
	const char *families;
	PangoWeight weight;
	double size, pitch;
} faces[KC_FACE_COUNT] = {
    [KC_FACE_OFFICE] = {TITLE, PANGO_WEIGHT_BOLD, 31, 45},
    [KC_FACE_TITLE] = {TITLE, PANGO_WEIGHT_BOLD, 22, 34},
    [KC_FACE_TEXT] = {BODY, PANGO_WEIGHT_NORMAL, 16, KC_PITCH},
    [KC_FACE_LABEL] = {SANS, PANGO_WEIGHT_NORMAL, 16, KC_PITCH},
    [KC_FACE_NOTE] = {NOTE, PANGO_WEIGHT_NORMAL, 16, KC_PITCH},
    [KC_FACE_SIGNER] = {BODY, PANGO_WEIGHT_NORMAL, 12, 20},
    [KC_FACE_SIGNER_LABEL] = {SANS, PANGO_WEIGHT_NORMAL, 12, 20},
    [KC_FACE_CELL] = {BODY, PANGO_WEIGHT_NORMAL, 10.5, 15},
    [KC_FACE_SMALL] = {BODY, PANGO_WEIGHT_NORMAL, 9, 13},
    [KC_FACE_FOOT] = {BODY, PANGO_WEIGHT_NORMAL, 10.5, 15},
    [KC_FACE_PAGE] = {TITLE, PANGO_WEIGHT_NORMAL, 14, 20},
};

double
kc_type_pitch(enum kc_face face)
{
	return faces[face].pitch;
}

/* A line of text stands in the middle of its height. */
static double
find_baseline(const struct kc_type *t, enum kc_face face)
{
	PangoFontMetrics *m =
	    pango_context_get_metrics(t->context, t->fonts[face], NULL);
	double up = (double)pango_font_metrics_get_ascent(m) / PANGO_SCALE;
	double down = (double)pango_font_metrics_get_descent(m) / PANGO_SCALE;

	pango_font_metrics_unref(m);
	return (faces[face].pitch + up - down) / 2;
}

void
kc_type_init(struct kc_type *t, const char *family)
{
	cairo_font_options_t *options = cairo_font_options_create();

	memset(t, 0, sizeof(*t));
	t->layouts = g_ptr_array_new_with_free_func(g_object_unref);
	t->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(t->map), 72);
	t->context = pango_font_map_create_context(t->map);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(t->context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(t->context, FALSE);
	pango_context_set_language(
	    t->context, pango_language_from_string("zh-cn"));
	for (unsigned i = 0; i < KC_FACE_COUNT; i++) {
		PangoFontDescription *f = pango_font_description_new();
		char *all = g_strconcat(family != NULL ? family : "",
		    family != NULL ? "," : "", faces[i].families, NULL);

		pango_font_description_set_family(f, all);
		pango_font_description_set_weight(f, faces[i].weight);
		pango_font_description_set_absolute_size(
		    f, faces[i].size * PANGO_SCALE);
		g_free(all);
		t->fonts[i] = f;
		t->baseline[i] = find_baseline(t, (enum kc_face)i);
	}
}

void
kc_type_free(struct kc_type *t)
{
	for (unsigned i = 0; i < KC_FACE_COUNT; i++)
		pango_font_description_free(t->fonts[i]);
	g_ptr_array_free(t->layouts, TRUE);
	g_object_unref(t->context);
	g_object_unref(t->map);
}

bool
kc_type_has(const struct kc_type *t, const char *family)
{
	PangoFontFamily **v;
	bool found = false;
	int n;

	pango_font_map_list_families(t->map, &v, &n);
	for (int i = 0; i < n && !found; i++)
		found = g_ascii_strcasecmp(
			    pango_font_family_get_name(v[i]), family) == 0;
	g_free(v);
	return found;
}

static void
add_missing(struct kc_type *t, uint32_t c)
{
	for (unsigned i = 0; i < t->nmissing; i++)
		if (t->missing[i] == c)
			return;
	if (t->nmissing < KC_MISSING_MAX)
		t->missing[t->nmissing++] = c;
}

static void
look_for_missing(struct kc_type *t, PangoLayout *layout)
{
	PangoLayoutIter *at;

	if (pango_layout_get_unknown_glyphs_count(layout) == 0)
		return;
	at = pango_layout_get_iter(layout);
	do {
		const PangoLayoutRun *run =
		    pango_layout_iter_get_run_readonly(at);

		for (int i = 0; run != NULL && i < run->glyphs->num_glyphs; i++)
			if ((run->glyphs->glyphs[i].glyph &
				PANGO_GLYPH_UNKNOWN_FLAG) != 0)
				add_missing(t,
				    run->glyphs->glyphs[i].glyph &
					~PANGO_GLYPH_UNKNOWN_FLAG);
	} while (pango_layout_iter_next_run(at));
	pango_layout_iter_free(at);
}

/* --- what is not parted --- */
#define LETTER 0.56 /* of its height: how wide one is, at most in the mean */

/* No line begins at a character after the first of these. */
static void
keep_whole(
    PangoAttrList *all, const char *text, const char *from, const char *to)
{
	PangoAttribute *a = pango_attr_allow_breaks_new(FALSE);

	a->start_index = (guint)(from - text);
	a->end_index = (guint)(to - text);
	pango_attr_list_insert(all, a);
}

/* A word of letters that a command, a path or a code is: "--trust",
 * "policies/nantong-2022.yaml:26:3"; where a line has so many. */
static const char *
keep_word(PangoAttrList *all, const char *text, const char *at, long most)
{
	const char *end = at;
	bool joined = false;

	for (; *end > ' ' && *end < 0x7f; end++)
		joined = joined || *end == '-' || *end == '/';
	if (joined && end - at <= most)
		keep_whole(all, text, at, end);
	return end;
}

/* A number and its unit: "95 %", "0.50 分". */
static void
keep_unit(PangoAttrList *all, const char *text, const char *blank)
{
	const char *unit = blank + 1;

	if (blank > text && g_ascii_isdigit(blank[-1]) &&
	    (*unit == '%' || (unsigned char)*unit >= 0x80))
		keep_whole(all, text, blank, g_utf8_next_char(unit));
}

static void
keep_words(PangoAttrList *all, const char *text, long most)
{
	for (const char *at = text; *at != '\0';)
		if (*at > ' ' && *at < 0x7f) {
			at = keep_word(all, text, at, most);
		} else {
			if (*at == ' ')
				keep_unit(all, text, at);
			at++;
		}
}

/* No hyphen stands on paper that is not in the text: a hash with one in it is
 * another. 16 points a character are more than a 28th of a line: closer by so
 * much, and down, or the 28th does not fit. */
static void
set_attributes(
    PangoLayout *layout, enum kc_face face, const char *text, double width)
{
	static const int closer = (int)((KC_EM - 16) * PANGO_SCALE) - 1;
	PangoAttrList *all = pango_attr_list_new();

	pango_attr_list_insert(all, pango_attr_insert_hyphens_new(FALSE));
	if (faces[face].size == 16)
		pango_attr_list_insert(
		    all, pango_attr_letter_spacing_new(closer));
	if (width >= 0)
		keep_words(
		    all, text, (long)(width / faces[face].size / LETTER));
	pango_layout_set_attributes(layout, all);
	pango_attr_list_unref(all);
}

/* Hashes and keys: parted where the line ends. */
static bool
is_one_word(const char *text)
{
	while (*text > ' ' && *text < 0x7f)
		text++;
	return *text == '\0';
}

/* Twice as much as an entry holds; above it the library shapes a part alone and
 * says nothing. */
#define TEXT_MAX ((size_t)128 << 10)

PangoLayout *
kc_type_set(struct kc_type *t, enum kc_face face, const char *text,
    double width, double indent)
{
	PangoLayout *layout = pango_layout_new(t->context);

	if (strlen(text) > TEXT_MAX) {
		t->too_long = true;
		text = "";
	}
	g_ptr_array_add(t->layouts, layout);
	pango_layout_set_font_description(layout, t->fonts[face]);
	pango_layout_set_auto_dir(layout, FALSE);
	pango_layout_set_wrap(
	    layout, is_one_word(text) ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(
	    layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
	pango_layout_set_indent(layout, (int)(indent * PANGO_SCALE));
	set_attributes(layout, face, text, width);
	pango_layout_set_text(layout, text, -1);
	/* what no line holds, but for its last blank, is parted after all */
	if (width >= 0 && kc_type_width(layout) > width + 0.5)
		set_attributes(layout, face, text, -1);
	look_for_missing(t, layout);
	return layout;
}

double
kc_type_width(PangoLayout *layout)
{
	int width;

	pango_layout_get_size(layout, &width, NULL);
	return (double)width / PANGO_SCALE;
}

void
kc_type_shrink(
    struct kc_type *t, enum kc_face face, PangoLayout *layout, double width)
{
	double now = kc_type_width(layout);
	PangoFontDescription *f;

	if (now <= width)
		return;
	f = pango_font_description_copy(t->fonts[face]);
	pango_font_description_set_absolute_size(
	    f, faces[face].size * width / now * PANGO_SCALE);
	pango_layout_set_font_description(layout, f);
	pango_font_description_free(f);
}
