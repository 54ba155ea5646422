/* SPDX-License-Identifier: Apache-2.0 */
/* What the nouns share: finding, refusing, logging events. */
#include "actor.h"
#include "noun.h"

#include <assert.h>
#include <string.h>

/* --- finding --- */
uint32_t
kc_find(const struct kc_state *st, unsigned ns, struct kc_slice code)
{
	return kc_index_find(&st->by_code, ns, code);
}

static enum kc_err
refuse_thing(struct kc_refusal *why, enum kc_refusal_code code, unsigned ns,
    struct kc_slice name)
{
	const struct kc_noun *noun = kc_nouns[ns >> 3];
	unsigned thing = ns & 7;

	assert(thing < KC_NOUN_THINGS && noun->things[thing].en != NULL);
	(void)kc_refuse(why, code, noun->things[thing].en, "", NULL, NULL);
	kc_refusal_arg(why, 1, name);
	return kc_refusal_zh(why, 0, noun->things[thing].zh);
}

static void
try_code(void *ctx, struct kc_slice code)
{
	kc_near_try(ctx, code);
}

void
kc_near_things(const struct kc_state *st, unsigned ns, struct kc_near *near)
{
	kc_index_each(&st->by_code, ns, try_code, near);
}

void
kc_refusal_near(struct kc_refusal *why, const struct kc_near *near)
{
	struct kc_buf en = {0}, zh = {0};

	kc_buf_near(&en, near, ", ");
	kc_buf_near(&zh, near, "、");
	(void)kc_buf_cstr(&zh);
	if (en.n > 0 && kc_buf_err(&en) == KC_OK && kc_buf_err(&zh) == KC_OK) {
		kc_refusal_arg(why, 2, kc_buf_view(&en));
		(void)kc_refusal_zh(why, 2, zh.p);
	}
	kc_buf_free(&en);
	kc_buf_free(&zh);
}

enum kc_err
kc_want(const struct kc_state *st, unsigned ns, const struct kc_at *at,
    unsigned field, uint32_t *out, struct kc_refusal *why)
{
	struct kc_slice code = kc_entry_str(at->e, field);
	struct kc_near near;

	*out = kc_find(st, ns, code);
	if (*out != KC_NONE)
		return KC_OK;
	(void)refuse_thing(why, KC_R_NOT_FOUND, ns, code);
	kc_near_begin(&near, code);
	kc_near_things(st, ns, &near);
	kc_refusal_near(why, &near);
	return KC_EREFUSED;
}

enum kc_err
kc_want_new(const struct kc_state *st, unsigned ns, const struct kc_at *at,
    unsigned field, struct kc_refusal *why)
{
	struct kc_slice code = kc_entry_str(at->e, field);

	if (kc_find(st, ns, code) != KC_NONE)
		return refuse_thing(why, KC_R_EXISTS, ns, code);
	return KC_OK;
}

const struct kc_named *
kc_named_find(
    const struct kc_state *st, struct kc_slice handle, uint32_t *index)
{
	for (size_t i = 0; i < kc_nouns_n; i++)
		for (unsigned j = 0; j < KC_NOUN_NAMED; j++) {
			const struct kc_named *n = &kc_nouns[i]->named[j];

			if (n->field == NULL || n->handle == NULL)
				continue;
			*index = kc_find(st, n->ns, handle);
			if (*index != KC_NONE)
				return n;
		}
	return NULL;
}

/* --- states --- */
enum kc_err
kc_refuse_state(const struct kc_at *at, const char *thing, const char *en,
    const char *zh, struct kc_refusal *why)
{
	kc_refusal_set_state(why, en, zh);
	(void)kc_refuse(why, KC_R_STATE, thing, en, at->e->kind->name, NULL);
	(void)kc_refusal_zh(why, 1, zh);
	return kc_refusal_zh(why, 2, at->e->kind->zh);
}

