#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pages that come from the tables say what the tables say (TAP).
BUILD=${BUILD:-build}
echo 1..3
n=0
bad=0
same() { # page, arguments of gen_docs
	page=docs/$1
	shift
	n=$((n + 1))
	if "$BUILD/bin/gen_docs" "$@" | diff -u "$page" - >&2; then
		echo "ok $n - $page equals what the tables make"
	else
		echo "not ok $n - $page is out of date: run make docs"
		bad=1
	fi
}
same KINDS.md kinds
same STATES.md states
same RULES.md rules docs/RULES.md
exit $bad
