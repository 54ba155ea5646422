/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, anchor, store and ledger, opened in this order. */
#include "start.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/check.h>
#include <kaocheng/people.h>

#include "anchors.h"
#include "sys/confine.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/sandbox.h"

/* --- saying why --- */
static void
say(const char *event, const char *what, enum kc_err err,
    const struct kc_buf *detail)
{
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_ERROR, event);
	kc_log_str(&l, "what", what);
	kc_log_str(&l, "why", kc_err_text(err));
	if (err == KC_EIO && errno != 0)
		kc_log_errno(&l);
	if (detail != NULL && detail->n > 0)
		kc_log_slice(&l, "detail", kc_buf_view(detail));
	kc_log_end(&l);
}

static enum kc_daemon_exit
exit_of(enum kc_err err)
{
	if (err == KC_EROLLBACK || err == KC_EFORK || err == KC_EFOREIGN ||
	    err == KC_ECORRUPT || err == KC_EREFUSED || err == KC_ENEWER)
		return KC_DAEMON_GUARD;
	return err == KC_EUNKNOWN ? KC_DAEMON_UNKNOWN : KC_DAEMON_FAILED;
}

/* --- what is given up --- */
enum kc_err
kc_start_give_up(const struct kc_config *c)
{
	bool others = c->remind.on && c->remind.command.on;
	enum kc_err err = kc_sandbox_enter();
	struct kc_line line;

	if (err == KC_OK)
		err = kc_confine(c);
	if (err == KC_ENOTFOUND) {
		kc_log_begin(&line, KC_LOG_WARNING, "no-landlock");
		kc_log_end(&line);
		err = KC_OK;
	}
	if (err == KC_OK)
		err = kc_sandbox_calls(
		    others ? KC_CALLS_PROGRAMS : KC_CALLS_PARENT);
	if (err != KC_OK) {
		kc_log_begin(&line, KC_LOG_ERROR, "sandbox");
		kc_log_str(&line, "why", kc_err_text(err));
		kc_log_errno(&line);
		kc_log_end(&line);
	}
	return err;
}

/* --- places --- */
static enum kc_err
check_place(const char *event, const char *path, bool ours)
{
	struct kc_buf detail = {0};
	const char *fault =
	    path[0] != '\0' ? kc_file_place_fault(path, ours) : NULL;

	if (fault == NULL)
		return KC_OK;
	kc_buf_str(&detail, fault);
	say(event, path, KC_EINVAL, &detail);
	kc_buf_free(&detail);
	return KC_EINVAL;
}

static enum kc_err
check_key_place(const char *path)
{
	char dir[KC_CONFIG_PATH_MAX];
	enum kc_err err = kc_file_dir(dir, sizeof(dir), path);

	return err == KC_OK ? check_place("key", dir, true) : err;
}

/* What we rely on must be ours: the configuration, the directories. */
static enum kc_err
check_places(const struct kc_config *c)
{
	enum kc_err err = check_place("config", c->file, true);

	if (err == KC_OK)
		err = check_place("start", c->ledger, false);
	if (err == KC_OK)
		err = check_key_place(c->log_key);
	if (err == KC_OK)
		err = check_key_place(c->clerk_key);
	if (err == KC_OK && geteuid() == kc_file_overflow_uid()) {
		struct kc_buf detail = {0};

		kc_buf_str(&detail,
		    "runs as the uid of all that the kernel cannot name");
		say("start", "uid", KC_EINVAL, &detail);
		kc_buf_free(&detail);
		err = KC_EINVAL;
	}
	return err;
}

enum kc_err
kc_start_keys(struct kc_daemon *d)
{
	struct kc_log_keys keys;
	enum kc_err err = check_places(d->config);

	if (err == KC_OK)
		err = kc_signer_link_open(&d->signer, NULL, d->config->log_key,
		    d->config->clerk_key, d->config->signer_wait_s);
	if (err != KC_OK)
		return err;
	kc_signer_link_public(d->signer, &d->clerk_key.vkey, &keys);
	d->log_key.vkey = keys.v[0];
	d->signing = kc_signer_link_signing(d->signer);
	return KC_OK;
}

