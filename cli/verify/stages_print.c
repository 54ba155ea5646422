/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a verification: each stage, what is not proved, the end. */
#include "stages_print.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/instant.h>

#include "lib/foreign.h"
#include "lib/i18n.h"
#include "lib/width.h"

#define LABEL_WIDTH 46
#define LAST_YEAR_S UINT64_C(7258118400) /* 2200-01-01 */

static const char *
conclusion(int code)
{
	switch (code) {
	case 0:
		return _("no tampering found");
	case 10:
		return _("TAMPERED: what was signed is not what is here");
	case 11:
		return _("cannot be proved complete");
	case 12:
		return _("replay differs: entries stand that the rules refuse");
	}
	return _("it could not be checked");
}

static const char *
mark(enum kc_verify_outcome o)
{
	switch (o) {
	case KC_VERIFY_OK:
		return _("[ok]");
	case KC_VERIFY_FAILED:
		return _("[NO]");
	case KC_VERIFY_NOT_REACHED:
		break;
	}
	return _("[--]");
}

static void
put_time(struct kc_buf *out, uint64_t seconds)
{
	if (seconds < LAST_YEAR_S)
		kc_buf_instant_s(out, (int64_t)seconds);
	else
		kc_buf_u64(out, seconds);
}

/* --- people --- */
void
kc_stages_put_fault(FILE *to, const struct kc_stages *s,
    const struct kc_verify_report *r, const struct kc_verify_line *l)
{
	struct kc_buf text = {0};

	if (l->what[0] != '\0') {
		kc_put_foreign(to, l->what);
		fputs(": ", to);
	}
	if (l->seq != KC_VERIFY_NO_SEQ) {
		fprintf(to, _("entry #%llu: "), (unsigned long long)l->seq);
	}
	if (l->why.code != KC_R_NONE) {
		kc_refusal_message(&l->why, s->lang, &text);
		fprintf(to, "[%s] ", kc_refusal_code_text(l->why.code));
		kc_put_foreign(to, kc_buf_cstr(&text));
		if (l->why.line > 0)
			fprintf(to, _(" (line %u, column %u)"), l->why.line,
			    l->why.col);
	} else {
		fputs(kc_finding_text(l->found, s->lang), to);
	}
	if (l->found == KC_FOUND_MALFORMED && r->where.fault != KC_TRUST_OK &&
	    strcmp(l->what, "trust") == 0)
		fprintf(to, " (%u:%u: %s)", r->where.line, r->where.col,
		    kc_trust_fault_text(r->where.fault, s->lang));
	fputc('\n', to);
	if (l->why.code != KC_R_NONE && l->why.rule_place[0] != '\0') {
		fputs("       ", to);
		kc_put_foreign(to, l->why.rule_place);
		fprintf(to, "  %s\n", l->why.rule);
	}
	kc_buf_free(&text);
}

static void
print_witnesses(const struct kc_trust *t, const struct kc_cosigned *c)
{
	uint32_t wants = kc_trust_wants(t, c);

	for (size_t i = 0; i < t->nwitnesses; i++) {
		const struct kc_trust_witness *w = &t->witness[i];
		uint32_t bit = UINT32_C(1) << i;
		struct kc_buf at = {0};

		if (((c->by | c->unchecked) & bit) == 0)
			continue;
		printf("%s ", _("witness"));
		kc_put_foreign(stdout, w->name);
		printf(" (");
		kc_put_foreign(stdout, w->key.name);
		printf("): ");
		if ((c->by & bit) != 0) {
			put_time(&at, c->time[i]);
			printf(_("signed at %s\n"), kc_buf_cstr(&at));
		} else if ((wants & bit) != 0) {
			printf("%s",
			    _("the quorum needs it, but its key is of "
			      "ML-DSA-44, "
			      "which this verifier cannot check\n"));
		} else {
			printf("%s",
			    _("its key is of ML-DSA-44, which this verifier "
			      "cannot check: not counted\n"));
		}
		kc_buf_free(&at);
	}
	if (c->unknown == 1)
		printf("%s", _("1 signature by a key not known here\n"));
	else if (c->unknown > 1)
		printf(_("%u signatures by keys not known here\n"), c->unknown);
}

