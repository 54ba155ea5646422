/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts, signs, decodes and applies statements for tests. */
#include "ledgerkit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <kaocheng/base64.h>
#include <kaocheng/calendar.h>
#include <kaocheng/leaf.h>
#include <kaocheng/rule.h>

#include "openkit.h"

#define ANSWERS 16
#define ANSWER_MAX 512

static char *
answer(void)
{
	static char text[ANSWERS][ANSWER_MAX];
	static unsigned next;

	return text[next++ % ANSWERS];
}

/* --- keys --- */
static struct kit_key *
key_slot(struct kit *k, const char *name)
{
	for (unsigned i = 0; i < k->nkeys; i++)
		if (strcmp(k->keys[i].name, name) == 0)
			return &k->keys[i];
	return NULL;
}

static struct kc_skey *
make_key(struct kit_key *slot)
{
	char text[96];
	struct kc_hash seed;
	int n;

	n = snprintf(text, sizeof(text), "seed %s %u", slot->name,
	    (unsigned)slot->generation);
	assert_true(n > 0 && (size_t)n < sizeof(text));
	seed = kc_sha256(text, (size_t)n);
	assert_int_equal(
	    kc_skey_from_seed(&slot->skey, kc_slice_str(slot->name), seed.b),
	    KC_OK);
	return &slot->skey;
}

struct kc_skey *
kit_key(struct kit *k, const char *name)
{
	struct kit_key *slot = key_slot(k, name);

	if (slot != NULL)
		return &slot->skey;
	assert_true(k->nkeys < KIT_KEYS_MAX);
	slot = &k->keys[k->nkeys++];
	assert_true(
	    kc_slice_copy(slot->name, sizeof(slot->name), kc_slice_str(name)));
	return make_key(slot);
}

struct kc_skey *
kit_new_key(struct kit *k, const char *name)
{
	struct kit_key *slot;

	(void)kit_key(k, name);
	slot = key_slot(k, name);
	slot->generation++;
	return make_key(slot);
}

const char *
kit_field(const char *field, const char *value)
{
	char *text = answer();

	assert_true(strlen(field) + strlen(value) + 2 < ANSWER_MAX);
	(void)snprintf(text, ANSWER_MAX, "%s=%s", field, value);
	return text;
}

const char *
kit_vkey(struct kit *k, const char *field, const char *name)
{
	struct kc_buf b = {0};
	const char *text;

	kc_buf_vkey(&b, &kit_key(k, name)->vkey);
	text = kit_field(field, kc_buf_cstr(&b));
	kc_buf_free(&b);
	return text;
}

/* "<field>=<signature over b>"; b is released. */
static const char *
signed_field(const char *field, const struct kc_skey *key, struct kc_buf *b)
{
	uint8_t sig[KC_SIG_SIZE];
	const char *text;

	assert_int_equal(kc_buf_err(b), KC_OK);
	kc_sign(key, b->p, b->n, sig);
	kc_buf_reset(b);
	kc_buf_base64(b, sig, sizeof(sig));
	text = kit_field(field, kc_buf_cstr(b));
	kc_buf_free(b);
	return text;
}

const char *
kit_proof(struct kit *k, const char *name)
{
	const struct kc_skey *key = kit_key(k, name);
	struct kc_buf b = {0};

	kc_buf_possession(&b, KC_LIT(KIT_ORIGIN), &key->vkey);
	return signed_field("possession", key, &b);
}

const char *
kit_consent(const struct kc_skey *from, const struct kc_vkey *next)
{
	struct kc_buf b = {0};

	kc_buf_consent(&b, &from->vkey, next);
	return signed_field("consent", from, &b);
}

/* --- time --- */
void
kit_at(struct kit *k, const char *day, int hour, int minute)
{
	kc_day d;

	if (!kc_read_day(kc_slice_str(day), &d))
		fail_msg("not a day: %s", day);
	k->now_ms = kc_day_start_ms(d, KC_LOCAL_OFFSET_S) +
	    ((int64_t)hour * 60 + minute) * 60000;
}

void
kit_on(struct kit *k, const char *day)
{
	kit_at(k, day, 10, 0);
}

void
kit_pass_days(struct kit *k, int days)
{
	k->now_ms += (int64_t)days * 86400000;
}

/* --- statements --- */
static void
add_fields(struct kc_draft *d, const char *const *fields)
{
	for (; *fields != NULL; fields++) {
		struct kc_slice value = kc_slice_str(*fields), name;
		int field;

		if (!kc_slice_cut(&value, '=', &name))
			fail_msg("not field=value: %s", *fields);
		field = kc_kind_field(d->kind, name);
		if (field < 0)
			fail_msg(
			    "%s has no field of %s", d->kind->name, *fields);
		kc_draft_add(d, (unsigned)field, value);
	}
}

/* The newest checkpoint that an author can know: that of the kit's own log,
 * or of the ledger that the test feeds. */
