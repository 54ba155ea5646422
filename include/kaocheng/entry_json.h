/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view of entries. A view: nothing signed is ever made from it
 * without the codec. */
#ifndef KAOCHENG_ENTRY_JSON_H
#define KAOCHENG_ENTRY_JSON_H

#include <kaocheng/entry.h>
#include <kaocheng/json.h>

/* {"kind","ledger","id","at","by":[…], <field>: value or [values]}. Numbers
 * of points are strings; basis points and ints are integers. */
void kc_json_entry(struct kc_json *w, const struct kc_entry *e);
/* The reverse: reads the JSON view of an unsigned entry with jansson
 * (duplicate keys, reals, unknown members refused) and appends the canonical
 * text. KC_EREFUSED with line and column of the JSON. */
enum kc_err kc_entry_from_json(
    struct kc_slice json, struct kc_buf *text, struct kc_refusal *why);
/* All kinds, fields and vocabularies, for /v1/schema and for tools. */
void kc_json_schema(struct kc_json *w);

#endif
