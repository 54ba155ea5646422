#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every manual page is there in Chinese and says, section by section, what the
English one says, as far as it can be compared; neither lacks an option, a key
of a configuration or a stage that the program has."""
import glob, os, re, shlex, subprocess, sys, unicodedata
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
NAMING = {'Fl', 'Cm', 'Pa', 'Li', 'Ev', 'Dv', 'Ic', 'Ql'}
OTHER = {'Ar', 'Xr', 'Ns', 'No', 'Pq', 'Po', 'Pc', 'Op', 'Dq', 'Qq', 'Em', 'Nm'}
# As wide as a text in the widest list may be in a terminal.
WIDE = 56


def words(line):
    lex = shlex.shlex(line, posix=True, punctuation_chars='')
    lex.whitespace_split, lex.quotes, lex.commenters = True, '"', ''
    return list(lex)


def named(line):
    """What the macros of a line name, such as ('Cm', 'export'); of It, its head
    without what a reader fills in."""
    out, macro = [], None
    for w in words(line[1:]):
        if w in NAMING or w in OTHER or w == 'It':
            macro = w
        elif macro == 'Xr':
            out += [('Xr', w)] if re.match('[a-z]', w) else []
        elif macro in NAMING and w.isascii() and w not in ',.;:()|':
            out.append((macro, w.removeprefix('\\&')))
        elif macro == 'It' and w.isascii() and w != ',':
            out.append(('It', w))
    return out


class Section:
    def __init__(self, macro, title):
        self.macro, self.title = macro, title
        self.heads, self.named, self.commands = [], set(), []
        self.text = title


def sections(path):
    out, made, literal = [Section('', path)], False, False
    with open(path, encoding='utf-8') as f:
        lines = f.read().split('\n')
    for line in lines:
        s = out[-1]
        if line.startswith('.\\" made by'):
            made = True
        elif line.startswith('.\\" end'):
            made = False
        elif line.startswith(('.Bd', '.Ed')):
            literal = line.startswith('.Bd')
        elif made or line.startswith(('.\\"', '.Dd', '.Nd')):
            continue
        elif literal or line.startswith('.Dl '):
            s.commands.append(line)
        elif line.startswith(('.Sh ', '.Ss ')):
            out.append(Section(line[1:3], line[4:]))
        elif line.startswith('.It '):
            s.heads.append(named(line))
        else:
            if line.startswith('.'):
                s.named |= set(named(line))
            s.text += '\n' + line
    return out


def numbers(text):
    return set(re.findall(r'\d{2,}', text))


def alike(zh, en, what):
    t.ok(zh == en, what, 'only in English: %r; only in Chinese: %r' % (
        [x for x in en if x not in zh], [x for x in zh if x not in en]))


def compare(en, zh, what):
    a, b = sections(en), sections(zh)
    if not t.same([s.macro for s in b], [s.macro for s in a],
                  what + ': the same sections, in the same order'):
        return
    for x, y in zip(a, b):
        name = '%s, "%s": ' % (what, x.title)
        alike(y.heads, x.heads, name + 'the same items')
        alike(sorted(y.named), sorted(x.named), name + 'the same names')
        alike(y.commands, x.commands, name + 'the same examples')
        t.same(numbers(x.text) - numbers(y.text), set(),
               name + 'no number is lost')


def width(word):
    return sum(2 if unicodedata.east_asian_width(c) in 'WF' else 1
               for c in word)


def breaks(path):
    """Lines are broken at spaces alone; a terminal has 78 columns."""
    with open(path, encoding='utf-8') as f:
        lines = f.read().split('\n')
    bad = [l for l in lines if not l.startswith('.')
               and not l.isascii() and max(map(width, l.split(' '))) > WIDE]
    t.ok(not bad, path + ': no text is wider than a terminal', bad[:3])


def heads(path, macro):
    """Names of a macro in the items of a page."""
    return {n for s in sections(path) for h in s.heads for m, n in h
            if m == macro}


def mentioned(path, macro):
    return heads(path, macro) | {n for s in sections(path)
                                 for m, n in s.named if m == macro}


def options(program):
    """As its help and its page have them; it knows no other."""
    said = []
    for lang in 'C', 'zh_CN.UTF-8':
        r = subprocess.run([BUILD + '/bin/' + program, '--help'], text=True,
                           capture_output=True, env={'LANG': lang})
        own = re.sub('kaocheng [a-z][a-z -]*', '', r.stdout)  # others' options
        said.append(set(re.findall(r'(?<![\w-])--?([a-z][a-z-]*)', own)))
        t.ok(r.returncode == 0 and r.stdout.isascii() == (lang == 'C'),
             program + ' --help, ' + lang, r.stdout + r.stderr)
    alike(sorted(said[1]), sorted(said[0]), program + ': the same options in '
          'the help of both languages')
    return said[0]


def taken(paths, pattern):
    """Names that a source has in its tables."""
    out = set()
    for path in paths:
        with open(path) as f:
            out |= set(re.findall(pattern, f.read()))
    return out


SOURCES = {'kaochengd.8': ('daemon/options.c', r'\{"([a-z-]+)", (?:no|req)'),
           'kaocheng-witness.8': ('daemon/witness/options.c',
                                  r'\{"([a-z-]+)", (?:no|req)'),
           'kaocheng-paper.1': ('cli/paper/paper_main.c',
                                r'\{"([a-z-]+)", (?:no|req)'),
           'kaocheng-verify.1': ('cli/verify/verify_main.c',
                                 r'"--([a-z-]+)"')}
KEYS = r'(?:\{|NEED\(|MAY\(|NUMBER\()"([a-z_]+)",(?! (?:"|\d+\}))'


def holds(name, pages):
    """What the program has, its pages have."""
    program = name.rsplit('.', 1)[0]
    if name in SOURCES:
        path, pattern = SOURCES[name]
        helped, always = options(program), {'version', 'help'}
        has = taken([path], pattern) | {o for o in helped if len(o) == 1}
        alike(sorted(helped | always), sorted(has | always),
              program + ' --help: every option, and no other')
        for page in pages:
            own = {o.removeprefix('-') for o in heads(page, 'Fl')}
            alike(sorted(own | always), sorted(has | always),
                  page + ': every option, and no other')
    elif name in ('kaocheng-sender.8', 'kaocheng-signer.8'):
        t.same(options(program), {'version', 'help'}, name + ': no options')
    wanted = {'kaocheng.yaml.5': ['daemon/sys/config.c', 'daemon/sys/remind.c',
                                  'daemon/sys/config_witness.c'],
              'kaocheng-witness.8': ['daemon/witness/config.c']}
    keys = taken(wanted.get(name, ()), KEYS)
    stages = taken(['include/kaocheng/verify.h'], r'X\([A-Z]+, "([a-z]+)", "') \
        if name == 'kaocheng-verify.1' else set()
    for page in pages:
        t.same(keys - mentioned(page, 'Cm'), set(),
               page + ': every key of the configuration')
        t.same(stages - heads(page, 'It'), set(), page + ': every stage')
    return len(keys), len(stages)


found = {}
for en in sorted(glob.glob('docs/man/*.[1-9]')):
    page = os.path.basename(en)
    zh = 'docs/man/zh_CN/man%s/%s' % (page[-1], page)
    t.ok(os.path.exists(zh), page + ' is there in Chinese')
    compare(en, zh, page)
    breaks(zh)
    found[page] = holds(page, (en, zh))
t.ok(found['kaocheng.yaml.5'][0] > 40 and found['kaocheng-witness.8'][0] > 10
     and found['kaocheng-verify.1'][1] > 8, 'the tables were found', found)
t.done()
