#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The newcomer's counts: a city of 88 units, 440 people and 828 targets is
founded from its tables, up to the issued lists. Counted are all commands and
the time that they took; a person's own two (his key, and the card of it) are
made by him before."""
import csv, os, re, shutil, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from kcd import BUILD, Tap

t = Tap()
CLI = os.path.abspath(BUILD + '/bin/kaocheng')
DAEMON = os.path.abspath(BUILD + '/bin/kaochengd')
top = tempfile.mkdtemp(prefix='kc-newcomer-')
ENV = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8',
       'KAOCHENG_DIR': top + '/ledger'}
NAME, AT = 'example.org/kaohe-2026', '2026-01-05T01:00:00Z'
COMMANDS_MAX, SECONDS_MAX = 40, 180
UNITS = ['%s%02d' % (g, n) for g, most in (('G', 58), ('P', 30))
         for n in range(1, most + 1)]
OFFICES = [('go.party', 'go-party'), ('go.gov', 'go-gov'), ('lead', 'leader'),
           ('org', 'org'), ('stats', 'stats')]
commands, seconds = 0, 0.0


def kc(*argv):
    """What it takes is counted."""
    global commands, seconds
    commands += 1
    began = time.monotonic()
    p = subprocess.run([CLI, *argv], env=ENV, cwd=top, text=True,
                       stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=SECONDS_MAX)
    seconds += time.monotonic() - began
    if p.returncode != 0:
        t.ok(False, ' '.join(argv)[:60], (p.returncode, p.stdout, p.stderr))
        t.done()
    return p.stdout


def write(name, kind, heads, rows):
    with open('%s/%s' % (top, name), 'w', encoding='utf-8-sig') as f:
        csv.writer(f).writerows([[kind], heads, *rows])
    return len(rows)


def people():
    """Each at his own machine: a key, and its card."""
    rows = []
    for i, u in enumerate(UNITS):
        for name, role in (('head', 'head'), ('liaison', 'liaison'),
                           ('assess', 'assessor'), ('a', 'liaison')):
            rows.append([u + '.' + name, u, role])
        rows.append([OFFICES[i][0], '', OFFICES[i][1]] if i < len(OFFICES)
                    else [u + '.b', u, 'liaison'])
    for row in rows:
        for argv in (['key', 'new', row[0], '--unprotected'],
                     ['key', 'card', row[0], 'cards/%s.card' % row[0],
                      '--origin', NAME]):
            subprocess.run([CLI, *argv, '--keys', 'own'], env=ENV, cwd=top,
                           check=True, capture_output=True)
        row.append('cards/%s.card' % row[0])
    return rows


def target(unit, n, kind, weight):
    assessor = 'G02' if unit != 'G02' else 'G03'
    by = 'estab.1' if kind == 'key' else unit + '.head'
    return [by, '%s-%s%02d' % (unit, kind[0].upper(), n), unit, '2026', kind,
            'city-key' if kind == 'key' else 'work-plan', unit + '-D1',
            weight, assessor, '%s 的第 %d 项%s' % (
                unit, n, '重点工作' if kind == 'key' else '常规工作')]


def tables():
    counted = write('units.csv', 'unit.register', ['unit', 'group', 'name'],
                    [[u, 'gov' if u[0] == 'G' else 'party', '第%s局' % u]
                     for u in UNITS])
    write('duties.csv', 'duty.register', ['unit', 'duty', 'text'],
          [[u, u + '-D1', '%s 的主要职责' % u] for u in UNITS])
    staff = write('people.csv', 'actor.enrol',
                  ['actor', 'unit', 'role', 'key'], people())
    heads = ['by', 'target', 'unit', 'year', 'class', 'source', 'duty', 'weight',
             'assessor', 'title']
    rows = [target(u, n, 'key', '8.75' if i < 36 else '10')
           for i, u in enumerate(UNITS)
           for n in range(1, (8 if i < 36 else 7) + 1)]
    rows += [target(u, k, 'routine', '10') for u in UNITS for k in (1, 2)]
    n = write('targets.csv', 'target.draft', heads, rows)
    # Who drafted a target submits it.
    write('submit.csv', 'target.submit', heads[:2], [r[:2] for r in rows])
    t.ok((counted, staff, n) == (88, 440, 828),
         '88 units, 440 people, 828 targets', (counted, staff, n))
    return [r[1] for r in rows]


def found():
    for name in ('own', 'cards'):
        os.mkdir(top + '/' + name)
    with open(top + '/answers.yaml', 'w') as f:
        f.write('origin: %s\ntitle: 示范市 2026 年度综合考核\nyear: 2026\n'
                'tables: [units.csv, duties.csv, people.csv]\n' % NAME)


def approve(codes):
    """Every office signs all of its own in one sitting."""
    more = ['--at', AT, '--yes', '--keys', 'all']
    kc('target', 'approve-first', *codes, '--as', 'estab.1', *more)
    kc('target', 'approve-second', *codes, '--as', 'go.party',
       '--as', 'go.gov', *more)
    kc('target', 'read', *codes, '--as', 'lead', *more)


def year(codes):
    global seconds
    kc('found', 'ledger', '--answers', 'answers.yaml', '--yes',
       '--unprotected', '--at', AT)
    began = time.monotonic()
    daemon = subprocess.Popen([DAEMON, '--dir', 'ledger', '--test-clock', AT],
                              cwd=top, env=ENV, stderr=subprocess.PIPE,
                              text=True)
    for line in daemon.stderr:
        if 'event=ready' in line:
            break
    seconds += time.monotonic() - began
    shutil.copytree(top + '/own', top + '/all') # of all machines, for brevity
    for name in os.listdir(top + '/ledger/keys'):
        shutil.copy(top + '/ledger/keys/' + name, top + '/all')
    more = ['--at', AT, '--yes', '--keys', 'all']
    kc('import', 'targets.csv', *more)
    kc('import', 'submit.csv', *more)
    approve(codes)
    kc('list', 'issue', *UNITS, '--year', '2026', '--as', 'estab.1', *more)
    rows = kc('unit', 'list')
    listed = kc('target', 'list', '--csv')
    daemon.terminate()
    daemon.communicate()
    t.ok(listed.count(',active,') == 828 or
         sum('active' in l for l in listed.split('\n')) == 828,
         'all lists are issued', listed[:600])
    t.ok('G58' in rows and daemon.returncode == 0, 'and the ledger serves')


def why():
    """A city's year is at its end, and a deputy head asks."""
    kc('demo', '--dir', 'demo', '--no-serve', '--no-remind')
    for lang, word in (('en', 'reason'), ('zh', '理由')):
        out = kc('--lang', lang, 'trail', 'G19', '--dir', 'demo', '-o', 'wide')
        lost = re.search(r'#[0-9]+  %s: (.*)' % word, out)
        t.ok(lost and lost[1] == '进度滞后：计划 50 %，实际 27 %',
             'one command says why points were lost: ' + word, out)


found()
year(tables())
print('# commands: %d, and 2 of each person; machine time: %.0f s' % (
    commands, seconds))
t.ok(commands <= COMMANDS_MAX, 'it takes at most %d commands' % COMMANDS_MAX,
     commands)
t.ok(seconds < SECONDS_MAX, 'and all of it takes less than %d s of a machine'
     % SECONDS_MAX, seconds)
why()
shutil.rmtree(top)
t.done()
