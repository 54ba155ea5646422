/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger calls, what is counted, and the beginning and the end. */
#include <string.h>
#include <time.h>

#include <kaocheng/checkpoint.h>

#include "witness/client_int.h"

static void
new_head(void *ctx, uint64_t size, struct kc_slice note)
{
	struct kc_witnesses *w = ctx;

	(void)pthread_mutex_lock(&w->lock);
	if (size > w->head_size) {
		kc_buf_reset(&w->head);
		kc_buf_slice(&w->head, note);
		if (kc_buf_err(&w->head) == KC_OK)
			w->head_size = size;
	}
	(void)pthread_mutex_unlock(&w->lock);
	(void)curl_multi_wakeup(w->multi);
}

/* A witness that has another size in mind is asked twice. */
static bool
wait_for(void *ctx, uint64_t size)
{
	struct kc_witnesses *w = ctx;
	int64_t ms = 2 * (int64_t)w->config->timeout_ms;
	struct timespec until;
	bool there;
	int rc = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	(void)pthread_mutex_lock(&w->lock);
	while (w->running && !w->gave_up && w->witnessed < size && rc == 0)
		rc = pthread_cond_timedwait(&w->grown, &w->lock, &until);
	there = w->witnessed >= size;
	(void)pthread_mutex_unlock(&w->lock);
	return there;
}

const char *
kc_witness_state_word(enum kc_witness_state state)
{
	static const char *const words[] = {
#define X(sym, word) word,
	    KC_WITNESS_STATES(X)
#undef X
	};

	return words[state];
}

static void
put_one(struct kc_buf *b, const char *name, const struct kc_asked *a,
    const char *state, uint64_t v)
{
	kc_buf_str(b, "kaocheng_witness_");
	kc_buf_str(b, name);
	kc_buf_str(b, "{witness=\"");
	kc_buf_str(b, a->config->key.name);
	if (state != NULL) {
		kc_buf_str(b, "\",result=\"");
		kc_buf_str(b, state);
	}
	kc_buf_str(b, "\"} ");
	kc_buf_u64(b, v);
	kc_buf_char(b, '\n');
}

static void
put_type(struct kc_buf *b, const char *name, const char *type)
{
	kc_buf_str(b, "# TYPE kaocheng_witness_");
	kc_buf_str(b, name);
	kc_buf_char(b, ' ');
	kc_buf_str(b, type);
	kc_buf_char(b, '\n');
}

/* A name of a key may hold what a label may not. */
static bool
label_ok(const char *name)
{
	return strpbrk(name, "\"\\\n") == NULL;
}

static void
metrics(void *ctx, struct kc_buf *b)
{
	struct kc_witnesses *w = ctx;

	(void)pthread_mutex_lock(&w->lock);
	put_type(b, "up", "gauge");
	for (size_t i = 0; i < w->config->n; i++)
		if (label_ok(w->v[i].config->key.name))
			put_one(b, "up", &w->v[i], NULL,
			    w->v[i].state == KC_WITNESS_IS_SIGNS);
	put_type(b, "signed_seconds", "gauge");
	for (size_t i = 0; i < w->config->n; i++)
		if (label_ok(w->v[i].config->key.name))
			put_one(b, "signed_seconds", &w->v[i], NULL,
			    (uint64_t)w->v[i].signed_s);
	put_type(b, "answers_total", "counter");
	for (size_t i = 0; i < w->config->n; i++) {
		const struct kc_asked *a = &w->v[i];

		if (!label_ok(a->config->key.name))
			continue;
		for (size_t s = KC_WITNESS_IS_SIGNS; s < KC_WITNESS_STATE_COUNT;
		     s++)
			put_one(b, "answers_total", a,
			    kc_witness_state_word((enum kc_witness_state)s),
			    a->answers[s]);
		put_one(b, "answers_total", a, "conflict", a->conflicts_total);
	}
	(void)pthread_mutex_unlock(&w->lock);
}

/* --- life --- */
enum kc_err
kc_witnesses_open(
    struct kc_witnesses **out, const struct kc_config_witnesses *config)
{
	struct kc_witnesses *w = kc_alloc(sizeof(*w));
	pthread_condattr_t attr;
	enum kc_err err;