/* What was there besides, or not there, and does no harm. */
static void
print_remarks(const struct kc_verify_report *r)
{
	if (r->stale > 0)
		printf(_("%llu partial tiles of earlier sizes lie beside the "
			 "present ones\n"),
		    (unsigned long long)r->stale);
	if (r->no_hashes)
		printf("%s",
		    _("no hash tiles are here: hashed from the entries\n"));
	if (r->no_keys)
		printf("%s",
		    _("no list of keys is here: taken from the entries\n"));
	if (r->absent > 0)
		printf(_("%llu of %llu files that entries cite are not here\n"),
		    (unsigned long long)r->absent,
		    (unsigned long long)r->cited);
	print_witnesses(&r->trust, &r->witnesses);
	if (r->at_least) {
		printf(_("earlier checkpoint of %llu entries\n"),
		    (unsigned long long)r->earlier.size);
		print_witnesses(&r->trust, &r->earlier_witnesses);
	}
}

/* Of a part: what it is about, and what only the whole log can show. */
static void
print_part(const struct kc_verify_report *r)
{
	struct kc_slice rest = kc_slice_str(r->part), name;

	fputs(_("a part of the ledger, about:"), stdout);
	while (kc_slice_line(&rest, &name)) {
		char text[KC_CODE_MAX + 1];

		(void)kc_slice_copy(text, sizeof(text), name);
		putchar(' ');
		kc_put_foreign(stdout, text);
	}
	putchar('\n');
}

void
kc_stages_put_not_proved(
    FILE *to, const struct kc_stages *s, const struct kc_verify_report *r)
{
	unsigned long long size = r->checkpoint.size;

	fprintf(to, "%s\n", _("not proved:"));
	if (r->no_signatures)
		fprintf(to, "%s",
		    _("  that the authors signed: their signatures were left "
		      "out, as asked\n"));
	if (r->alone) {
		fprintf(to, "%s",
		    _("  that its authors' keys were in force, and that the "
		      "rules allowed it:\n"
		      "  a part (export --case) shows the keys, an export "
		      "both\n"));
		return;
	}
	if (r->open) {
		fprintf(to, "%s",
		    _("  what the entries say, who signed them, and that the "
		      "rules allowed it:\n"
		      "  only their hashes are here (export --profile "
		      "public)\n"));
		return;
	}
	if (r->part[0] != '\0') {
		fprintf(to, "%s",
		    _("  that nothing else was said about it, and that the "
		      "rules allowed it:\n"
		      "  an export of the whole ledger shows that\n"));
		return;
	}
	fprintf(to, _("  that nothing came after entry #%llu\n"),
	    size > 0 ? size - 1 : 0);
	if (s->trust == NULL)
		fprintf(to, "%s",
		    _("  that the log key is the ledger's own: give "
		      "--trust FILE from elsewhere\n"));
	if (s->at_least == NULL)
		fprintf(to, "%s",
		    _("  that no other history was shown to others: "
		      "give --at-least CHECKPOINT\n"));
}

/* What the holder of the log's key could still write anew, unnoticed. */
static void
print_covered(const struct kc_verify_report *r)
{
	unsigned long long from = r->covered, size = r->checkpoint.size;

	if (from + 1 == size)
		printf(
		    _("entry #%llu is covered by the log's key alone\n"), from);
	else if (from < size)
		printf(_("entries #%llu to #%llu are covered by the log's key "
			 "alone\n"),
		    from, size - 1);
}

/* Nothing is wrong but that the signatures were not looked at? */
static bool
left_out(const struct kc_verify_report *r)
{
	for (int i = 0; i < KC_VERIFY_COUNT; i++)
		if (r->stage[i].outcome != KC_VERIFY_OK &&
		    i != KC_VERIFY_SIGNATURES)
			return false;
	return r->no_signatures;
}

