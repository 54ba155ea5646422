#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile HTTP: every refused form, on both sockets; slow, many and silent
clients; running out of descriptors."""
import gzip, os, select, socket, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()


PORT = free_port()
CONFIG = ('listen: {unix: socket, tcp: "127.0.0.1:%d"}\n'
          'limits: {requests_per_s: 0%%s}\n' % PORT)
H = b' HTTP/1.1\r\nHost: localhost\r\n'
G = b'GET /healthz' + H
B = b'POST /v1/entries' + H + b'Content-Type: text/plain\r\n'

# name, bytes, status; all end with the connection closed.
HOSTILE = [
    ('duplicate Content-Length', B + b'Content-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400),
    ('equal Content-Length twice', B + b'Content-Length: 1\r\nContent-Length: 1\r\n\r\na', 400),
    ('Content-Length list', B + b'Content-Length: 1, 1\r\n\r\na', 400),
    ('Content-Length +1', B + b'Content-Length: +1\r\n\r\na', 400),
    ('Content-Length -1', B + b'Content-Length: -1\r\n\r\na', 400),
    ('Content-Length 0x1', B + b'Content-Length: 0x1\r\n\r\na', 400),
    ('Content-Length 01', B + b'Content-Length: 01\r\n\r\na', 400),
    ('Content-Length empty', B + b'Content-Length:\r\n\r\na', 400),
    ('Content-Length 1 a', B + b'Content-Length: 1 a\r\n\r\na', 400),
    ('Content-Length 2^64', B + b'Content-Length: 18446744073709551616\r\n\r\n', 400),
    ('Content-Length 2^64-1', B + b'Content-Length: 18446744073709551615\r\n\r\n', 413),
    ('body over 4 MiB', B + b'Content-Length: 4194305\r\n\r\n', 413),
    ('no Content-Length', B + b'\r\n', 411),
    ('chunked', B + b'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400),
    ('chunk size 0xa', B + b'Transfer-Encoding: chunked\r\n\r\n0xa\r\n0123456789\r\n0\r\n\r\n', 400),
    ('chunk size +a', B + b'Transfer-Encoding: chunked\r\n\r\n+a\r\n0123456789\r\n0\r\n\r\n', 400),
    ('chunked and Content-Length', B + b'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400),
    ('Transfer-Encoding identity', B + b'Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na', 400),
    ('Transfer-Encoding xchunked', B + b'Transfer-Encoding: xchunked\r\nContent-Length: 1\r\n\r\na', 400),
    ('Transfer-Encoding after a tab', B + b'Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n', 400),
    ('Transfer-Encoding and a space', B + b'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n', 400),
    ('trailer headers', B + b'Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n0\r\nX: y\r\n\r\n', 400),
    ('empty header name', G + b': x\r\n\r\n', 400),
    ('space in a header name', G + b'X Y: z\r\n\r\n', 400),
    ('space before the colon', G + b'X : z\r\n\r\n', 400),
    ('header without a colon', G + b'X\r\n\r\n', 400),
    ('folded header', G + b'X: a\r\n b\r\n\r\n', 400),
    ('folded first header', b'GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n', 400),
    ('NUL in a header', G + b'X: a\0b\r\n\r\n', 400),
    ('NUL in a header name', G + b'X\0: a\r\n\r\n', 400),
    ('escape in a header', G + b'X: \x1b[31m\r\n\r\n', 400),
    ('DEL in a header', G + b'X: \x7f\r\n\r\n', 400),
    ('bare CR in a header', G + b'X: a\rY: b\r\n\r\n', 400),
    ('bare LF after the request line', b'GET /healthz HTTP/1.1\nHost: localhost\r\n\r\n', 400),
    ('bare LF after a header', G + b'X: a\n\r\n', 400),
    ('bare LFs only', b'GET /healthz HTTP/1.1\nHost: localhost\n\n', 400),
    ('no Host', b'GET /healthz HTTP/1.1\r\n\r\n', 400),
    ('empty Host', b'GET /healthz HTTP/1.1\r\nHost:\r\n\r\n', 400),
    ('two Hosts', G + b'Host: localhost\r\n\r\n', 400),
    ('HTTP/4294967295.255', b'GET /healthz HTTP/4294967295.255\r\nHost: localhost\r\n\r\n', 400),
    ('HTTP/1.10', b'GET /healthz HTTP/1.10\r\nHost: localhost\r\n\r\n', 400),
    ('HTTP/1.2', b'GET /healthz HTTP/1.2\r\nHost: localhost\r\n\r\n', 505),
    ('HTTP/2.0', b'GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n', 505),
    ('HTTP/2 preface', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
    ('HTTP/0.9', b'GET /healthz\r\n\r\n', 400),
    ('http/1.1 in small letters', b'GET /healthz http/1.1\r\nHost: localhost\r\n\r\n', 400),
    ('absolute form', b'GET http://localhost/healthz' + H + b'\r\n', 400),
    ('authority form', b'CONNECT localhost:80' + H + b'\r\n', 400),
    ('asterisk form', b'OPTIONS *' + H + b'\r\n', 400),
    ('fragment', b'GET /healthz#x' + H + b'\r\n', 400),
    ('NUL in the target', b'GET /health\0z' + H + b'\r\n', 400),
    ('high byte in the target', b'GET /\xff' + H + b'\r\n', 400),
    ('space in the target', b'GET /health z' + H + b'\r\n', 400),
    ('two spaces', b'GET  /healthz' + H + b'\r\n', 400),
    ('tab for a space', b'GET\t/healthz\tHTTP/1.1\r\nHost: localhost\r\n\r\n', 400),
    ('empty line first', b'\r\n' + G + b'\r\n', 400),
    ('space first', b' ' + G + b'\r\n', 400),
    ('target over 2 KB', b'GET /' + b'a' * 2048 + H + b'\r\n', 414),
    ('head over 8 KB', G + b'X: ' + b'a' * 9000 + b'\r\n\r\n', 431),
    ('head that never ends', b'GET /' + b'a' * 20000, 431),
    ('33 headers', G + b'X: y\r\n' * 32 + b'\r\n', 431),
    ('PUT', b'PUT /healthz' + H + b'Content-Length: 0\r\n\r\n', 405),
    ('PATCH', b'PATCH /healthz' + H + b'\r\n', 405),
    ('DELETE', b'DELETE /healthz' + H + b'Connection: close\r\n\r\n', 405),
    ('TRACE', b'TRACE /healthz' + H + b'\r\n', 405),
    ('get in small letters', b'get /healthz' + H + b'\r\n', 405),
    ('GET with a body', G + b'Content-Length: 5\r\n\r\nhello', 400),
    ('Expect of another thing', B + b'Content-Length: 1\r\nExpect: tea\r\n\r\na', 417),
    ('Authorization twice', G + b'Authorization: a\r\nAuthorization: b\r\n\r\n', 400),
    ('TLS hello', b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400),
    ('binary noise', bytes(range(256)) * 8, 400),
]


def table(d):
    for name, data, want in HOSTILE:
        for tcp in (None, PORT):
            began = time.monotonic()
            reply = d.raw(data + G + b'\r\n', tcp)
            took = time.monotonic() - began
            status = split(reply)[0] if reply else 0
            t.ok(status == want and reply.count(b'HTTP/1.1 ') == 1 and
                 took < 3, '%s: %d and closed (%s)' % (
                     name, want, 'tcp' if tcp else 'unix'), reply[:300])
    t.same(d.get('/healthz')[0], 200, 'after all of them it is well')


def forms(d):
    two = G + b'\r\n' + b'GET /nothing' + H + b'Connection: close\r\n\r\n'
    reply = d.raw(two)
    t.ok(reply.startswith(b'HTTP/1.1 200') and b'HTTP/1.1 404' in reply,
         'two requests in one write are answered in order', reply)
    head = split(d.raw(b'HEAD /healthz' + H + b'Connection: close\r\n\r\n'))
    t.ok(head[0] == 200 and head[2] == b'' and
         int(head[1]['content-length']) > 0, 'HEAD has no body', head)
    old = split(d.raw(b'GET /healthz HTTP/1.0\r\n\r\n'))
    t.ok(old[0] == 200 and old[1]['connection'] == 'close',
         'HTTP/1.0 is answered and closed', old)
    with d.connect() as s:
        s.sendall(B + b'Content-Length: 3\r\nExpect: 100-continue\r\n'
                  b'Connection: close\r\n\r\n')
        first = s.recv(1000)
        s.sendall(b'abc')
        rest = drain(s)
    t.ok(first == b'HTTP/1.1 100 Continue\r\n\r\n' and
         rest.startswith(b'HTTP/1.1 400'), '100 Continue is sent', first)
    with d.connect() as s:
        for c in G + b'Connection: close\r\n\r\n':
            s.sendall(bytes([c]))
        t.ok(drain(s).startswith(b'HTTP/1.1 200'), 'byte by byte is fine')
    zh = d.get('/nothing', headers=['Accept-Language: zh-CN'])
    en = d.get('/nothing')
    t.ok(zh[1]['content-language'] == 'zh' and '没有' in zh[2].decode() and
         en[1]['content-type'] == 'application/problem+json' and
         json.loads(en[2])['code'] == 'E-ROUTE',
         'problems speak the language that is asked for', (zh, en))
    for path, want in (('/v1/views/log?x=1', 400), ('/v1/views/none', 404),
                       ('/v1/views/log?limit=1&limit=2', 400),
                       ('/v1/views/log?limit=-1', 400),
                       ('/v1/views/log?lang=fr', 400),
                       ('/v1/views/log?as_of=%2399', 404),
                       ('/v1/views/log?as_of=%23', 400),
                       ('/v1/views/trail?unit=%ff', 400),
                       ('/v1/views/trail?unit=%00', 400),
                       ('/v1/entries/01/raw', 400), ('/v1/entries/99/raw', 404),
                       ('/v1/entries/99999999999999999999/raw', 400),
                       ('/v1/ids/00?by=a', 400), ('/v1/ids/' + '0' * 32, 400),
                       ('/v1/ids/' + '0' * 32 + '?by=a', 404),
                       ('/v1/consistency?old=2&size=1', 400),
                       ('/v1/consistency?old=1', 400),
                       ('/tile/0/999', 404), ('/tile/0/000.p/0', 404),
                       ('/tile/../checkpoint', 404),
                       ('/tile/0/' + 'x001/' * 30 + '000', 404),
                       ('/checkpoint?x=1', 400), ('/checkpoint?', 200),
                       ('/tile/0/000.p/1?a=1&a=1', 400),
                       ('/healthz?x=1', 400), ('/metrics?x', 400),
                       ('/v1/schema?x=1', 400), ('/v1/views?x=1', 400),
                       ('/v1/challenge?x=1', 400),
                       ('/v1/entries/0/raw?x=1', 400),
                       ('/v1/consistency?old=1&size=1&old=1', 400),
                       ('/v1/views/units?year=2022&', 400)):
        t.same(d.get(path)[0], want, 'GET %s' % path[:60])


def bodies(d):
    d.post(d.open_entry())
    notes = [d.enrol(Key('w', 'w'), 'auditor'), b'junk',
             d.enrol(Key('x', 'x'), 'auditor')]
    many = 'application/octet-stream'
    ok = d.post(bundle(notes), many)
    results = json.loads(ok[2])['results'] if ok[0] == 200 else []
    t.ok(len(results) == 3 and results[0]['seq'] == 1 and
         'code' in results[1]['problem'] and results[2]['seq'] == 2,
         'each note of many stands or falls alone, in order', ok)
    for name, body in (('half a length', b'\0'), ('nothing', b''),
                       ('a length of nothing', b'\0\0'),
                       ('a length too long', b'\0\5abc'),
                       ('4097 notes', b'\0\1a' * 4097)):
        t.same(d.post(body, many)[0], 400, 'a bundle of ' + name)
    t.same(d.post(b'{}', 'application/json')[0], 415, 'JSON is not a note')
    t.same(d.post(b'x', 'text/html')[0], 415, 'HTML is not a note')
    t.same(d.post(b'')[0], 400, 'an empty note')
    t.same(d.post(b'a' * 65401)[0], 413, 'a note over the limit')
    said = split(d.raw(B + b'Content-Length: 4194305\r\n\r\n'))
    t.ok(said[0] == 413 and b'E-SIZE' in said[2] and b'4194304' in said[2],
         'a body over the limit, which is said', said)
    dry = d.post(d.enrol(Key('y', 'y'), 'auditor'),
                 path='/v1/entries?dry_run=1')
    t.ok(dry[0] == 200 and json.loads(dry[2])['seq'] == 3 and
         'receipt' not in json.loads(dry[2]), 'a dry run has no receipt', dry)
    t.same(json.loads(d.get('/healthz')[2])['size'], 3, 'and writes nothing')
    t.same(d.post(b'x', path='/v1/entries?dry_run=2')[0], 400, 'dry_run=2')


def moved(d):
    """A body's room moves the bytes of its head; another one's take their
    place."""
    types, ends = (b'text/plain', b'text/html '), []
    with d.connect() as a, d.connect() as b:
        for s, kind in zip((a, b), types):
            s.sendall(b'POST /v1/entries' + H + b'Content-Type: ' + kind +
                      b'\r\nContent-Length: 65344\r\n'
                      b'Expect: 100-continue\r\nConnection: close\r\n\r\n')
            s.recv(1000)
        for s in (a, b):
            s.sendall(b'a' * 65344)
            ends.append(split(drain(s))[0])
    t.same(ends, [400, 415], 'each body goes with the head that it came with')


def kept(d):
    """What a client may keep, and what a page of another origin may read."""
    for path in ('/checkpoint', '/tile/0/000.p/1', '/tile/entries/000.p/1'):
        first = d.get(path)
        tag = first[1].get('etag', '')
        same = d.get(path, headers=['If-None-Match: "x", ' + tag])
        t.ok(tag.startswith('W/"') and same[0] == 304 and same[2] == b'' and
             'content-length' not in same[1] and same[1]['etag'] == tag,
             'what the client has is not sent again: ' + path, same)
        t.same(d.get(path, headers=['If-None-Match: W/"0"'])[0], 200,
               'what it has not, is: ' + path)
    for path, origin in (('/checkpoint', '*'), ('/tile/0/000.p/1', '*'),
                         ('/healthz', '*'), ('/tile/entries/000.p/1', None),
                         ('/v1/consistency?old=1&size=2', '*'),
                         ('/v1/views/log', None), ('/v1/challenge', None)):
        got = d.get(path), d.ask('OPTIONS', path)
        t.ok([x[0] for x in got] == [200, 204] and
             got[1][1]['allow'] == 'GET, HEAD, OPTIONS' and
             [x[1].get('access-control-allow-origin') for x in got] ==
             [origin] * 2, 'other origins at ' + path, got)
    t.same(d.ask('OPTIONS', '/v1/entries')[1].get('allow'), 'POST, OPTIONS',
           'what is posted to has no other origin')
    t.same(d.ask('OPTIONS', '/nothing')[0], 404, 'OPTIONS of nothing')


def packed(d):
    for path in ('/tile/entries/000.p/2', '/v1/schema', '/v1/views',
                 '/v1/views/policy', '/v1/views/log?as_of=%231'):
        plain = d.get(path)
        zipped = d.get(path, headers=['Accept-Encoding: br, gzip;q=0.5'])
        t.ok(plain[1].get('vary') == 'Accept-Encoding' and
             'content-encoding' not in plain[1], 'unasked, plain: ' + path)
        if len(plain[2]) < 1400:
            continue
        t.ok(zipped[1].get('content-encoding') == 'gzip' and
             len(zipped[2]) < len(plain[2]) and
             gzip.decompress(zipped[2]) == plain[2],
             'compressed: %s, %d to %d' % (path, len(plain[2]),
                                           len(zipped[2])), zipped[1])
    for word in ('gzip;q=0', 'gzip;q=0.0', 'br', 'x-gzip'):
        t.ok('content-encoding' not in d.get('/v1/schema', headers=[
            'Accept-Encoding: ' + word])[1], 'not with ' + word)
    for path in ('/checkpoint', '/metrics', '/v1/challenge'):
        t.ok('content-encoding' not in d.get(path, headers=[
            'Accept-Encoding: gzip'])[1], 'never: ' + path)


def closed_after(s, limit):
    """Seconds until the daemon closes, and what it said."""
    began = time.monotonic()
    s.settimeout(limit)
    try:
        data = drain(s)
    except socket.timeout:
        return limit, b''
    return time.monotonic() - began, data


def slow(d):
    head, body, silent = d.connect(), d.connect(), d.connect()
    body.sendall(B + b'Content-Length: 100\r\n\r\n')
    began, sent = time.monotonic(), 0
    ended = {}
    while len(ended) < 3 and time.monotonic() - began < 20:
        for name, s in (('head', head), ('body', body)):
            if name not in ended:
                try:
                    s.sendall(b'a')
                except OSError:
                    pass
        ready = select.select([s for n, s in (('head', head), ('body', body),
                                              ('silent', silent))
                               if n not in ended], [], [], 0.2)[0]
        for s in ready:
            name = {head: 'head', body: 'body', silent: 'silent'}[s]
            ended[name] = (time.monotonic() - began, s.recv(1000))
    t.ok('head' in ended and ended['head'][0] < 7 and
         b' 408 ' in ended['head'][1],
         'a head in drops is closed after 5 s', ended)
    t.ok('body' in ended and ended['body'][0] < 12 and
         b' 408 ' in ended['body'][1],
         'a body in drops is closed after 10 s', ended)
    t.ok('silent' in ended and ended['silent'] [1] == b'' and
         ended['silent'][0] < 7, 'silence is closed after 5 s', ended)
    for s in (head, body, silent):
        s.close()


def cpu_s(pid):
    with open('/proc/%d/stat' % pid) as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def crowd():
    d = Daemon(config=CONFIG % ', connections: 8').start()
    first = [d.connect() for _ in range(8)]
    for s in first:
        s.sendall(G + b'\r\n')
        s.recv(1000)
    late = d.connect()
    late.sendall(G + b'\r\n')
    t.ok(not select.select([late], [], [], 0.3)[0],
         'the ninth of eight connections waits')
    first[0].close()
    t.ok(select.select([late], [], [], 5)[0], 'until one of them leaves')
    for s in first + [late]:
        s.close()
    t.same(d.stop(), 0, 'and it ends well')
    d.remove()


def descriptors():
    d = Daemon(config=CONFIG % '').start(shell='ulimit -n 26')
    crowd, before = [], cpu_s(d.process.pid)
    for _ in range(120):
        try:
            crowd.append(d.connect())
        except OSError:
            break
    began = time.monotonic()
    while time.monotonic() - began < 2:
        time.sleep(0.1)
    used = cpu_s(d.process.pid) - before
    t.ok(used < 0.3, 'out of descriptors it burns no processor (%.2f s)' % used)
    warned = [x for x in d.lines if 'accept-paused' in x]
    t.ok(1 <= len(warned) <= 2, 'and says so once', d.lines)
    for s in crowd:
        s.close()
    t.same(d.get('/healthz')[0], 200, 'and serves again when they are gone')
    t.same(d.stop(), 0, 'and ends well')
    d.remove()


d = Daemon(config=CONFIG % '').start()
table(d)
bodies(d)
moved(d)
forms(d)
kept(d)
packed(d)
slow(d)
t.ok(not [x for x in d.lines if not x.startswith(('<6>event=ready',))],
     'not one line of log for all this', d.lines)
t.same(d.stop(), 0, 'it ends well')
d.remove()
crowd()
descriptors()
t.done()
