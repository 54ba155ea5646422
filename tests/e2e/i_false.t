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


ODD = (None, 7, ['x'], {'x': 'y'})


def kinds():
    """What should be text and is none is left out, in each form of paper."""
    table = {'title': None, 'columns': ['column', *ODD],
             'lines': [{'cells': ['cell', *ODD]}, {'cells': ['a', 'b']}, *ODD]}
    row = {'part': 'signer', 'label': None, 'text': 7, 'by': [None],
           'date': {}, 'seq': 'x'}
    answers.update(form=document(
        to=['addressee', *ODD], mark=7, date=None, as_of=[],
        tables=[table, *ODD], rows=[row, *ODD]))
    for end in ('', 'x.txt', 'x.html', 'x.pdf'):
        r = run('form', 'render', 'refund', 'x', *(('-o', end) if end else ()))
        t.same((r.returncode, 'cell' in r.stdout), (0, not end),
               'text that is none is nothing: ' + (end or 'a terminal'))
    for end in ('x.txt', 'x.html'):
        with open(top + '/a/b/' + end) as f:
            said = f.read()
        t.ok('cell' in said and 'addressee' in said,
             'and what is text is there: ' + end, said)


def terminals():
    """No byte of an answer commands a terminal."""
    esc = '\x1b]0;x\x07'
    answers.update(
        form=document(issuer_name=esc, title=esc, mark=esc, to=[esc], tables=[
            {'title': esc, 'columns': [esc], 'lines': [{'cells': [esc]}]}],
            rows=[{'part': p, 'label': esc, 'text': esc, 'by': [esc]}
                  for p in ('field', 'paragraph', 'signer', 'note')]),
        waterfall={'unit': esc, 'name': esc, 'total': esc, 'rows': [
            {'label': esc, 'matter': esc, 'before': '1.0000',
             'after': '2.0000', 'change': esc}]},
        bands={'group_text': esc, 'third_below': '1.0000', 'rows': [
            {'band': 'first', 'band_text': esc, 'unit': esc, 'name': esc,
             'group_rank': 1, 'total': esc}]})
    for argv in (('form', 'render', 'refund', 'x'),
                 ('chart', 'waterfall', 'G01'), ('chart', 'bands', 'gov')):
        r = run(*argv)
        t.ok(r.returncode == 0 and '\\x1b]0;x\\x07' in r.stdout and
             not set(r.stdout) & {'\x1b', '\x07'},
             ' '.join(argv[:2]) + ' is harmless for a terminal', r)
    r = run('chart', 'waterfall', 'G01', '-o', 'x.svg')
    with open(top + '/a/b/x.svg') as f:
        said = f.read()
    t.ok('steps: 1<' in said, 'one row is no more steps than it has', said)
    r = run('form', 'render', 'refund', 'x', '-o', 'x.pdf')
    t.ok(r.returncode == 1 and '(U+001B)' in r.stderr and
         not set(r.stderr) & {'\x1b', '\x07'},
         'so is what is said of characters that no font has', r)


def days():
    """What has no day on an axis is not drawn, and ends nothing."""
    far = '9999-12-31'
    answers.update(
        trail={'unit': 'G01', 'year': 1 << 40, 'as_of': {'received': far},
               'rows': [{'case': 'A', 'depth': 0, 'date': '2022-03-01',
                         'due': far, 'event': 'drawn'},
                        {'depth': 1, 'date': far}, {'depth': 1},
                        {'case': 'B', 'depth': 0, 'event': 'lost'}]},
        deadlines={'rows': [{'case': 'A', 'due': far}, {'case': 'A'}]})
    r = run('chart', 'timeline', 'G01')
    t.ok(r.returncode == 0 and 'A drawn' in r.stdout and
         'lost' not in r.stdout and '2022-03' in r.stdout,
         'days that no ledger has are on no axis', r)


os.makedirs(top + '/a/b')
server = Daemon(top + '/socket', Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
try:
    places()
    kinds()
    terminals()
    days()
finally:
    server.shutdown()
    shutil.rmtree(top, ignore_errors=True)
t.done()
