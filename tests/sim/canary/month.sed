# daemon/core/rules/calendar.c
# A period is a month longer.
s/kc_day_add_months(start, months)/kc_day_add_months(start, months + 1)/
