#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may read: peers of the socket by uid, others by a signed challenge."""
import os, socket, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
PUBLIC = ('/checkpoint', '/tile/0/000.p/3', '/tile/entries/000.p/3',
          '/healthz', '/v1/challenge')
READER = ('/v1/views', '/v1/views/log', '/v1/views/log?as_of=%230',
          '/v1/schema', '/v1/entries/0/raw', '/v1/entries/0/receipt',
          '/v1/ids/' + '1' * 32, '/v1/consistency?old=1&size=3', '/metrics')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


PORT = free_port()
AUD = Key('aud', 'aud')
d = Daemon(config='listen:\n  unix: socket\n  mode: "0666"\n'
           '  tcp: "127.0.0.1:%d"\nreaders:\n  - {uid: 65534, actor: aud}\n'
           'limits: {requests_per_s: 0}\n' % PORT).start()
os.chmod(d.dir, 0o755)
d.post(d.open_entry(id='1' * 32))
d.post(d.enrol(AUD, 'auditor'))
t.same(d.post(d.enrol(Key('z', 'z'), 'auditor'), tcp=PORT)[0], 201,
       'a write over TCP needs no more than its signatures')


def as_uid(uid, path):
    """Status of a GET by another user."""
    back, out = os.pipe()
    child = os.fork()
    if child == 0:
        answer = b'?'
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            answer = b'%d' % d.get(path)[0]
        finally:
            os.write(out, answer)
            os._exit(0)
    os.waitpid(child, 0)
    answer = os.read(back, 100).decode()
    os.close(back)
    os.close(out)
    return answer


def peers():
    for path in PUBLIC + READER:
        t.same(d.get(path)[0], 200, 'own uid reads ' + path)
    if os.geteuid() != 0:
        t.ok(True, 'other uids # SKIP takes root')
        return
    for path in PUBLIC + READER:
        t.same(as_uid(65534, path), '200', 'a listed uid reads ' + path)
        t.same(as_uid(65533, path), '200' if path in PUBLIC else '401',
               'an unlisted uid at ' + path)


def session_text(nonce, actor='aud', ledger=ORIGIN):
    return ('kaocheng/v1 session\nledger %s\nnonce %s\nactor %s\n' % (
        ledger, nonce, actor))


def challenge():
    return json.loads(d.get('/v1/challenge', tcp=PORT)[2])


def login(text, *keys):
    return d.post(note(text, *keys), path='/v1/session', tcp=PORT)


def wait_penalty():
    """A failed signature costs its source a second, and more each time."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if d.get('/healthz', tcp=PORT)[0] != 429:
            return True
        time.sleep(0.05)
    return False


def sessions():
    for path in PUBLIC:
        t.same(d.get(path, tcp=PORT)[0], 200, 'TCP reads ' + path)
    for path in READER:
        t.same(d.get(path, tcp=PORT)[0], 401, 'TCP without session: ' + path)
    c = challenge()
    t.ok(c['ledger'] == ORIGIN and len(c['nonce']) == 64, 'a challenge', c)
    first = login(session_text(c['nonce']), AUD)
    t.same(first[0], 201, 'signed, it opens a session')
    token = json.loads(first[2])['token']
    auth = ['Authorization: Bearer ' + token]
    for path in READER:
        t.same(d.get(path, tcp=PORT, headers=auth)[0], 200,
               'TCP with session: ' + path)
    t.same(login(session_text(c['nonce']), AUD)[0], 400,
           'a nonce holds once')
    t.same(login(session_text('0' * 64), AUD)[0], 400, 'and must be known')
    t.same(login(session_text(challenge()['nonce'], ledger='x'), AUD)[0],
           400, 'another ledger')
    for bad in ('Bearer ' + '0' * 64, 'Bearer ' + token[:-1],
                'Bearer ' + token.upper() + '0', 'bearer ' + token,
                'Basic ' + token, token):
        t.same(d.get('/metrics', tcp=PORT,
                     headers=['Authorization: ' + bad])[0], 401,
               'no session: ' + bad[:12])
    t.same(d.get('/healthz', tcp=PORT)[0], 200, 'none of it is a penalty')
    return token


def failures(token):
    for name, text, key, want in (
            ('a key of somebody else', session_text(challenge()['nonce']),
             Key('aud', 'other'), 401),
            ('nobody', session_text(challenge()['nonce'], actor='nobody'),
             Key('nobody', 'nobody'), 401)):
        wait_penalty()
        t.same(login(text, key)[0], want, 'a session for ' + name)
        t.same(d.get('/healthz', tcp=PORT)[0], 429,
               'the source waits after ' + name)
    t.ok(wait_penalty(), 'the penalty ends')
    forged = bytearray(d.enrol(Key('q', 'q'), 'auditor'))
    forged[-9] = ord('B') if forged[-9] == ord('A') else ord('A')
    t.same(d.post(bytes(forged), tcp=PORT)[0], 401, 'a forged note')
    wait_penalty()
    reply = d.raw(b'GET /healthz HTTP/1.1\r\nHost: evil.example\r\n'
                  b'Connection: close\r\n\r\n', PORT)
    t.same(split(reply)[0], 421, 'a foreign Host on TCP')
    auth = ['Authorization: Bearer ' + token]
    t.same(d.get('/metrics', tcp=PORT, headers=auth)[0], 200,
           'the session lives')
    retired = d.post(d.entry('actor.retire', [
        ('actor', 'aud'), ('reason', 'left')], d.admins[:2]))
    t.same(retired[0], 201, 'the actor is retired')
    for path in READER:
        t.same(d.get(path, tcp=PORT, headers=auth)[0], 401,
               'and the session with it: ' + path)


peers()
failures(sessions())
t.same(d.stop(), 0, 'it ends well')
d.remove()


def rate():
    port = free_port()
    d = Daemon(config='listen: {unix: socket, tcp: "127.0.0.1:%d"}\n'
               'limits: {requests_per_s: 10}\n' % port).start()
    seen = [d.get('/healthz', tcp=port)[0] for _ in range(30)]
    t.ok(10 <= seen.count(200) < 30 and 429 in seen,
         'a peer gets its requests a second', seen)
    own = [d.get('/healthz')[0] for _ in range(30)]
    t.same(own.count(200), 30, 'our own uid is not held to it')
    d.stop()
    d.remove()


rate()
t.done()
