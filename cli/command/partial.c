/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that not all of their signers have signed yet. */
#include "partial.h"

#include <string.h>

#include "lib/keys.h"
#include "lib/seen.h"
#include "lib/tool.h"

void
kc_partial_split(struct kc_slice bytes, struct kc_partial *out)
{
	out->text = bytes;
	out->sigs = (struct kc_slice){"", 0};
	for (size_t i = bytes.n; i-- > 1;) {
		if (bytes.p[i] == '\n' && bytes.p[i - 1] == '\n') {
			out->text.n = i;
			out->sigs.p = bytes.p + i + 1;
			out->sigs.n = bytes.n - i - 1;
			return;
		}
	}
}

bool
kc_partial_line(
    struct kc_slice sigs, struct kc_slice name, struct kc_slice *line)
{
	static const char dash[] = "\xE2\x80\x94 ";
	size_t lead = sizeof(dash) - 1;

	while (kc_slice_line(&sigs, line)) {
		if (line->n > lead + name.n &&
		    memcmp(line->p, dash, lead) == 0 &&
		    memcmp(line->p + lead, name.p, name.n) == 0 &&
		    line->p[lead + name.n] == ' ')
			return true;
	}
	return false;
}

bool
kc_partial_lacks(struct kc_slice bytes, unsigned i, struct kc_slice *who)
{
	static struct kc_entry e; /* large */
	struct kc_refusal why = {0};
	struct kc_slice line;
	struct kc_partial p;

	kc_partial_split(bytes, &p);
	if (kc_entry_decode_text(&e, p.text, &why) != KC_OK)
		return false;
	for (unsigned k = 0; k < e.nby; k++) {
		if (kc_partial_line(p.sigs, e.by[k], &line) || i-- > 0)
			continue;
		*who = e.by[k];
		return true;
	}
	return false;
}

int
kc_partial_want(struct kc_slice bytes, const char *path)
{
	static const char head[] = "kaocheng/v1 entry ";

	if (bytes.n >= sizeof(head) - 1 &&
	    memcmp(bytes.p, head, sizeof(head) - 1) == 0)
		return KC_EXIT_OK;
	return kc_cli_fail(KC_EXIT_USAGE,
	    _("a statement is what --out writes, and what kaocheng sign signs"),
	    _("%s is no statement"), path);
}

/* --- before and while it is signed --- */
/* The key of an actor, if --as names him. */
static const struct kc_pen *
pen_of(const struct kc_authors *a, struct kc_slice actor)
{
	for (size_t i = 0; i < a->npens; i++)
		if (kc_slice_is(actor, a->cli->as[i]))
			return &a->pens[i];
	return NULL;
}

int
kc_partial_join(const struct kc_authors *a, const struct kc_entry *e,
    const struct kc_partial *p, struct kc_buf *out, unsigned *missing)
{
	struct kc_slice line;
	int code = KC_EXIT_OK;

	*missing = 0;
	kc_buf_slice(out, p->text);
	kc_buf_char(out, '\n');
	for (unsigned i = 0; code == KC_EXIT_OK && i < e->nby; i++) {
		const struct kc_pen *pen = pen_of(a, e->by[i]);

		if (pen != NULL) {
			code = kc_pen_line(pen, p->text, out);
		} else if (kc_partial_line(p->sigs, e->by[i], &line)) {
			kc_buf_slice(out, line);
			kc_buf_char(out, '\n');
		} else {
			*missing += 1;
		}
	}
	return code;
}

int
kc_partial_named(const struct kc_cli *cli, const struct kc_entry *e)
{
	for (size_t i = 0; i < cli->nas; i++)
		if (!kc_entry_is_by(e, kc_slice_str(cli->as[i])))
			return kc_cli_usage(
			    _("%s is not one of its signers"), cli->as[i]);
	return KC_EXIT_OK;
}

int
kc_partial_history(struct kc_cli *cli, const struct kc_entry *e)
{
	struct kc_log_keys trusted;

	if (kc_trust_load(cli, &trusted) != KC_OK)
		return cli->trust == NULL
		    ? KC_EXIT_OK
		    : kc_cli_error(cli, KC_ESYNTAX, cli->trust);
	if (!kc_slice_is(e->ledger, trusted.v[0].name))
		return kc_cli_usage(_("the statement is for ledger %.*s; the "
				      "trust file is that of %s"),
		    (int)e->ledger.n, e->ledger.p, trusted.v[0].name);
	return kc_seen_text(cli, &trusted, e);
}
