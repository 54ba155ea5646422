/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the book of a witness: its tables, and rows in a transaction. */
#ifndef KC_STORE_BOOK_INT_H
#define KC_STORE_BOOK_INT_H

#include <lmdb.h>

#include <kaocheng/book.h>

#include "store_int.h"

/* X(symbol, name): keys are hashes, of the origin and of the note. */
#define KC_BOOK_TABLES(X)                                                      \
	X(META, "meta") /* "format", "key" -> text */                          \
	X(LOG, "log")   /* SHA-256 of the origin -> cosigned checkpoint */     \
	X(FORK, "fork") /* SHA-256 of the note -> signed note */

enum kc_book_table {
#define X(sym, name) KC_BOOK_##sym,
	KC_BOOK_TABLES(X)
#undef X
	KC_BOOK_TABLE_COUNT
};

struct kc_book {
	MDB_env *env;
	MDB_dbi dbi[KC_BOOK_TABLE_COUNT];
	int lock_fd;  /* of DIR/lock; -1: none */
	bool spoiled; /* the outcome of a write is unknown */
	struct kc_buf path;
	struct kc_guarded file;
};

/* A read transaction ends in either; one for writing is durable after the
 * first. KC_EFULL: nothing was written; KC_EUNKNOWN, for good. */
enum kc_err kc_book_begin(struct kc_book *b, bool write, MDB_txn **txn);
enum kc_err kc_book_commit(struct kc_book *b, MDB_txn *txn);
void kc_book_end(MDB_txn *txn);
/* The value is valid until txn ends or is written to. */
enum kc_err kc_book_get(struct kc_book *b, MDB_txn *txn, enum kc_book_table t,
    struct kc_slice key, struct kc_slice *value);
enum kc_err kc_book_put(struct kc_book *b, MDB_txn *txn, enum kc_book_table t,
    struct kc_slice key, struct kc_slice value);

#endif
