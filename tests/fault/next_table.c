/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store and the table of tomorrow: built twice by next_table.t, once with
 * the tables of today and once with one more. Prints what it finds.
 *   next_table make|read|open DIR
 */
#include <stdio.h>
#include <string.h>

#include "store/store_int.h"

#define ROWS 20

static enum kc_err
make(const char *dir)
{
	struct kc_store_options o = {.dir = dir, .create = true};
	struct kc_store *s = NULL;
	struct kc_row rows[ROWS];
	char text[ROWS][16];
	enum kc_err err = kc_store_open(&s, &o, NULL);

	memset(rows, 0, sizeof(rows));
	for (int i = 0; i < ROWS; i++) {
		snprintf(text[i], sizeof(text[i]), "leaf %d", i);
		rows[i].leaf = kc_slice_str(text[i]);
		rows[i].hash = kc_hash_leaf(rows[i].leaf.p, rows[i].leaf.n);
		rows[i].id[0] = (uint8_t)i;
	}
	if (err == KC_OK)
		err = kc_store_append(
		    s, &(struct kc_append){.rows = rows, .nrows = ROWS});
	kc_store_close(s);
	return err;
}

/* Format, rows of all tables, root. */
static enum kc_err
show(struct kc_store *s)
{
	struct kc_buf out = {0};
	struct kc_txn t = {0};
	struct kc_slice format;
	struct kc_hash root;
	enum kc_err err = s->driver->begin(s->d, false, &t);

	if (err == KC_OK)
		err = s->driver->get(&t, KC_DB_META, KC_LIT("format"), &format);
	if (err == KC_OK)
		kc_buf_slice(&out, format);
	for (int db = 0; err == KC_OK && db < KC_DB_COUNT; db++) {
		uint64_t rows = 0;

		err = s->driver->count(&t, (enum kc_db)db, &rows);
		kc_buf_char(&out, ' ');
		kc_buf_str(&out, kc_table_name((enum kc_db)db));
		kc_buf_char(&out, '=');
		kc_buf_u64(&out, rows);
	}
	s->driver->end(&t);
	if (err == KC_OK)
		err = kc_store_root(s, &root);
	if (err == KC_OK) {
		kc_buf_char(&out, ' ');
		kc_buf_hash(&out, &root);
		puts(kc_buf_cstr(&out));
	}
	kc_buf_free(&out);
	return err;
}

int
main(int argc, char **argv)
{
	struct kc_store_options o = {0};
	struct kc_buf detail = {0};
	struct kc_store *s = NULL;
	enum kc_err err;

	if (argc != 3)
		return 2;
	o.dir = argv[2];
	o.read_only = strcmp(argv[1], "read") == 0;
	err = strcmp(argv[1], "make") == 0 ? make(o.dir) : KC_OK;
	if (err == KC_OK)
		err = kc_store_open(&s, &o, &detail);
	if (err == KC_OK)
		err = show(s);
	if (err != KC_OK)
		printf("%s: %s\n", kc_err_text(err), kc_buf_cstr(&detail));
	kc_store_close(s);
	kc_buf_free(&detail);
	return err == KC_OK ? 0 : 1;
}
