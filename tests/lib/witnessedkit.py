# SPDX-License-Identifier: Apache-2.0
"""A daemon that asks witnesses, for its tests: its settings, a witness that
lies, what it wrote and what was signed."""
import atexit, http.server, json, os, threading, time
from witnesskit import *
from kcd import Daemon as Any

t = Tap()


class Daemon(Any):
    def __init__(self):
        super().__init__()
        atexit.register(self.remove)


def config(witnesses, policy='open', quorum=None, more=''):
    text = 'witnesses:\n  policy: %s\n  timeout_ms: 500\n' % policy
    text += '  interval_ms: 20\n'
    if quorum:
        text += '  quorum: %d\n' % quorum
    text += more + '  list:\n'
    for url, key in witnesses:
        text += '    - {url: "%s", key: "%s"}\n' % (url, key)
    return text


def url(port):
    return 'http://127.0.0.1:%d' % port


class Liar:
    """Answers any request with this status and body."""

    def __init__(self, answer):
        liar = self
        self.answer, self.asked = answer, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def do_GET(self):
                self.send_error(404)

            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                liar.asked += 1
                status, answer = liar.answer(body)
                self.send_response(status)
                self.send_header('Content-Length', str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, address):
                pass  # the daemon went away
        self.server = Server(('127.0.0.1', 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.01)
    return None


def log_lines(d, *parts):
    return [l for l in d.lines if all(p in l for p in parts)]


def log_line(d, *parts):
    return until(lambda: log_lines(d, *parts))


def parse(note):
    """text, lines, size"""
    text, _, lines = note.partition(b'\n\n')
    return (text + b'\n').decode(), lines.splitlines(True), \
        int(text.split(b'\n')[1])


def signed_by(note, key):
    text, lines, _ = parse(note)
    return any(cosigned(l, text, key) is not None for l in lines
               if l.decode().split(' ')[1] == key.split('+')[0])


def witnessed(d, size):
    """The checkpoint of /v1/witnessed once it covers this size."""
    def look():
        status, _, note = d.get('/v1/witnessed')
        return note if status == 200 and parse(note)[2] >= size else None
    return until(look)


def metrics(d):
    return d.get('/metrics')[2].decode()


def grow(d):
    """One more entry; status and body."""
    name = 'a' + os.urandom(4).hex()
    status, _, body = d.post(d.enrol(Key(name, name), 'auditor'))
    return status, json.loads(body)
