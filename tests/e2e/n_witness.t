#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kaocheng-witness as a process of its own, asked by a client of C2SP
tlog-witness: every row of its table of status codes, what it keeps over a
kill, races, and a fork."""
import concurrent.futures, glob, os, re, signal, socket, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from witnesskit import *

t = Tap()
log, other = Log(), Log('example.org/other', 'another log')
old_key = Key(ORIGIN, 'before the rotation')
w = Witness([log.key.vkey, other.key.vkey, old_key.vkey],
            more='limits: {requests_per_s: 0}\n')


def setup():
    code, out, err = w.run()
    t.ok(code == 1 and 'witness.key' in err, 'there is no key yet', err)
    w.make()
    t.same(os.stat(w.path('witness.key')).st_mode & 0o777, 0o600,
           'the new key is for its user alone')
    name, _, _ = vkey(w.vkey)
    t.same(name, w.name, 'its verifier key is one of a witness')
    code, out, err = w.run('--new', w.name)
    t.ok(code == 1 and 'file is there' in err, 'no key is written over', err)
    t.same(w.run('--check')[0], 0, 'all is in order')
    w.start()
    t.ok(any(w.vkey in l for l in w.lines), 'it says its key', w.lines)


def table():
    """The rows of add-checkpoint, in the order of the specification."""
    fork = Log(salt=' of another history')
    name = log.key.name
    forged = bytearray(log.head(7))
    forged[-10] ^= 1
    unknown = log.head(7) + '\u2014 w.example.org AAAAAAAAAAA=\n'.encode()
    stranger = Log(seed='a stranger who took the name')
    for want, what, body in (
            (400, 'no request at all', b''),
            (400, 'no old size', b'\n' + log.head(7)),
            (400, 'an old size with a leading zero',
             b'old 00\n\n' + log.head(7)),
            (400, 'an old size that is no number',
             b'old x\n\n' + log.head(7)),
            (400, 'lines that end in CR LF', b'old 0\r\n\r\n' + log.head(7)),
            (400, 'a hash of the wrong length',
             b'old 0\nAAAA\n\n' + log.head(7)),
            (400, '64 lines of proof', request(1, [EMPTY] * 64, log.head(7))),
            (400, 'no checkpoint', b'old 0\n\n'),
            (400, 'a checkpoint without a signature line',
             b'old 0\n\n' + log.text(7).encode()),
            (400, 'a size with a leading zero', request(0, [], kcd.note(
                '%s\n07\n%s\n' % (name, b64(root(log.leaves[:7]))),
                log.key))),
            (400, 'extension lines', request(0, [], log.head(
                7, more='more\n'))),
            (404, 'a log that is not known', request(
                0, [], Log('example.org/unknown').head(7))),
            (403, 'nobody of this log has signed', request(
                0, [], stranger.head(7))),
            (403, 'its signature does not verify', request(
                0, [], bytes(forged))),
            (403, 'another log has signed in its name', request(
                0, [], log.head(7, keys=[other.key]))),
            (400, 'the old size is above the new', request(
                8, [], log.head(7))),
            (409, 'nothing was cosigned yet, and something is claimed',
             request(3, log.proof(3, 7), log.head(7))),
            (422, 'an empty tree with the root of another', request(
                0, [], log.head(0, root_=root(log.leaves[:1])))),
            (422, 'a proof from nothing', request(
                0, log.proof(3, 7), log.head(7))),
            (200, 'an empty tree', request(0, [], log.head(0))),
            (200, 'the first tree; lines of unknown keys are passed over',
             request(0, [], unknown)),
            (200, 'the same again', request(7, [], log.head(7))),
            (409, 'as if for the first time', request(0, [], log.head(7))),
            (409, 'from a size that was not the last', request(
                3, log.proof(3, 9), log.head(9))),
            (409, 'from a size that is yet to come', request(
                8, log.proof(8, 9), log.head(9))),
            (422, 'no proof', request(7, [], log.head(9))),
            (422, 'the proof of other sizes', request(
                7, log.proof(6, 9), log.head(9))),
            (422, 'a proof and one more hash', request(
                7, log.proof(7, 9) + [EMPTY], log.head(9))),
            (422, 'a proof where none belongs', request(
                7, log.proof(3, 7), log.head(7))),
            (422, 'the same size, another root', request(
                7, [], fork.head(7))),
            (422, 'another history, larger', request(
                7, fork.proof(7, 9), fork.head(9))),
            (200, 'the tree grew', request(
                7, log.proof(7, 9), log.head(9))),
            (200, 'signed by the key before the rotation', request(
                9, log.proof(9, 10), log.head(10, keys=[old_key]))),
            (200, 'signed by both', request(
                10, log.proof(10, 300), log.head(
                    300, keys=[old_key, log.key]))),
            (403, 'signed by both, and one does not verify', request(
                300, [], log.head(300, keys=[old_key]) + bytes(forged)[
                    bytes(forged).rindex(b'\xe2\x80\x94'):])),
            (200, 'another log', request(0, [], other.head(5))),
            (409, 'each log has a size of its own', request(
                5, log.proof(5, 301), log.head(301)))):
        status, kind, answer = w.ask('POST', '/add-checkpoint', body)
        good = status == want
        if want == 200:
            note = body[body.index(b'\n\n') + 2:]
            text = note[:note.rindex(b'\n\n') + 1].decode()
            at = cosigned(answer, text, w.vkey) if good else None
            good = good and answer.count(b'\n') == 1 and at is not None and \
                abs(at - time.time()) < 600
        elif want == 409:
            good = good and kind == 'text/x.tlog.size' and \
                re.fullmatch(rb'(0|[1-9][0-9]*)\n', answer)
        t.ok(good, '%d: %s' % (want, what), (status, kind, answer))
    t.same(w.add(0, [], log.head(301))[2], b'300\n',
           'a 409 says the size that was cosigned last')


def around_it():
    for want, method, path, body in (
            (404, 'GET', '/', None), (404, 'POST', '/v1/entries', b''),
            (404, 'POST', '/add-checkpoint/', b''),
            (405, 'GET', '/add-checkpoint', None),
            (405, 'OPTIONS', '/add-checkpoint', None),
            (400, 'POST', '/add-checkpoint?x=1', b''),
            (405, 'POST', '/healthz', b''),
            (200, 'GET', '/healthz', None),
            (413, 'POST', '/add-checkpoint', b'x' * 80000)):
        t.same(w.ask(method, path, body)[0], want, '%d: %s %s' % (
            want, method, path))
    with socket.create_connection(('127.0.0.1', w.port), 15) as s:
        for _ in range(2):
            body = request(5, [], other.head(5))
            s.sendall(b'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n'
                      b'Content-Length: %d\r\n\r\n' % len(body) + body)
            got = b''
            while b'\r\n\r\n\xe2' not in got or got[-1:] != b'\n':
                got += s.recv(4096)
            t.ok(got.startswith(b'HTTP/1.1 200 '),
                 'a connection is kept for the next', got)
    hash = hashlib.sha256(log.key.name.encode()).hexdigest()
    status, _, note = w.ask('GET', '/%s/checkpoint' % hash)
    text, _, lines = note.partition(b'\n\n')
    lines = lines.splitlines(True)
    t.ok(status == 200 and text.decode() + '\n' == log.text(300) and
         len(lines) == 3 and cosigned(lines[2], log.text(300), w.vkey),
         'a monitor gets the last one, with the lines of the log', note)
    t.same(w.ask('GET', '/%s/checkpoint' % ('0' * 64))[0], 404,
           'or 404 for what is not known here')
    body = w.ask('GET', '/metrics')[2].decode()
    t.ok('kaocheng_witness_verdicts_total{verdict="FORK"} 1\n' in body,
         'answers are counted', body)


def keeps():
    w.stop(signal.SIGKILL)
    w.start()
    t.same(w.add(0, [], log.head(301))[2], b'300\n',
           'what was cosigned is known after a kill')
    again = Witness([log.key.vkey], dir=w.dir)
    code, _, err = again.run()
    t.ok(code == 1 and 'process %d' % w.process.pid in err,
         'a second process is told of the first', err)
    w.configure([log.key.vkey, other.key.vkey, old_key.vkey],
                'limits: {requests_per_s: 0}\n')
    code, out, err = w.run('--show')
    t.ok(code == 0 and out.startswith(w.vkey + '\n') and
         out.count('# cosigned\n') == 2 and out.count('# fork\n') == 1,
         'it shows what it cosigned, and both signed heads of a fork', out)
    t.ok(any('event=fork' in l and 'origin=' + ORIGIN in l for l in w.was),
         'the fork was an error in the log', w.was)


def races():
    """N against N + K, both from the size that was cosigned last."""
    log.grow(1200)
    size, lost = 300, 0
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(15):
            sizes = [size + k for k in (1, 40, 7, 20, 3, 33, 9, 28)]
            asks = [(size, log.proof(size, n), log.head(n)) for n in sizes]
            got = list(pool.map(lambda a: w.add(*a), asks))
            won = [n for n, g in zip(sizes, got) if g[0] == 200]
            rest = [g for g in got if g[0] != 200]
            if len(won) != 1 or any(g[0] != 409 for g in rest) or any(
                    g[2] != b'%d\n' % won[0] for g in rest):
                lost += 1
            size = won[0]
    t.same(lost, 0, 'of 8 at once one is cosigned, the others are told which')
    # A train: each as soon as the one before was answered, killed meanwhile.
    rolled_back, answered = 0, size
    for n in range(6):
        under_way = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            killing = pool.submit(lambda: (under_way.wait(20), w.stop(
                signal.SIGKILL)))
            last = answered + 7 * n
            try:
                while answered < 1100:
                    if w.grow(log, answered, answered + 1) != 200:
                        break
                    answered += 1
                    if answered >= last:
                        under_way.set()
            except (OSError, http.client.HTTPException):
                pass
            killing.result()
        w.start()
        held = int(w.add(0, [], log.head(1))[2])
        rolled_back += held < answered
        answered = held
    t.same(rolled_back, 0, 'what was answered is never taken back by a kill')


def faults():
    """Each call that writes or flushes its book fails once, and for ever."""
    shim = os.path.abspath(os.path.join(BUILD, 'tests/fault/shim.so'))
    size = int(w.add(0, [], log.head(1))[2])
    wrong, failed, served = [], 0, 0
    t.ok(os.path.exists(shim), shim + ' is built (make check-bin)')
    for error in (5, 28):
        for forever in ('', '1'):
            for nth in range(1, 12):
                w.stop()
                env = dict(LD_PRELOAD=shim, KC_SHIM_NTH=str(nth),
                           KC_SHIM_ERRNO=str(error), KC_SHIM_PATH='witness.',
                           ASAN_OPTIONS='verify_asan_link_order=0')
                if forever:
                    env['KC_SHIM_FOREVER'] = '1'
                try:
                    w.start(**env)
                    faulty = True
                except RuntimeError:
                    faulty = False
                    failed += 1
                    w.start()
                answered = size
                for _ in range(3):
                    try:
                        status = w.grow(log, answered, answered + 1)
                    except (OSError, http.client.HTTPException):
                        status = 0
                    if status != 200:
                        failed += 1
                        break
                    answered += 1
                    served += faulty
                if w.process.poll() is None:
                    w.stop()
                w.start()
                held = int(w.add(0, [], log.head(1))[2])
                if held not in (answered, answered + 1):
                    wrong.append((error, forever, nth, answered, held))
                size = held
    t.same(wrong, [], 'a failing disk takes back nothing that was answered')
    t.ok(failed > 20, 'and it did fail', failed)
    t.ok(served > 20, 'not before it had answered some', served)


def guards():
    w.stop()
    code, _, err = Witness([], dir=w.dir, port=w.port).run()
    t.ok(code == 1, 'logs: wants a list', err)
    w.configure([log.key.vkey, other.key.vkey])
    key = open(w.path('witness.key')).read()
    os.remove(w.path('witness.key'))
    with open(w.path('witness.key'), 'w') as f:
        f.write(Key(w.name, 'the same name').file())
    os.chmod(w.path('witness.key'), 0o600)
    code, _, err = w.run()
    t.ok(code == 65 and 'foreign' in err,
         'a book is not opened with another key', err)
    with open(w.path('witness.key'), 'w') as f:
        f.write(key)
    os.rename(w.path('witness.mdb'), w.path('away'))
    code, _, err = w.run()
    t.ok(code == 65 and 'never be used with an empty one' in err,
         'without its book it does not start', err)
    os.rename(w.path('away'), w.path('witness.mdb'))
    w.start()
    os.rename(w.path('witness.mdb'), w.path('away'))
    status = w.add(0, [], other.head(6))[0]
    t.same((status, w.process.wait(10)), (503, 74),
           'a book that is taken away ends it, and nothing is signed')
    os.rename(w.path('away'), w.path('witness.mdb'))
    w.start()


def reload():
    third = Log('example.org/third', 'a third log')
    t.same(w.grow(third, 0, 3), 404, 'a log is unknown')
    w.configure([log.key.vkey, third.key.vkey],
                'limits: {requests_per_s: 5}\n')
    w.process.send_signal(signal.SIGHUP)
    while not any('event=reloaded' in l for l in w.lines):
        time.sleep(0.01)
    t.same(w.grow(third, 0, 3), 200, 'and known after a reload')
    t.same(w.grow(other, 5, 6), 404, 'one that was taken out is not')
    with open(w.path('witness.yaml'), 'a') as f:
        f.write('unknown: 1\n')
    w.process.send_signal(signal.SIGHUP)
    while not any('event=reload-refused' in l for l in w.lines):
        time.sleep(0.01)
    t.ok(any('witness.yaml:' in l for l in w.lines),
         'a file that is not in order changes nothing, and says where',
         w.lines)
    codes = [w.ask('GET', '/healthz')[0] for _ in range(40)]
    t.ok(429 in codes and codes[0] == 200, 'a source has its budget', codes)
    t.same(w.stop(), 0, 'it ends when told')


def texts():
    for lang, word in (('C', 'usage:'), ('zh_CN.UTF-8', '用法：')):
        code, out, _ = w.run('--help', env=dict(os.environ, LC_ALL=lang))
        t.ok(code == 0 and out.startswith(word), 'help in ' + lang, out)
    t.same(w.run('--nonsense')[0], 100, 'usage is 100')
    kaocheng = os.path.join(os.path.dirname(WITNESS), 'kaocheng')
    config = w.path('witness.yaml')
    with open(config) as f:
        good = f.read().replace('unknown: 1\n', '')
    with open(config, 'w') as f:
        f.write(good)
    done = subprocess.run([kaocheng, 'witness', 'show', '--config', config],
                          stdout=subprocess.PIPE, text=True, timeout=20)
    t.ok(done.returncode == 0 and done.stdout == w.run('--show')[1],
         'kaocheng witness is the same program', done.stdout)


def page():
    """The configuration that is installed, and the commands of the page."""
    src = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
    dir = tempfile.mkdtemp(prefix='kc-witness-', dir='/tmp')
    with open(os.path.join(src, 'daemon/witness/witness.yaml')) as f:
        text = f.read()
    state = os.path.join(dir, 'state')
    text = text.replace('/var/lib/kaocheng-witness', state).replace(
        '0.0.0.0:8440', '127.0.0.1:%d' % free_port())
    new = Witness([], dir=dir)
    with open(new.path('witness.yaml'), 'w') as f:
        f.write(text)
    new.make().start()
    t.ok(new.process.poll() is None and os.path.exists(
        os.path.join(state, 'witness.mdb')),
        'the installed configuration, --new, and it runs')
    new.stop()
    new.remove()


try:
    setup()
    table()
    around_it()
    w.was = w.lines
    keeps()
    races()
    faults()
    guards()
    reload()
    texts()
    page()
finally:
    w.remove()
t.done()
