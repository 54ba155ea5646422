/* SPDX-License-Identifier: Apache-2.0 */
/* Entries: one pass over the note, by the kind table. No allocation. */
#include <kaocheng/entry.h>

#include <assert.h>
#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/leaf.h>

#include "decoder.h"

#define HEAD_SIZE (sizeof(KC_ENTRY_HEAD) - 1)
#define ID_TEXT (2 * KC_ID_SIZE)
#define INSTANT_TEXT 20
#define HASH_TEXT KC_BASE64_SIZE(KC_HASH_SIZE)

/* Every refusal goes through here: sets the place, keeps code and args. */
static enum kc_err
refuse_at(struct kc_decoder *d, const char *at)
{
	kc_refusal_at(d->why, d->bytes, at);
	return KC_EREFUSED;
}

enum kc_err
kc_decode_refuse(struct kc_decoder *d, const char *at,
    enum kc_refusal_code code, const char *a0, const char *a1)
{
	kc_refuse(d->why, code, a0, a1, NULL, NULL);
	return refuse_at(d, at);
}

static enum kc_err
refuse_count(
    struct kc_decoder *d, const char *at, const char *name, unsigned max)
{
	kc_refuse(d->why, KC_R_FIELD_COUNT, name, NULL, NULL, NULL);
	kc_refusal_arg_u64(d->why, 1, max);
	return refuse_at(d, at);
}

enum kc_err
kc_decode_refuse_size(struct kc_decoder *d, const char *at)
{
	kc_refuse(d->why, KC_R_TOO_BIG, NULL, NULL, NULL, NULL);
	kc_refusal_arg_u64(d->why, 0, KC_NOTE_MAX);
	return refuse_at(d, at);
}

/* A byte that may stand nowhere. */
static enum kc_err
refuse_byte(struct kc_decoder *d, const char *at)
{
	return kc_decode_refuse(d, at, KC_R_TEXT, NULL, NULL);
}

static enum kc_err
refuse_head(struct kc_decoder *d, const char *at, const char *name)
{
	kc_head_refuse(name, d->why);
	return refuse_at(d, at);
}

/* --- head --- */

/* Whether the line taken last is "name value"; gives the value. */
static inline bool
is_named(const struct kc_slice *line, const char *name, size_t n,
    struct kc_slice *value)
{
	/* Two bytes tell nearly all other names apart. */
	if (line->n <= n || line->p[n] != ' ' || line->p[0] != name[0] ||
	    !kc_same(line->p, name, n))
		return false;
	value->p = line->p + n + 1;
	value->n = line->n - n - 1;
	return true;
}

static enum kc_err
take_head(
    struct kc_decoder *d, const char *name, size_t n, struct kc_slice *value)
{
	const char *at = d->p;

	if (!kc_next_line(d) || !is_named(&d->line, name, n, value))
		return kc_decode_refuse(d, at, KC_R_FIELD_MISSING, name, NULL);
	return KC_OK;
}
#define TAKE_HEAD(d, name, value) take_head(d, name, sizeof(name) - 1, value)

static enum kc_err
decode_kind(struct kc_decoder *d)
{
	struct kc_slice name;

	kc_next_line(d);
	if (d->line.n <= HEAD_SIZE ||
	    memcmp(d->line.p, KC_ENTRY_HEAD, HEAD_SIZE) != 0)
		return kc_decode_refuse(
		    d, d->line.p, KC_R_SYNTAX, KC_ENTRY_HEAD "<kind>", NULL);
	name.p = d->line.p + HEAD_SIZE;
	name.n = d->line.n - HEAD_SIZE;
	d->e->kind = kc_kind_find(name);
	if (d->e->kind == NULL) {
		kc_refuse(d->why, KC_R_KIND, NULL, NULL, NULL, NULL);
		kc_refusal_arg(d->why, 0, name);
		return refuse_at(d, name.p);
	}
	return KC_OK;
}

static enum kc_err
decode_by(struct kc_decoder *d)
{
	struct kc_entry *e = d->e;
	struct kc_slice actor;

	e->nby = 0;
	while (d->end - d->p > 3 && memcmp(d->p, "by ", 3) == 0) {
		kc_next_line(d);
		if (e->nby == KC_SIGNERS_MAX)
			return refuse_count(d, d->line.p, "by", KC_SIGNERS_MAX);
		actor.p = d->line.p + 3;
		actor.n = d->line.n - 3;
		if (!kc_actor_ok(actor))
			return refuse_head(
			    d, kc_form_fault("c*", actor, KC_CODE_MAX), "by");
		for (unsigned i = 0; i < e->nby; i++)
			if (kc_slice_eq(e->by[i], actor))
				return refuse_head(d, actor.p, "by");
		e->by[e->nby++] = actor;
	}
	if (e->nby == 0)
		return kc_decode_refuse(
		    d, d->p, KC_R_FIELD_MISSING, "by", NULL);
	return KC_OK;
}

