# daemon/remind/outbox_back.c
# What was given to the sender by a wrong clock waits after a restart.
# seed 16
s/if (o->row.next_ms > now_ms) {/if (o->state == KC_OUT_WAITS \&\& o->row.next_ms > now_ms) {/
