/* SPDX-License-Identifier: Apache-2.0 */
/* kaocheng-paper: reads a document of the view `form`, writes it as PDF. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cairo-pdf.h>

#include "confine.h"
#include "lib/i18n.h"
#include "lib/paper.h"
#include "sheet.h"

#define DOCUMENT_MAX ((size_t)64 << 20)
#define SECONDS 19 /* bytes of an instant, as far as its seconds */

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_NO_FONT = 2,
	EXIT_BEYOND = 3,
	EXIT_USAGE = 100
};

static const char usage_en[] =
    "usage: kaocheng-paper [--lang zh|en] [--font FAMILY] <FORM.json "
    ">FORM.pdf\n"
    "       kaocheng-paper --version | --help\n"
    "Started by kaocheng form render -o FILE.pdf.\n";
static const char usage_zh[] =
    "用法：kaocheng-paper [--lang zh|en] [--font FAMILY] <FORM.json "
    ">FORM.pdf\n"
    "      kaocheng-paper --version | --help\n"
    "由 kaocheng form render -o FILE.pdf 启动。\n";

static int
fail(int code, const char *what)
{
	fprintf(stderr, "kaocheng-paper: %s\n", what);
	return code;
}

static enum kc_err
read_all(struct kc_buf *in)
{
	char part[65536];
	ssize_t n = 1;

	while (n > 0 && in->n <= DOCUMENT_MAX) {
		n = read(STDIN_FILENO, part, sizeof(part));
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			kc_buf_put(in, part, (size_t)n);
	}
	if (n < 0)
		return KC_EIO;
	return n > 0 ? KC_ETOOBIG : kc_buf_err(in);
}

static enum kc_err
write_all(const struct kc_buf *out)
{
	size_t at = 0;

	while (at < out->n) {
		ssize_t n = write(STDOUT_FILENO, out->p + at, out->n - at);

		if (n < 0 && errno != EINTR)
			return KC_EIO;
		at += n > 0 ? (size_t)n : 0;
	}
	return KC_OK;
}

/* --- the file --- */
static cairo_status_t
take(void *ctx, const unsigned char *data, unsigned n)
{
	struct kc_buf *out = ctx;

	kc_buf_put(out, data, n);
	return out->err == KC_OK ? CAIRO_STATUS_SUCCESS
				 : CAIRO_STATUS_WRITE_ERROR;
}

/* The instant of the position that it is printed of: the same document is the
 * same file, whenever it is drawn. */
static void
put_facts(cairo_surface_t *pdf, const json_t *doc)
{
	struct kc_slice at = kc_slice_str(
	    kc_paper_string(json_object_get(doc, "as_of"), "received"));
	char when[24];

	/* cairo takes no fraction of a second */
	(void)g_snprintf(when, sizeof(when), "%.*sZ",
	    at.n > SECONDS ? SECONDS : (int)at.n, at.p);
	cairo_pdf_surface_set_metadata(
	    pdf, CAIRO_PDF_METADATA_CREATE_DATE, when);
	cairo_pdf_surface_set_metadata(
	    pdf, CAIRO_PDF_METADATA_TITLE, kc_paper_string(doc, "title"));
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_AUTHOR,
	    kc_paper_string(doc, "issuer_name"));
	cairo_pdf_surface_set_metadata(
	    pdf, CAIRO_PDF_METADATA_SUBJECT, kc_paper_string(doc, "mark"));
}

/* One that is not printed itself may command a terminal: its number is said
 * alone. */
static int
refuse_characters(const struct kc_type *t)
{
	fputs("kaocheng-paper: ", stderr);
	fputs(_("no font here has the characters"), stderr);
	for (unsigned i = 0; i < t->nmissing; i++) {
		char utf8[8];

		utf8[g_unichar_to_utf8(t->missing[i], utf8)] = '\0';
		if (g_unichar_isprint(t->missing[i]))
			fprintf(stderr, " %s", utf8);
		fprintf(stderr, " (U+%04X)", t->missing[i]);
	}
	fputs(_("; install one (Debian: fonts-noto-cjk) or name it with "
		"--font"),
	    stderr);
	fputc('\n', stderr);
	return EXIT_NO_FONT;
}

