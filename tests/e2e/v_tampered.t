#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exports that were tampered with, most of them signed anew by a thief of the
log's key: each must fail at its stage, with its code, in bounded memory."""
import os, shutil, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from judged import *
from kcd import Key


def forged(leaves, want, name, *more):
    path = save(files_of(renumber(leaves)))
    expect(path, want, name, *more)
    if 0 < len(leaves) <= 2 * SHORT:
        without_us(path, want[0], name, *more[1:])


# --- what the holder of the log's key may try -------------------------------
def history(log):
    base = log[:SHORT]
    forged(base, (0, ''), 'a cut signed anew holds by itself')
    full = os.path.join(TOP, 'full')
    write(full, FILES['checkpoint'])
    forged(base, (11, 'tree'), 'a cut does not reach an earlier checkpoint',
           '--at-least', full)
    old = os.path.join(TOP, 'old')
    write(old, checkpoint(300, fold([leaf_hash(x) for x in base[:300]])))
    expect(save(files_of(base)), (0, ''), 'it extends the checkpoint of 300',
           '--at-least', old)
    i = first(base, 'duty.register')  # the next is another of the unit
    swapped = base[:i] + [base[i + 1], base[i]] + base[i + 2:]
    forged(swapped, (10, 'tree'), 'harmless swap: another history',
           '--at-least', old)
    forged(base[:299] + base[301:], (10, 'tree'),
           'dropped beneath the checkpoint of 300', '--at-least', old)
    i = first(log, 'target.submit')
    forged(log[:i - 1] + [log[i], log[i - 1]] + log[i + 1:1200], (12, 'rules'),
           'submitted before it was drafted')
    forged(base[:1] + base[2:], (10, 'signatures,seen'),
           'without the enrolment of an author who signs later')
    i = first(base, 'unit.register')
    forged(base[:i] + base[i + 1:], (10, 'seen,rules'),
           'without a unit that is named later')
    forged(base + [base[600]], (10, 'entries'), 'an entry twice')
    forged(base[1:], (10, 'seen'), 'without its opening')
    forged(base[:5] + [base[0]] + base[5:], (10, 'entries,seen'),
           'opened twice')


def authors(log):
    base = log[:SHORT]
    i = first(base, 'grant.issue')
    text = another_id(text_of(base[i])).decode()
    names = [x[3:] for x in text.split('\n') if x.startswith('by ')]
    stranger, unit = key('stranger'), None
    for leaf in base:
        body = text_of(leaf).decode()
        if kind(leaf) == 'actor.enrol' and '\nunit G' in body:
            unit = body.split('\nactor ')[1].split('\n')[0]
            break

    def by(*who):
        lines = [x for x in text.split('\n') if not x.startswith('by ')]
        lines[4] = 'seen %d %s' % (len(base), base64.b64encode(
            fold([leaf_hash(x) for x in base])).decode())
        return '\n'.join(lines[:5] + ['by ' + w for w in who] + lines[5:]
                         ).encode()
    if t.ok(unit is not None, 'the year has an author of a unit'):
        forged(base + [signed(base[-1], by(unit), key(unit))],
               (12, 'rules'), 'an author without authority, signature good')
    if len(names) > 1:
        forged(base + [signed(base[-1], by(names[0]), key(names[0]))],
               (12, 'rules'), 'one signature where two are asked')
    forged(base + [signed(base[-1], by('stranger'), stranger)],
           (10, 'signatures'), 'an author whom nobody enrolled')
    wrong = key('stranger')
    wrong.name = names[0]
    forged(base + [signed(base[-1], by(*names), wrong,
                          *[key(n) for n in names[1:]])],
           (10, 'signatures'), 'another key under the name of an author')
    liar = key('stranger')
    liar.name, liar.id = names[0], key(names[0]).id
    forged(base[:i] + [signed(base[i], text.encode(), liar,
                              *[key(n) for n in names[1:]])] + base[i + 1:],
           (10, 'signatures'), 'a signature that does not verify')
    forged(base + [signed(base[-1], by(ORIGIN.decode()), LOG)],
           (10, 'entries'), 'the key of the log as author')
    forged(base + [signed(base[-1], by('clerk'), key('clerk'))],
           (12, 'rules'), 'the clerk in the place of an author')
    edited = base[i].replace(b'\nid ', b'\nid 0', 1)
    edited = edited.replace(edited.split(b'\n')[3], edited.split(b'\n')[3][:35])
    forged(base[:i] + [edited] + base[i + 1:], (10, 'signatures'),
           'a statement changed under its old signature')
    other = text_of(base[i]).replace(b'ledger ' + ORIGIN, b'ledger other.example')
    forged(base[:i] + [signed(base[i], other, *[key(n) for n in names])] +
           base[i + 1:], (10, 'seen,rules'), 'a statement of another ledger')


