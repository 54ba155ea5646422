#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Evidence is the same bytes for ever, and from whatever compiler: what the
# frozen ledger would be without a case, and without one submission (TAP).
BUILD=${BUILD:-build}
CLANG=${CLANG:-clang}
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
same() {
	for at in "$here"/supposed/*; do
		name=${at##*/}
		"$1/tests/golden/ledger" "$here/epoch-1/ledger.bundle" \
		    --without "$name" | cmp -s - "$at"
		say $? "without $name, $2: the evidence is what it was"
	done
}
same "$BUILD" 'this build'
if command -v "$CLANG" >/dev/null; then
	"${MAKE:-make}" -s -j2 BUILD="$BUILD-clang" CC="$CLANG" WERROR=-w \
	    DEBUG= TSAN= "$BUILD-clang/tests/golden/ledger" >/dev/null || exit 1
	same "$BUILD-clang" "$CLANG"
else
	n=$((n + 1))
	echo "ok $n - # SKIP no clang"
fi
echo "1..$n"
exit $bad
