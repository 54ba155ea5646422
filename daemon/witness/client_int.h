/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the client of witnesses share. */
#ifndef KC_WITNESS_CLIENT_INT_H
#define KC_WITNESS_CLIENT_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include <curl/curl.h>

#include "witness/client.h"

/* A head that is being signed: one more than witnesses can be at work on. */
#define KC_ROUNDS (KC_CONFIG_WITNESSES_MAX + 1)
#define KC_ANSWER_MAX 65536 /* bytes of an answer */

/* X(symbol, word): how it stands with a witness; each change is a log line. */
#define KC_WITNESS_STATES(X)                                                   \
	X(NEW, "new")                                                          \
	X(SIGNS, "signs")                                                      \
	X(UNREACHABLE, "unreachable") /* no answer, or not in time */          \
	X(REFUSES, "refuses")         /* does not know our log, or our key */  \
	X(INVALID, "invalid")         /* its signature does not verify */      \
	X(AHEAD, "ahead")             /* claims to know a longer log */        \
	X(DISAGREES, "disagrees")     /* claims to know another history */

enum kc_witness_state {
#define X(sym, word) KC_WITNESS_IS_##sym,
	KC_WITNESS_STATES(X)
#undef X
	KC_WITNESS_STATE_COUNT
};

struct kc_round {
	uint64_t size;      /* 0: free */
	struct kc_buf note; /* with the lines that came */
	size_t text_n;      /* bytes of it that are signed */
	uint32_t by;        /* witnesses that signed it, as bits */
	unsigned asked;     /* requests under way */
};

struct kc_asked {
	const struct kc_config_witness *config;
	CURL *easy;
	struct kc_round *round; /* of the request under way; NULL: none */
	bool looking;           /* what is under way asks what it holds */
	struct kc_buf body, answer;
	uint64_t knows; /* size that it signed last, as far as is known */
	uint64_t signed_size;
	int64_t next_ms; /* not asked before */
	int64_t backoff_ms;
	unsigned conflicts; /* 409 in a row */
	char url[KC_CONFIG_URL_MAX + 16];
	char held_url[KC_CONFIG_URL_MAX + 80]; /* of what it holds of us */
	/* read by any thread, under the lock */
	enum kc_witness_state state;
	uint64_t answers[KC_WITNESS_STATE_COUNT], conflicts_total;
	int64_t signed_s; /* time of its last signature, by its clock */
};

struct kc_witnesses {
	struct kc_config_witnesses own;
	const struct kc_config_witnesses *config; /* that */
	struct kc_witnessing as;
	struct kc_ledger *ledger; /* NULL before the start */
	CURLM *multi;
	struct curl_slist *headers;
	pthread_t thread;
	bool running;
	struct kc_asked v[KC_CONFIG_WITNESSES_MAX];
	struct kc_round rounds[KC_ROUNDS];
	pthread_mutex_t lock; /* of what follows, and of the counters */
	pthread_cond_t grown;
	struct kc_buf head; /* the newest, as the log signed it */
	uint64_t head_size, witnessed;
	bool stop, gave_up;
};

/* client.c: the thread, and what a request came to. */
void *kc_witnesses_run(void *witnesses);
/* Is the head that it holds, which a key of the log signed, in this tree?
 * False, with a sentence in *why, only if it is not. */
bool kc_asked_holds_ours(const struct kc_asked *a, struct kc_store *store,
    const struct kc_checkpoint *held, struct kc_buf *why);
void kc_asked_done(struct kc_witnesses *w, struct kc_asked *a, CURLcode code);

/* client_life.c */
const char *kc_witness_state_word(enum kc_witness_state state);

/* client_http.c */
enum kc_err kc_asked_prepare(struct kc_witnesses *w, struct kc_asked *a);
/* Sends its body, or (`looking`) asks for what it holds; false: it cannot. */
bool kc_asked_send(struct kc_witnesses *w, struct kc_asked *a);
/* Asks all at once what they hold of the log, and waits, no longer than their
 * time limit nor when *stop is set: answers that came are in `answer`, others
 * are empty. Before the thread runs. */
void kc_witnesses_gather(struct kc_witnesses *w, const atomic_bool *stop);
/* The thread: waits for the network, the next try or a new head. */
void kc_witnesses_wait(struct kc_witnesses *w, int64_t until_ms);
enum kc_err kc_witnesses_net(struct kc_witnesses *w);
void kc_witnesses_net_free(struct kc_witnesses *w);

#endif
