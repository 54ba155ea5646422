/* SPDX-License-Identifier: Apache-2.0 */
/* What a counterfactual comes to: as evidence, and as a document. */
#include "standing.h"

#include <stdlib.h>
#include <string.h>

#include <kaocheng/instant.h>

/* Both sides of it, ready to be written. */
struct supposed {
	const struct kc_supposed *w;
	const struct kc_supposition *s;
	const struct kc_hash *root;
	struct kc_hash is, as_if; /* digests */
	struct kc_standing from, to;
	struct kc_slice *without; /* in one order, without the '#' */
};

static int
by_bytes(const void *a, const void *b)
{
	return kc_slice_cmp(
	    *(const struct kc_slice *)a, *(const struct kc_slice *)b);
}

static enum kc_err
prepare(struct supposed *v, const struct kc_supposed *w,
    const struct kc_supposition *s, const struct kc_hash *root,
    struct kc_refusal *why)
{
	enum kc_err err;

	*v = (struct supposed){.w = w, .s = s, .root = root};
	v->without = kc_alloc((s->nwithout + 1) * sizeof(v->without[0]));
	if (v->without == NULL)
		return KC_ENOMEM;
	for (size_t i = 0; i < s->nwithout; i++) {
		struct kc_slice name = s->without[i];

		if (name.n > 1 && name.p[0] == '#') {
			name.p++;
			name.n--;
		}
		v->without[i] = name;
	}
	qsort(v->without, s->nwithout, sizeof(v->without[0]), by_bytes);
	err = kc_state_digest(w->is, &v->is);
	if (err == KC_OK)
		err = kc_state_digest(w->as_if, &v->as_if);
	if (err == KC_OK)
		err = kc_standing_take(w->is, &v->from, why);
	if (err == KC_OK)
		err = kc_standing_take(w->as_if, &v->to, why);
	return err;
}

static void
release(struct supposed *v)
{
	kc_standing_release(&v->from);
	kc_standing_release(&v->to);
	kc_free(v->without);
}

/* --- the evidence -----------------------------------------------------------
 * A line a fact, words between single spaces (FORMAT "Counterfactuals").
 */
static void
put_sha(struct kc_buf *b, const struct kc_hash *h)
{
	kc_buf_str(b, " sha256:");
	kc_buf_hex(b, h->b, sizeof(h->b));
	kc_buf_char(b, '\n');
}

static void
put_sha_of(struct kc_buf *b, const char *word, struct kc_slice text)
{
	struct kc_hash h = kc_sha256(text.p, text.n);

	if (text.n == 0)
		return;
	kc_buf_str(b, word);
	put_sha(b, &h);
}

static void
put_digest(struct kc_buf *b, const char *word, const struct kc_hash *h)
{
	kc_buf_str(b, word);
	kc_buf_char(b, ' ');
	kc_buf_hex(b, h->b, sizeof(h->b));
	kc_buf_char(b, '\n');
}

/* Where it stands, and by which rules the log was replayed. */
static void
put_log(struct kc_buf *b, const struct supposed *v)
{
	const struct kc_state *st = v->w->is;

	kc_buf_str(b, "kaocheng/v1 counterfactual\nledger ");
	kc_buf_str(b, st->origin);
	kc_buf_str(b, "\nentries ");
	kc_buf_u64(b, v->w->upto);
	kc_buf_str(b, "\nroot ");
	kc_buf_hash(b, v->root);
	kc_buf_str(b, "\nreceived ");
	kc_buf_instant_ms(b, v->w->received_ms);
	kc_buf_char(b, '\n');
	for (uint32_t i = 0; i < st->policies.n; i++) {
		kc_buf_str(b, "policy ");
		kc_buf_u64(b, st->policies.v[i].seq);
		put_sha(b, &st->policies.v[i].hash);
	}
	for (uint32_t i = 0; i < st->calendars.n; i++) {
		kc_buf_str(b, "calendar ");
		kc_buf_u64(b, st->calendars.v[i].seq);
		put_sha(b, &st->calendars.v[i].hash);
	}
	put_digest(b, "state", &v->is);
}

