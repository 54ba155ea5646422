# Kaocheng: one non-recursive Makefile, one explicit source list per layer.
#
#   make demo      set up, build, run the year 2022 of a city, print the story
#   make check     set up, build, run every test        make run    serve it
#   make           build only                           make help   the rest

VERSION := 0.1.0
BUILD ?= build
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
CC ?= cc
AR ?= ar
CLANG ?= clang

# --- what it is built from ------------------------------------------------
include sources.mk

# --- flags (docs/ARCHITECTURE.md "Build") ---------------------------------
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 \
	-Wundef -Wswitch-enum -Wconversion -Wsign-conversion \
	-Wimplicit-fallthrough
WERROR ?= -Werror
HARDEN := -fno-common -fstack-protector-strong -fstack-clash-protection -fPIE
ifeq ($(shell uname -m),x86_64)
HARDEN += -fcf-protection
endif
ifdef DEBUG
BUILD := $(BUILD)-debug
SANITIZE := -fsanitize=address,undefined
OPT := -O1 -g3 -fno-omit-frame-pointer $(SANITIZE) -fno-sanitize-recover=all
else ifdef TSAN
BUILD := $(BUILD)-tsan
SANITIZE := -fsanitize=thread
OPT := -O1 -g $(SANITIZE)
else
OPT := -O2 -g
HARDEN += -D_FORTIFY_SOURCE=3
endif
KC_CPPFLAGS = -D_GNU_SOURCE -Iinclude -I$(BUILD)/gen \
	-DKC_VERSION='"$(VERSION)"' $(BANNED) $(CPPFLAGS)
BANNED = -include $(CURDIR)/include/kaocheng/banned.h
KC_CFLAGS = -std=c11 $(OPT) $(WARN) $(WERROR) $(HARDEN) $(CFLAGS)
KC_LDFLAGS = -pie -Wl,-z,relro,-z,now $(SANITIZE) $(LDFLAGS)
comma := ,

CORE_LIBS := -lfyaml -ljansson -lsodium -lnettle
STORE_LIBS := -llmdb -lpthread
EVENT_LIBS := -levent -levent_pthreads -lz
SYS_LIBS := -lseccomp
PAPER_LIBS := -lpangocairo-1.0 -lpangoft2-1.0 -lpango-1.0 -lcairo -lfontconfig \
	-lgobject-2.0 -lglib-2.0 -lqrencode -ljansson
CLI_LIBS := -lkeyutils -lcurl -lsmartcols -lzstd -lzip -lexpat -lxlsxwriter -lqrencode

obj = $(patsubst %.c,$(BUILD)/%.o,$(1))

LIBCORE := $(BUILD)/libkaocheng.a
LIBSTORE := $(BUILD)/libkcstore.a
LIBPEOPLE := $(BUILD)/libkcpeople.a
LIBAPP := $(BUILD)/libkcapp.a
PROGRAMS := $(foreach p,$(PROGRAM_NAMES),$(BUILD)/bin/$(p))

.PHONY: all check check-bin demo run deps lint bench soak fuzz install clean help
all: $(PROGRAMS) $(LIBCORE) $(BUILD)/locale/zh_CN/LC_MESSAGES/kaocheng.mo
.DELETE_ON_ERROR:
.SUFFIXES:

# --- objects ---------------------------------------------------------------
# Every object is made again when the compiler or its flags change.
FLAGS := $(CC) $(KC_CPPFLAGS) $(KC_CFLAGS)
.PHONY: always
$(BUILD)/flags: always
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS_NOW" | cmp -s - $@ || printf '%s\n' "$$FLAGS_NOW" >$@
$(BUILD)/flags: export FLAGS_NOW := $(FLAGS)
$(BUILD)/daemon/core/%.o: daemon/core/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(Q),@printf '  CC    %s\n' $<)
	$(Q)$(CC) $(KC_CPPFLAGS) -Idaemon/core $(KC_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/daemon/%.o: daemon/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(Q),@printf '  CC    %s\n' $<)
	$(Q)$(CC) $(KC_CPPFLAGS) -iquote daemon $(KC_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/cli/%.o: cli/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(Q),@printf '  CC    %s\n' $<)
	$(Q)$(CC) $(KC_CPPFLAGS) -Icli -iquote daemon $(KC_CFLAGS) -MMD -MP -c -o $@ $<
