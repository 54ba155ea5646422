/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does not depend on the length of the log, and what must not grow faster
 * than it: start, memory and every view of one unit, in ledgers of 10,000,
 * 100,000 and 1,000,000 entries that say the same of that unit.
 */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/view.h>

#include "lib/client.h"

#define ROUNDS 9 /* of a view: the best of them, since others run beside us */
#define YEAR "2022"
#define FOUNDED 6800 /* entries of the founding */
#define POSITIONS 24 /* of views as of entries that nobody has asked for */

/* A line of /proc/PID/status in KiB; 0 if there is none. */
static double
memory(pid_t pid, const char *what)
{
	char path[64], line[256];
	unsigned long kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, what, strlen(what)) == 0)
			(void)sscanf(line + strlen(what), ": %lu", &kib);
	if (f != NULL)
		fclose(f);
	return (double)kib;
}

static enum kc_err
view(struct bench *b, const struct kc_view *v, const char *size)
{
	char path[128], name[64];
	struct kc_buf body = {0};
	double best = 1e9;
	long status = 0;
	enum kc_err err = KC_OK;

	snprintf(path, sizeof(path), "/v1/views/%s?unit=" BENCH_STILL "%s%s",
	    v->name, strchr(v->args, 'y') != NULL ? "&year=" YEAR : "",
	    strchr(v->args, 'f') != NULL ? "&limit=20" : "");
	for (int i = 0; err == KC_OK && i < ROUNDS; i++) {
		double from = bench_now(), took;

		kc_buf_reset(&body);
		err = kc_client_get(b->client, path, &status, &body);
		took = bench_now() - from;
		best = took < best ? took : best;
		if (err == KC_OK && status != 200)
			err = KC_EREFUSED;
	}
	snprintf(name, sizeof(name), "view_%s_ms_%s", v->name, size);
	if (err == KC_OK)
		bench_line(name, best * 1000, "ms");
	kc_buf_free(&body);
	return err;
}

enum kc_err
bench_views(struct bench *b, const char *size)
{
	enum kc_err err = kc_client_open(&b->client, b->socket);

	/* What is of one item too (`i`: `meant`, `ready`) has no answer
	 * without. */
	for (size_t i = 0; err == KC_OK && i < kc_view_count(); i++)
		if (strchr(kc_view_get(i)->args, 'u') != NULL &&
		    strchr(kc_view_get(i)->args, 'i') == NULL)
			err = view(b, kc_view_get(i), size);
	return err;
}

/* --- one page of a long list --- */
#define PAGE 100

/* How long one takes, in milliseconds; KC_EREFUSED if it is refused. */
static enum kc_err
get_page(struct bench *b, const char *path, struct kc_buf *body, double *ms)
{
	long status = 0;
	double from = bench_now();
	enum kc_err err;

	kc_buf_reset(body);
	err = kc_client_get(b->client, path, &status, body);
	*ms = (bench_now() - from) * 1000;
	return err == KC_OK && status != 200 ? KC_EREFUSED : err;
}

/* Where the first half of the list ends, "" if it has no two rows. */
static enum kc_err
find_middle(struct bench *b, const char *list, char after[128])
{
	char path[256];
	struct kc_buf body = {0};
	double ms;
	json_int_t half;
	json_t *doc;
	enum kc_err err;

	snprintf(path, sizeof(path), "%s&limit=1", list);
	err = get_page(b, path, &body, &ms);
	doc = json_loadb(body.p, body.n, 0, NULL);
	half = json_integer_value(json_object_get(doc, "rows_total")) / 2;
	json_decref(doc);
	snprintf(path, sizeof(path), "%s&limit=%lld", list,
	    half < 1                  ? 1
		: half > KC_PAGE_ROWS ? (long long)KC_PAGE_ROWS
				      : (long long)half);
	if (err == KC_OK)
		err = get_page(b, path, &body, &ms);
	doc = err == KC_OK ? json_loadb(body.p, body.n, 0, NULL) : NULL;
	snprintf(after, 128, "%s",
	    json_is_string(json_object_get(doc, "rows_next"))
		? json_string_value(json_object_get(doc, "rows_next"))
		: "");
	json_decref(doc);
	kc_buf_free(&body);
	return err;
}

