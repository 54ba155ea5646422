/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `kaocheng doctor`: what is wrong with a ledger's directory and its daemon,
 * and what to do about it. It changes nothing.
 */
#ifndef KC_DOCTOR_H
#define KC_DOCTOR_H

#include <jansson.h>

#include "lib/file.h"
#include "lib/tool.h"

struct kc_doctor {
	struct kc_cli *cli;
	json_t *rows;
	unsigned red, yellow;
};

/* A finding: a light (green, yellow, red), the word for what was looked at, and
 * in the language of the caller what that is, how it is, and what to do ("" if
 * nothing is to be done). */
void kc_doctor_says(struct kc_doctor *d, const char *light, const char *item,
    const char *item_text, const char *says, const char *what_to_do);

/* --- doctor_files.c --- */
/* The daemon's own checks (kaochengd -n): configuration, keys, ledger,
 * anchors, persons. */
void kc_doctor_start(struct kc_doctor *d);
void kc_doctor_room(struct kc_doctor *d);
void kc_doctor_modes(struct kc_doctor *d);
void kc_doctor_anchors(struct kc_doctor *d);
void kc_doctor_evidence(struct kc_doctor *d);
void kc_doctor_outbox(struct kc_doctor *d);

#endif
