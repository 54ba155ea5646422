/* SPDX-License-Identifier: Apache-2.0 */
/* What is found, how grave it is, and the words for it. */
#include "verify_int.h"

static const struct {
	const char *name;
	enum kc_verdict verdict;
	const char *zh, *en;
} findings[] = {{"", KC_HOLDS, "", ""},
#define X(sym, name, verdict, zh, en) {name, KC_##verdict, zh, en},
    KC_FINDINGS(X)
#undef X
};

const char *
kc_finding_name(enum kc_finding f)
{
	return f < KC_FOUND_COUNT ? findings[f].name : "";
}

const char *
kc_finding_text(enum kc_finding f, enum kc_lang lang)
{
	if (f >= KC_FOUND_COUNT)
		return "";
	return lang == KC_LANG_ZH ? findings[f].zh : findings[f].en;
}

enum kc_verdict
kc_finding_verdict(enum kc_finding f)
{
	return f < KC_FOUND_COUNT ? findings[f].verdict : KC_UNCHECKED;
}

/* Of two verdicts the graver one counts. */
static unsigned
gravity(enum kc_verdict v)
{
	switch (v) {
	case KC_HOLDS:
		return 0;
	case KC_DIFFERS:
		return 1;
	case KC_UNCHECKED:
		return 2;
	case KC_INCOMPLETE:
		return 3;
	case KC_TAMPERED:
		return 4;
	}
	return 0;
}

void
kc_verify_fail(struct kc_verifier *v, enum kc_verify_stage stage,
    enum kc_finding found, uint64_t seq, const char *what)
{
	struct kc_verify_line *line = &v->r->stage[stage];

	if (gravity(kc_finding_verdict(found)) <=
	    gravity(kc_finding_verdict(line->found)))
		return;
	line->outcome = KC_VERIFY_FAILED;
	line->found = found;
	line->seq = seq;
	line->what[0] = '\0';
	line->why = (struct kc_refusal){0};
	if (what != NULL)
		(void)kc_slice_copy(
		    line->what, sizeof(line->what), kc_slice_str(what));
}

void
kc_verify_pass(
    struct kc_verifier *v, enum kc_verify_stage stage, uint64_t count)
{
	v->r->stage[stage].count = count;
	if (v->r->stage[stage].outcome == KC_VERIFY_NOT_REACHED)
		v->r->stage[stage].outcome = KC_VERIFY_OK;
}

enum kc_finding
kc_verify_read(
    struct kc_verifier *v, const char *path, size_t max, struct kc_buf *out)
{
	const struct kc_files *f = v->o->files;
	enum kc_err err = f->read(f->ctx, path, max, out);

	if (err == KC_OK)
		err = kc_buf_err(out);
	if (err == KC_OK)
		return KC_FOUND_NOTHING;
	if (err == KC_ENOTFOUND)
		return KC_FOUND_MISSING;
	if (err == KC_ETOOBIG)
		return KC_FOUND_TOO_LARGE;
	return err == KC_ENOMEM ? KC_FOUND_MEMORY : KC_FOUND_UNREADABLE;
}

enum kc_finding
kc_verify_compare(struct kc_slice is, struct kc_slice should)
{
	size_t n = is.n < should.n ? is.n : should.n;

	if (n > 0 && memcmp(is.p, should.p, n) != 0)
		return KC_FOUND_HASH;
	return is.n == should.n ? KC_FOUND_NOTHING : KC_FOUND_CUT;
}

/* Must the stage be reached? A part and a receipt cannot, and say so. */
static bool
owed(const struct kc_verify_report *r, unsigned s)
{
	if (r->alone)
		return s <= KC_VERIFY_ENTRIES;
	if (r->open)
		return s <= KC_VERIFY_TREE;
	if (r->no_signatures && s == KC_VERIFY_SIGNATURES)
		return false;
	return r->part[0] == '\0' ||
	    (s != KC_VERIFY_SEEN && s != KC_VERIFY_RULES &&
		s != KC_VERIFY_PERSONS);
}

enum kc_verdict
kc_verify_exit(const struct kc_verify_report *r)
{
	enum kc_verdict worst = KC_HOLDS;
	bool all = true;

	for (unsigned s = 0; s < KC_VERIFY_COUNT; s++) {
		enum kc_verdict is = kc_finding_verdict(r->stage[s].found);

		if (owed(r, s))
			all = all && r->stage[s].outcome == KC_VERIFY_OK;
		if (gravity(is) > gravity(worst))
			worst = is;
	}
	if (worst == KC_HOLDS && all && r->no_signatures)
		return KC_INCOMPLETE;
	return worst == KC_HOLDS && !all ? KC_UNCHECKED : worst;
}

static const struct {
	const char *name, *zh, *en;
} stages[] = {
#define X(sym, name, zh, en) {name, zh, en},
    KC_VERIFY_STAGES(X)
#undef X
};

const char *
kc_verify_name(enum kc_verify_stage s)
{
	return s < KC_VERIFY_COUNT ? stages[s].name : "";
}

const char *
kc_verify_label(enum kc_verify_stage s, enum kc_lang lang)
{
	if (s >= KC_VERIFY_COUNT)
		return "";
	return lang == KC_LANG_ZH ? stages[s].zh : stages[s].en;
}
