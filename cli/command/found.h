/* SPDX-License-Identifier: Apache-2.0 */
/* The questions of `kaocheng found` and their answers, from a file or typed. */
#ifndef KC_CLI_FOUND_H
#define KC_CLI_FOUND_H

#include "lib/file.h"
#include "lib/tool.h"

#define KC_ANSWER_SIZE KC_PATH_SIZE
#define KC_ANSWERS_MAX 8

enum {
	KC_Q_DIR,
	KC_Q_ORIGIN,
	KC_Q_TITLE,
	KC_Q_YEAR,
	KC_Q_POLICY,
	KC_Q_ADMINS,
	KC_Q_ESTAB,
	KC_Q_OFFICE,
	KC_Q_TABLES,
	KC_QUESTIONS
};

struct kc_question {
	const char *key, *text; /* its text is translated where it is asked */
	int check;              /* what an answer has to be; answers.c */
	unsigned most;          /* answers */
	bool must;
};
extern const struct kc_question kc_questions[KC_QUESTIONS];

struct kc_answers {
	struct kc_cli *cli;
	struct {
		char v[KC_ANSWERS_MAX][KC_ANSWER_SIZE];
		size_t n;
		bool given; /* by the file: it is not asked */
	} of[KC_QUESTIONS];
};

/* NULL: there is none. */
const char *kc_answer_first(const struct kc_answers *a, unsigned q);
/* Adds one, if it is one. Prints what is wrong with it; returns the exit
 * code. */
int kc_answer_add(struct kc_answers *a, unsigned q, const char *text);
/* The same of a file, which answers as many as it likes. */
int kc_answers_read(struct kc_answers *a, const char *file);
/* Prints them as such a file. */
void kc_answers_print(const struct kc_answers *a);

#endif
