/* SPDX-License-Identifier: Apache-2.0 */
/* Request heads, routes, limits and sessions: the pure parts of the gate. */
#include "net/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/limiter.h"
#include "net/session.h"

#define GOOD "GET /v1/views?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"

/* 0, -1 or a status, as the gate would see it. */
static int
read_head(struct kc_http_request *r, struct kc_slice bytes)
{
	size_t scanned = 0, end = 0;
	const char *why;
	int status = kc_http_find_end(bytes.p, bytes.n, &scanned, &end);

	if (status == 0)
		status =
		    kc_http_parse(r, (struct kc_slice){bytes.p, end}, &why);
	return status;
}

static void
test_routes__a_good_head_is_read(void **state)
{
	struct kc_http_request r;

	(void)state;
	assert_int_equal(read_head(&r, KC_LIT(GOOD)), 0);
	assert_int_equal(r.method, KC_HTTP_GET);
	assert_true(kc_slice_is(r.path, "/v1/views"));
	assert_true(kc_slice_is(r.query, "x=1"));
	assert_false(r.close);
	assert_int_equal(
	    read_head(&r,
		KC_LIT("POST /v1/entries HTTP/1.1\r\nhOST:\ta \r\n"
		       "Content-length: 12\r\nConnection: x, Close\r\n"
		       "Content-Type: Text/Plain; charset=utf-8\r\n"
		       "Expect: 100-Continue\r\n\r\n")),
	    0);
	assert_int_equal(r.body_n, 12);
	assert_true(r.close);
	assert_true(r.expect_continue);
	assert_true(kc_slice_is(r.host, "a"));
	assert_true(kc_http_type_is(r.content_type, "text/plain"));
	assert_int_equal(read_head(&r, KC_LIT("HEAD / HTTP/1.0\r\n\r\n")), 0);
	assert_true(r.http10 && r.close);
}

static void
test_routes__a_head_byte_by_byte_waits_until_its_end(void **state)
{
	size_t scanned = 0, end = 0, n = sizeof(GOOD) - 1;

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(kc_http_find_end(GOOD, i, &scanned, &end), -1);
	assert_int_equal(kc_http_find_end(GOOD, n, &scanned, &end), 0);
	assert_int_equal(end, n);
}

struct hostile {
	struct kc_slice head;
	int status;
};
#define ROW(text, status)                                                      \
	{                                                                      \
		{text, sizeof(text) - 1}, status                               \
	}
#define H " HTTP/1.1\r\nHost: a\r\n"

