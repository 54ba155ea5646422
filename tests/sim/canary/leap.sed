# daemon/app/timekeep.c
# A clock that leaps ahead is believed.
s/out->step = differs(out->ahead_ms, t->ahead_ms);/out->step = false;/
