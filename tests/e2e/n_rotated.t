#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Witnesses of a log that rotates its key: who is told in the overlap goes on
without a gap, who is not stops when it ends, and goes on once he is told."""
import json, os, signal, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from witnessedkit import *
from kcd import VERIFY, Served, kaocheng

top = tempfile.mkdtemp(prefix='kc-rotated-')
L = top + '/ledger'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'KAOCHENG_SOCKET': L + '/socket', 'KAOCHENG_DIR': L}
now, names, daemon = '2022-01-10T01:00:00Z', 0, None


def run(*argv):
    return kaocheng(*argv, home=top, **ENV)


def sign(*argv):
    r = run(*argv, '--at', now, '--yes')
    t.ok(r.returncode == 0, ' '.join(argv[:2]), r.stderr)


def http(method, path, body=b''):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(L + '/socket')
        s.sendall(b'%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
                  b'Content-Type: application/json\r\nContent-Length: %d'
                  b'\r\n\r\n' % (method, path, len(body)) + body)
        reply = b''
        while part := s.recv(65536):
            reply += part
    return reply.partition(b'\r\n\r\n')[2]


def entry():
    """Any statement; the size of the log after it."""
    global names
    names += 1
    sign('unit', 'register', 'U%d' % names, '--group', 'gov', '--name',
         'n%d' % names, '--as', 'estab.1')
    return int(http(b'GET', b'/checkpoint').split(b'\n')[1])


def signs(w, size):
    """Once a head of this size is witnessed by it: that head."""
    def look():
        note = http(b'GET', b'/v1/witnessed')
        return note if int((note + b'\n\n').split(b'\n')[1] or b'0') >= size \
            and signed_by(note, w.vkey) else None
    return until(look)


def public(path):
    return run('key', 'show', path).stdout.strip()


def tell(w, *keys):
    """Another list of log keys, taken without a restart."""
    w.configure(keys)
    before = len(w.lines)
    w.process.send_signal(signal.SIGHUP)
    t.ok(until(lambda: any('event=reloaded' in l for l in w.lines[before:])),
         w.name + ' is told', w.lines[before:])


r = run('init', L, '--origin', 'example.org/rotated', '--unprotected',
        '--year', '2022', '--at', now)
t.ok(r.returncode == 0, 'a ledger', r.stderr)
old = public(L + '/keys/log.key')
one, two = (Witness([old], name='w%d.example.org' % i).make().start()
            for i in (1, 2))
with open(L + '/kaocheng.yaml', 'a') as f:
    f.write('witnesses:\n  policy: open\n  timeout_ms: 500\n  interval_ms: 20'
            '\n  quorum: 1\n  list:\n' + ''.join(
                '    - {url: "http://127.0.0.1:%d", key: "%s"}\n' % (
                    w.port, w.vkey) for w in (one, two)))
daemon = Served(L, clock=now).start()
try:
    n = entry()
    t.ok(signs(one, n) and signs(two, n), 'two witness the log')
    sign('logkey', 'rotate', '--as', 'admin.1', '--as', 'admin.2')
    new = public(L + '/keys/log.key')
    n = entry()
    t.ok(new != old and signs(one, n) and signs(two, n),
         'in the overlap both go on with the key that they know')
    tell(one, old, new)
    n = entry()
    t.ok(signs(one, n) and signs(two, n), 'who knows both, too')
    r = run('logkey', 'follow')
    t.ok(r.returncode == 0, 'a trust file follows', r.stderr)

    now = '2022-02-10T01:00:00Z'
    http(b'POST', b'/v1/clock', json.dumps({'now': now}).encode())
    n = entry()
    note = signs(one, n)
    t.ok(note is not None, 'after it the one that was told goes on')
    t.ok(until(lambda: 'state=refuses size=%d why="it does not know the key'
               % n in str(daemon.lines)) and not signed_by(note, two.vkey),
         'the other one refuses, and the daemon says why')
    tell(one, new)
    n = entry()
    t.ok(signs(one, n), 'and the old key is not needed any more')

    # The thief of the old key asks for a signature on the present head.
    text = http(b'GET', b'/checkpoint').partition(b'\n\n')[0].decode() + '\n'
    with open(L + '/keys/log.key.old-1') as f:
        seed = base64.b64decode(f.read().split('box ')[1])
    thief = Key('example.org/rotated', '').of(seed)
    t.same(thief.vkey, old, 'who has the old key')
    t.same(one.add(n, [], kcd.note(text, thief))[0], 403,
           'gets nothing by it from who was told')
    tell(two, new)
    n = entry()
    t.ok(signs(two, n), 'who is told at last goes on, in the same book')
    t.ok(all(w.run('--show')[1].count('example.org/rotated\n') == 1
             for w in (one, two)), 'which has one log')

    r = run('export', top + '/e')
    t.ok(r.returncode == 0, 'an export', r.stderr)
    with open(top + '/trust', 'w') as f:
        f.write('log %s\nwitness a %s\nwitness b %s\ngroup g all a b\n'
                'quorum g\n' % (old, one.vkey, two.vkey))
    r = subprocess.run([VERIFY, top + '/e', '--trust', top + '/trust'],
                       env=ENV, capture_output=True, text=True)
    t.ok(r.returncode == 0,
         'from the first key it verifies, with the quorum of both',
         r.stdout + r.stderr)
finally:
    daemon.stop()
    one.stop()
    two.stop()
    shutil.rmtree(top)
t.done()