/* What can be done instead, in both languages, as {3}: what leads on, or what
 * is waited for; at an end, what may follow it. Of a longer list the beginning.
 */
static enum kc_err
say_instead(struct kc_refusal *why, enum kc_machine_id m, unsigned state)
{
	struct kc_buf en = {0}, zh = {0};
	const struct kc_move *waits = kc_machine_waits(m, state);
	enum kc_err err;
	bool on;

	kc_buf_moves(&en, m, state, true, KC_LANG_EN);
	on = en.n > 0;
	if (!on && waits != NULL) {
		kc_buf_wait(&en, waits, KC_LANG_EN);
		kc_buf_wait(&zh, waits, KC_LANG_ZH);
	} else {
		if (!on)
			kc_buf_moves(&en, m, state, false, KC_LANG_EN);
		kc_buf_moves(&zh, m, state, on, KC_LANG_ZH);
	}
	(void)kc_buf_cstr(&zh);
	err = kc_buf_err(&en) != KC_OK ? KC_ENOMEM : kc_buf_err(&zh);
	if (err == KC_OK && en.n > 0) {
		kc_refusal_arg(why, 3, kc_buf_view(&en));
		(void)kc_refusal_zh(why, 3, zh.p);
	}
	kc_buf_free(&en);
	kc_buf_free(&zh);
	return err == KC_OK ? KC_EREFUSED : err;
}

enum kc_err
kc_want_state(const struct kc_at *at, enum kc_machine_id m, unsigned state,
    const char *thing, struct kc_refusal *why)
{
	const struct kc_move *v = kc_machine_move(m, at->e->kind->id);

	assert(v != NULL);
	if ((v->from >> state & 1) != 0)
		return KC_OK;
	(void)kc_refuse_state(at, thing, kc_state_name(m, state, KC_LANG_EN),
	    kc_state_name(m, state, KC_LANG_ZH), why);
	return say_instead(why, m, state);
}

enum kc_err
kc_refuse_field(const struct kc_at *at, unsigned field, const char *en,
    const char *zh, struct kc_refusal *why)
{
	return kc_refuse(why, KC_R_FIELD_VALUE, at->e->kind->fields[field].name,
	    en, zh, NULL);
}

enum kc_err
kc_want_hash(const struct kc_at *at, unsigned field, unsigned i,
    const struct kc_hash *h, struct kc_refusal *why)
{
	struct kc_buf b = {0};
	enum kc_err err;

	kc_buf_sha256(&b, h);
	err = kc_buf_err(&b);
	if (err == KC_OK &&
	    (i >= kc_entry_count(at->e, field) ||
		!kc_slice_eq(
		    kc_buf_view(&b), kc_entry_item(at->e, field, i)->raw))) {
		err = kc_refuse_field(at, field, "", "", why);
		kc_refusal_arg(why, 1, kc_buf_view(&b));
		kc_refusal_arg(why, 2, kc_buf_view(&b));
	}
	kc_buf_free(&b);
	return err;
}

enum kc_err
kc_refusal_word(
    struct kc_refusal *why, unsigned i, enum kc_set set, int64_t value)
{
	size_t n = 0;
	const struct kc_word *words = kc_set_words(set, &n);

	assert(value >= 0 && (size_t)value < n);
	kc_refusal_arg(why, i, kc_slice_str(words[value].wire));
	return kc_refusal_zh(why, i, words[value].zh);
}

/* --- signers --- */
const struct kc_actor *
kc_signer(const struct kc_state *st, const struct kc_at *at, unsigned slot)
{
	assert(slot < KC_PLACES_MAX && at->for_role[slot] < st->actors.n);
	return st->actors.v[at->for_role[slot]];
}

const struct kc_actor *
kc_principal(const struct kc_state *st, const struct kc_at *at, unsigned slot)
{
	assert(slot < KC_PLACES_MAX && at->on_behalf[slot] < st->actors.n);
	return st->actors.v[at->on_behalf[slot]];
}

