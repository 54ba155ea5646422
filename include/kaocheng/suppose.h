/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counterfactuals: the same log replayed as if some of it had been otherwise.
 * Two states go through the entries side by side, the log's own and the
 * supposed one; each entry is read once. Nothing of it is ever stored as
 * state. What a counterfactual means: docs/adr/0012.
 */
#ifndef KAOCHENG_SUPPOSE_H
#define KAOCHENG_SUPPOSE_H

#include <kaocheng/log.h>
#include <kaocheng/state.h>

/* What is supposed; all slices are borrowed. */
struct kc_supposed_file {
	struct kc_slice text; /* n 0: none */
	const char *file;     /* its name, for citations */
};
struct kc_supposition {
	/* Entries by their numbers ("4711", "#4711"), things by their names
	 * (every entry that is about it goes with it), or what a key signed
	 * in a part of the log: "NAME+KEYID#FROM", "NAME+KEYID#FROM-TO". */
	const struct kc_slice *without;
	size_t nwithout;
	/* Notes, unsigned texts or leaves, each taken in at its `at`. */
	const struct kc_slice *with;
	size_t nwith;
	struct kc_supposed_file policy;   /* in place of all adopted ones */
	struct kc_supposed_file calendar; /* of those of its years */
	/* Rows of each list in the document; 0: KC_PAGE_ROWS (view.h). How many
	 * there are it says, and the evidence has them all. */
	uint32_t rows_max;
};

/* What became of an entry. Entries without a row stand as they are. */
enum kc_fate {
	KC_FATE_LEFT_OUT, /* as asked */
	KC_FATE_REPLACED, /* with the supposed text */
	KC_FATE_REFUSED,  /* falls away: a rule says no; the code says which */
	KC_FATE_ADDED,    /* a supposed note; seq is its place in `with` */
	KC_FATE_DERIVED   /* what the clerk would have written */
};
struct kc_supposed_row {
	enum kc_fate fate;
	enum kc_kind_id kind;
	enum kc_refusal_code code;
	uint64_t seq;
	int64_t received_ms;
	/* Of ADDED the handle that it got, of DERIVED what it is about: a
	 * text in `words`, at an offset; 0: none. */
	size_t about;
};

/* Which part of the supposition was at fault. */
enum kc_supposed_part {
	KC_SUPPOSED_LOG, /* none: the log itself does not replay */
	KC_SUPPOSED_WITHOUT,
	KC_SUPPOSED_WITH,
	KC_SUPPOSED_POLICY,
	KC_SUPPOSED_CALENDAR
};
struct kc_supposed {
	struct kc_state *is, *as_if;
	uint64_t upto;       /* entries that were replayed */
	int64_t received_ms; /* of the last of them */
	struct kc_supposed_row *rows;
	uint32_t n, cap;
	struct kc_buf words; /* NUL-terminated texts */
	enum kc_supposed_part bad;
	uint64_t bad_at; /* entry of the log, or place in `without`, `with` */
};

/*
 * Replays the first upto entries of the log (no more than there are) twice
 * over. KC_OK, or with bad and bad_at set: KC_EREFUSED (*why: a supposed note
 * would not have been admitted, a name is of nothing, a file is malformed; or
 * the log does not replay), KC_ECORRUPT, KC_ENOMEM, the log's error. Release
 * *out in every case.
 */
enum kc_err kc_suppose(const struct kc_supposition *s, const struct kc_log *log,
    uint64_t upto, struct kc_supposed *out, struct kc_refusal *why);
void kc_supposed_release(struct kc_supposed *out);
/* "" if none. */
const char *kc_supposed_about(
    const struct kc_supposed *w, const struct kc_supposed_row *row);

#endif