static void
print_people(
    const struct kc_stages *s, const struct kc_verify_report *r, int code)
{
	struct kc_buf text = {0};

	for (int i = 0; i < KC_VERIFY_COUNT; i++) {
		const struct kc_verify_line *l = &r->stage[i];

		if (r->alone && i > KC_VERIFY_ENTRIES)
			break;
		printf("%s  ", mark(l->outcome));
		kc_put_padded(stdout,
		    kc_verify_label((enum kc_verify_stage)i, s->lang),
		    LABEL_WIDTH);
		if (l->outcome != KC_VERIFY_NOT_REACHED)
			printf("%12llu", (unsigned long long)l->count);
		putchar('\n');
		if (l->outcome == KC_VERIFY_FAILED) {
			printf("       ");
			kc_stages_put_fault(stdout, s, r, l);
		}
	}
	if (r->signed_by_log) {
		kc_buf_hash(&text, &r->checkpoint.root);
		kc_buf_cstr(&text);
		printf("%s %s\n", _("ledger"), r->checkpoint.origin);
		printf("%s %llu  %s %s\n", _("size"),
		    (unsigned long long)r->checkpoint.size, _("root"), text.p);
		kc_buf_reset(&text);
		kc_buf_vkey(&text, &r->log_key);
		printf("%s %s\n", _("log key"), kc_buf_cstr(&text));
		print_remarks(r);
		if (r->alone)
			kc_stages_print_entry(s, r);
		else if (r->part[0] != '\0')
			print_part(r);
		else if (code == 0)
			print_covered(r);
		if (code == 0 || left_out(r))
			kc_stages_put_not_proved(stdout, s, r);
	}
	printf("%s%s (%s %d)\n", _("conclusion: "),
	    kc_stages_conclusion(r, code), _("exit code"), code);
	kc_buf_free(&text);
}

const char *
kc_stages_conclusion(const struct kc_verify_report *r, int code)
{
	return left_out(r)
	    ? _("no tampering found, but cannot be proved without "
		"the signatures")
	    : conclusion(code);
}

void
kc_stages_print(
    const struct kc_stages *s, const struct kc_verify_report *r, int code)
{
	if (s->json)
		kc_stages_json(s, r, code);
	else
		print_people(s, r, code);
	fflush(stdout);
}

int
kc_stages_end(const struct kc_stages *s, const struct kc_verify_report *r)
{
	int code = kc_verify_exit(r);

	kc_stages_print(s, r, code);
	return s->told != NULL ? s->told(s->ctx, s, r, code) : code;
}

int
kc_stages_say(
    const struct kc_stages *s, int code, const char *path, const char *message)
{
	struct kc_buf said = {0}, out = {0};
	struct kc_json w = {.out = &out};

	if (path != NULL) {
		kc_buf_foreign(&said, kc_slice_str(path));
		kc_buf_str(&said, ": ");
	}
	kc_buf_foreign(&said, kc_slice_str(message));
	if (s->json) {
		kc_json_open(&w, '{');
		kc_json_key(&w, "schema");
		kc_json_str(&w, "kaocheng.error/1");
		kc_json_key(&w, "exit");
		kc_json_u64(&w, (uint64_t)code);
		kc_json_key(&w, "message");
		kc_json_str(&w, kc_buf_cstr(&said));
		kc_json_close(&w, '}');
		fprintf(stderr, "%s\n", kc_buf_cstr(&out));
	} else {
		fprintf(stderr, "%s%s\n", _("error: "), kc_buf_cstr(&said));
	}
	kc_buf_free(&said);
	kc_buf_free(&out);
	return code;
}

void
kc_stages_print_unreadable(const struct kc_stages *s, enum kc_finding found,
    enum kc_err err, int error, int code)
{
	if (s->json) {
		kc_stages_json_unreadable(s, found, err, code);
	} else {
		fputs(_("error: "), stderr);
		kc_put_foreign(stderr, s->path);
		fprintf(stderr, ": %s\n",
		    err == KC_EIO ? strerror(error)
			: found == KC_FOUND_NOT_ONE
			? _("neither an export nor a mirror")
			: found == KC_FOUND_UNREADABLE
			? kc_err_said(err)
			: kc_finding_text(found, s->lang));
		printf("%s%s (%s %d)\n", _("conclusion: "), conclusion(code),
		    _("exit code"), code);
	}
	fflush(stdout);
}
