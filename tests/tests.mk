# Test programs beyond the unit tests, and what `make check` runs.
TEST_BINS :=
CHECK_SCRIPTS :=
# Of programs that read the same entries many times (tests/lib/sigmemo.c).
MEMO := -Wl,--wrap=kc_sig_ok

# Formats, read by Debian's Go: a log written here, verified there.
CHECK_SCRIPTS += tests/interop/go_sumdb.t
TEST_BINS += $(BUILD)/tests/interop/make_vectors
$(BUILD)/tests/interop/make_vectors: \
    $(call obj,tests/interop/make_vectors.c tests/lib/tree.c) $(LIBCORE)
	$(LINK) $^ $(CORE_LIBS)

# Calendars, read by libical and by python's icalendar.
CHECK_SCRIPTS += $(BUILD)/tests/interop/ics tests/interop/ics.t
TEST_BINS += $(BUILD)/tests/interop/ics
$(BUILD)/tests/interop/ics: $(call obj,tests/interop/ics.c tests/lib/tap.c) $(LIBCORE)
	$(LINK) $^ -lical $(CORE_LIBS)

include tests/fuzz/fuzz.mk

# Pages are what the tables make.
CHECK_SCRIPTS += tests/lint/kinds_doc.t tests/lint/description.t \
	tests/lint/translated.t tests/lint/manuals.t tests/lint/limits.t

# A table of the store is a line.
CHECK_SCRIPTS += tests/fault/next_table.t
TEST_BINS += $(BUILD)/bin/gen_docs $(BUILD)/bin/gen_man

# A noun is a folder, its table and a line.
CHECK_SCRIPTS += tests/lint/toy_noun.t

# Frozen ledgers, an epoch each; and the same in a tree whose tables grew.
CHECK_SCRIPTS += tests/golden/epochs.t tests/golden/grow.t \
	tests/golden/suppose.t
FROZEN := $(addprefix $(BUILD)/tests/golden/,ledger rows)
TEST_BINS += $(FROZEN)
$(FROZEN): $(BUILD)/%: $(BUILD)/%.o $(LIBCORE)
	$(LINK) $^ $(CORE_LIBS)

# A real daemon under faults: killed, starved of room, failing storage.
DAEMON_TESTS := $(addprefix $(BUILD)/tests/,fault/kill fault/guard fault/io fault/room e2e/requests e2e/clocks e2e/downtime e2e/idle)
DAEMON_LIB := $(addprefix tests/lib/,daemonkit.c faultkit.c tap.c)
TEST_BINS += $(DAEMON_TESTS)
CHECK_SCRIPTS += $(DAEMON_TESTS)
$(DAEMON_TESTS): $(BUILD)/%: $(BUILD)/%.o $(call obj,$(DAEMON_LIB) $(TESTLIB)) $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE) | $(BUILD)/bin/kaochengd $(BUILD)/tests/fault/shim.so
	$(LINK) $(filter %.o %.a,$^) -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# The same for hours: more kills, more flipped bits, and every fuzzer. SOAK=6
# is six percent of it, but for FREE: with few bits the blind one finds no harm.
SOAK ?= 100
soaked = $(shell expr \( $(1) \* $(SOAK) + 99 \) / 100)
SOAK_SECONDS ?= $(call soaked,300)
soak: build-all
	$(Q)$(MAKE) --no-print-directory check-bin
	@BUILD=$(BUILD) KILL_CYCLES=$(call soaked,5000) FLIPS=$(call soaked,20000) \
	    IO_ROUNDS=$(call soaked,50) TERM_ROUNDS=$(call soaked,200) \
	    DOWNTIME_ROUNDS=$(call soaked,500) \
	    perl tests/lib/prove.pl $(DAEMON_TESTS)
	@BUILD=$(BUILD) FREE=400 BRANCH=$(call soaked,2000) \
	    ANYWHERE=$(call soaked,400) ENTRIES=$(call soaked,20000) \
	    perl tests/lib/prove.pl $(FLIPS)
	@IMAGES=$(call soaked,2000000) $(BUILD)/tests/fault/images
	@BUILD=$(BUILD) LEDGERS=$(call soaked,100) JUDGED=100 \
	    perl tests/lib/prove.pl tests/sim/tamper.t
	@BUILD=$(BUILD) UNITS=88 YEARS=10 perl tests/lib/prove.pl tests/model/score_model.t
	@BUILD=$(BUILD) NOTICES=$(call soaked,2000) perl tests/lib/prove.pl tests/e2e/r_outbox.t
	@BUILD=$(BUILD) python3 tests/e2e/x_newcomer.t
	@BUILD=$(BUILD) UNITS=88 perl tests/lib/prove.pl tests/e2e/m_round.t
	@$(MAKE) --no-print-directory deb-check
	@for t in $(FUZZ_TARGETS); do $(MAKE) --no-print-directory fuzz T=$$t \
	    SECONDS=$(SOAK_SECONDS) || exit 1; done

