# daemon/store/anchor.c
# The anchor holds a head without its batch.
s/size_t nbatch = a->nbatch;/size_t nbatch = 0;/
