# The source lists, one layer each, one file a line. A file that is not here
# is not built; tests/lint says so.
PROGRAM_NAMES :=
CORE := \
	daemon/core/err.c

STORE :=
APP :=
NET :=
SYS :=
CLI :=
VERIFY :=
TESTLIB :=
UNIT_TESTS :=
GENERATED_DOCS :=