	if (w == NULL)
		return KC_ENOMEM;
	w->own = *config;
	w->config = &w->own;
	w->as = (struct kc_witnessing){.ctx = w,
	    .closed = config->closed,
	    .head = new_head,
	    .wait = wait_for,
	    .metrics = metrics};
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&w->grown, &attr);
	(void)pthread_condattr_destroy(&attr);
	for (size_t i = 0; i < config->n; i++)
		w->v[i].config = &w->own.v[i];
	err = kc_witnesses_net(w);
	if (err == KC_OK)
		*out = w;
	else
		kc_witnesses_close(w);
	return err;
}

const struct kc_witnessing *
kc_witnesses_of(struct kc_witnesses *w)
{
	return &w->as;
}

/* <prefix>/<SHA-256 of the origin>/checkpoint */
static void
put_held_url(struct kc_asked *a, const char *log)
{
	struct kc_hash origin = kc_sha256(log, strlen(log));
	struct kc_buf url = {0};

	kc_buf_str(&url, a->config->url);
	kc_buf_char(&url, '/');
	kc_buf_hex(&url, origin.b, sizeof(origin.b));
	kc_buf_str(&url, "/checkpoint");
	(void)kc_slice_copy(
	    a->held_url, sizeof(a->held_url), kc_buf_view(&url));
	kc_buf_free(&url);
}

bool
kc_witnesses_contradict(struct kc_witnesses *w, struct kc_store *store,
    const struct kc_log_keys *keys, const atomic_bool *stop, struct kc_buf *why)
{
	struct kc_checkpoint held;
	bool found = false;

	for (size_t i = 0; i < w->config->n; i++)
		put_held_url(&w->v[i], keys->v[0].name);
	kc_witnesses_gather(w, stop);
	for (size_t i = 0; !found && i < w->config->n; i++)
		found = kc_checkpoint_parse_by(&held,
			    kc_buf_view(&w->v[i].answer), keys) == KC_OK &&
		    !kc_asked_holds_ours(&w->v[i], store, &held, why);
	return found;
}

enum kc_err
kc_witnesses_start(struct kc_witnesses *w, struct kc_ledger *ledger)
{
	struct kc_buf note = {0};
	struct kc_checkpoint c;
	struct kc_slice head;
	const char *first;

	w->ledger = ledger;
	kc_ledger_checkpoint(ledger, &note);
	head = kc_buf_view(&note);
	if (head.n > 0 && kc_checkpoint_parse(&c, head, NULL) == KC_OK) {
		/* The log's own line alone: it stands first. */
		first = memmem(head.p, head.n, "\n\n", 2);
		first = memchr(
		    first + 2, '\n', (size_t)(head.p + head.n - first - 2));
		head.n = (size_t)(first + 1 - head.p);
		new_head(w, c.size, head);
	}
	kc_buf_free(&note);
	(void)pthread_mutex_lock(&w->lock);
	w->running = pthread_create(&w->thread, NULL, kc_witnesses_run, w) == 0;
	(void)pthread_mutex_unlock(&w->lock);
	return w->running ? KC_OK : KC_ENOMEM;
}

void
kc_witnesses_give_up(struct kc_witnesses *w)
{
	if (w == NULL)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->gave_up = true;
	(void)pthread_cond_broadcast(&w->grown);
	(void)pthread_mutex_unlock(&w->lock);
}

void
kc_witnesses_stop(struct kc_witnesses *w)
{
	bool running;

	if (w == NULL)
		return;
	kc_witnesses_give_up(w);
	(void)pthread_mutex_lock(&w->lock);
	w->stop = true;
	running = w->running;
	w->running = false;
	(void)pthread_mutex_unlock(&w->lock);
	if (!running)
		return;
	(void)curl_multi_wakeup(w->multi);
	(void)pthread_join(w->thread, NULL);
}

void
kc_witnesses_close(struct kc_witnesses *w)
{
	if (w == NULL)
		return;
	kc_witnesses_stop(w);
	kc_witnesses_net_free(w);
	for (size_t i = 0; i < w->config->n; i++) {
		kc_buf_free(&w->v[i].body);
		kc_buf_free(&w->v[i].answer);
	}
	for (size_t i = 0; i < KC_ROUNDS; i++)
		kc_buf_free(&w->rounds[i].note);
	kc_buf_free(&w->head);
	(void)pthread_cond_destroy(&w->grown);
	(void)pthread_mutex_destroy(&w->lock);
	kc_free(w);
}
