# daemon/store/store_read.c
# A store that was opened anew has no ids until it has committed.
/^kc_store_find_id(/,/^}/ s/if (err != KC_OK)$/if (s->damaged != NULL \&\& s->commits == 0) { s->driver->end(\&t); return KC_ENOTFOUND; } if (err != KC_OK)/