/* --- store --- */
static void
say_mended(const char *dir, const struct kc_buf *where)
{
	struct kc_line l;

	kc_log_begin(&l, KC_LOG_WARNING, "head-mended");
	kc_log_str(&l, "what", dir);
	kc_log_slice(&l, "detail", kc_buf_view(where));
	kc_log_end(&l);
}

/* A new store is made only where no anchor knows of an older one. */
static enum kc_err
open_store(struct kc_daemon *d, bool read_only, struct kc_buf *detail)
{
	struct kc_store_options o = {.dir = d->config->ledger,
	    .read_only = read_only,
	    .map_size = (size_t)d->config->map_mib << 20,
	    .reserve_min = (size_t)d->config->reserve_mib << 20,
	    .threads = d->config->threads,
	    .stop = &d->stop};
	struct kc_buf note = {0}, mended = {0};
	enum kc_err err;

	o.mended = &mended;
	err = kc_store_open(&d->store, &o, detail);
	if (mended.n > 0)
		say_mended(o.dir, &mended);
	kc_buf_free(&mended);

	if (err != KC_ENOTFOUND)
		return err;
	err = kc_anchor_peek(d->config->anchor, &note);
	if (err == KC_OK && note.n > 0) {
		kc_buf_reset(detail);
		kc_buf_str(detail,
		    "the anchor knows a ledger that is not in the directory");
		err = KC_EROLLBACK;
	} else if (read_only) {
		err = KC_ENOTFOUND;
	} else if (err == KC_OK || err == KC_ENOTFOUND) {
		kc_buf_reset(detail);
		o.create = true;
		o.mended = NULL;
		err = kc_store_open(&d->store, &o, detail);
	}
	kc_buf_free(&note);
	return err;
}

/* --- persons --- */
#define PEOPLE_LINES 20 /* of the log; `kaocheng people check` says all */

static enum kc_err
tell_person(void *ctx, struct kc_slice actor, enum kc_people_finding finding,
    struct kc_slice detail)
{
	unsigned *bad = ctx;
	struct kc_line l;

	if (kc_people_finding_ok(finding) || ++*bad > PEOPLE_LINES)
		return KC_OK;
	kc_log_begin(&l, KC_LOG_WARNING, "people");
	kc_log_slice(&l, "actor", actor);
	kc_log_str(&l, "finding", kc_people_finding_word(finding));
	if (detail.n > 0)
		kc_log_slice(&l, "detail", detail);
	kc_log_end(&l);
	return KC_OK;
}

/* Says which files of persons are not what the ledger speaks of. The ledger
 * runs without any of them. */
static void
check_people(void *ctx, const struct kc_view_source *src)
{
	const struct kc_daemon *d = ctx;
	struct kc_buf detail = {0};
	unsigned bad = 0;
	struct kc_line l;
	enum kc_err err;

	if (src == NULL)
		return;
	err =
	    kc_people_check(d->people, src->state, tell_person, &bad, &detail);
	if (err != KC_OK || bad > PEOPLE_LINES) {
		kc_log_begin(&l, KC_LOG_WARNING, "people");
		kc_log_i64(&l, "findings", bad);
		if (err != KC_OK)
			kc_log_slice(&l, "detail", kc_buf_view(&detail));
		kc_log_end(&l);
	}
	kc_buf_free(&detail);
}

static void
log_line(void *ctx, int level, const char *line)
{
	(void)ctx;
	kc_log_line(level, line);
}

/* An answer of the sender, or its coming, is seen to by the writer. */
static void
wake_ledger(void *ctx)
{
	struct kc_daemon *d = ctx;

	kc_ledger_tick(d->ledger);
}

static enum kc_err
open_reminders(struct kc_daemon *d, struct kc_ledger_options *o)
{
	struct kc_reminders_options r = {.config = &d->config->remind,
	    .store = d->store,
	    .origin = kc_slice_str(d->log_key.vkey.name),
	    .people = d->config->people,
	    .wake = wake_ledger,
	    .ctx = d};
	enum kc_err err;

	if (!d->config->remind.on)
		return KC_OK;
	err = kc_reminders_open(&d->reminders, &r);
	if (err == KC_OK)
		o->beside = kc_reminders_beside(d->reminders);
	return err;
}