# These two know where it is installed, and no others are made again for it.
$(BUILD)/prefix: always
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' >$@
PREFIXED := $(call obj,cli/lib/i18n.c cli/lib/say.c)
$(PREFIXED): KC_CPPFLAGS += -DKC_PREFIX='"$(PREFIX)"'
$(PREFIXED): $(BUILD)/prefix
# A macro in a header of libxlsxwriter makes a banned call.
$(BUILD)/cli/lib/workbook.o: BANNED =
# Headers of others are held to their own rules.
$(call obj,$(PAPER)): BANNED =
$(call obj,$(PAPER)): KC_CPPFLAGS += $(PAPER_CPPFLAGS)
PAPER_CPPFLAGS = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I pangocairo))
$(BUILD)/docs/gen/%.o: docs/gen/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(Q),@printf '  CC    %s\n' $<)
	$(Q)$(CC) $(KC_CPPFLAGS) -Icli -iquote daemon $(KC_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(Q),@printf '  CC    %s\n' $<)
	$(Q)$(CC) $(KC_CPPFLAGS) -Idaemon -Idaemon/core -Icli -Itests/lib $(KC_CFLAGS) \
	    -DKC_SRCDIR='"$(CURDIR)"' -MMD -MP -c -o $@ $<

$(LIBCORE): $(call obj,$(CORE))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(LIBSTORE): $(call obj,$(STORE))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(LIBPEOPLE): $(call obj,$(PEOPLE) $(BLOBS) $(DRAFTS))
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(LIBAPP): $(call obj,$(APP) $(REMIND) $(HTTP) $(NET) $(SYS) $(WITNESSES))
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# --- programs ---------------------------------------------------------------
LINK = $(if $(Q),@printf '  LD    %s\n' $@;) mkdir -p $(@D) && \
	$(CC) $(KC_CFLAGS) $(KC_LDFLAGS) -o $@
$(BUILD)/bin/kaochengd: $(call obj,daemon/main.c daemon/options.c daemon/anchors.c daemon/start.c daemon/sweep.c daemon/trial.c) $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $^ -lcurl $(SYS_LIBS) $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)
$(BUILD)/bin/kaocheng-sender: $(call obj,$(SENDER)) $(LIBAPP) $(LIBCORE)
	$(LINK) $^ -lcurl $(SYS_LIBS) -lpthread $(CORE_LIBS)
$(BUILD)/bin/kaocheng-signer: $(call obj,$(SIGNER)) $(LIBAPP) $(LIBSTORE) $(LIBCORE)
	$(LINK) $^ $(SYS_LIBS) $(STORE_LIBS) $(CORE_LIBS)
$(BUILD)/bin/kaocheng-witness: $(call obj,$(WITNESS)) $(LIBAPP) $(LIBSTORE) $(LIBCORE)
	$(LINK) $^ $(SYS_LIBS) $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)
$(BUILD)/bin/kaocheng: $(call obj,$(CLI)) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $^ $(CLI_LIBS) $(STORE_LIBS) $(CORE_LIBS)
$(BUILD)/bin/kaocheng-paper: $(call obj,$(PAPER) $(PAPER_SHARED)) $(LIBCORE)
	$(LINK) $^ $(PAPER_LIBS) $(SYS_LIBS) $(CORE_LIBS)
# The verifier trusts as little as it can: core, its libraries, its own files. It
# is linked against static libraries, so that one file runs anywhere.
$(BUILD)/bin/kaocheng-verify: $(call obj,$(VERIFY)) $(LIBCORE)
	$(LINK) $^ $(if $(DEBUG),,-Wl$(comma)-Bstatic) -lzstd $(CORE_LIBS) \
	    $(if $(DEBUG),,-Wl$(comma)-Bdynamic) -lpthread

