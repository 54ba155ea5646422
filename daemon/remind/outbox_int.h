/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox, for its files. All but the answers and `ready` is the
 * writer's thread's own; the lock is for who asks or answers meanwhile. */
#ifndef KC_REMIND_OUTBOX_INT_H
#define KC_REMIND_OUTBOX_INT_H

#include <pthread.h>

#include "remind/outbox.h"

#define KC_OUT_GIVEN_MAX 32   /* jobs with the sender at once */
#define KC_OUT_AGAIN_MS 60000 /* until a refused outcome is tried again */
#define KC_OUT_GATHER_MS 2000 /* an outcome waits for others so long */
#define KC_OUT_BACK_MS 60000  /* a clock that is put back by more is news */

/* What is done with a message next. */
enum kc_out_state {
	KC_OUT_WAITS, /* for next_ms */
	KC_OUT_GIVEN, /* to the sender, whose answer is not there yet */
	KC_OUT_ENDED  /* an outcome, which the log is to be told */
};

struct kc_out {
	struct kc_out_row row;
	enum kc_out_state state;
	enum kc_lang lang; /* of the last try */
	bool sent;         /* of ENDED: or given up */
	bool fresh;        /* its row was not written yet */
	bool changed;      /* tries, next or reply, since its row was */
	bool entered;      /* its outcome is in the batch that is made */
	bool told;         /* and was taken: none stood already */
	bool stands;       /* what it tells of, when this round looked */
	/* What its notices say then, a line each, where one says more than the
	 * name of what it is about; else empty. By enum kc_lang. */
	struct kc_buf says[2];
	int64_t ended_ms;
};

struct kc_outbox {
	struct kc_beside beside;
	struct kc_outbox_options o;
	pthread_mutex_t lock; /* of all that follows */
	struct kc_out **v;
	size_t n, cap;
	struct kc_answer answers[KC_OUT_GIVEN_MAX];
	size_t nanswers;
	bool ready;
	unsigned given; /* with the sender */
	uint64_t sent, failed, overtaken;
	/* Of the round that is made. */
	struct kc_out *entering;
	struct kc_put *puts;
	size_t nputs, puts_cap;
	struct kc_buf rows; /* texts of puts */
	int64_t now_ms;
	int64_t latest_ms;        /* that was shown, or that a row tells of */
	int64_t again_ms;         /* no outcome is offered before */
	int64_t plan_ms;          /* when planning can find something next */
	uint64_t planned;         /* entries that it knows of */
	uint32_t resends;         /* requests that were looked at */
	struct kc_plan_mark mark; /* how far planning has come */
	/* Messages of this minute, by channel. */
	struct {
		int64_t minute;
		unsigned n;
	} pace[KC_CHANNEL_COUNT];
};

void kc_out_say(const struct kc_out *o, const char *event, const char *why);
void kc_out_end(struct kc_out *o, bool sent, int64_t now_ms);
void kc_out_free(struct kc_out *o); /* accepts NULL */
/* KC_ENOMEM frees o. */
enum kc_err kc_outbox_add(struct kc_outbox *b, struct kc_out *o);

/* outbox_plan.c: adds what is due, if it is time to look. */
void
kc_outbox_plan(struct kc_outbox *b, const struct kc_state *st, int64_t now_ms);

/* outbox_resend.c: adds what the log asks to be sent again and is not here. */
void kc_outbox_resend(struct kc_outbox *b, const struct kc_state *st);

/* outbox_back.c: where the clock was put back, takes back what was planned by
 * the time that it showed, and waits for nothing that lies ahead by more. True:
 * rows go, and nothing is to be planned in this round. */
bool kc_outbox_back(struct kc_outbox *b, int64_t now_ms);

/* outbox_plan.c: of what may be given now, what is told of must stand; what is
 * overtaken ends. */
void kc_outbox_overtake(struct kc_outbox *b, const struct kc_state *st);

/* outbox_job.c: gives the sender what waits and may be sent now; what cannot
 * be sent at all ends. */
void kc_outbox_give(struct kc_outbox *b);
/* The clerk's entry about an outcome. */
enum kc_err kc_out_outcome(const struct kc_out *o, const struct kc_state *st,
    int64_t received_ms, const struct kc_hash *root, struct kc_buf *text);

#endif