# The acceptance year, made and proved by the real programs.
CHECK_SCRIPTS += tests/e2e/z_acceptance.t tests/e2e/z_disputes.t tests/e2e/y_readme.t tests/e2e/y_schema.t

# The daemon from outside: Python's standard library and raw sockets.
CHECK_SCRIPTS += tests/lint/openapi.t tests/e2e/a_start_stop.t \
	tests/e2e/b_http_limits.t tests/e2e/c_identity.t \
	tests/e2e/d_cli.t tests/e2e/d_words.t tests/e2e/d_days.t tests/e2e/e_life.t tests/e2e/f_edge.t tests/e2e/x_widths.t tests/e2e/x_languages.t \
	tests/e2e/f_bugs.t tests/e2e/f_refused.t tests/e2e/f_nouns.t tests/e2e/f_pipes.t tests/e2e/f_stranger.t tests/e2e/f_wrong.t tests/e2e/g_shares.t tests/e2e/h_replays.t tests/e2e/m_bonus.t tests/e2e/m_year.t tests/e2e/m_grade.t tests/e2e/m_panel.t tests/e2e/m_reform.t tests/e2e/m_reform_year.t tests/e2e/m_round.t tests/e2e/m_use.t \
	tests/e2e/i_import.t tests/e2e/i_by.t tests/e2e/i_all.t tests/e2e/i_meant.t tests/e2e/i_complete.t tests/e2e/i_found.t tests/e2e/i_answers.t tests/e2e/i_drafts.t tests/e2e/i_inbox.t \
	tests/e2e/i_rehearse.t tests/e2e/i_renew.t tests/e2e/k_suppose.t tests/e2e/l_tail.t tests/e2e/n_checked.t tests/e2e/p_people.t tests/e2e/r_feed.t tests/e2e/s_seen.t tests/e2e/v_address.t tests/e2e/v_session.t tests/e2e/v_backup.t tests/e2e/v_behind.t tests/e2e/v_evidence.t tests/e2e/v_exhibits.t tests/e2e/v_carried.t tests/e2e/v_part.t tests/e2e/v_restored.t tests/e2e/v_older.t tests/e2e/v_tampered.t tests/e2e/v_around.t tests/e2e/v_history.t tests/e2e/v_proof.t tests/e2e/k_hearing.t \
	tests/e2e/w_watch.t tests/e2e/w_siege.t tests/e2e/x_tutorial.t

CHECK_SCRIPTS += tests/e2e/i_forms.t tests/e2e/i_paper.t tests/e2e/i_browser.t tests/e2e/i_layout.t tests/e2e/i_stamp.t tests/e2e/i_report.t tests/e2e/i_mirror.t tests/e2e/i_false.t

CHECK_SCRIPTS += tests/e2e/o_install.t tests/e2e/u_doctor.t tests/e2e/u_reads.t tests/e2e/u_pages.t

# The sender against real servers of mail, of webhooks and of robots.
CHECK_SCRIPTS += tests/e2e/r_outbox.t tests/e2e/r_panel.t \
	tests/e2e/r_plan.t tests/e2e/r_reform.t tests/e2e/r_resend.t tests/e2e/r_sender.t tests/e2e/r_smtp.t \
	tests/e2e/r_webhook.t tests/e2e/r_robots.t