# What the tables say, as pages. A test compares them with the committed ones.
$(BUILD)/bin/gen_docs: $(call obj,docs/gen/gen_docs.c docs/gen/gen_rules.c) $(LIBCORE)
	$(LINK) $^ $(CORE_LIBS)
$(BUILD)/bin/gen_man: $(call obj,docs/gen/gen_man.c $(filter-out cli/main.c,$(CLI))) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $^ $(CLI_LIBS) $(STORE_LIBS) $(CORE_LIBS)
.PHONY: docs
docs: $(BUILD)/bin/gen_docs $(BUILD)/bin/gen_man
	$(Q)$(BUILD)/bin/gen_docs kinds >docs/KINDS.md
	$(Q)$(BUILD)/bin/gen_docs states >docs/STATES.md
	$(Q)$(BUILD)/bin/gen_docs rules docs/RULES.md >$(BUILD)/RULES.md
	$(Q)cp $(BUILD)/RULES.md docs/RULES.md
	$(Q)$(BUILD)/bin/gen_man en docs/man/kaocheng.1 >$(BUILD)/kaocheng.1
	$(Q)cp $(BUILD)/kaocheng.1 docs/man/kaocheng.1
	$(Q)$(BUILD)/bin/gen_man zh docs/man/zh_CN/man1/kaocheng.1 >$(BUILD)/kaocheng.1
	$(Q)cp $(BUILD)/kaocheng.1 docs/man/zh_CN/man1/kaocheng.1

# --- the Chinese catalogue, found beside the programs ------------------------
CATALOGUE := $(BUILD)/locale/zh_CN/LC_MESSAGES/kaocheng.mo
$(CATALOGUE): po/zh_CN.po
	@mkdir -p $(@D)
	$(if $(Q),@printf '  MSG   %s\n' $<)
	$(Q)msgfmt -o $@ $<

# --- set-up ------------------------------------------------------------------
# Lists what is missing and installs it; says nothing and needs no network
# when all is there. `make demo` asks for what it builds from, no more.
deps:
	@sh tests/lib/deps.sh build test
deps-build:
	@sh tests/lib/deps.sh build
deps-fuzz:
	@sh tests/lib/deps.sh build test fuzz
# What `make bench-peers` measures us by; nothing else wants it.
deps-bench:
	@sh tests/lib/deps.sh build test bench
.PHONY: deps-build deps-fuzz deps-bench

# What people ask for is built by as many jobs as there are processors, but
# where they say -j themselves.
PARALLEL = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# Everything that compiles waits for the packages it needs.
demo run: | deps-build
check bench lint soak: | deps
fuzz: | deps-fuzz
build-all: | deps-build
	$(Q)$(MAKE) --no-print-directory $(PARALLEL) all
.PHONY: build-all

# --- tests -------------------------------------------------------------------
UNIT_BINS := $(addprefix $(BUILD)/tests/unit/,$(UNIT_TESTS))
$(UNIT_BINS): $(BUILD)/%: $(BUILD)/%.o $(call obj,$(TESTLIB)) $(LIBAPP) $(LIBSTORE) $(LIBPEOPLE) $(LIBCORE)
	$(LINK) $^ -lcmocka $(SYS_LIBS) $(EVENT_LIBS) $(STORE_LIBS) $(CORE_LIBS)
# Files that no archive holds.
$(BUILD)/tests/unit/remind/test_mime: $(call obj,daemon/remind/mime.c)
$(BUILD)/tests/unit/verify/test_progress: $(call obj,cli/verify/progress.c cli/lib/i18n.c daemon/sys/lang.c)
$(BUILD)/tests/unit/sys/test_mark: $(call obj,daemon/anchors.c)
$(BUILD)/tests/unit/sys/test_mark: private SYS_LIBS := $(LIBAPP) $(LIBSTORE) $(LIBCORE) $(SYS_LIBS)
$(BUILD)/tests/unit/sys/test_sweep: $(call obj,daemon/sweep.c daemon/blobs/blobs.c)
$(BUILD)/tests/unit/remind/test_reach: $(call obj,daemon/remind/reach.c)
.PRECIOUS: $(BUILD)/tests/%.o

