/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No room: a map that must grow, one that cannot, a file system that runs
 * full at once or at the reserve. Statements are refused or unknown, reads
 * go on, nothing that was acknowledged is lost, and with room it goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faultkit.h"
#include "tmpdir.h"

#define NOTES 6000
#define BATCH 100
#define MIB (1L << 20)

static const char small[] = "ledger: small\n"
			    "store: {map_mib: 1, reserve_mib: 0}\n";
#define ASKED_AGAIN 20 /* times that an answer may be lost */
static const char reserved[] = "ledger: small\n"
			       "store: {map_mib: 1, reserve_mib: 1}\n";

/* Posts in batches from the first note that nobody has acknowledged. True
 * while all goes well; else what was said is in *said. */
static bool
post_all(struct fault *f, struct kc_buf *said)
{
	unsigned from = 0;

	while (from < f->n && f->acked[from])
		from++;
	for (; from < f->n; from += BATCH) {
		unsigned to = from + BATCH < f->n ? from + BATCH : f->n;

		kc_buf_reset(said);
		if (fault_post_many(f, from, to, said) != 200 ||
		    !f->acked[from])
			return false;
	}
	return true;
}

static bool
says(struct kc_buf *text, const char *code)
{
	return strstr(kc_buf_cstr(text), code) != NULL;
}

static long
metric(struct fault *f, const char *name)
{
	struct kc_buf text = {0};
	const char *at;
	long value = -1;

	if (fault_get(f, "/metrics", &text) == 200) {
		at = strstr(kc_buf_cstr(&text), name);
		at = at != NULL ? strstr(at + 1, name) : NULL; /* # TYPE */
		if (at != NULL)
			value = strtol(at + strlen(name), NULL, 10);
	}
	kc_buf_free(&text);
	return value;
}

/* Posts until the map has less than so many bytes left. */
static __attribute__((unused)) void
post_until_left(struct fault *f, long left)
{
	struct kc_buf said = {0};

	for (unsigned i = 0; i < f->n &&
	     metric(f, "kaocheng_store_map_bytes") -
		     metric(f, "kaocheng_store_used_bytes") >
		 left;
	     i += BATCH)
		if (fault_post_many(f, i, i + BATCH, &said) != 200)
			abort();
	kc_buf_free(&said);
}

/* Posts until it is refused for want of room. Where memory is short an answer
 * may be lost too, and is asked for again. */
static __attribute__((unused)) bool
post_until_full(struct fault *f, struct kc_buf *said)
{
	for (int i = 0; i < ASKED_AGAIN; i++) {
		if (post_all(f, said))
			return false;
		if (says(said, "\"E-READ-ONLY\""))
			return true;
	}
	return false;
}

static bool
reads(struct fault *f)
{
	return fault_get(f, "/v1/entries/0/raw", NULL) == 200 &&
	    fault_get(f, "/v1/views/units", NULL) == 200 &&
	    fault_get(f, "/checkpoint", NULL) == 200;
}

/* Until a statement is taken; it opens by itself. */
static bool
opens(struct fault *f, unsigned i)
{
	double from = dk_now_ms();

	while (fault_post(f, i, NULL) != 201)
		if (!dk_poll(from, 10000))
			return false;
	return true;
}

static void
test_map_grows(void)
{
	static struct fault f;
	struct kc_buf said = {0};
	bool all;
	long map, used;

	fault_init(&f, NOTES);
	dk_configure(&f.d, "store: {map_mib: 1, reserve_mib: 0}\n");
	dk_start(&f.d);
	tap_ok(metric(&f, "kaocheng_store_map_bytes") == MIB,
	    "the map begins with 1 MiB");
	all = post_all(&f, &said);
	map = metric(&f, "kaocheng_store_map_bytes");
	used = metric(&f, "kaocheng_store_used_bytes");
	tap_ok(all && used > MIB && map >= used,
	    "a full map grows under %d entries: %ld of %ld KiB", NOTES,
	    used / 1024, map / 1024);
	tap_ok(dk_stop(&f.d) == 0, "and ends in order");
	dk_start(&f.d);
	tap_ok(dk_stop(&f.d) == 0, "and opens with the small map again");
	(void)fault_sound(&f, "after the map grew");
	kc_buf_free(&said);
	fault_free(&f);
}

