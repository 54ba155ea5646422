# daemon/app/mode.c
# A clock that was set back goes unnoticed.
s/return now_ms < last_ms - KC_CLOCK_BACK_MS ? KC_CAUSE_CLOCK_BEHIND/return now_ms < 0 ? KC_CAUSE_CLOCK_BEHIND/