static enum kc_err
decode_ledger(struct kc_decoder *d)
{
	struct kc_slice *ledger = &d->e->ledger;
	const char *known = kc_stands(d, "ledger ", 7, d->ledger.n);
	enum kc_err err;

	if (d->ledger.n > 0 && known != NULL &&
	    kc_same(known, d->ledger.p, d->ledger.n)) {
		*ledger = (struct kc_slice){known, d->ledger.n};
		d->p = known + d->ledger.n + 1;
		return KC_OK;
	}
	err = TAKE_HEAD(d, "ledger", ledger);
	if (err == KC_OK && !kc_origin_ok(*ledger))
		err = refuse_head(d, ledger->p, "ledger");
	return err;
}

static enum kc_err
decode_id(struct kc_decoder *d)
{
	struct kc_slice v = {kc_stands(d, "id ", 3, ID_TEXT), ID_TEXT};
	enum kc_err err;

	if (v.p != NULL && kc_read_hex(v, d->e->id, sizeof(d->e->id))) {
		d->p = v.p + v.n + 1;
		return KC_OK;
	}
	err = TAKE_HEAD(d, "id", &v);
	if (err == KC_OK && !kc_read_hex(v, d->e->id, sizeof(d->e->id)))
		err = refuse_head(d, kc_form_fault("x*", v, ID_TEXT), "id");
	return err;
}

static enum kc_err
decode_at(struct kc_decoder *d)
{
	struct kc_slice v = {
	    kc_stands(d, "at ", 3, INSTANT_TEXT), INSTANT_TEXT};
	enum kc_err err;

	if (v.p != NULL && kc_read_instant_s(v, &d->e->at_s)) {
		d->p = v.p + v.n + 1;
		return KC_OK;
	}
	err = TAKE_HEAD(d, "at", &v);
	if (err == KC_OK && !kc_read_instant_s(v, &d->e->at_s))
		err = refuse_head(
		    d, kc_form_fault("0000-00-00T00:00:00Z", v, 0), "at");
	return err;
}

/* The size and root of a checkpoint, if they stand as they should. */
static bool
take_seen(struct kc_entry *e, struct kc_slice rest)
{
	struct kc_slice size = {rest.p, rest.n - HASH_TEXT - 1};

	if (rest.n <= HASH_TEXT + 1 || rest.p[size.n] != ' ')
		return false;
	e->seen_root = (struct kc_slice){rest.p + size.n + 1, HASH_TEXT};
	return kc_read_u64(size, INT64_MAX, &e->seen_size) &&
	    e->seen_size > 0 && kc_hash64_ok(e->seen_root);
}

/* "0" before there is a log, else the size and root of a checkpoint. */
static enum kc_err
decode_seen(struct kc_decoder *d)
{
	struct kc_entry *e = d->e;
	bool opens = e->kind->id == KC_K_ledger_open;
	struct kc_slice size = {NULL, 0}, rest;
	enum kc_err err = TAKE_HEAD(d, "seen", &rest);

	if (err != KC_OK || (!opens && take_seen(e, rest)))
		return err;
	e->seen_root = rest;
	if (!kc_slice_cut(&e->seen_root, ' ', &size)) {
		size = rest;
		e->seen_root.n = 0;
	}
	if (!kc_read_u64(size, INT64_MAX, &e->seen_size) ||
	    (e->seen_size == 0) != opens || (opens && size.n != rest.n))
		return refuse_head(d, kc_form_fault("0*", size, 0), "seen");
	if (!opens && !kc_hash64_ok(e->seen_root))
		return refuse_head(d,
		    e->seen_root.n > 0 ? e->seen_root.p : rest.p + rest.n,
		    "seen");
	return KC_OK;
}

static enum kc_err
decode_head(struct kc_decoder *d)
{
	enum kc_err err = decode_kind(d);

	if (err == KC_OK)
		err = decode_ledger(d);
	if (err == KC_OK)
		err = decode_id(d);
	if (err == KC_OK)
		err = decode_at(d);
	if (err == KC_OK)
		err = decode_seen(d);
	if (err == KC_OK)
		err = decode_by(d);
	return err;
}

