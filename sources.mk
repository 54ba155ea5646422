# The source lists, one layer each, one file a line. A file that is not here
# is not built; tests/lint says so. The nouns alone are found by their folders:
# adding one touches its table and its folder (docs/adr/0007-nouns.md).
PROGRAM_NAMES := \
	kaochengd \
	kaocheng \
	kaocheng-sender \
	kaocheng-verify
NOUNS := $(sort $(wildcard daemon/core/noun/*.c daemon/core/noun/*/*.c))
CORE := \
	daemon/core/base/err.c \
	daemon/core/base/bytes.c \
	daemon/core/base/text.c \
	daemon/core/base/base64.c \
	daemon/core/tlog/hash.c \
	daemon/core/tlog/sign.c \
	daemon/core/tlog/note.c \
	daemon/core/base/instant.c \
	daemon/core/base/refusal.c \
	daemon/core/base/civil.c \
	daemon/core/base/yaml.c \
	daemon/core/base/yaml_read.c \
	daemon/core/rules/calendar.c \
	daemon/core/rules/calendar_file.c \
	daemon/core/rules/arith.c \
	daemon/core/rules/policy.c \
	daemon/core/rules/policy_keys.c \
	daemon/core/rules/policy_ladder.c \
	daemon/core/rules/policy_file.c \
	daemon/core/rules/policy_tests.c \
	daemon/core/rules/policy_tests_score.c \
	daemon/core/tlog/leaf.c \
	daemon/core/statement/kind.c \
	daemon/core/statement/machine.c \
	daemon/core/statement/rule.c \
	daemon/core/statement/value.c \
	daemon/core/statement/value_fault.c \
	daemon/core/statement/entry.c \
	daemon/core/statement/entry_encode.c \
	daemon/core/statement/draft.c \
	daemon/core/person/person.c \
	daemon/core/person/field.c \
	daemon/core/person/csv.c \
	daemon/core/base/json.c \
	daemon/core/statement/entry_json.c \
	daemon/core/statement/entry_from_json.c \
	daemon/core/engine/containers.c \
	daemon/core/engine/common.c \
	daemon/core/engine/authority.c \
	daemon/core/engine/epoch.c \
	daemon/core/engine/seen.c \
	daemon/core/engine/state.c \
	daemon/core/engine/query.c \
	daemon/core/engine/digest.c \
	daemon/core/engine/due.c \
	daemon/core/tlog/merkle.c \
	daemon/core/tlog/merkle_verify.c \
	daemon/core/tlog/edge.c \
	daemon/core/tlog/tile.c \
	daemon/core/tlog/checkpoint.c \
	daemon/core/tlog/proof.c \
	daemon/core/tlog/trust.c \
	daemon/core/tlog/cosign.c \
	daemon/core/tlog/keyfile.c \
	daemon/core/engine/replay.c \
	daemon/core/view/view.c \
	daemon/core/view/score_view.c \
	daemon/core/view/explain.c \
	daemon/core/view/explain_parts.c \
	daemon/core/view/effect.c \
	daemon/core/view/trail.c \
	daemon/core/view/summary.c \
	daemon/core/view/deadlines.c \
	daemon/core/view/policy_view.c \
	daemon/core/view/log_view.c \
	daemon/core/view/ics.c \
	daemon/core/tlog/bundle.c \
	daemon/core/verify/idset.c \
	daemon/core/verify/finding.c \
	daemon/core/verify/seen.c \
	daemon/core/verify/receipt.c \
	daemon/core/verify/layout.c \
	daemon/core/verify/tree.c \
	daemon/core/verify/block.c \
	daemon/core/verify/verify.c \
	$(NOUNS)

STORE := \
	daemon/store/lmdb_err.c \
	daemon/store/guard.c \
	daemon/store/page.c \
	daemon/store/pages.c \
	daemon/store/trap.c \
	daemon/store/store_lmdb.c \
	daemon/store/store_mem.c \
	daemon/store/tiles.c \
	daemon/store/format.c \
	daemon/store/store.c \
	daemon/store/store_read.c \
	daemon/store/scrub.c \
	daemon/store/check.c \
	daemon/store/store_open.c \
	daemon/store/anchor.c \
	daemon/store/seq_local.c
PEOPLE := \
	daemon/people/people.c
APP := \
	daemon/app/env.c \
	daemon/app/head.c \
	daemon/app/mode.c \
	daemon/app/live.c \
	daemon/app/readback.c \
	daemon/app/ledger.c \
	daemon/app/intake.c \
	daemon/app/pool.c \
	daemon/app/admit.c \
	daemon/app/batch.c \
	daemon/app/duty.c \
	daemon/app/batch_beside.c \
	daemon/app/commit.c \
	daemon/app/writer.c \
	daemon/app/startup.c \
	daemon/app/query.c
REMIND := \
	daemon/remind/channel.c \
	daemon/remind/wire.c \
	daemon/remind/wire_config.c \
	daemon/remind/link.c
SENDER := \
	daemon/remind/sender_main.c \
	daemon/remind/pool.c \
	daemon/remind/verdict.c \
	daemon/remind/secret.c \
	daemon/remind/reach.c \
	daemon/remind/curl.c \
	daemon/remind/mime.c \
	daemon/remind/smtp.c \
	daemon/remind/webhook.c \
	daemon/remind/robot.c \
	daemon/remind/robot_dingtalk.c \
	daemon/remind/robot_wecom.c \
	daemon/remind/robot_feishu.c \
	daemon/remind/command.c \
	daemon/remind/file.c
