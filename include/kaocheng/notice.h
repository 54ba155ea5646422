/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reminders: who must be told what, and from when. What is due is a function
 * of a state and an instant; what the log says was sent or given up is not due
 * again. Nothing here sends or looks at a clock. Rules: docs/RULES.md
 * "Reminders"; keys of the policy: `remind`.
 *
 * A notice tells one person of one thing: a stage of an open last day, or
 * something that happened. A message is one mail: notices of one person
 * merged, with an id that is the same whoever plans it.
 */
#ifndef KAOCHENG_NOTICE_H
#define KAOCHENG_NOTICE_H

#include <kaocheng/message.h>
#include <kaocheng/state.h>

#define KC_MESSAGE_ID_SIZE 16
#define KC_PLANNED_SINGLES_MAX 3 /* more of one instant become one message */
#define KC_MESSAGE_COPIES_MAX 99 /* times that one is sent again by hand */
#define KC_NOTICE_WHAT_MAX 48    /* bytes of "case.rectify", with its NUL */
#define KC_NOTICE_STAGE_MAX 16   /* bytes of "-7" or "delivered", likewise */
#define KC_NOTICE_KEY_MAX 224    /* bytes of a key, with its NUL */
#define KC_NOTICE_DAYS 7 /* local days for which an event is still news */
#define KC_CHANNEL_DEFAULT "smtp" /* of who is in no directory */

struct kc_notice {
	const char *to;     /* actor id; borrowed from the state */
	const char *handle; /* borrowed from the state: PD-2022-0058 */
	/* Code of the unit whose step it is, or that the event is about; ""
	 * where it is the Establishment Office's. Borrowed from the state. */
	const char *unit;
	char what[KC_NOTICE_WHAT_MAX]; /* case.rectify; of an event its kind */
	char stage[KC_NOTICE_STAGE_MAX]; /* -7, 0, +3; of an event its word */
	const char *zh, *en; /* what is to be done, or what has happened */
	kc_day last;    /* its last day; of an event the nearest one, or NONE */
	uint64_t seq;   /* entry of the event; 0: a stage of a last day */
	int role;       /* as whom the person is told: KC_ROLE_* */
	bool deputy;    /* told for another, who has delegated */
	bool single;    /* near the last day or past it: not in the digest */
	bool sealed;    /* tells that its person has not voted: goes alone */
	int64_t due_ms; /* from when on, outside of quiet hours */
};

/*
 * The key of a notice, as an outcome names it: what, of whom and which, one
 * text of five words:
 *   <handle> <what> <stage> <last day, or number of the entry> <unit or ->
 * A stage of a last day that moved is another notice.
 */
struct kc_notice_key {
	struct kc_slice handle, what, stage, which, unit;
	bool is_event;
	int stage_wd; /* working days after the last day; 0 of an event */
};
void kc_buf_notice_key(struct kc_buf *b, const struct kc_notice *n);
/* False unless it is the one spelling of a key. Borrows. */
bool kc_notice_key_read(struct kc_slice text, struct kc_notice_key *out);

/* Of which statements somebody is told (part TELL of the nouns' tables). */
#define KC_TELL_UNIT 1u     /* head and liaison of the unit that it is about */
#define KC_TELL_JUDGE 2u    /* assessors of the unit that judges */
#define KC_TELL_ESTAB 4u    /* the Establishment Office */
#define KC_TELL_ORG 8u      /* the organisation department */
#define KC_TELL_OFFICE 16u  /* the Assessment Office */
#define KC_TELL_HOLDERS 32u /* who held something of a unit in a reform */
struct kc_tell {
	const char *word;    /* the stage of the notice */
	const char *zh, *en; /* how it stands then */
	unsigned to;         /* KC_TELL_* */
};
const struct kc_tell *kc_tell_of(enum kc_kind_id kind); /* NULL: nobody */

/* --- planning --- */
enum kc_planned_kind {
	KC_PLANNED_DIGEST,  /* stages of a local day */
	KC_PLANNED_SINGLE,  /* a stage near the end, or too many of them */
	KC_PLANNED_EVENT,   /* what happened within remind.gather */
	KC_PLANNED_CATCH_UP /* what was missed on earlier days, as one */
};

/* A message that is due; struct kc_message (message.h) is its text. At most
 * KC_MESSAGE_NOTICES_MAX notices: more become further messages. */
struct kc_planned {
	uint8_t id[KC_MESSAGE_ID_SIZE];
	enum kc_planned_kind kind;
	const char *to;      /* borrowed from the state */
	const char *channel; /* as asked; borrowed from who was asked */
	kc_day day;          /* local day on which its newest notice was due */
	uint32_t first, n;   /* in kc_plan.notices, in order of their keys */
};

/* How far planning has come: what was due until then is told or on its way.
 * Zero: it begins. Moved on by kc_plan_make; whoever loses a message that was
 * planned sets it to zero. */
struct kc_plan_mark {
	int64_t now_ms;
	int64_t whole_ms; /* from when on all is to be looked at again */
	uint64_t seq;     /* entries that it knows of */
};

