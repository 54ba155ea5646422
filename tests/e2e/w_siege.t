#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many clients that mean no good: nothing is taken twice, nothing leaks, and
the others are answered."""
import json, os, shutil, signal, socket, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *
import demokit

t = Tap()
CONFIG = 'listen:\n  unix: socket\nlimits: {requests_per_s: 0}\n'
DEBUG = 'debug' in BUILD
d = Daemon(config=CONFIG).start()


def at_once(n, what):
    out = [None] * n

    def one(i):
        try:
            out[i] = what(i)
        except OSError as e:
            out[i] = (0, {}, repr(e).encode())
    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for x in threads:
        x.start()
    for x in threads:
        x.join()
    return out


def connect():
    """Waits where the queue of the system is full."""
    s = socket.socket(socket.AF_UNIX)
    s.connect(d.path('socket'))
    s.settimeout(15)
    return s


def size():
    return json.loads(d.get('/healthz')[2])['size']


def metric(name):
    for line in d.get('/metrics')[2].decode().split('\n'):
        if line.startswith('kaocheng_%s ' % name):
            return int(line.split(' ')[1])
    return None


def files():
    return len(os.listdir('/proc/%d/fd' % d.process.pid))


def memory_mib(what='VmRSS'):
    with open('/proc/%d/status' % d.process.pid) as f:
        for line in f:
            if line.startswith(what):
                return int(line.split()[1]) // 1024
    return None


def wait_for(good, seconds=5):
    """A state that the daemon reaches when it has seen all ends."""
    end = time.monotonic() + seconds
    while not good() and time.monotonic() < end:
        pass
    return good()


def receipts(replies):
    return {json.loads(r[2])['receipt'] for r in replies if r[0] in (200, 201)}


def same_and_other():
    t.same(d.post(d.open_entry())[0], 201, 'a ledger is opened')
    entry = d.enrol(Key('a', 'a'), 'auditor')
    got = at_once(32, lambda i: d.post(entry))
    codes = sorted(r[0] for r in got)
    t.same(codes, [200] * 31 + [201], '32 clients post one note')
    t.same(len(receipts(got)), 1, 'and all get one receipt')
    t.same(size(), 2, 'it stands once')
    notes = [d.enrol(Key('b%d' % i, 'b'), 'auditor', id='b' * 32)
             for i in range(8)]
    got = at_once(32, lambda i: d.post(notes[i % 8]))
    codes = [r[0] for r in got]
    t.same((codes.count(201), codes.count(200), codes.count(409)),
           (1, 3, 28), '8 statements of one id by 32 clients: one stands')
    t.same((len(receipts(got)), size()), (1, 3), 'with one receipt')
    got = at_once(16, lambda i: d.post(bundle(notes * 32),
                                       'application/octet-stream'))
    good = all(r[0] == 200 and sum('receipt' in x for x in json.loads(
        r[2])['results']) == 32 for r in got)
    t.ok(good and size() == 3, 'and the same in 16 bodies of 256 notes')


def vanish():
    before, notes = size(), [d.enrol(Key('c%d' % i, 'c%d' % i), 'auditor')
                             for i in range(16)]
    base = files()

    def part(i):
        n = notes[i % 16]
        request = (b'POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Type: '
                   b'text/plain\r\nContent-Length: %d\r\n\r\n' % len(n)) + n
        with connect() as s:
            s.sendall(request[:len(request) * (i // 16 + 1) // 4])
    at_once(64, part)
    t.ok(wait_for(lambda: files() == base), 'clients that vanish leave no '
         'descriptor', (files(), base))
    t.same(size(), before + 16, 'what they posted whole stands, no more')
    for _ in range(2000):
        with connect() as s:
            s.sendall(b'GET /heal')
    t.ok(wait_for(lambda: files() == base), '2000 more of them neither')


def estab():
    key = Key('estab', 'estab')
    d.post(d.enrol(key, 'estab'))
    for i in range(60):
        entry = d.entry('unit.register', [
            ('unit', 'G%02d' % i), ('group', 'gov'),
            ('name', 'n' * 60000)], [key])
        reply = d.post(entry)
        if reply[0] != 201:
            return reply
    return reply


def takes_nothing():
    reply = estab()
    t.same(reply[0], 201, 'sixty entries of 60 kB')
    n = size()
    path = '/tile/entries/000.p/%d' % n
    whole = d.get(path)
    t.ok(whole[0] == 200 and len(whole[2]) > 3 << 20, 'a tile of them is large')
    open_ones = [connect() for _ in range(200)]
    for s in open_ones:
        s.sendall(b'GET %s HTTP/1.1\r\nHost: x\r\n\r\n' % path.encode())
    wait_for(lambda: metric('replies_5xx_total') > 0, 8)
    high = memory_mib('VmHWM')
    t.ok(DEBUG or high < 220, '200 clients that take no reply do not fill '
         'the memory', '%s MiB' % high)
    t.ok(metric('replies_5xx_total') > 0, 'some of them get a 503')
    t.same(d.get('/checkpoint')[0], 200, 'others are answered')
    for s in open_ones:
        s.close()
    t.ok(wait_for(lambda: d.get(path)[0] == 200), 'and when they are gone, '
         'the tile is there again')


def stop_in_replays():
    shutil.rmtree(d.dir)
    demokit.year(d.dir).check_returncode()
    d.config, d.clock = '', '2023-06-01T00:00:00Z'
    d.start()
    asking = [connect() for _ in range(400)]
    for s in asking:
        s.sendall(b'GET /v1/views/score?as_of=%236900 HTTP/1.1\r\n'
                  b'Host: x\r\n\r\n')
    slow = time.monotonic()
    d.get('/v1/views/summary')
    slow = time.monotonic() - slow
    t.ok(slow < 2, '400 replays asked for: a view of today is answered', slow)
    begun = time.monotonic()
    code = d.stop()
    t.same(code, 0, 'SIGTERM ends it with 0')
    t.ok(time.monotonic() - begun < 2, 'within two seconds')
    for s in asking:
        s.close()


def crowd_at_the_door():
    """Those who are there are heard before all that knock are let in."""
    def ask(s):
        s.sendall(b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')

    def inside(s):
        data = b''
        while b'\nkaocheng_connections ' not in data or data[-1:] != b'\n':
            data += s.recv(65536)
        return int(data.split(b'\nkaocheng_connections ')[1].split(b'\n')[0])

    first = connect()
    ask(first)
    before = inside(first)
    d.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, d.process.pid, os.WSTOPPED | os.WNOWAIT)
    knocking = [connect() for _ in range(300)]
    ask(first)
    d.process.send_signal(signal.SIGCONT)
    n = inside(first)
    t.ok(n <= before + 64, 'a request is answered while 300 knock', n)
    ask(knocking[-1])
    t.ok(inside(knocking[-1]) > 0, 'and each of them has its turn')
    for s in knocking + [first]:
        s.close()


try:
    crowd_at_the_door()
    same_and_other()
    vanish()
    takes_nothing()
    t.same(d.stop(), 0, 'SIGTERM ends it')
    stop_in_replays()
finally:
    d.remove()
t.done()
