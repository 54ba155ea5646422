/* SPDX-License-Identifier: Apache-2.0 */
/* Values by type: one accepted spelling of each, and where it goes wrong. */
#include <kaocheng/entry.h>

#include <string.h>

#include <kaocheng/base64.h>
#include <kaocheng/calendar.h>

#include "codec.h"

/* --- bytes by class --- */
enum {
	IS_DIGIT = 1,
	IS_HEX = 2,    /* lower case */
	IS_CODE = 4,   /* letters, digits, '.', '_', '-' */
	IS_FOUR = 8,   /* base64 whose value is a multiple of four */
	IS_MEDIA = 16, /* restricted names of RFC 6838, lower case */
	IS_UPPER = 32,
	IS_ALNUM = 64
};

#define DIGIT (IS_DIGIT | IS_HEX | IS_CODE | IS_MEDIA | IS_ALNUM)
#define LOWER (IS_CODE | IS_MEDIA | IS_ALNUM)
#define UPPER (IS_CODE | IS_UPPER | IS_ALNUM)
#define FOUR IS_FOUR

static const uint8_t classes[256] = {['0'] = DIGIT | FOUR,
    ['1'] = DIGIT,
    ['2'] = DIGIT,
    ['3'] = DIGIT,
    ['4'] = DIGIT | FOUR,
    ['5'] = DIGIT,
    ['6'] = DIGIT,
    ['7'] = DIGIT,
    ['8'] = DIGIT | FOUR,
    ['9'] = DIGIT,
    ['a'] = LOWER | IS_HEX,
    ['b'] = LOWER | IS_HEX,
    ['c'] = LOWER | IS_HEX | FOUR,
    ['d'] = LOWER | IS_HEX,
    ['e'] = LOWER | IS_HEX,
    ['f'] = LOWER | IS_HEX,
    ['g'] = LOWER | FOUR,
    ['h'] = LOWER,
    ['i'] = LOWER,
    ['j'] = LOWER,
    ['k'] = LOWER | FOUR,
    ['l'] = LOWER,
    ['m'] = LOWER,
    ['n'] = LOWER,
    ['o'] = LOWER | FOUR,
    ['p'] = LOWER,
    ['q'] = LOWER,
    ['r'] = LOWER,
    ['s'] = LOWER | FOUR,
    ['t'] = LOWER,
    ['u'] = LOWER,
    ['v'] = LOWER,
    ['w'] = LOWER | FOUR,
    ['x'] = LOWER,
    ['y'] = LOWER,
    ['z'] = LOWER,
    ['A'] = UPPER | FOUR,
    ['B'] = UPPER,
    ['C'] = UPPER,
    ['D'] = UPPER,
    ['E'] = UPPER | FOUR,
    ['F'] = UPPER,
    ['G'] = UPPER,
    ['H'] = UPPER,
    ['I'] = UPPER | FOUR,
    ['J'] = UPPER,
    ['K'] = UPPER,
    ['L'] = UPPER,
    ['M'] = UPPER | FOUR,
    ['N'] = UPPER,
    ['O'] = UPPER,
    ['P'] = UPPER,
    ['Q'] = UPPER | FOUR,
    ['R'] = UPPER,
    ['S'] = UPPER,
    ['T'] = UPPER,
    ['U'] = UPPER | FOUR,
    ['V'] = UPPER,
    ['W'] = UPPER,
    ['X'] = UPPER,
    ['Y'] = UPPER | FOUR,
    ['Z'] = UPPER,
    ['.'] = IS_CODE | IS_MEDIA,
    ['_'] = IS_CODE | IS_MEDIA,
    ['-'] = IS_CODE | IS_MEDIA,
    ['+'] = IS_MEDIA,
    ['!'] = IS_MEDIA,
    ['#'] = IS_MEDIA,
    ['$'] = IS_MEDIA,
    ['&'] = IS_MEDIA,
    ['^'] = IS_MEDIA};

static inline unsigned
class_of(char c)
{
	return classes[(unsigned char)c];
}

/* Whether each of n bytes is of a class. Four at a time: of some 450 bytes of
 * an entry 100 are asked this, when it is replayed too. */
