/* SPDX-License-Identifier: Apache-2.0 */
/* A strict reader of HTTP/1.x request heads: one spelling, no guessing. */
#include "http/http.h"

#include <string.h>

#define BIT(x) (1u << (x))

static bool
is_token_char(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_token(struct kc_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_token_char((unsigned char)s.p[i]))
			return false;
	}
	return s.n > 0;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
kc_http_word_is(struct kc_slice a, const char *b)
{
	size_t n = strlen(b);

	if (a.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(a.p[i]) != b[i])
			return false;
	}
	return true;
}

static struct kc_slice
trim(struct kc_slice s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

int
kc_http_find_end(const char *p, size_t n, size_t *scanned, size_t *end)
{
	while (*scanned < n) {
		const char *lf = memchr(p + *scanned, '\n', n - *scanned);
		size_t at;

		if (lf == NULL) {
			*scanned = n;
			break;
		}
		at = (size_t)(lf - p);
		if (at == 0 || p[at - 1] != '\r')
			return 400;
		*scanned = at + 1;
		if (at == 1)
			return 400; /* an empty line where a request begins */
		if (at >= 3 && p[at - 2] == '\n') {
			*end = at + 1;
			return *end > KC_HTTP_HEAD_MAX ? 431 : 0;
		}
	}
	return n > KC_HTTP_HEAD_MAX ? 431 : -1;
}

static bool
take_crlf_line(struct kc_slice *rest, struct kc_slice *line)
{
	if (!kc_slice_line(rest, line) || line->n == 0 ||
	    line->p[line->n - 1] != '\r')
		return false;
	line->n--;
	return true;
}

static int
parse_target(struct kc_http_request *out, struct kc_slice target)
{
	if (target.n > KC_HTTP_TARGET_MAX)
		return 414;
	if (target.n == 0 || target.p[0] != '/')
		return 400;
	for (size_t i = 0; i < target.n; i++) {
		unsigned char c = (unsigned char)target.p[i];

		if (c <= 0x20 || c >= 0x7f || c == '#')
			return 400;
	}
	out->query = target;
	if (!kc_slice_cut(&out->query, '?', &out->path)) {
		out->path = target;
		out->query = (struct kc_slice){"", 0};
	}
	return 0;
}

static int
parse_version(struct kc_http_request *out, struct kc_slice v)
{
	if (v.n != 8 || memcmp(v.p, "HTTP/", 5) != 0 || v.p[5] < '0' ||
	    v.p[5] > '9' || v.p[6] != '.' || v.p[7] < '0' || v.p[7] > '9')
		return 400;
	if (v.p[5] != '1' || v.p[7] > '1')
		return 505;
	out->http10 = v.p[7] == '0';
	return 0;
}

static int
parse_request_line(
    struct kc_http_request *out, struct kc_slice line, const char **why)
{
	struct kc_slice method, target;
	int status;

	*why = "request line";
	if (!kc_slice_cut(&line, ' ', &method) || !is_token(method) ||
	    !kc_slice_cut(&line, ' ', &target))
		return 400;
	status = parse_version(out, line);
	if (status != 0)
		return status;
	*why = "request target";
	status = parse_target(out, target);
	if (status != 0)
		return status;
	*why = "method";
	if (kc_slice_is(method, "GET"))
		out->method = KC_HTTP_GET;
	else if (kc_slice_is(method, "HEAD"))
		out->method = KC_HTTP_HEAD;
	else if (kc_slice_is(method, "POST"))
		out->method = KC_HTTP_POST;
	else if (kc_slice_is(method, "DELETE"))
		out->method = KC_HTTP_DELETE;
	else if (kc_slice_is(method, "OPTIONS"))
		out->method = KC_HTTP_OPTIONS;
	else
		return 405;
	return 0;
}

/* Headers that may stand once only, as bits of what was seen. */
enum once {
	ONCE_HOST,
	ONCE_LENGTH,
	ONCE_TYPE,
	ONCE_AUTHORIZATION,
	ONCE_EXPECT
};

static int
see_once(unsigned *seen, enum once which, const char **why)
{
	if ((*seen & BIT(which)) != 0) {
		*why = "a header is repeated";
		return 400;
	}
	*seen |= BIT(which);
	return 0;
}

static bool
list_has(struct kc_slice list, const char *word)
{
	struct kc_slice item;
	bool more = true;

	while (more) {
		more = kc_slice_cut(&list, ',', &item);
		if (kc_http_word_is(trim(more ? item : list), word))
			return true;
	}
	return false;
}

static int
take_header(struct kc_http_request *out, unsigned *seen, struct kc_slice name,
    struct kc_slice value, const char **why)
{
	if (kc_http_word_is(name, "host")) {
		out->host = value;
		return see_once(seen, ONCE_HOST, why);
	}
	if (kc_http_word_is(name, "content-length")) {
		*why = "Content-Length";
		if (!kc_read_u64(value, UINT64_MAX, &out->body_n))
			return 400;
		return see_once(seen, ONCE_LENGTH, why);
	}
	if (kc_http_word_is(name, "content-type")) {
		out->content_type = value;
		return see_once(seen, ONCE_TYPE, why);
	}
	if (kc_http_word_is(name, "authorization")) {
		out->authorization = value;
		return see_once(seen, ONCE_AUTHORIZATION, why);
	}
	if (kc_http_word_is(name, "accept-language") &&
	    out->accept_language.n == 0) {
		out->accept_language = value;
		return 0;
	}
	if (kc_http_word_is(name, "accept-encoding"))
		out->accept_encoding = value;
	if (kc_http_word_is(name, "if-none-match"))
		out->if_none_match = value;
	if (kc_http_word_is(name, "connection")) {
		if (list_has(value, "close"))
			out->close = true;
		return 0;
	}
	if (kc_http_word_is(name, "transfer-encoding")) {
		*why = "Transfer-Encoding is not taken";
		return 400;
	}
	if (kc_http_word_is(name, "expect")) {
		*why = "Expect";
		if (!kc_http_word_is(value, "100-continue"))
			return 417;
		out->expect_continue = true;
		return see_once(seen, ONCE_EXPECT, why);
	}
	return 0;
}

static int
parse_header(struct kc_http_request *out, unsigned *seen, struct kc_slice line,
    const char **why)
{
	struct kc_slice name;

	*why = "header";
	if (!kc_slice_cut(&line, ':', &name) || !is_token(name))
		return 400;
	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return 400;
	}
	return take_header(out, seen, name, trim(line), why);
}

