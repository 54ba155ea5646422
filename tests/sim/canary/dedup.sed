# daemon/store/store_read.c
# A store that was opened anew has no ids until it has committed.
/^kc_store_find_id(/,/^}/ s/err = s->driver->get(&t, KC_DB_ID,$/if (s->damaged != NULL \&\& s->commits == 0) { s->driver->end(\&t); return KC_ENOTFOUND; } err = s->driver->get(\&t, KC_DB_ID,/
