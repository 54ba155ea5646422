/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a kit has written, as stored leaves, as views and as an export held
 * in memory whose every file a test may change.
 */
#ifndef KC_TEST_VIEWKIT_H
#define KC_TEST_VIEWKIT_H

#include <jansson.h>

#include <kaocheng/bundle.h>
#include <kaocheng/checkpoint.h>
#include <kaocheng/view.h>

#include "ledgerkit.h"

/* Leaves in memory; zero-initialise. */
struct leaves {
	struct kc_buf *v;
	uint64_t n;
};
void leaves_of(const struct kit *k, struct leaves *out);
/* Replaces leaf i by a note at an instant. */
void leaves_set(struct leaves *l, uint64_t i, uint64_t seq, int64_t received_ms,
    struct kc_slice note);
void leaves_free(struct leaves *l);
struct kc_log leaves_log(const struct leaves *l); /* borrows */

/* Renders a view of the kit on a day ("2022-12-31"); unit, id may be NULL.
 * The document is owned by the caller. */
json_t *view_of(const struct kit *k, const char *view, const char *unit,
    const char *id, const char *day);
/* As a reader sees it now, in English; NULL: it is refused with *code. */
json_t *
view_by(const struct kit *k, const struct kc_viewer *r, const char *view,
    const char *unit, const char *id, enum kc_refusal_code *code);
/* As a person is shown it: it must be. */
json_t *view_as(const struct kit *k, const char *actor, const char *view,
    const char *unit, const char *id);
/* To who sees all; it must be refused, with the code. */
void view_refused(const struct kit *k, const char *view, const char *unit,
    const char *id, enum kc_refusal_code code);
/* An id for each view that takes one, "" for others: of G16 in a year with one
 * of everything, or the same of G17. */
const char *view_id(const char *view, bool own);
/* Members, which must be there and of the type. */
const char *text_at(const json_t *o, const char *key);
long long int_at(const json_t *o, const char *key);
int64_t points_at(const json_t *o, const char *key); /* of a string, in e4 */
/* First row whose member `key` is the text; fails the test if none. */
json_t *row_where(const json_t *doc, const char *key, const char *value);

/* An export; files in canonical order. */
struct export_file {
	char path[KC_TILE_PATH_MAX];
	struct kc_buf bytes;
	bool gone;
};
struct export
{
	struct export_file *v;
	size_t n;
	bool exact;
};
/* Signs with the kit's log key (the name is KIT_ORIGIN); keys is the keys
 * file. */
void export_make(struct export *x, struct kit *k, const struct leaves *l);
struct export_file *export_find(struct export *x, const char *path);
/* Appends an empty file. */
struct export_file *export_add(struct export *x, const char *path);
void export_free(struct export *x);
/* Writes its files into a directory, which is made. */
void export_write(const struct export *x, const char *dir);
struct kc_files export_files(struct export *x); /* borrows */
void export_bundle(const struct export *x, struct kc_buf *out);

#endif
