# Test programs beyond the unit tests, and what `make check` runs.
TEST_BINS :=
CHECK_SCRIPTS :=
