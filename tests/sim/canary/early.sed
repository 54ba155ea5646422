# daemon/signer/vault.c
# A batch is answered first and anchored with the next.
s/err = kc_anchor_write(v->anchor, made);/static struct kc_buf was; err = was.n == 0 ? KC_OK : kc_anchor_write(v->anchor, kc_buf_view(\&was)); kc_buf_reset(\&was); kc_buf_slice(\&was, made);/
