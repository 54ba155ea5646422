/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card: the public key of a person who made it on a machine of his own, and
 * the proof that he holds it. It is what two administrators enrol, and what a
 * ledger is founded with. A signed note (docs/FORMAT.md "Cards").
 */
#ifndef KC_CLI_CARD_H
#define KC_CLI_CARD_H

#include <kaocheng/sign.h>

#include "command/cmd.h"
#include "pen.h"

#define KC_CARD_MAX 1024 /* bytes of a file */

struct kc_card {
	struct kc_vkey key; /* its name is the id of the actor */
	uint8_t possession[KC_SIG_SIZE];
};

/* Writes the card of a key for a ledger. Prints what goes wrong; returns the
 * exit code. */
int
kc_card_write(struct kc_buf *b, const char *ledger, const struct kc_pen *pen);
/* Reads one from a file, and checks that its proof holds and that it is for
 * this ledger (NULL: any, and that ledger will judge it).
 * KC_ESYNTAX: it is no card; KC_ESIG: the proof does not hold; KC_EINVAL: it
 * is for another ledger; what kc_file_load says. */
enum kc_err
kc_card_peek(const char *path, const char *ledger, struct kc_card *out);
/* Says what kc_card_peek found wrong; returns the exit code. */
int kc_card_fault(enum kc_err err, const char *path, const char *ledger);

#endif
