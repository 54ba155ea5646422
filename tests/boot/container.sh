#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots the root file system of image.sh in a container, in namespaces of
# its own: root alone can.
#   container.sh ROOT.ext4 FOLDER     FOLDER becomes /srv/boot-test in it
set -eu

if [ "${INSIDE:-}" = "" ]; then
	# Who ends this one ends all that it has started.
	export INSIDE=1
	exec unshare --mount --propagation private --pid --fork --mount-proc \
	    --kill-child=KILL sh "$0" "$@"
fi
keep=
if [ ! -d /run/systemd/system ]; then
	# Nobody gives it a control group: it has one below ours.
	keep=--keep-unit
	for at in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
		[ ! -e "$at/cgroup.procs" ] || {
			mkdir -p "$at/kc-boot"
			echo $$ >"$at/kc-boot/cgroup.procs"
		}
	done
fi
mount -o loop "$1" "$2/root"
# What it removes itself must be of no disk.
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
# A kernel lets it, this program's own filter does not.
calls='landlock_create_ruleset landlock_add_rule landlock_restrict_self'
# 133: it is to be booted again.
code=133
while [ "$code" -eq 133 ]; do
	code=0
	systemd-nspawn --quiet --boot --register=no $keep --machine=kc-boot \
	    --directory="$2/root" --bind="$2/in:/srv/boot-test" \
	    --private-network --console=read-only --system-call-filter="$calls" \
	    </dev/null || code=$?
done
exit "$code"
