#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A backup of a running ledger, sealed or not, and the ledger made again from
it; what was changed, cut or is of no use makes none."""
import json, os, random, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
CLI = BUILD + '/bin/kaocheng'
TOP = tempfile.mkdtemp(prefix='kc-backup-')
EST = Key('est', 'est')


def at(name):
    return os.path.join(TOP, name)


def run(*args, **more):
    return subprocess.run([CLI, *args], capture_output=True, text=True,
                          timeout=120, **more)


def load(name):
    with open(at(name), 'rb') as f:
        return f.read()


def save(name, data):
    with open(at(name), 'wb') as f:
        f.write(data)
    return at(name)


d = Daemon().start()


def ledger():
    d.post(d.open_entry())
    t.same(d.post(d.enrol(EST, 'estab'))[0], 201, 'an author')
    for i in range(300):
        got = d.post(d.entry('unit.register', [
            ('unit', 'U%d' % i), ('group', 'gov'), ('name', 'U%d' % i)],
            [EST]))
        if got[0] != 201:
            t.same(got[0], 201, 'a unit')


def backups():
    """From a running daemon and from its directory; to nobody but a key."""
    r = run('backup', at('plain'), '--socket', d.path('socket'))
    t.ok(r.returncode == 0 and '302 entries' in r.stderr,
         'a running ledger is backed up', r.stderr)
    with open(at('pass'), 'w') as f:
        f.write('a long passphrase\n')
    for name in ('a.one', 'b.two', 'c.three'):
        r = run('key', 'new', name, at(name + '.key'), '--passphrase-file',
                at('pass'))
        t.same(r.returncode, 0, 'a key of ' + name)
    vkey = run('key', 'show', at('b.two.key')).stdout.strip().split('\n')[0]
    r = run('backup', at('sealed'), '--socket', d.path('socket'), '--seal-to',
            at('a.one.key'), '--seal-to', vkey)
    t.same((r.returncode, os.stat(at('sealed')).st_mode & 0o777), (0, 0o600),
           'sealed to two keys, for nobody else to read')
    t.ok(b'unit.register' not in load('sealed') and
         load('sealed').startswith(b'kaocheng/v1 sealed\nto a.one+'),
         'and tells nobody else but whose they are')
    r = run('backup', at('x'), '--socket', d.path('socket'), '--seal-to', 'me')
    t.ok(r.returncode == 2 and not os.path.exists(at('x')),
         'to no key: refused, and nothing written', r.stderr)
    was = load('plain')
    t.same(d.stop(), 0, 'the daemon ends')
    r = run('backup', at('plain'), '--socket', d.path('socket'))
    t.ok(r.returncode != 0 and load('plain') == was,
         'one that fails leaves the old one', r.stderr)
    t.same(run('backup', at('plain'), '--dir', d.dir).returncode, 0,
           'from the directory')
    t.ok(load('plain') == was, 'the same bytes')
    t.same(sorted(n for n in os.listdir(TOP) if 'tmp' in n or n.count('.') >
                  2), [], 'nothing is left beside it')


def restored():
    """The same ledger again, and it goes on."""
    digest = run('replay', '--dir', d.dir, '--json').stdout
    for name, more in (('plain', ()), ('sealed', (
            '--unseal', at('b.two.key'), '--passphrase-file', at('pass')))):
        new = at('new-' + name)
        r = run('restore', at(name), new, '--trust', at('exported/trust'),
                *more)
        t.ok(r.returncode == 0 and 'log.key' in r.stderr, 'restored: ' + name,
             r.stdout + r.stderr)
        got = json.loads(run('replay', '--dir', new, '--json').stdout)
        t.same(got, json.loads(digest), 'to the same state')
    os.makedirs(at('new-plain/keys'), exist_ok=True)
    for name in ('log.key', 'clerk.key'):
        shutil.copy(d.path('keys/' + name), at('new-plain/keys/' + name))
    again = Daemon()
    shutil.rmtree(again.dir)
    again.dir = at('new-plain')
    again.start()
    try:
        got = again.post(again.entry('unit.register', [
            ('unit', 'V1'), ('group', 'gov'), ('name', 'V1')], [EST]))
        t.same((got[0], json.loads(got[2])['seq']), (201, 302), 'it goes on')
        t.same(again.post(again.entry('unit.register', [
            ('unit', 'U1'), ('group', 'gov'), ('name', 'U1')], [EST]))[0], 409,
            'and knows what stood')
        t.same(again.stop(), 0, 'and ends')
    finally:
        if again.process.poll() is None:
            again.stop(9)


def refused():
    """Nothing is made of what is not whole, and nothing is left."""
    def no(name, code, path, *more):
        r = run('restore', path, at('none'), *more)
        t.ok(r.returncode == code and not os.path.exists(at('none')),
             name, (r.returncode, r.stdout, r.stderr))
    unseal = ('--unseal', at('a.one.key'), '--passphrase-file', at('pass'))
    no('sealed, and no key', 4, at('sealed'))
    no('sealed to others', 4, at('sealed'), '--unseal', at('c.three.key'),
       '--passphrase-file', at('pass'))
    whole = load('sealed')
    rnd = random.Random(7)
    for place in [25, 200] + [rnd.randrange(500, len(whole))
                              for _ in range(6)]:
        changed = bytearray(whole)
        changed[place] ^= 1 << rnd.randrange(8)
        r = run('restore', save('bad', bytes(changed)), at('none'), *unseal)
        t.ok(r.returncode in (1, 4, 10) and not os.path.exists(at('none')),
             'a flipped bit at %d' % place, (r.returncode, r.stderr))
    for n in (30, len(whole) // 2, len(whole) - 1):
        r = run('restore', save('bad', whole[:n]), at('none'), *unseal)
        t.ok(r.returncode in (1, 10, 11) and not os.path.exists(at('none')),
             'cut after %d' % n, (r.returncode, r.stderr))
    no('bytes after its end', 10, save('bad', whole + b'x'), *unseal)
    no('half a backup', 11, save('bad', load('plain')[:9000]))
    no('no backup', 1, save('bad', b'a letter\n' * 99))
    no('none at all', 3, at('nowhere'))
    t.same(run('export', '--unit', 'U1', at('part.kcb'), '--dir',
               d.dir).returncode, 0, 'a part')
    no('a part', 2, at('part.kcb'))
    raw = at('raw')
    t.same(run('export', '--bundle', raw, '--dir', d.dir).returncode, 0,
           'a bundle')
    with open(raw, 'rb') as f:
        data = f.read()
    no('an entry that was changed', 10, save('bad', data.replace(
        b'name U17\n', b'name X17\n')))
    r = run('restore', raw, at('new-plain'))
    t.ok(r.returncode == 5 and run('replay', '--dir', at('new-plain'))
         .returncode == 0, 'a ledger that is there stays', r.stderr)
    t.same(run('restore', raw, at('of-bundle')).returncode, 0,
           'an export does as well as a backup')
    t.same(run('restore', at('exported'), at('of-dir')).returncode, 0,
           'so does a directory')


try:
    ledger()
    backups()
    t.same(run('export', at('exported'), '--dir', d.dir).returncode, 0,
           'an export beside it')
    restored()
    refused()
finally:
    d.remove()
    shutil.rmtree(TOP, ignore_errors=True)
t.done()
