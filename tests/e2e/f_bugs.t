#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each fault that people reported of tools like this one, as it was tried
here, by its name in that list: tried again, or held by the test that is
named."""
import base64, glob, os, shutil, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import *
from kcd import CLI, VERIFY, Tap

t = Tap()
HERE = os.path.dirname(os.path.abspath(__file__))
LIST = ('A05 A06 A13 A14 A18 B03 B04 B05 B08 B09 B10 B11 B14 C11 D06 D07 E06 '
        'E09 F01 F02 F03 F09 F11 F12').split()
# By which test the others are held, and in which words.
HELD = {
    'B03': ('f_edge.t', 'how an editor stored it is not part of a text'),
    'B04': ('f_edge.t', 'iconv -f GB18030 -t UTF-8'),
    'B05': ('f_edge.t', "('甲\\t乙\\n', ('b.txt:1:2', 'TAB (U+0009)'))"),
    'B08': ('f_edge.t', 'for when in (printed, NOW,'),
    'B09': ('f_edge.t', "'2022-07-04T09:00:00+08:00'"),
    'B14': ('f_edge.t', 'a policy from such an editor is the same policy'),
    'C11': ('f_edge.t', "no(('is empty',)"),
    'D06': ('f_edge.t', 'missing calendars are not taken for none'),
    'D07': ('f_edge.t', 'leaves nothing'),
    'E09': ('f_refused.t', 'l/ledger.mdb-lock: no permission to write'),
    'F01': ('f_edge.t', 'a reader who has seen enough is no error'),
    'F03': ('f_edge.t', 'CR LF is not part of a passphrase'),
    'F09': ('f_edge.t', 'a file name with a blank is one word'),
    'F12': ('f_edge.t', 'in GB18030'),
}
seen = set(HELD)


def case(name, good, words, shown=None):
    seen.add(name)
    t.ok(good, '%s: %s' % (name, words), shown)


def verified(change=lambda at: None):
    """An export that was changed so; what is found."""
    at = city.path('x')
    shutil.rmtree(at, ignore_errors=True)
    shutil.copytree(city.path('export'), at)
    change(at)
    return city.run('x', program=VERIFY).returncode


def witness(last):
    line = '\u2014 witness.example/w %s' % base64.b64encode(
        os.urandom(76)).decode()

    def change(at):
        with open(at + '/checkpoint') as f:
            lines = f.read().rstrip('\n').split('\n')
        lines.insert(len(lines) if last else len(lines) - 1, line)
        with open(at + '/checkpoint', 'w') as f:
            f.write('\n'.join(lines) + '\n')
    return change


def older_tile(at):
    d = glob.glob(at + '/tile/0/*.p')[0]
    with open(glob.glob(d + '/*')[0], 'rb') as f:
        first = f.read(32)
    with open(d + '/1', 'wb') as f:
        f.write(first)


def cut(at):
    path = [p for p in glob.glob(at + '/tile/entries/**', recursive=True)
            if os.path.isfile(p)][0]
    os.truncate(path, os.path.getsize(path) - 50)


def proofs():
    city.must('export', 'export', at=None)
    t.same(verified(), 0, 'a good export')
    case('A05', verified(witness(True)) == 0, 'a witness after the log')
    case('A06', verified(witness(False)) == 0, 'a witness before it')
    case('A13', verified(older_tile) != 10, 'a tile of an earlier size')
    case('A14', verified(cut) == 11 and verified(
        lambda at: os.truncate(at + '/checkpoint', 0)) == 11,
        'what breaks off is incomplete')
    with open('/dev/full', 'w') as full:
        r = subprocess.run([VERIFY, city.path('export')], stdout=full,
                           stderr=subprocess.PIPE, text=True)
    case('F02', r.returncode == 1 and 'could not be written' in r.stderr,
         'a full disk under what is verified', r)


def words():
    city.put('e.yaml', 'policy: x\n\033]0;owned\007: 1\n')
    r = city.run('policy', 'check', 'e.yaml')
    case('F11', r.returncode != 0 and '\033' not in r.stdout + r.stderr,
         'no escape reaches the terminal', r)
    r = city.run('log', 'list', '-o', 'csv', '--limit', '10')
    case('B11', r.returncode == 0 and len(r.stdout.split('\n')) == 12 and
         'more' in r.stderr, 'a list that ends early says so', r)
    got = city.daemon.get('/checkpoint?x=1')[0]
    case('E06', got == 400, 'an unknown parameter', got)


def clocks():
    def at(clock):
        city.daemon.clock = clock
        city.daemon.restart()
        return clock
    clock = at('2022-07-03T01:00:00Z')
    r = city.run('unit', 'register', 'G03', '--group', 'gov', '--name', '甲',
                 *ESTAB, '--yes', at=clock)
    case('A18', city.daemon.get('/healthz')[0] == 503 and r.returncode == 7
         and 'E-CLOCK' in r.stderr, 'a clock behind the log is not healthy', r)
    clock = at('2022-11-10T01:00:00Z')
    city.must('cycle', 'open', '--year', '2023', *ESTAB, at=clock)
    shown = [city.run(*c.split()).stdout.split('\n')[0] for c in (
        'score', 'trail G19', 'summary', 'target list', 'prededuct list')]
    case('B10', all(' 2022 ' in s and '2023' not in s for s in shown),
         'the year of the ledger, not the newest', shown)


city = City()
try:
    proofs()
    words()
    clocks()
    for name, (file, said) in HELD.items():
        with open(os.path.join(HERE, file)) as f:
            t.ok(said in f.read(), '%s is held by %s' % (name, file))
    t.same(sorted(seen), sorted(LIST), 'none of the list is missing')
finally:
    city.remove()
t.done()
