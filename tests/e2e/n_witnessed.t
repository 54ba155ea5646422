#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A daemon and its witnesses: real ones, a dead one, a lying one; a quorum and
none; open and closed; a witness that knows more than the ledger."""
import json, os, signal, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from witnessedkit import *


def three():
    """Two that sign, one that is dead, one that lies; a quorum of two."""
    d = Daemon()
    ws = [Witness([d.log_key.vkey], name='w%d.example.org' % i).make().start()
          for i in (1, 2)]
    false = Key('liar.example.org', 'a liar').cosigner()
    liar = Liar(lambda body: (200, false.cosign(b'something else', 1).encode()))
    dead = Key('dead.example.org', 'dead').cosigner()
    d.config = config([(url(w.port), w.vkey) for w in ws] +
                      [(url(free_port()), dead.vkey),
                       (url(liar.port), false.vkey)], quorum=2)
    d.start()
    t.same(d.get('/v1/witnessed')[0], 404, 'nothing is witnessed yet')
    t.same(d.post(d.open_entry())[0], 201, 'the ledger is opened')
    note = witnessed(d, 1)
    t.ok(note and all(signed_by(note, w.vkey) for w in ws),
         'two witnesses have signed its head', note)
    t.ok(note and not signed_by(note, false.vkey) and b'liar' not in note and
         b'dead' not in note, 'nobody else\'s line is in it', note)
    text, lines, _ = parse(note)
    t.ok(d.log_key.line(text.encode()).encode() == lines[0],
         'the log\'s own line stands first', lines)
    begin = time.monotonic()
    for i in range(20):
        if grow(d)[0] != 201:
            break
    t.ok(i == 19 and time.monotonic() - begin < 10,
         'nothing waits for the dead one')
    note = witnessed(d, 21)
    t.ok(note is not None, 'what came after is witnessed as well')
    t.same(d.get('/checkpoint')[2], note,
           'the head is served with the witnesses\' lines')
    t.ok(log_line(d, 'name=liar.example.org', 'state=invalid', '<3>') and
         log_line(d, 'name=dead.example.org', 'state=unreachable') and
         log_line(d, 'name=w1.example.org', 'state=signs'),
         'how it stands with each is a line', d.lines)
    text = metrics(d)
    t.ok('kaocheng_witnessed 21\n' in text and
         'kaocheng_witness_up{witness="w1.example.org"} 1\n' in text and
         'kaocheng_witness_up{witness="dead.example.org"} 0\n' in text,
         'and a counter', text)
    t.same(json.loads(d.get('/healthz')[2]).get('witnessed'), 21,
           'health says what is witnessed')
    receipts(d, ws)
    conflicts(d, ws)
    watched(d, ws)
    restart(d, ws)
    d.remove()
    for w in ws:
        w.remove()


def receipts(d, ws):
    status, _, body = d.get('/v1/entries/7/receipt?witnessed=yes')
    head, _, note = body.partition(b'\n\n')
    t.ok(status == 200 and head.startswith(b'c2sp.org/tlog-proof@v1\nindex 7')
         and parse(note)[2] >= 8 and
         sum(signed_by(note, w.vkey) for w in ws) == 2,
         'a receipt by the first checkpoint that witnesses signed', body)
    again = d.get('/v1/entries/7/receipt?witnessed=yes')[2]
    grow(d)
    witnessed(d, 22)
    t.same(d.get('/v1/entries/7/receipt?witnessed=yes')[2], again,
           'it stays the same')
    t.same(d.get('/v1/entries/7/receipt?witnessed=no')[0], 400,
           'there is one way to ask for it')
    bin = os.path.dirname(WITNESS)
    trust = d.path('trust')
    with open(trust, 'w') as f:
        f.write('log %s\nwitness a %s\nwitness b %s\ngroup g all a b\n'
                'quorum g\n' % (d.log_key.vkey, ws[0].vkey, ws[1].vkey))
    out = d.path('out')
    done = subprocess.run([bin + '/kaocheng', 'export', out, '--socket',
                           d.path('socket')], stderr=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True)
    t.same(done.returncode, 0, 'an export of the running ledger')
    done = subprocess.run([bin + '/kaocheng-verify', out, '--trust', trust],
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True)
    t.ok(done.returncode == 0 and 'w1.example.org' in done.stdout,
         'it meets a quorum of both', done.stdout + done.stderr)
    leaf, proof = d.path('leaf'), d.path('proof')
    with open(leaf, 'wb') as f:
        f.write(d.get('/v1/entries/7/raw')[2])
    with open(proof, 'wb') as f:
        f.write(again)
    done = subprocess.run([bin + '/kaocheng', 'verify', '--receipt', proof,
                           '--leaf', leaf, '--trust', trust],
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True)
    t.same(done.returncode, 0, 'and so does the receipt')
    for where in (['--socket', d.path('socket')], ['--dir', d.dir]):
        done = subprocess.run([bin + '/kaocheng', 'log', 'show', '7',
                               '--witnessed'] + where,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        t.ok(done.returncode == 0 and done.stdout.rstrip() == again.rstrip(),
             'kaocheng log show --witnessed ' + where[0],
             done.stderr + done.stdout)


def conflicts(d, ws):
    """A witness that was asked by somebody else knows another size."""
    note = d.get('/v1/witnessed')[2]
    size = parse(note)[2]
    for w in ws:
        w.stop()
    for _ in range(5):
        grow(d)
    text, lines, now = parse(d.get('/checkpoint')[2])
    log_only = text.encode() + b'\n' + lines[0]
    proof = d.get('/v1/consistency?old=%d&size=%d' % (size, now - 2))[2]
    t.ok(log_line(d, 'name=w1.example.org', 'state=unreachable'),
         'both witnesses are gone', d.lines)
    for w in ws:
        w.start()
    # Somebody else feeds the first: it jumps ahead of what we know of it.
    proof = d.get('/v1/consistency?old=%d&size=%d' % (size, now))[2]
    status, _, _ = ws[0].ask('POST', '/add-checkpoint', b'old %d\n%s\n%s' % (
        size, proof, log_only))
    t.ok(status in (200, 409), 'another client feeds a witness', status)
    grow(d)
    note = witnessed(d, now + 1)
    t.ok(note and all(signed_by(note, w.vkey) for w in ws),
         'its size is taken from the conflict, and proved from', note)


def watch(d, *urls):
    """A monitor that asks the witnesses too: exit, what it told, its forks."""
    bin = os.path.dirname(WITNESS)
    with open(d.path('watch.trust'), 'w') as f:
        f.write('log %s\nquorum none\n' % d.log_key.vkey)
    args = [bin + '/kaocheng', 'watch', '--once', '--json', '--trust',
            d.path('watch.trust'), '--state', d.path('watch.state'),
            '--socket', d.path('socket'), '--kind', 'unit.register']
    for u in urls:
        args += ['--witness', u]
    r = subprocess.run(args, capture_output=True, text=True)
    told = [json.loads(l) for l in r.stdout.splitlines()]
    forks = []
    for name in sorted(os.listdir(d.dir)):
        if name.startswith('watch.state.fork-'):
            forks.append(subprocess.run(
                [bin + '/kaocheng-verify', '--trust', d.path('watch.trust'),
                 d.path(name)], capture_output=True).returncode)
    return r.returncode, [(x['alarm'], x['says']) for x in told
                          if x['alarm'] != 'ledger'], forks, r.stderr


def watched(d, ws):
    urls = [url(w.port) for w in ws]
    got = watch(d, *urls)
    t.same(got[1:3], ([], []), 'a monitor finds the heads of the witnesses to '
           'be of one history with the log\'s')
    gone = url(free_port())
    code, told, forks, _ = watch(d, gone, *urls)
    t.ok(code == 1 and [x[0] for x in told] == ['fault'] and
         gone in told[0][1] and not forks, 'one that is away is told',
         (code, told))


def restart(d, ws):
    size = parse(d.get('/v1/witnessed')[2])[2]
    t.same(d.stop(), 0, 'it ends when told')
    for w in ws:
        w.stop()
    done = subprocess.run(
        [os.path.dirname(WITNESS) + '/kaocheng', 'export', d.path('out2'),
         '--dir', d.dir], stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True)
    with open(d.path('out2/checkpoint'), 'rb') as f:
        note = f.read()
    t.ok(done.returncode == 0 and all(signed_by(note, w.vkey) for w in ws),
         'the stopped ledger\'s export has the witnesses\' lines', note)
    d.start()
    note = d.get('/v1/witnessed')[2]
    t.ok(parse(note)[2] == size and all(signed_by(note, w.vkey) for w in ws),
         'what was witnessed is known after a restart', note)
    for w in ws:
        w.start()
    grow(d)
    t.ok(witnessed(d, size + 1), 'and it goes on from there')


def put_back(grown, rotated=False):
    """A copy of a ledger of one entry in the place of one of four that was
    witnessed; `grown`: nobody was there to say so before it had six;
    `rotated`: by now another key of the log is the configured one."""
    d = Daemon()
    w = Witness([d.log_key.vkey]).make().start()
    d.config = config([(url(w.port), w.vkey)])
    d.start()
    d.post(d.open_entry())
    witnessed(d, 1)
    d.stop()
    os.mkdir(d.path('copy'))
    for name in ('ledger.mdb', 'anchor'):
        shutil.copy(d.path(name), d.path('copy'))
    d.start()
    for _ in range(3):
        grow(d)
    t.ok(witnessed(d, 4), 'four entries are witnessed')
    d.stop()
    for name in ('ledger.mdb', 'anchor'):
        shutil.copy(d.path('copy/' + name), d.dir)
    if rotated:
        os.rename(d.path('keys/log.key'), d.path('keys/log.key.old-1'))
        d.write('keys/log.key', Key(d.log_key.name, 'next').file(), 0o600)
    if grown:
        w.stop()
    d.start()
    if grown:
        for _ in range(5):
            grow(d)
        w.start()
    state = 'disagrees' if grown else 'ahead'
    t.ok(log_line(d, 'event=witness', 'state=' + state, '<3>'),
         'a ledger that was put back is told by its witness: ' + state,
         d.lines)
    t.ok(log_line(d, 'event=read-only', w.name + ' has size 4, root '),
         'what it holds is the log\'s own: the ledger stops', d.lines)
    told = [i for i, l in enumerate(d.lines) if w.name + ' has size 4' in l]
    ready = max(i for i, l in enumerate(d.lines) if 'event=ready' in l)
    t.ok(grown or told[0] < ready,
         'it is asked before the first entry is written', (told, ready))
    status, body = grow(d)
    health = json.loads(d.get('/healthz')[2])
    t.same((status, body.get('code'), health['mode'], health['cause']),
           (503, 'E-READ-ONLY', 'read-only', 'contradicted'),
           'no statement is taken any more')
    t.ok(d.get('/v1/witnessed')[0] == 404 or
         parse(d.get('/v1/witnessed')[2])[2] == 1,
         'no witness has signed the other history')
    t.same(w.add(0, [], d.get('/checkpoint')[2])[2], b'4\n',
           'nor ever will')
    code, told, forks, err = watch(d, url(w.port))
    t.ok(code == 10 and [x[0] for x in told] == ['fork'] and
         '4 -> %d' % (6 if grown else 1) in told[0][1] and
         forks == [10 if grown else 11],
         'a monitor that has seen nothing yet keeps both heads',
         (code, told, forks, err))
    d.stop()
    d.remove()
    w.remove()


def ends_while_it_asks():
    """A witness that takes a connection and never answers."""
    with socket.create_server(('127.0.0.1', 0)) as deaf:
        key = Key('w.example.org', 'w').cosigner().vkey
        d = Daemon()
        d.config = config([(url(deaf.getsockname()[1]), key)]).replace(
            'timeout_ms: 500', 'timeout_ms: 10000')
        p = subprocess.Popen(d.command(), stderr=subprocess.DEVNULL)
        deaf.settimeout(20)
        line, _ = deaf.accept()
        before = time.monotonic()
        p.terminate()
        code = p.wait(30)
        line.close()
        t.ok(code == 0 and time.monotonic() - before < 8,
             'told to end while a witness is asked it does not wait for that',
             (code, time.monotonic() - before))
        d.remove()


def closed():
    d = Daemon()
    ws = [Witness([d.log_key.vkey], name='w%d.example.org' % i).make().start()
          for i in (1, 2)]
    d.config = config([(url(w.port), w.vkey) for w in ws], 'closed', 2)
    d.start()
    t.same(d.post(d.open_entry())[0], 201,
           'closed: the first entry, and two witnesses')
    for _ in range(5):
        status, body = grow(d)
    t.same(status, 201, 'entries are acknowledged')
    t.same(parse(d.get('/v1/witnessed')[2])[2], 6,
           'once a quorum has signed what covers them')
    ws[1].stop()
    note = d.enrol(Key('late', 'late'), 'auditor')
    status, _, body = d.post(note)
    t.same((status, json.loads(body).get('code')), (503, 'E-UNKNOWN'),
           'without a quorum the outcome is unknown: ask again')
    status, _, body = d.post(note)
    t.same((status, json.loads(body).get('code')), (503, 'E-UNKNOWN'),
           'it is still')
    status, body = grow(d)
    t.same((status, body.get('code')), (503, 'E-READ-ONLY'),
           'and no other is taken')
    health = json.loads(d.get('/healthz')[2])
    t.same((health['mode'], health.get('cause')),
           ('read-only', 'unwitnessed'), 'health says why')
    t.same(json.loads(d.get('/v1/views/summary')[2] or b'{}').get(
        'schema') is not None, True, 'reading goes on')
    ws[1].start()
    got = until(lambda: (lambda r: r if r[0] == 200 else None)(d.post(note)))
    t.ok(got and json.loads(got[2]).get('duplicate') and
         json.loads(got[2]).get('receipt'),
         'with the quorum the same note has its receipt', got)
    t.same(grow(d)[0], 201, 'and others are taken')
    was = len(log_lines(d, 'event=witness'))
    ws[1].stop()
    slow = threading.Thread(target=grow, args=(d,))
    slow.start()
    t.ok(until(lambda: len(log_lines(d, 'event=witness')) > was),
         'one waits for a witness that is gone')
    begin = time.monotonic()
    code = d.stop()
    t.ok(code == 0 and time.monotonic() - begin < 5,
         'it ends when told, though somebody waits for a witness', code)
    slow.join()
    d.remove()
    for w in ws:
        w.remove()


def any_other():
    """Our client and a witness of somebody else's: the rows of its table."""
    d = Daemon()
    key = Key('python.example.org', 'python').cosigner()
    state = {'size': 0}

    def cosign(body):
        ask, _, note = body.partition(b'\n\n')
        lines = ask.split(b'\n')
        old = int(lines[0].split(b' ')[1])
        text, _, size = parse(note)
        if old != state['size']:
            return 409, b'%d\n' % state['size']
        state['size'] = size
        return 200, (Key('other.example.org', 'o').cosigner().cosign(
            text.encode(), 5) + key.cosign(text.encode(), 1760000000)).encode()
    w = Liar(cosign)
    d.config = config([(url(w.port) + '/some/prefix', key.vkey)])
    d.start()
    d.post(d.open_entry())
    for _ in range(3):
        grow(d)
    note = witnessed(d, 4)
    t.ok(note and signed_by(note, key.vkey) and b'other.example.org' not in
         note, 'any other witness will do; unknown lines are left out', note)
    w.answer = lambda body: (409, b'999999\n')
    grow(d)
    t.ok(log_line(d, 'state=ahead'), 'it claims to have signed more', d.lines)
    t.same((grow(d)[0], json.loads(d.get('/healthz')[2])['mode']),
           (201, 'open'), 'without a proof that stops nothing')
    w.answer = cosign
    t.ok(witnessed(d, parse(d.get('/checkpoint')[2])[2]), 'it comes back')
    for status, state_word in ((404, 'refuses'), (403, 'refuses'),
                               (500, 'unreachable'), (422, 'disagrees')):
        w.answer = lambda body, s=status: (s, b'no\n')
        d.lines.clear()
        end = time.monotonic() + 20
        while time.monotonic() < end and not any(
                'state=' + state_word in l for l in d.lines):
            grow(d)
            time.sleep(0.05)
        t.ok(any('state=' + state_word in l for l in d.lines),
             '%d: %s' % (status, state_word), d.lines)
        w.answer = cosign
        size = parse(d.get('/checkpoint')[2])[2]
        t.ok(witnessed(d, size), 'it is asked again, later', d.lines)
    d.stop()
    d.remove()


def settings():
    d = Daemon()
    good = Key('w.example.org', 'w').cosigner().vkey
    for text, at in (
            ('witnesses: {}\n', 'list'),
            (config([('ftp://w', good)]), 'url'),
            (config([('http://w/', good)]), 'url'),
            (config([('http://w', d.log_key.vkey)]), 'key'),
            (config([('http://w', good), ('http://v', good)]), 'key'),
            (config([('http://w', good)], quorum=2), 'quorum'),
            (config([('http://w', good)], policy='half'), 'policy')):
        d.config = text
        code, out = d.run('-n')
        t.ok(code == 1 and 'k.yaml:' in out and at in out,
             'refused with its place: ' + at, out)
    d.remove()


settings()
three()
put_back(False)
put_back(True)
put_back(False, rotated=True)
ends_while_it_asks()
closed()
any_other()
t.done()
