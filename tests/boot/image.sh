#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A small Debian 12 for tests/boot/boot.t, from Debian's own mirror: a root file
# system with a kernel and all that our packages depend on, and none of ours.
# Made anew only when that differs.
#   image.sh FOLDER DEB...      FOLDER/root.ext4, vmlinuz, initrd
set -eu

folder=$1
shift
mkdir -p "$folder"

# "libc6 (>= 2.36), liblmdb0 (>= 0.9.7) | x" as the first of each, our own aside
depends=$(for deb in "$@"; do
	dpkg-deb -f "$deb" Pre-Depends Depends | sed 's/^[A-Za-z-]*: //'
done | tr ',' '\n' | sed 's/|.*//; s/(.*//; s/ //g' |
    grep -vE '^$|^(lib)?kaocheng' | sort -u)
include="systemd-sysv dbus linux-image-cloud-amd64 python3 $depends"
include=$(printf '%s' "$include" | tr ' \n' ',,')

# What it is made of; a week later it is made anew, with Debian's corrections.
stamp="$(sha256sum <"$0") $include $(($(date +%s) / 604800))"
if [ -e "$folder/root.ext4" ] &&
    [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then
	exit 0
fi
rm -f "$folder/stamp"

# Its one service runs what is in its folder, or on its second disk, a tar.
cat >"$folder/boot-test.service" <<'EOF'
[Unit]
Description=What the test says
[Service]
Type=exec
ExecStart=/bin/sh -c 'mkdir -p /srv/boot-test; [ ! -b /dev/vdb ] || tar xf /dev/vdb -C /srv/boot-test; exec python3 /srv/boot-test/guest.py'
TimeoutStopSec=5
EOF
cat >"$folder/hook" <<'EOF'
#!/bin/sh
set -eu
root=$1 folder=$2
cp "$folder/boot-test.service" "$root/etc/systemd/system"
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../boot-test.service \
    "$root/etc/systemd/system/multi-user.target.wants/boot-test.service"
echo '/dev/vda / ext4 defaults 0 0' >"$root/etc/fstab"
echo boot >"$root/etc/hostname"
mkdir -p "$root/var/log/journal"
cp -L "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cp -L "$root"/boot/initrd.img-* "$folder/initrd"
rm -f "$folder/root.ext4"
# Services may start and stop, which they may not while it is made.
rm -f "$root/usr/sbin/policy-rc.d"
[ ! -e "$root/sbin/start-stop-daemon.REAL" ] ||
    mv "$root/sbin/start-stop-daemon.REAL" "$root/sbin/start-stop-daemon"
# Without what is mounted in it meanwhile.
mkdir -p "$root/mnt/it" && mount --bind "$root" "$root/mnt/it"
mke2fs -q -t ext4 -d "$root/mnt/it" "$folder/root.ext4" 3G
umount "$root/mnt/it"
EOF
mmdebstrap --quiet --variant=apt --format=null --include="$include" \
    --customize-hook="sh '$folder/hook' \"\$1\" '$folder'" bookworm - ||
    { rm -f "$folder/root.ext4"; exit 1; }
printf '%s\n' "$stamp" >"$folder/stamp"
