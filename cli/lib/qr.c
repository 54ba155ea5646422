/* SPDX-License-Identifier: Apache-2.0 */
/* QR symbols, by libqrencode. */
#include "qr.h"

#include <errno.h>
#include <stddef.h>

#include <qrencode.h>

#define DARK 1 /* bit of a module */

struct kc_qr {
	QRcode code;
};

enum kc_err
kc_qr_new(struct kc_qr **out, const char *text)
{
	QRcode *code;

	errno = 0;
	code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	*out = (struct kc_qr *)code;
	if (code != NULL)
		return KC_OK;
	return errno == ERANGE || errno == EINVAL ? KC_ETOOBIG : KC_ENOMEM;
}

void
kc_qr_free(struct kc_qr *q)
{
	if (q != NULL)
		QRcode_free(&q->code);
}

int
kc_qr_width(const struct kc_qr *q)
{
	return q->code.width;
}

static bool
is_dark(const struct kc_qr *q, int x, int y)
{
	return x < q->code.width &&
	    (q->code.data[y * q->code.width + x] & DARK) != 0;
}

int
kc_qr_run(const struct kc_qr *q, int *x, int y)
{
	int n = 0;

	while (*x < q->code.width && !is_dark(q, *x, y))
		++*x;
	while (is_dark(q, *x + n, y))
		n++;
	return n;
}
