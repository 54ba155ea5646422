#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A daemon that answers with what no daemon says: what the command line makes
of a document stays where it was asked for."""
import http.server, json, os, shutil, socketserver, sys, tempfile, threading
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap, kaocheng

t = Tap()
top = tempfile.mkdtemp(prefix='kc-false-')
answers = {}


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        of = self.path.split('?')[0].split('/')[-1]
        body = json.dumps(answers.get(of, {})).encode()
        self.send_response(200 if of in answers else 404)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Daemon(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def document(**more):
    return dict({
        'schema': 'kaocheng.form/1', 'form': 'refund', 'title': 'T',
        'as_of': {'size': 1, 'received': '2022-01-01T00:00:00.000Z'},
        'ledger': 'example.org/log', 'mark': '', 'issuer_name': 'Office',
        'to': [], 'date': '2022-01-01', 'seq': 0, 'tables': [], 'rows': []},
        **more)


def run(*argv):
    return kaocheng(*argv, '--socket', top + '/socket', '--lang', 'en',
                    home=top, cwd=top + '/a/b')


def files():
    return sorted(os.path.relpath(os.path.join(at, f), top)
                  for at, _, names in os.walk(top) for f in names
                  if f != 'socket')


def places():
    """The directory that was named has the files, whatever they are of."""
    answers.update(form=document(),
                   papers={'form': '../../else', 'rows': [{'about': 'x'}]})
    r = run('form', 'render', 'refund', '--all', '-o', 'out')
    t.same((r.returncode, files()), (0, ['a/b/out/refund-x.pdf']),
           'a form that is a path names no file')
    answers.update(papers={'form': 'refund', 'rows': [
        {'about': '../../../else'}]})
    r = run('form', 'render', 'refund', '--all', '-o', 'out')
    t.same((r.returncode != 0, files()), (True, ['a/b/out/refund-x.pdf']),
           'nor does a handle')


os.makedirs(top + '/a/b')
server = Daemon(top + '/socket', Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
try:
    places()
finally:
    server.shutdown()
    shutil.rmtree(top, ignore_errors=True)
t.done()
