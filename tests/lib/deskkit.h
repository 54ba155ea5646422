/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox under the writer of a whole ledger. The sender is the test's own:
 * it takes jobs and answers when it is told to. */
#ifndef KC_TEST_DESKKIT_H
#define KC_TEST_DESKKIT_H

#include "appkit.h"
#include "remind/outbox.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define JOBS_MAX 32
#define LETTER "warning=W-2022-0001"

struct desk {
	struct app a;
	struct kc_outbox *b;
	pthread_mutex_t lock; /* of jobs */
	char jobs[JOBS_MAX][KC_JOB_ID_SIZE + 1];
	unsigned njobs;
	unsigned before; /* outcomes before the day of the test */
	/* From the next opening on: of persons, NULL: none; besides files. */
	const char *people;
	uint32_t channels;
};

/* Set-up and tear-down: *state is a desk on the day of a stage of a letter,
 * with nothing given yet. */
int desk_up(void **state);
int desk_down(void **state);
/* The daemon ends, and starts again. */
void desk_close(struct desk *d);
void desk_reopen(struct desk *d);
/* Lets the writer do all that it can at this instant; after some time. */
void desk_rounds(struct desk *d);
void desk_pass(struct desk *d, int64_t ms);
/* Until 10:00 of a day, with all that comes up meanwhile sent. */
void desk_until(struct desk *d, const char *day);
/* All that waits is given; how many jobs. And answered. */
unsigned desk_open(struct desk *d);
void desk_answer(struct desk *d, enum kc_delivery outcome, const char *code);
/* Outcomes of the day of the test; rows in the store. */
unsigned desk_outcomes(struct desk *d, enum kc_kind_id kind);
unsigned desk_rows(struct desk *d);
/* A letter to G16 that was answered, and is not lifted; and it is lifted. */
void desk_letter(struct desk *d, const char *target, const char *handle);
void desk_lift(struct desk *d);
void desk_says(struct desk *d, enum kc_kind_id kind, const char *by,
    const char *const *fields);
#define SAYS(kind, by, ...)                                                    \
	desk_says(d, KC_K_##kind, by, (const char *const[]){__VA_ARGS__, NULL})

#endif