static inline bool
all_of(const char *p, size_t n, unsigned class_)
{
	unsigned acc = class_;

	for (; n >= 4; n -= 4, p += 4)
		acc &= class_of(p[0]) & class_of(p[1]) & class_of(p[2]) &
		    class_of(p[3]);
	for (; n > 0; n--, p++)
		acc &= class_of(*p);
	return acc != 0;
}

/* Length of the run of a class at the start of s. */
static size_t
run_of(struct kc_slice s, unsigned class_)
{
	size_t i = 0;

	while (i < s.n && (class_of(s.p[i]) & class_) != 0)
		i++;
	return i;
}

/* --- types --- */
static const struct {
	const char *name, *zh, *en;
} types[] = {
#define X(sym, zh, en) [KC_T_##sym] = {#sym, zh, en},
    KC_TYPES(X)
#undef X
};

const char *
kc_type_name(enum kc_type t)
{
	return types[t].name;
}

const char *
kc_type_text(enum kc_type t, enum kc_lang lang)
{
	return lang == KC_LANG_ZH ? types[t].zh : types[t].en;
}

static bool
code_ok(struct kc_slice s)
{
	return s.n > 0 && s.n <= KC_CODE_MAX &&
	    (class_of(s.p[0]) & IS_ALNUM) != 0 && all_of(s.p, s.n, IS_CODE);
}

bool
kc_actor_ok(struct kc_slice s)
{
	return code_ok(s);
}

bool
kc_origin_ok(struct kc_slice s)
{
	return s.n <= KC_ORIGIN_MAX && kc_note_name_ok(s);
}

/* Whether each of n bytes, sixteen at least, is base64 without '='. Sixteen at
 * a time where a machine has vectors: 134 bytes of every entry are. */
typedef uint8_t sixteen __attribute__((vector_size(16)));

static inline sixteen
not_base64(const char *p)
{
	sixteen v;

	memcpy(&v, p, sizeof(v));
	return (
	    sixteen)(((v | 0x20) - 'a' >= 26) & (v - '/' >= 11) & (v != '+'));
}

static inline bool
all_base64(const char *p, size_t n)
{
	sixteen bad = not_base64(p + n - sizeof(bad));
	uint64_t any[2];

	for (; n > sizeof(bad); n -= sizeof(bad), p += sizeof(bad))
		bad |= not_base64(p);
	memcpy(any, &bad, sizeof(any));
	return (any[0] | any[1]) == 0;
}

bool
kc_sig68_ok(const char p[KC_SIG68_TEXT])
{
	/* 68 bytes leave two characters of 16 bits, the last two zero. */
	return p[KC_SIG68_TEXT - 1] == '=' &&
	    (class_of(p[KC_SIG68_TEXT - 2]) & IS_FOUR) != 0 &&
	    all_base64(p, KC_SIG68_TEXT - 1);
}

bool
kc_hash64_ok(struct kc_slice s)
{
	return s.n == KC_BASE64_SIZE(KC_HASH_SIZE) && s.p[s.n - 1] == '=' &&
	    (class_of(s.p[s.n - 2]) & IS_FOUR) != 0 && all_base64(s.p, s.n - 1);
}

/* Base64 of 64 bytes. */
static bool
sig64_ok(struct kc_slice s)
{
	uint8_t bytes[KC_SIG_SIZE];
	size_t n;

	return s.n == KC_BASE64_SIZE(KC_SIG_SIZE) &&
	    kc_base64_decode(s, bytes, sizeof(bytes), &n) == KC_OK &&
	    n == sizeof(bytes);
}

static bool
hash_ok(const char *p)
{
	return memcmp(p, "sha256:", 7) == 0 && all_of(p + 7, 64, IS_HEX);
}

/* "type/subtype" of RFC 6838, lower case, without parameters. */
static bool
media_ok(struct kc_slice s)
{
	size_t type = run_of(s, IS_MEDIA);

	if (s.n > KC_MEDIA_MAX || type == 0 || type + 1 >= s.n ||
	    s.p[type] != '/')
		return false;
	return (class_of(s.p[0]) & IS_ALNUM) != 0 &&
	    (class_of(s.p[type + 1]) & IS_ALNUM) != 0 &&
	    all_of(s.p + type + 1, s.n - type - 1, IS_MEDIA);
}