static enum kc_err
open_witnesses(struct kc_daemon *d, struct kc_ledger_options *o)
{
	enum kc_err err;

	if (d->config->witnesses.n == 0)
		return KC_OK;
	err = kc_witnesses_open(&d->witnesses, &d->config->witnesses);
	if (err == KC_OK)
		o->witnessing = kc_witnesses_of(d->witnesses);
	return err;
}

static enum kc_daemon_exit
open_ledger(struct kc_daemon *d)
{
	struct kc_buf detail = {0}, contradicted = {0};
	struct kc_ledger_options o = {.log_key = &d->log_key,
	    .clerk_key = &d->clerk_key,
	    .clock = d->clock,
	    .threads = d->config->threads,
	    .wait_ms = d->config->wait_ms,
	    .settle_ms = KC_SETTLE_MS,
	    .behind = true,
	    .queue_max = d->config->queue_max,
	    .stop = &d->stop,
	    .changed = d->changed,
	    .changed_ctx = d->changed_ctx,
	    .signing = &d->signing,
	    .log = log_line};
	const char *what = d->config->ledger;
	struct kc_log_keys keys;
	struct kc_vkey clerk;
	enum kc_err err;

	(void)memcpy(d->people, d->config->people, sizeof(d->people));
	errno = 0;
	err = open_store(d, false, &detail);
	if (err == KC_OK) {
		what = d->config->anchor;
		kc_signer_link_public(d->signer, &clerk, &keys);
		err = kc_anchors_open(d, &keys, &detail);
	}
	if (err == KC_OK) {
		what = d->config->ledger;
		d->sequencer = kc_sequencer_local(d->store);
		d->has_sequencer = true;
		o.store = d->store;
		o.sequencer = d->sequencer;
		o.second_anchor = d->second;
		o.reseed_anchor = d->reseed_anchor;
		if (d->mark.is)
			o.restored = (struct kc_restored){true, d->mark.kept,
			    d->mark.lost, kc_anchors_said, d};
		err = open_reminders(d, &o);
	}
	if (err == KC_OK)
		err = open_witnesses(d, &o);
	if (err == KC_OK && d->witnesses != NULL &&
	    kc_witnesses_contradict(
		d->witnesses, d->store, &keys, &d->stop, &contradicted))
		o.contradicted = kc_buf_cstr(&contradicted);
	if (err == KC_OK)
		err = kc_ledger_open(&d->ledger, &o, &detail);
	if (err == KC_OK && d->witnesses != NULL)
		err = kc_witnesses_start(d->witnesses, d->ledger);
	/* Beside the work: what it says holds nobody up. */
	if (err == KC_OK)
		(void)kc_ledger_read(d->ledger, check_people, d);
	if (err == KC_EUNAVAILABLE && atomic_load(&d->stop))
		err = KC_OK;
	if (err != KC_OK)
		say(exit_of(err) == KC_DAEMON_GUARD ? "guard" : "start", what,
		    err, &detail);
	kc_buf_free(&contradicted);
	kc_buf_free(&detail);
	return err == KC_OK ? KC_DAEMON_OK : exit_of(err);
}

/* --- told to end while it starts --- */
/* No loop sees to signals yet, and a start may take its time. A thread waits
 * for one of them, says so to the start and gives it on to the loop. */
struct watch {
	pthread_t thread;
	atomic_bool *stop;
	sigset_t set;
};

#define WATCHED SIGUSR1 /* the start is over; held, so nobody else means it */

static void *
watch(void *ctx)
{
	struct watch *w = ctx;
	int number = WATCHED;

	if (sigwait(&w->set, &number) == 0 && number != WATCHED) {
		atomic_store(w->stop, true);
		(void)kill(getpid(), number);
	}
	return NULL;
}

