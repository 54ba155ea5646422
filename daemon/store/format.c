/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a store: which tables each has, and how one becomes the next.
 * The row "format" of the meta table is read before any other table is
 * opened, so that a table that is not there yet is no damage, and a store of
 * a newer program is told from a broken one.
 */
#include "store_int.h"

#include <string.h>

#define PREFIX "kaocheng/v"
#define SUFFIX " store"

static const struct {
	const char *name;
	unsigned since; /* format */
} tables[KC_DB_COUNT] = {
#define X(sym, name, since) {name, since},
    KC_TABLES(X)
#undef X
};

/* What a format wants beyond its new tables, which are made empty; NULL, or
 * nothing at its number: no more than that. In the transaction of the
 * migration. */
static enum kc_err (*const migrations[])(
    const struct kc_driver *driver, struct kc_txn *t) = {
    NULL, /* 1: the first */
};

const char *
kc_table_name(enum kc_db db)
{
	return tables[db].name;
}

/* The newest that this program knows: that of its youngest table or
 * migration. */
static unsigned
newest(void)
{
	unsigned n = sizeof(migrations) / sizeof(migrations[0]);

	for (int db = 0; db < KC_DB_COUNT; db++)
		if (tables[db].since > n)
			n = tables[db].since;
	return n;
}

static bool
parse(struct kc_slice text, uint64_t *format)
{
	size_t prefix = sizeof(PREFIX) - 1, suffix = sizeof(SUFFIX) - 1;

	if (text.n <= prefix + suffix || memcmp(text.p, PREFIX, prefix) != 0 ||
	    memcmp(text.p + text.n - suffix, SUFFIX, suffix) != 0)
		return false;
	return kc_read_u64(
		   (struct kc_slice){text.p + prefix, text.n - prefix - suffix},
		   UINT32_MAX, format) &&
	    *format > 0;
}

static enum kc_err
put_format(const struct kc_driver *driver, struct kc_txn *t)
{
	struct kc_buf text = {0};
	enum kc_err err;

	kc_buf_str(&text, PREFIX);
	kc_buf_u64(&text, newest());
	kc_buf_str(&text, SUFFIX);
	err = kc_buf_err(&text);
	if (err == KC_OK)
		err = driver->put(
		    t, KC_DB_META, KC_LIT("format"), kc_buf_view(&text));
	kc_buf_free(&text);
	return err;
}

/* --- opening --- */
static enum kc_err
read_format(const struct kc_driver *driver, struct kc_txn *t, uint64_t *format,
    struct kc_buf *detail)
{
	struct kc_slice text;
	enum kc_err err = driver->table(t, KC_DB_META, false);

	if (err == KC_OK)
		err = driver->get(t, KC_DB_META, KC_LIT("format"), &text);
	if (err == KC_ENOTFOUND || (err == KC_OK && !parse(text, format))) {
		kc_guard_say(
		    detail, "the format of the store is not known", NULL, 0);
		return KC_ECORRUPT;
	}
	if (err != KC_OK || *format <= newest())
		return err;
	kc_guard_say(detail, "the store is of format ", NULL, 0);
	if (detail != NULL) {
		kc_buf_u64(detail, *format);
		kc_buf_str(detail, "; this program is older and knows up to ");
		kc_buf_u64(detail, newest());
	}
	return KC_ENEWER;
}

/* Opens what a store of that format has; with `make`, what it lacks as well. */
static enum kc_err
open_tables(const struct kc_driver *driver, struct kc_txn *t, uint64_t format,
    bool make, struct kc_buf *detail)
{
	for (int db = 0; db < KC_DB_COUNT; db++) {
		bool has = tables[db].since <= format;
		enum kc_err err = KC_OK;

		if (has || make)
			err = driver->table(t, (enum kc_db)db, !has);
		if (err == KC_ENOTFOUND) {
			kc_guard_say(
			    detail, "has no table ", tables[db].name, 0);
			return KC_ECORRUPT;
		}
		if (err != KC_OK)
			return err;
	}
	return KC_OK;
}

static enum kc_err
migrate(const struct kc_driver *driver, void *d, uint64_t from,
    struct kc_buf *detail)
{
	struct kc_txn t = {0};
	enum kc_err err = driver->begin(d, true, &t);

	if (err != KC_OK)
		return err;
	err = open_tables(driver, &t, from, true, detail);
	for (uint64_t n = from;
	     err == KC_OK && n < sizeof(migrations) / sizeof(migrations[0]);
	     n++)
		if (migrations[n] != NULL)
			err = migrations[n](driver, &t);
	if (err == KC_OK)
		err = put_format(driver, &t);
	if (err == KC_OK)
		return driver->commit(&t);
	driver->end(&t);
	return err;
}

enum kc_err
kc_format_make(const struct kc_driver *driver, struct kc_txn *t)
{
	enum kc_err err = open_tables(driver, t, 0, true, NULL);

	return err == KC_OK ? put_format(driver, t) : err;
}

enum kc_err
kc_format_open(const struct kc_driver *driver, void *d, bool read_only,
    struct kc_buf *detail)
{
	struct kc_txn t = {0};
	uint64_t format = 0;
	enum kc_err err = driver->begin(d, false, &t);

	if (err != KC_OK)
		return err;
	err = read_format(driver, &t, &format, detail);
	if (err == KC_OK)
		err = open_tables(driver, &t, format, false, detail);
	if (err != KC_OK) {
		driver->end(&t);
		return err;
	}
	/* Also of reading: only a commit makes the tables public. */
	err = driver->commit(&t);
	if (err == KC_OK && format < newest() && !read_only)
		err = migrate(driver, d, format, detail);
	return err;
}
