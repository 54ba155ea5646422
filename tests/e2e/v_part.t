#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Parts of a ledger: made from a daemon and from its directory, checked with
neither, and every way to break one."""
import base64, hashlib, ctypes, ctypes.util, json, os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import *

t = Tap()
CLI, VERIFY = BUILD + '/bin/kaocheng', BUILD + '/bin/kaocheng-verify'
TOP = tempfile.mkdtemp(prefix='kc-part-')
EST = Key('est', 'est')


def run(*args):
    return subprocess.run([CLI, *args], capture_output=True, text=True,
                          timeout=60)


def verify(path, *more):
    """(exit code, the stage that failed and what was found, the whole)"""
    done = subprocess.run([VERIFY, '--json', *more, path], text=True,
                          capture_output=True, timeout=60)
    said = json.loads(done.stdout)
    bad = [(s['stage'], s['finding']) for s in said.get('stages', ())
           if s['ok'] is False]
    return done.returncode, bad or said.get('finding', ''), said


def frames(data):
    """[(name, bytes)] of a bundle"""
    out, rest = [], data[len(b'kaocheng/v1 bundle\n'):]
    while rest != b'end\n':
        head, _, rest = rest.partition(b'\n')
        _, name, size = head.split(b' ')
        out.append((name.decode(), rest[:int(size)]))
        rest = rest[int(size) + 1:]
    return out


def bundle(files):
    return b'kaocheng/v1 bundle\n' + b''.join(
        b'file %s %d\n%s\n' % (n.encode(), len(d), d) for n, d in files) + \
        b'end\n'


def kinds(files):
    return [d.split(b'\n')[1].split(b' ')[2].decode() for n, d in files
            if n.startswith('entry/')]


d = Daemon().start()


def post(kind, fields, *keys):
    got = d.post(d.entry(kind, fields, list(keys)))
    t.same(got[0], 201, kind)
    return json.loads(got[2])['seq']


def ledger():
    d.post(d.open_entry())
    for who, role in ((EST, 'estab'), (Key('aud', 'aud'), 'auditor')):
        t.same(d.post(d.enrol(who, role))[0], 201, 'enrolled ' + who.name)
    for unit in ('U1', 'U2'):
        post('unit.register', [('unit', unit), ('group', 'gov'),
                               ('name', unit)], EST)
    new = Key('est', 'est, the second')
    proof = new.sign(('kaocheng/v1 possession\nledger %s\nkey %s\n' % (
        ORIGIN, new.vkey)).encode())
    rotated = post('key.rotate', [
        ('key', new.vkey),
        ('possession', base64.b64encode(proof).decode())], EST)
    post('unit.rename', [('unit', 'U1'), ('name', 'U1 bis')], new)
    return rotated


def made(rotated):
    """The part of U1, and what goes with it."""
    live, raw = os.path.join(TOP, 'live'), os.path.join(TOP, 'raw')
    r = run('export', '--unit', 'U1', live, '--socket', d.path('socket'))
    t.ok(r.returncode == 0 and 'kaocheng-verify' in r.stderr, 'from a daemon',
         r.stderr)
    t.same(d.stop(), 0, 'which ends')
    r = run('export', '--unit', 'U1', raw, '--dir', d.dir)
    t.same(r.returncode, 0, 'from its directory')
    with open(raw, 'rb') as f:
        data = f.read()
    with open(live, 'rb') as f:
        t.ok(f.read() == data, 'the same bytes')
    files = frames(data)
    t.same(kinds(files), ['ledger.open', 'actor.enrol', 'unit.register',
                          'key.rotate', 'unit.rename'],
           'what is about it, and both keys of who signed; no other')
    code, bad, said = verify(raw)
    t.same((code, bad), (0, ''), 'it holds')
    t.same([s['stage'] for s in said['stages'] if s['ok'] is None],
           ['seen', 'rules', 'persons'], 'as far as a part can be checked')
    t.same((said['part'], said['entries'], said['covered_by_log_key_only']),
           (['U1'], 7, None), 'and says what it is')
    out = subprocess.run([VERIFY, raw], capture_output=True, text=True).stdout
    t.ok('about: U1' in out and 'whole ledger' in out, 'to people too', out)
    for squeezed in ('x.kcb', 'x.zst'):
        path = os.path.join(TOP, squeezed)
        t.same(run('export', '--unit', 'U1', path, '--dir', d.dir).returncode,
               0, 'compressed as ' + squeezed)
        t.same(verify(path)[:2], (0, ''), 'and read back')
        with open(path, 'rb') as f:
            t.same(f.read(4), b'\x28\xb5\x2f\xfd', 'a frame of zstd')
    r = run('export', '--case', 'PD-2022-0001', os.path.join(TOP, 'no.kcb'),
            '--dir', d.dir)
    t.ok(r.returncode == 3 and 'PD-2022-0001' in r.stderr and
         not os.path.exists(os.path.join(TOP, 'no.kcb')),
         'nothing is about it: refused, and nothing written', r.stderr)
    return files


def broken(files):
    """Every way to break one."""
    by = dict(files)
    n = max(int(x[6:]) for x, _ in files if x.startswith('entry/'))

    def expect(want, name, change, *more):
        path = os.path.join(TOP, 'bad')
        with open(path, 'wb') as f:
            f.write(bundle(change) if isinstance(change, list) else change)
        got = verify(path, *more)
        t.same(got[:2], want, name)

    def put(at, data):
        return [(x, data if x == at else y) for x, y in files]

    def without(*names):
        return [(x, y) for x, y in files if x not in names]

    def stage(name, finding, code=11):
        return code, [(name, finding)]
    leaf, proof = 'entry/%d' % n, 'proof/%d' % n
    for at in ('U1 bis', 'est', 'rename'):
        expect(stage('tree', 'hash', 10), 'a changed byte at ' + at,
               put(leaf, by[leaf].replace(at.encode(), b'X' + at[1:].encode(),
                                          1)))
    expect(stage('tree', 'hash', 10), 'another proof',
           put(proof, bytes([by[proof][0] ^ 1]) + by[proof][1:]))
    expect(stage('tree', 'cut'), 'half a hash', put(proof, by[proof][:-1]))
    expect(stage('tree', 'hash', 10), 'a hash less', put(
        proof, by[proof][:-32]))
    expect(stage('layout', 'missing'), 'an entry left out of it',
           without(leaf))
    lines = by['part'].split(b'\n')
    rotate = int(lines[-3].split(b' ')[1])

    def unlisted(*seqs):
        gone = {b'entry %d' % s for s in seqs}
        return [(x, b'\n'.join(y for y in lines if y not in gone)
                 if x == 'part' else y) for x, y in without(
                     *('entry/%d' % s for s in seqs),
                     *('proof/%d' % s for s in seqs))]
    expect(stage('keys', 'missing'), 'the rotation left out', unlisted(rotate))
    expect(stage('layout', 'malformed'), 'the opening left out', unlisted(0))
    expect((0, ''), 'an entry less is no fault that a part could show',
           unlisted(n))
    for name, text in (
            ('no list', b''), ('another first line', b'x' + by['part']),
            ('about nothing', b'\n'.join(lines[:1] + lines[2:])),
            ('a number twice', by['part'] + lines[-2] + b'\n'),
            ('a number with a zero', by['part'].replace(b'entry 0', b'entry 00'
                                                        )),
            ('a line of its own', by['part'] + b'x\n'),
            ('no last LF', by['part'][:-1]),
            ('a name of 500 bytes', by['part'].replace(
                b'about U1', b'about ' + b'u' * 500))):
        code, bad, _ = 0, None, None
        path = os.path.join(TOP, 'bad')
        with open(path, 'wb') as f:
            f.write(bundle(put('part', text)))
        code, bad, _ = verify(path)
        t.ok(code == 11 and bad[0][0] == 'layout', 'a list with ' + name,
             (code, bad))
    expect(stage('layout', 'stray', 1), 'a file more',
           files + [('entry/999999', by[leaf])])
    expect(stage('tree', 'beyond'), 'an entry beyond the checkpoint', [
        (x, y + b'entry 99999\n' if x == 'part' else y) for x, y in files] + [
            ('entry/99999', by[leaf]), ('proof/99999', by[proof])])
    other = Key(ORIGIN, 'thief').vkey
    expect(stage('trust', 'unsigned'), 'another key of the log', put(
        'trust', b'log %s\nquorum none\n' % other.encode()))
    path = os.path.join(TOP, 'kept')
    with open(path, 'wb') as f:
        f.write(by['checkpoint'])
    expect((0, ''), 'the same checkpoint, kept', files, '--at-least', path)
    with open(os.path.join(TOP, 'x.kcb'), 'rb') as f:
        squeezed = f.read()
    expect((11, 'cut'), 'a frame that breaks off', squeezed[:-9])
    expect((11, 'malformed'), 'a frame with bytes after it', squeezed + b'x')
    expect((11, 'malformed'), 'a frame with a flipped bit',
           squeezed[:200] + bytes([squeezed[200] ^ 8]) + squeezed[201:])
    z = ctypes.CDLL('libzstd.so.1')
    z.ZSTD_compress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(1 << 20)
    size = z.ZSTD_compress(room, ctypes.c_size_t(len(room)),
                           b'\0' * (64 << 20), ctypes.c_size_t(64 << 20), 3)
    code, found, said = verify_bytes(room.raw[:size])
    t.ok(code != 0 and 'large' in json.dumps(said), 'a bomb of zeros', said)


def fold(hashes):
    """RFC 6962 root"""
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b'\1' + fold(hashes[:k]) + fold(hashes[k:])).digest()


def path(hashes, i):
    if len(hashes) == 1:
        return b''
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return (path(hashes[:k], i) + fold(hashes[k:]) if i < k else
            path(hashes[k:], i - k) + fold(hashes[:k]))


def stolen(files):
    """The holder of the log's key lets one actor bring another's key."""
    by = dict(files)
    seqs = [int(x.split(' ')[1]) for x in by['part'].decode().split('\n')
            if x.startswith('entry ')]
    leaves = [by['entry/%d' % s] for s in seqs]
    for name in ('est', 'admin.1'):
        forged = list(leaves)
        i = next(n for n, x in enumerate(leaves) if b'entry key.rotate' in x)
        head, rest = leaves[i].split(b'\n', 1)
        text = rest.split(b'\n\n')[0] + b'\n'
        text = text.replace(b'\nby est\n', b'\nby %s\n' % name.encode())
        signer = EST if name == 'est' else d.admins[0]
        forged[i] = head + b'\n' + text + b'\n' + signer.line(text).encode()
        for n, leaf in enumerate(forged):
            head, rest = leaf.split(b'\n', 1)
            word = head.split(b' ')
            word[3] = b'%d' % n
            forged[n] = b' '.join(word) + b'\n' + rest
        hashes = [hashlib.sha256(b'\0' + x).digest() for x in forged]
        text = b'%s\n%d\n%s\n' % (ORIGIN.encode(), len(forged),
                                  base64.b64encode(fold(hashes)))
        out = [('checkpoint', text + b'\n' + d.log_key.line(text).encode()),
               ('trust', by['trust']), ('part', b'kaocheng/v1 part\nabout U1\n'
                + b''.join(b'entry %d\n' % n for n in range(len(forged))))]
        for n, leaf in enumerate(forged):
            out += [('entry/%d' % n, leaf), ('proof/%d' % n, path(hashes, n))]
        got = verify_bytes(bundle(out))[:2]
        t.same(got, (0, '') if name == 'est' else (10, [('entries', 'entry')]),
               'a key of est that %s brings, under a root of its own' % name)


def verify_bytes(data):
    path = os.path.join(TOP, 'bad')
    with open(path, 'wb') as f:
        f.write(data)
    return verify(path)


def of_years():
    """What came in a year, with what it takes to check it."""
    def part(year, name):
        path = os.path.join(TOP, name)
        r = run('export', '--year', year, path, '--dir', d.dir)
        t.same(r.returncode, 0, 'the year ' + year)
        with open(path, 'rb') as f:
            return path, f.read()
    d.start()
    t.same(d.post(b'{"now":"2023-01-05T01:00:00Z"}', 'application/json',
                  '/v1/clock')[0], 200, 'another year')
    new = Key('est', 'est, the second')
    t.same(d.post(d.entry('unit.rename', [('unit', 'U2'), ('name', 'U2 bis')],
                          [new], at='2023-01-05T01:00:00Z'))[0], 201,
           'something is said in it')
    d.stop()
    path, old = part('2022', 'y2022')
    t.same(kinds(frames(old)), ['ledger.open', 'actor.enrol', 'actor.enrol',
                                'unit.register', 'unit.register', 'key.rotate',
                                'unit.rename'], 'all that came in the first')
    code, bad, said = verify(path)
    t.same((code, bad, said['part']), (0, '', ['year:2022']), 'it holds')
    path, new = part('2023', 'y2023')
    t.same(kinds(frames(new)), ['ledger.open', 'actor.enrol', 'key.rotate',
                                'unit.rename'],
           'and in the second, with the keys of who signed')
    t.same(verify(path)[:2], (0, ''), 'it holds')
    t.same(part('2022', 'again')[1], old, 'the same bytes again')
    for more, code, word in ((['2024'], 3, '2024'), (['24'], 2, '2000'),
                             (['2022', '--unit', 'U1'], 2, '--unit')):
        r = run('export', '--year', *more, os.path.join(TOP, 'none'), '--dir',
                d.dir)
        t.ok(r.returncode == code and word in r.stderr and not os.path.exists(
            os.path.join(TOP, 'none')), 'no part: ' + ' '.join(more), r.stderr)


try:
    rotated = ledger()
    whole = made(rotated)
    broken(whole)
    stolen(whole)
    of_years()
finally:
    d.remove()
    shutil.rmtree(TOP, ignore_errors=True)
t.done()
