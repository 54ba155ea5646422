# SPDX-License-Identifier: Apache-2.0
"""A policy as the second model reads it: the scalar keys of POLICY "Policy
file", by their section and name."""
import re

import year_end
from log_export import points


class Policy:
    def __init__(self, text):
        self.keys = dict(year_end.LEFT_OUT)
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
