/* SPDX-License-Identifier: Apache-2.0 */
/* The route table: what is there, and who may ask. */
#ifndef KC_NET_ROUTES_H
#define KC_NET_ROUTES_H

#include "http/http.h"

enum kc_route_id {
#define ROUTE(sym, method, pattern, who, budget, params, doc) KC_ROUTE_##sym,
#include "net/routes.def"
#undef ROUTE
	KC_ROUTE_COUNT
};

enum kc_who {
	KC_WHO_PUBLIC,
	KC_WHO_READER,
	KC_WHO_ENTRY, /* readers, or everybody if entries are published */
	KC_WHO_OWN,
	KC_WHO_SIGNER,
	KC_WHO_WRITER /* a session of who may cite evidence */
};

enum kc_budget {
	KC_BUDGET_READS, /* cheap: thousands a second */
	KC_BUDGET_ASKS,
	KC_BUDGET_POSTS
};

struct kc_route {
	enum kc_route_id id;
	enum kc_http_method method; /* GET stands for HEAD too */
	const char *pattern;
	enum kc_who who;
	enum kc_budget budget;
	const char *params; /* names that the query may have, once each */
	const char *doc;
};

const struct kc_route *kc_route_get(enum kc_route_id id);
/* The route of a request; *param is the segment that a {name} took. NULL
 * with *status 404, or 405 when another method is there. */
const struct kc_route *kc_route_find(enum kc_http_method method,
    struct kc_slice path, struct kc_slice *param, int *status);
/* Is every parameter one of the route's, well formed, and there once? */
bool kc_route_query_ok(const struct kc_route *r, struct kc_slice query);
/* The table as text: METHOD pattern who, TAB, what it does. */
void kc_routes_print(struct kc_buf *out);

#endif