def clerk(log):
    e = first(log, 'prededuct.expire')
    # Whoever wrote next has seen it.
    forged(log[:e] + log[e + 1:], (10, 'seen'), 'an expiry left out')
    due, made = log[e], key('clerk')
    early = due.replace(head(due)[4], head(log[e - 200])[4], 1)
    text = text_of(due)
    at = [x for x in text.split(b'\n') if x.startswith(b'at ')][0]
    soon = b'at ' + head(log[e - 200])[4][:19] + b'Z'
    seen = [[x for x in text_of(log[i]).split(b'\n')
             if x.startswith(b'seen ')][0] for i in (e, e - 200)]
    forged(log[:e - 199] + [signed(early, text.replace(at, soon).replace(
        *seen), made)],
           (12, 'rules'), 'an expiry before its day')
    for name, line, put in (
            ('another calendar', b'calendar sha256:', b'calendar sha256:' +
             b'0' * 64), ('another last day', b'due ', b'due 2022-07-20'),
            ('another case', b'case ', b'case PD-2022-0004')):
        was = [x for x in text.split(b'\n') if x.startswith(line)][0]
        forged(log[:e] + [signed(due, text.replace(was, put), made)],
               (12, 'rules'), 'an expiry with ' + name)
    forged(log[:e + 1] + [due], (10, 'entries'), 'an expiry twice')
    forged(log[:e + 1] + [signed(due, another_id(text), made)],
           (12, 'rules'), 'an expiry twice under another id')
    forged(log[:e] + [signed(due, another_id(text), made)], (12, 'rules'),
           'an expiry whose id is not that of its case')
    who = text.replace(b'by clerk', b'by admin.1')
    forged(log[:e] + [signed(due, who, key('admin.1'))], (12, 'rules'),
           'an expiry by an administrator')


def leaves(log):
    base, i = log[:SHORT], 400
    word = head(base[i])

    def put(name, want, leaf):
        path = save(files_of(base[:i] + [leaf] + base[i + 1:]))
        expect(path, want, name)
        without_us(path, want[0], name)
    rest = base[i].split(b'\n', 1)[1]

    def headed(*words):
        return b' '.join(words) + b'\n' + rest
    back = head(base[0])[4].replace(b'2022-01-05T01', b'2022-01-05T00')
    bad = (10, 'entries,seen')  # whoever signed later saw another leaf
    put('received goes back', bad, headed(*word[:4], back))
    put('received without milliseconds', bad,
        headed(*word[:4], word[4][:19] + b'Z'))
    put('a number that is not the index', bad,
        headed(*word[:3], b'401', word[4]))
    put('a number with a zero before it', bad,
        headed(*word[:3], b'0400', word[4]))
    put('the leaf of another ledger', bad,
        headed(*word[:2], b'other.example', *word[3:]))
    put('CR LF', bad, base[i].replace(b'\n', b'\r\n'))
    put('a NUL in a text', bad, base[i].replace(b'by ', b'by \0', 1))
    put('a byte after the last LF', bad, base[i] + b'x')
    put('no last LF', bad, base[i][:-1])
    put('an empty leaf', bad, b'')
    put('65535 bytes of nothing', bad, b'\n' * 65535)
    line = base[i].rstrip(b'\n').rsplit(b'\n', 1)[1]
    put('a signature line twice', bad, base[i] + line + b'\n')
    put('no signature line', bad, base[i][:-len(line) - 1])
    sig = line.rsplit(b' ', 1)[1]
    alphabet = (b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
                b'0123456789+/')
    last = alphabet[alphabet.index(sig[-2:-1]) + 1:][:1]
    put('base64 with bits that nobody reads', bad,
        base[i].replace(sig, sig[:-2] + last + b'='))
    put('base64 without padding', bad, base[i].replace(sig, sig[:-1]))


