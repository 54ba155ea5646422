# daemon/core/engine/authority.c
# Anybody may fill any place.
s/if ((a->roles & roles) != 0)$/if (a != NULL)/