static int
check_body(const struct kc_http_request *r, unsigned seen, const char **why)
{
	if (r->method == KC_HTTP_POST && (seen & BIT(ONCE_LENGTH)) == 0) {
		*why = "Content-Length is missing";
		return 411;
	}
	if (r->method != KC_HTTP_POST && r->body_n > 0) {
		*why = "a body where none belongs";
		return 400;
	}
	if (r->body_n > KC_HTTP_BODY_MAX) {
		*why = "body";
		return 413;
	}
	return 0;
}

int
kc_http_parse(
    struct kc_http_request *out, struct kc_slice head, const char **why)
{
	struct kc_slice rest = head, line;
	unsigned seen = 0, count = 0;
	int status;

	memset(out, 0, sizeof(*out));
	*why = "request line";
	if (!take_crlf_line(&rest, &line))
		return 400;
	status = parse_request_line(out, line, why);
	while (status == 0) {
		*why = "header";
		if (!take_crlf_line(&rest, &line))
			return 400;
		if (line.n == 0)
			break;
		if (++count > KC_HTTP_HEADERS_MAX)
			return 431;
		status = parse_header(out, &seen, line, why);
	}
	if (status != 0)
		return status;
	*why = "Host";
	if ((seen & BIT(ONCE_HOST)) == 0 ? !out->http10 : out->host.n == 0)
		return 400;
	if (out->http10)
		out->close = true;
	return check_body(out, seen, why);
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
decode(struct kc_slice in, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (n + 1 >= size)
			return false;
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high, low;

			if (in.n - i < 3)
				return false;
			high = hex_value(in.p[i + 1]);
			low = hex_value(in.p[i + 2]);
			if (high < 0 || low < 0 || high + low == 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return kc_text_scan((struct kc_slice){out, n}) == n;
}

int
kc_http_query_next(
    struct kc_slice *query, struct kc_slice *name, char *out, size_t size)
{
	struct kc_slice pair;

	if (query->n == 0)
		return 0;
	if (!kc_slice_cut(query, '&', &pair)) {
		pair = *query;
		query->p += query->n;
		query->n = 0;
	} else if (query->n == 0) {
		return -1; /* a '&' with nothing after it */
	}
	if (!kc_slice_cut(&pair, '=', name) || name->n == 0 ||
	    !decode(pair, out, size))
		return -1;
	return 1;
}

bool
kc_http_query_get(
    struct kc_slice query, const char *name, char *out, size_t size)
{
	struct kc_slice other;

	while (kc_http_query_next(&query, &other, out, size) > 0) {
		if (kc_slice_is(other, name))
			return true;
	}
	return false;
}

bool
kc_http_type_is(struct kc_slice content_type, const char *type)
{
	struct kc_slice first;

	if (!kc_slice_cut(&content_type, ';', &first))
		first = content_type;
	return kc_http_word_is(trim(first), type);
}

bool
kc_http_wants_zh(struct kc_slice accept_language)
{
	struct kc_slice item;
	bool more = true;

	while (more) {
		more = kc_slice_cut(&accept_language, ',', &item);
		item = trim(more ? item : accept_language);
		if (item.n >= 2 && lower(item.p[0]) == 'z' &&
		    lower(item.p[1]) == 'h')
			return true;
		if (item.n >= 2 && lower(item.p[0]) == 'e' &&
		    lower(item.p[1]) == 'n')
			return false;
	}
	return false;
}

/* "q=0", "q=0.000": not wanted. */
static bool
is_zero_weight(struct kc_slice q)
{
	size_t i = 2;

	while (i < q.n && (q.p[i] == '0' || q.p[i] == '.'))
		i++;
	return q.n > 2 && i == q.n;
}

bool
kc_http_wants_gzip(struct kc_slice accept_encoding)
{
	struct kc_slice item, coding;
	bool more = true;

	while (more) {
		more = kc_slice_cut(&accept_encoding, ',', &item);
		if (!more)
			item = accept_encoding;
		if (!kc_slice_cut(&item, ';', &coding)) {
			coding = item;
			item.n = 0;
		}
		if (kc_http_word_is(trim(coding), "gzip"))
			return !is_zero_weight(trim(item));
	}
	return false;
}

bool
kc_http_host_is_loopback(struct kc_slice host)
{
	struct kc_slice name;
	uint64_t port;

	if (kc_slice_cut(&host, ':', &name)) {
		if (!kc_read_u64(host, 65535, &port))
			return false;
	} else {
		name = host;
	}
	return kc_http_word_is(name, "127.0.0.1") ||
	    kc_http_word_is(name, "localhost");
}

const char *
kc_http_status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} rows[] = {{200, "OK"}, {201, "Created"}, {204, "No Content"},
	    {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"},
	    {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
	    {408, "Request Timeout"}, {409, "Conflict"},
	    {411, "Length Required"}, {413, "Content Too Large"},
	    {414, "URI Too Long"}, {415, "Unsupported Media Type"},
	    {417, "Expectation Failed"}, {421, "Misdirected Request"},
	    {422, "Unprocessable Content"}, {429, "Too Many Requests"},
	    {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"}, {503, "Service Unavailable"},
	    {505, "HTTP Version Not Supported"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].status == status)
			return rows[i].text;
	}
	return "Unknown";
}