/* From the middle of the longest list that these ledgers have. */
enum kc_err
bench_page(struct bench *b, const char *size)
{
	/* In a tiny run that year is not open: then none is said. */
	const char *list = "/v1/views/targets?year=2023";
	char path[256], after[128], name[64];
	struct kc_buf body = {0};
	double best = 1e9, ms;
	enum kc_err err = find_middle(b, list, after);

	if (err == KC_EREFUSED) {
		list = "/v1/views/targets?lang=en";
		err = find_middle(b, list, after);
	}
	snprintf(path, sizeof(path), "%s&limit=%d%s%s", list, PAGE,
	    after[0] != '\0' ? "&after=" : "", after);
	for (int i = 0; err == KC_OK && i < ROUNDS; i++) {
		err = get_page(b, path, &body, &ms);
		best = ms < best ? ms : best;
	}
	snprintf(name, sizeof(name), "view_page_ms_%s", size);
	if (err == KC_OK)
		bench_line(name, best, "ms");
	kc_buf_free(&body);
	return err;
}

/* --- as of an entry --- */
static enum kc_err
trail_as_of(struct bench *b, uint64_t upto, double *ms)
{
	char path[128];
	struct kc_buf body = {0};
	enum kc_err err;

	snprintf(path, sizeof(path),
	    "/v1/views/trail?unit=" BENCH_STILL "&as_of=%%23%llu",
	    (unsigned long long)upto - 1);
	err = get_page(b, path, &body, ms);
	kc_buf_free(&body);
	return err;
}

/* How many entries there are: a tiny run has a whole founding, too. */
static enum kc_err
ask_size(struct bench *b, uint64_t *n)
{
	struct kc_buf body = {0};
	double ms;
	enum kc_err err =
	    get_page(b, "/v1/views/trail?unit=" BENCH_STILL, &body, &ms);
	json_t *doc = json_loadb(body.p, body.n, 0, NULL);

	*n = (uint64_t)json_integer_value(
	    json_object_get(json_object_get(doc, "as_of"), "size"));
	json_decref(doc);
	kc_buf_free(&body);
	return err == KC_OK && *n == 0 ? KC_EREFUSED : err;
}

static void
as_of_line(const char *what, const char *size, double ms)
{
	char name[64];

	snprintf(name, sizeof(name), "view_as_of_%s_%s", what, size);
	bench_line(name, ms, "ms");
}

/* The first, which replays them all, and the same again; any other, each for
 * the first time: the mean, the worst, and what the daemon's processor had to
 * do for one. */
enum kc_err
bench_as_of(struct bench *b, const char *size)
{
	double ms, sum = 0, worst = 0, first = 0, again = 0, cpu;
	uint64_t dice = 7, n = 0, low = 0;
	char name[64];
	enum kc_err err = ask_size(b, &n);

	if (err == KC_OK)
		err = trail_as_of(b, n, &first);
	if (err == KC_OK)
		err = trail_as_of(b, n, &again);
	/* The unit has to be there already. */
	low = n / 10 > FOUNDED ? n / 10 : n / 4 * 3;
	cpu = bench_cpu(b->daemon);
	for (unsigned i = 0; err == KC_OK && i < POSITIONS; i++) {
		dice = dice * UINT64_C(6364136223846793005) + 1;
		err = trail_as_of(b, low + (dice >> 33) % (n - low), &ms);
		sum += ms;
		worst = ms > worst ? ms : worst;
	}
	cpu = bench_cpu(b->daemon) - cpu;
	if (err != KC_OK)
		return err;
	as_of_line("first_ms", size, first);
	as_of_line("again_ms", size, again);
	as_of_line("ms", size, sum / POSITIONS);
	as_of_line("worst_ms", size, worst);
	as_of_line("cpu_ms", size, cpu / POSITIONS * 1000);
	snprintf(name, sizeof(name), "own_memory_as_of_%s_mib", size);
	bench_line(name, memory(b->daemon, "RssAnon") / 1024, "MiB");
	return KC_OK;
}

void
bench_memory(const struct bench *b, const char *size)
{
	char name[64];

	/* The store is mapped: its pages are the system's to take back. */
	snprintf(name, sizeof(name), "rss_%s_mib", size);
	bench_line(name, memory(b->daemon, "VmRSS") / 1024, "MiB");
	snprintf(name, sizeof(name), "own_memory_%s_mib", size);
	bench_line(name, memory(b->daemon, "RssAnon") / 1024, "MiB");
}
