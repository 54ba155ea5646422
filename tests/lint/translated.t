#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Chinese pages say what the English ones say, as far as it can be
compared: heading for heading, and below each the same commands, the same
words in code, tables with as many rows, links that lead somewhere. And the
clerk of the ledger is called so: 书记 alone is a secretary of the Party."""
import glob, os, re, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import Tap

PAGES = ['LIMITS', 'OPERATIONS', 'POLICY', 'THREATS', 'WITNESS']
# What explains a command, and what a reader fills in.
COMMENT = re.compile(r'(\s|^)#\s.*$')
t = Tap()


class Section:
    """What stands below one heading."""

    def __init__(self, level, title):
        self.level, self.title = level, title
        self.text, self.commands, self.rows = title, [], []

    def code(self):
        return sorted({' '.join(c.split())
                       for c in re.findall(r'`([^`]+)`', self.text)})

    def numbers(self):
        """Exit codes, sizes, years; small ones may be words."""
        return set(re.findall(r'\d{2,}', self.text))


def sections(path):
    out, fenced = [Section(0, path)], False
    with open(path, encoding='utf-8') as f:
        text = f.read()
    for line in text.split('\n'):
        head = re.match(r'(#+) (.*)', line)
        s = out[-1]
        if line.startswith('```'):
            fenced = not fenced
        elif fenced or line.startswith('    '):
            line = re.sub(r"'[^']*'", "''", COMMENT.sub('', line)).strip()
            s.commands += [line] if line else []
        elif head:
            out.append(Section(len(head.group(1)), head.group(2)))
        else:
            s.text += '\n' + line
            if line.startswith('|'):
                s.rows.append(row(line))
    return out


def row(line):
    """How many cells, and the numbers of all but the last, which explains."""
    cells = re.split(r'(?<!\\)\|', line)
    return len(cells), re.findall(r'\d[\d.:-]*', ' '.join(cells[:-2]))


def anchors(path):
    """The names that GitHub gives to headings."""
    with open(path, encoding='utf-8') as f:
        heads = re.findall(r'^#+ (.*)$', f.read(), flags=re.M)
    return {re.sub(r'[^\w\- ]', '', h.lower()).replace(' ', '-') for h in heads}


def links_lead(path):
    bad = []
    with open(path, encoding='utf-8') as f:
        for to, place in re.findall(r'\]\(([^)#\s]*)(?:#([^)]+))?\)', f.read()):
            if '://' in to:
                continue
            file = os.path.join('docs', to) if to else path
            if not os.path.exists(file) or place and \
                    place not in anchors(file):
                bad.append(to + '#' + (place or ''))
    return bad


def alike(zh, en, what):
    """Equal, or says what is on one side alone."""
    t.ok(zh == en, what, 'only in English: %r; only in Chinese: %r' % (
        [x for x in en if x not in zh], [x for x in zh if x not in en]))


def compare(name):
    en, zh = 'docs/%s.md' % name, 'docs/%s.zh-CN.md' % name
    a, b = sections(en), sections(zh)
    t.same([s.level for s in b], [s.level for s in a],
           name + ': the same headings, in the same order')
    for x, y in zip(a, b):
        what = '%s, "%s": ' % (name, x.title)
        alike(y.commands, x.commands, what + 'the same commands')
        alike(y.code(), x.code(), what + 'the same words in code')
        t.same(x.numbers() - y.numbers(), set(), what + 'no number is lost')
        alike(y.rows, x.rows, what + 'the same tables')
    t.same(links_lead(zh), [], name + ': every link leads somewhere')


def secretaries():
    said = glob.glob('include/kaocheng/defs/*.def') + glob.glob(
        'docs/**/*', recursive=True) + ['po/zh_CN.po']
    for top in ('cli', 'daemon'):
        said += [p for p in glob.glob(top + '/**/*.[ch]', recursive=True)
                 if not p.startswith('cli/demo/')]
    said.remove('docs/CHANGES.md')  # which says what it was
    return [p for p in said if os.path.isfile(p) and re.search(
        '(?<!账本)(?<![省市县]委)(?<!委副)书记',
        open(p, encoding='utf-8', errors='replace').read())]


for name in PAGES:
    compare(name)
t.same(secretaries(), [], 'no program is a secretary of the Party')
t.done()