include tests/tests.mk

demo: build-all
	@BUILD=$(BUILD) sh tests/lib/demo.sh
run: build-all
	@BUILD=$(BUILD) sh tests/lib/run.sh

check: build-all
	$(Q)$(MAKE) --no-print-directory $(PARALLEL) check-bin
	@BUILD=$(BUILD) SANITIZE='$(SANITIZE)' \
	    perl tests/lib/prove.pl $(CHECK_SCRIPTS) $(UNIT_BINS)
check-bin: $(UNIT_BINS) $(TEST_BINS)

lint: build-all
	@BUILD=$(BUILD) CC='$(CC)' sh tests/lint/run.sh

bench: build-all
	$(Q)$(MAKE) --no-print-directory $(BUILD)/tests/fault/shim.so $(BUILD)/tests/bench/bench $(BUILD)/tests/bench/deadlines
	@$(BUILD)/tests/bench/bench $(BUILD)/bin
	@$(BUILD)/tests/bench/deadlines
# Beside PostgreSQL, ledger and hledger, in one run.
bench-peers: build-all | deps-bench
	$(Q)$(MAKE) --no-print-directory $(BUILD)/tests/fault/shim.so $(BUILD)/tests/bench/bench
	@python3 tests/bench/peers.py $(BUILD)
.PHONY: bench-peers

# DESTDIR= stages. What systemd makes of it: a user, a directory and a unit for
# the daemon, and the same for the witness and the monitor. UNITDIR= where a distribution has
# its units. Uninstalling takes away what an installation would put there.
UNITDIR ?= $(PREFIX)/lib/systemd/system
SHARE := $(DESTDIR)$(PREFIX)/share
UNITS := daemon/sys/kaochengd.service daemon/witness/kaocheng-witness.service \
    daemon/sys/kaocheng-watch.service daemon/sys/kaocheng-watch.timer
SYSTEMD := daemon/sys/kaocheng daemon/sys/kaocheng-watch \
    daemon/witness/kaocheng-witness
