#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A unit is merged in mid-year by commands, in both languages: its open
pre-deduction is the successor's, with the last day that it had, and expires
against it; who asks for the old unit is told what became of it."""
import json, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'lib'))
from citykit import ADMINS, City
from kcd import Tap

t = Tap()
good, says = t.good, t.says
c = City()
run, view, day = c.do, c.view, c.day
ESTAB = ('--as', 'estab.1')
OFFICES = (*ESTAB, '--as', 'party.1', '--as', 'gov.1')
PAPER = ('--document', '通办发〔2022〕9号', '--reason', '机构改革')


def todo(who):
    return {r['case'] for r in json.loads(c.run(
        'inbox', '--json', '--as', who).stdout)['todo']}


def score(unit, *more):
    return [r for r in view('score', *more)['rows'] if r['unit'] == unit][0]


try:
    for who, role, unit in (('estab.2', 'estab', None),
                            ('G40.head', 'head', 'G40')):
        if unit:
            good('a new unit', run('unit', 'register', unit, '--group', 'gov',
                                   '--name', '市商务和投资局', '--name-en',
                                   'Commerce and Investment', *ESTAB))
        c.must('key', 'new', who, '--unprotected', at=None)
        c.must('actor', 'enrol', who, '--role', role, *ADMINS,
               *(('--unit', unit) if unit else ()))
    c.put('paper.pdf', b'%PDF-1.4 what was found')
    good('points are deducted', run(
        'prededuct', 'decide', 'G19', '--target', 'K1', '--situation', 'S3',
        '--effect', 'full', '--standard', '0.5', '--planned', '75%',
        '--actual', '52%', '--evidence', 'paper.pdf', '--reason', '滞后',
        '--as', 'G02.judge'))
    case = view('prededuct', 'list')['rows'][0]['case']
    good('confirmed', run('prededuct', 'confirm', case, '--as', 'estab.2'))
    good('fed back', run('feedback', 'deliver', case, '--problem', '滞后',
                         '--expected', '赶上', '--as', 'G02.judge'))
    due = view('prededuct', 'show', case)['due']
    t.ok(case in todo('G19.head'), 'the head has to mend it', todo('G19.head'))

    # --- the merger --------------------------------------------------------
    day('2022-08-01')
    before = score('G19')
    size = view('score')['as_of']['size']
    says('not into itself', run('unit', 'merge', 'G19', '--successor', 'G19',
                                '--on', '2022-08-01', *PAPER, *OFFICES), 2,
         'E-FIELD-VALUE', 'another unit')
    says('not tomorrow', run('unit', 'merge', 'G19', '--successor', 'G40',
                             '--on', '2022-08-02', *PAPER, *OFFICES), 6,
         'E-DATE', 'not after today')
    good('G19 becomes G40', run('unit', 'merge', 'G19', '--successor', 'G40',
                                '--on', '2022-08-01', *PAPER, *OFFICES))
    says('and no more than once', run(
        'unit', 'abolish', 'G19', '--on', '2022-08-01', *PAPER, *OFFICES), 5,
        'E-UNIT-ENDED', 'what it had is that of G40')

    # --- what became of it -------------------------------------------------
    doc = view('unit', 'history', 'G19')
    t.same((doc.get('now'), [(r['unit'], r['successor'], r['on'], r['kind'])
                             for r in doc.get('rows', ())]),
           ('G40', [('G19', 'G40', '2022-08-01', 'unit.merge')]),
           'what became of the unit')
    t.same(view('unit', 'history', 'G40').get('rows'), doc.get('rows'),
           'and whence the other has it')
    said = c.run('unit', 'history', 'G19', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('单位并入另一单位' in said and '通办发〔2022〕9号' in said,
         'in Chinese too', said)
    for what in ('trail', 'explain'):
        says(what + ' of what is no more', c.run(what, 'G19', at=None), 5,
             'E-UNIT-ENDED', 'G40')
    t.same(score('G40')['total'], before['total'], 'the score goes with it')
    t.same(score('G19', '--as-of', '#%d' % (size - 1)), before,
           'and is what it was before')

    said = c.run('trail', 'G40', at=None).stdout
    t.ok('merge a unit into another G19 → G40' in said, 'the trail names both',
         said)
    t.ok('K1 题 (was of G19)' in c.run('explain', 'G40', at=None).stdout,
         'and the score says of which unit a target was')
    said = c.run('explain', 'G40', at=None, LANG='zh_CN.UTF-8').stdout
    t.ok('（原 G19）' in said, 'in Chinese too', said)

    # --- the case goes on --------------------------------------------------
    t.same(view('prededuct', 'show', case)['due'], due, 'on the same day')
    t.same((case in todo('G19.head'), case in todo('G40.head')),
           (False, True), 'to be mended by the new head')
    says('whom the old one cannot help', run(
        'rectify', 'submit', case, '--report', 'x', '--evidence', 'paper.pdf',
        '--as', 'G19.head'), 4, 'E-ROLE')
    t.same([r['unit'] for r in view('prededuct', 'list', 'G40')['rows']],
           ['G40'], 'it is found under the new code')
    day('2022-10-20')
    doc = view('prededuct', 'show', case)
    t.same((doc['state'], doc['unit'], doc['retained']),
           ('expired', 'G40', '0.5000'), 'and expires against it')
    t.same(score('G40')['retained'], '0.5000', 'which keeps the loss')
    r = c.run('replay', '--json', at=None)
    t.ok(r.returncode == 0, 'a replay comes to the same', r)
finally:
    c.remove()
t.done()
