#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tables may grow: in a scratch copy of core, whose tables have an epoch more,
# with a policy key, a kind, a word and a role, each in the middle of its
# table, the frozen ledgers replay to the same figures (TAP).
set -eu
BUILD=${BUILD:-build}
CC=${CC:-cc}
here=$(dirname "$0")
at=$BUILD/tests/grown
defs=$at/include/kaocheng/defs
rm -rf "$at"
mkdir -p "$at"
cp -R include daemon/core "$at"

# The next free number of a table: as many rows as it has.
next() { cat "$@" | grep -c "$row"; }
# insert_after PATTERN FILE: stdin goes in after the first line that matches.
insert_after() {
	awk -v pattern="$1" -v text="$(cat)" '{ print }
	    !done && $0 ~ pattern { print text; done = 1 }
	    END { if (!done) exit 1 }' "$2" >"$2.new" && mv "$2.new" "$2"
}
newest=$(sed -n 's/^#define KC_EPOCH_MAX \([0-9]*\) .*/\1/p' "$at/include/kaocheng/limits.h")
epoch=$((newest + 1))
sed -i "s/^#define KC_EPOCH_MAX $newest /#define KC_EPOCH_MAX $epoch /" \
    "$at/include/kaocheng/limits.h"
row='^X('
insert_after '"pd.refund_max"' "$defs/policy_keys.def" <<-EOF
	X($(next "$defs/policy_keys.def"), $epoch, PD_GROWN, "pd.grown", INT, 7, 0, 9, "长", "grown")
EOF
row='^WORD(CAUSE,'
insert_after '^WORD.CAUSE, .*PARTLY_OBJECTIVE' "$defs/words.def" <<-EOF
	WORD(CAUSE, $(next "$defs/words.def"), $epoch, GROWN, "grown", "长", "grown")
EOF
row='^WORD(ROLE,'
insert_after '^WORD.ROLE, .*ESTAB' "$defs/words.def" <<-EOF
	WORD(ROLE, $(next "$defs/words.def"), $epoch, GROWN, "grown", "长", "grown")
EOF
row='^KIND('
insert_after '^END.unit_register' "$defs/unit.def" <<-EOF
	KIND($(next "$defs"/*.def), $epoch, grown_note, "grown.note", unit, BY1(R(ESTAB)), "长", "grown")
	FIELD(0, $epoch, grown_note, number, "number", INT, ONE, 9, "数", "number")
	END(grown_note)
EOF
insert_after '^RULE.unit_register' "$defs/unit.def" <<-EOF
	RULE(grown_note, "grown", E(EXISTS))
EOF
cat >"$at/core/noun/unit/grown.c" <<-EOF
	#include "engine/state_int.h"
	enum kc_err
	grown_note_guard(const struct kc_state *st, const struct kc_at *at,
	    struct kc_refusal *why)
	{
		(void)st, (void)at, (void)why;
		return KC_OK;
	}
	enum kc_err
	grown_note_apply(struct kc_state *st, const struct kc_at *at)
	{
		(void)st, (void)at;
		return KC_OK;
	}
EOF

# What takes most of the time is what all read: it is read once.
echo '#include "engine/state_int.h"' >"$at/all.h"
cat >"$at/Makefile" <<'EOF'
SRC := $(shell find core -name '*.c') ledger.c
CC_IT = $(CC) -std=c11 -O1 -w -D_GNU_SOURCE -Iinclude -Icore
ledger: $(SRC:.c=.o)
	$(CC) -o $@ $^ -lfyaml -ljansson -lsodium -lnettle
$(SRC:.c=.o): all.h.gch
%.o: %.c
	$(CC_IT) -include all.h -c -o $@ $<
all.h.gch: all.h
	$(CC_IT) -x c-header -o $@ $<
EOF
cp "$here/ledger.c" "$at"
echo 1..2
bad=0
if ${MAKE:-make} -s -C "$at" -j"$(nproc)" CC="$CC" ledger >&2; then
	echo 'ok 1 - a tree with a row more in every table compiles'
else
	echo 'not ok 1 - a tree with a row more in every table compiles'
	exit 1
fi
for figures in "$here"/epoch-1/figures "$here"/epoch-?/*/figures; do
	of=${figures%/*}
	# shellcheck disable=SC2046 # three words
	"$at/ledger" "$of/ledger.bundle" "$(cat "$of/year")" \
	    $(sed 's/^/--grown /' "$of/by") >"$at/figures" || bad=1
	diff -u "$figures" "$at/figures" >&2 || bad=1
done
[ $bad -eq 0 ] || printf 'not '
echo 'ok 2 - root, state and scores of old ledgers do not move'
rm -rf "$at"
exit $bad
