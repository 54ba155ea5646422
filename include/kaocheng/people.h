/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory of persons: one file an actor, named by its id, beside the
 * ledger and never in it (docs/OPERATIONS.md "Persons"). The directory is
 * mode 0700, its files 0600 and of the directory's owner; what is otherwise is
 * not read. A file is put in place whole and erased for good: nothing of it
 * stays in the directory.
 *
 * `dir` is the directory itself. `detail` may be NULL; it gets one English
 * sentence about what is wrong, never a person's data.
 */
#ifndef KAOCHENG_PEOPLE_H
#define KAOCHENG_PEOPLE_H

#include <kaocheng/json.h>
#include <kaocheng/person.h>
#include <kaocheng/state.h>

/* The person behind an actor. KC_ENOTFOUND: no such file, or no directory, or
 * `actor` is no actor id; KC_EINVAL: owner, mode, link or name of file or
 * directory are not as above; KC_ECORRUPT: the file is not a person's text, or
 * another actor's; KC_EIO. Safe beside writers, from any thread. */
enum kc_err kc_people_get(const char *dir, struct kc_slice actor,
    struct kc_person *out, struct kc_buf *detail);

/* Writes the file of p->actor, in place of an older one; makes the directory
 * if it is not there. On KC_OK it is durable; otherwise the older file stands.
 * KC_EINVAL, KC_EIO, KC_ENOMEM. */
enum kc_err kc_people_put(
    const char *dir, const struct kc_person *p, struct kc_buf *detail);

/* Removes the file and what an interrupted write may have left of it. On KC_OK
 * this is durable. KC_ENOTFOUND: there was none; KC_EINVAL (of the directory
 * only: a file that is not as above is removed too), KC_EIO. */
enum kc_err
kc_people_erase(const char *dir, struct kc_slice actor, struct kc_buf *detail);

/* Calls fn for every file, in the order of actor ids; p is NULL where it
 * cannot be read, and err and detail say why, as above. A name that is no
 * actor id is KC_EINVAL. Ends with fn's first error; no directory: no calls. */
enum kc_err kc_people_each(const char *dir,
    enum kc_err (*fn)(void *ctx, struct kc_slice name,
	const struct kc_person *p, enum kc_err err, struct kc_slice detail),
    void *ctx, struct kc_buf *detail);

/* Adds to a view's document, which ends with its brace, the member "names":
 * {"<actor>":"<name>"} of those of the actors, each with an LF
 * (kc_view_actors), whose file can be read; nothing if there is none. */
enum kc_err
kc_people_names(const char *dir, struct kc_slice actors, struct kc_buf *json);

/* By which channel each person is reached: the first way of the person's own
 * order, whatever the daemon's settings lack. Read once, for many questions;
 * of a directory that cannot be read nobody is known. KC_ENOMEM. */
struct kc_person_ways; /* opaque */
enum kc_err kc_person_ways_read(const char *dir, struct kc_person_ways **out);
/* The word of the channel, static; NULL: not known. ctx is the ways. */
const char *kc_person_way(void *ctx, const char *actor);
void kc_person_ways_free(struct kc_person_ways *w); /* accepts NULL */

/*
 * The secret address of a person's calendar, "<actor>.<64 hex>": who knows it
 * reads the calendar (feed.h). The directory has the hash of the secret alone,
 * in a file of its own beside the person's; kc_people_erase takes both.
 * Errors as above.
 */
#define KC_FEED_SECRET_SIZE 32 /* bytes, from the kernel */
#define KC_FEED_SECRET_HEX (2 * KC_FEED_SECRET_SIZE)
struct kc_feed_mark {
	struct kc_hash hash;
	int64_t made_ms;
};
/* KC_ENOTFOUND: the person has no address. */
enum kc_err kc_people_feed_get(const char *dir, struct kc_slice actor,
    struct kc_feed_mark *out, struct kc_buf *detail);
/* A new address, in place of an older one; appends it. */
enum kc_err kc_people_feed_put(const char *dir, struct kc_slice actor,
    const uint8_t secret[KC_FEED_SECRET_SIZE], int64_t made_ms,
    struct kc_buf *address, struct kc_buf *detail);
/* Takes it back. KC_ENOTFOUND: there was none. */
enum kc_err kc_people_feed_drop(
    const char *dir, struct kc_slice actor, struct kc_buf *detail);
/* Is it an address in force, and whose? Compares in constant time. */
bool kc_people_feed_opens(
    const char *dir, struct kc_slice address, char actor[KC_CODE_MAX + 1]);

/* What a file is beside the ledger. X(symbol, word, is it as it should be, zh,
 * en) */
#define KC_PEOPLE_FINDINGS(X)                                                  \
	X(MATCHES, "matches", true, "与账本承诺相符",                          \
	    "is what the ledger has committed to")                             \
	X(UNCOMMITTED, "uncommitted", true, "账本没有承诺",                    \
	    "the ledger has no commitment")                                    \
	X(DIFFERS, "differs", false, "与账本承诺不符",                         \
	    "is not what the ledger has committed to")                         \
	X(MISSING, "missing", false, "账本有承诺，档案不在",                   \
	    "the ledger has a commitment and there is no file")                \
	X(LEFT, "left", false, "账本已记删除，档案还在",                       \
	    "the ledger says that it is erased, and it is there")              \
	X(STRANGER, "stranger", false, "账本没有登记这个人员",                 \
	    "no such actor is enrolled")                                       \
	X(UNREADABLE, "unreadable", false, "档案不可读", "cannot be read")     \
	X(TWOFOLD, "twofold", false,                                           \
	    "与另一人员为同一人，而二者的角色不得由一人兼任",                  \
	    "is the same person as another actor, and their roles are kept "   \
	    "apart")                                                           \
	X(DEPUTY, "deputy", false, "代理人未登记或已注销",                     \
	    "a deputy is not enrolled, or retired")
enum kc_people_finding {
#define X(sym, word, ok, zh, en) KC_PEOPLE_##sym,
	KC_PEOPLE_FINDINGS(X)
#undef X
};
const char *kc_people_finding_word(enum kc_people_finding f);
const char *kc_people_finding_text(enum kc_people_finding f, enum kc_lang lang);
bool kc_people_finding_ok(enum kc_people_finding f);

/* Holds every file against the state, in order of ids, then tells which are
 * missing. One call a file; another one for a deputy who cannot act (detail is
 * its id), and for one person, by name and phone or mail, behind two actors
 * whose roles no person may have together (detail is the other). UNREADABLE:
 * detail says why; else "". Ends with the first error of told or the directory;
 * no directory is an empty one. */
typedef enum kc_err kc_people_told(void *ctx, struct kc_slice actor,
    enum kc_people_finding finding, struct kc_slice detail);
enum kc_err kc_people_check(const char *dir, const struct kc_state *st,
    kc_people_told *told, void *ctx, struct kc_buf *detail);

#endif
