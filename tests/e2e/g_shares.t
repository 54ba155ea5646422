#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One peer takes all that it can get of every pool; the others are served."""
import json, os, resource, select, socket, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
PORT = free_port()
MIB = 1 << 20
FILES = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, FILES[1]), FILES[1]))
d = Daemon(config='listen:\n  unix: socket\n  mode: "0666"\n'
           '  tcp: "127.0.0.1:%d"\nlimits: {connections: 200}\n' % PORT)
d.start()
os.chmod(d.dir, 0o755)


def metric(name):
    for line in d.get('/metrics')[2].decode().split('\n'):
        if line.startswith('kaocheng_%s ' % name):
            return int(line.split(' ')[1])
    return None


def hold(n, tcp, data):
    """n connections that say this and then wait."""
    held = []
    for _ in range(n):
        try:
            s = d.connect(tcp)
            s.sendall(data)
            held.append(s)
        except OSError:
            pass
    return held


def close(held):
    for s in held:
        s.close()


def as_nobody(what):
    """what() by a uid of no list, while the pipe is held open."""
    ready, done = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(done[1])
        os.setgroups([])
        os.setgid(65533)
        os.setuid(65533)
        held = what()
        os.write(ready[1], b'%d' % len(held))
        os.read(done[0], 1)
        os._exit(0)
    os.close(done[0])
    os.read(ready[0], 10)

    def end():
        os.close(done[1])
        os.waitpid(child, 0)
    return end


def others(name):
    got = [d.get('/healthz')[0] for _ in range(60)]
    t.same(got, [200] * 60, 'our own uid is served: ' + name)
    first = d.connect()
    more = hold(40, None, b'GET /he')
    t.same(d.get('/v1/views/units')[0], 200, 'forty times at once: ' + name)
    close(more + [first])


def connections():
    held = hold(400, PORT, b'GET /he')
    t.ok(metric('connections') <= 50 + 1, 'all of TCP has a quarter',
         metric('connections'))
    got = [d.get('/checkpoint', tcp=PORT)[0] for _ in range(60)]
    t.same(got, [200] * 60, 'another client over TCP is served all the same')
    others('400 connections over TCP')
    if os.geteuid() == 0:
        end = as_nobody(lambda: hold(700, None, b'GET /he'))
        t.ok(metric('connections') <= 100 + 1, 'strangers have a half',
             metric('connections'))
        others('and 700 by another uid')
        end()
    close(held)


def bodies():
    head = (b'POST /v1/entries HTTP/1.1\r\nHost: localhost\r\nContent-Type: '
            b'application/octet-stream\r\nContent-Length: %d\r\n\r\n')
    held = hold(40, PORT, head % (4 * MIB) + b'\0' * 30000)
    held += hold(5, PORT, head % 16000)
    # Who comes sixth is not ours to say, only how many there are.
    said, open_ = [], set(held[:40])
    while len(said) < 34:
        ready = select.select(list(open_), [], [], 10)[0]
        if not ready:
            break
        for x in ready:
            said.append(split(x.recv(4096)))
            open_.discard(x)
    taken = metric('request_memory_bytes')
    t.ok(16 * MIB < taken <= 24 * MIB,
         'all of TCP has a quarter of the memory for bodies', taken)
    t.ok(len(said) >= 34 and all(
        x[0] == 503 and x[1]['retry-after'] == '1' for x in said),
        'the rest are told so before they send it', said[:2])
    text = d.entry('unit.register', [('unit', 'G01'), ('group', 'gov'),
                                     ('name', 'n' * 20000)], [ESTAB])
    t.same(d.post(text)[0], 201, 'a statement of 20 kB is taken')
    t.same(d.post(d.entry('unit.register', [
        ('unit', 'G02'), ('group', 'gov'), ('name', 'n')], [ESTAB]),
        tcp=PORT)[0], 201, 'and a small one over TCP')
    asks = d.ask('POST', '/v1/entries', b'', headers=[
        'Expect: 100-continue'], kind='text/plain')
    t.ok(asks[0] != 503, 'our own uid may ask', asks)
    close(held)


def notes():
    many = 'application/octet-stream'
    t.same(d.post(b'\0\1x' * 1025, many, tcp=PORT)[0], 413,
           'a quarter of the notes under way is the most of one source')
    t.same(d.post(b'\0\1x' * 1024, many, tcp=PORT)[0], 200, 'that is taken')
    for _ in range(100): # the slots of an answered request come back after it
        status = d.post(b'\0\1x' * 4096, many)[0]
        if status != 429:
            break
    t.same(status, 200, 'our own uid sends more')


def sizes():
    for path, kind, n in (('/v1/session', 'text/plain', 8193),
                          ('/v1/clock', 'application/json', 8193),
                          ('/v1/entries', 'text/plain', 65345)):
        reply = d.raw(b'POST %s HTTP/1.1\r\nHost: localhost\r\n'
                      b'Content-Type: %s\r\nContent-Length: %d\r\n\r\n' % (
                          path.encode(), kind.encode(), n))
        t.same(split(reply)[0], 413, 'a body of %d bytes is refused by its '
               'length: %s' % (n, path))


ESTAB = Key('estab', 'estab')
try:
    d.post(d.open_entry())
    d.post(d.enrol(ESTAB, 'estab'))
    connections()
    bodies()
    notes()
    sizes()
    t.same(d.stop(), 0, 'it ends well')
finally:
    d.remove()
t.done()
