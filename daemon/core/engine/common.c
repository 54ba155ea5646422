/* SPDX-License-Identifier: Apache-2.0 */
/* What the nouns share: finding, refusing, naming states, logging events. */
#include "state_int.h"

#include <assert.h>
#include <string.h>

/* --- finding ----------------------------------------------------------------
 */
/* What a name space holds, as refusals call it in English and Chinese. */
static const char *const things[][2] = {
    [KC_NS_ACTOR] = {"actor", "人员"},
    [KC_NS_UNIT] = {"unit", "单位"},
    [KC_NS_GRANT] = {"grant", "考核权"},
    [KC_NS_INDICATOR] = {"indicator", "指标"},
    [KC_NS_TARGET] = {"target", "目标"},
    [KC_NS_WARNING] = {"warning", "预警函"},
    [KC_NS_CASE] = {"prededuct", "预扣分"},
    [KC_NS_CADRE] = {"cadre", "干部"},
    [KC_NS_KEYID] = {"key", "密钥"},
    [KC_NS_PUB] = {"key", "密钥"},
    [KC_NS_DUTY] = {"duty", "职责"},
    [KC_NS_LIST] = {"list", "责任单"},
    [KC_NS_GRANT_FOR] = {"grant", "考核权"},
};

uint32_t
kc_find(const struct kc_state *st, enum kc_namespace ns, struct kc_slice code)
{
	return kc_index_find(&st->by_code, ns, code);
}

static enum kc_err
refuse_thing(struct kc_refusal *why, enum kc_refusal_code code,
    enum kc_namespace ns, struct kc_slice name)
{
	(void)kc_refuse(why, code, things[ns][KC_LANG_EN], "", NULL, NULL);
	kc_refusal_arg(why, 1, name);
	return kc_refusal_zh(why, 0, things[ns][KC_LANG_ZH]);
}

enum kc_err
kc_want(const struct kc_state *st, enum kc_namespace ns, const struct kc_at *at,
    unsigned field, uint32_t *out, struct kc_refusal *why)
{
	struct kc_slice code = kc_entry_str(at->e, field);

	*out = kc_find(st, ns, code);
	if (*out == KC_NONE)
		return refuse_thing(why, KC_R_NOT_FOUND, ns, code);
	return KC_OK;
}

enum kc_err
kc_want_new(const struct kc_state *st, enum kc_namespace ns,
    const struct kc_at *at, unsigned field, struct kc_refusal *why)
{
	struct kc_slice code = kc_entry_str(at->e, field);

	if (kc_find(st, ns, code) != KC_NONE)
		return refuse_thing(why, KC_R_EXISTS, ns, code);
	return KC_OK;
}

/* --- states -----------------------------------------------------------------
 */
