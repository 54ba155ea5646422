#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lists the Debian packages that are missing and installs them. Says nothing
# and touches no network when all is there.
set -eu

packages="
gcc libc6-dev make pkg-config
liblmdb-dev libsodium-dev libevent-dev libssl-dev libfyaml-dev libjansson-dev
libcurl4-openssl-dev libsmartcols-dev gettext
libcmocka-dev perl python3 golang-1.19-go golang-golang-x-mod-dev
clang-format-14 universal-ctags mandoc
"
missing=
for p in $packages; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)
	[ "$status" = installed ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

printf 'Debian packages to install:%s\n' "$missing" >&2
sudo=
if [ "$(id -u)" -ne 0 ]; then
	sudo=sudo
	command -v sudo >/dev/null || {
		echo 'deps: not root and no sudo; install them by hand' >&2
		exit 1
	}
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q
# shellcheck disable=SC2086 # a list of names
$sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $missing
