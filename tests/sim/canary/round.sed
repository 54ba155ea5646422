# daemon/core/noun/round/missing.c
# A round is closed while an opinion is not fed back.
s/: KC_LACK_FEEDBACK;/: KC_LACK_NOTHING;/