# --- what anybody may try with the files ------------------------------------
def directory(log):
    base = files_of(log[:SHORT])
    part = 'tile/entries/002.p/%d' % (SHORT - 512)

    def put(name, want, *more, **change):
        files = dict(base)
        for at, data in change.get('to', {}).items():
            if data is None:
                del files[at]
            else:
                files[at] = data
        path = save(files)
        if 'do' in change:
            change['do'](path)
        expect(path, want, name, *more)

    def remake(how, at=part):
        def do(path):
            if os.path.exists(os.path.join(path, at)):
                os.unlink(os.path.join(path, at))
            how(os.path.join(path, at))
        return do

    def huge(path):
        with open(path, 'wb') as f:
            f.truncate(10 << 30)

    def link(path):
        with open(path + '.real', 'wb') as f:
            f.write(base[part])
        os.rename(path + '.real', os.path.join(TOP, 'real'))
        os.symlink(os.path.join(TOP, 'real'), path)

    def deep(path):
        os.makedirs(os.path.join(path, *['n' * 40] * 20))

    def long_names(path):
        write(os.path.join(path, 'n' * 250, 'n' * 250, 'n' * 200), b'')
    for at in ('checkpoint', 'trust', 'keys', 'tile/0/001',
               'tile/1/000.p/2', part, 'tile/entries/000'):
        put('without ' + at, (11, 'layout'), to={at: None})
        stage = 'layout' if '/' not in at else 'tree'
        put('10 GiB of holes as ' + at, (11, stage), do=remake(huge, at))
        put('a directory as ' + at, (11, 'layout'), do=remake(os.mkdir, at))
        put('a pipe as ' + at, (1, stage), do=remake(os.mkfifo, at))
        put('nothing in ' + at,
            (11, {'checkpoint': 'layout', 'trust': 'layout',
                  'keys': 'keys'}.get(at, 'tree')), to={at: b''})
    put('one file is gone, another is huge', (11, 'layout'),
        to={'tile/1/000.p/2': None}, do=remake(huge, 'tile/0/000'))
    put('a link to the same bytes', (0, ''), do=remake(link))
    put('a link to nothing', (11, 'tree'),
        do=remake(lambda p: os.symlink('/nowhere', p)))
    put('a link to a device', (1, 'tree'),
        do=remake(lambda p: os.symlink('/dev/zero', p)))
    put('a link to itself', (1, 'tree'), do=remake(lambda p: os.symlink(p, p)))
    now = base['tile/0/002.p/%d' % (SHORT - 512)]
    put('a partial tile of an earlier size', (0, ''),
        to={'tile/0/002.p/5': now[:160]})
    put('a partial tile of another history', (10, 'layout'),
        to={'tile/0/002.p/5': now[1:161]})
    put('a bundle of an earlier size', (0, ''), to={
        'tile/entries/002.p/1': base[part][:2 + int.from_bytes(
            base[part][:2], 'big')]})
    put('a full tile beyond the size', (11, 'layout'),
        to={'tile/0/003': b'\0' * 8192})
    put('a stray file under tile/', (1, 'layout'), to={'tile/0/x': b''})
    put('empty directories under tile/', (0, ''), do=lambda path: [
        os.makedirs(os.path.join(path, 'tile', '9', str(i)))
        for i in range(100)])
    put('files beside it', (0, ''), to={'README': b'x', '.git/HEAD': b'x'})
    put('a deep directory beside it', (0, ''), do=deep)
    put('long names beside it', (0, ''), do=long_names)
    put('a flipped bit in an entry', (10, 'tree'), to={
        part: base[part][:500] + bytes([base[part][500] ^ 4]) +
        base[part][501:]})
    put('a cut bundle of entries', (11, 'tree'), to={part: base[part][:-1]})
    put('a long bundle of entries', (11, 'tree'), to={part: base[part] + b'\0'})
    first = 2 + int.from_bytes(base[part][:2], 'big')
    put('a bundle without its first entry', (10, 'tree'),
        to={part: base[part][first:]})
    put('a cut tile', (11, 'tree'), to={'tile/1/000.p/2':
                                        base['tile/1/000.p/2'][:-1]})
    put('a cut list of keys', (11, 'keys'), to={'keys': base['keys'][:-9]})
    path = save(dict(base, **{'tile/\x1b[1A\r\x1b[2K[ok]\x1b[8m': b''}))
    shown = subprocess.run([VERIFY, path], capture_output=True).stdout
    t.ok(b'\x1b' not in shown and b'tile/\\x1b[1A\\x0d' in shown,
         'escapes in the name of a file reach no terminal', shown)
    key_lines = base['keys']
    put('a key more', (10, 'keys'),
        to={'keys': key_lines + key('x').vkey.encode() + b'\n'})
    put('keys with CR LF', (10, 'keys'),
        to={'keys': key_lines.replace(b'\n', b'\r\n')})
    empty = os.path.join(TOP, 'empty')
    os.makedirs(empty)
    expect(empty, (11, 'layout'), 'an empty directory')
    forged([], (11, 'layout'), 'a log of no entries')


try:
    FILES, LOG_LEAVES = make()
    without_us(save(FILES), 0, 'the whole year')
    with open(check_ledger.__file__) as f:
        t.ok(len(f.readlines()) < 250, 'the checker is short enough to read')
    history(LOG_LEAVES)
    authors(LOG_LEAVES)
    clerk(LOG_LEAVES)
    leaves(LOG_LEAVES)
    directory(LOG_LEAVES)
finally:
    shutil.rmtree(TOP, ignore_errors=True)
t.done()
