# The source lists, one layer each, one file a line. A file that is not here
# is not built; tests/lint says so.
PROGRAM_NAMES :=
CORE := \
	daemon/core/err.c \
	daemon/core/bytes.c \
	daemon/core/text.c \
	daemon/core/base64.c \
	daemon/core/hash.c \
	daemon/core/sign.c \
	daemon/core/note.c \
	daemon/core/instant.c \
	daemon/core/refusal.c \
	daemon/core/civil.c \
	daemon/core/yaml.c \
	daemon/core/yaml_read.c \
	daemon/core/calendar.c \
	daemon/core/calendar_file.c \
	daemon/core/arith.c \
	daemon/core/policy.c \
	daemon/core/policy_file.c \
	daemon/core/policy_tests.c \
	daemon/core/policy_tests_score.c \
	daemon/core/leaf.c \
	daemon/core/kind.c \
	daemon/core/value.c \
	daemon/core/value_fault.c \
	daemon/core/entry.c \
	daemon/core/entry_encode.c \
	daemon/core/draft.c \
	daemon/core/json.c \
	daemon/core/entry_json.c \
	daemon/core/entry_from_json.c \
	daemon/core/state/due.c \
	daemon/core/state/period.c \
	daemon/core/state/case.c \
	daemon/core/state/mark.c \
	daemon/core/state/prededuct.c \
	daemon/core/state/rectify.c \
	daemon/core/state/warning.c \
	daemon/core/state/cadre.c \
	daemon/core/merkle.c \
	daemon/core/merkle_verify.c \
	daemon/core/edge.c \
	daemon/core/tile.c \
	daemon/core/checkpoint.c \
	daemon/core/proof.c \
	daemon/core/keyfile.c \
	daemon/core/replay.c \
	daemon/core/view/view.c \
	daemon/core/view/write.c \
	daemon/core/view/facts.c \
	daemon/core/view/events.c \
	daemon/core/view/score_view.c \
	daemon/core/view/explain.c \
	daemon/core/view/explain_parts.c \
	daemon/core/view/trail.c \
	daemon/core/view/cases.c \
	daemon/core/view/summary.c \
	daemon/core/view/lists.c \
	daemon/core/view/case_lists.c \
	daemon/core/view/deadlines.c \
	daemon/core/view/policy_view.c \
	daemon/core/view/log_view.c \
	daemon/core/bundle.c \
	daemon/core/verify/idset.c \
	daemon/core/verify/layout.c \
	daemon/core/verify/tree.c \
	daemon/core/verify/block.c \
	daemon/core/verify/verify.c

STORE := \
	daemon/store/lmdb_err.c \
	daemon/store/guard.c \
	daemon/store/store_lmdb.c \
	daemon/store/store_mem.c \
	daemon/store/tiles.c \
	daemon/store/store.c \
	daemon/store/store_read.c \
	daemon/store/store_open.c \
	daemon/store/anchor.c \
	daemon/store/seq_local.c \
	daemon/store/seq_fake.c
APP :=
NET :=
SYS := \
	daemon/sys/log.c \
	daemon/sys/clock.c \
	daemon/sys/file.c \
	daemon/sys/config.c \
	daemon/sys/timer.c \
	daemon/sys/notify.c \
	daemon/sys/sandbox.c
CLI :=
VERIFY :=
TESTLIB := \
	tests/lib/tmpdir.c \
	tests/lib/golden.c \
	tests/lib/sample.c \
	tests/lib/tree.c \
	tests/lib/ledgerkit.c \
	tests/lib/ledgerkit_city.c
UNIT_TESTS := \
	kind \
	entry \
	entry_malformed \
	draft \
	json \
	entry_json \
	store \
	anchor \
	sequencer \
	civil \
	calendar \
	refusal \
	arith \
	arith_edges \
	policy \
	policy_refused \
	bytes \
	base64 \
	sign \
	note \
	leaf \
	tile \
	checkpoint \
	proof \
	keyfile \
	config \
	merkle \
	edge
GENERATED_DOCS :=
