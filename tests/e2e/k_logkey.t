#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The key of the log is rotated while the daemon runs: both keys sign until
the overlap ends, old trust files follow, and the old key signs no more."""
import glob, json, os, shutil, signal, socket, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
sys.path.insert(0, os.path.join(HERE, '..', '..', 'docs', 'check'))
sys.dont_write_bytecode = True
import base64, check_ledger
from kcd import BUILD, VERIFY, Key, Served, Tap, kaocheng

SHIM = BUILD + '/tests/fault/killshim.so'
ORIGIN = 'example.org/logkey'
t = Tap()
good = t.good
top = tempfile.mkdtemp(prefix='kc-logkey-')
L, KEYS = top + '/ledger', top + '/ledger/keys/'
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C',
       'KAOCHENG_SOCKET': L + '/socket', 'KAOCHENG_DIR': L}
BY = ('--as', 'admin.1', '--as', 'admin.2')
now, daemon, names = '2022-01-10T01:00:00Z', Served(L, env=ENV), 0


def run(*argv, **env):
    return kaocheng(*argv, home=top, **dict(ENV, **env))


def sign(*argv, **env):
    return run(*argv, '--at', now, '--yes', **env)


def start():
    daemon.clock = now
    daemon.start()


def stop(how=signal.SIGTERM):
    return daemon.stop(how)


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


def clock(to):
    global now
    http(b'POST', b'/v1/clock', json.dumps({'now': to}).encode())
    now = to


def entry():
    """Any statement: time passes by entries alone."""
    global names
    names += 1
    return sign('unit', 'rename', 'U1', '--name', 'n%d' % names, '--as',
                'estab.1')


def head():
    """Key ids under the present head, and the note."""
    note = http(b'GET', b'/checkpoint')
    lines = note.partition(b'\n\n')[2].decode().splitlines()
    return [base64.b64decode(l.split()[2])[:4].hex() for l in lines], note


def key_id(path):
    return run('key', 'show', path).stdout.split('+')[1]


def export(name):
    shutil.rmtree(top + '/' + name, ignore_errors=True)
    good('an export', run('export', top + '/' + name))
    return top + '/' + name


def verify(path, trust, *more):
    return subprocess.run([VERIFY, path, '--trust', trust, *more], env=ENV,
                          capture_output=True, text=True).returncode


def check(path, trust):
    with open(trust) as f:
        vkey = f.read().split()[1]
    try:
        check_ledger.check(path, vkey)
        return 0
    except check_ledger.Found as e:
        return e.args[0]


def holds(path, trust, what):
    t.same((verify(path, trust), check(path, trust)), (0, 0), what)


def signed_by(e, i):
    """The export with one line of its head alone."""
    one = top + '/one'
    shutil.rmtree(one, ignore_errors=True)
    shutil.copytree(e, one)
    text, _, lines = open(e + '/checkpoint', 'rb').read().partition(b'\n\n')
    with open(one + '/checkpoint', 'wb') as f:
        f.write(text + b'\n\n' + lines.splitlines(True)[i])
    return one


def rotates():
    global old
    old = key_id(KEYS + 'log.key')
    shutil.copy(L + '/trust', top + '/old-trust')
    t.same(head()[0], [old], 'one key signs')
    r = sign('logkey', 'rotate', '--as', 'admin.1')
    t.ok(r.returncode == 4 and 'E-ROLE' in r.stderr,
         'one administrator does not rotate it', r.stderr)
    good('two do, while the daemon runs', sign('logkey', 'rotate', *BY))
    t.same(key_id(KEYS + 'log.key.old-1'), old, 'the old key is kept')
    t.same(head()[0], [old, key_id(KEYS + 'log.key')],
           'from then on both sign, the old one first')
    good('who trusts the old one goes on', entry())
    holds(export('e1'), top + '/old-trust', 'as does who verifies')
    shutil.copy(top + '/old-trust', top + '/new-trust')
    r = good('a trust file learns of the new key', run(
        'logkey', 'follow', '--trust', top + '/new-trust'))
    vkey = run('key', 'show', KEYS + 'log.key').stdout.strip()
    t.ok(vkey in r.stdout and 'log ' + vkey in open(top + '/new-trust').read(),
         'it has a line for it', open(top + '/new-trust').read())
    with open(top + '/only-new', 'w') as f:
        f.write('log %s\nquorum none\n' % vkey)
    holds(top + '/e1', top + '/new-trust', 'who trusts both verifies')
    holds(top + '/e1', top + '/only-new', 'and who knows the new one alone')
    for i, which in ((0, 'old'), (1, 'new')):
        one = signed_by(top + '/e1', i)
        t.same([(verify(one, top + '/' + trust), check(one, top + '/' + trust))
                for trust in ('old-trust', 'new-trust')], [(0, 0), (0, 0)],
               'in the overlap either signature counts: the ' + which)
    t.same(stop(signal.SIGKILL), -9, 'killed')
    start()
    good('and started again, it takes statements', entry())
    t.same(len(head()[0]), 2, 'and signs with both')
    rows = json.loads(run('logkey', 'list', '--json').stdout)['rows']
    t.same([(r['signs'], r['until']) for r in rows],
           [(True, None), (True, '2022-02-08')], 'the list says until when')
    r = sign('logkey', 'rotate', *BY)
    t.ok(r.returncode == 5 and 'E-STATE' in r.stderr,
         'not again while the overlap runs', r.stderr)
    os.unlink(KEYS + 'log.new.key')


def ends():
    clock('2022-02-09T01:00:00Z')  # 29 days by the policy, not 30
    r = entry()
    t.ok(r.returncode == 1 and 'logkey follow' in r.stderr,
         'a receipt by the new key alone is kept open', r.stderr)
    t.same(head()[0], [key_id(KEYS + 'log.key')], 'the new key signs alone')
    r = entry()
    t.ok(r.returncode != 0 and 'logkey follow' in r.stderr,
         'who never followed is told how', r.stderr)
    e = export('e2')
    holds(e, top + '/old-trust',
          'who verifies follows from the first trust file')
    holds(e, top + '/new-trust', 'or has both')
    holds(e, top + '/only-new', 'or the new one')
    r = run('verify', e, '--trust', top + '/old-trust', '--json')
    t.same(r.returncode, 0, 'the command too')
    good('a part', run('export', '--unit', 'U1', top + '/p.kcb'))
    t.same([verify(top + '/p.kcb', top + '/' + f) for f in
            ('old-trust', 'new-trust', 'only-new')], [0, 0, 0],
           'leads to the key that signs, too')
    # The thief of the old key signs the same head.
    seed = open(KEYS + 'log.key.old-1').read().split('box ')[1]
    thief = Key(ORIGIN, '').of(base64.b64decode(seed))
    text = open(e + '/checkpoint', 'rb').read().partition(b'\n\n')[0] + b'\n'
    with open(e + '/checkpoint', 'wb') as f:
        f.write(text + b'\n' + thief.line(text).encode())
    for trust in ('old-trust', 'new-trust'):
        t.same((verify(e, top + '/' + trust), check(e, top + '/' + trust)),
               (10, 10), 'a head by the old key alone is none: ' + trust)
    other = Key(ORIGIN, 'other')
    with open(e + '/checkpoint', 'wb') as f:
        f.write(text + b'\n' + other.line(text).encode())
    t.same((verify(e, top + '/old-trust'), check(e, top + '/old-trust')),
           (11, 11), 'nor one by a key that nobody agreed to')
    good('the ledger\'s own trust file', run('logkey', 'follow'))
    good('and what was kept open has its receipt', run('send', '--retry'))
    good('it is written to again', entry())


def old_alone():
    stop()
    shutil.move(KEYS + 'log.key', top + '/log.key')
    shutil.move(KEYS + 'log.key.old-1', KEYS + 'log.key')
    t.same(daemon.run()[0], 65, 'with the old key alone it does not start')
    shutil.move(KEYS + 'log.key', KEYS + 'log.key.old-1')
    shutil.move(top + '/log.key', KEYS + 'log.key')
    os.rename(KEYS + 'log.key.old-1', top + '/put-away')
    start()
    good('without it, it does', entry())


def killed():
    """A rotation killed before each of its calls, then gone on with; the
    daemon is killed and started between."""
    global now
    bad, kills, year = [], 0, 2022
    for nth in range(1, 60):
        year += 1
        # So far ahead that the ledger asks; here it is right.
        stop(signal.SIGKILL if nth % 2 else signal.SIGTERM)
        was = key_id(KEYS + 'log.key')
        now = '%d-01-10T01:00:00Z' % year
        start()
        sign('clock', 'confirm', '--basis', 'x', '--as', 'admin.1', '--as',
             'admin.3')
        run('logkey', 'follow')
        if entry().returncode != 0:
            bad.append((nth, 'no entry'))
        r = sign('logkey', 'rotate', *BY, LD_PRELOAD=SHIM,
                 KC_KILL_NTH=str(nth))
        if r.returncode == 0:
            break
        kills += 1
        stop(signal.SIGKILL if nth % 3 else signal.SIGTERM)
        start()
        again = None
        if glob.glob(KEYS + 'log.rotate.note') or \
                glob.glob(KEYS + 'log.new.key') or \
                was == key_id(KEYS + 'log.key'):
            again = sign('logkey', 'rotate', *BY)
        e = entry()
        ids = head()[0]
        if (again is not None and again.returncode != 0) or \
                e.returncode != 0 or ids != [was, key_id(KEYS + 'log.key')] \
                or glob.glob(KEYS + '*note'):
            bad.append((nth, again, e, ids, was, glob.glob(KEYS + '*')))
    t.same(bad, [], 'killed anywhere, the same command ends it')
    t.ok(kills > 15, '%d kills' % kills, kills)
    run('logkey', 'follow')
    e = export('e3')
    holds(e, top + '/old-trust', 'the first trust file leads to the last key')


with open(os.path.join(HERE, '../../policies/nantong-2022.yaml')) as f:
    policy = f.read().split('\ntests:')[0]
with open(top + '/p.yaml', 'w') as f:
    f.write(policy + '\nlogkey:\n  overlap_days: { value: 29, source: '
            'default }\n')
good('a ledger', run('init', L, '--origin', ORIGIN, '--unprotected', '--year',
                     '2022', '--at', now, '--policy', top + '/p.yaml'))
start()
try:
    good('a unit', sign('unit', 'register', 'U1', '--group', 'gov', '--name',
                        'n', '--as', 'estab.1'))
    rotates()
    ends()
    old_alone()
    killed()
finally:
    daemon.kill()
    shutil.rmtree(top)
t.done()