static bool
evidence_read(struct kc_slice s, int64_t *num)
{
	struct kc_slice size;

	if (s.n < KC_HASH_TEXT + 1 || !hash_ok(s.p) || s.p[KC_HASH_TEXT] != ' ')
		return false;
	s.p += KC_HASH_TEXT + 1;
	s.n -= KC_HASH_TEXT + 1;
	return kc_slice_cut(&s, ' ', &size) &&
	    kc_read_i64(size, 0, KC_EVIDENCE_MAX, num) && media_ok(s);
}

/* "PD-2022-0058": 1 to 3 capitals, a year, a number from 1 that has leading
 * zeros only to reach four digits. */
bool
kc_handle_ok(struct kc_slice s)
{
	size_t letters = run_of(s, IS_UPPER);
	size_t digits;
	const char *p = s.p + letters;

	if (letters < 1 || letters > 3 || s.n < letters + 10 ||
	    s.n > KC_HANDLE_MAX)
		return false;
	digits = s.n - letters - 6;
	if (p[0] != '-' || p[5] != '-' || !all_of(p + 1, 4, IS_DIGIT) ||
	    !all_of(p + 6, digits, IS_DIGIT))
		return false;
	/* Years 2000 to 2199. */
	if (p[1] != '2' || p[2] > '1')
		return false;
	return digits > 4 ? p[6] != '0' : memcmp(p + 6, "0000", 4) != 0;
}

/* "2022-Q3" as year * 4 + 2. */
static bool
quarter_read(struct kc_slice s, int64_t *num)
{
	uint64_t year;

	if (s.n != 7 || s.p[4] != '-' || s.p[5] != 'Q' || s.p[6] < '1' ||
	    s.p[6] > '4' ||
	    !kc_read_u64((struct kc_slice){s.p, 4}, KC_YEAR_MAX, &year) ||
	    year < KC_YEAR_MIN)
		return false;
	*num = (int64_t)year * 4 + (s.p[6] - '1');
	return true;
}

static bool
vkey_ok(struct kc_slice s)
{
	struct kc_vkey k;

	return kc_vkey_parse(&k, s) == KC_OK && k.type == KC_KEYTYPE_ED25519;
}

static bool
date_read(struct kc_slice s, int64_t *num)
{
	kc_day d;

	if (!kc_read_day(s, &d))
		return false;
	*num = d;
	return true;
}

static bool
yesno_read(struct kc_slice s, int64_t *num)
{
	*num = s.n == 3 && memcmp(s.p, "yes", 3) == 0;
	return *num == 1 || (s.n == 2 && memcmp(s.p, "no", 2) == 0);
}

static bool
kind_read(struct kc_slice s, int64_t *num)
{
	const struct kc_kind *k = kc_kind_find(s);

	*num = k != NULL ? (int64_t)k->id : 0;
	return k != NULL;
}

bool
kc_plain_ok(struct kc_slice s)
{
	return s.n > 0 && s.p[0] != '\n' && s.p[s.n - 1] != ' ' &&
	    memmem(s.p, s.n, " \n", 2) == NULL;
}

bool
kc_value_read(const struct kc_field *f, struct kc_slice s, int64_t *num)
{
	*num = 0;
	switch (f->type) {
	case KC_T_CODE:
	case KC_T_ACTOR:
		return code_ok(s);
	case KC_T_HANDLE:
		return f->arg == KC_MATTER ? code_ok(s) : kc_handle_ok(s);
	case KC_T_WORD:
		*num = kc_word_find((enum kc_set)f->arg, s);
		return *num >= 0;
	case KC_T_POINTS:
		return kc_read_points(s, num) && *num >= 0;
	case KC_T_BP:
		return kc_read_i64(s, 0, 10000, num);
	case KC_T_INT:
		return kc_read_i64(s, 0, f->arg, num);
	case KC_T_DATE:
		return date_read(s, num);
	case KC_T_QUARTER:
		return quarter_read(s, num);
	case KC_T_DECIMAL:
		return kc_read_points(s, num);
	case KC_T_VKEY:
		return vkey_ok(s);
	case KC_T_SIG:
		return sig64_ok(s);
	case KC_T_HASH:
		return s.n == KC_HASH_TEXT && hash_ok(s.p);
	case KC_T_EVIDENCE:
		return evidence_read(s, num);
	case KC_T_YESNO:
		return yesno_read(s, num);
	case KC_T_KINDNAME:
		return kind_read(s, num);
	case KC_T_TEXT:
		break;
	}
	return false;
}