static void
put_supposition(struct kc_buf *b, const struct supposed *v)
{
	for (size_t i = 0; i < v->s->nwithout; i++) {
		if (i > 0 && kc_slice_eq(v->without[i], v->without[i - 1]))
			continue;
		kc_buf_str(b, "without ");
		kc_buf_slice(b, v->without[i]);
		kc_buf_char(b, '\n');
	}
	put_sha_of(b, "with-policy", v->s->policy.text);
	put_sha_of(b, "with-calendar", v->s->calendar.text);
}

static const char *const fates[] = {
    [KC_FATE_LEFT_OUT] = "left-out",
    [KC_FATE_REPLACED] = "replaced",
    [KC_FATE_REFUSED] = "refused",
    [KC_FATE_ADDED] = "with",
    [KC_FATE_DERIVED] = "derived",
};

static void
put_row(
    struct kc_buf *b, const struct supposed *v, const struct kc_supposed_row *r)
{
	const char *about = kc_supposed_about(v->w, r);

	kc_buf_str(b, fates[r->fate]);
	kc_buf_char(b, ' ');
	if (r->fate == KC_FATE_ADDED || r->fate == KC_FATE_DERIVED)
		kc_buf_instant_ms(b, r->received_ms);
	else
		kc_buf_u64(b, r->seq);
	kc_buf_char(b, ' ');
	kc_buf_str(b, kc_kind_get(r->kind)->name);
	if (r->fate == KC_FATE_REFUSED) {
		kc_buf_char(b, ' ');
		kc_buf_str(b, kc_refusal_code_text(r->code));
	}
	if (about[0] != '\0') {
		kc_buf_char(b, ' ');
		kc_buf_str(b, about);
	}
	if (r->fate == KC_FATE_ADDED)
		put_sha_of(b, "", v->s->with[r->seq]);
	else
		kc_buf_char(b, '\n');
}

static void
put_side(struct kc_buf *b, const struct kc_stand *s)
{
	kc_buf_char(b, ' ');
	if (!s->listed) {
		kc_buf_str(b, "- -");
		return;
	}
	kc_buf_points(b, s->total_e4);
	kc_buf_char(b, ' ');
	kc_buf_u64(b, s->rank);
}

static void
put_units(struct kc_buf *b, const struct supposed *v)
{
	struct kc_stand_pair p;
	size_t i = 0, j = 0;

	while (kc_standing_next(&v->from, &v->to, &i, &j, &p)) {
		if (!p.from.listed && !p.to.listed)
			continue;
		kc_buf_str(b, "unit ");
		kc_buf_i64(b, p.from.year);
		kc_buf_char(b, ' ');
		kc_buf_str(b, p.from.unit);
		put_side(b, &p.from);
		put_side(b, &p.to);
		kc_buf_char(b, '\n');
	}
}

static enum kc_err
put_text(struct kc_buf *b, const struct supposed *v)
{
	put_log(b, v);
	put_supposition(b, v);
	for (uint32_t i = 0; i < v->w->n; i++)
		put_row(b, v, &v->w->rows[i]);
	put_digest(b, "supposed", &v->as_if);
	put_units(b, v);
	return kc_buf_err(b);
}

enum kc_err
kc_supposed_text(const struct kc_supposed *w, const struct kc_supposition *s,
    const struct kc_hash *root, struct kc_buf *out, struct kc_refusal *why)
{
	struct supposed v;
	enum kc_err err = prepare(&v, w, s, root, why);

	if (err == KC_OK)
		err = put_text(out, &v);
	release(&v);
	return err;
}

/* --- the document -----------------------------------------------------------
 */
static void
hex_member(struct kc_vx *x, const char *key, const char *before,
    const struct kc_hash *h)
{
	struct kc_buf b = {0};

	kc_buf_str(&b, before);
	kc_buf_hex(&b, h->b, sizeof(h->b));
	kc_vx_buf(x, key, &b);
	kc_buf_free(&b);
}

static void
row_members(
    struct kc_vx *x, const struct supposed *v, const struct kc_supposed_row *r)
{
	const char *about = kc_supposed_about(v->w, r);

