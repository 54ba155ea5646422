/* SPDX-License-Identifier: Apache-2.0 */
/* The symbols of a stamp: as many side by side as a line holds. */
#include "sheet.h"

#include "lib/qr.h"

#define MODULE (2 * KC_DOT)     /* half a millimetre */
#define LARGE (3 * KC_DOT)      /* of small symbols */
#define LARGE_MAX (75 * KC_MM)  /* one of them is no wider, */
#define ACROSS_MAX (66 * KC_MM) /* on a page that lies no higher */

static void
put_modules(struct kc_box *b, const struct kc_qr *q, double left, double module)
{
	for (int y = 0; y < kc_qr_width(q); y++)
		for (int x = 0, n; (n = kc_qr_run(q, &x, y)) > 0; x += n)
			kc_box_fill(b, left + (x + KC_QR_QUIET) * module,
			    (y + KC_QR_QUIET) * module, n * module, module);
}

/* Small symbols of two dots a module are not read from every page: where all
 * of them fit on a line with three, and are not large, they have three. */
static double
module_of(const struct kc_sheet *s, const json_t *stamp)
{
	const json_t *line;
	double width = 0, side;
	size_t i;

	json_array_foreach(stamp, i, line)
	{
		const char *text = json_string_value(line);
		struct kc_qr *q = NULL;

		if (text == NULL || kc_qr_new(&q, text) != KC_OK)
			return MODULE;
		side = (kc_qr_width(q) + 2 * KC_QR_QUIET) * LARGE;
		kc_qr_free(q);
		if (side > (s->across ? ACROSS_MAX : LARGE_MAX))
			return MODULE;
		width += side;
	}
	return width <= s->width ? LARGE : MODULE;
}

struct kc_box *
kc_sheet_stamp(struct kc_sheet *s, const json_t *stamp, double *end)
{
	double module = module_of(s, stamp);
	struct kc_box *b = NULL;
	const json_t *line;
	double at = 0;
	size_t i;

	json_array_foreach(stamp, i, line)
	{
		const char *text = json_string_value(line);
		struct kc_qr *q = NULL;
		double side;

		if (text == NULL || kc_qr_new(&q, text) != KC_OK) {
			s->too_long = true;
			return NULL;
		}
		side = (kc_qr_width(q) + 2 * KC_QR_QUIET) * module;
		if (b == NULL || at + side > s->width) {
			if (b != NULL)
				b->keep = true;
			b = kc_sheet_box(s, 0, side);
			b->fine = true;
			at = 0;
		}
		b->height = MAX(b->height, side);
		put_modules(b, q, at, module);
		at += side;
		kc_qr_free(q);
	}
	*end = at;
	return b;
}
