# daemon/remind/outbox_back.c
# What a wrong clock put off waits until its time comes.
s/if (back \&\& !goes)/if (false)/
