/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON strictly, for the two files of the protocol. */
#ifndef KC_REMIND_WIRE_INT_H
#define KC_REMIND_WIRE_INT_H

#include <jansson.h>

#include <kaocheng/bytes.h>

#define KC_JOB_CODE_MAX 64 /* bytes of a handle, a limit, a stage */

/* The line's object, or NULL: not JSON, a key twice, not an object. */
json_t *kc_wire_load(struct kc_slice line);
/* The text of a member; false if it is absent or another thing. */
bool kc_wire_text(const json_t *object, const char *key, struct kc_slice *out);
/* Has it no key but these? The names end with NULL. */
bool kc_wire_keys(json_t *object, const char *const *names);

#endif