# A witness, asked by a client of the standard; a daemon, and its witnesses.
CHECK_SCRIPTS += tests/e2e/n_witness.t tests/e2e/n_rotated.t tests/e2e/n_witnessed.t

# Commands that are killed between their steps.
TEST_BINS += $(BUILD)/tests/fault/killshim.so
CHECK_SCRIPTS += tests/e2e/i_login.t tests/e2e/k_keys.t tests/e2e/k_logkey.t tests/e2e/k_agent.t tests/e2e/k_unlock.t \
	tests/e2e/k_window.t tests/e2e/k_signer.t

# The store under failing system calls: the shim is preloaded by the test.
TEST_BINS += $(BUILD)/tests/fault/store
CHECK_SCRIPTS += $(BUILD)/tests/fault/store
$(BUILD)/tests/e2e/clocks: | $(BUILD)/tests/fault/timeshim.so
$(BUILD)/tests/fault/timeshim.so: tests/fault/timeshim.h
$(BUILD)/tests/fault/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	$(if $(Q),@printf '  CC    %s\n' $<)
	$(Q)$(CC) -D_GNU_SOURCE -std=c11 -O2 -g $(WARN) $(WERROR) -fPIC \
	    -shared -o $@ $< -ldl
$(BUILD)/tests/fault/store: $(BUILD)/tests/fault/store.o $(call obj,$(TESTLIB)) $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE) | $(BUILD)/tests/fault/shim.so
	$(LINK) $(filter %.o %.a,$^) -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# What disks may hold after a power cut; IMAGES=2000000 in a soak.
TEST_BINS += $(BUILD)/tests/fault/images
CHECK_SCRIPTS += $(BUILD)/tests/fault/images
$(BUILD)/tests/fault/images: $(call obj,tests/fault/images.c tests/fault/record.c tests/lib/sigmemo.c tests/lib/tap.c $(TESTLIB)) $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $^ $(MEMO) -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS) -ldl

# Flipped bits, and the same with the check of the pages turned off.
FLIPS := $(addprefix $(BUILD)/tests/fault/,flips flips_blind)
TEST_BINS += $(FLIPS)
CHECK_SCRIPTS += $(FLIPS)
$(BUILD)/tests/fault/flips_blind: $(BUILD)/tests/fault/flips_blind.o
$(FLIPS): $(BUILD)/tests/fault/flips.o $(call obj,$(TESTLIB) tests/lib/tap.c) $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# The figures of `make bench`: the command line's own code, but no command.
TEST_BINS += $(BUILD)/tests/bench/bench
$(BUILD)/tests/bench/bench: $(call obj,$(BENCH) $(filter-out cli/main.c,$(CLI))) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $^ $(CLI_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# And those of last days, on a state that the tests' own kit makes.
TEST_BINS += $(BUILD)/tests/bench/deadlines
$(BUILD)/tests/bench/deadlines: $(call obj,$(BENCH_DAYS) $(TESTLIB)) $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $^ -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# That they still run, in small.
CHECK_SCRIPTS += tests/bench/smoke.t tests/bench/peers.t

# Random years against a model; `make soak` runs many more.
SIM := $(BUILD)/tests/sim/year
TEST_BINS += $(SIM)
CHECK_SCRIPTS += $(SIM)
MODEL := $(addprefix tests/sim/,make.c make_adjust.c make_bonus.c make_city.c make_dispute.c make_list.c make_move.c make_outage.c make_panel.c make_person.c make_reform.c make_round.c make_told.c make_use.c make_wild.c make_work.c make_yearend.c model.c model_adjust.c model_bonus.c model_check.c model_dispute.c model_due.c model_ground.c model_list.c model_move.c model_panel.c model_reform.c model_round.c model_use.c model_work.c model_yearend.c)
SIM_LIBS := $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
$(SIM): $(call obj,tests/sim/year.c tests/sim/copy.c tests/sim/plan_on.c tests/sim/suppose.c tests/lib/sigmemo.c $(MODEL) $(TESTLIB)) $(SIM_LIBS)
	$(LINK) $^ $(MEMO) -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# Ten years of a city, whose scores the model in Python counts too; `make
# check` has a small city and four years.
DECADE := $(addprefix tests/model/,decade.c decade_city.c decade_lists.c decade_rounds.c decade_cases.c decade_bonuses.c decade_panels.c decade_ends.c)
TEST_BINS += $(BUILD)/tests/model/decade
$(BUILD)/tests/model/decade: $(call obj,$(DECADE) $(TESTLIB)) $(SIM_LIBS)
	$(LINK) $^ -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# Twelve ways to tamper with ledgers of such years; LEDGERS=100 in a soak.
TEST_BINS += $(BUILD)/tests/sim/tamper
CHECK_SCRIPTS += tests/sim/tamper.t tests/model/score_model.t
$(BUILD)/tests/sim/tamper: $(call obj,tests/sim/tamper.c tests/sim/tamper_ways.c tests/lib/tap.c $(MODEL) $(TESTLIB)) $(SIM_LIBS)
	$(LINK) $^ -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)

