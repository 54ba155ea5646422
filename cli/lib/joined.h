/* SPDX-License-Identifier: Apache-2.0 */
/* A list of many pages as one document, joined as bytes: what came stays as it
 * came. */
#ifndef KC_CLI_JOINED_H
#define KC_CLI_JOINED_H

#include <kaocheng/view.h>

/* Zero-initialise; kc_joined_end releases it. */
struct kc_joined {
	bool any;
	char after[256];
	struct kc_buf tail; /* of the last page, from the end of its rows */
	struct json_t *names;
};
/* Is `next` further on in a list than `after`, which is empty at its first
 * row? Who answers could lead in circles. */
bool kc_joined_goes_on(struct kc_slice after, struct kc_slice next);
/* Does the list go on after the page that was added last (at first: *whole),
 * which *after asked for? Then *after is where, borrowed until the next call.
 * Errors stick in whole->err. */
bool kc_joined_next(
    struct kc_joined *j, struct kc_buf *whole, struct kc_slice *after);
/* Puts the rows of a page behind those of *whole; errors stick in whole->err.
 */
void
kc_joined_add(struct kc_joined *j, struct kc_buf *whole, struct kc_slice page);
/* Ends *whole as its last page ends, with the names that were told with any. */
enum kc_err kc_joined_end(struct kc_joined *j, struct kc_buf *whole);

#endif
