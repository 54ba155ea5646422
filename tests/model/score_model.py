#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second model of the scores, from docs/RULES.md, POLICY.md and FORMAT.md.

Reads an exported ledger (FORMAT "Export"), takes its entries for granted, and
prints a line of JSON for each unit and year with an issued list. It shares no
code with the program and verifies nothing: it only counts.

    score_model.py DIRECTORY
"""
import json
import os
import re
import sys

FULL = 10000  # basis points, and units of 1/10,000 point in a point


# --- the log ---------------------------------------------------------------
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


# --- policies: the scalar keys of POLICY "Policy file" ----------------------
class Policy:
    def __init__(self, text):
        self.keys = {}
        section = key = None
        for line in text.split('\n'):
            top = re.match(r'(\w+):', line)
            inner = re.match(r'  (\w+):', line)
            value = re.search(r'\bvalue: ("[^"]*"|[^\s,}]+)', line)
            if top:
                section, key = top.group(1), None
            elif inner:
                key = inner.group(1)
            if section and key and value and not line.lstrip().startswith('#'):
                self.keys[section + '.' + key] = value.group(1).strip('"')

    def points(self, key):
        return points(self.keys[key])

    def rate(self, key):
        whole, _, part = self.keys[key].rstrip('%').partition('.')
        return int(whole) * 100 + int((part + '00')[:2])

    def divide(self, a, b, c):
        """a * b / c, rounded by score.rounding; nothing is negative here"""
        quotient, rest = divmod(a * b, c)
        if 2 * rest > c or (2 * rest == c and (
                self.keys['score.rounding'] == 'half_away' or quotient % 2)):
            quotient += 1
        return quotient


def main():
    """the kinds of the log, counted"""
    kinds = {}
    for leaf in leaves(sys.argv[1]):
        kind = Entry(leaf).kind
        kinds[kind] = kinds.get(kind, 0) + 1
    print(json.dumps(kinds))


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