/* --- fields --- */
static inline bool
is_list(const struct kc_field *f)
{
	return f->presence == KC_MANY || f->presence == KC_SOME;
}

/* Whether field i, which has not ended yet, may not be passed over. */
static inline bool
is_wanted(const struct kc_entry *e, unsigned i)
{
	enum kc_presence p = e->kind->fields[i].presence;

	return p == KC_ONE || (p == KC_SOME && e->field[i].count == 0);
}

/* Whether a line further down begins with the name and a space. */
static bool
comes_later(const struct kc_decoder *d, const struct kc_field *f)
{
	struct kc_decoder ahead = *d;
	struct kc_slice v;

	while (kc_next_line(&ahead) && ahead.line.n > 0)
		if (is_named(&ahead.line, f->name, f->name_n, &v))
			return true;
	return false;
}

static bool
is_head_name(struct kc_slice name)
{
	return kc_slice_is(name, "ledger") || kc_slice_is(name, "id") ||
	    kc_slice_is(name, "at") || kc_slice_is(name, "seen") ||
	    kc_slice_is(name, "by");
}

/* Says why the line taken last is none of the fields from `next` on that
 * may stand there. */
static enum kc_err
refuse_line(struct kc_decoder *d, unsigned next)
{
	const struct kc_kind *k = d->e->kind;
	struct kc_slice name = d->line;
	const char *space = memchr(name.p, ' ', name.n);
	int i;

	if (name.p[0] == '|')
		return kc_decode_refuse(d, name.p, KC_R_SYNTAX, "| ", NULL);
	if (space != NULL)
		name.n = (size_t)(space - name.p);
	i = kc_kind_field(k, name);
	if (i >= 0 && space == NULL) {
		kc_value_refuse(&k->fields[i], d->why);
		return refuse_at(d, kc_line_end(d));
	}
	while (i >= 0 && next < (unsigned)i && !is_wanted(d->e, next))
		next++;
	if (i >= 0 && next < (unsigned)i && !comes_later(d, &k->fields[next]))
		return kc_decode_refuse(
		    d, name.p, KC_R_FIELD_MISSING, k->fields[next].name, NULL);
	kc_refuse(d->why,
	    i >= 0 || is_head_name(name) ? KC_R_FIELD_ORDER
					 : KC_R_FIELD_UNKNOWN,
	    "", k->name, NULL, NULL);
	kc_refusal_arg(d->why, 0, name);
	return refuse_at(d, name.p);
}

static enum kc_err
refuse_text(struct kc_decoder *d, const struct kc_field *f, const char *at)
{
	kc_value_refuse(f, d->why);
	return refuse_at(d, at);
}

/* A TEXT: its first line, then lines that continue it. */
static enum kc_err
take_text(
    struct kc_decoder *d, const struct kc_field *f, struct kc_value *value)
{
	struct kc_slice *raw = &value->raw;
	size_t clean;

	value->num = 0;
	if (raw->n == 0)
		return refuse_text(d, f, raw->p);
	for (;;) {
		if (d->p[-2] == ' ')
			return refuse_text(d, f, d->p - 2);
		if (d->p == d->end || *d->p != '|')
			break;
		kc_next_line(d);
		if (d->line.n > 1 && d->line.p[1] != ' ')
			return refuse_text(d, f, d->line.p + 1);
	}
	raw->n = (size_t)(d->p - 1 - raw->p);
	clean = kc_text_scan(*raw);
	return clean == raw->n ? KC_OK : refuse_byte(d, raw->p + clean);
}

static enum kc_err
take_value(struct kc_decoder *d, unsigned i, struct kc_slice raw)
{
	struct kc_entry *e = d->e;
	const struct kc_field *f = &e->kind->fields[i];
	struct kc_value *value = &e->items[e->nitems];
	enum kc_err err = KC_OK;

	if (e->field[i].count == KC_LIST_MAX)
		return refuse_count(d, d->line.p, f->name, KC_LIST_MAX);
	if (e->nitems == KC_ITEMS_MAX)
		return refuse_count(d, d->line.p, f->name, KC_ITEMS_MAX);
	value->raw = raw;
	if (f->type == KC_T_TEXT) {
		err = take_text(d, f, value);
	} else if (!kc_value_read(f, raw, &value->num)) {
		kc_value_refuse(f, d->why);
		err = refuse_at(d, kc_value_fault(f, raw));
	}
	if (e->field[i].count == 0)
		e->field[i].first = (uint16_t)e->nitems;
	e->field[i].count++;
	e->nitems++;
	return err;
}

