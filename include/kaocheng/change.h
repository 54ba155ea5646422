/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By which entries a score became what it is: questions that go through the
 * whole log once, entry by entry. Documents like those of views (view.h), and
 * with the same source and arguments; but they cost a replay each. Who may ask
 * is a row of views.def: a rank that the reader does not see is null, and is
 * not asked for; so are states of what is not of the reader's unit.
 *
 * Of each: KC_OK; KC_EREFUSED with *why (the question; or, with *bad_seq below
 * KC_REPLAY_ALL, the log does not replay), KC_ECORRUPT, KC_ENOMEM or the log's
 * error.
 */
#ifndef KAOCHENG_CHANGE_H
#define KAOCHENG_CHANGE_H

#include <kaocheng/policy.h>
#include <kaocheng/view.h>

/* Their rows as tables; and those of "changed" and "things". */
extern const struct kc_view kc_view_blame, kc_view_bisect, kc_view_diff,
    kc_view_changed, kc_view_things, kc_view_policy_diff;

/* Each entry's share of a unit's points in a year: what the score was after it
 * less what it was before. "rows" sum up to "total" exactly. Before its list
 * is issued a unit has no points. */
enum kc_err kc_blame_render(const struct kc_view_source *src,
    const struct kc_view_args *args, struct kc_buf *out, struct kc_refusal *why,
    uint64_t *bad_seq);

/*
 * The first entry after which an expression holds of a unit in a year, and
 * every later one at which it ceased to hold or held again. KC_R_REQUEST if it
 * cannot be read.
 *
 *	expression = all { "or" all };  all = term { "and" term };
 *	term = name ("=" | "!=" | "<" | "<=" | ">" | ">=") value
 *
 * A name is one of the score's numbers (total, key, routine, dynamic, credit,
 * objective, panel, base, negative, deducted, returned, retained, bonus,
 * pending), of points; rank or group_rank, a whole number; or the handle of a
 * case or letter or the code of a target, whose value is the word of a state
 * and which is only = or !=. Nothing holds of what is not there yet: of a
 * unit without a list, of a case that nobody has opened.
 */
enum kc_err kc_bisect_render(const struct kc_view_source *src,
    const struct kc_view_args *args, struct kc_slice expression,
    struct kc_buf *out, struct kc_refusal *why, uint64_t *bad_seq);

/*
 * What differs between two states, and by which entries: scores and ranks
 * ("changed"), states of cases, letters and targets ("things"), and as "rows"
 * the entries beyond the first `common`, which both logs have, that changed a
 * score: side "+" those of b, "-" those of a.
 */
enum kc_err
kc_diff_render(const struct kc_view_source *a, const struct kc_view_source *b,
    uint64_t common, const struct kc_view_args *args, struct kc_buf *out,
    struct kc_refusal *why, uint64_t *bad_seq);

/*
 * What differs between two policies, without a ledger: {"schema":
 * "kaocheng.policy-diff/1","from","to","rows":[{"key","from","to",
 * "from_place","to_place","label"}]}. A value is spelled as in a policy's text;
 * null: that policy has no such situation or item. A place is null where the
 * text does not say the key, and the value is the key's default. KC_ENOMEM.
 */
enum kc_err kc_policy_diff_render(const struct kc_policy *from,
    const struct kc_policy *to, enum kc_lang lang, struct kc_buf *out);

#endif
