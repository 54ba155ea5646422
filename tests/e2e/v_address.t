#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kaocheng-verify with an address: a web server with an export, a daemon; and
servers that hang, cut, redirect, flood, put off or give another file."""
import http.server, json, os, subprocess, sys, threading
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
sys.dont_write_bytecode = True
from kcd import BUILD, Daemon, Key, Tap, bundle, free_port

CLI, VERIFY = BUILD + '/bin/kaocheng', BUILD + '/bin/kaocheng-verify'
t = Tap()
port = free_port()
d = Daemon('listen:\n  unix: socket\n  tcp: "127.0.0.1:%d"\n'
           'publish: entries\n' % port)
ENTRIES = 'tile/entries/000'


class Web(http.server.BaseHTTPRequestHandler):
    """The files under self.server.top; server.fault(self, path) may answer in
    their place."""
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        path = self.path.lstrip('/')
        self.server.asked.append(path)
        if self.server.fault and self.server.fault(self, path):
            return
        try:
            with open(os.path.join(self.server.top, path), 'rb') as f:
                self.say(200, f.read())
        except OSError:
            self.say(404, b'no')

    def say(self, status, body, *headers, length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(
            len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def handle_error(self, *args):
        pass  # the client went away


def serve(top, fault=None):
    web = Quiet(('127.0.0.1', 0), Web)
    web.top, web.fault, web.asked = top, fault, []
    threading.Thread(target=web.serve_forever, daemon=True).start()
    web.url = 'http://127.0.0.1:%d' % web.server_address[1]
    return web


def verify(*args):
    r = subprocess.run([VERIFY, '--lang', 'en', '--json', *args], text=True,
                       capture_output=True, timeout=60)
    return r.returncode, r.stdout, r.stderr


def first(path):
    return path.startswith(ENTRIES)


def fails(fault, want, word, name, *more):
    web = serve(EXPORT, fault)
    code, out, err = verify(web.url, *more)
    web.shutdown()
    t.ok(code == want and word in out + err and json.loads(out), name,
         (code, out, err))
    return web


def hang(w, path):
    if first(path):
        w.send_response(200)
        w.send_header('Content-Length', '1000')
        w.end_headers()
        ended.wait(60)
        return True


def truncate(w, path):
    if first(path):
        w.say(200, b'\0\1x', length=5000)
        w.close_connection = True
        return True


def flood(w, path):
    if first(path):
        try:
            w.send_response(200)
            w.end_headers()
            w.close_connection = True
            for _ in range(1024):
                w.wfile.write(bytes(1 << 16))
        except OSError:
            pass
        return True


def put_off(w, path):
    if path == 'checkpoint' and w.server.asked.count(path) == 1:
        w.say(429, b'later', ('Retry-After', '1'))
        return True


def answer(status, *headers):
    def fault(w, path):
        if first(path):
            w.say(status, b'x' * 200000, *headers)
            return True
    return fault


def wrong(w, path):
    if path.startswith('tile/0/'):
        with open(os.path.join(EXPORT, path), 'rb') as f:
            w.say(200, f.read()[:-1] + b'\0')
        return True


ended = threading.Event()
try:
    d.start()
    d.post(d.open_entry())
    d.post(bundle([d.enrol(Key('p.%d' % i, 'p%d' % i), 'auditor')
                   for i in range(3)]), kind='application/octet-stream')
    EXPORT = d.path('out')
    subprocess.run([CLI, 'export', EXPORT, '--dir', d.dir, '--quiet'],
                   check=True, capture_output=True)
    trust = os.path.join(EXPORT, 'trust')
    web = serve(EXPORT)
    code, out, err = verify(web.url + '/')
    t.ok(code == 0 and json.loads(out)['path'] == web.url + '/',
         'an export behind a web server holds', (code, out, err))
    r = subprocess.run([CLI, 'verify', web.url, '--json'], text=True,
                       capture_output=True)
    t.ok(r.returncode == 0, 'kaocheng verify takes it too', r.stderr)
    for where, name in ((d.path('socket'), 'a daemon by its socket'),
                        ('http://127.0.0.1:%d' % port, 'a daemon by its URL')):
        code, out, err = verify(where, '--trust', trust)
        t.ok(code == 0, name + ' holds', (code, out, err))
    code, out, err = verify(d.path('socket'))
    t.same((code, json.loads(out)['exit']), (11, 11),
           'a daemon has no trust file of its own')

    fails(hang, 1, 'slow', 'a server that hangs is given up',
          '--timeout', '1')
    fails(truncate, 1, ENTRIES, 'a file that breaks off says nothing')
    fails(answer(404), 11, '"missing"', 'a file that is not there')
    fails(answer(500), 1, 'HTTP 500', 'a server that fails')
    fails(answer(401), 1, 'session', 'entries that are not for everybody')
    other = serve(EXPORT)
    fails(answer(302, ('Location', other.url + '/' + ENTRIES)), 1,
          'redirect', 'a redirect is said')
    t.same(other.asked, [], 'and not followed')
    fails(flood, 11, '"too-large"', 'a body without end')
    fails(wrong, 10, '"hash"', 'a wrong tile is tampering')
    held = serve(EXPORT, put_off)
    code, out, err = verify(held.url)
    t.ok(code == 0 and held.asked.count('checkpoint') == 2,
         'a server that puts off is asked again', (code, err))
    code, out, err = verify('http://127.0.0.1:%d' % free_port())
    t.ok(code == 1 and 'connect' in err, 'nobody listens', (code, err))
    t.same(verify(web.url + '/?x=1')[0], 1, 'an address has no query')
    t.same(verify(web.url, '--timeout', '0')[0], 2, 'a timeout is not 0')
    libs = subprocess.run(['readelf', '-d', VERIFY], text=True, check=True,
                          capture_output=True).stdout
    need = sorted(x.split('[')[1].split(']')[0]
                  for x in libs.splitlines() if 'NEEDED' in x)
    t.ok('libcurl' not in ' '.join(need), 'files need no libcurl', need)
    if not os.path.basename(BUILD).endswith(('debug', 'tsan')):
        t.ok(all(x.startswith(('libc.', 'libm.', 'libpthread.', 'ld-linux'))
                 for x in need), 'one file that runs anywhere', need)
finally:
    ended.set()
    d.remove()
t.done()
