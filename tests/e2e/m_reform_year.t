#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A unit becomes part of another in the new year, and that one of a third
while the results of the last year are publicised: the year is judged by the
units that it had, and comes to its close."""
import json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import City
from kcd import Tap, free_port

t = Tap()
good, says = t.good, t.says
PORT = free_port()
c = City('--tcp', '127.0.0.1:%d' % PORT)
run, view, day = c.do, c.view, c.day
asked, enrol = c.asked, c.enrol
ESTAB, AUDIT = ('--as', 'estab.1'), ('--as', 'audit.1')
OFFICES = (*ESTAB, '--as', 'party.1', '--as', 'gov.1')
PAPER = ('--document', '通办发〔2023〕1号', '--reason', '机构改革')
YE = 'YE-2022-0001'


def todo(who):
    return [(r['unit'], r['what']) for r in json.loads(c.run(
        'inbox', '--json', '--as', who).stdout)['todo']]


def ballot(who):
    return run('panel', 'ballot', '--unit', 'G19', '--year', '2022', '--group',
               'inner', '--full', '5', '--proper', '5', '--benefit', '5',
               '--absent', '窗口无人', '--as', who)


def merge(unit, into, on):
    return run('unit', 'merge', unit, '--successor', into, '--on', on, *PAPER,
               *OFFICES)


def state():
    return view('year', 'show', '2022')['state']


try:
    c.put('paper.pdf', b'%PDF-1.4 a self-check')
    day('2022-12-30')
    for unit, name in (('G40', '市商务和投资局'), ('G41', '市发展局')):
        c.must('unit', 'register', unit, '--group', 'gov', '--name', name,
               *ESTAB, at=c.now)
        enrol(unit + '.head', 'head', '--unit', unit)
    for i in range(1, 7):
        enrol('in.%d' % i, 'panel-inner')
    for who, role in (('teller', 'tally'), ('G40.voter', 'panel-inner'),
                      ('stats.1', 'stats'), ('office.1', 'assess-office'),
                      ('audit.1', 'auditor')):
        enrol(who, role, *(('--unit', 'G40') if 'G40' in who else ()))
    day('2023-01-04')
    good('the next year is open', run('cycle', 'open', '2023', *ESTAB))
    says('what is open of the year before is brought to its end first',
         merge('G19', 'G40', '2023-01-04'), 5, 'E-UNIT-OPEN', 'K1')
    for target in ('K1', 'R1'):
        good('a completion is found', run(
            'completion', 'find', target, '--rate', '90%', '--evidence',
            'paper.pdf', '--as', 'G02.judge'))
    good('G19 becomes part of G40', merge('G19', 'G40', '2023-01-04'))
    says('and is not named any more', run(
        'duty', 'register', 'G19', '--duty', 'D9', '--text', 'x', *ESTAB), 5,
        'E-UNIT-ENDED', 'name the successor')

    # --- its year ends ------------------------------------------------------
    good('2022 begins to end', run('yearend', 'begin', '--year', '2022',
                                   *ESTAB))
    t.ok(any('self-check' in w for _, w in todo('G40.head')),
         'the head of G40 has self-checks to file', todo('G40.head'))
    for target in ('K1', 'R1'):
        good('which it files', run(
            'selfcheck', 'file', target, '--completion', '100%', '--evidence',
            'paper.pdf', '--as', 'G40.head'))
    good('the data are in', run('yearend', 'data-in', YE, '--as', 'stats.1'))
    good('the scores are found', run('yearend', 'score', YE, *ESTAB))
    says('no reform is of that year any more', merge('G40', 'G41',
                                                     '2022-12-31'), 5,
         'E-STATE', 'a day of 2023')

    # --- voters -------------------------------------------------------------
    day('2023-01-26')
    good('the panels open', run('panel', 'open', '--year', '2022', *ESTAB))
    t.same((todo('in.1'), todo('G40.voter')),
           ([(None, 'vote, year 2022, units left: 1')], []),
           'a voter is asked about the unit that ended, its own are not')
    for i in range(1, 6):
        good('in.%d votes on it' % i, ballot('in.%d' % i))
    says('who is of what it became does not', ballot('G40.voter'), 4,
         'E-OWN-UNIT')
    t.same(todo('in.1'), [], 'who has voted is not asked again')
    good('G40 becomes part of G41 while they vote', merge('G40', 'G41',
                                                          '2023-01-26'))
    t.same((todo('in.1'), len(todo('in.6'))), ([], 1),
           'who has voted is still not asked, who has not is')
    good('and the sixth votes', ballot('in.6'))
    day('2023-02-13')
    good('they are closed', run('panel', 'close', '--year', '2022', *ESTAB,
                                '--as', 'teller'))
    row = [r for r in view('panel', 'show', '--year', '2022')['rows']
           if r['unit'] == 'G19' and r['group'] == 'inner'][0]
    t.same((row['ballots'], row['mean'], row['absent']), (6, '100.0000', 6),
           'and none of the ballots is lost')

    # --- results ------------------------------------------------------------
    for what, argv in (('drawn up', 'draft'), ('publicised', 'publicise')):
        good(what, run('yearend', argv, YE, *ESTAB))
    day('2023-03-01')
    good('graded', run('yearend', 'grade', YE, *ESTAB))
    good('approved', run('yearend', 'approve', YE, '--as', 'office.1'))
    good('published', run('yearend', 'publish', YE, *ESTAB))
    t.same([r['unit'] for r in view('results', '--year', '2022')['rows']],
           ['G19'], 'the result is that of the unit that the year had')
    good('it is fed back', run('result', 'feed-back', YE, '--unit', 'G19',
                               '--problems', '进度前松后紧', *ESTAB))
    r = asked('G41.head', 'form', 'render', 'result', 'G19', '--year', '2022')
    t.ok(r.returncode == 0 and '窗口无人' in r.stdout,
         'whoever has what it had reads the form, with what voters wrote', r)
    r = asked('G41.head', 'log', 'show', str(view(
        'log', 'list', '--kind', 'result.feed_back')['rows'][0]['seq']))
    t.ok(r.returncode == 0 and '进度前松后紧' in r.stdout,
         'and the entry that fed it back', r)
    for what in 'explain', 'trail':
        r = asked('G41.head', what, 'G19', '--as-of', '2022-12-31')
        t.ok(r.returncode == 0 and 'G19' in r.stdout, what +
             ' as of before is read by whoever has it now', r)
    says('the form not by another', asked(
        'G02.judge', 'form', 'render', 'result', 'G19', '--year', '2022'), 4,
        'E-FORBIDDEN')
    r = asked('leader.1', 'log', 'show', str(view(
        'log', 'list', '--kind', 'panel.ballot')['rows'][0]['seq']))
    says('and no ballot', r, 4, 'E-FORBIDDEN')
    good('the year is closed', run('year', 'close', YE, *ESTAB, *AUDIT))
    t.same(state(), 'closed', 'and says so')
    good('three offices open it again', run(
        'year', 'reopen', YE, '--reason', 'x', '--as', 'party.1', '--as',
        'gov.1', '--as', 'office.1'))
    for what, who in (('draft', ESTAB), ('publicise', ESTAB)):
        good('again: ' + what, run('yearend', what, '2022', *who))
    day('2023-03-20')
    for what, who in (('grade', ESTAB), ('approve', ('--as', 'office.1')),
                      ('publish', ESTAB)):
        good('again: ' + what, run('yearend', what, '2022', *who))
    good('fed back again', run('result', 'feed-back', '2022', '--unit', 'G19',
                               '--problems', '无', *ESTAB))
    good('and closed again', run('year', 'close', '2022', *ESTAB, *AUDIT))
    doc = view('unit', 'history', 'G19')
    t.same((doc['now'], len(doc['rows'])), ('G41', 2), 'the chain is told')
    r = c.run('replay', at=None)
    t.ok(r.returncode == 0, 'a replay comes to the same', r.stderr)
finally:
    c.remove()
t.done()