static int
draw(json_t *doc, enum kc_lang lang, const char *font)
{
	struct kc_sheet s;
	struct kc_buf out = {0};
	cairo_surface_t *pdf;
	cairo_status_t status;
	cairo_t *cr;
	int code = EXIT_OK;

	kc_sheet_init(&s, lang, font);
	kc_sheet_turn(&s, doc);
	pdf = cairo_pdf_surface_create_for_stream(take, &out,
	    s.across ? KC_A4_HEIGHT : KC_A4_WIDTH,
	    s.across ? KC_A4_WIDTH : KC_A4_HEIGHT);
	put_facts(pdf, doc);
	cr = cairo_create(pdf);
	if (font != NULL && !kc_type_has(&s.type, font)) {
		code = fail(EXIT_NO_FONT,
		    _("there is no font of this name; fc-list has them"));
	} else {
		kc_sheet_document(&s, doc);
		kc_sheet_close_up(&s);
		(void)kc_sheet_draw(&s, cr);
		if (s.too_long)
			code = fail(EXIT_FAILED, _("this is no document"));
		else if (s.type.too_long)
			code = fail(EXIT_BEYOND, _("a text is too long"));
		else if (s.too_wide)
			code = fail(
			    EXIT_BEYOND, _("a table is too wide for a page"));
		else if (s.type.nmissing > 0)
			code = refuse_characters(&s.type);
	}
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_finish(pdf);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(pdf);
	cairo_surface_destroy(pdf);
	kc_sheet_free(&s);
	if (code == EXIT_OK && status != CAIRO_STATUS_SUCCESS)
		code = fail(status == CAIRO_STATUS_NO_MEMORY ? EXIT_BEYOND
							     : EXIT_FAILED,
		    cairo_status_to_string(status));
	if (code == EXIT_OK && write_all(&out) != KC_OK)
		code = fail(EXIT_FAILED, strerror(errno));
	kc_buf_free(&out);
	return code;
}

static int
run(enum kc_lang lang, const char *font)
{
	struct kc_buf in = {0};
	json_error_t bad = {.text = ""};
	json_t *doc = NULL;
	enum kc_err err = read_all(&in);
	int code;

	if (err == KC_OK)
		doc = json_loadb(in.p != NULL ? in.p : "", in.n,
		    JSON_REJECT_DUPLICATES, &bad);
	kc_buf_free(&in);
	if (err == KC_OK && doc == NULL &&
	    json_error_code(&bad) == json_error_out_of_memory)
		err = KC_ENOMEM;
	if (err != KC_OK)
		return fail(err == KC_ETOOBIG || err == KC_ENOMEM ? EXIT_BEYOND
								  : EXIT_FAILED,
		    kc_err_said(err));
	if (!json_is_object(doc))
		code = fail(EXIT_FAILED, _("this is no document"));
	else
		code = draw(doc, lang, font);
	json_decref(doc);
	return code;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"lang", required_argument, NULL, 'l'},
	    {"font", required_argument, NULL, 'f'},
	    {"version", no_argument, NULL, 'v'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	enum kc_lang lang = kc_lang_of_environment();
	const char *font = NULL;
	enum kc_err err;
	int c;

	kc_hold_streams();
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (c == 'l')
			lang =
			    strcmp(optarg, "zh") == 0 ? KC_LANG_ZH : KC_LANG_EN;
		else if (c == 'f')
			font = optarg;
		else if (c == 'v')
			return puts("kaocheng-paper " KC_VERSION) < 0;
		else if (c == 'h')
			return fputs(kc_lang_said(usage_zh, usage_en), stdout) <
			    0;
		else
			break;
	if (c != -1 || optind < argc) {
		fputs(kc_lang_said(usage_zh, usage_en), stderr);
		return EXIT_USAGE;
	}
	kc_lang_use(lang);
	kc_paper_beyond(EXIT_BEYOND, /* the catalogue is a file */
	    _("the document is too large to be drawn in the memory that there "
	      "is"),
	    _("the document is too large to be drawn in the time that there "
	      "is"),
	    _("a fault of the program, not of the document"));
	err = kc_paper_confine();
	if (err != KC_OK)
		return fail(EXIT_FAILED, kc_err_said(err));
	/* All was written: what the libraries keep is the kernel's to take
	 * back, and nothing more runs. */
	_exit(run(lang, font));
}
