/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule of every kind as data: when it holds, in words, and every code
 * that a refusal of it can have. docs/RULES.md is drawn from it; the tests
 * hold each refusal they see against it.
 */
#ifndef KAOCHENG_RULE_H
#define KAOCHENG_RULE_H

#include <kaocheng/kind.h>
#include <kaocheng/refusal.h>

struct kc_rule {
	const char *holds; /* Markdown; "" when state and signers say all */
	const enum kc_refusal_code *codes;
	unsigned ncodes;
};
const struct kc_rule *kc_rule_get(enum kc_kind_id kind);
/* Is this code listed for the kind, or for every statement? */
bool kc_rule_lists(enum kc_kind_id kind, enum kc_refusal_code code);

#endif
