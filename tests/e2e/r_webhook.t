#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Webhooks against servers that redirect, hang, flood and lie; signatures
checked by another implementation; addresses that are never reached."""
import base64, os, shutil, socket, ssl, sys, tempfile, threading
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from senderkit import *
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

t = Tap()
dir = tempfile.mkdtemp()
CA = authority(dir, 'ca')
key = Key('hook', 'hook')
KEY = secret(dir, 'hook.key', key.file())


class Server:
    """Answers every request with the same bytes (or what a function makes of
    the request), and keeps what it was sent."""

    def __init__(self, reply, tls=None):
        self.reply, self.requests = reply, []
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.tls = None
        if tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*tls)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                c, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(c,),
                             daemon=True).start()

    def serve(self, c):
        try:
            if self.tls:
                c = self.tls.wrap_socket(c, server_side=True)
            data = b''
            while b'\r\n\r\n' not in data:
                data += c.recv(65536) or 1 / 0
            head, body = data.split(b'\r\n\r\n', 1)
            lines = head.decode().split('\r\n')
            fields = {k.lower(): v for k, v in
                      (line.split(': ', 1) for line in lines[1:])}
            while len(body) < int(fields.get('content-length', 0)):
                body += c.recv(65536) or 1 / 0
            self.requests.append((lines[0], fields, body))
            reply = self.reply
            if callable(reply):
                reply(c)
            else:
                c.sendall(reply)
        except (OSError, ZeroDivisionError, ssl.SSLError):
            pass
        finally:
            c.close()

    def url(self, host='127.0.0.1', scheme='http'):
        return '%s://%s:%d/hook?a=1' % (scheme, host, self.port)


def status(line, *more, body=b''):
    return ('HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n' % (
        line, len(body), ''.join(m + '\r\n' for m in more))).encode() + body


def hook(n, url, **more):
    return job(n, 'webhook', {'url': url}, **more)


def signed():
    server = Server(status('204 No Content'))
    s = Sender(webhook(KEY))
    t.same(s.ask(hook(1, server.url())), ('sent', '204'), 'a POST is taken')
    first, fields, body = server.requests[0]
    t.same(first, 'POST /hook?a=1 HTTP/1.1', 'to the address of the job')
    t.same(fields['webhook-id'], '%032x' % 1, 'webhook-id is that of the job')
    t.ok(abs(int(fields['webhook-timestamp']) - time.time()) < 60,
         'webhook-timestamp is now')
    scheme, sig = fields['webhook-signature'].split(',')
    t.same(scheme, 'v1a', 'the signature is of Ed25519')
    content = '.'.join((fields['webhook-id'],
                        fields['webhook-timestamp'])).encode() + b'.' + body
    public = Ed25519PublicKey.from_public_bytes(key.pub)
    public.verify(base64.b64decode(sig), content)
    t.ok(True, 'it verifies over id.timestamp.body')
    try:
        public.verify(base64.b64decode(sig), content + b' ')
        t.ok(False, 'and over nothing else')
    except InvalidSignature:
        t.ok(True, 'and over nothing else')
    t.same(fields['content-type'],
           'application/cloudevents+json; charset=utf-8', 'a CloudEvent')
    t.same(json.loads(body), {
        'specversion': '1.0', 'id': '%032x' % 1,
        'source': 'kaocheng://' + ORIGIN, 'type': 'kaocheng.reminder.v1',
        'time': '2022-10-17T01:30:00.000Z',
        'datacontenttype': 'application/json',
        'data': {'link': 'https://kaohe.example.org/', 'notices': [{
            'handle': 'PD-2022-0058', 'limit': 'case.rectify', 'stage': '-3',
            'last': '2022-12-30'}]}},
        'with a handle, a kind of deadline, a stage, a day, a link: no more')
    s.ask(hook(1, server.url()))
    t.same(server.requests[1][1]['webhook-id'], '%032x' % 1,
           'a second try has the same id')
    s.close()


def codes():
    s = Sender(webhook(KEY))
    trap = Server(status('200 OK'))
    for line, more, want in (
            ('200 OK', (), ('sent', '200')),
            ('302 Found', ('Location: http://169.254.169.254/latest/',),
             ('failed', '302')),
            ('307 Temporary', ('Location: ' + trap.url(),), ('failed', '307')),
            ('400 Bad', (), ('failed', '400')),
            ('408 Slow', (), ('deferred', '408')),
            ('410 Gone', (), ('failed', '410')),
            ('429 Many', ('Retry-After: 120',), ('deferred', '429')),
            ('500 Oh', (), ('deferred', '500')),
            ('503 Busy', ('Retry-After: 99999999',), ('deferred', '503'))):
        server = Server(status(line, *more))
        t.same(s.ask(hook(2, server.url())), want, 'a reply of ' + line)
        if line[:3] in ('429', '503'):
            t.same(s.answer['retry_s'], 120 if line[:3] == '429' else 86400,
                   'asks for so many seconds, at most a day')
    t.same(trap.requests, [], 'no redirect was followed')
    s.close()


def flood(c):
    c.sendall(b'HTTP/1.1 200 OK\r\n\r\n')
    while True:
        c.sendall(b'x' * 65536)


def trickle(c):
    for b in b'HTTP/1.1 200 OK\r\n':
        c.sendall(bytes([b]))
        time.sleep(0.2)


def hostile():
    s = Sender(webhook(KEY), timeout_s=1)
    t.same(s.ask(hook(3, Server(flood).url())), ('sent', '200'),
           'an endless reply is cut; its status stands')
    for what, reply in (('hangs', lambda c: c.recv(1)),
                        ('trickles', trickle)):
        t.same(s.ask(hook(4, Server(reply).url())), ('deferred', 'timeout'),
               'a server that %s has its time' % what)
    t.same(s.ask(hook(5, Server(b'').url())), ('deferred', 'broken'),
           'one that goes has answered nothing')
    t.same(s.ask(hook(5, Server(b'\x00\xff' * 100).url())),
           ('deferred', 'broken'), 'nor has one that speaks no HTTP')
    big = [{'handle': 'PD-%d' % i, 'limit': 'case.rectify', 'stage': '0'}
           for i in range(64)]
    server = Server(status('200 OK'))
    t.same(s.ask(hook(6, server.url(), notices=big)), ('sent', '200'),
           '64 notices fit')
    t.same(s.ask(hook(6, server.url(), notices=big + big[:1])),
           ('failed', 'job'), '65 do not')
    s.close()


def reach():
    server = Server(status('200 OK'))
    port = server.port
    s = Sender(webhook(KEY, 'public'))
    for url in ('https://127.0.0.1:%d/', 'https://localhost:%d/',
                'https://[::1]:%d/', 'https://2130706433:%d/',
                'https://[::ffff:127.0.0.1]:%d/', 'https://10.0.0.1:%d/',
                'https://192.168.1.1:%d/', 'https://169.254.169.254:%d/',
                'https://100.100.100.200:%d/', 'https://0.0.0.0:%d/'):
        t.same(s.ask(hook(7, url % port)), ('failed', 'reach'),
               'from the public network: not ' + url % 443)
    t.same(s.ask(hook(7, server.url())), ('failed', 'reach'),
           'and nothing without TLS')
    s.close()
    s = Sender(webhook(KEY, 'private'))
    for url in ('https://127.0.0.1:%d/', 'https://169.254.169.254:%d/',
                'https://100.100.100.200:%d/', 'https://[fd00:ec2::254]:%d/',
                'https://[fe80::1]:%d/'):
        t.same(s.ask(hook(8, url % port)), ('failed', 'reach'),
               'with private ranges: not ' + url % 443)
    s.close()
    s = Sender(webhook(KEY))
    t.same(s.ask(hook(9, 'http://169.254.169.254/')), ('failed', 'reach'),
           'nor from this machine')
    t.same(server.requests, [], 'none of them was connected to')
    s.close()


def tls():
    good = certificate(dir, CA, 'good', 'DNS:localhost,IP:127.0.0.1')
    server = Server(status('200 OK'), tls=good)
    url = server.url('localhost', 'https')
    s = Sender(webhook(KEY), ca=CA)
    t.same(s.ask(hook(10, url)), ('sent', '200'), 'by https')
    s.close()
    s = Sender(webhook(KEY), ca=authority(dir, 'other'))
    t.same(s.ask(hook(11, url)), ('deferred', 'tls'),
           'not to a server of an unknown authority')
    t.same(len(server.requests), 1, 'which heard nothing')
    s.close()
    s = Sender(webhook(secret(dir, 'no.key', 'no key\n')), ready=False)
    t.same(s.wait(), 78, 'a file that is no key is not taken')


signed()
codes()
hostile()
reach()
tls()
shutil.rmtree(dir)
t.done()
