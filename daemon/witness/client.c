/* SPDX-License-Identifier: Apache-2.0 */
/* Who is asked for what, when, and what is made of the answers. */
#include "witness/client_int.h"

#include <assert.h>
#include <string.h>

#include <kaocheng/store.h>
#include <kaocheng/witness.h>

#include "sys/clock.h"
#include "sys/log.h"

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MAX_MS 60000
#define CONFLICTS_MAX 3 /* of one request: then it is a failure */
#define NEVER INT64_MAX
#define BIT(a, w) (UINT32_C(1) << ((a) - (w)->v))

static unsigned
count(uint32_t bits)
{
	unsigned n = 0;

	for (; bits != 0; bits &= bits - 1)
		n++;
	return n;
}

/* --- how it stands with each --- */
/* A line a change, not a line an answer. `detail` is ours, never a server's. */
static void
set_state(struct kc_witnesses *w, struct kc_asked *a,
    enum kc_witness_state state, const char *detail, uint64_t size)
{
	bool grave = state == KC_WITNESS_IS_AHEAD ||
	    state == KC_WITNESS_IS_DISAGREES || state == KC_WITNESS_IS_INVALID;
	struct kc_line l;
	bool changed;

	(void)pthread_mutex_lock(&w->lock);
	changed = a->state != state;
	a->state = state;
	a->answers[state]++;
	(void)pthread_mutex_unlock(&w->lock);
	if (!changed)
		return;
	kc_log_begin(&l,
	    grave                              ? KC_LOG_ERROR
		: state == KC_WITNESS_IS_SIGNS ? KC_LOG_INFO
					       : KC_LOG_WARNING,
	    "witness");
	kc_log_str(&l, "name", a->config->key.name);
	kc_log_str(&l, "state", kc_witness_state_word(state));
	kc_log_i64(&l, "size", (int64_t)size);
	if (detail != NULL)
		kc_log_str(&l, "why", detail);
	kc_log_end(&l);
}

static void
back_off(struct kc_asked *a)
{
	a->backoff_ms *= 2;
	if (a->backoff_ms < BACKOFF_FIRST_MS)
		a->backoff_ms = BACKOFF_FIRST_MS;
	if (a->backoff_ms > BACKOFF_MAX_MS)
		a->backoff_ms = BACKOFF_MAX_MS;
	a->next_ms = kc_clock_monotonic_ms() + a->backoff_ms;
	a->conflicts = 0;
}

/* --- rounds: a head, and who has signed it --- */
/* The round of a head, or a new one in the place of what nobody is at. */
static struct kc_round *
round_of(struct kc_witnesses *w, uint64_t size, struct kc_slice note)
{
	struct kc_round *r = NULL;
	const char *end;

	for (size_t i = 0; i < KC_ROUNDS; i++) {
		struct kc_round *at = &w->rounds[i];

		if (at->size == size)
			return at;
		if (at->asked == 0 && (r == NULL || at->size < r->size))
			r = at;
	}
	assert(r != NULL);
	end = memmem(note.p, note.n, "\n\n", 2);
	kc_buf_reset(&r->note);
	kc_buf_slice(&r->note, note);
	r->size = 0;
	if (end == NULL || kc_buf_err(&r->note) != KC_OK)
		return NULL;
	r->text_n = (size_t)(end - note.p) + 1;
	r->size = size;
	r->by = 0;
	return r;
}

/* Tells the ledger, and who waits for a quorum. */
static void
report(struct kc_witnesses *w, const struct kc_round *r)
{
	bool quorum = count(r->by) >= w->config->quorum;

	kc_ledger_witnessed(w->ledger, r->size, kc_buf_view(&r->note), quorum);
	if (!quorum)
		return;
	(void)pthread_mutex_lock(&w->lock);
	if (r->size > w->witnessed)
		w->witnessed = r->size;
	(void)pthread_cond_broadcast(&w->grown);
	(void)pthread_mutex_unlock(&w->lock);
}

