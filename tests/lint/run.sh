#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make lint`: layout, layers, lengths, headers, purity, style. Each check
# prints what is wrong and where; all run, then the result is one.
set -u
BUILD=${BUILD:-build}
CC=${CC:-cc}
bad=0
fail() {
	echo "lint: $1" >&2
	bad=1
}

sources=$(git ls-files '*.c' '*.h' '*.def')
c_and_h=$(git ls-files '*.c' '*.h')

perl tests/lint/fnlen.pl $sources || fail 'function and file length'
perl tests/lint/layers.pl $c_and_h || fail 'layers'

# Every test that a page names is there.
for t in $(grep -oh '`test_[a-z0-9_]*__[a-z0-9_]*`' docs/*.md | tr -d '`'); do
	git grep -qw "$t" -- tests || fail "no test $t, which a page names"
done

# A decision has a number of its own, and its title says it.
for f in docs/adr/*.md; do
	n=$(basename "$f" | cut -c1-4)
	head -1 "$f" | grep -q "^# $(expr "$n" + 0)\. " ||
	    fail "$f: its title has another number"
	[ "$(ls docs/adr/"$n"-*.md | wc -l)" -eq 1 ] ||
	    fail "$f: the number is another decision's too"
done

# Every .c stands in a list; every listed file exists.
listed=$(grep -ohE '[a-z0-9_/]+\.c' sources.mk Makefile)
git ls-files 'daemon/*.c' 'cli/*.c' 'tests/bench/*.c' ':!daemon/core/noun' |
    grep -vxF "$listed" && fail 'a file is in no source list'

# Every test script is run by `make check`, once; three are too long for it.
listed=$(make -s --no-print-directory list-tests)
printf '%s\n' "$listed" | sort | uniq -d | grep . && fail 'a test is listed twice'
for f in $(git ls-files 'tests/*.t' ':!tests/e2e/o_deb.t' \
    ':!tests/e2e/x_newcomer.t' ':!tests/boot/boot.t'); do
	printf '%s\n' "$listed" | grep -qxF "$f" || fail "$f is not in make check"
done

# Every header compiles alone.
pango=$(pkg-config --cflags-only-I pangocairo)
git ls-files 'include/*.h' 'daemon/*.h' 'cli/*.h' | xargs -P "$(nproc)" -n 16 \
    sh -c 'for h; do
	printf "#include \"%s\"\nextern int kc_lint_unit;\n" "$h" |
	    '"$CC"' -std=c11 -Wall -Wextra -D_GNU_SOURCE -I. -Iinclude \
	    -Idaemon -Idaemon/core -Icli '"$pango"' -fsyntax-only -x c - ||
	    { echo "lint: $h does not compile alone" >&2; bad=1; }
done; exit "${bad:-0}"' sh || fail 'headers'

# Core is pure: joined, it calls nothing outside this list.
core=$({
	sed -n '/^CORE :=/,/^$/p' sources.mk | grep -o 'daemon/core[^ ]*\.c'
	git ls-files 'daemon/core/noun/*.c'
} | sed "s,^,$BUILD/,; s,c\$,o,")
if ld -r -o "$BUILD/core-joined.o" $core; then
	nm -u "$BUILD/core-joined.o" | awk '{print $2}' |
	    grep -vxFf tests/lint/pure.allow |
	    grep -vE '^(crypto_|sodium_|nettle_sha256_|fy_|json_|__.*_chk$|__stack_chk|__asan|__ubsan|_GLOBAL_OFFSET)' |
	    sed 's/^/core calls /' | grep . && fail 'core is not pure'
else
	fail 'core does not join'
fi

# No part of app and no folder of core stands in a circle.
perl tests/lint/circles.pl "$BUILD" || fail 'circles'

# No enum switch hides a case.
git grep -nE '^\s*default:$' -- 'daemon/*.c' 'cli/*.c' &&
    fail 'default without a reason (never for an enum)'
# SPDX line and one sentence of purpose at the top.
perl -e 'for (@ARGV) {
	open my $f, "<", $_ or die "$_: $!";
	next if (<$f> // "") =~ /SPDX-License-Identifier: Apache-2.0/;
	print "$_: no SPDX line\n";
	$bad = 1;
} exit($bad // 0)' $sources || fail 'SPDX lines'
# No unfinished marks, no trailing space.
git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.c' '*.h' '*.def' '*.sh' '*.py' '*.t' ':!tests/lint/run.sh' &&
    fail 'unfinished marks'
git grep -nIE '[ 	]+$' -- ':!tests/golden' ':!tests/fuzz/corpus' ':!LICENSE' ':!po/*.po' &&
    fail 'trailing space'

if command -v clang-format-14 >/dev/null; then
	printf '%s\n' $c_and_h | xargs -P "$(nproc)" -n 100 \
	    clang-format-14 --dry-run -Werror || fail 'format'
fi
for m in $(git ls-files 'docs/man/*.[1-9]'); do
	mandoc -T lint -W warning "$m" || fail "$m"
done
[ "$bad" -eq 0 ] && echo 'lint: clean'
exit $bad
