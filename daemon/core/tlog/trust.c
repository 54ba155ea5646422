/* SPDX-License-Identifier: Apache-2.0 */
/* Trust files: reading one. */
#include <kaocheng/trust.h>

#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/hash.h>

#define MLDSA44_SIZE 1312 /* bytes of a public key */

const char *
kc_trust_fault_text(enum kc_trust_fault f, enum kc_lang lang)
{
	static const char *const text[][2] = {{"", ""},
#define X(sym, zh, en) {en, zh},
	    KC_TRUST_FAULTS(X)
#undef X
	};

	return text[f][lang == KC_LANG_ZH];
}

static void
put_trust(struct kc_buf *b, const struct kc_vkey *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		kc_buf_str(b, "log ");
		kc_buf_vkey(b, &keys[i]);
		kc_buf_char(b, '\n');
	}
	kc_buf_str(b, "quorum none\n");
}

void
kc_buf_trust(struct kc_buf *b, const struct kc_vkey *log_key)
{
	put_trust(b, log_key, 1);
}

void
kc_buf_trust_keys(struct kc_buf *b, const struct kc_log_keys *keys)
{
	put_trust(b, keys->v, keys->n);
}

/* --- words --- */
struct reader {
	struct kc_trust *t;
	uint64_t used; /* nodes that are members of a group */
	bool quorum;
	const char *line; /* start of the line at hand */
	struct kc_slice rest, word;
	struct kc_trust_where where;
};

