# daemon/remind/outbox_back.c
# What a wrong clock put off waits until its time comes.
# seed 16
s/if (back \&\& !goes)/if (false)/
