# daemon/store/append.c
# What is to be sent is not in the transaction of its cause.
s/put_outbox(s, t, batch->puts, batch->nputs)/KC_OK/
