# daemon/app/commit.c
# A head is signed without reading the batch back.
s/if (kc_readback(.*) != KC_OK ||/root = edge; if (false ||/
