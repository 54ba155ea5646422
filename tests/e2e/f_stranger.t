#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A stranger who posts what is bad does not stand in anybody's way: public
reads are answered at once, valid authors write, and a plain reader gets the
whole log, all with the limits that a new ledger has."""
import json, os, re, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
N = 1000
NOBODY = 65533  # a uid that no list of readers has
PORT = free_port()
ESTAB = Key('estab', 'estab')
d = Daemon(config='listen:\n  unix: socket\n  mode: "0666"\n'
           '  tcp: "127.0.0.1:%d"\npublish: entries\n' % PORT).start()
os.chmod(d.dir, 0o755)


def apart(what, uid):
    """Starts what() in a process of its own; the pipe brings its JSON."""
    back, out = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if uid is not None:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            os.write(out, json.dumps(what()).encode())
        finally:
            os._exit(0)
    os.close(out)
    return child, back


def result(of):
    child, back = of
    with os.fdopen(back) as f:
        text = f.read()
    os.waitpid(child, 0)
    return json.loads(text or 'null')


def count(codes):
    return {str(c): codes.count(c) for c in sorted(set(codes))}


def another(note):
    """The same under another id: nobody signed that."""
    return re.sub(rb'\nid [0-9a-f]{32}\n',
                  b'\nid ' + os.urandom(16).hex().encode() + b'\n', note)


def bad_notes(signed, unknown):
    kinds = (lambda: another(signed), lambda: another(unknown),
             lambda: b'junk', lambda: signed[:-9] + b'AAAAAAA=\n')
    return [kinds[i % len(kinds)]() for i in range(N)]


def flood(notes, tcp):
    return count([d.post(x, tcp=tcp)[0] for x in notes])


def read(tcp):
    codes, times = [], []
    for _ in range(N):
        began = time.monotonic()
        codes.append(d.get('/checkpoint', tcp=tcp)[0])
        times.append(time.monotonic() - began)
    return count(codes), sorted(times)


def siege(name, tcp, uid, first):
    signed = d.enrol(Key('a', 'a'), 'auditor')
    unknown = d.entry('unit.register', [
        ('unit', 'G99'), ('group', 'gov'), ('name', 'n')],
        [Key('nobody', 'nobody')])
    good = [d.entry('unit.register', [
        ('unit', 'G%02d' % (first + i)), ('group', 'gov'), ('name', 'n')],
        [ESTAB]) for i in range(20)]
    notes = bad_notes(signed, unknown)
    floods = [apart(lambda i=i: flood(notes[i::4], tcp), uid)
              for i in range(4)]
    reader = apart(lambda: read(tcp), uid)
    author = result(apart(
        lambda: [d.post(x, tcp=tcp)[0] for x in good], uid))
    codes, times = result(reader)
    answers = [result(f) for f in floods]
    t.same(author, [201] * 20, 'twenty statements of a valid author: ' + name)
    t.same(codes, {'200': N}, '%d of %d reads are 200: %s' % (N, N, name))
    print('# %s: reads %.1f ms median, %.1f ms 99th, %.1f ms longest; posts '
          '%s' % (name, times[N // 2] * 1e3, times[N * 99 // 100] * 1e3,
                  times[-1] * 1e3, answers))
    t.ok(times[N * 99 // 100] < 0.5, 'and quick: ' + name, times[-20:])
    t.ok(all('200' not in a and '201' not in a for a in answers),
         'none of the bad posts stands: ' + name, answers)


def pull(tcp):
    """Reads as a stock client of tiles does: one after another, no waits."""
    size = json.loads(d.get('/healthz', tcp=tcp)[2])['size']
    codes = []
    for _ in range(300 // (size // 256 + 1)):
        for kind in ('0', 'entries'):
            for i in range(size // 256 + 1):
                part = '' if (i + 1) * 256 <= size else '.p/%d' % (size % 256)
                codes.append(d.get('/tile/%s/%03d%s' % (kind, i, part),
                                   tcp=tcp)[0])
    t.same(count(codes), {'200': len(codes)},
           '%d tiles at once, none is refused' % len(codes))


try:
    d.post(d.open_entry())
    d.post(d.enrol(ESTAB, 'estab'))
    siege('TCP', PORT, None, 10)
    if os.geteuid() == 0:
        siege('another uid of the Unix socket', None, NOBODY, 40)
    else:
        t.skip('another uid', 'takes root')
    pull(PORT)
    t.same(d.stop(), 0, 'it ends well')
finally:
    d.remove()
t.done()
