#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Evidence is the same bytes for ever, and from whatever compiler: what the
# frozen ledger would be without a case, and without one submission; and, with
# another policy and calendar besides, digest, text and JSON of two builds (TAP).
BUILD=${BUILD:-build}
here=$(dirname "$0")
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
for c in "${CLANG:-clang}" clang-14; do
	command -v "$c" >/dev/null && CLANG=$c && break
	CLANG=
done
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
# otherwise BUILD NAME OUT
otherwise() {
	"$1/tests/golden/ledger" "$here/epoch-1/ledger.bundle" \
	    --otherwise "$2" "$top/policy.yaml" "$top/days.yaml" >"$3"
}
# The policy that was adopted there, without its examples, with another limit.
LC_ALL=C grep -a -A2000 '^kaocheng/v1 entry policy.adopt' \
    "$here/epoch-1/ledger.bundle" | LC_ALL=C awk '
	t && !/^\|/ { exit }
	/^text / { t = 1; sub(/^text /, "") }
	t { sub(/^\| ?/, ""); print }' |
    sed '/^tests:/,$d; s/refund_max: { value: "80%"/refund_max: { value: "50%"/' \
	>"$top/policy.yaml"
sed 's/2022-10-01..2022-10-07/2022-10-03..2022-10-07/' \
    "$here/../../policies/calendar/2022.yaml" >"$top/days.yaml"
same "$BUILD" 'this build'
otherwise "$BUILD" 5341 "$top/a" && grep -q '^with-policy sha256' "$top/a" &&
    grep -q '^with-calendar sha256' "$top/a" && grep -q '^refused ' "$top/a" &&
    grep -q '"changed":\[{' "$top/a"
say $? 'under another policy and calendar much falls and scores change'
if [ -n "$CLANG" ]; then
	"${MAKE:-make}" -s -j2 BUILD="$BUILD-clang" CC="$CLANG" WERROR=-w \
	    OPT='-O1 -g' DEBUG= TSAN= "$BUILD-clang/tests/golden/ledger" \
	    >/dev/null || exit 1
	same "$BUILD-clang" "$CLANG -O1"
	for name in 5341 PD-2022-0010; do
		otherwise "$BUILD" "$name" "$top/a" &&
		    otherwise "$BUILD-clang" "$name" "$top/b" &&
		    cmp "$top/a" "$top/b"
		say $? "without $name, otherwise: $CLANG -O1 makes the same digest, text and JSON"
	done
else
	n=$((n + 1))
	echo "ok $n - # SKIP no clang"
fi
echo "1..$n"
exit $bad