/* Lets the running daemon have so much more address space. */
static void
limit_address_space(const struct fault *f, long more)
{
	char path[64];
	long pages = 0;
	struct rlimit limit;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)f->d.pid);
	file = fopen(path, "re");
	if (file == NULL || fscanf(file, "%ld", &pages) != 1)
		abort();
	fclose(file);
	limit.rlim_max = RLIM_INFINITY;
	limit.rlim_cur = more < 0
	    ? RLIM_INFINITY
	    : (rlim_t)(pages * sysconf(_SC_PAGESIZE) + more);
	if (prlimit(f->d.pid, RLIMIT_AS, &limit, NULL) != 0)
		abort();
}

static __attribute__((unused)) void
test_map_stays(void)
{
	static struct fault f;
	struct kc_buf said = {0};

	fault_init(&f, NOTES);
	dk_configure(&f.d, "store: {map_mib: 2, reserve_mib: 0}\n");
	dk_start(&f.d);
	post_until_left(&f, MIB / 4); /* what is left is the map's, */
	for (int i = 0; i < 16; i++)  /* and the pool has its heaps */
		(void)reads(&f);
	limit_address_space(&f, 2 * MIB - 65536);
	if (!tap_ok(post_until_full(&f, &said),
		"a map that cannot grow: refused with E-READ-ONLY"))
		tap_note("last answer: %s", kc_buf_cstr(&said));
	tap_ok(reads(&f), "reads go on");
	tap_ok(dk_wait(&f.d, 0) < 0, "the daemon lives");
	limit_address_space(&f, -1);
	tap_ok(opens(&f, NOTES - 1), "with room it opens by itself");
	tap_ok(post_all(&f, &said), "and takes all that was refused");
	tap_ok(dk_stop(&f.d) == 0, "and ends in order");
	(void)fault_sound(&f, "after a map that could not grow");
	kc_buf_free(&said);
	fault_free(&f);
}

/* --- a file system of a few MiB --- */
static bool
mount_small(const char *dir, const char *size, unsigned long flags)
{
	char path[256], options[64];

	snprintf(path, sizeof(path), "%s/small", dir);
	snprintf(options, sizeof(options), "size=%s,mode=700", size);
	(void)mkdir(path, 0700);
	return mount("tmpfs", path, "tmpfs", flags, options) == 0;
}

static void
unmount_small(const char *dir)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/small", dir);
	if (umount2(path, MNT_DETACH) != 0)
		abort();
}

