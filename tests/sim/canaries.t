#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The simulator finds planted bugs: each is the real program with one file
# changed by a script of tests/sim/canary, and must fail some seed (TAP).
set -u
BUILD=${BUILD:-build}
SEEDS=${SEEDS:-24}
here=$(dirname "$0")
n=0
caught=0
"${MAKE:-make}" -s BUILD="$BUILD" canaries >&2 || exit 1
for script in "$here"/canary/*.sed; do
	n=$((n + 1))
	name=$(basename "$script" .sed)
	what=$(sed -n '2s/^# //p' "$script")
	seed=$(sed -n '3s/^# seed //p' "$script")
	out=
	[ -z "$seed" ] || [ "$seed" -gt "$SEEDS" ] ||
	    out=$("$BUILD/tests/sim/canary/$name" --first "$seed" --seeds 1 2>&1)
	case $out in
	*"# seed "*) failed=1 ;;
	*)
		out=$("$BUILD/tests/sim/canary/$name" --seeds "$SEEDS" --stop 2>&1)
		failed=$?
		;;
	esac
	if [ $failed -eq 1 ]; then
		caught=$((caught + 1))
		printf 'ok %d - %s: %s\n' $n "$name" "$what"
		printf '%s\n' "$out" | grep -E '^tests/|^# seed|Assert' | sed 's/^#* */#   /' | head -2
	else
		printf 'not ok %d - %s: %s\n' $n "$name" "$what"
	fi
done
echo "1..$n"
echo "# caught $caught/$n"
[ $caught -eq $n ]
