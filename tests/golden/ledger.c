/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a ledger that an earlier program wrote and prints what follows
 * from it: entries, root, state digest, every unit's score and rank. The
 * lines are compared with those that were written down when its epoch was
 * frozen (tests/golden/epochs.t, tests/golden/grow.t).
 *
 *   ledger BUNDLE "YEAR ..."      the figures
 *   ledger BUNDLE "YEAR ..." --grown ADMIN ADMIN ESTAB
 *                                 the same; then, in a tree whose tables have
 *                                 an epoch more, that what is younger does not
 *                                 exist before rules.adopt by these and does
 *                                 after it
 *   ledger BUNDLE --without NAME  the evidence of a supposition (suppose.t)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <kaocheng/bundle.h>
#include <kaocheng/replay.h>
#include <kaocheng/view.h>

#define MUST(x)                                                                \
	do {                                                                   \
		if (!(x))                                                      \
			die(#x);                                               \
	} while (0)

static void
die(const char *what)
{
	fprintf(stderr, "does not hold: %s\n", what);
	exit(1);
}

struct leaves {
	struct kc_buf tiles;
	struct kc_slice *v;
	uint64_t n;
};

static enum kc_err
read_input(void *ctx, uint64_t at, void *p, size_t n)
{
	FILE *f = ctx;

	return fseek(f, (long)at, SEEK_SET) == 0 && fread(p, 1, n, f) == n
	    ? KC_OK
	    : KC_EIO;
}

static enum kc_err
add_tile(void *arg, struct kc_slice path)
{
	struct kc_slice *paths = arg;

	if (path.n > 13 && memcmp(path.p, "tile/entries/", 13) == 0) {
		while (paths->n != 0)
			paths++;
		*paths = path;
	}
	return KC_OK;
}

/* The leaves of the bundle, in order: each tile is BE16 length, leaf. */
static void
read_leaves(const struct kc_files *files, struct leaves *out)
{
	struct kc_slice *paths = calloc(65536, sizeof(*paths));
	size_t at = 0;

	MUST(paths != NULL);
	MUST(files->list(files->ctx, add_tile, paths) == KC_OK);
	for (size_t i = 0; paths[i].n != 0; i++) {
		char path[KC_TILE_PATH_MAX];

		MUST(kc_slice_copy(path, sizeof(path), paths[i]));
		MUST(files->read(files->ctx, path, SIZE_MAX, &out->tiles) ==
		    KC_OK);
	}
	out->v = calloc(out->tiles.n / 2 + 1, sizeof(*out->v));
	MUST(out->v != NULL);
	while (at < out->tiles.n) {
		const unsigned char *p =
		    (const unsigned char *)out->tiles.p + at;
		size_t n = (size_t)p[0] << 8 | p[1];

		MUST(at + 2 + n <= out->tiles.n);
		out->v[out->n].p = out->tiles.p + at + 2;
		out->v[out->n++].n = n;
		at += 2 + n;
	}
	free(paths);
}

static enum kc_err
read_leaf(void *ctx, uint64_t seq, struct kc_buf *out)
{
	const struct leaves *l = ctx;

	if (seq >= l->n)
		return KC_ENOTFOUND;
	kc_buf_put(out, l->v[seq].p, l->v[seq].n);
	return out->err;
}

static void
print_scores(const struct kc_state *st, const struct kc_log *log, int year)
{
	struct kc_view_source src = {
	    .state = st, .log = log, .now_ms = kc_state_received_ms(st)};
	struct kc_view_args args = {.year = year, .lang = KC_LANG_EN};
	struct kc_buf out = {0};
	struct kc_refusal why = {0};
	json_t *doc, *row;
	size_t i;

	MUST(kc_view_render(kc_view_find(KC_LIT("score")), &src, &args, &out,
		 &why) == KC_OK);
	doc = json_loads(kc_buf_cstr(&out), 0, NULL);
	MUST(doc != NULL);
	json_array_foreach(json_object_get(doc, "rows"), i, row)
	{
		printf("score %s %s %lld\n",
		    json_string_value(json_object_get(row, "unit")),
		    json_string_value(json_object_get(row, "total")),
		    (long long)json_integer_value(
			json_object_get(row, "rank")));
	}
	json_decref(doc);
	kc_buf_free(&out);
}

static void
print_figures(const struct kc_state *st, const struct kc_log *log,
    const struct kc_frontier *frontier, char *years)
{
	struct kc_hash root = kc_frontier_root(frontier), digest;
	struct kc_buf b = {0};

	MUST(kc_state_digest(st, &digest) == KC_OK);
	printf("entries %llu\n", (unsigned long long)kc_state_size(st));
	kc_buf_hash(&b, &root);
	printf("root %s\n", kc_buf_cstr(&b));
	kc_buf_reset(&b);
	kc_buf_hex(&b, digest.b, sizeof(digest.b));
	printf("state %s\n", kc_buf_cstr(&b));
	for (long year; (year = strtol(years, &years, 10)) > 0;)
		print_scores(st, log, (int)year);
	kc_buf_free(&b);
}

/* --- a tree with an epoch more --- */
/* A statement of one field by these signers, unsigned: applied if nothing is
 * wanted against it. */
static void
want(struct kc_state *st, const char *kind, const char *const by[2],
    const char *value, enum kc_refusal_code code)
{
	static const uint8_t id[KC_ID_SIZE] = {1};
	const struct kc_kind *k = kc_kind_find(kc_slice_str(kind));
	int64_t now_ms = kc_state_received_ms(st);
	struct kc_stamp stamp = {kc_state_size(st), now_ms};
	struct kc_refusal why = {0};
	struct kc_buf text = {0};
	struct kc_draft d;
	struct kc_entry e;

	MUST(k != NULL);
	kc_draft_init(&d, k->id, kc_state_origin(st), id, now_ms / 1000);
	kc_draft_seen(&d, kc_state_size(st), &(struct kc_hash){{0}});
	for (unsigned i = 0; i < 2 && by[i] != NULL; i++)
		kc_draft_by(&d, kc_slice_str(by[i]));
	kc_draft_add(&d, 0, kc_slice_str(value));
	MUST(kc_draft_encode(&d, &text, &why) == KC_OK);
	MUST(kc_entry_decode_text(&e, kc_buf_view(&text), &why) == KC_OK);
	(void)kc_state_apply(st, &e, stamp, &why);
	if (why.code != code)
		fprintf(stderr, "%s meets %s\n", kind,
		    kc_refusal_code_text(why.code));
	MUST(why.code == code);
	kc_buf_free(&text);
}

static void
check_grown(struct kc_state *st, char **who)
{
	const char *const admins[] = {who[0], who[1]};
	const char *const estab[] = {who[2], NULL};
	char newest[12];

	snprintf(newest, sizeof(newest), "%d", KC_EPOCH_MAX);
	want(st, "grown.note", estab, "1", KC_R_EPOCH);
	want(st, "rules.adopt", admins, newest, KC_R_NONE);
	want(st, "rules.adopt", admins, "1", KC_R_EPOCH_KNOWN);
	want(st, "grown.note", estab, "1", KC_R_NONE);
}

/* --- a supposition --- */
static void
print_supposed(const struct kc_log *log, const struct kc_frontier *frontier,
    const struct kc_supposition *s, bool json)
{
	struct kc_hash root = kc_frontier_root(frontier);
	struct kc_supposed w;
	struct kc_refusal why = {0};
	struct kc_buf text = {0};

	if (kc_suppose(s, log, KC_REPLAY_ALL, &w, &why) != KC_OK)
		fprintf(stderr, "%s\n", kc_refusal_code_text(why.code));
	MUST(why.code == KC_R_NONE);
	MUST(kc_supposed_text(&w, s, &root, &text, &why) == KC_OK);
	for (int lang = 0; json && lang < 2; lang++) {
		MUST(kc_supposed_render(&w, s, &root,
			 lang == 0 ? KC_LANG_EN : KC_LANG_ZH, &text,
			 &why) == KC_OK);
		kc_buf_char(&text, '\n');
	}
	fwrite(text.p, 1, text.n, stdout);
	kc_buf_free(&text);
	kc_supposed_release(&w);
}

static void
load(const char *path, struct kc_buf *to, struct kc_supposed_file *out)
{
	char chunk[4096];
	FILE *f = fopen(path, "rb");
	size_t n;

	MUST(f != NULL);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		kc_buf_put(to, chunk, n);
	fclose(f);
	out->text = kc_buf_view(to);
	out->file = path;
}

/* --without NAME, or --otherwise NAME POLICY CALENDAR: then as JSON too. */
static bool
suppose(int argc, char **argv, const struct kc_log *log,
    const struct kc_frontier *frontier)
{
	bool all = argc > 3 && strcmp(argv[0], "--otherwise") == 0;
	struct kc_buf policy = {0}, calendar = {0};
	struct kc_supposition s = {.nwithout = 1};
	struct kc_slice without;

	if (argc < 2 || (!all && strcmp(argv[0], "--without") != 0))
		return false;
	without = kc_slice_str(argv[1]);
	s.without = &without;
	if (all) {
		load(argv[2], &policy, &s.policy);
		load(argv[3], &calendar, &s.calendar);
	}
	print_supposed(log, frontier, &s, all);
	kc_buf_free(&policy);
	kc_buf_free(&calendar);
	return true;
}

int
main(int argc, char **argv)
{
	struct kc_bundle *bundle;
	struct kc_bundle_input in = {.read = read_input};
	struct kc_files files;
	struct leaves l = {0};
	struct kc_log log = {.leaf = read_leaf, .ctx = &l};
	struct kc_frontier frontier = {0};
	struct kc_refusal why = {0};
	struct kc_state *st;
	uint64_t bad = 0;
	FILE *f;

	MUST(argc >= 3 && kc_crypto_init() == KC_OK);
	f = fopen(argv[1], "rb");
	MUST(f != NULL && fseek(f, 0, SEEK_END) == 0);
	in.size = (uint64_t)ftell(f);
	in.ctx = f;
	MUST(kc_bundle_open(&bundle, &in) == KC_OK);
	files = kc_bundle_files(bundle);
	read_leaves(&files, &l);
	log.size = l.n;
	MUST(kc_state_new(&st) == KC_OK);
	if (kc_replay(st, &log, KC_REPLAY_ALL, true, &frontier, NULL, NULL,
		&why, &bad) != KC_OK) {
		fprintf(stderr, "entry %llu: %s\n", (unsigned long long)bad,
		    kc_refusal_code_text(why.code));
		return 1;
	}
	if (!suppose(argc - 2, argv + 2, &log, &frontier)) {
		print_figures(st, &log, &frontier, argv[2]);
		if (argc > 6)
			check_grown(st, argv + 4);
	}
	kc_state_free(st);
	kc_bundle_close(bundle);
	kc_buf_free(&l.tiles);
	free(l.v);
	fclose(f);
	return 0;
}
