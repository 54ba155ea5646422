/* SPDX-License-Identifier: Apache-2.0 */
/* Replies that compress well: entries, views and what describes them. Nothing
 * secret is in them beside bytes that a stranger chose. */
#include <limits.h>

#include <zlib.h>

#include "net/gate_int.h"

#define LEVEL 4
#define GZIP_MIN 1400      /* bytes: less fits a packet as it is */
#define GZIP_MAX (4 << 20) /* bytes: a tenth of a second of a thread */
#define GZIP_WINDOW (15 + 16)

bool
kc_route_packs(const struct kc_route *r)
{
	return r != NULL &&
	    (r->id == KC_ROUTE_tile_entries || r->id == KC_ROUTE_view ||
		r->id == KC_ROUTE_views || r->id == KC_ROUTE_schema);
}

bool
kc_call_packs(const struct kc_call *call)
{
	return kc_route_packs(call->route) && call->status == 200 &&
	    call->body.n >= GZIP_MIN && call->body.n <= GZIP_MAX &&
	    kc_http_wants_gzip(call->req.accept_encoding);
}

void
kc_call_pack(struct kc_call *call)
{
	struct kc_buf *b = &call->body;
	z_stream z = {.next_in = (Bytef *)b->p, .avail_in = (uInt)b->n};
	uLong max;
	char *out;

	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	max = deflateBound(&z, (uLong)b->n);
	out = max < UINT_MAX ? kc_realloc(NULL, max) : NULL;
	if (out != NULL) {
		z.next_out = (Bytef *)out;
		z.avail_out = (uInt)max;
		if (deflate(&z, Z_FINISH) == Z_STREAM_END &&
		    z.total_out < b->n) {
			kc_buf_free(b);
			*b = (struct kc_buf){
			    .p = out, .n = z.total_out, .cap = max};
			call->packed = true;
			out = NULL;
		}
	}
	kc_free(out);
	(void)deflateEnd(&z);
}
