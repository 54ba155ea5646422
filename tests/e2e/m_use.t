#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is drawn from a closed year, by commands: the trends of the units of a
demonstration, advice on staffing and its paper, who is not promoted and an
exception, in both languages."""
import json, os, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'lib'))
from citykit import City
from kcd import CLI, Served, Tap
import demokit
import paperkit

t = Tap()
good, says = t.good, t.says
ESTAB, ORG = (('--as', a) for a in ('estab.1', 'org.1'))


def policy(top):
    """A year is enough, and 96 points are of the third grade."""
    with open(os.path.join(HERE, '../../policies/nantong-2022.yaml')) as f:
        text = f.read().split('\ntests:')[0] + '\n'
    for key, was, now in (('third_years', '2', '1'),
                          ('third_below', '"80.0000"', '"96.0000"'),
                          ('years', '3, source: default, rule: R137',
                           '1, source: default, rule: R137')):
        was, now = ('\n  %s: { value: %s' % (key, v) for v in (was, now))
        t.same(text.count(was), 1, 'the policy has ' + key)
        text = text.replace(was, now)
    with open(top + '/p.yaml', 'w') as f:
        f.write(text)
    return top + '/p.yaml'


def of_demo(top):
    """All 88 units of a year that is graded and closed."""
    def run(*argv, **more):
        return subprocess.run(
            [CLI, *argv], cwd=top, capture_output=True, text=True,
            env={'PATH': os.environ['PATH'], 'HOME': top, 'KAOCHENG_DIR':
                 'demo', **dict({'LANG': 'C.UTF-8'}, **more)})

    made = demokit.year(top + '/demo', '--no-remind')
    t.same(made.returncode, 0, 'the year of a city')
    d = Served(top + '/demo', clock='2023-02-28T01:00:00Z').start()
    try:
        doc = json.loads(run('staffing', 'list', '--json').stdout)
        rows = {r['unit']: r for r in doc['rows']}
        t.same((doc['closed'], len(rows)), (2022, 88), 'units of a closed year')
        first = {u for u, r in rows.items() if r['priority']}
        t.ok(len(first) > 10 and first ==
             {u for u, r in rows.items() if r['grade'] == 'first'},
             'who is of the first grade is considered first', first)
        t.ok(all((r['years'], r['trend']) == (1, None) for r in rows.values()),
             'one year has no trend')
        grades = json.loads(run('promotion', 'list', '--json').stdout)['rows']
        t.ok(len(grades) == 88 and all(
            r['grade'] == rows[r['unit']]['grade'] and r['first_years'] ==
            (r['grade'] == 'first') for r in grades), 'grades running', grades)
        said = run('staffing', 'list', 'G09', LANG='zh_CN.UTF-8').stdout
        t.ok('市财政局' in said and '第一等次' in said and
             '98.63 %' in said, 'in Chinese', said)
        says('no advice on one year', run(
            'staffing', 'advise', 'G09', '--year', '2022', '--category',
            'up', '--posts', '核增一名', '--as', 'P09.estab', '--at',
            '2023-02-28T01:00:00Z', '--yes', LANG='zh_CN.UTF-8'), 6,
            'E-EARLY', '3')
    finally:
        d.stop()


class Year:
    """A small city that brings its year to the close."""

    def __init__(self, c):
        self.c, self.now = c, '2023-01-04T01:00:00Z'
        for who, role in (('stats.1', 'stats'), ('office.1', 'assess-office'),
                          ('audit.1', 'auditor'), ('org.1', 'org')):
            c.enrol(who, role)
        c.must('cadre', 'register', 'L1', '--unit', 'G19', '--city-managed',
               'yes', *ORG)
        c.put('paper.pdf', b'%PDF-1.4 a self-check')
        self.day(self.now)

    def day(self, now):
        self.c.daemon.stop()
        self.now = self.c.daemon.clock = now
        self.c.daemon.start()

    def run(self, *argv, **more):
        return self.c.run(*argv, '--yes', at=self.now, **more)

    def must(self, line):
        r = self.run(*line.split())
        if r.returncode:
            raise SystemExit('%s: %s' % (line, r.stderr))

    def close(self):
        self.must('yearend begin --year 2022 --as estab.1')
        self.must('yearend data-in 2022 --as stats.1')
        for k in ('K1', 'R1'):
            self.must('selfcheck file %s --completion 90%% --evidence '
                      'paper.pdf --unmet x --remedy x --as G19.head' % k)
            self.must('completion find %s --rate 90%% --evidence paper.pdf '
                      '--as G02.judge' % k)
        for verb in ('score', 'draft', 'publicise'):
            self.must('yearend %s 2022 --as estab.1' % verb)
        self.day('2023-01-20T01:00:00Z')
        self.must('yearend grade 2022 --as estab.1')
        self.must('yearend approve 2022 --as office.1')
        self.must('yearend publish 2022 --as estab.1')
        self.must('result feed-back 2022 --unit G19 --problems x --as estab.1')
        self.must('year close 2022 --as estab.1 --as audit.1')

    def row(self, noun):
        return json.loads(self.c.run(noun, 'list', 'G19', '--json',
                                     at=None).stdout)['rows']


def advises(y):
    line = ('staffing', 'advise', 'G19', '--year', '2022')
    posts = ('--posts', '编制总量不变，内部调剂一名', '--function',
             '商贸流通职责不变', *ESTAB)
    t.same(y.row('staffing')[0]['trend'], 'flat', 'a trend')
    r = y.c.run('form', 'render', 'staffing', 'G19', at=None)
    t.ok(r.returncode == 3 and 'E-NO-PAPER' in r.stderr and
         'kaocheng staffing advise' in r.stderr and
         'did you mean' not in r.stderr, 'no paper before there is advice', r)
    says('advice is by the trend', y.run(*line, '--category', 'up', *posts), 5,
         'E-TREND')
    good('and given', y.run(*line, '--category', 'flat', *posts))
    row = y.row('staffing')[0]
    t.same((row['advice'], row['posts'], row['function'], row['structure']),
           ('flat', '编制总量不变，内部调剂一名', '商贸流通职责不变', ''),
           'as it was signed')
    said = y.c.run('staffing', 'list', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('内部调剂一名' in said and '第三等次' in said, 'in Chinese', said)
    pdf = y.c.path('staffing.pdf')
    good('it is printed', y.c.run('form', 'render', 'staffing', 'G19', '-o',
                                  pdf, at=None, LANG='zh_CN.UTF-8'))
    doc = json.loads(y.c.run('form', 'render', 'staffing', 'G19', '--json',
                             at=None, LANG='zh_CN.UTF-8').stdout)
    text = paperkit.text(pdf)
    t.ok('机构编制调整意见' in text and not paperkit.lost(doc, text) and
         not paperkit.outside(pdf) and not paperkit.over(pdf),
         'with all of its text', text)
    t.same(paperkit.proved(pdf, y.c.path('l/trust')), 0,
           'and its code proves it')


def excepts(y):
    row = y.row('promotion')[0]
    t.same((row['list'], row['third_years']), ('generally-none', 1),
           'generally nobody is promoted')
    line = ('promotion', 'except', 'G19', '--year', '2022', '--cadre', 'L1',
            '--reason', '任现职不久', *ORG)
    good('but for one', y.run(*line))
    says('once', y.run(*line), 5, 'E-DUPLICATE')
    rows = y.row('promotion')
    t.same([(r['depth'], r['list'], r['cadre'], r['reason'])
            for r in rows],
           [(0, 'generally-none', None, None),
            (1, 'exception', 'L1', '任现职不久')], 'who and why is shown')
    said = y.c.run('promotion', 'list', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('任现职不久' in said and 'L1' in said, 'in Chinese', said)


top = tempfile.mkdtemp(prefix='kc-use-')
c = None
try:
    of_demo(top)
    c = City('--policy', policy(top))
    year = Year(c)
    year.close()
    advises(year)
    excepts(year)
finally:
    if c:
        c.remove()
    shutil.rmtree(top, ignore_errors=True)
t.done()
