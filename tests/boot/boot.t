#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The packages of `make deb` in a Debian 12 that is really booted, without a
network: its systemd starts the units, sandboxes and all. guest.py and what it
calls run in there and say what they saw."""
import glob, json, os, re, shutil, signal, subprocess, sys, tarfile
import tempfile, time
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
IMAGE = os.path.abspath(BUILD) + '/boot'
DEBS = sorted(f for f in glob.glob(os.path.abspath(BUILD) + '/deb/*.deb')
              if '-dbgsym' not in f)
SECONDS_MAX = int(os.environ.get('BOOT_SECONDS', '1500'))
QUIET_MAX = 400  # so long nothing is said only by one that hangs
QEMU = 'qemu-system-x86_64'
KIND = os.environ.get('BOOT', 'nspawn')  # or qemu
# A Tuesday of 2026 at ten in the morning there.
CLOCK = '2026-11-24T02:00:00'


def skip(why):
    print('1..0 # SKIP ' + why)
    sys.exit(0)


def image():
    """Where it cannot be made, the reason."""
    if os.uname().machine != 'x86_64':
        skip('a machine of x86_64 is booted')
    if os.getuid() != 0:
        skip('a file system and a container are made by root')
    for program in ('systemd-nspawn' if KIND == 'nspawn' else QEMU,
                    'mmdebstrap', 'mke2fs', 'dpkg-deb'):
        if not shutil.which(program, path='/usr/sbin:' + os.environ['PATH']):
            skip(program + ' is not installed (tests/lib/deps.sh boot)')
    if not DEBS:
        skip('there are no packages (make deb)')
    r = subprocess.run(['sh', HERE + '/image.sh', IMAGE] + DEBS,
                       stdin=subprocess.DEVNULL, capture_output=True,
                       text=True, env=dict(os.environ, PATH='/usr/sbin:/sbin:'
                                           + os.environ['PATH']))
    if r.returncode != 0:
        why = (r.stderr.strip() or 'no word').splitlines()[-1]
        skip('no Debian could be made: ' + why)


def newer(folder):
    """The same packages, of a version that comes after."""
    for deb in DEBS:
        tree = folder + '/tree'
        subprocess.run(['dpkg-deb', '-R', deb, tree], check=True)
        control = open(tree + '/DEBIAN/control').read()
        version = re.search(r'^Version: (.*)$', control, re.M).group(1)
        with open(tree + '/DEBIAN/control', 'w') as f:
            f.write(control.replace(version, version + '+next'))
        subprocess.run(['dpkg-deb', '--root-owner-group', '-b', tree, folder],
                       check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(tree)


def payload(top):
    os.makedirs(top + '/in/next')
    os.mkdir(top + '/root')
    newer(top + '/in/next')
    os.mkdir(top + '/in/now')
    for deb in DEBS:
        shutil.copy(deb, top + '/in/now')
    for part in glob.glob(HERE + '/*.py'):
        shutil.copy(part, top + '/in')
    open(top + '/in/said', 'w').close()


def container(top):
    """In place of a machine; `said` is a file of its folder."""
    subprocess.run(['cp', '--sparse=always', IMAGE + '/root.ext4',
                    top + '/root.ext4'], check=True)
    with open(top + '/console', 'w') as console:
        return subprocess.Popen(
            ['sh', HERE + '/container.sh', top + '/root.ext4', top],
            stdin=subprocess.DEVNULL, stdout=console, stderr=console,
            start_new_session=True)


def machine(top):
    """A real one, its kernel Debian's; `said` is its second serial line."""
    with tarfile.open(top + '/payload.tar', 'w') as tar:
        tar.add(top + '/in', '.')
    drive = 'if=virtio,format=raw,file='
    return subprocess.Popen(
        [QEMU, '-accel', 'tcg', '-cpu', 'max', '-m', '1024', '-smp', '2',
         '-nodefaults', '-display', 'none', '-nic', 'none', '-rtc', 'base=' + CLOCK,
         '-kernel', IMAGE + '/vmlinuz', '-initrd', IMAGE + '/initrd',
         '-append', 'root=/dev/vda rw console=ttyS0 panic=-1 audit=1',
         '-drive', drive + IMAGE + '/root.ext4,snapshot=on',
         '-drive', drive + top + '/payload.tar,readonly=on',
         '-serial', 'file:' + top + '/console',
         '-serial', 'file:' + top + '/in/said'],
        stdin=subprocess.DEVNULL, env=dict(os.environ, TMPDIR=top),
        start_new_session=True)


def listen(top, p):
    """Takes what it says until it is off; whether it came to its end."""
    began = heard = time.monotonic()
    ended, ahead = False, ''
    with open(top + '/in/said', encoding='utf-8', errors='replace') as said:
        while True:
            off = p.poll() is not None
            chunk = said.read()
            if chunk:
                heard = time.monotonic()
            *lines, ahead = (ahead + chunk).split('\n')
            for line in filter(None, lines):
                word = json.loads(line)
                if 'note' in word:
                    print('# %4.0f s %s' % (time.monotonic() - began,
                                            word['note']), flush=True)
                elif 'end' in word:
                    ended = True
                else:
                    t.ok(word['ok'], word['name'], word.get('seen'))
            if off:
                return ended
            now = time.monotonic()
            if now - began > SECONDS_MAX or now - heard > QUIET_MAX:
                return False
            time.sleep(0.2)


image()
top = tempfile.mkdtemp(prefix='kc-boot-', dir='/var/tmp')
payload(top)
p = container(top) if KIND == 'nspawn' else machine(top)
try:
    ended = listen(top, p)
finally:
    if p.poll() is None:
        os.killpg(p.pid, signal.SIGKILL)
    p.wait()
with open(top + '/console', errors='replace') as console:
    t.ok(ended, 'it came to its end', '\n'.join(
        console.read().splitlines()[-20:]))
shutil.rmtree(top)
t.done()
