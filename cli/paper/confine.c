/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document is text of others, and the libraries that shape and draw it are
 * large: they run where there is nothing to take.
 */
#include "confine.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fontconfig/fontconfig.h>
#include <glib.h>

#include "sys/sandbox.h"

#define PLACES_MAX 64
#define CPU_S 120
#define MEMORY ((rlim_t)2 << 30) /* addresses, fonts among them */

/* What checks addresses has more of them than any limit lets. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIMITS_MEMORY false
#else
#define LIMITS_MEMORY true
#endif

#define ROOM 8 /* of the addresses that are allowed: so little is none */

static struct {
	int code;
	char memory[256], late[256], fault[256];
} beyond;

static void
say(const char *text)
{
	ssize_t n = write(STDERR_FILENO, text, strlen(text));

	(void)n;
}

static void
give_up(const char *text)
{
	say(text);
	_exit(beyond.code);
}

/* What is called in a handler: is there as good as no room left? */
static bool
is_full(void)
{
	struct rlimit r;
	void *room;

	if (getrlimit(RLIMIT_AS, &r) != 0 || r.rlim_cur == RLIM_INFINITY)
		return false;
	room = mmap(NULL, r.rlim_cur / ROOM, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return true;
	(void)munmap(room, r.rlim_cur / ROOM);
	return false;
}

/* The libraries end the process, or fail, where there is no memory; what has
 * no more time is sent a signal. All else is a fault of the program, which it
 * ends by, so that who waits for it sees so. */
static void
on_signal(int signal)
{
	int was = errno;

	if (signal == SIGXCPU)
		give_up(beyond.late);
	if (is_full())
		give_up(beyond.memory);
	say(beyond.fault);
	errno = was;
	(void)raise(signal); /* the second time it has its own way */
}

static void
log_taken(const char *domain, GLogLevelFlags level, const char *text, void *ctx)
{
	(void)domain;
	(void)ctx;
	if ((level & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR)) == 0)
		return;
	if (is_full() || strstr(text, "failed to allocate") != NULL)
		give_up(beyond.memory);
	abort();
}

void
kc_paper_beyond(
    int code, const char *memory, const char *late, const char *fault)
{
	static const int signals[] = {
	    SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGXCPU};
	struct sigaction act = {.sa_handler = on_signal,
	    .sa_flags = (int)SA_RESETHAND | SA_NODEFER};

	beyond.code = code;
	(void)g_snprintf(beyond.memory, sizeof(beyond.memory),
	    "kaocheng-paper: %s\n", memory);
	(void)g_snprintf(
	    beyond.late, sizeof(beyond.late), "kaocheng-paper: %s\n", late);
	(void)g_snprintf(
	    beyond.fault, sizeof(beyond.fault), "kaocheng-paper: %s\n", fault);
	(void)g_log_set_default_handler(log_taken, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &act, NULL);
}

/* Less, where somebody has set less. */
static bool
limit(int what, rlim_t soft, rlim_t hard)
{
	struct rlimit r;

	if (getrlimit(what, &r) != 0)
		return false;
	r.rlim_max = MIN(r.rlim_max, hard);
	r.rlim_cur = MIN(r.rlim_cur, soft);
	return setrlimit(what, &r) == 0;
}

struct places {
	struct kc_sandbox_place v[PLACES_MAX];
	size_t n;
};

static void
put(struct places *p, const char *path)
{
	if (p->n < PLACES_MAX)
		p->v[p->n++] = (struct kc_sandbox_place){path, false, false};
}

/* Frees the list; its strings live as long as the process. */
static void
put_list(struct places *p, FcStrList *list)
{
	const FcChar8 *s;

	while (list != NULL && (s = FcStrListNext(list)) != NULL) {
		char *path = strdup((const char *)s);

		if (path != NULL)
			put(p, path);
	}
	if (list != NULL)
		FcStrListDone(list);
}

enum kc_err
kc_paper_confine(void)
{
	struct places p = {.n = 0};
	enum kc_err err;

	if (!FcInit())
		return KC_ENOMEM;
	put_list(&p, FcConfigGetFontDirs(NULL));
	put_list(&p, FcConfigGetConfigFiles(NULL));
	put_list(&p, FcConfigGetCacheDirs(NULL));
	err = kc_sandbox_enter();
	if (err == KC_OK &&
	    (!limit(RLIMIT_CPU, CPU_S, CPU_S + 10) ||
		(LIMITS_MEMORY && !limit(RLIMIT_AS, MEMORY, MEMORY))))
		err = KC_EIO;
	if (err == KC_OK) {
		err = kc_sandbox_files(p.v, p.n);
		if (err == KC_ENOTFOUND)
			err = KC_OK;
	}
	return err == KC_OK ? kc_sandbox_calls(KC_CALLS_THREADS) : err;
}
