# daemon/remind/outbox_back.c
# What was planned in its time is taken back as if the clock had been ahead.
s/o->row.made_ms <= now_ms + KC_OUT_BACK_MS/o->row.made_ms > now_ms/
