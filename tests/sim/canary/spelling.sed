# daemon/app/batch.c
# A leaf is stamped with whole seconds, the state with milliseconds.
s/\.received_ms = b->received_ms,/.received_ms = b->received_ms \/ 1000 * 1000,/
