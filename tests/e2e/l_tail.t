#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""log tail -f: what comes is shown once, verified, over a restart; a ledger
that was put back ends it."""
import json, os, shutil, signal, socket, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import CLI, Served, Tap, kaocheng

AT = '2022-06-01T01:00:00Z'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-tail-')
L = top + '/l'


def env(home):
    return {'PATH': os.environ['PATH'], 'HOME': top + '/' + home, 'LANG': 'C',
            'ASAN_OPTIONS': 'detect_leaks=1'}


def kc(*argv, home='office'):
    return kaocheng(*argv, '--dir', L, '--at', AT, home=top + '/' + home,
                    cwd=top, ASAN_OPTIONS='detect_leaks=1')


def unit(code, home='office'):
    r = kc('unit', 'register', code, '--group', 'gov', '--name', 'n ' + code,
           '--as', 'estab.1', '--yes', home=home)
    t.ok(r.returncode == 0, 'an entry: ' + code, r.stderr)


def tail(*more, home='reader'):
    return subprocess.Popen([CLI, 'log', 'tail', '-f', *more, '--trust',
                             L + '/trust', '--socket', L + '/socket'],
                            env=env(home), cwd=top, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def line(p):
    return json.loads(p.stdout.readline())


def comes():
    p, q = tail('-n', '2', '-o', 'jsonl'), \
        tail('-n', '1', '--kind', 'duty.', '--unit', 'A00', '-o', 'jsonl',
             home='other')
    first = [line(p)['seq'] for _ in range(2)]
    t.same(first, [size - 1, size - 2], 'the newest of before, first')
    unit('A01')
    t.same(line(p)['seq'], size, 'then what comes')
    unit('A02')
    row = line(p)
    t.ok((row['seq'], row['entry']['kind']) == (size + 1, 'unit.register'),
         'each once', row)
    d.stop()
    t.ok('waiting' in p.stderr.readline(), 'a daemon that is away is waited '
         'for, and that is said')
    d.start()
    unit('A03')
    t.same(line(p)['seq'], size + 2, 'and gone on with')
    for of in ('A01', 'A00'):
        r = kc('duty', 'register', of, '--duty', of + '-D1', '--text', 'x',
               '--as', 'estab.1', '--yes')
        t.ok(r.returncode == 0, 'a duty of ' + of, r.stderr)
    t.same(line(q)['seq'], size + 4, 'by filters only what is asked for')
    t.same([line(p)['seq'] for _ in range(2)], [size + 3, size + 4], 'all')
    p.send_signal(signal.SIGINT)
    q.send_signal(signal.SIGTERM)
    for each in (p, q):
        out, err = each.communicate(timeout=30)
        t.same((each.returncode, out), (0, ''), 'it ends well')
    p = tail('-n', '1')
    while not p.stdout.readline().startswith(' '):
        pass
    p.stdout.close()
    p.wait(timeout=30)
    t.same(p.returncode, -signal.SIGPIPE, 'and by SIGPIPE without a reader')
    p.stderr.close()


def breaks_off():
    """A daemon that ends in the midst of an answer does not answer."""
    s = socket.socket(socket.AF_UNIX)
    s.bind(top + '/breaks')
    s.listen(8)
    p = subprocess.Popen([CLI, 'log', 'list', '--socket', top + '/breaks'],
                         env=env('office'), stdout=subprocess.PIPE, text=True,
                         stderr=subprocess.PIPE)
    c = s.accept()[0]
    c.recv(65536)
    c.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{')
    c.close()
    s.close()
    out, err = p.communicate(timeout=30)
    t.same((p.returncode, out), (7, ''), 'an answer that breaks off is none')


def put_back():
    d.stop()
    for name in ('ledger.mdb', 'anchor'):
        shutil.copy(L + '/' + name, top + '/old-' + name)
    d.start()
    unit('B01')
    p = tail('-n', '1', '-o', 'jsonl')
    line(p)
    d.stop()
    for name in ('ledger.mdb', 'anchor'):
        shutil.copy(top + '/old-' + name, L + '/' + name)
    d.start()
    out, err = p.communicate(timeout=30)
    t.ok(p.returncode == 10 and 'does not continue' in err,
         'a ledger that was cut ends it', (p.returncode, err))
    r = kc('log', 'tail', '-f', '--as-of', '3')
    t.same(r.returncode, 2, 'there is no following the past')


r = kc('init', L, '--origin', 'example.org/tail', '--unprotected')
t.ok(r.returncode == 0, 'a ledger', r.stderr)
d = Served(L, clock=AT).start()
unit('A00')
size = json.loads(kc('log', 'list', '--json').stdout)['as_of']['size']
comes()
breaks_off()
put_back()
d.stop()
shutil.rmtree(top)
t.done()