/* --- answers --- */
static void
take_signature(struct kc_witnesses *w, struct kc_asked *a, struct kc_round *r)
{
	struct kc_slice text = {r->note.p, r->text_n};
	struct kc_buf line = {0};
	uint64_t time = 0;
	enum kc_err err = kc_witness_line(
	    &line, text, kc_buf_view(&a->answer), &a->config->key, &time);

	if (err == KC_OK && (r->by & BIT(a, w)) == 0) {
		kc_buf_slice(&r->note, kc_buf_view(&line));
		r->by |= BIT(a, w);
		if (kc_buf_err(&r->note) != KC_OK)
			r->size = 0; /* too little memory for this one */
	}
	kc_buf_free(&line);
	if (err != KC_OK) {
		set_state(
		    w, a, KC_WITNESS_IS_INVALID, kc_err_text(err), r->size);
		back_off(a);
		return;
	}
	a->knows = a->signed_size = r->size;
	a->conflicts = 0;
	a->backoff_ms = 0;
	a->next_ms = kc_clock_monotonic_ms() +
	    (w->config->closed ? 0 : w->config->interval_ms);
	(void)pthread_mutex_lock(&w->lock);
	a->signed_s = (int64_t)time;
	(void)pthread_mutex_unlock(&w->lock);
	set_state(w, a, KC_WITNESS_IS_SIGNS, NULL, r->size);
	if (r->size > 0)
		report(w, r);
}

/* --- what it holds of us --- */
/* It says that we are not what we were: then it has a head that we signed. One
 * that stands beside our tree is proof, of whatever witness. */
static void
look(struct kc_witnesses *w, struct kc_asked *a, struct kc_round *r)
{
	back_off(a);
	a->looking = true;
	if (kc_asked_send(w, a)) {
		a->round = r;
		r->asked++;
	} else {
		a->looking = false;
	}
}

/* Is this head of the log's in its tree? False only if it is not. */
static bool
is_ours(struct kc_store *store, const struct kc_checkpoint *c)
{
	struct kc_hash_reader hashes = kc_store_hashes(store);
	struct kc_hash root;

	if (c->size > kc_store_size(store))
		return false;
	return kc_merkle_root(&hashes, c->size, &root) != KC_OK ||
	    kc_hash_eq(&root, &c->root);
}

bool
kc_asked_holds_ours(const struct kc_asked *a, struct kc_store *store,
    const struct kc_checkpoint *held, struct kc_buf *why)
{
	if (is_ours(store, held))
		return true;
	kc_buf_str(why, a->config->key.name);
	kc_buf_str(why, " has size ");
	kc_buf_u64(why, held->size);
	kc_buf_str(why, ", root ");
	kc_buf_hash(why, &held->root);
	return false;
}

static void
take_held(struct kc_witnesses *w, struct kc_asked *a)
{
	struct kc_checkpoint held;
	struct kc_buf why = {0};

	if (kc_ledger_verify(w->ledger, kc_buf_view(&a->answer), &held) ==
		KC_OK &&
	    !kc_asked_holds_ours(a, kc_ledger_store(w->ledger), &held, &why))
		kc_ledger_contradicted(w->ledger, kc_buf_cstr(&why));
	kc_buf_free(&why);
}

/* It knows another size: prove from there, at once. */
static void
take_conflict(struct kc_witnesses *w, struct kc_asked *a, struct kc_round *r)
{
	struct kc_slice body = kc_buf_view(&a->answer);
	struct kc_ledger_stats ours = {0};
	struct kc_slice line;
	uint64_t size = 0;
	bool ok = kc_slice_line(&body, &line) && body.n == 0 &&
	    kc_read_u64(line, INT64_MAX, &size);

	(void)pthread_mutex_lock(&w->lock);
	a->conflicts_total++;
	(void)pthread_mutex_unlock(&w->lock);
	kc_ledger_stats(w->ledger, &ours);
	if (ok && size > ours.size) {
		/* An old copy of the ledger, or two of them; or a lie. */
		set_state(w, a, KC_WITNESS_IS_AHEAD,
		    "it says that it has signed a longer log than this", size);
		look(w, a, r);
	} else if (!ok || size == a->knows || ++a->conflicts > CONFLICTS_MAX) {
		set_state(w, a, KC_WITNESS_IS_REFUSES,
		    "its answers of size do not fit each other", r->size);
		back_off(a);
	} else {
		a->knows = size;
		a->next_ms = 0;
	}
}

