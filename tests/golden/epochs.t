#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every ledger that was frozen with its epoch replays to the figures that were
# written down then, and verifies, for ever; and no row of that epoch is another
# (TAP).
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
# replay LEDGER NAME
replay() {
	figures=$("$BUILD/tests/golden/ledger" "$1/ledger.bundle" \
	    "$(cat "$1/year")") && [ "$figures" = "$(cat "$1/figures")" ]
	say $? "$2: root, state and scores are what they were"
	"$BUILD/bin/kaocheng-verify" "$1/ledger.bundle" >/dev/null
	say $? "$2: the ledger verifies"
}
replay "$here/epoch-1" 'epoch 1'
for at in "$here"/epoch-?/*/; do
	replay "$at" "${at#"$here"/}"
done
# From the third epoch on a file has only what none before it has.
rows() {
	"$BUILD/tests/golden/rows" "$1" | if [ "$1" -lt 3 ]; then
		cat
	else
		awk -v epoch="$1" -v here="$here" 'BEGIN {
			for (e = 1; e < epoch; e++)
				while ((getline < (here "/epoch-" e "/rows")) > 0)
					old[$0]
		}
		!($0 in old)'
	fi
}
for at in "$here"/epoch-*; do
	rows "${at##*-}" | diff -u "$at/rows" - >&2
	say $? "no row of epoch ${at##*-} is another"
done
# Kinds of an epoch, as they stand in its ledgers.
for epoch in 2 3; do
	grep -aho '^kaocheng/v1 entry [a-z._]*' \
	    "$here/epoch-$epoch"/*/ledger.bundle | cut -d' ' -f3 | sort -u |
	    awk -v rows="$BUILD/tests/golden/rows $epoch" '{ has[$1] }
		END { while ((rows | getline) > 0 && ++n)
			if ($1 == "kind" && !($4 in has)) {
				print "# lacks " $4
				bad = 1
			}
		exit bad || n < 1000 }'
	say $? "the ledgers of epoch $epoch have each of its kinds"
done
echo "1..$n"
exit $bad
