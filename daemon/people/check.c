/* SPDX-License-Identifier: Apache-2.0 */
/* The directory of persons held against the ledger: one function for the
 * command, the daemon's start and its -n. */
#include <kaocheng/people.h>

#include <string.h>

struct checking {
	const struct kc_state *st;
	kc_people_told *told;
	void *ctx;
	/* Those whose roles are kept apart, and how many there is room for. */
	struct kc_person *apart;
	size_t n, cap;
};

const char *
kc_people_finding_word(enum kc_people_finding f)
{
	static const char *const words[] = {
#define X(sym, word, ok, zh, en) word,
	    KC_PEOPLE_FINDINGS(X)
#undef X
	};

	return words[f];
}

const char *
kc_people_finding_text(enum kc_people_finding f, enum kc_lang lang)
{
	static const struct {
		const char *zh, *en;
	} texts[] = {
#define X(sym, word, ok, zh, en) {zh, en},
	    KC_PEOPLE_FINDINGS(X)
#undef X
	};

	return lang == KC_LANG_ZH ? texts[f].zh : texts[f].en;
}

bool
kc_people_finding_ok(enum kc_people_finding f)
{
	static const bool ok[] = {
#define X(sym, word, ok, zh, en) ok,
	    KC_PEOPLE_FINDINGS(X)
#undef X
	};

	return ok[f];
}

/* A deputy who cannot act: not enrolled, or retired. */
static const char *
lost_deputy(const struct kc_state *st, const struct kc_person *p)
{
	struct kc_state_person who;

	for (unsigned i = 0; i < p->ndeputies; i++)
		if (kc_state_person(st, kc_slice_str(p->deputies[i]), &who) !=
			KC_OK ||
		    who.retired)
			return p->deputies[i];
	return NULL;
}

static enum kc_err
find(const struct kc_state *st, const struct kc_person *p,
    enum kc_people_finding *out)
{
	struct kc_state_person said;
	struct kc_hash ours;
	enum kc_err err;

	if (kc_state_person(st, kc_slice_str(p->actor), &said) != KC_OK) {
		*out = KC_PEOPLE_STRANGER;
		return KC_OK;
	}
	*out = said.erased ? KC_PEOPLE_LEFT : KC_PEOPLE_UNCOMMITTED;
	if (!said.has || said.erased)
		return KC_OK;
	err = kc_person_commitment(p, kc_state_origin(st), &ours);
	*out = err == KC_OK && kc_hash_eq(&ours, &said.commitment)
	    ? KC_PEOPLE_MATCHES
	    : KC_PEOPLE_DIFFERS;
	return err;
}

/* --- one person behind two actors --- */
static void
forget(struct checking *c)
{
	if (c->apart != NULL)
		explicit_bzero(c->apart, c->cap * sizeof(c->apart[0]));
	kc_free(c->apart);
	c->apart = NULL;
}

static enum kc_err
note_apart(struct checking *c, const struct kc_person *p)
{
	struct kc_person *more;

	if ((kc_state_roles(c->st, kc_slice_str(p->actor)) & KC_ROLES_APART) ==
	    0)
		return KC_OK;
	if (c->n == c->cap) { /* realloc leaves copies of persons behind */
		more = kc_alloc((c->cap + 16) * sizeof(c->apart[0]));
		if (more == NULL)
			return KC_ENOMEM;
		if (c->n > 0)
			memcpy(more, c->apart, c->n * sizeof(more[0]));
		forget(c);
		c->apart = more;
		c->cap += 16;
	}
	c->apart[c->n++] = *p;
	return KC_OK;
}

static bool
said_alike(const char *a, const char *b)
{
	return a[0] != '\0' && strcmp(a, b) == 0;
}

static enum kc_err
check_twofold(void *ctx, struct kc_slice name, const struct kc_person *p,
    enum kc_err err, struct kc_slice detail)
{
	struct checking *c = ctx;
	uint32_t mine, both;

	(void)detail;
	if (p == NULL)
		return err == KC_ENOMEM ? err : KC_OK; /* told before */
	mine = kc_state_roles(c->st, name);
	err = KC_OK;
	for (size_t i = 0; mine != 0 && err == KC_OK && i < c->n; i++) {
		const struct kc_person *o = &c->apart[i];

		both = mine | kc_state_roles(c->st, kc_slice_str(o->actor));
		if (!kc_slice_is(name, o->actor) && (both & (both - 1)) != 0 &&
		    strcmp(p->name, o->name) == 0 &&
		    (said_alike(p->phone, o->phone) ||
			said_alike(p->mail, o->mail)))
			err = c->told(c->ctx, name, KC_PEOPLE_TWOFOLD,
			    kc_slice_str(o->actor));
	}
	return err;
}

static enum kc_err
check_file(void *ctx, struct kc_slice name, const struct kc_person *p,
    enum kc_err err, struct kc_slice detail)
{
	struct checking *c = ctx;
	enum kc_people_finding f = KC_PEOPLE_UNREADABLE;
	const char *deputy;

	if (p == NULL)
		return err == KC_ENOMEM ? err
					: c->told(c->ctx, name, f, detail);
	err = find(c->st, p, &f);
	if (err == KC_OK)
		err = c->told(c->ctx, name, f, KC_LIT(""));
	deputy = lost_deputy(c->st, p);
	if (err == KC_OK && deputy != NULL)
		err = c->told(
		    c->ctx, name, KC_PEOPLE_DEPUTY, kc_slice_str(deputy));
	return err == KC_OK ? note_apart(c, p) : err;
}

/* Commitments whose file is not there, unless the log says why. */
static enum kc_err
check_missing(struct checking *c, const char *dir)
{
	struct kc_state_person said;
	struct kc_person p;
	struct kc_slice actor;
	enum kc_err err = KC_OK;

	for (size_t i = 0; err == KC_OK; i++) {
		actor = kc_state_actor(c->st, i);
		if (actor.n == 0)
			break;
		if (kc_state_person(c->st, actor, &said) == KC_OK && said.has &&
		    !said.erased &&
		    kc_people_get(dir, actor, &p, NULL) == KC_ENOTFOUND)
			err = c->told(
			    c->ctx, actor, KC_PEOPLE_MISSING, KC_LIT(""));
	}
	explicit_bzero(&p, sizeof(p));
	return err;
}

enum kc_err
kc_people_check(const char *dir, const struct kc_state *st,
    kc_people_told *told, void *ctx, struct kc_buf *detail)
{
	struct checking c = {.st = st, .told = told, .ctx = ctx};
	enum kc_err err = kc_people_each(dir, check_file, &c, detail);

	if (err == KC_OK && c.n > 0)
		err = kc_people_each(dir, check_twofold, &c, detail);
	forget(&c);
	return err == KC_OK ? check_missing(&c, dir) : err;
}
