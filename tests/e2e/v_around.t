#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What stands around the entries of an export, damaged and forged: trust,
mirrors, witnesses, checkpoints, bundles; and the verifier misused."""
import base64, json, os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from judged import *
from kcd import Key


def trust(base):
    good = base['trust']
    line = good.split(b'\n')[0] + b'\n'
    raw = b'\x01' + LOG.pub
    w = key('w').cosigner()
    for name, data, want in (
            ('two logs', b'log %s\n' % key('o').vkey.encode() + good, (0, '')),
            ('a comment', b'# x\n' + good, (0, '')),
            ('no last LF', good[:-1], (0, '')),
            ('a witness that is not asked for', line + b'witness w ' +
             w.vkey.encode() + b'\nquorum none\n', (0, '')),
            ('a witness that did not sign', line + b'witness w ' +
             w.vkey.encode() + b'\nquorum w\n', (11, 'trust')),
            ('one log twice', line + good, None), ('CR LF',
             good.replace(b'\n', b'\r\n'), None), ('a NUL', good + b'\0', None),
            ('a witness that is none', line + b'witness w garbage\n'
             b'quorum none\n', None),
            ('a name that is not defined', line + b'group g any x\n'
             b'quorum none\n', None),
            ('no quorum', line, None),
            ('a key id in capitals', good.replace(
                LOG.id.hex().encode(), LOG.id.hex().upper().encode()), None),
            ('a wrong key id', good.replace(
                LOG.id.hex().encode(), b'00000000'), None),
            ('a key of another type', b'log %s+%s+%s\nquorum none\n' % (
                ORIGIN, LOG.id.hex().encode(),
                base64.b64encode(b'\x04' + LOG.pub)), None),
            ('a key that is too short', good.replace(
                base64.b64encode(raw), base64.b64encode(raw[:32])), None)):
        expect(save(dict(base, trust=data)), want or (11, 'trust'),
               'trust with ' + name)
    other = os.path.join(TOP, 'trust')
    write(other, b'log %s\nquorum none\n' % Key(
        ORIGIN.decode(), 'thief').vkey.encode())
    expect(save(base), (11, 'trust'), 'another key of that name', '--trust',
           other)
    write(other, b'log %s\nquorum none\n' % key('o').vkey.encode())
    expect(save(base), (1, 'trust'), 'the key of another log', '--trust', other)
    write(other, b'log x\n')
    done = subprocess.run([VERIFY, '--trust', other, save(base)],
                          capture_output=True)
    t.ok(done.returncode == 1 and (other + ':1:5: ').encode() in done.stderr,
         'a trust file of mine that is none, and where', done)
    write(other, b'')
    expect(save(base), (1, ''), 'a trust file of mine that is empty',
           '--trust', other)
    fifo = os.path.join(TOP, 'trust.fifo')
    os.mkfifo(fifo)
    expect(save(base), (1, ''), 'a pipe that nobody writes to', '--trust', fifo)
    mirrors(base, good)
    witnesses(base, line, w)


def mirrors(base, good):
    mine = os.path.join(TOP, 'mine.trust')
    write(mine, good)
    hashed = {n: d for n, d in base.items()
              if n == 'checkpoint' or n.startswith('tile/')}
    bare = {n: d for n, d in hashed.items()
            if n == 'checkpoint' or n.startswith('tile/entries/')}
    expect(save(hashed), (11, 'layout'), 'a mirror without trust')
    expect(save(hashed), (0, ''), 'a mirror, with trust', '--trust', mine)
    expect(save(bare), (0, ''), 'a mirror of entries alone', '--trust', mine)
    part = 'tile/entries/001'
    expect(save(dict(bare, **{part: base[part][:-1] + b'x'})), (10, 'tree'),
           'a mirror of entries alone, one byte changed', '--trust', mine)
    some = dict(hashed)
    del some['tile/1/000.p/2']
    expect(save(some), (11, 'layout'), 'a mirror that lacks a tile',
           '--trust', mine)


def witnesses(base, line, w):
    mine = os.path.join(TOP, 'quorum')
    text = base['checkpoint'].split(b'\n\n')[0] + b'\n'
    stranger = key('s').cosigner()
    two = line + b'witness w %s\nwitness s %s\n' % (
        w.vkey.encode(), stranger.vkey.encode())
    for rule, lines, want in (
            (b'quorum none\n', [], (0, '')),
            (b'quorum w\n', [w], (0, '')),
            (b'quorum w\n', [stranger], (11, 'trust')),
            (b'group g all w s\nquorum g\n', [w, stranger], (0, '')),
            (b'group g 2 w s\nquorum g\n', [w], (11, 'trust')),
            (b'group g any w s\nquorum g\n', [w], (0, ''))):
        write(mine, two + rule)
        signed = base['checkpoint'] + b''.join(
            k.cosign(text, 1700000000).encode() for k in lines)
        expect(save(dict(base, checkpoint=signed)), want,
               '%d witnesses for %r' % (len(lines), rule.decode()),
               '--trust', mine)
    bad = w.cosign(text, 1700000000)
    bad = bad[:-12] + ('A' if bad[-12] != 'A' else 'B') + bad[-11:]
    expect(save(dict(base, checkpoint=base['checkpoint'] + bad.encode())),
           (10, 'trust'), 'a witness whose signature fails', '--trust', mine)
    many = b''.join(b'\xe2\x80\x94 witness%d.example/pq %s\n' % (
        i, base64.b64encode(os.urandom(2432))) for i in range(16))
    head, _, log = base['checkpoint'].partition(b'\n\n')
    expect(save(dict(base, checkpoint=base['checkpoint'] + many)), (0, ''),
           '16 post-quantum lines of unknown keys')
    expect(save(dict(base, checkpoint=head + b'\n\n' + many + log)), (0, ''),
           'the same before the line of the log')


def checkpoints(base):
    size, root = SHORT, base64.b64decode(base['checkpoint'].split(b'\n')[2])
    bad, other = (10, 'trust'), (11, 'trust')
    good = checkpoint(size, root)
    for name, data, want in (
            ('a zero before its size', checkpoint('0700', root), other),
            ('a plus before its size', checkpoint('+700', root), other),
            ('a size below zero', checkpoint('-1', root), other),
            ('a size of 2^64', checkpoint(1 << 64, root), other),
            ('a size of 2^64 - 1', checkpoint((1 << 64) - 1, root), None),
            ('a size of 2^63 - 1', checkpoint((1 << 63) - 1, root),
             (11, 'layout')),
            ('a size of 2^40', checkpoint(1 << 40, root), (11, 'layout')),
            ('one entry less', checkpoint(SHORT - 1, root), (11, 'layout')),
            ('one entry more', checkpoint(SHORT + 1, root), None),
            ('another root', checkpoint(size, root[::-1]), (10, 'tree')),
            ('a root of 31 bytes', checkpoint(size, root[:31]), other),
            ('the origin in capitals', checkpoint(
                size, root, origin=ORIGIN.upper()), other),
            ('the key of a thief', checkpoint(
                size, root, Key(ORIGIN.decode(), 'thief')), other),
            ('an unknown second line', good + key('w').line(
                good.split(b'\n\n')[0] + b'\n').encode(), (0, '')),
            ('a flipped bit in its root', good.replace(
                base64.b64encode(root), base64.b64encode(root[::-1])), bad),
            ('no signature', good.split(b'\n\n')[0] + b'\n\n', other),
            ('CR LF', good.replace(b'\n', b'\r\n'), other),
            ('a NUL', good.replace(b'\n\n', b'\0\n\n'), other)):
        got = verify(save(dict(base, checkpoint=data)))
        t.ok(got == want if want else got in ((11, 'trust'),
                                              (11, 'layout')),
             'a checkpoint with ' + name, 'got %r, want %r' % (got, want))
    mine = os.path.join(TOP, 'mine')
    for name, data, want in (
            ('of no bytes', b'', (1, '')), ('that is none', b'x' * 99,
                                              (1, 'trust')),
            ('with another root', checkpoint(size, root[::-1]), (10, 'tree')),
            ('by a thief', checkpoint(
                9, root, Key(ORIGIN.decode(), 'thief')), (1, 'trust'))):
        write(mine, data)
        expect(save(base), want, 'an earlier checkpoint ' + name,
               '--at-least', mine)


def bundles(base):
    def order(name):
        top = ['checkpoint', 'trust', 'keys']
        if name in top:
            return 0, top.index(name), ''
        level = name.split('/')[1]
        return 1, 99 if level == 'entries' else int(level), name

    def frame(name, data):
        return b'file %s %d\n' % (name.encode(), len(data)) + data + b'\n'
    names = sorted(base, key=order)
    frames = [frame(n, base[n]) for n in names]
    start, end = b'kaocheng/v1 bundle\n', b'end\n'
    whole = start + b''.join(frames) + end
    path = os.path.join(TOP, 'bundle')

    def put(name, want, data):
        write(path, data)
        expect(path, want, 'bundle: ' + name)
    put('as it should be', (0, ''), whole)
    without_us(path, 0, 'a bundle')
    put('nothing', (11, ''), b'')
    put('half of its first line', (11, ''), whole[:9])
    put('cut in the middle', (11, ''), whole[:len(whole) // 2])
    without_us(path, 11, 'half a bundle')
    put('something after the end', (11, ''), whole + b'\n')
    put('a letter', (1, ''), '各位同事：\n'.encode() * 40)
    put('random bytes', (1, ''), os.urandom(4000))
    put('CR LF', (1, ''), whole.replace(b'\n', b'\r\n', 1))
    put('two frames changed places', (11, 'layout'), start + b''.join(
        frames[:4] + [frames[5], frames[4]] + frames[6:]) + end)
    put('a frame twice', (11, ''), start + b''.join(
        frames + frames[-1:]) + end)
    put('a frame too many', (11, 'layout'), start + b''.join(frames) +
        frame('README', b'x') + end)
    put('a frame left out', (11, 'layout'),
        start + b''.join(frames[:-1]) + end)
    for size in (b'99999999999999999999', b'9223372036854775807', b'-1',
                 b'007', b'+1', b'', b'1 ', b'0x10'):
        put('a size of %r' % size.decode(),
            (11, ''),
            start + b'file checkpoint ' + size + b'\nx\n' + end)
    for name in ('../checkpoint', '/etc/passwd', 'x' * 200, 'a\0b', 'a b', ''):
        data = verify_bundle(path, start + frame(name, b'x') + end)
        t.ok(data[0] == 11, 'bundle: the path %r' % name[:20], data)
    write(path, start + b''.join(
        b'file %x 0\n\n' % i for i in range(1 << 20)) + end)
    expect(path, (11, ''), 'bundle: a million of empty files')
    with open(path, 'wb') as f:
        f.write(start + b'file checkpoint 10737418240\n')
        f.truncate((10 << 30) + 1000)
    expect(path, (11, ''), 'bundle: 10 GiB of holes')


def verify_bundle(path, data):
    write(path, data)
    return verify(path)


def misuse():
    expect(TOP + '/nowhere', (3, ''), 'a path that is not there')
    expect('/dev/null', (1, ''), 'a device')
    fifo = os.path.join(TOP, 'fifo')
    os.mkfifo(fifo)
    expect(fifo, (1, ''), 'a pipe')
    for args in ([], ['--trust'], ['a', 'b'], ['--what', 'a'],
                 ['--at-least', 'x', '--at-least', 'y', 'a']):
        code = subprocess.run([VERIFY, *args], capture_output=True).returncode
        t.same(code, 2, 'usage: ' + ' '.join(args))
    for args in (['--trust', TOP + '/nowhere', TOP + '/x/export'],
                 ['--at-least', TOP + '/nowhere', TOP + '/x/export'],
                 [TOP + '/nowhere'], ['--json', TOP + '/nowhere']):
        done = subprocess.run([VERIFY, *args], capture_output=True)
        t.same(done.returncode, 3,
               'what is not there is exit code 3: ' + ' '.join(args))
    t.same(json.loads(done.stdout)['exit'], 3, 'and the report says so')
    with open('/dev/full', 'w') as full:
        done = subprocess.run([VERIFY, TOP + '/x/export'], stdout=full,
                              stderr=subprocess.PIPE)
    t.ok(done.returncode == 1 and b'written' in done.stderr,
         'a full disk under the report is said', done)


try:
    FILES, LOG_LEAVES = make()
    plain = files_of(LOG_LEAVES[:SHORT])
    trust(plain)
    checkpoints(plain)
    bundles(plain)
    misuse()
finally:
    shutil.rmtree(TOP, ignore_errors=True)
t.done()
