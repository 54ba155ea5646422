#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that are none: what is piped in and out, and what a link leads to."""
import os, shutil, stat, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Served, Tap, kaocheng

NOW = '2022-07-04T01:00:00Z'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-')
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8',
       'KAOCHENG_DIR': 'l', 'ASAN_OPTIONS': 'detect_leaks=1'}


def shell(line, *words):
    return subprocess.run(['bash', '-c', 'set -o pipefail; ' + line, CLI,
                           *words], env=ENV, cwd=top, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=60)


def path(name):
    return os.path.join(top, name)


def put(name, text, mode=0o644):
    with open(path(name), 'w') as f:
        f.write(text)
    os.chmod(path(name), mode)


def read(name):
    with open(path(name)) as f:
        return f.read()


def pipes():
    """"-" is where standard input is read, and where output is written."""
    draft = ('"$0" unit register --unit U1 --group gov --name 甲 '
             '--as estab.1 --at %s --out -' % NOW)
    r = shell(draft)
    t.ok(r.returncode == 0 and r.stdout.startswith('kaocheng/v1 entry unit'),
         'a text to sign is piped', (r.stdout, r.stderr))
    r = shell(draft + ' | "$0" sign - --as estab.1 | "$0" send -')
    t.ok(r.returncode == 0 and 'register a unit' in r.stdout,
         'signed and sent from the pipe', (r.stdout, r.stderr))
    t.ok(not os.path.exists(path('-')), 'no file has the name -')


def links():
    """What a link leads to is written, and the link stays."""
    os.mkdir(path('stick'))
    put('old', 'one\n')
    put('new', 'two\n')
    r = shell('"$0" key new u.1 --keys stick --passphrase-file old &&'
              'ln -s ../../stick/u.1.key l/keys/u.1.key && "$0" key passwd u.1 '
              '--passphrase-file old --new-passphrase-file new')
    t.good('a passphrase is changed through a link', r)
    t.ok(os.path.islink(path('l/keys/u.1.key')),
         'and no copy of the key is left at the link')
    asks = ('"$0" key show u.1 --keys stick --possession example.org/p '
            '--passphrase-file ')
    t.same([shell(asks + name).returncode for name in ('new', 'old')], [0, 4],
           'it is the one that the key has where it lies')
    os.symlink('nowhere', path('led'))
    r = shell('"$0" key card estab.1 led --origin example.org/p')
    t.ok(r.returncode == 0 and read('led'), 'a link to nothing gives way', r)


def modes():
    """Who could not read a file can not when it is written anew."""
    r = shell('"$0" unit register --unit U2 --group gov --name 乙 --as estab.1'
              ' --at %s --out two && chmod 600 two && "$0" sign two --as '
              'estab.1' % NOW)
    t.good('a file that nobody else reads is signed', r)
    t.same(oct(stat.S_IMODE(os.stat(path('two')).st_mode)), oct(0o600),
           'and still nobody else reads it')


def main():
    t.good('a ledger', kaocheng('init', 'l', '--origin', 'example.org/p',
                                '--unprotected', '--at', NOW, home=top))
    d = Served(path('l'), clock=NOW).start()
    try:
        pipes()
        links()
        modes()
    finally:
        d.kill()


try:
    main()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