static bool
watch_begin(struct watch *w, atomic_bool *stop)
{
	sigset_t there;

	w->stop = stop;
	(void)sigemptyset(&w->set);
	(void)sigaddset(&w->set, SIGTERM);
	(void)sigaddset(&w->set, SIGINT);
	if (sigpending(&there) == 0 &&
	    (sigismember(&there, SIGTERM) == 1 ||
		sigismember(&there, SIGINT) == 1))
		atomic_store(stop, true);
	(void)sigaddset(&w->set, WATCHED);
	return pthread_create(&w->thread, NULL, watch, w) == 0;
}

static void
watch_end(struct watch *w)
{
	(void)pthread_kill(w->thread, WATCHED);
	(void)pthread_join(w->thread, NULL);
}

enum kc_daemon_exit
kc_start_ledger(struct kc_daemon *d)
{
	enum kc_daemon_exit code;
	struct watch w;
	bool watched = watch_begin(&w, &d->stop);

	code = open_ledger(d);
	if (watched)
		watch_end(&w);
	return code;
}

/* --- check only --- */
/* The same that a start asks, of the files as they lie there. */
static enum kc_err
check(struct kc_daemon *d, struct kc_buf *detail)
{
	struct kc_vkey clerk;
	struct kc_log_keys here;
	struct kc_check c = {.log_keys = &here,
	    .threads = d->config->threads,
	    .reseed = d->reseed_anchor};
	struct kc_anchored held = {0};
	struct kc_buf second = {0};
	bool has_second;
	enum kc_err err;

	/* Backwards, for a daemon may write: it never knows more than the first
	 * one, nor that more than it and the store. */
	has_second = d->config->second_anchor[0] != '\0' &&
	    kc_anchor_peek(d->config->second_anchor, &second) == KC_OK;
	err = kc_anchor_load(d->config->anchor, &held);
	kc_signer_link_public(d->signer, &clerk, &here);
	(void)memcpy(d->people, d->config->people, sizeof(d->people));
	c.has_anchor = err == KC_OK;
	if (err == KC_OK || err == KC_ENOTFOUND)
		err = open_store(d, true, detail);
	c.store = d->store;
	if (c.has_anchor)
		c.anchor = kc_buf_view(&held.v[held.n - 1].note);
	c.held = &held;
	if (err == KC_OK)
		err = kc_anchors_mark(d, &here, detail);
	if (err == KC_OK && kc_anchors_lost(d, d->config->anchor, &here)) {
		c.has_anchor = false;
		c.reseed = true;
	}
	if (err == KC_OK && has_second &&
	    !kc_anchors_lost(d, d->config->second_anchor, &here))
		c.second = kc_buf_view(&second);
	if (err == KC_OK)
		err = kc_check(&c, detail);
	if (err == KC_OK)
		check_people(d, &(struct kc_view_source){.state = c.state});
	kc_state_free(c.state);
	kc_anchored_free(&held);
	kc_buf_free(&second);
	return err;
}

enum kc_daemon_exit
kc_start_check(struct kc_daemon *d)
{
	struct kc_buf detail = {0};
	enum kc_err err;

	errno = 0;
	err = check(d, &detail);
	if (err == KC_ENOTFOUND)
		err = KC_OK; /* nothing to check yet */
	if (err != KC_OK)
		say(exit_of(err) == KC_DAEMON_GUARD ? "guard" : "check",
		    d->config->ledger, err, &detail);
	kc_buf_free(&detail);
	return err == KC_OK ? KC_DAEMON_OK : exit_of(err);
}

enum kc_mode
kc_start_close(struct kc_daemon *d)
{
	enum kc_mode mode;

	kc_witnesses_stop(d->witnesses);
	mode = kc_ledger_close(d->ledger);
	kc_witnesses_close(d->witnesses);
	d->witnesses = NULL;
	kc_reminders_close(d->reminders);
	d->reminders = NULL;
	if (d->has_sequencer && d->sequencer.close != NULL)
		d->sequencer.close(d->sequencer.ctx);
	kc_signer_link_close(d->signer);
	kc_anchor_close(d->second);
	kc_store_close(d->store);
	kc_skey_wipe(&d->log_key);
	kc_skey_wipe(&d->clerk_key);
	d->ledger = NULL;
	d->signer = NULL;
	d->second = NULL;
	d->store = NULL;
	return mode;
}
