/* SPDX-License-Identifier: Apache-2.0 */
/* The offline verification, on all processors. */
#include "stages.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kaocheng/proof.h>

#include "lib/file.h"
#include "lib/files.h"
#include "lib/foreign.h"
#include "lib/i18n.h"
#include "lib/mirror.h"
#include "progress.h"
#include "stages_print.h"

#define THREADS_MAX 64

/* --- jobs on threads --- */
struct crew {
	size_t njobs;
	void (*job)(void *arg, size_t i);
	void *arg;
	atomic_size_t next;
};

static void *
work(void *p)
{
	struct crew *c = p;
	size_t i;

	while ((i = atomic_fetch_add(&c->next, 1)) < c->njobs)
		c->job(c->arg, i);
	return NULL;
}

static size_t
processors(void)
{
	cpu_set_t set;
	int n;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

/* The caller works too, so that it goes on when no thread can be made. */
static void
run_jobs(void *ctx, size_t njobs, void (*job)(void *arg, size_t i), void *arg)
{
	struct crew c = {.njobs = njobs, .job = job, .arg = arg};
	pthread_t threads[THREADS_MAX];
	size_t want = processors(), made = 0;

	(void)ctx;
	if (want > njobs)
		want = njobs;
	while (made + 1 < want &&
	    pthread_create(&threads[made], NULL, work, &c) == 0)
		made++;
	work(&c);
	while (made > 0)
		pthread_join(threads[--made], NULL);
}

/* --- the whole --- */
int
kc_stages_exit(enum kc_err err)
{
	return err == KC_ENOTFOUND ? KC_STAGES_MISSING : 1;
}

static int
load(
    const struct kc_stages *s, const char *path, size_t max, struct kc_buf *out)
{
	enum kc_err err = path != NULL ? kc_file_load(path, max, out) : KC_OK;

	/* An empty file would be taken for none: and all would seem well. */
	if (err == KC_OK && path != NULL && out->n == 0)
		err = KC_EINCOMPLETE;
	if (err == KC_OK)
		return 0;
	return kc_stages_say(s, kc_stages_exit(err), path, kc_err_said(err));
}

int
kc_stages_trust(const struct kc_stages *s, struct kc_trust *out)
{
	struct kc_trust_where where = {0};
	struct kc_buf text = {0}, place = {0};
	int code = load(s, s->trust, KC_NOTE_MAX, &text);

	if (code == 0 &&
	    kc_trust_parse(out, kc_buf_view(&text), &where) != KC_OK) {
		kc_buf_str(&place, s->trust);
		kc_buf_char(&place, ':');
		kc_buf_u64(&place, where.line);
		kc_buf_char(&place, ':');
		kc_buf_u64(&place, where.col);
		code = kc_stages_say(s, 1, kc_buf_cstr(&place),
		    kc_trust_fault_text(where.fault, s->lang));
	}
	kc_buf_free(&place);
	kc_buf_free(&text);
	return code;
}

int
kc_stages_check(const struct kc_stages *s, const struct kc_verify_options *what,
    struct kc_verify_report *report)
{
	static struct kc_trust trust; /* large */
	struct kc_buf at_least = {0};
	struct kc_progress progress = {0};
	struct kc_verify_options o = *what;
	int code = s->trust != NULL ? kc_stages_trust(s, &trust) : 0;

	if (code == 0)
		code = load(s, s->at_least, KC_PROOF_FILE_MAX, &at_least);
	if (code == 0) {
		o.run = run_jobs;
		o.no_signatures = s->no_signatures;
		o.digest = s->told != NULL;
		o.trust = s->trust != NULL ? &trust : NULL;
		o.at_least = kc_buf_view(&at_least);
		if (s->progress || (!s->quiet && isatty(STDERR_FILENO))) {
			kc_progress_begin(
			    &progress, stderr, isatty(STDERR_FILENO), s->lang);
			o.progress = kc_progress_say;
			o.progress_ctx = &progress;
		}
		kc_verify(&o, report);
		kc_progress_end(&progress);
	}
	kc_buf_free(&at_least);
	return code;
}

int
kc_stages_run(const struct kc_stages *s, const struct kc_files *files)
{
	static struct kc_verify_report report; /* large */
	struct kc_verify_options what = {.files = files};
	int code = kc_stages_check(s, &what, &report);

	return code == 0 ? kc_stages_end(s, &report) : code;
}

int
kc_stages_unreadable(const struct kc_stages *s, enum kc_err err)
{
	enum kc_finding found = KC_FOUND_UNREADABLE;
	int error = errno, code;

	if (err == KC_EFOREIGN)
		found = KC_FOUND_NOT_ONE;
	else if (err == KC_ESYNTAX)
		found = KC_FOUND_MALFORMED;
	else if (err == KC_EINCOMPLETE)
		found = KC_FOUND_CUT;
	else if (err == KC_ENOMEM)
		found = KC_FOUND_MEMORY;
	code = (int)kc_finding_verdict(found);
	if (found == KC_FOUND_UNREADABLE)
		code = kc_stages_exit(err);
	kc_stages_print_unreadable(s, found, err, error, code);
	return code;
}

static int
run_disk(const struct kc_stages *s)
{
	struct kc_disk disk;
	enum kc_err err = kc_disk_open(&disk, s->path);
	int code = err == KC_OK ? kc_stages_run(s, &disk.files)
				: kc_stages_unreadable(s, err);

	kc_disk_close(&disk);
	return code;
}

int
kc_stages_place(const struct kc_stages *s)
{
	struct kc_mirror *m = NULL;
	struct kc_files files;
	enum kc_err err;
	int code;

	if (s->stamp)
		return kc_stages_stamp(s);
	if (kc_stages_is_proof(s->path))
		return kc_stages_proof(s);
	if (kc_stages_is_fork(s->path))
		return kc_stages_fork(s);
	if (s->leaf != NULL)
		return kc_stages_say(s, KC_STAGES_USAGE, s->path,
		    _("--leaf goes with a receipt"));
	if (!kc_is_address(s->path))
		return run_disk(s);
	err = kc_mirror_open(&m, s->path,
	    s->timeout_s != 0 ? s->timeout_s : KC_MIRROR_TIMEOUT_S);
	if (err == KC_EUNAVAILABLE)
		(void)kc_stages_say(s, 1, NULL,
		    _("addresses need libcurl 4, which is not installed"));
	if (err == KC_OK && s->token.n > 0)
		err = kc_mirror_token(m, s->token);
	if (err != KC_OK) {
		kc_mirror_close(m);
		return kc_stages_unreadable(s, err);
	}
	files = kc_mirror_files(m);
	code = kc_stages_run(s, &files);
	if (kc_mirror_fault(m)[0] != '\0')
		(void)kc_stages_say(s, code, NULL, kc_mirror_fault(m));
	kc_mirror_close(m);
	return code;
}
