#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lists the Debian packages that are missing and installs them. Says nothing
# and touches no network when all is there.
#   deps.sh build          what the programs are built from
#   deps.sh build test     and what the tests and lint run
#   deps.sh build test fuzz
#   deps.sh build deb      and what makes packages of them
#   deps.sh build test bench   and what we are measured beside
#   deps.sh boot           what boots a Debian with the packages
set -eu

build="
gcc libc6-dev make
liblmdb-dev libsodium-dev nettle-dev libevent-dev libfyaml-dev libjansson-dev
libcurl4-openssl-dev zlib1g-dev libzstd-dev libsmartcols-dev gettext
libzip-dev libexpat1-dev libxlsxwriter-dev libseccomp-dev
libkeyutils-dev pkgconf libpango1.0-dev libcairo2-dev libfontconfig-dev
libqrencode-dev
"
test="
git perl python3 libcmocka-dev golang-1.19-go golang-golang-x-mod-dev
clang-format-14 mandoc openssl openssh-client python3-aiosmtpd python3-cryptography
python3-icalendar libical-dev python3-openpyxl python3-jsonschema zsh fish
fonts-noto-cjk poppler-utils zbar-tools chromium
"
deb="dpkg-dev debhelper lintian fakeroot"
bench="postgresql-15 ledger hledger"
boot="mmdebstrap e2fsprogs systemd-container qemu-system-x86"
fuzz="clang libclang-rt-14-dev"

missing=
for set in "${@:-build}"; do
	case $set in
	build) names=$build ;;
	test) names=$test ;;
	fuzz) names=$fuzz ;;
	deb) names=$deb ;;
	boot) names=$boot ;;
	bench) names=$bench ;;
	*)
		echo "deps: $set: no such set" >&2
		exit 2
		;;
	esac
	for p in $names; do
		status=$(dpkg-query -W -f '${db:Status-Status}' "$p" \
		    2>/dev/null || true)
		[ "$status" = installed ] || missing="$missing $p"
	done
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
$sudo apt-get update -q
# shellcheck disable=SC2086 # a list of names
$sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $missing
