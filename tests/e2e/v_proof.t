#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A proof file: one entry with its receipt, given by a daemon or a directory,
kept, and judged with neither against a trust file; and every way to break it."""
import base64, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
sys.dont_write_bytecode = True
from kcd import *

t = Tap()
CLI, VERIFY = BUILD + '/bin/kaocheng', BUILD + '/bin/kaocheng-verify'
TOP = tempfile.mkdtemp(prefix='kc-proof-')
d = Daemon().start()
TRUST = os.path.join(TOP, 'trust')
MAGIC = b'c2sp.org/tlog-proof@v1\n'


def run(*args):
    return subprocess.run([CLI, *args], capture_output=True, timeout=60)


def keep(name, data):
    path = os.path.join(TOP, name)
    with open(path, 'wb') as f:
        f.write(data)
    return path


def verify(path, *more):
    """(exit code, the stage that failed and what was found, the whole)"""
    done = subprocess.run(
        [VERIFY, '--json', '--trust', TRUST, *more, path], text=True,
        capture_output=True, timeout=60)
    said = json.loads(done.stdout)
    bad = [(s['stage'], s['finding']) for s in said.get('stages', ())
           if s['ok'] is False]
    return done.returncode, bad or said.get('finding', ''), said


def show(seq, what, *source):
    r = run('log', 'show', str(seq), what, *source)
    t.same(r.returncode, 0, 'log show %s %s' % (what, source[0]))
    return r.stdout


def made():
    """The proof of entry 1 when there were two, when there were three; the leaf
    and the receipt of each alone; the checkpoint of each."""
    socket, kept = ('--socket', d.path('socket')), {}
    d.post(d.open_entry())
    for n in (2, 3):
        t.same(d.post(d.enrol(Key('est%d' % n, 'x%d' % n), 'estab'))[0], 201,
               'entry %d' % (n - 1))
        kept[n] = show(1, '--proof', *socket)
    kept['leaf'] = show(1, '--raw', *socket)
    kept['receipt'] = show(1, '--receipt', *socket)
    kept['head'] = d.get('/checkpoint')[2]
    d.stop()
    t.same(show(1, '--proof', '--dir', d.dir), kept[3],
           'of a directory: the same bytes')
    return kept


def holds(kept):
    leaf = kept['leaf']
    t.same(kept[3], kept['receipt'].replace(
        MAGIC, MAGIC + b'extra ' + base64.b64encode(leaf) + b'\n', 1),
        'a proof file is the receipt with its leaf as `extra`')
    path = keep('kept', kept[3])
    code, bad, said = verify(path)
    t.same((code, bad), (0, ''), 'it holds')
    t.same([s['stage'] for s in said['stages'] if s['ok']],
           ['layout', 'trust', 'tree', 'entries'], 'as far as it can')
    t.same((said['entry'], said['entries'], said['covered_by_log_key_only']),
           ({'seq': 1, 'text': leaf.decode()}, 3, None), 'and says of what')
    out = subprocess.run([VERIFY, '--trust', TRUST, path, '--lang', 'en'],
                         capture_output=True, text=True).stdout
    t.ok('  kaocheng/v1 entry actor.enrol\n' in out and
         'not proved' in out and 'keys were in force' in out,
         'to people too, with what it does not prove', out)
    beside = keep('leaf', leaf)
    alone = keep('receipt', kept['receipt'])
    t.same(verify(alone, '--leaf', beside)[:2], (0, ''),
           'a receipt and the leaf beside it')
    t.same(verify(alone)[:2], (11, [('layout', 'missing')]),
           'a receipt without it proves no entry')
    for form in (('verify', path), ('verify', '--receipt', path),
                 ('verify', '--receipt', alone, '--leaf', beside)):
        r = run(*form, '--trust', TRUST, '--json')
        t.ok(r.returncode == 0 and json.loads(r.stdout)['exit'] == 0,
             ' '.join(form[:2]), r.stderr)
    r = subprocess.run([VERIFY, path], capture_output=True, text=True)
    t.ok(r.returncode == 2 and '--trust' in r.stderr,
         'without trust it says nothing', r)
    return path


def earlier(kept, path):
    old = keep('old', kept[2])
    head = keep('head', kept['head'])
    fork = ORIGIN + '\n3\n' + base64.b64encode(bytes(32)).decode() + '\n'
    t.same(verify(path, '--at-least', head)[:2], (0, ''),
           'the same checkpoint, kept')
    t.same(verify(path, '--at-least', path)[:2], (0, ''), 'or the same proof')
    t.same(verify(path, '--at-least', keep('fork', note(fork, d.log_key)))
           [:2], (10, [('tree', 'fork')]), 'another root of the same size')
    t.same(verify(path, '--at-least', old)[:2], (11, [('tree', 'missing')]),
           'of another size: only an export shows what lies between')
    t.same(verify(old, '--at-least', path)[:2], (11, [('tree', 'older')]),
           'it does not reach the earlier one')
    out = os.path.join(TOP, 'out')
    t.same(run('export', out, '--dir', d.dir).returncode, 0, 'exported')
    t.same(verify(out, '--at-least', old)[:2], (0, ''),
           'an export is held against a proof file')
    told(out)


def told(path):
    """How far it is, for who asked; what is printed stays what it was."""
    def ask(*more):
        r = subprocess.run([VERIFY, '--lang', 'en', '--json', '--trust', TRUST,
                            *more, path], text=True, capture_output=True)
        return r.returncode, json.loads(r.stdout), r.stderr

    quiet, said = ask(), ask('--progress')
    t.same((said[:2], quiet[2]), (quiet[:2], ''),
           'progress is said when asked for, where no terminal is')
    t.ok(said[2].startswith('files as laid out\n') and
         '100 %  3 of 3 entries, ' in said[2] and
         said[2].endswith(' 0:00 left\n'), 'how far, how fast, how long', said)
    code, doc, _ = ask('--no-signatures')
    t.same((code, doc['signatures_left_out'],
            [s['stage'] for s in doc['stages'] if s['ok'] is not True]),
           (11, True, ['signatures']), 'signatures left out: not proved')
    r = run('verify', path, '--no-signatures', '--progress', '--lang', 'en')
    t.ok(r.returncode == 11 and b'cannot be proved without' in r.stdout and
         b'left out, as asked' in r.stdout and b'0:00 left' in r.stderr,
         'kaocheng verify says the same to people', r)


def put(data, name, want, *more):
    t.same(verify(keep('bad', data), *more)[:2], want, name)


def broken(kept):
    good, leaf = kept[3], kept['leaf']

    def with_leaf(bytes):
        return good.replace(base64.b64encode(leaf), base64.b64encode(bytes))

    put(with_leaf(leaf.replace(b'estab', b'estaB')), 'another word',
        (10, [('tree', 'hash')]))
    put(with_leaf(b'Dear sir'), 'a letter is none', (1, [('layout', 'not-one')]))
    put(with_leaf(b''), 'an empty `extra`', (11, [('layout', 'malformed')]))
    put(good.replace(b'index 1', b'index 2'), 'another place',
        (10, [('tree', 'hash')]))
    cut = {n: verify(keep('bad', good[:n]))[0]
           for n in range(len(MAGIC), len(good) - 1, 37)}
    t.ok(len(cut) > 10 and set(cut.values()) <= {1, 11},
         'cut anywhere, it is never called tampered, nor held', cut)
    lost = [n for n in range(0, len(good))
            if verify(keep('bad', good[:n] + bytes([good[n] ^ 1]) +
                           good[n + 1:]))[0] == 0]
    t.same(lost, [], 'no byte of it can be another')
    mine = Key(ORIGIN, 'mine')
    head = kept['head'].decode().split('\n\n')[0] + '\n'
    put(good.replace(kept['head'], note(head, mine)),
        'signed by another key of that name', (11, [('trust', 'unsigned')]))
    other = head.replace(ORIGIN, 'example.org/x')
    put(good.replace(kept['head'], note(other, Key('example.org/x', 'x'))),
        'of another ledger', (1, [('trust', 'foreign')]))
    keep('trust', ('log %s\nwitness w %s\nquorum w\n' % (
        d.log_key.vkey, Key('w', 'w').cosigner().vkey)).encode())
    put(good, 'fewer witnesses than are asked for', (11, [('trust', 'quorum')]))


try:
    keep('trust', ('log %s\nquorum none\n' % d.log_key.vkey).encode())
    kept = made()
    earlier(kept, holds(kept))
    broken(kept)
finally:
    d.remove()
    shutil.rmtree(TOP, ignore_errors=True)
t.done()
