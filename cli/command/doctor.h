/* SPDX-License-Identifier: Apache-2.0 */
/* `kaocheng doctor`: what the checks share. They read, and change nothing. */
#ifndef KC_DOCTOR_H
#define KC_DOCTOR_H

#include <kaocheng/yaml.h>

#include "lib/file.h"
#include "lib/tool.h"

enum kc_grade {
	KC_GRADE_OK,
	KC_GRADE_WARNING, /* works; will not always, or guards less than it may
			   */
	KC_GRADE_WRONG,   /* nothing is taken, something is lost or open */
	KC_GRADES
};

struct kc_doctor {
	struct kc_cli cli; /* quiet */
	int64_t now_ms;    /* --at, or the system's clock */
	bool own_now;      /* the latter */
	/* The settings; root is NULL where they cannot be read. */
	char file[KC_PATH_SIZE], ledger[KC_PATH_SIZE];
	struct kc_buf text;
	struct kc_yaml *yaml;
	const struct kc_yaml_node *root;
	struct kc_local local; /* state is NULL if the ledger cannot be read */
	/* What was found. */
	const char *check; /* word of the one that runs */
	struct kc_buf rows;
	struct kc_json w;
	size_t of[KC_GRADES];
	int code; /* for the exit: 0, 1, or 10 if something is contradicted */
};

/* One row. `todo`: what to do, translated; NULL if there is nothing. */
void kc_doctor_say(struct kc_doctor *d, enum kc_grade grade, const char *todo,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same where bytes contradict what was signed. */
void
kc_doctor_tampered(struct kc_doctor *d, const char *todo, const char *reason);
/* How much of a grade the check has said: for "nothing was wrong". */
bool kc_doctor_quiet(const struct kc_doctor *d, const size_t before[KC_GRADES]);
/* The scalar of `key` in the map `section` (NULL: the root), in out; false if
 * it is not set. */
bool kc_doctor_setting(const struct kc_doctor *d, const char *section,
    const char *key, char out[KC_PATH_SIZE]);
/* A number, or otherwise. */
uint64_t kc_doctor_number(const struct kc_doctor *d, const char *section,
    const char *key, uint64_t otherwise);
/* Are there witnesses in the settings? The list of them, or NULL. */
const struct kc_yaml_node *kc_doctor_witnesses(const struct kc_doctor *d);

/* doctor_files.c: what lies on the disk, without looking into the ledger */
void kc_doctor_settings(struct kc_doctor *d);
void kc_doctor_start(struct kc_doctor *d);
void kc_doctor_keys(struct kc_doctor *d);
void kc_doctor_space(struct kc_doctor *d);
/* doctor_ledger.c: the ledger, its anchors and keys */
void kc_doctor_ledger(struct kc_doctor *d);
void kc_doctor_map(struct kc_doctor *d);
void kc_doctor_anchor(struct kc_doctor *d);
void kc_doctor_second_anchor(struct kc_doctor *d);
void kc_doctor_log_key(struct kc_doctor *d);
/* doctor_time.c: clock, holds, calendars */
void kc_doctor_clock(struct kc_doctor *d);
void kc_doctor_holds(struct kc_doctor *d);
void kc_doctor_calendar(struct kc_doctor *d);
void kc_doctor_rules(struct kc_doctor *d);
/* doctor_beside.c: what is kept beside it */
void kc_doctor_people(struct kc_doctor *d);
void kc_doctor_evidence(struct kc_doctor *d);
void kc_doctor_channels(struct kc_doctor *d);
void kc_doctor_outbox(struct kc_doctor *d);
void kc_doctor_backup(struct kc_doctor *d);
/* doctor_live.c: who must answer */
void kc_doctor_witness(struct kc_doctor *d);
void kc_doctor_daemon(struct kc_doctor *d);

#endif