void
kc_asked_done(struct kc_witnesses *w, struct kc_asked *a, CURLcode code)
{
	struct kc_round *r = a->round;
	long status = 0;

	a->round = NULL;
	r->asked--;
	if (code == CURLE_OK)
		(void)curl_easy_getinfo(
		    a->easy, CURLINFO_RESPONSE_CODE, &status);
	if (a->looking) {
		a->looking = false;
		if (status == 200)
			take_held(w, a);
		return;
	}
	if (code != CURLE_OK) {
		set_state(w, a, KC_WITNESS_IS_UNREACHABLE,
		    curl_easy_strerror(code), r->size);
		back_off(a);
	} else if (status == 200) {
		take_signature(w, a, r);
	} else if (status == 409) {
		take_conflict(w, a, r);
	} else if (status == 422) {
		set_state(w, a, KC_WITNESS_IS_DISAGREES,
		    "it says that this does not follow from what it signed",
		    r->size);
		a->knows = 0; /* it may be we who remember wrongly */
		look(w, a, r);
	} else if (status == 403 || status == 404 || status == 400) {
		set_state(w, a, KC_WITNESS_IS_REFUSES,
		    status == 404       ? "it does not know this log"
			: status == 403 ? "it does not know the key of this log"
					: "it does not understand the request",
		    r->size);
		back_off(a);
	} else {
		set_state(w, a, KC_WITNESS_IS_UNREACHABLE, "it cannot sign now",
		    r->size);
		back_off(a);
	}
}

/* --- asking --- */
/* The proof from what it knows to a head, as the ledger gives it. */
static bool
put_body(struct kc_witnesses *w, struct kc_asked *a, const struct kc_round *r,
    struct kc_slice signed_note)
{
	struct kc_hash proof[KC_WITNESS_PROOF_MAX];
	struct kc_buf lines = {0};
	struct kc_slice rest, line;
	size_t n = 0;
	bool ok = kc_ledger_consistency(w->ledger, a->knows, r->size, &lines) ==
	    KC_OK;

	rest = kc_buf_view(&lines);
	while (ok && kc_slice_line(&rest, &line))
		ok =
		    n < KC_WITNESS_PROOF_MAX && kc_read_hash(line, &proof[n++]);
	kc_buf_reset(&a->body);
	if (ok)
		kc_buf_witness_ask(&a->body, a->knows, proof, n, signed_note);
	kc_buf_free(&lines);
	return ok && kc_buf_err(&a->body) == KC_OK;
}

static void
ask(struct kc_witnesses *w, struct kc_asked *a, struct kc_round *r,
    struct kc_slice signed_note)
{
	/* What it knows beyond our head was said of another start of ours. */
	if (a->knows > r->size)
		a->knows = 0;
	if (!put_body(w, a, r, signed_note) || !kc_asked_send(w, a)) {
		back_off(a);
		return;
	}
	a->round = r;
	r->asked++;
}

/* Asks all who have not signed the newest head and may be asked; when to look
 * again. */
static int64_t
ask_all(struct kc_witnesses *w, uint64_t size, struct kc_slice note)
{
	int64_t now_ms = kc_clock_monotonic_ms(), next_ms = NEVER;

	for (size_t i = 0; size > 0 && i < w->config->n; i++) {
		struct kc_asked *a = &w->v[i];
		struct kc_round *r;

		if (a->round != NULL || a->signed_size >= size)
			continue;
		if (a->next_ms > now_ms) {
			if (a->next_ms < next_ms)
				next_ms = a->next_ms;
			continue;
		}
		r = round_of(w, size, note);
		if (r != NULL)
			ask(w, a, r, note);
		else
			back_off(a);
		if (a->round == NULL && a->next_ms < next_ms)
			next_ms = a->next_ms;
	}
	return next_ms;
}

void *
kc_witnesses_run(void *ctx)
{
	struct kc_witnesses *w = ctx;
	struct kc_buf note = {0};
	uint64_t size = 0;
	bool stop = false;

	while (!stop) {
		(void)pthread_mutex_lock(&w->lock);
		stop = w->stop;
		if (w->head_size != size) {
			kc_buf_reset(&note);
			kc_buf_slice(&note, kc_buf_view(&w->head));
			size = kc_buf_err(&note) == KC_OK ? w->head_size : 0;
		}
		(void)pthread_mutex_unlock(&w->lock);
		if (!stop)
			kc_witnesses_wait(
			    w, ask_all(w, size, kc_buf_view(&note)));
	}
	kc_buf_free(&note);
	return NULL;
}
