/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target, without a fuzzer, over every file of a corpus, cut at
 * every length and with every byte changed as far as a budget goes. TAP.
 * Use: replay_<target> [DIR]; DIR is tests/fuzz/corpus/<target> if absent.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX (1 << 20)
#define RUNS_MAX 6000 /* of one file; keeps the slowest target in seconds */

/* The target sees a heap block of the exact size, so that a sanitiser
 * notices a read past its end. */
static void
run_copy(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
run_variants(uint8_t *data, size_t size)
{
	static const uint8_t masks[] = {0x01, 0x80, 0x20, 0x0f};
	size_t step = size * (1 + sizeof(masks)) / RUNS_MAX + 1;

	run_copy(data, size);
	for (size_t i = 0; i < size; i += step) {
		run_copy(data, i);
		for (size_t m = 0; m < sizeof(masks); m++) {
			data[i] ^= masks[m];
			run_copy(data, size);
			data[i] ^= masks[m];
		}
	}
}

static int
run_file(const char *dir, const char *name, unsigned number)
{
	static uint8_t data[INPUT_MAX];
	char path[4096 + 512];
	size_t size;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (f == NULL) {
		printf("not ok %u - %s cannot be read\n", number, path);
		return 1;
	}
	size = fread(data, 1, sizeof(data), f);
	fclose(f);
	/* Said before the run, for a target that ends by a signal. */
	printf("# %s, %zu bytes\n", name, size);
	fflush(stdout);
	run_variants(data, size);
	printf("ok %u - %s\n", number, name);
	return 0;
}

static int
is_input(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	const char *base = strrchr(argv[0], '/');
	const char *target = strstr(base != NULL ? base : argv[0], "replay_");
	char dir[4096];
	struct dirent **list;
	unsigned failed = 0;
	int n;

	if (argc > 1)
		snprintf(dir, sizeof(dir), "%s", argv[1]);
	else
		snprintf(dir, sizeof(dir), KC_SRCDIR "/tests/fuzz/corpus/%s",
		    target != NULL ? target + strlen("replay_") : "");
	n = scandir(dir, &list, is_input, alphasort);
	if (n <= 0) {
		printf("1..1\nnot ok 1 - no input in %s\n", dir);
		return 1;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		failed +=
		    (unsigned)run_file(dir, list[i]->d_name, (unsigned)i + 1);
		free(list[i]);
	}
	free(list);
	return failed > 0 ? 1 : 0;
}