static struct kc_checkpoint
seen(struct kit *k)
{
	struct kc_checkpoint c = {.size = k->frontier.size};

	if (k->seen != NULL)
		k->seen(k->seen_ctx, &c);
	else if (c.size > 0)
		c.root = kc_frontier_root(&k->frontier);
	if (c.size == 0)
		c.size = 1; /* nothing stands: refused for that, not for this */
	return c;
}

enum kc_err
kit_note(struct kit *k, struct kc_buf *b, enum kc_kind_id kind, const char *by,
    const char *const *fields)
{
	static struct kc_draft d;
	struct kc_skey keys[KC_SIGNERS_MAX];
	struct kc_buf text = {0};
	uint8_t id[KC_ID_SIZE] = {0};
	char name[KC_CODE_MAX + 1];
	enum kc_err err;
	unsigned n = 0;

	kc_put_be64(id + 8, ++k->next_id);
	if (k->id != NULL)
		memcpy(id, k->id, sizeof(id));
	k->id = NULL;
	kc_draft_init(&d, kind, kc_slice_str(k->ledger), id,
	    k->now_ms / 1000 + k->at_skew_s);
	if (kind != KC_K_ledger_open) {
		struct kc_checkpoint c = seen(k);

		kc_draft_seen(&d, c.size, &c.root);
	}
	for (struct kc_slice rest = kc_slice_str(by), one; rest.n > 0;) {
		if (!kc_slice_cut(&rest, ' ', &one)) {
			one = rest;
			rest.n = 0;
		}
		assert_true(n < KC_SIGNERS_MAX);
		assert_true(kc_slice_copy(name, sizeof(name), one));
		keys[n++] = *kit_key(k, name);
		kc_draft_by(&d, one);
	}
	add_fields(&d, fields);
	err = kc_draft_encode(&d, &text, &k->why);
	if (err == KC_OK)
		kc_buf_sign_entry(b, kc_buf_view(&text), keys, n);
	kc_buf_free(&text);
	return err == KC_OK ? kc_buf_err(b) : err;
}

static void
explain(struct kit *k, const char *what, const char *file, int line)
{
	struct kc_buf b = {0};

	kc_refusal_message(&k->why, KC_LANG_EN, &b);
	kc_buf_str(&b, " ");
	kc_buf_str(&b, kc_refusal_code_text(k->why.code));
	kc_buf_str(&b, " at ");
	kc_buf_u64(&b, k->why.line);
	kc_buf_str(&b, ":");
	kc_buf_u64(&b, k->why.col);
	print_error("%s:%d: %s: %s\n", file, line, what, kc_buf_cstr(&b));
	kc_buf_free(&b);
}

/* The tree of the kit's own log. */
static void
keep_leaf(struct kit *k, struct kc_slice note, struct kc_stamp at)
{
	struct kc_leaf leaf = {
	    kc_state_origin(k->st), at.seq, at.received_ms, note};
	struct kc_buf b = {0};
	struct kc_hash h;

	kc_buf_leaf(&b, &leaf);
	assert_int_equal(kc_buf_err(&b), KC_OK);
	h = kc_hash_leaf(b.p, b.n);
	kc_frontier_append(&k->frontier, &h);
	kc_buf_free(&b);
}

void
kit_keep(struct kit *k, struct kc_slice note, int64_t received_ms)
{
	if (k->nnotes == k->notes_cap) {
		k->notes_cap = k->notes_cap * 2 + 256;
		k->notes =
		    kc_realloc(k->notes, k->notes_cap * sizeof(*k->notes));
		assert_non_null(k->notes);
	}
	k->notes[k->nnotes++] =
	    (struct kit_note){k->log.n, note.n, received_ms};
	kc_buf_slice(&k->log, note);
	assert_int_equal(kc_buf_err(&k->log), KC_OK);
}

/* Decodes the note and applies it; keeps it in the log when it stands. */
static enum kc_err
admit(struct kit *k, const struct kc_buf *note, bool keep)
{
	static struct kc_entry e;
	struct kc_stamp at = {kc_state_size(k->st), k->now_ms};
	enum kc_err err;

	err = kc_entry_decode(&e, kc_buf_view(note), &k->why);
	if (err != KC_OK)
		return err;
	if (!keep)
		err = kc_state_check(k->st, &e, at, &k->why);
	else
		err = kc_state_apply(k->st, &e, at, &k->why);
	/* docs/RULES.md has every code that a guard refuses with. */
	if (err == KC_EREFUSED && !kc_rule_lists(e.kind->id, k->why.code))
		fail_msg("%s is refused with %s: not in its rule", e.kind->name,
		    kc_refusal_code_text(k->why.code));
	if (err != KC_OK || !keep)
		return err;
	keep_leaf(k, kc_buf_view(note), at);
	kit_keep(k, kc_buf_view(note), k->now_ms);
	k->now_ms += 1000;
	return KC_OK;
}

static void
settle(struct kit *k)
{
	k->at_skew_s = 0;
	k->ledger = KIT_ORIGIN;
}

