#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Evidence over HTTP: who may bring it, who may read it, and what is kept
when it is broken off, altered, or finds no room."""
import calendar, fcntl, hashlib, os, re, signal, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
PORT = free_port()
d = Daemon(config='listen:\n  unix: socket\n  tcp: "127.0.0.1:%d"\n'
           'store: {evidence_mib: 3}\nthreads: 8\nlimits: {requests_per_s: 0}\n' % PORT).start()
EST, AUD = Key('est', 'est'), Key('aud', 'aud')
HEAD, OTHER = Key('head', 'head'), Key('other', 'other')
STATS, ORG = Key('stats', 'stats'), Key('org', 'org')
STORE = d.path('evidence')


def post(kind, fields, *keys):
    got = d.post(d.entry(kind, fields, list(keys)))
    t.same(got[0], 201, kind)
    return json.loads(got[2])['seq']


def found():
    d.post(d.open_entry())
    for key, role in ((EST, 'estab'), (AUD, 'auditor'), (STATS, 'stats'),
                      (ORG, 'org')):
        t.same(d.post(d.enrol(key, role))[0], 201, 'enrolled ' + key.name)
    for unit, key in (('U1', HEAD), ('U2', OTHER)):
        post('unit.register', [('unit', unit), ('group', 'gov'),
                               ('name', unit)], EST)
        t.same(d.post(d.enrol(key, 'head', unit))[0], 201,
               'enrolled ' + key.name)


def session(key):
    c = json.loads(d.get('/v1/challenge')[2])
    text = 'kaocheng/v1 session\nledger %s\nnonce %s\nactor %s\n' % (
        c['ledger'], c['nonce'], key.name)
    got = d.post(note(text, key), path='/v1/session')
    t.same(got[0], 201, 'a session of ' + key.name)
    return ('Authorization: Bearer ' + json.loads(got[2])['token'],)


def bring(data, who, query='', hash=None):
    got = d.post(data, 'application/octet-stream', path='/v1/blobs/%s%s' % (
        hash or hashlib.sha256(data).hexdigest(), query), headers=who)
    return got[0], json.loads(got[2])


def tcp(path, who=()):
    return d.get(path, tcp=PORT, headers=who)[0]


def there():
    return sorted(os.listdir(STORE)) if os.path.isdir(STORE) else []


def brought(head):
    data = os.urandom(3000)
    name = hashlib.sha256(data).hexdigest()
    t.same(bring(data, ())[0], 401, 'nobody brings evidence without a session')
    t.same(bring(data, session(AUD))[0], 403, 'nor who cannot cite it')
    t.same(there(), [], 'and nothing is kept of it')
    t.same(bring(data, head), (201, {'hash': name, 'size': 3000, 'next': 3000,
                                     'stands': True}), 'a small file')
    t.same((there(), os.stat(os.path.join(STORE, name)).st_mode & 0o777),
           ([name], 0o600), 'stands under its hash')
    t.same(bring(data, head)[0], 201, 'twice is the same answer')
    code, said = bring(data, head, hash='0' * 64)
    t.same((code, said['code'], there()), (422, 'E-HASH', [name]),
           'of another hash nothing is kept')
    code, said = bring(b'x', head, '?size=%d' % (3 * 2 ** 20 + 1))
    t.same((code, said['code'], there()), (413, 'E-SIZE', [name]),
           'nor of what is too large')
    t.same(bring(b'', head)[0], 400, 'an empty file is none')
    t.same(bring(data, head, '?at=1&size=3000')[0], 400,
           'a piece beyond the end')
    t.same(bring(data, head, hash='A' * 64)[0], 400, 'a name is lower case')
    return data, name


def pieces(head):
    """A file larger than a body and broken off by a kill."""
    data = os.urandom(2 ** 20 + 17)
    name = hashlib.sha256(data).hexdigest()
    code, said = bring(data[700000:], head, '?at=700000&size=%d' % len(data),
                       name)
    t.ok(code == 400 and not [x for x in there() if x.startswith('.')],
         'a piece before the first is refused and leaves nothing', said)
    code, said = bring(data[:600000], head, '?at=0&size=%d' % len(data), name)
    t.same((code, said['next'], said['stands']), (200, 600000, False),
           'half of it')
    t.ok(name not in there(), 'is not there yet')
    d.process.kill()
    d.process.wait()
    t.same(len([x for x in there() if x.startswith('.')]), 1,
           'a kill leaves a file on its way and no other')
    d.start()
    head = session(HEAD)
    code, said = bring(data[700000:], head, '?at=700000&size=%d' % len(data),
                       name)
    t.ok(code == 400 and '600000' in said['detail'],
         'a piece too early says where to go on', said)
    code, said = bring(data[500000:], head, '?at=500000&size=%d' % len(data),
                       name)
    t.same((code, said['stands']), (201, True), 'it goes on from before')
    with open(os.path.join(STORE, name), 'rb') as f:
        t.ok(f.read() == data, 'and is all of it')
    t.same([x for x in there() if x.startswith('.')], [], 'nothing is left')
    return head, data, name


def bounded(head):
    """What one actor leaves unfinished is bounded, by files and by bytes."""
    def begin(n, size, bytes=b'x', at=0):
        return bring(bytes, head, '?at=%d&size=%d' % (at, size),
                     hashlib.sha256(b'unfinished %d' % n).hexdigest())
    t.same([begin(n, 100)[0] for n in range(16)], [200] * 16,
           'sixteen files are on their way')
    code, said = begin(16, 100)
    t.same((code, said['code']), (409, 'E-UNFINISHED'), 'no more are begun')
    t.ok('16' in said['detail'] and len(there()) == 18, 'it says how many',
         (said, there()))
    t.same(begin(3, 100, b'xyz')[0], 200, 'one of them goes on')
    data = b'finished'
    t.same(bring(data, head)[0], 201, 'and a file that comes whole is taken')
    t.same(bring(b'x', session(OTHER), '?at=0&size=5', '1' * 64)[0], 200,
           'another actor is not hindered')
    for name in there():
        if name.startswith('.') or name == hashlib.sha256(data).hexdigest():
            os.unlink(os.path.join(STORE, name))
    mib = 2 ** 20 - 4096
    codes = [begin(n, 3 * 2 ** 20, b'x' * mib, at * mib)[0]
             for n in range(4) for at in range(3)]
    t.same(codes, [200] * 12, 'as much as four files may have')
    code, said = begin(4, 3 * 2 ** 20, b'x' * mib)
    t.same((code, said['code']), (409, 'E-UNFINISHED'), 'and no more bytes')
    for name in there():
        if name.startswith('.'):
            os.unlink(os.path.join(STORE, name))


def cited(small, big):
    """Whoever may read an entry reads what it cites, and nobody else does."""
    post('indicator.register', [
        ('indicator', 'I1'), ('unit', 'U1'), ('direction', 'higher'),
        ('measure', 'km'), ('name', 'roads')], EST)
    at = post('indicator.report', [
        ('indicator', 'I1'), ('quarter', '2022-Q1'), ('value', '1.0000')] + [
            ('evidence', 'sha256:%s %d application/pdf' % (name, len(data)))
            for data, name in (small, big)], STATS)
    path = '/v1/blobs/%s?entry=%d' % (small[1], at)
    got = d.get(path)
    t.same((got[0], got[2]), (200, small[0]), 'our own uid reads it')
    t.ok(len(d.get('/v1/blobs/%s?entry=%d' % (big[1], at))[2]) == 2 ** 20,
         'at most a mebibyte at once')
    got = d.get('/v1/blobs/%s?entry=%d&at=%d' % (big[1], at, 2 ** 20))
    t.same((got[0], got[2]), (200, big[0][2 ** 20:]), 'then the rest')
    got = d.get('/v1/blobs/%s?entry=%d&at=%d' % (big[1], at, len(big[0])))
    t.same((got[0], got[2]), (200, b''), 'then nothing')
    t.same(d.get(path + '&at=3001')[0], 400, 'nothing lies beyond the end')
    t.same(d.get('/v1/blobs/%s?entry=%d' % (small[1], at - 1))[0], 404,
           'an entry that does not cite it opens nothing')
    t.same(d.get('/v1/blobs/%s?entry=99999' % small[1])[0], 404, 'nor none')
    t.same(d.get('/v1/blobs/' + small[1])[0], 400, 'an entry is to be named')
    raw = '/v1/entries/%d/raw' % at
    for key, want in ((EST, 200), (AUD, 200), (STATS, 200), (HEAD, 200),
                      (OTHER, 403), (ORG, 403), (d.admins[2], 403)):
        who = session(key)
        t.same([tcp(x, who) for x in (raw, path)], [want, want],
               '%s: the entry, and what it cites' % key.name)
    t.same(tcp(path), 401, 'and nobody without a session')
    os.unlink(os.path.join(STORE, small[1]))
    t.same(d.get(path)[0], 404, 'what is gone is gone')


def day(text):
    return calendar.timegm(time.strptime(text, '%Y-%m-%d'))


def move(now, name):
    """The clock goes on and something is written: the daemon looks then."""
    t.same(d.post(b'{"now":"%sT01:00:00Z"}' % now.encode(), 'application/json',
                  '/v1/clock')[0], 200, 'it is ' + now)
    t.same(d.post(d.entry('indicator.register', [
        ('indicator', name), ('unit', 'U1'), ('direction', 'higher'),
        ('measure', 'km'), ('name', 'roads ' + name)], [EST],
        at=now + 'T01:00:00Z'))[0], 201, 'something is said')


def wait_for(word):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if any(word in line for line in d.lines):
            return True
        time.sleep(0.02)
    return False


def together():
    """Sixty-four files of one actor begun at the same time."""
    who, codes = session(OTHER), []
    for name in there():
        if name.endswith('.' + OTHER.name):
            os.unlink(os.path.join(STORE, name))
    others = [os.path.join(STORE, 'other-%d' % n) for n in range(20000)]
    for name in others:  # so that counting takes its time
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))

    def begin(n):
        codes.append(bring(b'x' * 200000, who, '?at=0&size=900000',
                           hashlib.sha256(b'together %d' % n).hexdigest())[0])
    threads = [threading.Thread(target=begin, args=(n,)) for n in range(64)]
    for x in threads:
        x.start()
    for x in threads:
        x.join()
    begun = [x for x in there() if x.endswith('.' + OTHER.name)]
    t.same((len(codes), codes.count(200), len(begun)), (64, 16, 16),
           'together they do not pass the bound')
    for name in others + [os.path.join(STORE, x) for x in begun]:
        os.unlink(name)


def swept(head, big):
    """What nobody cites goes by itself, after its grace and no earlier."""
    files = {}
    for name, brought in (('old', '2021-12-01'), ('new', '2022-01-10')):
        data = name.encode() * 10
        files[name] = hashlib.sha256(data).hexdigest()
        t.same(bring(data, head)[0], 201, 'brought: ' + name)
        os.utime(os.path.join(STORE, files[name]), (day(brought),) * 2)
    half = hashlib.sha256(b'half').hexdigest()
    t.same(bring(b'ha', head, '?at=0&size=4', half)[0], 200, 'half of one')
    half = '.%s.%s' % (half, HEAD.name)
    foreign = os.path.join(STORE, 'notes-of-the-operator')
    with open(foreign, 'w') as f:
        f.write('not ours')
    for name in (half, big[1], foreign):
        os.utime(os.path.join(STORE, name), (day('2021-12-01'),) * 2)
    move('2022-01-20', 'I2')
    t.ok(wait_for('event=evidence-swept files=2'), 'two are swept', d.lines[-5:])
    t.same([x for x in (files['old'], half) if x in there()], [],
           'those that nobody has brought for thirty days')
    t.ok(files['new'] in there(), 'what is newer stays')
    t.ok(big[1] in there(), 'what an entry cites stays, however old')
    t.ok(os.path.exists(foreign), 'and what is not ours')
    move('2022-02-15', 'I3')
    t.ok(wait_for('event=evidence-swept files=1'), 'its time comes too')
    t.same([files['new'] in there(), big[1] in there()], [False, True],
           'and what is cited stays')


def sweeper():
    """The thread that lets all others go before: its status."""
    for n in os.listdir('/proc/%d/task' % d.process.pid):
        task = '/proc/%d/task/%s/' % (d.process.pid, n)
        with open(task + 'stat') as f:
            if f.read().rsplit(')', 1)[1].split()[16] == '19':
                with open(task + 'status') as f:
                    return f.read()


def sweeps_are_told():
    os.chmod(STORE, 0o755)
    move('2022-02-17', 'I4')
    t.ok(wait_for('must have mode 0700'), 'what hinders a sweep is told',
         d.lines[-5:])
    os.chmod(STORE, 0o700)
    with open(os.path.join(STORE, '.%s.x' % ('0' * 64)), 'w') as f:
        os.utime(f.name, (0, 0))
    dir = os.open(STORE, os.O_RDONLY)
    fcntl.flock(dir, fcntl.LOCK_EX)
    move('2022-02-19', 'I5')
    end, status = time.monotonic() + 10, None
    while status is None and time.monotonic() < end:
        status = sweeper()
        time.sleep(0.01)
    held = int(re.search('SigBlk:\t(.*)', status or 'SigBlk:\t0').group(1), 16)
    t.ok(held >> signal.SIGTERM - 1 & 1, 'a sweep takes no signal of the loop',
         status)
    os.close(dir)
    t.ok(wait_for('event=evidence-swept files=1'), 'it goes on')
    t.same(d.stop(), 0, 'and the daemon ends')


try:
    found()
    head = session(HEAD)
    small = brought(head)
    head, *big = pieces(head)
    bounded(head)
    together()
    cited(small, big)
    swept(head, big)
    sweeps_are_told()
finally:
    d.remove()
t.done()