static enum kc_err
decode_fields(struct kc_decoder *d)
{
	struct kc_entry *e = d->e;
	const struct kc_field *f = e->kind->fields;
	unsigned n = e->kind->nfields;
	unsigned next = 0;
	struct kc_slice raw = {NULL, 0};
	enum kc_err err;

	e->nitems = 0;
	memset(e->field, 0, n * sizeof(e->field[0]));
	while (d->p < d->end && *d->p != '\n') {
		unsigned i = next;

		kc_next_line(d);
		while (
		    i < n && !is_named(&d->line, f[i].name, f[i].name_n, &raw))
			i = is_wanted(e, i) ? n : i + 1;
		if (i == n)
			return refuse_line(d, next);
		err = take_value(d, i, raw);
		if (err != KC_OK)
			return err;
		next = is_list(&f[i]) ? i : i + 1;
	}
	for (; next < n; next++)
		if (is_wanted(e, next))
			return kc_decode_refuse(
			    d, d->p, KC_R_FIELD_MISSING, f[next].name, NULL);
	e->text.p = d->bytes.p;
	e->text.n = (size_t)(d->p - d->bytes.p);
	return KC_OK;
}

static enum kc_err
decode_lines(struct kc_decoder *d, enum kc_err (*sigs)(struct kc_decoder *d))
{
	enum kc_err err;

	if (d->bytes.n == 0 || d->end[-1] != '\n')
		return kc_decode_refuse(d, d->end, KC_R_SYNTAX, "LF", NULL);
	err = decode_head(d);
	if (err == KC_OK)
		err = decode_fields(d);
	return err == KC_OK ? sigs(d) : err;
}

/* Every byte is held against the form of its place, and none takes what
 * kc_text_scan does not; only a TEXT is so free that it is scanned for that.
 * What is refused is scanned whole: such a byte is said before all else. */
static enum kc_err
decode(struct kc_entry *out, struct kc_slice bytes, struct kc_slice ledger,
    enum kc_err (*sigs)(struct kc_decoder *d), struct kc_refusal *why)
{
	struct kc_decoder d = {
	    .e = out, .bytes = bytes, .ledger = ledger, .why = why};
	size_t clean;
	enum kc_err err;

	assert(out != NULL && why != NULL);
	d.p = bytes.p;
	d.end = bytes.p + bytes.n;
	if (bytes.n > KC_NOTE_MAX)
		return kc_decode_refuse_size(&d, bytes.p + KC_NOTE_MAX);
	err = decode_lines(&d, sigs);
	if (err == KC_OK)
		return err;
	clean = kc_text_scan(bytes);
	return clean < bytes.n ? refuse_byte(&d, bytes.p + clean) : err;
}

#define NO_LEDGER ((struct kc_slice){"", 0})

enum kc_err
kc_entry_decode(
    struct kc_entry *out, struct kc_slice note, struct kc_refusal *why)
{
	return decode(out, note, NO_LEDGER, kc_decode_sigs, why);
}

enum kc_err
kc_entry_decode_in(struct kc_entry *out, struct kc_slice note,
    struct kc_slice ledger, struct kc_refusal *why)
{
	return decode(out, note, ledger, kc_decode_sigs, why);
}

enum kc_err
kc_entry_decode_text(
    struct kc_entry *out, struct kc_slice text, struct kc_refusal *why)
{
	return decode(out, text, NO_LEDGER, kc_decode_no_sigs, why);
}

enum kc_err
kc_entry_decode_partial(
    struct kc_entry *out, struct kc_slice note, struct kc_refusal *why)
{
	return decode(out, note, NO_LEDGER, kc_decode_some_sigs, why);
}

/* Its third and fourth lines are of one length, whatever they say. */
#define ID_AND_AT (3 + ID_TEXT + 1 + 3 + INSTANT_TEXT + 1)

bool
kc_entry_peek(
    struct kc_slice note, struct kc_slice *author, uint8_t id[KC_ID_SIZE])
{
	struct kc_slice line, text;

	if (!kc_slice_line(&note, &line) || !kc_slice_line(&note, &line) ||
	    note.n <= ID_AND_AT)
		return false;
	text = (struct kc_slice){note.p + 3, ID_TEXT};
	note.p += ID_AND_AT;
	note.n -= ID_AND_AT;
	if (!kc_slice_line(&note, &line) || !kc_slice_line(&note, &line) ||
	    line.n < 3)
		return false;
	*author = (struct kc_slice){line.p + 3, line.n - 3};
	return kc_read_hex(text, id, KC_ID_SIZE);
}