	if (r->fate == KC_FATE_ADDED)
		kc_vx_u64(x, "with", r->seq);
	else if (r->fate != KC_FATE_DERIVED)
		kc_vx_u64(x, "entry", r->seq);
	kc_vx_str(x, "kind", kc_kind_get(r->kind)->name);
	kc_vx_str(x, "kind_text",
	    kc_vx_say(x, kc_kind_get(r->kind)->zh, kc_kind_get(r->kind)->en));
	kc_vx_instant(x, "received", r->received_ms);
	if (r->fate == KC_FATE_REFUSED)
		kc_vx_str(x, "code", kc_refusal_code_text(r->code));
	if (about[0] != '\0')
		kc_vx_str(x, "about", about);
}

/* Not all, where half a ledger falls away: a page of them would cost as much as
 * they all do, for no supposition is kept. */
static void
fate_rows(struct kc_vx *x, const struct supposed *v, const char *key,
    const char *total, enum kc_fate f)
{
	uint32_t n = 0,
		 max = v->s->rows_max > 0 ? v->s->rows_max : KC_PAGE_ROWS;

	kc_json_key(&x->w, key);
	kc_json_open(&x->w, '[');
	for (uint32_t i = 0; i < v->w->n; i++) {
		if (v->w->rows[i].fate != f || n++ >= max)
			continue;
		kc_json_open(&x->w, '{');
		row_members(x, v, &v->w->rows[i]);
		kc_json_close(&x->w, '}');
	}
	kc_json_close(&x->w, ']');
	kc_vx_u64(x, total, n);
}

static void
changed_rows(struct kc_vx *x, const struct supposed *v)
{
	struct kc_stand_pair p;
	size_t i = 0, j = 0;
	uint64_t same = 0;

	kc_json_key(&x->w, "changed");
	kc_json_open(&x->w, '[');
	while (kc_standing_next(&v->from, &v->to, &i, &j, &p)) {
		if (!kc_stand_differs(&p)) {
			same += p.from.listed;
			continue;
		}
		kc_json_open(&x->w, '{');
		kc_vx_stand(x, &p);
		kc_json_close(&x->w, '}');
	}
	kc_json_close(&x->w, ']');
	kc_vx_u64(x, "unchanged", same);
}

static void
write_document(
    struct kc_vx *x, const struct supposed *v, const struct kc_hash *evidence)
{
	struct kc_buf root = {0};

	kc_json_open(&x->w, '{');
	kc_vx_str(x, "schema", "kaocheng.supposed/1");
	kc_vx_str(x, "ledger", v->w->is->origin);
	kc_vx_u64(x, "entries", v->w->upto);
	kc_vx_instant(x, "received", v->w->received_ms);
	kc_buf_hash(&root, v->root);
	kc_vx_buf(x, "root", &root);
	kc_buf_free(&root);
	hex_member(x, "state_digest", "", &v->is);
	kc_json_key(&x->w, "without");
	kc_json_open(&x->w, '[');
	for (size_t i = 0; i < v->s->nwithout; i++)
		kc_json_slice(&x->w, v->without[i]);
	kc_json_close(&x->w, ']');
	changed_rows(x, v);
	fate_rows(x, v, "refused", "refused_total", KC_FATE_REFUSED);
	fate_rows(x, v, "left_out", "left_out_total", KC_FATE_LEFT_OUT);
	fate_rows(x, v, "replaced", "replaced_total", KC_FATE_REPLACED);
	fate_rows(x, v, "added", "added_total", KC_FATE_ADDED);
	fate_rows(x, v, "derived", "derived_total", KC_FATE_DERIVED);
	hex_member(x, "digest", "", &v->as_if);
	hex_member(x, "evidence", "sha256:", evidence);
	kc_json_close(&x->w, '}');
}

enum kc_err
kc_supposed_render(const struct kc_supposed *w, const struct kc_supposition *s,
    const struct kc_hash *root, enum kc_lang lang, struct kc_buf *out,
    struct kc_refusal *why)
{
	struct kc_vx x = {.st = w->is, .w = {.out = out}, .lang = lang};
	struct kc_hash evidence;
	struct kc_buf text = {0};
	struct supposed v;
	enum kc_err err = prepare(&v, w, s, root, why);

	if (err == KC_OK)
		err = put_text(&text, &v);
	if (err == KC_OK) {
		evidence = kc_sha256(text.p, text.n);
		write_document(&x, &v, &evidence);
		err = kc_buf_err(out);
	}
	kc_buf_free(&text);
	release(&v);
	return err;
}