# The same on a machine that fails: the ledger itself over LMDB. Our calls
# stand before libc's, and our clock before the one of the writer.
WORLD := $(addprefix tests/sim/,sim.c world.c send.c act.c fault.c oracle.c outbox.c disk.c) tests/lib/sigmemo.c
SIM_LINK := -Wl,--wrap=kc_env_mono_us $(MEMO) -lcmocka $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS) -ldl
TEST_BINS += $(BUILD)/tests/sim/sim
CHECK_SCRIPTS += $(BUILD)/tests/sim/sim
$(BUILD)/tests/sim/sim: $(call obj,$(WORLD) $(MODEL) $(TESTLIB)) $(SIM_LIBS)
	$(LINK) $^ $(SIM_LINK)
# The same with a planted bug each: one file, changed by a script that names
# it, stands before the library that has it.
CANARIES := $(addprefix $(BUILD)/,$(basename $(wildcard tests/sim/canary/*.sed)))
CHECK_SCRIPTS += tests/sim/canaries.t
.PHONY: canaries
canaries: $(CANARIES)
$(CANARIES): $(BUILD)/tests/sim/canary/%: tests/sim/canary/%.sed $(call obj,$(WORLD) $(MODEL) $(TESTLIB)) $(SIM_LIBS)
	$(if $(Q),@printf '  LD    %s\n' $@)
	$(Q)mkdir -p $(@D)
	$(Q)sed -f $< "$$(sed -n '1s/^# //p' $<)" >$@.c
	$(Q)! cmp -s $@.c "$$(sed -n '1s/^# //p' $<)"
	$(Q)$(CC) $(KC_CPPFLAGS) -Idaemon -Idaemon/core -I"$$(dirname $$(sed -n '1s/^# //p' $<))" \
	    $(KC_CFLAGS) -w \
	    -c -o $@.o $@.c
	$(Q)$(CC) $(KC_CFLAGS) $(KC_LDFLAGS) -o $@ $@.o \
	    $(filter %.o,$^) $(filter %.a,$^) $(SIM_LINK)

$(BUILD)/tests/sim/sim.o: $(BUILD)/gen/sim_commit.h
$(BUILD)/gen/sim_commit.h: always
	@mkdir -p $(@D)
	@printf '#define SIM_COMMIT "%s"\n' "$$(git describe --always --dirty 2>/dev/null || echo $(VERSION))" \
	    | cmp -s - $@ || printf '#define SIM_COMMIT "%s"\n' \
	    "$$(git describe --always --dirty 2>/dev/null || echo $(VERSION))" >$@
# make soak-sim SEEDS=10000 FIRST=1
SEEDS ?= $(call soaked,1000)
FIRST ?= 1
soak: soak-sim
soak-sim: build-all
	$(Q)$(MAKE) --no-print-directory $(SIM)
	@SIM_SEEDS=$(call soaked,1000) SIM_STEPS=1000 $(SIM)
	$(Q)$(MAKE) --no-print-directory $(BUILD)/tests/sim/sim
	@$(BUILD)/tests/sim/sim --seeds $(SEEDS) --first $(FIRST) --jobs $(shell nproc) --progress
.PHONY: soak-sim

# For lint: every script stands here once, or says why not.
.PHONY: list-tests
list-tests:
	@printf '%s\n' $(CHECK_SCRIPTS)
