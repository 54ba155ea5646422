/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy: the rule set of a city as read from its YAML text, strict (an
 * unknown or repeated key, an alias, a tag, a float are refusals with line
 * and column). Grammar and meaning of every key: docs/POLICY.md. A policy is
 * in force by a policy.adopt entry that holds the whole text.
 */
#ifndef KAOCHENG_POLICY_H
#define KAOCHENG_POLICY_H

#include <kaocheng/arith.h>
#include <kaocheng/calendar.h>
#include <kaocheng/grade.h>
#include <kaocheng/limits.h>
#include <kaocheng/refusal.h>

/*
 * Scalar keys: X(number, since, symbol, "yaml.path", type, default, minimum,
 * maximum, zh, en). The number is for ever; `since` is the rules epoch from
 * which the key exists; a text that lacks it has the default, or is refused
 * where the default is MUST (only keys of epoch 1 may be).
 * Types: POINTS (quoted decimal, e4), BP (percent string, "80%"), INT,
 * DAY_OF_YEAR ("10-31" as month*100+day), TIME of a local day ("09:00", in
 * minutes), SPAN of two of these ("20:00-08:00", from * 10000 + to), LADDER
 * (a list of numbers of working days: the value is how many, the numbers are
 * kc_policy.ladder) and enumerations of one word each; the value is the index
 * of the word in the list of docs/POLICY.md (RESIDUAL 1 is only_if_unmet, ROLL
 * 1 is next_workday, CADRE_QUARTER 0 is assessed, CATCHUP 1 is each, TIE 1 is
 * strict, STREAK 1 is keep, ROUNDING and RESERVE as arith.h).
 */
enum kc_policy_key {
#define X(num, since, sym, path, type, dflt, min, max, zh, en)                 \
	KC_P_##sym = (num),
#include <kaocheng/defs/policy_keys.def>
#undef X
};
enum {
#define X(num, since, sym, path, type, dflt, min, max, zh, en) KC_P_ROW_##sym,
#include <kaocheng/defs/policy_keys.def>
#undef X
	KC_P_COUNT /* their numbers are 0 to this, without a gap */
};

#define KC_POLICY_MUST INT64_MIN /* the key has no default */

enum kc_effect {
	KC_EFFECT_FULL,
	KC_EFFECT_HALF,
	KC_EFFECT_EXEMPT
};

/* What a guard must verify of a situation before it may be used. */
enum kc_mark {
	KC_MARK_RANK_LOW,      /* S1: rank among the last `low_from`.. */
	KC_MARK_RANK_FELL,     /* S2: fell >= 2 places, or agreed rank missed */
	KC_MARK_BEHIND,        /* S3: key work or livelihood behind plan */
	KC_MARK_UNANSWERED,    /* S4: warning unanswered, or false data */
	KC_MARK_RANK_ADVANCED, /* S5: low, advanced >= 2 (R94) */
	KC_MARK_OBJECTIVE,     /* S6: objective factors (R95) */
	KC_MARK_RANK_ADVANCED_1, /* S7: low, advanced 1; or kept and improved */
	KC_MARK_PARTLY /* S8: partly objective, shared, self-reported */
};

struct kc_situation {
	char id[8]; /* "S1" */
	enum kc_effect effect;
	enum kc_mark mark;
	int64_t standard_e4;    /* default standard A; 0 when exempt */
	int64_t min_e4, max_e4; /* range of A that an assessor may choose */
	char zh[192], en[192];
	uint32_t line, col;
};
struct kc_negative_item {
	uint32_t no;       /* 1..28 */
	char assessor[16]; /* unit code */
	char zh[64], en[96];
	uint32_t line, col;
};
/* Of which grades a bonus of a situation may be; a text from before there were
 * marks says nothing: of any. */
enum kc_bonus_mark {
	KC_BONUS_MARK_ANY,
	KC_BONUS_MARK_INCENTIVE,
	KC_BONUS_MARK_COMMENDATION,
	KC_BONUS_MARK_INSTRUCTION,
	KC_BONUS_MARK_RANK
};
/* What a bonus is given for; the vocabulary of statements has the same. Of one
 * mark the higher grade comes first. */
enum kc_bonus_grade {
	KC_GRADE_INCENTIVE,
	KC_GRADE_NATIONAL,
	KC_GRADE_PROVINCIAL,
	KC_GRADE_MAIN_LEADER,
	KC_GRADE_VICE_LEADER,
	KC_GRADE_FIRST,
	KC_GRADE_ADVANCE,
	KC_GRADE_COUNT
};
struct kc_bonus_situation {
	char id[8]; /* "B1" */
	enum kc_bonus_mark mark;
	char zh[96], en[96];
	uint32_t line, col;
};
#define KC_SITUATIONS_MAX 16
#define KC_NEGATIVE_MAX 64
#define KC_BONUS_MAX 16
#define KC_LADDER_MAX 16

