/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open last days of every noun. Each noun says those of one object; a
 * state that is asked often keeps all of them in order, by unit and day, so
 * that a list costs what it lists and a wake what falls due. What is kept is
 * a copy, begun by kc_state_keep_deadlines: without it every object is asked.
 */
#ifndef KC_OPEN_H
#define KC_OPEN_H

#include <kaocheng/civil.h>
#include <kaocheng/machine.h>

#include "order.h"

struct kc_state;

/* The last day of one limit; KC_DAY_NONE: does not run now. */
struct kc_last_day {
	kc_day due;
	bool provisional; /* rests on a calendar not yet adopted */
};
enum kc_deadline_end {
	KC_DEADLINE_OPEN,
	KC_DEADLINE_DONE, /* what was to be done was done */
	KC_DEADLINE_VOID  /* it need not, or cannot, be done any more */
};
struct kc_deadline {
	const char *id; /* borrowed: handle of the case or letter */
	uint32_t unit;  /* who has to act; KC_NONE: the Establishment Office */
	bool higher;    /* unit KC_NONE: the Assessment Office has to */
	uint32_t with;  /* unit KC_NONE: roles that sign with its office */
	bool watched;   /* and it is told where that office is late */
	uint32_t concerned; /* another unit that it concerns, KC_NONE */
	uint32_t target;    /* KC_NONE: of none; then it says these itself: */
	uint32_t owner, judge; /* unit and assessor of the target */
	int16_t year;          /* and its year */
	const struct kc_limit *limit;
	struct kc_last_day day;
	kc_day since; /* on which it was set: whoever acts knows of it then */
	/* Grows whenever the day moves, and between an end and a new
	 * beginning; it may grow without. */
	uint32_t version;
	int64_t changed_ms; /* instant of the entry that set or ended it */
	enum kc_deadline_end end;
	uint32_t object; /* what it is of: the same as in the due queue */
	bool right;      /* it ends what may be done, and need not be */
	bool late;       /* it is on record that it passed */
	bool shared;     /* other units have a day of their own for it */
};
struct kc_deadlines {
	struct kc_deadline *v;
	uint32_t n, cap;
	bool ended;  /* asked for, those that have ended too */
	bool rights; /* and those of what need not be done */
};

/* An object of a noun. */
struct kc_ref {
	uint32_t noun, object;
};
KC_VEC(kc_refs, struct kc_ref);

/* Groups beside those of the units, whose numbers are their indexes. */
#define KC_OPEN_ALL UINT32_MAX
#define KC_OPEN_NEW (UINT32_MAX - 1)    /* by the entry that changed it last */
#define KC_OPEN_RIGHTS (UINT32_MAX - 2) /* what need not be done, apart */
/* Objects: those with a last day that has ended, being on record as passed,
 * by the latest; and those with any that has ended, by when that was known
 * and over. */
#define KC_OPEN_PAST (UINT32_MAX - 3)
#define KC_OPEN_ENDED (UINT32_MAX - 4)

#define KC_OPEN_FIRST                                                          \
	INT32_MIN /* days that are before and after all others                 \
		   */
#define KC_OPEN_LAST INT32_MAX

struct kc_open_slot {
	struct kc_deadline d;
	uint32_t seq;  /* of the entry that changed it last */
	uint32_t next; /* of the same object; or of those that are free */
	struct kc_ref of;
};
struct kc_open_object {
	uint32_t slot;      /* the first of its own, KC_NONE */
	kc_day past, ended; /* its place in these groups, KC_DAY_NONE */
};
KC_VEC(kc_open_objects, struct kc_open_object);
struct kc_open {
	bool kept;
	struct kc_order order; /* (group, day or entry), slot or object */
	KC_VEC_OF(struct kc_open_slot) slots;
	uint32_t spare;
	struct kc_open_objects *of; /* of each noun */
	struct kc_refs touched;     /* by the entry at hand */
};

/* An object that the entry at hand changes though it does not name it. */
void kc_open_touch(struct kc_state *st, unsigned noun, uint32_t object);
/* Every object: units were put together or divided. */
void kc_open_touch_all(struct kc_state *st);
/* The same of every object with a last day that ended on `first` or later: a
 * calendar and an outage of everything count those anew, too. */
void kc_open_touch_ended(struct kc_state *st, kc_day first);
void kc_open_free(struct kc_open *o);
size_t kc_open_bytes(const struct kc_open *o);

/* How many objects a noun has that can have last days. */
uint32_t kc_objects_of(const struct kc_state *st, uint32_t noun);
/* Those of one object, or of all, as the nouns say; false when out of memory.
 */
bool kc_deadlines_of(
    const struct kc_state *st, struct kc_ref of, struct kc_deadlines *to);
bool kc_deadlines_scan(const struct kc_state *st, struct kc_deadlines *to);

/* A walk through those of a group that are kept, in order of their days (of
 * KC_OPEN_NEW: of their entries), first and last among them. */
struct kc_open_walk {
	const struct kc_open *open;
	struct kc_order_key next;
	uint64_t last;  /* of the upper half of a key */
	uint64_t steps; /* nodes looked at */
};
struct kc_open_walk kc_open_days(
    const struct kc_open *o, uint32_t group, kc_day first, kc_day last);
struct kc_open_walk kc_open_since(const struct kc_open *o, uint64_t seq);
/* The next slot; NULL: no more. Borrowed until the next entry is applied. Not
 * of the groups of objects. */
const struct kc_open_slot *kc_open_next(struct kc_open_walk *w);
/* Adds the objects of a group whose days are among these, and to *steps what
 * was looked at; false when out of memory. */
bool kc_open_refs(const struct kc_open *o, uint32_t group, kc_day first,
    kc_day last, struct kc_refs *to, uint64_t *steps);
/* In the order of a scan, each once. */
void kc_refs_sort(struct kc_refs *v);

#endif
