# daemon/app/head.c
# A batch is answered first and anchored with the next.
s/err = kc_anchor_write(h->o->anchor, kc_buf_view(note));/err = h->note.n == 0 ? KC_OK : kc_anchor_write(h->o->anchor, kc_buf_view(\&h->note));/
