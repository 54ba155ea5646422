#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Adding a noun by the recipe of docs/ARCHITECTURE.md takes its folder, its
# table and one line (TAP): a toy noun is added to a copy of the tree, built,
# and a small ledger is run through it.
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
toy=$PWD/tests/lint/toy
echo 1..4

git ls-files -z include daemon tests docs cli Makefile sources.mk |
    xargs -0 cp --parents -t "$tree" 2>/dev/null
cp -R policies po "$tree"
cd "$tree" || exit 1
cp -R . ../"${tree##*/}".before && before=$tree.before
trap 'rm -rf "$tree" "$tree.before"' EXIT

# The recipe.
next() { # highest number in a column of rows, and one
	sed -n "s/^$1(\([0-9]*\),.*/\1/p" include/kaocheng/defs/*.def |
	    sort -n | tail -n 1 | { read -r n; echo $((n + 1)); }
}
noun=$(next NOUN)
kind=$(next KIND)
mkdir daemon/core/noun/bell
cp "$toy"/bell.h "$toy"/bell.c "$toy"/noun.c "$toy"/view.c daemon/core/noun/bell
sed "s/@NOUN@/$noun/; s/@KIND@/$kind/; s/@NEXT@/$((kind + 1))/" \
    "$toy"/bell.def >include/kaocheng/defs/bell.def
echo '#include "bell.def"' >>include/kaocheng/defs/kinds.def

# What was touched.
new=$(diff -rq "$before" . | sed -n 's/^Only in \(.*\): \(.*\)/\1\/\2/p' | sort | tr '\n' ' ')
changed=$(diff -rq "$before" . | grep -c '^Files')
lines=$(diff -r "$before" . | grep -c '^[<>]')
if [ "$new" = "./daemon/core/noun/bell ./include/kaocheng/defs/bell.def " ]; then
	echo 'ok 1 - new are the folder of the noun and its table'
else
	echo "not ok 1 - new: $new"
fi
if [ "$changed" -eq 1 ] && [ "$lines" -eq 1 ]; then
	echo 'ok 2 - outside of them, one line of one file'
else
	echo "not ok 2 - $changed files, $lines lines changed outside"
fi

# Only what is needed, without optimisation, however we were built ourselves.
unset MAKEFLAGS MFLAGS BUILD DEBUG TSAN SANITIZE
mkdir -p tests/unit/noun
cp "$toy"/test_bell.c tests/unit/noun
kit='documentkit ledgerkit openkit ledgerkit_city casekit viewkit tmpdir tree golden sample policykit'
objects=
for o in $kit; do objects="$objects build/tests/lib/$o.o"; done
make -j2 OPT=-O0 HARDEN= WERROR= build/libkaocheng.a $objects \
    build/tests/unit/noun/test_bell.o >make.log 2>&1 &&
    ${CC:-cc} -o test_bell build/tests/unit/noun/test_bell.o $objects \
	build/libkaocheng.a -lcmocka -lfyaml -ljansson -lsodium -lnettle >>make.log 2>&1
if [ -x test_bell ]; then
	echo 'ok 3 - it builds'
else
	sed 's/^/# /' make.log | tail -n 20
	echo 'not ok 3 - it does not build'
fi
if ./test_bell >test.log 2>&1; then
	echo 'ok 4 - a ledger with it is written, refused, replayed and shown'
else
	sed 's/^/# /' test.log
	echo 'not ok 4 - a ledger with it does not hold'
fi