/* --- whose a thing is --- */
bool
kc_of_nobody(const struct kc_state *st, uint32_t index, uint32_t unit)
{
	(void)st;
	(void)index;
	(void)unit;
	return false;
}

/* --- units that are put together or divided --- */
uint32_t
kc_judge_after(const struct kc_handover *h, uint32_t unit, uint32_t judge)
{
	if (h->all && judge == h->from)
		judge = h->into;
	return judge == unit && h->office != KC_NONE ? h->office : judge;
}

/* --- small --- */
void
kc_arg_day(struct kc_refusal *r, unsigned i, kc_day d)
{
	int year, month, day;
	char text[16];

	kc_day_to_civil(d, &year, &month, &day);
	assert(year >= 1000 && year <= 9999);
	for (int k = 3, v = year; k >= 0; k--, v /= 10)
		text[k] = (char)('0' + v % 10);
	text[4] = '-';
	text[5] = (char)('0' + month / 10);
	text[6] = (char)('0' + month % 10);
	text[7] = '-';
	text[8] = (char)('0' + day / 10);
	text[9] = (char)('0' + day % 10);
	text[10] = '\0';
	kc_refusal_arg(r, i, kc_slice_str(text));
}

void
kc_arg_command(struct kc_refusal *r, unsigned i, const struct kc_kind *kind,
    const char *about)
{
	struct kc_buf b = {0};

	for (const char *p = kind->name; *p != '\0'; p++)
		kc_buf_char(&b, *p == '.' ? ' ' : *p == '_' ? '-' : *p);
	if (about != NULL) {
		kc_buf_char(&b, ' ');
		kc_buf_str(&b, about);
	}
	kc_refusal_arg(r, i, kc_buf_view(&b));
	kc_buf_free(&b);
}

enum kc_err
kc_refuse_range(struct kc_refusal *why, kc_day day, kc_day first, kc_day last)
{
	struct kc_buf range = {0};
	enum kc_err err;

	kc_buf_day(&range, first);
	kc_buf_str(&range, " - ");
	kc_buf_day(&range, last);
	err = kc_buf_err(&range);
	if (err == KC_OK) {
		err = kc_refuse(why, KC_R_DATE_ORDER, "", "", NULL, NULL);
		kc_arg_day(why, 0, day);
		kc_refusal_arg(why, 1, kc_buf_view(&range));
	}
	kc_buf_free(&range);
	return err;
}

void
kc_buf_quarter(struct kc_buf *b, int32_t quarter)
{
	kc_buf_i64(b, quarter / 4);
	kc_buf_str(b, "-Q");
	kc_buf_i64(b, quarter % 4 + 1);
}

const char *
kc_arena_unfold(struct kc_arena *a, struct kc_slice raw)
{
	struct kc_buf b = {0};
	const char *text = NULL;

	if (raw.n == 0 || memchr(raw.p, '\n', raw.n) == NULL)
		return kc_arena_text(a, raw);
	kc_buf_unfold(&b, raw);
	if (kc_buf_err(&b) == KC_OK)
		text = kc_arena_text(a, kc_buf_view(&b));
	kc_buf_free(&b);
	return text;
}

void
kc_code_copy(char out[KC_CODE_MAX + 1], struct kc_slice s)
{
	bool fits = kc_slice_copy(out, KC_CODE_MAX + 1, s);

	assert(fits); /* the codec holds codes to KC_CODE_MAX */
	(void)fits;
}

enum kc_err
kc_log_event(struct kc_state *st, const struct kc_at *at, struct kc_events *to)
{
	struct kc_event ev = {
	    .seq = (uint32_t)at->stamp.seq,
	    .by = at->signer[0] & (KC_ACTORS_MAX - 1),
	    .kind = (uint32_t)at->e->kind->id & 0x3ff,
	    .received_ms = at->stamp.received_ms,
	};

	(void)st;
	return kc_vec_push(to, ev) ? KC_OK : KC_ENOMEM;
}
