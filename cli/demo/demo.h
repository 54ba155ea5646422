/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration: the fictional city of Shili (示例市) and its year 2022,
 * made through a real daemon's own API with the clock moved. Kinds of
 * departments are real, every failure is invented. Nothing is computed here:
 * all figures are read back from the replay of the signed entries.
 */
#ifndef KC_DEMO_H
#define KC_DEMO_H

#include <sys/types.h>

#include <kaocheng/calendar.h>
#include <kaocheng/checkpoint.h>
#include <kaocheng/entry.h>

#include "command/cmd.h"
#include "lib/setup.h"

#define DEMO_YEAR 2022
#define DEMO_ORIGIN KC_DEMO_ORIGIN

/* --- the city (demo_city.c) --- */
struct demo_unit {
	const char *code, *zh, *en;
	int group; /* KC_GROUP_* */
};
extern const struct demo_unit demo_units[];
extern const size_t demo_nunits;

/* One target of a unit as the generator makes it. */
struct demo_target {
	char code[24], duty[24], indicator[24], lead[24];
	const char *assessor; /* unit code */
	int class_, source;   /* KC_TARGET_CLASS_*, KC_SOURCE_* */
	int64_t weight_e4;
	char title[160];
};
#define DEMO_TARGETS_MAX 16
/* Fills out[] with the targets of unit u; returns how many. */
size_t demo_unit_targets(size_t u, struct demo_target out[DEMO_TARGETS_MAX]);
#define DEMO_DUTIES 3
void demo_duty_text(size_t u, unsigned duty, char *out, size_t size);
size_t demo_unit_index(const char *code);
/* Deterministic choice in [0, n) from a seed text and a number. */
uint32_t demo_pick(const char *what, uint32_t i, uint32_t n);

/* --- the cases (demo_plan.c) --- */
enum demo_end {
	DEMO_RETURN,
	DEMO_EXPIRE
};
struct demo_case {
	size_t unit;     /* index in demo_units */
	unsigned target; /* number of the key target: 1.. */
	const char *situation, *effect, *standard, *cause;
	int quarter;      /* 1..3 of 2022 */
	kc_day delivered; /* decided, confirmed, fed back on this day, or
			     decided and confirmed the working day before */
	enum demo_end end;
	int32_t rate_bp;                  /* of the return */
	int rank, last_rank, agreed_rank; /* report to make it true; 0 none */
	bool exempt, false_data, unanswered, extended, rejected_once;
	int lead; /* 0: not city-managed, 1: loses "good", 2: ORG declines */
	char handle[16]; /* filled in by the receipt */
};
#define DEMO_CASES_MAX 80
/* The composition of the acceptance year: 58 cases and 9 exemptions. */
size_t demo_plan(struct demo_case out[DEMO_CASES_MAX]);

/* --- posting (demo_post.c) --- */
struct demo {
	struct kc_cli *cli;
	struct kc_client *client;
	const char *dir;
	pid_t daemon;
	bool quiet;
	int64_t now_ms; /* the ledger's clock */
	uint64_t posted, made;
	struct kc_buf batch; /* notes, each with its BE16 length */
	struct {
		char *handle; /* where to put the handle, or NULL */
		const char *kind;
	} pending[512];
	size_t npending;
	struct kc_checkpoint seen; /* the newest that the signers know */
	struct kc_draft draft;
	struct kc_buf values; /* storage of the draft's values */
	struct {
		size_t field, at, n;
	} spans[KC_ITEMS_MAX];
	size_t nspans;
	struct kc_skey keys[KC_SIGNERS_MAX];
	/* Takes signed notes instead of the daemon (the bench); NULL: post. An
	 * empty one says that time passes: what was taken must stand. */
	void (*sink)(struct demo *d, struct kc_slice note);
	void *sink_ctx;
	char *sink_handle;   /* of the note that the sink is given */
	bool files_no_tasks; /* so that none is overdue (the bench) */
	struct demo_case cases[DEMO_CASES_MAX];
	size_t ncases;
	char letters[3][16]; /* warning letters: two named tasks, a third */
	bool reminds;        /* the daemon sends reminders */
	bool ends;           /* the year is brought to its end */
	bool keys_of_all;    /* are kept, for who goes on with it */
	bool failed;         /* said once; later calls do nothing */
};

/* Key of an actor, log or clerk: from a seed that is no secret. */
void demo_key(struct kc_skey *out, const char *name, uint8_t seed[32]);
/* One statement: begin, signers, fields, end. `handle` (16 bytes, may be
 * NULL) is filled when the batch is flushed. */
void demo_begin(struct demo *d, enum kc_kind_id kind);
void demo_by(struct demo *d, const char *actor);
void demo_set(struct demo *d, unsigned field, const char *value);
void demo_set_slice(struct demo *d, unsigned field, struct kc_slice value);
void demo_points(struct demo *d, unsigned field, int64_t e4);
void demo_number(struct demo *d, unsigned field, int64_t v);
void demo_date(struct demo *d, unsigned field, kc_day day);
/* A piece of evidence whose hash is that of `what`. */
void demo_evidence(struct demo *d, unsigned field, const char *what);
void demo_post(struct demo *d, char *handle);
/* Appends the section `remind` of the daemon's configuration. KC_EINVAL: the
 * mail server is no HOST:PORT. */
enum kc_err demo_remind_config(struct demo *d, struct kc_buf *b);
/* Reminders with their outcome in the log, by replay. */
struct demo_reminded {
	uint64_t sent, failed, last; /* entry of the last one sent */
	uint64_t to_role[KC_ROLE_COUNT];
};
/* Prints what goes wrong; returns the exit code. */
int demo_reminded(struct demo *d, struct demo_reminded *r);
/* How many went out, to whom, and one of them. */
int demo_tell_reminders(struct demo *d);
/* Waits until all reminders that are due have their outcome. */
void demo_await_reminders(struct demo *d);
void demo_flush(struct demo *d);
/* Moves the clock to a local time of day; flushes first. */
void demo_clock(struct demo *d, kc_day day, int hour, int minute);
void demo_fail(struct demo *d, const char *what, const char *detail);

/* --- persons (demo_person.c) --- */
/* Writes the file of a fictional person behind an actor, unless a sink takes
 * the notes; and what the ledger is to commit to. */
void demo_person(
    struct demo *d, const char *actor, int role, struct kc_hash *commitment);

/* --- the year (demo_found.c, demo_year.c) --- */
/* Enrols an actor with its key and its person; unit may be NULL. */
void demo_enrol(struct demo *d, const char *actor, int role, const char *unit);
void demo_found(struct demo *d);         /* January: ledger, people, rules */
void demo_calendar_2023(struct demo *d); /* the notice of December */
void demo_targets(struct demo *d);       /* to the issued lists, 31 March */
void demo_run_year(struct demo *d);      /* April 2022 to February 2023 */

#endif
