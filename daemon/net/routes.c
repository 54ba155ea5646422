/* SPDX-License-Identifier: Apache-2.0 */
/* The route table and its look-up. */
#include "net/routes.h"

#include <string.h>

#define GET KC_HTTP_GET
#define POST KC_HTTP_POST
#define DELETE KC_HTTP_DELETE
#define ROUTE(sym, method, pattern, who, budget, params, doc)                  \
	[KC_ROUTE_##sym] = {KC_ROUTE_##sym, method, pattern, KC_WHO_##who,     \
	    KC_BUDGET_##budget, params, doc},
static const struct kc_route routes[] = {
#include "net/routes.def"
};
#undef ROUTE
#undef GET
#undef POST
#undef DELETE

const struct kc_route *
kc_route_get(enum kc_route_id id)
{
	return &routes[id];
}

/* One parameter at most, so one slice is enough. */
static bool
match(const char *pattern, struct kc_slice path, struct kc_slice *param)
{
	const char *p = path.p, *end = path.p + path.n;

	*param = (struct kc_slice){"", 0};
	for (; *pattern != '\0'; pattern++) {
		const char *close, *stop;

		if (*pattern != '{') {
			if (p == end || *p++ != *pattern)
				return false;
			continue;
		}
		close = strchr(pattern, '}');
		stop =
		    close[-1] == '.' ? end : memchr(p, '/', (size_t)(end - p));
		if (stop == NULL)
			stop = end;
		if (stop == p)
			return false;
		*param = (struct kc_slice){p, (size_t)(stop - p)};
		p = stop;
		pattern = close;
	}
	return p == end;
}

const struct kc_route *
kc_route_find(enum kc_http_method method, struct kc_slice path,
    struct kc_slice *param, int *status)
{
	*status = 404;
	if (method == KC_HTTP_HEAD)
		method = KC_HTTP_GET;
	for (size_t i = 0; i < KC_ROUTE_COUNT; i++) {
		if (!match(routes[i].pattern, path, param))
			continue;
		if (routes[i].method == method || method == KC_HTTP_OPTIONS) {
			*status = 0;
			return &routes[i];
		}
		*status = 405;
	}
	return NULL;
}

/* The place of a name in the route's list, or -1. */
static int
param_index(const struct kc_route *r, struct kc_slice name)
{
	struct kc_slice rest = kc_slice_str(r->params), one;
	bool more = rest.n > 0;

	for (int i = 0; more; i++) {
		more = kc_slice_cut(&rest, ' ', &one);
		if (kc_slice_eq(more ? one : rest, name))
			return i;
	}
	return -1;
}

bool
kc_route_query_ok(const struct kc_route *r, struct kc_slice query)
{
	char value[KC_HTTP_VALUE_MAX];
	struct kc_slice name;
	unsigned seen = 0;
	int taken;

	while ((taken = kc_http_query_next(
		    &query, &name, value, sizeof(value))) > 0) {
		int i = param_index(r, name);

		if (i < 0 || (seen & 1u << i) != 0)
			return false;
		seen |= 1u << i;
	}
	return taken == 0;
}

void
kc_routes_print(struct kc_buf *out)
{
	static const char *const who[] = {
	    "public", "reader", "entry", "own", "signer", "writer"};

	for (size_t i = 0; i < KC_ROUTE_COUNT; i++) {
		kc_buf_str(out,
		    routes[i].method == KC_HTTP_POST         ? "POST "
			: routes[i].method == KC_HTTP_DELETE ? "DELETE "
							     : "GET ");
		kc_buf_str(out, routes[i].pattern);
		kc_buf_char(out, ' ');
		kc_buf_str(out, who[routes[i].who]);
		kc_buf_char(out, '\t');
		kc_buf_str(out, routes[i].doc);
		kc_buf_char(out, '\n');
	}
}
