/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the codec of persons: one value at a time. */
#ifndef KC_PERSON_INT_H
#define KC_PERSON_INT_H

#include <kaocheng/person.h>

#include "statement/codec.h"

/* May the line stand more than once? */
bool kc_person_is_list(int field);
/* Sets a field, or adds an item to a list: the value as a line has it.
 * KC_EREFUSED leaves *p as it was. */
enum kc_err kc_person_add(struct kc_person *p, enum kc_person_field f,
    struct kc_slice value, struct kc_refusal *why);
/* Sets code and arguments of E-FIELD-VALUE: what the field takes. */
enum kc_err kc_person_refuse(enum kc_person_field f, struct kc_refusal *why);
/* "smtp" or "smtp <address>". */
void kc_buf_person_channel(struct kc_buf *b, const struct kc_person_channel *c);

#endif
