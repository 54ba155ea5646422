#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A daemon that publishes nothing, verified over TCP in a session, and its
evidence with it; evidence of web servers with and without ranges."""
import hashlib, http.server, json, os, re, subprocess, sys, tempfile, threading
import shutil
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, free_port

BUILD = os.path.abspath(os.environ.get('BUILD', 'build'))
CLI, VERIFY = BUILD + '/bin/kaocheng', BUILD + '/bin/kaocheng-verify'
t = Tap()
top = tempfile.mkdtemp(prefix='kc-session-')
L = top + '/ledger'
AT = '2022-01-10T01:00:00Z'
PORT = free_port()
URL = 'http://127.0.0.1:%d' % PORT
MIB = 1 << 20
ENV = dict(PATH=os.environ['PATH'], HOME=top, LANG='C')


def run(program, *argv):
    r = subprocess.run([program] + list(argv), env=ENV, cwd=top, text=True,
                       capture_output=True, timeout=120)
    return r.returncode, r.stdout, r.stderr


def good(what, *argv):
    r = run(CLI, *argv)
    t.ok(r[0] == 0, what, r)
    return r


def sign(what, *argv):
    return good(what, *argv, '--dir', L, '--yes', '--at', AT)


def verify(*argv):
    """exit, files cited and absent, and what else was found"""
    code, out, err = run(VERIFY, '--json', '--trust', L + '/trust', *argv)
    said = json.loads(out) if out.startswith('{') else {}
    found = [(s['stage'], s['finding']) for s in said.get('stages', [])
             if s.get('ok') is False]
    return (code, said.get('evidence_cited'), said.get('evidence_absent'),
            found), err


def file(name, data):
    with open(top + '/' + name, 'wb') as f:
        f.write(data)
    return hashlib.sha256(data).hexdigest()


def change(path, at):
    with open(path, 'r+b') as f:
        f.seek(at)
        b = f.read(1)[0]
        f.seek(at)
        f.write(bytes([b ^ 1]))


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        try:
            with open(self.server.top + self.path, 'rb') as f:
                body = f.read()
        except OSError:
            return self.say(404, b'')
        asked = re.match(r'bytes=(\d+)-(\d+)', self.headers.get('Range', ''))
        if self.path.startswith('/evidence/') and self.server.endless:
            self.send_response(200)
            self.end_headers()
            self.close_connection = True
            try:
                while True:
                    self.wfile.write(bytes(1 << 16))
            except OSError:
                return
        if not (asked and self.server.ranges):
            return self.say(200, body)
        self.server.asked += 1
        a, b = map(int, asked.groups())
        if a >= len(body):
            return self.say(416, b'')
        self.say(206, body[a:b + 1])

    def say(self, status, body):
        self.send_response(status)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # who has read enough goes away

    def log_message(self, *args):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def handle_error(self, *args):
        pass


def serve(ranges, endless=False):
    web = Quiet(('127.0.0.1', 0), Web)
    web.top, web.ranges, web.asked = top + '/export', ranges, 0
    web.endless = endless
    threading.Thread(target=web.serve_forever, daemon=True).start()
    return web, 'http://127.0.0.1:%d' % web.server_address[1]


def found():
    good('a ledger', 'init', L, '--origin', 'example.org/session', '--at', AT,
         '--unprotected', '--tcp', '127.0.0.1:%d' % PORT)
    p = subprocess.Popen([BUILD + '/bin/kaochengd', '--dir', L, '--test-clock',
                          AT], cwd=top, stderr=subprocess.PIPE, text=True)
    for line in p.stderr:
        if 'event=ready' in line:
            break
    for actor, role in (('aud.1', 'auditor'), ('stats.1', 'stats')):
        good('a key', 'key', 'new', actor, '--dir', L, '--unprotected')
        sign(actor, 'actor', 'enrol', '--actor', actor, '--role', role,
             '--as', 'admin.1', '--as', 'admin.2')
    sign('a unit', 'unit', 'register', 'U1', '--group', 'gov', '--name',
         'Roads', '--as', 'estab.1')
    sign('an indicator', 'indicator', 'register', 'I1', '--unit', 'U1',
         '--direction', 'higher', '--measure', 'km', '--name', 'roads',
         '--as', 'estab.1')
    hashes = [file('a.pdf', b'a survey' * 100), file('b.zip', os.urandom(MIB)),
              file('c.zip', os.urandom(2 * MIB + 12345))]
    sign('a report with evidence', 'indicator', 'report', 'I1', '--quarter',
         '2022-Q1', '--value', '12', '--evidence', 'a.pdf', '--evidence',
         'b.zip', '--evidence', 'c.zip', '--as', 'stats.1')
    return p, hashes


def sessions():
    got, err = verify(URL)
    t.ok(got[0] == 1 and '--token' in err, 'without a session it says nothing '
         'and names the way', (got, err))
    keys = ('--keys', L + '/keys', '--trust', L + '/trust', '--url', URL)
    code, _, err = run(CLI, 'session', '--out', 'x', *keys)
    t.ok(code == 2 and '--as' in err, 'a session is of somebody', err)
    good('a session of the auditor', 'session', '--as', 'aud.1', '--out',
         'token', *keys)
    t.same(os.stat(top + '/token').st_mode & 0o777, 0o600,
           'its token is for its owner alone')
    t.same(verify('--token', 'token', URL)[0], (0, 3, 0, []),
           'with it the ledger and its evidence hold')
    good('one of an administrator', 'session', '--as', 'admin.1', '--out',
         'token.admin', *keys)
    got, err = verify('--token', 'token.admin', URL)
    t.ok(got[0] == 1 and '403' in err, 'who may not read all of it proves '
         'nothing', (got, err))
    file('token.bad', b'0' * 64 + b'\n')
    got, err = verify('--token', 'token.bad', URL)
    t.ok(got[0] == 1 and '401' in err, 'nor does a token of nothing', err)
    file('token.not', b'X: y\r\nZ: w\n')
    t.same(verify('--token', 'token.not', URL)[0][0], 1,
           'what is no token is not sent')
    t.same(verify('--token', 'nowhere', URL)[0][0], 3, 'nor what is not there')
    code, out, err = run(CLI, 'verify', URL, '--json', '--as', 'aud.1',
                         '--keys', L + '/keys', '--trust', L + '/trust')
    t.ok(code == 0 and json.loads(out)['evidence_absent'] == 0,
         'kaocheng verify signs for its own', (code, out, err))
    t.same(verify(L + '/socket')[0], (0, 3, 0, []), 'by the socket the same')


def damaged(hashes):
    path = L + '/evidence/' + hashes[2]
    change(path, 2 * MIB + 5)
    t.same(verify('--token', 'token', URL)[0], (10, 3, 0, [
        ('evidence', 'other')]), 'a bit of the evidence is noticed')
    change(path, 2 * MIB + 5)
    os.rename(path, path + '.x')
    t.same(verify('--token', 'token', URL)[0], (0, 3, 1, []),
           'what is not there is counted')
    os.rename(path + '.x', path)


def webs(hashes):
    good('an export', 'export', 'export', '--evidence', 'include', '--dir', L)
    for ranges in (True, False):
        web, url = serve(ranges)
        t.same(verify(url)[0], (0, 3, 0, []),
               'of a web server %s ranges' % ('with' if ranges else 'without'))
        t.same(web.asked, 6 if ranges else 0, 'piece by piece')
        web.shutdown()
    _, url = serve(False, endless=True)
    t.same(verify(url)[0], (10, 3, 0, [('evidence', 'other')]),
           'evidence without end is read no further than it should be')
    change(top + '/export/evidence/' + hashes[1], MIB - 1)
    web, url = serve(True)
    t.same(verify(url)[0], (10, 3, 0, [('evidence', 'other')]),
           'the last byte of a piece is looked at')


p = None
try:
    p, hashes = found()
    sessions()
    damaged(hashes)
    webs(hashes)
finally:
    if p is not None:
        p.terminate()
        p.stderr.read()
        p.wait()
    shutil.rmtree(top)
t.done()
