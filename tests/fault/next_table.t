#!/bin/sh
# A table is one line: a scratch copy of the store gets one more, opens a store
# of today without damage, gives it the table, and today's program then says
# that the store is newer.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
case $build in /*) ;; *) build=$top/$build ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/kaocheng-test-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
n=0
ok() { n=$((n + 1)); [ "$1" = "$2" ] && echo "ok $n - $3" && return
	echo "not ok $n - $3"; echo "# got:  $1"; echo "# want: $2"; }

mkdir "$work/today" "$work/next"
for d in today next; do cp -r "$top/daemon/store" "$work/$d/store"; done
sed -i 's|^#define KC_TABLES(X) *\\$|&\n\tX(NEXT, "next", 4) \\|' \
	"$work/next/store/store_int.h"
ok "$(diff "$work/today/store/store_int.h" "$work/next/store/store_int.h" |
	grep -c '^[<>]')" 1 "one line adds a table"
for d in today next; do
	# shellcheck disable=SC2086
	${CC:-cc} -std=gnu11 -O1 -D_GNU_SOURCE -include stdio.h ${SANITIZE:-} \
		-I"$top/include" -I"$work/$d" -o "$work/$d/run" \
		"$top/tests/fault/next_table.c" "$work/$d"/store/*.c \
		"$build/libkaocheng.a" -llmdb -lsodium -lnettle -lfyaml -ljansson \
		-lpthread || { echo "Bail out! $d does not build"; exit 1; }
done
was=$("$work/today/run" make "$work/store")
root=${was##* }
ok "$was" "kaocheng/v3 store leaf=20 id=20 tile=1 checkpoint=0 meta=2 outbox=0 cosigned=0 $root" \
	"a store of today"
ok "$("$work/next/run" read "$work/store")" \
	"kaocheng/v3 store next=0 leaf=20 id=20 tile=1 checkpoint=0 meta=2 outbox=0 cosigned=0 $root" \
	"the next program reads it as it is"
ok "$("$work/today/run" open "$work/store")" "$was" "and leaves it so"
ok "$("$work/next/run" open "$work/store")" \
	"kaocheng/v4 store next=0 leaf=20 id=20 tile=1 checkpoint=0 meta=2 outbox=0 cosigned=0 $root" \
	"the next daemon gives it the table"
ok "$("$work/today/run" open "$work/store")" \
	"made by a newer program: the store is of format 4; this program is older and knows up to 3" \
	"the program of today says that it is older"
ok "$("$work/next/run" open "$work/store" | cut -d' ' -f1)" "kaocheng/v4" \
	"the next one opens it again"
echo "1..$n"
