# SPDX-License-Identifier: Apache-2.0
"""The entries of an exported ledger for score_model.py (FORMAT "Export",
"Entries")."""
import os

FULL = 10000  # basis points, and units of 1/10,000 point in a point


def tile_name(n):
    """FORMAT "Tiles": groups of three digits"""
    name = '%03d' % (n % 1000)
    while n >= 1000:
        n //= 1000
        name = 'x%03d/%s' % (n % 1000, name)
    return name


def leaves(directory):
    with open(os.path.join(directory, 'checkpoint')) as f:
        size = int(f.read().split('\n')[1])
    for n in range((size + 255) // 256):
        width = min(256, size - 256 * n)
        path = os.path.join(directory, 'tile/entries', tile_name(n))
        if width < 256:
            path += '.p/%d' % width
        with open(path, 'rb') as f:
            data = f.read()
        at = 0
        while at < len(data):
            length = int.from_bytes(data[at:at + 2], 'big')
            yield data[at + 2:at + 2 + length].decode()
            at += 2 + length


class Entry:
    """kind, and the values of each field"""

    def __init__(self, leaf):
        lines = leaf.split('\n\n', 1)[0].split('\n')
        self.received = lines[0].split(' ')[-1]
        self.kind = lines[1].split(' ')[2]
        self.fields = {}
        name = None
        for line in lines[2:]:
            if line.startswith('|'):
                self.fields[name][-1] += '\n' + line[2:]
                continue
            name, value = line.split(' ', 1)
            self.fields.setdefault(name, []).append(value)

    def one(self, name, default=None):
        return self.fields.get(name, [default])[0]

    def points(self, name):
        return points(self.one(name))

    def number(self, name):
        return int(self.one(name))


def points(text):
    whole, part = text.split('.')
    return int(whole) * FULL + int(part)
