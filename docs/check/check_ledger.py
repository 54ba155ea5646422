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
from datetime import datetime, timedelta
from pathlib import Path
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
Found = type('Found', (Exception,), {})  # (exit code, words)
def need(holds, code, words):
    if not holds:
        raise Found(code, words)
sha = lambda data: hashlib.sha256(data).digest()
day = lambda received: (datetime.fromisoformat(received[:19]) +
                        timedelta(hours=8)).toordinal()  # the local one

class Key:  # <name>+<key id>+<base64(type || public key)>
    def __init__(self, text):
        self.text, (self.name, keyid, blob) = text, text.split('+', 2)
        blob = base64.b64decode(blob, validate=True)
        self.id = sha(self.name.encode() + b'\n' + blob)[:4]
        need(blob[0] == 1 and self.id.hex() == keyid, 10, 'no key: ' + text)
        self.public = Ed25519PublicKey.from_public_bytes(blob[1:])
    def check(self, signature, text):
        try:
            self.public.verify(signature, text)
        except InvalidSignature:
            raise Found(10, 'bad signature by ' + self.name)
    def agrees(self, f, field, text):
        self.check(base64.b64decode(f[field][0]), text.encode())
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

class Tree:  # RFC 6962; whole subtrees are kept, for the roots of all sizes
    def __init__(self):
        self.level, self.size = [[]], 0
    def add(self, h, at=0):  # the hash of a leaf
        self.level[0].append(h)
        self.size += 1
        while len(self.level[at]) % 2 == 0:
            h = sha(b'\1' + self.level[at][-2] + h)
            at += 1
            self.level += [[]] if at == len(self.level) else []
            self.level[at].append(h)
    def root(self, n, first=0):
        h, end = None, first + n  # first: a multiple of n's highest bit
        for at in range(len(self.level)):
            if n >> at & 1:
                end -= 1 << at
                part = self.level[at][end >> at]
                h = part if h is None else sha(b'\1' + part + h)
        return sha(b'') if h is None else h
def read_checkpoint(data, log):  # or a receipt, which ends in one
    receipt = data.startswith(b'c2sp.org/tlog-proof@v1\n')
    text, lines = split_note(data.partition(b'\n\n')[2] if receipt else data)
    origin, size, root = text.decode().split('\n')[:3]
    need(origin == log.name, 1, 'a checkpoint of another log')
    return (int(size), base64.b64decode(root)), (text, lines)
def signed(note, keys):  # by one of these; and what any of them did verifies
    mine = [(key, signature) for name, keyid, signature in note[1]
            for key in keys if (name, keyid) == (key.name, key.id)]
    return [key.check(signature, note[0]) for key, signature in mine] != []
class Ledger:
    def __init__(self, log):
        self.log, self.tree, self.keys, self.ever = log, Tree(), {}, []
        self.logs, self.overlap, self.until = [], 30, 0  # in order; both sign
        self.ids, self.clerk, self.alone = set(), None, {}
        self.received, self.covered, self.signatures = '1970-01-01T00:00:00', 0, 0
        self.refused, self.cited = [], {}  # by the rules, where seen; evidence
    def apply(self, kind, by, f):  # keys that come and go
        brought = []
        if kind == 'ledger.open':
            self.logs = [Key(f['log'][0])]
            self.clerk = Key(f['clerk'][0]).name
            brought = [Key(text) for text in f['clerk'] + f['admin']]
        elif kind in ('actor.enrol', 'key.rotate', 'logkey.rotate'):
            brought = [Key(f['key'][0])]
            owner = [self.log.name] if 'consent' in f else f.get('actor', by)
            need(brought[0].name == owner[0], 10, 'not its key')
            brought[0].agrees(f, 'possession', 'kaocheng/v1 possession\n'
                              'ledger %s\nkey %s\n' % (
                                  self.log.name, brought[0].text))
            if kind == 'logkey.rotate':  # the key before has agreed
                self.logs[-1].agrees(
                    f, 'consent', 'kaocheng/v1 logkey\nkey %s\nnext %s\n' % (
                        self.logs[-1].text, brought[0].text))
                self.logs.append(brought.pop())
                self.until = day(self.received) + self.overlap
        elif kind == 'policy.adopt':
            self.overlap = int((re.findall(
                r'overlap_days:[^}]*?value: *(\d+)', '\n'.join(f['|'])) or [30])[0])
        elif kind == 'actor.retire':
            self.keys.pop(f['actor'][0], None)
        elif kind == 'key.revoke':
            self.keys = {name: key for name, key in self.keys.items()
                         if key.text != f['key'][0]}
        self.keys.update((key.name, key) for key in brought)
        self.ever += [key.text for key in brought]
    def add(self, leaf):
        n, (head, _, note) = self.tree.size, leaf.partition(b'\n')
        head = head.decode().split(' ')
        need(head[:-1] == ['kaocheng/v1', 'leaf', self.log.name, str(n)] and head[
            4] >= self.received, 10, 'not of this place, or before the one before')
        text, lines = split_note(note)
        self.received = head[4]
        f = {}  # lines that go on with a text are gathered under '|'
        for line in text.decode().split('\n'):
            field, _, value = line.partition(' ')
            f.setdefault(field, []).append(value)
        (what, kind), by = f['kaocheng/v1'][0].split(' '), f['by']
        if f['ledger'] != [self.log.name]:
            self.refused.append('#%d: meant for another ledger' % n)
        need(what == 'entry' and (kind == 'ledger.open') == (n == 0) and (by[0], f[
            'id'][0]) not in self.ids, 10, 'no entry; or opened, or an id, twice')
        # What its author had seen is the beginning of this very log.
        size, root = (f['seen'][0] + ' ').split(' ')[:2]
        size = int(size)
        need(size <= n and (size == 0) == (n == 0) and (
            n == 0 or self.tree.root(size) == base64.b64decode(root)), 10,
             'its author had seen another history')
        if len(by) == 1 and size < self.alone.get(by[0], 0):
            self.refused.append('#%d: its author had seen more' % n)
        self.alone.update({by[0]: size} if len(by) == 1 else {})
        self.covered = max(self.covered, size if by[0] != self.clerk else 0)
        n or self.apply(kind, by, f)  # founders sign by what they name
        need([x[0] for x in lines] == by, 10, 'signatures of others')
        for name, keyid, signature in lines:
            key = self.keys.get(name)
            need(key and key.id == keyid, 10, 'no key in force: ' + name)
            key.check(signature, text)
        n and self.apply(kind, by, f)
        self.signatures += len(by)
        self.ids.add((by[0], f['id'][0]))
        self.cited.update((m[1], int(m[2])) for at in f if at != '|' for m in map(
            re.compile(r'sha256:([0-9a-f]{64}) (\d+) \S+').fullmatch, f[at]) if m)
        self.tree.add(sha(b'\0' + leaf))
