#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A half-year round from its opening to its close, each opinion signed by four
at their own machines, and the points of the third quarter; how long it takes
with UNITS of twelve targets each (88: a city; `make soak`)."""
import csv, json, os, shutil, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
import openpyxl
from kcd import Served, Tap, kaocheng

UNITS = int(os.environ.get('UNITS', 3))
JULY, OCTOBER = '2022-07-04T01:00:00Z', '2022-10-10T01:00:00Z'
OTHERS = ['office.1', 'party.i', 'gov.i']
SHARED = [a for o in OTHERS for a in ('--share', o)]
R1, R2 = 'R-2022-0001', 'R-2022-0002'
t = Tap()
good, says = t.good, t.says
top = tempfile.mkdtemp(prefix='kc-round-')
now = JULY
CODES = ['U%02d' % i for i in range(1, UNITS + 1)]


def run(*argv, who='estab.1'):
    as_ = [a for w in who.split() for a in ('--as', w)] if who else []
    at = ['--at', now] if who and 'inbox' not in argv else []
    return kaocheng(*argv, *as_, *at, '--yes', '--dir', 'l', home=top,
                    timeout=1200)


def must(*argv, who='estab.1'):
    r = run(*argv, who=who)
    if r.returncode:
        raise SystemExit('%s: %s' % (argv, r.stderr))
    return r


def view(*argv):
    return json.loads(must(*argv, '--json', who='').stdout)


def table(kind, heads, rows, name='t.csv'):
    if name.endswith('.xlsx'):
        book = openpyxl.Workbook()
        for row in [heads, *rows]:
            book.active.append(row)
        book.save(os.path.join(top, name))
    else:
        with open(os.path.join(top, name), 'w', encoding='utf-8') as f:
            csv.writer(f).writerows([heads, *rows])
    return ['import', name, '--kind', kind]


# --- a city, its lists issued ------------------------------------------------
TARGET = ['target', 'unit', 'year', 'class', 'source', 'duty', 'weight',
          'assessor', 'title']


def drafts(unit, kind, n, weight):
    return [['%s-%s%d' % (unit, kind[0].upper(), i), unit, '2022', kind,
             ('livelihood' if i == 0 else 'city-key') if kind == 'key'
             else 'work-plan', unit + '-D1', weight,
             CODES[CODES.index(unit) - 1], '%s 事项 %d' % (unit, i)]
            for i in range(n)]


def found():
    must('init', 'l', '--origin', 'example.org/round', '--unprotected', '--at',
         JULY, who='')
    d = Served(top + '/l', clock=JULY).start()
    must(*table('unit.register', ['unit', 'group', 'name'],
                [[u, 'gov', '第%s局' % u] for u in CODES]))
    must(*table('duty.register', ['unit', 'duty', 'text'],
                [[u, u + '-D1', 'x'] for u in CODES]))
    people = [(u + '.head', u, 'head') for u in CODES] + [
        ('party', '', 'go-party'), ('gov', '', 'go-gov'),
        ('lead', '', 'leader'), ('office.1', '', 'assess-office'),
        ('party.i', '', 'inspect-party'), ('gov.i', '', 'inspect-gov')]
    for actor, _, _ in people:
        must('key', 'new', actor, '--unprotected', who='')
    must(*table('actor.enrol', ['actor', 'unit', 'role'], people),
         who='admin.1 admin.2')
    must(*table('target.draft', TARGET, [
        r for u in CODES for r in drafts(u, 'key', 10, '7')]))
    for u in CODES:
        must(*table('target.draft', TARGET, drafts(u, 'routine', 2, '10')),
             who=u + '.head')
        must('target', 'submit', '--all', '--unit', u, who=u + '.head')
    must('target', 'submit', '--all')
    must('target', 'approve-first', '--all')
    must('target', 'approve-second', '--all', who='party gov')
    must('target', 'read', '--all', who='lead')
    must('list', 'issue', '--all')
    return d


# --- the half year -------------------------------------------------------------
ALL = 12 * UNITS


def one():
    """One opinion by drafts: nothing stands until the fourth has signed."""
    says('before it is opened nothing is to be judged',
         run('opinion', 'record', '--all', '--verdict', 'on-schedule', '--text',
             'x', *SHARED), 3)
    good('the round is opened', run('round', 'open', '--type', 'half-year',
                                    '--year', '2022'))
    doc = view('round', 'show', R1)
    t.same((doc['targets'], doc['missing_opinions'], doc['units']),
           (ALL, ALL, CODES), 'it has every target of every unit')
    for who in ['estab.1'] + OTHERS:
        rows = json.loads(run('inbox', '--json', who=who).stdout)['todo']
        t.ok(any(r['case'] == R1 and str(ALL) in r['what'] for r in rows),
             '%s is told how many opinions it waits for' % who, rows)
    with open(top + '/proof.pdf', 'wb') as f:
        f.write(b'%PDF-1.4 seen at the site')
    first = ['opinion', 'record', '--round', R1, '--target', 'U01-K0',
             '--verdict', 'behind', '--planned', '50%', '--actual', '38%',
             '--text', '进度滞后，应于三季度末前补齐']
    says('behind wants evidence', run(*first, *SHARED), 2, 'evidence')
    says('one office alone does not say so', run(
        *first, '--evidence', 'proof.pdf'), 4, 'E-ROLE')
    good('the first of four signs', run(
        *first, '--evidence', 'proof.pdf', *SHARED))
    for i, who in enumerate(OTHERS):
        t.same(view('round', 'show', R1)['opinions'], 0,
               'with %d signatures it is no opinion' % (i + 1))
        doc = json.loads(run('inbox', '--json', who=who).stdout)
        t.same([len(x['signed']) for x in doc['drafts']], [i + 1],
               '%s finds it, with %d signatures' % (who, i + 1))
        good('and signs', run('inbox', '--all', who=who))
    t.same(json.loads(run('inbox', '--json', who='U01.head').stdout)['drafts'],
           [], 'the unit sees nothing of drafts')
    t.same(view('opinion', 'list')['rows'][0]['by'], ['estab.1'] + OTHERS,
           'the opinion stands by all four')
    r = run('round', 'close', R1)
    says('a round that lacks opinions is not closed', r, 5, 'E-ROUND',
         '%d opinions and 1 feedback' % (ALL - 1), 'U01-K0')
    rows = view('round', 'show', R1)['rows']
    t.same([rows[0]['missing'], rows[1]['missing'], len(rows)],
           ['feedback', 'opinion', ALL], 'and shows what is missing')


def many(rows, name):
    """A table of opinions: four passes, one a signer."""
    heads = ['round', 'target', 'verdict', 'text']
    took = []
    at = time.monotonic()
    r = good('%d opinions of a table are left for three more' % len(rows),
             run(*table('opinion.record', heads, rows, name), *SHARED))
    took.append(time.monotonic() - at)
    for who in OTHERS:
        at = time.monotonic()
        good('%s signs them in one pass' % who, run(
            'inbox', '--all', '--quiet', who=who))
        took.append(time.monotonic() - at)
    print('# %d opinions: %s s' % (
        len(rows), ' + '.join('%.1f' % s for s in took)))


def half():
    rest = [r['target'] for r in view('round', 'show', R1)['rows']
            if r['missing'] == 'opinion']
    rows = [[R1, code, 'on-schedule', '达到序时进度'] for code in rest]
    many(rows[:3], 'few.csv')
    many(rows[3:], 'rest.xlsx')
    doc = view('round', 'show', R1)
    t.same((doc['opinions'], doc['missing_opinions'], doc['missing_feedback']),
           (ALL, 0, ALL), 'every target has its opinion')
    says('it is not closed before they are fed back', run(
        'round', 'close', R1), 5, 'E-ROUND', str(ALL))
    says('a unit does not feed back', run(
        'opinion', 'feed-back', '--all', who='U01.head'), 6)
    at = time.monotonic()
    good('they are fed back, each to its unit', run(
        'opinion', 'feed-back', '--all'))
    print('# fed back: %.1f s' % (time.monotonic() - at))
    good('and the round is closed', run('round', 'close', R1))
    t.same(view('round', 'show', R1)['state'], 'closed', 'for good')
    says('there is one in a year', run('round', 'open', '--type', 'half-year',
                                       '--year', '2022'), 5, 'E-EXISTS')
    t.same([(r['target'], r['warnings'], r['prededucts'])
            for r in view('opinion', 'candidates')['rows']],
           [('U01-K0', [], [])], 'what is behind is a candidate')


# --- the third quarter -----------------------------------------------------------
def third(d):
    """The work is chosen first; the units are those whose work it is."""
    global now
    now = OCTOBER
    d.stop()
    d.clock = OCTOBER
    d.start()
    good('the third quarter is opened', run('round', 'open', '--type', 'q3',
                                            '--year', '2022'))
    t.same(view('round', 'show', R2)['units'], [], 'it has no units yet')
    choose = ['round', 'select', '--round', R2, '--target']
    says('units are not typed in', run(*choose, 'U02-K0', '--unit', 'U02'), 2,
         '--unit')
    good('a livelihood project needs no reason', run(*choose, 'U02-K0'))
    says('other work does', run(*choose, 'U01-K3'), 6, 'basis')
    says('in words too', run(*choose, 'U01-K3', '--basis', 'reach'), 6)
    good('with both it is selected', run(
        *choose, 'U01-K3', '--basis', 'attention', '--reason', '群众关注度高'))
    says('once', run(*choose, 'U01-K3', '--basis', 'reach', '--reason', 'x'), 5,
         'E-DUPLICATE')
    t.same(view('round', 'show', R2)['units'], ['U01', 'U02'],
           'the units follow from the work')
    says('an opinion on what is not selected is none', run(
        'opinion', 'point', '--round', R2, '--target', 'U01-K0', '--verdict',
        'on-schedule', '--text', 'x'), 3)
    good('the Establishment Office looks at the points alone', run(
        'opinion', 'point', '--all', '--verdict', 'on-schedule', '--text',
        '点位核实无误'))
    says('nothing is selected after that', run(*choose, 'U01-K4', '--basis',
                                               'reach', '--reason', 'x'), 5,
         'E-STATE')
    says('nor closed before it is fed back', run('round', 'close', R2), 5,
         'E-ROUND')
    good('it is fed back', run('opinion', 'feed-back', '--all'))
    good('and closed', run('round', 'close', R2))
    t.same([(r['round'], r['opinions'], r['fed_back'])
            for r in view('round', 'list')['rows']],
           [(R1, ALL, ALL), (R2, 2, 2)], 'both rounds stand in the list')


try:
    d = found()
    one()
    half()
    third(d)
    d.stop()
finally:
    shutil.rmtree(top, ignore_errors=True)
t.done()
