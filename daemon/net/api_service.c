/* SPDX-License-Identifier: Apache-2.0 */
/* How the daemon is: health, metrics, and the clock of a test. */
#include <string.h>

#include <kaocheng/leaf.h>
#include <kaocheng/yaml.h>

#include "net/call.h"

/* --- health --- */
/* A clock that is not set may stand at what no text can say. */
static void
put_instant(struct kc_json *w, int64_t ms)
{
	if (ms >= 0 && ms <= KC_CLOCK_LAST_MS)
		kc_json_instant(w, ms);
	else
		kc_json_null(w);
}

/* The words, what more is known, the code that a statement would meet. */
static void
put_cause(struct kc_json *w, struct kc_call *call, const struct kc_health *h)
{
	struct kc_buf more = {0};

	kc_json_key(w, "cause");
	kc_json_str(w, kc_cause_text(h->cause));
	kc_json_key(w, "code");
	kc_json_str(w, kc_refusal_code_text(kc_cause_code(h->cause)));
	kc_json_key(w, "why");
	kc_json_str(w, kc_cause_words(h->cause, call->lang));
	kc_json_key(w, "since");
	put_instant(w, h->since_ms);
	kc_ledger_why(kc_call_ledger(call), &more);
	if (more.n > 0) {
		kc_json_key(w, "detail");
		kc_json_slice(w, kc_buf_view(&more));
	}
	kc_buf_free(&more);
}

void
kc_api_health(struct kc_call *call)
{
	struct kc_ledger *l = kc_call_ledger(call);
	struct kc_health health;
	struct kc_ledger_stats stats = {0};
	struct kc_json w;
	int64_t now_ms;

	kc_ledger_health(l, &health);
	w = kc_call_json(call, health.mode == KC_MODE_OPEN ? 200 : 503);
	kc_ledger_stats(l, &stats);
	now_ms = kc_call_now_ms(call);
	kc_json_open(&w, '{');
	kc_json_key(&w, "schema");
	kc_json_str(&w, "kaocheng.health/1");
	kc_json_key(&w, "mode");
	kc_json_str(&w, kc_mode_text(health.mode));
	kc_json_key(&w, "size");
	kc_json_u64(&w, stats.size);
	if (kc_ledger_has_witnesses(l)) {
		kc_json_key(&w, "witnessed");
		kc_json_u64(&w, stats.witnessed);
	}
	kc_json_key(&w, "now");
	put_instant(&w, now_ms);
	kc_json_key(&w, "head_age_ms");
	if (stats.size > 0)
		kc_json_i64(&w, now_ms - stats.head_received_ms);
	else
		kc_json_null(&w);
	if (health.mode != KC_MODE_OPEN)
		put_cause(&w, call, &health);
	kc_json_key(&w, "version");
	kc_json_str(&w, KC_VERSION);
	kc_json_close(&w, '}');
	kc_call_reply(call);
}

/* --- metrics --- */
static void
put_ledger(struct kc_buf *b, struct kc_ledger *l)
{
	struct kc_ledger_stats s = {0};
	struct kc_store_stats st = {0};
	struct kc_health health;

	kc_ledger_stats(l, &s);
	kc_store_stats(kc_ledger_store(l), &st);
	kc_ledger_health(l, &health);
	kc_metric(b, "gauge", "mode", (uint64_t)health.mode);
	kc_metric(b, "gauge", "taking", health.mode == KC_MODE_OPEN);
	kc_metric(b, "counter", "ticks_total", s.ticks);
	kc_metric(b, "gauge", "entries", s.size);
	kc_metric(b, "gauge", "head_received_ms", (uint64_t)s.head_received_ms);
	kc_metric(b, "gauge", "queue", s.queue);
	kc_metric(b, "counter", "accepted_total", s.accepted);
	kc_metric(b, "counter", "duplicates_total", s.duplicates);
	kc_metric(b, "counter", "refused_total", s.refused);
	kc_metric(b, "counter", "clerk_total", s.clerk);
	kc_metric(b, "counter", "batches_total", s.batches);
	kc_metric(b, "counter", "verify_us_total", s.verify_us);
	kc_metric(b, "counter", "commit_us_total", s.commit_us);
	kc_metric(b, "gauge", "last_commit_us", s.last_commit_us);
	kc_metric(b, "counter", "store_commits_total", st.commits);
	kc_metric(b, "gauge", "store_map_bytes", st.map_bytes);
	kc_metric(b, "gauge", "store_used_bytes", st.used_bytes);
	kc_metric(b, "gauge", "store_free_bytes", st.free_bytes);
	kc_metric(b, "gauge", "past_bytes", s.past.bytes);
	kc_metric(b, "gauge", "past_step_entries", s.past.step);
	kc_metric(b, "counter", "past_replayed_total", s.past.replayed);
	kc_metric(b, "gauge", "witnessed", s.witnessed);
	kc_ledger_witness_metrics(l, b);
	kc_metric(b, "gauge", "reminders_waiting", s.beside.waiting);
	kc_metric(b, "gauge", "reminders_retrying", s.beside.retrying);
	kc_metric(b, "gauge", "reminders_given", s.beside.given);
	kc_metric(b, "counter", "reminders_sent_total", s.beside.sent);
	kc_metric(b, "counter", "reminders_failed_total", s.beside.failed);
	kc_metric(
	    b, "counter", "reminders_overtaken_total", s.beside.overtaken);
}

