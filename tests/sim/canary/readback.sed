# daemon/app/commit.c
# A batch is answered without reading it back from the store.
s/back = kc_readback(.*$/back = KC_OK; root = edge; (void)size;/
