#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A unit disputes the grade of its year by commands, over a daemon: from third
to second by a ruling; the list is graded, approved and published anew, its
form fed back, the year closed, and all of it verified without a daemon."""
import hashlib, json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import City
from kcd import Tap

t = Tap()
good, says = t.good, t.says
c = City()
run, view, day = c.do, c.view, c.day
c.now = '2022-12-30T01:00:00Z'
ESTAB, SECOND, HEAD, STATS, OFFICE, AUDIT, JUDGE = (('--as', a) for a in (
    'estab.1', 'estab.2', 'G19.head', 'stats.1', 'office.1', 'audit.1',
    'G02.judge'))
YE, RF, D = 'YE-2022-0001', 'RF-2022-0001', 'D-2022-0001'
PROOF = ('--evidence', 'paper.pdf')


def grade():
    doc = view('grade', '--year', '2022')
    row = doc['rows'][0]
    return row['grade'], row['ruling'], doc['changed']


def sign(*kinds):
    for kind in kinds:
        good('the list: ' + kind, run('yearend', kind, YE, *(
            OFFICE if kind == 'approve' else ESTAB)))


def feed_back():
    good('the result is fed back', run(
        'result', 'feed-back', YE, '--unit', 'G19', '--problems', '进度滞后',
        *ESTAB))


def entry(kind):
    return view('log', 'list', '--kind', kind)['rows'][-1]['seq']


def file(form, **more):
    return run('dispute', 'file', '--decision', str(entry('result.feed_back')),
               '--matter', form, '--claim', '评定等次时事实有出入', *HEAD,
               **more)


def to_the_form():
    for who, role in (('stats.1', 'stats'), ('office.1', 'assess-office'),
                      ('audit.1', 'auditor'), ('estab.2', 'estab')):
        c.enrol(who, role)
    c.put('paper.pdf', b'%PDF-1.4 what was done')
    day('2023-01-04')
    good('the year begins to end', run(
        'yearend', 'begin', '--year', '2022', *ESTAB))
    for target, rate in (('K1', '10%'), ('R1', '100%')):
        good('a self-check', run(
            'selfcheck', 'file', target, '--completion', '100%', *PROOF,
            *HEAD))
        good('a completion', run(
            'completion', 'find', target, '--rate', rate, *PROOF, *JUDGE))
    good('the data are in', run('yearend', 'data-in', YE, *STATS))
    good('the scores are found', run('yearend', 'score', YE, *ESTAB))
    sign('draft', 'publicise')
    day('2023-01-20')
    sign('grade', 'approve', 'publish')
    feed_back()


def heard():
    rows = view('dispute', 'open', 'G19')['rows']
    t.ok([x['due'] for x in rows if x['matter'] == RF] == ['2023-02-01'],
         'until when it can be disputed is said', rows)
    says('of another matter it is none', file('RF-2022-0009'), 2,
         'E-FIELD-VALUE', RF)
    good('its head disputes it', file(RF))
    says('once', file(RF), 5, 'E-DUPLICATE', D)
    says('while that is open the year is not closed', run(
        'year', 'close', YE, *ESTAB, *AUDIT), 5, 'E-YEAR-OPEN', D)
    good('it is accepted', run('dispute', 'accept', D, *ESTAB))
    t.same(view('log', 'list', '--kind', 'dispute.replay')['rows'][-1]['kind'],
           'dispute.replay', 'the clerk attaches the replay')
    says('who gave the grade does not hear it', run(
        'dispute', 'decide', D, '--ruling', 'overturned', '--finding', 'x',
        *ESTAB), 4, 'E-RECUSED', 'estab.1')
    says('nothing is between two grades', run(
        'dispute', 'decide', D, '--ruling', 'reduced', '--finding', 'x',
        *SECOND), 6, 'E-RULING', 'there is nothing between')
    good('another does', run(
        'dispute', 'decide', D, '--ruling', 'overturned', '--finding',
        '滞后系上级审批所致', *SECOND))
    good('and it is applied', run('dispute', 'apply', D, *ESTAB))


def regraded():
    rows = view('year', 'show', YE)['rows']
    t.ok(rows[-1]['event'].endswith('G19, second grade, ' + D),
         'the clerk has written what it gives', rows[-1])
    doc = view('year', 'show', YE)
    t.same((doc['changed'], doc['changed_units']), (1, 'G19'),
           'and the list is to be signed anew')
    t.same(grade(), ('third', None, True), 'what was published stands so far')
    doc = view('grade', '--year', '2022')
    t.ok(doc['signed'].endswith(' second ruling %s\n' % D) and
         'sha256:' + hashlib.sha256(doc['signed'].encode()).hexdigest() ==
         doc['results'], 'the list to be signed names the ruling', doc)
    says('the old one is not closed on', run(
        'year', 'close', YE, *ESTAB, *AUDIT), 5, 'E-RESULTS')
    sign('grade', 'approve', 'publish')
    t.same(grade(), ('second', D, False), 'the grade is that of the ruling')
    said = c.run('results', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('第二等次' in said and '复核改定' in said and D in said,
         'in the table, in Chinese too', said)
    doc = view('explain', 'G19', '--year', '2022')
    t.same((doc['grade'], doc['ruling']), ('second', D),
           'and where its score is explained')
    said = c.run('explain', 'G19', '--year', '2022', at=None,
                 LANG='zh_CN.UTF-8').stdout
    t.ok('公布等次' in said and '第二等次' in said and D in said,
         'in words', said[:600])
    seen()
    feed_back()


def seen():
    """In the portrait and the trail of the unit, in both languages."""
    rows = [r for r in view('portrait', 'G19')['rows'] if r['part'] == 'grade']
    published = entry('yearend.publish')
    t.same([(r['when'], r['item'], r['value'], r['last_value'], r['seq'])
            for r in rows],
           [('2022', 'second', 'second grade', None, published)],
           'the portrait has the grade')
    t.same(rows[0]['label'], 'grade, by the ruling on ' + D, 'and by what')
    rows = [r for r in view('trail', 'G19', '--year', '2022')['rows']
            if r['case'] == RF]
    t.same([(r['depth'], r['kind'], r['points']) for r in rows],
           [(0, 'result', '0.0000'), (1, 'result.feed_back', None),
            (1, 'result.regrade', None)], 'the trail has the ruling')
    t.ok(rows[0]['event'].startswith('result of the year, second grade') and
         D in rows[0]['event'], 'in words', rows[0])
    for argv in (('portrait', 'G19'), ('trail', 'G19', '--year', '2022')):
        said = c.run(*argv, at=None, LANG='zh_CN.UTF-8').stdout
        t.ok('第二等次' in said and '由复核 %s 改定' % D in said,
             argv[0] + ' in Chinese', said)


def printed(lang, *words):
    for what, of in (('result', 'G19'), ('review', D)):
        r = c.run('form', 'render', what, of, '--json', at=None, LANG=lang)
        t.ok(r.returncode == 0 and D in r.stdout and
             all(w in r.stdout for w in words), 'the %s says it' % what,
             r.stdout + r.stderr)


try:
    to_the_form()
    t.same(grade(), ('third', None, False), 'it is of the third grade')
    heard()
    regraded()
    r = c.run('form', 'render', 'result', 'G19', '--json', at=None, LANG='C')
    t.ok('second grade, by the ruling on ' + D in r.stdout,
         'the form says by which ruling', r.stdout)
    r = c.run('form', 'render', 'result', 'G19', '--json', at=None,
              LANG='zh_CN.UTF-8')
    t.ok('第二等次，由复核 %s 改定' % D in r.stdout, 'in Chinese too', r.stdout)
    printed('C.UTF-8')
    good('the year is closed', run('year', 'close', YE, *ESTAB, *AUDIT))
    t.same(view('year', 'show', YE)['state'], 'closed', 'and says so')
    day('2023-02-13')
    says('after its last day the new form is not disputed', file(
        'RF-2022-0002'), 6, 'E-LATE', 'dispute.file_wd')
    r = c.run('replay', '--without', D, at=None)
    t.ok(r.returncode == 0 and
         'a dispute gives another grade  E-NOT-FOUND' in r.stdout,
         'without the dispute its ruling falls', r.stdout + r.stderr)
    r = c.run('replay', at=None)
    t.ok(r.returncode == 0, 'a replay agrees', r.stderr)
    c.daemon.stop()
    r = c.run('verify', '--dir', 'l', at=None, where=None)
    t.ok(r.returncode == 0, 'and so does the verifier, without a daemon',
         r.stdout + r.stderr)
finally:
    c.remove()
t.done()