def read_export(path):  # {name: bytes} of a directory or a bundle
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
    text = '%03d' % (n % 1000) + ('.p/%d' % width if width < 256 else '')
    while n >= 1000:
        n //= 1000
        text = 'x%03d/' % (n % 1000) + text
    return files.get('tile/%s/%s' % (level, text))
def leaves(files, size, public):  # the public profile has their hashes
    for n in range((size + 255) // 256):
        data = tile(files, 0 if public else 'entries', n, min(256, size - n * 256))
        need(data is not None, 11, 'missing: entries from #%d' % (n * 256))
        for _ in range(min(256, size - n * 256)):
            end = 32 if public else 2 + int.from_bytes(data[:2], 'big')
            need(len(data) >= end, 11, 'a tile of entries breaks off')
            yield data[0 if public else 2:end]
            data = data[end:]
def check_tiles(files, tree):
    for level in range(8):
        span = 256 ** level
        for n in range(0, tree.size // span, 256):
            width = min(256, tree.size // span - n)
            want = [tree.root(span, (n + i) * span) for i in range(width)]
            need(tile(files, level, n // 256, width) in (None, b''.join(want)),
                 10, 'a tile is not of these entries')
def check_evidence(files, cited):  # what is here is what was cited
    here = {h: files['evidence/' + h] for h in cited if 'evidence/' + h in files}
    for h, data in sorted(here.items(), key=lambda e: len(e[1]) < cited[e[0]]):
        need(sha(data).hex() == h, 10 + (len(data) < cited[h]), 'other evidence')
    return '%d cited, %d of them here' % (len(cited), len(here))
def check(export, log_key=None, at_least=None):  # what holds, or raises Found
    files = read_export(export)
    need('checkpoint' in files, 11, 'no checkpoint')
    own = re.search(rb'(?m)^log (\S+)', files.get('trust', b''))
    need(log_key or own, 11, 'no key of the log: give --log-key')
    log = Key(log_key or own.group(1).decode())
    (size, root), head = read_checkpoint(files['checkpoint'], log)
    kept, note = (read_checkpoint(Path(at_least).read_bytes(), log)
                  if at_least else ((0, sha(b'')), None))
    ledger, unsigned = Ledger(log), 'a checkpoint that the log did not sign'
    trusted = signed(head, [log])  # if not: a key that came after it may have
    public = 'profile' in files and not [x for x in files if '/entries/' in x]
    ledger.logs = [log] * public  # hashes alone, and no entry that they hide
    for n, leaf in enumerate(leaves(files, size, public)):
        try:
            ledger.tree.add(leaf) if public else ledger.add(leaf)
        except (ValueError, KeyError, IndexError, Found) as e:
            code, words = e.args if isinstance(e, Found) else (10, repr(e))
            need(trusted, 11, unsigned)
            need(False, code, '#%d: %s' % (n, words))
    known = log.text in [key.text for key in ledger.logs]
    need(known or not trusted, 10, 'it opens another log')
    need(known and signed(head, ledger.logs), 11, unsigned)
    need(signed(head, ledger.logs[-1 - (day(ledger.received) <= ledger.until):]),
         10, 'a key that was rotated signs it')
    need(not note or signed(note, ledger.logs), 11, unsigned)
    need(size >= kept[0], 11, 'it does not reach the earlier checkpoint')
    need(all(ledger.tree.root(n) == h for n, h in ((size, root), kept)), 10,
         'not what the root covers')
    check_tiles(files, ledger.tree)
    keys = ''.join(k + '\n' for k in ledger.ever).encode()
    need(files.get('keys', keys) == keys, 10, 'not the keys of the entries')
    need(not ledger.refused, 12, ''.join(ledger.refused[:1]))
    alone = max(ledger.covered, kept[0])
    alone = '#%d to #%d' % (alone, size - 1) if alone < size else 'none'
    return ("""%d entries, %d signatures\nroot %s\ncovered by the log's key alone: %s
evidence: %s
the key of the log: as %s\n%s; the rules of the assessment were not looked at"""
            % (size, ledger.signatures, base64.b64encode(root).decode(), alone,
               check_evidence(files, ledger.cited),
               'given' if log_key else 'it says itself',
               'hashes alone: they hold' if public else 'holds'))
def main():
    arg = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    [arg.add_argument(x) for x in ('export', '--log-key', '--at-least')]
    try:
        return print(check(**vars(arg.parse_args()))) or 0
    except Found as e:
        print('found: ' + e.args[1])
        return e.args[0]
    except (OSError, ValueError) as e:
        print('it is no export: %s' % e)
        return 1
if __name__ == '__main__':
    sys.exit(main())
