# daemon/store/store_lmdb.c
# Commits are not flushed.
s/MDB_NOSUBDIR | MDB_NOTLS/& | MDB_NOSYNC/