/* Not a byte is left. */
static void
fill_small(const char *dir)
{
	static const char block[4096];
	int fd = open(tmpdir_file(dir, "small/filler"),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		abort();
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

/* The founded ledger moves to the small file system. */
static void
init_small(struct fault *f, const char *size, const char *config)
{
	fault_init(f, NOTES);
	if (!mount_small(f->d.dir, size, 0))
		abort();
	tmpdir_copy(f->d.dir, "ledger.mdb", "small/ledger.mdb");
	(void)unlink(tmpdir_file(f->d.dir, "ledger.mdb"));
	dk_configure(&f->d, config);
}

/* What the daemon left there, where the count looks for it. */
static void
sound_small(struct fault *f, const char *when)
{
	tmpdir_copy(f->d.dir, "small/ledger.mdb", "ledger.mdb");
	(void)fault_sound(f, when);
}

static void
test_disk_full(void)
{
	static struct fault f;
	struct kc_buf said = {0};

	init_small(&f, "2m", small);
	dk_start(&f.d);
	/* What a batch needs is asked before its anchor begins. */
	tap_ok(!post_all(&f, &said) && says(&said, "\"E-READ-ONLY\""),
	    "a disk that runs full: refused with E-READ-ONLY");
	tap_ok(reads(&f) && dk_wait(&f.d, 0) < 0, "reads go on");
	tap_ok(dk_stop(&f.d) == 0, "and it ends in order");
	tap_ok(fault_acked(&f) > BATCH, "%u entries had been acknowledged",
	    fault_acked(&f));
	fill_small(f.d.dir);
	dk_start(&f.d);
	tap_ok(reads(&f), "started on the full disk it reads");
	dk_kill(&f.d, SIGKILL);
	(void)unlink(tmpdir_file(f.d.dir, "small/ledger.mdb-lock"));
	fill_small(f.d.dir);
	dk_forget_log(&f.d);
	tap_ok(dk_start_fails(&f.d) == 1 && dk_said(&f.d, "No space left"),
	    "without room for LMDB's table of readers: exit 1, and why");
	(void)unlink(tmpdir_file(f.d.dir, "small/filler"));
	if (!mount_small(f.d.dir, "16m", MS_REMOUNT))
		abort();
	dk_start(&f.d);
	tap_ok(post_all(&f, &said), "with room it takes all that was refused");
	tap_ok(dk_stop(&f.d) == 0, "and ends in order");
	sound_small(&f, "after a full disk");
	kc_buf_free(&said);
	unmount_small(f.d.dir);
	fault_free(&f);
}

static void
test_reserve(void)
{
	static struct fault f;
	struct kc_buf said = {0};

	init_small(&f, "3m", reserved);
	dk_start(&f.d);
	tap_ok(!post_all(&f, &said) && says(&said, "\"E-READ-ONLY\""),
	    "at the reserve: refused with E-READ-ONLY");
	kc_buf_reset(&said);
	tap_ok(
	    fault_get(&f, "/healthz", &said) == 503 && says(&said, "no room"),
	    "/healthz says why");
	tap_ok(reads(&f), "reads go on");
	tap_ok(dk_stop(&f.d) == 0, "it ends in order");
	dk_start(&f.d);
	tap_ok(reads(&f) && fault_post(&f, NOTES - 1, NULL) == 503,
	    "started there it reads, and refuses");
	if (!mount_small(f.d.dir, "16m", MS_REMOUNT))
		abort();
	tap_ok(opens(&f, NOTES - 1), "with room it opens by itself");
	tap_ok(post_all(&f, &said), "and takes all that was refused");
	tap_ok(dk_stop(&f.d) == 0, "and ends in order");
	sound_small(&f, "after the reserve was met");
	kc_buf_free(&said);
	unmount_small(f.d.dir);
	fault_free(&f);
}

/* A ledger that cannot even be made leaves nothing half made. */
static void
test_no_room_to_begin(void)
{
	static struct kit k;
	struct dk d = {0};

	kit_init(&k, KIT_OPEN);
	dk_make(&d, &k);
	if (!mount_small(d.dir, "16k", 0))
		abort();
	dk_configure(&d, small);
	tap_ok(dk_start_fails(&d) == 1, "no room for a new ledger: exit 1");
	if (d.code != 1)
		tap_note("exit %d", d.code);
	if (!mount_small(d.dir, "4m", MS_REMOUNT))
		abort();
	tap_ok(dk_try(&d), "with room it is made");
	if (d.pid != 0)
		dk_stop(&d);
	unmount_small(d.dir);
	dk_remove(&d);
	kit_free(&k);
}

int
main(void)
{
	test_map_grows();
#ifdef __SANITIZE_ADDRESS__
	tap_skip("a map that cannot grow", "the sanitizer maps as it likes");
#else
	test_map_stays();
#endif
	/* The mounts are seen by this process and its daemons only. */
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		tap_skip("full file systems", strerror(errno));
		return tap_done();
	}
	test_disk_full();
	test_reserve();
	test_no_room_to_begin();
	return tap_done();
}
