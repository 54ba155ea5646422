#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keys for life: a rotation is killed between every two of its steps and gone
on with by the same command; nothing is lost."""
import glob, json, os, shutil, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Served, Tap, kaocheng

SHIM = BUILD + '/tests/fault/killshim.so'
t = Tap()
good = t.good
top = tempfile.mkdtemp(prefix='kc-keys-')
L, KEYS = top + '/ledger', top + '/ledger/keys/'
ENV = {  # The preloaded shim stands before a sanitizer's runtime.
       'ASAN_OPTIONS': 'verify_asan_link_order=0',
       'KAOCHENG_SOCKET': L + '/socket', 'KAOCHENG_DIR': L}
NOW = '2022-01-10T01:00:00Z'


def run(*argv, **env):
    return kaocheng(*argv, home=top, **dict(ENV, **env))


def sign(*argv, **env):
    return run(*argv, '--at', NOW, '--yes', **env)


def in_force(actor):
    rows = json.loads(run('actor', 'list', '--json').stdout)['rows']
    return next(r['key_id'] for r in rows if r['actor'] == actor)


def key_id(path):
    return run('key', 'show', path).stdout.split('+')[1]


def rotations():
    """How many stand in the log."""
    return run('log', 'list', '--json', '--limit', 999).stdout.count(
        '"key.rotate"')


def rotates():
    first = key_id(KEYS + 'admin.1.key')
    r = good('a key is made, signed for and swapped by one command',
             sign('key', 'rotate', '--as', 'admin.1'))
    t.ok('admin.1.key.old-1' in r.stderr, 'it says where the old one is',
         r.stderr)
    t.same(key_id(KEYS + 'admin.1.key.old-1'), first, 'which is kept')
    t.same(key_id(KEYS + 'admin.1.key'), in_force('admin.1'),
           'the new one is in force and in its place')
    t.ok(os.stat(KEYS + 'admin.1.key').st_mode & 0o77 == 0,
         'for its owner alone')
    run('key', 'new', 'A.1', '--unprotected')
    good('and signs', sign('actor', 'enrol', 'A.1', '--role', 'auditor',
                           '--as', 'admin.1', '--as', 'admin.2'))
    r = sign('key', 'rotate', '--as', 'admin.1', '--dry-run')
    t.ok(r.returncode == 0 and in_force('admin.1') == key_id(
        KEYS + 'admin.1.key'), 'a dry run rotates nothing', r.stderr)
    good('twice', sign('key', 'rotate', '--as', 'admin.1'))
    t.ok(os.path.exists(KEYS + 'admin.1.key.old-2'), 'no old key is replaced')
    t.same(sign('key', 'rotate').returncode, 2, 'whose key is asked')


def passphrases():
    for name, words in (('old', 'one two'), ('new', 'three four')):
        with open(top + '/' + name, 'w') as f:
            f.write(words + '\n')
    by = ('key', 'rotate', '--as', 'A.1')
    good('a passphrase for a key that had none',
         sign(*by, '--new-passphrase-file', top + '/old'))
    good('it stays the same if no other is given',
         sign(*by, '--passphrase-file', top + '/old'))
    good('or becomes another',
         sign(*by, '--passphrase-file', top + '/old',
              '--new-passphrase-file', top + '/new'))
    r = sign(*by, '--passphrase-file', top + '/old')
    t.ok(r.returncode == 4 and 'wrong passphrase' in r.stderr,
         'the one before opens nothing now', r.stderr)
    t.ok(not os.path.exists(KEYS + 'A.1.new.key'), 'and makes nothing')
    good('or is dropped', sign(*by, '--passphrase-file', top + '/new',
                               '--unprotected'))
    t.same(key_id(KEYS + 'A.1.key'), in_force('A.1'), 'all the same key')


def killed():
    """The same command once more, after a kill before each of its calls."""
    was, bad, kills = rotations(), [], 0
    for nth in range(1, 100):
        before = in_force('admin.2')
        kept = len(glob.glob(KEYS + 'admin.2.key.old-*'))
        r = sign('key', 'rotate', '--as', 'admin.2', LD_PRELOAD=SHIM,
                 KC_KILL_NTH=str(nth))
        if r.returncode == 0:
            break
        kills += 1
        done = not os.path.exists(KEYS + 'admin.2.rotate.note') and \
            not os.path.exists(KEYS + 'admin.2.new.key') and \
            in_force('admin.2') != before
        r = r if done else sign('key', 'rotate', '--as', 'admin.2')
        now = in_force('admin.2')
        old = glob.glob(KEYS + 'admin.2.key.old-*')
        if (r.returncode != (-9 if done else 0) or now == before or
                now != key_id(KEYS + 'admin.2.key') or
                before not in map(key_id, old) or len(old) != kept + 1 or
                glob.glob(KEYS + 'admin.2.*note')):
            bad.append((nth, r.returncode, before, now, old, r.stderr))
    t.same(bad, [], 'killed anywhere, the same command ends it')
    t.ok(kills > 15, '%d kills' % kills, kills)
    t.same(rotations() - was, kills + 1, 'each rotation stands once')
    t.same(glob.glob(top + '/.local/state/kaocheng/outbox/*.note'), [],
           'and nothing is left to be sent')


def hand_made():
    """As it was done before: a new key beside the old one, a statement that
    is signed elsewhere."""
    run('key', 'new', 'admin.3', KEYS + 'admin.3.new.key', '--unprotected')
    good('a text to sign elsewhere', sign(
        'key', 'rotate', '--as', 'admin.3', '--out', top + '/text'))
    good('signed', sign('sign', top + '/text', '--as', 'admin.3'))
    good('sent', sign('send', top + '/text'))
    good('then the command has the files to swap',
         sign('key', 'rotate', '--as', 'admin.3'))
    t.same(key_id(KEYS + 'admin.3.key'), in_force('admin.3'), 'and does')


def before():
    """A session by a key that was replaced, or revoked, says which."""
    old = top + '/before'
    os.mkdir(old)
    for actor, file in (('admin.1', 'admin.1.key.old-1'),
                        ('A.1', 'A.1.key')):
        shutil.copy(KEYS + file, '%s/%s.key' % (old, actor))
    at = ('--keys', old, '--out', top + '/token')
    t.says('a key that was replaced opens no session, and is named',
           run('session', '--as', 'admin.1', *at), 4, 'E-KEY',
           key_id(old + '/admin.1.key'))
    was = in_force('A.1')
    good('one is revoked', sign(
        'key', 'revoke', '--key', 'A.1', '--since', '2022-01-10', '--reason',
        'lost', '--as', 'admin.1', '--as', 'admin.2'))
    t.says('so does one that was revoked: its owner is still enrolled',
           run('session', '--as', 'A.1', *at), 4, 'E-KEY', was)
    run('key', 'new', 'B.1', old + '/B.1.key', '--unprotected')
    t.says('who never was is told so',
           run('session', '--as', 'B.1', *at), 4, 'E-ACTOR')


r = run('init', L, '--origin', 'example.org/keys', '--unprotected', '--year',
        '2022', '--at', NOW)
good('a ledger', r)
d = Served(L, clock=NOW).start()
try:
    rotates()
    passphrases()
    killed()
    hand_made()
    before()
finally:
    d.stop()
    shutil.rmtree(top)
t.done()