enum kc_err
kc_refuse_state(const struct kc_at *at, const char *thing, const char *en,
    const char *zh, struct kc_refusal *why)
{
	kc_refusal_set_state(why, en, zh);
	(void)kc_refuse(why, KC_R_STATE, thing, en, at->e->kind->name, NULL);
	(void)kc_refusal_zh(why, 1, zh);
	return kc_refusal_zh(why, 2, at->e->kind->zh);
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

/* Both languages of a state, by enum kc_lang. */
struct names {
	const char *text[2];
};

const char *
kc_target_state_text(uint8_t s, enum kc_lang lang)
{
	static const struct names names[] = {
	    [KC_TS_DRAFT] = {{"draft", "草案"}},
	    [KC_TS_SUBMITTED] = {{"submitted", "已报送"}},
	    [KC_TS_FIRST] = {{"first review passed", "已初审"}},
	    [KC_TS_SECOND] = {{"second review passed", "已复审"}},
	    [KC_TS_READ] = {{"read by the leader", "已审阅"}},
	    [KC_TS_ACTIVE] = {{"active", "执行中"}},
	    [KC_TS_ASSESSED] = {{"assessed", "已认定"}},
	};

	assert(s < sizeof(names) / sizeof(names[0]));
	return names[s].text[lang];
}

const char *
kc_warning_state_text(uint8_t s, enum kc_lang lang)
{
	static const struct names names[] = {
	    [KC_WS_ISSUED] = {{"issued", "已发出"}},
	    [KC_WS_DELIVERED] = {{"delivered", "已送达"}},
	    [KC_WS_REPLIED] = {{"replied", "已回复"}},
	    [KC_WS_LIFTED] = {{"lifted", "已销号"}},
	    [KC_WS_WITHDRAWN] = {{"withdrawn", "已撤回"}},
	};

	assert(s < sizeof(names) / sizeof(names[0]));
	return names[s].text[lang];
}

const char *
kc_case_state_text(uint8_t s, enum kc_lang lang)
{
	static const struct names names[] = {
	    [KC_CS_DECIDED] = {{"decided", "已决定"}},
	    [KC_CS_DECLINED] = {{"declined", "不予确认"}},
	    [KC_CS_EXEMPTED] = {{"exempted", "免予扣分"}},
	    [KC_CS_DEDUCTED] = {{"deducted", "已预扣"}},
	    [KC_CS_RECTIFYING] = {{"rectifying", "整改中"}},
	    [KC_CS_SUBMITTED] = {{"submitted", "待验收"}},
	    [KC_CS_RETURNED] = {{"returned", "已返还"}},
	    [KC_CS_EXPIRED] = {{"expired", "已逾期"}},
	};

	assert(s < sizeof(names) / sizeof(names[0]));
	return names[s].text[lang];
}

/* --- policy and year ---------------------------------------------------------
 */
const struct kc_policy *
kc_policy_now(const struct kc_state *st)
{
	if (st->policies.n == 0)
		return NULL;
	return st->policies.v[st->policies.n - 1].policy;
}

enum kc_err
kc_want_policy(const struct kc_state *st, struct kc_refusal *why)
{
	if (st->policies.n == 0)
		return kc_refuse(why, KC_R_NO_POLICY, NULL, NULL, NULL, NULL);
	return KC_OK;
}

struct kc_cycle *
kc_cycle_of(const struct kc_state *st, int year)
{
	/* A ledger has a handful of years, the last one is asked for most. */
	for (uint32_t i = st->cycles.n; i > 0; i--)
		if (st->cycles.v[i - 1]->year == year)
			return st->cycles.v[i - 1];
	return NULL;
}

/* --- signers ----------------------------------------------------------------
 */
const struct kc_actor *
kc_signer(const struct kc_state *st, const struct kc_at *at, unsigned slot)
{
	assert(slot < 2 && at->for_role[slot] < st->actors.n);
	return st->actors.v[at->for_role[slot]];
}

const struct kc_actor *
kc_principal(const struct kc_state *st, const struct kc_at *at, unsigned slot)
{
	assert(slot < 2 && at->on_behalf[slot] < st->actors.n);
	return st->actors.v[at->on_behalf[slot]];
}

enum kc_err
kc_want_of_unit(const struct kc_state *st, const struct kc_at *at,
    unsigned slot, uint32_t unit, struct kc_refusal *why)
{
	const struct kc_actor *a = kc_principal(st, at, slot);

	assert(unit < st->units.n);
	if (a->unit == unit)
		return KC_OK;
	return kc_refuse(why, KC_R_UNIT_MISMATCH, a->id,
	    st->units.v[unit]->code, NULL, NULL);
}

/* --- grants -----------------------------------------------------------------
 */
static bool
granted(const struct kc_state *st, uint32_t assessor, uint8_t scope,
    struct kc_slice object, kc_day day)
{
	uint64_t ns =
	    kc_ns_of(KC_NS_GRANT_FOR, (uint64_t)scope << 32 | assessor);
	uint32_t i = kc_index_find(&st->by_code, ns, object);

	while (i != KC_NONE) {
		const struct kc_grant *g = st->grants.v[i];

		if (!g->withdrawn && g->from <= day && day <= g->until)
			return true;
		i = g->next;
	}
	return false;
}

enum kc_err
kc_want_grant(const struct kc_state *st, const struct kc_at *at,
    uint32_t assessor_unit, const struct kc_target *t, struct kc_refusal *why)
{
	const char *unit = st->units.v[t->unit]->code;

	if (assessor_unit == t->unit)
		return kc_refuse(why, KC_R_OWN_UNIT, unit, NULL, NULL, NULL);
	if (assessor_unit != KC_NONE &&
	    (granted(st, assessor_unit, KC_SCOPE_ALL, KC_LIT("*"), at->day) ||
		granted(st, assessor_unit, KC_SCOPE_UNIT, kc_slice_str(unit),
		    at->day) ||
		granted(st, assessor_unit, KC_SCOPE_TARGET,
		    kc_slice_str(t->code), at->day)))
		return KC_OK;
	return kc_refuse(why, KC_R_GRANT,
	    assessor_unit == KC_NONE ? kc_principal(st, at, 0)->id
				     : st->units.v[assessor_unit]->code,
	    t->code, NULL, NULL);
}

/* --- small -------------------------------------------------------------------
 */
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
	    .kind = (uint32_t)at->e->kind->id & 0xff,
	    .received_ms = at->stamp.received_ms,
	};

	(void)st;
	return kc_vec_push(to, ev) ? KC_OK : KC_ENOMEM;
}
