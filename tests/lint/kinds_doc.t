#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pages that come from the tables say what the tables say (TAP).
BUILD=${BUILD:-build}
echo 1..9
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
zh=man/zh_CN/man1/kaocheng.1
same $zh gen_man zh docs/$zh

# No command is left out, whoever wrote its item.
commands() { # page
	"$BUILD/bin/kaocheng" --lang en help |
	    sed -n '/^commands$/,/^$/s/^  \([a-z]*\( [a-z-]*\)\{0,1\}\)  .*/\1/p' |
	    while read -r noun verb; do
		    head="Cm $noun${verb:+ Cm $verb}"
		    grep -Eq "^\.It ($head|.*, $head)( |\$)" "$1" ||
			echo "$noun $verb"
	    done
}
# What is not made from the tables and reads alike in both languages.
alike() { # page
	sed '/made by make docs/,/^\.\\" end/d' "$1" |
	    sed -n 's/^\.It \(Ev .*\|Pa .*\|[0-9]*\)$/\1/p; s/^\.Dl //p
		s/^\.\(Dt\|Xr\) /\1 /p' | sort -u | sed 's/ 。$//'
}
for page in docs/man/kaocheng.1 docs/$zh; do
	n=$((n + 1))
	missing=$(commands $page)
	if [ -z "$missing" ]; then
		echo "ok $n - $page has every command"
	else
		echo "not ok $n - $page lacks: $missing"
		bad=1
	fi
done
n=$((n + 1))
if [ "$(alike docs/man/kaocheng.1 | grep -v '^Xr')" = \
    "$(alike docs/$zh | grep -v '^Xr')" ]; then
	echo "ok $n - docs/$zh has the variables, files, exit codes and examples"
else
	echo "not ok $n - docs/$zh differs in variables, files, codes or examples"
	bad=1
fi
# Rules of a noun that has no place on the page would be on none.
n=$((n + 1))
missing=$(sed -n 's/^KIND([^"]*"[^"]*", \([a-z]*\),.*/\1/p' \
    include/kaocheng/defs/*.def | sort -u | while read -r noun; do
	    grep -q "^<!-- made by make docs: $noun -->" docs/RULES.md ||
		echo "$noun"
    done)
if [ -z "$missing" ]; then
	echo "ok $n - docs/RULES.md has a table for every noun"
else
	echo "not ok $n - docs/RULES.md has no table for: $missing"
	bad=1
fi
exit $bad