struct kc_policy {
	char name[64]; /* e.g. nantong-2022 */
	char file[96]; /* for citations: policies/nantong-2022.yaml */
	char title_zh[128], title_en[128];
	int64_t value[KC_P_COUNT];
	/* Where the key stands; 0 where the text lacks it and the value is the
	 * default of the table. */
	uint32_t line[KC_P_COUNT], col[KC_P_COUNT];
	bool stated[KC_P_COUNT];       /* `source: stated`; else a default */
	int16_t ladder[KC_LADDER_MAX]; /* remind.ladder; ascending */
	struct kc_situation situations[KC_SITUATIONS_MAX];
	size_t nsituations;
	struct kc_negative_item negatives[KC_NEGATIVE_MAX];
	size_t nnegatives;
	struct kc_bonus_situation bonuses[KC_BONUS_MAX];
	size_t nbonuses;
	size_t ntests; /* examples under `tests:` */
};

/* Parses and checks a policy text by the keys that exist in a rules epoch (of
 * the ledger that adopts it; KC_EPOCH_MAX for a file by itself). A key that is
 * younger is unknown; one that the text lacks has its row's default. `file` is
 * the name for citations. On KC_EREFUSED *why has code, line, column and
 * rule_place. KC_ENOMEM. The struct is plain data; release with kc_free. */
enum kc_err kc_policy_parse(struct kc_policy **out, struct kc_slice yaml,
    const char *file, unsigned epoch, struct kc_refusal *why);
const struct kc_situation *kc_policy_situation(
    const struct kc_policy *p, struct kc_slice id); /* NULL if none */
/* The mark of a grade, and the key that has its points. */
enum kc_bonus_mark kc_grade_mark(enum kc_bonus_grade grade);
enum kc_policy_key kc_grade_key(enum kc_bonus_grade grade);
const struct kc_bonus_situation *
kc_policy_bonus(const struct kc_policy *p, struct kc_slice id); /* NULL */
/* Do the ranks show a first place, or an advance: so many places, or into the
 * first so many? Nothing holds of an unknown rank. */
struct kc_rank_facts;
bool kc_policy_grade_holds(const struct kc_policy *p, enum kc_bonus_grade grade,
    const struct kc_rank_facts *f);
const char *kc_policy_mark_word(enum kc_mark mark);   /* "rank_low" */
const char *kc_policy_key_path(enum kc_policy_key k); /* "pd.refund_max" */
const char *kc_policy_key_label(enum kc_policy_key k, enum kc_lang lang);
/* What a text that lacks the key has (KC_POLICY_MUST: it may not), and what
 * holds before a policy is in force. */
int64_t kc_policy_key_default(enum kc_policy_key k);
/* The value of a key as a policy text spells it: "80%", "10-31", "0.5000". */
void kc_buf_policy_value(
    struct kc_buf *b, const struct kc_policy *p, enum kc_policy_key k);
/* What it means, where the value is a word; NULL where it is a number. */
const char *kc_policy_value_text(
    const struct kc_policy *p, enum kc_policy_key k, enum kc_lang lang);
/* Fills rule and rule_place of a refusal from a key or a situation. */
void kc_policy_cite(
    const struct kc_policy *p, enum kc_policy_key k, struct kc_refusal *r);
void kc_policy_cite_situation(const struct kc_policy *p,
    const struct kc_situation *s, struct kc_refusal *r);
void
kc_policy_score_rules(const struct kc_policy *p, struct kc_score_rules *out);
void
kc_policy_grade_rules(const struct kc_policy *p, struct kc_grade_rules *out);

/* Runs the examples under `tests:`. For each, `report` gets its name, its
 * line and whether it holds, with the difference as text. The calendar is
 * for the deadline examples. Returns KC_OK if it could run them all. */
enum kc_err kc_policy_run_tests(struct kc_slice yaml, const char *file,
    const struct kc_calendar *calendar,
    void (*report)(void *ctx, const char *name, uint32_t line, bool ok,
	const char *difference),
    void *ctx, struct kc_refusal *why);

/* The rank marks, shared by the guard, the policy's examples and `explain`:
 * 13 cities (policy `rank.cities`), rank 1 is best. Ranks 0 = unknown, and
 * nothing holds of an unknown rank. A mark that is not about ranks (behind,
 * unanswered, objective, partly) is never shown by them: false. */
struct kc_rank_facts {
	int32_t rank, last_year_rank, agreed_rank;
	bool value_improved; /* against the own history */
};
bool kc_policy_mark_holds(const struct kc_policy *p, enum kc_mark mark,
    const struct kc_rank_facts *f);
/* Of two situations that hold of one fact: exempt stands before half before
 * full, and of two that are alike in effect the one with the larger standard
 * (one case, not two: E3). False both ways if neither stands before. */
bool
kc_situation_beats(const struct kc_situation *a, const struct kc_situation *b);
/* The rank situation that stands on the facts, the first of equals; NULL. */
const struct kc_situation *
kc_policy_governing(const struct kc_policy *p, const struct kc_rank_facts *f);

#endif
