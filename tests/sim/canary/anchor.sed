# daemon/app/head.c
# The anchor is not written.
s/err = kc_anchor_write(h->o->anchor, kc_buf_view(note));/err = KC_OK;/
