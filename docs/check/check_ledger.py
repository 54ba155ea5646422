#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks an exported ledger without any of Kaocheng's programs: who signed
what, when, in which order, and what each had seen; not whether the rules of
the assessment were kept (docs/RULES.md). All of it follows docs/FORMAT.md.

check_ledger.py EXPORT [--log-key VKEY] [--at-least CHECKPOINT]

EXPORT is a directory or a bundle, VKEY the key of the log as you got it on
another way, CHECKPOINT one that you kept, or a receipt.
Exit codes: 0 holds, 10 tampered, 11 cannot be proved complete, 1 no export."""
import argparse, base64, hashlib, re, sys
from pathlib import Path
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Found = type('Found', (Exception,), {})  # (exit code, words)

def need(holds, code, words):
    if not holds:
        raise Found(code, words)

def sha(data):
    return hashlib.sha256(data).digest()

class Key:
    """<name>+<key id>+<base64(type || public key)>"""
    def __init__(self, text):
        self.text, (self.name, keyid, blob) = text, text.split('+', 2)
        blob = base64.b64decode(blob, validate=True)
        self.id = sha(self.name.encode() + b'\n' + blob)[:4]
        need(blob[0] == 1 and self.id.hex() == keyid, 10, 'no key: ' + text)
        self.public = Ed25519PublicKey.from_public_bytes(blob[1:])
    def check(self, signature, data):
        try:
            self.public.verify(signature, data)
        except InvalidSignature:
            raise Found(10, 'bad signature by ' + self.name)

def split_note(note):
    text, gap, tail = note.partition(b'\n\n')
    need(gap and tail.endswith(b'\n'), 10, 'not a signed note')
    lines = []
    for line in tail[:-1].split(b'\n'):
        dash, name, blob = line.split(b' ')
        need(dash == '\u2014'.encode(), 10, 'not a signature line')
        blob = base64.b64decode(blob)
        lines.append((name.decode(), blob[:4], blob[4:]))
    return text + b'\n', lines

class Tree:
    """RFC 6962; every whole subtree is kept, for the roots of all sizes."""
    def __init__(self):
        self.level, self.size = [[]], 0
    def add(self, leaf):
        h, at = sha(b'\0' + leaf), 0
        self.level[0].append(h)
        self.size += 1
        while len(self.level[at]) % 2 == 0:
            h = sha(b'\1' + self.level[at][-2] + h)
            at += 1
            self.level += [[]] if at == len(self.level) else []
            self.level[at].append(h)
    def root(self, n, first=0):
        """Of n leaves from `first`, a multiple of n's highest bit."""
        h, end = None, first + n
        for at in range(len(self.level)):
            if n >> at & 1:
                end -= 1 << at
                part = self.level[at][end >> at]
                h = part if h is None else sha(b'\1' + part + h)
        return sha(b'') if h is None else h

def read_checkpoint(data, log):
    if data.startswith(b'c2sp.org/tlog-proof@v1\n'):  # a receipt
        data = data.partition(b'\n\n')[2]
    text, lines = split_note(data)
    origin, size, root = text.decode().split('\n')[:3]
    need(origin == log.name, 1, 'a checkpoint of another log')
    mine = [s for name, keyid, s in lines if (name, keyid) == (log.name, log.id)]
    need(mine, 11, 'a checkpoint that the log did not sign')
    for signature in mine:
        log.check(signature, text)
    return int(size), base64.b64decode(root)

class Ledger:
    def __init__(self, log):
        self.log, self.tree, self.keys, self.ever = log, Tree(), {}, []
        self.ids, self.clerk, self.alone = set(), None, {}
        self.received, self.covered, self.signatures = '', 0, 0
        self.refused = []  # what the rules refuse, where it was seen at all
    def apply(self, kind, by, f):
        """Keys that come and go."""
        brought = []
        if kind == 'ledger.open':
            need(f['log'] == [self.log.text], 10, 'it opens another log')
            self.clerk = Key(f['clerk'][0]).name
            brought = [Key(text) for text in f['clerk'] + f['admin']]
        elif kind in ('actor.enrol', 'key.rotate'):
            brought = [Key(f['key'][0])]
            need(brought[0].name == f.get('actor', by)[0], 10, 'not its key')
            brought[0].check(base64.b64decode(f['possession'][0]), (
                'kaocheng/v1 possession\nledger %s\nkey %s\n' % (
                    self.log.name, brought[0].text)).encode())
        elif kind == 'actor.retire':
            self.keys.pop(f['actor'][0], None)
        elif kind == 'key.revoke':
            name = f['key'][0].split('+')[0]
            if name in self.keys and self.keys[name].text == f['key'][0]:
                del self.keys[name]
        self.keys.update((key.name, key) for key in brought)
        self.ever += [key.text for key in brought]
    def add(self, leaf):
        n, (head, _, note) = self.tree.size, leaf.partition(b'\n')
        head = head.decode().split(' ')
        need(head[:-1] == ['kaocheng/v1', 'leaf', self.log.name, str(n)], 10,
             'not the leaf of this place')
        received, (text, lines) = head[4], split_note(note)
        need(received >= self.received, 10, 'received before the one before')
        f = {}  # lines that go on with a text are gathered under '|'
        for line in text.decode().split('\n'):
            field, _, value = line.partition(' ')
            f.setdefault(field, []).append(value)
        (what, kind), by = f['kaocheng/v1'][0].split(' '), f['by']
        need(what == 'entry', 10, 'no entry')
        if f['ledger'] != [self.log.name]:
            self.refused.append('#%d: meant for another ledger' % n)
        need((kind == 'ledger.open') == (n == 0), 10, 'opened twice, or late')
        need((by[0], f['id'][0]) not in self.ids, 10, 'the same id twice')
        # What its author had seen is the beginning of this very log.
        size, root = (f['seen'][0] + ' ').split(' ')[:2]
        size = int(size)
        need(size <= n and (size == 0) == (n == 0) and (
            n == 0 or self.tree.root(size) == base64.b64decode(root)), 10,
             'its author had seen another history')
        if len(by) == 1:
            if size < self.alone.get(by[0], 0):
                self.refused.append('#%d: its author had seen more' % n)
            self.alone[by[0]] = size
        self.covered = max(self.covered, size if by[0] != self.clerk else 0)
        if n == 0:  # its founders sign by the keys that it names
            self.apply(kind, by, f)
        need([x[0] for x in lines] == by, 10, 'signatures of others')
        for name, keyid, signature in lines:
            key = self.keys.get(name)
            need(key and key.id == keyid, 10, 'no key in force: ' + name)
            key.check(signature, text)
        if n > 0:
            self.apply(kind, by, f)
        self.signatures, self.received = self.signatures + len(by), received
        self.ids.add((by[0], f['id'][0]))
        self.tree.add(leaf)

