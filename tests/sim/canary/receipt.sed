# daemon/app/commit.c
# All of a batch get the receipt of its first.
s/proof\.index = b->size + i;/proof.index = b->size;/