install: build-all
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 \
	    $(SHARE)/man/man5 $(SHARE)/man/man8 $(SHARE)/kaocheng \
	    $(SHARE)/locale/zh_CN/LC_MESSAGES \
	    $(SHARE)/bash-completion/completions \
	    $(SHARE)/zsh/vendor-completions \
	    $(SHARE)/fish/vendor_completions.d $(DESTDIR)$(UNITDIR) \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d \
	    $(DESTDIR)$(PREFIX)/lib/tmpfiles.d \
	    $(DESTDIR)$(PREFIX)/include/kaocheng/defs
	install -m 0755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	for n in 1 5 8; do for f in docs/man/*.$$n; do \
	    test ! -f $$f || install -m 0644 $$f $(SHARE)/man/man$$n || \
		exit 1; done; done
	for n in 1 5 8; do install -d $(SHARE)/man/zh_CN/man$$n && \
	    install -m 0644 docs/man/zh_CN/man$$n/*.$$n \
		$(SHARE)/man/zh_CN/man$$n || exit 1; done
	install -m 0644 $(CATALOGUE) $(SHARE)/locale/zh_CN/LC_MESSAGES
	$(BUILD)/bin/kaocheng completion bash \
	    >$(SHARE)/bash-completion/completions/kaocheng
	$(BUILD)/bin/kaocheng completion zsh \
	    >$(SHARE)/zsh/vendor-completions/_kaocheng
	$(BUILD)/bin/kaocheng completion fish \
	    >$(SHARE)/fish/vendor_completions.d/kaocheng.fish
	install -m 0644 $(filter-out $(addprefix include/kaocheng/,banned.h \
	    sequencer.h store.h people.h blob.h book.h),$(wildcard include/kaocheng/*.h)) \
	    $(DESTDIR)$(PREFIX)/include/kaocheng
	install -m 0644 include/kaocheng/defs/*.def \
	    $(DESTDIR)$(PREFIX)/include/kaocheng/defs
	install -m 0644 $(LIBCORE) $(DESTDIR)$(PREFIX)/lib
	cp -R policies docs/check docs/CHECK.md docs/FORMAT.md \
	    $(SHARE)/kaocheng
	install -m 0644 daemon/sys/kaocheng.yaml daemon/sys/watch.conf \
	    daemon/witness/witness.yaml $(SHARE)/kaocheng
	for f in $(SYSTEMD); do for d in sysusers tmpfiles; do \
	    install -m 0644 $$f.$$d \
		$(DESTDIR)$(PREFIX)/lib/$$d.d/$${f##*/}.conf || exit 1; \
	    done; done
	for f in $(UNITS); do \
	    sed 's,@PREFIX@,$(PREFIX),;s,@SYSCONFDIR@,$(SYSCONFDIR),' $$f \
		>$(DESTDIR)$(UNITDIR)/$${f##*/} || exit 1; done
uninstall: build-all
	@rm -rf $(BUILD)/uninstall
	@$(MAKE) --no-print-directory -s install DESTDIR=$(abspath $(BUILD))/uninstall
	@cd $(BUILD)/uninstall && find . ! -type d | sed 's,^\.,$(DESTDIR),' | \
	    tr '\n' '\0' | xargs -0 rm -f
	@cd $(BUILD)/uninstall && find . -depth -type d -path '*/kaocheng*' | \
	    sed 's,^\.,$(DESTDIR),' | tr '\n' '\0' | \
	    xargs -0 rmdir --ignore-fail-on-non-empty 2>/dev/null || true
	@rm -rf $(BUILD)/uninstall
.PHONY: uninstall
# Packages for Debian, of what git has here: daemon/debian, and a changelog of
# this version. Left in $(BUILD)/deb; `make deb-check` installs and removes them.
# MAINTAINER='Name <address>': whoever gives them to others.
DEB := $(abspath $(BUILD))/deb
DEB_TREE := $(DEB)/kaocheng-$(VERSION)
deb: | deps-deb
	$(Q)rm -rf $(DEB) && mkdir -p $(DEB_TREE)
	$(Q)git ls-files -z | tar --null -T - -cf - | tar -xf - -C $(DEB_TREE)
	$(Q)mv $(DEB_TREE)/daemon/debian $(DEB_TREE)
	$(if $(MAINTAINER),$(Q)sed -i 's|^Maintainer: .*|Maintainer: $(MAINTAINER)|' $(DEB_TREE)/debian/control)
	$(Q)printf 'kaocheng (%s) unstable; urgency=medium\n\n  * See CHANGES.md.\n\n -- %s  %s\n' \
	    '$(VERSION)' "$$(sed -n 's/^Maintainer: //p' $(DEB_TREE)/debian/control)" \
	    "$$(git log -1 --format=%cD)" >$(DEB_TREE)/debian/changelog
	$(Q)cd $(DEB_TREE) && env -u MAKEFLAGS -u MAKEOVERRIDES -u BUILD \
	    dpkg-buildpackage -b -us -uc -jauto >$(DEB)/log 2>&1 || \
	    { tail -n 40 $(DEB)/log; exit 1; }
	$(Q)lintian --allow-root -I --fail-on error,warning,info $(DEB)/*.changes
	$(Q)ls $(DEB)/*.deb
deb-check: deb
	@BUILD=$(BUILD) perl tests/lib/prove.pl tests/e2e/o_deb.t
# make boot-test       the packages in a Debian that is booted (docs/TESTING.md)
boot-test: deb | deps-boot
	@BUILD=$(BUILD) python3 tests/boot/boot.t
deps-boot:
	@sh tests/lib/deps.sh boot
deps-deb:
	@sh tests/lib/deps.sh build deb
.PHONY: deb deb-check deps-deb boot-test deps-boot
clean:
	rm -rf build build-debug build-fuzz
help:
	@sed -n 's/^# *\(make .*\)/\1/p;' Makefile

DEPS := $(shell find $(BUILD) -path $(BUILD)/deb -prune -o -type f -name '*.d' -print 2>/dev/null)
-include $(DEPS)
