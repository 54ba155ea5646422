# Fuzz targets: tests/fuzz/fuzz_<name>.c with seeds in tests/fuzz/corpus/<name>.
# `make check` replays the seeds with the ordinary compiler; `make fuzz
# T=<name> SECONDS=60` runs libFuzzer under ASan and UBSan in build-fuzz.
FUZZ_TARGETS := \
	entry \
	json \
	policy \
	note \
	leaf \
	checkpoint \
	witness \
	proof \
	http \
	person \
	wire

# A target that needs more than the core names it here:
#   FUZZ_ARCHIVES_<name> := $(LIBAPP) $(LIBSTORE)
#   FUZZ_LDLIBS_<name> := $(EVENT_LIBS) $(STORE_LIBS)
FUZZ_ARCHIVES_http = $(call obj,daemon/http/http.c daemon/net/routes.c \
    daemon/net/session.c daemon/http/limiter.c)

FUZZ_ARCHIVES_wire = $(call obj,daemon/remind/wire.c \
    daemon/remind/wire_config.c daemon/remind/channel.c daemon/sys/remind.c)

define fuzz_rules
$(BUILD)/tests/fuzz/replay_$(1): \
    $(call obj,tests/fuzz/fuzz_$(1).c tests/fuzz/replay_main.c) \
    $(FUZZ_ARCHIVES_$(1)) $(LIBCORE)
	$$(LINK) $$^ $(FUZZ_LDLIBS_$(1)) $(CORE_LIBS)
$(BUILD)/tests/fuzz/fuzz_$(1): $(call obj,tests/fuzz/fuzz_$(1).c) \
    $(FUZZ_ARCHIVES_$(1)) $(LIBCORE)
	$$(LINK) $$^ $(FUZZ_LDLIBS_$(1)) $(CORE_LIBS)
endef
$(foreach t,$(FUZZ_TARGETS),$(eval $(call fuzz_rules,$(t))))

FUZZ_REPLAYS := $(foreach t,$(FUZZ_TARGETS),$(BUILD)/tests/fuzz/replay_$(t))
TEST_BINS += $(FUZZ_REPLAYS)
CHECK_SCRIPTS += $(FUZZ_REPLAYS)

SECONDS ?= 60
FUZZ_SAN := address,undefined
fuzz:
ifeq ($(filter $(T),$(FUZZ_TARGETS)),)
	@echo 'use: make fuzz T=<target> SECONDS=60; targets: $(FUZZ_TARGETS)'
	@exit 1
else
	$(Q)$(MAKE) --no-print-directory BUILD=build-fuzz CC=$(CLANG) WERROR= \
	    HARDEN=-fno-common \
	    OPT='-O1 -g -fno-sanitize-recover=all -fsanitize=fuzzer-no-link,$(FUZZ_SAN)' \
	    KC_LDFLAGS=-fsanitize=fuzzer,$(FUZZ_SAN) build-fuzz/tests/fuzz/fuzz_$(T)
	@mkdir -p build-fuzz/corpus/$(T) build-fuzz/findings
	build-fuzz/tests/fuzz/fuzz_$(T) -max_total_time=$(SECONDS) \
	    -max_len=70000 -timeout=10 -print_final_stats=1 \
	    -artifact_prefix=build-fuzz/findings/$(T)- \
	    $(addprefix -dict=,$(wildcard tests/fuzz/$(T).dict)) \
	    build-fuzz/corpus/$(T) tests/fuzz/corpus/$(T)
endif
