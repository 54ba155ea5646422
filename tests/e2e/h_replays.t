#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays for readers: who asks for many waits for them himself, and nobody
waits for one whose client has left."""
import json, os, re, select, shutil, socket, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *
import demokit

t = Tap()
VIEW = (b'GET /v1/views/summary?as_of=%%23%d HTTP/1.1\r\n'
        b'Host: localhost\r\n')
# Each asks for an earlier entry than the one before it, of which nothing that
# is kept is a beginning: then each costs a whole replay.
positions = iter(range(6900, 0, -1))


def demo():
    shutil.rmtree(d.dir)
    demokit.year(d.dir).check_returncode()


def seed(actor):
    """The demo's keys lie beside the ledger, without a passphrase."""
    with open(d.path('keys/%s.key' % actor)) as f:
        fields = dict(x.rstrip('\n').split(' ', 1) for x in f if ' ' in x)
    key = Key(actor, '')
    return key.of(base64.b64decode(fields['box']))


def session(actor):
    c = json.loads(d.get('/v1/challenge', tcp=PORT)[2])
    text = 'kaocheng/v1 session\nledger %s\nnonce %s\nactor %s\n' % (
        c['ledger'], c['nonce'], actor)
    reply = d.post(note(text, seed(actor)), path='/v1/session', tcp=PORT)
    return b'Authorization: Bearer %s\r\n' % (
        json.loads(reply[2])['token'].encode())


def ask(who):
    s = d.connect(PORT)
    s.sendall(VIEW % next(positions) + who + b'Connection: close\r\n\r\n')
    return s


def one_among(a, b):
    """How many of a's sixteen are seen to be answered before b's one. A slow
    machine may see them late; only a queue in order of coming always does."""
    many = [ask(a) for _ in range(16)]
    one = ask(b)
    t.same(split(drain(one))[0], 200, 'one replay beside sixteen')
    seen = sum(1 for s in many if select.select([s], [], [], 0)[0])
    for s in many:
        drain(s)
    return seen


def past():
    """What is counted of states of the past."""
    text = d.get('/metrics')[2].decode()
    return {name: int(value) for name, value in
            re.findall(r'^kaocheng_past_(\w+) (\d+)$', text, re.M)}


PORT = free_port()
d = Daemon(clock='2023-06-01T00:00:00Z')
try:
    demo()
    d.config = ('listen: {unix: socket, tcp: "127.0.0.1:%d"}\n'
                'limits: {requests_per_s: 0}\n' % PORT)
    d.start()
    a, b = session('audit.1'), session('P09.estab')
    many = [ask(a) for _ in range(40)]
    codes = [split(drain(s))[0] for s in many]
    t.same((codes.count(200), codes.count(429)), (16, 24),
           'an actor has at most a quarter of the lane')
    before = [one_among(a, b) for _ in range(5)]
    t.ok(min(before) < 12, 'one replay does not wait for the sixteen of '
         'another actor', before)

    many = [ask(b'') for _ in range(3)]
    t.same([split(drain(s))[0] for s in many], [401] * 3,
           'nobody else asks for replays')
    many = [ask(a) for _ in range(16)]
    for s in many[1:]:
        s.close()
    t.same(split(drain(ask(a)))[0], 200, 'fifteen of sixteen have left: there '
           'is room for the next at once')
    t.same(split(drain(many[0]))[0], 200, 'and the first is answered')
    quick = [d.get('/v1/views/log?as_of=%230')[0] for _ in range(100)]
    t.same(quick, [200] * 100, 'replays that take no time are answered once')
    was = past()
    t.same([d.get('/v1/views/summary?as_of=%236000')[0] for _ in range(2)],
           [200, 200], 'one more')
    now = past()
    t.ok(0 < was['bytes'] and was['replayed_total'] < now['replayed_total'],
         'what is kept and replayed is counted', [was, now])
    t.same(d.get('/v1/views/summary?as_of=%236000')[0], 200, 'and again')
    t.same(past(), now, 'the same again is neither made nor kept anew')
    t.same(d.stop(), 0, 'it ends well')
finally:
    d.remove()
t.done()
