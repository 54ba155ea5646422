#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has Debian's golang.org/x/mod/sumdb verify our notes, checkpoints, tiles,
# proofs and receipts. TAP. Needs no network and no module cache.
set -eu

build=${BUILD:-build}
gopath=/usr/share/gocode

# Debian's Go by its packaged path: another one may come first in PATH and
# may no longer read packages without modules.
go=
for candidate in /usr/lib/go-1.19/bin/go /usr/lib/go-*/bin/go; do
	if [ -x "$candidate" ]; then
		go=$candidate
		break
	fi
done
if [ -z "$go" ] || [ ! -d "$gopath/src/golang.org/x/mod/sumdb/tlog" ]; then
	echo "1..0 # SKIP Debian's golang-1.19-go or golang-golang-x-mod-dev" \
	    "is not installed"
	exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

mkdir -p "$build/go-cache"
cache=$(cd "$build/go-cache" && pwd)
env -u GOROOT -u GOBIN GO111MODULE=off GOFLAGS= GOTOOLCHAIN=local \
    GOPATH=$gopath GOCACHE="$cache" GOENV=off CGO_ENABLED=0 HOME="$tmp" \
    "$go" build -o "$tmp/go_sumdb" tests/interop/go_sumdb.go >&2
mkdir "$tmp/log"
"$build/tests/interop/make_vectors" "$tmp/log"
"$tmp/go_sumdb" "$tmp/log"