static const struct hostile hostile_rows[] = {
    ROW("\r\nGET /" H "\r\n", 400),
    ROW("GET / HTTP/1.1\nHost: a\n\n", 400),
    ROW("GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
    ROW("GET /" H "X: a\rb\r\n\r\n", 400),
    ROW("GET /" H "X: a\0b\r\n\r\n", 400),
    ROW("GET /" H "X: a\x7f\r\n\r\n", 400),
    ROW("GET /\0" H "\r\n", 400),
    ROW("GET /" H " folded\r\n\r\n", 400),
    ROW("GET /" H "X : a\r\n\r\n", 400),
    ROW("GET /" H ": a\r\n\r\n", 400),
    ROW("GET /" H "X\r\n\r\n", 400),
    ROW("GET /" H "X(: a\r\n\r\n", 400),
    ROW("GET / HTTP/1.1\r\n\r\n", 400),
    ROW("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
    ROW("GET /" H "Host: a\r\n\r\n", 400),
    ROW("GET /" H "Content-Length: 1\r\n\r\n", 400),
    ROW("GET http://a/" H "\r\n", 400),
    ROW("GET *" H "\r\n", 400),
    ROW("GET /#a" H "\r\n", 400),
    ROW("GET /\x80" H "\r\n", 400),
    ROW("GET / a" H "\r\n", 400),
    ROW("GET  /" H "\r\n", 400),
    ROW("GET\t/" H "\r\n", 400),
    ROW("GET /\r\n\r\n", 400),
    ROW(" GET /" H "\r\n", 400),
    ROW("G\"T /" H "\r\n", 400),
    ROW("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    ROW("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ROW("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
    ROW("GET / HTTP/4294967295.255\r\nHost: a\r\n\r\n", 400),
    ROW("GET / HTTP/11\r\nHost: a\r\n\r\n", 400),
    ROW("GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    ROW("PUT /" H "\r\n", 405),
    ROW("PATCH /" H "\r\n", 405),
    ROW("TRACE /" H "\r\n", 405),
    ROW("get /" H "\r\n", 405),
    ROW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ROW("POST /" H "\r\n", 411),
    ROW("POST /" H "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 1, 1\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: +1\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: -1\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 01\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 0x1\r\n\r\n", 400),
    ROW("POST /" H "Content-Length:\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 18446744073709551616\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 4194305\r\n\r\n", 413),
    ROW("POST /" H "Content-Length: 18446744073709551615\r\n\r\n", 413),
    ROW("POST /" H "Transfer-Encoding: chunked\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 1\r\n"
	"Transfer-Encoding: identity\r\n\r\n",
	400),
    ROW("POST /" H "transfer-ENCODING:\tchunked\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 1\r\nExpect: x\r\n\r\n", 417),
    ROW("GET /" H "Authorization: a\r\nAuthorization: b\r\n\r\n", 400),
    ROW("POST /" H "Content-Length: 1\r\nContent-Type: a\r\n"
	"Content-Type: b\r\n\r\n",
	400),
};

static void
test_routes__hostile_heads_are_refused(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(hostile_rows) / sizeof(hostile_rows[0]);
	     i++) {
		struct kc_http_request r;
		int status = read_head(&r, hostile_rows[i].head);

		if (status != hostile_rows[i].status)
			fail_msg("row %zu: %d, not %d: %s", i, status,
			    hostile_rows[i].status, hostile_rows[i].head.p);
	}
}

static void
test_routes__heads_have_limits(void **state)
{
	struct kc_http_request r;
	struct kc_buf b = {0};

	(void)state;
	kc_buf_str(&b, "GET /");
	while (b.n < 4 + KC_HTTP_TARGET_MAX)
		kc_buf_char(&b, 'a');
	kc_buf_str(&b, H "\r\n");
	assert_int_equal(read_head(&r, kc_buf_view(&b)), 0);
	kc_buf_reset(&b);
	kc_buf_str(&b, "GET /");
	while (b.n < 5 + KC_HTTP_TARGET_MAX)
		kc_buf_char(&b, 'a');
	kc_buf_str(&b, H "\r\n");
	assert_int_equal(read_head(&r, kc_buf_view(&b)), 414);

	for (size_t n = 30; n <= 32; n++) {
		kc_buf_reset(&b);
		kc_buf_str(&b, "GET /" H);
		for (size_t i = 0; i < n; i++)
			kc_buf_str(&b, "X: a\r\n");
		kc_buf_str(&b, "\r\n");
		assert_int_equal(
		    read_head(&r, kc_buf_view(&b)), n < 32 ? 0 : 431);
	}
	kc_buf_reset(&b);
	kc_buf_str(&b, "GET /" H "X: ");
	while (b.n <= KC_HTTP_HEAD_MAX)
		kc_buf_char(&b, 'a');
	assert_int_equal(read_head(&r, kc_buf_view(&b)), 431);
	kc_buf_free(&b);
}

static void
test_routes__query_values_are_decoded_once(void **state)
{
	struct kc_slice q = KC_LIT("a=%E8%80%83+%2B&b=&as_of=%2358"), name;
	static const struct kc_slice bad[] = {{"a", 1}, {"=b", 2}, {"a=%", 3},
	    {"a=%4", 4}, {"a=%zz", 5}, {"a=%00", 5}, {"a=%ff", 5},
	    {"a=%0a%1b", 8}, {"a=123456789", 11}};
	char v[9];

	(void)state;
	assert_int_equal(kc_http_query_next(&q, &name, v, sizeof(v)), 1);
	assert_true(kc_slice_is(name, "a"));
	assert_string_equal(v, "考 +");
	assert_int_equal(kc_http_query_next(&q, &name, v, sizeof(v)), 1);
	assert_string_equal(v, "");
	assert_int_equal(kc_http_query_next(&q, &name, v, sizeof(v)), 1);
	assert_string_equal(v, "#58");
	assert_int_equal(kc_http_query_next(&q, &name, v, sizeof(v)), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		q = bad[i];
		assert_int_equal(
		    kc_http_query_next(&q, &name, v, sizeof(v)), -1);
	}
	q = KC_LIT("a=1&");
	assert_int_equal(kc_http_query_next(&q, &name, v, sizeof(v)), -1);
}

static void
test_routes__language_and_host(void **state)
{
	(void)state;
	assert_true(kc_http_wants_zh(KC_LIT("zh-CN,zh;q=0.9,en;q=0.8")));
	assert_true(kc_http_wants_zh(KC_LIT("fr, ZH")));
	assert_false(kc_http_wants_zh(KC_LIT("en, zh")));
	assert_false(kc_http_wants_zh(KC_LIT("")));
	assert_true(kc_http_host_is_loopback(KC_LIT("127.0.0.1:8420")));
	assert_true(kc_http_host_is_loopback(KC_LIT("LOCALHOST")));
	assert_false(
	    kc_http_host_is_loopback(KC_LIT("127.0.0.1.evil.example")));
	assert_false(kc_http_host_is_loopback(KC_LIT("localhost:x")));
}

static void
test_routes__paths_find_their_route(void **state)
{
	struct kc_slice param;
	int status;
	const struct kc_route *r;

	(void)state;
	r = kc_route_find(
	    KC_HTTP_GET, KC_LIT("/v1/entries/12/raw"), &param, &status);
	assert_int_equal(r->id, KC_ROUTE_entry_raw);
	assert_true(kc_slice_is(param, "12"));
	r = kc_route_find(
	    KC_HTTP_HEAD, KC_LIT("/tile/entries/000.p/3"), &param, &status);
	assert_int_equal(r->id, KC_ROUTE_tile_entries);
	assert_true(kc_slice_is(param, "000.p/3"));
	r = kc_route_find(
	    KC_HTTP_GET, KC_LIT("/tile/0/000.p/3"), &param, &status);
	assert_int_equal(r->id, KC_ROUTE_tile);
	r = kc_route_find(KC_HTTP_POST, KC_LIT("/v1/entries"), &param, &status);
	assert_int_equal(r->id, KC_ROUTE_entries_post);
	assert_null(
	    kc_route_find(KC_HTTP_GET, KC_LIT("/v1/entries"), &param, &status));
	assert_int_equal(status, 405);
	assert_null(kc_route_find(
	    KC_HTTP_POST, KC_LIT("/checkpoint"), &param, &status));
	assert_int_equal(status, 405);
}

static void
test_routes__other_paths_are_404(void **state)
{
	static const char *const paths[] = {"/", "/v1", "/v1/", "/v1/views/",
	    "/v1/views/a/b", "/v1/entries//raw", "/v1/entries/1",
	    "/v1/entries/1/raw/", "/V1/views", "/v1%2Fviews", "/checkpoint/",
	    "/tile/", "/tile", "//checkpoint", "/../checkpoint"};
	struct kc_slice param;
	int status;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (kc_route_find(KC_HTTP_GET, kc_slice_str(paths[i]), &param,
			&status) != NULL ||
		    status != 404)
			fail_msg("%s: %d", paths[i], status);
	}
}

static void
test_routes__parameters_are_known_and_there_once(void **state)
{
	static const struct {
		enum kc_route_id route;
		const char *query;
		bool ok;
	} rows[] = {
	    {KC_ROUTE_checkpoint, "", true},
	    {KC_ROUTE_checkpoint, "x=1", false},
	    {KC_ROUTE_consistency, "size=2&old=1", true},
	    {KC_ROUTE_consistency, "old=1&old=1", false},
	    {KC_ROUTE_consistency, "old size=1", false},
	    {KC_ROUTE_consistency, "ol=1", false},
	    {KC_ROUTE_consistency, "old=1&", false},
	    {KC_ROUTE_consistency, "old", false},
	    {KC_ROUTE_view, "as_of=%2358&lang=zh", true},
	    {KC_ROUTE_view, "as_of=%ff", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (kc_route_query_ok(kc_route_get(rows[i].route),
			kc_slice_str(rows[i].query)) != rows[i].ok)
			fail_msg("%s", rows[i].query);
	}
}

static void
test_routes__a_source_is_held_to_its_rate(void **state)
{
	static struct kc_limiter l;
	unsigned passed = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		passed += kc_limiter_ask(&l, 7, 50, 1000) == 0;
	assert_int_equal(passed, 50);
	assert_int_equal(kc_limiter_ask(&l, 8, 50, 1000), 0);
	/* One in twenty milliseconds: the wait that is told is the true one. */
	assert_int_equal(kc_limiter_ask(&l, 7, 50, 1000), 20);
	assert_int_equal(kc_limiter_ask(&l, 7, 50, 1019), 1);
	assert_int_equal(kc_limiter_ask(&l, 7, 50, 1020), 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(kc_limiter_ask(&l, 9, 0, 1000), 0);
	/* More sources than rows: the rows of the oldest are used again. */
	for (uint64_t p = 1000; p < 2000; p++)
		assert_int_equal(kc_limiter_ask(&l, p, 1, (int64_t)p), 0);
}

static void
test_routes__a_penalty_is_of_one_author_and_short(void **state)
{
	static struct kc_penalties p;
	uint64_t a = kc_limiter_key(1, KC_LIT("a"));
	uint64_t b = kc_limiter_key(1, KC_LIT("b"));
	uint64_t elsewhere = kc_limiter_key(2, KC_LIT("a"));
	int64_t now = 100000, waits[] = {1000, 2000, 4000, 4000, 4000};

	(void)state;
	assert_int_equal(kc_penalty_left(&p, a, now), 0);
	for (size_t i = 0; i < 5; i++) {
		for (int k = 0; k < 9; k++)
			kc_penalty_failed(&p, a, now);
		assert_int_equal(kc_penalty_left(&p, a, now), waits[i]);
		assert_int_equal(kc_penalty_left(&p, b, now), 0);
		assert_int_equal(kc_penalty_left(&p, elsewhere, now), 0);
		now += waits[i];
		assert_int_equal(kc_penalty_left(&p, a, now), 0);
	}
	now += KC_PENALTY_QUIET_MS + 1;
	kc_penalty_failed(&p, a, now);
	assert_int_equal(kc_penalty_left(&p, a, now), 1000);
}

static void
test_routes__a_nonce_holds_once_and_a_minute(void **state)
{
	static struct kc_sessions s;
	uint8_t a[KC_NONCE_SIZE] = {1}, b[KC_NONCE_SIZE] = {2};

	(void)state;
	kc_session_challenge(&s, 1, a, 1000);
	assert_false(kc_session_redeem(&s, b, 1000));
	assert_true(kc_session_redeem(&s, a, 1000 + KC_NONCE_MS));
	assert_false(kc_session_redeem(&s, a, 1000));
	kc_session_challenge(&s, 1, b, 1000);
	assert_false(kc_session_redeem(&s, b, 1001 + KC_NONCE_MS));
}

static void
test_routes__a_session_ends_idle_or_old_or_dropped(void **state)
{
	static struct kc_sessions s;
	struct kc_vkey key = {.name = "a"};
	uint8_t token[KC_TOKEN_SIZE] = {0xab};
	struct kc_slice good = KC_LIT("Bearer ab"
				      "00000000000000000000000000000000"
				      "000000000000000000000000000000");
	int64_t t = 1000;

	(void)state;
	kc_session_open(&s, token, "a", &key, t);
	assert_null(kc_session_find(&s, KC_LIT("Bearer ab"), t));
	assert_null(
	    kc_session_find(&s, (struct kc_slice){good.p + 7, good.n - 7}, t));
	assert_string_equal(kc_session_find(&s, good, t)->actor, "a");
	/* Used again and again it lives for eight hours and no longer. */
	for (; t <= 1000 + KC_SESSION_ABSOLUTE_MS; t += KC_SESSION_IDLE_MS)
		assert_non_null(kc_session_find(&s, good, t));
	assert_null(kc_session_find(&s, good, t));
	kc_session_open(&s, token, "a", &key, t);
	assert_null(kc_session_find(&s, good, t + KC_SESSION_IDLE_MS + 1));
	kc_session_open(&s, token, "a", &key, t);
	kc_session_drop(&s, &key);
	assert_null(kc_session_find(&s, good, t));
}

static void
test_routes__nobody_takes_the_nonces_of_others(void **state)
{
	static struct kc_sessions s;
	uint8_t mine[KC_NONCE_SIZE] = {1}, theirs[KC_NONCE_SIZE] = {2};

	(void)state;
	kc_session_challenge(&s, 7, mine, 1000);
	for (uint16_t i = 0; i < 5000; i++) {
		memcpy(theirs + 1, &i, sizeof(i));
		kc_session_challenge(&s, 8 + i % 9, theirs, 2000 + i);
	}
	assert_true(kc_session_redeem(&s, mine, 7000));
	assert_true(kc_session_redeem(&s, theirs, 7000));
}

static bool
session_lives(struct kc_sessions *s, const uint8_t token[KC_TOKEN_SIZE])
{
	struct kc_buf text = {0};
	bool yes;

	kc_buf_str(&text, "bEaReR ");
	kc_buf_hex(&text, token, KC_TOKEN_SIZE);
	yes = kc_session_find(s, kc_buf_view(&text), 9000) != NULL;
	kc_buf_free(&text);
	return yes;
}

static void
test_routes__nobody_ends_the_sessions_of_others(void **state)
{
	static struct kc_sessions s;
	struct kc_vkey key = {.name = "a"};
	uint8_t mine[KC_TOKEN_SIZE] = {1}, theirs[KC_TOKEN_SIZE] = {2};
	char actor[8] = "b";

	(void)state;
	kc_session_open(&s, mine, "a", &key, 1000);
	for (uint16_t i = 0; i < 2000; i++) {
		memcpy(theirs + 1, &i, sizeof(i));
		actor[0] = (char)('b' + i % 20);
		kc_session_open(&s, theirs, actor, &key, 2000 + i);
	}
	assert_true(session_lives(&s, mine));
	assert_true(session_lives(&s, theirs));
}

#define NONCE "0000000000000000000000000000000000000000000000000000000000000001"

static void
test_routes__session_text_has_one_form(void **state)
{
	struct kc_session_text t;
	static const char *const bad[] = {
	    "kaocheng/v1 session\nledger o\nnonce 01\nactor a\n",
	    "kaocheng/v1 session\nledger o\nactor a\nnonce " NONCE "\n",
	    "kaocheng/v1 session\nledger o\nnonce " NONCE "\nactor a\nx y\n",
	    "kaocheng/v1 session\nledger o\nnonce " NONCE "\nactor a",
	    "kaocheng/v1 session\nledger o\nnonce " NONCE "\nactor \n",
	    "kaocheng/v1 entry\nledger o\nnonce " NONCE "\nactor a\n"};

	(void)state;
	assert_true(kc_session_text_parse(&t,
	    KC_LIT("kaocheng/v1 session\nledger o/x\nnonce " NONCE
		   "\nactor G1.head\n")));
	assert_true(kc_slice_is(t.ledger, "o/x"));
	assert_true(kc_slice_is(t.actor, "G1.head"));
	assert_int_equal(t.nonce[31], 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(kc_session_text_parse(&t, kc_slice_str(bad[i])));
}

#define T(name) cmocka_unit_test(test_routes__##name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_good_head_is_read),
	    T(a_head_byte_by_byte_waits_until_its_end),
	    T(hostile_heads_are_refused),
	    T(heads_have_limits),
	    T(query_values_are_decoded_once),
	    T(language_and_host),
	    T(paths_find_their_route),
	    T(other_paths_are_404),
	    T(parameters_are_known_and_there_once),
	    T(a_source_is_held_to_its_rate),
	    T(a_penalty_is_of_one_author_and_short),
	    T(a_nonce_holds_once_and_a_minute),
	    T(a_session_ends_idle_or_old_or_dropped),
	    T(nobody_takes_the_nonces_of_others),
	    T(nobody_ends_the_sessions_of_others),
	    T(session_text_has_one_form),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
