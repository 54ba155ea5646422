/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a file of tests/golden. */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>

void
golden_read(struct kc_buf *b, const char *name)
{
	char path[4096];
	char part[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), KC_SRCDIR "/tests/golden/%s", name);
	f = fopen(path, "rb");
	if (f == NULL) {
		fprintf(stderr, "cannot open %s\n", path);
		abort();
	}
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		kc_buf_put(b, part, n);
	if (ferror(f) || fclose(f) != 0 || kc_buf_err(b) != KC_OK)
		abort();
}