static void
run_metrics(struct kc_call *call)
{
	/* Counters of the loop were copied before; the rest is thread-safe. */
	put_ledger(&call->body, kc_call_ledger(call));
}

void
kc_api_metrics(struct kc_call *call)
{
	struct kc_buf *b = &call->body;

	kc_buf_reset(b);
	call->status = 200;
	call->type = "text/plain; version=0.0.4; charset=utf-8";
	kc_call_counters(call, b);
	kc_call_run(call, run_metrics);
}

/* --- clock --- */
/* {"now":"<instant>"}: time passes. With "set":"yes" somebody sets the clock,
 * and with "back":"yes" too. JSON is YAML, and the strict tree refuses what
 * does not belong. */
static bool
parse_clock(struct kc_call *call, struct kc_refusal *why)
{
	static const struct kc_slice names[] = {
	    {"now", 3}, {"back", 4}, {"set", 3}};
	const struct kc_yaml_node *now, *how;
	struct kc_yaml *y = NULL;
	char text[32];
	int64_t at_s = 0;
	enum kc_err err;

	call->flag = false;
	err = kc_yaml_parse(&y, call->input, "body", why);
	if (err == KC_OK)
		err = kc_yaml_keys(y, kc_yaml_root(y), names, 3);
	if (err == KC_OK)
		err = kc_yaml_need(
		    y, kc_yaml_root(y), "now", KC_YAML_SCALAR, &now);
	if (err == KC_OK)
		err = kc_yaml_text(y, now, "now", text, sizeof(text));
	if (err == KC_OK && !kc_read_instant_s(kc_slice_str(text), &at_s) &&
	    !kc_read_instant_ms(kc_slice_str(text), &call->number))
		err = kc_yaml_refuse(
		    y, now, KC_R_KEY_VALUE, "now", "2022-01-01T00:00:00Z");
	if (err == KC_OK && call->number == 0)
		call->number = at_s * 1000;
	for (size_t i = 1; err == KC_OK && i < 3; i++) {
		how = kc_yaml_get(kc_yaml_root(y), names[i].p);
		if (how != NULL && !kc_slice_is(how->text, "yes"))
			err = kc_yaml_refuse(
			    y, how, KC_R_KEY_VALUE, names[i].p, "\"yes\"");
		call->flag = call->flag || how != NULL;
	}
	kc_yaml_free(y);
	return err == KC_OK;
}

static void
run_clock(struct kc_call *call)
{
	struct kc_ledger *l = kc_call_ledger(call);
	struct kc_json w;
	bool settled;

	if (call->flag) {
		kc_clock_set(kc_call_test_clock(call), call->number);
	} else if (kc_clock_move(kc_call_test_clock(call), call->number) !=
	    KC_OK) {
		kc_call_refuse(call, KC_R_REQUEST,
		    "time goes forward only, unless \"set\" is \"yes\"");
		return;
	}
	kc_ledger_tick(l);
	settled = kc_ledger_settle(l);
	w = kc_call_json(call, 200);
	kc_json_open(&w, '{');
	kc_json_key(&w, "now");
	kc_json_instant(&w, call->number);
	kc_json_key(&w, "settled");
	kc_json_bool(&w, settled);
	kc_json_close(&w, '}');
}

void
kc_api_clock(struct kc_call *call)
{
	struct kc_refusal why = {0};

	if (kc_call_test_clock(call) == NULL)
		kc_call_refuse(call, KC_R_ROUTE, NULL);
	else if (!kc_http_type_is(call->req.content_type, "application/json"))
		kc_call_bad(call, 415, "application/json");
	else if (!parse_clock(call, &why))
		kc_call_problem(call, &why);
	else {
		kc_call_run(call, run_clock);
		return;
	}
	kc_call_reply(call);
}