/* Marks the word at hand; returns false for `return`. */
static bool
fault(struct reader *r, enum kc_trust_fault f)
{
	r->where.fault = f;
	r->where.col = (uint32_t)(r->word.p - r->line) + 1;
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the next word; at the end of the line it is empty, and false. */
static bool
next(struct reader *r)
{
	while (r->rest.n > 0 && is_blank(r->rest.p[0])) {
		r->rest.p++;
		r->rest.n--;
	}
	r->word = (struct kc_slice){r->rest.p, 0};
	while (r->rest.n > 0 && !is_blank(r->rest.p[0])) {
		r->rest.p++;
		r->rest.n--;
		r->word.n++;
	}
	return r->word.n > 0;
}

static bool
need(struct reader *r)
{
	return next(r) || fault(r, KC_TRUST_FEW);
}

/* An address may follow, for programs on a network; and no more. */
static bool
end_of_line(struct reader *r, bool address)
{
	if (address && !next(r))
		return true;
	return !next(r) || fault(r, KC_TRUST_MANY);
}

/* --- keys --- */
/* A key of ML-DSA-44, which is known by its hash. */
static bool
read_mldsa(struct kc_slice text, struct kc_vkey *k)
{
	uint8_t blob[1 + MLDSA44_SIZE];
	struct kc_slice name, hex;
	struct kc_buf b = {0};
	struct kc_hash h;
	size_t n;
	bool ok;

	memset(k, 0, sizeof(*k));
	if (!kc_slice_cut(&text, '+', &name) || !kc_note_name_ok(name) ||
	    !kc_slice_copy(k->name, sizeof(k->name), name) ||
	    !kc_slice_cut(&text, '+', &hex) ||
	    !kc_read_hex(hex, k->keyid, sizeof(k->keyid)) ||
	    kc_base64_decode(text, blob, sizeof(blob), &n) != KC_OK ||
	    n != sizeof(blob) || blob[0] != KC_KEYTYPE_MLDSA44)
		return false;
	kc_buf_slice(&b, name);
	kc_buf_char(&b, '\n');
	kc_buf_put(&b, blob, sizeof(blob));
	ok = kc_buf_err(&b) == KC_OK;
	h = kc_sha256(b.p, ok ? b.n : 0);
	kc_buf_free(&b);
	if (!ok || memcmp(h.b, k->keyid, sizeof(k->keyid)) != 0)
		return false;
	k->type = KC_KEYTYPE_MLDSA44;
	h = kc_sha256(blob + 1, MLDSA44_SIZE);
	memcpy(k->pub, h.b, sizeof(k->pub));
	return true;
}

static bool
is_taken(const struct kc_trust *t, const struct kc_vkey *k, bool witness)
{
	size_t n = witness ? t->nwitnesses : t->nlogs;

	for (size_t i = 0; i < n; i++) {
		const struct kc_vkey *o =
		    witness ? &t->witness[i].key : &t->log[i];

		if (memcmp(o->pub, k->pub, sizeof(k->pub)) == 0)
			return true;
	}
	return false;
}

/* The key of a log or a witness, and the address after it. */
static bool
key_word(struct reader *r, struct kc_vkey *k, bool witness)
{
	if (!need(r))
		return false;
	if (kc_vkey_parse(k, r->word) != KC_OK && !read_mldsa(r->word, k))
		return fault(r, KC_TRUST_KEY);
	if (k->type == (witness ? KC_KEYTYPE_ED25519 : KC_KEYTYPE_COSIGNATURE))
		return fault(r, KC_TRUST_TYPE);
	if (is_taken(r->t, k, witness))
		return fault(r, KC_TRUST_TWICE);
	return end_of_line(r, true);
}

/* --- names --- */
/* The bit of a name that is defined; 0 if none is. */
static uint64_t
find(const struct kc_trust *t, struct kc_slice name)
{
	for (size_t i = 0; i < t->nwitnesses; i++)
		if (kc_slice_is(name, t->witness[i].name))
			return UINT64_C(1) << i;
	for (size_t i = 0; i < t->ngroups; i++)
		if (kc_slice_is(name, t->group[i].name))
			return UINT64_C(1) << (KC_TRUST_MAX + i);
	return 0;
}

static bool
new_name(struct reader *r, char out[KC_NAME_MAX + 1])
{
	if (!need(r))
		return false;
	if (kc_slice_is(r->word, "none") || find(r->t, r->word) != 0 ||
	    !kc_slice_copy(out, KC_NAME_MAX + 1, r->word))
		return fault(r, KC_TRUST_NAME);
	return true;
}

/* --- lines --- */
static bool
log_line(struct reader *r)
{
	struct kc_trust *t = r->t;

	if (t->nlogs == KC_TRUST_MAX)
		return fault(r, KC_TRUST_LIMIT);
	return key_word(r, &t->log[t->nlogs], false) && ++t->nlogs > 0;
}

static bool
witness_line(struct reader *r)
{
	struct kc_trust *t = r->t;
	struct kc_trust_witness *w = &t->witness[t->nwitnesses];

	if (t->nwitnesses == KC_TRUST_MAX)
		return fault(r, KC_TRUST_LIMIT);
	return new_name(r, w->name) && key_word(r, &w->key, true) &&
	    ++t->nwitnesses > 0;
}

static bool
group_line(struct reader *r)
{
	struct kc_trust *t = r->t;
	struct kc_trust_group *g = &t->group[t->ngroups];
	struct kc_slice threshold;
	uint64_t k = 1, n = 0, bit;

	if (t->ngroups == KC_TRUST_MAX)
		return fault(r, KC_TRUST_LIMIT);
	g->members = 0;
	if (!new_name(r, g->name) || !need(r))
		return false;
	threshold = r->word;
	if (!kc_slice_is(threshold, "all") && !kc_slice_is(threshold, "any") &&
	    !kc_read_u64(threshold, 2 * KC_TRUST_MAX, &k))
		return fault(r, KC_TRUST_THRESHOLD);
	if (!need(r))
		return false;
	for (; r->word.n > 0; (void)next(r), n++) {
		bit = find(t, r->word);
		if (bit == 0)
			return fault(r, KC_TRUST_UNDEFINED);
		if ((r->used & bit) != 0)
			return fault(r, KC_TRUST_MEMBER);
		r->used |= bit;
		g->members |= bit;
	}
	r->word = threshold;
	if (kc_slice_is(threshold, "all"))
		k = n;
	if (k < 1 || k > n)
		return fault(r, KC_TRUST_THRESHOLD);
	g->need = (unsigned)k;
	t->ngroups++;
	return true;
}

static bool
quorum_line(struct reader *r)
{
	if (r->quorum)
		return fault(r, KC_TRUST_QUORUMS);
	r->quorum = true;
	if (!need(r))
		return false;
	if (!kc_slice_is(r->word, "none")) {
		r->t->quorum = find(r->t, r->word);
		if (r->t->quorum == 0)
			return fault(r, KC_TRUST_UNDEFINED);
	}
	return end_of_line(r, false);
}

static bool
line(struct reader *r, struct kc_slice l)
{
	static const struct {
		const char *verb;
		bool (*read)(struct reader *r);
	} verbs[] = {
	    {"log", log_line},
	    {"witness", witness_line},
	    {"group", group_line},
	    {"quorum", quorum_line},
	};

	r->where.line++;
	r->line = l.p;
	r->rest = l;
	for (size_t i = 0; i < l.n; i++) {
		unsigned char c = (unsigned char)l.p[i];

		r->word = (struct kc_slice){l.p + i, 1};
		if ((c < 0x20 && c != '\t') || c == 0x7F)
			return fault(r, KC_TRUST_CONTROL);
	}
	if (!next(r) || r->word.p[0] == '#')
		return true;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (kc_slice_is(r->word, verbs[i].verb))
			return verbs[i].read(r);
	return fault(r, KC_TRUST_VERB);
}

static bool
parse(struct reader *r, struct kc_slice text)
{
	struct kc_slice l;

	if (text.n > KC_NOTE_MAX)
		return fault(r, KC_TRUST_SIZE);
	while (kc_slice_line(&text, &l))
		if (!line(r, l))
			return false;
	if (text.n > 0 && !line(r, text)) /* a last line without LF */
		return false;
	r->where.line++;
	r->line = r->word.p = NULL;
	if (!r->quorum)
		return fault(r, KC_TRUST_NO_QUORUM);
	return r->t->nlogs > 0 || fault(r, KC_TRUST_NO_LOG);
}

enum kc_err
kc_trust_parse(
    struct kc_trust *out, struct kc_slice text, struct kc_trust_where *where)
{
	struct reader r = {.t = out, .word = {text.p, 0}, .line = text.p};
	bool ok;

	out->nlogs = out->nwitnesses = out->ngroups = 0;
	out->quorum = 0;
	ok = parse(&r, text);
	if (where != NULL)
		*where = r.where;
	if (ok)
		return KC_OK;
	return r.where.fault == KC_TRUST_SIZE ? KC_ETOOBIG : KC_ESYNTAX;
}
