/* SPDX-License-Identifier: Apache-2.0 */
/* Request heads and queries: found alike in one piece and byte by byte; what
 * is taken keeps within its limits and leads to a route or to none. */
#include <string.h>

#include "net/routes.h"
#include "net/session.h"

#include "fuzz.h"

static void
check_request(const struct kc_http_request *r)
{
	struct kc_slice query = r->query, name, param;
	char value[512];
	int status = -1, taken;

	MUST(r->path.n > 0 && r->path.p[0] == '/');
	MUST(r->path.n + r->query.n <= KC_HTTP_TARGET_MAX);
	MUST(r->body_n <= KC_HTTP_BODY_MAX);
	MUST(r->method == KC_HTTP_POST || r->body_n == 0);
	if (kc_route_find(r->method, r->path, &param, &status) != NULL)
		MUST(status == 0);
	else
		MUST(status == 404 || status == 405);
	while ((taken = kc_http_query_next(
		    &query, &name, value, sizeof(value))) > 0) {
		MUST(name.n > 0);
		MUST(kc_text_scan(kc_slice_str(value)) == strlen(value));
	}
	MUST(taken == 0 || taken == -1);
	(void)kc_http_type_is(r->content_type, "text/plain");
	(void)kc_http_wants_zh(r->accept_language);
	(void)kc_http_host_is_loopback(r->host);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *why;
	struct kc_session_text session;
	struct kc_http_request r;
	size_t whole = 0, parts = 0, end = 0, end_parts = 0;
	int status, status_parts = -1;

	if (size > 2 * KC_HTTP_HEAD_MAX)
		return 0;
	status = kc_http_find_end(p, size, &whole, &end);
	for (size_t n = 1; n <= size && status_parts == -1; n++)
		status_parts = kc_http_find_end(p, n, &parts, &end_parts);
	/* A fault may be seen sooner, never another one, once it fits. */
	if (size <= KC_HTTP_HEAD_MAX)
		MUST(status == status_parts);
	if (status == 0) {
		MUST(end <= size && end == end_parts);
		status = kc_http_parse(&r, (struct kc_slice){p, end}, &why);
		MUST(status == 0 || (status >= 400 && status < 600));
		if (status == 0)
			check_request(&r);
	}
	(void)kc_session_text_parse(&session, (struct kc_slice){p, size});
	return 0;
}
