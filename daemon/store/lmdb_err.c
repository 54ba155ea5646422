/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where codes of LMDB become ours. */
#include "store_int.h"

#include <errno.h>

#include <lmdb.h>

enum kc_err
kc_err_from_lmdb(int rc)
{
	switch (rc) {
	case MDB_SUCCESS:
		return KC_OK;
	case MDB_NOTFOUND:
	case ENOENT:
		return KC_ENOTFOUND;
	case MDB_KEYEXIST:
		return KC_ECONFLICT;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
	case ENOSPC:
	case EDQUOT:
		return KC_EFULL;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_PAGE_FULL:
	case MDB_CURSOR_FULL:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_INCOMPATIBLE:
	case MDB_BAD_DBI:
		return KC_ECORRUPT;
	case MDB_PANIC: /* a write has failed before: nothing is sure */
		return KC_EUNKNOWN;
	case MDB_READERS_FULL:
	case MDB_MAP_RESIZED:
		return KC_EUNAVAILABLE;
	case MDB_BAD_VALSIZE:
	case EINVAL:
		return KC_EINVAL;
	case ENOMEM:
		return KC_ENOMEM;
	case EBUSY:
	case EAGAIN:
		return KC_EBUSY;
	default: /* errno values, MDB_BAD_TXN and what may come */
		return KC_EIO;
	}
}

const char *
kc_lmdb_text(int rc)
{
	return mdb_strerror(rc);
}
