#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pages that come from the tables say what the tables say (TAP).
BUILD=${BUILD:-build}
echo 1..5
n=0
bad=0
same() { # page, generator and its arguments
	page=docs/$1
	shift
	n=$((n + 1))
	if "$BUILD/bin/$@" | diff -u "$page" - >&2; then
		echo "ok $n - $page equals what the tables make"
	else
		echo "not ok $n - $page is out of date: run make docs"
		bad=1
	fi
}
same KINDS.md gen_docs kinds
same STATES.md gen_docs states
same RULES.md gen_docs rules docs/RULES.md
same man/kaocheng.1 gen_man en docs/man/kaocheng.1

# No command is left out, whoever wrote its item.
n=$((n + 1))
page=docs/man/kaocheng.1
missing=$("$BUILD/bin/kaocheng" --lang en help |
    sed -n '/^commands$/,/^$/s/^  \([a-z]*\( [a-z-]*\)\{0,1\}\)  .*/\1/p' |
    while read -r noun verb; do
	    head="Cm $noun${verb:+ Cm $verb}"
	    grep -Eq "^\.It ($head|.*, $head)( |\$)" $page || echo "$noun $verb"
    done)
if [ -z "$missing" ]; then
	echo "ok $n - $page has every command"
else
	echo "not ok $n - $page lacks: $missing"
	bad=1
fi
exit $bad