NET := \
	daemon/net/http.c \
	daemon/net/routes.c \
	daemon/net/limiter.c \
	daemon/net/shares.c \
	daemon/net/session.c \
	daemon/net/work.c \
	daemon/net/conn.c \
	daemon/net/reply.c \
	daemon/net/gzip.c \
	daemon/net/limits.c \
	daemon/net/dispatch.c \
	daemon/net/ways.c \
	daemon/net/gate.c \
	daemon/net/api_entries.c \
	daemon/net/api_static.c \
	daemon/net/api_views.c \
	daemon/net/api_effect.c \
	daemon/net/api_session.c \
	daemon/net/api_service.c
SYS := \
	daemon/sys/log.c \
	daemon/sys/clock.c \
	daemon/sys/file.c \
	daemon/sys/config.c \
	daemon/sys/config_remind.c \
	daemon/sys/remind.c \
	daemon/sys/timer.c \
	daemon/sys/notify.c \
	daemon/sys/sandbox.c
CLI := \
	cli/main.c \
	cli/command/commands.c \
	cli/command/find.c \
	cli/lib/option_table.c \
	cli/lib/options.c \
	cli/command/help.c \
	cli/command/topics.c \
	cli/command/complete.c \
	cli/lib/i18n.c \
	cli/lib/say.c \
	cli/lib/file.c \
	cli/lib/values.c \
	cli/lib/keys.c \
	cli/lib/width.c \
	cli/lib/foreign.c \
	cli/lib/reader.c \
	cli/lib/source.c \
	cli/lib/client.c \
	cli/lib/session.c \
	cli/lib/setup.c \
	cli/lib/cell.c \
	cli/lib/table.c \
	cli/lib/print.c \
	cli/lib/files.c \
	cli/verify/stages.c \
	cli/verify/stages_print.c \
	cli/lib/exporter.c \
	cli/command/cmd_log.c \
	cli/command/cmd_read.c \
	cli/command/cmd_replay.c \
	cli/command/cmd_export.c \
	cli/command/cmd_verify.c \
	cli/command/cmd_key.c \
	cli/command/cmd_policy.c \
	cli/lib/post.c \
	cli/lib/seen.c \
	cli/command/outbox.c \
	cli/lib/charset.c \
	cli/lib/text.c \
	cli/lib/when.c \
	cli/lib/field.c \
	cli/command/confirm.c \
	cli/command/effect.c \
	cli/command/write.c \
	cli/command/cmd_sign.c \
	cli/command/init.c \
	cli/demo/demo.c \
	cli/demo/demo_case.c \
	cli/demo/demo_city.c \
	cli/demo/demo_found.c \
	cli/demo/demo_plan.c \
	cli/demo/demo_post.c \
	cli/demo/demo_targets.c \
	cli/demo/demo_year.c
BENCH := \
	tests/bench/bench.c \
	tests/bench/bench_append.c \
	tests/bench/bench_gen.c \
	tests/bench/bench_load.c \
	tests/bench/bench_make.c \
	tests/bench/bench_peer.c
VERIFY := \
	cli/verify/verify_main.c \
	cli/lib/files.c \
	cli/lib/file.c \
	cli/verify/stages.c \
	cli/verify/stages_print.c \
	cli/lib/i18n.c \
	cli/lib/width.c \
	cli/lib/foreign.c
TESTLIB := \
	tests/lib/tmpdir.c \
	tests/lib/storekit.c \
	tests/lib/seqfake.c \
	tests/lib/appkit.c \
	tests/lib/golden.c \
	tests/lib/sample.c \
	tests/lib/tree.c \
	tests/lib/ledgerkit.c \
	tests/lib/statekit.c \
	tests/lib/casekit.c \
	tests/lib/ledgerkit_city.c \
	tests/lib/viewkit.c \
	tests/lib/verifykit.c
UNIT_TESTS := \
	noun/test_state_key \
	noun/test_state_role \
	noun/test_state_unit \
	noun/test_state_year \
	noun/test_state_target \
	engine/test_state_entry \
	view/test_view \
	view/test_score_view \
	view/test_explain \
	view/test_view_edges \
	view/test_trail \
	view/test_ics \
	engine/test_replay \
	verify/test_verify \
	verify/test_verify_log \
	tlog/test_bundle \
	noun/test_state_mark \
	noun/test_state_ground \
	noun/test_state_exits \
	engine/test_state_edges \
	noun/test_state_prededuct \
	noun/test_state_rectify \
	noun/test_state_period \
	noun/test_state_warning \
	noun/test_state_cadre \
	engine/test_seen \
	engine/test_state_due \
	statement/test_kind \
	statement/test_machine \
	statement/test_entry \
	statement/test_entry_malformed \
	statement/test_draft \
	base/test_json \
	statement/test_entry_json \
	statement/test_format_doc \
	store/test_store \
	store/test_store_disk \
	store/test_pages \
	store/test_anchor \
	store/test_sequencer \
	app/test_intake \
	app/test_clock \
	app/test_room \
	app/test_ledger \
	app/test_ledger_read \
	app/test_startup \
	app/test_outcome \
	app/test_beside \
	app/test_head \
	base/test_civil \
	rules/test_calendar \
	base/test_refusal \
	rules/test_arith \
	rules/test_arith_edges \
	rules/test_policy \
	rules/test_policy_refused \
	base/test_bytes \
	base/test_base64 \
	tlog/test_sign \
	tlog/test_note \
	tlog/test_leaf \
	person/test_person \
	person/test_csv \
	people/test_people \
	tlog/test_tile \
	tlog/test_checkpoint \
	tlog/test_proof \
	tlog/test_trust \
	tlog/test_keyfile \
	sys/test_config \
	sys/test_config_remind \
	remind/test_channel \
	remind/test_wire \
	remind/test_link \
	net/test_routes \
	net/test_shares \
	tlog/test_merkle \
	tlog/test_edge
