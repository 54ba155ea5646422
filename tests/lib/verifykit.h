/* SPDX-License-Identifier: Apache-2.0 */
/* An export to be verified, and what the report must say of it. */
#ifndef KC_TEST_VERIFYKIT_H
#define KC_TEST_VERIFYKIT_H

#include <kaocheng/verify.h>

#include "viewkit.h"

struct fixture {
	struct kit k;
	struct leaves l;
	struct export x;
	struct kc_verify_options o;
	struct kc_verify_report r;
};

void verify_set_up(struct fixture *f, enum kit_stage stage);
/* Makes the export anew from changed leaves: signed, and with right tiles. */
void verify_remake(struct fixture *f);
void verify_tear_down(struct fixture *f);
/* Exit code of a verification. */
int verify_exit(struct fixture *f);
/* That stage fails, by this finding, and no other; but where an entry is none,
 * whoever signed after it may have seen another. */
void verify_fails(struct fixture *f, int code, enum kc_verify_stage stage,
    enum kc_finding found);
/* Note of entry i. */
struct kc_slice verify_note(const struct fixture *f, unsigned i);

#endif
