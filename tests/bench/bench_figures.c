/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does not depend on the length of the log, and what must not grow faster
 * than it: start, memory and every view of one unit, in ledgers of 10,000,
 * 100,000 and 1,000,000 entries that say the same of that unit.
 */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include <kaocheng/view.h>

#include "lib/client.h"

#define ROUNDS 9 /* of a view: the best of them, since others run beside us */
#define YEAR "2022"

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
	    strchr(v->args, 'l') != NULL ? "&limit=20" : "");
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
