#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every ledger that was frozen with its epoch replays to the figures that were
# written down then, and verifies, for ever (TAP).
BUILD=${BUILD:-build}
here=$(dirname "$0")
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
for at in "$here"/epoch-*; do
	epoch=${at##*-}
	figures=$("$BUILD/tests/golden/ledger" "$at/ledger.bundle" \
	    "$(cat "$at/year")") && [ "$figures" = "$(cat "$at/figures")" ]
	say $? "epoch $epoch: root, state and scores are what they were"
	"$BUILD/bin/kaocheng-verify" "$at/ledger.bundle" >/dev/null
	say $? "epoch $epoch: the ledger verifies"
done
echo "1..$n"
exit $bad
