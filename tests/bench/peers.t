#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make bench-peers` still runs to its end, by one percent of every number,
# prints its ratios and leaves nothing behind; what they say is not looked at.
# Its packages are none of ours: where one is missing it says so and ends with
# 77, and so does this (TAP).
BUILD=${BUILD:-build}
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
n=0
bad=0
say() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		bad=1
	fi
}
PATH=/nowhere /usr/bin/python3 tests/bench/peers.py "$BUILD" --smoke \
    >"$top/none" 2>&1
[ $? -eq 77 ] && grep -q 'not installed: .*ledger.*make deps-bench' "$top/none"
say $? "without its packages it says which are missing"
/usr/bin/python3 tests/bench/peers.py "$BUILD" --smoke >"$top/out" 2>"$top/err"
status=$?
if [ $status -eq 77 ]; then
	n=$((n + 1))
	echo "ok $n - the rest # skip $(cat "$top/err")"
else
	[ $status -eq 0 ]
	say $? "it runs to its end"
	for name in ratio_pg_64 ratio_pg_64_prepared ratio_pg_one \
	    ratio_ledger_replay ratio_hledger_replay; do
		grep -Eq "^$name [0-9.e+-]+ " "$top/out"
		say $? "$name is there"
	done
	[ -z "$(find "$BUILD" -maxdepth 1 -name 'peers-*')" ]
	say $? "nothing is left"
	[ "$bad" -eq 0 ] || sed 's/^/# /' "$top/err"
fi
echo "1..$n"
exit $bad