struct kc_plan_ask {
	/* Word of the channel of a person; NULL, or no function: the default.
	 * It must stay valid as long as the plan. */
	const char *(*channel)(void *ctx, const char *actor);
	/* Is this notice on its way already, in the outbox? No function: no. */
	bool (*on_way)(void *ctx, const struct kc_notice *n);
	void *ctx;
	/* NULL: all is looked at. */
	struct kc_plan_mark *mark;
	bool any_hour; /* what is due even in quiet hours; for a preview */
};

struct kc_plan {
	struct kc_notice *notices; /* those of a message stand together */
	uint32_t nnotices, notices_cap;
	struct kc_planned *messages; /* in order of person, kind and day */
	uint32_t nmessages, messages_cap;
	/* The next instant after now at which more can be due if no entry
	 * comes; INT64_MAX: none. */
	int64_t next_ms;
	uint64_t steps; /* last days and events looked at, and on the way */
};

/* What is due now. An older epoch, or no policy: nothing. The cost is by the
 * open last days and the events of KC_NOTICE_DAYS; with a mark, where the state
 * keeps its last days in order (kc_state_keep_deadlines), by those that have
 * come due or changed since, unless who is told has changed. Ask when next_ms
 * or kc_plan_wake_ms says so, not for every entry. KC_ENOMEM. Borrows from st:
 * valid until the next entry is applied. Free it in every case. */
enum kc_err kc_plan_make(struct kc_plan *out, const struct kc_state *st,
    int64_t now_ms, const struct kc_plan_ask *ask);
void kc_plan_free(struct kc_plan *p);
/* Earliest instant at which the entries from `seq` on may make something due
 * (what they end is left out when it is planned); INT64_MAX: none. Cheap. */
int64_t kc_plan_wake_ms(const struct kc_state *st, uint64_t seq);

/* First 16 bytes of SHA-256 of lines: "kaocheng/v1 message", origin, person,
 * channel, day, "again <copy>" unless it is 0, and the n keys. KC_ENOMEM. */
enum kc_err kc_message_id(uint8_t id[KC_MESSAGE_ID_SIZE],
    struct kc_slice origin, struct kc_slice to, struct kc_slice channel,
    kc_day day, unsigned copy, const struct kc_slice *keys, size_t n);

/* Does what the key says to a person still stand at an instant? Not when that
 * last day is open no more, is another by now, or is past and nothing can be
 * done about it; nor, of a vote, when the person has cast it. What has happened
 * stands always. KC_ENOMEM. */
enum kc_err kc_notice_stands(const struct kc_state *st, struct kc_slice to,
    struct kc_slice key, int64_t now_ms, bool *stands);
/* Tells the key that its person has not voted yet? Then it is read by those
 * alone who read ballots. */
bool kc_notice_sealed(const struct kc_notice_key *key);

/* What the notice says in place of the name of its limit or kind; appends
 * nothing where that name says it all. */
void kc_buf_notice_says(struct kc_buf *b, const struct kc_state *st,
    struct kc_slice key, enum kc_lang lang);

/* --- outcomes (kinds reminder.sent and reminder.failed) --- */
#define KC_REPLY_OVERTAKEN "overtaken" /* no notice of it stood any more */
struct kc_message_outcome {
	bool sent; /* false: given up */
	struct kc_slice to, channel;
	kc_day day;
	unsigned copy;               /* 0; 1 and more: sent again by hand */
	const struct kc_slice *keys; /* of its notices, in its order */
	size_t nkeys;                /* 1..KC_MESSAGE_NOTICES_MAX */
	struct kc_hash template_;    /* of the text without its values */
	unsigned tries;              /* at least 1, but of KC_REPLY_OVERTAKEN */
	struct kc_slice reply; /* code of the last answer, a CODE; or empty */
};
/* Appends the text of the clerk's entry, as kc_state_due_text; its id follows
 * from origin, kind, message and tries. KC_EREFUSED: a value is not of its
 * form. Whether it may stand is asked by kc_state_check. */
enum kc_err kc_state_outcome_text(const struct kc_state *st,
    const struct kc_message_outcome *o, int64_t received_ms,
    const struct kc_hash *root, struct kc_buf *text);

/* A message with an outcome, in order of their entries. */
struct kc_told {
	uint8_t id[KC_MESSAGE_ID_SIZE];
	const char *to;  /* borrowed from the state */
	bool sent;       /* false: given up */
	bool overtaken;  /* not sent, for none of it stood any more */
	uint64_t seq;    /* of the outcome */
	int64_t told_ms; /* received instant of the outcome */
	int64_t ack_ms;  /* of the person's remind.ack; 0: none */
	bool again;      /* a copy was asked for after this outcome */
};
uint32_t kc_state_told_count(const struct kc_state *st);
void kc_state_told(const struct kc_state *st, uint32_t i, struct kc_told *out);
/* A message that is to be sent again by hand (remind.resend), in order of
 * their entries; false: there is no i-th. */
struct kc_resend {
	uint64_t outcome; /* entry of the message's own outcome */
	unsigned copy;    /* 1..KC_MESSAGE_COPIES_MAX */
	bool open;        /* this copy has no outcome yet */
};
bool
kc_state_resend(const struct kc_state *st, uint32_t i, struct kc_resend *out);
/* Its place, UINT32_MAX: no outcome stands. */
uint32_t kc_state_told_find(
    const struct kc_state *st, const uint8_t id[KC_MESSAGE_ID_SIZE]);

#endif