enum kc_err
kit_try(struct kit *k, enum kc_kind_id kind, const char *by,
    const char *const *fields)
{
	struct kc_buf note = {0};
	enum kc_err err;

	err = kit_note(k, &note, kind, by, fields);
	settle(k);
	if (err == KC_OK)
		err = admit(k, &note, true);
	kc_buf_free(&note);
	return err;
}

void
kit_do_v(struct kit *k, enum kc_kind_id kind, const char *by,
    const char *const *fields, const char *file, int line)
{
	enum kc_err err = kit_try(k, kind, by, fields);

	if (err == KC_OK)
		return;
	explain(k, kc_kind_get(kind)->name, file, line);
	_fail(file, line);
}

void
kit_refused_v(struct kit *k, enum kc_refusal_code code, enum kc_kind_id kind,
    const char *by, const char *const *fields, const char *file, int line)
{
	struct kc_hash before = kit_digest(k), after;
	uint64_t size = kc_state_size(k->st);
	struct kc_buf note = {0};
	enum kc_err err;

	err = kit_note(k, &note, kind, by, fields);
	settle(k);
	if (err != KC_OK) {
		explain(k, "cannot even be written", file, line);
		_fail(file, line);
	}
	for (int pass = 0; pass < 2; pass++) {
		memset(&k->why, 0, sizeof(k->why));
		err = admit(k, &note, pass == 1);
		if (err == KC_EREFUSED && k->why.code == code)
			continue;
		if (err == KC_OK)
			print_error("%s:%d: %s was not refused\n", file, line,
			    kc_kind_get(kind)->name);
		else
			explain(k, kc_kind_get(kind)->name, file, line);
		print_error("expected %s\n", kc_refusal_code_text(code));
		_fail(file, line);
	}
	after = kit_digest(k);
	if (!kc_hash_eq(&before, &after) || kc_state_size(k->st) != size) {
		print_error("%s:%d: a refusal changed the state\n", file, line);
		_fail(file, line);
	}
	kc_buf_free(&note);
}

unsigned
kit_clerk(struct kit *k)
{
	const struct kc_skey *clerk = kit_key(k, "clerk");
	struct kc_due due;
	unsigned n = 0;

	while (kc_state_due(k->st, &due) && due.due_ms <= k->now_ms) {
		struct kc_checkpoint c = seen(k);
		struct kc_buf text = {0}, note = {0};

		assert_int_equal(
		    kc_state_due_text(k->st, &due, k->now_ms, &c.root, &text),
		    KC_OK);
		kc_buf_sign_entry(&note, kc_buf_view(&text), clerk, 1);
		if (admit(k, &note, true) != KC_OK) {
			explain(k, "the clerk", __FILE__, __LINE__);
			fail();
		}
		kc_buf_free(&text);
		kc_buf_free(&note);
		assert_true(++n < 1000);
	}
	return n;
}

enum kc_err
kit_outcome(struct kit *k, const struct kc_message_outcome *o)
{
	struct kc_checkpoint c = seen(k);
	struct kc_buf text = {0}, note = {0};
	enum kc_err err;

	assert_int_equal(
	    kc_state_outcome_text(k->st, o, k->now_ms, &c.root, &text), KC_OK);
	kc_buf_sign_entry(&note, kc_buf_view(&text), kit_key(k, "clerk"), 1);
	err = admit(k, &note, true);
	kc_buf_free(&text);
	kc_buf_free(&note);
	return err;
}

const char *
kit_handle(struct kit *k)
{
	struct kc_slice s = kc_state_last_handle(k->st);
	char *text = answer();

	assert_true(s.n > 0);
	assert_true(kc_slice_copy(text, ANSWER_MAX, s));
	return text;
}

struct kc_hash
kit_digest(const struct kit *k)
{
	struct kc_hash h;

	open_check(k->st);
	assert_int_equal(kc_state_digest(k->st, &h), KC_OK);
	return h;
}

void
kit_replay(const struct kit *k)
{
	static struct kc_entry e;
	static struct kc_refusal why;
	struct kc_state *st = NULL;
	struct kc_hash first = kit_digest(k), again;

	assert_int_equal(kc_state_new(&st), KC_OK);
	for (unsigned i = 0; i < k->nnotes; i++) {
		struct kc_slice note = {
		    k->log.p + k->notes[i].off, k->notes[i].n};
		struct kc_stamp at = {i, k->notes[i].received_ms};

		assert_int_equal(kc_entry_decode(&e, note, &why), KC_OK);
		assert_int_equal(kc_state_apply(st, &e, at, &why), KC_OK);
	}
	assert_int_equal(kc_state_digest(st, &again), KC_OK);
	assert_true(kc_hash_eq(&first, &again));
	kc_state_free(st);
}

void
kit_free(struct kit *k)
{
	open_check(k->st);
	kc_state_free(k->st);
	kc_buf_free(&k->log);
	kc_free(k->notes);
	memset(k, 0, sizeof(*k));
}

void
kit_end(struct kit *k)
{
	kit_replay(k);
	kit_free(k);
}