def read_export(path):
    """{name: bytes} of a directory or a bundle."""
    path, files = Path(path), {}
    if path.is_dir():
        return {str(p.relative_to(path)): p.read_bytes()
                for p in path.rglob('*') if p.is_file()}
    line, _, data = path.read_bytes().partition(b'\n')
    need(line == b'kaocheng/v1 bundle', 1, 'neither a directory nor a bundle')
    while data != b'end\n':
        line, _, data = data.partition(b'\n')
        word = line.split(b' ')
        need(len(word) == 3, 11, 'it breaks off')
        size = int(word[2])
        files[word[1].decode()], data = data[:size], data[size + 1:]
    return files

def tile(files, level, n, width):
    text = '%03d' % (n % 1000)
    while n >= 1000:
        n //= 1000
        text = 'x%03d/' % (n % 1000) + text
    text += '.p/%d' % width if width < 256 else ''
    return files.get('tile/%s/%s' % (level, text))

def leaves(files, size):
    for n in range((size + 255) // 256):
        width = min(256, size - n * 256)
        data = tile(files, 'entries', n, width)
        need(data is not None, 11, 'missing: entries from #%d' % (n * 256))
        for _ in range(width):
            end = 2 + int.from_bytes(data[:2], 'big')
            need(len(data) >= end, 11, 'a tile of entries breaks off')
            yield data[2:end]
            data = data[end:]

def check_tiles(files, tree):
    for level in range(8):
        span = 256 ** level
        for n in range(0, tree.size // span, 256):
            width = min(256, tree.size // span - n)
            want = [tree.root(span, (n + i) * span) for i in range(width)]
            need(tile(files, level, n // 256, width) in (
                None, b''.join(want)), 10, 'a tile is not of these entries')

def check(path, log_key=None, at_least=None):
    """What holds, in words; or raises Found."""
    files = read_export(path)
    need('checkpoint' in files, 11, 'no checkpoint')
    own = re.search(rb'(?m)^log (\S+)', files.get('trust', b''))
    need(log_key or own, 11, 'no key of the log: give --log-key')
    log = Key(log_key or own.group(1).decode())
    size, root = read_checkpoint(files['checkpoint'], log)
    kept = (read_checkpoint(Path(at_least).read_bytes(), log)
            if at_least else (0, sha(b'')))
    need(size >= kept[0], 11, 'it does not reach the earlier checkpoint')
    ledger = Ledger(log)
    for n, leaf in enumerate(leaves(files, size)):
        try:
            ledger.add(leaf)
        except (ValueError, KeyError, IndexError) as e:
            raise Found(10, '#%d: no entry is so (%s)' % (n, e))
        except Found as e:
            raise Found(e.args[0], '#%d: %s' % (n, e.args[1]))
    for n, signed in ((size, root), kept):
        need(ledger.tree.root(n) == signed, 10, 'not what the root covers')
    check_tiles(files, ledger.tree)
    keys = ''.join(k + '\n' for k in ledger.ever).encode()
    need(files.get('keys', keys) == keys, 10, 'not the keys of the entries')
    need(not ledger.refused, 12, ''.join(ledger.refused[:1]))
    alone = max(ledger.covered, kept[0])
    return '\n'.join((
        '%d entries, %d signatures' % (size, ledger.signatures),
        'root ' + base64.b64encode(root).decode(),
        'covered by the log\'s key alone: ' + (
            '#%d to #%d' % (alone, size - 1) if alone < size else 'none'),
        'the key of the log: as ' + ('given' if log_key else 'it says itself'),
        'holds; the rules of the assessment were not looked at'))

def main():
    arg = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    for name in ('export', '--log-key', '--at-least'):
        arg.add_argument(name)
    arg = arg.parse_args()
    try:
        print(check(arg.export, arg.log_key, arg.at_least))
    except Found as e:
        print('found: ' + e.args[1])
        return e.args[0]
    except (OSError, ValueError) as e:
        print('it is no export: %s' % e)
        return 1
    return 0

if __name__ == '__main__':
    sys.exit(main())
