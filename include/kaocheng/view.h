/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views: every question that can be read off the log, answered as one JSON
 * document. The daemon serves these bytes; the CLI makes the same from a
 * ledger on disk; tables and CSV are printed from them.
 */
#ifndef KAOCHENG_VIEW_H
#define KAOCHENG_VIEW_H

#include <kaocheng/civil.h>
#include <kaocheng/json.h>
#include <kaocheng/log.h>
#include <kaocheng/state.h>
#include <kaocheng/suppose.h>
#include <kaocheng/viewer.h>

struct kc_view_source {
	const struct kc_state *state;
	const struct kc_log *log;
	int64_t now_ms; /* for "days left"; the ledger's or the reader's */
};

/* Parameters by name; a view says which it takes (views.def). Unknown or
 * malformed ones are KC_R_REQUEST. */
struct kc_view_args {
	struct kc_slice unit; /* unit by code or name (view/meant.h) */
	struct kc_slice id;   /* target, case, warning, seq, kind: by view */
	int32_t year;         /* 0: the only or the latest year */
	uint64_t from, limit; /* log: first seq and number, 0 = default */
	/* log: those before this seq, the newest first; 0: oldest first */
	uint64_t before;
	/* log: a kind ("unit." for all of a noun), a signer, the handle of a
	 * matter, words in a field; empty: any */
	struct kc_slice kind, by, about, text;
	kc_day since, until; /* log: received on these days, 0: any */
	/* lists: `limit` rows at most, KC_PAGE_ROWS if not said; and where to
	 * go on: rows_next of the page before, empty: at the first */
	struct kc_slice after;
	/* blame and diff (change.h): rows of each list, which have no pages; 0:
	 * KC_PAGE_ROWS. How many there are they say. */
	uint64_t rows_max;
	enum kc_lang lang; /* of labels and sentences */
	/* Who asks, borrowed; NULL: the operator, who sees all. */
	const struct kc_viewer *reader;
};

/* views.def: VIEW(name, args, sees, zh, en) then COL(name, key, zh, en, right)
 * for the columns of its "rows", END(name). */
struct kc_view_column {
	const char *key, *zh, *en;
	bool right;
};
struct kc_view {
	const char *name;
	const char
	    *args; /* subset of "uwiyflbkscqdea" as in struct kc_view_args;
		      w: of one unit, and of nothing without it */
	const char *zh, *en;
	const struct kc_view_column *columns;
	size_t ncolumns;
};
/* The rows that one answer has at most; fewer if they are long. */
#define KC_PAGE_ROWS 10000
/* What a member rows_next says: the rows are those of the log's first `size`
 * entries at that instant, and `at` of them came before. Who goes on renders
 * from that very state and instant, or is refused. */
struct kc_cursor {
	uint64_t size, at;
	int64_t now_ms;
};
bool kc_cursor_read(struct kc_slice text, struct kc_cursor *out);
size_t kc_view_count(void);
const struct kc_view *kc_view_get(size_t i);
const struct kc_view *kc_view_find(struct kc_slice name);
/* Is it a list that comes in pages of rows, whose document has rows_next? */
bool kc_view_pages(const struct kc_view *v);
/* Does the view "ready" say all that a statement of the kind has to name? */
bool kc_kind_has_ready(const struct kc_kind *kind);

/* Appends {"schema":"kaocheng.<name>/1","as_of":{…},…,"rows":[…]}. Rows are
 * objects whose keys include the view's columns; a value is a string, a
 * whole number, a boolean, null, or a list of strings or numbers. Points are
 * strings with four decimals; keys and words are English, `lang` chooses the
 * language of labels and sentences only. KC_EREFUSED (not found, bad
 * argument), KC_ENOMEM or the log's error. */
enum kc_err kc_view_render(const struct kc_view *v,
    const struct kc_view_source *src, const struct kc_view_args *args,
    struct kc_buf *out, struct kc_refusal *why);

/*
 * The actors that a rendered document speaks of and whose names the reader may
 * be told, each once, with an LF: the row "name" of views.def, and its own.
 * Reader "": who has the ledger itself, all. KC_ENOMEM.
 */
enum kc_err kc_view_actors(const struct kc_state *st, struct kc_slice json,
    struct kc_slice reader, struct kc_buf *out);

/*
 * What a statement would do: applies e to a state of the caller's own and
 * appends {"schema":"kaocheng.effect/1","seq","kind","handle","effect":what
 * happens and whose score changes, "then":what may follow by whom until when,
 * "due","scores":[{"unit","year","before","after"}]}; sentences are in
 * `lang`. Signatures and the id are not looked at. Scores are those that the
 * reader sees, and that of the case at hand. KC_EREFUSED (it may not be read,
 * or would not stand), KC_ENOMEM; the state is to be discarded in every case.
 */
enum kc_err kc_effect_render(struct kc_state *own, const struct kc_entry *e,
    struct kc_stamp at, enum kc_lang lang, const struct kc_viewer *reader,
    struct kc_buf *out, struct kc_refusal *why);

/*
 * What a counterfactual (suppose.h) comes to, after the log's first w->upto
 * entries, whose root is given. KC_ENOMEM, KC_EREFUSED (a year without a
 * policy).
 *
 * As a text that is evidence: canonical, so that whoever replays the same log
 * under the same supposition makes the same bytes (docs/FORMAT.md
 * "Counterfactuals"). And as {"schema":"kaocheng.supposed/1", ..., "changed":
 * [{"unit","year","from","to","rank_from","rank_to"}], "refused":[{"entry",
 * "kind","code"}], "digest","evidence"}: digest is that of the supposed state,
 * evidence the hash of the text.
 */
enum kc_err
kc_supposed_text(const struct kc_supposed *w, const struct kc_supposition *s,
    const struct kc_hash *root, struct kc_buf *out, struct kc_refusal *why);
enum kc_err kc_supposed_render(const struct kc_supposed *w,
    const struct kc_supposition *s, const struct kc_hash *root,
    enum kc_lang lang, struct kc_buf *out, struct kc_refusal *why);

#endif
