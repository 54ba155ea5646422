/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may read what. Each row of views.def names three sets of roles: who
 * sees all rows, who those of the unit's own and those it judges, and who the
 * unit's own alone; a fourth, where there is one, who sees of it what is his
 * own to do. A role in none of them sees nothing. Entries are read as
 * the view that their noun names (docs/THREATS.md "Readers"). What is sealed is
 * for the roles of its row and for its signer, whatever else he may read.
 */
#ifndef KAOCHENG_VIEWER_H
#define KAOCHENG_VIEWER_H

#include <kaocheng/entry.h>
#include <kaocheng/state.h>

/* KC_SEE_score, ...: every view, then what is not a view of its own. */
enum kc_see {
	KC_SEE_NONE, /* of a noun that names none: the keepers alone */
#define VIEW(name, args, sees, zh, en) KC_SEE_##name,
#define SEE(name, sees, zh, en) KC_SEE_##name,
#define COL(view, key, zh, en, right)
#define END(name)
#include <kaocheng/defs/views.def>
#undef VIEW
#undef SEE
#undef COL
#undef END
	KC_SEE_COUNT
};

/* Sets of roles for the rows. */
enum {
	KC_NOBODY = 0,
	KC_KEEPERS = KC_ROLE_BIT(KC_ROLE_ESTAB) | KC_ROLE_BIT(KC_ROLE_AUDITOR),
	KC_OFFICES = KC_KEEPERS | KC_ROLE_BIT(KC_ROLE_GO_PARTY) |
	    KC_ROLE_BIT(KC_ROLE_GO_GOV) | KC_ROLE_BIT(KC_ROLE_LEADER) |
	    KC_ROLE_BIT(KC_ROLE_ASSESS_OFFICE) |
	    KC_ROLE_BIT(KC_ROLE_INSPECT_PARTY) |
	    KC_ROLE_BIT(KC_ROLE_INSPECT_GOV),
	KC_PERSONNEL = KC_ROLE_BIT(KC_ROLE_ORG),
	KC_STATISTICS = KC_ROLE_BIT(KC_ROLE_STATS),
	KC_JUDGES = KC_ROLE_BIT(KC_ROLE_ASSESSOR),
	KC_UNITS = KC_ROLE_BIT(KC_ROLE_HEAD) | KC_ROLE_BIT(KC_ROLE_LIAISON),
	KC_KEYS = KC_ROLE_BIT(KC_ROLE_ADMIN),
	KC_VOTERS = KC_ROLE_BIT(KC_ROLE_PANEL_INNER) |
	    KC_ROLE_BIT(KC_ROLE_PANEL_OUTER) | KC_ROLE_BIT(KC_ROLE_PANEL_GRASS),
	KC_TELLERS = KC_ROLE_BIT(KC_ROLE_TALLY),
	/* Whoever signs or keeps the machine, but not the clerk. */
	KC_EVERYBODY = KC_OFFICES | KC_PERSONNEL | KC_STATISTICS | KC_JUDGES |
	    KC_UNITS | KC_KEYS | KC_VOTERS | KC_TELLERS |
	    KC_ROLE_BIT(KC_ROLE_OPERATOR)
};

#define KC_VIEWER_HAD 8
enum kc_sees {
	KC_SEES_NOTHING,
	KC_SEES_SELF,   /* what is the reader's own to do, and no unit's */
	KC_SEES_OWN,    /* and rows of the reader's unit */
	KC_SEES_JUDGED, /* and of targets and cases that it judges */
	KC_SEES_ALL
};

/* A reader, as enrolled when it asks; of an earlier state it sees what it may
 * see now. Zero is one who sees nothing. */
struct kc_viewer {
	bool all; /* the operator's own uid, and offline */
	/* Entries are for everybody, but for what is sealed. */
	bool published;
	uint32_t roles;
	char actor[KC_CODE_MAX + 1], unit[KC_CODE_MAX + 1]; /* may be "" */
	/* Units that have ended and whose place this one takes: of an earlier
	 * state what was theirs is read as its own. Further ones are not. */
	char had[KC_VIEWER_HAD][KC_CODE_MAX + 1];
	unsigned nhad;
};
/* Who is not enrolled, retired, or without a key in force has no role. */
void kc_viewer_of(
    const struct kc_state *st, struct kc_slice actor, struct kc_viewer *out);
/* NULL is the operator. */
enum kc_sees kc_viewer_scope(const struct kc_viewer *r, enum kc_see what);
/* May it see this of a unit (a code; "" for none)? Whatever is judged is
 * not asked: for names of persons, and what has no target. */
bool kc_viewer_sees(
    const struct kc_viewer *r, enum kc_see what, struct kc_slice unit);
/* May it read this entry, at this state and instant? */
bool kc_viewer_sees_entry(const struct kc_state *st, const struct kc_viewer *r,
    const struct kc_entry *e, int64_t now_ms);
/* The same of a statement that nobody has signed yet: whoever is named as its
 * signer proves nothing. */
bool kc_viewer_sees_draft(const struct kc_state *st, const struct kc_viewer *r,
    const struct kc_entry *e, int64_t now_ms);
/* KC_R_NOT_PERMITTED, with who may. */
enum kc_err kc_viewer_refuse(
    const struct kc_viewer *r, enum kc_see what, struct kc_refusal *why);
enum kc_err kc_viewer_refuse_entry(const struct kc_viewer *r,
    const struct kc_entry *e, struct kc_refusal *why);
/* Is it read by few, the Establishment Office not among them? */
bool kc_entry_is_sealed(const struct kc_entry *e);
/* Does it see every entry, whatever it is? */
bool kc_viewer_sees_every_entry(const struct kc_viewer *r);

#endif
